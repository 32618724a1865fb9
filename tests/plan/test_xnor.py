# SPDX-License-Identifier: Apache-2.0
"""Discrepancy of bipolar streams, against counting agreements bit by bit; and plans with them."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from tiny_nets import all_codes, exact_outputs, random_network

from sc_precision import golden
from sc_precision.errors import InputError
from sc_precision.network import Activation, Dense, Network
from sc_precision.params import StreamEncoding
from sc_precision.plan.network import plan_network
from sc_precision.plan.result import NetworkPlan, PlanLimits
from sc_precision.plan.xnor import xnor_range


def errors(ones: int, m: int, unit: int) -> list[int]:
    """E(a) for every code, from the definition of the streams."""
    cycles = range(1 << m)
    sigma = [(int(format(t, f"0{m}b")[::-1], 2) if m else 0) ^ ((1 << m // 2) - 1) for t in cycles]
    result = []
    for code in range(-(1 << unit), (1 << unit) + 1):
        total = 0
        for t in cycles:
            place = Fraction(t << (unit + 1), 1 << m) + (Fraction(1 << unit, 1 << m) if unit + 1 > m else 0)
            total += 1 if (place < code + (1 << unit)) == (sigma[t] < ones) else -1
        result.append((total << unit) - code * (2 * ones - (1 << m)))
    return result


@pytest.mark.parametrize("m", range(6))
@pytest.mark.parametrize("unit", range(5))
def test_range_over_every_interval_is_the_counted_one(m, unit):
    whole = 1 << unit
    intervals = [(low, high) for low, high in product(range(-whole, whole + 1), repeat=2) if low <= high]
    low, high = (np.array(ends) for ends in zip(*intervals, strict=True))
    for ones in range((1 << m) + 1):
        expected = errors(ones, m, unit)
        found = xnor_range(np.full(len(low), ones), m, unit, low, high)
        for k, (first, last) in enumerate(intervals):
            part = expected[first + whole : last + whole + 1]
            assert (found[0][k], found[1][k]) == (min(part), max(part)), (ones, first, last)


def test_error_is_four_times_that_of_the_and_gate():
    """At L = 256 masked van der Corput streams are off by up to 23/16 counts in an AND gate."""
    ones = np.arange(257)
    low, high = xnor_range(ones, 8, 7, np.full(257, -128), np.full(257, 128))
    worst = max(-low.min(), high.max()) / 128
    assert worst == pytest.approx(4 * 1.4375)


def brute_force(plan: NetworkPlan) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest error of each output over every input code."""
    inputs = plan.params[0].inputs
    codes = np.array(list(all_codes(inputs.low, inputs.high, plan.network.n_in)))
    values = plan.output_values(golden.network_outputs(plan.params, codes)[-1])
    lsb = Fraction(2) ** -inputs.format.fraction
    off = [
        [
            Fraction(got) - exact
            for got, exact in zip(row, exact_outputs(plan.network, [c * lsb for c in code]), strict=True)
        ]
        for row, code in zip(values.tolist(), codes.tolist(), strict=True)
    ]
    columns = list(zip(*off, strict=True))
    return np.array([float(min(c)) for c in columns]), np.array([float(max(c)) for c in columns])


@pytest.mark.parametrize("seed", range(3))
def test_bipolar_plan_keeps_its_bound_on_every_input(seed):
    network = random_network(
        (2, 3, 2), seed=seed, activations=["identity", "identity"], input_low=-1.0, input_high=1.0, input_fraction=3
    )
    limits = PlanLimits(max_length=1 << 14)
    plan = plan_network(network, target_error=0.5, datapath="stochastic", encoding="bipolar", limits=limits)
    assert plan.encoding is StreamEncoding.BIPOLAR
    assert all(layer.lengths.min() >= 1 << layer.bits.min() for layer in plan.layers)
    low, high = brute_force(plan)
    assert (plan.bound_low <= low).all()
    assert (high <= plan.bound_high).all()
    assert max(-low.min(), high.max()) > 0.1 * plan.bound


def test_one_layer_comes_near_its_bound():
    network = Network((Dense([[0.7, -0.45]], [0.1]),), -1.0, 1.0, 4)
    plan = plan_network(network, target_error=0.2, datapath="stochastic", encoding="bipolar")
    low, high = brute_force(plan)
    assert plan.bound_low[0] <= low[0]
    assert high[0] <= plan.bound_high[0]
    assert max(-low[0], high[0]) > 0.8 * plan.bound


def test_bipolar_and_unipolar_plans_in_files(tmp_path):
    weights = Dense([[0.5, 0.25]], [0.1], Activation.RELU)
    for encoding in ("bipolar", "unipolar"):
        network = Network((weights,), 0.0, 1.0, 3)
        plan = plan_network(network, target_error=0.3, datapath="stochastic", encoding=encoding)
        path = tmp_path / f"{encoding}.npz"
        plan.save(path)
        again = NetworkPlan.load(path)
        assert (again.hash, again.encoding) == (plan.hash, plan.encoding)
        assert plan.to_dict()["layers"][0]["hardware"]["encoding"] == encoding


def test_fixed_plans_have_no_encoding():
    plan = plan_network(random_network((2, 1)), target_error=0.5)
    assert plan.encoding is StreamEncoding.SIGN_MAGNITUDE


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"encoding": "ternary"}, "encoding must be one of unipolar, sign_magnitude, bipolar, got 'ternary'"),
        ({"encoding": 3}, "encoding must be one of .*, got 3"),
        ({"encoding": "bipolar", "datapath": "fixed"}, "encoding bipolar is for datapath='stochastic', got 'fixed'"),
        ({"encoding": "unipolar"}, "weight -0.5 is negative, which unipolar streams cannot carry"),
        (
            {"encoding": "bipolar", "limits": PlanLimits(min_bits=5, min_length=16, max_length=16)},
            "a weight of min_bits=5 needs a stream of 32, but max_length is 16",
        ),
    ],
)
def test_what_cannot_be_planned_is_refused(changes, message):
    network = Network((Dense([[0.5, -0.5]], [0.0]),), 0.0, 1.0, 2)
    with pytest.raises(InputError, match=message):
        plan_network(network, **{"target_error": 0.5, "datapath": "stochastic"} | changes)
