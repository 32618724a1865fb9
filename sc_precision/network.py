# SPDX-License-Identifier: Apache-2.0
"""The trained network: dense layers in float64, validated."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import integer, plain_array, real, show
from sc_precision.errors import InputError
from sc_precision.modes import Mode

FloatArray = npt.NDArray[np.float64]

MAX_PARAMETERS = 200_000_000
"""Most synapses a network may have; a guard against hostile files."""
MAX_INPUT_FRACTION = 24
"""Finest grid of inputs, 2**-24."""
_TRANSPOSE = "; transpose the weights to (n_out, n_in) if they have inputs first"  # as those of Keras and Flax
MAX_LAYER_NAME = 64
"""Longest name of a layer."""


class Activation(Mode):
    """Function applied to the sum of a layer; all are 1-Lipschitz and monotone, which the bounds rely on."""

    IDENTITY = "identity", False
    RELU = "relu", True

    rectifies: bool
    """Whether sums below 0 become 0; all others stay as they are."""

    def __new__(cls, name: str, rectifies: bool) -> Activation:
        """Member of that name."""
        member = str.__new__(cls, name)
        member._value_, member.rectifies = name, rectifies
        return member

    @classmethod
    def parse(cls, value: object, where: str | None = None) -> Self:
        """Activation of that name, in letters of any case and with blanks around it; see `Mode.parse`."""
        return super().parse(value.strip().lower() if isinstance(value, str) else value, where)


def float_array(value: object, what: str) -> FloatArray:
    """Read-only float64 copy of an array of finite real numbers, or an InputError that begins with `what`."""
    array = plain_array(what, value)
    if array.dtype.kind not in "fiu":
        raise InputError(f"{what}: must hold real numbers, got dtype {array.dtype}")
    with np.errstate(over="ignore"):
        array = np.array(array, dtype=np.float64, order="C", copy=True)
    if not np.isfinite(array).all():
        where = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise InputError(f"{what}: entry {list(where)} is {array[where]}; all must be finite")
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class Dense:
    """One dense layer, y = activation(weight @ x + bias).

    Parameters
    ----------
    weight : array_like, shape (n_out, n_in)
        Finite real numbers; copied to float64 and made read-only.
    bias : array_like, shape (n_out,), optional
        Zeros where omitted.
    activation : Activation or str
        ``relu`` or ``identity``.
    name : str
        For messages and reports, at most 64 printable characters; ``layer_<i>`` in a network where empty.

    Raises
    ------
    InputError
        If a shape, a dtype, a value or the activation cannot be used.
    """

    weight: FloatArray
    bias: FloatArray = None  # type: ignore[assignment]
    activation: Activation = Activation.IDENTITY
    name: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.isprintable() or len(self.name) > MAX_LAYER_NAME:
            raise InputError(
                f"layer name must be a string of at most {MAX_LAYER_NAME} printable characters, got {show(self.name)}"
            )
        where = self.name or "layer"
        weight = float_array(self.weight, f"{where}: weight")
        if weight.ndim != 2 or 0 in weight.shape:
            raise InputError(f"{where}: weight must be a non-empty 2-D array (n_out, n_in), got shape {weight.shape}")
        bias = np.zeros(weight.shape[0]) if self.bias is None else float_array(self.bias, f"{where}: bias")
        if bias.shape != (weight.shape[0],):
            hint = _TRANSPOSE if bias.shape == weight.shape[1:] else ""
            raise InputError(f"{where}: bias must have shape ({weight.shape[0]},), got {bias.shape}{hint}")
        bias.setflags(write=False)
        object.__setattr__(self, "weight", weight)
        object.__setattr__(self, "bias", bias)
        object.__setattr__(self, "activation", Activation.parse(self.activation, f"{where}: activation"))

    @property
    def n_out(self) -> int:
        """Number of outputs."""
        return int(self.weight.shape[0])

    @property
    def n_in(self) -> int:
        """Number of inputs."""
        return int(self.weight.shape[1])


@dataclass(frozen=True, eq=False)
class Network:
    """Dense layers in a row, and what is known of the inputs.

    Parameters
    ----------
    layers : sequence of Dense
        At least one; the outputs of one are as many as the inputs of the next.
    input_low, input_high : float
        Range of every input; contains 0. Bounds hold for all inputs in it.
    input_fraction : int, optional
        Says that inputs are multiples of 2**-input_fraction (digits pixels: 4), so that no rounding
        of inputs is needed; where None, the planner chooses a grid and accounts for the rounding.

    Raises
    ------
    InputError
        If layers do not fit one another or the range is unusable.
    """

    layers: tuple[Dense, ...]
    input_low: float = 0.0
    input_high: float = 1.0
    input_fraction: int | None = None

    def __post_init__(self) -> None:
        if isinstance(self.layers, Dense) or not isinstance(self.layers, Sequence):
            raise InputError(f"network: layers must be a sequence of Dense, got {type(self.layers).__name__}")
        layers = tuple(self.layers)
        if not layers:
            raise InputError("network: there are no layers; give at least one Dense")
        for index, layer in enumerate(layers):
            if not isinstance(layer, Dense):
                raise InputError(f"network: layers[{index}] is {type(layer).__name__}, not Dense")
        layers = tuple(layer if layer.name else _named(layer, f"layer_{index}") for index, layer in enumerate(layers))
        names = [layer.name for layer in layers]
        if len(set(names)) != len(names):
            raise InputError(f"network: layer names must differ, got {names}")
        for before, after in pairwise(layers):
            if before.n_out != after.n_in:
                raise InputError(
                    f"network: {before.name} has {before.n_out} outputs but {after.name} expects {after.n_in} inputs"
                )
        synapses = sum(layer.weight.size for layer in layers)
        if synapses > MAX_PARAMETERS:
            raise InputError(f"network: {synapses} synapses; at most {MAX_PARAMETERS} are supported")
        for what in ("input_low", "input_high"):
            object.__setattr__(self, what, real(f"network: {what}", getattr(self, what)))
        if not (-1e30 < self.input_low <= 0.0 <= self.input_high < 1e30) or self.input_low == self.input_high:
            raise InputError(
                f"network: the input range must contain 0, not be empty and stay within 1e30, got "
                f"[{self.input_low}, {self.input_high}]"
            )
        if self.input_fraction is not None:
            where = "network: input_fraction"
            fraction = integer(where, self.input_fraction, minimum=0, maximum=MAX_INPUT_FRACTION)
            object.__setattr__(self, "input_fraction", fraction)
        object.__setattr__(self, "layers", layers)

    @property
    def n_in(self) -> int:
        """Number of inputs."""
        return self.layers[0].n_in

    @property
    def n_out(self) -> int:
        """Number of outputs."""
        return self.layers[-1].n_out

    def check_inputs(self, inputs: object, what: str = "inputs") -> FloatArray:
        """Read-only float64 copy of inputs, shape (batch, n_in), or InputError where they leave the range or the grid.

        `what` is what messages call them.
        """
        array = float_array(inputs, what)
        if array.ndim != 2 or array.shape[1] != self.n_in or not len(array):
            raise InputError(f"{what}: expected shape (batch, {self.n_in}), got {array.shape}")
        outside = (array < self.input_low) | (array > self.input_high)
        if outside.any():
            where = tuple(int(k) for k in np.argwhere(outside)[0])
            raise InputError(
                f"{what}: entry {list(where)} is {array[where]}, outside [{self.input_low}, {self.input_high}]"
            )
        if self.input_fraction is not None:
            off = np.ldexp(array, self.input_fraction) % 1.0 != 0.0
            if off.any():
                where = tuple(int(k) for k in np.argwhere(off)[0])
                raise InputError(
                    f"{what}: entry {list(where)} is {array[where]}, not a multiple of 2**-{self.input_fraction}"
                )
        return array

    def forward(self, inputs: object) -> FloatArray:
        """Outputs in float64, shape (batch, n_out); InputError if `check_inputs` refuses or they overflow."""
        value: Any = self.check_inputs(inputs)
        for layer in self.layers:
            with np.errstate(over="ignore", invalid="ignore"):
                value = value @ layer.weight.T + layer.bias
            if not np.isfinite(value).all():
                raise InputError(f"network: outputs of {layer.name} overflow float64; scale the weights down")
            if layer.activation.rectifies:
                value = np.maximum(value, 0.0)
        return np.asarray(value, dtype=np.float64)


def _named(layer: Dense, name: str) -> Dense:
    """Shallow copy under another name: the arrays are read-only and checked, so they are shared."""
    named = copy.copy(layer)
    object.__setattr__(named, "name", name)
    return named
