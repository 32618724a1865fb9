# SPDX-License-Identifier: Apache-2.0
"""Network plans in .npz files: the network and the planner's decisions; everything else is derived again.

A file holds ``meta`` (JSON as uint8) and, per layer i, ``weight_<i>``, ``bias_<i>``, ``bits_<i>`` and, with streams,
``length_log2_<i>``. Hardware and bounds are not in it, so that none can be forged: reading builds them again
from the weights and compares the hash of the result.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from sc_precision.arguments import integer, non_negative, show
from sc_precision.errors import InputError, ScPrecisionError
from sc_precision.formats import Rounding
from sc_precision.importers.arrays import Array, ArrayRule, prefixed, read_arrays, write_arrays
from sc_precision.network import Activation, Dense, Network
from sc_precision.params import MAX_STREAM_LOG2, IntArray, StreamEncoding
from sc_precision.plan.build import Builder
from sc_precision.plan.grids import Grids, input_grid
from sc_precision.plan.limits import PlanLimits
from sc_precision.plan.quantise import MAX_SCALE, ROW_BITS, LayerChoice
from sc_precision.plan.request import PlanRequest
from sc_precision.plan.result import PLAN_SCHEMA, NetworkPlan
from sc_precision.plan.structure import Structure
from sc_precision.plan.target import Target

if TYPE_CHECKING:
    from sc_precision.plan.statistical_plan import StatisticalPlan

P = TypeVar("P", NetworkPlan, "StatisticalPlan")

_RULES = {
    "weight": ArrayRule("f", "real numbers", (2,)),
    "bias": ArrayRule("f", "real numbers", (1,)),
    "bits": ArrayRule("u", "unsigned ints", (2,)),
    "length_log2": ArrayRule("u", "unsigned ints", (2,)),
}
_META = ArrayRule("u", "UTF-8 text as uint8", (1,))
_KEY = re.compile(r"(weight|bias|bits|length_log2)_(?:0|[1-9][0-9]{0,3})", re.ASCII)
MAX_FRACTION = 1024
_KNOWN = "meta, weight_<i>, bias_<i>, bits_<i>, length_log2_<i>"


def plan_rule(key: str) -> ArrayRule | None:
    """What an array of a plan may be; None for an unknown key."""
    if key == "meta":
        return _META
    match = _KEY.fullmatch(key)
    return _RULES[match[1]] if match else None


def save_network_plan(plan: NetworkPlan, path: str | os.PathLike[str]) -> None:
    """Write a plan to an .npz file, whole or not at all; the same plan gives the same bytes."""
    network = plan.network
    meta = {
        "schema": PLAN_SCHEMA,
        "hash": plan.hash,
        "name": plan.name,
        "datapath": plan.datapath,
        "target": plan.target.to_dict(),
        "composition": plan.composition,
        "cost_model": plan.cost_model,
        "cost_lower_bound": plan.cost_lower_bound,
        "limits": plan.limits.to_dict(),
        "lanes": plan.lanes,
        "structure": plan.structure.to_dict(),
        "rounding": plan.params[0].rounding.value,
        "input": [network.input_low, network.input_high, network.input_fraction],
        "input_fraction": plan.params[0].inputs.format.fraction,
        "layers": [
            {
                "name": layer.dense.name,
                "activation": layer.dense.activation.value,
                "scale": layer.scale,
                "output_fraction": layer.params.output.format.fraction,
            }
            | ({} if layer.row_scales is None else {"row_scales": layer.row_scales.tolist()})
            for layer in plan.layers
        ],
    }
    if plan.encoding is not StreamEncoding.SIGN_MAGNITUDE:
        meta["encoding"] = plan.encoding.value
    arrays = {"meta": meta_array(meta)}
    for index, layer in enumerate(plan.layers):
        arrays[f"weight_{index}"] = layer.dense.weight
        arrays[f"bias_{index}"] = layer.dense.bias
        arrays[f"bits_{index}"] = layer.bits
        if layer.stochastic:
            arrays[f"length_log2_{index}"] = np.log2(layer.lengths).astype(np.uint8)
    write_arrays(path, arrays)


def load_network_plan(path: str | os.PathLike[str]) -> NetworkPlan:
    """Read a plan that `save_network_plan` wrote, and derive its hardware and bounds again, or raise InputError.

    The file may come from anywhere: nothing in it is executed, and its bounds are not taken on trust. Only
    `cost_lower_bound`, a figure of the search, is taken as it stands.
    """
    return read_plan(path, "network plan", PLAN_SCHEMA, plan_rule, _KNOWN, _rebuild)


def meta_array(meta: dict[str, Any]) -> Array:
    """What a plan's file says beside its arrays, as such an array."""
    return np.frombuffer(json.dumps(meta, sort_keys=True).encode(), np.uint8)


