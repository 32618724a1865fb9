# SPDX-License-Identifier: Apache-2.0
"""Lemma about the top of a network: layers in order, AXI4-Stream ports, reset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sc_precision.gateware.network import axis_width
from sc_precision.params import DenseParams, LayerParams
from sc_precision.properties.checker.bind import network_bind
from sc_precision.properties.checker.lemma import CLOCK_AND_RESET, Lemma, Mutant, turn_out
from sc_precision.properties.checker.sv import replace_once
from sc_precision.properties.checker.templates import render


def _extended(layers: Sequence[LayerParams], width: int) -> str:
    """The code that leaves the last layer, whose payload has `last` above it, at that width."""
    form, payload = layers[-1].output.format, f"out_{len(layers) - 1}"
    code = f"{payload}[{form.width - 1}:0]"
    fill = f"{payload}[{form.width - 1}]" if form.signed else "1'b0"
    return f"{{{{{width - form.width}{{{fill}}}}}, {code}}}" if width > form.width else code


def top_lemma(name: str, layers: Sequence[LayerParams], hdl: dict[str, str]) -> Lemma:
    """The ports of the network are those of its first and last layer, and each layer feeds the next."""
    lemma = f"{name}_top"
    claim = (
        "each layer's results are the next one's inputs, the first and last are the AXI4-Stream ports, sign-extended"
    )
    tout = axis_width(layers[-1].output.format.width)
    text = render(
        "properties/templates/top.sv.j2",
        name=lemma,
        claim=claim,
        top=name,
        layers=layers,
        tin=axis_width(layers[0].inputs.format.width),
        tout=tout,
        extended=_extended(layers, tout),
    )
    file = f"{name}.v"
    files = (file, *(f for p in layers for f in (f"{p.name}.v", f"{p.name}_core.v") if f in hdl))
    # Contracts of the ports count one result vector for each input vector, which neurons may not keep.
    bind = (
        {}
        if any(p.stateful for p in layers)
        else {f"{name}_bind.sv": network_bind(name, cast("Sequence[DenseParams]", layers))}
    )
    return Lemma(
        name=lemma,
        core=name,
        property="stream protocol",
        claim=claim,
        top=f"{lemma}_check",
        checker=text,
        hdl=files,
        prepare=(*turn_out(name, *(p.name for p in layers)), *(f"delete {p.name}_*" for p in layers)),
        assumes=tuple(f"{p.name}_control" for p in layers),
        environment=(
            f"input codes are from {layers[0].inputs.low} to {layers[0].inputs.high}",
            CLOCK_AND_RESET,
        ),
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        extra=bind,
        mutants=(
            Mutant(
                "mutant_reset",
                "reset not inverted",
                {file: replace_once(hdl[file], r"assign rst = ~ *aresetn;", "assign rst = aresetn;")},
            ),
        ),
    )
