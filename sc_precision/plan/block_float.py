# SPDX-License-Identifier: Apache-2.0
"""From a trained dense layer to block floating hardware with a proven error bound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sc_precision.arguments import integer, show
from sc_precision.errors import InputError
from sc_precision.formats import BlockFloatFormat, Exponents, Rounding, parse_precision
from sc_precision.network import Dense, FloatArray, Network
from sc_precision.params import BlockFloatDenseParams, BlockFloatPartialsParams, InputCodes, IntArray
from sc_precision.plan.affine import compose
from sc_precision.plan.block_encoding import BlockEncoding, encode_blocks
from sc_precision.plan.bounds import LayerBounds, layer_bounds, layer_error
from sc_precision.plan.build import fit_output
from sc_precision.plan.grids import input_grid
from sc_precision.plan.quantise import bias_codes

MAX_OUTPUT_BITS = 16
"""Width of output codes where no output grid is asked for."""


@dataclass(frozen=True, eq=False)
class BlockFloatLayer:
    """Block floating hardware of one dense layer.

    Parameters
    ----------
    params : BlockFloatDenseParams or BlockFloatPartialsParams
        Makes the golden model, the gateware and the manifest entry.
    encoding : BlockEncoding
        What encoding the weights lost.
    error_low, error_high : ndarray of float64, shape (n_out,)
        Interval of each output's error, hardware minus the layer in real arithmetic, for all input codes in the
        range of `params.inputs`; rounded outward. For partial sums: of the exact sum of an output's segments.
    bounds : LayerBounds or None
        The same of the accumulators in exact integers, which lemmas assert; none for partial sums.
    """

    params: BlockFloatDenseParams | BlockFloatPartialsParams
    encoding: BlockEncoding
    error_low: FloatArray
    error_high: FloatArray
    bounds: LayerBounds | None = None

    @property
    def bound(self) -> float:
        """Largest magnitude of an output's error."""
        return float(max(np.abs(self.error_low).max(), np.abs(self.error_high).max()))

    def manifest(self) -> dict[str, Any]:
        """JSON-ready: hardware, losses of the encoding, bound."""
        return {"hardware": self.params.to_dict(), "encoding": self.encoding.to_dict(), "error_bound": self.bound}


def quantise_block_float(
    dense: Dense,
    form: BlockFloatFormat | str,
    inputs: InputCodes,
    *,
    name: str,
    exponents: Exponents | str = Exponents.DATAPATH,
    lanes: int = 1,
    output_fraction: int | None = None,
    rounding: Rounding = Rounding.NEAREST_EVEN,
    saturate: bool = False,
    lowest_exponent: int | None = None,
) -> BlockFloatLayer:
    """Encode a layer's weights and size its hardware.

    Parameters
    ----------
    dense : Dense
        The trained layer.
    form : BlockFloatFormat or str
        Format of the weights, such as ``BFP8E4X16``.
    inputs : InputCodes
        What the layer is fed; the bound holds for codes from `inputs.low` to `inputs.high`.
    name : str
        Verilog module name.
    exponents : Exponents or str
        ``datapath``: aligned, accumulated, biased, activated and rounded in hardware. ``metadata``: one exact mantissa
        sum per segment leaves with its exponent, see `BlockFloatPartialsParams`; bias and activation are then the
        receiver's, so a layer that has them is refused.
    lanes : int
        Outputs in parallel, cut at n_out; ``datapath`` only.
    output_fraction : int, optional
        Binary places of the output codes; by default as many as the accumulator's where codes then fit 16 bits,
        else as many as fit. Outputs cannot saturate.
    rounding : Rounding
        Of the output.
    saturate, lowest_exponent
        See `encode_blocks`.

    Raises
    ------
    InputError
        If weights, exponents or accumulator do not fit.
    """
    mode = Exponents.parse(exponents, f"{name}: exponents")
    if not isinstance(dense, Dense):
        raise InputError(f"{name}: expected a Dense layer, got {show(dense)}")
    form = _block_format(form, name)
    encoding = encode_blocks(
        dense.weight, form, saturate=saturate, lowest_exponent=lowest_exponent, where=f"{name}: weight"
    )
    if mode is Exponents.METADATA:
        return _partials(dense, encoding, inputs, name)
    codes = _full_range(inputs, dense.n_in)
    params, bounds, _ = _aligned(dense, encoding, inputs, codes, name, lanes, output_fraction, rounding)
    exact = np.zeros(dense.n_in)
    error = layer_error(params, dense, bounds, exact, exact)
    return BlockFloatLayer(params, encoding, error.low, error.high, bounds)


@dataclass(frozen=True, eq=False)
class BlockFloatNetwork:
    """Block floating hardware of a network, first layer to last, with error intervals composed from the inputs on."""

    layers: tuple[BlockFloatLayer, ...]

    @property
    def params(self) -> list[BlockFloatDenseParams]:
        """For `network_verilog` and the golden models."""
        return [layer.params for layer in self.layers if isinstance(layer.params, BlockFloatDenseParams)]

    @property
    def bounds(self) -> list[LayerBounds]:
        """Of each layer against its trained weights; for `compile_design`."""
        return [layer.bounds for layer in self.layers if layer.bounds is not None]

    @property
    def bound(self) -> float:
        """Largest magnitude of an error of the network's outputs."""
        return self.layers[-1].bound

    def manifest(self) -> dict[str, Any]:
        """JSON-ready: layers, and the bound of the whole."""
        return {"layers": [layer.manifest() for layer in self.layers], "error_bound": self.bound}


