# SPDX-License-Identifier: Apache-2.0
"""Sensitivities counted in bins, 128 an octave, by rows; and the sums of errors and costs that follow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc_precision.compatible.allocation_hull import ULP, FloatArray, Hull, IntArray

SHIFT = 16
"""Bits of a float32 that a bin of sensitivities ignores: 7 places of the significand remain."""
BINS = (0x40000000 >> SHIFT) + 1
"""Bins from 0 to 2."""


@dataclass(frozen=True, eq=False)
class Rows:
    """The bins of some rows that are not empty, in units of 2**exponent: ascending in each row, padded with zeros.

    Of each bin the number of synapses, the sum of their s with its relative rounding error, and bounds of each s.
    """

    exponent: IntArray
    count: FloatArray
    total: FloatArray
    low: FloatArray
    high: FloatArray
    rounding: float

    @classmethod
    def counted(
        cls,
        exponent: IntArray,
        key: IntArray,
        count: FloatArray,
        total: FloatArray,
        ends: tuple[FloatArray, FloatArray],
        *,
        exact: bool,
        parts: int,
    ) -> Rows:
        """Bins with these keys (see `bin_keys`), padded where the count is 0, from sums of s as it is.

        `ends` are the least and the greatest s of each row; `exact` states that each s is the lower edge of its bin, as
        integers of 8 bits are; `parts` is the number of roundings in a sum, at most.
        """
        edges = (np.arange(BINS + 1, dtype=np.uint32) << SHIFT).view(np.float32)
        # A float64 may have been rounded up to its bin's edge.
        below = np.nextafter(edges, np.float32(-1)).astype(np.float64)
        above = edges.astype(np.float64)[0 if exact else 1 :]
        with np.errstate(under="ignore"):
            least, most = (np.ldexp(end, -exponent) for end in ends)
            scaled = np.ldexp(total, -exponent[:, None])
        scaled += np.where((total > 0) & (scaled < 2.0**-1000), 2.0**-1070, 0.0)  # what became denormal
        filled = count > 0
        low = np.where(filled, np.maximum(below[key], np.nextafter(least, -1.0)[:, None]), 0.0)
        high = np.where(filled, np.minimum(above[key], np.nextafter(most, 2.0)[:, None]), 2.0)
        return cls(exponent, count, scaled, low, high, (parts + 8) * ULP)

    @cached_property
    def upper(self) -> FloatArray:
        """Sums rounded up."""
        return self.total * (1 + self.rounding)

    @cached_property
    def mean(self) -> FloatArray:
        """Mean s of each bin."""
        return np.clip(self.total / np.maximum(self.count, 1), self.low, self.high)

    @cached_property
    def filled(self) -> IntArray:
        """Bins of each row that are not empty."""
        return np.asarray(np.count_nonzero(self.count, axis=1))

    @cached_property
    def outward(self) -> FloatArray:
        """Factor that rounds a row's sum up."""
        return np.asarray(1 + 2 * (self.filled + 2) * ULP, dtype=np.float64)

    def error(self, terms: FloatArray, rows: IntArray | slice) -> FloatArray:
        """Sum of s * f of each row, rounded up."""
        return np.cumsum(terms, axis=1)[:, -1] * self.outward[rows]

    def error_at(self, multiplier: FloatArray, hull: Hull, rows: IntArray | slice) -> FloatArray:
        """Sum of s * f of each row with the best classes for its multiplier, rounded up."""
        classes = hull.best(multiplier[:, None] * self.mean[rows])
        return self.error(self.upper[rows] * hull.error[classes], rows)

    def take(self, rows: IntArray) -> Rows:
        """Some of the rows."""
        count, total, low, high = (each[rows] for each in (self.count, self.total, self.low, self.high))
        return Rows(self.exponent[rows], count, total, low, high, self.rounding)

    def dual(self, multiplier: FloatArray, target: FloatArray, hull: Hull) -> FloatArray:
        """Lower bound of each row's cost: over a bin, the Lagrangian's least, concave in s, is not below its chord."""
        low, high = (hull.least(multiplier[:, None] * end) for end in (self.low, self.high))
        each = self.count * (low + (high - low) * ((self.mean - self.low) / (self.high - self.low)))
        least, paid = np.cumsum(each, axis=1)[:, -1], multiplier * target
        return least - paid - (least + paid) * (self.rounding + 2 * (self.filled + 500) * ULP)


def bin_exponents(most: FloatArray) -> IntArray:
    """Exponents at which rows with these largest values reach from 0 to 2."""
    return np.maximum(np.frexp(most)[1].astype(np.int64) - 1, -1000)


def bin_keys(values: NDArray[Any], exponent: IntArray) -> NDArray[np.uint32]:
    """Bin of each value: the leading bits of value / 2**exponent, 0 to 2, as a float32; ascending with the value."""
    scaled = np.empty(values.shape, dtype=np.float32)
    exact = values.dtype != np.float64 and int(np.abs(exponent).max()) <= 126  # the factor is a float32: twice as fast
    with np.errstate(under="ignore"):
        factor = np.ldexp(1.0, -exponent)[:, None].astype("f4" if exact else "f8")
        np.multiply(values, factor, out=scaled, dtype=factor.dtype, casting="same_kind")
    bits = scaled.view(np.uint32)
    bits &= 0x7FFFFFFF  # -0.0 is 0
    bits >>= SHIFT
    return bits
