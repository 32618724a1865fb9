# SPDX-License-Identifier: Apache-2.0
"""The sound planner: formats, widths and stream lengths of a network under a bound that holds for every input."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Unpack

from sc_precision.errors import InputError, TargetError
from sc_precision.network import Network
from sc_precision.plan.build import Builder
from sc_precision.plan.grids import choose_grids
from sc_precision.plan.limits import LIMIT_RANGES, PlanLimits
from sc_precision.plan.request import PlanKeywords, PlanRequest
from sc_precision.plan.result import LayerPlan, NetworkPlan
from sc_precision.plan.search import Progress, cheapest_plan
from sc_precision.plan.target import Target

__all__ = ["LayerPlan", "NetworkPlan", "PlanLimits", "PlanRequest", "Target", "plan_network"]

GRID_FACTORS = (1.0, 1 / 8)
"""Fractions of the target that the activations' grids are chosen for, coarse first."""
FINEST = 1e-30
"""A target for which the grids become as fine as the limits allow."""
NO_GAIN = 0.99
"""A limit whose loosening leaves more than this of the bound does not bind."""


def plan_network(
    network: Network,
    request: PlanRequest | None = None,
    *,
    progress: Progress | None = None,
    **keywords: Unpack[PlanKeywords],
) -> NetworkPlan:
    """Plan the precision of a network so that its errors keep the target, for any input in range.

    Parameters
    ----------
    network : Network
        The trained network.
    request : PlanRequest, optional
        What the plan is to be.
    progress : callable, optional
        Called with a message and the fraction done.
    **keywords
        Instead of `request`: its fields, and ``target_error=E`` for ``target=Target.absolute(E)``, the largest absolute
        error of any output against the exact network with these float64 weights.

    Returns
    -------
    NetworkPlan

    Raises
    ------
    InputError
        If an argument or the network cannot be used.
    TargetError
        If the target is out of reach, with the best bound within reach and the limit that binds.
    """
    if not isinstance(network, Network):
        raise InputError(f"plan_network: expected a Network, got {type(network).__name__}")
    asked = PlanRequest.of(request, keywords)
    constraints = asked.target.constraints(network)
    least = float(constraints.limits.min())
    rows = constraints.rows * (least / constraints.limits)[:, None]

    def builder_at(limits: PlanLimits, grid_target: float) -> Builder:
        most = limits.max_activation_bits
        grids = choose_grids(network, grid_target, max_bits=most, stochastic=asked.stochastic, rows=rows)
        return Builder(network, replace(asked, limits=limits), grids)

    builders = (builder_at(asked.limits, least * factor) for factor in GRID_FACTORS)
    # The coarsest grids that leave the target within reach; the finest ones where none does.
    builder = next((each for each in builders if each.finest().target_met), builder_at(asked.limits, FINEST))
    plan = cheapest_plan(builder, progress)
    if not plan.target_met and not asked.best_effort:
        raise _target_error(plan, lambda looser: builder_at(looser, FINEST).finest())
    return plan


def _target_error(best: NetworkPlan, reachable: Callable[[PlanLimits], NetworkPlan]) -> TargetError:
    """The error that says what is within reach and which limit to raise: the one that gains most on its own."""
    names = ["max_bits", "max_activation_bits"] + ["max_length"] * best.request.stochastic
    plans: dict[str, NetworkPlan] = {}
    for name in names:
        # Limits at which the integers no longer fit are not worth recommending.
        with suppress(InputError):
            plans[name] = reachable(replace(best.limits, **{name: LIMIT_RANGES[name][1]}))
    binding = min(plans, key=lambda name: plans[name].target_use, default="")
    target = best.target
    worst = int((best.constraint_bounds / best.constraints.limits).argmax())
    asked, what = target.values[0], "bound"
    if target.kind == "per_output":
        asked = float(best.constraints.limits[worst])
    if target.kind != "absolute":
        what = f"{'share' if target.kind == 'relative' else 'bound'} of {best.constraints.name(worst)}"
    reached = f"{target.argument} {asked:.6g} is out of reach: the best {what} is {best.reached:.6g}"
    if not binding or plans[binding].target_use > NO_GAIN * best.target_use:
        advice = "raising a single limit gains nothing; use a looser target"
        return TargetError(f"{reached}; {advice}", reachable=best.reached, binding=target.argument)
    value, most = getattr(best.limits, binding), LIMIT_RANGES[binding][1]
    message = f"{reached} at {binding}={value}; raise {binding} ({most} would reach {plans[binding].reached:.6g})"
    return TargetError(message, reachable=best.reached, binding=binding)
