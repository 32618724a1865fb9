# SPDX-License-Identifier: Apache-2.0
r"""Exact discrepancy of masked van der Corput weight streams against ramp inputs.

A synapse of stream length L = 2\ :sup:`m` and threshold B counts the cycles t < a whose value sigma(t) is below B;
sigma is the bit-reversed counter XOR ``stream_mask(m)``. The product that it stands for is a * B / L, so with u the
binary places of the input grid (all ones is the code 2\ :sup:`u`) the discrepancy in whole numbers is

    D(a) = (count(a) << u) - a * B,    in units of 2^-u counts.

Splitting the cycles into even and odd ones halves the stream: sigma's top bit is the cycle's lowest one XOR the mask's
top bit, so an even a adds nothing and an odd a adds g_1, plus the discrepancy of a stream of half the length at a / 2
rounded up or down::

    D(a) = [a odd] g_1 + [a' odd] g_2 + [a'' odd] g_3 + ...

g_j is 2\ :sup:`j-1` times the distance of B's remaining bits to a multiple of their top one, positive where the mask
has a 0 and negative where it has a 1. This is the van der Corput discrepancy formula (Bejian and Faure 1977) with the
mask as digit permutations, in integers; it gives the extremes over any prefix 0..A in m steps. It is independent of the
golden models, which generate the bits.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sc_precision.params import IntArray, stream_mask

FAR = np.int64(1) << 60
"""Beyond every discrepancy; stands for the extremes of an empty range."""
_CHUNK = 1 << 16


def digit_steps(levels: IntArray, m: int, mask: int) -> tuple[list[npt.NDArray[np.bool_]], list[IntArray]]:
    """Whether a odd is halved upwards, and g, for each of the m binary digits; levels below 2**m."""
    rounds_up: list[npt.NDArray[np.bool_]] = []
    steps: list[IntArray] = []
    for j in range(m):
        width = m - 1 - j
        bit, rest = (levels >> width) & 1, levels & ((1 << width) - 1)
        masked = mask >> width & 1
        rounds_up.append(bit == masked)
        steps.append(np.where(bit, (1 << width) - rest, rest) << j)
        if masked:
            np.negative(steps[j], out=steps[j])
    return rounds_up, steps


def _interior(levels: IntArray, m: int, mask: int, top: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Smallest and largest D(a) over 0 < a < top (far beyond where there is none), and D(top); u = m, B < 2**m."""
    ends = [top]
    rounds_up, steps = digit_steps(levels, m, mask)
    for up in rounds_up:
        ends.append((ends[-1] + up) >> 1)
    low, high = np.full(len(levels), FAR), np.full(len(levels), -FAR)
    last = np.zeros(len(levels), dtype=np.int64)
    for j in range(m - 1, -1, -1):
        step, up, odd = steps[j], rounds_up[j], (ends[j] & 1).astype(bool)
        below = ends[j + 1] > 0
        # Both halves' preimages of an interior a'; then a = 1, the preimage of a' = 0; then the neighbour of the end.
        low, high = low + np.minimum(step, 0), high + np.maximum(step, 0)
        for where, value in ((below & ~up, step), (below & (up ^ odd), last + np.where(up, step, 0))):
            low = np.where(where, np.minimum(low, value), low)
            high = np.where(where, np.maximum(high, value), high)
        last = last + np.where(odd, step, 0)
    return low, high, last


def _range(levels: IntArray, m: int, unit_log2: int, code_high: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    mask = stream_mask(m)
    if m >= unit_log2:
        # Each block of 2**(m - u) cycles runs through all values of sigma's upper bits: B mod 2**u alone matters.
        period = (1 << unit_log2) - 1
        low, high, last = _interior(levels & period, unit_log2, mask & period, code_high)
        return np.minimum(np.minimum(low, last), 0), np.maximum(np.maximum(high, last), 0), last
    # The comparator rounds a to a_c = a / 2**s, halves down: up to half a step below, less than that above.
    step = unit_log2 - m
    half = 1 << (step - 1)
    cycles = ramp_lengths(code_high, m, unit_log2)
    # B = 2**m, a stream of all ones, has the discrepancies of B = 0.
    low, high, last = _interior(levels & ((1 << m) - 1), m, mask, cycles)
    some = cycles > 0
    at_end = (last << step) + ((cycles << step) - code_high) * levels
    highest = np.maximum(high, last) * (1 << step) + (half - 1) * levels
    lowest = np.minimum(low, 0) * (1 << step) - half * levels
    low = np.minimum(np.where(some, lowest, 0), np.minimum(at_end, 0))
    return low, np.where(some, np.maximum(highest, 0), 0), at_end


def ramp_lengths(codes: IntArray, m: int, unit_log2: int) -> IntArray:
    """Cycles for which the ramp of a stream of 2**m cycles is one, per input code (rounded half down where coarser)."""
    if m >= unit_log2:
        return codes << (m - unit_log2)
    step = unit_log2 - m
    return np.asarray(np.maximum(0, -(((1 << (step - 1)) - codes) >> step)), dtype=np.int64)


def discrepancy_range(
    levels: IntArray, m: int, unit_log2: int, code_high: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Smallest and largest D(a) over a = 0..code_high of each synapse, and D(code_high); exact and attained.

    Parameters
    ----------
    levels : ndarray of int64, shape (n,)
        Thresholds B of synapses that share one stream length, 0 to 2**m.
    m, unit_log2 : int
        log2 of the stream length and of the code that a stream of all ones stands for; 0 to 16.
    code_high : ndarray of int64, shape (n,)
        Largest input code of each synapse, 0 to 2**unit_log2.

    Returns
    -------
    low, high, last : ndarray of int64, shape (n,)
        In units of 2**-u counts; low <= 0 <= high.
    """
    if unit_log2 <= m and 1 << unit_log2 < len(levels) and code_high.min() == code_high.max():
        period = np.arange(1 << unit_log2, dtype=np.int64)
        table = discrepancy_range(period, m, unit_log2, np.full(len(period), code_high[0]))
        low, high, last = (column[levels & (len(period) - 1)] for column in table)
        return low, high, last
    low, high, last = (np.empty(len(levels), dtype=np.int64) for _ in range(3))
    for start in range(0, len(levels), _CHUNK):
        part = slice(start, start + _CHUNK)
        low[part], high[part], last[part] = _range(levels[part], m, unit_log2, code_high[part])
    return low, high, last
