# SPDX-License-Identifier: Apache-2.0
"""The lemma about a controller: order, streams, frame errors, resets, stalls; the same skeleton for every kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sc_precision.properties.checker.lemma import Lemma, Mutant, turn_out
from sc_precision.properties.checker.sv import index_width, replace_all, replace_once
from sc_precision.properties.checker.templates import render


class Controlled(Protocol):
    """Parameters of a layer that takes in vectors."""

    @property
    def name(self) -> str:
        """Verilog module name."""

    @property
    def n_in(self) -> int:
        """Codes in a vector."""


def control_lemma(
    p: Controlled,
    hdl: dict[str, str],
    template: str,
    claim: str,
    *,
    below: Sequence[str],
    show: Sequence[str],
    assumes: Sequence[str],
    mutants: Iterable[Mutant] = (),
    holes: dict[str, Any] | None = None,
    **more: Any,
) -> Lemma:
    """The lemma about a layer's controller, by its own counters; what is below it stands in by contract.

    Parameters
    ----------
    p : Controlled
        Parameters of the layer.
    hdl : dict of str to str
        The emitted files.
    template : str
        Name of the checker's text in ``properties/templates``; it extends ``control.sv.j2``.
    claim : str
    below : sequence of str
        Patterns of what the layer's modules that are left out are called, after ``<layer>_``.
    show : sequence of str
        Registers of the layer that the checker reads, besides the index of the next input.
    assumes : sequence of str
        Names of the lemmas about what is left out.
    mutants : iterable of Mutant
        Besides those that every controller has.
    holes : dict, optional
        What the template needs besides `p`, `name` and `claim`.
    more
        Further fields of the lemma.
    """
    name, file = f"{p.name}_control", f"{p.name}.v"
    return Lemma(
        name=name,
        core=p.name,
        property="stream protocol",
        claim=claim,
        top=f"{name}_check",
        checker=render(f"properties/templates/{template}", p=p, name=name, claim=claim, **holes or {}),
        hdl=tuple(each for each in (file, f"{p.name}_core.v") if each in hdl),
        prepare=turn_out(p.name, *(f"{p.name}_{module}" for module in below), show=("index", *show)),
        assumes=tuple(assumes),
        depth=2,
        mutants=(*_protocol_mutants(p, hdl[file]), *mutants),
        **more,
    )


def _protocol_mutants(p: Controlled, text: str) -> tuple[Mutant, ...]:
    """Faults in the Verilog of a layer that every controller's lemma must refuse."""
    file = f"{p.name}.v"
    silent = replace_once(text, r"(frame_error <= ).*;", r"\g<1>1'h0;")
    mutants = [Mutant("mutant_error", "a misplaced last is not reported", {file: silent})]
    if p.n_in > 1:
        bits = index_width(p.n_in)
        digits = -(-bits // 4)
        last, first = (f"index == {bits}'h{index:0{digits}x};" for index in (p.n_in - 1, 0))
        short = replace_all(text, last, first)
        mutants.append(Mutant("mutant_short", "vectors end after their first code", {file: short}))
    return tuple(mutants)
