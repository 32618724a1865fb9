# SPDX-License-Identifier: Apache-2.0
"""Cost models: by hand, and in plans of whole networks."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from networks import small_network

from sc_precision import allocate
from sc_precision.errors import InputError
from sc_precision.plan.cost import CostModel, synapse_cost
from sc_precision.plan.network import NetworkPlan, plan_network

TARGETS = {"fixed": 0.05, "stochastic": 0.4}


def test_prices_by_hand():
    assert synapse_cost("b*log2L", 5, None, 8) == 5
    assert synapse_cost("b*log2L", 5, 6, 8) == 30
    assert synapse_cost("lut_cycles", 5, None, 8) == Fraction(11, 10) * 8 * 4
    assert synapse_cost("lut_cycles", 9, 8, 8) == Fraction(37, 10) * 256


@pytest.mark.parametrize("value", ["area", None, 3])
def test_unknown_models_are_refused(value):
    with pytest.raises(InputError, match=r"cost_model must be one of b\*log2L, lut_cycles, got"):
        synapse_cost(value, 5, None, 8)
    with pytest.raises(InputError, match=r"cost_model must be one of b\*log2L, lut_cycles, got"):
        plan_network(small_network(), target_error=0.1, cost_model=value)


@pytest.mark.parametrize(("datapath", "model"), list(product(TARGETS, CostModel)))
def test_plan_is_cheapest_by_its_own_model(datapath, model, tmp_path):
    network = small_network(6, (8, 3))
    plan = plan_network(network, target_error=TARGETS[datapath], datapath=datapath, cost_model=model)
    assert plan.target_met
    by_hand = Fraction(0)
    for layer in plan.layers:
        width = layer.params.inputs.format.width
        for bits, length in zip(layer.bits.ravel().tolist(), layer.lengths.ravel().tolist(), strict=True):
            log2 = length.bit_length() - 1 if datapath == "stochastic" else None
            by_hand += synapse_cost(model, bits, log2, width)
    assert plan.cost == pytest.approx(float(by_hand), rel=1e-12)
    assert plan.cost_lower_bound <= plan.cost
    (other,) = set(CostModel) - {model}
    rival = plan_network(network, target_error=TARGETS[datapath], datapath=datapath, cost_model=other)
    rival = replace(rival, layers=tuple(replace(layer, cost_model=model) for layer in rival.layers))
    assert plan.cost <= rival.cost * 1.01
    manifest = plan.to_dict()["cost"]
    assert manifest["model"] == model
    assert 0.0 < manifest["total"] <= manifest["uniform_reference"]
    assert manifest["metric"].startswith("sum(LUT6" if model == "lut_cycles" else "sum(bits")
    plan.save(tmp_path / "plan.npz")
    again = NetworkPlan.load(tmp_path / "plan.npz")
    assert (again.cost_model, again.cost, again.hash) == (model, plan.cost, plan.hash)


@pytest.mark.parametrize(("bounds", "gap"), [("interval", 0.005), ("affine", 0.03)])
def test_larger_networks_are_planned_near_the_optimum(bounds, gap):
    plan = plan_network(
        small_network(40, (24, 5)), target_error=1.0, datapath="stochastic", cost_model="lut_cycles", bounds=bounds
    )
    assert plan.dual_gap is not None
    assert plan.dual_gap < gap


def test_manifest_of_an_allocation():
    rng = np.random.default_rng(1)
    s = rng.random((5, 40))
    plan = allocate(s, np.arange(1.0, 6.0) / 4, cost_model="lut_cycles", per_row=True)
    assert plan.bits.shape == plan.lengths.shape == s.shape
    cost = sum(
        synapse_cost("lut_cycles", b, n.bit_length() - 1, 0)
        for b, n in zip(plan.bits.ravel().tolist(), plan.lengths.ravel().tolist(), strict=True)
    )
    assert plan.cost == pytest.approx(float(cost))
    manifest = plan.to_dict()
    assert manifest["schema"] == "sc_precision.allocation.v1"
    assert (manifest["shape"], manifest["synapses"], manifest["budgets"]) == ([5, 40], 200, 5)
    assert manifest["target"] == {"smallest": 0.25, "largest": 1.25}
    assert 0.9 < manifest["error_over_target"] <= 1.0
    assert manifest["cost_lower_bound"] <= manifest["cost"] == plan.cost
    assert manifest["dual_gap"] == plan.dual_gap < 0.05
    assert sum(kind["synapses"] for kind in manifest["classes"]) == 200
    assert all(kind["synapses"] for kind in manifest["classes"])
