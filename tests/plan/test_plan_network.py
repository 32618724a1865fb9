# SPDX-License-Identifier: Apache-2.0
import dataclasses
import json
import time
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_nets import all_codes, exact_outputs, random_network

from sc_precision.errors import InputError, TargetError
from sc_precision.formats import Rounding
from sc_precision.golden import network_outputs
from sc_precision.network import Activation, Dense, Network
from sc_precision.params import HARDWARE_ROUNDINGS, FixedDenseParams, StochasticDenseParams
from sc_precision.plan.build import Builder
from sc_precision.plan.candidates import enumerate_candidates
from sc_precision.plan.grids import choose_grids, input_grid
from sc_precision.plan.network import NetworkPlan, PlanLimits, PlanRequest, plan_network
from sc_precision.plan.quantise import LayerChoice
from sc_precision.plan.target import Target

DATAPATHS = ["fixed", "stochastic"]


def golden(plan: NetworkPlan, codes):
    return network_outputs(plan.params, np.asarray(codes))[-1]


def assert_holds_in_rationals(plan: NetworkPlan, codes) -> None:
    """The promise itself: hardware minus exact network, for the given codes, in rational arithmetic."""
    lsb = Fraction(plan.params[0].inputs.format.lsb)
    out = Fraction(plan.params[-1].output.format.lsb)
    for code, outputs in zip(codes, golden(plan, codes), strict=True):
        exact = exact_outputs(plan.network, [int(c) * lsb for c in code])
        for o, (y, reference) in enumerate(zip(outputs, exact, strict=True)):
            assert Fraction(plan.bound_low[o]) <= int(y) * out - reference <= Fraction(plan.bound_high[o])


@settings(deadline=None, max_examples=25)
@given(
    st.integers(0, 2**32),
    st.sampled_from(DATAPATHS),
    st.sampled_from([0.02, 0.1, 0.5]),
    st.sampled_from(HARDWARE_ROUNDINGS),
    st.sampled_from(["relu", "identity"]),
)
def test_no_input_of_a_tiny_network_breaks_the_promise(seed, datapath, target, rounding, last):
    network = random_network((2, 3, 2), seed=seed, input_fraction=3, activations=["relu", last])
    limits = PlanLimits(max_length=1 << 14)
    plan = plan_network(network, target_error=target, datapath=datapath, rounding=rounding, limits=limits)
    assert plan.target_met
    assert plan.bound <= target
    assert_holds_in_rationals(plan, np.array(list(all_codes(0, 8, 2))))


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 2**32))
def test_signed_inputs_and_identity_layers_keep_the_promise(seed):
    network = random_network(
        (2, 3, 3, 2), seed=seed, input_low=-1.0, input_fraction=2, activations=["identity", "relu", "identity"]
    )
    plan = plan_network(network, target_error=0.1)
    assert plan.params[0].output.format.signed
    assert_holds_in_rationals(plan, np.array(list(all_codes(-4, 4, 2))))


@pytest.mark.parametrize("datapath", DATAPATHS)
def test_inputs_off_the_grid_keep_the_promise(datapath):
    rng = np.random.default_rng(3)
    network = random_network((3, 4, 2), seed=8, input_fraction=None)
    plan = plan_network(network, target_error=0.2, datapath=datapath)
    inputs = np.concatenate([rng.random((300, 3)), rng.integers(0, 2, (30, 3)).astype(float)])
    error = plan.output_values(golden(plan, plan.input_codes(inputs))) - network.forward(inputs)
    assert (error <= plan.bound_high + 1e-12).all()
    assert (error >= plan.bound_low - 1e-12).all()
    # The grid is coarse enough that rounding to it is seen, and it is part of the bound.
    assert np.abs(plan.input_codes(inputs) * plan.params[0].inputs.format.lsb - inputs).max() > 0
    assert plan.layers[0].sources["propagated"] > 0


