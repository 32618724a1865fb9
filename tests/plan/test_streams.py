# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sc_precision.golden.streams import ramp_cycles
from sc_precision.params import stream_mask
from sc_precision.plan.streams import _interior, discrepancy_range, ramp_lengths


def reverse(value: int, m: int) -> int:
    return int(format(value, f"0{m}b")[::-1], 2) if m else 0


def ones_before(level: int, m: int, mask: int) -> list[int]:
    """Ones among the first 0..2**m cycles of the weight stream, bit by bit from its definition."""
    return [0, *np.cumsum([(reverse(t, m) ^ mask) < level for t in range(1 << m)]).tolist()]


def ramp_length(code: int, m: int, unit: int) -> int:
    """Cycles in which the ramp's comparator says one, from its definition."""
    if m >= unit:
        return sum(t < code << (m - unit) for t in range(1 << m))
    step = unit - m
    return sum(((t << step) | 1 << (step - 1)) < code for t in range(1 << m))


def discrepancy(level: int, m: int, unit: int, codes: range) -> list[int]:
    """D(a) from its definition."""
    ones = ones_before(level, m, stream_mask(m))
    return [(ones[ramp_length(a, m, unit)] << unit) - a * level for a in codes]


def worst_count(m: int) -> float:
    """C(m) of the unmasked van der Corput sequence."""
    return m / 3 + 1 / 9 - (-1) ** m / (9 * 2**m)


def widths(m: int, mask: int) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest D of all thresholds over all cycles, in counts, with any mask."""
    levels = np.arange(1 << m)
    low, high, last = _interior(levels, m, mask, np.full(len(levels), 1 << m))
    assert not last.any()
    return np.minimum(low, 0) / 2**m, np.maximum(high, 0) / 2**m


@pytest.mark.parametrize("m", range(7))
@pytest.mark.parametrize("unit", range(8))
def test_range_over_every_prefix_is_the_counted_one(m, unit):
    codes = np.arange((1 << unit) + 1)
    assert ramp_lengths(codes, m, unit).tolist() == [ramp_length(a, m, unit) for a in codes.tolist()]
    assert (ramp_lengths(codes, m, unit) == ramp_cycles(codes, m, unit)).all()
    for level in range((1 << m) + 1):
        expected = discrepancy(level, m, unit, range(len(codes)))
        low, high, last = discrepancy_range(np.full(len(codes), level), m, unit, codes)
        assert low.tolist() == np.minimum.accumulate(expected).tolist()
        assert high.tolist() == np.maximum.accumulate(expected).tolist()
        assert last.tolist() == expected


@given(st.data())
def test_range_of_long_streams_is_the_counted_one(data):
    m, unit = data.draw(st.integers(7, 11)), data.draw(st.integers(0, 9))
    level, top = data.draw(st.integers(0, 1 << m)), data.draw(st.integers(0, 1 << unit))
    expected = discrepancy(level, m, unit, range(top + 1))
    low, high, last = discrepancy_range(np.array([level]), m, unit, np.array([top]))
    assert (low[0], high[0], last[0]) == (min(expected), max(expected), expected[-1])


@pytest.mark.parametrize("m", range(1, 15))
def test_worst_count_without_a_mask_is_the_published_one(m):
    low, high = widths(m, 0)
    assert low.min() == 0
    assert high.max() == pytest.approx(worst_count(m), rel=1e-12)


@pytest.mark.parametrize(("m", "worst"), [(4, 1.438), (6, 2.109), (8, 2.777), (10, 3.444), (12, 4.111)])
def test_worst_count_without_a_mask_has_the_published_figures(m, worst):
    assert widths(m, 0)[1].max() == pytest.approx(worst, abs=6e-4)


@pytest.mark.parametrize(("m", "worst"), [(4, 0.750), (6, 1.125), (8, 1.438), (10, 1.781), (12, 2.109)])
def test_worst_count_with_the_mask_is_the_published_one(m, worst):
    low, high = widths(m, stream_mask(m))
    assert max(-low.min(), high.max()) == pytest.approx(worst, abs=6e-4)
    assert max(-low.min(), high.max()) == pytest.approx(worst_count(-(-m // 2)), rel=1e-12)


@pytest.mark.parametrize("m", [4, 5, 6, 7, 8])
def test_no_mask_is_better_than_the_one_in_use(m):
    best = min(max(-low.min(), high.max()) for low, high in (widths(m, mask) for mask in range(1 << m)))
    low, high = widths(m, stream_mask(m))
    assert max(-low.min(), high.max()) == best


@pytest.mark.parametrize("m", [1, 4, 7, 10])
def test_sides_are_the_sums_of_distances_to_integers(m):
    mask = stream_mask(m)
    low, high = widths(m, mask)
    for level in range(1 << m):
        distances = [abs(level / 2**k - round(level / 2**k)) for k in range(1, m + 1)]
        assert high[level] == sum(d for k, d in enumerate(distances) if not mask >> k & 1)
        assert low[level] == -sum(d for k, d in enumerate(distances) if mask >> k & 1)


def test_range_does_not_depend_on_how_synapses_are_grouped(monkeypatch):
    rng = np.random.default_rng(1)
    levels = rng.integers(0, 1025, 500)
    same, each = np.full(500, 200), rng.integers(0, 257, 500)
    # Equal inputs go through a table of all residues, unequal ones do not.
    table = discrepancy_range(levels, 10, 8, same)
    single = [discrepancy_range(levels[i : i + 1], 10, 8, same[i : i + 1]) for i in range(500)]
    assert all(
        (np.concatenate(parts) == whole).all() for parts, whole in zip(zip(*single, strict=True), table, strict=True)
    )
    whole = discrepancy_range(levels, 10, 8, each)
    monkeypatch.setattr("sc_precision.plan.streams._CHUNK", 17)
    cut = discrepancy_range(levels, 10, 8, each)
    assert all((a == b).all() for a, b in zip(whole, cut, strict=True))


def test_no_synapses_make_no_ranges():
    nothing = np.empty(0, dtype=np.int64)
    assert all(len(part) == 0 for part in discrepancy_range(nothing, 4, 4, nothing))
