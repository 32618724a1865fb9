# SPDX-License-Identifier: Apache-2.0
"""Lemma about the controller of a stochastic layer: loading, running, results; each synapse gets its streams."""

from __future__ import annotations

from sc_precision.gateware.stochastic import ramp_port, stream_port
from sc_precision.params import StochasticDenseParams
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.checker.sv import index_width
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
    run_case,
    stream_checks,
)


def stochastic_control(
    layer: LayerClaim[StochasticDenseParams], hdl: dict[str, str], assumes: tuple[str, ...]
) -> Lemma:
    """The order of everything that the layer does, against a counter of its own.

    Parameters
    ----------
    layer : LayerClaim
    hdl : dict of str to str
        The emitted files.
    assumes : tuple of str
        Lemmas about the streams, rows and output stage, which are left out of this one.
    """
    p = layer.params
    name = f"{p.name}_control"
    claim = (
        "every accepted vector is held while all cycles run once, each synapse gets the streams of its input and "
        "level, results leave in order, stable under stall, with last on the last; frame_error tells a misplaced last"
    )
    n, outputs, cycles = p.n_in, p.n_out, p.cycles
    iw, ow, tw = index_width(n), index_width(outputs), max(1, p.max_log2)
    xw, acc = p.inputs.format.width, p.acc.width
    lines, drain = Lines(), Drain(p.popcount_stages, 2)
    lines.add_streams([*(ramp_port(*ramp) for ramp in p.ramps), *(stream_port(*stream) for stream in p.streams)])
    for o in range(outputs):
        lines.add_row(o, sum(len(group.inputs) for group in p.row_groups(o)), width=acc)
        lines.add_row_streams(p, o)
        lines.leaves.append(f"      if (out == {o}) result_{o}_leaves: assert (stage_acc == acc_{o});")
    newline = "\n"
    text = f"""{first_lines(name, claim, p)}\
  wire [1:0] state;
  wire [{iw - 1}:0] dut_index;
  wire [{ow - 1}:0] dut_output;
  wire [{tw - 1}:0] cycle;
  wire [{n * xw - 1}:0] codes;
{drain.declare}{newline.join(lines.declare)}
{instance(p)},
{newline.join(lines.connect)}
    .\\streams.cycle (cycle), .\\streams.codes (codes), .\\stage.acc (stage_acc), .\\stage.code (stage_code),
    .state(state), .index(dut_index), .output_index(dut_output){drain.connect});

  // What should be happening: 0 loading, 1 cycle `t`, 2 waiting for the rows, 3 results.
  reg [1:0] step = 0;
  reg [{iw}:0] index = 0;
  reg [{tw}:0] t = 0;
  reg [{ow}:0] out = 0;
  reg [{xw - 1}:0] watched_code = 0;
  reg misplaced = 0;
  always @(posedge clk) begin
{newline.join(lines.models)}
    case (step)
{load_case(p)}
{run_case(cycles, 1)}
{drain.case}
{result_case(p)}
    endcase
{reset_lines("index", "t", "out", "misplaced", *drain.registers)}
  end

  always @* begin
{stream_checks(3)}
    in_range: assert (index < {n} && t < {cycles} && out < {outputs});
    if (step != 0) index_starts: assert (index == 0);
    if (step != 3) out_starts: assert (out == 0);
    if (step != 1) cycle_starts: assert (t == 0);
    // The layer's own registers, tied to the counters above so that induction closes.
    state_follows: assert (state == step && dut_index == index && dut_output == out && cycle == t);
{drain.checks}{result_checks(p, lines, 3, f"out == {outputs - 1}")}
{codes_kept(p)}
{newline.join(lines.checks)}
  end
"""
    return control_lemma(
        p,
        claim,
        text,
        below=("row_*", "streams", "stage"),
        show=drain.registers,
        assumes=assumes,
        mutants=protocol_mutants(p, hdl[f"{p.name}.v"]),
    )
