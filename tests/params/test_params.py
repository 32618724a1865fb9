# SPDX-License-Identifier: Apache-2.0
import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sc_precision.errors import InputError
from sc_precision.formats import FixedFormat, Rounding
from sc_precision.network import Activation
from sc_precision.params import (
    MAX_ACCUMULATOR_WIDTH,
    MAX_STREAM_LOG2,
    FixedDenseParams,
    InputCodes,
    StochasticDenseParams,
    signed_width,
    stream_mask,
)
from sc_precision.params.codes import frozen_int_array

UNSIGNED = InputCodes(FixedFormat(4, 4, signed=False), 0, 15)
SIGNED = InputCodes(FixedFormat(4, 2), -8, 7)
WIDE = InputCodes(FixedFormat(16, 4), -(1 << 15), (1 << 15) - 1)


def fixed(**changes) -> FixedDenseParams:
    arguments = {
        "name": "fc",
        "inputs": UNSIGNED,
        "bias": [1, -2],
        "activation": Activation.IDENTITY,
        "output": WIDE,
        "weights": [[3, -4], [0, 5]],
        "weight_fraction": 3,
        "lanes": 1,
    }
    return FixedDenseParams(**(arguments | changes))


def stochastic(**changes) -> StochasticDenseParams:
    arguments = {
        "name": "sc",
        "inputs": InputCodes(FixedFormat(5, 4, signed=False), 0, 16),
        "bias": [1, -2],
        "activation": Activation.IDENTITY,
        "output": WIDE,
        "levels": [[3, -4], [0, 16]],
        "length_log2": [[3, 2], [0, 4]],
        "weight_exponent": 0,
    }
    return StochasticDenseParams(**(arguments | changes))


# --- widths -------------------------------------------------------------------------------------------------------


@given(st.integers(-(1 << 70), 1 << 70), st.integers(-(1 << 70), 1 << 70))
def test_signed_width_holds_the_range_and_is_minimal(one, other):
    low, high = sorted((one, other))
    width = signed_width(low, high)
    assert -(1 << (width - 1)) <= low
    assert high < 1 << (width - 1)
    narrower = width - 1
    assert width == 2 or low < -(1 << (narrower - 1)) or high >= 1 << (narrower - 1)


@pytest.mark.parametrize(
    ("low", "high", "width"), [(0, 0, 2), (-2, 1, 2), (-3, 1, 3), (0, 2, 3), (-128, 127, 8), (-128, 128, 9), (5, 7, 4)]
)
def test_signed_width_by_hand(low, high, width):
    assert signed_width(low, high) == width


# --- arrays -------------------------------------------------------------------------------------------------------


def test_int_array_is_a_read_only_copy():
    source = np.array([1, 2], np.int8)
    array = frozen_int_array(source, "bias", "fc")
    source[:] = 0
    np.testing.assert_array_equal(array, [1, 2])
    assert array.dtype == np.int64
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 3


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1.0], "^fc: bias must hold integers that fit int64, got dtype float64$"),
        ([True], "got dtype bool$"),
        ([1 << 70], "got dtype object$"),
        (np.array([1 << 63], np.uint64), "^fc: bias must fit int64, got 9223372036854775808$"),
        ([[1], [1, 2]], r"^fc: bias is no array of numbers: "),
        ([1, 2, 3], r"^fc: bias must have shape \(2,\), got \(3,\)$"),
    ],
)
def test_int_array_errors(value, message):
    with pytest.raises(InputError, match=message):
        frozen_int_array(value, "bias", "fc", (2,))


# --- input codes --------------------------------------------------------------------------------------------------


@given(st.integers(-(1 << 40), 0), st.integers(0, 1 << 40))
def test_covering_is_the_narrowest_format(low, high):
    codes = InputCodes.covering(low, high, 3)
    form = codes.format
    assert form.code_min <= low <= high <= form.code_max
    assert (codes.low, codes.high, form.fraction, form.signed) == (low, high, 3, low < 0)
    if form.width > (2 if form.signed else 1):
        narrower = FixedFormat(form.width - 1, 3, form.signed)
        assert low < narrower.code_min or high > narrower.code_max


@given(st.integers(0, 1 << 40))
def test_unit_is_the_least_power_of_two_that_reaches_high(high):
    unit = InputCodes.covering(0, high, 0).unit_log2
    assert 1 << unit >= high
    assert unit == 0 or 1 << (unit - 1) < high


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (0, 16, r"^input codes: 0\.\.16 must contain 0 and fit UQ0\.4 \(0\.\.15\)$"),
        (1, 2, r"^input codes: 1\.\.2 must contain 0"),
        (-1, 2, "^input codes: low must be at least 0, got -1$"),
        (0, -1, "^input codes: high must be at least 0, got -1$"),
        (0, 1.5, r"^input codes: high must be an int, got 1\.5$"),
        (False, 1, "^input codes: low must be an int, got False$"),
    ],
)
def test_input_code_errors(low, high, message):
    with pytest.raises(InputError, match=message):
        InputCodes(UNSIGNED.format, low, high)