@pytest.mark.parametrize("datapath", DATAPATHS)
def test_plan_of_a_middle_sized_network(datapath):
    network = random_network((64, 32, 10), seed=1)
    started = time.perf_counter()
    plan = plan_network(network, target_error=0.5, datapath=datapath)
    assert time.perf_counter() - started < 10
    assert plan.target_met
    assert plan.guarantee == "deterministic"
    assert plan.bound == max(np.abs(plan.bound_low).max(), np.abs(plan.bound_high).max())
    assert 0.97 * 0.5 < plan.bound <= 0.5
    assert plan.dual_gap is not None
    assert 0.0 <= plan.dual_gap < 0.005
    kind = FixedDenseParams if datapath == "fixed" else StochasticDenseParams
    assert all(isinstance(params, kind) for params in plan.params)
    assert [params.name for params in plan.params] == ["sc_net_layer0", "sc_net_layer1"]
    assert plan.params[1].inputs == plan.params[0].output
    for layer in plan.layers:
        assert (layer.bits >= 2).all()
        assert (layer.bits <= 16).all()
        # Narrower synapses have zeros at the end of the layer's grid.
        codes = np.abs(layer.params.weights if datapath == "fixed" else layer.params.levels)
        free = layer.bits.max() - layer.bits if datapath == "fixed" else np.log2(layer.lengths) - layer.bits + 1
        assert (codes % (1 << free.astype(np.int64)) == 0).all()
        assert (codes < 2.0 ** (int(layer.bits.max()) - 1 if datapath == "fixed" else 16)).all()
        if datapath == "fixed":
            assert (layer.lengths == 1).all()
        else:
            assert ((layer.lengths >= 16) & (layer.lengths <= 4096)).all()
            used = layer.params.levels != 0
            assert (np.log2(layer.lengths)[used] == layer.params.length_log2[used]).all()
    rng = np.random.default_rng(0)
    inputs = rng.integers(0, 17, (500, 64)) / 16
    error = plan.output_values(golden(plan, plan.input_codes(inputs))) - network.forward(inputs)
    assert (error <= plan.bound_high).all()
    assert (error >= plan.bound_low).all()


@pytest.mark.slow
@pytest.mark.parametrize("datapath", DATAPATHS)
def test_a_large_network_is_planned_in_seconds(datapath):
    network = random_network((784, 128, 10), seed=2, input_fraction=8)
    started = time.perf_counter()
    plan = plan_network(network, target_error=1.0, datapath=datapath, limits=PlanLimits(max_length=1 << 16))
    assert time.perf_counter() - started < 60
    assert plan.target_met
    assert plan.dual_gap is not None
    assert plan.dual_gap < 0.002


def test_tighter_targets_cost_more_and_the_same_target_costs_the_same():
    network = random_network((16, 8, 4), seed=3)
    plans = [plan_network(network, target_error=target) for target in (0.01, 0.05, 0.25, 1.25)]
    costs = [plan.cost for plan in plans]
    assert costs == sorted(costs, reverse=True)
    assert len(set(costs)) == len(costs)
    assert plan_network(network, target_error=0.05).hash == plans[1].hash


@pytest.mark.parametrize("datapath", DATAPATHS)
def test_no_uniform_plan_that_keeps_the_target_is_cheaper(datapath):
    network = random_network((16, 8, 4), seed=5)
    plan = plan_network(network, target_error=0.2, datapath=datapath)
    stochastic = datapath == "stochastic"
    limits = PlanLimits()
    grids = choose_grids(network, 0.2, max_bits=16, stochastic=stochastic)
    request = PlanRequest(target=Target.absolute(0.2), datapath=datapath, name="net", lanes=1)
    builder = Builder(network, request, grids)
    found = 0
    for candidate in enumerate_candidates(range(2, 17), limits.log2_lengths if stochastic else None, 16):
        choices = [
            LayerChoice(
                np.full(dense.weight.shape, candidate.bits, dtype=np.uint8),
                np.full(dense.weight.shape, candidate.length_log2, dtype=np.uint8) if stochastic else None,
                choice.scale,
            )
            for dense, choice in zip(network.layers, builder.finest_choices(), strict=True)
        ]
        uniform = builder.build(choices)
        if uniform.target_met:
            found += 1
            assert plan.cost < uniform.cost
    assert found


