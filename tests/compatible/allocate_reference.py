# SPDX-License-Identifier: Apache-2.0
"""`allocate` for one row by the book: what the package does for many rows at a time must give the same numbers."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sc_precision.compatible.allocation_bins import BINS, SHIFT
from sc_precision.compatible.allocation_hull import (
    SLACK,
    ULP,
    FloatArray,
    IntArray,
    allocation_points,
    hull_of,
)


@dataclass(frozen=True, eq=False)
class _Bins:
    """The bins that are not empty, in units of 2**exponent: keys, synapses, sums of s, and bounds of each s."""

    exponent: int
    key: IntArray
    count: IntArray
    total: FloatArray
    low: FloatArray
    high: FloatArray
    rounding: float
    """Relative error of `total`."""

    @cached_property
    def upper(self):
        """Sums rounded up."""
        return self.total * (1 + self.rounding)

    @cached_property
    def mean(self):
        return np.clip(self.total / self.count, self.low, self.high)

    def error(self, classes, hull):
        """Sum of s * f, rounded up."""
        return float(np.cumsum(self.upper * hull.error[classes])[-1]) * (1 + 2 * (len(self.key) + 2) * ULP)

    def dual(self, multiplier, target, hull):
        """Lower bound of the cost: the Lagrangian's minimum is concave in s, so not below its chord over a bin."""
        low, high = (hull.least(multiplier * end) for end in (self.low, self.high))
        each = self.count * (low + (high - low) * ((self.mean - self.low) / (self.high - self.low)))
        least, paid = float(np.cumsum(each)[-1]), multiplier * target
        return least - paid - (least + paid) * (self.rounding + 2 * (len(self.key) + 500) * ULP)


def _keys(values, exponent):
    """Bin of each value: the leading bits of value / 2**exponent, 0 to 2, as a float32; ascending with the value."""
    scaled = np.empty(len(values), dtype=np.float32)
    exact = values.dtype != np.float64 and abs(exponent) <= 126  # the factor is a float32, and twice as fast
    with np.errstate(under="ignore"):
        np.multiply(values, math.ldexp(1.0, -exponent), out=scaled, dtype="f4" if exact else "f8", casting="same_kind")
    bits = scaled.view(np.uint32)
    bits &= 0x7FFFFFFF  # -0.0 is 0
    bits >>= SHIFT
    return bits.astype(np.int64)


def _count(values):
    exponent = max(math.frexp(float(values.max()))[1] - 1, -1000)
    keys = _keys(values, exponent)
    count = np.bincount(keys, minlength=BINS)
    total = np.bincount(keys, weights=values, minlength=BINS)
    key = np.flatnonzero(count)
    edges = (np.arange(BINS + 1, dtype=np.uint32) << SHIFT).view(np.float32)
    with np.errstate(under="ignore"):
        least, most = (float(np.ldexp(float(end), -exponent)) for end in (values.min(), values.max()))
    # A float64 may have been rounded up to its bin's edge; an integer of 8 bits lies on it.
    low = np.maximum(np.nextafter(edges[key], np.float32(-1)).astype(np.float64), np.nextafter(least, -1.0))
    high = np.minimum(edges[key + (values.dtype != np.uint8)].astype(np.float64), np.nextafter(most, 2.0))
    with np.errstate(under="ignore"):
        scaled = np.ldexp(total[key], -exponent)
    scaled += np.where((total[key] > 0) & (scaled < 2.0**-1000), 2.0**-1070, 0.0)  # what became denormal
    rounding = (len(values) + 9) * ULP
    return _Bins(exponent, key, count[key], scaled, low, high, rounding)


def _unscaled(error, bins):
    with np.errstate(under="ignore", over="ignore"):
        return float(np.nextafter(np.ldexp(error, bins.exponent), np.inf))


@dataclass
class _Solution:
    classes: IntArray
    error: float
    lower_bound: float
    split: int = -1
    """Bin of which the first `moved` synapses are in the next cheaper class."""
    moved: int = 0


def _solve(bins, limit, hull):
    """Bisect the multiplier, and spend what is left."""
    smallest = float(bins.mean.min(where=bins.mean > 0, initial=np.inf))
    high = min(2 * float(hull.price.max(initial=0.0)) / smallest, 1e100)
    classes = hull.best(high * bins.mean)
    least = bins.error(classes, hull)
    reachable = _unscaled(least, bins)
    if reachable > limit:
        raise ValueError(f"target {limit} cannot be reached: the least sum of errors is {reachable}")
    # Every error is below 1, so that a target beyond twice the number of synapses, each below 2, limits nothing.
    most = 2.0 * float(bins.count.sum())
    with np.errstate(under="ignore", over="ignore"):
        scaled = float(np.nextafter(np.ldexp(limit, -bins.exponent), 0.0))
    target = max(min(scaled, most), least)
    floor = float(bins.count.sum()) * float(hull.cost[0]) * (1 - 4 * ULP)
    cheapest = np.zeros_like(classes)
    error = bins.error(cheapest, hull)
    if error <= target:
        return _Solution(cheapest, error, floor)
    low = float(hull.price[0]) / 4
    while high > low * (1 + 1e-9):
        middle = math.sqrt(low) * math.sqrt(high)
        tried = hull.best(middle * bins.mean)
        if bins.error(tried, hull) <= target:
            classes, high = tried, middle
        else:
            low = middle
    bound = max(floor, bins.dual(high, target, hull))
    return _spend(bins, target, hull, _Solution(classes, 0.0, bound))


def _spend(bins, target, hull, found):
    """Move bins, and part of one, to the next cheaper class while the budget lasts, the best saving per error first."""
    classes, extra = found.classes, 0.0
    single = np.where(bins.count == 1, bins.upper, np.minimum(bins.high, bins.upper))
    while True:
        found.error = (bins.error(classes, hull) + extra) * (1 + 4 * ULP)
        left = target - found.error - target * SLACK
        before = np.maximum(classes - 1, 0)
        step = hull.error[before] - hull.error[classes]
        able = (classes > 0) & (np.arange(len(classes)) != found.split)
        place = np.flatnonzero(able & ((single if found.split < 0 else bins.upper) * step <= left))
        if not len(place):
            return found
        place = place[np.argsort(-hull.price[before[place]] / single[place], kind="stable")]
        fits = int(np.searchsorted(np.cumsum(bins.upper[place] * step[place]), left, side="right"))
        if fits:
            classes[place[:fits]] -= 1
        else:
            found.split = int(place[0])
            need = float(single[found.split] * step[found.split])
            found.moved = min(int(left / need), int(bins.count[found.split]))
            extra = found.moved * need


def allocate_alone(s, target, *, cost_model="b*log2L", **limits):
    """Classes, error, cost and lower bound of one row of at most 2**17 synapses."""
    points = allocation_points(cost_model, **limits)
    hull = hull_of(tuple(points))
    bins = _count(s)
    found = _solve(bins, target, hull)
    table = np.zeros(BINS, dtype=np.uint8)
    table[bins.key] = found.classes
    keys = _keys(s, bins.exponent)
    classes = table[keys]
    if found.moved:
        classes[np.flatnonzero(keys == bins.key[found.split])[: found.moved]] -= 1
    counts = np.bincount(classes, minlength=len(hull.points)).tolist()
    cost = float(sum(count * point.cost for count, point in zip(counts, hull.points, strict=True)))
    return classes, min(_unscaled(found.error, bins), target), cost, min(found.lower_bound, cost)
