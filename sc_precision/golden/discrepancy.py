# SPDX-License-Identifier: Apache-2.0
r"""Error laws of one product: how far the common ones of two streams are from a * B / L, over all levels.

All figures are exact integers: the discrepancy of input level a and weight level B is

    D(a, B) = L * count(a, B) - a * B,    in units of 1/L counts, L = 2^m.

Formulas, ||v|| the distance of v to the nearest integer:

- ramp and vdc with mask s (Bejian and Faure 1977): for each B the extremes over a are the sums over k = 1..m of
  ||B/2^k||, upwards where bit k-1 of s is 0 and downwards where it is 1. Without a mask the worst is
  C(m) = m/3 + 1/9 - (-1)^m / (9 * 2^m); with the low floor(m/2) bits set C(ceil(m/2)) both ways.
- ramp and rate multiplier: count = floor(a * B / L + 1/2), so within a half both ways, and up to a half is reached.

The two streams may change places. Other pairs of counters are enumerated, up to 12 bits. So are pairs with an LFSR, but
their law is called statistical: the figure is exact for these polynomials and seeds and nothing but; another seed may
be several times worse, and no formula bounds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from sc_precision.errors import InputError
from sc_precision.params.codes import IntArray
from sc_precision.params.generators import (
    GeneratorParams,
    RampParams,
    RateMultiplierParams,
    SobolParams,
    ThresholdParams,
    VanDerCorputParams,
)
from sc_precision.params.sharing import check_pair

MAX_ENUMERATED_LOG2 = 12
"""Longest streams whose pairs are enumerated, 2**12 cycles: 16 million pairs of levels."""
_CHUNK = 1 << 22

LawKind = Literal["formula", "enumerated", "statistical"]


@dataclass(frozen=True)
class ProductLaw:
    """Exact extremes of one product over all input and weight levels.

    Attributes
    ----------
    input, weight : GeneratorParams
        The two streams.
    kind : {"formula", "enumerated", "statistical"}
        Where the figures come from; see the module.
    formula : str
        The law in words.
    low, high : int
        Smallest and largest D(a, B), in units of 1/L counts; low <= 0 <= high, both reached.
    """

    input: GeneratorParams
    weight: GeneratorParams
    kind: LawKind
    formula: str
    low: int
    high: int

    @property
    def worst(self) -> Fraction:
        """Largest number of counts by which a product is off; a dyadic fraction."""
        return Fraction(max(-self.low, self.high), self.input.length)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description; the counts are exact as floats."""
        return {
            "input": self.input.to_dict(),
            "weight": self.weight.to_dict(),
            "law": self.kind,
            "formula": self.formula,
            "counts_low": self.low / self.input.length,
            "counts_high": self.high / self.input.length,
        }


def masked_ranges(m: int, mask: int) -> tuple[IntArray, IntArray]:
    """Smallest and largest D of a ramp and a masked vdc stream, for each weight level 0..2**m; see the module."""
    levels = np.arange((1 << m) + 1, dtype=np.int64)
    low, high = np.zeros_like(levels), np.zeros_like(levels)
    for k in range(1, m + 1):
        rest = levels & ((1 << k) - 1)
        distance = np.minimum(rest, (1 << k) - rest) << (m - k)
        if mask >> (k - 1) & 1:
            low -= distance
        else:
            high += distance
    return low, high


def rate_ranges(m: int) -> tuple[IntArray, IntArray]:
    """Smallest and largest D of a ramp and a rate multiplier, for each weight level 0..2**m.

    a * B mod L takes the multiples of B's lowest one, 2**j; L/2 is rounded up and the multiple below it down.
    """
    levels = np.arange((1 << m) + 1, dtype=np.int64)
    lowest = levels & -levels
    half = (1 << m) >> 1
    partial = (levels & ((1 << m) - 1)) != 0
    return np.where(partial, lowest - half, 0), np.where(partial, half, 0)


