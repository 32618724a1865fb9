# SPDX-License-Identifier: Apache-2.0
"""The whole loop on a 2-3-2 network, proofs and simulation for real."""

import json

import pytest
from bundle_designs import TARGETS, tiny_file

import sc_precision.build as build_module
from sc_precision.build import RunOptions, build_network
from sc_precision.bundle import open_bundle, simulation
from sc_precision.errors import InputError, ToolError, ToolMissingError
from sc_precision.problems import Kind, Problem, Step
from sc_precision.report.problems import find_problems
from sc_precision.report.verdict import verdict

QUICK = RunOptions(attack_inputs=2000, targets=(), simulation=False, proofs=False)


@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
def test_the_whole_loop(tmp_path, datapath):
    told = []
    result = build_network(
        tiny_file(),
        tmp_path / "b",
        target_error=TARGETS[datapath],
        datapath=datapath,
        name="tiny",
        lanes=2,
        vectors=12,
        options=RunOptions(attack_inputs=20_000, targets=("generic",), cache=tmp_path / "cache"),
        progress=lambda step, fraction, _: told.append((step, fraction)),
    )
    assert result.problems == ()
    assert result.ok
    assert verdict(result.results).headline.startswith("Proved: each output stays within")
    assert open_bundle(tmp_path / "b").digest == result.bundle.digest
    results = json.loads((tmp_path / "b" / "results" / "results.json").read_text())
    assert results == result.results
    assert results["simulation"]["outputs_compared"] == 24
    assert results["proof_summary"]["status"] == "passed"
    assert all(proof["verdict"] == proof["expected"] for proof in results["proofs"])
    assert {proof["expected"] for proof in results["proofs"]} == {"PASS", "FAIL"}
    assert all(proof["unbounded"] for proof in results["proofs"] if proof["task"] == "prove")
    assert results["size"]["cells"]["generic"]["total"] > 100
    ended = [step for step, fraction in told if fraction == 1.0]
    assert sorted(ended) == sorted(
        ["plan", "emit", "accuracy", "attack", "lint", "simulate", "cells", "prove", "report"]
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "cache"]


def test_what_was_skipped_is_said_to_be(tmp_path):
    result = build_network(tiny_file(), tmp_path / "b", target_error=0.05, name="tiny", options=QUICK)
    assert result.ok
    assert result.results["simulation"] == {"status": "skipped", "reason": "--skip-simulation"}
    assert result.results["proof_summary"] == {"status": "skipped", "reason": "--skip-proofs"}
    assert result.results["size"]["cells"] is None
    assert verdict(result.results).headline.startswith("Planned, not proved (neither proofs nor simulation ran)")


def test_the_same_build_has_the_same_manifest(tmp_path):
    first, second = (
        build_network(tiny_file(), tmp_path / name, target_error=0.05, name="tiny", options=QUICK) for name in "ab"
    )
    assert first.bundle.digest == second.bundle.digest


def test_best_effort_is_a_bundle_and_a_problem(tmp_path):
    result = build_network(tiny_file(), tmp_path / "b", target_error=1e-9, name="tiny", best_effort=True, options=QUICK)
    assert not result.ok
    assert len(result.problems) == 1
    assert (result.problems[0].step, result.problems[0].kind) == (Step.PLAN, Kind.FAILED)
    assert result.problems[0].text.startswith("target missed: the bound ")
    assert open_bundle(tmp_path / "b").manifest["plan"]["target_met"] is False


def test_a_failed_simulation_is_a_bundle_and_a_problem(tmp_path, monkeypatch):
    derived = simulation._vectors

    def wrong(bundle):
        vectors = derived(bundle)
        vectors["expected"][3, 0] += 1
        return vectors

    monkeypatch.setattr(simulation, "_vectors", wrong)
    options = RunOptions(attack_inputs=0, targets=(), proofs=False, jobs=1)
    result = build_network(tiny_file(), tmp_path / "b", target_error=0.05, name="tiny", vectors=5, options=options)
    assert not result.ok
    assert (result.problems[0].step, result.problems[0].kind) == (Step.SIMULATE, Kind.FAILED)
    assert "vector 3, output 0: hardware" in result.problems[0].text
    assert result.results["simulation"]["status"] == "failed"
    assert result.results["attack"] is None
    assert verdict(result.results).headline.startswith("Failed: the simulation")


