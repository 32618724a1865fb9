# SPDX-License-Identifier: Apache-2.0
import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from neuron_designs import NEURONS, lif

from sc_precision.errors import InputError
from sc_precision.formats import HARDWARE_ROUNDINGS, FixedFormat, Rounding
from sc_precision.params import InputCodes
from sc_precision.params.neurons import NO_LEAK, Drive, MultiplyLeak, Reset, ShiftLeak

LEAKS = [
    NO_LEAK,
    *(ShiftLeak(k) for k in (1, 2, 3, 5)),
    *(
        MultiplyLeak(a, f, rounding)
        for rounding in HARDWARE_ROUNDINGS
        for a, f in ((0, 2), (1, 1), (3, 2), (2, 3), (6, 3), (11, 4))
    ),
]


@pytest.mark.parametrize("leak", LEAKS, ids=repr)
def test_leak_error_is_exact_and_leak_is_monotone(leak):
    values = np.arange(-200, 201)
    leaked = leak.apply(values)
    assert leaked.tolist() == [leak.apply(value) for value in values.tolist()]
    errors = [Fraction(got) - leak.factor * value for value, got in zip(values.tolist(), leaked.tolist(), strict=True)]
    assert (min(errors), max(errors)) == leak.error
    assert (np.diff(leaked) >= 0).all()
    assert leak.apply(0) == 0
    assert 0 <= leak.factor <= 1


@given(st.integers(-(1 << 30), 1 << 30), st.integers(0, 24), st.data())
def test_nearest_leak_is_round_half_even(value, fraction, data):
    multiplier = data.draw(st.integers(0, 1 << fraction))
    exact = Fraction(value * multiplier, 1 << fraction)
    assert MultiplyLeak(multiplier, fraction).apply(value) == round(exact)
    assert MultiplyLeak(multiplier, fraction, Rounding.TRUNCATE).apply(value) == exact.__floor__()


@pytest.mark.parametrize("params", NEURONS.values(), ids=NEURONS.keys())
def test_manifest_entries(params):
    entry = params.to_dict()
    assert json.loads(json.dumps(entry)) == entry
    assert entry["membrane"]["width"] == params.membrane.width
    assert entry["cycles_per_vector"] == params.cycles_per_vector
    assert (entry["drive"], entry["reset"]) == (params.drive.value, params.reset.value)


def test_widths_grow_with_the_steps_where_nothing_leaks():
    assert [lif("n", steps=t, threshold=1000).membrane_range for t in (1, 2, 3)] == [(-4, 3), (-8, 6), (-12, 9)]
    assert lif("n", steps=1 << 16, threshold=1).membrane_range[0] == -4 << 16
    assert lif("n", steps=1 << 16, leak=ShiftLeak(1)).membrane_range == (-7, 5)


def test_a_given_width_saturates_only_where_it_is_reached():
    assert NEURONS["lif_saturates"].saturates
    assert NEURONS["lif_saturates"].membrane == FixedFormat(4, 1)
    wide = lif("n", membrane_width=20)
    assert not wide.saturates
    assert wide.membrane_range == lif("n").membrane_range


def test_a_threshold_out_of_reach_is_reported():
    assert not NEURONS["lif_silent"].can_spike
    assert NEURONS["lif_plain"].can_spike


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 0}, "^n_lif: steps must be at least 1, got 0"),
        ({"steps": (1 << 16) + 1}, "^n_lif: steps must be at most 65536, got 65537"),
        ({"steps": True}, "steps must be an int, got True"),
        ({"neurons": 0}, "neurons must be at least 1, got 0"),
        ({"neurons": (1 << 20) + 1}, "neurons must be at most 1048576"),
        ({"threshold": 0}, "threshold must be at least 1, got 0"),
        ({"threshold": 1.5}, r"threshold must be an int, got 1\.5"),
        ({"threshold": 1 << 62}, "threshold must be at most"),
        ({"refractory": -1}, "refractory must be at least 0, got -1"),
        ({"refractory": 256}, "refractory must be at most 255, got 256"),
        ({"leak": 3}, "^n_lif: leak must be of ShiftLeak or MultiplyLeak, got 3"),
        ({"reset": "value"}, "reset must be of Reset, got 'value'"),
        ({"drive": "steps"}, "drive must be of Drive, got 'steps'"),
        ({"inputs": FixedFormat(3, 1)}, r"inputs must be of InputCodes, got FixedFormat\("),
        ({"reset_value": 1}, "reset_value is used by Reset.VALUE only, got 1"),
        ({"reset": Reset.VALUE, "reset_value": 4}, "reset_value must be below the threshold 4, got 4"),
        ({"reset": Reset.VALUE, "reset_value": None}, "reset_value must be an int, got None"),
        ({"membrane_width": 1}, "membrane_width must be at least 2, got 1"),
        ({"membrane_width": 63}, "membrane_width must be at most 62, got 63"),
        ({"membrane_width": 3}, r"threshold 4 and reset value 0 must fit a membrane of 3 bits \(-4..3\)"),
        (
            {"membrane_width": 4, "reset": Reset.VALUE, "reset_value": -9},
            "reset value -9 must fit a membrane of 4 bits",
        ),
        ({"inputs": InputCodes.covering(0, (1 << 60) - 1, 0)}, "^n_lif: the membrane needs 63 bits with its leak"),
        ({"inputs": InputCodes.covering(-(1 << 63), 0, 0)}, "^n_lif: the membrane needs 66 bits"),
        (
            {"inputs": InputCodes.covering(0, (1 << 40) - 1, 0), "leak": MultiplyLeak(1 << 23, 24)},
            "^n_lif: the membrane needs 66 bits with its leak, at most 62",
        ),
    ],
)
def test_bad_neurons(changes, message):
    with pytest.raises(InputError, match=message):
        lif("n", **changes)


def test_a_name_is_an_identifier():
    with pytest.raises(InputError, match="layer name"):
        lif("1")


@pytest.mark.parametrize("shift", [0, 25, 1.0, None])
def test_bad_shifts(shift):
    with pytest.raises(InputError, match=r"^leak: shift must be"):
        ShiftLeak(shift)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, 3), "multiplier must be at least 0, got -1"),
        ((9, 3), "multiplier must be at most 8, got 9"),
        ((1, -1), "fraction must be at least 0"),
        ((1, 25), "fraction must be at most 24"),
        ((0.5, 1), "multiplier must be an int"),
        ((1, 1, "truncate"), "rounding must be of Rounding, got 'truncate'"),
    ],
)
def test_bad_multipliers(arguments, message):
    with pytest.raises(InputError, match=f"^leak: {message}"):
        MultiplyLeak(*arguments)


def test_cycles():
    assert lif("n", neurons=5).cycles_per_vector == 10
    assert lif("n", neurons=5, drive=Drive.CONSTANT).cycles_per_vector == 5 + 1 + 3 * 10
