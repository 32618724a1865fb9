# SPDX-License-Identifier: Apache-2.0
"""Plans of LFSR streams: against all seeds of short registers, exact fractions, and the integer model."""

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest

from sc_precision.design.statistical import measure_coverage
from sc_precision.errors import InputError, TargetError
from sc_precision.importers.arrays import write_arrays
from sc_precision.network import Dense, Network
from sc_precision.params import LfsrParams
from sc_precision.params.registers import Registers
from sc_precision.params.sharing import correlation_counts, correlation_limit
from sc_precision.plan.load import load_plan
from sc_precision.plan.network_file import load_network_plan
from sc_precision.plan.result import NetworkPlan
from sc_precision.plan.statistical_layers import StreamNetwork, groups_of
from sc_precision.plan.statistical_plan import StatisticalPlan, build_statistical_plan, plan_statistical_network


def network(seed=7, sizes=(6, 5, 3), **options):
    rng = np.random.default_rng(seed)
    pairs = list(pairwise(sizes))
    layers = [
        Dense(
            rng.uniform(-1, 1, (n_out, n_in)),
            rng.uniform(-0.3, 0.3, n_out),
            "relu" if k + 1 < len(pairs) else "identity",
        )
        for k, (n_in, n_out) in enumerate(pairs)
    ]
    return Network(tuple(layers), input_low=0.0, input_high=1.0, **options)


@pytest.fixture(scope="module")
def plan():
    return plan_statistical_network(network(), target_error=1.0, confidence=0.9)


def test_the_mean_over_all_seeds_is_off_by_no_more_than_stated():
    m = 4
    length, polynomials = 1 << m, (0b10011, 0b11001)
    numbers = [
        np.stack([LfsrParams(m, seed=s, polynomial=p).numbers(length) for s in range(1, length)]) for p in polynomials
    ]
    worst = 0
    for a, b in product(range(length + 1), repeat=2):
        means = [Fraction(int((n < level).sum()), n.size) for n, level in zip(numbers, (a, b), strict=True)]
        # Seeds are drawn independently, so the mean of a cycle's product is the product of the means.
        lacks = Fraction(a, length) * Fraction(b, length) - means[0] * means[1]
        p = Fraction(b, length)
        assert 0 <= lacks <= max(p, 1 - p) / (length - 1)
        worst = max(worst, lacks / (max(p, 1 - p) / (length - 1)))
    assert worst > Fraction(9, 10)


