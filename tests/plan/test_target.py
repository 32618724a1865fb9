# SPDX-License-Identifier: Apache-2.0
import json
from fractions import Fraction

import numpy as np
import pytest
from tiny_nets import all_codes, exact_outputs, random_network

from sc_precision.errors import InputError, TargetError
from sc_precision.golden import network_outputs
from sc_precision.network import Dense, Network
from sc_precision.plan.network import PlanLimits, plan_network
from sc_precision.plan.target import Target, output_ranges

TARGETS = [
    Target.absolute(0.25),
    Target.per_output([0.1, 0.2, 0.4]),
    Target.relative(0.05),
    Target.decision(0.5),
]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.kind)
def test_targets_survive_json(target):
    assert Target.from_dict(json.loads(json.dumps(target.to_dict()))) == target
    assert target.label


def test_labels():
    assert [target.label for target in TARGETS] == [
        "0.25",
        "0.1 to 0.4, per output",
        "5 % of each output's range",
        "no decision with a margin above 0.5 changes",
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Target("best", (1.0,)),
            "target kind must be one of absolute, per_output, relative, decision, got 'best'",
        ),
        (lambda: Target("absolute", ()), r"target_error must be a non-empty tuple of numbers, got \(\)"),
        (lambda: Target("absolute", 0.5), "target_error must be a non-empty tuple of numbers, got 0.5"),
        (lambda: Target("absolute", (0.5, 0.5)), r"target_error must be one number, got \(0.5, 0.5\)"),
        (lambda: Target.absolute(0), "target_error must be greater than 0, got 0"),
        (lambda: Target.relative(-1), "relative_target must be greater than 0, got -1"),
        (lambda: Target.decision("1"), "decision_margin must be a real number, got '1'"),
        (lambda: Target.per_output([0.1, 0.0]), "target_errors: entry 1 must be greater than 0, got 0.0"),
        (
            lambda: Target.per_output([[0.1]]),
            r"target_errors must be a non-empty vector \(n_out,\), got shape \(1, 1\)",
        ),
        (lambda: Target.per_output([]), "target_errors must"),
        (lambda: Target.per_output(["a"]), "target_errors: must hold real numbers"),
        (lambda: Target.from_dict({"kind": "absolute"}), "target must have a kind and a list of values"),
    ],
)
def test_what_is_no_target_is_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


@pytest.mark.parametrize(
    ("target", "sizes", "message"),
    [
        (Target.per_output([0.1, 0.2]), (2, 3), "target_errors must have 3 entries, one per output, got 2"),
        (Target.per_output([0.1]), (2, 3), "target_errors must have 3 entries, one per output, got 1"),
        (Target.decision(1.0), (2, 1), "decision_margin needs 2 to 64 outputs, the network has 1; use target_error"),
        (Target.decision(1.0), (2, 65), "decision_margin needs 2 to 64 outputs, the network has 65"),
    ],
)
def test_targets_that_do_not_fit_the_network_are_refused(target, sizes, message):
    with pytest.raises(InputError, match=message):
        plan_network(random_network(sizes), target=target)


def test_an_output_without_a_range_has_no_share_of_it():
    network = Network((Dense([[0.5], [0.0]], [0.0, 1.0]),), input_fraction=2)
    with pytest.raises(InputError, match="relative_target: output 1 has no range"):
        plan_network(network, target=Target.relative(0.1))


@pytest.mark.parametrize(
    ("layers", "share", "output"),
    [
        ([Dense([[0, 0, 0], [1, -1, 0.5]])], 0.1, 0),
        ([Dense(np.zeros((2, 3)))], 0.9, 0),
        ([Dense(np.zeros((2, 3)), [1e-3, 1e9], "relu")], 0.9, r"\d"),
        ([Dense([[1.0], [2.0]], [1.0, -3.0], "relu")], 0.5, 1),  # never above 0
        ([Dense([[0.0]], [0.7], "relu"), Dense([[0.3], [-0.1]], [0.2, 0.1])], 0.5, r"\d"),  # a hidden layer is constant
    ],
)
@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
def test_an_output_without_a_range_is_named_whatever_else_there_is(layers, share, output, datapath):
    with pytest.raises(InputError, match=f"^relative_target: output {output} has no range, it is the same for all"):
        plan_network(Network(tuple(layers)), target=Target.relative(share), datapath=datapath)


