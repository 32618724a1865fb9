# SPDX-License-Identifier: Apache-2.0
import copy
import dataclasses
import json
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sc_precision import InputError, LayerPrecision, SynapsePrecision

LAYER = {
    "layer_index": 0,
    "name": "fc1",
    "bitstream_length": 256,
    "error_bound": 0.03125,
    "sensitivity": 0.5,
}
SYNAPSE = {
    "layer_index": 1,
    "layer_name": "fc1",
    "output_index": 2,
    "input_index": 3,
    "bit_width": 4,
    "bitstream_length": 100,
    "sensitivity": 0.5,
    "quantization_error_bound": 0.01,
    "stochastic_error_bound": 0.02,
    "total_error_bound": 0.03,
}
ROWS = [(LayerPrecision, LAYER), (SynapsePrecision, SYNAPSE)]
INDICES = ("layer_index", "output_index", "input_index")
COUNTS = ("bit_width", "bitstream_length")
NAMES = ("name", "layer_name")


def fields_of(kind):
    return [(row, good, field) for row, good in ROWS for field in good if field in kind]


def floats():
    return [(row, good, field) for row, good in ROWS for field, value in good.items() if isinstance(value, float)]


@pytest.mark.parametrize(("row", "good"), ROWS)
def test_dict_holds_the_fields_in_order_and_is_json(row, good):
    made = row(**good)
    assert made.to_dict() == good
    assert list(made.to_dict()) == list(good) == [field.name for field in dataclasses.fields(row)]
    assert json.loads(json.dumps(made.to_dict())) == good
    assert row(*good.values()) == made
    assert repr(good["bitstream_length"]) in repr(made)


@pytest.mark.parametrize(("row", "good"), ROWS)
def test_dict_is_a_copy(row, good):
    made = row(**good)
    made.to_dict()["layer_index"] = 77
    assert made.to_dict() == good


@pytest.mark.parametrize(("row", "good"), ROWS)
def test_copies_and_pickles(row, good):
    made = row(**good)
    for other in (copy.deepcopy(made), pickle.loads(pickle.dumps(made)), dataclasses.replace(made)):
        assert other == made
        assert other.to_dict() == good
    with pytest.raises(InputError, match="layer_index"):
        dataclasses.replace(made, layer_index=-1)


def test_synapse_row_is_frozen_and_hashable():
    made = SynapsePrecision(**SYNAPSE)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.bit_width = 5
    assert hash(made) == hash(SynapsePrecision(**SYNAPSE))


@pytest.mark.parametrize("bad", [-1, -(10**30)])
@pytest.mark.parametrize(("row", "good", "field"), fields_of(INDICES))
def test_negative_index(row, good, field, bad):
    with pytest.raises(InputError, match=f"^{field} must be at least 0, got {bad}$"):
        row(**{**good, field: bad})


@pytest.mark.parametrize("bad", [0, -4])
@pytest.mark.parametrize(("row", "good", "field"), fields_of(COUNTS))
def test_count_below_one(row, good, field, bad):
    with pytest.raises(InputError, match=f"^{field} must be at least 1, got {bad}$"):
        row(**{**good, field: bad})


@pytest.mark.parametrize("bad", [True, np.True_, 1.0, np.float32(4), "4", None, [4], 4 + 0j, Fraction(8, 2)])
@pytest.mark.parametrize(("row", "good", "field"), fields_of(INDICES + COUNTS))
def test_what_is_no_int(row, good, field, bad):
    with pytest.raises(InputError, match=f"^{field} must be an int, got ") as caught:
        row(**{**good, field: bad})
    assert repr(bad) in str(caught.value)


@pytest.mark.parametrize("bad", ["", b"fc1", 5, None, ["fc1"]])
@pytest.mark.parametrize(("row", "good", "field"), fields_of(NAMES))
def test_what_is_no_name(row, good, field, bad):
    with pytest.raises(InputError, match=f"^{field} must be a non-empty string, got ") as caught:
        row(**{**good, field: bad})
    assert repr(bad) in str(caught.value)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (float("nan"), "must be finite"),
        (float("inf"), "must be finite"),
        (np.float32("-inf"), "must be finite"),
        (10**400, "must be finite"),
        (-1e-300, "must not be negative"),
        (-3, "must not be negative"),
        (True, "must be a real number"),
        ("0.5", "must be a real number"),
        (None, "must be a real number"),
        (0.5 + 0j, "must be a real number"),
        (np.zeros(1), "must be a real number"),
    ],
)
@pytest.mark.parametrize(("row", "good", "field"), floats())
def test_what_is_no_bound(row, good, field, bad, reason):
    with pytest.raises(InputError, match=f"^{field} {reason}, got ") as caught:
        row(**{**good, field: bad})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("bad", [3, 100, 2**40 + 1])
def test_layer_length_must_be_a_power_of_two(bad):
    with pytest.raises(InputError, match=f"^bitstream_length must be a power of two, got {bad}$"):
        LayerPrecision(**{**LAYER, "bitstream_length": bad})


def test_total_below_its_parts():
    SynapsePrecision(**{**SYNAPSE, "total_error_bound": 0.03 - 0.9e-15})
    with pytest.raises(InputError, match=r"^total_error_bound must be at least .* 0\.029 < 0\.01 \+ 0\.02$"):
        SynapsePrecision(**{**SYNAPSE, "total_error_bound": 0.029})


def test_errors_are_value_errors():
    with pytest.raises(ValueError, match="layer_index"):
        LayerPrecision(**{**LAYER, "layer_index": -1})


NUMPY_INTS = st.sampled_from([np.int8, np.uint8, np.int32, np.uint64, np.int64, int])
NUMPY_FLOATS = st.sampled_from([np.float16, np.float32, np.float64, np.longdouble, float, Fraction])


@given(st.data())
def test_numpy_scalars_become_plain_ones(data):
    for row, good in ROWS:
        given_values = {}
        for field, value in good.items():
            if isinstance(value, int):
                value = data.draw(st.integers(0, 6).map(lambda k: 2**k))
                given_values[field] = data.draw(NUMPY_INTS)(value)
            elif isinstance(value, float):
                value = data.draw(st.integers(0, 100)) / (64 if field != "total_error_bound" else 0.25)
                given_values[field] = data.draw(NUMPY_FLOATS)(value)
            else:
                given_values[field] = data.draw(st.sampled_from([str, np.str_]))(value)
        if row is SynapsePrecision:
            given_values["total_error_bound"] = 4
        made = row(**given_values)
        for field, value in made.to_dict().items():
            assert type(value) is type(good[field])
            assert value == given_values[field]
