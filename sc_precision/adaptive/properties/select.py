# SPDX-License-Identifier: Apache-2.0
"""Lemma about the controller of the adaptive wrapper: who answers, and that every vector is answered once."""

from __future__ import annotations

from collections.abc import Sequence

from sc_precision.adaptive.params import COUNTER_WIDTH, AdaptiveParams, Policy
from sc_precision.adaptive.properties.mutants import select_mutants
from sc_precision.gateware.network import axis_width
from sc_precision.properties.checker.lemma import CLOCK_AND_RESET, Lemma, turn_out
from sc_precision.properties.checker.sv import index_width
from sc_precision.properties.checker.templates import render


def select_lemma(
    params: AdaptiveParams, hdl: dict[str, str], assumes: tuple[str, ...], asserted: Sequence[str] = ()
) -> Lemma:
    """The controller, against a state machine of its own; networks, scores and margins stand in by contract.

    Both networks are free streams that finish, any time, once they were given a whole vector, with any scores.
    `assumes` names lemmas about what is left out, except the layers; `asserted` those about the layers.
    """
    p = params
    name, file = f"{p.name}_select", f"{p.name}.v"
    who = {
        Policy.HP_AUTHORITATIVE: "HP answers, and use_hp is hysteresis on LP's peak, set at up and cleared under down",
        Policy.HYSTERESIS: "LP answers until its peak reaches up, HP from that vector on until its peak is under down",
        Policy.CERTIFIED: "HP answers exactly where a code was out of range or the check of a margin failed",
    }[p.policy]
    claim = (
        f"{who}; every vector gives one answer, in order, stable under stall, last on the last; a network that does "
        "not run is not fed, and the counters count the answers"
    )
    # Covers and mutants begin with all codes but the last, of value 0, loaded: a state that reset leads to.
    loaded = p.n_in - 1 if p.inputs.low <= 0 <= p.inputs.high else 0
    begins = ("lp", "hp") if p.policy is Policy.HP_AUTHORITATIVE else ("lp",)
    begin = []
    width = index_width(max(p.n_in, p.n_out + 1))
    for register, start in [("index", f"{width}'d{loaded}"), *((f"{path}_active", "1'd1") for path in begins)]:
        place = f"{p.name}/w:{register}"
        begin += [f"select -assert-count 1 {place}", f"setattr -set init {start} {place}"]
    text = render(
        "adaptive/properties/templates/select.sv.j2",
        p=p,
        name=name,
        claim=claim,
        begins=begins,
        loaded=loaded,
        tin=axis_width(p.inputs.format.width),
        tout=axis_width(p.output.format.width),
        counter_bits=COUNTER_WIDTH,
    )
    networks = [layer.name for layer in (*p.lp, *p.hp)]
    # A network finishes only after a whole vector, for each layer's controller does.
    controls = [f"{layer}_control" for layer in networks]
    children = list(networks)
    children += [f"{p.name}_{what}" for what in ("lp_scores", "hp_scores", "to_lp", "to_hp")]
    children += [f"{p.name}_margins"] * p.certified
    show = ("state", "index", "answered", *(f"vector[{i}]" for i in range(p.n_in)))
    # What is left of the load, the check, HP's replay where it comes after LP, the results.
    shallow = p.n_in - loaded + 2 * p.n_out + 12
    return Lemma(
        name=name,
        core=p.name,
        property="selection",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(file, *(other for other in hdl if other != file)),
        prepare=turn_out(p.name, *children, show=show),
        assumes=(*assumes, *(control for control in controls if control in asserted)),
        environment=(
            CLOCK_AND_RESET,
            *(
                f"{layer} gives its results in order after each whole vector, and only then"
                for layer, control in zip(networks, controls, strict=True)
                if control not in asserted
            ),
        ),
        late=tuple(begin) if loaded else (),
        depth=2,
        cover_depth=shallow + p.n_in,
        mutant_depth=shallow,
        mutants=select_mutants(p, hdl[file], file, text),
    )
