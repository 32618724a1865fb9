# SPDX-License-Identifier: Apache-2.0
"""Weights to codes: sign and magnitude on a power-of-two scale, one width per synapse."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from sc_precision.errors import InputError
from sc_precision.formats import Rounding
from sc_precision.modes import Datapath
from sc_precision.network import Dense, FloatArray
from sc_precision.params import (
    DenseParams,
    FixedLayerParams,
    InputCodes,
    IntArray,
    StochasticDenseParams,
    StreamEncoding,
    align_rows,
)
from sc_precision.params.kind import planned_kinds
from sc_precision.plan.structure import Structure, check_structure, structure_of

MIN_SCALE, MAX_SCALE = -64, 64
"""Range of a layer's scale exponent; weights below it become zero, weights above it are refused."""
BIAS_BITS = 16
"""How many powers of two a bias may exceed the largest product."""
ROW_BITS = 16
"""How many powers of two a row's scale may be below its layer's; the sums are aligned without loss."""

Fixed = TypeVar("Fixed", bound=FixedLayerParams)
ByteArray = npt.NDArray[np.uint8]


def scale_exponent(dense: Dense, reach: float) -> int:
    """Smallest s with max|weight| < 2**s, so that a weight of a power of two has an exact code of two bits.

    It is no smaller than -64, nor than what keeps the layer's biases within 16 bits of its largest products, `reach`
    being the largest magnitude of an input; weights that are so much smaller become zeros, at an error that the bounds
    know. Weights of 2**64 or more are refused with an InputError.
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


def row_exponents(dense: Dense, reach: float, scale: int) -> IntArray:
    """`scale_exponent` of each row by itself, at most `scale` and at least `ROW_BITS` below it."""
    rows = [
        scale_exponent(replace(dense, weight=dense.weight[row : row + 1], bias=dense.bias[row : row + 1]), reach)
        for row in range(dense.n_out)
    ]
    return np.clip(np.array(rows, dtype=np.int64), scale - ROW_BITS, scale)


def weight_codes(weight: FloatArray, bits: ByteArray | int, scale: int | IntArray) -> IntArray:
    """Nearest sign-magnitude codes; ties go to the even code, and the ends of the range clip.

    Widths b count the sign, abs(code) <= 2**(b - 1) - 1; an exponent s, one or a column for the rows, makes the value
    code * 2**(s - (b - 1)).
    """
    magnitude_bits = np.asarray(bits, dtype=np.int64) - 1
    limit = np.ldexp(1.0, magnitude_bits) - 1.0
    code = np.rint(np.ldexp(weight, magnitude_bits - scale))
    return np.asarray(np.clip(code, -limit, limit), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class LayerChoice:
    """What the planner decides for a layer; everything else follows from it and the weights.

    Width of each weight, sign included; log2 of each synapse's stream length, None on the fixed datapath; exponent of
    the layer's power-of-two scale; those of the rows' own scales, None where all have the layer's.
    """

    bits: ByteArray
    length_log2: ByteArray | None
    scale: int
    row_scales: IntArray | None = None

    @property
    def exponents(self) -> int | IntArray:
        """The scale's exponent, or that of each row in a column."""
        return self.scale if self.row_scales is None else self.row_scales[:, None]


@dataclass(frozen=True, eq=False)
class Quantised:
    """A layer whose weights have become codes, before it becomes hardware.

    Parameters
    ----------
    dense : Dense
        The trained layer.
    choice : LayerChoice
    codes : ndarray of int64, shape (n_out, n_in)
        Of the weights, each on the grid of its own width; see `weight_codes`.
    fields : dict
        What every kind of parameters takes: name, inputs, activation, a provisional output, rounding.
    encoding : StreamEncoding
        Of streams, where there are any.
    """

    dense: Dense
    choice: LayerChoice
    codes: IntArray
    fields: dict[str, Any]
    encoding: StreamEncoding


