# SPDX-License-Identifier: Apache-2.0
"""Proofs of folded stochastic layers: rows that idle, several lengths, signs of inputs, registers in popcounts."""

from dataclasses import replace

import pyslang
import pytest
from networks import proofs_of

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import ConsistencyError
from sc_precision.network import Dense, Network
from sc_precision.plan.network import plan_network
from sc_precision.plan.result import PlanLimits
from sc_precision.properties import network_lemmas
from sc_precision.properties.stochastic.folded import folded_stochastic_lemmas
from sc_precision.tools.sby import Verdict


def uneven_network():
    """Weights so different that their streams have several lengths."""
    first = Dense([[0.75, -0.5, 0.11], [0.03, 0.9, -0.2], [-0.6, 0.02, 0.4]], [0.1, -0.2, 0.05], "relu")
    return Network((first, Dense([[0.9, -0.7, 0.06], [0.05, 0.3, -0.8]], [0.0, 0.1])), input_fraction=3)


def folded_plan(encoding="sign_magnitude", lanes=2, name="pocket", network=None, stages=0, **more):
    network = uneven_network() if network is None else network
    more = {"target_error": 0.4 if encoding == "bipolar" else 0.2} | more
    options = {"datapath": "stochastic", "encoding": encoding, "name": name, "architecture": "folded"} | more
    plan = plan_network(network, lanes=lanes, **options)
    layers = tuple(replace(each, params=replace(each.params, popcount_stages=stages)) for each in plan.layers)
    return replace(plan, layers=layers)


def lemmas_of(plan):
    hdl = network_verilog(plan.params, plan.name)
    return network_lemmas(plan, hdl), hdl


def assert_proven(lemmas, folder, hdl):
    results = proofs_of(lemmas, folder, hdl=hdl)
    assert len(results) == sum(len(lemma.tasks) for lemma in lemmas)
    for (lemma, task), result in results.items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-600:]}"
        assert task != "prove" or result.unbounded


@pytest.mark.parametrize(("encoding", "stages"), [("sign_magnitude", 0), ("bipolar", 2)])
def test_everything_is_proven_and_every_mutant_fails(encoding, stages, tmp_path):
    plan = folded_plan(encoding, stages=stages)
    first = plan.params[0]
    assert (first.passes, first.row_outputs(1)[-1]) == (2, None)
    assert len(first.classes) > 1
    lemmas, hdl = lemmas_of(plan)
    assert all(lemma.mutants for lemma in lemmas)
    assert_proven(lemmas, tmp_path, hdl)


def test_corners_are_proven(tmp_path):
    """One input, a row of zeros that is alone on its accumulator, streams of one cycle, one pass."""
    layers = (Dense([[0.75], [0.0], [-0.5]], [0.1, 0.2, 0.6], "relu"), Dense([[0.9, 0.8, 0.7]], [0.0]))
    network = Network(layers, input_fraction=2)
    limits = PlanLimits(min_length=1, max_length=256)
    plan = folded_plan(lanes=3, name="corners", network=network, target_error=0.5, limits=limits)
    assert plan.params[0].passes == 1
    lemmas, hdl = lemmas_of(plan)
    assert_proven(lemmas, tmp_path, hdl)


def test_words_of_32_bits_have_a_mutant():
    """Yosys writes constants of just this width in decimal."""
    network = Network((Dense([[0.9, -0.4, -0.1], [-0.5, 0.4, 0.3]], [0.1, 0.2]),), input_fraction=3)
    limits = PlanLimits(min_length=256, max_length=256)
    plan = folded_plan(lanes=1, name="words", network=network, target_error=5.0, limits=limits)
    assert plan.params[0].word_width(0) == 32
    lemmas, hdl = lemmas_of(plan)
    [flipped] = [mutant for lemma in lemmas for mutant in lemma.mutants if "levels" in lemma.name]
    assert flipped.files["words_layer0_core.v"] not in hdl["words_layer0_core.v"]
    assert "levels[1] = 32'd" in flipped.files["words_layer0_core.v"]


def test_rows_of_zeros_alone_have_lemmas(tmp_path):
    """Neither comparators nor streams are left; both of a row's passes start from a bias."""
    network = Network((Dense([[0.0, 0.0], [0.0, 0.0]], [0.5, -0.25]),), input_fraction=2)
    plan = folded_plan(lanes=1, name="none", network=network, target_error=0.6)
    lemmas, hdl = lemmas_of(plan)
    assert not [lemma.name for lemma in lemmas if "comparators" in lemma.name]
    rows = [lemma for lemma in lemmas if "levels" in lemma.name or "rows" in lemma.name]
    assert_proven(rows, tmp_path, hdl)


def test_checkers_are_systemverilog():
    for lemma in lemmas_of(folded_plan(stages=1))[0]:
        tree = pyslang.syntax.SyntaxTree.fromText(lemma.checker)
        assert not [str(problem.code) for problem in tree.diagnostics if problem.isError()], lemma.name


def test_weights_that_are_no_levels_are_refused():
    plan = folded_plan()
    layer = plan.layers[0]
    error = layer.bounds.weight_error.copy()
    error[0, 0] += 1
    broken = replace(layer, bounds=replace(layer.bounds, weight_error=error))
    with pytest.raises(ConsistencyError, match=r"the weight of synapse \(0, 0\) is no level of its stream"):
        folded_stochastic_lemmas(broken, network_verilog(plan.params, plan.name))


@pytest.mark.slow
def test_digits_is_proven_folded(tmp_path):
    from pathlib import Path

    from sc_precision.importers import read_network

    file = Path(__file__).parents[2] / "examples" / "digits" / "digits.npz"
    plan = folded_plan(lanes=8, name="digits", network=read_network(file).network, target_error=2.0)
    lemmas, hdl = lemmas_of(plan)
    assert_proven(lemmas, tmp_path, hdl)
