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
from sc_precision.properties.checker.sv import header, number, replace_once
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
    low, high, tie = stated.low, stated.high, stated.tie
    claim = (
        f"the output code is the {'rectified ' if relu else ''}accumulator but for a rounding error of {low} to {high} "
        f"accumulator units{f', ties {tie.word}' if tie else ''}, saturated at its ends, and each output stays in the "
        "range that what follows relies on"
    )
    width = max(p.acc.width, p.output.format.width + p.shift + 1) + 2
    span = min(acc[0].tolist()), max(acc[1].tolist())
    plain, unsigned = "code", "{1'b0, code}"
    codes = number(p.output.low, width), number(p.output.high, width)
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        f"  (* anyseq *) wire signed [{p.acc.width - 1}:0] acc;",
        f"  wire {'signed ' if p.output.format.signed else ''}[{p.output.format.width - 1}:0] code;",
        f"  wire signed [{width - 1}:0] value = {'acc < 0 ? 0 : acc' if relu else 'acc'};",
        f"  wire signed [{width - 1}:0] result = {plain if p.output.format.signed else unsigned};",
        f"  wire signed [{width - 1}:0] error = (result <<< {p.shift}) - value;",
        f"  {p.name}_stage dut (.acc(acc), .code(code));",
        "  always @* begin",
        f"    code_in_range: assert (result >= {codes[0]} && result <= {codes[1]});",
        f"    if (value > ({codes[1]} <<< {p.shift})) saturates_high: assert (result == {codes[1]});",
    ]
    if not relu or p.output.low > 0:  # nothing rectified is below 0
        lines.append(f"    else if (value < ({codes[0]} <<< {p.shift})) saturates_low: assert (result == {codes[0]});")
    lines += [
        "    else begin",
        f"      error_is_rounding: assert (error >= {number(low, width)} && error <= {number(high, width)});",
    ]
    if tie:
        ends = f"error == {number(-stated.half, width)} || error == {number(stated.half, width)}"
        holds = tie.holds.format(code="result", value="value", error="error")
        lines.append(f"      if ({ends}) {stated.label}: assert ({holds});")
    lines.append("    end")
    limits = zip(*(ends.tolist() for ends in (*acc, *follows)), strict=True)
    for output, (acc_low, acc_high, code_low, code_high) in enumerate(limits):
        lines += [
            f"    if (acc >= {number(acc_low, width)} && acc <= {number(acc_high, width)}) output_{output}_in_range:",
            f"      assert (result >= {number(code_low, width)} && result <= {number(code_high, width)});",
        ]
    lines += [
        f"    least: cover (acc == {number(span[0], width)});",
        f"    greatest: cover (acc == {number(span[1], width)});",
        "  end",
        "endmodule",
        "",
    ]
    text = "\n".join(lines)
    file = f"{p.name}.v"
    faults: list[tuple[str, str, DenseParams]] = []
    mutants: list[Mutant] = []
    if p.shift == 1 and p.rounding is not Rounding.TRUNCATE:
        # Of a single place both neighbours are half a code away, so that truncation is a rounding to nearest.
        stage = convert_modules([OutputStage(p)])[f"{p.name}_stage"]
        faulty = replace_once(stage, r">>> 1'h1", ">>> 1'h0")
        mutants.append(Mutant("mutant_rounding", "keeps the place that it should drop", {file: faulty}))
    elif p.shift and relu and p.acc.code_max <= (1 << p.shift) // 2:
        # No accumulator is beyond half a code, so that all become 0, however they are rounded.
        stage = convert_modules([OutputStage(p)])[f"{p.name}_stage"]
        faulty = replace_once(stage, r"(code(?: \})? = )[^?;]+\?", r"\g<1>1'h1 ?")
        mutants.append(Mutant("mutant_rounding", "is always the greatest code", {file: faulty}))
    elif p.shift:
        other = Rounding.NEAREST_EVEN if p.rounding is Rounding.TRUNCATE else Rounding.TRUNCATE
        faults.append(("mutant_rounding", f"rounds by {other.value}", replace(p, rounding=other)))
    closest = _other_ties(p)
    if closest is not None:
        faults.append(("mutant_tie", f"rounds ties as {closest.value} does", replace(p, rounding=closest)))
    if p.output.high > 0 and int(output_stage(p, acc[1]).max()) == p.output.high:
        early = replace(p, output=replace(p.output, high=p.output.high // 2))
        faults.append(("mutant_saturation", "saturates at half its range", early))
    texts = convert_variants([[OutputStage(params)] for _, _, params in faults])
    mutants += [
        Mutant(task, fault, {file: module[f"{p.name}_stage"]})
        for (task, fault, _), module in zip(faults, texts, strict=True)
    ]
    if (p.shift or not mutants) and p.output.low <= 0 < p.output.high and -low <= p.acc.code_max:
        # Half a step, or the last accumulator below a whole one, becomes 0 or else 1: an end of the error is reached.
        least = int(output_stage(p, np.array([-low]))[0]) == 0
        end, tighter = (f">= {number(low, width)} &&", ">") if least else (f"<= {number(high, width)});", "<")
        faulty = text.replace(f"error {end}", f"error {tighter}{end[2:]}")
        mutants.append(Mutant("mutant_tight", "the rounding error's bound one unit tighter", {f"{name}.sv": faulty}))
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(file,),
        asserts={f"{p.name} output codes": interval_table(*follows)},
        relies_on={f"{p.name} accumulators": interval_table(*acc)},
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        engines=("smtbmc bitwuzla", "smtbmc z3"),
        mutants=tuple(mutants),
    )
