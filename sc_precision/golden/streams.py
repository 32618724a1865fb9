# SPDX-License-Identifier: Apache-2.0
"""Bitstreams as the hardware makes them, bit by bit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sc_precision.params import IntArray, stream_mask

BoolArray = npt.NDArray[np.bool_]


def counter_reversed(m: int, mask: int) -> IntArray:
    """Bit-reversed m-bit counter, then XOR a mask, in each of 2**m cycles (van der Corput's sequence, masked)."""
    cycle = np.arange(1 << m, dtype=np.int64)
    reverse = np.zeros_like(cycle)
    for bit in range(m):
        reverse |= ((cycle >> bit) & 1) << (m - 1 - bit)
    return reverse ^ mask


def weight_stream(level: int, m: int) -> BoolArray:
    """Weight stream of length 2**m: 1 where the masked van der Corput value is below `level`."""
    return counter_reversed(m, stream_mask(m)) < level


def ramp_cycles(codes: IntArray, m: int, unit_log2: int) -> IntArray:
    """Cycles for which the ramp stream of length 2**m is 1, for each input code.

    2**unit_log2 stands for a stream of all ones. The result is the number of cycles t in [0, 2**m) whose comparator
    says 1. The comparator sees t scaled to the grid of the codes, in the middle of its step where the stream is the
    coarser one.
    """
    if m >= unit_log2:
        ones = codes << (m - unit_log2)
    else:
        step = unit_log2 - m
        half = 1 << (step - 1)
        ones = -((half - codes) >> step)
    clipped: IntArray = np.clip(ones, 0, 1 << m)
    return clipped
