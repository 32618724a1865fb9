# SPDX-License-Identifier: Apache-2.0
r"""Near-optimal bits and stream lengths for huge layers, with a certificate of how near.

The product of a synapse with b bits (a sign and b - 1 binary places) and a stream of L = 2\ :sup:`m` cycles is off by
at most s * f(b, L), s being the weight of the synapse's error in the sum that is limited::

    f(b, L) = min(C(ceil(m / 2)), C(b - 1)) / L + 2^-b,    C(k) = k/3 + 1/9 - (-1)^k / (9 * 2^k)

The first part is the worst count of the masked van der Corput stream (`sc_precision.plan.streams`; the trailing zeros
of a short code leave at most C(b - 1)), the second is half of the code's last place. All of it is dyadic and held
exactly. As f is the same for all synapses, one lower convex hull of (f, cost) serves them all, and the optimum of the
Lagrangian cost + multiplier * error is a threshold policy in s. Synapses are counted in bins of s, 128 an octave, with
the sum of s in each, so that the multiplier is found without going through the synapses again. What the relaxation
leaves of the budget is spent greedily; the Lagrangian's dual bounds the cost of every allocation from below
(Everett 1963; Shoham and Gersho 1988).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sc_precision.arguments import positive
from sc_precision.compatible.allocate_rows import MAX_COLUMNS, RowSolution, allocate_rows
from sc_precision.compatible.allocation_hull import (
    BINS,
    MAX_LENGTH_LOG2,
    SHIFT,
    SLACK,
    ULP,
    FloatArray,
    Hull,
    IntArray,
    allocation_points,
    hull_of,
)
from sc_precision.compatible.columns import MAX_SENSITIVITY
from sc_precision.compatible.weights import MAX_SYNAPSES, real_array
from sc_precision.errors import InputError

ALLOCATION_SCHEMA = "sc_precision.allocation.v1"

_CHUNK = 1 << 17


@dataclass(frozen=True, eq=False)
class Allocation:
    """Bits and length of every synapse.

    Parameters
    ----------
    classes : ndarray of uint8, shape of the sensitivities
        Class of each synapse; read-only. Costlier classes have higher numbers.
    bits_of_class, lengths_of_class : ndarray of int64, shape (classes,)
        Bits with the sign, and cycles.
    error : ndarray of float64, shape (budgets,)
        Bound of the sum of s * f of the whole array, or of each row; rounded up, at most the target.
    cost : float
        Of all synapses.
    lower_bound : float
        No allocation of the widths and lengths allowed that keeps to the target(s) costs less; rounded down.
    dual_gap : float
        (cost - lower_bound) / cost.
    cost_model : str
        What `cost` counts, see `sc_precision.plan.cost`.
    target : ndarray of float64, shape (budgets,)
        What was asked for.
    """

    classes: NDArray[np.uint8]
    bits_of_class: IntArray
    lengths_of_class: IntArray
    error: FloatArray
    cost: float
    lower_bound: float
    dual_gap: float
    cost_model: str
    target: FloatArray

    @property
    def bits(self) -> NDArray[np.uint8]:
        """Bits of every synapse, in the shape of the sensitivities."""
        return self.bits_of_class.astype(np.uint8)[self.classes]

    @property
    def lengths(self) -> NDArray[np.uint32]:
        """Stream length of every synapse, in the shape of the sensitivities."""
        return self.lengths_of_class.astype(np.uint32)[self.classes]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready manifest; schema ``sc_precision.allocation.v1``. Classes that no synapse has are left out."""
        counts = np.bincount(self.classes.ravel(), minlength=len(self.bits_of_class)).tolist()
        kinds = zip(self.bits_of_class.tolist(), self.lengths_of_class.tolist(), counts, strict=True)
        return {
            "schema": ALLOCATION_SCHEMA,
            "shape": list(self.classes.shape),
            "synapses": self.classes.size,
            "budgets": len(self.error),
            "target": {"smallest": float(self.target.min()), "largest": float(self.target.max())},
            "error": {"smallest": float(self.error.min()), "largest": float(self.error.max())},
            "error_over_target": float((self.error / self.target).max()),
            "cost_model": self.cost_model,
            "cost": self.cost,
            "cost_lower_bound": self.lower_bound,
            "dual_gap": self.dual_gap,
            "classes": [{"bits": b, "length": n, "synapses": c} for b, n, c in kinds if c],
        }


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
    def upper(self) -> FloatArray:
        """Sums rounded up."""
        return self.total * (1 + self.rounding)

    @cached_property
    def mean(self) -> FloatArray:
        return np.clip(self.total / self.count, self.low, self.high)

    def error(self, classes: IntArray, hull: Hull) -> float:
        """Sum of s * f, rounded up."""
        return float(np.cumsum(self.upper * hull.error[classes])[-1]) * (1 + 2 * (len(self.key) + 2) * ULP)

    def dual(self, multiplier: float, target: float, hull: Hull) -> float:
        """Lower bound of the cost: the Lagrangian's minimum is concave in s, so not below its chord over a bin."""
        low, high = (hull.least(multiplier * end) for end in (self.low, self.high))
        each = self.count * (low + (high - low) * ((self.mean - self.low) / (self.high - self.low)))
        least, paid = float(np.cumsum(each)[-1]), multiplier * target
        return least - paid - (least + paid) * (self.rounding + 2 * (len(self.key) + 500) * ULP)


