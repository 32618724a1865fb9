# SPDX-License-Identifier: Apache-2.0
from itertools import product

import numpy as np
import pytest
from tiny_nets import random_network

from sc_precision.network import Dense
from sc_precision.params import InputCodes
from sc_precision.plan.build import Builder
from sc_precision.plan.candidates import Candidate, LayerCandidates, enumerate_candidates, layer_candidates
from sc_precision.plan.grids import choose_grids
from sc_precision.plan.quantise import LayerChoice
from sc_precision.plan.request import PlanRequest
from sc_precision.plan.target import Target


def random_candidates(seed, n=5, shape=(3, 4)):
    rng = np.random.default_rng(seed)
    candidates = tuple(Candidate(bits, None) for bits in range(2, 2 + n))
    scale = 0.5 ** np.arange(n)[:, None, None]
    return LayerCandidates(candidates, rng.random((n, *shape)) * scale, rng.random((n, *shape)) * scale, 0)


def test_candidates_fit_their_codes_and_stop_where_the_discrepancy_does():
    pairs = {(c.bits, c.length_log2) for c in enumerate_candidates(range(2, 7), range(3, 9), 4)}
    assert pairs == {(b, m) for b in range(2, 7) for m in range(3, 9) if b - 1 <= m <= 4 + b - 1}
    assert [c.bits for c in enumerate_candidates(range(2, 7), None, 4)] == [2, 3, 4, 5, 6]
    costs = [c.cost for c in enumerate_candidates(range(2, 7), range(3, 9), 4)]
    assert costs == sorted(costs)
    assert Candidate(3, 7).cost == 21
    assert Candidate(3, None).cost == 3
    # Longer ones are left where the limits allow no shorter.
    assert {c.length_log2 for c in enumerate_candidates(range(2, 3), range(8, 12), 4)} == {8}
    assert enumerate_candidates(range(9, 10), range(3, 6), 4) == ()


@pytest.mark.parametrize("seed", range(5))
def test_choice_is_the_least_priced_total(seed, monkeypatch):
    monkeypatch.setattr("sc_precision.plan.candidates._BLOCK", 4)
    layer = random_candidates(seed)
    rng = np.random.default_rng(seed + 100)
    prices = rng.random((2, 3)) * 20
    chosen = layer.choose(prices)
    total = 0.0
    for o, i in product(range(3), range(4)):
        priced = [
            layer.above[c, o, i] * prices[0, o] + layer.below[c, o, i] * prices[1, o] + candidate.cost
            for c, candidate in enumerate(layer.candidates)
        ]
        assert chosen.which[o, i] == int(np.argmin(priced))
        total += min(priced)
    assert chosen.total == pytest.approx(total)
    assert (chosen.choice.bits == chosen.which + 2).all()
    assert chosen.choice.length_log2 is None
    up, down = layer.errors(chosen.which)
    for o in range(3):
        assert up[o] == pytest.approx(sum(layer.above[chosen.which[o, i], o, i] for i in range(4)))
        assert down[o] == pytest.approx(sum(layer.below[chosen.which[o, i], o, i] for i in range(4)))


def test_free_errors_choose_the_cheapest_and_precision_the_smallest():
    layer = random_candidates(1)
    assert (layer.choose(np.zeros((2, 3))).which == 0).all()
    assert (layer.most_precise().bits == np.argmin(layer.above + layer.below, axis=0) + 2).all()


def test_softened_errors_become_the_chosen_ones_when_cold():
    layer = random_candidates(2)
    prices = np.full((2, 3), 7.0)
    mean, covariance = layer.soften(prices, 1e-6)
    assert mean == pytest.approx(np.stack(layer.errors(layer.choose(prices).which)))
    assert covariance == pytest.approx(np.zeros((3, 3)), abs=1e-9)


@pytest.mark.parametrize("block", [1, 1000])
def test_softened_covariance_is_the_derivative_of_the_mean(block, monkeypatch):
    monkeypatch.setattr("sc_precision.plan.candidates._BLOCK", block)
    layer, temperature, step = random_candidates(3), 0.4, 1e-5
    prices = np.array([[3.0, 5.0, 2.0], [4.0, 1.0, 6.0]])
    _, covariance = layer.soften(prices, temperature)
    for side in range(2):
        higher, lower = prices.copy(), prices.copy()
        higher[side] += step
        lower[side] -= step
        slope = (layer.soften(higher, temperature)[0] - layer.soften(lower, temperature)[0]) / (2 * step)
        assert slope == pytest.approx(-covariance[side : side + 2] / temperature, rel=1e-4)


@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
def test_candidate_errors_are_those_of_the_built_hardware(datapath):
    network = random_network((3, 2), seed=4, input_fraction=5)
    stochastic = datapath == "stochastic"
    grids = choose_grids(network, 0.1, max_bits=16, stochastic=stochastic)
    request = PlanRequest(target=Target.absolute(0.1), datapath=datapath, name="net", lanes=1)
    builder = Builder(network, request, grids)
    dense = network.layers[0]
    candidates = enumerate_candidates(range(2, 9), range(3, 9) if stochastic else None, grids.inputs.unit_log2)
    layer = layer_candidates(
        dense, candidates, scale=1, inputs=grids.inputs, input_low=np.zeros(3, int), input_high=np.full(3, 32)
    )
    for index, candidate in enumerate(candidates):
        lengths = np.full((2, 3), candidate.length_log2, dtype=np.uint8) if stochastic else None
        choice = LayerChoice(np.full((2, 3), candidate.bits, dtype=np.uint8), lengths, 1)
        built = builder.build([choice]).layers[0]
        unit = 2.0 ** -(built.params.acc_fraction + built.bounds.k)
        # The reference integers differ from the weights by half a unit times the input.
        slack = 16.5 * unit
        up = (built.bounds.weight_high + built.bounds.stream_high) * unit
        down = -(built.bounds.weight_low + built.bounds.stream_low) * unit
        assert layer.above[index] == pytest.approx(up, abs=slack)
        assert layer.below[index] == pytest.approx(down, abs=slack)


def test_signed_inputs_move_the_sum_both_ways():
    inputs = InputCodes.covering(-8, 4, 2)
    layer = layer_candidates(
        Dense([[0.3]]),
        (Candidate(2, None),),
        scale=0,
        inputs=inputs,
        input_low=np.array([-8]),
        input_high=np.array([4]),
    )
    # The code is 1 for a half: 0.2 too much, over inputs from -2 to 1.
    assert layer.above[0, 0, 0] == pytest.approx(0.2)
    assert layer.below[0, 0, 0] == pytest.approx(0.4)
