# SPDX-License-Identifier: Apache-2.0
"""What ``plan`` and ``emit`` do where the guarantee is statistical."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import typer

from sc_precision.console import Steps
from sc_precision.errors import InputError
from sc_precision.modes import Datapath

if TYPE_CHECKING:
    from sc_precision.importers import NetworkFile
    from sc_precision.plan.statistical_plan import StatisticalPlan

_SHARED = {"network", "output", "target_error", "datapath", "name", "min_length", "max_length", "guarantee"}
_OWN = {"confidence", "sharing", "seed"}
VECTORS = 24
"""Inputs for bench and coverage, where no number is given."""


def check_options(context: typer.Context, statistical: bool) -> None:
    """Raise InputError for an option that was given and that the other guarantee has."""
    for parameter in context.command.params:
        name = parameter.name or ""
        if getattr(context.get_parameter_source(name), "name", "") != "COMMANDLINE":
            continue
        if statistical and name not in _SHARED | _OWN:
            raise InputError(f"{parameter.opts[0]} is not for --guarantee statistical; leave it out")
        if not statistical and name in _OWN:
            raise InputError(f"{parameter.opts[0]} is for --guarantee statistical; add that or leave it out")
        if statistical and name == "datapath" and context.params[name] != Datapath.STOCHASTIC:
            raise InputError("--guarantee statistical has --datapath stochastic; leave out --datapath fixed")
    if statistical and context.params["target_error"] is None:
        raise InputError("--guarantee statistical is about a --target-error; give one")


def statistical_plan_lines(plan: StatisticalPlan) -> list[str]:
    """A plan in a few lines."""
    lines = [
        f"bound    {plan.bound.bound:.6g}, target {plan.target_error:.6g}, with probability {plan.confidence} over the "
        "registers drawn; not proven",
        f"assumed  {plan.bound.assumption}",
    ]
    for dense, layer in zip(plan.network.layers, plan.params, strict=True):
        lines.append(
            f"{dense.name}: {layer.n_in}-{layer.n_out}, streams of {layer.cycles}, {len(layer.registers)} registers, "
            f"outputs {layer.output.format.label}"
        )
    return [*lines, f"hash     {plan.hash}"]


def emit_statistical(plan: StatisticalPlan, folder: Path, file: NetworkFile, vectors: int | None) -> None:
    """Measure the coverage, and write Verilog, bench and manifest; there is nothing to prove."""
    from sc_precision.arguments import integer
    from sc_precision.design.statistical import COVERAGE_DRAWS, measure_coverage, statistical_design

    count = VECTORS if vectors is None else integer("--vectors", vectors, minimum=1)
    inputs, labels = file.test_inputs, file.test_labels
    if inputs is None:
        fraction = plan.params[0].inputs.format.fraction
        low = math.ceil(math.ldexp(plan.network.input_low, fraction))
        high = math.floor(math.ldexp(plan.network.input_high, fraction))
        codes = np.random.default_rng(1).integers(low, high, (count, plan.network.n_in), endpoint=True)
        inputs = np.ldexp(codes.astype(np.float64), -fraction)
    inputs, labels = inputs[:count], None if labels is None else labels[:count]
    with Steps() as steps:
        steps("coverage", 0.0, "")
        coverage = measure_coverage(plan, inputs)
        steps(
            "coverage",
            1.0,
            f"{coverage.rate:.2%} of {coverage.vectors} inputs x {COVERAGE_DRAWS} drawings keep the bound "
            f"({plan.confidence:.2%} stated), worst error {coverage.worst_error:.4g} of {coverage.bound:.4g}",
        )
        design = statistical_design(plan, coverage)
        design.write(folder, codes=plan.input_codes(inputs), labels=labels)
    print(
        f"{os.fspath(folder)}: {len(design.files)} Verilog files; the bound is statistical, not proven; make in sim/ "
        "runs the bench"
    )
