# SPDX-License-Identifier: Apache-2.0
"""``sc-precision build``: from a network to its report in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sc_precision.bundle.measure import ATTACK_INPUTS, ATTACK_SECONDS
from sc_precision.bundle.simulation import TIMEOUT
from sc_precision.commands.groups import PlanOptions, ProofRun, takes_groups
from sc_precision.commands.names import module_name
from sc_precision.commands.options import NameOption, NetworkArgument, VectorsOption
from sc_precision.commands.outcome import refuse
from sc_precision.console import Steps
from sc_precision.tools.targets import DEFAULT_TARGETS, CellTarget


@takes_groups
def build(
    network: NetworkArgument,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="The bundle; build/<name> by default.")
    ] = None,
    plan: PlanOptions,
    name: NameOption = None,
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
    proof_run: ProofRun,
    simulation_timeout: Annotated[
        float, typer.Option("--simulation-timeout", metavar="S", help="Seconds for the simulation.")
    ] = TIMEOUT,
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
        simulation_timeout=simulation_timeout,
        **proof_run.fields(),
    )
    module = module_name(name, network)
    folder = Path("build") / module if output is None else output
    request = plan.request(module)
    with Steps() as steps:
        result = build_network(read_network(network), folder, request, options, vectors=vectors, progress=steps)
    print(verdict(result.results).headline)
    refuse(result.problems)