# --- fixed-point layer --------------------------------------------------------------------------------------------


def test_fixed_layer_by_hand():
    params = fixed()
    assert (params.n_out, params.n_in, params.passes) == (2, 2, 2)
    assert params.acc_bounds == ([1 - 4 * 15, -2], [1 + 3 * 15, -2 + 5 * 15])
    assert params.acc_range == (-59, 73)
    assert params.acc == FixedFormat(8, 7)
    assert params.shift == 7 - 4
    assert params.weight_width == 4


@pytest.mark.parametrize("inputs", [UNSIGNED, SIGNED])
def test_accumulator_range_is_exact_for_products_of_all_codes(inputs):
    # Ends are reached: after the last product, or at a moment in between.
    params = fixed(inputs=inputs, weights=[[3, -4], [-1, 5]])
    codes = range(inputs.format.code_min, inputs.format.code_max + 1)
    moments = {0}
    for bias, row in zip(params.bias.tolist(), params.weights.tolist(), strict=True):
        for x, y in product(codes, codes):
            moments |= {bias, bias + row[0] * x, bias + row[0] * x + row[1] * y}
    assert params.acc_range == (min(moments), max(moments))


@st.composite
def fixed_layers(draw):
    n_out, n_in = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    bits, width, signed = draw(st.integers(1, 30)), draw(st.integers(2, 16)), draw(st.booleans())
    form = FixedFormat(width, draw(st.integers(0, 8)), signed)
    weight = st.integers(-(1 << bits), 1 << bits)
    return fixed(
        inputs=InputCodes(form, form.code_min, form.code_max),
        weights=draw(st.lists(st.lists(weight, min_size=n_in, max_size=n_in), min_size=n_out, max_size=n_out)),
        bias=draw(st.lists(st.integers(-(1 << 40), 1 << 40), min_size=n_out, max_size=n_out)),
        weight_fraction=8,
        lanes=draw(st.integers(1, n_out)),
    )


@given(fixed_layers(), st.data())
def test_accumulator_holds_any_code_vector_in_any_order(params, data):
    form = params.inputs.format
    codes = data.draw(st.lists(st.integers(form.code_min, form.code_max), min_size=params.n_in, max_size=params.n_in))
    order = data.draw(st.permutations(range(params.n_in)))
    lows, highs = params.acc_bounds
    for row, bias, low, high in zip(params.weights.tolist(), params.bias.tolist(), lows, highs, strict=True):
        total = bias
        for i in order:
            assert low <= total <= high
            total += row[i] * codes[i]
        assert low <= total <= high
        assert params.acc.code_min <= low <= high <= params.acc.code_max
    assert params.passes * params.lanes >= params.n_out > (params.passes - 1) * params.lanes


def test_accumulator_range_holds_the_zero_of_reset():
    assert fixed(bias=[100, 200], weights=[[1, 0], [0, 0]]).acc_range == (0, 200)
    assert fixed(bias=[-100, -200], weights=[[1, 0], [0, 0]]).acc_range == (-200, 0)


def test_inputs_are_not_modified():
    weights, bias = np.array([[3, -4], [0, 5]]), np.array([1, -2])
    params = fixed(weights=weights, bias=bias)
    weights[:], bias[:] = 9, 9
    np.testing.assert_array_equal(params.weights, [[3, -4], [0, 5]])
    np.testing.assert_array_equal(params.bias, [1, -2])


RELU_NEGATIVE = {"activation": Activation.RELU, "output": WIDE}
LAYER_ERRORS = [
    ({"name": "wire"}, "^layer name: 'wire' is a Verilog keyword"),
    ({"name": "a b"}, "^layer name: 'a b' is not a Verilog identifier"),
    ({"bias": [1, 2, 3]}, r": bias must have shape \(2,\), got \(3,\)$"),
    ({"bias": [0.5, 1.0]}, ": bias must hold integers that fit int64, got dtype float64$"),
    ({"activation": "relu"}, ": activation must be of Activation, got 'relu'$"),
    ({"rounding": "truncate"}, ": rounding must be of Rounding, got 'truncate'$"),
    (RELU_NEGATIVE, ": a ReLU output starts at code 0, got -32768$"),
    (
        {"output": InputCodes(FixedFormat(16, 12), -4, 4)},
        "output fraction 12 is finer than the accumulator's [0-9]; use",
    ),
    ({"bias": [1 << 62, 0]}, ": the accumulator would need 64 bits, at most 62 are supported; use fewer"),
    ({"bias": [-(1 << 63), 0]}, ": the accumulator would need (64|65) bits"),
]


