# SPDX-License-Identifier: Apache-2.0
"""Lemmas about leaky integrate-and-fire neurons: the arithmetic of a step, and the state that is kept between steps.

The membrane's range is proven by induction over the steps of a run: `membrane_ranges` gives an interval for each step,
the lemma about the step shows that every current leads from one into the next, and the lemma about the layer that every
word of the membrane memory is in the interval of the steps that it has gone through.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor

from sc_precision.emit.verilog import convert_variants, module_texts
from sc_precision.errors import InputError
from sc_precision.formats import Rounding
from sc_precision.gateware.neurons import LifStep
from sc_precision.params.neurons import NO_LEAK, Drive, LifParams, MultiplyLeak, Reset, ShiftLeak
from sc_precision.properties.lemma import Lemma, Mutant, turn_out
from sc_precision.properties.sv import header, index_width, number, replace_once, table

MOST_RANGES = 1024
"""Most different intervals of a membrane; a checker holds a table of them."""

_TABLES = ("memory_map -rom-only", "opt_clean")
# Yosys makes memories of tables from 16 entries on, whose content induction would not know.


def lif_lemmas(params: LifParams, hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about one layer of neurons.

    Parameters
    ----------
    params : LifParams
    hdl : dict of str to str
        The emitted files, see `sc_precision.emit.verilog.network_verilog`.

    Returns
    -------
    list of Lemma
        ``<layer>_step_range``, the step; ``<layer>_control``, what is kept between steps and the stream protocol.

    Raises
    ------
    InputError
        See `membrane_ranges`.
    """
    ranges = membrane_ranges(params)
    return [_step(params, hdl, ranges), _control(params, hdl, ranges)]


def current_range(p: LifParams) -> tuple[int, int]:
    """Range of the currents that the lemmas speak of: all codes of the format."""
    return p.inputs.format.code_min, p.inputs.format.code_max


def membrane_ranges(p: LifParams) -> list[tuple[int, int]]:
    """Interval of the membranes before step 0, 1, ..., and after the last; from the last entry on they are all alike.

    From the rational factor of the leak in fractions, and only a claim: the solver proves it.

    Raises
    ------
    InputError
        If there are more than `MOST_RANGES` and the membranes do not saturate; where they do, it is their format's.
    """
    low_in, high_in = current_range(p)
    ends = p.membrane.code_min, p.membrane.code_max
    ranges = [(0, 0)]
    for _ in range(p.steps):
        low, high = ranges[-1]
        u_low, u_high = (
            min(max(_leak(p, v) + current, ends[0]), ends[1]) for v, current in ((low, low_in), (high, high_in))
        )
        reached = [u_low, min(u_high, p.threshold - 1)]
        if u_high >= p.threshold:
            least = max(u_low, p.threshold)
            reached += [least - p.threshold, u_high - p.threshold] if p.reset is Reset.SUBTRACT else [p.reset_value]
        reached += [low, high]
        after = min(reached), max(reached)
        if after == ranges[-1]:
            break
        ranges.append(after)
        if len(ranges) > MOST_RANGES:
            if p.saturates:
                return [(0, 0), ends]
            raise InputError(
                f"{p.name}: the range of the membrane still grows after {MOST_RANGES} steps, and a proof would need a "
                "table of them all; use fewer steps, a leak, or a membrane_width at which it saturates"
            )
    return ranges


def _leak(p: LifParams, value: int) -> int:
    """Membrane after its leak, by the rational definition."""
    exact = p.leak.factor * value
    if isinstance(p.leak, ShiftLeak):
        return ceil(exact)
    return floor(exact) if p.leak.rounding is Rounding.TRUNCATE else round(exact)


