# SPDX-License-Identifier: Apache-2.0
"""What can be measured of a bundle without its Verilog running: accuracy, errors against bounds, lint, cells."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sc_precision.arguments import integer, positive
from sc_precision.attack import attack_plan
from sc_precision.bundle.evidence import write_evidence
from sc_precision.bundle.manifest import Bundle
from sc_precision.golden import network_outputs
from sc_precision.network import FloatArray, Network
from sc_precision.params import IntArray
from sc_precision.plan.result import NetworkPlan
from sc_precision.tools.lint import lint_all
from sc_precision.tools.targets import CellTarget
from sc_precision.tools.yosys import cell_stats

Progress = Callable[[float, str], None]
"""Called with the fraction done and a few words."""

ATTACK_INPUTS = 1_000_000
"""Inputs that the search evaluates by default, time allowing."""
ATTACK_SECONDS = 30.0
"""Time limit of the search by default."""
_PROBE = 8192
_SHARE_OF_FIRST_LOOK = 0.02


def float_layer_values(network: Network, inputs: FloatArray) -> list[FloatArray]:
    """Outputs of each layer in float64, last of all the network's."""
    values = []
    for index in range(len(network.layers)):
        # The outputs of a prefix of the network; `forward` is the one place that evaluates a layer.
        prefix = Network(network.layers[: index + 1], network.input_low, network.input_high, network.input_fraction)
        values.append(prefix.forward(inputs))
    return values


def measure_accuracy(bundle: Bundle, plan: NetworkPlan, inputs: object, labels: object = None) -> dict[str, Any]:
    """Compare the golden model with the exact network on real inputs, and write it down.

    Parameters
    ----------
    bundle : Bundle
    plan : NetworkPlan
        The bundle's.
    inputs : array_like, shape (batch, n_in)
    labels : array_like of int, shape (batch,), optional
        Right output of each, below 0 where unknown.

    Returns
    -------
    dict
        ``samples``; ``images``, ``float`` and ``golden`` (shares of right decisions; None without labels);
        ``layers``, the greatest error of each; ``outputs``, the least and greatest error of each.
    """
    real = plan.network.check_inputs(inputs)
    exact = float_layer_values(plan.network, real)
    codes = network_outputs(plan.params, plan.input_codes(real))
    values = [
        np.ldexp(code.astype(np.float64), -layer.params.output.format.fraction)
        for code, layer in zip(codes, plan.layers, strict=True)
    ]
    errors = [value - reference for value, reference in zip(values, exact, strict=True)]
    known = np.zeros(len(real), dtype=bool) if labels is None else np.asarray(labels) >= 0
    right = np.asarray(labels)[known] if known.any() else None
    data = {
        "samples": len(real),
        "images": int(known.sum()),
        "float": None if right is None else float((exact[-1][known].argmax(axis=1) == right).mean()),
        "golden": None if right is None else float((codes[-1][known].argmax(axis=1) == right).mean()),
        "layers": [float(np.abs(error).max()) for error in errors],
        "outputs": [[float(low), float(high)] for low, high in zip(errors[-1].min(0), errors[-1].max(0), strict=True)],
    }
    write_evidence(bundle, "accuracy", data)
    return data


def attack(
    bundle: Bundle,
    plan: NetworkPlan,
    *,
    inputs: int = ATTACK_INPUTS,
    seconds: float = ATTACK_SECONDS,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Search for inputs with a large error, and write down what was found.

    Parameters
    ----------
    bundle : Bundle
    plan : NetworkPlan
        The bundle's.
    inputs : int
        Most inputs to evaluate, about.
    seconds : float
        Most time to take, about: fewer inputs are evaluated where the golden model is slow.
    seed : int
        Of the search.
    progress : callable, optional

    Returns
    -------
    dict
        See `AttackResult`; also ``seconds`` and ``errors``, the error of each output at the worst input.

    Raises
    ------
    InputError
        If a number is out of range.
    """
    bundle.check_plan(plan)
    inputs = integer("attack inputs", inputs, minimum=1)
    seconds = positive("attack seconds", seconds)
    start, done = time.monotonic(), 0
    total = inputs

    def evaluate(codes: IntArray) -> IntArray:
        nonlocal done
        outputs = network_outputs(plan.params, codes)[-1]
        done += len(codes)
        if progress is not None:
            progress(min(1.0, done / total), f"{done:,} inputs")
        return outputs

    if inputs > _PROBE:
        # How fast this network is evaluated decides how many inputs fit the time.
        attack_plan(plan, evaluate=evaluate, trials=_PROBE, seed=seed)
        rate = done / (time.monotonic() - start)
        total = max(_PROBE, min(inputs, int(rate * seconds)))
        done = 0
    found = attack_plan(plan, evaluate=evaluate, trials=total, seed=seed)
    worst = found.worst_input_codes[None, :]
    outputs = plan.output_values(network_outputs(plan.params, worst)[-1])
    data = found.to_dict() | {
        "seed": seed,
        "seconds": time.monotonic() - start,
        "errors": (outputs - plan.network.forward(plan.input_values(worst)))[0].tolist(),
    }
    write_evidence(bundle, "attack", data)
    return data


def lint(bundle: Bundle) -> dict[str, list[str]]:
    """Lint the Verilog with every front end there is, and write down the warnings by tool.

    Raises
    ------
    ToolError
        If one fails.
    """
    # Generated logic leaves carries and resets unused; that is no fault of the design.
    found = lint_all(bundle.hdl, bundle.name)
    write_evidence(bundle, "lint", found)
    return found


def count_cells(
    bundle: Bundle, targets: Sequence[str], *, timeout: float = 600.0, progress: Progress | None = None
) -> dict[str, Any]:
    """Synthesise with Yosys, and write down the cells by target.

    Parameters
    ----------
    bundle : Bundle
    targets : sequence of str
        Names of `CellTarget`.
    timeout : float
        Seconds for each.
    progress : callable, optional

    Raises
    ------
    InputError
        If a target is unknown.
    ToolError
        If Yosys fails or takes too long.
    """
    chosen = [CellTarget.parse(target, "synthesis target") for target in targets]
    cells, version = {}, None
    for index, target in enumerate(chosen):
        if progress is not None:
            progress(index / len(chosen), target)
        stats = cell_stats(bundle.hdl, bundle.name, target, timeout=timeout)
        cells[target] = {"total": stats.total, "by_type": dict(stats.cells)}
        version = stats.version
    data = {
        "cells": cells,
        "versions": {} if version is None else {"yosys": version},
    }
    write_evidence(bundle, "sizes", data)
    return data
