# SPDX-License-Identifier: Apache-2.0
r"""Exact discrepancy of bipolar streams: a ramp and a masked van der Corput stream that meet in an XNOR gate.

A stream of L = 2\ :sup:`m` cycles with n ones stands for (2n - L) / L. With A ones of the input, W of the weight and C
cycles in which both are 1, the agreements less the disagreements are

    S = L - 2A - 2W + 4C,    and the product of the two values is (2A - L)(2W - L) / L = L - 2A - 2W + 4AW / L.

The marginals A and W are exact and cancel: S is off by four times what the AND of the same streams is off by (see
`streams`), and by 2 (A - A') B / L where the stream's grid is coarser than the input's and
A' = (a + 2\ :sup:`u`) L / 2\ :sup:`u+1` is rounded to A; B = 2W - L is the weight's level. In whole numbers, for an
input code a of -2\ :sup:`u` to 2\ :sup:`u`,

    E(a) = (S << u) - a * B,    in units of 2^-u counts.

Signed inputs make this a maximum over an interval of A and not over a prefix, so both ends are followed through the
digits here.
"""

from __future__ import annotations

import numpy as np

from sc_precision.params import IntArray, stream_mask
from sc_precision.plan.streams import FAR, digit_steps, ramp_lengths


def _extremes(
    levels: IntArray, m: int, mask: int, first: IntArray, last: IntArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Smallest and largest D(A) over first < A < last (far beyond where there is none), D(first) and D(last)."""
    rounds_up, steps = digit_steps(levels, m, mask)
    firsts, lasts = [first], [last]
    for up in rounds_up:
        firsts.append((firsts[-1] + up) >> 1)
        lasts.append((lasts[-1] + up) >> 1)
    low, high = np.full(len(levels), FAR), np.full(len(levels), -FAR)
    at_first, at_last = (np.zeros(len(levels), dtype=np.int64) for _ in range(2))
    for j in range(m - 1, -1, -1):
        step, up = steps[j], rounds_up[j]
        # An interior image has both its preimages inside; one of an end's may be inside too.
        low, high = low + np.minimum(step, 0), high + np.maximum(step, 0)
        for image, value in ((firsts[j + 1], at_first), (lasts[j + 1], at_last)):
            odd = 2 * image + np.where(up, -1, 1)
            for count, off in ((2 * image, value), (odd, value + step)):
                inside = (count > firsts[j]) & (count < lasts[j])
                low = np.where(inside, np.minimum(low, off), low)
                high = np.where(inside, np.maximum(high, off), high)
        at_first = at_first + np.where(firsts[j] & 1, step, 0)
        at_last = at_last + np.where(lasts[j] & 1, step, 0)
    return low, high, at_first, at_last


def _range(ones: IntArray, m: int, unit_log2: int, first: IntArray, last: IntArray) -> tuple[IntArray, IntArray]:
    grid, mask = unit_log2 + 1, stream_mask(m)
    if m >= grid:
        # As in `streams`: only the level modulo 2**grid matters.
        period = (1 << grid) - 1
        low, high, *ends = _extremes(ones & period, grid, mask & period, first, last)
        return 2 * np.minimum(low, np.minimum(*ends)), 2 * np.maximum(high, np.maximum(*ends))
    step = grid - m
    half = 1 << (step - 1)
    level = 2 * ones - (1 << m)
    cycles = ramp_lengths(first, m, grid), ramp_lengths(last, m, grid)
    low, high, *ends = _extremes(ones & ((1 << m) - 1), m, mask, *cycles)
    # Inside, an input is rounded by up to half a step down and less than that up.
    moved = -half * level, (half - 1) * level
    some = low < FAR >> 1
    low = np.where(some, 2 * (low << step) + np.minimum(*moved), FAR)
    high = np.where(some, 2 * (high << step) + np.maximum(*moved), -FAR)
    for count, off in zip(cycles, ends, strict=True):
        centre = count << step
        for code in (np.maximum(first, centre - half + 1), np.minimum(last, centre + half)):
            error = 2 * (off << step) + (centre - code) * level
            low, high = np.minimum(low, error), np.maximum(high, error)
    return low, high


def xnor_range(
    ones: IntArray, m: int, unit_log2: int, code_low: IntArray, code_high: IntArray
) -> tuple[IntArray, IntArray]:
    """Smallest and largest E(a) over a = code_low..code_high of each synapse; exact and attained.

    Parameters
    ----------
    ones : ndarray of int64, shape (n,)
        Ones W of the weight streams of synapses that share one stream length, 0 to 2**m.
    m, unit_log2 : int
        log2 of the stream length and of the code that stands for 1; 0 to 16.
    code_low, code_high : ndarray of int64, shape (n,)
        Range of each synapse's input codes, -2**unit_log2 <= low <= high <= 2**unit_log2.

    Returns
    -------
    low, high : ndarray of int64, shape (n,)
        In units of 2**-u counts, a count being 1 of the 2**m that a product of 1 has.
    """
    columns = np.stack([ones, code_low + (1 << unit_log2), code_high + (1 << unit_log2)])
    distinct, which = np.unique(columns, axis=1, return_inverse=True)
    low, high = _range(distinct[0], m, unit_log2, distinct[1], distinct[2])
    which = which.ravel()
    return low[which], high[which]