def test_cells_that_cannot_be_counted_are_a_problem(tmp_path, monkeypatch):
    def failing(*_arguments, **_options):
        raise ToolError("yosys: time limit of 600 s reached")

    monkeypatch.setattr(build_module, "count_cells", failing)
    options = RunOptions(attack_inputs=0, simulation=False, proofs=False)
    result = build_network(tiny_file(), tmp_path / "b", target_error=0.05, name="tiny", options=options)
    assert result.problems == (Problem(Step.CELLS, Kind.UNDECIDED, "cells: yosys: time limit of 600 s reached"),)


def test_lint_warnings_are_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(build_module, "lint", lambda _bundle: {"yosys": [], "iverilog": ["tiny.v:3: warning: x"]})
    result = build_network(tiny_file(), tmp_path / "b", target_error=0.05, name="tiny", options=QUICK)
    text = "lint: 1 warnings, first iverilog: tiny.v:3: warning: x"
    assert result.problems == (Problem(Step.LINT, Kind.FAILED, text),)


def test_an_error_in_a_step_leaves_nothing(tmp_path, monkeypatch):
    def failing(*_arguments, **_options):
        raise ToolError("out of disk")

    monkeypatch.setattr(build_module, "measure_accuracy", failing)
    with pytest.raises(ToolError, match="out of disk"):
        build_network(tiny_file(), tmp_path / "b", target_error=0.05, name="tiny", options=QUICK)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_simulator_is_found_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(build_module, "plan_network", lambda *_: pytest.fail("planned in vain"))
    with pytest.raises(ToolMissingError, match=r"iverilog is not installed.*; --skip-simulation builds without it"):
        build_network(tiny_file(), tmp_path / "b", target_error=0.05)


def test_without_test_inputs_random_ones_are_simulated(tmp_path):
    file = type(tiny_file())(tiny_file().network)
    result = build_network(file, tmp_path / "b", target_error=0.05, name="tiny", vectors=7, options=QUICK)
    assert result.ok
    assert result.bundle.manifest["vectors"] == {"count": 7, "labelled": 0, "source": "random"}
    assert result.results["accuracy"] is None
    assert result.results["outputs"][0]["worst_low"] is not None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"jobs": 0}, "jobs must be at least 1, got 0"),
        ({"timeout": 0.0}, "timeout must be greater than 0, got 0.0"),
        ({"timeout": float("inf")}, "timeout must be finite, got inf"),
        ({"simulation_timeout": -1.0}, "simulation timeout must be greater than 0, got -1.0"),
        ({"attack_inputs": -1}, "attack inputs must be at least 0, got -1"),
        ({"attack_seconds": 0.0}, "attack seconds must be greater than 0, got 0.0"),
        ({"targets": ("asic",)}, "synthesis target must be one of generic, ice40, xilinx, got 'asic'"),
        ({"simulation": 1}, "simulation must be True or False, got 1"),
        ({"proofs": "no"}, "proofs must be True or False, got 'no'"),
    ],
)
def test_options_out_of_range(arguments, message):
    with pytest.raises(InputError, match=message):
        RunOptions(**arguments)


def test_measured_errors_beyond_the_bound_are_a_problem(tmp_path):
    result = build_network(tiny_file(), tmp_path / "b", target_error=0.05, name="tiny", options=QUICK)
    results = json.loads(json.dumps(result.results))
    results["outputs"][1]["worst_high"] = 1.0
    text = "measured errors exceed the bound: output 1"
    assert find_problems(results) == [Problem(Step.MEASURE, Kind.FAILED, text)]
