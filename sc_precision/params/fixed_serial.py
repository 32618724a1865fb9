# SPDX-License-Identifier: Apache-2.0
"""Parameters of bit-serial fixed-point dense layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sc_precision.params.codes import signed_width
from sc_precision.params.fixed import FixedLayerParams

TABLE_INPUTS = 4
"""Inputs whose bits address one table; a lookup table of an FPGA has at least so many."""


@dataclass(frozen=True, eq=False)
class FixedSerialParams(FixedLayerParams):
    """Parameters of a fixed-point dense layer that takes one bit of every input a cycle, most significant first.

    Distributed arithmetic (Croisier et al. 1973, Peled and Liu 1974): the bits of four inputs address a table of the
    sums of their weights, the tables' words are added, and the sum is added to twice the accumulator. Widths of inputs
    decide the time, weights the area.

    Parameters
    ----------
    weights, weight_fraction, row_shifts
        See `FixedLayerParams`.
    """

    kind = "fixed_serial"

    @property
    def bits(self) -> int:
        """Bits of an input, and cycles that they take."""
        return self.inputs.format.width

    def tables(self, output: int) -> list[tuple[tuple[int, ...], list[int]]]:
        """Tables of one row: the inputs that address it, least bit first, and its words."""
        used = np.flatnonzero(self.mantissas[output]).tolist()
        groups = [used[start : start + TABLE_INPUTS] for start in range(0, len(used), TABLE_INPUTS)]
        result = []
        for group in groups:
            words = [0]
            for index in group:
                words += [word + int(self.mantissas[output, index]) for word in words]
            result.append((tuple(group), words))
        return result

    def step_range(self, output: int) -> tuple[int, int]:
        """Range of what the bits of one cycle can add to a row, 0 included."""
        row = self.mantissas[output]
        return int(row[row < 0].sum()), int(row[row > 0].sum())

    def sum_width(self, output: int) -> int:
        """Bits of a row's accumulator: all products, without the bias, which is added in the end."""
        low, high = self.step_range(output)
        codes = self.inputs.format
        least = high * codes.code_min + low * codes.code_max
        most = high * codes.code_max + low * codes.code_min
        # Before the last bit a sum is one of shorter codes, which lie in the same range.
        return signed_width(least, most)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description; `latency` is from a vector's last code to its first result, in cycles."""
        return super().to_dict() | {
            "bits_per_input": self.bits,
            "latency": self.bits + 1,
            "cycles_per_vector": self.bits + max(self.n_in, self.n_out + 1),
        }
