# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sc_precision.params import stream_mask
from sc_precision.plan.streams import discrepancies, discrepancy_range, prefix_counts, ramp_lengths, width_table


def reverse(value: int, m: int) -> int:
    return int(format(value, f"0{m}b")[::-1], 2) if m else 0


def stream(level: int, m: int, mask: int) -> list[bool]:
    """The weight stream, bit by bit, from its definition."""
    return [reverse(t, m) ^ mask < level for t in range(1 << m)]


def ramp_length(code: int, m: int, unit: int) -> int:
    """Cycles in which the ramp's comparator says one, from its definition."""
    if m >= unit:
        return sum(t < code << (m - unit) for t in range(1 << m))
    step = unit - m
    return sum(((t << step) | 1 << (step - 1)) < code for t in range(1 << m))


def worst_count(m: int) -> float:
    """C(m) of the unmasked van der Corput sequence."""
    return m / 3 + 1 / 9 - (-1) ** m / (9 * 2**m)


@pytest.mark.parametrize("m", range(9))
@pytest.mark.parametrize("masked", [False, True])
def test_prefix_counts_are_the_counted_bits(m, masked):
    mask = stream_mask(m) if masked else 0
    levels = np.arange((1 << m) + 1)
    counts = prefix_counts(levels, np.arange((1 << m) + 1), m, mask)
    for level in levels.tolist():
        expected = np.concatenate([[0], np.cumsum(stream(level, m, mask))])
        assert counts[level].tolist() == expected.tolist()


@pytest.mark.parametrize("m", range(7))
@pytest.mark.parametrize("unit", range(9))
def test_discrepancies_are_the_counted_bits_on_every_grid(m, unit):
    codes = np.arange((1 << unit) + 1)
    ramps = [ramp_length(code, m, unit) for code in codes.tolist()]
    assert ramp_lengths(codes, m, unit).tolist() == ramps
    levels = np.arange((1 << m) + 1)
    table = discrepancies(levels, m, unit, codes)
    for level in levels.tolist():
        ones = np.concatenate([[0], np.cumsum(stream(level, m, stream_mask(m)))])
        assert table[level].tolist() == [int(ones[n] << unit) - a * level for a, n in enumerate(ramps)]


@pytest.mark.parametrize("m", range(1, 13))
def test_worst_count_without_a_mask_is_the_published_one(m):
    levels, cycles = np.arange((1 << m) + 1), np.arange((1 << m) + 1)
    error = (prefix_counts(levels, cycles, m, 0) << m) - levels[:, None] * cycles
    assert error.min() == 0
    assert error.max() / 2**m == pytest.approx(worst_count(m), rel=1e-12)


@pytest.mark.parametrize(("m", "worst"), [(4, 0.750), (6, 1.125), (8, 1.438), (10, 1.781), (12, 2.109)])
def test_worst_count_with_the_mask_is_the_published_one(m, worst):
    levels = np.arange((1 << m) + 1)
    low, high, _ = discrepancy_range(levels, m, m, np.full(len(levels), 1 << m))
    assert max(-low.min(), high.max()) / 2**m == pytest.approx(worst, abs=5e-4)
    assert max(-low.min(), high.max()) / 2**m == pytest.approx(worst_count(-(-m // 2)), rel=1e-12)


@given(st.data())
def test_range_is_the_enumerated_one(data):
    m, unit = data.draw(st.integers(0, 16)), data.draw(st.integers(0, 8))
    n = data.draw(st.integers(0, 6))
    levels = np.array(data.draw(st.lists(st.integers(0, 1 << m), min_size=n, max_size=n)), dtype=np.int64)
    highs = np.array(data.draw(st.lists(st.integers(0, 1 << unit), min_size=n, max_size=n)), dtype=np.int64)
    low, high, last = discrepancy_range(levels, m, unit, highs)
    for i in range(n):
        every = discrepancies(levels[i : i + 1], m, unit, np.arange(highs[i] + 1))[0]
        assert (low[i], high[i], last[i]) == (every.min(), every.max(), every[-1])


def test_range_does_not_depend_on_how_the_table_is_cut(monkeypatch):
    rng = np.random.default_rng(1)
    levels, highs = rng.integers(0, 257, 500), rng.integers(0, 257, 500)
    whole = discrepancy_range(levels, 8, 8, highs)
    monkeypatch.setattr("sc_precision.plan.streams.TABLE_ELEMENTS", 1000)
    cut = discrepancy_range(levels, 8, 8, highs)
    assert all((a == b).all() for a, b in zip(whole, cut, strict=True))


@pytest.mark.parametrize("m", [1, 4, 7, 10])
def test_width_table_is_the_difference_of_both_sides(m):
    levels = np.arange(1 << m)
    low, high, _ = discrepancy_range(levels, m, m, np.full(len(levels), 1 << m))
    assert ((high - low) / 2**m == width_table()[m, : 1 << m]).all()
