# SPDX-License-Identifier: Apache-2.0
"""Proofs of small fixed-point networks for real, their mutants, and what the composition refuses."""

from dataclasses import replace

import numpy as np
import pyslang
import pytest
from networks import proofs_of, small_network

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.plan.network import plan_network
from sc_precision.properties import check_composition, composed_errors, network_lemmas
from sc_precision.properties.checker.sv import number, replace_first, replace_once
from sc_precision.tools.sby import Verdict


@pytest.fixture(scope="module")
def plan():
    return plan_network(small_network(), target_error=0.3, datapath="fixed", name="pocket", lanes=2)


@pytest.fixture(scope="module")
def lemmas(plan):
    return network_lemmas(plan, network_verilog(plan.params, "pocket"))


def test_everything_is_proven_and_every_mutant_fails(plan, lemmas, tmp_path):
    results = proofs_of(lemmas, tmp_path, hdl=network_verilog(plan.params, "pocket"))
    assert len(results) == sum(len(lemma.tasks) for lemma in lemmas)
    for (lemma, task), result in results.items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-600:]}"
        if task == "prove":
            assert result.unbounded
            assert result.properties["assert"] > 0


def test_every_lemma_has_a_mutant_and_every_promise_a_lemma(lemmas):
    for lemma in lemmas:
        assert any(task.startswith("mutant") for task in lemma.tasks), lemma.name
    assert {"error bound", "no overflow", "stream protocol"} <= {lemma.property for lemma in lemmas}


def test_one_input_one_output_one_layer(tmp_path):
    plan = plan_network(small_network(1, (1,)), target_error=0.2, datapath="fixed", name="tiny", lanes=1)
    hdl = network_verilog(plan.params, "tiny")
    lemmas = network_lemmas(plan, hdl)
    for (lemma, task), result in proofs_of(lemmas, tmp_path, tasks=("prove", "cover"), hdl=hdl).items():
        assert result.verdict is Verdict.PASS, f"{lemma} {task}: {result.message}"


def test_sby_files_name_only_what_is_there(lemmas, plan):
    hdl = network_verilog(plan.params, "pocket")
    for lemma in lemmas:
        files = lemma.files(hdl)
        for line in files[f"{lemma.name}.sby"].partition("[files]")[2].split("\n"):
            path = line.split(":")[-1].split()[-1] if line.strip() else ""
            if path.startswith("../hdl/"):
                assert path.removeprefix("../hdl/") in hdl
            elif path:
                assert path in files


def layer_with(plan, index, **changes):
    layers = list(plan.layers)
    layers[index] = replace(layers[index], **changes)
    return replace(plan, layers=tuple(layers))


def test_composition_is_exact_and_inside_the_claim(plan):
    for layer, errors in zip(plan.layers, composed_errors(plan), strict=True):
        for (low, high), claim_low, claim_high in zip(errors, layer.error_low, layer.error_high, strict=True):
            assert claim_low <= low <= high <= claim_high
            assert claim_high - float(high) <= 1e-9 * max(1.0, abs(claim_high))


def test_a_claim_that_is_a_hair_too_small_is_refused(plan, lemmas):
    last = plan.layers[-1]
    lower = np.nextafter(last.error_high, -np.inf) - 1e-9
    with pytest.raises(ConsistencyError, match="but the plan claims"):
        check_composition(layer_with(plan, -1, error_high=lower), lemmas)


def test_intervals_that_do_not_add_up_are_refused(plan, lemmas):
    bounds = replace(plan.layers[0].bounds, pre_high=plan.layers[0].bounds.pre_high - 1)
    with pytest.raises(ConsistencyError, match="synapses err by"):
        check_composition(layer_with(plan, 0, bounds=bounds), lemmas)


def test_a_reach_that_is_too_small_is_refused(plan, lemmas):
    bounds = replace(plan.layers[0].bounds, acc_high=plan.layers[0].bounds.acc_high - 1)
    with pytest.raises(ConsistencyError, match="can end at"):
        check_composition(layer_with(plan, 0, bounds=bounds), lemmas)


def test_assumptions_must_be_asserted_and_acyclic(plan, lemmas):
    lonely = replace(lemmas[0], assumes=("nobody",))
    with pytest.raises(ConsistencyError, match="assumes nobody, which no lemma asserts"):
        check_composition(plan, [lonely, *lemmas[1:]])
    circle = replace(lemmas[0], assumes=(lemmas[0].name,))
    with pytest.raises(ConsistencyError, match="in a circle"):
        check_composition(plan, [circle, *lemmas[1:]])
    with pytest.raises(ConsistencyError, match="same name"):
        check_composition(plan, [*lemmas, lemmas[0]])


def test_a_checker_without_covers_is_refused(lemmas):
    with pytest.raises(InputError, match="no cover statement"):
        replace(lemmas[0], checker="module m; endmodule")


def test_a_mutant_that_changes_nothing_is_refused():
    with pytest.raises(ConsistencyError, match="nothing matches"):
        replace_once("assign a = b;", "c", "d")
    with pytest.raises(ConsistencyError, match="nothing matches"):
        replace_first("assign a = b;", "c", "d")


def test_a_mutant_that_may_be_in_two_places_is_refused():
    with pytest.raises(ConsistencyError, match="'b' matches 2 times in the Verilog"):
        replace_once("assign a = b & b;", "b", "c")
    assert replace_first("assign a = b & b;", "(b)", r"~\1") == "assign a = ~b & b;"


def test_numbers_that_do_not_fit_are_refused():
    assert number(-4, 3) == "-3'sd4"
    with pytest.raises(ConsistencyError, match="does not fit 3 signed bits"):
        number(4, 3)


def test_checkers_are_systemverilog(lemmas):
    for lemma in lemmas:
        tree = pyslang.syntax.SyntaxTree.fromText(lemma.checker)
        assert not [str(problem.code) for problem in tree.diagnostics if problem.isError()], lemma.name