@pytest.mark.parametrize("fraction", [None, 3])
def test_what_is_not_random_holds_for_every_input(fraction):
    net = network(3, (3, 2), input_fraction=fraction)
    for m in (4, 6):
        plan = build_statistical_plan(
            net,
            name="n",
            target_error=1.0,
            lengths_log2=[m],
            confidence=0.95,
            sharing="independent",
            method="best",
            seed=1,
        )
        params, layer, dense = plan.params[0], plan.bound.layers[0], net.layers[0]
        unit = Fraction(2) ** -params.inputs.format.fraction
        scale = Fraction(2) ** (params.weight_exponent - m)
        assert params.inputs.unit_log2 <= m
        for codes in product([0, params.inputs.high // 2, params.inputs.high], repeat=3):
            for output in range(2):
                exact = Fraction(float(dense.bias[output]))
                built = Fraction(int(params.bias[output])) / Fraction(2) ** params.acc_fraction
                assert abs(built - exact) <= Fraction(float(layer.bias_rounding[output]))
                difference = sum(
                    (int(level) * scale - Fraction(float(w))) * a * unit
                    for level, w, a in zip(params.levels[output], dense.weight[output], codes, strict=True)
                )
                assert abs(difference) <= Fraction(float(layer.weight_rounding[output]))
        assert (layer.propagated > 1e-200).all() == (fraction is None)


@pytest.mark.parametrize("sharing", ["independent", "shared"])
def test_more_inputs_keep_the_bound_than_stated(sharing):
    target = 0.7 if sharing == "independent" else 2.0
    plan = plan_statistical_network(network(), target_error=target, confidence=0.9, sharing=sharing)
    found = measure_coverage(plan, np.random.default_rng(1).uniform(0, 1, (40, 6)), 8)
    assert found.rate >= 0.9
    assert found.worst_error <= target
    assert found.bound == plan.bound.bound
    assert found.to_dict()["kept"] == round(found.rate * 320)


def test_coverage_counts_what_exceeds_the_bound(plan):
    inputs = np.random.default_rng(1).uniform(0, 1, (40, 6))
    whole = measure_coverage(plan, inputs, 3)
    tight = replace(plan, bound=replace(plan.bound, output=plan.bound.output / 50))
    found = measure_coverage(tight, inputs, 1)
    assert found.rate < 0.9 < whole.rate
    assert whole.worst_error >= found.worst_error > found.mean_error > 0


def test_every_register_of_the_network_is_another_one(plan):
    drawn = [(s.polynomial, s.seed, s.length_log2) for layer in plan.params for s in layer.sources.sources]
    assert len(set(drawn)) == len(drawn) == plan.registers == 2 * (6 + 5)
    assert len({polynomial for polynomial, _, _ in drawn}) > 2
    again, other = plan.redrawn(plan.seed), plan.redrawn(2)
    assert again.hash == plan.hash
    assert other.hash != plan.hash
    assert (other.bound.output == plan.bound.output).all()
    assert [layer.cycles for layer in other.params] == [layer.cycles for layer in plan.params]


def test_registers_drawn_are_the_same_on_every_machine():
    registers = Registers(1)
    drawn = registers.draw(8), registers.draw(8), registers.draw(5)
    assert [(each.polynomial, each.seed) for each in drawn] == [(451, 16), (451, 115), (47, 20)]


def test_registers_that_do_not_multiply_are_drawn_again(monkeypatch):
    registers, tried = Registers(0), []

    def counts(x, w):
        tried.append(w)
        return correlation_limit(6) if len(tried) < 4 else correlation_counts(x, w)

    monkeypatch.setattr("sc_precision.params.registers.correlation_counts", counts)
    first = registers.draw(6)
    second = registers.draw(6, first)
    assert second == tried[-1]
    assert second not in tried[:3]
    assert correlation_counts(first, second) < correlation_limit(6)


def test_registers_that_are_used_up_are_an_error():
    registers = Registers(0)
    drawn = {registers.draw(3) for _ in range(14)}
    assert len(drawn) == 14  # 2 polynomials x 7 seeds
    with pytest.raises(InputError, match="not enough different registers of 3 bits"):
        registers.draw(3)


@pytest.mark.parametrize("sharing", ["independent", "shared"])
def test_groups_are_those_of_the_registers(sharing):
    levels = np.array([[3, 0, -2], [0, 0, 1], [0, 0, 0]])
    sources = Registers(1).sources(levels, 6, sharing)
    want, got = groups_of(levels, sharing), sources.groups()
    assert ((want < 0) == (got < 0)).all()
    assert ((want[:, :, None] == want[:, None]) == (got[:, :, None] == got[:, None])).all()


@pytest.mark.parametrize("sizes", [(4, 3), (5, 4, 2), (3, 3, 3, 2)])
def test_lengths_are_the_shortest_of_all(sizes):
    net = network(5, sizes)
    streams = StreamNetwork(net)
    options = range(4, 9)

    def bound(lengths):
        layers = streams.layers(lengths)
        groups = [groups_of(layer.levels, "independent") for layer in layers]
        return streams.bound(layers, groups, 0.95, "best").bound

    choices = {lengths: bound(lengths) for lengths in product(options, repeat=len(sizes) - 1)}
    for factor in (1.0, 1.2, 1.7, 3.0):
        target = choices[(8,) * (len(sizes) - 1)] * factor
        plan = plan_statistical_network(net, target_error=target, min_length=16, max_length=256)
        assert plan.bound.bound <= target
        assert plan.target_met
        least = min(sum(1 << m for m in lengths) for lengths, value in choices.items() if value <= target)
        assert sum(layer.cycles for layer in plan.params) == least


def test_the_manifest_says_what_the_bound_is(plan):
    text = json.loads(json.dumps(plan.to_dict()))
    assert text["guarantee"] == plan.guarantee == "statistical(0.9)"
    assert "over the polynomials and seeds" in text["meaning"]
    assert "LFSR is not that" in text["assumption"]
    assert text["proven"] is False
    assert text["bound"] == plan.bound.bound <= 1.0
    assert [layer["generator_bias"] > 0 for layer in text["errors_by_layer"]] == [True, True]
    codes = plan.input_codes(np.full((1, 6), 0.5))
    assert (codes == 1 << (plan.params[0].inputs.format.fraction - 1)).all()


def test_a_saved_plan_is_read_back(plan, tmp_path):
    path = tmp_path / "plan.npz"
    plan.save(path)
    first = path.read_bytes()
    plan.save(path)
    assert path.read_bytes() == first
    again = StatisticalPlan.load(path)
    assert again.hash == plan.hash
    assert isinstance(load_plan(path), StatisticalPlan)
    with pytest.raises(InputError, match=r"schema must be 'sc_precision\.network_plan\.v1'"):
        NetworkPlan.load(path)


def changed(path, **changes):
    """The same file with other entries in its description."""
    with np.load(path) as file:
        arrays = dict(file)
    meta = json.loads(arrays["meta"].tobytes()) | changes
    arrays["meta"] = np.frombuffer(json.dumps(meta).encode(), np.uint8)
    write_arrays(path, arrays)
    return arrays


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 2}, "the plan it gives has hash"),
        ({"confidence": 0.99}, "the plan it gives has hash"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"lengths_log2": [10]}, "lengths: expected one for each of 2 layers"),
        ({"lengths_log2": [10, 17]}, "length_log2 must be 3 to 16, got 17"),
        ({"lengths_log2": [2, 9]}, "length_log2 must be 3 to 16, got 2"),
        ({"lengths_log2": 4}, "is no usable statistical plan"),
        ({"sharing": "some"}, "sharing must be one of independent, shared, got 'some'"),
        ({"schema": "other"}, "schema must be 'sc_precision.statistical_plan.v1'"),
        ({"layers": []}, "Network|network|layers"),
        ({"layers": [{"name": "layer_0", "activation": "relu"}]}, "expected one for each of 1 layers"),
        ({"hash": None}, "not None"),
    ],
)
def test_changed_files_are_refused_in_one_line(plan, tmp_path, changes, message):
    path = tmp_path / "plan.npz"
    plan.save(path)
    changed(path, **changes)
    with pytest.raises(InputError, match=message) as error:
        StatisticalPlan.load(path)
    assert "\n" not in str(error.value)


