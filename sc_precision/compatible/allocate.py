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
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sc_precision.arguments import flag, positive
from sc_precision.compatible.allocate_rows import MAX_COLUMNS, RowSolution, allocate_rows, solve
from sc_precision.compatible.allocation_bins import BINS, Rows, bin_exponents, bin_keys
from sc_precision.compatible.allocation_hull import (
    MAX_LENGTH_LOG2,
    FloatArray,
    Hull,
    IntArray,
    allocation_points,
    hull_of,
)
from sc_precision.compatible.columns import MAX_SENSITIVITY
from sc_precision.compatible.weights import MAX_SYNAPSES, real_array
from sc_precision.errors import InputError
from sc_precision.plan.cost import CostModel

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


def _chunks(size: int) -> list[slice]:
    return [slice(start, min(start + _CHUNK, size)) for start in range(0, size, _CHUNK)]


def _count(values: NDArray[Any]) -> tuple[Rows, IntArray]:
    """Count one row in its bins, part by part; also the keys of the bins."""
    least, most = (np.array([end], dtype=np.float64) for end in (values.min(), values.max()))
    exponent = bin_exponents(most)
    count, total = np.zeros(BINS, dtype=np.int64), np.zeros(BINS)
    parts = _chunks(len(values))
    for part in parts:
        keys = bin_keys(values[None, part], exponent)[0].astype(np.int64)
        count += np.bincount(keys, minlength=BINS)
        total += np.bincount(keys, weights=values[part], minlength=BINS)
    key = np.flatnonzero(count)
    sums = count[None, key].astype(np.float64), total[None, key]
    roundings = min(len(values), _CHUNK) + len(parts)
    exact = values.dtype == np.uint8
    return Rows.counted(exponent, key[None], *sums, (least, most), exact=exact, parts=roundings), key


def _allocate_long(rows: NDArray[Any], targets: FloatArray, hull: Hull, per_row: bool) -> RowSolution:
    """One row after the other, in memory that does not grow with them; see `allocate_rows` for many short ones."""
    found = RowSolution.empty(rows.shape, hull)
    for row, values in enumerate(rows):
        bins, key = _count(values)
        one = solve(bins, targets[row : row + 1], hull, row if per_row else None, [])
        found.errors[row], found.lower_bounds[row] = one.errors[0], one.lower_bounds[0]
        found.used += one.used(bins.count, len(found.used))
        table = np.zeros(BINS, dtype=np.uint8)
        table[key] = one.classes[0]
        left = int(one.moved[0])
        for part in _chunks(len(values)):
            keys = bin_keys(values[None, part], bins.exponent)[0].astype(np.int64)
            np.take(table, keys, out=found.classes[row, part], mode="clip")
            if left:
                first = np.flatnonzero(keys == key[one.split[0]])[:left]
                found.classes[row, part][first] -= 1
                left -= len(first)
    return found


def _sensitivities(values: ArrayLike, per_row: bool) -> NDArray[Any]:
    """Return the sensitivities, finite and not negative; float32 and uint8 are not converted."""
    fast = isinstance(values, np.ndarray) and values.dtype in (np.float32, np.uint8)
    if not fast or isinstance(values, np.ma.MaskedArray) or not 0 < np.size(values) <= MAX_SYNAPSES:
        values = real_array("sensitivities", values)
    values = np.asarray(values)
    least, most = float(values.min()), float(values.max())
    if not (least >= 0 and most <= MAX_SENSITIVITY):
        real_array("sensitivities", values)  # raises with the place where one is not finite
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
    cost_model: str = CostModel.BITS,
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
    flag("per_row", per_row)
    values = _sensitivities(sensitivities, per_row)
    rows = values.reshape(len(values) if per_row else 1, -1)
    targets = np.array(_targets(target, len(rows), per_row))
    if per_row and rows.shape[1] <= MAX_COLUMNS:
        found = allocate_rows(rows, targets, hull)
    else:
        found = _allocate_long(rows, targets, hull, per_row)
    cost = float(sum(count * point.cost for count, point in zip(found.used.tolist(), hull.points, strict=True)))
    lower = min(math.fsum(found.lower_bounds.tolist()), cost)
    bits, lengths = (np.array([getattr(p, name) for p in hull.points]) for name in ("bits", "length"))
    shaped = found.classes.reshape(values.shape)
    for array in (shaped, bits, lengths, found.errors, targets):
        array.flags.writeable = False
    return Allocation(shaped, bits, lengths, found.errors, cost, lower, (cost - lower) / cost, cost_model, targets)
