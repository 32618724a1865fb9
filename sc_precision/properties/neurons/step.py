# SPDX-License-Identifier: Apache-2.0
"""Lemma about the arithmetic of one step of a neuron, from any membrane of a step's interval."""

from __future__ import annotations

from dataclasses import replace

from sc_precision.emit.verilog import convert_variants, module_texts
from sc_precision.formats import HARDWARE_ROUNDINGS, Rounding
from sc_precision.gateware.neurons import LifStep
from sc_precision.params.neurons import NO_LEAK, LifParams, MultiplyLeak, ShiftLeak
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.rounding import definition
from sc_precision.properties.checker.sv import UNROLL_TABLES, header, index_width, number, replace_once, table
from sc_precision.properties.neurons.ranges import leaked, subtracts


def step_range_lemma(p: LifParams, hdl: dict[str, str], ranges: list[tuple[int, int]]) -> Lemma:
    """One step of one neuron, from any membrane of a step's interval, with any current."""
    name = f"{p.name}_step_range"
    claim = (
        "a step is the rounded leak plus the current, "
        f"{'saturated' if p.saturates else 'with no overflow'}, a spike from the threshold on and its reset; a resting "
        "neuron is still; membranes stay in the range planned for their step"
    )
    membrane_width, current_width = p.membrane.width, p.inputs.format.width
    bits = p.leak.shift if isinstance(p.leak, ShiftLeak) else p.leak.fraction
    wide = max(membrane_width, current_width, p.threshold.bit_length()) + bits + 4
    last = min(len(ranges), p.steps) - 1
    step_bits = index_width(len(ranges))
    code_min, code_max = number(p.membrane.code_min, wide), number(p.membrane.code_max, wide)
    threshold = number(p.threshold, wide)
    current = "current" if p.inputs.format.signed else "{1'b0, current}"
    after = f"potential - {threshold}" if subtracts(p.reset) else number(p.reset_value, wide)
    idle, rests = (".idle(idle), ", "any_idle") if p.refractory else ("", "1'b0")
    following = [*ranges[1:], ranges[-1]]
    highs = table("after_high", [high for _, high in following], membrane_width, step_bits)
    lows = table("after_low", [low for low, _ in following], membrane_width, step_bits)
    low_all, high_all = p.membrane_range
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        table("low", [low for low, _ in ranges], membrane_width, step_bits),
        table("high", [high for _, high in ranges], membrane_width, step_bits),
        lows,
        highs,
        f"  (* anyseq *) wire signed [{membrane_width - 1}:0] membrane;",
        f"  (* anyseq *) wire {'signed ' if p.inputs.format.signed else ''}[{current_width - 1}:0] current;",
        f"  (* anyseq *) wire [{step_bits - 1}:0] step;",
        "  (* anyseq *) wire any_idle;",
        f"  wire idle = {rests};",
        f"  wire signed [{membrane_width - 1}:0] after;",
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
        script=UNROLL_TABLES,
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(*_step_faults(p, hdl, ranges), *_tight(p, name, text, ranges, highs, lows)),
    )


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
    elif (tie := definition(p.leak.rounding, fraction).tie) is None:
        kept, rounding = f"product >>> {fraction}", f"off <= 0 && off > -{full}"
    else:
        lines += [
            f"  wire signed [{wide - 1}:0] raised = product + product + {full};",
            f"  wire signed [{wide - 1}:0] nearest = raised >>> {fraction + 1};",
            f"  wire tie = raised[{fraction}:0] == 0;",
        ]
        kept = f"nearest - (tie && {tie.lower.format(upper='nearest', value='product')} ? {one} : {number(0, wide)})"
        holds = tie.holds.format(code="kept", value="product", error="off")
        rounding = (
            f"off + off <= {full} && off + off >= -{full} && ((off + off != {full} && off + off != -{full}) || {holds})"
        )
    return [
        *lines,
        f"  wire signed [{wide - 1}:0] kept = {kept};",
        f"  wire signed [{wide - 1}:0] off = kept * {full} - product;",
        f"  always @* leak_is_rounded: assert ({rounding});",
    ]


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
        modes = (mode for mode in reversed(HARDWARE_ROUNDINGS) if mode != leak.rounding)  # other ties first
        others = [*(replace(leak, rounding=mode) for mode in modes), *others]
    else:
        others.insert(0, MultiplyLeak((1 << leak.shift) - 1, leak.shift, Rounding.TRUNCATE))
    for other in others:
        if any(leaked(p, value) != other.apply(value) for value in range(low, high + 1)):
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