def brute_force(network: Network, plan: NetworkPlan, bits: range) -> float:
    """Cost of the cheapest fixed plan on the same grids, by trying every combination of widths."""
    grids = choose_grids(network, plan.target_error, max_bits=16, stochastic=False)
    builder = Builder(network, plan.request, grids)
    sizes = [dense.weight.shape for dense in network.layers]
    scales = [choice.scale for choice in builder.finest_choices()]
    best = np.inf
    for widths in product(bits, repeat=sum(m * n for m, n in sizes)):
        if sum(widths) >= best:
            continue
        parts = np.split(np.array(widths, dtype=np.uint8), np.cumsum([m * n for m, n in sizes])[:-1])
        choices = [LayerChoice(p.reshape(s), None, e) for p, s, e in zip(parts, sizes, scales, strict=True)]
        if builder.build(choices).target_met:
            best = sum(widths)
    return float(best)


@pytest.mark.parametrize("seed", range(6))
def test_tiny_networks_cost_at_most_a_bit_more_than_the_best_of_all_plans(seed):
    network = random_network((2, 2, 1), seed=seed, input_fraction=2)
    plan = plan_network(network, target_error=0.3, limits=PlanLimits(min_bits=2, max_bits=6))
    best = brute_force(network, plan, range(2, 7))
    assert best <= plan.cost <= best + 2


def test_loose_targets_get_the_fewest_bits_and_are_known_to_be_optimal():
    network = random_network((6, 5), seed=1)
    plan = plan_network(network, target_error=50.0)
    assert (plan.layers[0].bits == 2).all()
    assert plan.cost == plan.cost_lower_bound == 60.0
    assert plan.dual_gap == 0.0


@pytest.mark.parametrize("datapath", DATAPATHS)
def test_targets_just_above_the_best_are_met(datapath):
    network = random_network((12, 6, 3), seed=4)
    limits = PlanLimits(max_bits=9, max_length=256)
    with pytest.raises(TargetError) as info:
        plan_network(network, target_error=1e-6, datapath=datapath, limits=limits)
    for factor in (1.3, 1.05, 1.01):
        target = info.value.reachable * factor
        plan = plan_network(network, target_error=target, datapath=datapath, limits=limits)
        assert plan.target_met
        assert plan.bound <= target


def test_weights_that_are_exact_need_few_bits():
    network = Network((Dense([[0.5, -0.5, 0.75, 0.0]], [0.25]),), input_fraction=4)
    for datapath in DATAPATHS:
        plan = plan_network(network, target_error=1e-6, datapath=datapath, limits=PlanLimits(max_length=4096))
        assert plan.layers[0].bits.tolist() == [[2, 2, 3, 2]]
        assert plan.bound < 1e-12
    # Streams without a discrepancy: all residues of the input grid are gone through.
    assert plan.layers[0].lengths.tolist() == [[32, 32, 64, 16]]


@pytest.mark.parametrize(
    ("datapath", "target", "limits", "binding"),
    [
        ("fixed", 1e-3, PlanLimits(max_bits=6), "max_bits"),
        ("fixed", 1e-3, PlanLimits(max_activation_bits=6), "max_activation_bits"),
        ("stochastic", 0.1, PlanLimits(max_length=64), "max_length"),
    ],
)
def test_targets_out_of_reach_say_what_is_within_and_which_limit_binds(datapath, target, limits, binding):
    network = random_network((64, 32, 10), seed=1)
    with pytest.raises(TargetError) as info:
        plan_network(network, target_error=target, datapath=datapath, limits=limits)
    assert info.value.binding == binding
    assert info.value.reachable > target
    text = str(info.value)
    assert "\n" not in text
    assert f"the best bound is {info.value.reachable:.6g} at {binding}={getattr(limits, binding)}" in text
    assert f"raise {binding}" in text
    # What is said to be within reach is.
    plan = plan_network(network, target_error=info.value.reachable * 1.001, datapath=datapath, limits=limits)
    assert plan.target_met


