# SPDX-License-Identifier: Apache-2.0
"""The encoder against rational arithmetic and a search over all exponents."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sc_precision.errors import InputError
from sc_precision.formats import BlockFloatFormat
from sc_precision.plan.block_encoding import encode_blocks

FORMATS = st.builds(BlockFloatFormat, st.integers(2, 64), st.integers(1, 11), st.integers(1, 6))
NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-2, 2),
    st.builds(lambda m, e: float(m) * 2.0**e, st.integers(-64, 64), st.integers(-12, 12)),
)


def slow(values, form, lowest):
    """Mantissas and exponent codes by trying every exponent from the least."""
    mantissas, codes = [], []
    limit = 1 << (form.mantissa_bits - 1)
    for start in range(0, len(values), form.block_size):
        block = [Fraction(value) for value in values[start : start + form.block_size]]
        for exponent in range(lowest, form.exponent_max + 1):
            step = Fraction(2) ** (exponent - form.mantissa_bits + 1)
            rounded = [round(value / step) for value in block]  # ties to even
            if all(-limit <= m < limit for m in rounded):
                break
        else:
            return None
        mantissas += rounded
        codes.append(exponent + form.exponent_bias)
    return mantissas, codes


@settings(max_examples=150, deadline=None)
@given(FORMATS, st.lists(NUMBERS, min_size=1, max_size=9), st.data())
def test_smallest_exponent_and_nearest_mantissas(form, values, data):
    lowest = data.draw(st.one_of(st.none(), st.integers(form.exponent_min, form.exponent_max)))
    expected = slow(values, form, form.exponent_min if lowest is None else lowest)
    if expected is None:
        with pytest.raises(InputError, match=r"needs exponent \d+, but BFP"):
            encode_blocks(values, form, lowest_exponent=lowest)
        return
    encoding = encode_blocks(values, form, lowest_exponent=lowest)
    assert encoding.tensor.mantissas.tolist() == expected[0]
    assert encoding.tensor.exponent_codes.tolist() == expected[1]
    check_report(values, encoding)
    assert not encoding.saturated.any()


def check_report(values, encoding):
    form = encoding.tensor.form
    decoded = encoding.tensor.fractions()
    for block, start in enumerate(range(0, len(values), form.block_size)):
        pairs = list(zip(values, decoded, strict=True))[start : start + form.block_size]
        absolute = max(abs(Fraction(v) - q) for v, q in pairs)
        relative = max((abs(Fraction(v) - q) / abs(Fraction(v)) for v, q in pairs if v), default=Fraction(0))
        for exact, got in ((absolute, encoding.absolute_error[block]), (relative, encoding.relative_error[block])):
            assert Fraction(float(got)) >= exact
            assert Fraction(float(got)) - exact <= exact / (1 << 50)
        assert encoding.flushed[block] == sum(1 for v, q in pairs if v and not q)
    report = json.loads(json.dumps(encoding.to_dict(), allow_nan=False))
    assert report["worst_relative_error"] == encoding.relative_error.max()
    assert report["worst_absolute_error"] == encoding.absolute_error.max()
    assert len(report["blocks"]) == len(encoding.tensor.exponent_codes)


@settings(max_examples=100, deadline=None)
@given(FORMATS, st.lists(NUMBERS, min_size=1, max_size=9))
def test_saturation_is_counted_and_in_the_errors(form, values):
    encoding = encode_blocks(values, form, saturate=True)
    limit = 1 << (form.mantissa_bits - 1)
    codes = encoding.tensor.exponent_codes
    for block, start in enumerate(range(0, len(values), form.block_size)):
        step = Fraction(2) ** int(codes[block] - form.exponent_bias - form.mantissa_bits + 1)
        part = [Fraction(value) for value in values[start : start + form.block_size]]
        over = [not -limit <= round(value / step) < limit for value in part]
        assert encoding.saturated[block] == sum(over)
        assert not any(over) or codes[block] == (1 << form.exponent_bits) - 1
        mantissas = encoding.tensor.mantissas[start : start + form.block_size].tolist()
        for value, cut, mantissa in zip(part, over, mantissas, strict=True):
            if cut:
                assert mantissa == (limit - 1 if value > 0 else -limit)
        exact = max(abs(v - m * step) for v, m in zip(part, mantissas, strict=True))
        assert Fraction(float(encoding.absolute_error[block])) >= exact


@pytest.mark.parametrize(
    ("values", "exponent", "mantissas"),
    [
        ([-1.0], 0, [-8]),  # two's complement holds -1 at exponent 0,
        ([1.0], 1, [4]),  # but not 1
        ([-1.0, 0.5], 0, [-8, 4]),
        ([0.93], 0, [7]),
        ([0.94], 1, [4]),  # rounds up to 8 / 8, so the next exponent
        ([-1.06], 0, [-8]),  # rounds to -1
        ([-1.07], 1, [-4]),
        ([0.0, -0.0], -3, [0, 0]),
        ([2.0**-8], -3, [0]),  # half of the least step: ties to even
        ([1.5 * 2.0**-7], -3, [1]),
    ],
)
def test_corners_by_hand(values, exponent, mantissas):
    encoding = encode_blocks(values, BlockFloatFormat(4, 3, 2))
    assert encoding.tensor.exponent_codes.tolist() == [exponent + 3]
    assert encoding.tensor.mantissas.tolist() == mantissas


@pytest.mark.parametrize("exponent", range(-3, 5))
def test_every_mantissa_is_its_own_code(exponent):
    form = BlockFloatFormat(5, 3, 1)
    values = [m * 2.0 ** (exponent - 4) for m in range(-16, 16)]
    encoding = encode_blocks(values, form)
    assert encoding.tensor.decode().tolist() == values
    assert encoding.worst_relative_error == 0.0


def test_shape_and_order_are_kept():
    values = np.arange(6.0).reshape(2, 3) / 8
    encoding = encode_blocks(values, BlockFloatFormat(8, 4, 4))
    assert encoding.tensor.mantissas.shape == encoding.element_error.shape == (2, 3)
    np.testing.assert_array_equal(encoding.tensor.decode(), values)
    np.testing.assert_array_equal(encoding.tensor.element_blocks, [[0, 0, 0], [0, 1, 1]])


def test_flushed_values_are_reported():
    encoding = encode_blocks([1.0, 1e-9, 0.0, 1e-300], BlockFloatFormat(4, 3, 2))
    assert encoding.flushed.tolist() == [1, 1]
    assert encoding.relative_error.tolist() == [1.0, 1.0]
    assert encoding.absolute_error.tolist() == [1e-9, 1e-300]


@pytest.mark.parametrize(
    ("values", "arguments", "message"),
    [
        ([], {}, r"^block tensor: there is nothing to encode, got shape \(0,\)$"),
        ([float("inf")], {}, "all must be finite"),
        (["a"], {}, "must hold real numbers"),
        ([1, 2, 40], {}, r"block 1 \(elements 2..2\) holds 40 and needs exponent 6, but BFP4E3X2 ends at 4; "),
        ([1], {"form": "BFP4E3"}, "form must be of BlockFloatFormat, got 'BFP4E3'"),
        ([1], {"saturate": 1}, "saturate must be True or False, got 1"),
        ([1], {"lowest_exponent": -4}, "lowest_exponent must be at least -3, got -4"),
        ([1], {"lowest_exponent": 5}, "lowest_exponent must be at most 4, got 5"),
        ([1], {"lowest_exponent": 1.0}, r"lowest_exponent must be an int, got 1\.0"),
    ],
)
def test_bad_arguments(values, arguments, message):
    with pytest.raises(InputError, match=message):
        encode_blocks(values, **{"form": BlockFloatFormat(4, 3, 2)} | arguments)
