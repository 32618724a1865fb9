# SPDX-License-Identifier: Apache-2.0
import os
import re
import time

import pytest

from sc_precision.errors import InputError, ToolError, ToolMissingError
from sc_precision.tools import find
from sc_precision.tools.icarus import compile_icarus, run_bench
from sc_precision.tools.process import CancelledError
from sc_precision.tools.workfolder import locked_folder

HEADER = "import cocotb\nfrom cocotb.triggers import RisingEdge, Timer\nfrom cocotb.clock import Clock\n"
GOOD = (
    HEADER
    + """
@cocotb.test()
async def counts_to_five(dut):
    cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())
    dut.rst.value = 1
    dut.en.value = 0
    await RisingEdge(dut.clk)
    dut.rst.value = 0
    dut.en.value = 1
    for _ in range(5):
        await RisingEdge(dut.clk)
    await Timer(1, unit="ns")
    assert int(dut.n.value) == 5

@cocotb.test()
async def sees_its_helper_and_setting(dut):
    import os
    import bench_helper
    assert bench_helper.ANSWER == 42
    assert os.environ["BENCH_SETTING"] == "blue"
    await Timer(1, unit="ns")
"""
)
BAD = (
    HEADER + '@cocotb.test()\nasync def is_wrong(dut):\n    await Timer(1, unit="ns")\n    assert False, "deliberate"\n'
)
SKIPPED = HEADER + "@cocotb.test(skip=True)\nasync def nothing(dut):\n    pass\n"
ENDLESS = HEADER + '@cocotb.test()\nasync def endless(dut):\n    while True:\n        await Timer(1, unit="ns")\n'
DIES = HEADER + "@cocotb.test()\nasync def dies(dut):\n    import os\n    os.abort()\n"


@pytest.fixture
def bench(counter, tmp_path):
    """Write a test module and run it on the counter."""
    (counter / "bench_helper.py").write_text("ANSWER = 42\n")

    def call(text, **options):
        (counter / "bench_tests.py").write_text(text)
        options.setdefault("python_path", [counter])
        options.setdefault("timeout", 60)
        module = options.pop("module", "bench_tests")
        return run_bench([counter / "counter.v"], "counter", module, tmp_path / "the build", **options)

    return call


def test_pass(bench, monkeypatch):
    monkeypatch.setenv("COCOTB_TEST_FILTER", "nothing_matches_this")  # must not leak in
    result = bench(GOOD, env={"BENCH_SETTING": "blue"})
    assert result.ok, result.message
    assert (result.passed, result.failed) == (2, 0)
    assert result.message == "2 tests passed"
    assert [test.name for test in result.tests] == [
        "bench_tests.counts_to_five",
        "bench_tests.sees_its_helper_and_setting",
    ]
    assert result.results_file.is_file()
    assert "counts_to_five" in result.log.read_text()
    assert result.versions["cocotb"].startswith("2.")
    assert result.seconds > 0


def test_failure(bench):
    result = bench(GOOD + BAD.removeprefix(HEADER), env={"BENCH_SETTING": "blue"})
    assert not result.ok
    assert (result.passed, result.failed) == (2, 1)
    assert result.decided
    assert result.message == "1 of 3 tests failed, first bench_tests.is_wrong: deliberate"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\n", "the simulation left no results: .*No tests were discovered"),
        (SKIPPED, "no test ran"),
        ("import not_installed_anywhere\n", "left no results: ModuleNotFoundError"),
        ("def broken(:\n", "left no results: .*SyntaxError|left no results: .*syntax"),
        (DIES, "the simulation left no results|the simulator ended"),
    ],
    ids=["no tests", "all skipped", "import error", "syntax error", "abort"],
)
def test_no_results_are_no_pass(bench, text, message):
    result = bench(text)
    assert not result.ok
    assert result.passed == 0
    assert re.search(message, result.message), result.message
    assert "\n" not in result.message


def test_time_limit(bench, leftovers):
    result = bench(ENDLESS, timeout=4)
    assert not result.ok
    assert not result.decided
    assert result.message.startswith("time limit reached after")
    assert leftovers() == []


def test_cancel(bench, leftovers):
    start = time.monotonic()
    with pytest.raises(CancelledError):
        bench(ENDLESS, cancel=lambda: time.monotonic() - start > 2)
    assert leftovers() == []


def test_results_of_an_earlier_run_do_not_count(bench):
    assert bench(GOOD, env={"BENCH_SETTING": "blue"}).ok
    assert not bench("import not_installed_anywhere\n").ok