def test_best_effort_is_the_most_precise_plan_and_says_that_it_missed():
    network = random_network((16, 8, 4), seed=1)
    limits = PlanLimits(max_bits=6)
    with pytest.raises(TargetError) as info:
        plan_network(network, target_error=1e-4, limits=limits)
    plan = plan_network(network, target_error=1e-4, limits=limits, best_effort=True)
    assert not plan.target_met
    assert plan.bound == info.value.reachable
    assert plan.to_dict()["target_met"] is False
    assert plan.dual_gap is None


def test_targets_beyond_every_limit_say_so():
    network = Network((Dense([[0.3]], [0.1]),), input_fraction=None)
    limits = PlanLimits(max_bits=24, max_activation_bits=24)
    with pytest.raises(TargetError, match="gains nothing; use a looser target") as info:
        plan_network(network, target_error=1e-12, limits=limits)
    assert info.value.binding == "target_error"


def test_limits_whose_integers_would_not_fit_are_not_recommended():
    # Thirty-two bits of input leave no room for 24 of weight in the exact bound.
    network = Network((Dense(np.full((1, 64), 0.3)),), input_high=255.0, input_fraction=24)
    with pytest.raises(TargetError) as info:
        plan_network(network, target_error=1e-9, limits=PlanLimits(max_bits=15))
    assert info.value.binding == "target_error"


def test_progress_is_reported():
    calls: list[tuple[str, float]] = []
    plan_network(
        random_network((8, 4), seed=1), target_error=0.05, progress=lambda text, done: calls.append((text, done))
    )
    fractions = [done for _, done in calls]
    assert len(fractions) > 5
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < fractions[-1] <= 1.0
    assert all(isinstance(text, str) and text for text, _ in calls)


@pytest.mark.parametrize("target", [0, -0.1, float("nan"), float("inf"), True, "0.1", None, 1j])
def test_bad_targets_are_refused(target):
    with pytest.raises(InputError, match="target_error must"):
        plan_network(random_network((2, 2)), target_error=target)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"datapath": "analog"}, "datapath must be one of fixed, stochastic, got 'analog'"),
        ({"name": "module"}, "is a Verilog keyword"),
        ({"name": "9net"}, "is not a Verilog identifier"),
        ({"name": "n" * 60}, "use at most 64"),
        ({"lanes": 0}, "lanes must be at least 1, got 0"),
        ({"lanes": True}, "lanes must be an int, got True"),
        ({"limits": {"max_bits": 8}}, "limits must be PlanLimits"),
        ({"rounding": "nearest"}, "rounding must be of Rounding, got 'nearest'"),
        ({"rounding": Rounding.STOCHASTIC}, "rounding: stochastic is not built in hardware; use one of truncate"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        plan_network(random_network((2, 2)), **{"target_error": 0.1} | arguments)


def test_something_else_than_a_network_is_refused():
    with pytest.raises(InputError, match="plan_network: expected a Network, got list"):
        plan_network([np.eye(2)], target_error=0.1)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"min_bits": 0}, "limits: min_bits must be at least 1, got 0"),
        ({"max_bits": 25}, "limits: max_bits must be at most 24, got 25"),
        ({"max_bits": 8.0}, "limits: max_bits must be an int, got 8.0"),
        ({"max_activation_bits": 1}, "limits: max_activation_bits must be at least 2, got 1"),
        ({"min_length": 12}, "limits: min_length must be a power of two, got 12"),
        ({"max_length": 1 << 17}, "limits: max_length must be at most 65536, got 131072"),
        ({"min_bits": 9, "max_bits": 8}, "limits: min_bits 9 exceeds max_bits 8"),
        ({"min_length": 64, "max_length": 32}, "limits: min_length 64 exceeds max_length 32"),
    ],
)
def test_bad_limits_are_refused(limits, message):
    with pytest.raises(InputError, match=message):
        PlanLimits(**limits)


