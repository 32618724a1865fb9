# SPDX-License-Identifier: Apache-2.0
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_nets import all_codes, exact_outputs, random_network

from sc_precision.attack import attack_plan
from sc_precision.golden import network_outputs
from sc_precision.network import Activation, Dense, Network
from sc_precision.params import HARDWARE_ROUNDINGS
from sc_precision.plan.affine import Stage, _lines, compose
from sc_precision.plan.network import PlanLimits, plan_network


def composed(plan, method):
    return compose(plan.network, plan.params, [layer.bounds for layer in plan.layers], 0.0, method)


def exact_errors(plan, codes):
    """Errors of all outputs in rationals, one list per input."""
    lsb, out = Fraction(plan.params[0].inputs.format.lsb), Fraction(plan.params[-1].output.format.lsb)
    for code, outputs in zip(codes, network_outputs(plan.params, codes)[-1], strict=True):
        exact = exact_outputs(plan.network, [int(c) * lsb for c in code])
        yield [int(y) * out - reference for y, reference in zip(outputs, exact, strict=True)]


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 2**32),
    st.sampled_from(["fixed", "stochastic"]),
    st.sampled_from([(2, 3, 2), (2, 2, 2, 2), (1, 4, 3, 2)]),
    st.sampled_from(["relu", "identity"]),
    st.sampled_from([0.3, 1.0, 4.0]),
    st.sampled_from(HARDWARE_ROUNDINGS),
)
def test_functionals_of_the_outputs_hold_for_every_input(seed, datapath, sizes, last, target, rounding):
    activations = ["relu"] * (len(sizes) - 2) + [last]
    network = random_network(sizes, seed=seed, input_fraction=3, activations=activations)
    plan = plan_network(
        network, target_error=target, datapath=datapath, rounding=rounding, limits=PlanLimits(max_length=1 << 14)
    )
    rows = np.array([[1.0, -1.0], [-1.0, 1.0], [1.0, 0.0], [0.0, -1.0], [0.75, 2.5], [-3.0, 1.25]])
    bound = composed(plan, "affine").chain.bound(rows)
    for error in exact_errors(plan, np.array(list(all_codes(0, 8, sizes[0])))):
        for row, most in zip(rows.tolist(), bound, strict=True):
            assert sum(Fraction(g) * e for g, e in zip(row, error, strict=True)) <= Fraction(most)


@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
@pytest.mark.parametrize("seed", range(3))
def test_it_is_never_above_interval_arithmetic_and_below_where_layers_share_inputs(seed, datapath):
    plan = plan_network(random_network((24, 16, 4), seed=seed), target_error=1.0, datapath=datapath, bounds="interval")
    refined, plain = (composed(plan, method) for method in ("affine", "interval"))
    for better, before in zip(refined.errors, plain.errors, strict=True):
        assert (better.low >= before.low).all()
        assert (better.high <= before.high).all()
    assert refined.errors[-1].high.max() < 0.85 * plain.errors[-1].high.max()
    rows = np.eye(4)[[0, 1, 2]] - np.eye(4)[[1, 2, 3]]
    pairs = plain.chain.bound(rows)
    assert (refined.chain.bound(rows) < pairs).all()
    # Differences are less than the sum of two outputs even by intervals: what is shared cancels.
    assert (pairs < (plain.errors[-1].high[:3] - plain.errors[-1].low[1:]) * 0.99).all()


def test_the_refined_bound_saves_bits():
    network = random_network((24, 16, 4), seed=1)
    costs = [plan_network(network, target_error=0.5, bounds=bounds).cost for bounds in ("affine", "interval")]
    assert costs[0] < 0.95 * costs[1]


def test_neurons_that_are_always_on_cancel_exactly():
    """Two layers without a bend are one linear layer: the bound of their difference is that layer's own."""
    first = Dense([[0.3, 0.2], [0.3, 0.2]], [1.0, 1.0], Activation.RELU)
    network = Network((first, Dense([[1.0, -1.0]])), input_fraction=3)
    plan = plan_network(network, target_error=0.5, limits=PlanLimits(max_bits=4, max_activation_bits=16))
    bound, plain = (composed(plan, method).chain.bound(np.array([[1.0], [-1.0]])) for method in ("affine", "interval"))
    worst = max(abs(error[0]) for error in exact_errors(plan, np.array(list(all_codes(0, 8, 2)))))
    assert float(worst) <= bound.max() < 0.5 * plain.max()


def stage(acc_low, acc_high, *, relu=True):
    none = np.zeros(1), np.zeros(1)
    accumulators = np.array([acc_low]), np.array([acc_high])
    return Stage(np.ones((1, 1)), np.zeros((1, 1)), np.zeros(1), none, none, none, none, accumulators, relu)


@settings(deadline=None)
@given(
    st.floats(-4, 4),
    st.floats(0, 4),
    st.floats(-2, 2),
    st.floats(0, 2),
    st.floats(0, 1),
    st.floats(0, 1),
    st.booleans(),
)
def test_lines_lie_on_their_side_of_the_activation(acc_low, width, low, spread, at, part, relu):
    acc_high, high = acc_low + width, low + spread
    lines = _lines(stage(acc_low, acc_high, relu=relu), np.array([low]), np.array([high]))
    for z, d in product({acc_low, acc_high, acc_low + at * width}, {low, high, low + part * spread}):
        hardware, error = Fraction(min(max(z, acc_low), acc_high)), Fraction(min(max(d, low), high))
        exact = hardware - error
        value, reference = (max(v, Fraction(0)) for v in (hardware, exact)) if relu else (hardware, exact)
        after = value - reference
        above, below, slope = (
            Fraction(each[0]) for each in (lines.slopes.above, lines.slopes.below, lines.slopes.value)
        )
        assert after <= above * error + Fraction(lines.above[0])
        assert after >= below * error - Fraction(lines.below[0])
        assert 0 <= value - slope * hardware <= Fraction(lines.value[0])


@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
@pytest.mark.parametrize(("seed", "sizes"), [(1, (16, 5)), (2, (40, 3)), (3, (8, 8))])
def test_single_dense_layers_reach_half_of_their_claim(datapath, seed, sizes):
    plan = plan_network(random_network(sizes, seed=seed), target_error=0.3, datapath=datapath)
    result = attack_plan(plan, evaluate=lambda codes: network_outputs(plan.params, codes)[-1], trials=20_000)
    assert result.violations == 0
    assert result.ratio >= 0.5


def test_an_attack_sees_broken_constraints_of_pairs():
    from dataclasses import replace

    from sc_precision.plan.target import Target

    plan = plan_network(random_network((16, 4), seed=1), target=Target.decision(0.5))

    def evaluate(codes):
        return network_outputs(plan.params, codes)[-1]

    assert attack_plan(plan, evaluate=evaluate, trials=5_000).violations == 0
    liar = replace(plan, constraint_bounds=plan.constraint_bounds * 0.3)
    assert attack_plan(liar, evaluate=evaluate, trials=5_000).violations > 0