@pytest.mark.parametrize(("changes", "message"), LAYER_ERRORS)
@pytest.mark.parametrize("build", [fixed, stochastic])
def test_errors_of_both_kinds(build, changes, message):
    with pytest.raises(InputError, match=message):
        build(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": [1, 2]}, r"^fc: weights must be a non-empty 2-D array \(n_out, n_in\), got shape \(2,\)$"),
        ({"weights": np.zeros((2, 0), int)}, r"got shape \(2, 0\)$"),
        ({"weights": [[0.5]]}, "^fc: weights must hold integers that fit int64, got dtype float64$"),
        ({"lanes": 0}, "^fc: lanes must be at least 1, got 0$"),
        ({"lanes": 3}, "^fc: lanes must be an int from 1 to 2, got 3$"),
        ({"lanes": True}, "^fc: lanes must be an int, got True$"),
        ({"weight_fraction": 2.5}, r"^fc: weight_fraction must be an int, got 2\.5$"),
        ({"weight_fraction": 513}, "^fc: weight_fraction must be at most 512, got 513$"),
        ({"weight_fraction": -513}, "^fc: weight_fraction must be at least -512, got -513$"),
    ],
)
def test_fixed_errors(changes, message):
    with pytest.raises(InputError, match=message):
        fixed(**changes)


@pytest.mark.parametrize("weight", [1 << 59, -(1 << 62), (1 << 63) - 1, -(1 << 63)])
def test_products_beyond_int64_are_refused_not_wrapped(weight):
    # 2**62 * 16 is 0 modulo 2**64: computed in int64, the accumulator would look narrow.
    inputs = InputCodes(FixedFormat(6, 4), -32, 31)
    with pytest.raises(InputError, match=r"^fc: the accumulator would need [0-9]+ bits, at most 62"):
        fixed(inputs=inputs, weights=[[weight, 0], [0, 0]])


@pytest.mark.parametrize("width", [63, 64])
def test_input_format_wider_than_an_accumulator(width):
    form = FixedFormat(width, 4, signed=False)
    with pytest.raises(InputError, match=f"^fc: the accumulator would need {width + 1} bits"):
        fixed(inputs=InputCodes(form, 0, 1), weights=[[0, 0], [0, 0]])


def test_widest_accumulator_is_accepted():
    widest = (1 << (MAX_ACCUMULATOR_WIDTH - 1)) - 1
    params = fixed(weights=[[1, 0], [0, 0]], bias=[widest - 15, -widest - 1])
    assert params.acc.width == MAX_ACCUMULATOR_WIDTH
    with pytest.raises(InputError, match="would need 63 bits"):
        fixed(weights=[[1, 0], [0, 0]], bias=[widest - 14, 0])


# --- stochastic layer ---------------------------------------------------------------------------------------------


def test_stochastic_layer_by_hand():
    params = stochastic()
    assert (params.classes, params.max_log2, params.cycles) == ((2, 3, 4), 4, 16)
    np.testing.assert_array_equal(params.scaled_levels, [[3 * 2, -4 * 4], [0, 16]])
    assert params.acc_bounds == ([1 - 16, -2], [1 + 6, -2 + 16])
    assert params.acc_range == (-15, 14)
    assert params.acc_fraction == 4  # streams of 16 cycles stand for inputs up to 16 / 2**4 = 1
    assert params.shift == 0


def test_lengths_of_unused_synapses_do_not_count():
    params = stochastic(levels=[[3, 0], [0, 1]], length_log2=[[3, 16], [16, 2]], output=SIGNED)
    assert params.classes == (2, 3)
    np.testing.assert_array_equal(params.scaled_levels, [[3, 0], [0, 2]])


def test_layer_without_synapses():
    params = stochastic(levels=[[0, 0], [0, 0]], output=InputCodes(FixedFormat(8, 0), -128, 127))
    assert (params.classes, params.cycles, params.acc_range) == ((0,), 1, (-2, 1))


@st.composite
def stochastic_layers(draw):
    n_out, n_in = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    synapse = st.integers(0, 6).flatmap(lambda m: st.tuples(st.just(m), st.integers(-(1 << m), 1 << m)))
    table = draw(st.lists(st.lists(synapse, min_size=n_in, max_size=n_in), min_size=n_out, max_size=n_out))
    return stochastic(
        levels=[[level for _, level in row] for row in table],
        length_log2=[[m for m, _ in row] for row in table],
        bias=draw(st.lists(st.integers(-1000, 1000), min_size=n_out, max_size=n_out)),
        output=InputCodes(FixedFormat(16, -8), -8, 8),
    )


def bit_reversed(t: int, m: int) -> int:
    return int(f"{t:0{m}b}"[::-1], 2) if m else 0


