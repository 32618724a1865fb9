# SPDX-License-Identifier: Apache-2.0
"""Grids of the activations: inputs, hidden layers and outputs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sc_precision.errors import InputError
from sc_precision.network import FloatArray, Network
from sc_precision.params import InputCodes
from sc_precision.plan.bounds import ordered_dot

ROUNDING_SHARE = 1 / 32
"""Share of the target that rounding to each grid (inputs, every hidden layer, outputs) may take."""
MAX_INPUT_BITS = 32
"""Widest codes of a given input grid."""
MAX_UNIT_LOG2 = 16
"""Finest input grid of a stochastic layer: 2**16 steps."""
_MAX_FRACTION = 64


@dataclass(frozen=True)
class Grids:
    """Number formats of the activations.

    `input_rounding` is the largest rounding error of an input; `fractions` are the binary places that each layer's
    output should have; fewer where its accumulator or the limits allow fewer.
    """

    inputs: InputCodes
    input_rounding: float
    fractions: tuple[int, ...]


def output_gains(network: Network, rows: FloatArray | None = None) -> list[FloatArray]:
    """Largest change of each network output per change of each layer's outputs; products of absolute weights.

    With `rows`, shape (n_rows, n_outputs), of these combinations of outputs instead, absolute weights too. One array of
    shape (n_rows, n_out of the layer) a layer, the first layer's first. Not rounded outward: it guides, the bound
    decides.
    """
    gains = [np.eye(network.n_out) if rows is None else np.abs(rows)]
    for dense in network.layers[:0:-1]:
        # Row by row in a fixed order, so that every machine gets the same digits.
        gains.insert(0, np.stack([ordered_dot(np.abs(dense.weight.T), row) for row in gains[0]]))
    return gains


def _fraction_for(share: float, gain: float) -> int:
    """Binary places at which half an LSB times the gain stays within the share."""
    if gain <= 0.0:
        return 0
    return max(-_MAX_FRACTION, min(_MAX_FRACTION, math.ceil(math.log2(gain) - math.log2(2 * share))))


def input_grid(network: Network, fraction: int) -> tuple[InputCodes, float]:
    """Codes of the inputs and the largest rounding error of one; on the network's own grid where it has one."""
    if network.input_fraction is not None:
        fraction = network.input_fraction
    ends = math.ldexp(network.input_low, fraction), math.ldexp(network.input_high, fraction)
    if network.input_fraction is None:
        return InputCodes.covering(round(ends[0]), round(ends[1]), fraction), 2.0 ** -(fraction + 1)
    low, high = math.ceil(ends[0]), math.floor(ends[1])
    if max(-low, high).bit_length() > MAX_INPUT_BITS:
        raise InputError(
            f"network: inputs of {fraction} binary places up to {max(-network.input_low, network.input_high):.6g} "
            f"need more than {MAX_INPUT_BITS} bits; use a smaller range or fewer places"
        )
    return InputCodes.covering(low, high, fraction), 0.0


def choose_grids(
    network: Network, target_error: float, *, max_bits: int, stochastic: bool, rows: FloatArray | None = None
) -> Grids:
    """Grids fine enough for their share of the target, where `max_bits` allows.

    `max_bits` is the width of the inputs where the network does not say their grid; hidden layers are cut to it by the
    builder. `stochastic` inputs become streams, of at most 2**16 steps. For `rows` see `output_gains`. Raises
    InputError if the network's own grid needs codes that are too wide.
    """
    share = target_error * ROUNDING_SHARE
    max_bits = min(max_bits, MAX_UNIT_LOG2) if stochastic else max_bits
    gains = output_gains(network, rows)
    if network.input_fraction is None:
        gain = float((gains[0] * np.abs(network.layers[0].weight).sum(axis=1)).sum(axis=1).max())
        # Every input is below 2**exponent, so that the codes nearly fit; rounding up may take one more bit.
        exponent = math.frexp(max(-network.input_low, network.input_high))[1]
        fraction = min(_fraction_for(share, gain), max_bits - exponent)
        while input_grid(network, fraction)[0].format.width > max_bits:
            fraction -= 1
    else:
        fraction = network.input_fraction
    inputs, input_rounding = input_grid(network, fraction)
    if stochastic and inputs.unit_log2 > MAX_UNIT_LOG2:
        raise InputError(
            f"network: the input grid has {inputs.high} steps, streams carry at most 2**{MAX_UNIT_LOG2}; "
            "use fewer binary places or the fixed datapath"
        )
    fractions = tuple(_fraction_for(share, float(gain.sum(axis=1).max())) for gain in gains)
    return Grids(inputs, input_rounding, fractions)
