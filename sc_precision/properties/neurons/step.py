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
from sc_precision.properties.checker.sv import UNROLL_TABLES, index_width, number, replace_once, table
from sc_precision.properties.checker.templates import render
from sc_precision.properties.neurons.ranges import leaked, subtracts


def step_range_lemma(p: LifParams, hdl: dict[str, str], ranges: list[tuple[int, int]]) -> Lemma:
    """One step of one neuron, from any membrane of a step's interval, with any current."""
    name = f"{p.name}_step_range"
    claim = (
        "a step is the rounded leak plus the current, "
        f"{'saturated' if p.saturates else 'with no overflow'}, a spike from the threshold on and its reset; a resting "
        "neuron is still; membranes stay in the range planned for their step"
    )
    bits = p.leak.shift if isinstance(p.leak, ShiftLeak) else p.leak.fraction
    wide = max(p.membrane.width, p.inputs.format.width, p.threshold.bit_length()) + bits + 4
    text = render(
        "properties/templates/step.sv.j2",
        name=name,
        claim=claim,
        p=p,
        ranges=ranges,
        after=[_after(p, [pair[side] for pair in [*ranges[1:], ranges[-1]]], side) for side in (0, 1)],
        kept="\n".join(_kept(p, wide)),
        reset=f"potential - {number(p.threshold, wide)}" if subtracts(p.reset) else number(p.reset_value, wide),
        wide=wide,
    )
    return Lemma(
        name=name,
        core=p.name,
        property="state range",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(f"{p.name}.v",),
        prepare=(f"delete {p.name}",),
        script=UNROLL_TABLES,
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(*_step_faults(p, hdl, ranges), *_tight(p, name, text, ranges)),
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


def _after(p: LifParams, ends: list[int], side: int) -> str:
    """Table of the least (side 0) or greatest membranes after each step."""
    return table(("after_low", "after_high")[side], ends, p.membrane.width, index_width(len(ends)))


def _tight(p: LifParams, name: str, text: str, ranges: list[tuple[int, int]]) -> tuple[Mutant, ...]:
    """The range one unit tighter, where a step first moves its end, so that the end is reached."""
    following = [*ranges[1:], ranges[-1]]
    for step, (before, after) in enumerate(zip(ranges, following, strict=True)):
        for side, inward in ((1, -1), (0, 1)):
            if before[side] == after[side]:
                continue
            ends = [pair[side] for pair in following]
            tighter = [end + inward * (index == step) for index, end in enumerate(ends)]
            faulty = text.replace(_after(p, ends, side), _after(p, tighter, side))
            return (Mutant("mutant_tight", "the range of a membrane one unit tighter", {f"{name}.sv": faulty}),)
    return ()
