# SPDX-License-Identifier: Apache-2.0
"""Golden model of stochastic layers that can be stopped early: van der Corput inputs, masked Sobol' weights."""

from __future__ import annotations

import numpy as np

from sc_precision.golden.streams import counter_reversed, ramp_cycles
from sc_precision.params import IntArray, ProgressiveDenseParams, stream_mask


def sobol_directions(m: int) -> list[int]:
    """Direction numbers of the second Sobol' dimension (polynomial x + 1), as m-bit integers, first to last.

    Each is the one before XOR its half: 1/2, 3/4, 5/8, 15/16, ... (Bratley and Fox 1988, algorithm 659).
    """
    directions = []
    direction = 1 << (m - 1) if m else 0
    for _ in range(m):
        directions.append(direction)
        direction ^= direction >> 1
    return directions


def masked_sobol(m: int) -> IntArray:
    """Second Sobol' dimension in natural order XOR `stream_mask`, one m-bit value per cycle, shape (2**m,)."""
    cycle = np.arange(1 << m, dtype=np.int64)
    value = np.full(1 << m, stream_mask(m), dtype=np.int64)
    for bit, direction in enumerate(sobol_directions(m)):
        value ^= ((cycle >> bit) & 1) * direction
    return value


def prefix_sums(ones: int, m: int, log2: int, *, bipolar: bool) -> IntArray:
    """What a synapse counts in its first 2**log2 cycles, scaled to 2**m, for each threshold 0..2**m of its input.

    `ones` are those of the whole weight stream of 2**m cycles. `bipolar` counts agreements less disagreements instead
    of cycles in which both streams are 1.
    """
    order = counter_reversed(m, 0)[: 1 << log2]
    weight = masked_sobol(m)[: 1 << log2] < ones
    # Cycle t counts for the inputs whose threshold is above order[t].
    steps = np.zeros((1 << m) + 1, dtype=np.int64)
    steps[order + 1] = np.where(weight, 1, -1) if bipolar else weight
    if bipolar:
        # Two for each step from disagreement to agreement; at threshold 0 the zeros of the weight agree.
        steps *= 2
        steps[0] = (1 << log2) - 2 * int(weight.sum())
    return np.asarray(np.cumsum(steps) << (m - log2))


def progressive_accumulators(params: ProgressiveDenseParams, codes: IntArray, log2: int) -> IntArray:
    """Estimates of the accumulators after 2**log2 cycles, bias included; codes as checked by `layer_accumulators`."""
    m = params.max_log2
    acc = np.broadcast_to(params.bias, (len(codes), params.n_out)).copy()
    thresholds = ramp_cycles(codes + params.ramp_offset, m, params.ramp_log2)
    sums: dict[int, IntArray] = {}
    for output, index in zip(*(places.tolist() for places in np.nonzero(params.levels)), strict=True):
        ones = int(params.stream_ones[output, index])
        if ones not in sums:
            sums[ones] = prefix_sums(ones, m, log2, bipolar=params.bipolar)
        sign = -1 if params.levels[output, index] < 0 and not params.bipolar else 1
        acc[:, output] += sign * sums[ones][thresholds[:, index]]
    return acc
