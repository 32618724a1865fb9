# SPDX-License-Identifier: Apache-2.0
"""Measurements, evidence and how they are put together."""

import dataclasses
import json

import numpy as np
import pytest
from bundle_designs import tiny_file

from sc_precision.bundle import attack, count_cells, lint, measure_accuracy, report
from sc_precision.bundle.evidence import read_evidence, write_evidence
from sc_precision.errors import InputError
from sc_precision.golden import network_outputs
from sc_precision.report import check_results

SIMULATION = {
    "status": "passed",
    "reason": None,
    "seconds": 1.0,
    "tests": [{"name": "t", "passed": True}],
    "messages": {},
    "images": 12,
    "versions": {"iverilog": "11.0"},
    "vectors": 12,
    "outputs_compared": 24,
    "cycles": 500,
    "cycles_per_vector": 11,
    "accuracy_rtl": 0.75,
}


def test_errors_and_accuracy_are_those_of_the_golden_model(tiny_copy):
    plan, file = tiny_copy.plan(), tiny_file()
    found = measure_accuracy(tiny_copy, plan, file.test_inputs, file.test_labels)
    codes = network_outputs(plan.params, plan.input_codes(file.test_inputs))
    errors = plan.output_values(codes[-1]) - plan.network.forward(file.test_inputs)
    assert found["outputs"] == [[low, high] for low, high in zip(errors.min(0), errors.max(0), strict=True)]
    assert found["layers"][1] == np.abs(errors).max()
    hidden = plan.network.layers[0]
    exact = np.maximum(file.test_inputs @ hidden.weight.T + hidden.bias, 0)
    step = 2.0 ** -plan.params[0].output.format.fraction
    assert found["layers"][0] == pytest.approx(np.abs(codes[0] * step - exact).max(), rel=1e-9)
    assert (found["samples"], found["images"], found["float"]) == (20, 20, 1.0)
    assert found["golden"] == (codes[-1].argmax(1) == file.test_labels).mean()
    assert read_evidence(tiny_copy, "accuracy") == found


def test_inputs_without_labels_have_no_accuracy(tiny_copy):
    found = measure_accuracy(tiny_copy, tiny_copy.plan(), tiny_file().test_inputs)
    assert (found["samples"], found["images"], found["float"], found["golden"]) == (20, 0, None, None)
    assert report(tiny_copy)["accuracy"] is None


def test_the_search_keeps_to_its_inputs_and_its_time(tiny_copy):
    plan, seen = tiny_copy.plan(), []
    few = attack(tiny_copy, plan, inputs=2000, progress=lambda fraction, _: seen.append(fraction))
    assert 2000 <= few["n_inputs"] < 40_000
    assert seen
    assert 0 <= min(seen) <= max(seen) <= 1
    assert 0 < few["worst_error"] <= plan.bound
    assert max(map(abs, few["errors"])) == pytest.approx(few["worst_error"], rel=1e-9)
    assert few["violations"] == 0
    short = attack(tiny_copy, plan, inputs=50_000_000, seconds=0.05)
    assert short["n_inputs"] < 5_000_000
    assert attack(tiny_copy, plan, inputs=2000)["worst_input_codes"] == few["worst_input_codes"]


@pytest.mark.parametrize("arguments", [{"inputs": 0}, {"seconds": 0.0}, {"seconds": float("nan")}])
def test_a_search_that_cannot_be(tiny_copy, arguments):
    with pytest.raises(InputError):
        attack(tiny_copy, tiny_copy.plan(), **arguments)


def test_lint_and_cells(tiny_copy):
    found = lint(tiny_copy)
    assert found["yosys"] == []
    assert read_evidence(tiny_copy, "lint") == found
    cells = count_cells(tiny_copy, ["ice40"])
    assert cells["cells"]["ice40"]["total"] > 100
    assert cells["versions"]["yosys"]
    assert report(tiny_copy)["size"]["cells"] == cells["cells"]


def test_a_target_that_is_none(tiny_copy):
    with pytest.raises(InputError, match="synthesis target must be one of generic, ice40, xilinx, got 'asic'"):
        count_cells(tiny_copy, ["asic"])


def test_nothing_was_run(tiny_copy):
    results = report(tiny_copy, {"proofs": "--skip-proofs"})
    assert results["simulation"] == {"status": "skipped", "reason": "it was not run"}
    assert results["proof_summary"] == {"status": "skipped", "reason": "--skip-proofs"}
    assert results["accuracy"] is None
    assert results["attack"] is None
    lemmas = tiny_copy.manifest["lemmas"]
    assert len(results["proofs"]) == sum(len(lemma["tasks"]) for lemma in lemmas)
    assert {proof["verdict"] for proof in results["proofs"]} == {None}
    page = (tiny_copy.folder / "report" / "index.html").read_text()
    assert "not proved" in page
    written = json.loads((tiny_copy.folder / "results" / "results.json").read_text())
    assert written == results
    assert check_results(written)["design"] == results["design"]


