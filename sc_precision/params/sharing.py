# SPDX-License-Identifier: Apache-2.0
"""Which synapses of a layer share a generator, and which pairs of generators may not multiply.

An AND gate multiplies two streams only where their bits are independent, or spread over the square of levels as evenly
as if they were. Two streams that compare the same numbers count min(x, w); two that compare complements count
max(0, x + w - 1). So the two streams of a synapse are measured: over a grid of levels, the largest difference between
the common ones and x * w. It must stay under sqrt(L) counts, twice the largest standard deviation of a product of
independent bits (and under L/4, which two equal generators reach).

Two LFSRs of one polynomial with different seeds run through the same states, shifted. A shift of d cycles, d small,
is off by about L / 2**(d+2), for each state is the one before times x; other shifts, where a power of x is a short sum
of its neighbours, are as bad, and most are as good as any pair. Hence no rule for seeds: each pair is measured.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from sc_precision.arguments import show
from sc_precision.errors import InputError
from sc_precision.params.codes import IntArray, frozen_int_array
from sc_precision.params.generators import CounterParams, GeneratorParams, ThresholdParams

_GRID_LOG2 = 6
"""Levels at which a pair is measured, at most: 64 steps."""


@lru_cache(maxsize=1 << 14)
def correlation_counts(x: GeneratorParams, w: GeneratorParams) -> float:
    """Largest number of counts by which a product of two streams is off, over a grid of up to 65 x 65 levels.

    max |common ones - a * b / L| of two streams of one length; exact, and the worst of all levels where L <= 64.
    """
    m = x.length_log2
    step_log2 = max(0, m - _GRID_LOG2)
    grid = np.arange((1 << (m - step_log2)) + 1, dtype=np.int64) << step_log2
    common = np.zeros((len(grid), len(grid)), dtype=np.int64)
    first, second = (x, w) if isinstance(x, ThresholdParams) else (w, x)
    if isinstance(first, ThresholdParams):
        cell = first.numbers(x.length) >> step_log2
        if isinstance(second, ThresholdParams):
            cells = cell << (m - step_log2) | second.numbers(x.length) >> step_log2
            square = np.bincount(cells, minlength=(len(grid) - 1) ** 2).reshape(len(grid) - 1, -1)
            common[1:, 1:] = square.cumsum(axis=0).cumsum(axis=1)
        else:
            for column, bits in enumerate(second.bits(grid, x.length)):
                common[1:, column] = np.cumsum(np.bincount(cell[bits], minlength=len(grid) - 1))
    else:
        common[:] = first.bits(grid, x.length).astype(np.int64) @ second.bits(grid, x.length).astype(np.int64).T
    return float(np.abs((common << m) - np.outer(grid, grid)).max()) / x.length


def correlation_limit(length_log2: int) -> float:
    """Counts from which on a pair of streams is refused; pairs of one or two cycles never are."""
    if length_log2 < 2:
        return math.inf
    return min(2.0 ** (length_log2 - 2), math.sqrt(1 << length_log2))


def check_pair(x: GeneratorParams, w: GeneratorParams, where: str) -> None:
    """Raise an InputError that begins with `where` unless the two streams multiply."""
    if x.length_log2 != w.length_log2:
        raise InputError(
            f"{where}: input stream of {x.length} cycles and weight stream of {w.length}; use generators of one length"
        )
    if x == w:
        raise InputError(
            f"{where}: input and weight streams come from the same generator ({show(x)}); they are correlated and "
            "count min(x, w), not x * w; use two generators"
        )
    counts, limit = correlation_counts(x, w), correlation_limit(x.length_log2)
    if counts >= limit:
        raise InputError(
            f"{where}: the streams of {show(x)} and {show(w)} are correlated: a product of {x.length} cycles is off by "
            f"{counts:.4g} counts, at least the limit of {limit:.4g}; use another generator, polynomial or seed"
        )


@dataclass(frozen=True, eq=False)
class StreamSources:
    """The generators of a layer and which synapse uses which; refuses pairs that do not multiply.

    Parameters
    ----------
    sources : sequence of GeneratorParams
        The generators; equal ones are the same bits and count as one.
    inputs : array_like of int, shape (n_in,) or (n_out, n_in)
        Index in `sources` of each input's stream (of each synapse's input stream, where they differ).
    weights : array_like of int, shape (n_out, n_in)
        Index of each synapse's weight stream; -1 where the synapse is not built.

    Raises
    ------
    InputError
        If a shape or an index is wrong, or the two streams of a synapse have different lengths, come from the same
        generator or are correlated.
    """

    sources: tuple[GeneratorParams, ...]
    inputs: IntArray
    weights: IntArray

    def __post_init__(self) -> None:
        if isinstance(self.sources, GeneratorParams) or not isinstance(self.sources, Sequence) or not self.sources:
            raise InputError(f"sources: expected a sequence of generators, got {show(self.sources)}")
        for index, source in enumerate(self.sources):
            if not isinstance(source, GeneratorParams):
                raise InputError(f"sources: sources[{index}] must be a generator's parameters, got {show(source)}")
        object.__setattr__(self, "sources", tuple(self.sources))
        weights = frozen_int_array(self.weights, "weights", "sources")
        if weights.ndim != 2 or 0 in weights.shape:
            raise InputError(f"sources: weights must be a non-empty 2-D array (n_out, n_in), got shape {weights.shape}")
        inputs = frozen_int_array(self.inputs, "inputs", "sources")
        if inputs.shape not in (weights.shape, weights.shape[1:]):
            raise InputError(
                f"sources: inputs must have shape {weights.shape[1:]} or {weights.shape}, got {inputs.shape}"
            )
        object.__setattr__(self, "inputs", np.broadcast_to(inputs, weights.shape))
        object.__setattr__(self, "weights", weights)
        for name, array, least in (("inputs", inputs, 0), ("weights", weights, -1)):
            if array.min() < least or array.max() >= len(self.sources):
                raise InputError(
                    f"sources: {name} must be indices from {least} to {len(self.sources) - 1}, "
                    f"got {array.min()}..{array.max()}"
                )
        used = np.argwhere(weights >= 0)
        pairs = np.stack([self.inputs[weights >= 0], weights[weights >= 0]], axis=1)
        for (x, w), first in zip(*np.unique(pairs, axis=0, return_index=True), strict=True):
            where = f"synapse ({used[first][0]}, {used[first][1]})"
            check_pair(self.sources[x], self.sources[w], where)

    @property
    def shape(self) -> tuple[int, int]:
        """(n_out, n_in)."""
        return self.weights.shape[0], self.weights.shape[1]

    @cached_property
    def distinct(self) -> IntArray:
        """For each source the index of the first one that is equal to it."""
        return np.array([self.sources.index(source) for source in self.sources], dtype=np.int64)

    @property
    def counters(self) -> tuple[int, ...]:
        """log2 of the period of each counter that is needed: one for all ramps, vdc and Sobol streams of a length."""
        return tuple(sorted({source.length_log2 for source in self.sources if isinstance(source, CounterParams)}))

    def groups(self) -> IntArray:
        """Synapses of one output that are not independent of one another, were each source independent of the others.

        In each row, synapses with the same label share sources, directly or through others; -1 where there is no
        synapse. Labels are the first input of the group.
        """
        labels = np.full(self.shape, -1, dtype=np.int64)
        sources = np.stack([self.distinct[self.inputs], self.distinct[self.weights]], axis=2)
        for output, row in enumerate(sources):
            root: dict[int, int] = {}

            def find(source: int, root: dict[int, int] = root) -> int:
                while root.setdefault(source, source) != source:
                    root[source] = source = root[root[source]]
                return source

            used = np.flatnonzero(self.weights[output] >= 0)
            for x, w in row[used].tolist():
                root[find(x)] = find(w)
            first: dict[int, int] = {}
            for index in used.tolist():
                labels[output, index] = first.setdefault(find(int(row[index, 0])), index)
        return labels

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description: each source with how many inputs and synapses it serves."""
        built = self.weights >= 0
        return {
            "counters": [1 << m for m in self.counters],
            "sources": [
                source.to_dict()
                | {
                    "input_streams": int((built & (self.inputs == index)).any(axis=0).sum()),
                    "weight_streams": int((self.weights == index).sum()),
                }
                for index, source in enumerate(self.sources)
            ],
        }
