# SPDX-License-Identifier: Apache-2.0
"""Error laws of products: formulas against enumeration, enumeration against bits, both against published figures."""

from fractions import Fraction

import numpy as np
import pytest

from sc_precision.compatible.allocation_hull import worst_count
from sc_precision.errors import InputError
from sc_precision.golden.discrepancy import (
    enumerated_ranges,
    level_ranges,
    product_law,
)
from sc_precision.params.generators import LfsrParams, RampParams, SobolParams, VanDerCorputParams, generator
from sc_precision.plan.streams import discrepancy_range

PUBLISHED = {
    # L = 16, 64, 256, 1024, 4096
    ("ramp", "vdc"): (1.438, 2.109, 2.777, 3.444, 4.111),
    ("ramp", "masked_vdc"): (0.750, 1.125, 1.438, 1.781, 2.109),
    ("vdc", "sobol"): (1.438, 2.109, 2.590, 3.132, 4.111),
    ("ramp", "rate"): (0.5, 0.5, 0.5, 0.5, 0.5),
}


def table(x, w):
    """D of every pair of levels, from the bits, shape (weight level, input level)."""
    levels = np.arange(x.length + 1)
    a, b = (each.bits(levels, x.length).astype(np.int64) for each in (x, w))
    return b @ a.T * x.length - np.outer(levels, levels)


