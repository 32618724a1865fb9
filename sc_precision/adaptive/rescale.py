# SPDX-License-Identifier: Apache-2.0
"""From codes of one format to codes of another: rounded, saturated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sc_precision.arguments import show
from sc_precision.errors import InputError
from sc_precision.formats import FixedFormat, Overflow, Rounding
from sc_precision.params.codes import MAX_ACCUMULATOR_WIDTH, InputCodes, IntArray, signed_width

ROUNDING = Rounding.NEAREST_EVEN
"""How codes are rounded."""


@dataclass(frozen=True)
class Rescale:
    """Conversion of codes: the value is kept, rounded to the nearest even code, and saturated to the target's range.

    Raises InputError if the wider of the two does not fit 62 bits.
    """

    source: FixedFormat
    target: InputCodes

    def __post_init__(self) -> None:
        if not isinstance(self.source, FixedFormat) or not isinstance(self.target, InputCodes):
            raise InputError(f"rescale: expected a FixedFormat and InputCodes, got {show((self.source, self.target))}")
        if self.width > MAX_ACCUMULATOR_WIDTH:
            raise InputError(
                f"rescale: from {self.source.label} to {self.target.format.label} needs {self.width} bits, at most "
                f"{MAX_ACCUMULATOR_WIDTH} are supported; use formats that are closer"
            )

    @property
    def shift(self) -> int:
        """Binary places that are dropped; negative where places are added."""
        return self.source.fraction - self.target.format.fraction

    @property
    def width(self) -> int:
        """Bits of the signed code before saturation, with one more for rounding up."""
        widest = signed_width(self.source.code_min, self.source.code_max) + max(0, -self.shift) + 1
        return max(widest, signed_width(self.target.low, self.target.high))

    def apply(self, codes: IntArray) -> IntArray:
        """Converted codes, any shape; the golden model of the hardware."""
        value = codes << -self.shift if self.shift <= 0 else ROUNDING.drop(codes, self.shift)
        return np.asarray(np.clip(value, self.target.low, self.target.high), dtype=np.int64)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        return {
            "from": self.source.to_dict(),
            "to": self.target.format.to_dict() | {"code_low": self.target.low, "code_high": self.target.high},
            "shift": self.shift,
            "rounding": ROUNDING.value,
            "overflow": Overflow.SATURATE.value,
        }