def test_exactly_one_target_is_given():
    network = random_network((2, 2))
    with pytest.raises(InputError, match="target_error must be given, or a target"):
        plan_network(network)
    with pytest.raises(InputError, match="target_error and target contradict each other"):
        plan_network(network, target_error=0.1, target=Target.absolute(0.1))
    with pytest.raises(InputError, match=r"target must be a Target, got 0\.1"):
        plan_network(network, target=0.1)
    with pytest.raises(InputError, match="bounds must be one of affine, interval, got 'best'"):
        plan_network(network, target_error=0.1, bounds="best")


@pytest.mark.parametrize("seed", range(8))
def test_ranges_are_those_of_interval_arithmetic_rounded_inward(seed):
    last = ["identity", "relu"][seed % 2]
    network = random_network((3, 4, 3), seed=seed, input_low=-0.7, input_fraction=None, activations=["relu", last])
    low, high = output_ranges(network)
    exact_low, exact_high = [Fraction(-0.7)] * 3, [Fraction(1)] * 3
    for dense in network.layers:
        ends = [
            [sorted((Fraction(w) * a, Fraction(w) * b)) for w, a, b in zip(row, exact_low, exact_high, strict=True)]
            for row in dense.weight.tolist()
        ]
        exact_low = [sum(e[0] for e in row) + Fraction(b) for row, b in zip(ends, dense.bias.tolist(), strict=True)]
        exact_high = [sum(e[1] for e in row) + Fraction(b) for row, b in zip(ends, dense.bias.tolist(), strict=True)]
        if dense.activation.value == "relu":
            exact_low = [max(Fraction(0), value) for value in exact_low]
            exact_high = [max(Fraction(0), value) for value in exact_high]
    for o in range(3):
        assert exact_low[o] <= Fraction(low[o])
        assert Fraction(high[o]) <= exact_high[o]
        assert high[o] - low[o] == pytest.approx(float(exact_high[o] - exact_low[o]), rel=1e-9, abs=1e-11)
    limits = Target.relative(0.1).constraints(network).limits if min(high - low) > 0 else []
    for limit, a, b in zip(limits, exact_low * 2, exact_high * 2, strict=False):
        assert Fraction(limit) <= Fraction(0.1) * (b - a)


@pytest.mark.parametrize("bounds", ["affine", "interval"])
@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.kind)
def test_no_input_of_a_tiny_network_breaks_a_constraint(target, datapath, bounds):
    network = random_network((2, 3, 3), seed=4, input_fraction=3)
    limits = PlanLimits(max_length=1 << 14)
    plan = plan_network(network, target=target, datapath=datapath, bounds=bounds, limits=limits)
    assert plan.target_met
    assert plan.target == target
    assert plan.target_use <= 1.0
    assert (plan.constraint_bounds <= plan.constraints.limits).all()
    codes = np.array(list(all_codes(0, 8, 2)))
    lsb, out = Fraction(plan.params[0].inputs.format.lsb), Fraction(plan.params[-1].output.format.lsb)
    for code, outputs in zip(codes, network_outputs(plan.params, codes)[-1], strict=True):
        exact = exact_outputs(network, [int(c) * lsb for c in code])
        error = [int(y) * out - reference for y, reference in zip(outputs, exact, strict=True)]
        for row, bound in zip(plan.constraints.rows, plan.constraint_bounds, strict=True):
            assert sum(int(g) * e for g, e in zip(row, error, strict=True)) <= Fraction(bound)
        if target.kind == "decision":
            first, second = sorted(exact)[-1:-3:-1]
            if first - second > Fraction(0.5):
                assert outputs.argmax() == exact.index(first)
                assert (outputs == outputs.max()).sum() == 1


