# SPDX-License-Identifier: Apache-2.0
"""Weights to codes: sign and magnitude on a power-of-two scale, one width per synapse."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sc_precision.errors import InputError
from sc_precision.formats import Rounding
from sc_precision.network import Dense, FloatArray
from sc_precision.params import (
    DenseParams,
    FixedDenseParams,
    InputCodes,
    IntArray,
    StochasticDenseParams,
    StreamEncoding,
)

MIN_SCALE, MAX_SCALE = -64, 64
"""Range of a layer's scale exponent; weights below it become zero, weights above it are refused."""
BIAS_BITS = 16
"""How many powers of two a bias may exceed the largest product."""

ByteArray = npt.NDArray[np.uint8]


def scale_exponent(dense: Dense, reach: float) -> int:
    """Smallest s with max|weight| < 2**s, so that a weight of a power of two has an exact code of two bits.

    It is no smaller than -64, nor than what keeps the layer's biases within 16 bits of its largest products; weights
    that are so much smaller become zeros, at an error that the bounds know.

    Parameters
    ----------
    dense : Dense
        The layer.
    reach : float
        Largest magnitude of an input.

    Raises
    ------
    InputError
        If a weight is 2**64 or more.
    """
    largest = float(np.abs(dense.weight).max())
    if largest >= 2.0**MAX_SCALE:
        raise InputError(
            f"{dense.name}: weight of magnitude {largest:.3g} is too large, it must be below 2**{MAX_SCALE}; "
            "rescale the network"
        )
    scale = math.frexp(largest)[1] if largest else 0
    bias = float(np.abs(dense.bias).max())
    if bias and reach:
        scale = max(scale, math.frexp(bias)[1] - math.frexp(reach)[1] - BIAS_BITS)
    return max(MIN_SCALE, min(MAX_SCALE, scale))


def weight_codes(weight: FloatArray, bits: ByteArray | int, scale: int) -> IntArray:
    """Nearest sign-magnitude codes; ties go to the even code, and the ends of the range clip.

    Parameters
    ----------
    weight : ndarray, shape (n_out, n_in)
    bits : int or ndarray of int, shape (n_out, n_in)
        Width b of each code, the sign included: abs(code) <= 2**(b - 1) - 1.
    scale : int
        Exponent s: value = code * 2**(s - (b - 1)).

    Returns
    -------
    ndarray of int64, shape (n_out, n_in)
    """
    magnitude_bits = np.asarray(bits, dtype=np.int64) - 1
    limit = np.ldexp(1.0, magnitude_bits) - 1.0
    code = np.rint(np.ldexp(weight, magnitude_bits - scale))
    return np.asarray(np.clip(code, -limit, limit), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class LayerChoice:
    """What the planner decides for a layer; everything else follows from it and the weights.

    Parameters
    ----------
    bits : ndarray of uint8, shape (n_out, n_in)
        Width of each weight, sign included.
    length_log2 : ndarray of uint8, shape (n_out, n_in), or None
        log2 of each synapse's stream length; None on the fixed datapath.
    scale : int
        Exponent of the layer's power-of-two scale.
    """

    bits: ByteArray
    length_log2: ByteArray | None
    scale: int


def quantise_layer(
    dense: Dense,
    choice: LayerChoice,
    inputs: InputCodes,
    *,
    name: str,
    lanes: int,
    rounding: Rounding,
    encoding: StreamEncoding = StreamEncoding.SIGN_MAGNITUDE,
) -> DenseParams:
    """Parameters of a layer whose output format is still the provisional code range 0..1.

    The output's range follows from the accumulators' (see `bounds.layer_bounds`), which need the weights first.

    Parameters
    ----------
    dense : Dense
        The trained layer.
    choice : LayerChoice
        Widths, lengths and scale.
    inputs : InputCodes
        What the layer is fed.
    name : str
        Verilog module name.
    lanes : int
        Outputs in parallel, fixed datapath only; cut at n_out.
    rounding : Rounding
        Of the output.
    encoding : StreamEncoding
        Of the streams, stochastic datapath only.

    Returns
    -------
    FixedDenseParams or StochasticDenseParams

    Raises
    ------
    InputError
        If the bias or the accumulator does not fit 62 bits, or the streams cannot carry the inputs or weights.
    """
    codes = weight_codes(dense.weight, choice.bits, choice.scale)
    provisional = InputCodes.covering(0, 1, -1000)
    common = {"name": name, "inputs": inputs, "activation": dense.activation, "output": provisional}
    no_bias = np.zeros(dense.n_out, dtype=np.int64)
    params: DenseParams
    if choice.length_log2 is None:
        widest = int(choice.bits.max())
        params = FixedDenseParams(
            **common,  # type: ignore[arg-type]
            bias=no_bias,
            rounding=rounding,
            weights=codes << (widest - choice.bits.astype(np.int64)),
            weight_fraction=widest - 1 - choice.scale,
            lanes=min(lanes, dense.n_out),
        )
    else:
        length_log2 = choice.length_log2.astype(np.int64)
        params = StochasticDenseParams(
            **common,  # type: ignore[arg-type]
            bias=no_bias,
            rounding=rounding,
            levels=codes << (length_log2 - choice.bits.astype(np.int64) + 1),
            length_log2=length_log2,
            weight_exponent=choice.scale,
            encoding=encoding,
        )
    return replace(params, bias=bias_codes(dense, params.acc_fraction, name))


def bias_codes(dense: Dense, acc_fraction: int, name: str) -> IntArray:
    """Biases as accumulator codes, to the nearest even.

    Raises
    ------
    InputError
        If one does not fit 62 bits.
    """
    code = np.rint(np.ldexp(dense.bias, acc_fraction))
    if np.abs(code).max() >= 2.0**61:
        raise InputError(
            f"{name}: bias {dense.bias[np.abs(code).argmax()]:.6g} does not fit the accumulator, whose LSB is "
            f"2**-{acc_fraction}; rescale the layer or loosen the target"
        )
    return code.astype(np.int64)
