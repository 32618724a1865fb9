# SPDX-License-Identifier: Apache-2.0
"""A network as layers of LFSR streams of given lengths: their integers, and the statistical bound of just these."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sc_precision.errors import InputError
from sc_precision.modes import Sharing
from sc_precision.network import Dense, Network
from sc_precision.params import InputCodes, IntArray, LfsrDenseParams, StreamEncoding
from sc_precision.params.registers import Registers
from sc_precision.plan.bounds import affine_interval
from sc_precision.plan.grids import input_grid
from sc_precision.plan.statistical import (
    StatisticalBound,
    StatisticalLayer,
    exact_ranges,
    scale_above,
    stream_noise,
    sums_rounded_up,
)

ENCODING = StreamEncoding.UNIPOLAR
_MOST = 1 << 60
"""Greatest code of a bias; the accumulator's own check is stricter."""


@dataclass(frozen=True, eq=False)
class StreamLayer:
    """Integers of a layer, registers apart; fields as those of `LfsrDenseParams`.

    `input_rounding` is the largest error that rounding to the input codes makes; `output` is None for the last layer,
    which keeps all places of its accumulator.
    """

    dense: Dense
    inputs: InputCodes
    input_rounding: float
    levels: IntArray
    bias: IntArray
    length_log2: int
    weight_exponent: int
    output: InputCodes | None

    @property
    def acc_fraction(self) -> int:
        """Binary places of a count."""
        return self.length_log2 - self.inputs.unit_log2 + self.inputs.format.fraction - self.weight_exponent


