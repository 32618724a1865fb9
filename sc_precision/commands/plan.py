# SPDX-License-Identifier: Apache-2.0
"""``sc-precision plan``: the precision of a network, for every input or with a probability."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sc_precision.commands.groups import PlanOptions, takes_groups
from sc_precision.commands.names import module_name
from sc_precision.commands.options import (
    ConfidenceOption,
    GuaranteeOption,
    NameOption,
    NetworkArgument,
    SeedOption,
    SharingOption,
)
from sc_precision.commands.outcome import refuse
from sc_precision.console import Steps, plan_lines
from sc_precision.modes import Guarantee, Sharing
from sc_precision.problems import Kind, Problem, Step


@takes_groups
def plan(
    context: typer.Context,
    network: NetworkArgument,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="PLAN", help="The plan, an .npz file.")],
    *,
    options: PlanOptions,
    name: NameOption = None,
    guarantee: GuaranteeOption = Guarantee.DETERMINISTIC,
    confidence: ConfidenceOption = 0.95,
    sharing: SharingOption = Sharing.INDEPENDENT,
    seed: SeedOption = 1,
) -> None:
    """Plan the precision of a network."""
    from sc_precision.commands.statistical import check_options, statistical_plan_lines
    from sc_precision.importers import read_network
    from sc_precision.plan.network import plan_network
    from sc_precision.plan.statistical_plan import plan_statistical_network

    check_options(context, guarantee is Guarantee.STATISTICAL)
    module = module_name(name, network)
    if options.target_error is not None and guarantee is Guarantee.STATISTICAL:
        drawn = plan_statistical_network(
            read_network(network).network,
            target_error=options.target_error,
            confidence=confidence,
            name=module,
            sharing=sharing.value,
            min_length=options.min_length,
            max_length=options.max_length,
            seed=seed,
        )
        drawn.save(output)
        print("\n".join(statistical_plan_lines(drawn)))
        return
    request = options.request(module)
    with Steps() as steps:
        found = plan_network(
            read_network(network).network,
            request,
            progress=lambda message, fraction: steps("plan", min(fraction, 0.99), message),
        )
        found.save(output)
    print("\n".join(plan_lines(found)))
    if not found.target_met:
        refuse([Problem(Step.PLAN, Kind.FAILED, f"target missed: {found.missed_text}")])