def enumerated_ranges(x: GeneratorParams, w: GeneratorParams) -> tuple[IntArray, IntArray]:
    """Smallest and largest D for each weight level, by counting every pair of levels.

    Streams of one length of at most 2**12 cycles, or InputError is raised; one of them compares numbers.
    """
    m, length = x.length_log2, x.length
    if m > MAX_ENUMERATED_LOG2:
        raise InputError(
            f"streams of 2**{m} cycles: the pair {x.kind}, {w.kind} has no formula, and is enumerated up to "
            f"2**{MAX_ENUMERATED_LOG2} only; use shorter streams, or a ramp with a vdc or rate stream"
        )
    swapped = not isinstance(x, ThresholdParams)
    first, second = (w, x) if swapped else (x, w)
    assert isinstance(first, ThresholdParams)
    numbers = first.numbers(length)
    order = np.argsort(numbers, kind="stable")
    levels = np.arange(length + 1, dtype=np.int64)
    # Cycles in the order of their numbers: those of level a are the first ones.
    below = np.searchsorted(numbers[order], levels)
    low, high = np.zeros(length + 1, dtype=np.int64), np.zeros(length + 1, dtype=np.int64)
    rows = max(1, _CHUNK // (length + 1))
    for start in range(0, length + 1, rows):
        part = slice(start, start + rows)
        ones = np.zeros((len(levels[part]), length + 1), dtype=np.int64)
        np.cumsum(second.bits(levels[part], length)[:, order], axis=1, out=ones[:, 1:])
        discrepancy = (ones[:, below] << m) - np.outer(levels[part], levels)
        if swapped:
            np.minimum(low, discrepancy.min(axis=0), out=low)
            np.maximum(high, discrepancy.max(axis=0), out=high)
        else:
            low[part], high[part] = discrepancy.min(axis=1), discrepancy.max(axis=1)
    return low, high


def _mask(params: GeneratorParams) -> int | None:
    """Mask of a van der Corput stream, by whatever name; None for other kinds."""
    if isinstance(params, SobolParams) and params.dimension == 1:
        return 0
    return params.mask if isinstance(params, VanDerCorputParams) else None


def level_ranges(x: GeneratorParams, w: GeneratorParams) -> tuple[IntArray, IntArray]:
    """Smallest and largest D of each weight level over all input levels; exact and reached.

    Two arrays of shape (L + 1,), in units of 1/L counts; low <= 0 <= high. Raises InputError if the pair is refused
    (`check_pair`), or has no formula and is longer than 2**12 cycles.
    """
    check_pair(x, w, "product")
    mask = _mask(w)
    if isinstance(x, RampParams) and mask is not None:
        return masked_ranges(x.length_log2, mask)
    if isinstance(x, RampParams) and isinstance(w, RateMultiplierParams):
        return rate_ranges(x.length_log2)
    return enumerated_ranges(x, w)


@lru_cache(maxsize=64)
def product_law(x: GeneratorParams, w: GeneratorParams) -> ProductLaw:
    """Law of a pair of streams.

    Parameters
    ----------
    x, w : GeneratorParams
        Input and weight stream.

    Raises
    ------
    InputError
        If the pair is refused (`check_pair`), or has no formula and is longer than 2**12 cycles.
    """
    check_pair(x, w, "product")
    ramp, other = (x, w) if isinstance(x, RampParams) else (w, x)
    kind: LawKind = "enumerated" if x.deterministic and w.deterministic else "statistical"
    formula = f"all pairs of levels of {x.kind} and {w.kind}"
    if isinstance(ramp, RampParams):
        mask = _mask(other)
        if mask is not None:
            kind, formula = "formula", "sums over k = 1..m of ||B/2^k||, upwards where the mask's bit k-1 is 0"
        elif isinstance(other, RateMultiplierParams):
            kind, formula = "formula", "count = floor(a*B/L + 1/2)"
    if kind == "formula":
        # Both orders have the same extremes over all pairs.
        low, high = level_ranges(ramp, other)
    else:
        low, high = level_ranges(x, w)
    if kind == "statistical":
        formula += "; exact for these polynomials and seeds only"
    return ProductLaw(x, w, kind, formula, int(low.min()), int(high.max()))