def _kept(p: LifParams, wide: int) -> list[str]:
    """What the leak keeps: a formula, and the inequalities that define its rounding."""
    if isinstance(p.leak, ShiftLeak):
        multiplier, fraction = (1 << p.leak.shift) - 1, p.leak.shift
    else:
        multiplier, fraction = p.leak.multiplier, p.leak.fraction
    whole = 1 << fraction
    one, full = number(1, wide), number(whole, wide)
    lines = [f"  wire signed [{wide - 1}:0] product = membrane * {number(multiplier, wide)};"]
    if not fraction:
        kept, rounding = "product", "off == 0"
    elif isinstance(p.leak, ShiftLeak):
        kept, rounding = f"(product + {full} - {one}) >>> {fraction}", f"off >= 0 && off < {full}"
    elif p.leak.rounding is Rounding.TRUNCATE:
        kept, rounding = f"product >>> {fraction}", f"off <= 0 && off > -{full}"
    else:
        lines += [
            f"  wire signed [{wide - 1}:0] raised = product + product + {full};",
            f"  wire signed [{wide - 1}:0] nearest = raised >>> {fraction + 1};",
            f"  wire tie = raised[{fraction}:0] == 0;",
        ]
        kept = f"nearest - (tie && nearest[0] ? {one} : {number(0, wide)})"
        rounding = (
            f"off + off <= {full} && off + off >= -{full} && "
            f"((off + off != {full} && off + off != -{full}) || !kept[0])"
        )
    return [
        *lines,
        f"  wire signed [{wide - 1}:0] kept = {kept};",
        f"  wire signed [{wide - 1}:0] off = kept * {full} - product;",
        f"  always @* leak_is_rounded: assert ({rounding});",
    ]


def _step(p: LifParams, hdl: dict[str, str], ranges: list[tuple[int, int]]) -> Lemma:
    """One step of one neuron, from any membrane of a step's interval, with any current."""
    name = f"{p.name}_step_range"
    claim = (
        "a step is the rounded leak plus the current, "
        f"{'saturated' if p.saturates else 'with no overflow'}, a spike from the threshold on and its reset; a resting "
        "neuron is still; membranes stay in the range planned for their step"
    )
    mw, cw = p.membrane.width, p.inputs.format.width
    bits = p.leak.shift if isinstance(p.leak, ShiftLeak) else p.leak.fraction
    wide = max(mw, cw, p.threshold.bit_length()) + bits + 4
    last = min(len(ranges), p.steps) - 1
    kw = index_width(len(ranges))
    code_min, code_max = number(p.membrane.code_min, wide), number(p.membrane.code_max, wide)
    threshold = number(p.threshold, wide)
    current = "current" if p.inputs.format.signed else "{1'b0, current}"
    after = f"potential - {threshold}" if p.reset is Reset.SUBTRACT else number(p.reset_value, wide)
    idle, rests = (".idle(idle), ", "any_idle") if p.refractory else ("", "1'b0")
    following = [*ranges[1:], ranges[-1]]
    highs = table("after_high", [high for _, high in following], mw, kw)
    lows = table("after_low", [low for low, _ in following], mw, kw)
    low_all, high_all = p.membrane_range
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        table("low", [low for low, _ in ranges], mw, kw),
        table("high", [high for _, high in ranges], mw, kw),
        lows,
        highs,
        f"  (* anyseq *) wire signed [{mw - 1}:0] membrane;",
        f"  (* anyseq *) wire {'signed ' if p.inputs.format.signed else ''}[{cw - 1}:0] current;",
        f"  (* anyseq *) wire [{kw - 1}:0] step;",
        "  (* anyseq *) wire any_idle;",
        f"  wire idle = {rests};",
        f"  wire signed [{mw - 1}:0] after;",
        "  wire spike;",
        f"  {p.name}_step dut (.membrane(membrane), .current(current), {idle}.after(after), .spike(spike));",
        f"  always @* assume (step <= {last} && membrane >= low(step) && membrane <= high(step));",
        *_kept(p, wide),
        f"  wire signed [{wide - 1}:0] flow = $signed({current});",
        f"  wire signed [{wide - 1}:0] sum = kept + flow;",
        f"  wire signed [{wide - 1}:0] potential = sum > {code_max} ? {code_max} :",
        f"    sum < {code_min} ? {code_min} : sum;",
        f"  wire fires = potential >= {threshold};",
        f"  wire signed [{wide - 1}:0] reset = {after};",
        "  always @* begin",
        "    if (idle) rests: assert (!spike && after == membrane);",
        "    else begin",
    ]
    if not p.saturates:
        lines.append(f"      no_overflow: assert (sum >= {code_min} && sum <= {code_max});")
    lines += [
        "      spike_at_threshold: assert (spike == fires);",
        "      membrane_is_exact: assert (after == (fires ? reset : potential));",
        f"      potential_in_range: assert (potential >= {number(low_all, wide)}"
        f" && potential <= {number(high_all, wide)});",
        "    end",
        "    stays_in_range: assert (after >= after_low(step) && after <= after_high(step));",
        "  end",
        f"  always @* a_last_step: cover (step == {last} && current != 0);",
    ]
    lines += ["  always @* a_spike: cover (spike);"] if p.can_spike else []
    lines += ["  always @* a_rest: cover (idle && membrane != 0);"] if p.refractory and last else []
    text = "\n".join([*lines, "endmodule", ""])
    core = f"{p.name}.v"
    return Lemma(
        name=name,
        core=p.name,
        property="state range",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(core,),
        prepare=(f"delete {p.name}",),
        script=_TABLES,
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(*_step_faults(p, hdl, ranges), *_tight(p, name, text, ranges, highs, lows)),
    )


