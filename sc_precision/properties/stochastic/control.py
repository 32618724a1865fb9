# SPDX-License-Identifier: Apache-2.0
"""Lemma about the controller of a stochastic layer: loading, running, results; each synapse gets its streams."""

from __future__ import annotations

from typing import Any

from sc_precision.gateware.stochastic import ramp_port, stream_port
from sc_precision.params import StochasticDenseParams
from sc_precision.properties.checker.control import control_lemma
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.dense.claims import LayerClaim


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
    claim = (
        "every accepted vector is held while all cycles run once, each synapse gets the streams of its input and "
        "level, results leave in order, stable under stall, with last on the last; frame_error tells a misplaced last"
    )
    return control_lemma(
        p,
        hdl,
        "stochastic.sv.j2",
        claim,
        below=("row_*", "streams", "stage"),
        show=("state", "output_index", *drain_registers(p)),
        assumes=assumes,
        holes=stream_holes(p),
        engines=STREAM_ENGINES,
    )


STREAM_ENGINES = ("smtbmc z3", "smtbmc bitwuzla")
"""Engines for controllers of layers of streams."""


def drain_registers(p: StochasticDenseParams) -> tuple[str, ...]:
    """Name of the counter with which a layer waits for registers in its rows, where there are any."""
    return ("drain",) if p.popcount_stages else ()


def stream_holes(p: StochasticDenseParams) -> dict[str, Any]:
    """Streams of a layer whose outputs have rows of their own, and which of them each synapse gets."""
    rows = [
        [
            (ramp_port(group.length_log2, i), stream_port(group.length_log2, int(p.stream_ones[output, i])))
            for group in p.row_groups(output)
            for i in group.inputs
        ]
        for output in range(p.n_out)
    ]
    streams = [*(ramp_port(*ramp) for ramp in p.ramps), *(stream_port(*stream) for stream in p.streams)]
    return {"rows": rows, "streams": streams}
