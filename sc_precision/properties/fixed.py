# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the fixed-point layer: weights, products, accumulators, and the controller that feeds them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sc_precision.emit.verilog import convert_modules, convert_variants, module_texts
from sc_precision.gateware.fixed import FixedAlign, FixedWeights
from sc_precision.params import FixedDenseParams, IntArray, signed_width
from sc_precision.plan.result import LayerPlan
from sc_precision.properties.fixed_error import error_lemmas
from sc_precision.properties.lemma import Lemma, Mutant, interval_table, turn_out
from sc_precision.properties.protocol import protocol_mutants, stall_check
from sc_precision.properties.sv import header, index_width, number, replace_once, table


def fixed_lemmas(layer: LayerPlan, hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about one folded fixed-point layer.

    Parameters
    ----------
    layer : LayerPlan
        With `FixedDenseParams`.
    hdl : dict of str to str
        The emitted files.

    Returns
    -------
    list of Lemma
        The weights that the hardware holds against the rational ones, the arithmetic of the accumulator, its error,
        and the order in which the controller does it all.
    """
    p = _params(layer)
    # Rows with scales of their own are added up on their own grids; their errors are composed in Python alone.
    own = [_align(layer)] if p.shifts.any() else error_lemmas(layer, hdl)
    return [_weights(layer, hdl), _mac(layer, hdl), *own, _control(layer, hdl)]


def _params(layer: LayerPlan) -> FixedDenseParams:
    assert isinstance(layer.params, FixedDenseParams)
    return layer.params


def _weights(layer: LayerPlan, hdl: dict[str, str]) -> Lemma:
    """Each lane delivers the rational weights of its outputs, but for the planned rounding errors."""
    p, bounds = _params(layer), layer.bounds
    name = f"{p.name}_weights"
    claim = (
        "every weight and bias that a lane delivers differs from the rational one of its output and input by exactly "
        "the planned rounding error"
    )
    depth, address, passes = p.passes * p.n_in, index_width(p.passes * p.n_in), index_width(p.passes)
    # Units of 2**-k of a weight's, and of the accumulator's, last place.
    ww = max(p.weight_width + bounds.k, signed_width(*_ends(bounds.reference_weights))) + 1
    bw = max(p.acc.width + bounds.k, signed_width(*_ends(bounds.reference_bias))) + 1
    scaled = bool(p.shifts.any())
    if scaled:
        ww = max(ww, signed_width(*_ends(p.weights)) + bounds.k + 1)
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
            table(f"weight_{lane}_exact", exact, ww, address),
            table(f"weight_{lane}_error", error, ww, address),
            table(f"bias_{lane}_exact", exact_bias, bw, passes),
            table(f"bias_{lane}_error", error_bias, bw, passes),
            f"  wire signed [{p.weight_width - 1}:0] weight_{lane};",
            f"  wire signed [{p.row_width - 1}:0] bias_{lane};",
            f"  wire signed [{ww - 1}:0] weight_{lane}_wide = weight_{lane};",
            f"  wire signed [{bw - 1}:0] bias_{lane}_wide = bias_{lane};",
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
        script=("memory_map -rom-only", "opt_clean"),
        depth=2,
        mutants=(
            Mutant("mutant_weight", "last bit of one weight flipped", flipped),
            Mutant("mutant_bias", "last bit of one bias flipped", shifted),
        ),
    )


def _ends(codes: IntArray) -> tuple[int, int]:
    return int(codes.min()), int(codes.max())


def _mac(layer: LayerPlan, hdl: dict[str, str]) -> Lemma:
    """The accumulator adds exactly, as long as the sum fits; that it fits is the plan's range."""
    p = _params(layer)
    name = f"{p.name}_mac_step"
    claim = (
        "the accumulator takes (first ? bias : itself) + x * weight exactly, with no overflow inside the planned "
        "range, and 0 at reset"
    )
    low, high = p.row_range
    xw, ww, aw = p.inputs.format.width, p.weight_width, p.row_width
    wide = max(aw, xw + ww + 1) + 2
    signed = "signed " if p.inputs.format.signed else ""
    x = "x" if p.inputs.format.signed else "{1'b0, x}"
    text = "\n".join(
        [
            header(name, claim),
            f"module {name}_check(input wire clk);",
            f"  (* anyseq *) wire {signed}[{xw - 1}:0] x;",
            f"  (* anyseq *) wire signed [{ww - 1}:0] weight;",
            f"  (* anyseq *) wire signed [{aw - 1}:0] bias;",
            "  (* anyseq *) wire first, enable, rst;",
            f"  wire signed [{aw - 1}:0] acc;",
            f"  wire signed [{xw}:0] x_signed = {x};",
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
    narrow = replace_once(mac, rf"enable \? (\\\$\d+ )\[{aw - 1}:0\]", rf"enable ? {{ \1[{aw - 2}], \1[{aw - 2}:0] }}")
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


def _align(layer: LayerPlan) -> Lemma:
    """Each row's sum reaches the accumulator's grid without loss."""
    p = _params(layer)
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


def _control(layer: LayerPlan, hdl: dict[str, str]) -> Lemma:
    """Order of everything that the layer does, against a counter of its own."""
    p = _params(layer)
    name = f"{p.name}_control"
    claim = (
        "every accepted vector is multiplied code by code, pass by pass, in order and once; results leave in order, "
        "stable under stall, with last on the last; frame_error tells a misplaced last"
    )
    n, lanes, passes, outputs = p.n_in, p.lanes, p.passes, p.n_out
    iw, aw, pw = index_width(n), index_width(passes * n), index_width(passes)
    xw, cw, acc = p.inputs.format.width, p.output.format.width, p.row_width
    last_lanes = outputs - (passes - 1) * lanes
    connect, declare, checks, models = [], [], [], []
    for j in range(lanes):
        connect += [
            f".\\weights_{j}.clk (clks_{j}[0]), .\\weights_{j}.rst (rsts_{j}[0]),",
            f"    .\\mac_{j}.clk (clks_{j}[1]), .\\mac_{j}.rst (rsts_{j}[1]),",
            f"    .\\weights_{j}.address (address_{j}), .\\weights_{j}.pass_index (pass_{j}),",
            f"    .\\weights_{j}.weight (weight_{j}), .\\weights_{j}.bias (bias_{j}),",
            f"    .\\mac_{j}.x (x_{j}), .\\mac_{j}.weight (mac_weight_{j}), .\\mac_{j}.bias (mac_bias_{j}),",
            f"    .\\mac_{j}.first (first_{j}), .\\mac_{j}.enable (enable_{j}), .\\mac_{j}.acc (acc_{j}),",
        ]
        declare += [
            f"  wire [1:0] clks_{j}, rsts_{j};",
            f"  wire [{aw - 1}:0] address_{j};",
            f"  wire [{pw - 1}:0] pass_{j};",
            f"  (* anyseq *) wire [{p.weight_width - 1}:0] weight_{j};",
            f"  (* anyseq *) wire [{acc - 1}:0] bias_{j}, next_{j};",
            f"  wire [{p.weight_width - 1}:0] mac_weight_{j};",
            f"  wire [{acc - 1}:0] mac_bias_{j};",
            f"  wire [{xw - 1}:0] x_{j};",
            f"  wire first_{j}, enable_{j};",
            f"  reg [{acc - 1}:0] acc_{j} = 0;",
        ]
        models += [f"    if (enable_{j} || rst) acc_{j} <= next_{j};"]
        checks += [
            f"    reset_{j}: assert (clks_{j} == {{2{{clk}}}} && rsts_{j} == {{2{{rst}}}});",
            f"    wiring_{j}: assert (mac_weight_{j} == weight_{j} && mac_bias_{j} == bias_{j});",
            f"    enable_{j}_in_time: assert (enable_{j} == (step == 2));",
            "    if (step == 2) begin",
            f"      address_{j}_in_order: assert (address_before_{j} == pass * {n} + index);",
            f"      pass_{j}_in_order: assert (pass_{j} == pass);",
            f"      first_{j}_in_order: assert (first_{j} == (index == 0));",
            f"      if (index == watched) code_{j}_is_the_accepted: assert (x_{j} == watched_code);",
            "    end",
            "    if (step == 1 || more)",
            f"      address_{j}_ahead: assert (address_{j} == pass * {n} + (step == 1 ? 0 : index + 1));",
        ]
        declare += [f"  reg [{aw - 1}:0] address_before_{j} = 0;"]
        models += [f"    address_before_{j} <= address_{j};"]
    leaves, align, assumed = "stage_acc", [], [f"{p.name}_weights", f"{p.name}_mac_step", f"{p.name}_stage"]
    if not p.shifts.any():
        assumed.append(f"{p.name}_error")
    else:
        leaves, align = "align_row", [f"{p.name}_align"]
        assumed.append(f"{p.name}_align_shift")
        connect.append(".\\align.row (align_row), .\\align.output_index (align_output), .\\align.acc (align_acc),")
        declare += [
            f"  wire [{acc - 1}:0] align_row;",
            f"  wire [{index_width(outputs) - 1}:0] align_output;",
            f"  (* anyseq *) wire [{p.acc.width - 1}:0] align_acc;",
        ]
        checks.append("    align_wired: assert (stage_acc == align_acc && align_output == dut_output);")
    select = "\n".join(f"      if (lane == {j}) result_{j}_leaves: assert ({leaves} == acc_{j});" for j in range(lanes))
    words = "".join(f",\n    .\\inputs[{i}] (word_{i})" for i in range(n))
    memory = "\n".join(
        f"    if (watched == {i} && (step != 0 || index > {i})) word_{i}_kept: assert (word_{i} == watched_code);"
        for i in range(n)
    )
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
  (* anyseq *) wire [{xw - 1}:0] in_code;
  (* anyseq *) wire in_last, in_valid, out_ready, rst;
  (* anyconst *) wire [{iw - 1}:0] watched;
  always @* assume (watched < {n});
  wire in_ready, out_valid, frame_error;
  wire [{cw}:0] out_payload;
  wire [{p.acc.width - 1}:0] stage_acc;
  wire [1:0] state;
  wire [{iw - 1}:0] dut_index;
  wire [{pw - 1}:0] dut_pass;
  wire [{index_width(lanes) - 1}:0] dut_lane;
  wire [{index_width(outputs) - 1}:0] dut_output;
  wire [{xw - 1}:0] {", ".join(f"word_{i}" for i in range(n))};
  (* anyseq *) wire [{cw - 1}:0] stage_code;
{chr(10).join(declare)}
  {p.name} dut (.clk(clk), .rst(rst), .i__payload({{in_last, in_code}}), .i__valid(in_valid), .i__ready(in_ready),
    .o__payload(out_payload), .o__valid(out_valid), .o__ready(out_ready), .frame_error(frame_error),
    {chr(10).join(connect)}
    .\\stage.acc (stage_acc), .\\stage.code (stage_code), .state(state), .index(dut_index), .pass_index(dut_pass),
    .lane_index(dut_lane), .output_index(dut_output){words});

  // What should be happening: 0 loading, 1 first address, 2 product `index` of `pass`, 3 waiting for it, 4 results.
  reg [2:0] step = 0;
  reg [{iw}:0] index = 0;
  reg [{pw}:0] pass = 0;
  reg [{index_width(lanes)}:0] lane = 0;
  reg [{xw - 1}:0] watched_code = 0;
  reg misplaced = 0;
  wire more = step == 2 && index != {n - 1};
  wire last_lane = lane == (pass == {passes - 1} ? {last_lanes - 1} : {lanes - 1});
  always @(posedge clk) begin
{chr(10).join(models)}
    case (step)
      0: if (in_valid) begin
        if (index == watched) watched_code <= in_code;
        if (in_last != (index == {n - 1})) misplaced <= 1;
        index <= index == {n - 1} ? 0 : index + 1;
        if (index == {n - 1}) step <= 1;
      end
      1: step <= 2;
      2: begin
        index <= index == {n - 1} ? 0 : index + 1;
        if (index == {n - 1}) step <= 4;
      end
      default: if (out_ready) begin
        lane <= last_lane ? 0 : lane + 1;
        if (last_lane) begin
          pass <= pass == {passes - 1} ? 0 : pass + 1;
          step <= pass == {passes - 1} ? 0 : 1;
        end
      end
    endcase
    if (rst) begin
      step <= 0;
      index <= 0;
      pass <= 0;
      lane <= 0;
      misplaced <= 0;
    end
  end

  // The layer's own registers, tied to the counters above so that induction closes.
  always @* begin
    state_follows: assert (state == (step == 1 || more ? 1 : step == 2 ? 2 : step == 4 ? 3 : 0));
    index_follows: assert (dut_index == (step == 0 ? index : more ? index + 1 : 0));
    pass_follows: assert (dut_pass == pass);
    lane_follows: assert (dut_lane == lane && dut_output == pass * {lanes} + lane);
    if (step == 0) address_starts: assert (address_0 == 0);
    if (step == 4 || (step == 2 && !more))
      address_waits: assert (address_0 == (pass == {passes - 1} ? {passes * n % (1 << aw)} : (pass + 1) * {n}));
{memory}
    ready_while_loading: assert (in_ready == (step == 0));
    valid_with_results: assert (out_valid == (step == 4));
    error_is_reported: assert (frame_error == misplaced);
    in_range: assert (step <= 4 && step != 3 && index < {n} && pass < {passes} && lane < {lanes});
    if (step != 4) lane_starts: assert (lane == 0);
    if (step == 0) pass_starts: assert (pass == 0);
    if (step == 1 || step == 4) index_starts: assert (index == 0);
    if (pass == {passes - 1}) lane_exists: assert (lane < {last_lanes});
    if (step == 4) begin
      code_from_stage: assert (out_payload[{cw - 1}:0] == stage_code);
      last_on_last: assert (out_payload[{cw}] == (pass == {passes - 1} && lane == {last_lanes - 1}));
{select}
    end
{chr(10).join(checks)}
  end
{stall_check(p, leaves)}"""
    file, core = f"{p.name}.v", f"{p.name}_core.v"
    return Lemma(
        name=name,
        core=p.name,
        property="stream protocol",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(file, core),
        prepare=turn_out(
            p.name,
            f"{p.name}_mac",
            f"{p.name}_weights_*",
            f"{p.name}_stage",
            *align,
            show=("state", "index", "pass_index", "lane_index", "output_index", "inputs[*]"),
        ),
        assumes=tuple(assumed),
        depth=2,
        engines=("smtbmc bitwuzla", "smtbmc z3"),
        mutants=protocol_mutants(p, hdl[file]),
    )


__all__ = ["fixed_lemmas"]
