# SPDX-License-Identifier: Apache-2.0
import pytest

from sc_precision.errors import InputError, ToolError
from sc_precision.tools.lint import lint_all, lint_icarus, lint_verilator, lint_yosys
from sc_precision.tools.toolchain import resolve_toolchain
from sc_precision.tools.yosys import cell_stats, run_yosys

ADDER = """\
module adder(input clk, input [7:0] a, input [7:0] b, output reg [8:0] q);
  always @(posedge clk) q <= a + b;
endmodule
"""
LOOP = "module loop(input a, output b);\n  wire c;\n  assign c = b & a;\n  assign b = ~c;\nendmodule\n"
CARELESS = "module careless(input [3:0] a, output [3:0] y);\n  wire unused;\n  assign y = a + misspelt;\nendmodule\n"
SYNTAX = "module syntax(input a;\nendmodule\n"


@pytest.fixture
def file(tmp_path):
    def write(name, text):
        (tmp_path / "with space").mkdir(exist_ok=True)
        path = tmp_path / "with space" / name
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize("target", ["generic", "ice40"])
def test_cell_stats(file, target):
    stats = cell_stats([file("adder.v", ADDER)], "adder", target)
    assert stats.total == sum(stats.cells.values())
    assert stats.flip_flops == 9
    assert stats.version == resolve_toolchain().tools["yosys"].version
    if target == "ice40":
        assert stats.cells["SB_DFF"] == 9
        assert 8 <= stats.luts <= 10
    else:
        assert stats.luts == 0
        assert stats.cells["$_XOR_"] + stats.cells.get("$_XNOR_", 0) >= 8


@pytest.mark.slow
def test_cell_stats_xilinx(file):
    stats = cell_stats([file("adder.v", ADDER)], "adder", "xilinx")
    assert stats.cells["FDRE"] == 9
    assert 1 <= stats.luts <= 10
    assert not {"IBUF", "OBUF", "BUFG"} & stats.cells.keys()


@pytest.mark.slow
def test_native_and_wasm_count_alike(file):
    source = file("adder.v", ADDER)
    native, wasm = (
        cell_stats([source], "adder", "ice40", toolchain=resolve_toolchain(kind)) for kind in ("native", "wasm")
    )
    assert native.cells == wasm.cells


def test_assertions_cost_nothing(file):
    text = ADDER.replace("endmodule", "always @(posedge clk) assert (q < 600);\nendmodule")
    assert cell_stats([file("a.v", text)], "adder").cells == cell_stats([file("b.v", ADDER)], "adder").cells


def test_two_files_of_one_name(file, tmp_path):
    top = file("x.v", "module top(input a, output b); sub s(.a(a), .b(b)); endmodule\n")
    (tmp_path / "x.v").write_text("module sub(input a, output b); assign b = ~a; endmodule\n")
    assert cell_stats([top, tmp_path / "x.v"], "top").total == 1


@pytest.mark.parametrize(
    ("top", "target", "error", "message"),
    [
        ("nosuch", "generic", ToolError, "^yosys: ERROR: Module `nosuch' not found!"),
        ("adder; shell", "generic", InputError, "^top 'adder; shell': is not a Verilog identifier"),
        ("adder", "asic", InputError, "^target must be one of generic, ice40, xilinx, got 'asic'"),
    ],
)
def test_bad_arguments(file, top, target, error, message):
    with pytest.raises(error, match=message):
        cell_stats([file("adder.v", ADDER)], top, target)


def test_missing_sources(tmp_path):
    with pytest.raises(InputError, match=r"none\.v: is not a file"):
        cell_stats([tmp_path / "none.v"], "adder")
    with pytest.raises(InputError, match=r"^top adder: no Verilog files are given"):
        cell_stats([], "adder")


def test_run_yosys(tmp_path):
    log = tmp_path / "log"
    done = run_yosys("log hello\n", cwd=tmp_path, log=log)
    assert done.ok
    assert "hello" in log.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["log"]  # the script is gone


