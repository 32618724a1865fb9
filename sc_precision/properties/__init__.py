# SPDX-License-Identifier: Apache-2.0
"""Formal properties of the emitted hardware: lemmas per module, and how they compose to the plan's bound."""

from __future__ import annotations

import numpy as np

from sc_precision.errors import InputError
from sc_precision.plan.result import NetworkPlan
from sc_precision.properties.composition import check_composition, composed_errors
from sc_precision.properties.fixed import fixed_lemmas
from sc_precision.properties.lemma import Lemma, Mutant
from sc_precision.properties.stage import stage_lemma
from sc_precision.properties.stochastic import stochastic_lemmas
from sc_precision.properties.top import top_lemma

__all__ = ["Lemma", "Mutant", "check_composition", "check_provable", "composed_errors", "network_lemmas"]


def check_provable(plan: NetworkPlan) -> None:
    """Raise InputError if there are no lemmas about a layer's hardware; no bundle may claim what none asserts."""
    for layer in plan.layers:
        if layer.params.kind not in ("fixed_dense", "stochastic_dense"):
            raise InputError(
                f"{layer.params.name}: there are no lemmas about {layer.params.kind} yet, so no bundle that proves its "
                "bound; use the parallel architecture, or network_verilog for Verilog without proofs"
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
    check_provable(plan)
    lemmas: list[Lemma] = []
    for index, layer in enumerate(plan.layers):
        if layer.params.kind == "fixed_dense":
            lemmas += fixed_lemmas(layer, hdl)
        else:
            lemmas += stochastic_lemmas(layer, hdl)
        if index + 1 < len(plan.layers):
            bounds = plan.layers[index + 1].bounds
            low, high = bounds.input_low, bounds.input_high
        else:
            output = layer.params.output
            low = np.full(layer.params.n_out, output.low, dtype=np.int64)
            high = np.full(layer.params.n_out, output.high, dtype=np.int64)
        lemmas.append(stage_lemma(layer, low, high))
    lemmas.append(top_lemma(plan.name, plan.params, hdl))
    check_composition(plan, lemmas)
    return lemmas
