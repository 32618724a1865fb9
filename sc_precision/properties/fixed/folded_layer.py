# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the fixed-point layer: weights, products, accumulators, and the controller that feeds them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sc_precision.emit.verilog import convert_modules, convert_variants, module_texts
from sc_precision.gateware.fixed import FixedAlign, FixedWeights
from sc_precision.params import FixedDenseParams, IntArray, signed_width
from sc_precision.properties.checker.lemma import Lemma, Mutant, interval_table
from sc_precision.properties.checker.sv import UNROLL_TABLES, header, index_width, number, replace_once, table
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.dense.folded import LaneWires, folded_control
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
    """Each lane delivers the rational weights of its outputs, but for the planned rounding errors."""
    p, bounds = layer.params, layer.bounds
    name = f"{p.name}_weights"
    claim = (
        "every weight and bias that a lane delivers differs from the rational one of its output and input by exactly "
        "the planned rounding error"
    )
    depth, address, passes = p.passes * p.n_in, index_width(p.passes * p.n_in), index_width(p.passes)
    # Units of 2**-k of a weight's, and of the accumulator's, last place.
    weight_width = max(p.weight_width + bounds.k, signed_width(*_ends(bounds.reference_weights))) + 1
    bias_width = max(p.acc.width + bounds.k, signed_width(*_ends(bounds.reference_bias))) + 1
    scaled = bool(p.shifts.any())
    if scaled:
        weight_width = max(weight_width, signed_width(*_ends(p.weights)) + bounds.k + 1)
    lines = [header(name, claim), f"module {name}_check(input wire clk);"]
    lines += [
        "  (* anyseq *) wire rst;",
        f"  (* anyseq *) wire [{address - 1}:0] address;",
        f"  (* anyseq *) wire [{passes - 1}:0] pass_index;",
        f"  reg [{address - 1}:0] address_before;",
        "  reg started = 0;",
        "  always @(posedge clk) begin",
        "    started <= 1;",
        "    address_before <= address;",
        "  end",
    ]
    for lane in range(p.lanes):
        rows = p.lane_outputs(lane)
        zeros = [0] * p.n_in
        exact = [w for o in rows for w in (bounds.reference_weights[o].tolist() if o is not None else zeros)]
        error = [w for o in rows for w in (bounds.weight_error[o].tolist() if o is not None else zeros)]
        wide_weight, wide_bias = f"weight_{lane}_wide", f"bias_{lane}_wide"
        if scaled:
            shifts = [int(p.shifts[o]) if o is not None else 0 for o in rows]
            lines += [
                table(f"weight_{lane}_shift", np.repeat(shifts, p.n_in).tolist(), 8, address),
                table(f"bias_{lane}_shift", shifts, 8, passes),
            ]
            wide_weight = f"({wide_weight} <<< weight_{lane}_shift(address_before))"
            wide_bias = f"({wide_bias} <<< bias_{lane}_shift(pass_index))"
        exact_bias = [int(bounds.reference_bias[o]) if o is not None else 0 for o in rows]
        error_bias = [int(bounds.bias_error[o]) if o is not None else 0 for o in rows]
        lines += [
            table(f"weight_{lane}_exact", exact, weight_width, address),
            table(f"weight_{lane}_error", error, weight_width, address),
            table(f"bias_{lane}_exact", exact_bias, bias_width, passes),
            table(f"bias_{lane}_error", error_bias, bias_width, passes),
            f"  wire signed [{p.weight_width - 1}:0] weight_{lane};",
            f"  wire signed [{p.row_width - 1}:0] bias_{lane};",
            f"  wire signed [{weight_width - 1}:0] weight_{lane}_wide = weight_{lane};",
            f"  wire signed [{bias_width - 1}:0] bias_{lane}_wide = bias_{lane};",
            f"  {p.name}_weights_{lane} lane_{lane} (.clk(clk), .rst(rst), .address(address),",
            f"    .pass_index(pass_index), .weight(weight_{lane}), .bias(bias_{lane}));",
            "  always @* begin",
            f"    if (started && address_before < {depth})",
            f"      weight_{lane}_is_near: assert (({wide_weight} <<< {bounds.k})",
            f"        - weight_{lane}_exact(address_before) == weight_{lane}_error(address_before));",
            f"    if (pass_index < {p.passes})",
            f"      bias_{lane}_is_near: assert (({wide_bias} <<< {bounds.k})",
            f"        - bias_{lane}_exact(pass_index) == bias_{lane}_error(pass_index));",
            "  end",
        ]
    lines += [f"  always @* last_is_read: cover (started && address_before == {depth - 1});"]
    lines += ["endmodule", ""]
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
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker="\n".join(lines),
        hdl=(core,),
        script=UNROLL_TABLES,
        depth=2,
        mutants=(
            Mutant("mutant_weight", "last bit of one weight flipped", flipped),
            Mutant("mutant_bias", "last bit of one bias flipped", shifted),
        ),
    )


def _ends(codes: IntArray) -> tuple[int, int]:
    return int(codes.min()), int(codes.max())


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
    signed = "signed " if p.inputs.format.signed else ""
    x = "x" if p.inputs.format.signed else "{1'b0, x}"
    text = "\n".join(
        [
            header(name, claim),
            f"module {name}_check(input wire clk);",
            f"  (* anyseq *) wire {signed}[{code_width - 1}:0] x;",
            f"  (* anyseq *) wire signed [{weight_width - 1}:0] weight;",
            f"  (* anyseq *) wire signed [{row_width - 1}:0] bias;",
            "  (* anyseq *) wire first, enable, rst;",
            f"  wire signed [{row_width - 1}:0] acc;",
            f"  wire signed [{code_width}:0] x_signed = {x};",
            f"  wire signed [{wide - 1}:0] sum = (first ? bias : acc) + x_signed * weight;",
            f"  reg signed [{wide - 1}:0] expected = 0;",
            "  reg known = 0;",
            f"  {p.name}_mac dut (.clk(clk), .rst(rst), .x(x), .weight(weight), .bias(bias), .first(first),",
            "    .enable(enable), .acc(acc));",
            "  always @(posedge clk) begin",
            f"    known <= rst || (enable ? sum >= {number(low, wide)} && sum <= {number(high, wide)} : known);",
            "    if (rst) expected <= 0;",
            "    else if (enable) expected <= sum;",
            "  end",
            "  always @* if (known) sum_is_exact: assert (acc == expected);",
            f"  always @* greatest: cover (known && expected == {number(high, wide)});",
            f"  always @* least: cover (known && expected == {number(low, wide)});",
            "endmodule",
            "",
        ]
    )
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
