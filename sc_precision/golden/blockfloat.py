# SPDX-License-Identifier: Apache-2.0
"""Golden models of the block floating layers, segment by segment as the hardware adds."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from sc_precision.golden.codes import check_codes
from sc_precision.params import BlockFloatDenseParams, BlockFloatPartialsParams, IntArray


def aligned_accumulators(params: BlockFloatDenseParams, codes: IntArray) -> IntArray:
    """Accumulators of a layer that aligns in hardware; arguments as for `layers.layer_accumulators`."""
    acc = np.broadcast_to(params.bias, (len(codes), params.n_out)).copy()
    tensor = params.tensor
    for output in range(params.n_out):
        for segment in tensor.segments(output):
            inputs = slice(segment.start, segment.stop)
            acc[:, output] += (codes[:, inputs] @ tensor.mantissas[output, inputs]) << tensor.block_shifts[
                segment.block
            ]
    return acc


def block_partials(params: BlockFloatPartialsParams, codes: object) -> tuple[IntArray, IntArray]:
    """What a layer with exponents as metadata sends.

    Parameters
    ----------
    params : BlockFloatPartialsParams
    codes : array_like of int, shape (batch, n_in)
        Any codes of the input format.

    Returns
    -------
    sums : ndarray of int64, shape (batch, segments)
        Sum of mantissa * code of each of `params.segments`.
    exponent_codes : ndarray of int64, shape (segments,)
        The exponent code that is sent with each.

    Raises
    ------
    InputError
        If codes are no integers, of the wrong shape or outside the format.
    """
    array = check_codes(params.inputs, params.n_in, codes, params.name)
    tensor = params.tensor
    sums = [array[:, s.start : s.stop] @ tensor.mantissas[s.output, s.start : s.stop] for s in params.segments]
    blocks = [segment.block for segment in params.segments]
    return np.stack(sums, axis=1), tensor.exponent_codes[blocks]


def partial_values(params: BlockFloatPartialsParams, sums: IntArray) -> list[list[Fraction]]:
    """Exact output values of partial sums, as a receiver has to add them up; shape (batch, n_out)."""
    steps = [
        Fraction(2) ** (int(params.tensor.lsb_exponents[s.block]) - params.inputs.format.fraction)
        for s in params.segments
    ]
    outputs = []
    for row in sums.tolist():
        values = [Fraction(0)] * params.n_out
        for segment, value, step in zip(params.segments, row, steps, strict=True):
            values[segment.output] += value * step
        outputs.append(values)
    return outputs
