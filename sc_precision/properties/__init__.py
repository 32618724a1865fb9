# SPDX-License-Identifier: Apache-2.0
"""Formal properties of the emitted hardware: lemmas per module, and how they compose to the plan's bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sc_precision.errors import InputError
from sc_precision.plan.result import NetworkPlan
from sc_precision.properties.blocks.aligned import block_float_lemmas
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.dense.stage import stage_lemma
from sc_precision.properties.fixed.folded_layer import fixed_lemmas
from sc_precision.properties.fixed.parallel import fixed_parallel_lemmas
from sc_precision.properties.fixed.serial import fixed_serial_lemmas
from sc_precision.properties.network.composition import check_composition, composed_errors
from sc_precision.properties.network.composition_record import Composition
from sc_precision.properties.network.top import top_lemma
from sc_precision.properties.stochastic.folded import folded_stochastic_lemmas
from sc_precision.properties.stochastic.lfsr import lfsr_lemmas
from sc_precision.properties.stochastic.parallel import stochastic_lemmas
from sc_precision.properties.stochastic.progressive import progressive_lemmas

__all__ = [
    "Composition",
    "Lemma",
    "Mutant",
    "check_composition",
    "check_provable",
    "claim_lemmas",
    "composed_errors",
    "composed_lemmas",
    "layer_lemmas",
    "lfsr_lemmas",
    "network_lemmas",
    "progressive_lemmas",
    "provable",
]


_LEMMAS: dict[str, Callable[[Any, dict[str, str]], list[Lemma]]] = {
    "block_float_dense": block_float_lemmas,
    "fixed_dense": fixed_lemmas,
    "fixed_parallel": fixed_parallel_lemmas,
    "fixed_serial": fixed_serial_lemmas,
    "stochastic_dense": stochastic_lemmas,
    "stochastic_dense_folded": folded_stochastic_lemmas,
}
"""Lemmas for each kind of layer, from a `LayerClaim`."""


def claim_lemmas(layer: LayerClaim, hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about one layer, but for its output stage.

    Raises
    ------
    InputError
        See `check_provable`.
    """
    check_provable(layer.params.name, layer.params.kind)
    return _LEMMAS[layer.params.kind](layer, hdl)


def provable(kind: str) -> bool:
    """Whether there are lemmas about layers of a kind, see `LayerParams.kind`."""
    return kind in _LEMMAS


def check_provable(name: str, kind: str) -> None:
    """Raise an InputError for a kind of layer that there are no lemmas about; a bundle must not look proven.

    Parameters
    ----------
    name : str
        What the error begins with.
    kind : str
        See `LayerParams.kind`.
    """
    if not provable(kind):
        raise InputError(
            f"{name}: there are no lemmas for layers of kind {kind!r} yet, so no bundle; "
            "use emit.verilog.network_verilog for the Verilog alone, or another architecture"
        )


def network_lemmas(plan: NetworkPlan, hdl: dict[str, str]) -> list[Lemma]:
    """All lemmas about the hardware of a plan.

    Parameters
    ----------
    plan : NetworkPlan
    hdl : dict of str to str
        The files that `sc_precision.emit.network_verilog` made of it.

    Returns
    -------
    list of Lemma
        Checked by `check_composition`.

    Raises
    ------
    InputError
        See `check_provable`.
    """
    return composed_lemmas(plan, hdl)[0]


def composed_lemmas(plan: NetworkPlan, hdl: dict[str, str]) -> tuple[list[Lemma], Composition]:
    """The lemmas of `network_lemmas`, which see, and how they add up to the plan's bound."""
    lemmas = [*layer_lemmas(plan, hdl), top_lemma(plan.name, plan.params, hdl)]
    return lemmas, check_composition(plan, lemmas)


def layer_lemmas(plan: NetworkPlan, hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about the layers of a plan, without what chains them.

    `network_lemmas` and `adaptive.network_lemmas` add that, and check that they add up.

    Raises
    ------
    InputError
        See `check_provable`.
    """
    lemmas: list[Lemma] = []
    for index, layer in enumerate(plan.layers):
        lemmas += claim_lemmas(layer, hdl)
        if index + 1 < len(plan.layers):
            bounds = plan.layers[index + 1].bounds
            low, high = bounds.input_low, bounds.input_high
        else:
            output = layer.params.output
            low = np.full(layer.params.n_out, output.low, dtype=np.int64)
            high = np.full(layer.params.n_out, output.high, dtype=np.int64)
        lemmas.append(stage_lemma(layer, low, high))
    return lemmas