@given(stochastic_layers(), st.data())
def test_accumulator_holds_streams_at_every_cycle(params, data):
    # Streams as defined in the class docstring, run cycle by cycle.
    fractions = data.draw(st.lists(st.floats(0, 1), min_size=params.n_in, max_size=params.n_in))
    lows, highs = params.acc_bounds
    for j in range(params.n_out):
        total = int(params.bias[j])
        for t in range(params.cycles):
            for i in range(params.n_in):
                m, level = int(params.length_log2[j, i]), int(params.levels[j, i])
                ones = round(fractions[i] * (1 << m))
                if t < ones and (bit_reversed(t, m) ^ stream_mask(m)) < abs(level):
                    total += (1 if level > 0 else -1) << (params.max_log2 - m)
            assert lows[j] <= total <= highs[j]
        assert params.acc.code_min <= lows[j] <= highs[j] <= params.acc.code_max


def test_mask_is_the_low_half_of_the_bits_rounded_down():
    assert [stream_mask(m) for m in range(8)] == [0, 0, 1, 1, 3, 3, 7, 7]


@pytest.mark.parametrize("m", range(9))
def test_masked_stream_of_full_input_counts_its_level(m):
    values = sorted(bit_reversed(t, m) ^ stream_mask(m) for t in range(1 << m))
    assert values == list(range(1 << m))


def worst_count_error(m: int, mask: int) -> float:
    length = 1 << m
    sigma = np.array([bit_reversed(t, m) ^ mask for t in range(length)])
    counts = np.cumsum(sigma[:, None] < np.arange(length + 1)[None], axis=0)  # [a - 1, B]
    exact = np.outer(np.arange(1, length + 1), np.arange(length + 1)) / length
    return float(np.abs(counts - exact).max())


@pytest.mark.parametrize("m", range(9))
def test_mask_halves_the_number_of_bits_in_the_discrepancy(m):
    # C(m) = m/3 + 1/9 - (-1)^m / (9 2^m) is the worst case of the bit-reversed counter (van der Corput).
    def worst(k: int) -> float:
        return k / 3 + 1 / 9 - (-1) ** k / (9 * 2**k)

    assert worst_count_error(m, 0) == pytest.approx(worst(m), abs=1e-12)
    assert worst_count_error(m, stream_mask(m)) == pytest.approx(worst((m + 1) // 2), abs=1e-12)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"levels": [[9, 0], [0, 0]]}, r"^sc: level 9 of synapse \(0, 0\) exceeds its stream length 8$"),
        ({"levels": [[0, 0], [0, -17]]}, r"^sc: level -17 of synapse \(1, 1\) exceeds its stream length 16$"),
        ({"levels": [[0, -(1 << 63)], [0, 0]]}, r"^sc: level -9223372036854775808 of synapse \(0, 1\) exceeds"),
        ({"levels": [1, 2]}, r"^sc: weights must be a non-empty 2-D array \(n_out, n_in\), got shape \(2,\)$"),
        ({"length_log2": [[3, 2]]}, r"^sc: length_log2 must have shape \(2, 2\), got \(1, 2\)$"),
        (
            {"length_log2": [[3, 2], [0, MAX_STREAM_LOG2 + 1]]},
            r"^sc: stream lengths must be .*, got log2 from 0 to 17$",
        ),
        ({"length_log2": [[3, 2], [-1, 4]]}, "got log2 from -1 to 4$"),
        ({"inputs": SIGNED}, "^sc: unipolar input streams carry codes from 0, got -8; shift the inputs"),
        ({"weight_exponent": "0"}, "^sc: weight_exponent must be an int, got '0'$"),
        ({"weight_exponent": 1000}, "^sc: weight_exponent must be at most 512, got 1000$"),
    ],
)
def test_stochastic_errors(changes, message):
    with pytest.raises(InputError, match=message):
        stochastic(**changes)


# --- description --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("params", [fixed(), stochastic()], ids=["fixed", "stochastic"])
def test_description_agrees_with_the_parameters(params):
    described = params.to_dict()
    assert described["kind"] == params.kind
    assert (described["n_in"], described["n_out"]) == (params.n_in, params.n_out)
    accumulator = described["accumulator"]
    assert (accumulator["code_low"], accumulator["code_high"]) == params.acc_range
    assert accumulator["width"] == params.acc.width
    assert described["rounding"] == Rounding.NEAREST_EVEN.value
    assert described["input"]["code_high"] == params.inputs.high


def test_length_classes_count_the_synapses_that_are_used():
    classes = stochastic().to_dict()["length_classes"]
    assert [(entry["length"], entry["synapses"]) for entry in classes] == [(4, 1), (8, 1), (16, 1)]


def test_params_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        fixed().lanes = 2
