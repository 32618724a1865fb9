# SPDX-License-Identifier: Apache-2.0
"""Statistical plans in .npz files: the network, lengths and the seed of the drawing; all else is derived again.

A file holds ``meta`` (JSON as uint8) and ``weight_<i>`` and ``bias_<i>`` of each layer. As with `network_file`, nothing
in it is taken on trust: hardware and bound are made again, and their hash compared.
"""

from __future__ import annotations

import os
import re
from typing import Any

from sc_precision.importers.arrays import Array, ArrayRule, read_arrays, write_arrays
from sc_precision.network import Activation, Dense, Network
from sc_precision.plan.network_file import load_network_plan, meta_array, plan_rule, read_plan
from sc_precision.plan.result import NetworkPlan
from sc_precision.plan.statistical_plan import STATISTICAL_PLAN_SCHEMA, StatisticalPlan, build_statistical_plan

_KEY = re.compile(r"(weight|bias)_(?:0|[1-9][0-9]{0,3})", re.ASCII)
_KNOWN = "meta, weight_<i>, bias_<i>"


def _rule_of(key: str) -> ArrayRule | None:
    return plan_rule(key) if key == "meta" or _KEY.fullmatch(key) else None


def save_statistical_plan(plan: StatisticalPlan, path: str | os.PathLike[str]) -> None:
    """Write a plan to an .npz file, whole or not at all; the same plan gives the same bytes."""
    network = plan.network
    meta = {
        "schema": STATISTICAL_PLAN_SCHEMA,
        "hash": plan.hash,
        **plan.options,
        "input": [network.input_low, network.input_high, network.input_fraction],
        "layers": [{"name": dense.name, "activation": dense.activation.value} for dense in network.layers],
    }
    arrays = {"meta": meta_array(meta)}
    for index, dense in enumerate(network.layers):
        arrays[f"weight_{index}"], arrays[f"bias_{index}"] = dense.weight, dense.bias
    write_arrays(path, arrays)


def load_statistical_plan(path: str | os.PathLike[str]) -> StatisticalPlan:
    """Read a plan that `save_statistical_plan` wrote, deriving hardware and bound again, or raise InputError."""
    return read_plan(path, "statistical plan", STATISTICAL_PLAN_SCHEMA, _rule_of, _KNOWN, _rebuild)


def _rebuild(meta: dict[str, Any], arrays: dict[str, Array]) -> StatisticalPlan:
    layers = []
    for index, layer in enumerate(meta["layers"]):
        weight, bias = arrays.pop(f"weight_{index}"), arrays.pop(f"bias_{index}")
        layers.append(Dense(weight, bias, Activation.parse(layer["activation"]), layer["name"]))
    options = {name: value for name, value in meta.items() if name not in ("schema", "hash", "input", "layers")}
    return build_statistical_plan(Network(tuple(layers), *meta["input"]), **options)


def load_plan(path: str | os.PathLike[str]) -> NetworkPlan | StatisticalPlan:
    """Read a plan of either kind; see `load_network_plan` and `load_statistical_plan`."""
    meta = read_arrays(path, plan_rule, "those of plans").get("meta")
    if meta is not None and STATISTICAL_PLAN_SCHEMA.encode() in meta.tobytes():
        return load_statistical_plan(path)
    return load_network_plan(path)
