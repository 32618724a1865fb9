# SPDX-License-Identifier: Apache-2.0
"""Allocation of rows that each have a target of their own, many short rows at a time.

Synapses of a row are counted in bins; the rows of a block are padded to equal numbers of bins, with zeros, so that each
row gets the same floating-point operations in the same order, whatever rows stand beside it.

For several rows the bisection of the multiplier is shortened. The sum of errors, rounding included, never rises with
the multiplier, so that the two ends it arrives at, each evaluated in full, settle every decision on the way. On the way
a bracket from interpolation decides most of them, and the few bins that change class inside the bracket the rest. A row
whose ends do not confirm this is bisected in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc_precision.compatible.allocation_bins import BINS, Rows, bin_exponents, bin_keys
from sc_precision.compatible.allocation_hull import SLACK, ULP, FloatArray, Hull, IntArray
from sc_precision.errors import InputError

MAX_COLUMNS = 1 << 14
"""Longest rows that are taken together; for longer ones each step over the bins is long enough alone."""

_BLOCK = 1 << 17
"""Synapses of a block of rows, so that the work arrays stay in the cache."""
_MAX_ROWS = 512
"""Rows of a block, at most: each may have thousands of bins that only others fill."""
_GROUPS = 48
"""Groups of bins on which the multiplier is estimated."""
_NARROW = 0.02
"""Relative width at which an estimate is good enough."""
_MARGIN = 0.012
"""What the estimate is taken to be off by; few bins change class in so small a step."""
_EXPECTED = 0.05
"""Relative distance of the first probes from what the rows before let expect."""
_PROBES = 40


@dataclass
class RowSolution:
    """Classes of all synapses; sum of errors and least cost of each row; synapses of each class."""

    classes: NDArray[np.uint8]
    errors: FloatArray
    lower_bounds: FloatArray
    used: IntArray

    @classmethod
    def empty(cls, shape: tuple[int, ...], hull: Hull) -> RowSolution:
        """To be filled in, row by row."""
        rows, used = shape[0], np.zeros(len(hull.points), dtype=np.int64)
        return cls(np.empty(shape, dtype=np.uint8), np.empty(rows), np.empty(rows), used)


def _count(values: NDArray[Any]) -> tuple[Rows, IntArray, IntArray]:
    """Count a block of rows; also the place of each synapse among rows x columns, and that of each bin."""
    least, most = (np.asarray(end, dtype=np.float64) for end in (values.min(axis=1), values.max(axis=1)))
    exponent = bin_exponents(most)
    keys = bin_keys(values, exponent)
    # Columns are the bins that some row has.
    present = np.zeros(BINS, dtype=bool)
    present[keys] = True
    columns = np.flatnonzero(present)
    column = np.cumsum(present, dtype=np.int64) - 1
    size = len(values) * len(columns)
    place = np.take(column, keys, mode="clip")
    place += np.arange(0, size, len(columns))[:, None]
    flat = place.ravel()
    count = np.bincount(flat, minlength=size)
    total = np.bincount(flat, weights=values.ravel(), minlength=size)
    bins = np.flatnonzero(count > 0)  # far faster for booleans
    row = bins // len(columns)
    filled = np.bincount(row)
    inside = np.arange(filled.max()) < filled[:, None]
    key, counted, summed = np.zeros(inside.shape, dtype=np.int64), np.zeros(inside.shape), np.zeros(inside.shape)
    key[inside], counted[inside], summed[inside] = columns[bins - row * len(columns)], count[bins], total[bins]
    rows = Rows.counted(
        exponent, key, counted, summed, (least, most), exact=values.dtype == np.uint8, parts=values.shape[1] + 1
    )
    return rows, place, bins


def _bracket(
    rows: Rows, target: FloatArray, hull: Hull, low: FloatArray, high: FloatArray, expected: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Multipliers that probably have the target between them; by interpolation of logarithms, on groups of bins."""
    starts = np.arange(0, rows.count.shape[1], max(1, rows.count.shape[1] // _GROUPS))
    total, count = (np.add.reduceat(array, starts, axis=1) for array in (rows.upper, rows.count))
    mean = total / np.maximum(count, 1)

    def excess(guess: FloatArray, some: IntArray | slice) -> FloatArray:
        terms = total[some] * hull.error[hull.best(np.exp(guess)[:, None] * mean[some])]
        return np.asarray(np.log(np.maximum(terms.sum(axis=1), 1e-300)) - aim[some])

    aim, every = np.log(target), slice(None)
    a, b = np.log(low), np.log(high)
    over, under = excess(a, every), excess(b, every)
    for probe in range(_PROBES):
        wide = np.flatnonzero(b - a > _NARROW)
        if not len(wide):
            break
        left, right = a[wide], b[wide]
        # Where the curve is nearly straight, beyond the guess on the farther side, so that the bracket narrows at once.
        part = over[wide] / np.maximum(over[wide] - under[wide], 1e-300)
        part = np.clip(part + np.where(part < 0.5, 0.3, -0.3) * _NARROW / (right - left), 0.0, 1.0)
        guess = left + (right - left) * np.where((right - left < 1.0) & (probe % 4 > 0), part, 0.5)
        if expected is not None and probe < 2:
            near = np.log(expected[wide]) + (_EXPECTED if probe else -_EXPECTED)
            guess = np.where((near > left) & (near < right), near, guess)
        moved = excess(guess, wide)
        above = moved > 0
        a[wide[above]], over[wide[above]] = guess[above], moved[above]
        b[wide[~above]], under[wide[~above]] = guess[~above], moved[~above]
    # The groups are off by a little; the error is nearly inverse to the multiplier.
    error = rows.error_at(np.exp(b), hull, every)
    near = b + np.log(np.maximum(error, 1e-300)) - aim
    return np.maximum(np.exp(near - _MARGIN), low), np.minimum(np.exp(near + _MARGIN), high)


def _bisect(
    rows: Rows,
    target: FloatArray,
    hull: Hull,
    low: FloatArray,
    high: FloatArray,
    bracket: tuple[FloatArray, FloatArray],
) -> tuple[FloatArray, IntArray]:
    """Bisect the multiplier of each row as `allocate` does; return it, and the classes it gives."""
    below, above = bracket
    classes = hull.best(above[:, None] * rows.mean)
    changing = below[:, None] * rows.mean < np.append(-1.0, hull.price)[classes]
    at = np.flatnonzero(changing)
    terms = rows.upper * hull.error[classes]
    fixed = np.where(changing, 0.0, terms).sum(axis=1)
    number = np.count_nonzero(changing, axis=1)
    inside = np.arange(max(1, int(number.max()))) < number[:, None]
    mean, upper = np.zeros(inside.shape), np.zeros(inside.shape)
    mean[inside], upper[inside] = rows.mean.ravel()[at], rows.upper.ravel()[at]
    down, up = low.copy(), high.copy()
    while (wide := up > down * (1 + 1e-9)).any():
        middle = np.sqrt(down) * np.sqrt(up)
        kept = middle >= above
        if (wide & ~kept & (middle > below)).any():
            error = fixed + np.einsum("ij,ij->i", upper, hull.error[hull.best(middle[:, None] * mean)])
            kept |= (error * rows.outward <= target) & (middle > below)
        up = np.where(wide & kept, middle, up)
        down = np.where(wide & ~kept, middle, down)
    # The ends decide whether every step was right. Between the bracket's ends only the changing bins change.
    kept = np.ones(len(up), dtype=bool)
    for end in (down, up):
        moved = hull.best(end[:, None] * mean)[inside]
        classes.ravel()[at] = moved
        terms.ravel()[at] = upper[inside] * hull.error[moved]
        above_target = rows.error(terms, slice(None)) > target
        kept &= ((end == low) | above_target) if end is down else ~above_target
    again = np.flatnonzero(~kept | (down < below) | (up > above))
    if len(again):
        part = rows.take(again)
        up[again] = _bisect_in_full(part, target[again], hull, low[again], high[again])
        classes[again] = hull.best(up[again, None] * part.mean)
    return up, classes


def _bisect_in_full(rows: Rows, target: FloatArray, hull: Hull, low: FloatArray, high: FloatArray) -> FloatArray:
    low, high = low.copy(), high.copy()
    while (wide := high > low * (1 + 1e-9)).any():
        middle = np.sqrt(low) * np.sqrt(high)
        kept = rows.error_at(middle, hull, slice(None)) <= target
        high = np.where(wide & kept, middle, high)
        low = np.where(wide & ~kept, middle, low)
    return high


def _spend(rows: Rows, target: FloatArray, hull: Hull, classes: IntArray) -> tuple[FloatArray, IntArray, IntArray]:
    """Move bins to the next cheaper class while the budget lasts, the best saving per error first.

    Returns errors, `split` and `moved` as in `Solution`, the errors in units of the bins; changes `classes`.
    """
    step_of = np.append(np.inf, hull.error[:-1] - hull.error[1:])  # class 0 cannot move
    price_of = np.append(0.0, hull.price)
    single = np.where(rows.count == 1, rows.upper, np.minimum(rows.high, rows.upper))
    single[rows.upper <= 0] = np.inf
    step = step_of[classes]
    need, ratio, terms = single * step, price_of[classes] / single, rows.upper * hull.error[classes]
    split, moved = np.full(len(classes), -1), np.zeros(len(classes), dtype=np.int64)
    extra, errors = np.zeros(len(classes)), np.empty(len(classes))
    active = np.arange(len(classes))
    while len(active):
        some_of = slice(None) if len(active) == len(classes) else active  # a view where it can be
        error = (rows.error(terms[some_of], some_of) + extra[some_of]) * (1 + 4 * ULP)
        errors[active] = error
        left = target[some_of] - error - target[some_of] * SLACK
        wanted = np.where(need[some_of] <= left[:, None], ratio[some_of], -1.0)
        # The best first, for as long as the sum of their steps fits.
        best = wanted.argmax(axis=1)
        some = wanted[np.arange(len(active)), best] >= 0
        active, wanted, left, best = active[some], wanted[some], left[some], best[some]
        place, spent, first = np.arange(len(active)), np.zeros(len(active)), True
        while len(place):
            at = active[place]
            sums = spent[place] + rows.upper[at, best] * step[at, best]
            fits = sums <= left[place]
            if first:
                first = False
                where, column = at[~fits], best[~fits]
                one = need[where, column]
                split[where] = column
                moved[where] = np.minimum(np.floor(left[~fits] / one), rows.count[where, column]).astype(np.int64)
                extra[where] = moved[where] * one
                whole = np.where(rows.upper[where] > 0, rows.upper[where], np.inf)
                need[where] = whole * step[where]
                need[where, column] = np.inf
            place, best = place[fits], best[fits]
            spent[place] = sums[fits]
            wanted[place, best] = -1.0
            at = active[place]
            classes[at, best] -= 1
            now = classes[at, best]
            terms[at, best] = rows.upper[at, best] * hull.error[now]
            # `step` and `need` of what moved are for the next round: in this one it is out.
            step[at, best] = step_of[now]
            divided = split[at] >= 0
            need[at, best] = np.where(divided, rows.upper[at, best], single[at, best]) * step_of[now]
            ratio[at, best] = price_of[now] / single[at, best]
            best = wanted[place].argmax(axis=1)
            some = wanted[place, best] >= 0
            place, best = place[some], best[some]
    return errors, split, moved


@dataclass(frozen=True, eq=False)
class Solution:
    """Classes of the bins of some rows, and what of one bin a row has in the next cheaper class.

    Parameters
    ----------
    classes : ndarray of int64, shape (rows, bins)
    errors, lower_bounds : ndarray of float64, shape (rows,)
        Sum of s * f, rounded up and at most the target, and the least cost.
    split, moved : ndarray of int64, shape (rows,)
        The divided bin, and how many of its first synapses are in the next cheaper class; -1 and 0 if none is.
    """

    classes: IntArray
    errors: FloatArray
    lower_bounds: FloatArray
    split: IntArray
    moved: IntArray

    def used(self, count: FloatArray, kinds: int) -> IntArray:
        """Synapses of each class; `count` is that of the bins."""
        found = np.bincount(self.classes.ravel(), weights=count.ravel(), minlength=kinds)  # whole, far below 2**53
        used = found.astype(np.int64)
        divided = np.flatnonzero(self.moved)
        last = self.classes[divided, self.split[divided]]
        np.add.at(used, last, -self.moved[divided])
        np.add.at(used, last - 1, self.moved[divided])
        return used


def solve(rows: Rows, limits: FloatArray, hull: Hull, first: int | None, expected: list[float]) -> Solution:
    """Classes of the bins of some rows: bisect the multiplier, and spend what is left.

    `first` is the number of the first row, for messages, None where there is but one. `expected` holds what the rows
    before let expect of the multiplier, at most one number; it is written to.
    """
    size = rows.count.sum(axis=1)
    smallest = rows.mean.min(axis=1, where=rows.mean > 0, initial=np.inf)
    high = np.minimum(2 * float(hull.price.max(initial=0.0)) / smallest, 1e100)
    classes = np.where(rows.mean > 0, len(hull.points) - 1, 0)
    capped = high == 1e100
    classes[capped] = hull.best(high[capped, None] * rows.mean[capped])
    least = rows.error(rows.upper * hull.error[classes], slice(None))
    with np.errstate(under="ignore", over="ignore"):
        reachable = np.nextafter(np.ldexp(least, rows.exponent), np.inf)
        scaled = np.nextafter(np.ldexp(limits, -rows.exponent), 0.0)
    beyond = np.flatnonzero(reachable > limits)
    if len(beyond):
        row = int(beyond[0])
        where = "" if first is None else f" in row {first + row}"
        raise InputError(
            f"target {float(limits[row])} cannot be reached{where}: the least sum of errors is {float(reachable[row])}"
        )
    # Every error is below 1, so that a target beyond twice the number of synapses, each below 2, limits nothing.
    target = np.maximum(np.minimum(scaled, 2.0 * size), least)
    bounds = size * float(hull.cost[0]) * (1 - 4 * ULP)
    errors = rows.error(rows.upper * hull.error[0], slice(None))
    split, moved = np.full(len(size), -1), np.zeros(len(size), dtype=np.int64)
    limited = np.flatnonzero(errors > target)
    classes[errors <= target] = 0
    if len(limited):
        some, aim = (rows, target) if len(limited) == len(size) else (rows.take(limited), target[limited])
        low, high = np.full(len(limited), float(hull.price[0]) / 4), high[limited]
        if len(limited) == 1:
            up = _bisect_in_full(some, aim, hull, low, high)
            chosen = hull.best(up[:, None] * some.mean)
        else:
            # One layer's rows are alike: the multiplier times the target's share is nearly the same.
            share = aim / size[limited]
            near = expected[0] / share if expected else None
            up, chosen = _bisect(some, aim, hull, low, high, _bracket(some, aim, hull, low, high, near))
            expected[:] = [float(np.median(up * share))]
        bounds[limited] = np.maximum(bounds[limited], some.dual(up, aim, hull))
        errors[limited], split[limited], moved[limited] = _spend(some, aim, hull, chosen)
        classes[limited] = chosen
    with np.errstate(under="ignore", over="ignore"):
        errors = np.nextafter(np.ldexp(errors, rows.exponent), np.inf)
    return Solution(classes, np.minimum(errors, limits), bounds, split, moved)


def allocate_rows(values: NDArray[Any], targets: FloatArray, hull: Hull) -> RowSolution:
    """Allocate every row of a matrix for itself; raises InputError if no allocation reaches a row's target.

    `values` are sensitivities of 0 to 1e300 as float64, float32 or uint8, at most `MAX_COLUMNS` in a row; `targets`,
    shape (rows,), the largest sum of errors of each row, greater than 0.
    """
    found = RowSolution.empty(values.shape, hull)
    together = max(1, min(_BLOCK // values.shape[1], _MAX_ROWS))
    expected: list[float] = []
    for start in range(0, len(values), together):
        block = slice(start, start + together)
        rows, place, bins = _count(values[block])
        each = solve(rows, targets[block], hull, start, expected)
        found.errors[block], found.lower_bounds[block] = each.errors, each.lower_bounds
        found.used += each.used(rows.count, len(found.used))
        table = np.empty(int(bins[-1]) + 1, dtype=np.uint8)
        table[bins] = each.classes[np.arange(rows.count.shape[1]) < rows.filled[:, None]]
        np.take(table, place, out=found.classes[block], mode="clip")
        divided = np.flatnonzero(each.moved)
        if len(divided):
            starts = np.cumsum(rows.filled) - rows.filled
            chosen = bins[(starts + each.split)[divided]]
            which, column = np.nonzero(place[divided] == chosen[:, None])
            rank = np.arange(len(which)) - np.searchsorted(which, which)
            taken = rank < each.moved[divided][which]
            found.classes[start + divided[which[taken]], column[taken]] -= 1
    return found