def quantise_block_float_network(
    network: Network,
    form: BlockFloatFormat | str,
    *,
    name: str,
    input_fraction: int = 8,
    lanes: int = 1,
    rounding: Rounding = Rounding.NEAREST_EVEN,
    saturate: bool = False,
    lowest_exponent: int | None = None,
) -> BlockFloatNetwork:
    """Encode the weights of all layers and size their hardware; exponents are aligned in the datapath.

    Parameters
    ----------
    network : Network
    form : BlockFloatFormat or str
        Format of the weights.
    name : str
        Verilog module names are ``<name>_layer0``, ...
    input_fraction : int
        Binary places of the input codes where the network does not state its own grid; their rounding is in the bound.
    lanes, rounding, saturate, lowest_exponent
        See `quantise_block_float`. Outputs of every layer have at most 16 bits and cannot saturate.

    Raises
    ------
    InputError
        If weights, exponents or accumulators do not fit.
    """
    if not isinstance(network, Network):
        raise InputError(f"{name}: expected a Network, got {show(network)}")
    form = _block_format(form, name)
    inputs, input_rounding = input_grid(network, integer(f"{name}: input_fraction", input_fraction, minimum=0))
    codes = _full_range(inputs, network.n_in)
    layers = []
    for index, dense in enumerate(network.layers):
        where = f"{name}_layer{index}"
        encoding = encode_blocks(
            dense.weight, form, saturate=saturate, lowest_exponent=lowest_exponent, where=f"{where}: weight"
        )
        params, bounds, codes = _aligned(dense, encoding, inputs, codes, where, lanes, None, rounding)
        inputs = params.output
        layers.append((params, encoding, bounds))
    errors = compose(network, [layer[0] for layer in layers], [layer[2] for layer in layers], input_rounding).errors
    return BlockFloatNetwork(
        tuple(
            BlockFloatLayer(params, encoding, error.low, error.high, bounds)
            for (params, encoding, bounds), error in zip(layers, errors, strict=True)
        )
    )


def _block_format(form: BlockFloatFormat | str, name: str) -> BlockFloatFormat:
    if isinstance(form, str):
        parsed = parse_precision(form)
        if not isinstance(parsed, BlockFloatFormat):
            raise InputError(f"{name}: {show(form)} is fixed point; write BFP<mantissa>E<exponent>[X<block>]")
        return parsed
    return form


def _full_range(inputs: InputCodes, count: int) -> tuple[IntArray, IntArray]:
    """Range of each input's code."""
    return np.full(count, inputs.low, dtype=np.int64), np.full(count, inputs.high, dtype=np.int64)


def _aligned(
    dense: Dense,
    encoding: BlockEncoding,
    inputs: InputCodes,
    codes: tuple[IntArray, IntArray],
    name: str,
    lanes: int,
    output_fraction: int | None,
    rounding: Rounding,
) -> tuple[BlockFloatDenseParams, LayerBounds, tuple[IntArray, IntArray]]:
    """Hardware that aligns, its integer bounds for inputs in the range `codes`, and the range of its outputs."""
    params = BlockFloatDenseParams(
        name,
        inputs,
        np.zeros(dense.n_out, dtype=np.int64),
        dense.activation,
        InputCodes.covering(0, 1, -1000),
        rounding=rounding,
        tensor=encoding.tensor,
        lanes=min(integer(f"{name}: lanes", lanes, minimum=1), dense.n_out),
    )
    params = replace(params, bias=bias_codes(dense, params.acc_fraction, name))
    bounds = layer_bounds(params, dense, np.minimum(codes[0], 0), np.maximum(codes[1], 0))
    finest = params.acc_fraction
    widest: int | None = MAX_OUTPUT_BITS
    if output_fraction is not None:
        finest, widest = integer(f"{name}: output_fraction", output_fraction, minimum=-1000), None
        if finest > params.acc_fraction:
            raise InputError(
                f"{name}: output_fraction must be at most the accumulator's {params.acc_fraction}, got {finest}"
            )
    output, low, high = fit_output(params, bounds, finest, widest)
    return replace(params, output=output), bounds, (low, high)


def _partials(dense: Dense, encoding: BlockEncoding, inputs: InputCodes, name: str) -> BlockFloatLayer:
    if dense.bias.any() or dense.activation.rectifies:
        raise InputError(
            f"{name}: exponents='metadata' sends mantissa sums before alignment, to which no bias or activation can be "
            "applied; pass Dense(weight) and apply them to the aligned sums, or use exponents='datapath'"
        )
    params = BlockFloatPartialsParams(name, inputs, encoding.tensor)
    # Segments' sums are exact, so that only the weights' rounding is left.
    reach = max(-inputs.low, inputs.high) * inputs.format.lsb
    slack = 1 + 2.0**-50 * (dense.n_in + 2)  # far more than summing and scaling can round
    lost = encoding.element_error.sum(axis=1)
    high = np.where(lost > 0, np.nextafter(lost * reach * slack, np.inf), 0.0)
    return BlockFloatLayer(params, encoding, -high, high)
