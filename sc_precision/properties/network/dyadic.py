# SPDX-License-Identifier: Apache-2.0
"""Exact arithmetic on arrays: Python integers with one power of two as their unit. Every finite float is one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from sc_precision.network import FloatArray

ObjectArray = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Dyadic:
    """An array of the values digits * 2**exponent, the digits being int objects."""

    digits: ObjectArray
    exponent: int

    @classmethod
    def of(cls, values: FloatArray) -> Dyadic:
        """The exact values of finite floats."""
        mantissa, exponent = np.frexp(np.asarray(values, dtype=np.float64))
        whole = np.ldexp(mantissa, 53).astype(np.int64)
        # Shorter integers are faster, and most weights need far fewer than 53 bits below the common unit.
        zeros = np.where(whole == 0, 63, np.bitwise_count((whole & -whole) - 1)).astype(np.int64)
        places = np.where(whole == 0, np.iinfo(np.int32).max, exponent - 53 + zeros)
        unit = int(places.min(initial=np.iinfo(np.int32).max))
        if unit == np.iinfo(np.int32).max:
            return cls(np.zeros(whole.shape, dtype=object), 0)
        digits = np.where(whole == 0, 0, whole >> np.minimum(zeros, 62)).astype(object)
        shift = np.where(whole == 0, 0, places - unit).astype(object)
        return cls(np.asarray(digits << shift, dtype=object), unit)

    @classmethod
    def integers(cls, values: npt.NDArray[Any], exponent: int = 0) -> Dyadic:
        """Integers times 2**exponent."""
        return cls(np.asarray(values).astype(object), exponent)

    def at(self, exponent: int) -> ObjectArray:
        """The digits in a unit of 2**exponent, which is no coarser than the array's own."""
        return self.digits if exponent == self.exponent else np.asarray(self.digits << (self.exponent - exponent))

    def _pair(self, other: Dyadic) -> tuple[ObjectArray, ObjectArray, int]:
        exponent = min(self.exponent, other.exponent)
        return self.at(exponent), other.at(exponent), exponent

    def __add__(self, other: Dyadic) -> Dyadic:
        mine, its, exponent = self._pair(other)
        return Dyadic(mine + its, exponent)

    def __sub__(self, other: Dyadic) -> Dyadic:
        return self + -other

    def __neg__(self) -> Dyadic:
        return Dyadic(-self.digits, self.exponent)

    def __mul__(self, other: Dyadic) -> Dyadic:
        return Dyadic(self.digits * other.digits, self.exponent + other.exponent)

    def __matmul__(self, other: Dyadic) -> Dyadic:
        return Dyadic(np.asarray(self.digits @ other.digits, dtype=object), self.exponent + other.exponent)

    def maximum(self, other: Dyadic) -> Dyadic:
        """Entry by entry."""
        mine, its, exponent = self._pair(other)
        return Dyadic(np.maximum(mine, its), exponent)

    def minimum(self, other: Dyadic) -> Dyadic:
        """Entry by entry."""
        return -((-self).maximum(-other))

    def positive(self) -> Dyadic:
        """Entries below zero replaced by it."""
        return Dyadic(np.maximum(self.digits, 0), self.exponent)

    def where(self, condition: npt.NDArray[np.bool_], other: Dyadic) -> Dyadic:
        """Entries of this array where the condition holds, of the other one elsewhere."""
        mine, its, exponent = self._pair(other)
        return Dyadic(np.where(condition, mine, its), exponent)

    def __le__(self, other: Dyadic) -> npt.NDArray[np.bool_]:
        mine, its, _ = self._pair(other)
        return np.asarray(mine <= its, dtype=bool)

    def fractions(self) -> list[Fraction]:
        """The entries, in order."""
        unit = Fraction(2) ** self.exponent
        return [int(digit) * unit for digit in self.digits.ravel().tolist()]


ZERO = Dyadic(np.asarray(0, dtype=object), 0)


def largest(weights: Dyadic, low: Dyadic, high: Dyadic) -> Dyadic:
    """Largest weights @ x over low <= x <= high, row by row; weights have the shape (n_rows, n)."""
    return weights.positive() @ high - (-weights).positive() @ low