class StreamNetwork:
    """A network for layers of LFSR streams, prepared for any lengths.

    Refused with an InputError if unipolar streams cannot carry an input or hidden value (inputs from 0 on, ReLU in
    hidden layers), or a number is out of range.
    """

    def __init__(self, network: Network):
        self.network = network
        if network.input_low < 0:
            raise InputError(
                f"network: input_low is {network.input_low}, but unipolar streams carry inputs from 0; shift the inputs"
            )
        for dense in network.layers[:-1]:
            if not dense.activation.rectifies:
                raise InputError(
                    f"{dense.name}: a hidden layer with identity activation has negative outputs, which unipolar "
                    "streams cannot carry; use relu"
                )
        self._tops = [float(high.max()) for _, high in exact_ranges(network)[:-1]]
        self._reach = [
            _exponent(scale_above(top, f"{dense.name}: inputs"))
            for dense, top in zip(network.layers, self._tops, strict=True)
        ]
        self._weights = [
            _exponent(scale_above(float(np.abs(dense.weight).max()), f"{dense.name}: weights"))
            for dense in network.layers
        ]

    @property
    def shortest_log2(self) -> int:
        """log2 of the shortest streams that hold every input code of the first layer."""
        if self.network.input_fraction is None:
            return 0
        return input_grid(self.network, self.network.input_fraction)[0].unit_log2

    def layers(self, lengths_log2: Sequence[int]) -> list[StreamLayer]:
        """Integers of the layers with streams of these lengths; InputError if a bias has too many bits."""
        inputs, rounding = input_grid(self.network, lengths_log2[0] - self._reach[0])
        found = []
        for index, (dense, m) in enumerate(zip(self.network.layers, lengths_log2, strict=True)):
            exponent = self._weights[index]
            levels = np.rint(np.ldexp(dense.weight, m - exponent)).astype(np.int64)
            layer = StreamLayer(dense, inputs, rounding, levels, np.empty(0, dtype=np.int64), m, exponent, None)
            bias = np.rint(np.ldexp(dense.bias, layer.acc_fraction))
            if np.abs(bias).max() > _MOST:
                raise InputError(
                    f"{dense.name}: a bias of {np.abs(dense.bias).max():.6g} is too large beside the products of "
                    f"streams of {1 << m}; use shorter streams or rescale the layer"
                )
            output = None
            if index + 1 < len(self.network.layers):
                fraction = min(layer.acc_fraction, lengths_log2[index + 1] - self._reach[index + 1])
                top = math.ceil(math.ldexp(self._tops[index + 1], fraction))
                output = InputCodes.covering(0, top, fraction)
                rounding = 2.0 ** -(fraction + 1) if fraction < layer.acc_fraction else 0.0
                inputs = output
            found.append(replace(layer, bias=bias.astype(np.int64), output=output))
        return found

    def bound(
        self, layers: Sequence[StreamLayer], groups: Sequence[IntArray], confidence: float, method: str
    ) -> StatisticalBound:
        """Bound of these layers, see `sc_precision.plan.statistical`; groups as `StreamSources.groups`.

        Beside the random part it holds what the registers' missing state 0 takes away in the mean over all seeds: a
        level B of L counts (B - 1) / (L - 1) instead of B / L, so that a product of probability p lacks at most
        max(p, 1 - p) / (L - 1).
        """
        failure = (1.0 - confidence) / sum(dense.n_out for dense in self.network.layers)
        error = np.zeros(self.network.n_in)
        results = []
        for layer, labels in zip(layers, groups, strict=True):
            dense, fraction, length = layer.dense, layer.inputs.format.fraction, 1 << layer.length_log2
            input_scale = math.ldexp(1.0, layer.inputs.unit_log2 - fraction)
            weight_scale = math.ldexp(1.0, layer.weight_exponent)
            product, built = input_scale * weight_scale, layer.levels != 0
            p = np.abs(layer.levels) / length
            largest = np.minimum(p, 0.5)
            noise = stream_noise(
                np.full(built.shape, length),
                ranges=np.where(built, product, 0.0),
                deviations=product * np.sqrt(largest * (1.0 - largest)),
                groups=labels,
                failure=failure,
                method=method,
            )
            # Weights and levels are floats of like size: their difference is off by an ulp at most.
            difference = np.nextafter(np.abs(dense.weight - layer.levels * (weight_scale / length)), np.inf)
            reach = np.full(dense.n_in, math.ldexp(layer.inputs.high, -fraction))
            lacking = np.where(built, np.maximum(p, 1.0 - p), 0.0) * (product / (length - 1))
            entering = np.nextafter(error + layer.input_rounding, np.inf)
            parts = {
                "propagated": affine_interval(np.abs(dense.weight), np.zeros(dense.n_in), entering)[1],
                "weight_rounding": affine_interval(difference, np.zeros(dense.n_in), reach)[1],
                "bias_rounding": np.nextafter(np.abs(dense.bias - np.ldexp(layer.bias, -layer.acc_fraction)), np.inf),
                "generator_bias": sums_rounded_up(
                    np.maximum(
                        np.where(layer.levels > 0, lacking, 0.0).sum(axis=1),
                        np.where(layer.levels < 0, lacking, 0.0).sum(axis=1),
                    ),
                    dense.n_in,
                ),
                "stream_noise": noise,
            }
            error = sums_rounded_up(np.sum(list(parts.values()), axis=0), len(parts))
            results.append(
                StatisticalLayer(
                    length=length,
                    input_scale=input_scale,
                    weight_scale=weight_scale,
                    failure=failure,
                    error=error,
                    **parts,
                )
            )
        return StatisticalBound(error, confidence, tuple(results), ENCODING, method)

    def hardware(
        self, layers: Sequence[StreamLayer], registers: Registers, sharing: str, name: str
    ) -> tuple[LfsrDenseParams, ...]:
        """Parameters of the layers, with registers of their own."""
        found = []
        for index, layer in enumerate(layers):
            relu = layer.dense.activation.rectifies
            widest = InputCodes.covering(0 if relu else -_MOST, _MOST, layer.acc_fraction)
            params = LfsrDenseParams(
                f"{name}_layer{index}",
                layer.inputs,
                layer.bias,
                layer.dense.activation,
                layer.output or widest,
                levels=layer.levels,
                length_log2=layer.length_log2,
                weight_exponent=layer.weight_exponent,
                sources=registers.sources(layer.levels, layer.length_log2, sharing),
            )
            if layer.output is None:
                low, high = params.acc_range
                output = InputCodes.covering(0 if relu else low, high, params.acc_fraction)
                params = replace(params, output=output)
            found.append(params)
        return tuple(found)


def _exponent(scale: float) -> int:
    return math.frexp(scale)[1] - 1


def groups_of(levels: IntArray, sharing: str) -> IntArray:
    """What `StreamSources.groups` says of registers that `Registers.sources` draws, before they are drawn."""
    built = levels != 0
    labels = np.broadcast_to(np.arange(levels.shape[1], dtype=np.int64), levels.shape)
    return np.where(built, labels if sharing == Sharing.INDEPENDENT else 0, -1)
