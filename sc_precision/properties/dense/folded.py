# SPDX-License-Identifier: Apache-2.0
"""Lemma about the controller of layers that are folded over their outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sc_precision.params import BlockFloatDenseParams, FixedDenseParams
from sc_precision.properties.checker.control import control_lemma
from sc_precision.properties.checker.lemma import Lemma


@dataclass(frozen=True)
class LaneWires:
    """What goes from a lane's weights to its multiply-accumulate unit, and how long that unit takes.

    Parameters
    ----------
    wires : sequence of (str, int)
        Ports that weights and unit have alike, and their widths.
    row_width : int
        Bits of the unit's accumulator.
    settling : int
        Cycles between the last product and the accumulator that holds it: 0, or 1 where a segment's sum is added later.
    used : bool
        Whether the weights have an input that says which words are used.
    align : bool
        Whether a module between accumulators and output stage aligns rows.
    """

    wires: Sequence[tuple[str, int]]
    row_width: int
    settling: int = 0
    used: bool = False
    align: bool = False


def folded_control(
    p: FixedDenseParams | BlockFloatDenseParams, hdl: dict[str, str], lane: LaneWires, assumed: Sequence[str]
) -> Lemma:
    """Order of everything that a folded layer does, against a counter of its own.

    Parameters
    ----------
    p : FixedDenseParams or BlockFloatDenseParams
    hdl : dict of str to str
        The emitted files.
    lane : LaneWires
    assumed : sequence of str
        The lemmas about what is below, after ``<layer>_``: the modules keep still unless they are enabled.
    """
    claim = (
        "every accepted vector is multiplied code by code, pass by pass, in order and once; results leave in order, "
        "stable under stall, with last on the last; frame_error tells a misplaced last"
    )
    return control_lemma(
        p,
        hdl,
        "folded.sv.j2",
        claim,
        below=("mac", "weights_*", "stage", *["align"] * lane.align),
        show=("state", "pass_index", "lane_index", "output_index", "inputs[*]"),
        assumes=[f"{p.name}_{lemma}" for lemma in assumed],
        holes={"lane": lane},
    )
