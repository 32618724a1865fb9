# SPDX-License-Identifier: Apache-2.0
import pytest

from sc_precision.problems import Kind, Problem, Step
from sc_precision.report.problems import find_problems, proof_problems


def results(**changes):
    """Results in which all that was asked passed, with these sections instead."""
    return {
        "design": {"target_met": True, "target": None, "bound": 0.1, "target_error": 0.2},
        "outputs": [{"index": 0, "worst_low": -0.1, "worst_high": 0.1, "bound_low": -0.1, "bound_high": 0.1}],
        "layers": [],
        "attack": None,
        "simulation": {"status": "passed", "reason": None},
        "proof_summary": {"status": "passed", "reason": None},
        "mutation": None,
        **changes,
    }


def core(**counts):
    states = ("equivalent", "killed", "refused", "survived", "open")
    found = {"core": "mac", "mutants": 20, **dict.fromkeys(states, 0), **counts}
    return {**found, "kill_rate": (found["killed"] + found["refused"]) / (found["mutants"] - found["equivalent"])}


def mutation(*cores):
    return {"passed": False, "kill_rate_wanted": 0.95, "cores": list(cores)}


def test_where_all_passed_there_is_none():
    assert find_problems(results()) == []
    assert find_problems(results(simulation={"status": "skipped"}, proof_summary={"status": "skipped"})) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"design": {"target_met": False, "target": None, "bound": 0.3, "target_error": 0.2}},
            Problem(Step.PLAN, Kind.FAILED, "target missed: the bound 0.3 exceeds 0.2"),
        ),
        (
            {"outputs": [{"index": 4, "worst_low": -0.2, "worst_high": 0.1, "bound_low": -0.1, "bound_high": 0.1}]},
            Problem(Step.MEASURE, Kind.FAILED, "measured errors exceed the bound: output 4"),
        ),
        (
            {"simulation": {"status": "failed", "reason": "output 3 differs"}},
            Problem(Step.SIMULATE, Kind.FAILED, "simulation failed: output 3 differs"),
        ),
        (
            {"simulation": {"status": "incomplete", "reason": "time limit reached"}},
            Problem(Step.SIMULATE, Kind.UNDECIDED, "simulation incomplete: time limit reached"),
        ),
        (
            {"proof_summary": {"status": "failed", "reason": "first a.prove: FAIL"}},
            Problem(Step.PROVE, Kind.FAILED, "proofs failed: first a.prove: FAIL"),
        ),
        (
            {"proof_summary": {"status": "incomplete", "reason": "first a.prove: TIMEOUT"}},
            Problem(Step.PROVE, Kind.UNDECIDED, "proofs incomplete: first a.prove: TIMEOUT"),
        ),
        (
            {"mutation": mutation(core(killed=18, survived=2))},
            Problem(Step.MUTANTS, Kind.FAILED, "mutation score below 95%: mac 90.0%"),
        ),
        (
            {"mutation": mutation(core(killed=15, refused=3, survived=1, open=1))},
            Problem(Step.MUTANTS, Kind.UNDECIDED, "mutation score below 95%: mac 90.0%"),
        ),
    ],
)
def test_each_step_has_its_type(changes, problem):
    assert find_problems(results(**changes)) == [problem]
    assert str(problem) == problem.text


def test_a_core_without_a_fault_has_no_score():
    none = {**core(mutants=1), "equivalent": 1, "kill_rate": None}
    [problem] = find_problems(results(mutation=mutation(none, core(killed=10, survived=10))))
    assert problem.text == "mutation score below 95%: mac none, mac 50.0%"


def test_an_unknown_status_is_no_pass():
    with pytest.raises(KeyError):
        proof_problems({"status": "fine", "reason": None})
