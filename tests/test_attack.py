# SPDX-License-Identifier: Apache-2.0
import json
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from tiny_nets import all_codes, exact_outputs, random_network

from sc_precision.attack import attack_plan, forward_slack
from sc_precision.errors import InputError
from sc_precision.golden import network_outputs
from sc_precision.network import Dense, Network
from sc_precision.plan.network import PlanLimits, plan_network
from sc_precision.properties.network.plan_facts import check_plan_facts


def hardware(plan):
    return lambda codes: network_outputs(plan.params, codes)[-1]


@pytest.mark.parametrize("fraction", [4, None])
@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
def test_single_layers_come_close_to_their_bound_and_never_exceed_it(datapath, fraction):
    plan = plan_network(random_network((16, 5), seed=1, input_fraction=fraction), target_error=0.3, datapath=datapath)
    result = attack_plan(plan, evaluate=hardware(plan), trials=30_000, seed=1)
    assert result.violations == 0
    assert result.worst_error <= plan.bound
    assert result.ratio > (0.9 if datapath == "fixed" else 0.6)
    assert result.ratio == result.worst_error / plan.bound
    assert result.n_inputs >= 30_000


@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
def test_deeper_networks_hold_too(datapath):
    plan = plan_network(random_network((12, 8, 6, 3), seed=2), target_error=1.0, datapath=datapath)
    result = attack_plan(plan, evaluate=hardware(plan), trials=20_000)
    assert result.violations == 0
    assert 0.05 < result.ratio <= 1.0


def test_it_finds_the_worst_of_all_inputs():
    network = random_network((3, 3, 2), seed=3, input_fraction=3)
    plan = plan_network(network, target_error=0.2, limits=PlanLimits(max_bits=6))
    result = attack_plan(plan, evaluate=hardware(plan), trials=5_000)
    codes = np.array(list(all_codes(0, 8, 3)))
    error = plan.output_values(hardware(plan)(codes)) - network.forward(codes / 8)
    assert result.worst_error == pytest.approx(np.abs(error).max(), rel=1e-12)
    row = np.flatnonzero((codes == result.worst_input_codes).all(axis=1))
    assert abs(error[row, result.worst_output]) == pytest.approx(result.worst_error)


def test_signed_inputs_are_searched_on_both_sides():
    network = random_network((6, 4), seed=5, input_low=-1.0)
    plan = plan_network(network, target_error=0.2)
    result = attack_plan(plan, evaluate=hardware(plan), trials=10_000)
    assert result.violations == 0
    assert result.ratio > 0.9
    assert result.worst_input_codes.min() < 0 < result.worst_input_codes.max()


def test_a_bound_that_is_too_small_is_caught():
    plan = plan_network(random_network((16, 5), seed=1), target_error=0.3)
    liar = replace(plan, bound_high=plan.bound_high * 0.8, bound_low=plan.bound_low * 0.8)
    assert attack_plan(liar, evaluate=hardware(plan), trials=20_000).violations > 0


def test_hardware_that_is_wrong_is_caught():
    plan = plan_network(random_network((16, 5), seed=1), target_error=0.05)

    def faulty(codes):
        outputs = hardware(plan)(codes).copy()
        outputs[:, 2] += (codes[:, 3] > 12) * 64
        return outputs

    result = attack_plan(plan, evaluate=faulty, trials=2_000)
    assert result.violations > 0
    assert result.worst_output == 2
    assert result.ratio > 1.0


def test_the_same_seed_gives_the_same_result():
    plan = plan_network(random_network((24, 8, 2), seed=1), target_error=0.3)
    first, again, other = (attack_plan(plan, evaluate=hardware(plan), trials=500, seed=seed) for seed in (1, 1, 2))
    assert first.to_dict() == again.to_dict()
    assert first.to_dict() != other.to_dict()
    assert json.loads(json.dumps(first.to_dict())) == first.to_dict()


def test_few_trials_do():
    plan = plan_network(random_network((2, 1), seed=1), target_error=0.3)
    result = attack_plan(plan, evaluate=hardware(plan), trials=1)
    assert result.n_inputs >= 1
    assert result.violations == 0


def test_wide_networks_are_searched_some_inputs_at_a_time(monkeypatch):
    monkeypatch.setattr("sc_precision.attack.BATCH", 64)
    plan = plan_network(random_network((12, 4), seed=1), target_error=0.3)
    assert attack_plan(plan, evaluate=hardware(plan), trials=20_000).ratio > 0.9


