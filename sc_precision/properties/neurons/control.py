# SPDX-License-Identifier: Apache-2.0
"""Lemma about what a layer of neurons keeps between steps, and about its streams."""

from __future__ import annotations

from sc_precision.params.neurons import Drive, LifParams
from sc_precision.properties.checker.lemma import Lemma, Mutant, turn_out
from sc_precision.properties.checker.sv import UNROLL_TABLES, header, index_width, number, replace_once, table


def neuron_control(p: LifParams, hdl: dict[str, str], ranges: list[tuple[int, int]]) -> Lemma:
    """Order of everything that the layer does, and the range of what it keeps, for all time."""
    name = f"{p.name}_control"
    constant = p.drive is Drive.CONSTANT
    claim = (
        f"every current is used in order, {'in every step of its run' if constant else 'once'}; each neuron gets the "
        "membrane that it had, 0 in the first step; every word of the membranes is in the range planned for its step, "
        "at all times; spikes leave in order, stable under stall, with last on the last; frame_error tells a misplaced "
        "last"
    )
    n, mw, cw = p.neurons, p.membrane.width, p.inputs.format.width
    iw, sw, last = index_width(n), index_width(p.steps), len(ranges) - 1
    kw = index_width(len(ranges))
    hull = min(low for low, _ in ranges), max(high for _, high in ranges)
    ww = max(1, p.refractory.bit_length())
    shown = ["state", "index", "step_index", "membranes[*]"]
    ports = "".join(f",\n    .\\membranes[{i}] (word_{i})" for i in range(n))
    words = [f"  wire signed [{mw - 1}:0] {', '.join(f'word_{i}' for i in range(n))};"]
    declare, store, checks, take = [], [], [], []
    kept = [f"    if (watched == {i}) word_{i}_kept: assert (word_{i} == watched_membrane);" for i in range(n)]
    if p.refractory:
        shown.append("waits[*]")
        ports += "".join(f",\n    .\\waits[{i}] (wait_{i})" for i in range(n)) + ", .\\step.idle (step_idle)"
        words.append(f"  wire [{ww - 1}:0] {', '.join(f'wait_{i}' for i in range(n))};")
        declare += [
            "  wire step_idle;",
            f"  reg [{ww - 1}:0] watched_wait = 0;",
            f"  wire [{ww - 1}:0] waiting = step == 0 ? 0 : watched_wait;",
            "  always @* if (step_idle) assume (!step_spike && step_after == step_membrane);",
        ]
        take.append(f"      watched_wait <= waiting != 0 ? waiting - 1 : step_spike ? {p.refractory} : 0;")
        checks += [
            f"    rest_in_range: assert (watched_wait <= {p.refractory});",
            "    if (phase == 0 && index == watched) rest_counted: assert (step_idle == (waiting != 0));",
        ]
        kept += [f"    if (watched == {i}) wait_{i}_kept: assert (wait_{i} == watched_wait);" for i in range(n)]
    if constant:
        shown.append("currents[*]")
        ports += "".join(f",\n    .\\currents[{i}] (current_{i})" for i in range(n))
        words.append(f"  wire [{cw - 1}:0] {', '.join(f'current_{i}' for i in range(n))};")
        declare.append(f"  reg [{cw - 1}:0] watched_current = 0;")
        store.append("    if (phase == 2 && in_valid && index == watched) watched_current <= in_code;")
        checks += [
            "    if (phase == 0 && index == watched)",
            "      current_is_the_accepted: assert (step_current == watched_current);",
            "    if (phase == 3) load_ends: assert (index == 0);",
            "    if (phase >= 2) run_starts: assert (step == 0);",
        ]
        kept += [
            f"    if (watched == {i}) current_{i}_kept: assert (current_{i} == watched_current);" for i in range(n)
        ]
        accepts, takes, first = "phase == 2", "phase == 0", 2
    else:
        checks += [
            "    only_two_phases: assert (phase <= 1);",
            "    if (phase == 0) current_at_once: assert (step_current == in_code);",
        ]
        accepts, takes, first = "phase == 0", "phase == 0 && in_valid", 0
    covers = [f"  always @* a_code: cover ({accepts} && index == {min(2, n - 1)} && in_valid);"]
    spike_seen = p.can_spike and (not constant or n <= 32)
    covers += ["  always @* a_spike: cover (out_valid && out_payload[0]);"] if spike_seen else []
    nl = "\n"
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
{table("low", [low for low, _ in ranges], mw, kw)}
{table("high", [high for _, high in ranges], mw, kw)}
  (* anyseq *) wire [{cw - 1}:0] in_code;
  (* anyseq *) wire in_last, in_valid, out_ready, rst;
  (* anyconst *) wire [{iw - 1}:0] watched;
  always @* assume (watched < {n});
  wire in_ready, out_valid, frame_error;
  wire [1:0] out_payload, state;
  wire [{iw - 1}:0] dut_index;
  wire [{sw - 1}:0] dut_step;
{nl.join(words)}
  wire signed [{mw - 1}:0] step_membrane;
  wire [{cw - 1}:0] step_current;
  (* anyseq *) wire signed [{mw - 1}:0] step_after;
  (* anyseq *) wire step_spike;

  // What should be happening: 0 a step of neuron `index`, 1 its spike leaves, 2 currents are loaded, 3 read.
  reg [1:0] phase = {first};
  reg [{iw}:0] index = 0;
  reg [{sw}:0] step = 0;
  reg signed [{mw - 1}:0] watched_membrane = 0;
  reg misplaced = 0, sent_spike = 0, sent_last = 0;
  wire takes = {takes};
  wire last_neuron = index == {n - 1};
{nl.join(declare)}
  // Intervals before and after the step, and of the steps that the watched neuron has gone through.
  wire [{kw - 1}:0] range_now = step < {last} ? step : {last};
  wire [{kw - 1}:0] range_next = step + 1 < {last} ? step + 1 : {last};
  wire [{kw - 1}:0] done = index > watched ? range_next : range_now;
  // The step's lemma.
  always @* if (step_membrane >= low(range_now) && step_membrane <= high(range_now))
    assume (step_after >= low(range_next) && step_after <= high(range_next));

  {p.name} dut (.clk(clk), .rst(rst), .i__payload({{in_last, in_code}}), .i__valid(in_valid), .i__ready(in_ready),
    .o__payload(out_payload), .o__valid(out_valid), .o__ready(out_ready), .frame_error(frame_error),
    .\\step.membrane (step_membrane), .\\step.current (step_current), .\\step.after (step_after),
    .\\step.spike (step_spike), .state(state), .index(dut_index), .step_index(dut_step){ports});

  always @(posedge clk) begin
    // Memories are written in a cycle of reset too.
{nl.join(store)}
    if (takes && index == watched) begin
      watched_membrane <= step_after;
{nl.join(take)}
    end
    if (({accepts}) && in_valid && in_last != last_neuron) misplaced <= 1;
    case (phase)
      0: if (takes) begin
        sent_spike <= step_spike;
        sent_last <= last_neuron;
        index <= last_neuron ? 0 : index + 1;
        if (last_neuron) step <= step == {p.steps - 1} ? 0 : step + 1;
        phase <= 1;
      end
      1: if (out_ready) phase <= {"sent_last && step == 0 ? 2 : 0" if constant else "0"};
      2: if (in_valid) begin
        index <= last_neuron ? 0 : index + 1;
        if (last_neuron) phase <= 3;
      end
      3: phase <= 0;
    endcase
    if (rst) begin
      phase <= {first};
      index <= 0;
      step <= 0;
      misplaced <= 0;
      sent_spike <= 0;
      sent_last <= 0;
    end
  end

  always @* begin
    follows: assert (state == phase && dut_index == index && dut_step == step);
    in_range: assert (index < {n} && step < {p.steps});
    if (phase == 1 && sent_last) starts_again: assert (index == 0);
{nl.join(kept)}
    membranes_in_range: assert (watched_membrane >= {number(hull[0], mw)} && watched_membrane <= {number(hull[1], mw)});
    if (phase < 2 && (step != 0 || index > watched))
      membrane_in_range_of_step: assert (watched_membrane >= low(done) && watched_membrane <= high(done));
    if (phase == 0 && index == watched)
      membrane_is_the_kept: assert (step_membrane == (step == 0 ? 0 : watched_membrane));
    if (step == 0) first_is_zero: assert (step_membrane == 0);
{nl.join(checks)}
    ready_in_time: assert (in_ready == ({accepts}));
    valid_with_a_spike: assert (out_valid == (phase == 1));
    spike_of_step: assert (out_payload == {{sent_last, sent_spike}});
    error_is_reported: assert (frame_error == misplaced);
  end
  // A spike does not change under stall.
  reg stalled = 0;
  reg [1:0] before_stall;
  always @(posedge clk) begin
    stalled <= out_valid && !out_ready && !rst;
    before_stall <= out_payload;
  end
  always @* if (stalled) stable_under_stall: assert (out_valid && out_payload == before_stall);
{nl.join(covers)}
endmodule
"""
    return Lemma(
        name=name,
        core=p.name,
        property="stream protocol",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(f"{p.name}.v",),
        prepare=turn_out(p.name, f"{p.name}_step", show=tuple(shown)),
        script=UNROLL_TABLES,
        assumes=(f"{p.name}_step_range",),
        depth=2,
        cover_depth=8 + (n if constant else 0),
        mutants=_control_faults(p, hdl, ranges),
    )


def _control_faults(p: LifParams, hdl: dict[str, str], ranges: list[tuple[int, int]]) -> tuple[Mutant, ...]:
    """Faults in the Verilog of a layer."""
    file = f"{p.name}.v"
    text = hdl[file]
    silent = replace_once(text, r"(frame_error <= ).*;", r"\g<1>1'h0;")
    mutants = [Mutant("mutant_error", "a misplaced last is not reported", {file: silent})]
    if len(ranges) > 1:
        late = replace_once(text, r"(= step_index == \d+'h0*)0;", r"\g<1>1;")
        mutants.append(Mutant("mutant_clear", "membranes are cleared one step late, or never", {file: late}))
        always = replace_once(text, r"if \(store\)(\n\s*membranes)", r"if (1'h1)\1")
        mutants.append(Mutant("mutant_store", "membranes are written without a step", {file: always}))
    if p.refractory:
        awake = replace_once(text, r"(spike \? )\d+'h[0-9a-f]+ :", rf"\g<1>{p.refractory.bit_length()}'h0 :")
        mutants.append(Mutant("mutant_rest", "a neuron does not rest after a spike", {file: awake}))
    return tuple(mutants)
