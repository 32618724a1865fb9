# SPDX-License-Identifier: Apache-2.0
"""Which width and stream length each synapse gets, for a given price of error.

For one layer all widths (and lengths) that the limits allow are candidates. A candidate's error is half the width of
the interval that it adds to the accumulator: the weight's own rounding times the input range, plus, for streams, the
discrepancy's width. Half widths add up linearly through the layers' absolute weights, so that minimising
cost + price * influence * half width in each synapse alone is the Lagrangian relaxation of the whole allocation.
The bound that a plan promises is never this model but the exact one of `bounds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sc_precision.network import Dense, FloatArray
from sc_precision.plan.quantise import ByteArray, LayerChoice, weight_codes
from sc_precision.plan.streams import width_table


@dataclass(frozen=True)
class Candidate:
    """One width, and one stream length where there are streams, with its cost per synapse."""

    bits: int
    length_log2: int | None

    @property
    def cost(self) -> float:
        """Bits on the fixed datapath; bits * log2(length) on the stochastic one."""
        return float(self.bits if self.length_log2 is None else self.bits * self.length_log2)


@lru_cache(maxsize=1)
def _widths() -> FloatArray:
    table = width_table()
    table.setflags(write=False)
    return table


@dataclass(frozen=True, eq=False)
class LayerCandidates:
    """Candidates of one layer and their errors, cheapest first.

    Parameters
    ----------
    candidates : tuple of Candidate
        In ascending cost.
    half_width : ndarray of float32, shape (n_candidates, n_out, n_in)
        In real units of the accumulator.
    scale : int
        The layer's scale exponent.
    """

    candidates: tuple[Candidate, ...]
    half_width: FloatArray
    scale: int

    @property
    def costs(self) -> FloatArray:
        """Cost of each candidate, shape (n_candidates,)."""
        return np.array([candidate.cost for candidate in self.candidates])

    def choose(self, price: FloatArray) -> LayerChoice:
        """Cheapest candidate per synapse where an error of one half width costs `price`, shape (n_out, 1).

        An infinite price chooses the smallest error, and the cheapest candidate that has it.
        """
        shape = self.half_width.shape[1:]
        best = np.full(shape, np.inf)
        which = np.zeros(shape, dtype=np.int64)
        finite = np.isfinite(price).all()
        for index, cost in enumerate(self.costs):
            total = self.half_width[index] * price + cost if finite else self.half_width[index]
            better = total < best
            np.copyto(best, total, where=better)
            which[better] = index
        bits = np.array([candidate.bits for candidate in self.candidates], dtype=np.uint8)[which]
        lengths: ByteArray | None = None
        if self.candidates[0].length_log2 is not None:
            lengths = np.array([candidate.length_log2 for candidate in self.candidates], dtype=np.uint8)[which]
        return LayerChoice(bits, lengths, self.scale)


def layer_candidates(
    dense: Dense,
    *,
    scale: int,
    bits: range,
    length_log2: range | None,
    input_range: FloatArray,
    unit_log2: int,
    input_lsb: float,
) -> LayerCandidates:
    """All candidates of a layer.

    Parameters
    ----------
    dense : Dense
        The layer.
    scale : int
        Scale exponent of its codes.
    bits : range
        Widths allowed.
    length_log2 : range or None
        log2 of the stream lengths allowed; None on the fixed datapath.
    input_range : ndarray of float64, shape (n_in,)
        Largest minus smallest value of each input.
    unit_log2 : int
        log2 of the code that a stream of all ones stands for.
    input_lsb : float
        Value of one step of the input codes.
    """
    found: list[tuple[Candidate, FloatArray]] = []
    for width in bits:
        codes = weight_codes(dense.weight, width, scale)
        value = np.ldexp(codes.astype(np.float64), scale - width + 1)
        rounding = np.abs(dense.weight - value) * (input_range / 2)
        if length_log2 is None:
            found.append((Candidate(width, None), rounding))
            continue
        magnitude = np.abs(codes)
        for m in length_log2:
            if m < width - 1:
                continue
            # The code is the level without its m - (width - 1) zeros at the end.
            terms = max(0, min(m, unit_log2) - (m - width + 1))
            counts = _widths()[terms][magnitude]
            if m < unit_log2:
                counts = counts + np.ldexp(magnitude.astype(np.float64), 1 - width)
            # A count is worth 2**(scale - m) of a stream that stands for 2**u input steps.
            unit = 2.0 ** (scale - m + unit_log2) * input_lsb
            found.append((Candidate(width, m), rounding + counts * (unit / 2) * (input_range > 0)))
    found.sort(key=lambda pair: pair[0].cost)
    return LayerCandidates(tuple(candidate for candidate, _ in found), np.stack([error for _, error in found]), scale)
