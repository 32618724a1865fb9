# SPDX-License-Identifier: Apache-2.0
"""Bit width and bitstream length per synapse: the compatible synapse planner.

The rule maps the sensitivity s of a synapse to a width and a length, step by step. Every step is monotone in s,
in floating point as in real numbers: the width never falls, and at one width the length never falls. So the
synapses of one (width, length) pair are those of one interval of s, whose ends are found exactly by bisection
over the floats. Planning a synapse is then finding its interval, and agrees bit for bit with applying the rule.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sc_precision.arguments import int_range, positive, probability
from sc_precision.compatible.columns import (
    MAX_BIT_WIDTH,
    MAX_LENGTH,
    MAX_SENSITIVITY,
    PrecisionPlan,
    quantization_bound,
    quantization_steps,
)
from sc_precision.compatible.lengths import hoeffding_bits, hoeffding_factor, rounded_length
from sc_precision.compatible.weights import check_maps, check_names, check_weights
from sc_precision.errors import InputError

_MIN_SCALE = 1e-12
"""Least divisor of |w|, and least error that a length is planned for."""
_CHUNK = 1 << 15
"""Synapses classified at a time, so that the work arrays stay in the cache."""
_FEW = 48
"""Up to this many class edges, comparing with each is faster than searching."""


@dataclass(frozen=True)
class SynapseRule:
    """The rule of the compatible planner for one synapse.

    `share` is the error that each synapse may have, target_error / sqrt(number of synapses); `factor` the constant of
    Hoeffding's bound, `hoeffding_factor`.
    """

    share: float
    min_bits: int
    max_bits: int
    min_length: int
    max_length: int
    factor: float

    def fits(self, sensitivity: float, bits: int) -> bool:
        """Whether `bits` are enough: the quantisation error keeps the share, or there are no more bits."""
        return bits >= self.max_bits or _bound(sensitivity, bits) <= self.share

    def length(self, sensitivity: float, bits: int) -> int:
        """Bitstream length for what the quantisation error leaves of the share, a quarter at least."""
        if sensitivity == 0.0:
            return self.min_length
        remaining = max(self.share - _bound(sensitivity, bits), self.share / 4.0)
        epsilon = max(remaining / sensitivity, _MIN_SCALE)
        return rounded_length(hoeffding_bits(self.factor, epsilon), self.min_length, self.max_length)

    def classes(self, top: float) -> tuple[list[float], list[int], list[int]]:
        """Return the classes of all sensitivities from 0 to `top`: edges, widths and lengths.

        Edges rise: class k holds edges[k-1] <= s < edges[k], the first one begins at 0.
        """
        edges: list[float] = []
        widths: list[int] = []
        lengths: list[int] = []
        start, bits = 0.0, self.min_bits
        while True:
            while not self.fits(start, bits):
                bits += 1
            length = self.length(start, bits)
            widths.append(bits)
            lengths.append(length)
            # exact bisection: the codes of non-negative floats rise with the floats
            inside, outside = _code(start), _code(top) + 1
            while outside - inside > 1:
                middle = (inside + outside) // 2
                value = _float(middle)
                if self.fits(value, bits) and self.length(value, bits) == length:
                    inside = middle
                else:
                    outside = middle
            if outside > _code(top):
                return edges, widths, lengths
            start = _float(outside)
            edges.append(start)


def assign_synapse_precisions(
    layer_weights: Iterable[ArrayLike],
    layer_names: Iterable[str] | None = None,
    sensitivity_maps: Iterable[ArrayLike] | None = None,
    target_error: float = 0.01,
    min_bits: int = 4,
    max_bits: int = 16,
    min_length: int = 32,
    max_length: int = 4096,
    confidence: float = 0.95,
) -> PrecisionPlan:
    """Give every synapse a bit width and a bitstream length.

    A compatible planner: it keeps the published rule number for number, and **its error figures are no
    guarantee for the network**. They hold for one synapse whose error counts s times, with random independent
    streams; the share target_error / sqrt(N) assumes that errors add as root of the sum of squares; a row may
    exceed its share by 24 % because the streams get a quarter of it at least; a length that `max_length` cuts
    misses the target in silence (1.43 root of the sum of squares for a target of 0.01 on 784 x 128); and |w|
    says little about what an error in w does. A plan with a guarantee comes from `plan_network`.

    Parameters
    ----------
    layer_weights : iterable of array_like
        One array per layer: outputs x inputs, or 1-D for one output. Never modified.
    layer_names : iterable of str, optional
        One different name per layer; ``layer_0``, ``layer_1``, ... by default.
    sensitivity_maps : iterable of array_like, optional
        Sensitivity s of each synapse, one array in the shape of its weights, 0 to 1e300. By default
        s = |w| / max |w| of the layer.
    target_error : float
        Error of the network's output, greater than 0.
    min_bits, max_bits : int
        Limits of the width, 1 <= min <= max <= 1023.
    min_length, max_length : int
        Limits of the length in bits, 1 <= min <= max <= 2**62. Lengths are powers of two unless a limit that
        is none cuts them; a synapse with s = 0 gets `min_length` as it is.
    confidence : float
        Probability that a stream keeps its error, between 0 and 1.

    Returns
    -------
    PrecisionPlan
        A sequence of `SynapsePrecision` in the order layer, output, input.

    Raises
    ------
    InputError
        If an argument is out of range or an array cannot be used.
    """
    target = positive("target_error", target_error)
    low_bits, high_bits = int_range("min_bits", min_bits, "max_bits", max_bits, MAX_BIT_WIDTH)
    low, high = int_range("min_length", min_length, "max_length", max_length, MAX_LENGTH)
    level = probability("confidence", confidence)
    layers = check_weights(layer_weights)
    names = check_names(layer_names, len(layers))
    maps = check_maps(sensitivity_maps, layers)
    sensitivity = _sensitivities(layers, maps)
    share = target / max(1.0, math.sqrt(len(sensitivity)))
    rule = SynapseRule(share, low_bits, high_bits, low, high, hoeffding_factor(level))
    edges, widths, lengths = rule.classes(float(sensitivity.max(initial=0.0)))
    codes = classify(sensitivity, np.array(edges))
    for column in (sensitivity, codes):
        column.flags.writeable = False  # lets the plan keep them without a copy
    return PrecisionPlan(
        layer_names=tuple(names),
        layer_shapes=tuple(_shape(weights) for weights in layers),
        sensitivity=sensitivity,
        class_index=codes,
        class_bit_width=np.array(widths, dtype=np.int64),
        class_bitstream_length=np.array(lengths, dtype=np.int64),
        confidence=level,
    )


def _sensitivities(layers: list[NDArray[np.float64]], maps: list[NDArray[np.float64]] | None) -> NDArray[np.float64]:
    """Sensitivity of each synapse: given, or in proportion to the magnitude of its weight."""
    sensitivity = np.empty(sum(weights.size for weights in layers))
    parts = np.split(sensitivity, np.cumsum([weights.size for weights in layers[:-1]], dtype=np.int64))
    for index, (weights, part) in enumerate(zip(layers, parts, strict=False)):
        if maps is None:
            np.abs(weights, out=part.reshape(weights.shape))
            part /= max(float(part.max()), _MIN_SCALE)
        else:
            np.abs(maps[index], out=part.reshape(weights.shape))  # turns -0.0 into 0.0
            if part.max() > MAX_SENSITIVITY:
                raise InputError(f"sensitivity_maps[{index}] must be at most {MAX_SENSITIVITY}, got {part.max()}")
    return sensitivity


def classify(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.unsignedinteger[Any]]:
    """Return the number of edges at or below each value, as the narrowest unsigned type that holds it."""
    codes = np.zeros(values.shape, dtype=np.min_scalar_type(len(edges)))
    for start in range(0, len(values), _CHUNK):
        chunk = values[start : start + _CHUNK]
        if len(edges) > _FEW:
            codes[start : start + _CHUNK] = np.searchsorted(edges, chunk, side="right")
            continue
        count = codes[start : start + _CHUNK]
        for edge in edges:
            count += chunk >= edge
    return codes


def _shape(weights: NDArray[np.float64]) -> tuple[int, int]:
    rows, columns = np.atleast_2d(weights).shape
    return rows, columns


def _bound(sensitivity: float, bits: int) -> float:
    return quantization_bound(sensitivity, quantization_steps(bits))


def _code(value: float) -> int:
    code: int = struct.unpack("<q", struct.pack("<d", value))[0]
    return code


def _float(code: int) -> float:
    value: float = struct.unpack("<d", struct.pack("<q", code))[0]
    return value
