# SPDX-License-Identifier: Apache-2.0
"""Faults in what hardware and lemmas share: each is in both, so that composition must refuse it."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from block_designs import BLOCK_DESIGNS
from networks import small_network

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import ConsistencyError
from sc_precision.network import Dense, Network
from sc_precision.params import (
    BlockFloatDenseParams,
    FixedDenseParams,
    FixedLayerParams,
    FixedParallelParams,
    FoldedStochasticDenseParams,
    InputCodes,
    StochasticDenseParams,
)
from sc_precision.plan import build
from sc_precision.plan.network import plan_network
from sc_precision.properties import check_composition
from sc_precision.properties.network.chain import provable_chain

TARGETS = {"fixed": 0.1, "stochastic": 0.6}


@cache
def plan_of(datapath="fixed", architecture=None, **more):
    return plan_network(
        small_network(), target_error=TARGETS[datapath], datapath=datapath, architecture=architecture, lanes=2,
        name="net", **more,
    )  # fmt: skip


def refused(plan, match):
    with pytest.raises(ConsistencyError, match=match):
        check_composition(plan, [])


@pytest.mark.parametrize(
    ("datapath", "architecture", "more"),
    [
        ("fixed", "folded", {}),
        ("fixed", "folded", {"row_scales": True}),
        ("fixed", "parallel", {"pipeline": 1}),
        ("fixed", "serial", {}),
        ("stochastic", "parallel", {}),
        ("stochastic", "folded", {}),
        ("stochastic", "parallel", {"encoding": "bipolar"}),
    ],
)
def test_plans_without_a_fault_are_not_refused(datapath, architecture, more):
    check_composition(plan_of(datapath, architecture, **more), [])


def test_output_codes_that_saturate(monkeypatch):
    """Codes of the last layer that cover half of what its accumulators reach."""
    whole = build.fit_output

    def half(params, bounds, fraction, max_bits):
        codes, low, high = whole(params, bounds, fraction, max_bits)
        if max_bits is None:
            codes = replace(codes, low=codes.low // 2, high=codes.high // 2)
        return codes, low, high

    monkeypatch.setattr(build, "fit_output", half)
    monkeypatch.setattr(build, "check_unsaturated", lambda *_: None)
    refused(plan_of.__wrapped__(), r"net_layer1: output \d can have codes .* but saturates at")


@pytest.mark.parametrize("ends", [(3, 0), (0, 3)])
def test_a_row_that_is_too_narrow(monkeypatch, ends):
    interval = FixedLayerParams.row_interval

    def narrow(self, output):
        low, high = interval(self, output)
        return (low >> ends[0], high >> ends[1]) if output == 1 else (low, high)

    plan = plan_of("fixed", "parallel")
    monkeypatch.setattr(FixedLayerParams, "row_interval", narrow)
    refused(plan, "the sum of output 1 can reach .* but its adders are made for")


def test_products_that_are_too_narrow(monkeypatch):
    interval = FixedParallelParams.product_interval
    plan = plan_of("fixed", "parallel")
    monkeypatch.setattr(
        FixedParallelParams, "product_interval", lambda self, product: tuple(e // 2 for e in interval(self, product))
    )
    refused(plan, "times input 0 can reach .* but its wire is made for")


@pytest.mark.parametrize("more", [1, -1])
def test_results_that_come_a_cycle_off(monkeypatch, more):
    plan = plan_of("fixed", "parallel", pipeline=1)
    stages = FixedParallelParams.stages.fget
    monkeypatch.setattr(FixedParallelParams, "stages", property(lambda self: stages(self) + more))
    refused(plan, "products take .* cycles and results")


def test_registers_in_other_places(monkeypatch):
    plan = plan_of("fixed", "parallel", pipeline=1)
    monkeypatch.setattr(FixedParallelParams, "stage_of", lambda self, level: level // (self.pipeline + 1))
    refused(plan, "products take .* cycles and results")


@pytest.mark.parametrize(
    ("params", "method", "datapath"),
    [(FixedDenseParams, "lane_outputs", "fixed"), (FoldedStochasticDenseParams, "row_outputs", "stochastic")],
)
@pytest.mark.parametrize("fault", ["swapped units", "reversed", "doubled", "dropped"])
def test_outputs_in_another_order(monkeypatch, params, method, datapath, fault):
    plan, right = plan_of(datapath, "folded"), getattr(params, method)

    def wrong(self, unit):
        if fault == "swapped units":
            return right(self, unit ^ 1)
        outputs = right(self, unit)
        if fault == "reversed":
            return outputs[::-1]
        return [outputs[0]] * len(outputs) if fault == "doubled" else [*outputs[:-1], None]

    monkeypatch.setattr(params, method, wrong)
    refused(plan, "unit . computes outputs")


def test_block_floating_lanes_in_another_order(monkeypatch):
    params = BLOCK_DESIGNS["bf_inside"][0]
    chain, lanes = provable_chain([params], "top"), BlockFloatDenseParams.lane_outputs
    monkeypatch.setattr(BlockFloatDenseParams, "lane_outputs", lambda self, lane: lanes(self, lane)[::-1])
    with pytest.raises(ConsistencyError, match=r"unit . computes outputs"):
        chain.check([])


def test_streams_that_stop_early(monkeypatch):
    plan = plan_of("stochastic")
    cycles = StochasticDenseParams.cycles.fget
    monkeypatch.setattr(StochasticDenseParams, "cycles", property(lambda self: 3 * cycles(self) // 4))
    refused(plan, "net_layer0: runs for .* cycles, but its longest stream has")


def test_groups_that_lose_a_synapse(monkeypatch):
    plan, groups = plan_of("stochastic"), StochasticDenseParams.row_groups

    def fewer(self, output):
        first, *rest = groups(self, output)
        return [replace(first, inputs=first.inputs[1:]), *rest]

    monkeypatch.setattr(StochasticDenseParams, "row_groups", fewer)
    refused(plan, "the groups of output 0 are not its synapses, each once")


def other_network(layers):
    network = small_network()
    return Network(layers(network.layers), network.input_low, network.input_high, network.input_fraction)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (lambda own: (*own, Dense(np.eye(2), [0.0, 0.0])), "the network has 3 layers, the plan 2"),
        (lambda own: (own[0], Dense(own[1].weight[::-1], own[1].bias[::-1])), "is not planned for layer 1"),
        (lambda own: (own[0], Dense(own[1].weight, own[1].bias + 1e-9)), "is not planned for layer 1"),
        (lambda own: (Dense(own[0].weight, own[0].bias, "identity"), own[1]), "is not planned for layer 0"),
    ],
)
def test_plans_of_another_network(layers, message):
    refused(replace(plan_of(), network=other_network(layers)), message)


@pytest.mark.parametrize("ends", [{"input_high": 4.0}, {"input_low": -0.5}])
def test_inputs_beyond_their_codes(ends):
    refused(replace(plan_of(), network=replace(small_network(), **ends)), "inputs have codes .* but the hardware is")


def test_inputs_beyond_what_bounds_are_stated_for():
    plan = plan_of()
    first = plan.layers[0]
    fewer = replace(first, bounds=replace(first.bounds, input_high=first.bounds.input_high // 2))
    with pytest.raises(ConsistencyError, match="the plan says"):
        check_composition(replace(plan, layers=(fewer, *plan.layers[1:])), [])


def test_input_codes_that_cover_half_the_range():
    plan = plan_of()
    first = plan.layers[0]
    inputs = InputCodes(first.params.inputs.format, 0, first.params.inputs.high // 2)
    wrong = replace(first, params=replace(first.params, inputs=inputs))
    refused(
        replace(plan, layers=(wrong, *plan.layers[1:])),
        "inputs have codes 0 to 8, but the hardware is planned for 0 to 4",
    )


@pytest.mark.parametrize("which", ["bound_low", "bound_high"])
def test_bounds_of_all_but_the_worst_output(which):
    plan = plan_of()
    bounds = getattr(plan, which).copy()
    worst = np.maximum(-plan.bound_low, plan.bound_high).argmax()
    bounds[np.arange(len(bounds)) != worst] /= 100
    refused(replace(plan, **{which: bounds}), "is bounded by .* but its layer can err by")


def test_inputs_finer_than_their_codes():
    finer = replace(small_network(), input_fraction=9)
    refused(replace(plan_of(), network=finer), "inputs are multiples of 2\\*\\*-9, but have codes of")


def test_the_faults_are_in_the_verilog_too():
    """What is refused above is no matter of words: the same fault makes other hardware."""
    plan = plan_of("fixed", "folded")
    right = network_verilog(plan.params, "net")
    with pytest.MonkeyPatch.context() as patch:
        lanes = FixedDenseParams.lane_outputs
        patch.setattr(FixedDenseParams, "lane_outputs", lambda self, lane: lanes(self, lane)[::-1])
        assert network_verilog(plan.params, "net") != right
