# SPDX-License-Identifier: Apache-2.0
"""Widths and lengths that a synapse may have, and the few of them that an optimal allocation uses."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from sc_precision.arguments import int_range, integer, power_of_two
from sc_precision.errors import InputError
from sc_precision.plan.cost import CostModel, synapse_cost

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MAX_LENGTH_LOG2 = 16

ULP = 2.0**-53
SLACK = 1e-11
"""Relative distance that the greedy steps keep from the target; more than all rounding in a sum over the bins."""


@dataclass(frozen=True)
class Point:
    """A width and length, the error per unit of s, and the cost; both exact."""

    bits: int
    length: int
    error: Fraction
    cost: Fraction


def worst_count(k: int) -> Fraction:
    """C(k), the worst discrepancy in counts of k digits of the van der Corput sequence."""
    return Fraction((3 * k + 1) * 2**k - (-1) ** k, 9 * 2**k)


def synapse_error(bits: int, length_log2: int, input_bits: int | None = None) -> Fraction:
    """f(b, L), exact; see the module. Inputs of more than `length_log2` bits are rounded: that adds 1 / (2 L)."""
    count = min(worst_count(-(-length_log2 // 2)), worst_count(bits - 1))
    if input_bits is not None and input_bits > length_log2:
        count += Fraction(1, 2)
    return count * Fraction(1, 1 << length_log2) + Fraction(1, 1 << bits)


def allocation_points(
    cost_model: str = CostModel.BITS,
    *,
    min_bits: int = 2,
    max_bits: int = MAX_LENGTH_LOG2 + 1,
    min_length: int = 2,
    max_length: int = 1 << MAX_LENGTH_LOG2,
    input_bits: int | None = None,
) -> list[Point]:
    """Return every width and length that a synapse may have; arguments and errors as for `allocate`."""
    CostModel.parse(cost_model, "cost_model")
    low, high = int_range("min_bits", min_bits, "max_bits", max_bits)
    shortest, longest = int_range("min_length", min_length, "max_length", max_length)
    for name, length in (("min_length", shortest), ("max_length", longest)):
        power_of_two(name, length, minimum=2, maximum=1 << MAX_LENGTH_LOG2)
    if input_bits is not None:
        input_bits = integer("input_bits", input_bits, minimum=1)
    points = _points(cost_model, low, high, shortest, longest, input_bits)
    if not points:
        raise InputError(f"min_bits must be at most 1 + log2 of max_length, got {low} for max_length {longest}")
    return list(points)


@lru_cache(maxsize=64)
def _points(
    cost_model: str, low: int, high: int, shortest: int, longest: int, input_bits: int | None
) -> tuple[Point, ...]:
    return tuple(
        Point(bits, 1 << m, synapse_error(bits, m, input_bits), synapse_cost(cost_model, bits, m, 0))
        for m in range(shortest.bit_length() - 1, longest.bit_length())
        for bits in range(low, min(high, m + 1) + 1)
    )


@dataclass(frozen=True, eq=False)
class Hull:
    """Lower convex hull of the points from the cheapest to the most precise, as classes."""

    points: tuple[Point, ...]

    @cached_property
    def error(self) -> FloatArray:
        """Of each class, per unit of s; ascending precision."""
        return np.array([float(point.error) for point in self.points])  # 33 bits at most: exact

    @cached_property
    def cost(self) -> FloatArray:
        """Of each class."""
        return np.array([float(point.cost) for point in self.points])

    @cached_property
    def price(self) -> FloatArray:
        """Cost per unit of error saved between neighbours; ascending."""
        return -np.diff(self.cost) / np.diff(self.error)

    def best(self, weight: FloatArray) -> IntArray:
        """Class with the least cost + weight * error."""
        return np.searchsorted(self.price, weight, side="right")

    def least(self, weight: FloatArray) -> FloatArray:
        """Least cost + weight * error."""
        classes = self.best(weight)
        return self.cost[classes] + weight * self.error[classes]


@lru_cache(maxsize=64)
def hull_of(points: tuple[Point, ...]) -> Hull:
    """Return the hull of these points, exact."""
    hull: list[Point] = []
    for point in sorted(points, key=lambda p: (p.cost, p.error)):
        if hull and point.error >= hull[-1].error:
            continue
        while len(hull) > 1 and (hull[-1].cost - hull[-2].cost) * (hull[-1].error - point.error) >= (
            point.cost - hull[-1].cost
        ) * (hull[-2].error - hull[-1].error):
            hull.pop()
        hull.append(point)
    return Hull(tuple(hull))
