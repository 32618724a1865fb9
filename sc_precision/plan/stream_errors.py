# SPDX-License-Identifier: Apache-2.0
"""What the streams of a stochastic layer add to the error of its accumulators, in exact integers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sc_precision.golden.progressive import prefix_sums
from sc_precision.golden.streams import ramp_cycles
from sc_precision.params import DenseParams, IntArray, ProgressiveDenseParams, StochasticDenseParams
from sc_precision.plan.streams import discrepancy_range
from sc_precision.plan.xnor import xnor_range


@dataclass(frozen=True, eq=False)
class Contributions:
    """What each synapse adds to its accumulator, over its input range.

    Parameters
    ----------
    low, high : ndarray of int64, shape (n_out, n_in)
        Discrepancy of its streams, in accumulator units times 2**-k.
    acc_low, acc_high : ndarray of int64, shape (n_out, n_in)
        What the synapse adds to the accumulator, in accumulator units.
    """

    low: IntArray
    high: IntArray
    acc_low: IntArray
    acc_high: IntArray


def exact_contributions(params: DenseParams, input_low: IntArray, input_high: IntArray) -> Contributions:
    """Contributions of synapses whose products are exact; arguments as for `stream_errors`."""
    ends = params.weight_codes * input_low, params.weight_codes * input_high
    none = np.zeros(params.shape, dtype=np.int64)
    return Contributions(none, none, np.minimum(*ends), np.maximum(*ends))


def stream_errors(params: StochasticDenseParams, input_low: IntArray, input_high: IntArray, k: int) -> Contributions:
    """Exact intervals of every synapse's stream discrepancy.

    Parameters
    ----------
    params : StochasticDenseParams
    input_low, input_high : ndarray of int64, shape (n_in,)
        Range of each input's code, low <= 0 <= high; low is 0 unless the encoding is bipolar.
    k : int
        Binary places beyond the accumulator's, at least the input grid's.
    """
    result = _nothing(params)
    used = params.levels != 0
    fill = _fill_bipolar if params.bipolar else _fill_unipolar
    for m in params.classes:
        rows, columns = np.nonzero(used & (params.length_log2 == m))
        if len(rows):
            fill(result, params, m, (rows, columns), input_low[columns], input_high[columns], k)
    return result


Places = tuple[IntArray, IntArray]


def _fill_unipolar(
    result: Contributions, p: StochasticDenseParams, m: int, at: Places, _low: IntArray, top: IntArray, k: int
) -> None:
    unit = p.inputs.unit_log2
    level = p.levels[at]
    d_low, d_high, d_last = discrepancy_range(np.abs(level), m, unit, top)
    positive = level > 0
    shift = p.max_log2 - m + k - unit
    result.low[at] = np.where(positive, d_low, -d_high) << shift
    result.high[at] = np.where(positive, d_high, -d_low) << shift
    # The count rises with the input, so its range is 0 to that at the largest input.
    count = (d_last + top * np.abs(level)) >> unit
    last = np.sign(level) * count << (p.max_log2 - m)
    result.acc_low[at], result.acc_high[at] = np.minimum(last, 0), np.maximum(last, 0)


def _fill_bipolar(
    result: Contributions, p: StochasticDenseParams, m: int, at: Places, bottom: IntArray, top: IntArray, k: int
) -> None:
    unit, level = p.inputs.unit_log2, p.levels[at]
    low, high = xnor_range(p.stream_ones[at], m, unit, bottom, top)
    shift = p.max_log2 - m + k - unit
    result.low[at], result.high[at] = low << shift, high << shift
    # Product and discrepancy, each at its worst; a sum of whole counts, and no more of them than cycles.
    ends = bottom * level, top * level
    least = np.maximum(-(1 << m), -(-(np.minimum(*ends) + low) >> unit))
    most = np.minimum(1 << m, (np.maximum(*ends) + high) >> unit)
    result.acc_low[at], result.acc_high[at] = least << (p.max_log2 - m), most << (p.max_log2 - m)


def stopped_stream_errors(
    p: ProgressiveDenseParams, input_low: IntArray, input_high: IntArray, k: int, log2: int | None = None
) -> Contributions:
    """`stream_errors` of a layer that is stopped after 2**log2 cycles, by trying every input code against every level.

    Its whole streams by default.
    """
    result = _nothing(p)
    log2 = p.max_log2 if log2 is None else log2
    unit, m = p.inputs.unit_log2, p.max_log2
    first = int(input_low.min())
    codes = np.arange(first, int(input_high.max()) + 1)
    thresholds = ramp_cycles(codes + p.ramp_offset, m, p.ramp_log2)
    for level in np.unique(p.levels[p.levels != 0]).tolist():
        rows, columns = np.nonzero(p.levels == level)
        sign = -1 if level < 0 and not p.bipolar else 1
        ones = int(p.stream_ones[rows[0], columns[0]])
        sums = sign * prefix_sums(ones, m, log2, bipolar=p.bipolar)[thresholds]
        off = (sums << unit) - codes * level
        ranges, which = np.unique(np.stack([input_low[columns], input_high[columns]]), axis=1, return_inverse=True)
        parts = [slice(low - first, high - first + 1) for low, high in ranges.T.tolist()]
        at, each = (rows, columns), which.ravel()
        for target, values, extreme in (
            (result.low, off << (k - unit), np.min),
            (result.high, off << (k - unit), np.max),
            (result.acc_low, sums, np.min),
            (result.acc_high, sums, np.max),
        ):
            target[at] = np.array([extreme(values[part]) for part in parts])[each]
    return result


def _nothing(params: DenseParams) -> Contributions:
    return Contributions(*(np.zeros(params.shape, dtype=np.int64) for _ in range(4)))
