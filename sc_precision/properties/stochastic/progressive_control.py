# SPDX-License-Identifier: Apache-2.0
"""Lemma about the controller of a layer that can be stopped early: when a run ends, and what its results are."""

from __future__ import annotations

from dataclasses import replace

from sc_precision.emit.verilog import convert_modules, module_texts
from sc_precision.gateware.progressive import ProgressiveDense
from sc_precision.params import ProgressiveDenseParams
from sc_precision.properties.checker.control import control_lemma
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import replace_first
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.stochastic.control import STREAM_ENGINES, drain_registers, stream_holes


def progressive_control(
    layer: LayerClaim[ProgressiveDenseParams], hdl: dict[str, str], assumes: tuple[str, ...]
) -> Lemma:
    """The order of everything that the layer does, against counters of its own.

    Parameters
    ----------
    layer : LayerClaim
        With `ProgressiveDenseParams`.
    hdl : dict of str to str
        The emitted files.
    assumes : tuple of str
        Lemmas about the streams, rows and output stage, which are left out of this one.
    """
    p, b = layer.params, layer.bounds
    claim = (
        "every accepted vector is held while its streams run to the least power of two of cycles beyond the first "
        "stop, or whole; each result is its row's sum times Lmax over the cycles that ran, plus a bias; results leave "
        "in order, stable under stall, with last on the last; frame_error tells a misplaced last"
    )
    holes = stream_holes(p)
    below = [p.bipolar * len(row) << p.max_log2 for row in holes["rows"]]
    planned = ((b.reference_bias + b.bias_error) >> b.k).tolist()
    holes["starts"] = [bias - counted for bias, counted in zip(planned, below, strict=True)]
    file = f"{p.name}.v"
    bias = p.bias.copy()
    bias[0] ^= 1
    modules = module_texts(hdl[file])
    modules |= convert_modules([ProgressiveDense(replace(p, bias=bias))])
    mutants = [Mutant("mutant_bias", "the last bit of one bias flipped", {file: "\n".join(modules.values())})]
    if p.max_log2:
        late = replace_first(hdl[file], r"= stopping \| stop", "= stopping & stop")
        mutants.append(Mutant("mutant_stop", "a stop that does not last is forgotten", {file: late}))
    return control_lemma(
        p,
        hdl,
        "progressive.sv.j2",
        claim,
        below=("row_*", "streams", "stage"),
        show=("state", "output_index", "stopping", *drain_registers(p)),
        assumes=assumes,
        mutants=mutants,
        holes=holes,
        engines=STREAM_ENGINES,
        mutant_depth=p.n_in + 8,
    )