def test_run_yosys_errors(tmp_path):
    with pytest.raises(ToolError, match=r"^yosys: ERROR: No such command: frobnicate"):
        run_yosys("frobnicate", cwd=tmp_path)
    with pytest.raises(ToolError, match=r"^yosys: time limit of 1 s reached$"):
        run_yosys("exec -- sleep 30", cwd=tmp_path, timeout=1)
    with pytest.raises(ToolError, match=r"^yosys: No such file or directory"):
        run_yosys("log x", cwd=tmp_path / "nowhere")


@pytest.fixture
def fake_yosys(fake):
    """A Yosys on PATH that does what it is told."""

    def make(script):
        fake("sby", "echo SBY v1")
        fake("yosys", f"case $1 in -V) echo 'Yosys 0.9';; *) {script};; esac")

    return make


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("exit 0", "its statistics of adder cannot be read"),
        ("echo '{' > stat.json", "its statistics of adder cannot be read"),
        ("echo '{\"design\": 3}' > stat.json", "its statistics of adder cannot be read"),
        ("exit 3", "exit status 3 without a message"),
        ("echo half; kill -9 $$", "half"),
    ],
)
def test_yosys_that_leaves_garbage(file, fake_yosys, script, message):
    fake_yosys(script)
    with pytest.raises(ToolError, match=message):
        cell_stats([file("adder.v", ADDER)], "adder")


def test_command_line_of_yosys(file, fake_yosys, tmp_path):
    fake_yosys(f"echo \"$@\" > '{tmp_path}/argv'; cp \"$4\" '{tmp_path}/script'")
    with pytest.raises(ToolError):
        cell_stats([file("my adder.v", ADDER)], "adder", "ice40")
    assert (tmp_path / "argv").read_text().startswith("-Q -T -s ")
    assert (tmp_path / "script").read_text().splitlines() == [
        "read_verilog -sv my_adder.v",
        "hierarchy -check -top adder",
        "proc",
        "chformal -remove",
        "synth_ice40 -top adder",
        "tee -q -o stat.json stat -json",
    ]


def test_clean_design_has_no_warnings(file):
    found = lint_all([file("adder.v", ADDER)], "adder")
    assert found["yosys"] == found["iverilog"] == []
    assert set(found) <= {"yosys", "iverilog", "verilator"}
    assert found.get("verilator", []) == []


def test_yosys_finds_a_combinational_loop(file):
    found = lint_yosys([file("loop.v", LOOP)], "loop")
    assert any("logic loop" in line or "loop" in line for line in found)
    assert found[-1].startswith("ERROR: Found ")


def test_yosys_finds_a_free_wire(file):
    found = lint_yosys([file("careless.v", CARELESS)], "careless")
    assert any("careless.v:3: Warning: Identifier `\\misspelt' is implicitly declared." in line for line in found)


def test_icarus_finds_a_misspelt_name_and_a_syntax_error(file):
    assert any("misspelt" in line for line in lint_icarus([file("careless.v", CARELESS)], "careless"))
    assert any("syntax error" in line or "rror" in line for line in lint_icarus([file("s.v", SYNTAX)], "syntax"))


def test_verilator_finds_a_width_mismatch(file, fake):
    fake("verilator", "case $1 in --version) echo 'Verilator 5.0';; *) echo \"%Warning-WIDTH: $*\" >&2; exit 1;; esac")
    [line] = lint_verilator([file("adder.v", ADDER)], "adder", disable=["UNUSED"])
    assert line == ("%Warning-WIDTH: --lint-only -Wall -Wno-DECLFILENAME -Wno-UNUSED --top-module adder adder.v")


def test_lint_without_a_message_is_an_error(file, fake):
    fake("iverilog", "exit 7")
    with pytest.raises(ToolError, match=r"^iverilog: exit status 7 without a message"):
        lint_icarus([file("adder.v", ADDER)], "adder")


def test_lint_time_limit(file, fake):
    fake("iverilog", "case $1 in -V) echo 'Icarus Verilog version 12.0';; *) sleep 30;; esac")
    with pytest.raises(ToolError, match=r"^iverilog: time limit of 1 s reached"):
        lint_icarus([file("adder.v", ADDER)], "adder", timeout=1)
