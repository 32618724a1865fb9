# SPDX-License-Identifier: Apache-2.0
"""Checks of single arguments, shared by all functions that a user calls."""

from __future__ import annotations

import math
import numbers
from collections.abc import Collection
from typing import Any, SupportsFloat, cast

import numpy as np
import numpy.typing as npt

from sc_precision.errors import InputError

_SHOWN = 100


def show(value: object) -> str:
    """Text of a bad value for an error message: its repr, on one line and cut to a readable length."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # a hostile or broken __repr__ must not hide the error that is being reported
        text = f"<{type(value).__name__}>"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def integer(name: str, value: object, *, minimum: int, maximum: int | None = None) -> int:
    """Return `value` as an int within limits, or raise InputError; a bool is no int, a NumPy integer is."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise InputError(f"{name} must be an int, got {show(value)}")
    if value < minimum:
        raise InputError(f"{name} must be at least {minimum}, got {show(value)}")
    number = int(value)
    if maximum is not None and number > maximum:
        raise InputError(f"{name} must be at most {maximum}, got {show(value)}")
    return number


def power_of_two(name: str, value: object, *, minimum: int, maximum: int) -> int:
    """Return `value`, an int that is a power of two within limits, or raise InputError."""
    number = integer(name, value, minimum=1)
    if number & (number - 1) or not minimum <= number <= maximum:
        raise InputError(f"{name} must be a power of two from {minimum} to {maximum}, got {show(value)}")
    return number


def choice(name: str, value: object, known: Collection[str]) -> str:
    """Return `value`, one of the `known` texts, or raise InputError."""
    if not isinstance(value, str) or value not in known:
        raise InputError(f"{name} must be one of {', '.join(known)}, got {show(value)}")
    return value


def flag(name: str, value: object) -> bool:
    """Return `value`, True or False, or raise InputError."""
    if not isinstance(value, bool):
        raise InputError(f"{name} must be True or False, got {show(value)}")
    return value


def real(name: str, value: object) -> float:
    """Return `value` as a finite float, or raise InputError; a bool is no real number, a NumPy number is."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise InputError(f"{name} must be a real number, got {show(value)}")
    try:
        number = float(cast(SupportsFloat, value))
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InputError(f"{name} must be finite, got {show(value)}")
    return number


def non_negative(name: str, value: object) -> float:
    """Return `value` as a finite float >= 0, or raise InputError."""
    number = real(name, value)
    if number < 0:
        raise InputError(f"{name} must not be negative, got {show(value)}")
    return number


def positive(name: str, value: object) -> float:
    """Return `value` as a finite float > 0, or raise InputError."""
    number = real(name, value)
    if number <= 0:
        raise InputError(f"{name} must be greater than 0, got {show(value)}")
    return number


def probability(name: str, value: object) -> float:
    """Return `value` as a float strictly between 0 and 1, or raise InputError."""
    number = real(name, value)
    if not 0 < number < 1:
        raise InputError(f"{name} must lie between 0 and 1, both excluded, got {show(value)}")
    return number


def int_range(low_name: str, low: object, high_name: str, high: object, maximum: int | None = None) -> tuple[int, int]:
    """Return the bounds of an int range with 1 <= low <= high <= maximum, or raise InputError."""
    first, last = integer(low_name, low, minimum=1), integer(high_name, high, minimum=1)
    if first > last:
        raise InputError(f"{low_name} must not exceed {high_name}, got {show(low)} > {show(high)}")
    return first, integer(high_name, high, minimum=1, maximum=maximum)


def text(name: str, value: object) -> str:
    """Return `value`, a non-empty str, or raise InputError."""
    if not isinstance(value, str) or not value:
        raise InputError(f"{name} must be a non-empty string, got {show(value)}")
    return str(value)


def plain_array(name: str, value: object) -> npt.NDArray[Any]:
    """Return `value` as an array, not copied where it is one, or raise InputError; ragged and masked ones are none."""
    if isinstance(value, np.ma.MaskedArray):
        raise InputError(f"{name} must not be a masked array; fill it first")
    try:
        return np.asarray(value)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise InputError(f"{name} is no array of numbers: {' '.join(str(error).split())}") from None
