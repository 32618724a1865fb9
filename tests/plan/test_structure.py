# SPDX-License-Identifier: Apache-2.0
"""Architectures and scales of rows in plans: no result depends on the first, the bound is exact with the second."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_nets import all_codes, exact_outputs, random_network

from sc_precision.errors import InputError
from sc_precision.golden import network_outputs
from sc_precision.importers.arrays import write_arrays
from sc_precision.kinds import planned_kinds
from sc_precision.network import Dense, Network
from sc_precision.params import FixedDenseParams, FixedParallelParams, FixedSerialParams
from sc_precision.plan.bounds import layer_bounds
from sc_precision.plan.network import plan_network
from sc_precision.plan.quantise import ROW_BITS, row_exponents
from sc_precision.plan.result import NetworkPlan
from sc_precision.plan.structure import Structure


def uneven_network(seed=1):
    """Rows of very different sizes, one of zeros."""
    rng = np.random.default_rng(seed)
    first = Dense(rng.normal(0, 1, (4, 2)) * np.array([[1.0], [0.1], [0.01], [0.0]]), rng.normal(0, 0.1, 4), "relu")
    return Network((first, Dense(rng.normal(0, 1, (2, 4)) * [[1.0], [0.03]], [0.1, 0.0])), 0.0, 1.0, 3)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"architecture": "systolic"}, "architecture must be one of folded, parallel, serial, got 'systolic'"),
        ({"architecture": ["folded"]}, "architecture must be one of"),
        ({"architecture": "parallel", "pipeline": 65}, "pipeline must be at most 64, got 65"),
        ({"architecture": "parallel", "pipeline": -1}, "pipeline must be at least 0"),
        ({"architecture": "parallel", "backend": "hls"}, "backend must be one of csd, da4ml, got 'hls'"),
        ({"row_scales": 1}, "row_scales must be True or False, got 1"),
        ({"pipeline": 2}, "pipeline=2 is only of use with architecture='parallel', got architecture='folded'"),
        ({"architecture": "serial", "backend": "da4ml"}, "backend='da4ml' is only of use with architecture='parallel'"),
    ],
)
def test_structures_that_are_refused(fields, message):
    with pytest.raises(InputError, match=message):
        Structure(**fields)


@pytest.mark.parametrize("row_scales", [False, True])
def test_no_result_and_no_bound_depends_on_the_architecture(row_scales):
    plans = {
        name: plan_network(uneven_network(), target_error=0.05, architecture=name, row_scales=row_scales)
        for name in planned_kinds("fixed")
    }
    kinds = {"folded": FixedDenseParams, "parallel": FixedParallelParams, "serial": FixedSerialParams}
    codes = np.array(list(all_codes(0, 8, 2)))
    for name, plan in plans.items():
        assert {type(params) for params in plan.params} == {kinds[name]}
        assert plan.bound == plans["folded"].bound
        assert (network_outputs(plan.params, codes)[-1] == network_outputs(plans["folded"].params, codes)[-1]).all()
    assert len({plan.hash for plan in plans.values()}) == 3


def test_pipelines_reach_the_hardware():
    plan = plan_network(uneven_network(), target_error=0.05, architecture="parallel", pipeline=3)
    assert {params.pipeline for params in plan.params} == {3}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"architecture": "serial"}, "architecture must be one of parallel, folded with datapath='stochastic', got 's"),
        (
            {"row_scales": True},
            "row_scales are of datapath='fixed', got pipeline=0, backend='csd', row_scales=True; le",
        ),
        ({"architecture": "parallel", "pipeline": 1}, "are of datapath='fixed', got pipeline=1"),
    ],
)
def test_what_streams_have_no_use_for(more, message):
    with pytest.raises(InputError, match=message):
        plan_network(uneven_network(), target_error=0.1, datapath="stochastic", **more)


def test_folded_streams_give_the_results_of_parallel_ones(tmp_path):
    options = {"target_error": 0.4, "datapath": "stochastic"}
    parallel = plan_network(uneven_network(), **options)
    folded = plan_network(uneven_network(), **options, architecture="folded", lanes=3)
    assert [params.kind for params in parallel.params] == ["stochastic_dense"] * 2
    assert [params.rows for params in folded.params] == [3, 2]
    assert (folded.bound, folded.cost) == (parallel.bound, parallel.cost)
    assert folded.hash != parallel.hash
    codes = np.array(list(all_codes(0, 8, 2)))
    assert (network_outputs(folded.params, codes)[-1] == network_outputs(parallel.params, codes)[-1]).all()
    for plan in (parallel, folded):
        plan.save(tmp_path / "plan.npz")
        again = NetworkPlan.load(tmp_path / "plan.npz")
        assert (again.hash, again.structure) == (plan.hash, plan.structure)


# --- scales of rows -----------------------------------------------------------------------------------------------


def test_each_row_has_the_smallest_scale_that_holds_it():
    dense = Dense([[0.9, -0.2], [0.06, 0.0], [1e-9, 0.0], [0.0, 0.0]], [0.0, 0.0, 0.0, 0.0])
    assert row_exponents(dense, 1.0, 0).tolist() == [0, -4, -ROW_BITS, 0]


def assert_holds(plan):
    inputs = plan.params[0].inputs
    codes = np.array(list(all_codes(inputs.low, inputs.high, plan.network.n_in)))
    lsb, out = Fraction(inputs.format.lsb), Fraction(plan.params[-1].output.format.lsb)
    worst = Fraction(0)
    for code, outputs in zip(codes, network_outputs(plan.params, codes)[-1], strict=True):
        exact = exact_outputs(plan.network, [int(c) * lsb for c in code])
        for o, (y, reference) in enumerate(zip(outputs, exact, strict=True)):
            error = int(y) * out - reference
            assert Fraction(plan.bound_low[o]) <= error <= Fraction(plan.bound_high[o])
            worst = max(worst, abs(error))
    return float(worst)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 2**32), st.sampled_from([0.01, 0.1]))
def test_the_promise_holds_for_every_input(seed, target):
    plan = plan_network(uneven_network(seed), target_error=target, row_scales=True)
    assert plan.target_met
    assert_holds(plan)


def test_a_bound_with_row_scales_is_nearly_reached():
    plan = plan_network(uneven_network(), target_error=0.05, row_scales=True)
    assert plan.params[0].shifts.any()
    assert assert_holds(plan) > 0.6 * plan.bound


def test_bounds_are_those_of_the_aligned_weights():
    plan = plan_network(uneven_network(), target_error=0.05, row_scales=True)
    layer = plan.layers[0]
    b = layer_bounds(layer.params, layer.dense, layer.bounds.input_low, layer.bounds.input_high)
    scale = layer.params.weight_fraction + b.k
    for output, row in enumerate(layer.params.mantissas.tolist()):
        fraction = layer.params.weight_fraction - int(layer.params.shifts[output])
        for index, mantissa in enumerate(row):
            exact = Fraction(mantissa) / 2**fraction * 2**scale
            assert b.weight_error[output, index] == exact - int(b.reference_weights[output, index])


def test_scales_of_rows_save_bits_where_rows_differ():
    network = uneven_network(3)
    plain = plan_network(network, target_error=0.002)
    scaled = plan_network(network, target_error=0.002, row_scales=True)
    assert scaled.cost <= plain.cost
    assert scaled.params[0].weight_width < plain.params[0].weight_width


# --- files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more", [{"row_scales": True}, {"architecture": "parallel", "pipeline": 2, "row_scales": True}]
)
def test_plans_are_read_back(more, tmp_path):
    plan = plan_network(uneven_network(), target_error=0.05, **more)
    plan.save(tmp_path / "plan.npz")
    again = NetworkPlan.load(tmp_path / "plan.npz")
    assert again.hash == plan.hash
    assert again.structure == plan.structure
    assert [layer.scale for layer in again.layers] == [layer.scale for layer in plan.layers]


def changed(plan, path, change):
    plan.save(path)
    with np.load(path) as data:
        arrays = dict(data)
    meta = json.loads(arrays["meta"].tobytes())
    change(meta)
    arrays["meta"] = np.frombuffer(json.dumps(meta).encode(), np.uint8)
    write_arrays(path, arrays)
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda meta: meta["layers"][0].update(row_scales=3), "row_scales of layer 0 must be a list of 4 ints"),
        (lambda meta: meta["layers"][0].update(row_scales=[1]), "row_scales of layer 0 must be a list of 4 ints"),
        (lambda meta: meta["layers"][0].update(row_scales=[0, 0, 0, 999]), "must be at most 80, got 999"),
        (lambda meta: meta["structure"].update(architecture="x"), "architecture must be one of"),
        (lambda meta: meta["structure"].update(more=1), "is no usable network plan"),
        (lambda meta: meta["layers"][0].update(row_scales=[9, 0, 0, 0]), "it was changed"),
    ],
)
def test_files_that_were_changed_are_refused(change, message, tmp_path):
    plan = plan_network(uneven_network(), target_error=0.05, row_scales=True)
    with pytest.raises(InputError, match=message):
        NetworkPlan.load(changed(plan, tmp_path / "plan.npz", change))


@pytest.mark.parametrize(("datapath", "architecture"), [("fixed", "folded"), ("stochastic", "parallel")])
def test_a_plan_without_a_structure_has_that_of_its_datapath(datapath, architecture, tmp_path):
    plan = plan_network(random_network((2, 2), seed=1, input_fraction=3), target_error=0.4, datapath=datapath)
    again = NetworkPlan.load(changed(plan, tmp_path / "plan.npz", lambda meta: meta.pop("structure")))
    assert again.structure == Structure(architecture)
