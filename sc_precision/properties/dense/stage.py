# SPDX-License-Identifier: Apache-2.0
"""Lemma about the output stage, which both datapaths share: activation, rounding, saturation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sc_precision.emit.verilog import convert_modules, convert_variants
from sc_precision.formats import HARDWARE_ROUNDINGS, Rounding
from sc_precision.gateware.common import OutputStage
from sc_precision.golden.layers import output_stage
from sc_precision.params import DenseParams, IntArray
from sc_precision.properties.checker.activation import rectifies
from sc_precision.properties.checker.lemma import Lemma, Mutant, interval_table
from sc_precision.properties.checker.rounding import definition
from sc_precision.properties.checker.sv import number, replace_once
from sc_precision.properties.checker.templates import render
from sc_precision.properties.dense.claims import LayerClaim


def stage_lemma(layer: LayerClaim[DenseParams], next_low: IntArray, next_high: IntArray) -> Lemma:
    """Rounding error of the output stage, and the range of what leaves it.

    `next_low` and `next_high`, shape (n_out,), are the range that the next layer, or the user, relies on.
    """
    return output_stage_lemma(layer.params, (layer.bounds.acc_low, layer.bounds.acc_high), (next_low, next_high))


def _other_ties(p: DenseParams) -> Rounding | None:
    """The mode that rounds alike but for ties, and the fewest of them; None where no accumulator tells them apart."""
    whole = 1 << p.shift
    halves = [code * whole + whole // 2 for code in range(-3, 3)]
    ties = np.array([code for code in halves if p.acc.code_min <= code <= p.acc.code_max], dtype=np.int64)
    differing = {
        mode: np.count_nonzero(output_stage(p, ties) != output_stage(replace(p, rounding=mode), ties))
        for mode in reversed(HARDWARE_ROUNDINGS)
        if mode.error[:2] == p.rounding.error[:2]
    }
    found = [mode for mode, count in differing.items() if count]
    return min(found, key=differing.__getitem__, default=None)


def output_stage_lemma(p: DenseParams, acc: tuple[IntArray, IntArray], follows: tuple[IntArray, IntArray]) -> Lemma:
    """`stage_lemma` of a layer with that range of each accumulator, and of each output that what follows relies on."""
    name = f"{p.name}_stage"
    relu = rectifies(p.activation)
    stated = definition(p.rounding, p.shift)
    ties = f", ties {stated.tie.word}" if stated.tie else ""
    claim = (
        f"the output code is the {'rectified ' if relu else ''}accumulator but for a rounding error of {stated.low} to "
        f"{stated.high} accumulator units{ties}, saturated at its ends, and each output stays in the range that what "
        "follows relies on"
    )
    limits = list(zip(*(ends.tolist() for ends in (*acc, *follows)), strict=True))
    text = render(
        "properties/templates/stage.sv.j2",
        name=name,
        claim=claim,
        p=p,
        rectified=relu,
        stated=stated,
        limits=limits,
        span=(min(limit[0] for limit in limits), max(limit[1] for limit in limits)),
        wide=_comparison_width(p),
    )
    faults = _faults(p, int(acc[1].max()))
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(f"{p.name}.v",),
        asserts={f"{p.name} output codes": interval_table(*follows)},
        relies_on={f"{p.name} accumulators": interval_table(*acc)},
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        engines=("smtbmc bitwuzla", "smtbmc z3"),
        mutants=(*faults, *(_tight(p, name, text) if p.shift or not faults else [])),
    )


def _comparison_width(p: DenseParams) -> int:
    return max(p.acc.width, p.output.format.width + p.shift + 1) + 2


def _faults(p: DenseParams, greatest: int) -> list[Mutant]:
    """Output stages that round or saturate otherwise, where some accumulator, `greatest` at most, tells."""
    mutants, faults = [], []
    if p.shift == 1 and p.rounding is not Rounding.TRUNCATE:
        # Of a single place both neighbours are half a code away, so that truncation is a rounding to nearest.
        mutants.append(_changed(p, "keeps the place that it should drop", r">>> 1'h1", ">>> 1'h0"))
    elif p.shift and rectifies(p.activation) and p.acc.code_max <= (1 << p.shift) // 2:
        # No accumulator is beyond half a code, so that all become 0, however they are rounded.
        mutants.append(_changed(p, "is always the greatest code", r"(code(?: \})? = )[^?;]+\?", r"\g<1>1'h1 ?"))
    elif p.shift:
        other = Rounding.NEAREST_EVEN if p.rounding is Rounding.TRUNCATE else Rounding.TRUNCATE
        faults.append(("mutant_rounding", f"rounds by {other.value}", replace(p, rounding=other)))
    closest = _other_ties(p)
    if closest is not None:
        faults.append(("mutant_tie", f"rounds ties as {closest.value} does", replace(p, rounding=closest)))
    if p.output.high > 0 and int(output_stage(p, np.array([greatest]))[0]) == p.output.high:
        early = replace(p, output=replace(p.output, high=p.output.high // 2))
        faults.append(("mutant_saturation", "saturates at half its range", early))
    texts = convert_variants([[OutputStage(params)] for _, _, params in faults])
    return mutants + [
        Mutant(task, fault, {f"{p.name}.v": module[f"{p.name}_stage"]})
        for (task, fault, _), module in zip(faults, texts, strict=True)
    ]


def _changed(p: DenseParams, fault: str, pattern: str, replacement: str) -> Mutant:
    stage = convert_modules([OutputStage(p)])[f"{p.name}_stage"]
    return Mutant("mutant_rounding", fault, {f"{p.name}.v": replace_once(stage, pattern, replacement)})


def _tight(p: DenseParams, name: str, text: str) -> list[Mutant]:
    """The bound one unit tighter at an end that is reached: half a step, or the last code below a whole one."""
    stated, wide = definition(p.rounding, p.shift), _comparison_width(p)
    if not (p.output.low <= 0 < p.output.high and -stated.low <= p.acc.code_max):
        return []
    least = int(output_stage(p, np.array([-stated.low]))[0]) == 0  # else it becomes 1, and the other end is reached
    end, tighter = (f">= {number(stated.low, wide)} &&", ">") if least else (f"<= {number(stated.high, wide)});", "<")
    faulty = text.replace(f"error {end}", f"error {tighter}{end[2:]}")
    return [Mutant("mutant_tight", "the rounding error's bound one unit tighter", {f"{name}.sv": faulty})]
