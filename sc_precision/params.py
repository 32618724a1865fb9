# SPDX-License-Identifier: Apache-2.0
"""Frozen parameters of a datapath: the one source for golden model, gateware, properties and manifest.

Every width that a layer has is derived here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import integer, show
from sc_precision.errors import InputError
from sc_precision.formats import FixedFormat, Rounding
from sc_precision.network import Activation
from sc_precision.verilog import check_identifier

IntArray = npt.NDArray[np.int64]

MAX_ACCUMULATOR_WIDTH = 62
"""Accumulators of the golden models are int64; wider ones are refused, never wrapped."""
MAX_STREAM_LOG2 = 16
"""Longest bitstream, 2**16 cycles."""
MAX_EXPONENT = 512
"""Greatest magnitude of a weight's fraction or exponent."""
_INT64_MAX = (1 << 63) - 1


def signed_width(low: int, high: int) -> int:
    """Bits of the narrowest two's complement code that holds all of low..high (at least 2)."""
    return max(2, (high if high >= 0 else ~high).bit_length() + 1, (low if low >= 0 else ~low).bit_length() + 1)


def frozen_int_array(value: object, name: str, where: str, shape: tuple[int, ...] | None = None) -> IntArray:
    """Read-only int64 copy of an integer array, or an InputError that names it."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise InputError(f"{where}: {name} is not an array ({error})") from None
    if array.dtype.kind not in "iu":
        raise InputError(f"{where}: {name} must hold integers that fit int64, got dtype {array.dtype}")
    if array.dtype.kind == "u" and array.size and int(array.max()) > _INT64_MAX:
        raise InputError(f"{where}: {name} must fit int64, got {int(array.max())}")
    if shape is not None and array.shape != shape:
        raise InputError(f"{where}: {name} must have shape {shape}, got {array.shape}")
    array = array.astype(np.int64, copy=True)
    array.setflags(write=False)
    return array


@dataclass(frozen=True)
class InputCodes:
    """What a layer may be fed: codes of `format` from `low` to `high`, both included."""

    format: FixedFormat
    low: int
    high: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", integer("input codes: low", self.low, minimum=self.format.code_min))
        object.__setattr__(self, "high", integer("input codes: high", self.high, minimum=0))
        if not self.format.code_min <= self.low <= 0 <= self.high <= self.format.code_max:
            raise InputError(
                f"input codes: {self.low}..{self.high} must contain 0 and fit {self.format.label} "
                f"({self.format.code_min}..{self.format.code_max})"
            )

    @classmethod
    def covering(cls, low: int, high: int, fraction: int) -> InputCodes:
        """Codes low..high in the narrowest format of that fraction; unsigned where low is 0."""
        if low < 0:
            return cls(FixedFormat(signed_width(low, high), fraction, signed=True), low, high)
        return cls(FixedFormat(max(1, high.bit_length()), fraction, signed=False), low, high)

    @property
    def unit_log2(self) -> int:
        """Smallest u with 2**u >= high: a bitstream of all ones stands for the code 2**u."""
        return max(0, self.high - 1).bit_length()


@dataclass(frozen=True, eq=False)
class LayerParams:
    """What every dense layer has, whatever its datapath.

    Parameters
    ----------
    name : str
        Verilog module name of the layer.
    inputs : InputCodes
        Format and range of the activations that arrive.
    bias : ndarray of int, shape (n_out,)
        Codes with the accumulator's fraction.
    activation : Activation
        Applied to the accumulator before rounding.
    output : InputCodes
        Format and saturation range of the activations that leave.
    rounding : Rounding
        From the accumulator to the output format.
    """

    name: str
    inputs: InputCodes
    bias: IntArray
    activation: Activation
    output: InputCodes
    rounding: Rounding = field(default=Rounding.NEAREST_EVEN, kw_only=True)

    kind = "dense"

    # Subclasses provide: shape, acc_fraction and product_range.
    @property
    def shape(self) -> tuple[int, int]:
        """(n_out, n_in)."""
        raise NotImplementedError

    @property
    def acc_fraction(self) -> int:
        """Binary places of the accumulator."""
        raise NotImplementedError

    def product_range(self) -> tuple[IntArray, IntArray]:
        """Smallest and largest contribution of each synapse to its accumulator, for *any* input code.

        Returns
        -------
        low, high : ndarray of int64, shape (n_out, n_in)
            low <= 0 <= high.
        """
        raise NotImplementedError

    def _check_layer(self) -> None:
        check_identifier(self.name, "layer name")
        # A plain string would compare unequal to every member and silently mean something else.
        for what, kind in (("activation", Activation), ("rounding", Rounding)):
            if not isinstance(getattr(self, what), kind):
                raise InputError(f"{self.name}: {what} must be of {kind.__name__}, got {show(getattr(self, what))}")
        if self.bias.shape != (self.n_out,):
            raise InputError(f"{self.name}: bias must have shape ({self.n_out},), got {self.bias.shape}")
        if self.shift < 0:
            raise InputError(
                f"{self.name}: output fraction {self.output.format.fraction} is finer than the accumulator's "
                f"{self.acc_fraction}; use at most {self.acc_fraction}"
            )
        if self.activation is Activation.RELU and self.output.low != 0:
            raise InputError(f"{self.name}: a ReLU output starts at code 0, got {self.output.low}")
        self._check_width(*self.acc_range)

    def _check_width(self, low: int, high: int) -> None:
        width = signed_width(low, high)
        if width > MAX_ACCUMULATOR_WIDTH:
            raise InputError(
                f"{self.name}: the accumulator would need {width} bits, at most {MAX_ACCUMULATOR_WIDTH} are "
                "supported; use fewer weight bits, shorter streams or fewer inputs"
            )

    @property
    def n_out(self) -> int:
        """Number of outputs."""
        return self.shape[0]

    @property
    def n_in(self) -> int:
        """Number of inputs."""
        return self.shape[1]

    @cached_property
    def acc_bounds(self) -> tuple[list[int], list[int]]:
        """Range of each output's accumulator at any moment, for any input codes; exact Python ints."""
        low, high = self.product_range()
        lows = [int(b) + sum(row) for b, row in zip(self.bias.tolist(), low.tolist(), strict=True)]
        highs = [int(b) + sum(row) for b, row in zip(self.bias.tolist(), high.tolist(), strict=True)]
        return lows, highs

    @property
    def acc_range(self) -> tuple[int, int]:
        """Range of all accumulators of the layer, 0 included."""
        lows, highs = self.acc_bounds
        return min(0, *lows), max(0, *highs)

    @property
    def acc(self) -> FixedFormat:
        """Format of the accumulators: the narrowest that cannot overflow."""
        return FixedFormat(signed_width(*self.acc_range), self.acc_fraction, signed=True)

    @property
    def shift(self) -> int:
        """Binary places that rounding to the output format drops."""
        return self.acc_fraction - self.output.format.fraction

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description; what the manifest says of the layer's hardware."""
        low, high = self.acc_range
        return {
            "name": self.name,
            "kind": self.kind,
            "n_in": self.n_in,
            "n_out": self.n_out,
            "input": self.inputs.format.to_dict() | {"code_low": self.inputs.low, "code_high": self.inputs.high},
            "accumulator": self.acc.to_dict() | {"code_low": low, "code_high": high},
            "activation": self.activation.value,
            "rounding": self.rounding.value,
            "overflow": "saturate",
            "output": self.output.format.to_dict() | {"code_low": self.output.low, "code_high": self.output.high},
        }


