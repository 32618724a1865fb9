# SPDX-License-Identifier: Apache-2.0
"""What the sound planner returns: `NetworkPlan`, one `LayerPlan` per layer, and the limits it kept."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import plain_array
from sc_precision.errors import InputError
from sc_precision.modes import Datapath, Guarantee
from sc_precision.network import Dense, FloatArray, Network
from sc_precision.params import DenseParams, IntArray, StreamEncoding
from sc_precision.params.kind import kind_of
from sc_precision.plan.affine import Slopes
from sc_precision.plan.bounds import LayerBounds, synapse_bounds
from sc_precision.plan.cost import CostModel, synapse_cost
from sc_precision.plan.limits import PlanLimits as PlanLimits
from sc_precision.plan.request import PlanRequest
from sc_precision.plan.structure import Structure
from sc_precision.plan.target import Constraints, Target
from sc_precision.rows import SynapsePrecision

PLAN_SCHEMA = "sc_precision.network_plan.v1"


@dataclass(frozen=True, eq=False)
class LayerPlan:
    """Plan of one layer.

    Parameters
    ----------
    dense : Dense
        The trained layer.
    params : FixedDenseParams or StochasticDenseParams
        Its hardware.
    bits : ndarray of uint8, shape (n_out, n_in)
        Planned width of each weight, sign included.
    lengths : ndarray of uint32, shape (n_out, n_in)
        Planned stream length of each synapse; 1 on the fixed datapath.
    influence : ndarray of float64, shape (n_out, n_in)
        Largest change of an output per unit of the weight, over the input range and all outputs.
    bounds : LayerBounds
        Exact integers that hold for this layer on its own.
    error_low, error_high : ndarray of float64, shape (n_out,)
        Error of each output, hardware minus exact network, composed from the inputs on.
    sources : dict
        See `bounds.LayerError`.
    slopes : Slopes
        Lines around the activation that the composition used, see `affine`.
    scale : int
        Exponent of the layer's power-of-two scale, of the greatest where rows have their own.
    cost_model : str
        See `cost`.
    row_scales : ndarray of int64, shape (n_out,), or None
        Exponents of the rows' own power-of-two scales; None where all have the layer's.
    """

    dense: Dense
    params: DenseParams
    bits: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.uint32]
    influence: FloatArray
    bounds: LayerBounds
    error_low: FloatArray
    error_high: FloatArray
    sources: dict[str, float]
    slopes: Slopes
    scale: int
    cost_model: str = CostModel.BITS
    row_scales: IntArray | None = None

    @property
    def cost(self) -> float:
        """Sum of the synapses' costs."""
        kinds, counts = np.unique(self.bits.astype(np.int64) << 32 | self.lengths, return_counts=True)
        prices = [self._price(kind >> 32, kind & 0xFFFFFFFF) for kind in kinds.tolist()]
        return float(sum(price * count for price, count in zip(prices, counts.tolist(), strict=True)))

    def uniform_cost(self, bits: int, length: int) -> float:
        """Cost where all synapses have one width and length."""
        return float(self._price(bits, length) * self.bits.size)

    def _price(self, bits: int, length: int) -> Fraction:
        length_log2 = length.bit_length() - 1 if self.stochastic else None
        return synapse_cost(self.cost_model, bits, length_log2, self.params.inputs.format.width)

    @property
    def stochastic(self) -> bool:
        """Whether the layer computes with streams."""
        return kind_of(self.params).datapath == Datapath.STOCHASTIC

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        bits, bit_counts = np.unique(self.bits, return_counts=True)
        lengths, length_counts = np.unique(self.lengths, return_counts=True)
        return {
            "name": self.dense.name,
            "hardware": self.params.to_dict(),
            "bit_widths": {str(b): int(c) for b, c in zip(bits, bit_counts, strict=True)},
            "stream_lengths": {str(n): int(c) for n, c in zip(lengths, length_counts, strict=True)}
            if self.stochastic
            else {},
            "cost": self.cost,
            "error_low": float(self.error_low.min()),
            "error_high": float(self.error_high.max()),
            "error_sources": self.sources,
            "exact_bound": {
                "unit_log2": -(self.params.acc_fraction + self.bounds.k),
                "low": int(self.bounds.pre_low.min()),
                "high": int(self.bounds.pre_high.max()),
            },
        }


