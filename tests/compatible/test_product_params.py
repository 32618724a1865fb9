# SPDX-License-Identifier: Apache-2.0
"""Bounds of the stochastic multiplier against counting every bit, in plain integers."""

from fractions import Fraction

import pytest

from sc_precision.compatible.evidence.product_golden import product_counts
from sc_precision.compatible.evidence.product_params import StreamProductParams
from sc_precision.errors import InputError


def count(p, code, level):
    """Ones in common, bit by bit."""
    m = p.length_log2
    threshold = -((1 << p.coarse >> 1) - level >> p.coarse) if p.coarse else level << (m - p.bit_width)
    values = [int(format(t, f"0{m}b")[::-1], 2) ^ p.mask for t in range(1 << m)]
    return sum(t < code and value < threshold for t, value in enumerate(values))


@pytest.mark.parametrize(("bits", "m"), [(1, 1), (1, 4), (3, 3), (4, 2), (2, 5), (6, 4)])
def test_bounds_are_exact_and_the_model_counts_bits(bits, m):
    p = StreamProductParams("core", bits, m)
    errors, worst = [], Fraction(0)
    for level in range((1 << bits) + 1):
        counts = [count(p, code, level) for code in range(p.length + 1)]
        assert product_counts(p, level).tolist() == counts
        errors += [(c << m) - code * p.threshold(level) for code, c in enumerate(counts)]
        exact = [Fraction(code, p.length) * Fraction(level, 1 << bits) for code in range(p.length + 1)]
        worst = max(worst, *(abs(Fraction(c, p.length) - e) for c, e in zip(counts, exact, strict=True)))
    assert p.discrepancy == (min(errors), max(errors))
    assert worst <= p.error
    assert worst == p.error or p.coarse


def test_published_worst_cases():
    """Worst counts of masked van der Corput streams, every weight of the stream's own grid."""
    for m, worst in ((4, 0.75), (6, 1.125), (8, 1.4375), (10, 1.78125), (12, 2.109375)):
        low, high = StreamProductParams("core", m, m).discrepancy
        assert max(-low, high) / (1 << m) == worst


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("core", 0, 4), "core: bit_width must be at least 1, got 0"),
        (("core", 33, 4), "core: bit_width must be at most 32, got 33"),
        (("core", 4, 0), "core: length_log2 must be at least 1"),
        (("core", 4, 17), "core: length_log2 must be at most 16, got 17"),
        (("core", True, 4), "core: bit_width must be an int, got True"),
        (("module", 4, 4), "'module'"),
    ],
)
def test_bad_parameters(arguments, message):
    with pytest.raises(InputError) as caught:
        StreamProductParams(*arguments)
    assert message in str(caught.value)


def test_description():
    assert StreamProductParams("core", 8, 5).to_dict() == {
        "kind": "stream_product",
        "name": "core",
        "bit_width": 8,
        "length": 32,
        "mask": 3,
        "discrepancy_low": -24,
        "discrepancy_high": 36,
        "discrepancy_unit": "2**-5 counts",
        "error_bound": 36 / 1024 + 1 / 64,
    }
