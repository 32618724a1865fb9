# SPDX-License-Identifier: Apache-2.0
"""The wrapper of two plans of one trained network: what they must share, its parameters and its design."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sc_precision.adaptive.certify import certified_margins
from sc_precision.adaptive.design import adaptive_design
from sc_precision.adaptive.params import AdaptiveParams, Policy, Thresholds
from sc_precision.arguments import show
from sc_precision.design.design import Design
from sc_precision.errors import InputError
from sc_precision.modes import Datapath
from sc_precision.plan.result import NetworkPlan
from sc_precision.verilog import check_module_name

if TYPE_CHECKING:
    from sc_precision.properties.checker.lemma import Lemma

_ARITHMETIC = (
    "that the layers' intervals add up, layer by layer, to the bounds of the two plans is exact arithmetic in Python",
    "that no margin of LP exceeds HP's by more than its threshold is exact arithmetic in Python, done twice",
)


def adaptive_network_params(
    lp: NetworkPlan,
    hp: NetworkPlan,
    module_name: str,
    *,
    policy: Policy | str,
    threshold_up_pct: float,
    threshold_down_pct: float,
) -> AdaptiveParams:
    """Parameters of the wrapper of `compile_adaptive_network`; see there for arguments and errors."""
    check_module_name(module_name)
    chosen, thresholds = Policy.parse(policy, "policy"), Thresholds(threshold_up_pct, threshold_down_pct)
    for path, plan in (("lp", lp), ("hp", hp)):
        if not isinstance(plan, NetworkPlan):
            raise InputError(f"{path}: expected a NetworkPlan, got {show(plan)}")
    _check_same_network(lp, hp)
    _check_coarser(lp, hp)
    layers = {
        path: tuple(
            replace(params, name=check_module_name(f"{module_name}_{path}_layer{index}", "layer name"))
            for index, params in enumerate(plan.params)
        )
        for path, plan in (("lp", lp), ("hp", hp))
    }
    margins = certified_margins(layers["lp"], layers["hp"]) if chosen is Policy.CERTIFIED else None
    return AdaptiveParams(
        module_name, layers["lp"], layers["hp"], policy=chosen, thresholds=thresholds, margins=margins
    )


def network_design(
    params: AdaptiveParams,
    lp: NetworkPlan,
    hp: NetworkPlan,
    figures: dict[str, Any] | None = None,
    files: dict[str, str] | None = None,
) -> Design:
    """The design of two plans' wrapper.

    Parameters
    ----------
    params : AdaptiveParams
    lp, hp : NetworkPlan
    figures : dict, optional
        Of what was tried on it, for the manifest.
    files : dict of str to str, optional
        Verilog that was emitted before; emitted now where None.

    Returns
    -------
    Design
        With the lemmas about the wrapper and all layers, see `properties.adaptive_network`.
    """
    manifest = {
        "kind": "adaptive_network_v1",
        "lp_plan": {"plan_hash": lp.hash, "datapath": lp.datapath, "bound": lp.bound},
        "hp_plan": {"plan_hash": hp.hash, "datapath": hp.datapath, "bound": hp.bound},
        "decision_guarantee": "that of HP for every input code" if params.certified else None,
        "threshold_up_pct": params.thresholds.up,
        "threshold_down_pct": params.thresholds.down,
    }
    if figures:
        manifest["golden_model"] = figures

    def lemmas(hdl: dict[str, str]) -> list[Lemma]:
        from sc_precision.adaptive.properties.network import adaptive_network_lemmas

        return adaptive_network_lemmas(params, lp, hp, hdl)

    return adaptive_design(
        params,
        manifest,
        "compile_adaptive_network",
        files=files,
        lemmas=lemmas,
        not_proven=_ARITHMETIC[: 2 if params.certified else 1],
        sources={"lp.npz": lp.save, "hp.npz": hp.save},
    )


def _check_coarser(lp: NetworkPlan, hp: NetworkPlan) -> None:
    """LP must be coarser than HP in something, and finer in nothing; networks of two datapaths are not compared."""
    if lp.datapath != hp.datapath:
        return
    what = "lengths" if lp.datapath == Datapath.STOCHASTIC else "bits"
    widest = [[int(getattr(layer, what).max()) for layer in plan.layers] for plan in (lp, hp)]
    for layer, one, other in zip(hp.layers, *widest, strict=True):
        if one > other:
            unit = "cycles" if what == "lengths" else "bits"
            raise InputError(
                f"lp must not be more precise than hp, but {layer.dense.name} has {one} {unit} in lp and {other} in "
                "hp; exchange the two"
            )
    if widest[0] == widest[1]:
        raise InputError(f"lp must be less precise than hp, but both have {what} {widest[0]}; give lp fewer")


def _check_same_network(lp: NetworkPlan, hp: NetworkPlan) -> None:
    def differs(what: str) -> InputError:
        return InputError(f"lp and hp must be plans of one network, but their {what} differ")

    ends = [(plan.network.input_low, plan.network.input_high, plan.network.input_fraction) for plan in (lp, hp)]
    if ends[0] != ends[1]:
        raise differs("input ranges")
    if len(lp.layers) != len(hp.layers):
        raise differs("numbers of layers")
    for one, other in zip(lp.network.layers, hp.network.layers, strict=True):
        same = one.activation is other.activation and np.array_equal(one.weight, other.weight)
        if not same or not np.array_equal(one.bias, other.bias):
            raise differs(f"layers {show(other.name)}")
