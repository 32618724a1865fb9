# SPDX-License-Identifier: Apache-2.0
"""``sc-precision plan``: the precision of a network, for every input or with a probability."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sc_precision.commands.names import module_name
from sc_precision.commands.options import (
    ArchitectureOption,
    BestEffortOption,
    BoundsOption,
    ConfidenceOption,
    CostModelOption,
    DatapathOption,
    DecisionMarginOption,
    EncodingOption,
    GuaranteeOption,
    LanesOption,
    MaxActivationBitsOption,
    MaxBitsOption,
    MaxLengthOption,
    MinBitsOption,
    MinLengthOption,
    NameOption,
    NetworkArgument,
    PipelineOption,
    RelativeTargetOption,
    RowScalesOption,
    SeedOption,
    SharingOption,
    TargetErrorsOption,
    TargetOption,
    one_target,
)
from sc_precision.commands.outcome import refuse
from sc_precision.console import Steps, plan_lines
from sc_precision.modes import Bounds, Datapath, Guarantee, Sharing
from sc_precision.params import StreamEncoding
from sc_precision.plan.cost import CostModel
from sc_precision.plan.result import PlanLimits
from sc_precision.problems import Kind, Problem, Step

_LIMITS = PlanLimits()


def plan(
    context: typer.Context,
    network: NetworkArgument,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="PLAN", help="The plan, an .npz file.")],
    target_error: TargetOption = None,
    target_errors: TargetErrorsOption = None,
    relative_target: RelativeTargetOption = None,
    decision_margin: DecisionMarginOption = None,
    bounds: BoundsOption = Bounds.AFFINE,
    datapath: DatapathOption = Datapath.FIXED,
    encoding: EncodingOption = StreamEncoding.SIGN_MAGNITUDE,
    name: NameOption = None,
    lanes: LanesOption = 8,
    architecture: ArchitectureOption = None,
    pipeline: PipelineOption = 0,
    row_scales: RowScalesOption = False,
    min_bits: MinBitsOption = _LIMITS.min_bits,
    max_bits: MaxBitsOption = _LIMITS.max_bits,
    min_length: MinLengthOption = _LIMITS.min_length,
    max_length: MaxLengthOption = _LIMITS.max_length,
    max_activation_bits: MaxActivationBitsOption = _LIMITS.max_activation_bits,
    cost_model: CostModelOption = CostModel.BITS,
    best_effort: BestEffortOption = False,
    guarantee: GuaranteeOption = Guarantee.DETERMINISTIC,
    confidence: ConfidenceOption = 0.95,
    sharing: SharingOption = Sharing.INDEPENDENT,
    seed: SeedOption = 1,
) -> None:
    """Plan the precision of a network."""
    from sc_precision.commands.statistical import check_options
    from sc_precision.commands.statistical import plan_lines as statistical_lines
    from sc_precision.importers import read_network
    from sc_precision.plan.network import plan_network
    from sc_precision.plan.statistical_plan import plan_statistical_network

    check_options(context, guarantee is Guarantee.STATISTICAL)
    if target_error is not None and guarantee is Guarantee.STATISTICAL:
        drawn = plan_statistical_network(
            read_network(network).network,
            target_error=target_error,
            confidence=confidence,
            name=module_name(name, network),
            sharing=sharing.value,
            min_length=min_length,
            max_length=max_length,
            seed=seed,
        )
        drawn.save(output)
        print("\n".join(statistical_lines(drawn)))
        return
    target = one_target(target_error, target_errors, relative_target, decision_margin)
    with Steps() as steps:
        found = plan_network(
            read_network(network).network,
            target=target,
            bounds=bounds.value,
            datapath=datapath.value,
            encoding=encoding.value,
            name=module_name(name, network),
            lanes=lanes,
            architecture=None if architecture is None else architecture.value,
            pipeline=pipeline,
            row_scales=row_scales,
            limits=PlanLimits(min_bits, max_bits, min_length, max_length, max_activation_bits),
            cost_model=cost_model.value,
            best_effort=best_effort,
            progress=lambda message, fraction: steps("plan", min(fraction, 0.99), message),
        )
        found.save(output)
    print("\n".join(plan_lines(found)))
    if not found.target_met:
        refuse([Problem(Step.PLAN, Kind.FAILED, f"target missed: {found.missed_text}")])
