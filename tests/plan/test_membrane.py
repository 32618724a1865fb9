# SPDX-License-Identifier: Apache-2.0
"""Bounds of membranes against the recursion in rational arithmetic: every sequence of currents, errors at both ends."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from neuron_designs import lif

from sc_precision.errors import InputError
from sc_precision.formats import Rounding
from sc_precision.golden.neurons import lif_trace
from sc_precision.params import InputCodes
from sc_precision.params.neurons import NO_LEAK, MultiplyLeak, Reset, ShiftLeak
from sc_precision.plan.membrane import membrane_bounds

CURRENTS = InputCodes.covering(-2, 5, 1)
FORM = {"inputs": CURRENTS, "steps": 3}


def real_neuron(params, currents, deltas, theta, reset):
    """s and the spikes of the real neuron; `deltas` are what the hardware's currents have beyond the real ones."""
    r, rest, potential, spikes = Fraction(0), 0, [], []
    low, high = params.membrane.code_min, params.membrane.code_max
    for current, delta in zip(currents, deltas, strict=True):
        if rest:
            rest -= 1
            potential.append(None)
            spikes.append(0)
            continue
        s = params.leak.factor * r + current - delta
        if params.saturates:
            s = min(max(s, Fraction(low)), Fraction(high))
        fires = s >= theta
        potential.append(s)
        spikes.append(int(fires))
        r = (s - theta if params.reset is Reset.SUBTRACT else reset) if fires else s
        rest = params.refractory if fires else 0
    return potential, spikes


CASES = {
    "plain": (lif("a", threshold=40, **FORM), (-0.25, 0.125), 0, 0),
    "shift": (lif("a", threshold=40, leak=ShiftLeak(2), **FORM), (-0.25, 0.125), 0, 0),
    "truncate": (lif("a", threshold=40, leak=MultiplyLeak(5, 3, Rounding.TRUNCATE), **FORM), (0.0, 0.0), 0, 0),
    "nearest": (lif("a", threshold=40, leak=MultiplyLeak(5, 3), **FORM), (-0.1, 0.1), 0, 0),
    "subtract": (lif("a", threshold=4, leak=ShiftLeak(2), **FORM), (-0.125, 0.125), Fraction(1, 3), 0),
    "value": (
        lif("a", threshold=3, reset=Reset.VALUE, reset_value=-1, **FORM),
        (-0.125, 0.0625),
        Fraction(-1, 4),
        Fraction(2, 5),
    ),
    "rests": (lif("a", threshold=3, leak=ShiftLeak(1), refractory=1, **FORM), (-0.125, 0.125), Fraction(1, 8), 0),
    "saturates": (lif("a", threshold=6, membrane_width=4, **FORM), (-0.3, 0.2), 0, 0),
}


@pytest.mark.parametrize("name", CASES)
def test_bound_holds_while_spikes_agree_and_is_nearly_reached(name):
    params, (low, high), threshold_error, reset_error = CASES[name]
    bounds = membrane_bounds(
        params, [low], [high], threshold_error=Fraction(threshold_error), reset_error=Fraction(reset_error)
    )
    scale = 2**CURRENTS.format.fraction
    theta, reset = params.threshold - Fraction(threshold_error), params.reset_value - Fraction(reset_error)
    sequences = np.array(list(product(range(-4, 6), repeat=3)))[..., None]
    sequences = sequences[(sequences >= CURRENTS.format.code_min).all(axis=(1, 2))]
    trace = lif_trace(params, sequences)
    sure = bounds.agrees(params, trace)
    ratio, agreeing = 0.0, 0
    for k, sequence in enumerate(sequences[:, :, 0].tolist()):
        spikes = trace.spikes[k, :, 0].tolist()
        for deltas in product((Fraction(low) * scale, Fraction(high) * scale), repeat=3):
            potential, real_spikes = real_neuron(params, sequence, deltas, theta, reset)
            assert not sure[k] or real_spikes == spikes
            if real_spikes != spikes:
                continue
            agreeing += 1
            for step, s in enumerate(potential):
                if s is not None:
                    error = (int(trace.potential[k, step, 0]) - s) / scale
                    assert Fraction(bounds.low[step, 0]) <= error <= Fraction(bounds.high[step, 0])
                    if abs(error) > 0:
                        ratio = max(ratio, abs(float(error)) / bounds.bound)
    assert ratio > 0.85
    assert agreeing > 100
    assert sure.sum() > 20


