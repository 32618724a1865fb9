# SPDX-License-Identifier: Apache-2.0
r"""Exact discrepancy of masked van der Corput weight streams against ramp inputs.

A synapse of stream length L = 2\ :sup:`m` and threshold B counts the cycles t < a whose value sigma(t) is below B;
sigma is the bit-reversed counter XOR ``stream_mask(m)``. The product that it stands for is a * B / L, so with u the
binary places of the input grid (all ones is the code 2\ :sup:`u`) the discrepancy in whole numbers is

    D(a) = (count(a) << u) - a * B,    in units of 2^-u counts.

Everything here is exact integer arithmetic and independent of the golden models, which generate the bits.
Closed prefix count and error sums: van der Corput (1935), Niederreiter (1992) section 3.1, with the XOR mask
pushed into the residues.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sc_precision.params import IntArray, stream_mask

TABLE_ELEMENTS = 1 << 21
"""Elements of the largest table of discrepancies that is held at once."""
MAX_CODE_BITS = 16
"""Magnitude bits of the codes that `width_table` covers."""


def _reverse(value: IntArray, width: int) -> IntArray:
    result = np.zeros_like(value)
    for bit in range(width):
        result |= ((value >> bit) & 1) << (width - 1 - bit)
    return result


def prefix_counts(levels: IntArray, cycles: IntArray, m: int, mask: int) -> IntArray:
    """Ones among the first cycles of weight streams, in closed form.

    The values below B split into one dyadic interval per set bit j of B; sigma(t) lies in it exactly when t has
    one residue r modulo 2**(m - j), which happens floor((a + 2**w - 1 - r) / 2**w) times among t < a, w = m - j.

    Parameters
    ----------
    levels : ndarray of int64, shape (n,)
        Thresholds, 0 to 2**m.
    cycles : ndarray of int64, shape (c,) or (n, c)
        Numbers of cycles, 0 to 2**m.
    m : int
        log2 of the stream length.
    mask : int
        XOR mask on the reversed counter.

    Returns
    -------
    ndarray of int64, shape (n, c)
    """
    counts = np.zeros((len(levels), cycles.shape[-1]), dtype=np.int64)
    for j in range(m + 1):
        rows = np.flatnonzero((levels >> j) & 1)
        if not len(rows):
            continue
        width = m - j
        residue = _reverse(((levels[rows] >> j) ^ 1) ^ (mask >> j), width)
        first = cycles if cycles.ndim == 1 else cycles[rows]
        counts[rows] += (first + ((1 << width) - 1 - residue)[:, None]) >> width
    return counts


def ramp_lengths(codes: IntArray, m: int, unit_log2: int) -> IntArray:
    """Cycles for which the ramp of a stream of 2**m cycles is one, per input code (rounded half down where coarser)."""
    if m >= unit_log2:
        return codes << (m - unit_log2)
    step = unit_log2 - m
    return np.maximum(0, -(((1 << (step - 1)) - codes) >> step))


def discrepancies(levels: IntArray, m: int, unit_log2: int, codes: IntArray) -> IntArray:
    """D(a) of the module's docstring.

    Where the stream is finer than the input grid, m > u, each block of 2**(m - u) cycles runs through all values of
    sigma's upper bits, so only B mod 2**u and the mask's low u bits matter and the count of a shorter stream will do.

    Parameters
    ----------
    levels : ndarray of int64, shape (n,)
        Thresholds, 0 to 2**m.
    m, unit_log2 : int
        log2 of the stream length and of the input grid's unit.
    codes : ndarray of int64, shape (c,) or (n, c)
        Input codes a, 0 to 2**u.

    Returns
    -------
    ndarray of int64, shape (n, c)
    """
    mask = stream_mask(m)
    if m > unit_log2:
        levels = levels & ((1 << unit_log2) - 1)
        mask &= (1 << unit_log2) - 1
        m = unit_log2
    counts = prefix_counts(levels, ramp_lengths(codes, m, unit_log2), m, mask)
    return (counts << unit_log2) - levels[:, None] * codes


def discrepancy_range(
    levels: IntArray, m: int, unit_log2: int, code_high: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Smallest and largest D(a) over a = 0..code_high of each synapse, and D(code_high), by enumeration.

    Parameters
    ----------
    levels : ndarray of int64, shape (n,)
        Thresholds of synapses that share one stream length.
    m, unit_log2 : int
        See `discrepancies`.
    code_high : ndarray of int64, shape (n,)
        Largest input code of each synapse.

    Returns
    -------
    low, high, last : ndarray of int64, shape (n,)
        low <= 0 <= high.
    """
    period = levels & ((1 << unit_log2) - 1) if m > unit_log2 else levels
    distinct, which = np.unique(period, return_inverse=True)
    order = np.argsort(which, kind="stable")
    codes = np.arange(int(code_high.max(initial=0)) + 1, dtype=np.int64)
    step = max(1, TABLE_ELEMENTS // len(codes))
    low, high, last = (np.empty(len(levels), dtype=np.int64) for _ in range(3))
    starts = np.searchsorted(which[order], np.arange(0, len(distinct) + step, step))
    for index, start in enumerate(range(0, len(distinct), step)):
        table = discrepancies(distinct[start : start + step], m, unit_log2, codes)
        synapses = order[starts[index] : starts[index + 1]]
        rows, columns = which[synapses] - start, code_high[synapses]
        last[synapses] = table[rows, columns]
        low[synapses] = np.minimum.accumulate(table, axis=1)[rows, columns]
        high[synapses] = np.maximum.accumulate(table, axis=1)[rows, columns]
    return low, high, last


def width_table() -> npt.NDArray[np.float64]:
    r"""Sums T[J, c] = sum over j = 1..J of \|\|c / 2^j\|\|, the width of a product's discrepancy in counts.

    Over all a in 0..L the positive side of the discrepancy is the sum of \|\|B / 2^k\|\| over the mask's zeros and the
    negative side the sum over its ones, so their difference does not depend on the mask. \|\|v\|\| is the distance to
    the nearest integer.

    Returns
    -------
    ndarray of float64, shape (MAX_CODE_BITS + 1, 2**MAX_CODE_BITS)
        Exact: all entries are dyadic.
    """
    code = np.arange(1 << MAX_CODE_BITS, dtype=np.int64)
    table = np.zeros((MAX_CODE_BITS + 1, len(code)))
    for j in range(1, MAX_CODE_BITS + 1):
        rest = code & ((1 << j) - 1)
        table[j] = table[j - 1] + np.ldexp(np.minimum(rest, (1 << j) - rest).astype(np.float64), -j)
    return table
