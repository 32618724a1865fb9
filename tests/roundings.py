# SPDX-License-Identifier: Apache-2.0
"""Rounding modes in fractions."""

from fractions import Fraction
from math import floor

from sc_precision.formats import Rounding

HALF = Fraction(1, 2)
BY_HAND = {
    Rounding.TRUNCATE: floor,
    Rounding.NEAREST_EVEN: round,
    Rounding.NEAREST_UP: lambda x: floor(x + HALF),
    Rounding.NEAREST_AWAY: lambda x: floor(x + HALF) if x > 0 else -floor(HALF - x),
}
"""Code of a value, of every mode that is built in hardware."""