@pytest.mark.parametrize("leak", [ShiftLeak(3), MultiplyLeak(29, 5), MultiplyLeak(3, 2, Rounding.TRUNCATE), NO_LEAK])
def test_without_spikes_it_is_the_geometric_series(leak):
    steps = 200
    params = lif("a", steps=steps, leak=leak, threshold=1 << 30, inputs=InputCodes.covering(-2, 1, 0))
    assert not params.can_spike
    bounds = membrane_bounds(params, [-0.5], [0.25])
    a, (low, high) = leak.factor, leak.error
    for step in (0, 1, 2, 50, steps - 1):
        series = [sum((a**k for k in range(n)), Fraction(0)) for n in (step + 1, step)]
        exact = Fraction(-1, 2) * series[0] + low * series[1], Fraction(1, 4) * series[0] + high * series[1]
        assert 0 <= exact[0] - Fraction(bounds.low[step, 0]) < Fraction(1, 1 << 40)
        assert 0 <= Fraction(bounds.high[step, 0]) - exact[1] < Fraction(1, 1 << 40)
        if a < 1:
            reach = (max(abs(low), abs(high)) + Fraction(1, 2)) * (1 - a ** (step + 1)) / (1 - a)
            assert max(abs(end) for end in exact) <= reach


def test_neurons_have_bounds_of_their_own():
    params = lif("a", neurons=4, steps=2, threshold=4)
    bounds = membrane_bounds(params, [-0.25, 0.0, -0.25, -0.25], [0.25, 0.0, 0.5, 0.25])
    np.testing.assert_array_equal(bounds.low, [[-0.25, 0, -0.25, -0.25], [-0.5, 0, -0.5, -0.5]])
    np.testing.assert_array_equal(bounds.high, [[0.25, 0, 0.5, 0.25], [0.5, 0, 1.0, 0.5]])
    assert bounds.bound == 1.0
    # The current's LSB is 1/2: an error below 0.25 is half of one, so that one beyond the threshold is certain.
    np.testing.assert_array_equal(bounds.spike_margin[0], [1, 0, 1, 1])
    np.testing.assert_array_equal(bounds.quiet_margin[0], [-1, -1, -1, -1])


def test_huge_errors_leave_nothing_certain():
    params = lif("a", threshold=4)
    bounds = membrane_bounds(params, [-(2.0**60)], [2.0**60])
    assert not bounds.agrees(params, lif_trace(params, np.zeros((1, 3, 1), int))).any()


def test_bounds_are_rounded_outward():
    bounds = membrane_bounds(lif("a", steps=30, leak=MultiplyLeak(1, 2), threshold=99), [-0.1], [0.1])
    assert (bounds.low[1:] < bounds.low[:-1]).any()
    assert Fraction(bounds.low[0, 0]) <= Fraction(-0.1)


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        ([0.0, 0.0], [0.0], r"^a_lif: current_low must have shape \(1,\), got \(2,\)"),
        ([0.0], 0.0, r"current_high must have shape \(1,\), got \(\)"),
        ([0.5], [0.25], "current_low 0.5 of neuron 0 exceeds current_high 0.25"),
        ([float("nan")], [0.0], "all must be finite"),
        ([-1e300], [0.0], r"an error of 1e\+300 in a current is beyond what any membrane holds"),
    ],
)
def test_bad_errors(low, high, message):
    with pytest.raises(InputError, match=message):
        membrane_bounds(lif("a"), low, high)
