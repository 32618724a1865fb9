# SPDX-License-Identifier: Apache-2.0
"""The sound planner: formats, widths and stream lengths of a network under a bound that holds for every input."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from sc_precision.arguments import show
from sc_precision.errors import InputError, TargetError
from sc_precision.formats import Rounding
from sc_precision.modes import Bounds, Datapath
from sc_precision.network import Network
from sc_precision.params import StreamEncoding
from sc_precision.plan.build import Builder
from sc_precision.plan.cost import CostModel
from sc_precision.plan.grids import choose_grids
from sc_precision.plan.result import LIMIT_RANGES, LayerPlan, NetworkPlan, PlanLimits
from sc_precision.plan.search import Progress, cheapest_plan
from sc_precision.plan.structure import structure_of
from sc_precision.plan.target import Target

__all__ = ["LayerPlan", "NetworkPlan", "PlanLimits", "Target", "plan_network"]

GRID_FACTORS = (1.0, 1 / 8)
"""Fractions of the target that the activations' grids are chosen for, coarse first."""
FINEST = 1e-30
"""A target for which the grids become as fine as the limits allow."""
NO_GAIN = 0.99
"""A limit whose loosening leaves more than this of the bound does not bind."""


def plan_network(
    network: Network,
    *,
    target_error: float | None = None,
    target: Target | None = None,
    datapath: str = Datapath.FIXED,
    encoding: str = "sign_magnitude",
    name: str = "sc_net",
    lanes: int = 8,
    limits: PlanLimits | None = None,
    rounding: Rounding = Rounding.NEAREST_EVEN,
    bounds: str = Bounds.AFFINE,
    cost_model: str = CostModel.BITS,
    architecture: str | None = None,
    pipeline: int = 0,
    backend: str = "csd",
    row_scales: bool = False,
    best_effort: bool = False,
    progress: Progress | None = None,
) -> NetworkPlan:
    """Plan the precision of a network so that its errors keep the target, for any input in range.

    Parameters
    ----------
    network : Network
        The trained network.
    target_error : float, optional
        Largest absolute error of any output against the exact network with these float64 weights; the same as
        ``target=Target.absolute(target_error)``. Give exactly one of both.
    target : Target, optional
        An absolute error for all outputs or for each, a share of their ranges, or that decisions with a margin hold.
    datapath : {"fixed", "stochastic"}
        Integer multiply-accumulate, or masked van der Corput streams.
    encoding : {"sign_magnitude", "unipolar", "bipolar"}
        Of the streams: unipolar takes no negative weights, and only bipolar takes negative inputs and hidden layers
        with identity activation, at about twice the error of a stream of the same length.
    name : str
        Verilog module name; the layers become ``<name>_layer<i>``.
    lanes : int
        Outputs in parallel, folded architecture.
    limits : PlanLimits, optional
        Limits to keep.
    rounding : Rounding
        Of the activations.
    bounds : {"affine", "interval"}
        How errors are composed through the layers: with what cancels taken into account, or by interval arithmetic.
        Both are sound; the first is never larger, see `affine`.
    cost_model : {"b*log2L", "lut_cycles"}
        What is made small: bits times log2 of the stream length (bits where there are no streams), or lookup tables
        times cycles; see `cost`.
    architecture : {"folded", "parallel", "serial"}, optional
        Structure of the hardware, see `Structure`; no result and no bound depends on it. By default folded on the
        fixed datapath and parallel on the stochastic one, which has no serial one.
    pipeline : int
        Adder levels between registers in the parallel architecture of the fixed datapath; 0 for no registers.
    backend : {"csd", "da4ml"}
        How the parallel architecture's adders are found.
    row_scales : bool
        A power-of-two scale for each output of the fixed datapath, where it is one for each layer otherwise.
    best_effort : bool
        Return the most precise plan within the limits, with ``target_met`` False, where the target is out of reach.
    progress : callable, optional
        Called with a message and the fraction done.

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
    if target is None:
        if target_error is None:
            raise InputError("plan_network: target_error must be given, or a target of another kind")
        target = Target.absolute(target_error)
    elif target_error is not None:
        raise InputError("plan_network: target_error and target contradict each other; give one of them")
    elif not isinstance(target, Target):
        raise InputError(f"target must be a Target, got {show(target)}")
    kind = StreamEncoding.parse(encoding, "encoding")
    if not isinstance(limits, PlanLimits | None):
        raise InputError(f"limits must be PlanLimits, got {show(limits)}")
    structure = structure_of(datapath, architecture, pipeline, backend, row_scales)

    constraints, asked = target.constraints(network), target
    least = float(constraints.limits.min())
    rows = constraints.rows * (least / constraints.limits)[:, None]

    def builder_at(limits: PlanLimits, grid_target: float) -> Builder:
        grids = choose_grids(
            network, grid_target, max_bits=limits.max_activation_bits, stochastic=datapath == "stochastic", rows=rows
        )
        return Builder(
            network, datapath, name, lanes, limits, grids, rounding, asked, bounds, cost_model, kind, structure
        )

    within = PlanLimits() if limits is None else limits
    builders = (builder_at(within, least * factor) for factor in GRID_FACTORS)
    # The coarsest grids that leave the target within reach; the finest ones where none does.
    builder = next((each for each in builders if each.finest().target_met), builder_at(within, FINEST))
    plan = cheapest_plan(builder, progress)
    if not plan.target_met and not best_effort:
        raise _target_error(plan, lambda looser: builder_at(looser, FINEST).finest())
    return plan


def _target_error(best: NetworkPlan, reachable: Callable[[PlanLimits], NetworkPlan]) -> TargetError:
    """The error that says what is within reach and which limit to raise: the one that gains most on its own."""
    names = ["max_bits", "max_activation_bits"] + ["max_length"] * (best.datapath == "stochastic")
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
