# SPDX-License-Identifier: Apache-2.0
"""Lemma about the controller of a layer that can be stopped early: when a run ends, and what its results are."""

from __future__ import annotations

from dataclasses import replace

from sc_precision.emit.verilog import convert_modules, module_texts
from sc_precision.gateware.progressive import ProgressiveDense
from sc_precision.gateware.stochastic import ramp_port, stream_port
from sc_precision.params import ProgressiveDenseParams
from sc_precision.plan.result import LayerPlan
from sc_precision.properties.lemma import Lemma, Mutant, turn_out
from sc_precision.properties.protocol import protocol_mutants, stall_check
from sc_precision.properties.sv import header, index_width, number, replace_once


def progressive_control(layer: LayerPlan, hdl: dict[str, str], assumes: tuple[str, ...]) -> Lemma:
    """The order of everything that the layer does, against counters of its own.

    Parameters
    ----------
    layer : LayerPlan
        With `ProgressiveDenseParams`.
    hdl : dict of str to str
        The emitted files.
    assumes : tuple of str
        Lemmas about the streams, rows and output stage, which are left out of this one.
    """
    p, b = layer.params, layer.bounds
    assert isinstance(p, ProgressiveDenseParams)
    name = f"{p.name}_control"
    claim = (
        "every accepted vector is held while its streams run to the least power of two of cycles beyond the first "
        "stop, or whole; each result is its row's sum times Lmax over the cycles that ran, plus a bias; results leave "
        "in order, stable under stall, with last on the last; frame_error tells a misplaced last"
    )
    n, outputs, m = p.n_in, p.n_out, p.max_log2
    iw, ow, tw, ew = index_width(n), index_width(outputs), max(1, m), p.log2_width
    xw, cw, acc, row = p.inputs.format.width, p.output.format.width, p.acc.width, p.row_format.width
    wide = max(row + m, acc) + 2
    ramps = [ramp_port(*ramp) for ramp in p.ramps]
    weights = [stream_port(*stream) for stream in p.streams]
    declare, connect, checks, models, selected = [], [], [], [], []
    for port in (*ramps, *weights):
        declare.append(f"  (* anyseq *) wire {port};")
        connect.append(f"    .\\streams.{port} ({port}),")
    for o in range(outputs):
        synapses = [(group.length_log2, i) for group in p.row_groups(o) for i in group.inputs]
        count = len(synapses)
        below = p.bipolar * count << m
        start = ((int(b.reference_bias[o]) + int(b.bias_error[o])) >> b.k) - below
        declare += [
            f"  wire [{max(1, count) - 1}:0] x_{o}, w_{o};",
            f"  wire clk_{o}, rst_{o}, clear_{o}, enable_{o};",
            f"  (* anyseq *) wire signed [{row - 1}:0] next_{o};",
            f"  reg signed [{row - 1}:0] acc_{o} = 0;",
            f"  wire signed [{wide - 1}:0] acc_{o}_wide = acc_{o};",
            f"  wire signed [{wide - 1}:0] result_{o} = (acc_{o}_wide <<< ({m} - ran)) + {number(start, wide)};",
        ]
        ports = ("clk", "rst", "x", "w", "clear", "enable", "acc")
        connect.append("    " + " ".join(f".\\row_{o}.{port} ({port}_{o})," for port in ports))
        # A row's accumulator may move until the cycle after its last enabled one; that is what the rows' lemma says.
        models.append(f"    if (step != 3 || rst) acc_{o} <= next_{o};")
        checks.append(f"    row_{o}_reset: assert (clk_{o} == clk && rst_{o} == rst);")
        checks.append(f"    row_{o}_in_time: assert (clear_{o} == (step == 0) && enable_{o} == (step == 1));")
        if count:
            x = ", ".join(ramp_port(log2, i) for log2, i in reversed(synapses))
            w = ", ".join(stream_port(log2, int(p.stream_ones[o, i])) for log2, i in reversed(synapses))
            checks.append(f"    row_{o}_gets_its_streams: assert (x_{o} == {{{x}}} && w_{o} == {{{w}}});")
        # Modulo the accumulator's width; `rows` and the planned ranges say that nothing is lost.
        selected.append(f"      if (out == {o}) result_{o}_leaves: assert (stage_acc == result_{o}[{acc - 1}:0]);")
    kept = [
        f"    if (watched == {i} && (step != 0 || index > {i}))"
        f" code_{i}_kept: assert (codes[{(i + 1) * xw - 1}:{i * xw}] == watched_code);"
        for i in range(n)
    ]
    newline = "\n"
    stages = p.popcount_stages
    dw = index_width(stages + 1)
    declare_drain = f"  wire [{dw - 1}:0] dut_drain;\n  reg [{dw}:0] drain = 0;\n" * bool(stages)
    drained = f"if (drain == {stages}) begin drain <= 0; step <= 3; end else drain <= drain + 1;"
    check_drain = (
        f"    drain_follows: assert (dut_drain == drain && drain <= {stages});\n"
        "    if (step != 2) drain_starts: assert (drain == 0);\n"
    ) * bool(stages)
    reached = " + ".join(f"(t + 1 >= {2 << j})" for j in range(m)) or "0"
    powers = " || ".join(f"goal == {1 << j}" for j in range(m + 1))
    least = "".join(f"at < {1 << j} ? {1 << j} : " for j in range(m)) + f"{1 << m}"
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
  (* anyseq *) wire [{xw - 1}:0] in_code;
  (* anyseq *) wire in_last, in_valid, out_ready, stop, rst;
  (* anyconst *) wire [{iw - 1}:0] watched;
  always @* assume (watched < {n});
  wire in_ready, out_valid, frame_error;
  wire [{cw}:0] out_payload;
  wire [{acc - 1}:0] stage_acc;
  (* anyseq *) wire [{cw - 1}:0] stage_code;
  wire [{ew - 1}:0] estimate;
  wire [1:0] state;
  wire dut_stopping;
  wire [{iw - 1}:0] dut_index;
  wire [{ow - 1}:0] dut_output;
  wire [{tw - 1}:0] cycle;
  wire [{n * xw - 1}:0] codes;
  // log2 of the cycles that the latest vector has run.
  reg [{ew - 1}:0] ran = 0;
{declare_drain}{newline.join(declare)}
  {p.name} dut (.clk(clk), .rst(rst), .i__payload({{in_last, in_code}}), .i__valid(in_valid), .i__ready(in_ready),
    .o__payload(out_payload), .o__valid(out_valid), .o__ready(out_ready), .frame_error(frame_error), .stop(stop),
    .estimate_log2(estimate),
{newline.join(connect)}
    .\\streams.cycle (cycle), .\\streams.codes (codes), .\\stage.acc (stage_acc), .\\stage.code (stage_code),
    .state(state), .index(dut_index), .output_index(dut_output),
    .stopping(dut_stopping){", .drain(dut_drain)" * bool(stages)});

  // The least power of two above cycle `at`.
  function [{tw + 1}:0] beyond(input [{tw + 1}:0] at);
    beyond = {least};
  endfunction
  // What should be happening: 0 loading, 1 cycle `t` of `goal`, 2 waiting for the rows, 3 results.
  reg [1:0] step = 0;
  reg [{iw}:0] index = 0;
  reg [{tw + 1}:0] t = 0, goal = {1 << m};
  reg [{ow}:0] out = 0;
  reg [{xw - 1}:0] watched_code = 0;
  reg misplaced = 0, asked = 0;
  wire [{tw + 1}:0] next_goal = stop && !asked ? beyond(t) : goal;
  wire ends = t + 1 == next_goal;
  always @(posedge clk) begin
{newline.join(models)}
    case (step)
      0: if (in_valid) begin
        if (index == watched) watched_code <= in_code;
        if (in_last != (index == {n - 1})) misplaced <= 1;
        index <= index == {n - 1} ? 0 : index + 1;
        if (index == {n - 1}) step <= 1;
      end
      1: begin
        t <= ends ? 0 : t + 1;
        goal <= ends ? {1 << m} : next_goal;
        asked <= !ends && (asked || stop);
        if (ends) step <= 2;
        if (ends) ran <= {reached};
      end
      2: {drained if stages else "step <= 3;"}
      default: if (out_ready) begin
        out <= out == {outputs - 1} ? 0 : out + 1;
        if (out == {outputs - 1}) step <= 0;
      end
    endcase
    if (rst) begin
      step <= 0;
      index <= 0;
      t <= 0;
      goal <= {1 << m};
      asked <= 0;
      ran <= 0;
      out <= 0;
      misplaced <= 0;
{"      drain <= 0;" + newline if stages else ""}    end
  end

  always @* begin
    ready_while_loading: assert (in_ready == (step == 0));
    valid_with_results: assert (out_valid == (step == 3));
    error_is_reported: assert (frame_error == misplaced);
    in_range: assert (index < {n} && t < goal && out < {outputs} && ran <= {m});
    if (step != 0) index_starts: assert (index == 0);
    if (step != 3) out_starts: assert (out == 0);
    if (step != 1) cycle_starts: assert (t == 0 && !asked);
    goal_is_a_power: assert ({powers});
    if (asked) goal_is_the_least: assert (goal <= t << 1 && t != 0);
    if (!asked) goal_is_the_end: assert (goal == {1 << m});
    if (step >= 2) estimate_is_what_ran: assert (estimate == ran);
    // The layer's own registers, tied to the counters above so that induction closes.
    state_follows: assert (state == step && dut_index == index && dut_output == out && cycle == t);
    stopping_follows: assert (dut_stopping == asked && estimate == ran);
{check_drain}    if (step == 3) begin
      code_from_stage: assert (out_payload[{cw - 1}:0] == stage_code);
      last_on_last: assert (out_payload[{cw}] == (out == {outputs - 1}));
{newline.join(selected)}
    end
{newline.join(kept)}
{newline.join(checks)}
  end
{stall_check(p)}"""
    file, core = f"{p.name}.v", f"{p.name}_core.v"
    mutants = list(protocol_mutants(p, hdl[file]))
    bias = p.bias.copy()
    bias[0] ^= 1
    modules = module_texts(hdl[file])
    modules |= convert_modules([ProgressiveDense(replace(p, bias=bias))])
    mutants.append(Mutant("mutant_bias", "the last bit of one bias flipped", {file: "\n".join(modules.values())}))
    if m:
        late = replace_once(hdl[file], r"= stopping \| stop", "= stopping & stop")
        mutants.append(Mutant("mutant_stop", "a stop that does not last is forgotten", {file: late}))
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
            f"{p.name}_row_*",
            f"{p.name}_streams",
            f"{p.name}_stage",
            show=("state", "index", "output_index", "stopping", *(["drain"] * bool(stages))),
        ),
        assumes=assumes,
        depth=2,
        engines=("smtbmc z3", "smtbmc bitwuzla"),
        mutant_depth=n + 8,
        mutants=tuple(mutants),
    )
