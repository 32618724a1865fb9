# SPDX-License-Identifier: Apache-2.0
import pytest

from sc_precision.errors import InputError
from sc_precision.report.results import check_results, outside
from sc_precision.report.verdict import proof_scope, proof_word, tally, target_finding, target_missed, verdict

PROMISE = "each output stays within ±1.000 of the exact network, for every input in range"
HOPE = PROMISE.replace("stays", "should stay")
NO_PROOF = [(("proofs",), None), (("proof_summary",), None)]
MISSED = [(("design", "target_error"), 0.9), (("design", "target_met"), False)]
LABEL = "no decision with a margin above 2 changes"


def pairs(kept, met):
    target = {"label": LABEL, "name": "e[3] - e[5]", "bound": kept, "limit": 2.0}
    return [(("design", "target_error"), None), (("design", "target"), target), (("design", "target_met"), met)]


NO_SIMULATION = [(("simulation",), None), (("accuracy", "rtl"), None)]


@pytest.mark.parametrize(
    ("changes", "state", "headline"),
    [
        ([], "pass", f"Proved: {PROMISE}"),
        (pairs(1.9, met=True), "pass", f"Proved: {PROMISE} (target: {LABEL})"),
        (pairs(2.1, met=False), "fail", f"Failed: the bound 1.000 misses the target ({LABEL})"),
        (NO_SIMULATION, "incomplete", f"Proved, not simulated: {PROMISE}"),
        (
            [(("simulation",), {"status": "incomplete", "reason": "time limit reached"})],
            "incomplete",
            f"Proved, not simulated: {PROMISE}",
        ),
        (NO_PROOF, "incomplete", f"Planned, not proved (the proofs did not run): {HOPE}"),
        (NO_PROOF + NO_SIMULATION, "none", f"Planned, not proved (neither proofs nor simulation ran): {HOPE}"),
        (
            [(("design", "guarantee"), "statistical(0.95)")],
            "pass",
            "Proved: each output stays within ±1.000 of the exact network, (statistical(0.95) guarantee)",
        ),
        (
            [(("proof_summary", "composition_checked"), False)],
            "incomplete",
            f"Proved in parts, not as a whole: {HOPE}",
        ),
        (
            [(("proofs", 0, "unbounded"), False), (("proofs", 0, "depth"), 30)],
            "incomplete",
            f"Checked to depth 30, not proved beyond: {HOPE}",
        ),
        (
            [(("proofs", 0, "unbounded"), None), (("proofs", 0, "depth"), None)],
            "incomplete",
            f"Checked to a bounded depth, not proved beyond: {HOPE}",
        ),
        (
            [(("proofs", 0, "verdict"), "TIMEOUT"), (("proof_summary", "status"), "incomplete")],
            "incomplete",
            f"Not proved (1 of 82 proof tasks without a verdict): {HOPE}",
        ),
        (
            [(("proof_summary", "status"), "incomplete")],
            "incomplete",
            f"Not proved (the proofs are incomplete): {HOPE}",
        ),
        (
            [(("proofs", 2, "verdict"), "PASS"), (("proof_summary", "status"), "failed")],
            "fail",
            "Failed: a proof did not pass",
        ),
        ([(("simulation", "status"), "failed")], "fail", "Failed: the simulation of the Verilog did not pass"),
        ([(("attack", "violations"), 2)], "fail", "Failed: a measured error exceeds its claimed bound"),
        ([(("attack", "worst_error"), 1.01)], "fail", "Failed: a measured error exceeds its claimed bound"),
        ([(("layers", 0, "measured_max_error"), 0.4)], "fail", "Failed: a measured error exceeds its claimed bound"),
        ([(("outputs", 9, "worst_low"), -1.1)], "fail", "Failed: a measured error exceeds its claimed bound"),
        (
            MISSED,
            "fail",
            "Failed: the bound 1.000 misses the target 0.9",
        ),
        (
            [*NO_PROOF, *MISSED, (("attack", "violations"), 1)],
            "fail",
            "Failed: a measured error exceeds its claimed bound; the bound 1.000 misses the target 0.9",
        ),
    ],
)  # fmt: skip
def test_headline(change, changes, state, headline):
    found = verdict(check_results(change(*changes)))
    assert (found.state, found.headline) == (state, headline)
    assert (found.bound_label == "Bound, proved") == (found.proof.state == "pass" and found.errors.state == "pass")