@pytest.mark.parametrize("pair", PUBLISHED, ids="-".join)
@pytest.mark.parametrize("index", [0, 1, 2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_laws_have_the_published_figures(pair, index):
    m = 4 + 2 * index
    x, w = generator(pair[0], m), generator(pair[1], m)
    law = product_law(x, w)
    assert float(law.worst) == pytest.approx(PUBLISHED[pair][index], abs=6e-4)
    assert law.kind == ("enumerated" if pair == ("vdc", "sobol") else "formula")
    low, high = enumerated_ranges(x, w)
    assert (law.low, law.high) == (low.min(), high.max())


@pytest.mark.parametrize("m", [*range(1, 11), *(pytest.param(m, marks=pytest.mark.slow) for m in (11, 12))])
def test_formulas_are_what_enumeration_finds(m):
    ramp = RampParams(m)
    rng = np.random.default_rng(m)
    masks = range(1 << m) if m <= 5 else [(1 << m // 2) - 1, (1 << m) - 1, int(rng.integers(1 << m))]
    others = [VanDerCorputParams(m, mask=mask) for mask in {0, *masks}]
    for other in [*others, SobolParams(m, dimension=1), generator("rate", m)]:
        formula, counted = level_ranges(ramp, other), enumerated_ranges(ramp, other)
        assert (formula[0] == counted[0]).all()
        assert (formula[1] == counted[1]).all()
        law, turned = product_law(ramp, other), product_law(other, ramp)
        assert law.kind == turned.kind == "formula"
        assert (law.low, law.high) == (turned.low, turned.high) == (counted[0].min(), counted[1].max())
        low, high = enumerated_ranges(other, ramp)
        assert (turned.low, turned.high) == (low.min(), high.max())


@pytest.mark.parametrize("m", range(1, 7))
def test_enumeration_is_what_the_bits_say(m):
    kinds = [generator(kind, m) for kind in ("ramp", "masked_vdc", "sobol", "rate")]
    kinds += [LfsrParams(m, seed=3), LfsrParams(m, register_bits=9, seed=100)]
    for x in kinds:
        for w in kinds:
            if x.kind == w.kind == "rate":
                continue
            expected = table(x, w)
            low, high = enumerated_ranges(x, w)
            assert low.tolist() == np.minimum(expected.min(axis=1), 0).tolist()
            assert high.tolist() == np.maximum(expected.max(axis=1), 0).tolist()


def test_enumeration_in_pieces(monkeypatch):
    pairs = [(generator("vdc", 5), SobolParams(5)), (generator("rate", 5), SobolParams(5))]
    whole = [enumerated_ranges(*pair) for pair in pairs]
    monkeypatch.setattr("sc_precision.golden.discrepancy._CHUNK", 100)
    for pair, expected in zip(pairs, whole, strict=True):
        assert all((a == b).all() for a, b in zip(enumerated_ranges(*pair), expected, strict=True))


@pytest.mark.parametrize("m", range(17))
def test_worst_of_van_der_corput_is_dyadic(m):
    exact = Fraction(m, 3) + Fraction(1, 9) - Fraction((-1) ** m, 9 * 2**m)
    assert worst_count(m) == exact
    law = product_law(RampParams(m), VanDerCorputParams(m)) if m > 1 else None
    if law:
        assert (law.low, law.worst) == (0, exact)
        masked = product_law(RampParams(m), VanDerCorputParams.masked(m))
        half = -(-m // 2)
        assert masked.worst == worst_count(half)
        if m % 2 == 0:
            assert masked.low == -masked.high
        rate = product_law(RampParams(m), generator("rate", m))
        assert (rate.worst, rate.high, rate.low) == (Fraction(1, 2), 2 ** (m - 1), 1 - 2 ** (m - 1))


@pytest.mark.parametrize("m", range(2, 9))
def test_a_half_is_the_least_that_any_stream_can_reach(m):
    # The exact product of levels 1 and L/2 is half a count.
    for kind in ("vdc", "masked_vdc", "sobol", "rate"):
        assert product_law(RampParams(m), generator(kind, m)).worst >= Fraction(1, 2)


def test_pairs_with_a_register_are_statistical():
    x = LfsrParams(8, seed=1)
    figures = []
    for seed in range(1, 256, 2):
        law = product_law(x, LfsrParams(8, seed=seed, polynomial=0x171))
        assert law.kind == "statistical"
        assert "exact for these polynomials and seeds only" in law.formula
        figures.append(float(law.worst))
    # Far above the deterministic pairs, and the seed matters.
    assert 5.5 < min(figures) < np.median(figures) < 11 < max(figures) < 17
    assert product_law(RampParams(8), x).kind == product_law(x, generator("vdc", 8)).kind == "statistical"


def test_law_describes_itself():
    law = product_law(RampParams(4), VanDerCorputParams.masked(4))
    assert law.to_dict() == {
        "input": {"kind": "ramp", "length_log2": 4},
        "weight": {"kind": "masked_vdc", "length_log2": 4, "mask": 3},
        "law": "formula",
        "formula": "sums over k = 1..m of ||B/2^k||, upwards where the mask's bit k-1 is 0",
        "counts_low": -0.75,
        "counts_high": 0.75,
    }


@pytest.mark.parametrize("pair", PUBLISHED, ids="-".join)
def test_errors_of_a_dense_layer_are_reached(pair):
    x, w = (generator(kind, 3) for kind in pair)
    levels = np.array([[3, -5, 0], [-8, 7, 6]])
    down, up = (end[np.abs(levels)] for end in level_ranges(x, w))
    # Inputs are free of one another, so the extremes of the synapses add up and are reached.
    low = np.where(levels < 0, -up, down).sum(axis=1)
    high = np.where(levels < 0, -down, up).sum(axis=1)
    tables = table(x, w)
    for output, row in enumerate(levels):
        parts = [np.sign(level) * tables[abs(level)] for level in row]
        errors = parts[0][:, None, None] + parts[1][None, :, None] + parts[2][None, None, :]
        assert (low[output], high[output]) == (errors.min(), errors.max())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: product_law(generator("vdc", 13), SobolParams(13)),
            r"^streams of 2\*\*13 cycles: the pair vdc, sobol has no formula, and is enumerated up to 2\*\*12 only",
        ),
        (lambda: product_law(RampParams(8), RampParams(8)), "^product: input and weight streams come from the same"),
        (lambda: level_ranges(RampParams(8), RampParams(9)), "^product: input stream of 256 cycles and weight stream"),
    ],
)
def test_bad_pairs_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


@pytest.mark.parametrize("m", range(1, 11))
def test_ranges_of_the_mask_in_use_are_those_that_the_planner_uses(m):
    levels = np.arange((1 << m) + 1)
    low, high, last = discrepancy_range(levels, m, m, np.full(len(levels), 1 << m))
    ranges = level_ranges(RampParams(m), VanDerCorputParams.masked(m))
    assert not last.any()
    assert (ranges[0] == low).all()
    assert (ranges[1] == high).all()
