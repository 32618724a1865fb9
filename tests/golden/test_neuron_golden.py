# SPDX-License-Identifier: Apache-2.0
"""Neurons against an obvious restatement, one at a time in rational arithmetic."""

from fractions import Fraction
from itertools import product
from math import floor

import numpy as np
import pytest
from neuron_designs import NEURONS, SPIKING, currents_of
from roundings import BY_HAND

from sc_precision import golden
from sc_precision.errors import InputError
from sc_precision.golden.neurons import lif_trace, spiking_outputs
from sc_precision.params.neurons import Drive, Reset, ShiftLeak


def one_neuron(params, currents):
    """Spikes of one neuron for its currents."""
    v, rest, spikes = Fraction(0), 0, []
    low, high = params.membrane.code_min, params.membrane.code_max
    for current in currents:
        if rest:
            rest -= 1
            spikes.append(0)
            continue
        if isinstance(params.leak, ShiftLeak):
            v = v - floor(v / 2**params.leak.shift)
        else:
            exact = v * params.leak.multiplier / 2**params.leak.fraction
            v = BY_HAND[params.leak.rounding](exact)
        u = min(max(Fraction(v + current), Fraction(low)), Fraction(high))
        fires = u >= params.threshold
        v = u
        if fires:
            v = u - params.threshold if params.reset is Reset.SUBTRACT else Fraction(params.reset_value)
            rest = params.refractory
        spikes.append(int(fires))
    return spikes


@pytest.mark.parametrize("params", NEURONS.values(), ids=NEURONS.keys())
def test_golden_is_the_definition(params):
    currents = currents_of(params, most=700)
    trace = lif_trace(params, currents)
    for vector, spikes in zip(currents.tolist(), trace.spikes.tolist(), strict=True):
        steps = [vector] * params.steps if params.drive is Drive.CONSTANT else vector
        for neuron in range(params.neurons):
            expected = one_neuron(params, [step[neuron] for step in steps])
            assert [step[neuron] for step in spikes] == expected
    assert trace.spikes.any() == params.can_spike
    assert trace.resting.any() == bool(params.refractory and params.can_spike)


@pytest.mark.parametrize("params", NEURONS.values(), ids=NEURONS.keys())
def test_membranes_stay_in_their_range_and_reach_it(params):
    trace = lif_trace(params, currents_of(params))
    low, high = params.membrane_range
    assert low <= trace.potential.min()
    assert trace.potential.max() <= high
    assert params.membrane.code_min <= low
    assert high <= params.membrane.code_max
    if params.neurons == 1 and not params.refractory:  # rest may keep a neuron from the ends
        assert (trace.potential.min(), trace.potential.max()) == (low, high)


def test_networks_are_layers_after_one_another():
    first, neurons, second, last = SPIKING["snn_two"]
    codes = np.array(list(product((0, 1), repeat=6))).reshape(-1, 3, 2)
    outputs = spiking_outputs([first, neurons, second, last], codes)
    for vector in range(len(codes)):
        currents = golden.layer_outputs(first, codes[vector])
        spikes = lif_trace(neurons, currents[None]).spikes[0]
        after = lif_trace(last, golden.layer_outputs(second, spikes)[None]).spikes[0]
        for got, expected in zip(outputs, [currents, spikes, golden.layer_outputs(second, spikes), after], strict=True):
            np.testing.assert_array_equal(got[vector], expected)
    assert 0 < outputs[-1].sum() < outputs[-1].size


def test_constant_currents_are_held():
    dense, neurons = SPIKING["snn_constant"]
    codes = np.array([[7, 0], [0, 7], [3, 3]])
    currents, spikes = spiking_outputs([dense, neurons], codes)
    assert currents.shape == (3, 2)
    assert spikes.shape == (3, 4, 2)


@pytest.mark.parametrize(
    ("name", "currents", "message"),
    [
        ("lif_plain", [[[0]]], r"^lif_plain_lif: currents must have shape \(batch, 3, 1\), got \(1, 1, 1\)$"),
        ("lif_constant", [[0, 0]], r"shape \(batch, 3\), got \(1, 2\)"),
        ("lif_plain", [[[0], [9], [0]]], r"input codes must fit Q2.1 \(-4..3\), got 0..9"),
        ("lif_plain", [[[0.5], [0], [0]]], "input codes must be integers"),
    ],
)
def test_bad_currents(name, currents, message):
    with pytest.raises(InputError, match=message):
        lif_trace(NEURONS[name], currents)


@pytest.mark.parametrize("codes", [3, [1, 0], np.zeros((2, 0), int)])
def test_bad_codes(codes):
    with pytest.raises(InputError, match=r"input codes must have shape \(batch, \[steps,\] n_in\)"):
        spiking_outputs(SPIKING["snn_steps"], codes)
