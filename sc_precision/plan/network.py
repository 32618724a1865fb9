# SPDX-License-Identifier: Apache-2.0
"""The sound planner: formats, widths and stream lengths of a network under a bound that holds for every input."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from sc_precision.arguments import positive, show
from sc_precision.errors import InputError, TargetError
from sc_precision.formats import Rounding
from sc_precision.network import Network
from sc_precision.params import StreamEncoding
from sc_precision.plan.build import Builder
from sc_precision.plan.cost import COST_MODELS
from sc_precision.plan.grids import choose_grids
from sc_precision.plan.result import LIMIT_RANGES, LayerPlan, NetworkPlan, PlanLimits
from sc_precision.plan.search import Progress, cheapest_plan
from sc_precision.plan.structure import Structure

__all__ = ["LayerPlan", "NetworkPlan", "PlanLimits", "plan_network"]

GRID_FACTORS = (1.0, 1 / 8)
"""Fractions of the target that the activations' grids are chosen for, coarse first."""
FINEST = 1e-30
"""A target for which the grids become as fine as the limits allow."""
NO_GAIN = 0.99
"""A limit whose loosening leaves more than this of the bound does not bind."""


def plan_network(
    network: Network,
    *,
    target_error: float,
    datapath: str = "fixed",
    encoding: str = "sign_magnitude",
    name: str = "sc_net",
    lanes: int = 8,
    limits: PlanLimits | None = None,
    rounding: Rounding = Rounding.NEAREST_EVEN,
    cost_model: str = COST_MODELS[0],
    architecture: str = "folded",
    pipeline: int = 0,
    backend: str = "csd",
    row_scales: bool = False,
    best_effort: bool = False,
    progress: Progress | None = None,
) -> NetworkPlan:
    """Plan the precision of a network so that no output is off by more than the target, for any input in range.

    Parameters
    ----------
    network : Network
        The trained network.
    target_error : float
        Largest absolute error of any output against the exact network with these float64 weights.
    datapath : {"fixed", "stochastic"}
        Integer multiply-accumulate, or masked van der Corput streams.
    encoding : {"sign_magnitude", "unipolar", "bipolar"}
        Of the streams: unipolar takes no negative weights, and only bipolar takes negative inputs and hidden layers
        with identity activation, at about twice the error of a stream of the same length.
    name : str
        Verilog module name; the layers become ``<name>_layer<i>``.
    lanes : int
        Outputs in parallel, folded architecture of the fixed datapath.
    limits : PlanLimits, optional
        Limits to keep.
    rounding : Rounding
        Of the activations.
    cost_model : {"b*log2L", "lut_cycles"}
        What is made small: bits times log2 of the stream length (bits where there are no streams), or lookup tables
        times cycles; see `cost`.
    architecture : {"folded", "parallel", "serial"}
        Structure of the fixed datapath's hardware, see `Structure`; no result and no bound depends on it.
    pipeline : int
        Adder levels between registers in the parallel architecture; 0 for no registers.
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
    target = positive("target_error", target_error)
    kind = StreamEncoding.parse(encoding)
    if not isinstance(limits, PlanLimits | None):
        raise InputError(f"limits must be PlanLimits, got {show(limits)}")

    structure = Structure(architecture, pipeline, backend, row_scales)

    def builder_at(limits: PlanLimits, grid_target: float) -> Builder:
        grids = choose_grids(
            network, grid_target, max_bits=limits.max_activation_bits, stochastic=datapath == "stochastic"
        )
        return Builder(network, datapath, name, lanes, limits, grids, rounding, target, cost_model, kind, structure)

    within = PlanLimits() if limits is None else limits
    builders = (builder_at(within, target * factor) for factor in GRID_FACTORS)
    # The coarsest grids that leave the target within reach; the finest ones where none does.
    builder = next((each for each in builders if each.finest().target_met), builder_at(within, FINEST))
    plan = cheapest_plan(builder, progress)
    if not plan.target_met and not best_effort:
        raise _target_error(plan, lambda looser: builder_at(looser, FINEST).finest().bound)
    return plan


def _target_error(best: NetworkPlan, reachable: Callable[[PlanLimits], float]) -> TargetError:
    """The error that says what is within reach and which limit to raise: the one that gains most on its own."""
    names = ["max_bits", "max_activation_bits"] + ["max_length"] * (best.datapath == "stochastic")
    bounds: dict[str, float] = {}
    for name in names:
        # Limits at which the integers no longer fit are not worth recommending.
        with suppress(InputError):
            bounds[name] = reachable(replace(best.limits, **{name: LIMIT_RANGES[name][1]}))
    binding = min(bounds, key=lambda name: bounds[name], default="")
    reached = f"target_error {best.target_error:.6g} is out of reach: the best bound is {best.bound:.6g}"
    if not binding or bounds[binding] > NO_GAIN * best.bound:
        advice = "raising a single limit gains nothing; use a looser target"
        return TargetError(f"{reached}; {advice}", reachable=best.bound, binding="target_error")
    value, most = getattr(best.limits, binding), LIMIT_RANGES[binding][1]
    message = f"{reached} at {binding}={value}; raise {binding} ({most} would reach {bounds[binding]:.6g})"
    return TargetError(message, reachable=best.bound, binding=binding)