def test_exact_hardware_has_no_ratio():
    network = Network((Dense([[0.5, -0.5]]),), input_fraction=2)
    plan = plan_network(network, target_error=0.1, limits=PlanLimits(max_bits=2))
    result = attack_plan(plan, evaluate=hardware(plan), trials=100)
    assert result.worst_error == 0.0
    assert result.violations == 0
    assert replace(result, bound=0.0).ratio == 0.0


def test_slack_covers_the_rounding_of_the_forward_pass():
    rng = np.random.default_rng(1)
    network = random_network((40, 30, 20), seed=1, input_fraction=None)
    slack = forward_slack(network)
    assert (slack < 1e-11).all()
    inputs = rng.random((20, 40))
    for x, y in zip(inputs, network.forward(inputs), strict=True):
        exact = exact_outputs(network, [Fraction(v) for v in x.tolist()])
        for o, value in enumerate(exact):
            assert abs(Fraction(y[o]) - value) <= Fraction(slack[o])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"trials": 0}, "trials must be at least 1"),
        ({"trials": 1.5}, "trials must be an int"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"evaluate": lambda codes: codes}, r"attack: evaluate must return shape \(1, 1\), got \(1, 2\)"),
        ({"evaluate": lambda codes: codes[:, :1] * 0.5}, "output codes must be integers"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    plan = plan_network(random_network((2, 1), seed=1), target_error=0.3)
    with pytest.raises(InputError, match=message):
        attack_plan(plan, **{"evaluate": hardware(plan), "trials": 2} | arguments)


def test_something_else_than_a_plan_is_refused():
    with pytest.raises(InputError, match="attack: expected a NetworkPlan, got dict"):
        attack_plan({}, evaluate=lambda codes: codes)


@pytest.mark.slow
def test_a_million_inputs_in_a_minute():
    plan = plan_network(random_network((64, 32, 10), seed=1), target_error=0.1)
    result = attack_plan(plan, evaluate=hardware(plan), trials=1_000_000)
    assert result.n_inputs >= 1_000_000
    assert result.violations == 0


RANGES = [(0, 3.3), (0, 0.7), (-1.1, 2.3), (-0.3, 0), (0, 1e-3), (-7.77, 0.01), (0, 100.1), (-np.e, np.e)]
RANGES += [(0, 1e6 + 0.3), (0, 1), (-1, 1), (0, 255), (-128, 127), (-1e-5, 1e-4), (0, np.pi), (0, 0.1), (-5.5, 5.6)]


@pytest.mark.parametrize("ends", RANGES, ids=str)
@pytest.mark.parametrize("fraction", [None, 0, 4, 12])
@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
def test_codes_cover_the_range_that_is_given_and_the_bound_speaks_of_it_alone(datapath, fraction, ends):
    low, high = ends
    if datapath == "stochastic" and fraction is not None and max(-low, high) * 2**fraction > 1 << 16:
        pytest.skip("streams carry no finer grid")
    network = random_network((4, 3), seed=6, input_low=low, input_high=high, input_fraction=fraction)
    encoding = "bipolar" if datapath == "stochastic" and low < 0 else "sign_magnitude"
    target = max(1.0, high - low)
    plan = plan_network(network, target_error=target, datapath=datapath, encoding=encoding, best_effort=True)
    inputs = plan.params[0].inputs
    step = Fraction(2) ** inputs.format.fraction
    rounded = (round, round) if fraction is None else (math.ceil, math.floor)
    assert (inputs.low, inputs.high) == tuple(f(Fraction(end) * step) for f, end in zip(rounded, ends, strict=True))
    corners = np.array([[inputs.low] * 4, [inputs.high] * 4])
    values = plan.input_values(corners)
    np.testing.assert_array_equal(plan.input_codes(values), corners)  # in range, and with these very codes
    if fraction is None:
        error = plan.output_values(hardware(plan)(corners)) - network.forward([[low] * 4, [high] * 4])
        assert np.abs(error).max() <= plan.bound
    assert attack_plan(plan, evaluate=hardware(plan), trials=500).violations == 0
    check_plan_facts(plan, [(each.bounds.acc_low.tolist(), each.bounds.acc_high.tolist()) for each in plan.layers])
