# SPDX-License-Identifier: Apache-2.0
"""What hardware and lemmas both ask the parameters of a layer, worked out again from its plain fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sc_precision.errors import ConsistencyError
from sc_precision.params import BlockFloatDenseParams, FixedDenseParams, FixedParallelParams, StochasticDenseParams
from sc_precision.params.stochastic_folded import FoldedStochasticDenseParams


def check_folding(
    name: str, n_out: int, parallel: int, passes: int, outputs: Callable[[int], Sequence[int | None]]
) -> None:
    """Outputs go through the units of a folded layer in order: output o in unit o mod `parallel`, pass o // `parallel`.

    Parameters
    ----------
    name : str
        The layer's.
    n_out, parallel, passes : int
        Outputs, units that work at the same time, and times that they do.
    outputs : callable
        What the parameters say of a unit: its output in each pass, None where it idles.
    """
    if not (passes - 1) * parallel < n_out <= passes * parallel:
        raise ConsistencyError(f"{name}: {passes} passes of {parallel} are not what {n_out} outputs need")
    for unit in range(parallel):
        expected = [o if o < n_out else None for o in range(unit, passes * parallel, parallel)]
        if list(outputs(unit)) != expected:
            raise ConsistencyError(f"{name}: unit {unit} computes outputs {outputs(unit)}, in order it is {expected}")


def check_lanes(p: FixedDenseParams | BlockFloatDenseParams) -> None:
    """See `check_folding`."""
    check_folding(p.name, p.n_out, p.lanes, p.passes, p.lane_outputs)


def check_stages(p: FixedParallelParams) -> None:
    """Registers on the way through a parallel layer are those of its products and then of its rows."""
    first, last = p.levels
    products = first // p.pipeline if p.pipeline else 0
    whole = last // p.pipeline if p.pipeline else 0
    if (p.stage_of(first), p.stages) != (products, whole) or not 0 <= products <= whole:
        raise ConsistencyError(
            f"{p.name}: products take {p.stage_of(first)} cycles and results {p.stages}, but {first} and {last} adder "
            f"levels with pipeline={p.pipeline} make {products} and {whole}"
        )


def check_streams(p: StochasticDenseParams) -> None:
    """Streams run for the longest length that counts, and each synapse that counts is in one group of its row."""
    counts = p.levels != 0
    longest = max((int(m) for m in p.length_log2[counts]), default=0)
    if p.max_log2 != longest or p.cycles != 1 << longest:
        raise ConsistencyError(f"{p.name}: runs for {p.cycles} cycles, but its longest stream has {1 << longest}")
    for output in range(p.n_out):
        groups = [(g.sign, g.length_log2, index) for g in p.row_groups(output) for index in g.inputs]
        expected = [
            (1 if p.bipolar or level > 0 else -1, m, index)
            for index, (level, m) in enumerate(
                zip(p.levels[output].tolist(), p.length_log2[output].tolist(), strict=True)
            )
            if level
        ]
        if sorted(groups) != sorted(expected):
            raise ConsistencyError(f"{p.name}: the groups of output {output} are not its synapses, each once")


def check_folded_streams(p: FoldedStochasticDenseParams) -> None:
    """See `check_streams` and `check_folding`."""
    check_streams(p)
    check_folding(p.name, p.n_out, p.rows, p.passes, p.row_outputs)
