# SPDX-License-Identifier: Apache-2.0
"""From a planner's choices to a plan: hardware parameters, ranges and bounds, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sc_precision.errors import InputError
from sc_precision.network import FloatArray, Network
from sc_precision.params import DenseParams, InputCodes, IntArray
from sc_precision.plan.affine import compose
from sc_precision.plan.bounds import LayerBounds, check_unsaturated, layer_bounds, ordered_dot, output_range
from sc_precision.plan.grids import MAX_UNIT_LOG2, Grids, output_gains
from sc_precision.plan.quantise import LayerChoice, quantise_layer, row_exponents, scale_exponent
from sc_precision.plan.request import PlanRequest
from sc_precision.plan.result import LayerPlan, NetworkPlan
from sc_precision.plan.target import Constraints


def fit_output(
    params: DenseParams, bounds: LayerBounds, fraction: int, max_bits: int | None
) -> tuple[InputCodes, IntArray, IntArray]:
    """Output codes that cannot saturate: the finest grid up to `fraction` whose codes fit `max_bits`."""
    while True:
        low, high = output_range(
            bounds.acc_low,
            bounds.acc_high,
            activation=params.activation,
            shift=params.acc_fraction - fraction,
            rounding=params.rounding,
        )
        codes = InputCodes.covering(min(0, int(low.min())), max(0, int(high.max())), fraction)
        if max_bits is None or codes.format.width <= max_bits:
            return codes, low, high
        fraction -= codes.format.width - max_bits


@dataclass(frozen=True)
class Builder:
    """Everything of a plan but the widths, lengths and scales.

    Parameters
    ----------
    network : Network
    request : PlanRequest
        What the plan is to be.
    grids : Grids
        Number formats of the activations.

    Raises
    ------
    InputError
        If the datapath cannot compute the network.
    """

    network: Network
    request: PlanRequest
    grids: Grids

    def __post_init__(self) -> None:
        self.request.check_network(self.network)

    @cached_property
    def constraints(self) -> Constraints:
        """The target on the network's outputs."""
        return self.request.target.constraints(self.network)

    @property
    def activation_bits(self) -> int:
        """Widest code between layers."""
        bits = self.request.limits.max_activation_bits
        return min(bits, MAX_UNIT_LOG2) if self.request.stochastic else bits

    def finest_choices(self) -> list[LayerChoice]:
        """The widest weights and longest streams that the limits allow.

        Raises
        ------
        InputError
            If no stream is long enough for the narrowest weight, or a weight is too large.
        """
        request, limits = self.request, self.request.limits
        widest = limits.max_bits
        longest = limits.log2_lengths[-1]
        if request.stochastic:
            widest = min(widest, longest + 1 - request.bipolar)
            if widest < limits.min_bits:
                needed = 1 << (limits.min_bits - 1 + request.bipolar)
                raise InputError(
                    f"limits: a weight of min_bits={limits.min_bits} needs a stream of {needed}, but max_length is "
                    f"{limits.max_length}; raise max_length or lower min_bits"
                )
        choices = []
        reach = np.full(self.network.n_in, max(-self.network.input_low, self.network.input_high))
        for dense in self.network.layers:
            shape, scale = dense.weight.shape, scale_exponent(dense, float(reach.max()))
            lengths = np.full(shape, longest, dtype=np.uint8) if request.stochastic else None
            rows = row_exponents(dense, float(reach.max()), scale) if request.structure.row_scales else None
            choices.append(LayerChoice(np.full(shape, widest, dtype=np.uint8), lengths, scale, rows))
            reach = ordered_dot(np.abs(dense.weight), reach) + np.abs(dense.bias)
        return choices

    def finest(self) -> NetworkPlan:
        """The plan of `finest_choices`."""
        return self.build(self.finest_choices())

    def shares(self, plan: NetworkPlan) -> list[FloatArray]:
        """What each layer's own errors add to the constraints of a plan of this builder; see `Composition.shares`."""
        bounds = [layer.bounds for layer in plan.layers]
        composed = compose(self.network, plan.params, bounds, self.grids.input_rounding, self.request.bounds)
        return composed.shares(self.constraints.rows)

    def build(self, choices: Sequence[LayerChoice], cost_lower_bound: float = 0.0) -> NetworkPlan:
        """Hardware and bounds of the given choices, first layer to last.

        Raises
        ------
        InputError
            If a layer's integers do not fit.
        """
        network, request, inputs = self.network, self.request, self.grids.inputs
        low, high = np.full(network.n_in, inputs.low), np.full(network.n_in, inputs.high)
        params: list[DenseParams] = []
        bounds: list[LayerBounds] = []
        for index, (dense, choice) in enumerate(zip(network.layers, choices, strict=True)):
            layer = quantise_layer(
                dense,
                choice,
                inputs,
                name=f"{request.name}_layer{index}",
                lanes=request.lanes,
                rounding=request.rounding,
                encoding=request.encoding,
                structure=request.structure,
            )
            integers = layer_bounds(layer, dense, np.minimum(low, 0), np.maximum(high, 0))
            last = index == len(choices) - 1
            fraction = min(self.grids.fractions[index], layer.acc_fraction)
            widest = None if last else self.activation_bits
            inputs, low, high = fit_output(layer, integers, fraction, widest)
            layer = replace(layer, output=inputs)
            check_unsaturated(layer, low, high)
            params.append(layer)
            bounds.append(integers)
        composed = compose(network, params, bounds, self.grids.input_rounding, self.request.bounds)
        errors, outputs = composed.errors, composed.errors[-1]
        own = np.concatenate([outputs.high, -outputs.low])
        gains = output_gains(network)
        layers = []
        for dense, choice, layer, integers, error, gain, lines in zip(
            network.layers, choices, params, bounds, errors, gains, composed.chain.lines, strict=True
        ):
            lsb = layer.inputs.format.lsb
            reach = np.maximum(-integers.input_low, integers.input_high) * lsb
            lengths = np.ones(choice.bits.shape, dtype=np.uint32)
            if choice.length_log2 is not None:
                lengths = lengths << choice.length_log2
            layers.append(
                LayerPlan(
                    dense=dense,
                    params=layer,
                    bits=choice.bits,
                    lengths=lengths,
                    influence=gain.max(axis=0)[:, None] * reach,
                    bounds=integers,
                    error_low=error.low,
                    error_high=error.high,
                    sources=error.sources,
                    slopes=lines.slopes,
                    scale=choice.scale if choice.row_scales is None else int(choice.row_scales.max()),
                    cost_model=request.cost_model,
                    row_scales=choice.row_scales,
                )
            )
        return NetworkPlan(
            network=network,
            request=request,
            layers=tuple(layers),
            constraints=self.constraints,
            constraint_bounds=composed.chain.bound(self.constraints.rows) if self.constraints.pairs else own,
            bound_low=outputs.low,
            bound_high=outputs.high,
            cost_lower_bound=cost_lower_bound,
        )