def test_limits_that_contradict_each_other_are_refused():
    with pytest.raises(InputError, match="a weight of min_bits=9 needs a stream of 256, but max_length is 64"):
        plan_network(
            random_network((2, 2)),
            target_error=1.0,
            datapath="stochastic",
            limits=PlanLimits(min_bits=9, max_length=64),
        )


def test_streams_refuse_what_they_cannot_carry():
    signed = random_network((2, 2), input_low=-1.0)
    with pytest.raises(
        InputError, match=r"input_low is -1.0, but the stochastic datapath's unipolar inputs start at 0"
    ):
        plan_network(signed, target_error=0.5, datapath="stochastic")
    hidden = random_network((2, 2, 2), activations=["identity", "identity"])
    with pytest.raises(InputError, match="layer_0: a hidden layer with identity activation has negative outputs"):
        plan_network(hidden, target_error=0.5, datapath="stochastic")
    fine = random_network((2, 2), input_fraction=20)
    with pytest.raises(InputError, match=r"the input grid has 1048576 steps, streams carry at most 2\*\*16"):
        plan_network(fine, target_error=0.5, datapath="stochastic")


def test_inputs_that_need_too_many_bits_are_refused():
    network = random_network((2, 2), input_high=1e9, input_fraction=24)
    with pytest.raises(InputError, match=r"inputs of 24 binary places up to 1e\+09 need more than 32 bits"):
        plan_network(network, target_error=0.5)


def test_huge_and_tiny_weights():
    with pytest.raises(InputError, match=r"is too large.*rescale the network"):
        plan_network(Network((Dense([[1e30]]),)), target_error=0.5)
    tiny = plan_network(Network((Dense([[1e-30, 0.0]], [0.25]),), input_fraction=4), target_error=1e-3)
    assert not tiny.params[0].weights.any()
    assert tiny.bound < 1e-3
    zero = plan_network(Network((Dense([[0.0]]),)), target_error=1e-3, datapath="stochastic")
    assert zero.bound < 1e-3
    assert_holds_in_rationals(zero, np.array([[0], [zero.params[0].inputs.high]]))


def test_a_wide_input_range_gets_a_coarse_grid_within_the_limits():
    network = Network((Dense([[1e-6, 1e-6]], [0.1]),), input_low=-3e5, input_high=1e6)
    plan = plan_network(network, target_error=0.01)
    inputs = plan.params[0].inputs
    assert inputs.format.fraction < 0
    assert inputs.format.width <= 16
    points = np.array([[-3e5, 1e6], [123.0, -4567.0]])
    error = plan.output_values(golden(plan, plan.input_codes(points))) - network.forward(points)
    assert np.abs(error).max() <= plan.bound


def test_input_grids():
    unit = Network((Dense([[1.0]]),), 0.0, 1.0)
    codes, rounding = input_grid(unit, 4)
    assert (codes.low, codes.high, codes.format.width, rounding) == (0, 16, 5, 2**-5)
    # A range that would need one more bit for its rounded-up end is given a coarser grid.
    grids = choose_grids(unit, 1e-9, max_bits=8, stochastic=False)
    assert grids.inputs.format.width == 8
    assert grids.inputs.high == 128
    given_grid = Network((Dense([[1.0]]),), -0.3, 0.8, 2)
    codes, rounding = input_grid(given_grid, 2)
    assert (codes.low, codes.high, rounding) == (-1, 3, 0.0)
    # Weights that do not matter ask for no places at all.
    assert choose_grids(Network((Dense([[0.0]]),)), 0.1, max_bits=8, stochastic=False).inputs.format.fraction == 0


@pytest.mark.parametrize("datapath", DATAPATHS)
def test_activations_never_exceed_their_limit(datapath):
    network = random_network((16, 8, 8, 4), seed=6)
    plan = plan_network(network, target_error=2.0, datapath=datapath, limits=PlanLimits(max_activation_bits=8))
    for layer in plan.layers[:-1]:
        assert layer.params.output.format.width <= 8
    assert plan.params[0].output.format.width == 8