def _step_faults(p: LifParams, hdl: dict[str, str], ranges: list[tuple[int, int]]) -> list[Mutant]:
    """Faults in the Verilog of a step."""
    file, module = f"{p.name}.v", f"{p.name}_step"
    modules = module_texts(hdl[file])

    def faulty(text: str) -> dict[str, str]:
        return {file: "\n".join([modules[p.name], text])}

    mutants, faults = [], []
    fixed = replace(p, membrane_width=p.membrane.width)
    if p.can_spike:
        other = p.threshold - 1 if p.threshold - 1 > max(p.reset_value, 0) else p.threshold + 1
        if other <= p.membrane.code_max:
            faults.append(("mutant_threshold", f"the threshold is {other}", replace(fixed, threshold=other)))
    else:
        always = replace_once(modules[module], r"assign spike = .*;", "assign spike = 1'h1;")
        mutants.append(Mutant("mutant_threshold", "spikes without reaching the threshold", faulty(always)))
    low, high = ranges[min(len(ranges), p.steps) - 1]
    other_leak = _other_leak(p, max(low, -256), min(high, 256))
    if other_leak is not None:
        faults.append(("mutant_leak", f"the leak is {other_leak.to_dict()}", replace(fixed, leak=other_leak)))
    texts = convert_variants([[LifStep(params)] for _, _, params in faults])
    mutants += [Mutant(task, fault, faulty(text[module])) for (task, fault, _), text in zip(faults, texts, strict=True)]
    if p.refractory:
        awake = replace_once(modules[module], r"idle \? membrane : ", "1'h0 ? membrane : ")
        mutants.append(Mutant("mutant_rest", "a resting neuron goes on", faulty(awake)))
    return mutants


def _other_leak(p: LifParams, low: int, high: int) -> ShiftLeak | MultiplyLeak | None:
    """A leak that differs somewhere from low to high; None if all agree there, as they do at 0."""
    leak = p.leak
    others: list[ShiftLeak | MultiplyLeak] = [NO_LEAK, ShiftLeak(1)]
    if isinstance(leak, MultiplyLeak):
        rounding = Rounding.NEAREST_EVEN if leak.rounding is Rounding.TRUNCATE else Rounding.TRUNCATE
        others.insert(0, replace(leak, rounding=rounding))
    else:
        others.insert(0, MultiplyLeak((1 << leak.shift) - 1, leak.shift, Rounding.TRUNCATE))
    for other in others:
        if any(_leak(p, value) != other.apply(value) for value in range(low, high + 1)):
            return other
    return None


def _tight(
    p: LifParams, name: str, text: str, ranges: list[tuple[int, int]], highs: str, lows: str
) -> tuple[Mutant, ...]:
    """The range one unit tighter, where a step first moves its end, so that the end is reached."""
    following = [*ranges[1:], ranges[-1]]
    width = p.membrane.width
    for step, (before, after) in enumerate(zip(ranges, following, strict=True)):
        for end, part, inward in ((1, highs, -1), (0, lows, 1)):
            if before[end] == after[end]:
                continue
            ends = [pair[end] + (inward if index == step else 0) for index, pair in enumerate(following)]
            tighter = table("after_high" if end else "after_low", ends, width, index_width(len(ranges)))
            faulty = text.replace(part, tighter)
            return (Mutant("mutant_tight", "the range of a membrane one unit tighter", {f"{name}.sv": faulty}),)
    return ()


def _control(p: LifParams, hdl: dict[str, str], ranges: list[tuple[int, int]]) -> Lemma:
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
        script=_TABLES,
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
        always = replace_once(text, r"if \(taken\)(\n\s*membranes)", r"if (1'h1)\1")
        mutants.append(Mutant("mutant_store", "membranes are written without a step", {file: always}))
    if p.refractory:
        awake = replace_once(text, r"(spike \? )\d+'h[0-9a-f]+ :", rf"\g<1>{p.refractory.bit_length()}'h0 :")
        mutants.append(Mutant("mutant_rest", "a neuron does not rest after a spike", {file: awake}))
    return tuple(mutants)
