# SPDX-License-Identifier: Apache-2.0
"""Spiking layers from trained weights, against neurons in rational arithmetic."""

import json
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import InputError
from sc_precision.golden.neurons import lif_trace, spiking_outputs
from sc_precision.network import Dense
from sc_precision.params import InputCodes
from sc_precision.params.neurons import SPIKES, Drive, Reset, ShiftLeak
from sc_precision.plan.spiking import quantise_spiking


def trained(seed=0, n_out=2, n_in=2):
    rng = np.random.default_rng(seed)
    return Dense(rng.normal(0.3, 0.5, (n_out, n_in)), rng.normal(0, 0.1, n_out))


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("reset", Reset)
def test_spikes_of_the_real_network_where_they_must_agree(bits, reset):
    dense, steps, leak, theta, rest = trained(), 4, ShiftLeak(3), 0.7, Fraction(1, 10)
    value = {"reset": reset} if reset is Reset.SUBTRACT else {"reset": reset, "reset_value": 0.1}
    layer = quantise_spiking(
        dense, SPIKES, name="snn", steps=steps, threshold=theta, weight_bits=bits, leak=leak, **value
    )
    codes = np.array(list(product((0, 1), repeat=8))).reshape(-1, steps, 2)
    currents, spikes = spiking_outputs(layer.layers, codes)
    trace = lif_trace(layer.neurons, currents)
    sure = layer.membrane_bounds.agrees(layer.neurons, trace)
    lsb = Fraction(2) ** -layer.neurons.membrane.fraction
    bounds = layer.membrane_bounds
    for k, vector in enumerate(codes.tolist()):
        for neuron in range(2):
            weights = [Fraction(w) for w in dense.weight[neuron].tolist()]
            r, fired, agree = Fraction(0), [], True
            for step, x in enumerate(vector):
                current = sum((w * v for w, v in zip(weights, x, strict=True)), Fraction(float(dense.bias[neuron])))
                s = leak.factor * r + current
                if agree:
                    error = int(trace.potential[k, step, neuron]) * lsb - s
                    assert Fraction(bounds.low[step, neuron]) <= error <= Fraction(bounds.high[step, neuron])
                fires = s >= Fraction(theta)
                fired.append(int(fires))
                r = s
                if fires:
                    r = s - Fraction(theta) if reset is Reset.SUBTRACT else Fraction(float(rest))
                agree = agree and fires == bool(spikes[k, step, neuron])
            assert not sure[k] or fired == spikes[k, :, neuron].tolist()
    assert sure.mean() > (0.5 if bits == 8 else 0.05)
    assert 0 < spikes.mean() < 1


def test_currents_have_their_bounds_in_integers():
    layer = quantise_spiking(trained(), SPIKES, name="snn", steps=2, threshold=0.7, weight_bits=4)
    bounds, none = layer.bounds
    assert none is None
    assert (layer.dense.weights << bounds.k == bounds.reference_weights + bounds.weight_error).all()
    unit = 2.0 ** -(layer.dense.acc_fraction + bounds.k)
    # Reference weights are off by half a unit at most.
    slack = (layer.dense.n_in + 1) * unit
    assert np.allclose(layer.current_error.low, bounds.pre_low * unit, rtol=0, atol=slack)
    assert np.allclose(layer.current_error.high, bounds.pre_high * unit, rtol=0, atol=slack)


def test_finer_weights_have_smaller_errors():
    bounds = [
        quantise_spiking(trained(), SPIKES, name="snn", steps=8, threshold=1.0, weight_bits=bits).membrane_bounds.bound
        for bits in (4, 8, 12)
    ]
    assert bounds[0] > 4 * bounds[1] > 16 * bounds[2] > 0


def test_from_weights_to_verilog_and_manifest():
    layer = quantise_spiking(
        trained(n_out=3, n_in=5),
        InputCodes.covering(-8, 7, 3),
        name="snn",
        steps=5,
        threshold=0.5,
        leak=ShiftLeak(2),
        refractory=1,
        drive=Drive.CONSTANT,
        lanes=9,
    )
    assert layer.dense.lanes == 3
    files = network_verilog(layer.layers, "snn")
    assert "module snn_lif_step(" in files["snn_lif.v"]
    manifest = layer.manifest()
    assert json.loads(json.dumps(manifest)) == manifest
    assert [entry["kind"] for entry in manifest["layers"]] == ["fixed_dense", "lif"]
    assert manifest["membrane_error_bound"] == layer.membrane_bounds.bound
    assert layer.neurons.inputs == layer.dense.output
    assert layer.dense.shift == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dense": [[1.0]]}, r"^snn: expected a Dense layer, got \[\[1.0\]\]"),
        ({"dense": Dense([[1.0]], activation="relu")}, "^snn: activation is relu; neurons take its place"),
        ({"weight_bits": 1}, "weight_bits must be at least 2, got 1"),
        ({"weight_bits": 33}, "weight_bits must be at most 32, got 33"),
        ({"threshold": 0.0}, "threshold must be greater than 0, got 0.0"),
        ({"threshold": 1e-9}, r"threshold 1e-09 is below half of the accumulator's LSB, 0\.0078125"),
        ({"threshold": 1e30}, "threshold must be at most"),
        ({"reset_value": float("inf")}, "reset_value must be finite, got inf"),
        ({"steps": 0}, "^snn_lif: steps must be at least 1, got 0"),
        ({"lanes": 0}, "^snn: lanes must be at least 1, got 0"),
    ],
)
def test_bad_arguments(changes, message):
    arguments = {"dense": Dense([[0.5]]), "inputs": SPIKES, "name": "snn", "steps": 3, "threshold": 1.0} | changes
    with pytest.raises(InputError, match=message):
        quantise_spiking(**arguments)