def _keys(values: NDArray[Any], exponent: int) -> IntArray:
    """Bin of each value: the leading bits of value / 2**exponent, 0 to 2, as a float32; ascending with the value."""
    scaled = np.empty(len(values), dtype=np.float32)
    exact = values.dtype != np.float64 and abs(exponent) <= 126  # the factor is a float32, and twice as fast
    with np.errstate(under="ignore"):
        np.multiply(values, math.ldexp(1.0, -exponent), out=scaled, dtype="f4" if exact else "f8", casting="same_kind")
    bits = scaled.view(np.uint32)
    bits &= 0x7FFFFFFF  # -0.0 is 0
    bits >>= SHIFT
    return bits.astype(np.int64)


def _chunks(size: int) -> list[slice]:
    return [slice(start, min(start + _CHUNK, size)) for start in range(0, size, _CHUNK)]


def _count(values: NDArray[Any]) -> _Bins:
    exponent = max(math.frexp(float(values.max()))[1] - 1, -1000)
    count, total = np.zeros(BINS, dtype=np.int64), np.zeros(BINS)
    parts = _chunks(len(values))
    for part in parts:
        keys = _keys(values[part], exponent)
        count += np.bincount(keys, minlength=BINS)
        total += np.bincount(keys, weights=values[part], minlength=BINS)
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
    rounding = (min(len(values), _CHUNK) + len(parts) + 8) * ULP
    return _Bins(exponent, key, count[key], scaled, low, high, rounding)


def _unscaled(error: float, bins: _Bins) -> float:
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


def _solve(bins: _Bins, limit: float, hull: Hull, where: str) -> _Solution:
    """Bisect the multiplier, and spend what is left."""
    smallest = float(bins.mean.min(where=bins.mean > 0, initial=np.inf))
    high = min(2 * float(hull.price.max(initial=0.0)) / smallest, 1e100)
    classes = hull.best(high * bins.mean)
    least = bins.error(classes, hull)
    reachable = _unscaled(least, bins)
    if reachable > limit:
        raise InputError(f"target {limit} cannot be reached{where}: the least sum of errors is {reachable}")
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


def _spend(bins: _Bins, target: float, hull: Hull, found: _Solution) -> _Solution:
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


def _assign(values: NDArray[Any], bins: _Bins, found: _Solution, classes: NDArray[np.uint8]) -> None:
    table = np.zeros(BINS, dtype=np.uint8)
    table[bins.key] = found.classes
    left = found.moved
    for part in _chunks(len(values)):
        keys = _keys(values[part], bins.exponent)
        np.take(table, keys, out=classes[part], mode="clip")
        if left:
            first = np.flatnonzero(keys == bins.key[found.split])[:left]
            classes[part][first] -= 1
            left -= len(first)


def _sensitivities(values: ArrayLike, per_row: bool) -> NDArray[Any]:
    """Return the sensitivities, finite and not negative; float32 and uint8 are not converted."""
    fast = isinstance(values, np.ndarray) and values.dtype in (np.float32, np.uint8)
    if not fast or isinstance(values, np.ma.MaskedArray) or not 0 < np.size(values) <= MAX_SYNAPSES:
        values = real_array("sensitivities", values)
    values = np.asarray(values)
    least, most = float(values.min()), float(values.max())
    if not (least >= 0 and most <= MAX_SENSITIVITY):
        real_array("sensitivities", values)  # tells where one is not finite
        raise InputError(f"sensitivities must lie in 0 to {MAX_SENSITIVITY}, got {least} to {most}")
    if per_row and values.ndim != 2:
        raise InputError(f"sensitivities must be 2-D where targets are per row, got shape {values.shape}")
    return values


