# SPDX-License-Identifier: Apache-2.0
"""Parameters of one stochastic multiplier with a free weight, and how far its count can be off."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from sc_precision.arguments import integer
from sc_precision.golden.discrepancy import masked_ranges
from sc_precision.params.codes import MAX_STREAM_LOG2
from sc_precision.params.generators import stream_mask
from sc_precision.verilog import check_module_name

MAX_LEVEL_BITS = 32
"""Widest weight of a multiplier."""


@dataclass(frozen=True)
class StreamProductParams:
    """One AND-and-count multiplier: a ramp stream, a masked van der Corput stream, a counter.

    The weight is level / 2**bit_width, the input code / 2**length_log2, both from 0 to 1 inclusive. The comparator
    sees the weight on the stream's grid, as `threshold` / 2**length_log2.

    Parameters
    ----------
    name : str
        Verilog module name.
    bit_width : int
        Binary places of the weight, 1 to 32.
    length_log2 : int
        log2 of the streams' length, 1 to 16.
    """

    name: str
    bit_width: int
    length_log2: int

    kind = "stream_product"

    def __post_init__(self) -> None:
        check_module_name(self.name)
        for field, most in (("bit_width", MAX_LEVEL_BITS), ("length_log2", MAX_STREAM_LOG2)):
            value = integer(f"{self.name}: {field}", getattr(self, field), minimum=1, maximum=most)
            object.__setattr__(self, field, value)

    @property
    def length(self) -> int:
        """Cycles of a stream."""
        return 1 << self.length_log2

    @property
    def mask(self) -> int:
        """XORed to the reversed counter."""
        return stream_mask(self.length_log2)

    @property
    def count_width(self) -> int:
        """Bits of the input code, the threshold, the cycle and the count: all go up to the length itself."""
        return self.length_log2 + 1

    @property
    def level_width(self) -> int:
        """Bits of the level, which goes up to 2**bit_width itself."""
        return self.bit_width + 1

    @property
    def coarse(self) -> int:
        """Binary places of the weight that the stream's grid has not, 0 where it has all."""
        return max(0, self.bit_width - self.length_log2)

    def threshold(self, level: int) -> int:
        """The weight on the stream's grid, rounded half down."""
        if not self.coarse:
            return level << (self.length_log2 - self.bit_width)
        return (level + (1 << (self.coarse - 1)) - 1) >> self.coarse

    @cached_property
    def discrepancy(self) -> tuple[int, int]:
        """Least and greatest (count * 2**m - code * threshold) over all codes and levels, m = length_log2; attained.

        See `masked_ranges`; the thresholds are those on the grid of the weight.
        """
        step = 1 << max(0, self.length_log2 - self.bit_width)
        low, high = (ends[::step] for ends in masked_ranges(self.length_log2, self.mask))
        return int(low.min()), int(high.max())

    @property
    def error(self) -> Fraction:
        """Bound on |count / length - code / length * level / 2**bit_width|, threshold rounding included."""
        low, high = self.discrepancy
        rounding = Fraction(1, 2 * self.length) if self.coarse else Fraction(0)
        return Fraction(max(-low, high), self.length**2) + rounding

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        low, high = self.discrepancy
        return {
            "kind": self.kind,
            "name": self.name,
            "bit_width": self.bit_width,
            "length": self.length,
            "mask": self.mask,
            "discrepancy_low": low,
            "discrepancy_high": high,
            "discrepancy_unit": f"2**-{self.length_log2} counts",
            "error_bound": float(self.error),
        }
