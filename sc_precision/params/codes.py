# SPDX-License-Identifier: Apache-2.0
"""Codes and widths that all parameters share, and the checks of integer arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import integer, plain_array
from sc_precision.errors import InputError
from sc_precision.formats import FixedFormat

IntArray = npt.NDArray[np.int64]

MAX_ACCUMULATOR_WIDTH = 62
"""Accumulators of the golden models are int64; wider ones are refused, never wrapped."""
MAX_STREAM_LOG2 = 16
"""Longest bitstream, 2**16 cycles."""
MAX_EXPONENT = 512
"""Greatest magnitude of a weight's fraction or exponent."""
INT64_MAX = (1 << 63) - 1


def signed_width(low: int, high: int) -> int:
    """Bits of the narrowest two's complement code that holds all of low..high (at least 2)."""
    return max(2, (high if high >= 0 else ~high).bit_length() + 1, (low if low >= 0 else ~low).bit_length() + 1)


def narrowest_code(low: int, high: int) -> tuple[int, bool]:
    """Width and signedness of the narrowest code that holds all of low..high; unsigned where nothing is negative."""
    return (signed_width(low, high), True) if low < 0 else (max(1, high.bit_length()), False)


def code_range(low: int, high: int) -> tuple[int, int]:
    """All that the narrowest code for low..high can hold."""
    width, signed = narrowest_code(low, high)
    return (-(1 << (width - 1)), (1 << (width - 1)) - 1) if signed else (0, (1 << width) - 1)


def frozen_int_array(value: object, name: str, where: str, shape: tuple[int, ...] | None = None) -> IntArray:
    """Read-only int64 copy of an integer array, or an InputError that names it."""
    array = plain_array(f"{where}: {name}", value)
    if array.dtype.kind not in "iu":
        raise InputError(f"{where}: {name} must hold integers that fit int64, got dtype {array.dtype}")
    if array.dtype.kind == "u" and array.size and int(array.max()) > INT64_MAX:
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
        """Smallest u with 2**u >= every magnitude: a bitstream of all ones stands for the code 2**u."""
        return max(0, max(-self.low, self.high) - 1).bit_length()


def exponent_in_range(value: object, where: str) -> int:
    """Return a binary exponent, or raise an InputError that begins with `where`."""
    exponent = integer(where, value, minimum=-MAX_EXPONENT)
    if exponent > MAX_EXPONENT:
        raise InputError(f"{where} must be at most {MAX_EXPONENT}, got {exponent}")
    return exponent


def weight_array(value: object, where: str) -> IntArray:
    """Read-only copy of a non-empty matrix of integers, or an InputError that begins with `where`."""
    array = frozen_int_array(value, "weights", where)
    if array.ndim != 2 or 0 in array.shape:
        raise InputError(f"{where}: weights must be a non-empty 2-D array (n_out, n_in), got shape {array.shape}")
    return array
