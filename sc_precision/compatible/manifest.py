# SPDX-License-Identifier: Apache-2.0
"""Manifests of synapse plans: as a dict, or streamed to a file."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from itertools import chain, cycle, repeat
from typing import IO, Any

from numpy.typing import ArrayLike

from sc_precision.arguments import positive, show
from sc_precision.compatible.columns import FIELDS, PrecisionPlan
from sc_precision.compatible.cost import cost_summary
from sc_precision.compatible.synapses import assign_synapse_precisions
from sc_precision.errors import InputError
from sc_precision.files import replacing
from sc_precision.rows import SynapsePrecision

SCHEMA = "sc-neurocore.adaptive_precision_plan.v1"
"""Id of the published manifest format, kept so that its readers work."""

_FLOATS = ("sensitivity", "quantization_error_bound", "stochastic_error_bound", "total_error_bound")

_ROW = "{" + ", ".join(f'"{name}": %{"s" if name == "layer_name" else "r"}' for name in FIELDS) + "}"
"""A row as JSON text: repr of an int or a finite float is its JSON; names are encoded beforehand."""


def precision_plan_manifest(assignments: PrecisionPlan | Iterable[SynapsePrecision]) -> dict[str, Any]:
    """Return the JSON-ready manifest of a synapse plan.

    Parameters
    ----------
    assignments : PrecisionPlan or iterable of SynapsePrecision
        The rows; may be empty.

    Returns
    -------
    dict
        `schema`, `granularity`, `num_synapses`, `max_total_error_bound` (0.0 when empty), `cost_summary` and
        `assignments`, the rows as dicts. A dict takes some 300 bytes a row; `write_plan_manifest` streams.

    Raises
    ------
    InputError
        If an item is no `SynapsePrecision`.
    """
    if isinstance(assignments, PrecisionPlan):
        return {**_head(assignments), "assignments": _row_dicts(assignments)}
    if not isinstance(assignments, Iterable):
        raise InputError(f"assignments must be a PrecisionPlan or a list of rows, got {show(assignments)}")
    rows = list(assignments)
    for index, row in enumerate(rows):
        if not isinstance(row, SynapsePrecision):
            raise InputError(f"assignments[{index}] must be a SynapsePrecision, got {show(row)}")
    kinds = Counter((row.bit_width, row.bitstream_length) for row in rows)
    worst = max((row.total_error_bound for row in rows), default=0.0)
    return {**_fields(len(rows), worst, cost_summary(kinds)), "assignments": [row.to_dict() for row in rows]}


def write_plan_manifest(plan: PrecisionPlan, target: str | os.PathLike[str] | IO[str]) -> None:
    """Write the manifest of a plan as JSON, row by row, in memory that does not grow with the plan.

    A path gets the whole file at once, by renaming: nobody sees a half-written one, and a failure leaves what was
    there. An open text file is written to and left open.
    """
    if not isinstance(target, str | os.PathLike):
        _stream(plan, target)
        return
    with replacing(target) as temporary, open(temporary, "w", encoding="utf-8") as file:
        _stream(plan, file)


def auto_tune_synapse_precisions(
    layer_weights: Iterable[ArrayLike],
    *,
    layer_names: Iterable[str] | None = None,
    target_error_percent: float = 0.1,
    min_bits: int = 4,
    max_bits: int = 16,
    min_length: int = 32,
    max_length: int = 4096,
    confidence: float = 0.95,
) -> dict[str, Any]:
    """Plan every synapse for a target in percent and return the manifest.

    Parameters
    ----------
    layer_weights : iterable of array_like
        One array per layer, see `assign_synapse_precisions`, which also says what the figures do not promise.
    layer_names : iterable of str, optional
        One different name per layer.
    target_error_percent : float
        Target error times 100, greater than 0.
    min_bits, max_bits, min_length, max_length, confidence
        See `assign_synapse_precisions`.

    Returns
    -------
    dict
        The manifest of `precision_plan_manifest`, and `api_surface` with the target and the cost.

    Raises
    ------
    InputError
        If an argument is out of range or an array cannot be used.
    """
    percent = positive("target_error_percent", target_error_percent)
    target = percent / 100.0
    if target == 0.0:
        raise InputError(f"target_error_percent is too small for a float, got {show(target_error_percent)}")
    plan = assign_synapse_precisions(
        layer_weights,
        layer_names,
        target_error=target,
        min_bits=min_bits,
        max_bits=max_bits,
        min_length=min_length,
        max_length=max_length,
        confidence=confidence,
    )
    manifest = precision_plan_manifest(plan)
    costs = list(manifest["cost_summary"].items())[:3]
    manifest["api_surface"] = {
        "action_id": "auto_tune_adaptive_precision",
        "target_error_percent": percent,
        "target_error_fraction": target,
        "objective": "minimal_luts_under_error_target",
        "cost_metric": "sum(bit_width * log2(bitstream_length))",
        **dict(costs),
    }
    return manifest


def _head(plan: PrecisionPlan) -> dict[str, Any]:
    return _fields(len(plan), plan.max_total_error_bound, plan.cost_summary())


def _fields(count: int, worst: float, costs: dict[str, float]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "granularity": "synapse",
        "num_synapses": count,
        "max_total_error_bound": worst,
        "cost_summary": costs,
    }


class _SharedKeys:
    """An object without fields of its own; the dicts of its instances share their keys (PEP 412)."""

    def __init__(self, row: SynapsePrecision):
        for name, value in row.to_dict().items():
            setattr(self, name, value)


def _row_dicts(plan: PrecisionPlan) -> list[dict[str, Any]]:
    """Return what `to_dict` of each row gives, in a third of the time and half the memory.

    Each dict is a copy of one for its layer and class, with the other fields set anew. Copies of a dict with
    shared keys hold values only, and the iterators of the indices hand out the same ints again.
    """
    items = []
    kinds = list(zip(plan.class_bit_width.tolist(), plan.class_bitstream_length.tolist(), strict=True))
    start = 0
    for layer, (name, (outputs, inputs)) in enumerate(zip(plan.layer_names, plan.layer_shapes, strict=True)):
        rows = [SynapsePrecision(layer, name, 0, 0, *kind, 0.0, 0.0, 0.0, 0.0) for kind in kinds]
        patterns = [vars(_SharedKeys(row)) for row in rows]
        output = chain.from_iterable(map(repeat, range(outputs), repeat(inputs)))
        column = cycle(range(inputs))
        stop = start + outputs * inputs
        for chunk in plan.chunks(range(start, stop)):
            end = start + len(chunk["sensitivity"])
            copies = list(map(dict.copy, map(patterns.__getitem__, plan.class_index[start:end].tolist())))
            floats = [chunk[field].tolist() for field in _FLOATS]
            # the endless iterators come last: they are not read again once the first list has ended
            for row, s, q, r, total, o, i in zip(copies, *floats, output, column, strict=False):
                row["output_index"] = o
                row["input_index"] = i
                row["sensitivity"] = s
                row["quantization_error_bound"] = q
                row["stochastic_error_bound"] = r
                row["total_error_bound"] = total
            items += copies
            start = end
    return items


def _stream(plan: PrecisionPlan, file: IO[str]) -> None:
    names = [json.dumps(name) for name in plan.layer_names]
    head = json.dumps(_head(plan))
    file.write(f'{head[:-1]}, "assignments": [')
    separator = "\n"
    for chunk in plan.values(names):
        file.write(separator + ",\n".join([_ROW % row for row in chunk]))
        separator = ",\n"
    file.write("\n]}\n")
