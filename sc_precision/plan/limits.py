# SPDX-License-Identifier: Apache-2.0
"""Limits that a plan keeps: widths of weights and activations, lengths of streams."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sc_precision.arguments import integer
from sc_precision.errors import InputError
from sc_precision.params import MAX_STREAM_LOG2

LIMIT_RANGES = {
    "min_bits": (1, 24),
    "max_bits": (1, 24),
    "min_length": (1, 1 << MAX_STREAM_LOG2),
    "max_length": (1, 1 << MAX_STREAM_LOG2),
    "max_activation_bits": (2, 24),
}
"""Range of each field of `PlanLimits`."""


@dataclass(frozen=True)
class PlanLimits:
    """Limits that a plan keeps.

    Parameters
    ----------
    min_bits, max_bits : int
        Width of a weight, sign included; 1 to 24.
    min_length, max_length : int
        Length of a stream, powers of two from 1 to 65536; only the stochastic datapath has streams.
    max_activation_bits : int
        Width of the activations between layers, and of inputs where the planner chooses their grid; 2 to 24.

    Raises
    ------
    InputError
        If one is out of range or a minimum exceeds its maximum.
    """

    min_bits: int = 2
    max_bits: int = 16
    min_length: int = 16
    max_length: int = 4096
    max_activation_bits: int = 16

    def __post_init__(self) -> None:
        for name, (low, high) in LIMIT_RANGES.items():
            value = integer(f"limits: {name}", getattr(self, name), minimum=low, maximum=high)
            if name.endswith("length") and value & (value - 1):
                raise InputError(f"limits: {name} must be a power of two, got {value}")
            object.__setattr__(self, name, value)
        for what in ("bits", "length"):
            low, high = getattr(self, f"min_{what}"), getattr(self, f"max_{what}")
            if low > high:
                raise InputError(f"limits: min_{what} {low} exceeds max_{what} {high}")

    @property
    def log2_lengths(self) -> range:
        """log2 of the stream lengths allowed."""
        return range(self.min_length.bit_length() - 1, self.max_length.bit_length())

    def to_dict(self) -> dict[str, int]:
        """JSON-ready form."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}


DEFAULT_LIMITS = PlanLimits()
