# SPDX-License-Identifier: Apache-2.0
"""What `check_composition` found, as data: who relies on whom, the sums of each layer, and the network's bound."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sc_precision.properties.checker.lemma import Table

COMPOSITION_SCHEMA = "sc_precision.composition.v1"
ARITHMETIC = "arithmetic"
"""Asserts what is worked out in Python, not by a solver."""
ENVIRONMENT = "environment"
"""Asserts what is assumed of the surroundings of the network."""


@dataclass(frozen=True)
class Link:
    """Intervals that one side asserts and the other relies on; the asserted ones lie in those relied on.

    `quantity` is the layer, and what of it: ``input codes``, ``accumulators``, ``errors`` or ``output codes``. The
    sides are names of lemmas, `ARITHMETIC` or `ENVIRONMENT`; the intervals as asserted, the narrowest where several do.
    """

    quantity: str
    asserted_by: tuple[str, ...]
    relied_on_by: tuple[str, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]


@dataclass(frozen=True)
class LayerSums:
    """Errors of a layer's accumulators, output by output, in units of 2**unit_log2.

    Rounding of each bias; sums over the synapses of what their weights' rounding and their streams' discrepancy add;
    both with the bias.
    """

    unit_log2: int
    bias: tuple[int, ...]
    weights: Table
    streams: Table
    total: Table


@dataclass(frozen=True)
class LayerRecord:
    """One layer.

    In units of 2**accumulator_log2, `any_order` is what partial sums can reach in any order, for every code of the
    input format, and fits the bits; `reached` is where accumulators can end for codes in range. `errors` and `claims`
    are the interval of each output's error against the exact network, rounded outward, and the plan's.
    """

    name: str
    kind: str
    n_in: int
    n_out: int
    sums: LayerSums
    accumulator_log2: int
    accumulator_bits: int
    any_order: Table
    reached: Table
    errors: tuple[tuple[float, float], ...]
    claims: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class ConstraintRecord:
    """A constraint of the target: `bound`, worked out here and rounded up, is at most `claim`, the plan's.

    `limit` is at most what the target allows, `allowed`, which is rounded down.
    """

    name: str
    bound: float
    claim: float
    limit: float
    allowed: float


@dataclass(frozen=True)
class Composition:
    """How lemmas add up to the bound of a network; made by `check_composition`, which raises where they do not.

    Parameters
    ----------
    name, plan_hash, method : str
        Of the plan; method is ``affine`` or ``interval``.
    bound : float
        Largest magnitude in the last layer's claims.
    assumes : dict of str to tuple of str
        Lemmas, each after those that it assumes.
    links : tuple of Link
    layers : tuple of LayerRecord
    constraints : tuple of ConstraintRecord
    """

    name: str
    plan_hash: str
    method: str
    bound: float
    assumes: dict[str, tuple[str, ...]]
    links: tuple[Link, ...]
    layers: tuple[LayerRecord, ...]
    constraints: tuple[ConstraintRecord, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; intervals are pairs of lists, least and greatest, by output or input."""
        users = {name: [other for other, used in self.assumes.items() if name in used] for name in self.assumes}
        return {
            "schema": COMPOSITION_SCHEMA,
            "name": self.name,
            "plan_hash": self.plan_hash,
            "method": self.method,
            "bound": self.bound,
            "proof_order": list(self.assumes),
            "assumes": {name: list(used) for name, used in self.assumes.items()},
            "assumed_by": users,
            "links": [
                {
                    "quantity": link.quantity,
                    "asserted_by": list(link.asserted_by),
                    "relied_on_by": list(link.relied_on_by),
                    "low": list(link.low),
                    "high": list(link.high),
                }
                for link in self.links
            ],
            "layers": [_layer(layer) for layer in self.layers],
            "constraints": {
                key: [getattr(each, key) for each in self.constraints]
                for key in ("name", "bound", "claim", "limit", "allowed")
            },
        }

    def text(self) -> str:
        """The record as JSON, lists of numbers and names on one line each."""
        return _text(self.to_dict()) + "\n"


def _layer(layer: LayerRecord) -> dict[str, Any]:
    sums = layer.sums
    return {
        "name": layer.name,
        "kind": layer.kind,
        "n_in": layer.n_in,
        "n_out": layer.n_out,
        "sums": {
            "unit_log2": sums.unit_log2,
            "bias": list(sums.bias),
            **{key: [list(end) for end in getattr(sums, key)] for key in ("weights", "streams", "total")},
        },
        "accumulators": {
            "unit_log2": layer.accumulator_log2,
            "bits": layer.accumulator_bits,
            "any_order": [list(end) for end in layer.any_order],
            "reached": [list(end) for end in layer.reached],
        },
        "errors": _ends(layer.errors),
        "claims": _ends(layer.claims),
    }


def _ends(intervals: tuple[tuple[float, float], ...]) -> list[list[float]]:
    return [[each[end] for each in intervals] for end in (0, 1)]


def _text(value: Any, indent: str = "") -> str:
    """JSON with one line per list of plain values."""
    if isinstance(value, dict) and value:
        items = [f"{indent} {json.dumps(key)}: {_text(item, indent + ' ')}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        items = [f"{indent} {_text(item, indent + ' ')}" for item in value]
        return "[\n" + ",\n".join(items) + f"\n{indent}]"
    return json.dumps(value, allow_nan=False)


def summary(record: Mapping[str, Any]) -> dict[str, Any]:
    """The figures that a report shows of a record, as `Composition.to_dict` returns it.

    ``method``, ``lemmas`` and ``links`` (their numbers), and ``layers``: for the output of each layer that can err the
    most, in the network's units, ``output``, ``bias``, and [least, most] of ``weights``, ``streams``, ``own`` (these
    together), ``errors`` (with the layers before) and ``claims``; ``accumulator``, the largest magnitude that a partial
    sum reaches, and ``accumulator_bits``.
    """
    rows = []
    for layer in record["layers"]:
        errors, sums, accumulators = layer["errors"], layer["sums"], layer["accumulators"]
        reach = [max(-low, high) for low, high in zip(*errors, strict=True)]
        worst = reach.index(max(reach))
        unit = 2.0 ** sums["unit_log2"]
        parts = {"weights": "weights", "streams": "streams", "own": "total"}
        rows.append(
            {
                "layer": layer["name"],
                "output": worst,
                "bias": sums["bias"][worst] * unit,
                **{key: [end[worst] * unit for end in sums[part]] for key, part in parts.items()},
                **{key: [end[worst] for end in layer[key]] for key in ("errors", "claims")},
                "accumulator": max(abs(value) for end in accumulators["any_order"] for value in end),
                "accumulator_bits": accumulators["bits"],
            }
        )
    lemmas, links = len(record["proof_order"]), len(record["links"])
    return {"method": record["method"], "lemmas": lemmas, "links": links, "layers": rows}


def rounded_down(value: Fraction) -> float:
    """The greatest float that is not above an exact number."""
    near = float(value)
    return near if Fraction(near) <= value else math.nextafter(near, -math.inf)


def rounded_up(value: Fraction) -> float:
    """The least float that is not below an exact number."""
    return -rounded_down(-value)


__all__ = [
    "ARITHMETIC",
    "COMPOSITION_SCHEMA",
    "ENVIRONMENT",
    "Composition",
    "ConstraintRecord",
    "LayerRecord",
    "LayerSums",
    "Link",
    "rounded_down",
    "rounded_up",
    "summary",
]
