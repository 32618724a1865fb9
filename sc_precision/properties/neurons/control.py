# SPDX-License-Identifier: Apache-2.0
"""Lemma about what a layer of neurons keeps between steps, and about its streams."""

from __future__ import annotations

from sc_precision.params.neurons import Drive, LifParams
from sc_precision.properties.checker.control import control_lemma
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import UNROLL_TABLES, replace_once


def neuron_control(p: LifParams, hdl: dict[str, str], ranges: list[tuple[int, int]]) -> Lemma:
    """Order of everything that the layer does, and the range of what it keeps, for all time."""
    constant = p.drive is Drive.CONSTANT
    claim = (
        f"every current is used in order, {'in every step of its run' if constant else 'once'}; each neuron gets the "
        "membrane that it had, 0 in the first step; every word of the membranes is in the range planned for its step, "
        "at all times; spikes leave in order, stable under stall, with last on the last; frame_error tells a misplaced "
        "last"
    )
    return control_lemma(
        p,
        hdl,
        "neurons.sv.j2",
        claim,
        below=("step",),
        show=("state", "step_index", "membranes[*]", *["waits[*]"] * (p.refractory > 0), *["currents[*]"] * constant),
        assumes=(f"{p.name}_step_range",),
        mutants=_control_faults(p, hdl, ranges),
        holes={
            "ranges": ranges,
            "constant": constant,
            "spike_seen": p.can_spike and (not constant or p.neurons <= NEAR),
        },
        script=UNROLL_TABLES,
        cover_depth=8 + (p.neurons if constant else 0),
    )


NEAR = 32
"""Neurons up to which a spike after loading all their currents is covered."""


def _control_faults(p: LifParams, hdl: dict[str, str], ranges: list[tuple[int, int]]) -> tuple[Mutant, ...]:
    """Faults in the Verilog of a layer."""
    file = f"{p.name}.v"
    text = hdl[file]
    mutants: list[Mutant] = []
    if len(ranges) > 1:
        late = replace_once(text, r"(assign fresh = step_index == \d+'h0*)0;", r"\g<1>1;")
        mutants.append(Mutant("mutant_clear", "membranes are cleared one step late, or never", {file: late}))
        always = replace_once(text, r"if \(store\)(\n\s*membranes)", r"if (1'h1)\1")
        mutants.append(Mutant("mutant_store", "membranes are written without a step", {file: always}))
    if p.refractory:
        awake = replace_once(text, r"(spike \? )\d+'h[0-9a-f]+ :", rf"\g<1>{p.refractory.bit_length()}'h0 :")
        mutants.append(Mutant("mutant_rest", "a neuron does not rest after a spike", {file: awake}))
    return tuple(mutants)
