# SPDX-License-Identifier: Apache-2.0
"""Plans of networks of LFSR bitstreams, whose bound holds with a stated probability over the registers drawn."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sc_precision.arguments import choice, int_range, integer, positive, power_of_two, probability, show
from sc_precision.errors import InputError, TargetError
from sc_precision.importers.arrays import Array, ArrayRule, write_arrays
from sc_precision.modes import Datapath, Sharing
from sc_precision.network import Activation, Dense, FloatArray, Network
from sc_precision.params import MAX_STREAM_LOG2, IntArray, LfsrDenseParams
from sc_precision.params.registers import Registers
from sc_precision.params.stochastic_lfsr import MIN_LFSR_LOG2
from sc_precision.plan.network_file import meta_array, plan_rule, read_plan
from sc_precision.plan.statistical import METHODS, StatisticalBound
from sc_precision.plan.statistical_layers import StreamNetwork, groups_of
from sc_precision.plan.statistical_lengths import least_lengths
from sc_precision.verilog import check_module_name

STATISTICAL_PLAN_SCHEMA = "sc_precision.statistical_plan.v1"
_KEY = re.compile(r"(weight|bias)_(?:0|[1-9][0-9]{0,3})", re.ASCII)
_KNOWN = "meta, weight_<i>, bias_<i>"
MEANING = (
    "for each vector, the probability over the polynomials and seeds drawn that every output keeps its bound, if "
    "generators were independent random bits; once drawn, the registers give the same vector the same error every time"
)


@dataclass(frozen=True, eq=False)
class StatisticalPlan:
    """Lengths and registers of a network of LFSR streams, and the bound that they keep with a probability.

    Parameters
    ----------
    network : Network
        The exact network.
    name : str
        Verilog module name; the layers become ``<name>_layer<i>``.
    target_error : float
        Largest absolute error of any output that was asked for.
    lengths_log2 : tuple of int
        log2 of each layer's stream length.
    sharing, method : str
        See `plan_statistical_network`.
    seed : int
        Of the drawing of registers.
    params : tuple of LfsrDenseParams
        Hardware of the layers.
    bound : StatisticalBound
        With the confidence and the assumption in words.
    """

    network: Network
    name: str
    target_error: float
    lengths_log2: tuple[int, ...]
    sharing: str
    method: str
    seed: int
    params: tuple[LfsrDenseParams, ...]
    bound: StatisticalBound

    @property
    def guarantee(self) -> str:
        """``statistical(<confidence>)``."""
        return self.bound.guarantee

    @property
    def confidence(self) -> float:
        """Probability of the bound, between 0 and 1."""
        return self.bound.confidence

    @property
    def target_met(self) -> bool:
        """Whether the bound is at most the target."""
        return self.bound.bound <= self.target_error

    @property
    def options(self) -> dict[str, Any]:
        """What `build_statistical_plan` makes this plan of, beside the network."""
        names = ("name", "target_error", "lengths_log2", "confidence", "sharing", "method", "seed")
        return {name: getattr(self, name) for name in names}

    @property
    def registers(self) -> int:
        """Registers of all layers."""
        return sum(len(layer.registers) for layer in self.params)

    def input_codes(self, inputs: object) -> IntArray:
        """Codes of real inputs, to the nearest even; see `NetworkPlan.input_codes`."""
        fraction = self.params[0].inputs.format.fraction
        return np.rint(np.ldexp(self.network.check_inputs(inputs), fraction)).astype(np.int64)

    def output_values(self, codes: IntArray) -> FloatArray:
        """Real values of output codes, any shape."""
        return np.asarray(np.ldexp(codes.astype(np.float64), -self.params[-1].output.format.fraction))

    def redrawn(self, seed: int) -> StatisticalPlan:
        """The same lengths with other registers; the bound is the same."""
        return build_statistical_plan(self.network, **(self.options | {"seed": seed}))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready manifest; schema ``sc_precision.statistical_plan.v1``."""
        bound = self.bound.to_dict()
        errors = bound.pop("layers")
        return {
            "schema": STATISTICAL_PLAN_SCHEMA,
            "name": self.name,
            "datapath": Datapath.STOCHASTIC,
            "target_error": self.target_error,
            "target_met": self.target_met,
            "confidence": self.confidence,
            "meaning": MEANING,
            "proven": False,
            "seed": self.seed,
            "sharing": self.sharing,
            "registers": self.registers,
            "cycles_per_vector": sum(layer.cycles_per_vector for layer in self.params),
            "layers": [layer.to_dict() for layer in self.params],
            "errors_by_layer": errors,
            **bound,
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the manifest, the weights and the hardware's integers."""
        digest = hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode())
        for dense, layer in zip(self.network.layers, self.params, strict=True):
            for array in (dense.weight, dense.bias, layer.levels, layer.bias):
                digest.update(np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes())
        return digest.hexdigest()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the plan to an .npz file, whole or not at all; the same plan gives the same bytes.

        It holds ``meta`` (JSON as uint8) and ``weight_<i>`` and ``bias_<i>`` of each layer: the network, the lengths
        and the seed of the drawing.
        """
        network = self.network
        meta = {
            "schema": STATISTICAL_PLAN_SCHEMA,
            "hash": self.hash,
            **self.options,
            "input": [network.input_low, network.input_high, network.input_fraction],
            "layers": [{"name": dense.name, "activation": dense.activation.value} for dense in network.layers],
        }
        arrays = {"meta": meta_array(meta)}
        for index, dense in enumerate(network.layers):
            arrays[f"weight_{index}"], arrays[f"bias_{index}"] = dense.weight, dense.bias
        write_arrays(path, arrays)

    @staticmethod
    def load(path: str | os.PathLike[str]) -> StatisticalPlan:
        """Read a plan that `save` wrote, deriving its hardware and bound again.

        As with `network_file`, nothing in the file is taken on trust: hardware and bound are made again, and their hash
        compared.

        Raises
        ------
        InputError
            If the file cannot be used.
        """
        return read_plan(path, "statistical plan", STATISTICAL_PLAN_SCHEMA, _rule_of, _KNOWN, _rebuild)


def _rule_of(key: str) -> ArrayRule | None:
    return plan_rule(key) if key == "meta" or _KEY.fullmatch(key) else None


def _rebuild(meta: dict[str, Any], arrays: dict[str, Array]) -> StatisticalPlan:
    layers = []
    for index, layer in enumerate(meta["layers"]):
        weight, bias = arrays.pop(f"weight_{index}"), arrays.pop(f"bias_{index}")
        layers.append(Dense(weight, bias, Activation.parse(layer["activation"]), layer["name"]))
    options = {name: value for name, value in meta.items() if name not in ("schema", "hash", "input", "layers")}
    return build_statistical_plan(Network(tuple(layers), *meta["input"]), **options)


def build_statistical_plan(
    network: Network,
    *,
    name: str,
    target_error: float,
    lengths_log2: Sequence[int],
    confidence: float,
    sharing: str,
    method: str,
    seed: int,
) -> StatisticalPlan:
    """Draw the registers for given lengths, and bound what they make; arguments as `plan_statistical_network`."""
    _check_names(network, name, sharing, method)
    target, level = positive("target_error", target_error), probability("confidence", confidence)
    seed = integer("seed", seed, minimum=0)
    streams = StreamNetwork(network)
    if len(lengths_log2) != len(network.layers):
        raise InputError(f"lengths: expected one for each of {len(network.layers)} layers, got {show(lengths_log2)}")
    least = [max(MIN_LFSR_LOG2, streams.shortest_log2 if index == 0 else 0) for index in range(len(lengths_log2))]
    for m, shortest in zip(lengths_log2, least, strict=True):
        if not shortest <= integer("length_log2", m, minimum=0) <= MAX_STREAM_LOG2:
            raise InputError(f"length_log2 must be {shortest} to {MAX_STREAM_LOG2}, got {m}")
    layers = streams.layers(lengths_log2)
    params = streams.hardware(layers, Registers(seed), sharing, name)
    bound = streams.bound(layers, [layer.sources.groups() for layer in params], level, method)
    return StatisticalPlan(network, name, target, tuple(lengths_log2), sharing, method, seed, params, bound)


def plan_statistical_network(
    network: Network,
    *,
    target_error: float,
    confidence: float = 0.95,
    name: str = "sc_net",
    sharing: str = Sharing.INDEPENDENT,
    method: str = "best",
    min_length: int = 16,
    max_length: int = 4096,
    seed: int = 1,
) -> StatisticalPlan:
    """Plan a network of LFSR bitstreams whose outputs keep a target with a stated probability.

    Parameters
    ----------
    network : Network
        Inputs from 0 on, ReLU in hidden layers.
    target_error : float
        Largest absolute error of any output against the exact network with these float64 weights.
    confidence : float
        Probability over the registers drawn, for each vector, between 0 and 1; see `statistical` for the model, which
        assumes independent bits.
    name : str
        Verilog module name.
    sharing : {"independent", "shared"}
        A register for each input and one for its weights, or one pair for a layer: cheaper, but n synapses then err
        together, and the bound grows by sqrt(n). Layers never share one.
    method : {"best", "hoeffding", "bernstein"}
        See `stream_noise`.
    min_length, max_length : int
        Powers of two, 8 to 65536. One length a layer; their sum, the cycles of a vector, is made small.
    seed : int
        Of the drawing of polynomials and seeds, at least 0.

    Raises
    ------
    InputError
        If an argument cannot be used, or unipolar streams cannot carry the network.
    TargetError
        If the longest streams miss the target: with the best bound and the limit that binds.
    """
    if not isinstance(network, Network):
        raise InputError(f"network must be a Network, got {type(network).__name__}")
    _check_names(network, name, sharing, method)
    target, level = positive("target_error", target_error), probability("confidence", confidence)
    low, high = int_range("min_length", min_length, "max_length", max_length)
    for what, value in (("min_length", low), ("max_length", high)):
        power_of_two(what, value, minimum=1 << MIN_LFSR_LOG2, maximum=1 << MAX_STREAM_LOG2)
    streams = StreamNetwork(network)
    if 1 << streams.shortest_log2 > high:
        raise InputError(
            f"network: the input grid has {1 << streams.shortest_log2} steps, more than max_length {high}; raise it"
        )
    lengths = _shortest(streams, target, level, sharing, method, range(low.bit_length() - 1, high.bit_length()))
    return build_statistical_plan(
        network,
        name=name,
        target_error=target,
        lengths_log2=lengths,
        confidence=level,
        sharing=sharing,
        method=method,
        seed=seed,
    )


def _check_names(network: Network, name: str, sharing: object, method: object) -> None:
    check_module_name(name)
    check_module_name(f"{name}_layer{len(network.layers) - 1}", "layer name")
    Sharing.parse(sharing, "sharing")
    choice("method", method, METHODS)


def _shortest(
    streams: StreamNetwork, target: float, confidence: float, sharing: str, method: str, options: range
) -> list[int]:
    """log2 of the lengths of least sum that keep the target; depth first, the layers after at their longest."""
    depth, longest = len(streams.network.layers), options[-1]

    def bound(lengths: list[int]) -> float:
        layers = streams.layers([*lengths, *[longest] * (depth - len(lengths))])
        groups = [groups_of(layer.levels, sharing) for layer in layers]
        return streams.bound(layers, groups, confidence, method).bound

    reached = bound([])
    if reached > target:
        text = (
            f"target_error {target:.6g} is out of reach: the best bound with probability {confidence} is {reached:.6g}"
        )
        if longest < MAX_STREAM_LOG2:
            raise TargetError(f"{text}; raise max_length above {1 << longest}", reachable=reached, binding="max_length")
        raise TargetError(
            f"{text}; lower the confidence, use a looser target or the deterministic streams",
            reachable=reached,
            binding="confidence",
        )

    def keeps(chosen: list[int]) -> bool:
        logs = [length.bit_length() - 1 for length in chosen]
        return logs[0] >= streams.shortest_log2 and bound(logs) <= target

    found = least_lengths(depth, [1 << m for m in options], keeps, depth << longest)
    return [longest] * depth if found is None else [length.bit_length() - 1 for length in found]
