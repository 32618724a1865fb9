# SPDX-License-Identifier: Apache-2.0
"""``sc-precision build``: from a network to its report in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sc_precision.bundle.measure import ATTACK_INPUTS, ATTACK_SECONDS
from sc_precision.bundle.simulation import TIMEOUT
from sc_precision.commands.names import module_name
from sc_precision.commands.options import (
    ArchitectureOption,
    BestEffortOption,
    BoundsOption,
    CacheOption,
    CostModelOption,
    DatapathOption,
    DecisionMarginOption,
    EncodingOption,
    JobsOption,
    LanesOption,
    MaxActivationBitsOption,
    MaxBitsOption,
    MaxLengthOption,
    MinBitsOption,
    MinLengthOption,
    NameOption,
    NetworkArgument,
    NoCacheOption,
    NoMutantsOption,
    PipelineOption,
    RelativeTargetOption,
    RowScalesOption,
    TargetErrorsOption,
    TargetOption,
    TimeoutOption,
    VectorsOption,
    cache_folder,
    one_target,
)
from sc_precision.commands.outcome import refuse
from sc_precision.console import Steps
from sc_precision.modes import Bounds, Datapath
from sc_precision.params import StreamEncoding
from sc_precision.plan.cost import CostModel
from sc_precision.plan.result import PlanLimits
from sc_precision.tools.targets import DEFAULT_TARGETS, CellTarget

_LIMITS = PlanLimits()


def build(
    network: NetworkArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="The bundle; build/<name> by default.")
    ] = None,
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
    vectors: VectorsOption = None,
    attack_inputs: Annotated[
        int, typer.Option("--attack-inputs", metavar="N", help="Most inputs to search for a large error; 0 for none.")
    ] = ATTACK_INPUTS,
    attack_seconds: Annotated[
        float, typer.Option("--attack-seconds", metavar="S", help="Most seconds for that search.")
    ] = ATTACK_SECONDS,
    cells: Annotated[
        list[CellTarget] | None,
        typer.Option("--cells", help=f"Count cells for; repeat for several. {', '.join(DEFAULT_TARGETS)} by default."),
    ] = None,
    no_cells: Annotated[bool, typer.Option("--no-cells", help="Count no cells.")] = False,
    jobs: JobsOption = None,
    timeout: TimeoutOption = None,
    simulation_timeout: Annotated[
        float, typer.Option("--simulation-timeout", metavar="S", help="Seconds for the simulation.")
    ] = TIMEOUT,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    no_mutants: NoMutantsOption = False,
    skip_simulation: Annotated[
        bool, typer.Option("--skip-simulation", help="Do not simulate; the report says so.")
    ] = False,
    skip_proofs: Annotated[bool, typer.Option("--skip-proofs", help="Do not prove; the report says so.")] = False,
) -> None:
    """Plan a network, write Verilog, simulate and prove it, and write the report."""
    from sc_precision.build import RunOptions, build_network
    from sc_precision.importers import read_network
    from sc_precision.report.verdict import verdict

    options = RunOptions(
        attack_inputs=attack_inputs,
        attack_seconds=attack_seconds,
        targets=() if no_cells else cells or DEFAULT_TARGETS,
        simulation=not skip_simulation,
        proofs=not skip_proofs,
        mutants=not no_mutants,
        jobs=jobs,
        timeout=timeout,
        simulation_timeout=simulation_timeout,
        cache=cache_folder(cache, no_cache),
    )
    module = module_name(name, network)
    folder = Path("build") / module if output is None else output
    target = one_target(target_error, target_errors, relative_target, decision_margin)
    with Steps() as steps:
        result = build_network(
            read_network(network),
            folder,
            target=target,
            bounds=bounds.value,
            datapath=datapath.value,
            encoding=encoding.value,
            name=module,
            lanes=lanes,
            architecture=None if architecture is None else architecture.value,
            pipeline=pipeline,
            row_scales=row_scales,
            limits=PlanLimits(min_bits, max_bits, min_length, max_length, max_activation_bits),
            cost_model=cost_model.value,
            best_effort=best_effort,
            vectors=vectors,
            options=options,
            progress=steps,
        )
    print(verdict(result.results).headline)
    refuse(result.problems)
