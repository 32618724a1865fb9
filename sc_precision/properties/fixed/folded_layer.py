# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the fixed-point layer: weights, products, accumulators, and the controller that feeds them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sc_precision.emit.verilog import convert_modules, convert_variants, module_texts
from sc_precision.gateware.fixed import FixedAlign, FixedWeights
from sc_precision.params import FixedDenseParams
from sc_precision.properties.checker.lemma import Lemma, Mutant, interval_table
from sc_precision.properties.checker.sv import UNROLL_TABLES, header, index_width, number, replace_once
from sc_precision.properties.checker.templates import render
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.dense.folded import LaneWires, folded_control
from sc_precision.properties.dense.words import comparison_width, lane_order, lane_words
from sc_precision.properties.fixed.error import error_lemmas


def fixed_lemmas(layer: LayerClaim[FixedDenseParams], hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about one folded fixed-point layer.

    The weights that the hardware holds against the rational ones, the arithmetic of the accumulator, its error, and the
    order in which the controller does it all.
    """
    p = layer.params
    # Rows with scales of their own are added up on their own grids; their errors are composed in Python alone.
    own = [_align_shift_lemma(layer)] if p.shifts.any() else error_lemmas(layer, hdl)
    wires = LaneWires(
        [("weight", p.weight_width), ("bias", p.row_width)], row_width=p.row_width, align=bool(p.shifts.any())
    )
    below = ("weights", "mac_step", "stage", "align_shift" if p.shifts.any() else "error")
    control = folded_control(p, hdl, wires, below)
    return [_weights_lemma(layer, hdl), _mac_step_lemma(layer, hdl), *own, control]


def _weights_lemma(layer: LayerClaim[FixedDenseParams], hdl: dict[str, str]) -> Lemma:
    """Each lane delivers the rational weights of its outputs, plus the planned rounding errors."""
    p, bounds = layer.params, layer.bounds
    name = f"{p.name}_weights"
    claim = (
        "every weight and bias that a lane delivers differs from the rational one of its output and input by exactly "
        "the planned rounding error"
    )
    weight_bits = comparison_width(p.weight_width, bounds.k, bounds.reference_weights)
    lanes = [lane_words(layer, lane) for lane in range(p.lanes)]
    if p.shifts.any():
        weight_bits = max(weight_bits, comparison_width(0, 0, p.weights) + bounds.k)
        for lane, words in enumerate(lanes):
            words["bias_shift"] = lane_order(p, lane, p.shifts)
            words["weight_shift"] = np.repeat(words["bias_shift"], p.n_in).tolist()
    text = render(
        "properties/templates/fixed_weights.sv.j2",
        name=name,
        claim=claim,
        p=p,
        k=bounds.k,
        lanes=lanes,
        weight_bits=weight_bits,
        bias_bits=comparison_width(p.acc.width, bounds.k, bounds.reference_bias),
    )
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(f"{p.name}_core.v",),
        script=UNROLL_TABLES,
        depth=2,
        mutants=_wrong_words(p, hdl),
    )


def _wrong_words(p: FixedDenseParams, hdl: dict[str, str]) -> tuple[Mutant, ...]:
    """ROMs with one bit of a weight, or of a bias, that is wrong."""
    core = f"{p.name}_core.v"
    modules = module_texts(hdl[core])
    own = {f"{p.name}_weights_{lane}": modules[f"{p.name}_weights_{lane}"] for lane in range(p.lanes)}
    weights, bias = p.weights.copy(), p.bias.copy()
    weights[0, 0] ^= 1 << int(p.shifts[0])
    bias[-1] ^= 1 << int(p.shifts[-1])
    faulty = FixedWeights(replace(p, weights=weights), 0), FixedWeights(replace(p, bias=bias), (p.n_out - 1) % p.lanes)
    flipped, shifted = (
        {core: "\n".join((own | lane).values())} for lane in convert_variants([[lane] for lane in faulty])
    )
    return (
        Mutant("mutant_weight", "last bit of one weight flipped", flipped),
        Mutant("mutant_bias", "last bit of one bias flipped", shifted),
    )


def _mac_step_lemma(layer: LayerClaim[FixedDenseParams], hdl: dict[str, str]) -> Lemma:
    """The accumulator adds exactly, as long as the sum fits; that it fits is the plan's range."""
    p = layer.params
    name = f"{p.name}_mac_step"
    claim = (
        "the accumulator takes (first ? bias : itself) + x * weight exactly, with no overflow inside the planned "
        "range, and 0 at reset"
    )
    low, high = p.row_range
    code_width, weight_width, row_width = p.inputs.format.width, p.weight_width, p.row_width
    wide = max(row_width, code_width + weight_width + 1) + 2
    text = render("properties/templates/fixed_mac.sv.j2", name=name, claim=claim, p=p, wide=wide)
    core = f"{p.name}_core.v"
    mac = module_texts(hdl[core])[f"{p.name}_mac"]
    swapped = replace_once(mac, r"first \? bias : acc", "first ? acc : bias")
    narrow = replace_once(
        mac, rf"enable \? (\w+)\[{row_width - 1}:0\]", rf"enable ? {{ \1[{row_width - 2}], \1[{row_width - 2}:0] }}"
    )
    return Lemma(
        name=name,
        core=p.name,
        property="no overflow",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(core,),
        relies_on={f"{p.name} partial sums": interval_table(low << p.shifts, high << p.shifts)},
        depth=2,
        mutants=(
            Mutant("mutant_first", "bias and accumulator swapped", {core: swapped}),
            Mutant("mutant_narrow", "accumulator one bit too narrow", {core: narrow}),
        ),
    )


def _align_shift_lemma(layer: LayerClaim[FixedDenseParams]) -> Lemma:
    """Each row's sum reaches the accumulator's grid without loss."""
    p = layer.params
    name = f"{p.name}_align_shift"
    claim = "the sum of a row is shifted by exactly the binary places that its scale is coarser than the finest row's"
    index, row, acc = index_width(p.n_out), p.row_width, p.acc.width
    low, high = p.acc_bounds
    wide = acc + 2
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        f"  (* anyseq *) wire signed [{row - 1}:0] row;",
        f"  (* anyseq *) wire [{index - 1}:0] output_index;",
        f"  wire signed [{acc - 1}:0] acc;",
        f"  {p.name}_align dut (.row(row), .output_index(output_index), .acc(acc));",
        "  always @* begin",
    ]
    for output, shift in enumerate(p.shifts.tolist()):
        ends = min(0, low[output] >> shift), max(0, high[output] >> shift)
        lines += [
            f"    if (output_index == {output} && row >= {number(ends[0], row)} && row <= {number(ends[1], row)})",
            f"      row_{output}_is_aligned: assert ($signed({{{{{wide - acc}{{acc[{acc - 1}]}}}}, acc}})",
            f"        == $signed({{{{{wide - row}{{row[{row - 1}]}}}}, row}}) * {number(1 << shift, wide)});",
        ]
    lines += [f"    greatest: cover (row == {number(p.row_range[1], row)});", "  end", "endmodule", ""]
    core = f"{p.name}_core.v"
    shifts = p.shifts.copy()
    place = int(shifts.argmax())
    shifts[place] -= 1
    faulty = convert_modules([FixedAlign(replace(p, row_shifts=shifts))])[f"{p.name}_align"]
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker="\n".join(lines),
        hdl=(core,),
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(Mutant("mutant_shift", "one row shifted by one place less", {core: faulty}),),
    )


__all__ = ["fixed_lemmas"]