def test_codes_and_values_convert():
    plan = plan_network(random_network((3, 2), seed=1), target_error=0.1)
    assert plan.input_codes([[0.0, 0.0625, 1.0]]).tolist() == [[0, 1, 16]]
    with pytest.raises(InputError, match=r"not a multiple of 2\*\*-4"):
        plan.input_codes([[0.0, 0.07, 1.0]])
    fraction = plan.params[-1].output.format.fraction
    assert plan.output_values([[3, -5]]).tolist() == [[3 * 2.0**-fraction, -5 * 2.0**-fraction]]
    with pytest.raises(InputError, match="output codes must be integers, got dtype float64"):
        plan.output_values([0.5])


@pytest.mark.parametrize("datapath", DATAPATHS)
def test_manifest_is_json_and_agrees_with_the_plan(datapath):
    plan = plan_network(random_network((8, 5, 3), seed=1), target_error=0.4, datapath=datapath, name="demo")
    manifest = plan.to_dict()
    assert json.loads(json.dumps(manifest)) == manifest
    assert manifest["schema"] == "sc_precision.network_plan.v1"
    assert manifest["plan_hash"] == plan.hash
    assert manifest["bound"] == plan.bound
    assert manifest["cost"]["total"] == plan.cost
    assert manifest["cost"]["dual_gap"] == plan.dual_gap
    assert manifest["cost"]["saving_fraction"] == pytest.approx(1 - plan.cost / manifest["cost"]["uniform_reference"])
    assert [layer["hardware"] for layer in manifest["layers"]] == [params.to_dict() for params in plan.params]
    for layer, entry in zip(plan.layers, manifest["layers"], strict=True):
        widths = {int(b): n for b, n in entry["bit_widths"].items()}
        assert widths == {int(b): int((layer.bits == b).sum()) for b in np.unique(layer.bits)}
        cost = sum(b * n for b, n in widths.items())
        if datapath == "fixed":
            assert entry["stream_lengths"] == {}
            assert entry["cost"] == cost
        else:
            assert sum(entry["stream_lengths"].values()) == layer.bits.size
            assert entry["cost"] == pytest.approx((layer.bits * np.log2(layer.lengths)).sum())
        assert set(entry["error_sources"]) == {
            "propagated",
            "weight_rounding",
            "stream_discrepancy",
            "bias_rounding",
            "reference",
            "output_rounding",
        }
        assert entry["exact_bound"]["low"] == layer.bounds.pre_low.min()
        assert entry["error_high"] == layer.error_high.max()


def test_hash_depends_on_everything_that_matters():
    network = random_network((3, 2), seed=1)
    plan = plan_network(network, target_error=0.1)
    other = Network((dataclasses.replace(network.layers[0], bias=network.layers[0].bias + 1e-12),), input_fraction=4)
    hashes = {
        plan.hash,
        plan_network(network, target_error=0.11).hash,
        plan_network(network, target_error=0.1, name="b").hash,
        plan_network(network, target_error=0.1, lanes=1).hash,
        plan_network(network, target_error=0.1, limits=PlanLimits(max_bits=12)).hash,
        plan_network(network, target_error=0.1, rounding=Rounding.TRUNCATE).hash,
        plan_network(network, target_error=0.1, datapath="stochastic").hash,
        plan_network(other, target_error=0.1).hash,
    }
    assert len(hashes) == 8