def read_plan(
    path: str | os.PathLike[str],
    kind: str,
    schema: str,
    rule_of: Callable[[str], ArrayRule | None],
    known: str,
    rebuild: Callable[[dict[str, Any], dict[str, Array]], P],
) -> P:
    """Read a file, make its plan again and compare the hash; `rebuild` takes the arrays that it uses out."""
    arrays = read_arrays(path, rule_of, known)
    with prefixed(os.fspath(path)):
        if "meta" not in arrays:
            raise InputError(f"is no {kind}: meta is missing")
        meta = _parse(arrays.pop("meta").tobytes(), kind, schema)
        try:
            plan = rebuild(meta, arrays)
        except InputError:
            raise
        except (LookupError, TypeError, ValueError, OverflowError, AttributeError, ScPrecisionError) as error:
            raise InputError(f"is no usable {kind} ({type(error).__name__}: {show(error)})") from None
        if arrays:
            raise InputError(f"{next(iter(arrays))}: belongs to no layer")
        if plan.hash != meta.get("hash"):
            raise InputError(
                f"the plan it gives has hash {plan.hash[:16]}..., not {show(meta.get('hash'))}: it was changed, or "
                "written by another version; plan the network again"
            )
    return plan


def _parse(text: bytes, kind: str, schema: str) -> dict[str, Any]:
    try:
        meta = dict(json.loads(text))
        found = meta["schema"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise InputError(f"meta: is no description of a {kind} ({show(error)})") from None
    if found != schema:
        raise InputError(f"meta: schema must be {schema!r}, got {show(found)}")
    return meta


def _request(meta: dict[str, Any]) -> PlanRequest:
    structure = Structure(**meta["structure"]).to_dict() if "structure" in meta else {}
    return PlanRequest(
        target=Target.from_dict(meta["target"]),
        datapath=meta["datapath"],
        encoding=meta.get("encoding", StreamEncoding.SIGN_MAGNITUDE),
        name=meta["name"],
        lanes=meta["lanes"],
        limits=PlanLimits(**meta["limits"]),
        rounding=Rounding.parse(meta["rounding"], "rounding"),
        bounds=meta["composition"],
        cost_model=meta["cost_model"],
        **structure,
    )


def _rebuild(meta: dict[str, Any], arrays: dict[str, Array]) -> NetworkPlan:
    request = _request(meta)
    dense: list[Dense] = []
    choices: list[LayerChoice] = []
    for index, layer in enumerate(meta["layers"]):
        weight, bias = arrays.pop(f"weight_{index}"), arrays.pop(f"bias_{index}")
        dense.append(Dense(weight, bias, Activation.parse(layer["activation"]), layer["name"]))
        bits = arrays.pop(f"bits_{index}")
        lengths = arrays.pop(f"length_log2_{index}") if request.stochastic else None
        scale = _checked_int(f"scale of layer {index}", layer["scale"], MAX_SCALE)
        rows = _checked_rows(index, dense[-1], layer["row_scales"]) if request.structure.row_scales else None
        choice = _checked_choice(index, dense[-1], bits, lengths, scale, request)
        choices.append(replace(choice, row_scales=rows))
    low, high, fraction = meta["input"]
    network = Network(tuple(dense), low, high, fraction)
    inputs, input_rounding = input_grid(network, _checked_int("input_fraction", meta["input_fraction"], MAX_FRACTION))
    fractions = (
        _checked_int(f"output_fraction of layer {index}", layer["output_fraction"], MAX_FRACTION)
        for index, layer in enumerate(meta["layers"])
    )
    grids = Grids(inputs, input_rounding, tuple(fractions))
    builder = Builder(network, request, grids)
    return builder.build(choices, cost_lower_bound=non_negative("cost_lower_bound", meta["cost_lower_bound"]))


def _checked_int(what: str, value: object, most: int) -> int:
    return integer(f"meta: {what}", value, minimum=-most, maximum=most)


def _checked_rows(index: int, dense: Dense, scales: object) -> IntArray:
    if not isinstance(scales, list) or len(scales) != dense.n_out:
        raise InputError(f"meta: row_scales of layer {index} must be a list of {dense.n_out} ints")
    what = f"row_scales of layer {index}"
    return np.array([_checked_int(what, scale, MAX_SCALE + ROW_BITS) for scale in scales], dtype=np.int64)


def _checked_choice(
    index: int,
    dense: Dense,
    bits: Array,
    length_log2: Array | None,
    scale: int,
    request: PlanRequest,
) -> LayerChoice:
    limits = request.limits
    if bits.shape != dense.weight.shape:
        raise InputError(f"bits_{index}: shape {bits.shape} is not the weights' {dense.weight.shape}")
    if bits.min() < limits.min_bits or bits.max() > limits.max_bits:
        raise InputError(
            f"bits_{index}: must be {limits.min_bits} to {limits.max_bits}, got {bits.min()} to {bits.max()}"
        )
    if length_log2 is None:
        return LayerChoice(bits.astype(np.uint8), None, scale)
    if length_log2.shape != dense.weight.shape:
        raise InputError(f"length_log2_{index}: shape {length_log2.shape} is not the weights' {dense.weight.shape}")
    least = np.maximum(bits.astype(np.int64) - 1 + request.bipolar, limits.min_length.bit_length() - 1)
    most = min(MAX_STREAM_LOG2, limits.max_length.bit_length() - 1)
    if (length_log2 < least).any() or length_log2.max() > most:
        raise InputError(f"length_log2_{index}: holds lengths outside the limits or too short for their codes")
    return LayerChoice(bits.astype(np.uint8), length_log2.astype(np.uint8), scale)