@dataclass(frozen=True, eq=False)
class FixedDenseParams(LayerParams):
    """Parameters of a fixed-point dense layer that is folded over its outputs.

    Parameters
    ----------
    weights : ndarray of int, shape (n_out, n_in)
        Codes on the layer's grid; a synapse planned with fewer bits has zeros at the end.
    weight_fraction : int
        Binary places of `weights`.
    lanes : int
        Outputs that are computed in parallel, 1 to n_out. One need not divide the other.
    """

    weights: IntArray = field(kw_only=True)
    weight_fraction: int = field(kw_only=True)
    lanes: int = field(kw_only=True)

    kind = "fixed_dense"

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", _weight_array(self.weights, self.name))
        object.__setattr__(self, "bias", frozen_int_array(self.bias, "bias", self.name))
        object.__setattr__(self, "weight_fraction", _exponent(self.weight_fraction, f"{self.name}: weight_fraction"))
        object.__setattr__(self, "lanes", integer(f"{self.name}: lanes", self.lanes, minimum=1))
        if self.lanes > self.n_out:
            raise InputError(f"{self.name}: lanes must be an int from 1 to {self.n_out}, got {self.lanes}")
        # What no accumulator could hold must not get as far as product_range, where it would wrap.
        codes = self.inputs.format
        self._check_width(codes.code_min, codes.code_max)
        peak = max(-int(self.weights.min()), int(self.weights.max())) * max(-codes.code_min, codes.code_max)
        if peak > _INT64_MAX:
            self._check_width(0, peak)
        self._check_layer()

    @property
    def shape(self) -> tuple[int, int]:
        """(n_out, n_in)."""
        return self.weights.shape[0], self.weights.shape[1]

    @property
    def passes(self) -> int:
        """Times that the inputs are gone through for one vector."""
        return -(-self.n_out // self.lanes)

    def lane_outputs(self, lane: int) -> list[int | None]:
        """Output of each pass of a lane; None where there is none."""
        outputs = range(lane, self.passes * self.lanes, self.lanes)
        return [output if output < self.n_out else None for output in outputs]

    def lane_weights(self, lane: int) -> list[list[int]]:
        """Weights of a lane, pass after pass."""
        return [
            self.weights[output].tolist() if output is not None else [0] * self.n_in
            for output in self.lane_outputs(lane)
        ]

    def lane_biases(self, lane: int) -> list[int]:
        """Bias of each pass of a lane."""
        return [int(self.bias[output]) if output is not None else 0 for output in self.lane_outputs(lane)]

    @property
    def acc_fraction(self) -> int:
        """Binary places of the accumulator: the sum of both factors'."""
        return self.weight_fraction + self.inputs.format.fraction

    @property
    def weight_width(self) -> int:
        """Bits of a weight in the ROM, two's complement."""
        return signed_width(int(self.weights.min()), int(self.weights.max()))

    def product_range(self) -> tuple[IntArray, IntArray]:
        """See `LayerParams.product_range`; over the whole input format, so that nothing can overflow."""
        ends = [self.weights * code for code in (self.inputs.format.code_min, self.inputs.format.code_max)]
        return np.minimum(*ends), np.maximum(*ends)  # a format holds 0, so that 0 lies between

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        return super().to_dict() | {
            "weight": FixedFormat(self.weight_width, self.weight_fraction).to_dict(),
            "lanes": self.lanes,
            "passes": self.passes,
            "cycles_per_vector": self.n_in + self.passes * (self.n_in + 1) + self.n_out,
        }


@dataclass(frozen=True)
class SynapseGroup:
    """Synapses of one output with the same sign and stream length.

    Parameters
    ----------
    sign : int
        1 or -1.
    length_log2 : int
        log2 of their stream length.
    inputs : tuple of int
        The inputs that they weigh, ascending.
    """

    sign: int
    length_log2: int
    inputs: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class StochasticDenseParams(LayerParams):
    r"""Parameters of a stochastic dense layer: ramp input streams, masked van der Corput weight streams.

    A synapse of length L = 2**length_log2 and level B adds sign(B) * #{t < a : sigma(t) < \|B\|} * Lmax / L,
    where a is the input code on the grid of L and sigma the bit-reversed counter XOR its mask.

    Parameters
    ----------
    levels : ndarray of int, shape (n_out, n_in)
        Sign and threshold B, \|B\| <= L of the synapse.
    length_log2 : ndarray of int, shape (n_out, n_in)
        log2 of each synapse's stream length, 0 to 16. Ignored where the level is 0.
    weight_exponent : int
        A weight's value is level / L * 2**weight_exponent.
    """

    levels: IntArray = field(kw_only=True)
    length_log2: IntArray = field(kw_only=True)
    weight_exponent: int = field(kw_only=True)

    kind = "stochastic_dense"

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", _weight_array(self.levels, self.name))
        shape = self.levels.shape
        object.__setattr__(self, "length_log2", frozen_int_array(self.length_log2, "length_log2", self.name, shape))
        object.__setattr__(self, "bias", frozen_int_array(self.bias, "bias", self.name))
        exponent = _exponent(self.weight_exponent, f"{self.name}: weight_exponent")
        object.__setattr__(self, "weight_exponent", exponent)
        if self.length_log2.min() < 0 or self.length_log2.max() > MAX_STREAM_LOG2:
            raise InputError(
                f"{self.name}: stream lengths must be 2**0 to 2**{MAX_STREAM_LOG2}, got log2 from "
                f"{self.length_log2.min()} to {self.length_log2.max()}"
            )
        lengths = np.int64(1) << self.length_log2
        over = (self.levels > lengths) | (self.levels < -lengths)  # abs() of the least int64 is negative
        if over.any():
            row, column = (int(k) for k in np.argwhere(over)[0])
            raise InputError(
                f"{self.name}: level {self.levels[row, column]} of synapse ({row}, {column}) exceeds its stream "
                f"length {1 << int(self.length_log2[row, column])}"
            )
        if self.inputs.low != 0:
            raise InputError(
                f"{self.name}: unipolar input streams carry codes from 0, got {self.inputs.low}; "
                "shift the inputs to a non-negative range or use the fixed datapath"
            )
        self._check_layer()

    @property
    def shape(self) -> tuple[int, int]:
        """(n_out, n_in)."""
        return self.levels.shape[0], self.levels.shape[1]

    @cached_property
    def classes(self) -> tuple[int, ...]:
        """The log2 lengths that synapses with a non-zero level have, ascending; (0,) where there are none."""
        used = np.unique(self.length_log2[self.levels != 0])
        return tuple(int(m) for m in used) or (0,)

    @property
    def max_log2(self) -> int:
        """log2 of the longest stream; the layer runs for 2**max_log2 cycles a vector."""
        return self.classes[-1]

    @property
    def cycles(self) -> int:
        """Stream cycles of one vector."""
        return 1 << self.max_log2

    @property
    def acc_fraction(self) -> int:
        """Binary places of the accumulator."""
        return self.max_log2 - self.inputs.unit_log2 + self.inputs.format.fraction - self.weight_exponent

    @cached_property
    def scaled_levels(self) -> IntArray:
        """Levels in accumulator units of a whole stream: level * Lmax / L."""
        scaled = self.levels << np.maximum(0, self.max_log2 - self.length_log2)
        scaled.setflags(write=False)
        return scaled

    @cached_property
    def streams(self) -> tuple[tuple[int, int], ...]:
        """The distinct weight streams as (log2 length, level), level > 0, ascending; ((0, 1),) where none is used."""
        used = self.levels != 0
        pairs = np.stack([self.length_log2[used], np.abs(self.levels[used])])
        return tuple((int(m), int(level)) for m, level in np.unique(pairs, axis=1).T) or ((0, 1),)

    @cached_property
    def ramps(self) -> tuple[tuple[int, int], ...]:
        """The input streams that are used, as (log2 length, input), ascending."""
        outputs, inputs = np.nonzero(self.levels)
        pairs = zip(self.length_log2[outputs, inputs].tolist(), inputs.tolist(), strict=True)
        return tuple(sorted(set(pairs))) or ((0, 0),)

    def row_groups(self, output: int) -> list[SynapseGroup]:
        """Synapses of one output that count, positive ones first, then by length, then by input.

        Their order in the groups, one after the other, is that of the bits of a row's stream ports.
        """
        row, lengths = self.levels[output], self.length_log2[output]
        groups = [
            SynapseGroup(sign, m, tuple(np.flatnonzero((row * sign > 0) & (lengths == m)).tolist()))
            for sign in (1, -1)
            for m in self.classes
        ]
        return [group for group in groups if group.inputs]

    def step_range(self, output: int) -> tuple[int, int]:
        """Least and greatest sum that one cycle can add to the accumulator of an output."""
        ends = {1: 0, -1: 0}
        for group in self.row_groups(output):
            ends[group.sign] += len(group.inputs) << (self.max_log2 - group.length_log2)
        return -ends[-1], ends[1]

    def product_range(self) -> tuple[IntArray, IntArray]:
        """See `LayerParams.product_range`; a stream never counts more than its level."""
        return np.minimum(0, self.scaled_levels), np.maximum(0, self.scaled_levels)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        used = self.levels != 0
        return super().to_dict() | {
            "stream_cycles": self.cycles,
            "length_classes": [
                {
                    "length": 1 << m,
                    "synapses": int((used & (self.length_log2 == m)).sum()),
                    "mask": stream_mask(m),
                }
                for m in self.classes
            ],
            "weight_exponent": self.weight_exponent,
            "input_unit_log2": self.inputs.unit_log2,
            "cycles_per_vector": self.n_in + self.cycles + 1 + self.n_out,
        }


def stream_mask(m: int) -> int:
    """Mask of a weight stream of length 2**m: the low floor(m/2) bits set.

    It makes the discrepancy two-sided with worst case C(ceil(m/2)) instead of C(m); see THEORY in the docs.
    """
    return (1 << (m // 2)) - 1


def _exponent(value: object, where: str) -> int:
    exponent = integer(where, value, minimum=-MAX_EXPONENT)
    if exponent > MAX_EXPONENT:
        raise InputError(f"{where} must be at most {MAX_EXPONENT}, got {exponent}")
    return exponent


def _weight_array(value: object, where: str) -> IntArray:
    array = frozen_int_array(value, "weights", where)
    if array.ndim != 2 or 0 in array.shape:
        raise InputError(f"{where}: weights must be a non-empty 2-D array (n_out, n_in), got shape {array.shape}")
    return array


DenseParams = FixedDenseParams | StochasticDenseParams
