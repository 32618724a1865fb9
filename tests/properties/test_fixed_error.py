# SPDX-License-Identifier: Apache-2.0
"""The error interval of a fixed-point layer in the solver: that it is met, not only kept; and the sizes promised."""

from dataclasses import replace

import numpy as np
import pytest
from networks import proofs_of, small_network

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import ConsistencyError
from sc_precision.network import Dense, Network
from sc_precision.plan.network import plan_network
from sc_precision.plan.result import PlanLimits
from sc_precision.properties import Mutant, network_lemmas
from sc_precision.properties.fixed.error import error_lemmas, worst_run
from sc_precision.tools.sby import Verdict


@pytest.fixture(scope="module")
def plan():
    return plan_network(small_network(5, (3, 2)), target_error=0.3, datapath="fixed", name="pocket", lanes=2)


@pytest.mark.parametrize("index", [0, 1])
def test_the_worst_codes_meet_the_interval_and_not_more(plan, index, tmp_path):
    """What makes the mutant fail is the tightening alone: the same run without it passes."""
    layer, hdl = plan.layers[index], network_verilog(plan.params, "pocket")
    lemma = error_lemmas(layer, hdl)[-1]
    runs = {tighter: worst_run(layer, tighter=tighter) for tighter in (-1, 0, 1)}
    mutants = [Mutant(f"mutant_{t + 1}", f"{t} tighter", {f"{lemma.name}.sv": text}) for t, text in runs.items()]
    results = proofs_of([replace(lemma, mutants=tuple(mutants))], tmp_path, ("mutant",), hdl)
    assert [result.verdict for result in results.values()] == [Verdict.PASS, Verdict.PASS, Verdict.FAIL]


def test_ends_that_miss_the_plan_are_refused(plan):
    layer, hdl = plan.layers[0], network_verilog(plan.params, "pocket")
    wrong = replace(layer, bounds=replace(layer.bounds, pre_low=layer.bounds.pre_low + 1))
    with pytest.raises(ConsistencyError, match="synapses err by"):
        error_lemmas(wrong, hdl)


def test_weights_without_rounding_errors_are_proven_too(tmp_path):
    """No error at all is an interval like any other, and still tight."""
    network = Network((Dense([[0.5, -0.25], [0.75, 0.5]], [0.25, 0.0]),), 0.0, 0.75, 2)
    plan = plan_network(network, target_error=0.001, datapath="fixed", name="exact", lanes=1)
    bounds = plan.layers[0].bounds
    assert not bounds.pre_low.any()
    assert not bounds.pre_high.any()
    hdl = network_verilog(plan.params, "exact")
    for (lemma, task), result in proofs_of(network_lemmas(plan, hdl), tmp_path, hdl=hdl).items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}"


def one_layer(inputs, weight_bits, activation_bits, length=0):
    """Plan and Verilog of one output with all weights of that width, all streams of that length."""
    rng = np.random.default_rng(1)
    weights = rng.uniform(0.1, 0.9, (1, inputs)) * rng.choice([-1.0, 1.0], (1, inputs))
    network = Network((Dense(weights, [0.1]),), 0.0, 1 - 2.0**-activation_bits, activation_bits)
    streams = {"min_length": length, "max_length": length} if length else {}
    limits = PlanLimits(min_bits=weight_bits, max_bits=weight_bits, **streams)
    datapath = "stochastic" if length else "fixed"
    plan = plan_network(
        network, target_error=1e-9, datapath=datapath, name="big", lanes=1, limits=limits, best_effort=True
    )
    return plan, network_verilog(plan.params, "big")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(256, 16, 8), (64, 8, 8, 1024)], ids=["fixed", "stochastic"])
def test_the_sizes_that_are_promised(size, tmp_path):
    """256 inputs x 16-bit weights x 8-bit activations; 64 synapses at L = 1024; all lemmas and mutants."""
    plan, hdl = one_layer(*size)
    params = plan.layers[0].params
    assert (params.n_in, params.inputs.format.width) == (size[0], size[2])
    assert params.cycles == size[3] if len(size) == 4 else params.weight_width == size[1]
    for (lemma, task), result in proofs_of(network_lemmas(plan, hdl), tmp_path, hdl=hdl).items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}"
        assert result.unbounded == (task == "prove")
