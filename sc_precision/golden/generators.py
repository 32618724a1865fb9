# SPDX-License-Identifier: Apache-2.0
"""Golden model of the stochastic number generators: the bits that the hardware gives, clock by clock."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import plain_array
from sc_precision.errors import InputError
from sc_precision.params.codes import IntArray
from sc_precision.params.generators import BoolArray, GeneratorParams, RateMultiplierParams, ThresholdParams


def stream(params: GeneratorParams, level: int, cycles: int | None = None) -> BoolArray:
    """Bits of a level from a restart on.

    Parameters
    ----------
    params : GeneratorParams
    level : int
        0 to L.
    cycles : int, optional
        L by default; generators go on beyond.

    Returns
    -------
    ndarray of bool, shape (cycles,)

    Raises
    ------
    InputError
        If the level is out of range.
    """
    levels = np.array([params.check_level(level)], dtype=np.int64)
    bits: BoolArray = params.bits(levels, params.length if cycles is None else cycles)[0]
    return bits


def prefix_counts(params: GeneratorParams, level: int) -> IntArray:
    """Ones among the first 0..L bits of a stream, shape (L + 1,)."""
    return np.concatenate([[0], np.cumsum(stream(params, level))]).astype(np.int64)


def trace(
    params: GeneratorParams, levels: npt.ArrayLike, enable: npt.ArrayLike, clear: npt.ArrayLike
) -> tuple[BoolArray, IntArray]:
    """What a generator shows in each clock after reset, under stalls and restarts.

    Parameters
    ----------
    params : GeneratorParams
    levels : array_like of int, shape (clocks,)
        Level at the port.
    enable, clear : array_like of bool, shape (clocks,)
        A clock with `clear` goes back to cycle 0, else one with `enable` goes on by one.

    Returns
    -------
    bits : ndarray of bool, shape (clocks,)
    cycles : ndarray of int64, shape (clocks,)
        Cycle of the stream that each bit belongs to.

    Raises
    ------
    InputError
        If shapes differ or a level is out of range.
    """
    level, steps, restarts = (
        plain_array(f"trace: {name}", value).astype(kind)
        for name, value, kind in (("levels", levels, np.int64), ("enable", enable, np.int64), ("clear", clear, bool))
    )
    if level.ndim != 1 or not len(level) or not level.shape == steps.shape == restarts.shape:
        raise InputError(
            f"trace: levels, enable and clear must be equally long, got {level.shape}, {steps.shape}, {restarts.shape}"
        )
    for value in np.unique(level).tolist():
        params.check_level(value, "trace: level")
    cycles, sums = np.zeros_like(level), np.zeros_like(level)
    cycle = total = 0
    for clock in range(len(level)):
        cycles[clock], sums[clock] = cycle, total
        if restarts[clock]:
            cycle = total = 0
        elif steps[clock]:
            cycle, total = cycle + 1, total + int(level[clock])
    if isinstance(params, RateMultiplierParams):
        # The accumulator has added the levels that were there when it was enabled.
        before = params.start + sums
        return (before + level) >> params.length_log2 != before >> params.length_log2, cycles
    assert isinstance(params, ThresholdParams)
    return params.numbers(int(cycles.max()) + 1)[cycles] < level, cycles
