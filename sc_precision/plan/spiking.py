# SPDX-License-Identifier: Apache-2.0
"""From a trained dense layer to a spiking layer: fixed-point weights, then leaky integrate-and-fire neurons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from sc_precision.arguments import integer, positive, real, show
from sc_precision.errors import InputError
from sc_precision.formats import Rounding
from sc_precision.network import Dense
from sc_precision.params import DenseParams, InputCodes, LayerParams
from sc_precision.params.neurons import NO_LEAK, Drive, LifParams, MultiplyLeak, Reset, ShiftLeak
from sc_precision.plan.bounds import LayerBounds, LayerError, layer_bounds, layer_error
from sc_precision.plan.build import fit_output
from sc_precision.plan.membrane import MembraneBounds, membrane_bounds
from sc_precision.plan.quantise import LayerChoice, quantise_layer, scale_exponent

MAX_WEIGHT_BITS = 32
"""Widest weights of a spiking layer."""


@dataclass(frozen=True, eq=False)
class SpikingLayer:
    """Hardware of a dense layer and its neurons.

    Parameters
    ----------
    dense : FixedDenseParams
        Computes the currents, which leave with all bits of the accumulator.
    neurons : LifParams
    current_error : LayerError
        Of the currents, for input codes in the range of the layer's inputs.
    membrane_bounds : MembraneBounds
        Of the membranes against neurons with the true weights, threshold and reset value in real arithmetic, and the
        factor of the integer leak, while spike trains agree.
    current_bounds : LayerBounds
        Errors of the currents before they leave, in exact integers, which lemmas assert.
    """

    dense: DenseParams
    neurons: LifParams
    current_error: LayerError
    membrane_bounds: MembraneBounds
    current_bounds: LayerBounds

    @property
    def bounds(self) -> list[LayerBounds | None]:
        """Of each of `layers` against its trained weights; for `compile_design`."""
        return [self.current_bounds, None]

    @property
    def layers(self) -> list[LayerParams]:
        """For `network_verilog` and `spiking_outputs`."""
        return [self.dense, self.neurons]

    def manifest(self) -> dict[str, Any]:
        """JSON-ready: hardware and bounds."""
        return {
            "layers": [params.to_dict() for params in self.layers],
            "membrane_error_bound": self.membrane_bounds.bound,
            "membrane_error_assumes": "spike trains agree",
        }


def quantise_spiking(
    dense: Dense,
    inputs: InputCodes,
    *,
    name: str,
    steps: int,
    threshold: float,
    weight_bits: int = 8,
    leak: ShiftLeak | MultiplyLeak = NO_LEAK,
    reset: Reset = Reset.SUBTRACT,
    reset_value: float = 0.0,
    refractory: int = 0,
    drive: Drive = Drive.STEPS,
    membrane_width: int | None = None,
    lanes: int = 1,
) -> SpikingLayer:
    """Quantise a dense layer and size its neurons.

    Parameters
    ----------
    dense : Dense
        The trained layer, with identity activation: neurons take its place.
    inputs : InputCodes
        What the layer is fed in a step: spikes (`SPIKES`), or codes.
    name : str
        Prefix of the Verilog modules, ``<name>_dense`` and ``<name>_lif``.
    steps, leak, reset, refractory, drive, membrane_width
        See `LifParams`.
    threshold : float
        In the units of the layer's outputs; rounded to the accumulator's LSB, at least one.
    weight_bits : int
        Width of weights, 2 to 32.
    reset_value : float
        As `threshold`; used by `Reset.VALUE` only.
    lanes : int
        Outputs of the dense layer in parallel, cut at n_out.

    Raises
    ------
    InputError
        If a layer, a leak or a number does not fit.
    """
    if not isinstance(dense, Dense):
        raise InputError(f"{name}: expected a Dense layer, got {show(dense)}")
    if dense.activation.rectifies:
        raise InputError(f"{name}: activation is {dense.activation.value}; neurons take its place, use identity")
    bits = integer(f"{name}: weight_bits", weight_bits, minimum=2, maximum=MAX_WEIGHT_BITS)
    reach = max(-inputs.low, inputs.high) * inputs.format.lsb
    choice = LayerChoice(np.full(dense.weight.shape, bits, dtype=np.uint8), None, scale_exponent(dense, reach))
    lanes = integer(f"{name}: lanes", lanes, minimum=1)
    params, bounds, error = _currents(dense, choice, inputs, f"{name}_dense", lanes)
    scale = Fraction(2) ** params.acc_fraction
    theta = Fraction(positive(f"{name}: threshold", threshold)) * scale
    rest = Fraction(real(f"{name}: reset_value", reset_value)) * scale
    code = round(theta)
    if code < 1:
        raise InputError(
            f"{name}: threshold {threshold} is below half of the accumulator's LSB, {1 / float(scale)}; use more "
            "weight bits, a finer input grid or a larger threshold"
        )
    neurons = LifParams(
        f"{name}_lif",
        params.output,
        dense.n_out,
        steps,
        leak,
        code,
        reset=reset,
        reset_value=round(rest),
        refractory=refractory,
        drive=drive,
        membrane_width=membrane_width,
    )
    limits = membrane_bounds(
        neurons, error.low, error.high, threshold_error=code - theta, reset_error=round(rest) - rest
    )
    return SpikingLayer(params, neurons, error, limits, bounds)


def _currents(
    dense: Dense, choice: LayerChoice, inputs: InputCodes, name: str, lanes: int
) -> tuple[DenseParams, LayerBounds, LayerError]:
    """Hardware of the dense layer, whose outputs have all bits of the accumulator, and its errors."""
    params = quantise_layer(dense, choice, inputs, name=name, lanes=lanes, rounding=Rounding.NEAREST_EVEN)
    codes = np.full((2, dense.n_in), [[inputs.low], [inputs.high]], dtype=np.int64)
    bounds = layer_bounds(params, dense, *codes)
    currents, _, _ = fit_output(params, bounds, params.acc_fraction, None)
    params = replace(params, output=currents)
    exact = np.zeros(dense.n_in)
    return params, bounds, layer_error(params, dense, bounds, exact, exact)