def test_a_decision_costs_less_than_two_errors_of_half_its_margin():
    network = random_network((16, 8, 4), seed=3)
    pairs = plan_network(network, target=Target.decision(0.5))
    each = plan_network(network, target_error=0.25)
    assert pairs.cost < each.cost
    assert pairs.constraints.rows.shape == (12, 4)
    assert pairs.dual_gap < 0.05


def test_single_outputs_are_planned_for_their_own_limit():
    network = random_network((16, 8, 3), seed=3)
    plan = plan_network(network, target=Target.per_output([0.05, 0.2, 0.8]))
    worst = np.maximum(plan.bound_high, -plan.bound_low)
    assert (worst <= [0.05, 0.2, 0.8]).all()
    assert (worst > [0.04, 0.15, 0.0]).all()
    assert plan.target_error is None
    assert plan.layers[-1].bits[0].mean() > plan.layers[-1].bits[2].mean()


@pytest.mark.parametrize(
    ("target", "message", "share"),
    [
        (Target.per_output([1e-6, 1.0, 1.0]), r"target_errors 1e-06 is out of reach: the best bound of -?e\[0\] is", 1),
        (Target.relative(1e-6), r"relative_target 1e-06 is out of reach: the best share of -?e\[\d\] is", 1),
        (Target.decision(1e-6), r"decision_margin 1e-06 is out of reach: the best bound of e\[\d\] - e\[\d\] is", 1),
    ],
)
def test_targets_out_of_reach_say_what_is_within_and_what_binds(target, message, share):
    network = random_network((8, 6, 3), seed=1)
    limits = PlanLimits(max_bits=6)
    with pytest.raises(TargetError, match=message) as info:
        plan_network(network, target=target, limits=limits)
    assert info.value.binding == "max_bits"
    assert "at max_bits=6; raise max_bits (24 would reach" in str(info.value)
    reach = info.value.reachable * 1.001
    within = {
        "per_output": Target.per_output([reach, 1.0, 1.0]),
        "relative": Target.relative(reach),
        "decision": Target.decision(reach),
    }[target.kind]
    assert plan_network(network, target=within, limits=limits).target_met
    best = plan_network(network, target=target, limits=limits, best_effort=True)
    assert not best.target_met
    assert best.missed_text.startswith("the bound of ")
    assert best.reached == info.value.reachable * share


def test_plans_say_what_they_keep(tmp_path):
    network = random_network((6, 5, 3), seed=1)
    plan = plan_network(network, target=Target.decision(0.5))
    manifest = plan.to_dict()
    assert manifest["target_error"] is None
    assert manifest["composition"] == "affine"
    assert manifest["target"]["kind"] == "decision"
    assert manifest["target"]["nearest"]["bound"] <= manifest["target"]["nearest"]["limit"] == 0.5
    assert manifest["constraints"]["plus"] == [0, 0, 1, 1, 2, 2]
    assert manifest["constraints"]["minus"] == [1, 2, 0, 2, 0, 1]
    assert manifest["constraints"]["bounds"] == plan.constraint_bounds.tolist()
    assert "no decision with a margin above 0.5 changes; nearest its limit: e[" in plan.target_text
    plan.save(tmp_path / "plan.npz")
    loaded = type(plan).load(tmp_path / "plan.npz")
    assert loaded.hash == plan.hash
    assert loaded.to_dict() == manifest
    absolute = plan_network(network, target_error=0.25)
    assert absolute.to_dict()["constraints"]["plus"] == [0, 1, 2, None, None, None]
    assert absolute.to_dict()["constraints"]["minus"] == [None, None, None, 0, 1, 2]
    assert absolute.constraints.name(4) == "-e[1]"
    assert absolute.target_text == f"bound {absolute.bound:.6g}, target 0.25"
    hashes = {plan.hash, absolute.hash, plan_network(network, target_error=0.25, bounds="interval").hash}
    assert len(hashes) == 3
