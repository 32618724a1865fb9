# SPDX-License-Identifier: Apache-2.0
"""What accumulators that are exact sums can hold, independently of the arithmetic that made the plan."""

from __future__ import annotations

from sc_precision.errors import ConsistencyError
from sc_precision.params import DenseParams, FixedLayerParams, FixedParallelParams
from sc_precision.plan.bounds import LayerBounds


def partial_sums(p: DenseParams, output: int) -> tuple[int, int]:
    """Range of an accumulator at any moment, for any code of the input format."""
    code = p.inputs.format
    ends = [(weight * code.code_min, weight * code.code_max) for weight in p.weight_codes[output].tolist()]
    bias = int(p.bias[output])
    return bias + sum(min(0, *pair) for pair in ends), bias + sum(max(0, *pair) for pair in ends)


def row_sums(p: FixedLayerParams, output: int) -> tuple[int, int]:
    """`partial_sums` of a row that is added up in fewer bits and shifted in the end; what is shifted out is nothing."""
    low, high = partial_sums(p, output)
    unit, limit = 1 << int(p.shifts[output]), 1 << (p.row_width - 1)
    if low % unit or high % unit or low < -limit * unit or high >= limit * unit:
        raise ConsistencyError(
            f"{p.name}: the sum of output {output} can reach {low}..{high}, which is no multiple of {unit} or "
            f"beyond {p.row_width} bits of it"
        )
    return low, high


def tree_sums(p: FixedParallelParams, output: int) -> tuple[int, int]:
    """`row_sums` of a row of adders whose wires are made for its own range.

    Raises
    ------
    ConsistencyError
        If that, or what a product's port is made for, is too narrow.
    """
    low, high = row_sums(p, output)
    shift, codes = int(p.shifts[output]), p.inputs.format
    least, most = p.row_interval(output)
    if low >> shift < least or high >> shift > most:
        raise ConsistencyError(
            f"{p.name}: the sum of output {output} can reach {low >> shift}..{high >> shift}, but its adders are made "
            f"for {least}..{most}"
        )
    for index, weight in enumerate(p.weight_codes[output].tolist()):
        odd = weight >> shift
        while odd and odd % 2 == 0:
            odd //= 2
        if not odd:
            continue
        ends = abs(odd) * codes.code_min, abs(odd) * codes.code_max
        least, most = p.product_interval((index, abs(odd)))
        if ends[0] < least or ends[1] > most:
            raise ConsistencyError(
                f"{p.name}: {abs(odd)} times input {index} can reach {ends[0]}..{ends[1]}, but its wire is made for "
                f"{least}..{most}"
            )
    return low, high


def reached_sums(p: DenseParams, b: LayerBounds, output: int) -> tuple[int, int]:
    """Range of an accumulator in the end, over the range of the inputs."""
    low = high = int(p.bias[output])
    codes = zip(b.input_low.tolist(), b.input_high.tolist(), strict=True)
    for weight, ends in zip(p.weight_codes[output].tolist(), codes, strict=True):
        added = [0, *(weight * code for code in ends)]
        low, high = low + min(added), high + max(added)
    return low, high