def _targets(target: ArrayLike, rows: int, per_row: bool) -> list[float]:
    if per_row and np.ndim(target):
        targets = real_array("target", target)
        if targets.shape != (rows,):
            raise InputError(f"target must have one value per row, {rows}, got shape {targets.shape}")
        return [positive(f"target[{row}]", value) for row, value in enumerate(targets.tolist())]
    return [positive("target", target)] * rows


def allocate(
    sensitivities: ArrayLike,
    target: ArrayLike,
    *,
    cost_model: str = "b*log2L",
    per_row: bool = False,
    min_bits: int = 2,
    max_bits: int = MAX_LENGTH_LOG2 + 1,
    min_length: int = 2,
    max_length: int = 1 << MAX_LENGTH_LOG2,
    input_bits: int | None = None,
) -> Allocation:
    """Choose bits and stream length of every synapse, at nearly the least cost for a sum of errors.

    Parameters
    ----------
    sensitivities : array_like, any shape
        Weight s of each synapse's error in the sum, 0 to 1e300. Where |w| <= 1 and inputs lie in [0, 1], s = 1 limits
        the error of an output. float32, float64 and uint8 arrays are not copied.
    target : float, or array_like of shape (rows,) with `per_row`
        Largest sum of s * f(b, L), greater than 0.
    cost_model : {"b*log2L", "lut_cycles"}
        Published metric, or LUTs times cycles; see `sc_precision.plan.cost`.
    per_row : bool
        Limit each row of a matrix (outputs x inputs) instead of the whole array.
    min_bits, max_bits : int
        Bits with the sign; those beyond 1 + log2 of a length are not used with it.
    min_length, max_length : int
        Powers of two, 2 to 65536.
    input_bits : int, optional
        Binary places of the inputs; shorter streams round them, which is counted. By default the inputs are on the grid
        of every stream.

    Returns
    -------
    Allocation
        The error holds for every input if rounding a weight moves it by at most half a place: a code must hold
        magnitude 1 where a weight rounds to it.

    Raises
    ------
    InputError
        If an argument is out of range, or no allocation reaches the target.

    Notes
    -----
    Memory: a byte per synapse beside the input, and a few MB. Method and sources: see the module.
    """
    points = allocation_points(
        cost_model,
        min_bits=min_bits,
        max_bits=max_bits,
        min_length=min_length,
        max_length=max_length,
        input_bits=input_bits,
    )
    hull = hull_of(tuple(points))
    values = _sensitivities(sensitivities, per_row)
    rows = values.reshape(len(values) if per_row else 1, -1)
    targets = _targets(target, len(rows), per_row)
    if per_row and rows.shape[1] <= MAX_COLUMNS:
        found = allocate_rows(rows, np.array(targets), hull)
    else:
        found = _one_by_one(rows, targets, hull, per_row)
    cost = float(sum(count * point.cost for count, point in zip(found.used.tolist(), hull.points, strict=True)))
    lower = min(math.fsum(found.lower_bounds.tolist()), cost)
    bits, lengths = (np.array([getattr(p, name) for p in hull.points]) for name in ("bits", "length"))
    shaped = found.classes.reshape(values.shape)
    wanted = np.array(targets)
    for array in (shaped, bits, lengths, found.errors, wanted):
        array.flags.writeable = False
    return Allocation(shaped, bits, lengths, found.errors, cost, lower, (cost - lower) / cost, cost_model, wanted)


def _one_by_one(rows: NDArray[Any], targets: list[float], hull: Hull, per_row: bool) -> RowSolution:
    """Every row for itself: what `allocate_rows` does for many short ones at a time."""
    found = RowSolution.empty(rows.shape, hull)
    for row, limit in enumerate(targets):
        bins = _count(rows[row])
        one = _solve(bins, limit, hull, f" in row {row}" if per_row else "")
        _assign(rows[row], bins, one, found.classes[row])
        found.errors[row] = min(_unscaled(one.error, bins), limit)
        found.lower_bounds[row] = one.lower_bound
        np.add.at(found.used, one.classes, bins.count)
        if one.moved:
            last = one.classes[one.split]
            found.used[[last, last - 1]] += [-one.moved, one.moved]
    return found
