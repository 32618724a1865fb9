# SPDX-License-Identifier: Apache-2.0
"""All lemmas about an adaptive wrapper around two planned networks, and how they fit together.

The wrapper's lemmas assume of the networks what the lemmas of their layers assert; that nothing else is assumed, and
that the ranges agree, is checked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sc_precision.adaptive.params import AdaptiveParams
from sc_precision.adaptive.properties.margins import check_margins
from sc_precision.adaptive.properties.wrapper import adaptive_lemmas
from sc_precision.errors import ConsistencyError
from sc_precision.params import DenseParams, InputCodes
from sc_precision.params.hashing import parameters_hash
from sc_precision.plan.bounds import LayerBounds
from sc_precision.plan.result import NetworkPlan
from sc_precision.properties import layer_lemmas
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.network.composition import check_composition
from sc_precision.properties.network.links import check_assumptions


def adaptive_network_lemmas(
    params: AdaptiveParams, lp: NetworkPlan, hp: NetworkPlan, hdl: dict[str, str]
) -> list[Lemma]:
    """Lemmas about the wrapper and about every layer of both networks.

    Parameters
    ----------
    params : AdaptiveParams
    lp, hp : NetworkPlan
        The plans of its networks, by whatever name.
    hdl : dict of str to str
        The emitted files.

    Returns
    -------
    list of Lemma
        LP's layers, HP's layers, the wrapper; checked by `check_composition` for each network.

    Raises
    ------
    ConsistencyError
        If the plans are not the wrapper's, the lemmas of a network do not add up to its bound, a network is fed what
        its lemmas do not speak of, or a threshold is too low.
    """
    given = (("lp", lp, params.lp), ("hp", hp, params.hp))
    plans = [named_plan(plan, f"{params.name}_{path}", layers) for path, plan, layers in given]
    _check_inputs(params, lp, hp)
    lemmas: list[Lemma] = []
    for own in plans:
        found = layer_lemmas(own, hdl)
        check_composition(own, found)
        lemmas += found
    if params.certified:
        check_margins(params)
    lemmas += adaptive_lemmas(params, hdl, tuple(lemma.name for lemma in lemmas))
    check_assumptions(lemmas)
    return lemmas


def named_plan(plan: NetworkPlan, name: str, layers: Sequence[DenseParams]) -> NetworkPlan:
    """The plan whose layers have the wrapper's names.

    Raises
    ------
    ConsistencyError
        If the layers differ in more than their names.
    """
    if len(plan.layers) != len(layers):
        raise ConsistencyError(f"{name}: the plan has {len(plan.layers)} layers, the wrapper {len(layers)}")
    named = replace(
        plan,
        request=replace(plan.request, name=name),
        layers=tuple(
            replace(layer, params=replace(layer.params, name=own.name))
            for layer, own in zip(plan.layers, layers, strict=True)
        ),
    )
    for layer, own in zip(named.layers, layers, strict=True):
        if layer.params.to_dict() != own.to_dict() or parameters_hash([layer.params]) != parameters_hash([own]):
            raise ConsistencyError(f"{own.name}: is not the layer of the plan; compile the design again")
    return named


def _check_inputs(params: AdaptiveParams, lp: NetworkPlan, hp: NetworkPlan) -> None:
    """Codes that the networks are fed are codes that their bounds hold for."""
    fed = {"lp": params.to_lp.target, "hp": params.inputs}
    for (path, codes), plan in zip(fed.items(), (lp, hp), strict=True):
        check_fed(params.name, path, codes, plan.layers[0].bounds)


def check_fed(name: str, path: str, codes: InputCodes, bounds: LayerBounds) -> None:
    """Check that codes which a network is fed are codes that its first layer's bounds hold for.

    Parameters
    ----------
    name : str
        The wrapper's.
    path : str
        ``lp`` or ``hp``.
    codes : InputCodes
    bounds : LayerBounds

    Raises
    ------
    ConsistencyError
        If not.
    """
    if (bounds.input_low > codes.low).any() or (bounds.input_high < codes.high).any():
        raise ConsistencyError(
            f"{name}: {path} is fed codes {codes.low} to {codes.high}, its bounds are stated for "
            f"{bounds.input_low.max()} to {bounds.input_high.min()}"
        )