@dataclass(frozen=True, eq=False)
class NetworkPlan:
    """Precision of a whole network and the error bound that it keeps for every input in range.

    Parameters
    ----------
    network : Network
        The exact network.
    request : PlanRequest
        What was asked for.
    layers : tuple of LayerPlan
        First to last.
    constraints : Constraints
        The target on this network's outputs: rows and their limits.
    constraint_bounds : ndarray of float64, shape (n_rows,)
        Largest value of each row on the outputs' errors; rounded up.
    bound_low, bound_high : ndarray of float64, shape (n_out,)
        Interval of each output's error, hardware minus exact network; rounded outward.
    guarantee : str
        ``deterministic``: holds for every input, without a probability.
    cost_lower_bound : float
        No allocation is cheaper whose bounds follow the model that is linear around this plan, with its activation
        grids and ranges and, where the composition is affine, the share of each layer's errors that did not cancel
        when the model was made (Lagrangian dual, see `search`); 0.0 where the plan was not searched for.
    """

    network: Network
    request: PlanRequest
    layers: tuple[LayerPlan, ...]
    constraints: Constraints
    constraint_bounds: FloatArray
    bound_low: FloatArray
    bound_high: FloatArray
    guarantee: str = Guarantee.DETERMINISTIC
    cost_lower_bound: float = 0.0

    @property
    def name(self) -> str:
        """Verilog module name of the network."""
        return self.request.name

    @property
    def datapath(self) -> str:
        """``fixed`` or ``stochastic``."""
        return self.request.datapath

    @property
    def target(self) -> Target:
        """The target that was asked for."""
        return self.request.target

    @property
    def limits(self) -> PlanLimits:
        """Limits that were kept."""
        return self.request.limits

    @property
    def lanes(self) -> int:
        """Outputs in parallel that were asked for, folded architecture only."""
        return self.request.lanes

    @property
    def composition(self) -> str:
        """How errors were composed through the layers: ``affine`` or ``interval``, see `affine`."""
        return self.request.bounds

    @property
    def structure(self) -> Structure:
        """Structure of the hardware."""
        return self.request.structure

    @property
    def cost_model(self) -> str:
        """What was made small, see `cost`."""
        return self.request.cost_model

    @property
    def bound(self) -> float:
        """Largest absolute error of any output."""
        return float(max(np.abs(self.bound_low).max(), np.abs(self.bound_high).max()))

    @property
    def target_error(self) -> float | None:
        """Largest absolute error of any output that was asked for; None where the target is of another kind."""
        return self.target.values[0] if self.target.kind == "absolute" else None

    @property
    def target_met(self) -> bool:
        """Whether the bounds keep the target, all of them."""
        return bool((self.constraint_bounds <= self.constraints.limits).all())

    @property
    def target_use(self) -> float:
        """Largest bound over its limit; at most 1 where the target is met."""
        return float((self.constraint_bounds / self.constraints.limits).max())

    @property
    def reached(self) -> float:
        """What the bounds keep, in the target's own units; see `Target.reached`."""
        return self.target.reached(self.constraint_bounds, self.constraints.limits)

    @property
    def nearest(self) -> dict[str, Any]:
        """The constraint nearest to its limit, or farthest beyond: ``name``, ``bound`` and ``limit``."""
        worst = int((self.constraint_bounds / self.constraints.limits).argmax())
        return {
            "name": self.constraints.name(worst),
            "bound": float(self.constraint_bounds[worst]),
            "limit": float(self.constraints.limits[worst]),
        }

    @property
    def target_text(self) -> str:
        """What was asked for and what is kept, in a few words."""
        text, near = f"bound {self.bound:.6g}, target {self.target.label}", self.nearest
        if self.target.kind == "absolute":
            return text
        return f"{text}; nearest its limit: {near['name']} <= {near['bound']:.6g} of {near['limit']:.6g}"

    @property
    def missed_text(self) -> str:
        """By how much a target that is not met is missed, in a few words."""
        near = self.nearest
        what = "" if self.target.kind == "absolute" else f" of {near['name']}"
        return f"the bound{what} {near['bound']:.6g} exceeds {near['limit']:.6g}"

    @property
    def params(self) -> tuple[DenseParams, ...]:
        """Hardware parameters of the layers."""
        return tuple(layer.params for layer in self.layers)

    @property
    def encoding(self) -> StreamEncoding:
        """What the streams stand for; `sign_magnitude` on the fixed datapath, which has none."""
        return self.request.encoding

    @property
    def cost(self) -> float:
        """Sum of the layers' costs."""
        return sum(layer.cost for layer in self.layers)

    @property
    def dual_gap(self) -> float | None:
        """How far the cost can be from the optimum, relative to `cost_lower_bound`; None where that is not known."""
        return self.cost / self.cost_lower_bound - 1.0 if self.cost_lower_bound > 0.0 else None

    def input_codes(self, inputs: object) -> IntArray:
        """Codes of real inputs, to the nearest even.

        Parameters
        ----------
        inputs : array_like, shape (batch, n_in)
            Within the network's input range, and on its grid where it has one.

        Returns
        -------
        ndarray of int64, shape (batch, n_in)

        Raises
        ------
        InputError
            See `Network.check_inputs`.
        """
        fraction = self.params[0].inputs.format.fraction
        return np.rint(np.ldexp(self.network.check_inputs(inputs), fraction)).astype(np.int64)

    def input_values(self, codes: object) -> FloatArray:
        """Real inputs that have these codes: a code's value, or the end of the input range that was rounded to it."""
        values = np.ldexp(np.asarray(codes, dtype=np.float64), -self.params[0].inputs.format.fraction)
        return np.asarray(np.clip(values, self.network.input_low, self.network.input_high))

    def output_values(self, codes: object) -> FloatArray:
        """Real values of output codes, any shape."""
        array = plain_array("output codes", codes)
        if array.dtype.kind not in "iu":
            raise InputError(f"output codes must be integers, got dtype {array.dtype}")
        return np.asarray(np.ldexp(array.astype(np.float64), -self.params[-1].output.format.fraction))

    def rows(self) -> list[SynapsePrecision]:
        """One row per synapse in layer, output, input order.

        The error bounds are those of the synapse's contribution to its own accumulator, in real units; the
        sensitivity is its `influence`.
        """
        found: list[SynapsePrecision] = []
        for index, layer in enumerate(self.layers):
            quantisation, stochastic = synapse_bounds(layer.params, layer.dense, layer.bounds)
            total = np.nextafter(quantisation + stochastic, np.inf)
            columns = (layer.bits, layer.lengths, layer.influence, quantisation, stochastic, total)
            places = np.ndindex(layer.bits.shape)
            for place, values in zip(places, zip(*(c.ravel().tolist() for c in columns), strict=True), strict=True):
                found.append(SynapsePrecision(index, layer.dense.name, *place, *values))
        return found

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the plan to an .npz file; see `network_file`."""
        from sc_precision.plan.network_file import save_network_plan

        save_network_plan(self, path)

    @staticmethod
    def load(path: str | os.PathLike[str]) -> NetworkPlan:
        """Read a plan that `save` wrote, deriving its bounds again; see `network_file`.

        Raises
        ------
        InputError
            If the file cannot be used.
        """
        from sc_precision.plan.network_file import load_network_plan

        return load_network_plan(path)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready manifest; schema ``sc_precision.network_plan.v1``."""
        synapses = sum(layer.bits.size for layer in self.layers)
        widest = max(int(layer.bits.max()) for layer in self.layers)
        longest = max(int(layer.lengths.max()) for layer in self.layers)
        uniform = sum(layer.uniform_cost(widest, longest) for layer in self.layers)
        network = self.network
        return {
            "schema": PLAN_SCHEMA,
            "name": self.name,
            "datapath": self.datapath,
            "guarantee": self.guarantee,
            "target": self.target.to_dict() | {"label": self.target.label, "nearest": self.nearest},
            "target_error": self.target_error,
            "composition": self.composition,
            "constraints": self.constraints.to_dict() | {"bounds": self.constraint_bounds.tolist()},
            "bound": self.bound,
            "bound_low": self.bound_low.tolist(),
            "bound_high": self.bound_high.tolist(),
            "target_met": self.target_met,
            "plan_hash": self.hash,
            "limits": self.limits.to_dict(),
            "input": {"low": network.input_low, "high": network.input_high, "fraction": network.input_fraction},
            "cost": {
                "model": self.cost_model,
                "metric": CostModel.parse(self.cost_model).metrics[Datapath(self.datapath)],
                "synapses": synapses,
                "total": self.cost,
                "lower_bound": self.cost_lower_bound,
                "dual_gap": self.dual_gap,
                "uniform_reference": uniform,
                "saving_fraction": 1.0 - self.cost / uniform if uniform else 0.0,
            },
            "layers": [layer.to_dict() for layer in self.layers],
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 over everything that determines the plan: network, hardware and limits, arrays included."""
        network = self.network
        head = {
            "schema": PLAN_SCHEMA,
            "name": self.name,
            "datapath": self.datapath,
            "target": self.target.to_dict(),
            "composition": self.composition,
            "limits": self.limits.to_dict(),
            "lanes": self.lanes,
            "cost_model": self.cost_model,
            "input": [network.input_low, network.input_high, network.input_fraction],
            "layers": [[layer.dense.name, layer.params.to_dict()] for layer in self.layers],
        }
        digest = hashlib.sha256(json.dumps(head, sort_keys=True, separators=(",", ":")).encode())
        for layer in self.layers:
            dense, params = layer.dense, layer.params
            arrays = (dense.weight, dense.bias, params.weight_codes, params.bias, layer.bits, layer.lengths)
            for array in arrays:
                digest.update(np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes())
        return digest.hexdigest()
