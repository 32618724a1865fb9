# SPDX-License-Identifier: Apache-2.0
"""The error interval of a stochastic layer in the solver: that it is met, and what is asserted of each synapse."""

from dataclasses import replace

import pytest
from networks import proofs_of, small_network

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import ConsistencyError
from sc_precision.plan.network import plan_network
from sc_precision.properties import Mutant
from sc_precision.properties.stochastic.error import stochastic_error_lemmas, worst_run
from sc_precision.tools.sby import Verdict


@pytest.fixture(scope="module")
def plan():
    return plan_network(small_network(), target_error=0.6, datapath="stochastic", name="pocket")


@pytest.mark.parametrize("index", [0, 1])
def test_the_interval_is_met_and_not_exceeded(plan, index, tmp_path):
    """What makes the mutant fail is the tightening alone: the same run without it passes."""
    layer = plan.layers[index]
    lemma = stochastic_error_lemmas(layer, ())[-1]
    runs = {tighter: worst_run(layer, tighter=tighter) for tighter in (-1, 0, 1)}
    mutants = [Mutant(f"mutant_{t + 1}", f"{t} tighter", {f"{lemma.name}.sv": text}) for t, text in runs.items()]
    results = proofs_of([replace(lemma, mutants=tuple(mutants))], tmp_path, ("mutant",))
    assert [result.verdict for result in results.values()] == [Verdict.PASS, Verdict.PASS, Verdict.FAIL]


def test_an_error_that_is_no_sum_of_its_parts_is_refused(plan, tmp_path):
    """Without what each weight or stream is promised, or with a sum that starts from another bias."""
    lemma = stochastic_error_lemmas(plan.layers[0], ())[-1]
    changes = {
        "mutant_free": ("increment_or_counts: assume (least <= off && off <= most);", ""),
        "mutant_bias": ("error <= (first ? bias_error : error) + off;", "error <= (first ? 0 : error) + off;"),
    }
    mutants = []
    for task, change in changes.items():
        assert change[0] in lemma.checker
        mutants.append(Mutant(task, task, {f"{lemma.name}.sv": lemma.checker.replace(*change)}))
    results = proofs_of([replace(lemma, mutants=tuple(mutants))], tmp_path, ("mutant",))
    assert {result.verdict for result in results.values()} == {Verdict.FAIL}


def test_ends_that_miss_the_plan_are_refused(plan):
    layer = plan.layers[0]
    wrong = replace(layer, bounds=replace(layer.bounds, stream_low=layer.bounds.stream_low - 1))
    with pytest.raises(ConsistencyError, match="synapses err by"):
        stochastic_error_lemmas(wrong, ())


def test_the_controller_rests_on_the_error(plan):
    from sc_precision.properties import network_lemmas

    lemmas = {lemma.name: lemma for lemma in network_lemmas(plan, network_verilog(plan.params, "pocket"))}
    assert "pocket_layer0_error" in lemmas["pocket_layer0_control"].assumes
    parts = lemmas["pocket_layer0_error"].assumes
    assert {"pocket_layer0_rows_0", "pocket_layer0_counts_0", "pocket_layer0_error_sums_0"} <= set(parts)