def test_what_was_run_is_put_together(tiny_copy):
    file = tiny_file()
    measure_accuracy(tiny_copy, tiny_copy.plan(), file.test_inputs, file.test_labels)
    attack(tiny_copy, tiny_copy.plan(), inputs=2000)
    write_evidence(tiny_copy, "simulation", SIMULATION)
    results = report(tiny_copy)
    assert results["accuracy"] == {
        "images": 20,
        "float": 1.0,
        "golden": results["accuracy"]["golden"],
        "rtl": 0.75,
        "rtl_images": 12,
    }
    assert results["simulation"]["outputs_compared"] == 24
    plan = tiny_copy.manifest["plan"]
    for output, low, high in zip(results["outputs"], plan["bound_low"], plan["bound_high"], strict=True):
        assert low <= output["worst_low"] <= output["worst_high"] <= high
    worst = max(max(-output["worst_low"], output["worst_high"]) for output in results["outputs"])
    assert worst == pytest.approx(results["attack"]["worst_error"], rel=1e-9)
    assert results["tools"]["iverilog"] == "11.0"


def test_accuracy_of_hardware_counts_only_where_it_was_right(tiny_copy):
    file = tiny_file()
    measure_accuracy(tiny_copy, tiny_copy.plan(), file.test_inputs, file.test_labels)
    write_evidence(tiny_copy, "simulation", SIMULATION | {"status": "failed", "reason": "x"})
    assert report(tiny_copy)["accuracy"]["rtl"] is None


def test_evidence_of_another_build_is_named_and_does_not_count(tiny_copy, tiny_bundles):
    write_evidence(tiny_copy, "simulation", SIMULATION)
    assert read_evidence(tiny_copy, "simulation") == SIMULATION
    foreign = dataclasses.replace(tiny_copy, digest=tiny_bundles["stochastic"].digest)
    write_evidence(foreign, "simulation", SIMULATION)
    with pytest.raises(InputError, match=r"simulation.json: is about another bundle; remove it and run the step"):
        report(tiny_copy)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(manifest_sha256="0" * 64),
        lambda document: document["data"].update(status="failed"),
        lambda document: document["data"].update(more=1),
        lambda document: document.update(more=1),
    ],
)
def test_evidence_that_was_changed_is_named(tiny_copy, change):
    write_evidence(tiny_copy, "simulation", SIMULATION)
    path = tiny_copy.folder / "results" / "simulation.json"
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match=r"simulation.json: is damaged, or was changed by hand"):
        report(tiny_copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vectors": 600}, "vectors is 600, of this bundle 12"),
        ({"outputs_compared": 0}, "outputs_compared is 0, of this bundle 24"),
    ],
)
def test_a_simulation_of_other_vectors_does_not_count(tiny_copy, change, message):
    write_evidence(tiny_copy, "simulation", SIMULATION | change)
    with pytest.raises(InputError, match=rf"simulation.json: {message}"):
        report(tiny_copy)


def test_a_search_against_another_bound_does_not_count(tiny_copy):
    found = attack(tiny_copy, tiny_copy.plan(), inputs=2000)
    write_evidence(tiny_copy, "attack", found | {"bound": 1.0})
    with pytest.raises(InputError, match=r"attack.json: bound is 1.0, of this bundle 0"):
        report(tiny_copy)


def test_verdicts_are_those_of_the_lemmas(tiny_copy):
    """Every way to make verdicts say more than was run is named."""
    lemmas = tiny_copy.manifest["lemmas"]
    tasks = [
        {"lemma": lemma["name"], "task": task, "expected": "FAIL" if task.startswith("mutant") else "PASS"}
        | {key: lemma[key] for key in ("core", "property", "claim", "assumes")}
        | {"engine": "smtbmc z3", "seconds": 1.0, "unbounded": True, "depth": 1, "cached": False, "message": None}
        | {"fault": "a fault" if task.startswith("mutant") else None, "counterexample": None}
        for lemma in lemmas
        for task in lemma["tasks"]
    ]
    for entry in tasks:
        entry["verdict"] = entry["expected"]
    composition = json.loads(tiny_copy.texts("formal")["composition.json"])
    fixed = {"reason": None, "seconds": 1.0, "environment": [], "composition_checked": True, "versions": {}}
    proofs = fixed | {"status": "passed", "mutants": True, "tasks": tasks, "composition": composition}
    write_evidence(tiny_copy, "proofs", proofs)
    assert report(tiny_copy)["proof_summary"]["status"] == "passed"
    forged = {
        "is missing, or no task": {"tasks": tasks[1:]},
        "no task of the manifest": {"tasks": [*tasks, tasks[0]]},
        "or no task of the": {"tasks": [tasks[0] | {"claim": "all is well"}, *tasks[1:]]},
        "a task expects the wrong verdict": {"tasks": [tasks[0] | {"expected": "FAIL"}, *tasks[1:]]},
        "passed is not what the tasks amount to": {"tasks": [tasks[0] | {"verdict": "UNKNOWN"}, *tasks[1:]]},
        "its composition is not formal/composition.json": {"composition": composition | {"bound": "0"}},
        "is missing": {"mutants": False},
    }
    for message, change in forged.items():
        write_evidence(tiny_copy, "proofs", proofs | change)
        with pytest.raises(InputError, match=rf"proofs.json: .*{message}.*; remove it and prove again"):
            report(tiny_copy)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"schema": "x", "kind": "simulation", "data": {}}'])
def test_damaged_evidence(tiny_copy, content):
    (tiny_copy.folder / "results").mkdir()
    (tiny_copy.folder / "results" / "simulation.json").write_bytes(content)
    with pytest.raises(InputError, match=r"simulation.json: is .*; remove it and run the step again"):
        report(tiny_copy)


def test_evidence_that_contradicts_itself_is_no_report(tiny_copy):
    write_evidence(tiny_copy, "simulation", SIMULATION | {"tests": []})
    with pytest.raises(InputError, match="no test is a failure"):
        report(tiny_copy)
