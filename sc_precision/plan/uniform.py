# SPDX-License-Identifier: Apache-2.0
"""Plans in which all synapses have one width and one stream length."""

from __future__ import annotations

from dataclasses import replace

from sc_precision.formats import Rounding
from sc_precision.network import Network
from sc_precision.plan.build import Builder
from sc_precision.plan.grids import choose_grids
from sc_precision.plan.limits import PlanLimits
from sc_precision.plan.request import PlanRequest
from sc_precision.plan.result import NetworkPlan
from sc_precision.plan.target import Target

_FINEST = 1e-30
"""A target for which the grids become as fine as the limits allow."""


def uniform_plan(
    network: Network,
    datapath: str,
    *,
    bits: int = 16,
    length: int = 4096,
    lanes: int = 8,
    name: str = "sc_net",
    activation_bits: int = 16,
    rounding: Rounding = Rounding.NEAREST_EVEN,
) -> NetworkPlan:
    """Plan without a search: every synapse gets all that is allowed; the plan's target is the bound that it has.

    Parameters
    ----------
    network : Network
    datapath : {"fixed", "stochastic"}
    bits : int
        Width of the weights; on the stochastic datapath at most log2(length) + 1 are used.
    length : int
        Length of all streams, a power of two.
    lanes : int
        Outputs in parallel, fixed datapath.
    name : str
        Verilog module name.
    activation_bits : int
        Greatest width between layers.
    rounding : Rounding
        Of the activations.
    """
    limits = PlanLimits(
        min_bits=min(2, bits), max_bits=bits, min_length=length, max_length=length, max_activation_bits=activation_bits
    )
    request = PlanRequest(
        target=Target.absolute(1.0), datapath=datapath, name=name, lanes=lanes, limits=limits, rounding=rounding
    )
    grids = choose_grids(network, _FINEST, max_bits=activation_bits, stochastic=request.stochastic)
    plan = Builder(network, request, grids).finest()
    target = Target.absolute(plan.bound)
    return replace(plan, request=replace(request, target=target), constraints=target.constraints(network))
