# SPDX-License-Identifier: Apache-2.0
"""Number formats: fixed point and block floating point, with explicit rounding and overflow modes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import show
from sc_precision.errors import InputError
from sc_precision.modes import Mode

if TYPE_CHECKING:
    from amaranth.hdl import Shape

MAX_WIDTH = 64
"""Widest fixed-point code; the golden models hold codes in int64."""

MAX_FRACTION = 1022
"""Most binary places, before or after the point, for which one LSB is a normal float."""


class Cut(NamedTuple):
    """A number whose last places are dropped: bits of it, as ints, arrays of them, or values of hardware.

    Attributes
    ----------
    half : bit
        First place that is dropped.
    sticky : bit
        Whether any place after that is set.
    odd : bit
        Last place that is kept.
    nonnegative : bit
        Whether the number is 0 or above.
    """

    half: Any
    sticky: Any
    odd: Any
    nonnegative: Any


Codes = TypeVar("Codes", int, npt.NDArray[np.int64])
Carry = Callable[[Cut], Any]


class RoundingError(NamedTuple):
    """Ends of a rounding's error, code less number, in LSB of the code, and whether the lower one is ever reached."""

    low: Fraction
    high: Fraction
    low_reached: bool


_DOWN = RoundingError(Fraction(-1), Fraction(0), low_reached=False)
_NEAREST = RoundingError(Fraction(-1, 2), Fraction(1, 2), low_reached=True)


class Rounding(Mode):
    """How a number that lies between two codes becomes a code.

    Each member is a name, its error, and the bit that is added to the code below, from a `Cut`.
    Golden models, bounds and hardware evaluate that bit; lemmas state each mode in words of their own
    (`properties.checker.rounding`), so that an error here is refused.
    """

    TRUNCATE = "truncate", _DOWN, lambda _: 0
    """Towards minus infinity."""
    NEAREST_EVEN = "nearest_even", _NEAREST, lambda cut: cut.half & (cut.sticky | cut.odd)
    """To the nearest code, ties to the even one."""
    NEAREST_UP = "nearest_up", _NEAREST._replace(low_reached=False), lambda cut: cut.half
    """To the nearest code, ties towards plus infinity."""
    NEAREST_AWAY = "nearest_away", _NEAREST, lambda cut: cut.half & (cut.sticky | cut.nonnegative)
    """To the nearest code, ties away from zero."""
    STOCHASTIC = "stochastic", None, None
    """Up or down at random; refused in hardware, for its error has no deterministic bound of 1/2 LSB."""

    _error: RoundingError | None
    _carry: Carry | None

    def __new__(cls, name: str, error: RoundingError | None, carry: Carry | None) -> Rounding:
        """Member of that name."""
        member = str.__new__(cls, name)
        member._value_, member._error, member._carry = name, error, carry
        return member

    @property
    def deterministic(self) -> bool:
        """Whether the code follows from the number, as it must in hardware and for a bound."""
        return self._carry is not None

    @classmethod
    def check(cls, value: object, where: str) -> None:
        """Raise an InputError that begins with `where` for anything but a mode that can be built in hardware."""
        # A plain string would pass for a member, but has none of its methods.
        if not isinstance(value, cls):
            raise InputError(f"{where} must be of {cls.__name__}, got {show(value)}")
        if not value.deterministic:
            raise InputError(f"{where}: {value} is not built in hardware; use one of {', '.join(HARDWARE_ROUNDINGS)}")

    @property
    def error(self) -> RoundingError:
        """Ends of the error."""
        if self._error is None:
            raise InputError(f"rounding: {self} has no bound; use one of {', '.join(HARDWARE_ROUNDINGS)}")
        return self._error

    def units(self, places: int) -> tuple[int, int]:
        """Least and greatest error of dropping so many places, in units of the last of them."""
        low, high = (end * (1 << places) for end in self.error[:2])
        return ceil(low) if self.error.low_reached else floor(low) + 1, floor(high)

    def carry(self, cut: Cut) -> Any:
        """What is added to the code below: a bit, or the int 0."""
        if self._carry is None:
            raise InputError(f"rounding: {self} is not built in hardware; use one of {', '.join(HARDWARE_ROUNDINGS)}")
        return self._carry(cut)

    def drop(self, value: Codes, places: int) -> Codes:
        """Codes of value / 2**places."""
        if not places:
            return value
        below, above = value >> places, value >> (places - 1)
        code: Codes = below + self.carry(Cut(above & 1, above << (places - 1) != value, below & 1, value >= 0))
        return code


HARDWARE_ROUNDINGS = tuple(mode for mode in Rounding if mode.deterministic)
"""Rounding modes of the output stage, and of leaks."""


class Overflow(Mode):
    """What happens to a number outside the range of a format."""

    SATURATE = "saturate", lambda value, low, high: np.clip(value, low, high)
    """The nearest end of the range."""
    WRAP = "wrap", lambda value, low, high: (value - low) % (high - low + 1) + low
    """Modulo 2**width; refused by everything that promises a bound."""

    limit: Callable[[npt.NDArray[np.int64], int, int], npt.NDArray[np.int64]]
    """Numbers as codes from the second argument to the third."""

    def __new__(cls, name: str, limit: Callable[..., npt.NDArray[np.int64]]) -> Overflow:
        """Member of that name."""
        member = str.__new__(cls, name)
        member._value_, member.limit = name, limit
        return member


