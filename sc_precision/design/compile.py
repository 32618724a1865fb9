# SPDX-License-Identifier: Apache-2.0
"""Compiling a chain of layers to a design."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast

from sc_precision.arguments import show
from sc_precision.design.chains import chain_model, check_layers
from sc_precision.design.design import Design, header_lines
from sc_precision.design.manifest import DENSE_KIND
from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import InputError
from sc_precision.golden.layers import layer_values
from sc_precision.params import DenseParams, LayerParams
from sc_precision.params.hashing import parameters_hash
from sc_precision.params.kind import kind_of
from sc_precision.plan.bounds import LayerBounds
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.network.chain import provable_chain

_OWN = "how far the parameters are from what they stand for: each layer is held against its own parameters alone"
_LOCAL = "how the layers' errors add up in the network: each layer is held against its own weights and biases"
_STATISTICAL = "how far LFSR streams are off products of codes and weights, which is statistical"


def compile_design(
    layers: Sequence[LayerParams],
    name: str,
    *,
    bounds: Sequence[LayerBounds | None] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Design:
    """Compile a chain of layers.

    Parameters
    ----------
    layers : sequence of dense parameters or LifParams
        The output codes of each are the input codes of the next. All neurons take equally many steps, and only the
        first of them may be driven by constant currents.
    name : str
        Verilog name of the top module.
    bounds : sequence of LayerBounds or None, optional
        What the lemmas hold each layer against, see `layer_bounds`; None for neurons. By default its own parameters:
        the hardware then computes exactly what they say, except for the errors of streams.
    extra : mapping, optional
        JSON-ready; what else the manifest says.

    Returns
    -------
    Design
        A vector is one frame. With neurons that are driven in steps a frame is a step: the model takes frames in the
        order in which they come from a reset on. It has lemmas where there are some about every layer; else
        `not_proven` says why.

    Raises
    ------
    InputError
        If there is no layer, layers do not fit one another, or a name cannot be used.
    ToolError
        If Yosys does not convert the design.
    """
    where = str(show(name)).strip("'")
    chain = check_layers(layers, where)
    if bounds is not None and len(bounds) != len(chain):
        raise InputError(f"{where}: bounds must be one for each of {len(chain)} layers, got {len(bounds)}")
    description = {
        "schema_version": "1.0",
        "kind": DENSE_KIND,
        "module_name": name,
        "layers": [layer.to_dict() for layer in chain],
        "parameters_sha256": parameters_hash(chain),
    } | dict(extra or {})
    dense = cast("tuple[DenseParams, ...]", tuple(layer for layer in chain if not layer.stateful))
    files = network_verilog(chain, name, header_lines("compile_design", description))

    lemmas: Callable[[dict[str, str]], list[Lemma]] | None = None
    try:
        lemmas, not_proven = provable_chain(chain, name, bounds).lemmas, [_OWN if bounds is None else _LOCAL]
        if any(kind_of(layer).statistical for layer in chain):
            not_proven.append(_STATISTICAL)
    except InputError as error:
        not_proven = [f"nothing of it is proven: {error}"]
    return Design(
        name=name,
        files=files,
        description=description,
        inputs=chain[0].inputs,
        n_in=chain[0].n_in,
        model=partial(chain_model, chain),
        lemmas=lemmas,
        not_proven=not_proven,
        # What a layer gives to one vector alone is not all there is to say where neurons keep their membranes.
        networks=(dense,) if len(dense) == len(chain) else [(layer,) for layer in dense],
        values=(lambda codes: [{"layers": layer_values(dense, row.tolist())} for row in codes])
        if len(dense) == len(chain)
        else None,
    )
