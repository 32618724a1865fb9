# SPDX-License-Identifier: Apache-2.0
"""Lemma about the controller of layers that are folded over their outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sc_precision.params import BlockFloatDenseParams, FixedDenseParams
from sc_precision.properties.checker.lemma import Lemma, turn_out
from sc_precision.properties.checker.sv import header, index_width
from sc_precision.properties.dense.protocol import protocol_mutants, stall_check


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
        Whether the weights are told which words are used.
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
        Names of the lemmas about what is below: the modules keep still unless they are told otherwise.
    """
    name = f"{p.name}_control"
    claim = (
        "every accepted vector is multiplied code by code, pass by pass, in order and once; results leave in order, "
        "stable under stall, with last on the last; frame_error tells a misplaced last"
    )
    n, lanes, passes, outputs = p.n_in, p.lanes, p.passes, p.n_out
    iw, aw, pw = index_width(n), index_width(passes * n), index_width(passes)
    xw, cw, acc = p.inputs.format.width, p.output.format.width, lane.row_width
    last_lanes = outputs - (passes - 1) * lanes
    # Waiting for the last sum: none, or a cycle of its own.
    after_last, waiting = (3, "") if lane.settling else (4, " && step != 3")
    states = "step == 3 ? 3 : step == 4 ? 4" if lane.settling else "step == 4 ? 3"
    connect, declare, checks, models = [], [], [], []
    for j in range(lanes):
        connect += [
            f".\\weights_{j}.clk (clks_{j}[0]), .\\weights_{j}.rst (rsts_{j}[0]),",
            f"    .\\mac_{j}.clk (clks_{j}[1]), .\\mac_{j}.rst (rsts_{j}[1]),",
            f"    .\\weights_{j}.address (address_{j}), .\\weights_{j}.pass_index (pass_{j}),",
            *(f"    .\\weights_{j}.{w} ({w}_{j}), .\\mac_{j}.{w} (mac_{w}_{j})," for w, _ in lane.wires),
            f"    .\\mac_{j}.x (x_{j}), .\\mac_{j}.first (first_{j}), .\\mac_{j}.enable (enable_{j}),",
            f"    .\\mac_{j}.acc (acc_{j}),",
        ]
        declare += [
            f"  wire [1:0] clks_{j}, rsts_{j};",
            f"  wire [{aw - 1}:0] address_{j};",
            f"  wire [{pw - 1}:0] pass_{j};",
            *(f"  (* anyseq *) wire [{width - 1}:0] {w}_{j};" for w, width in lane.wires),
            *(f"  wire [{width - 1}:0] mac_{w}_{j};" for w, width in lane.wires),
            f"  (* anyseq *) wire [{acc - 1}:0] next_{j};",
            f"  wire [{xw - 1}:0] x_{j};",
            f"  wire first_{j}, enable_{j};",
            f"  reg [{acc - 1}:0] acc_{j} = 0;",
        ]
        wired = " && ".join(f"mac_{w}_{j} == {w}_{j}" for w, _ in lane.wires)
        checks += [
            f"    reset_{j}: assert (clks_{j} == {{2{{clk}}}} && rsts_{j} == {{2{{rst}}}});",
            f"    wiring_{j}: assert ({wired});",
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
        changes = f"enable_{j}"
        if lane.settling:
            # The sum of a segment is added in the cycle after its last product.
            changes += f" || enabled_{j}"
            declare.append(f"  reg enabled_{j} = 0;")
            models.append(f"    enabled_{j} <= enable_{j} && !rst;")
            checks.append(f"    if (step == 4) settled_{j}: assert (!enabled_{j});")
        if lane.used:
            connect.append(f"    .\\weights_{j}.used (used_{j}),")
            declare.append(f"  wire used_{j};")
            checks.append(f"    used_{j}_are_the_enabled: assert (used_{j} == enable_{j});")
        models.append(f"    if ({changes} || rst) acc_{j} <= next_{j};")
    leaves, align = "stage_acc", []
    if lane.align:
        leaves, align = "align_row", [f"{p.name}_align"]
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
  wire [{lane.settling + 1}:0] state;
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
        if (index == {n - 1}) step <= {after_last};
      end
      3: step <= 4;
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
    state_follows: assert (state == (step == 1 || more ? 1 : step == 2 ? 2 : {states} : 0));
    index_follows: assert (dut_index == (step == 0 ? index : more ? index + 1 : 0));
    pass_follows: assert (dut_pass == pass);
    lane_follows: assert (dut_lane == lane && dut_output == pass * {lanes} + lane);
    if (step == 0) address_starts: assert (address_0 == 0);
    if (step >= 3 || (step == 2 && !more))
      address_waits: assert (address_0 == (pass == {passes - 1} ? {passes * n % (1 << aw)} : (pass + 1) * {n}));
{memory}
    ready_while_loading: assert (in_ready == (step == 0));
    valid_with_results: assert (out_valid == (step == 4));
    error_is_reported: assert (frame_error == misplaced);
    in_range: assert (step <= 4{waiting} && index < {n} && pass < {passes} && lane < {lanes});
    if (step != 4) lane_starts: assert (lane == 0);
    if (step == 0) pass_starts: assert (pass == 0);
    if (step == 1 || step >= 3) index_starts: assert (index == 0);
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
