# SPDX-License-Identifier: Apache-2.0
"""Lemma about the controller of a layer that can be stopped early: when a run ends, and what its results are."""

from __future__ import annotations

from dataclasses import replace

from sc_precision.emit.verilog import convert_modules, module_texts
from sc_precision.gateware.progressive import ProgressiveDense
from sc_precision.gateware.stochastic import ramp_port, stream_port
from sc_precision.params import ProgressiveDenseParams
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import index_width, number, replace_once
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.dense.protocol import protocol_mutants
from sc_precision.properties.stochastic.protocol import (
    Drain,
    Lines,
    codes_kept,
    control_lemma,
    first_lines,
    instance,
    load_case,
    reset_lines,
    result_case,
    result_checks,
    stream_checks,
)


def progressive_control(
    layer: LayerClaim[ProgressiveDenseParams], hdl: dict[str, str], assumes: tuple[str, ...]
) -> Lemma:
    """The order of everything that the layer does, against counters of its own.

    Parameters
    ----------
    layer : LayerClaim
        With `ProgressiveDenseParams`.
    hdl : dict of str to str
        The emitted files.
    assumes : tuple of str
        Lemmas about the streams, rows and output stage, which are left out of this one.
    """
    p, b = layer.params, layer.bounds
    name = f"{p.name}_control"
    claim = (
        "every accepted vector is held while its streams run to the least power of two of cycles beyond the first "
        "stop, or whole; each result is its row's sum times Lmax over the cycles that ran, plus a bias; results leave "
        "in order, stable under stall, with last on the last; frame_error tells a misplaced last"
    )
    n, outputs, m = p.n_in, p.n_out, p.max_log2
    iw, ow, tw, ew = index_width(n), index_width(outputs), max(1, m), p.log2_width
    xw, acc, row = p.inputs.format.width, p.acc.width, p.row_format.width
    wide = max(row + m, acc) + 2
    lines, drain = Lines(), Drain(p.popcount_stages, 2)
    lines.add_streams([*(ramp_port(*ramp) for ramp in p.ramps), *(stream_port(*stream) for stream in p.streams)])
    for o in range(outputs):
        count = sum(len(group.inputs) for group in p.row_groups(o))
        below = p.bipolar * count << m
        start = ((int(b.reference_bias[o]) + int(b.bias_error[o])) >> b.k) - below
        lines.add_row(o, count, width=row, signed=True)
        lines.add_row_streams(p, o)
        lines.declare += [
            f"  wire signed [{wide - 1}:0] acc_{o}_wide = acc_{o};",
            f"  wire signed [{wide - 1}:0] result_{o} = (acc_{o}_wide <<< ({m} - ran)) + {number(start, wide)};",
        ]
        # Modulo the accumulator's width; `rows` and the planned ranges say that nothing is lost.
        lines.leaves.append(f"      if (out == {o}) result_{o}_leaves: assert (stage_acc == result_{o}[{acc - 1}:0]);")
    newline = "\n"
    reached = " + ".join(f"(t + 1 >= {2 << j})" for j in range(m)) or "0"
    powers = " || ".join(f"goal == {1 << j}" for j in range(m + 1))
    least = "".join(f"at < {1 << j} ? {1 << j} : " for j in range(m)) + f"{1 << m}"
    text = f"""{first_lines(name, claim, p, "stop, ")}\
  wire [{ew - 1}:0] estimate;
  wire [1:0] state;
  wire dut_stopping;
  wire [{iw - 1}:0] dut_index;
  wire [{ow - 1}:0] dut_output;
  wire [{tw - 1}:0] cycle;
  wire [{n * xw - 1}:0] codes;
  // log2 of the cycles that the latest vector has run.
  reg [{ew - 1}:0] ran = 0;
{drain.declare}{newline.join(lines.declare)}
{instance(p)}, .stop(stop),
    .estimate_log2(estimate),
{newline.join(lines.connect)}
    .\\streams.cycle (cycle), .\\streams.codes (codes), .\\stage.acc (stage_acc), .\\stage.code (stage_code),
    .state(state), .index(dut_index), .output_index(dut_output),
    .stopping(dut_stopping){drain.connect});

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
{newline.join(lines.models)}
    case (step)
{load_case(p)}
      1: begin
        t <= ends ? 0 : t + 1;
        goal <= ends ? {1 << m} : next_goal;
        asked <= !ends && (asked || stop);
        if (ends) step <= 2;
        if (ends) ran <= {reached};
      end
{drain.case}
{result_case(p)}
    endcase
{reset_lines("index", "t", "goal", "asked", "ran", "out", "misplaced", *drain.registers, goal=1 << m)}
  end

  always @* begin
{stream_checks(3)}
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
{drain.checks}{result_checks(p, lines, 3, f"out == {outputs - 1}")}
{codes_kept(p)}
{newline.join(lines.checks)}
  end
"""
    file = f"{p.name}.v"
    mutants = list(protocol_mutants(p, hdl[file]))
    bias = p.bias.copy()
    bias[0] ^= 1
    modules = module_texts(hdl[file])
    modules |= convert_modules([ProgressiveDense(replace(p, bias=bias))])
    mutants.append(Mutant("mutant_bias", "the last bit of one bias flipped", {file: "\n".join(modules.values())}))
    if m:
        late = replace_once(hdl[file], r"= stopping \| stop", "= stopping & stop")
        mutants.append(Mutant("mutant_stop", "a stop that does not last is forgotten", {file: late}))
    return control_lemma(
        p,
        claim,
        text,
        below=("row_*", "streams", "stage"),
        show=("stopping", *drain.registers),
        assumes=assumes,
        mutants=mutants,
        mutant_depth=n + 8,
    )
