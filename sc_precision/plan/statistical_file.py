# SPDX-License-Identifier: Apache-2.0
"""Statistical plans in .npz files: the network, lengths and the seed of the drawing; all else is derived again.

A file holds ``meta`` (JSON as uint8) and ``weight_<i>`` and ``bias_<i>`` of each layer. As with `network_file`, nothing
in it is taken on trust: hardware and bound are made again, and their hash compared.
"""

from __future__ import annotations

import json
import os
import re

import numpy as np

from sc_precision.arguments import show
from sc_precision.errors import InputError, ScPrecisionError
from sc_precision.importers.arrays import Array, ArrayRule, prefixed, read_arrays, write_arrays
from sc_precision.network import Activation, Dense, Network
from sc_precision.plan.network_file import load_network_plan, plan_rule
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
        "name": plan.name,
        "target_error": plan.target_error,
        "confidence": plan.confidence,
        "lengths_log2": list(plan.lengths_log2),
        "sharing": plan.sharing,
        "method": plan.method,
        "seed": plan.seed,
        "input": [network.input_low, network.input_high, network.input_fraction],
        "layers": [{"name": dense.name, "activation": dense.activation.value} for dense in network.layers],
    }
    arrays: dict[str, Array] = {"meta": np.frombuffer(json.dumps(meta, sort_keys=True).encode(), np.uint8)}
    for index, dense in enumerate(network.layers):
        arrays[f"weight_{index}"], arrays[f"bias_{index}"] = dense.weight, dense.bias
    write_arrays(path, arrays)


def load_statistical_plan(path: str | os.PathLike[str]) -> StatisticalPlan:
    """Read a plan that `save_statistical_plan` wrote, deriving hardware and bound again, or raise InputError."""
    arrays = read_arrays(path, _rule_of, _KNOWN)
    with prefixed(os.fspath(path)):
        try:
            meta = json.loads(arrays.pop("meta").tobytes())
            if meta["schema"] != STATISTICAL_PLAN_SCHEMA:
                raise InputError(f"meta: schema must be {STATISTICAL_PLAN_SCHEMA!r}, got {show(meta['schema'])}")
            layers = [
                Dense(
                    arrays.pop(f"weight_{index}"),
                    arrays.pop(f"bias_{index}"),
                    Activation.parse(layer["activation"]),
                    layer["name"],
                )
                for index, layer in enumerate(meta["layers"])
            ]
            options = {
                key: meta[key]
                for key in ("name", "target_error", "lengths_log2", "confidence", "sharing", "method", "seed")
            }
            plan = build_statistical_plan(Network(tuple(layers), *meta["input"]), **options)
        except (LookupError, TypeError, ValueError, OverflowError, AttributeError, ScPrecisionError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"is no usable statistical plan ({type(error).__name__}: {show(error)})") from None
        if arrays:
            raise InputError(f"{next(iter(arrays))}: belongs to no layer")
        if plan.hash != meta.get("hash"):
            raise InputError(
                f"the plan it gives has hash {plan.hash[:16]}..., not {show(meta.get('hash'))}: it was changed, or "
                "written by another version; plan the network again"
            )
    return plan


def load_plan(path: str | os.PathLike[str]) -> NetworkPlan | StatisticalPlan:
    """Read a plan of either kind; see `load_network_plan` and `load_statistical_plan`."""
    meta = read_arrays(path, plan_rule, "those of plans").get("meta")
    if meta is not None and STATISTICAL_PLAN_SCHEMA.encode() in meta.tobytes():
        return load_statistical_plan(path)
    return load_network_plan(path)
