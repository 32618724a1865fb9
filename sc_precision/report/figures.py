# SPDX-License-Identifier: Apache-2.0
"""Numbers as text, with as many digits as say something; bounds are rounded outward here too."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

from markupsafe import Markup

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MINUS = "\u2212"
_NARROW = "\u202f"  # no-break space between number and unit
WHOLE = 6
"""Places before the point that are all shown; greater numbers get a power of ten."""
NOTHING = 1e-15
"""Magnitudes below are shown as nearly zero: outward rounding leaves such traces."""


def significant(value: float, digits: int = 3, rounding: str = ROUND_HALF_EVEN) -> str:
    """Text of a finite number with at least that many significant digits, trailing zeros kept.

    `rounding` is a mode of `decimal`.
    """
    if value == 0:
        return "0"
    if abs(value) < NOTHING:
        return "≈" + _NARROW + "0"
    exact = Decimal(repr(float(value)))  # 0.1 itself, not the binary fraction a hair above it
    whole = exact.adjusted() + 1
    precision = max(digits, whole if whole <= WHOLE else 0)
    number = Context(prec=precision, rounding=rounding).create_decimal(exact)
    sign = _MINUS if number < 0 else ""
    number = abs(number)
    exponent = number.adjusted()
    if -5 <= exponent < WHOLE:
        places = max(0, digits - 1 - exponent)
        return f"{sign}{number.quantize(Decimal(1).scaleb(-places)):f}"
    mantissa = Context(prec=digits, rounding=rounding).plus(number.scaleb(-exponent))
    return f"{sign}{mantissa:.{digits - 1}f}{_NARROW}×{_NARROW}10{str(exponent).translate(_SUPERSCRIPTS)}"


def _data(value: object, text: str) -> Markup:
    return Markup('<data value="{0}" title="{0}">{1}</data>').format(value, text)


def measured(value: float) -> Markup:
    """An error that was found: three digits, to nearest; the whole number in the title."""
    return _data(value, significant(value))


def bound(value: float) -> Markup:
    """The upper end of a claim: four digits, never shown smaller than it is."""
    return _data(value, significant(value, 4, ROUND_CEILING))


def lower_bound(value: float) -> Markup:
    """The lower end of a claim: four digits, never shown greater than it is."""
    return _data(value, significant(value, 4, ROUND_FLOOR))


def given(value: float) -> Markup:
    """A figure that somebody chose, such as a target: as short as it was written, up to six digits."""
    text = f"{value:.6g}"
    return _data(value, significant(value) if "e" in text else text.replace("-", _MINUS))


def percent(value: float, digits: int = 0) -> str:
    """A share as a percentage; only a whole shows as 100 and only nothing as 0."""
    if math.isinf(value):
        return f"∞{_NARROW}%"
    if value >= 100:
        return f"{significant(100 * value)}{_NARROW}%"
    step = Decimal(1).scaleb(-digits)
    number = (Decimal(value) * 100).quantize(step, ROUND_HALF_EVEN)
    if value > 0 and number == 0:
        return f"<{_NARROW}{step}{_NARROW}%"
    if value < 1 and number == 100:
        number -= step
    if value > 1 and number == 100:
        number += step
    return f"{number}{_NARROW}%"


def accuracy(value: float, images: int) -> str:
    """An accuracy in percent, with as many digits as that many images tell apart."""
    return percent(value, 1 if images < 1000 else 2)


def count(value: float) -> str:
    """A number of things, with separators."""
    return f"{int(value):,}"


def seconds(value: float | None) -> str:
    """A time, in words where it is long."""
    if value is None:
        return "–"
    if value < 0.995:
        return f"{value:.2f}{_NARROW}s"
    if value < 99.5:
        return f"{significant(value)}{_NARROW}s"
    whole = round(value)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}{_NARROW}min {rest:02d}{_NARROW}s"
    return f"{minutes // 60}{_NARROW}h {minutes % 60:02d}{_NARROW}min"


def size(value: int) -> Markup:
    """A number of bytes."""
    if value < 1000:
        return _data(value, f"{value}{_NARROW}bytes")
    unit, amount = ("kB", value / 1e3) if value < 999_500 else ("MB", value / 1e6)
    return _data(value, f"{significant(amount)}{_NARROW}{unit}")


def plural(number: float, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 proof``, ``2 proofs``."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


FILTERS = {
    "measured": measured,
    "bound": bound,
    "lower_bound": lower_bound,
    "given": given,
    "percent": percent,
    "accuracy": accuracy,
    "count": count,
    "seconds": seconds,
    "size": size,
    "plural": plural,
}
