# SPDX-License-Identifier: Apache-2.0
"""``sc-precision emit``: from a plan to Verilog, lemmas and bench."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sc_precision.commands.options import (
    VectorsOption,
)
from sc_precision.errors import InputError
from sc_precision.tools.process import signals_raise


def emit(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan that plan wrote.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="The bundle.")],
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="NETWORK", help="An .npz file with test_inputs to simulate; random inputs otherwise."
        ),
    ] = None,
    vectors: VectorsOption = None,
) -> None:
    """Write the Verilog, lemmas and bench of a plan; of a statistical one there are no lemmas."""
    from sc_precision.bundle import emit_bundle, report
    from sc_precision.commands.statistical import emit_statistical
    from sc_precision.importers import NetworkFile, read_network
    from sc_precision.plan.load import load_plan
    from sc_precision.plan.statistical_plan import StatisticalPlan

    found = load_plan(plan)
    file = NetworkFile(found.network) if data is None else read_network(data)
    if (file.network.n_in, file.network.n_out) != (found.network.n_in, found.network.n_out):
        raise InputError(
            f"{data}: is of a network with {file.network.n_in} inputs and {file.network.n_out} outputs, the plan has "
            f"{found.network.n_in} and {found.network.n_out}"
        )
    if data is not None and file.test_inputs is None:
        raise InputError(f"{data}: has no test_inputs; leave out --data to simulate random inputs")
    with signals_raise():
        if isinstance(found, StatisticalPlan):
            emit_statistical(found, output, file, vectors)
            return
        bundle = emit_bundle(found, output, test_inputs=file.test_inputs, test_labels=file.test_labels, vectors=vectors)
        report(bundle)
    print(f"{output}: {len(bundle.hdl)} Verilog files, {len(bundle.manifest['lemmas'])} lemmas")
