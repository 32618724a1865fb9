# SPDX-License-Identifier: Apache-2.0
"""Formal properties of the emitted hardware: lemmas per module, and how they compose to the plan's bound."""

from __future__ import annotations

from sc_precision.plan.result import NetworkPlan
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.network.chain import Chain
from sc_precision.properties.network.composition import check_composition, composed_errors
from sc_precision.properties.network.composition_record import Composition
from sc_precision.properties.network.top import top_lemma
from sc_precision.properties.stochastic.lfsr import lfsr_lemmas
from sc_precision.properties.stochastic.progressive import progressive_lemmas

__all__ = [
    "Composition",
    "Lemma",
    "Mutant",
    "check_composition",
    "composed_errors",
    "composed_lemmas",
    "layer_lemmas",
    "lfsr_lemmas",
    "network_lemmas",
    "progressive_lemmas",
]


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
    """
    return composed_lemmas(plan, hdl)[0]


def composed_lemmas(plan: NetworkPlan, hdl: dict[str, str]) -> tuple[list[Lemma], Composition]:
    """The lemmas of `network_lemmas`, and how they add up to the plan's bound."""
    lemmas = [*layer_lemmas(plan, hdl), top_lemma(plan.name, plan.params, hdl)]
    return lemmas, check_composition(plan, lemmas)


def layer_lemmas(plan: NetworkPlan, hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about the layers of a plan, without what chains them.

    `network_lemmas` and `adaptive.network_lemmas` add that, and check that they add up.
    """
    return Chain.of_plan(plan).layer_lemmas(hdl)
