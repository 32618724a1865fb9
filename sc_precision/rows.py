# SPDX-License-Identifier: Apache-2.0
"""Rows of a precision plan: one per layer, or one per synapse.

A row checks its fields when it is made, so a row that exists can be used. Plain Python values are tested in
line because plans have millions of rows; anything else goes to `sc_precision.arguments`, which converts NumPy
scalars and raises for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from sc_precision.arguments import integer, non_negative, text
from sc_precision.errors import InputError

_SUM_SLACK = 1e-15
"""How far a total may fall below the sum of its parts: rounding, not an error."""


@dataclass(init=False)
class LayerPrecision:
    """Bitstream length of one layer.

    Parameters
    ----------
    layer_index : int
        Position of the layer, from 0.
    name : str
        Name of the layer, not empty.
    bitstream_length : int
        Bits in a stream, a power of two.
    error_bound : float
        Error figure, at least 0; the planner that made the row says what it is a bound of.
    sensitivity : float
        Score of the layer, at least 0; 0.0 where the planner uses none.

    Raises
    ------
    InputError
        If an int field is no int (a bool is none) or out of range, the name is empty, a float is not finite
        or negative, or the length is no power of two. The message names the field and quotes the value.
    """

    layer_index: int
    name: str
    bitstream_length: int
    error_bound: float
    sensitivity: float

    def __init__(self, layer_index: int, name: str, bitstream_length: int, error_bound: float, sensitivity: float):
        if not (type(layer_index) is int and layer_index >= 0):
            layer_index = integer("layer_index", layer_index, minimum=0)
        if not (type(name) is str and name):
            name = text("name", name)
        if not (type(bitstream_length) is int and bitstream_length > 0):
            bitstream_length = integer("bitstream_length", bitstream_length, minimum=1)
        if bitstream_length & (bitstream_length - 1):
            raise InputError(f"bitstream_length must be a power of two, got {bitstream_length!r}")
        if not (type(error_bound) is float and 0.0 <= error_bound < inf):
            error_bound = non_negative("error_bound", error_bound)
        if not (type(sensitivity) is float and 0.0 <= sensitivity < inf):
            sensitivity = non_negative("sensitivity", sensitivity)
        self.layer_index = layer_index
        self.name = name
        self.bitstream_length = bitstream_length
        self.error_bound = error_bound
        self.sensitivity = sensitivity

    def to_dict(self) -> dict[str, object]:
        """Return the fields, JSON-ready and in field order."""
        return self.__dict__.copy()


@dataclass(frozen=True, init=False)
class SynapsePrecision:
    """Bit width, bitstream length and error figures of one synapse.

    Parameters
    ----------
    layer_index : int
        Position of the layer, from 0.
    layer_name : str
        Name of the layer, not empty.
    output_index, input_index : int
        Row and column of the weight, from 0; the row of a 1-D weight array is 0.
    bit_width : int
        Bits of the quantised weight, at least 1.
    bitstream_length : int
        Bits in the stream, at least 1.
    sensitivity : float
        Weight of this synapse's error, at least 0.
    quantization_error_bound, stochastic_error_bound, total_error_bound : float
        Error figures, at least 0; the total is at least the sum of the other two, up to 1e-15.

    Raises
    ------
    InputError
        If an int field is no int (a bool is none) or out of range, the name is empty, a float is not finite
        or negative, or the total is below the sum of its parts. The message names the field and quotes the
        value.
    """

    layer_index: int
    layer_name: str
    output_index: int
    input_index: int
    bit_width: int
    bitstream_length: int
    sensitivity: float
    quantization_error_bound: float
    stochastic_error_bound: float
    total_error_bound: float

    def __init__(
        self,
        layer_index: int,
        layer_name: str,
        output_index: int,
        input_index: int,
        bit_width: int,
        bitstream_length: int,
        sensitivity: float,
        quantization_error_bound: float,
        stochastic_error_bound: float,
        total_error_bound: float,
    ):
        if not (type(layer_index) is int and layer_index >= 0):
            layer_index = integer("layer_index", layer_index, minimum=0)
        if not (type(layer_name) is str and layer_name):
            layer_name = text("layer_name", layer_name)
        if not (type(output_index) is int and output_index >= 0):
            output_index = integer("output_index", output_index, minimum=0)
        if not (type(input_index) is int and input_index >= 0):
            input_index = integer("input_index", input_index, minimum=0)
        if not (type(bit_width) is int and bit_width > 0):
            bit_width = integer("bit_width", bit_width, minimum=1)
        if not (type(bitstream_length) is int and bitstream_length > 0):
            bitstream_length = integer("bitstream_length", bitstream_length, minimum=1)
        if not (type(sensitivity) is float and 0.0 <= sensitivity < inf):
            sensitivity = non_negative("sensitivity", sensitivity)
        if not (type(quantization_error_bound) is float and 0.0 <= quantization_error_bound < inf):
            quantization_error_bound = non_negative("quantization_error_bound", quantization_error_bound)
        if not (type(stochastic_error_bound) is float and 0.0 <= stochastic_error_bound < inf):
            stochastic_error_bound = non_negative("stochastic_error_bound", stochastic_error_bound)
        if not (type(total_error_bound) is float and 0.0 <= total_error_bound < inf):
            total_error_bound = non_negative("total_error_bound", total_error_bound)
        if total_error_bound + _SUM_SLACK < quantization_error_bound + stochastic_error_bound:
            raise InputError(
                "total_error_bound must be at least quantization_error_bound + stochastic_error_bound, got "
                f"{total_error_bound!r} < {quantization_error_bound!r} + {stochastic_error_bound!r}"
            )
        fields = self.__dict__  # a frozen dataclass refuses plain assignment; setattr would cost half the time
        fields["layer_index"] = layer_index
        fields["layer_name"] = layer_name
        fields["output_index"] = output_index
        fields["input_index"] = input_index
        fields["bit_width"] = bit_width
        fields["bitstream_length"] = bitstream_length
        fields["sensitivity"] = sensitivity
        fields["quantization_error_bound"] = quantization_error_bound
        fields["stochastic_error_bound"] = stochastic_error_bound
        fields["total_error_bound"] = total_error_bound

    def to_dict(self) -> dict[str, object]:
        """Return the fields, JSON-ready and in field order."""
        return self.__dict__.copy()
