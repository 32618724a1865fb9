# SPDX-License-Identifier: Apache-2.0
"""What every layer has, whatever its datapath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import show
from sc_precision.errors import InputError
from sc_precision.formats import FixedFormat, Overflow, Rounding
from sc_precision.network import Activation
from sc_precision.params.codes import MAX_ACCUMULATOR_WIDTH, InputCodes, IntArray, signed_width
from sc_precision.verilog import check_module_name

Layer = TypeVar("Layer", bound="LayerParams")


class LayerParams:
    """What every layer has in a chain of layers, whatever its kind.

    Parameters
    ----------
    name : str
        Verilog module name of the layer.
    inputs, output : InputCodes
        Format and range of the codes that arrive and that leave.
    n_in, n_out : int
        Codes of a vector that arrives and of one that leaves.
    """

    kind: ClassVar[str]
    """Its name in manifests."""
    linear: ClassVar[bool] = False
    """Whether each accumulator is exactly the bias plus the sum of input codes times `weight_codes`."""
    stoppable: ClassVar[bool] = False
    """Whether the layer gives an estimate of its result before its last cycle."""
    stateful: ClassVar[bool] = False
    """Whether a result depends on the vectors before it."""

    if TYPE_CHECKING:  # subclasses have them as fields or properties
        name: str
        inputs: InputCodes

        @property
        def output(self) -> InputCodes: ...  # noqa: D102
        @property
        def n_in(self) -> int: ...  # noqa: D102
        @property
        def n_out(self) -> int: ...  # noqa: D102

    @property
    def log2_width(self) -> int:
        """Bits of log2 of the cycles that a result rests on, where the layer is `stoppable`."""
        return 0

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description; what the manifest says of the layer's hardware."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class DenseParams(LayerParams):
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
        From the accumulator to the output format; any but stochastic.
    overflow : Overflow
        Of results outside `output`. Wrapping has to be asked for, needs the whole range of the output format, and is
        refused by everything that states a bound.
    """

    name: str
    inputs: InputCodes
    bias: IntArray
    activation: Activation
    output: InputCodes
    rounding: Rounding = field(default=Rounding.NEAREST_EVEN, kw_only=True)
    overflow: Overflow = field(default=Overflow.SATURATE, kw_only=True)

    kind = "dense"
    linear = True

    # Subclasses provide: shape, weight_codes, weight_places, acc_fraction and product_range.
    @property
    def shape(self) -> tuple[int, int]:
        """(n_out, n_in)."""
        raise NotImplementedError

    @property
    def weight_codes(self) -> IntArray:
        """Weights as integers on one grid, shape (n_out, n_in)."""
        raise NotImplementedError

    @property
    def weight_places(self) -> int:
        """Binary places of `weight_codes`."""
        raise NotImplementedError

    @property
    def weight_values(self) -> npt.NDArray[np.float64]:
        """Weights that the hardware stands for, shape (n_out, n_in)."""
        return np.asarray(np.ldexp(self.weight_codes.astype(np.float64), -self.weight_places))

    @property
    def acc_fraction(self) -> int:
        """Binary places of the accumulator."""
        raise NotImplementedError

    @property
    def product_places(self) -> int:
        """Binary places by which a product of an input code and a weight code is finer than the accumulator."""
        return self.weight_places + self.inputs.format.fraction - self.acc_fraction

    def product_range(self) -> tuple[IntArray, IntArray]:
        """Smallest (<= 0) and largest (>= 0) contribution of each synapse to its accumulator, for *any* input code."""
        raise NotImplementedError

    def _check_layer(self) -> None:
        check_module_name(self.name, "layer name")
        # A plain string would compare unequal to every member and silently mean something else.
        for what, kind in (("activation", Activation), ("overflow", Overflow)):
            if not isinstance(getattr(self, what), kind):
                raise InputError(f"{self.name}: {what} must be of {kind.__name__}, got {show(getattr(self, what))}")
        Rounding.check(self.rounding, f"{self.name}: rounding")
        whole = (self.output.format.code_min, self.output.format.code_max)
        if self.overflow is Overflow.WRAP and (self.output.low, self.output.high) != whole:
            raise InputError(
                f"{self.name}: an output that wraps has all codes of its format, {whole[0]}..{whole[1]}, got "
                f"{self.output.low}..{self.output.high}"
            )
        if self.bias.shape != (self.n_out,):
            raise InputError(f"{self.name}: bias must have shape ({self.n_out},), got {self.bias.shape}")
        if self.shift < 0:
            raise InputError(
                f"{self.name}: output fraction {self.output.format.fraction} is finer than the accumulator's "
                f"{self.acc_fraction}; use at most {self.acc_fraction}"
            )
        if self.activation.rectifies and self.output.low != 0:
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
            "overflow": self.overflow.value,
            "output": self.output.format.to_dict() | {"code_low": self.output.low, "code_high": self.output.high},
        }


def check_chain(layers: Sequence[Layer], where: str, *, stateful: bool = False) -> tuple[Layer, ...]:
    """Layers that feed one another, as a tuple, or an InputError that begins with `where`.

    With `stateful`, layers may keep a state from one vector to the next.
    """
    chain = tuple(layers)
    if not chain or not all(isinstance(layer, LayerParams) and layer.stateful <= stateful for layer in chain):
        raise InputError(f"{where}: expected at least one layer's parameters, got {show(layers)}")
    for before, after in pairwise(chain):
        if before.n_out != after.n_in or before.output.format != after.inputs.format:
            raise InputError(
                f"{where}: {before.name} gives {before.n_out} codes of {before.output.format.label} but {after.name} "
                f"takes {after.n_in} of {after.inputs.format.label}"
            )
    return chain
