# SPDX-License-Identifier: Apache-2.0
"""Proofs of bipolar streams and of registers in popcount trees; hardware that has no lemmas is refused."""

from dataclasses import replace

import pytest
from networks import proofs_of

from sc_precision.bundle.emit import emit_bundle
from sc_precision.emit.hardware_check import check_hardware
from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import InputError
from sc_precision.network import Dense, Network
from sc_precision.params import StochasticDenseParams, kind
from sc_precision.plan.network import plan_network
from sc_precision.plan.result import PlanLimits
from sc_precision.properties import network_lemmas
from sc_precision.tools.sby import Verdict

LAYERS = (Dense([[0.75, -0.5], [0.25, -0.9], [0.0, 0.4]], [0.1, -0.2, 0.0]), Dense([[0.5, -0.75, 0.3]], [0.1]))


def bipolar_plan(layers, target, stages=()):
    network = Network(layers, -1.0, 1.0, 2)
    limits = PlanLimits(min_length=2, max_length=256)
    plan = plan_network(
        network, target_error=target, datapath="stochastic", encoding="bipolar", name="signed_net", limits=limits
    )
    layers = tuple(
        replace(layer, params=replace(layer.params, popcount_stages=count))
        for layer, count in zip(plan.layers, stages or (0,) * len(plan.layers), strict=True)
    )
    return replace(plan, layers=layers)


def assert_proven(plan, folder):
    hdl = network_verilog(plan.params, plan.name)
    assert check_hardware(plan, hdl)
    for (lemma, task), result in proofs_of(network_lemmas(plan, hdl), folder, hdl=hdl).items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-600:]}"
        assert result.unbounded or task != "prove"


def test_bipolar_layer_with_a_pipelined_popcount_is_proven(tmp_path):
    assert_proven(bipolar_plan(LAYERS[1:], 0.4, (1,)), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("stages", [(), (2, 1)])
def test_bipolar_network_is_proven(stages, tmp_path):
    assert_proven(bipolar_plan(LAYERS, 1.0, stages), tmp_path)


def test_hardware_of_no_kind_makes_no_bundle(tmp_path, monkeypatch):
    plan = bipolar_plan(LAYERS[1:], 0.4)
    monkeypatch.delitem(kind._KINDS, StochasticDenseParams)
    with pytest.raises(InputError, match="there is no kind of layer 'stochastic_dense'"):
        emit_bundle(plan, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()
