# SPDX-License-Identifier: Apache-2.0
"""Parameters of fixed-point dense layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sc_precision.arguments import integer
from sc_precision.errors import InputError
from sc_precision.formats import FixedFormat
from sc_precision.params.codes import (
    INT64_MAX,
    IntArray,
    exponent_in_range,
    frozen_int_array,
    signed_width,
    weight_array,
)
from sc_precision.params.layer import LayerParams


@dataclass(frozen=True, eq=False)
class FixedDenseParams(LayerParams):
    """Parameters of a fixed-point dense layer that is folded over its outputs.

    Parameters
    ----------
    weights : ndarray of int, shape (n_out, n_in)
        Codes on the layer's grid; a synapse planned with fewer bits has zeros at the end.
    weight_fraction : int
        Binary places of `weights`.
    lanes : int
        Outputs that are computed in parallel, 1 to n_out. One need not divide the other.
    """

    weights: IntArray = field(kw_only=True)
    weight_fraction: int = field(kw_only=True)
    lanes: int = field(kw_only=True)

    kind = "fixed_dense"

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", weight_array(self.weights, self.name))
        object.__setattr__(self, "bias", frozen_int_array(self.bias, "bias", self.name))
        object.__setattr__(
            self, "weight_fraction", exponent_in_range(self.weight_fraction, f"{self.name}: weight_fraction")
        )
        object.__setattr__(self, "lanes", integer(f"{self.name}: lanes", self.lanes, minimum=1))
        if self.lanes > self.n_out:
            raise InputError(f"{self.name}: lanes must be an int from 1 to {self.n_out}, got {self.lanes}")
        # What no accumulator could hold must not get as far as product_range, where it would wrap.
        codes = self.inputs.format
        self._check_width(codes.code_min, codes.code_max)
        peak = max(-int(self.weights.min()), int(self.weights.max())) * max(-codes.code_min, codes.code_max)
        if peak > INT64_MAX:
            self._check_width(0, peak)
        self._check_layer()

    @property
    def shape(self) -> tuple[int, int]:
        """(n_out, n_in)."""
        return self.weights.shape[0], self.weights.shape[1]

    @property
    def passes(self) -> int:
        """Times that the inputs are gone through for one vector."""
        return -(-self.n_out // self.lanes)

    def lane_outputs(self, lane: int) -> list[int | None]:
        """Output of each pass of a lane; None where there is none."""
        outputs = range(lane, self.passes * self.lanes, self.lanes)
        return [output if output < self.n_out else None for output in outputs]

    def lane_weights(self, lane: int) -> list[list[int]]:
        """Weights of a lane, pass after pass."""
        return [
            self.weights[output].tolist() if output is not None else [0] * self.n_in
            for output in self.lane_outputs(lane)
        ]

    def lane_biases(self, lane: int) -> list[int]:
        """Bias of each pass of a lane."""
        return [int(self.bias[output]) if output is not None else 0 for output in self.lane_outputs(lane)]

    @property
    def acc_fraction(self) -> int:
        """Binary places of the accumulator: the sum of both factors'."""
        return self.weight_fraction + self.inputs.format.fraction

    @property
    def weight_width(self) -> int:
        """Bits of a weight in the ROM, two's complement."""
        return signed_width(int(self.weights.min()), int(self.weights.max()))

    def product_range(self) -> tuple[IntArray, IntArray]:
        """See `LayerParams.product_range`; over the whole input format, so that nothing can overflow."""
        ends = [self.weights * code for code in (self.inputs.format.code_min, self.inputs.format.code_max)]
        return np.minimum(*ends), np.maximum(*ends)  # a format holds 0, so that 0 lies between

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        return super().to_dict() | {
            "weight": FixedFormat(self.weight_width, self.weight_fraction).to_dict(),
            "lanes": self.lanes,
            "passes": self.passes,
            "cycles_per_vector": self.n_in + self.passes * (self.n_in + 1) + self.n_out,
        }
