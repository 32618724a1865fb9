# SPDX-License-Identifier: Apache-2.0
"""Widths and stream lengths that a synapse may have, what each costs, and the exact error that it makes.

Everything else being fixed, the errors of the synapses add up to those of the accumulators, and these, through the
absolute weights of the layers above, to those of the outputs. So for given prices of an output's error the cheapest
choice is made in each synapse alone; `search` finds the prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sc_precision.network import Dense, FloatArray
from sc_precision.params import InputCodes, IntArray, StreamEncoding
from sc_precision.plan.cost import CostModel, synapse_cost
from sc_precision.plan.quantise import ByteArray, LayerChoice, weight_codes
from sc_precision.plan.streams import discrepancy_range
from sc_precision.plan.xnor import xnor_range

_BLOCK = 1 << 13
"""Synapses whose candidates are compared at once, so that the temporaries stay in the cache."""


@dataclass(frozen=True)
class Candidate:
    """One width, sign included, and the log2 of one stream length where there are streams; see `cost.synapse_cost`."""

    bits: int
    length_log2: int | None
    cost_model: str = CostModel.BITS
    activation_bits: int = 0

    @cached_property
    def cost(self) -> float:
        """What a synapse costs with it."""
        return float(synapse_cost(self.cost_model, self.bits, self.length_log2, self.activation_bits))


@dataclass(frozen=True, eq=False)
class Chosen:
    """What a layer chose.

    `which` holds the index of each synapse's candidate, `total` the sum over the synapses of cost plus priced error.
    """

    choice: LayerChoice
    which: IntArray
    total: float


@dataclass(frozen=True, eq=False)
class LayerCandidates:
    """Candidates of one layer in ascending cost, and their errors.

    `above` and `below`, both >= 0 and of shape (n_candidates, n_out, n_in), say how far the synapse can move its
    accumulator up and down, in real units. `scale` and `row_scales` are those of `LayerChoice`.
    """

    candidates: tuple[Candidate, ...]
    above: FloatArray
    below: FloatArray
    scale: int
    row_scales: IntArray | None = None

    def choose(self, prices: FloatArray) -> Chosen:
        """Least cost plus priced error in each synapse; the cheapest candidate among equals.

        `prices`, shape (2, n_out), are the costs of one real unit of each accumulator's error upwards and downwards.
        """
        _, n_out, n_in = self.above.shape
        which = np.zeros((n_out, n_in), dtype=np.int64)
        total = 0.0
        step = max(1, _BLOCK // n_in)
        for start in range(0, n_out, step):
            rows = slice(start, min(start + step, n_out))
            up, down = prices[:, rows, None]
            best, block = np.full((len(up), n_in), np.inf), which[rows]
            priced, other, better = np.empty_like(best), np.empty_like(best), np.empty(best.shape, dtype=bool)
            for index, candidate in enumerate(self.candidates):
                np.multiply(self.above[index, rows], up, out=priced)
                np.multiply(self.below[index, rows], down, out=other)
                priced += other
                priced += candidate.cost
                np.less(priced, best, out=better)
                np.copyto(best, priced, where=better)
                np.copyto(block, index, where=better)
            total += float(best.sum())
        return Chosen(self.assign(which), which, total)

    def soften(self, prices: FloatArray, temperature: float) -> tuple[FloatArray, FloatArray]:
        """Errors under a Gibbs distribution over the candidates, which makes them smooth functions of the prices.

        At the cost `temperature` a candidate is e times less likely than the best; towards 0 this becomes `choose`.

        Returns
        -------
        mean : ndarray, shape (2, n_out)
            Expected errors of the accumulators upwards and downwards.
        covariance : ndarray, shape (3, n_out)
            Sums of the synapses' variances upwards, covariances, and variances downwards.
        """
        _, n_out, n_in = self.above.shape
        costs = np.array([candidate.cost for candidate in self.candidates]) / temperature
        mean, covariance = np.empty((2, n_out)), np.empty((3, n_out))
        step = max(1, _BLOCK // n_in)
        for start in range(0, n_out, step):
            rows = slice(start, start + step)
            up, down = self.above[:, rows], self.below[:, rows]
            price_up, price_down = prices[:, rows, None] / temperature
            energy = up * price_up + down * price_down
            energy += costs[:, None, None]
            weight = np.exp(energy.min(axis=0) - energy)
            weight /= weight.sum(axis=0)
            mean_up, mean_down = (weight * up).sum(axis=0), (weight * down).sum(axis=0)
            mean[:, rows] = mean_up.sum(axis=1), mean_down.sum(axis=1)
            weighted = weight * up
            covariance[0, rows] = ((weighted * up).sum(axis=0) - mean_up**2).sum(axis=1)
            covariance[1, rows] = ((weighted * down).sum(axis=0) - mean_up * mean_down).sum(axis=1)
            covariance[2, rows] = ((weight * down * down).sum(axis=0) - mean_down**2).sum(axis=1)
        return mean, covariance

    def most_precise(self) -> LayerChoice:
        """Smallest error in each synapse, and the cheapest candidate that has it."""
        return self.assign(np.argmin(self.above + self.below, axis=0))

    def assign(self, which: IntArray) -> LayerChoice:
        """The choice of candidate which[o, i] for each synapse."""
        bits = np.array([candidate.bits for candidate in self.candidates], dtype=np.uint8)[which]
        lengths: ByteArray | None = None
        if self.candidates[0].length_log2 is not None:
            lengths = np.array([candidate.length_log2 for candidate in self.candidates], dtype=np.uint8)[which]
        return LayerChoice(bits, lengths, self.scale, self.row_scales)

    def cost(self, which: IntArray) -> float:
        """Cost of a choice."""
        counts = np.bincount(which.ravel(), minlength=len(self.candidates)).tolist()
        return float(sum(count * candidate.cost for count, candidate in zip(counts, self.candidates, strict=True)))

    def errors(self, which: IntArray) -> tuple[FloatArray, FloatArray]:
        """Error of each accumulator upwards and downwards under a choice, shape (n_out,)."""
        rows, columns = np.indices(which.shape)
        return self.above[which, rows, columns].sum(axis=1), self.below[which, rows, columns].sum(axis=1)


def enumerate_candidates(
    bits: range,
    length_log2: range | None,
    unit_log2: int,
    encoding: StreamEncoding = StreamEncoding.SIGN_MAGNITUDE,
    *,
    cost_model: str = CostModel.BITS,
    activation_bits: int = 0,
) -> tuple[Candidate, ...]:
    """Widths and log2 of lengths that make sense together, cheapest first; empty where there are none.

    A stream must hold the code, m >= b - 1, and one of m = u + b - 1 has no discrepancy left at any input, 2**u being
    the code that a stream of all ones stands for; bipolar streams carry input and weight at half the resolution, so
    these are m >= b and m = u + b + 1. Without lengths, those of the fixed datapath. Costs: see `cost.synapse_cost`.
    """
    halved = encoding.bipolar
    pairs: list[tuple[int, int | None]] = [(b, None) for b in bits]
    if length_log2 is not None:
        pairs = [
            (b, m)
            for b in bits
            for m in length_log2
            if b - 1 + halved <= m <= max(unit_log2 + b - 1 + 2 * halved, length_log2[0])
        ]
    candidates = (Candidate(b, m, cost_model, activation_bits) for b, m in pairs)
    return tuple(sorted(candidates, key=lambda candidate: candidate.cost))


def layer_candidates(
    dense: Dense,
    candidates: tuple[Candidate, ...],
    *,
    scale: int,
    row_scales: IntArray | None = None,
    inputs: InputCodes,
    input_low: IntArray,
    input_high: IntArray,
    encoding: StreamEncoding = StreamEncoding.SIGN_MAGNITUDE,
) -> LayerCandidates:
    """Exact errors of all candidates (from `enumerate_candidates`) of a layer.

    Parameters
    ----------
    dense, candidates, encoding
        The layer, what its synapses may have, and how its streams are encoded.
    scale, row_scales
        See `LayerChoice`.
    inputs : InputCodes
        Format of the inputs.
    input_low, input_high : ndarray of int64, shape (n_in,)
        Range of each input's code, low <= 0 <= high.
    """
    lsb, unit = inputs.format.lsb, inputs.unit_log2
    value_low, value_high = input_low * lsb, input_high * lsb
    above, below = (np.empty((len(candidates), *dense.weight.shape)) for _ in range(2))
    codes: dict[int, IntArray] = {}
    exponents = scale if row_scales is None else row_scales[:, None]
    bottom, top = (np.broadcast_to(end, dense.weight.shape).ravel() for end in (input_low, input_high))
    for index, candidate in enumerate(candidates):
        width, m = candidate.bits, candidate.length_log2
        if width not in codes:
            codes[width] = weight_codes(dense.weight, width, exponents)
        code = codes[width]
        delta = np.ldexp(code.astype(np.float64), exponents - width + 1) - dense.weight
        ends = delta * value_low, delta * value_high
        above[index], below[index] = np.maximum(*ends), -np.minimum(*ends)
        if m is not None:
            if encoding.bipolar:
                ones = (code.ravel() << (m - width)) + (1 << (m - 1))
                low, high = xnor_range(ones, m, unit, bottom, top)
                low, high, sign = np.minimum(low, 0), np.maximum(high, 0), np.sign(np.abs(code))
            else:
                low, high, _ = discrepancy_range(np.abs(code.ravel()) << (m - width + 1), m, unit, top)
                sign = np.sign(code)
            # The discrepancy is in units of 2**-u counts, a count is worth 2**(scale - m + u) input steps.
            worth = 2.0 ** (scale - m) * lsb
            low, high = low.reshape(code.shape), high.reshape(code.shape)
            above[index] += np.where(sign > 0, high, -low) * (np.abs(sign) * worth)
            below[index] += np.where(sign > 0, -low, high) * (np.abs(sign) * worth)
    return LayerCandidates(candidates, above, below, scale, row_scales)