def test_module_that_does_not_exist(bench):
    assert not bench(GOOD, module="no_such_bench").ok
    with pytest.raises(InputError, match=r"test module '\.\./x': is not the name of a Python module"):
        bench(GOOD, module="../x")


def test_two_runs_at_once(bench, tmp_path):
    with locked_folder(tmp_path / "the build"), pytest.raises(ToolError, match="in use by another run"):
        bench(GOOD)


def test_compiler_warning_is_an_error_unless_listed(tmp_path):
    source = tmp_path / "w.v"
    source.write_text(
        "module w(input [3:0] a, output [3:0] y);\n  sub s(.a(a), .y(y));\nendmodule\n"
        "module sub(input [3:0] a, output [3:0] y, input extra);\n  assign y = a;\nendmodule\n"
    )
    with pytest.raises(ToolError, match=r"^iverilog: w compiles with \d+ warnings, first: w_sources/w\.v:2: warning: "):
        compile_icarus([source], "w", tmp_path / "out" / "w.vvp")
    compile_icarus([source], "w", tmp_path / "out" / "w.vvp", allow=["warning: "])
    assert (tmp_path / "out" / "w.vvp").exists()


def test_verilog_that_does_not_compile(tmp_path):
    source = tmp_path / "s.v"
    source.write_text("module s(input a;\nendmodule\n")
    with pytest.raises(ToolError, match=r"^iverilog: s does not compile: s_sources/s\.v:1: "):
        compile_icarus([source], "s", tmp_path / "s.vvp")


def test_systemverilog_is_refused(tmp_path):
    source = tmp_path / "sv.v"
    source.write_text("module sv(input logic a, output logic b);\n  assign b = a;\nendmodule\n")
    with pytest.raises(ToolError, match="does not compile"):
        compile_icarus([source], "sv", tmp_path / "sv.vvp")


def test_missing_icarus_names_the_command(counter, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(find, "script_folders", lambda: (str(tmp_path),))
    with pytest.raises(ToolMissingError, match=r"^iverilog is not installed: apt-get install iverilog"):
        compile_icarus([counter / "counter.v"], "counter", tmp_path / "x.vvp")


def test_command_lines(counter, tmp_path, fake):
    record = tmp_path / "record"
    fake(
        "iverilog",
        f"case $1 in -V) echo 'Icarus Verilog version 12.0';; *) echo \"$@\" >> '{record}'; touch sim.vvp;; esac",
    )
    fake(
        "vvp",
        f"case $1 in -V) echo 'Icarus Verilog runtime version 12.0';; *) echo \"$@\" >> '{record}'; exit 5;; esac",
    )
    result = run_bench([counter / "counter.v"], "counter", "bench_tests", tmp_path / "b", timeout=60)
    assert not result.ok
    assert result.versions["vvp"] == "12.0"
    compiler, simulator = record.read_text().splitlines()
    assert compiler == "-g2005 -Wall -f sim_sources/options.f -s counter -o sim.vvp sim_sources/counter.v"
    assert simulator.startswith("-m ")
    assert simulator.endswith(f"{tmp_path / 'b' / 'build' / 'sim.vvp'} -none")
    assert (tmp_path / "b" / "build" / "sim_sources" / "options.f").read_text() == "+timescale+1ns/1ps\n"


def test_simulator_that_writes_garbage_results(counter, tmp_path, fake):
    fake(
        "vvp", "case $1 in -V) echo 'Icarus Verilog runtime version 12.0';; *) echo '<testsuites' > results.xml;; esac"
    )
    result = run_bench([counter / "counter.v"], "counter", "bench_tests", tmp_path / "b", timeout=60)
    assert not result.ok
    assert result.decided
    assert result.message.startswith("the simulation left no results")


def test_passed_results_of_a_simulator_that_crashed_do_not_count(counter, tmp_path, fake):
    xml = '<testsuites><testsuite><testcase classname="b" name="t"/></testsuite></testsuites>'
    fake(
        "vvp",
        f"case $1 in -V) echo 'Icarus Verilog runtime version 12.0';; *) echo '{xml}' > results.xml; exit 3;; esac",
    )
    result = run_bench([counter / "counter.v"], "counter", "bench_tests", tmp_path / "b", timeout=60)
    assert result.passed == 1
    assert not result.ok
    assert result.decided
    assert result.message.startswith("the simulator ended with status")


def test_environment_is_not_changed(bench):
    before = dict(os.environ)
    bench(BAD)
    assert dict(os.environ) == before