def test_other_files_are_refused(plan, tmp_path):
    path = tmp_path / "plan.npz"
    plan.save(path)
    arrays = changed(path)
    write_arrays(path, {key: value for key, value in arrays.items() if key != "meta"})
    with pytest.raises(InputError, match="is no statistical plan: meta is missing"):
        StatisticalPlan.load(path)
    with pytest.raises(InputError, match="meta is missing"):
        load_plan(path)
    write_arrays(path, arrays | {"weight_7": arrays["weight_0"]})
    with pytest.raises(InputError, match="weight_7: belongs to no layer"):
        StatisticalPlan.load(path)
    write_arrays(path, arrays | {"bits_0": arrays["meta"][:, None]})
    with pytest.raises(InputError, match="unknown key 'bits_0'"):
        StatisticalPlan.load(path)
    with pytest.raises(InputError, match="schema must be"):
        load_network_plan(path)


@pytest.mark.parametrize(
    ("options", "binding", "message"),
    [
        ({"max_length": 64}, "max_length", "raise max_length above 64"),
        ({"target_error": 1e-9, "max_length": 65536}, "confidence", "lower the confidence, use a looser target or the"),
    ],
)
def test_targets_out_of_reach(options, binding, message):
    with pytest.raises(TargetError, match=message) as error:
        plan_statistical_network(network(1, (2, 1)), **({"target_error": 0.05} | options))
    assert error.value.binding == binding
    assert error.value.reachable > options.get("target_error", 0.05)


RELU = Dense([[1.0]], activation="relu")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plan_statistical_network([[1.0]], target_error=1), "network must be a Network, got list"),
        (lambda: plan_statistical_network(network(), target_error=0), "target_error must be greater than 0"),
        (lambda: plan_statistical_network(network(), target_error=1, confidence=1.5), "confidence must lie between"),
        (lambda: plan_statistical_network(network(), target_error=1, name="module"), "module"),
        (lambda: plan_statistical_network(network(), target_error=1, sharing=None), "sharing must be one of indep"),
        (lambda: plan_statistical_network(network(), target_error=1, method="guess"), "method must be one of hoeff"),
        (lambda: plan_statistical_network(network(), target_error=9, seed=-1), "seed must be at least 0"),
        (
            lambda: plan_statistical_network(network(), target_error=1, min_length=4),
            "min_length must be a power of two",
        ),
        (lambda: plan_statistical_network(network(), target_error=1, max_length=100), "max_length must be a power"),
        (
            lambda: plan_statistical_network(network(input_fraction=10), target_error=1, max_length=512),
            "the input grid has 1024 steps, more than max_length 512",
        ),
        (
            lambda: plan_statistical_network(Network((RELU,), input_low=-1.0), target_error=1),
            "input_low is -1.0, but unipolar streams carry inputs from 0",
        ),
        (
            lambda: plan_statistical_network(Network((Dense([[1.0]]), RELU), input_low=0.0), target_error=1),
            "a hidden layer with identity activation has negative outputs",
        ),
        (
            lambda: plan_statistical_network(Network((Dense([[1e-30]], [1e20]),)), target_error=1),
            "a bias of 1e\\+20 is too large beside the products",
        ),
        (lambda: Registers(1).sources(np.ones((1, 1)), 4, "all"), "sharing must be one of"),
    ],
)
def test_bad_arguments_are_refused_in_one_line(call, message):
    with pytest.raises(InputError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
