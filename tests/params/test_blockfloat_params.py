# SPDX-License-Identifier: Apache-2.0
import dataclasses
import json
from fractions import Fraction

import numpy as np
import pytest
from block_designs import BLOCK_DESIGNS, PARTIALS, block_layer, partials
from hypothesis import given
from hypothesis import strategies as st

from sc_precision.errors import InputError
from sc_precision.formats import BlockFloatFormat, FixedFormat
from sc_precision.params import BlockFloatPartialsParams, BlockTensor, InputCodes

LAYERS = [params for layers in BLOCK_DESIGNS.values() for params in layers]
SMALL = BlockFloatFormat(3, 3, 2)


@pytest.mark.parametrize("params", LAYERS, ids=lambda params: params.name)
def test_integer_weights_are_the_tensor_on_one_grid(params):
    step = Fraction(2) ** -params.weight_fraction
    values = params.tensor.fractions()
    assert [w * step for w in params.weights.ravel().tolist()] == values
    np.testing.assert_array_equal(params.tensor.decode().ravel(), [float(v) for v in values])
    assert params.tensor.largest_aligned == np.abs(params.weights).max()


@pytest.mark.parametrize("params", LAYERS, ids=lambda params: params.name)
def test_lanes_hold_every_weight_once(params):
    found = np.zeros(params.shape, dtype=np.int64)
    for lane in range(params.lanes):
        words, shifts = params.lane_words(lane), params.lane_shifts(lane)
        assert len(words) == params.passes * params.n_in
        assert sum(ends for _, ends in words) == len(shifts)
        segment = 0
        for place, (mantissa, ends) in enumerate(words):
            output = params.lane_outputs(lane)[place // params.n_in]
            value = mantissa << shifts[segment]
            segment += ends
            if output is None:
                assert value == 0
            else:
                found[output, place % params.n_in] = value
            if place % params.n_in == params.n_in - 1:
                assert ends
    np.testing.assert_array_equal(found, params.weights)


def test_no_partial_sum_exceeds_its_width():
    tight = 0
    for params in LAYERS:
        limit = 1 << (params.partial_width - 1)
        codes = params.inputs.format.code_min, params.inputs.format.code_max
        lows, highs = [], []
        for output in range(params.n_out):
            for segment in params.tensor.segments(output):
                low = high = 0
                for mantissa in params.tensor.mantissas[output, segment.start : segment.stop].tolist():
                    ends = [mantissa * code for code in codes]
                    low, high = low + min(0, *ends), high + max(0, *ends)
                lows.append(low)
                highs.append(high)
        assert -limit <= min(lows)
        assert max(highs) < limit
        tight += min(lows) < -limit // 2 or max(highs) >= limit // 2
    assert tight >= len(LAYERS) - 1


def test_segments_of_a_row():
    tensor = BlockTensor(np.zeros((3, 5), int), np.zeros(4, int), BlockFloatFormat(4, 2, 4))
    assert [(s.start, s.stop, s.block) for s in tensor.segments(0)] == [(0, 4, 0), (4, 5, 1)]
    assert [(s.start, s.stop, s.block) for s in tensor.segments(1)] == [(0, 3, 1), (3, 5, 2)]
    assert [(s.start, s.stop, s.block) for s in tensor.segments(2)] == [(0, 2, 2), (2, 5, 3)]


def test_blocks_of_zeros_do_not_widen_the_alignment():
    wide = block_layer("fc", [[1, 1, 0, 0]], [15, 0], (3, 4, 2), [0], (0, 3, 0), (0, 3, -20))
    assert wide.tensor.block_shifts.tolist() == [0, 0]
    assert wide.tensor.base_code == 15
    assert wide.acc.width == 4  # 0..6


def test_the_manifest_entry_is_json_and_names_the_widths():
    for params in [*LAYERS, *PARTIALS.values()]:
        entry = params.to_dict()
        assert json.loads(json.dumps(entry, allow_nan=False)) == entry
        assert entry["cycles_per_vector"] == params.cycles_per_vector
        weight = entry["weight"]
        assert weight["exponent_codes"] == params.tensor.exponent_codes.tolist()
        assert weight["exponent_vector_width"] == params.tensor.form.exponent_bits * len(weight["exponent_codes"])
        assert weight["exponents"] == ("datapath" if "alignment" in entry else "metadata")
    entry = PARTIALS["bp_inside"].to_dict()
    assert entry["transfers_per_vector"] == 6
    assert entry["segments"][1] == {"output": 0, "start": 2, "stop": 3, "block": 1}
    assert PARTIALS["bp_inside"].partial == FixedFormat(6, 3)


def is_float(value):
    return abs(value) < 2**1024 and Fraction(float(value)) == value


@given(st.integers(2, 64), st.integers(1, 11), st.data())
def test_decode_is_exact_or_refuses(mantissa_bits, exponent_bits, data):
    form = BlockFloatFormat(mantissa_bits, exponent_bits, 2)
    limit = 1 << (mantissa_bits - 1)
    mantissas = data.draw(st.lists(st.integers(-limit, limit - 1), min_size=1, max_size=4))
    codes = [data.draw(st.integers(0, (1 << exponent_bits) - 1)) for _ in range(-(-len(mantissas) // 2))]
    tensor = BlockTensor(np.array(mantissas), np.array(codes), form)
    exact = tensor.fractions()
    if all(is_float(value) for value in exact):
        assert [Fraction(value) for value in tensor.decode().tolist()] == exact
    else:
        with pytest.raises(InputError, match=r"is no float64; use fractions\(\) instead"):
            tensor.decode()


def test_mantissas_without_a_float_are_named():
    tensor = BlockTensor([[1, (1 << 62) + 1]], [5], BlockFloatFormat(64, 3, 2), "fc: weight")
    message = r"^fc: weight: entry \[0, 1\], mantissa 4611686018427387905 with an LSB of 2\*\*-61, is no float64"
    with pytest.raises(InputError, match=message):
        tensor.decode()


@pytest.mark.parametrize(
    ("mantissas", "codes", "message"),
    [
        ([], [], r"mantissas must not be empty, got shape \(0,\)"),
        ([4], [0], r"mantissas must lie in -4..3 for BFP3E3X2, got 4..4"),
        ([-5, 0], [0], r"got -5..0"),
        ([1, 2, 3], [0], r"exponent codes must have shape \(2,\), got \(1,\)"),
        ([1], [8], r"exponent codes must lie in 0..7 for BFP3E3X2, got 8..8"),
        ([1], [-1], "got -1..-1"),
        ([1.0], [0], "mantissas must hold integers"),
    ],
)
def test_bad_tensors(mantissas, codes, message):
    with pytest.raises(InputError, match=f"^block tensor: .*{message}"):
        BlockTensor(np.array(mantissas, dtype=None if mantissas else int), np.array(codes, dtype=int), SMALL)


def test_a_tensor_needs_a_block_format():
    with pytest.raises(InputError, match=r"form must be of BlockFloatFormat, got FixedFormat\("):
        BlockTensor([1], [0], FixedFormat(8, 4))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lanes": 0}, "^bf_inside_layer0: lanes must be at least 1, got 0"),
        ({"lanes": 4}, "lanes must be an int from 1 to 3, got 4"),
        ({"tensor": [[1]]}, r"tensor must be of BlockTensor, got \[\[1\]\]"),
        ({"tensor": BlockTensor([1, 2], [0], SMALL)}, r"weights must be 2-D \(n_out, n_in\), got shape \(2,\)"),
        ({"bias": [1]}, r"bias must have shape \(3,\), got \(1,\)"),
        ({"output": InputCodes.covering(0, 1, 9)}, "output fraction 9 is finer than the accumulator's 6"),
        ({"name": "always"}, "keyword"),
    ],
)
def test_bad_layers(changes, message):
    with pytest.raises(InputError, match=message):
        dataclasses.replace(BLOCK_DESIGNS["bf_inside"][0], **changes)


@pytest.mark.parametrize("far", [56, 60, 120])
def test_exponents_too_far_apart_are_refused(far):
    with pytest.raises(InputError, match=r"the accumulator would need \d+ bits, at most 62 .*"):
        block_layer("fc", [[3, 3]], [0, far], (3, 7, 1), [0], (0, 15, 0), (0, 3, 0))


def test_exponents_as_far_apart_as_fits_are_exact():
    params = block_layer("fc", [[3, 3]], [0, 55], (3, 7, 1), [0], (0, 15, 0), (0, 3, -20))
    assert params.acc.width == 62
    assert params.weights.tolist() == [[3, 3 << 55]]


def test_an_exponent_far_from_one_is_refused():
    with pytest.raises(InputError, match=r"^fc: weight_fraction must be at least -512, got -"):
        block_layer("fc", [[1]], [2000], (3, 11, 1), [0], (0, 1, 0), (0, 1, -900))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "1x"}, "layer name"),
        ({"inputs": 3}, "^fc: inputs must be of InputCodes, got 3"),
        ({"tensor": BlockTensor([1, 2], [0], SMALL)}, "weights must be 2-D"),
        (
            {"tensor": BlockTensor(np.full((1, 2), 1 << 40), [0], BlockFloatFormat(42, 3, 2))},
            "^fc: a segment's sum would need 65 bits, at most 62 are supported",
        ),
    ],
)
def test_bad_partials(changes, message):
    arguments = {"name": "fc", "inputs": InputCodes.covering(0, (1 << 23) - 1, 0), "tensor": PARTIALS["bp_one"].tensor}
    with pytest.raises(InputError, match=message):
        BlockFloatPartialsParams(**arguments | changes)


def test_partials_of_the_widest_that_fits():
    assert partials("fc", [[(1 << 39) - 1]], [0], (40, 3, 1), (0, (1 << 22) - 1, 0)).partial_width == 62