@pytest.mark.parametrize("datapath", DATAPATHS)
def test_rows_describe_every_synapse(datapath):
    plan = plan_network(random_network((4, 3, 2), seed=1), target_error=0.5, datapath=datapath)
    rows = plan.rows()
    assert len(rows) == 4 * 3 + 3 * 2
    assert [(r.layer_index, r.output_index, r.input_index) for r in rows] == [
        (index, o, i)
        for index, layer in enumerate(plan.layers)
        for o in range(layer.bits.shape[0])
        for i in range(layer.bits.shape[1])
    ]
    for row in rows:
        layer = plan.layers[row.layer_index]
        place = row.output_index, row.input_index
        assert row.layer_name == layer.dense.name
        assert row.bit_width == layer.bits[place]
        assert row.bitstream_length == layer.lengths[place]
        assert row.sensitivity == layer.influence[place]
        assert row.total_error_bound >= row.quantization_error_bound + row.stochastic_error_bound
    # The rows' bounds of one output add up to at least what the layer's own bound says.
    for index, layer in enumerate(plan.layers):
        unit = 2.0 ** -(layer.params.acc_fraction + layer.bounds.k)
        for o in range(layer.bits.shape[0]):
            total = sum(r.total_error_bound for r in rows if r.layer_index == index and r.output_index == o)
            own = max(
                -(layer.bounds.pre_low - layer.bounds.bias_error)[o],
                (layer.bounds.pre_high - layer.bounds.bias_error)[o],
            )
            assert total >= own * unit


def test_influence_is_the_largest_change_of_an_output_per_unit_of_weight():
    network = random_network((3, 3, 2), seed=7)
    plan = plan_network(network, target_error=0.1)
    gain = np.abs(network.layers[1].weight).max(axis=0)
    assert plan.layers[0].influence == pytest.approx(np.tile(gain[:, None], (1, 3)))
    hidden_top = plan.layers[1].bounds.input_high * plan.params[1].inputs.format.lsb
    assert plan.layers[1].influence == pytest.approx(np.tile(hidden_top, (2, 1)))


def test_outputs_that_are_always_negative_are_planned():
    layers = (Dense([[0.25, -0.3]], [-2.0]), Dense([[0.7]], [0.1]))
    plan = plan_network(Network(layers, input_fraction=3), target_error=0.05)
    assert plan.params[0].output.low < plan.params[0].output.high == 0
    assert_holds_in_rationals(plan, np.array(list(all_codes(0, 8, 2))))


def test_dead_neurons_are_planned_around():
    layers = (
        Dense([[0.5, 0.25], [0.3, -0.2]], [0.0, -50.0], Activation.RELU),
        Dense([[0.7, 0.9]], [0.1]),
    )
    network = Network(layers, input_fraction=3)
    for datapath in DATAPATHS:
        plan = plan_network(network, target_error=0.05, datapath=datapath)
        assert plan.layers[1].bounds.input_high[1] == 0
        # An input that is always zero needs no precision.
        assert plan.layers[1].bits[0, 1] == 2
        assert_holds_in_rationals(plan, np.array(list(all_codes(0, 8, 2))))


EXTREME = [5e-324, 1e-310, 1e-300, 1e-100, 1e-20]


@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
@pytest.mark.parametrize("small", EXTREME)
def test_weights_next_to_nothing_have_a_plan(small, datapath):
    """Powers of two far below any grid neither overflow nor vanish from the bound."""
    for first, bias, last in ((small, 0.0, 1.0), (1.0, 0.0, small), (1.0, small, 1.0), (small, small, small)):
        network = Network((Dense([[first]], [bias], "relu"), Dense([[last]], [0.0], "identity")), 0.0, 1.0, 4)
        plan = plan_network(network, target_error=0.1, datapath=datapath)
        assert 0.0 < plan.bound <= 0.1


@pytest.mark.parametrize("large", [1e20, 1e100, 1e300, 1.7e308])
@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
def test_weights_beyond_all_widths_are_refused_in_one_line(large, datapath):
    for weight, bias in ((large, 0.0), (-large, 0.0), (1.0, large), (1e-300, large)):
        network = Network((Dense([[weight]], [bias], "relu"), Dense([[1.0]], [0.0], "identity")), 0.0, 1.0, 4)
        with pytest.raises((InputError, TargetError)) as caught:
            plan_network(network, target_error=0.1, datapath=datapath)
        assert "\n" not in str(caught.value)
