# SPDX-License-Identifier: Apache-2.0
"""Golden models of layers of ramp and van der Corput streams."""

from __future__ import annotations

import numpy as np

from sc_precision.golden.streams import ramp_cycles, weight_stream
from sc_precision.params import IntArray, StochasticDenseParams


def stochastic_accumulators(params: StochasticDenseParams, codes: IntArray) -> IntArray:
    """Accumulators after the last cycle; codes as checked by `layers.layer_accumulators`."""
    acc = np.broadcast_to(params.bias, (len(codes), params.n_out)).copy()
    used = params.levels != 0
    for m in params.classes:
        outputs, inputs = np.nonzero(used & (params.length_log2 == m))
        if not len(outputs):
            continue
        signed = params.levels[outputs, inputs]
        ones = params.stream_ones[outputs, inputs]
        levels, which = np.unique(ones, return_inverse=True)
        # ones_before[k, n]: ones of weight stream k in its first n cycles.
        ones_before = np.zeros((len(levels), (1 << m) + 1), dtype=np.int64)
        for k, level in enumerate(levels.tolist()):
            np.cumsum(weight_stream(level, m), out=ones_before[k, 1:])
        ramps = ramp_cycles(codes + params.ramp_offset, m, params.ramp_log2)
        # Cut by output rows, so that the temporaries stay small for wide layers.
        for output in np.unique(outputs).tolist():
            row = outputs == output
            ramp = ramps[:, inputs[row]]
            counts = ones_before[which[row][None, :], ramp]
            # Bipolar: agreements less disagreements, from the ones of both streams and of their AND.
            agreed = (1 << m) - 2 * (ramp + ones[row]) + 4 * counts
            counts = agreed if params.bipolar else counts * np.sign(signed[row])
            acc[:, output] += counts.sum(axis=1) << (params.max_log2 - m)
    return acc


def stream_sums(params: StochasticDenseParams, index: int, codes: IntArray) -> IntArray:
    """What codes of one input add to each accumulator, shape (n_out, codes); unipolar and sign-magnitude streams."""
    result = np.zeros((params.n_out, len(codes)), dtype=np.int64)
    for output in range(params.n_out):
        level, m = int(params.levels[output, index]), int(params.length_log2[output, index])
        if level:
            ones_before = np.zeros((1 << m) + 1, dtype=np.int64)
            np.cumsum(weight_stream(abs(level), m), out=ones_before[1:])
            count = ones_before[ramp_cycles(codes, m, params.inputs.unit_log2)] << (params.max_log2 - m)
            result[output] = count if level > 0 else -count
    return result
