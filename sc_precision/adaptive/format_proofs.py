# SPDX-License-Identifier: Apache-2.0
"""What a design of one layer in two formats needs to be proven: its lemmas, and the layer that it was compiled from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sc_precision.adaptive.params import AdaptiveParams
from sc_precision.errors import InputError
from sc_precision.importers.npz import read_network, write_network
from sc_precision.network import Dense, Network

LAYER = "layer.npz"
"""File with the trained layer in the folder of a design."""


def format_proofs(params: AdaptiveParams, dense: Dense) -> dict[str, Any]:
    """Arguments ``lemmas``, ``not_proven`` and ``sources`` of a `Design`, for a trained layer in two formats."""
    # The planner is imported with these.
    from sc_precision.adaptive.properties.formats import format_claims

    claims = format_claims(params, dense)

    def save(path: Path) -> None:
        codes = params.inputs
        write_network(path, Network((dense,), codes.low * codes.format.lsb, codes.high * codes.format.lsb))

    return {"lemmas": claims.lemmas, "not_proven": claims.not_proven, "sources": {LAYER: save}}


def stored_layer(path: Path) -> Dense:
    """The layer that `format_proofs` writes, or InputError if the file does not hold just that."""
    layers = read_network(path).network.layers
    if len(layers) != 1:
        raise InputError(f"{path}: holds {len(layers)} layers; a design of two formats is compiled from one")
    return layers[0]