class Exponents(Mode):
    """What the hardware does with the shared exponents of a block floating format."""

    METADATA = "metadata"
    """The datapath works on mantissas alone; the exponents leave it beside the data."""
    DATAPATH = "datapath"
    """The hardware aligns the blocks' sums by their exponents and adds them up."""


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True)
class FixedFormat:
    """Fixed-point format: value = code * 2**-fraction.

    Parameters
    ----------
    width : int
        Bits of a code, the sign bit included; 1 to 64.
    fraction : int
        Binary places, -1022 to 1022. It may exceed `width` (all codes below one) or be negative (LSB above one).
    signed : bool
        Two's complement where true.

    Raises
    ------
    InputError
        If `width` or `fraction` is no int or out of range.
    """

    width: int
    fraction: int
    signed: bool = True

    def __post_init__(self) -> None:
        if not _is_int(self.width) or not 1 <= self.width <= MAX_WIDTH:
            raise InputError(f"FixedFormat: width must be an int from 1 to {MAX_WIDTH}, got {show(self.width)}")
        if not _is_int(self.fraction) or not -MAX_FRACTION <= self.fraction <= MAX_FRACTION:
            raise InputError(
                f"FixedFormat: fraction must be an int from {-MAX_FRACTION} to {MAX_FRACTION}, "
                f"got {show(self.fraction)}"
            )

    @property
    def lsb(self) -> float:
        """Value of one code step, 2**-fraction."""
        return 2.0**-self.fraction

    @property
    def code_min(self) -> int:
        """Smallest code."""
        return -(1 << (self.width - 1)) if self.signed else 0

    @property
    def code_max(self) -> int:
        """Largest code."""
        return (1 << (self.width - (1 if self.signed else 0))) - 1

    @property
    def label(self) -> str:
        """Text such as ``Q8.8`` (signed) or ``UQ1.7`` (unsigned)."""
        return f"{'' if self.signed else 'U'}Q{self.width - self.fraction}.{self.fraction}"

    def shape(self) -> Shape:
        """Amaranth shape of a code."""
        from amaranth.hdl import signed, unsigned

        return signed(self.width) if self.signed else unsigned(self.width)

    def to_dict(self) -> dict[str, object]:
        """JSON-ready form."""
        return {
            "width": self.width,
            "fraction": self.fraction,
            "signed": self.signed,
            "label": self.label,
        }


@dataclass(frozen=True)
class BlockFloatFormat:
    """Block floating point: value = mantissa * 2**-(mantissa_bits - 1) * 2**exponent.

    The mantissa is two's complement; the exponent, code - bias, is shared by a block of the flattened
    row-major tensor.

    Parameters
    ----------
    mantissa_bits : int
        At least 2, sign included.
    exponent_bits : int
        At least 1.
    block_size : int
        Parameters that share one exponent, at least 1.

    Raises
    ------
    InputError
        If a field is no int or too small.
    """

    mantissa_bits: int
    exponent_bits: int
    block_size: int = 32

    def __post_init__(self) -> None:
        for name, low, high in (
            ("mantissa_bits", 2, MAX_WIDTH),
            ("exponent_bits", 1, 11),
            ("block_size", 1, 1 << 31),
        ):
            value = getattr(self, name)
            if not _is_int(value) or not low <= value <= high:
                raise InputError(f"BlockFloatFormat: {name} must be an int from {low} to {high}, got {show(value)}")

    @property
    def exponent_bias(self) -> int:
        """2**(exponent_bits - 1) - 1."""
        return (1 << (self.exponent_bits - 1)) - 1

    @property
    def exponent_min(self) -> int:
        """Exponent of code 0."""
        return -self.exponent_bias

    @property
    def exponent_max(self) -> int:
        """Exponent of the largest code."""
        return (1 << self.exponent_bits) - 1 - self.exponent_bias

    @property
    def label(self) -> str:
        """Text such as ``BFP16E3X32``."""
        return f"BFP{self.mantissa_bits}E{self.exponent_bits}X{self.block_size}"

    def to_dict(self) -> dict[str, object]:
        """JSON-ready form."""
        return {
            "mantissa_bits": self.mantissa_bits,
            "exponent_bits": self.exponent_bits,
            "block_size": self.block_size,
            "label": self.label,
        }


_FIXED = re.compile(r"Q([0-9]{1,4})\.([0-9]{1,4})", re.ASCII)
_BLOCK = re.compile(r"BFP([0-9]{1,4})(?:_E|\.|-|E)([0-9]{1,4})(?:X([0-9]{1,9}))?", re.ASCII)


def parse_precision(text: str) -> FixedFormat | BlockFloatFormat:
    """Read a precision string.

    Parameters
    ----------
    text : str
        ``Q<int>.<frac>`` (int counts the sign bit) or ``BFP<mantissa>E<exponent>[X<block>]``; the separator
        of mantissa and exponent may also be ``_E``, ``.`` or ``-``. Case and surrounding blanks do not matter.

    Returns
    -------
    FixedFormat or BlockFloatFormat

    Raises
    ------
    TypeError
        If `text` is no string.
    InputError
        If it is anything else; the text is quoted.
    """
    if not isinstance(text, str):
        raise TypeError(f"precision must be a string such as 'Q8.8' or 'BFP16E3X32', got {show(text)}")
    plain = text.strip().upper()
    try:
        if match := _FIXED.fullmatch(plain):
            integer, fraction = (int(group) for group in match.groups())
            if integer >= 1:
                return FixedFormat(integer + fraction, fraction, signed=True)
        elif match := _BLOCK.fullmatch(plain):
            mantissa, exponent = int(match[1]), int(match[2])
            return BlockFloatFormat(mantissa, exponent, int(match[3]) if match[3] else 32)
    except InputError as error:
        raise InputError(f"precision {show(text)}: {error}") from None
    raise InputError(
        f"precision {show(text)} is not understood; write Q<int>.<frac> with int >= 1, "
        "or BFP<mantissa>E<exponent>[X<block>]"
    )
