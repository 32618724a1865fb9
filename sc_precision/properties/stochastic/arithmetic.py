# SPDX-License-Identifier: Apache-2.0
"""What the accumulators of stochastic layers can hold, independently of the arithmetic that made the plan."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sc_precision.errors import ConsistencyError
from sc_precision.golden.streams import ramp_cycles, weight_stream
from sc_precision.params import IntArray, StochasticDenseParams, stream_mask
from sc_precision.plan.bounds import LayerBounds
from sc_precision.properties.stochastic.streams import residues


def partial_sums(p: StochasticDenseParams, output: int) -> tuple[int, int]:
    """Range of an accumulator at any moment, for any code of the input format."""
    lengths = p.length_log2[output].tolist()
    levels = zip(p.levels[output].tolist(), lengths, strict=True)
    ends = [(0, level << (p.max_log2 - m) if level else 0) for level, m in levels]
    if p.bipolar:
        ends = [(-(bool(end) << p.max_log2), bool(end) << p.max_log2) for _, end in ends]
    bias = int(p.bias[output])
    return bias + sum(min(0, *pair) for pair in ends), bias + sum(max(0, *pair) for pair in ends)


def reached_sums(p: StochasticDenseParams, b: LayerBounds, output: int) -> tuple[int, int]:
    """Range of an accumulator in the end, over the range of the inputs."""
    low = high = int(p.bias[output])
    for index in range(p.n_in):
        codes = int(b.input_low[index]), int(b.input_high[index])
        ends = _xnor_ends(p, output, index, codes) if p.bipolar else _and_ends(p, output, index, codes[1])
        low, high = low + min(ends), high + max(ends)
    return low, high


def _and_ends(p: StochasticDenseParams, output: int, index: int, code: int) -> list[int]:
    """None, and what a synapse adds at the greatest code."""
    level, m = int(p.levels[output, index]), int(p.length_log2[output, index])
    if not level:
        return [0]
    count = _ones_before(abs(level), m)[int(ramp_cycles(np.array(code), m, p.inputs.unit_log2))]
    return [0, (count if level > 0 else -count) << (p.max_log2 - m)]


@lru_cache(maxsize=256)
def _ones_before(level: int, m: int) -> list[int]:
    """Ones of a weight stream before each of its cycles."""
    counts: list[int] = np.cumsum(np.append(False, weight_stream(level, m))).tolist()
    return counts


def _xnor_ends(p: StochasticDenseParams, output: int, index: int, codes: tuple[int, int]) -> list[int]:
    """Least and greatest of what a bipolar synapse adds, by trying every code; long streams skip counts of ones."""
    if not p.levels[output, index]:
        return [0]
    m = int(p.length_log2[output, index])
    ones = ramp_cycles(np.arange(codes[0], codes[1] + 1) + p.ramp_offset, m, p.ramp_log2)
    stream = weight_stream(int(p.stream_ones[output, index]), m)
    # Agreements among the first n cycles, where the ramp is 1, and among the others, where it is 0.
    before, zeros = (np.cumsum(np.append(0, each)) for each in (stream, ~stream))
    sums = 2 * (before + zeros[-1] - zeros)[ones] - (1 << m)
    return [int(sums.min()) << (p.max_log2 - m), int(sums.max()) << (p.max_log2 - m)]


def residue_sums(p: StochasticDenseParams, index: int, codes: IntArray) -> IntArray:
    """What codes of one input add to each accumulator, shape (n_out, codes), by counting residues."""
    if p.bipolar:
        raise ConsistencyError(f"{p.name}: thresholds are not derived for bipolar streams")
    result = np.zeros((p.n_out, len(codes)), dtype=np.int64)
    for output in range(p.n_out):
        level, m = int(p.levels[output, index]), int(p.length_log2[output, index])
        if not level:
            continue
        step = p.inputs.unit_log2 - m
        ones = codes << -step if step <= 0 else (codes + (1 << (step - 1)) - 1) >> step
        count = np.zeros_like(codes)
        for w, r in residues(m, abs(level), stream_mask(m)):
            count += (ones + (1 << w) - 1 - r) >> w
        result[output] = (count if level > 0 else -count) << (p.max_log2 - m)
    return result