def quantise_layer(
    dense: Dense,
    choice: LayerChoice,
    inputs: InputCodes,
    *,
    name: str,
    lanes: int,
    rounding: Rounding,
    encoding: StreamEncoding = StreamEncoding.SIGN_MAGNITUDE,
    structure: Structure | None = None,
) -> DenseParams:
    """Parameters of a layer whose output format is still the provisional code range 0..1.

    The output's range follows from the accumulators' (see `bounds.layer_bounds`), which need the weights first.

    Parameters
    ----------
    dense, choice, inputs
        The trained layer, its widths, lengths and scale, and what it is fed.
    name : str
        Verilog module name.
    lanes : int
        Outputs in parallel, folded architecture only; cut at n_out.
    rounding : Rounding
        Of the output.
    encoding : StreamEncoding
        Of the streams, stochastic datapath only.
    structure : Structure
        Of the hardware, by default that of the datapath, see `plan_network`.

    Raises
    ------
    InputError
        If the bias or the accumulator does not fit 62 bits, or the streams cannot carry the inputs or weights.
    """
    datapath = Datapath.FIXED if choice.length_log2 is None else Datapath.STOCHASTIC
    if structure is None:
        structure = structure_of(datapath, None)
    fields = {"name": name, "inputs": inputs, "activation": dense.activation, "rounding": rounding}
    fields["output"] = InputCodes.covering(0, 1, -1000)
    codes = weight_codes(dense.weight, choice.bits, choice.exponents)
    given = Quantised(dense, choice, codes, fields, encoding)
    check_structure(datapath, structure)
    kind = planned_kinds(datapath)[structure.architecture]
    params: DenseParams = kind.quantised(given, structure, min(lanes, dense.n_out))
    return params


def fixed_layer(make: Callable[..., Fixed], given: Quantised, **options: Any) -> Fixed:
    """Parameters of a fixed-point layer: weights on the grid of the widest, of the layer or of each row.

    Parameters
    ----------
    make : callable
        Class of the parameters.
    given : Quantised
    **options
        Its own fields.
    """
    choice, name = given.choice, given.fields["name"]
    bits = choice.bits.astype(np.int64)
    if choice.row_scales is None:
        widest = int(bits.max())
        weights, fraction, shifts = given.codes << (widest - bits), widest - 1 - choice.scale, None
    else:
        widest_of_row = bits.max(axis=1)
        row_fractions = widest_of_row - 1 - choice.row_scales
        weights, fraction, shifts = align_rows(given.codes << (widest_of_row[:, None] - bits), row_fractions, name)
    params = make(
        **given.fields,
        bias=np.zeros(len(bits), dtype=np.int64),
        weights=weights,
        weight_fraction=fraction,
        row_shifts=shifts,
        **options,
    )
    shifts = params.shifts
    return replace(params, bias=bias_codes(given.dense, params.acc_fraction - shifts, name) << shifts)


def stream_layer(given: Quantised) -> StochasticDenseParams:
    """Parameters of a layer of bitstreams."""
    choice, dense = given.choice, given.dense
    assert choice.length_log2 is not None
    length_log2 = choice.length_log2.astype(np.int64)
    params = StochasticDenseParams(
        **given.fields,
        bias=np.zeros(dense.n_out, dtype=np.int64),
        levels=given.codes << (length_log2 - choice.bits.astype(np.int64) + 1),
        length_log2=length_log2,
        weight_exponent=choice.scale,
        encoding=given.encoding,
    )
    return replace(params, bias=bias_codes(dense, params.acc_fraction, params.name))


def bias_codes(dense: Dense, acc_fraction: int | IntArray, name: str) -> IntArray:
    """Biases as codes with `acc_fraction` binary places, which may differ between rows; to the nearest even.

    A code that does not fit 62 bits is refused with an InputError.
    """
    code = np.rint(np.ldexp(dense.bias, acc_fraction))
    if np.abs(code).max() >= 2.0**61:
        row = int(np.abs(code).argmax())
        fraction = np.broadcast_to(acc_fraction, code.shape)[row]
        raise InputError(
            f"{name}: bias {dense.bias[row]:.6g} does not fit the accumulator, whose LSB is "
            f"2**-{fraction}; rescale the layer or loosen the target"
        )
    return code.astype(np.int64)