def test_what_did_not_run_is_never_a_pass(change):
    names = ("accuracy", "layers", "outputs", "attack", "simulation", "proofs", "proof_summary", "size", "tools")
    found = verdict(check_results(change(*(((name,), None) for name in names))))
    assert [finding.state for finding in found.findings] == ["pass", "none", "none", "none", "none"]


def test_measured_without_a_search(change):
    found = verdict(check_results(change((("attack",), None)))).errors
    assert (found.state, found.word) == ("pass", "Within")
    assert "No search for worse inputs was run." in found.detail


def test_a_simulation_that_ran_out_of_time_is_no_failure(change):
    found = verdict(check_results(change((("simulation",), {"status": "incomplete", "reason": "time limit reached"}))))
    assert (found.simulation.state, found.simulation.word) == ("incomplete", "Incomplete")
    assert found.simulation.detail == "The bench came to no verdict: time limit reached."


def test_controls(change, results):
    def controls(*kinds):
        rows = [row for row in results["proofs"] if row["task"].split("_")[0] in ("prove", *kinds)]
        return verdict(check_results(change((("proofs",), rows)))).controls

    assert controls("cover", "mutant").word == "Passed"
    assert (controls().state, controls().word) == ("none", "Not run")
    assert controls("cover").state == controls("mutant").state == "incomplete"
    assert controls("cover").detail == "No mutant tried, 36 of 36 covers reached."


@pytest.mark.parametrize(
    ("fields", "state", "word", "scope"),
    [
        ({}, "pass", "proved", "unbounded"),
        ({"unbounded": False, "depth": 9}, "incomplete", "bounded", "depth 9"),
        ({"verdict": "FAIL", "depth": 3}, "fail", "refuted", "depth 3"),
        ({"verdict": "UNKNOWN"}, "incomplete", "undecided", "–"),
        ({"verdict": "TIMEOUT"}, "incomplete", "timed out", "–"),
        ({"verdict": "ERROR"}, "incomplete", "error", "–"),
        ({"verdict": None}, "none", "not run", "–"),
        ({"task": "cover", "unbounded": False, "depth": 7}, "pass", "reached", "depth 7"),
        ({"task": "cover", "verdict": "FAIL"}, "fail", "not reached", "depth 2"),
        ({"task": "mutant_a", "expected": "FAIL", "verdict": "FAIL"}, "pass", "killed", "depth 2"),
        ({"task": "mutant_a", "expected": "FAIL"}, "fail", "survived", "depth 2"),
    ],
)
def test_one_entry(results, fields, state, word, scope):
    row = results["proofs"][0] | fields
    assert proof_word(row) == (state, word)
    assert proof_scope(row) == scope


def test_tally(results):
    counts = tally(results["proofs"])
    assert (counts.claims, counts.held, counts.unbounded) == (36, 36, 36)
    assert (counts.covers, counts.reached, counts.mutants, counts.killed) == (36, 36, 10, 10)
    assert (counts.wrong, counts.undecided, counts.depth, counts.state) == (0, 0, None, "pass")
    assert counts.seconds == pytest.approx(sum(row["seconds"] for row in results["proofs"]))
    assert tally([]).state == "none"


def test_outside_allows_the_rounding_of_floats():
    assert not outside(-0.1, 0.5 * (1 + 1e-12), -0.5, 0.5)
    assert outside(-0.1, 0.5 * (1 + 1e-8), -0.5, 0.5)
    assert outside(-0.6, 0.0, -0.5, 0.5)
    assert outside(0.0, 1e-300, 0.0, 0.0)


def test_targets_of_other_kinds_are_named(change):
    met, missed = (target_finding(check_results(change(*pairs(*case)))) for case in ((1.9, True), (2.1, False)))
    asked = "Asked for: no decision with a margin above 2 changes. The planned bound"
    assert (met.state, met.word) == ("pass", "Met")
    assert met.detail == f"{asked} 1.900 of e[3] - e[5], the nearest to its limit, is within 2."
    assert (missed.state, missed.word) == ("fail", "Missed")
    assert missed.detail == f"{asked} 2.100 of e[3] - e[5] exceeds 2."
    design = change(*pairs(2.1, met=False))["design"]
    assert target_missed(design) == "of e[3] - e[5] 2.1 exceeds 2"


def test_limits_of_other_kinds_decide(change):
    for kept, said in ((1.9, False), (2.1, True)):
        with pytest.raises(InputError, match=r"but bound \S+ and limit of e\[3\] - e\[5\] 2.0 say"):
            check_results(change(*pairs(kept, met=said)))
