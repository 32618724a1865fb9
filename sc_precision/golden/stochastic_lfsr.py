# SPDX-License-Identifier: Apache-2.0
"""Golden model of layers of LFSR streams: every bit of every cycle, summed."""

from __future__ import annotations

import numpy as np

from sc_precision.params.codes import IntArray
from sc_precision.params.stochastic_lfsr import LfsrDenseParams

_ELEMENTS = 1 << 22


def lfsr_accumulators(params: LfsrDenseParams, codes: IntArray) -> IntArray:
    """Accumulators after the last cycle, shape (batch, n_out), bias included; codes have the shape (batch, n_in)."""
    acc = np.broadcast_to(params.bias, (len(codes), params.n_out)).copy()
    numbers = np.stack([params.lfsr(k).numbers(params.cycles) for k in range(len(params.sources.sources))])
    compared = numbers >> (params.length_log2 - params.inputs.unit_log2)
    signs, magnitudes = np.sign(params.levels).astype(np.float64), np.abs(params.levels)
    step = max(1, _ELEMENTS // max(1, len(codes) * params.n_in))
    # Outputs whose inputs come from the same registers see the same bits; float64 sums of bits are exact.
    rows, which = np.unique(params.sources.inputs, axis=0, return_inverse=True)
    for start in range(0, params.cycles, step):
        cycles = slice(start, start + step)
        for k, sources in enumerate(rows):
            x = (compared[sources, cycles] < codes[:, :, None]).astype(np.float64).reshape(len(codes), -1)
            for output in np.flatnonzero(which.reshape(-1) == k).tolist():
                bits = numbers[params.sources.weights[output], cycles] < magnitudes[output][:, None]
                acc[:, output] += (x @ (bits * signs[output][:, None]).reshape(-1)).astype(np.int64)
    return acc
