# SPDX-License-Identifier: Apache-2.0
"""Parameters of fixed-point dense layers: what all have, and those that are folded over their outputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sc_precision.arguments import integer
from sc_precision.errors import InputError
from sc_precision.formats import FixedFormat
from sc_precision.params.codes import (
    INT64_MAX,
    MAX_ACCUMULATOR_WIDTH,
    IntArray,
    exponent_in_range,
    frozen_int_array,
    signed_width,
    weight_array,
)
from sc_precision.params.layer import DenseParams


@dataclass(frozen=True, eq=False)
class FixedLayerParams(DenseParams):
    """What every fixed-point dense layer has, however many multipliers it is built with.

    Parameters
    ----------
    weights : ndarray of int, shape (n_out, n_in)
        Codes on the layer's grid; a synapse planned with fewer bits has zeros at the end.
    weight_fraction : int
        Binary places of `weights`.
    row_shifts : ndarray of int, shape (n_out,), optional
        Scales of the rows: all weights of row o and its bias are multiples of 2**row_shifts[o], which the hardware
        does not carry through its multipliers; it shifts the row's sum in the end, without loss. See `align_rows`.
        No shifts by default.
    """

    weights: IntArray = field(kw_only=True)
    weight_fraction: int = field(kw_only=True)
    row_shifts: IntArray | None = field(default=None, kw_only=True)

    kind = "fixed"

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", weight_array(self.weights, self.name))
        object.__setattr__(self, "bias", frozen_int_array(self.bias, "bias", self.name))
        object.__setattr__(
            self, "weight_fraction", exponent_in_range(self.weight_fraction, f"{self.name}: weight_fraction")
        )
        shifts = np.zeros(self.n_out, dtype=np.int64) if self.row_shifts is None else self.row_shifts
        object.__setattr__(self, "row_shifts", frozen_int_array(shifts, "row_shifts", self.name, (self.n_out,)))
        self._check_architecture()
        # What no accumulator could hold must not get as far as product_range, where it would wrap.
        codes = self.inputs.format
        self._check_width(codes.code_min, codes.code_max)
        peak = max(-int(self.weights.min()), int(self.weights.max())) * max(-codes.code_min, codes.code_max)
        if peak > INT64_MAX:
            self._check_width(0, peak)
        self._check_layer()
        self._check_rows()

    def _check_architecture(self) -> None:
        """Check what a subclass adds."""

    def _check_rows(self) -> None:
        shifts = self.shifts
        if shifts.min() < 0 or shifts.max() > MAX_ACCUMULATOR_WIDTH:
            raise InputError(
                f"{self.name}: row_shifts must be 0 to {MAX_ACCUMULATOR_WIDTH}, got {shifts.min()} to {shifts.max()}"
            )
        for what, codes in (("weights", self.weights), ("bias", self.bias[:, None])):
            wrong = (codes & ((np.int64(1) << shifts) - 1)[:, None]) != 0
            if wrong.any():
                row, column = (int(k) for k in np.argwhere(wrong)[0])
                raise InputError(
                    f"{self.name}: {what} of row {row} must be multiples of 2**{shifts[row]}, its row_shifts, got "
                    f"{codes[row, column]}"
                )

    @property
    def shape(self) -> tuple[int, int]:
        """(n_out, n_in)."""
        return self.weights.shape[0], self.weights.shape[1]

    @property
    def shifts(self) -> IntArray:
        """`row_shifts`, which are there once the object is built."""
        assert self.row_shifts is not None
        return self.row_shifts

    @property
    def weight_codes(self) -> IntArray:
        """`weights`."""
        return self.weights

    @property
    def weight_places(self) -> int:
        """Binary places of `weight_codes`."""
        return self.weight_fraction

    @property
    def acc_fraction(self) -> int:
        """Binary places of the accumulator: the sum of both factors'."""
        return self.weight_fraction + self.inputs.format.fraction

    @cached_property
    def mantissas(self) -> IntArray:
        """Weights without their rows' shifts, which is what hardware multiplies by."""
        return self.weights >> self.shifts[:, None]

    @cached_property
    def row_biases(self) -> IntArray:
        """Biases without their rows' shifts."""
        return self.bias >> self.shifts

    @property
    def weight_width(self) -> int:
        """Bits of a weight in hardware, two's complement."""
        return signed_width(int(self.mantissas.min()), int(self.mantissas.max()))

    def row_interval(self, output: int) -> tuple[int, int]:
        """Range of one row's sum, its bias included, before its shift."""
        low, high = (ends[output] for ends in self.acc_bounds)
        shift = int(self.shifts[output])
        return low >> shift, high >> shift

    @cached_property
    def row_bounds(self) -> list[tuple[int, int]]:
        """Range of each row's sum before its shift, 0 included."""
        return [(min(0, low), max(0, high)) for low, high in map(self.row_interval, range(self.n_out))]

    @property
    def row_range(self) -> tuple[int, int]:
        """Range of all rows' sums before their shifts."""
        return min(low for low, _ in self.row_bounds), max(high for _, high in self.row_bounds)

    @property
    def row_width(self) -> int:
        """Bits of a row's sum before its shift, wide enough for all rows."""
        return signed_width(*self.row_range)

    def product_range(self) -> tuple[IntArray, IntArray]:
        """See `DenseParams.product_range`; over the whole input format, so that nothing can overflow."""
        ends = [self.weights * code for code in (self.inputs.format.code_min, self.inputs.format.code_max)]
        return np.minimum(*ends), np.maximum(*ends)  # a format holds 0, so that 0 lies between

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description; `row_fractions` where rows have scales of their own."""
        scales = {"row_fractions": (self.weight_fraction - self.shifts).tolist()} if self.shifts.any() else {}
        finest = self.weight_fraction - int(self.shifts.min())
        return super().to_dict() | {"weight": FixedFormat(self.weight_width, finest).to_dict()} | scales


@dataclass(frozen=True, eq=False)
class FixedDenseParams(FixedLayerParams):
    """Parameters of a fixed-point dense layer that is folded over its outputs.

    Parameters
    ----------
    weights, weight_fraction, row_shifts
        See `FixedLayerParams`.
    lanes : int
        Outputs that are computed in parallel, 1 to n_out. One need not divide the other.
    """

    lanes: int = field(kw_only=True)

    kind = "fixed_dense"

    def _check_architecture(self) -> None:
        object.__setattr__(self, "lanes", integer(f"{self.name}: lanes", self.lanes, minimum=1))
        if self.lanes > self.n_out:
            raise InputError(f"{self.name}: lanes must be an int from 1 to {self.n_out}, got {self.lanes}")

    @property
    def passes(self) -> int:
        """Times that the inputs are gone through for one vector."""
        return -(-self.n_out // self.lanes)

    def lane_outputs(self, lane: int) -> list[int | None]:
        """Output of each pass of a lane; None where there is none."""
        outputs = range(lane, self.passes * self.lanes, self.lanes)
        return [output if output < self.n_out else None for output in outputs]

    def lane_weights(self, lane: int) -> list[list[int]]:
        """Weights of a lane without their rows' shifts, pass after pass."""
        return [
            self.mantissas[output].tolist() if output is not None else [0] * self.n_in
            for output in self.lane_outputs(lane)
        ]

    def lane_biases(self, lane: int) -> list[int]:
        """Bias of each pass of a lane, without its row's shift."""
        return [int(self.row_biases[output]) if output is not None else 0 for output in self.lane_outputs(lane)]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        return super().to_dict() | {
            "lanes": self.lanes,
            "passes": self.passes,
            "cycles_per_vector": self.n_in + self.passes * (self.n_in + 1) + self.n_out,
        }


def align_rows(mantissas: object, row_fractions: object, where: str = "align_rows") -> tuple[IntArray, int, IntArray]:
    """Weights of rows with binary places of their own, on the finest of their grids.

    Parameters
    ----------
    mantissas : array_like of int, shape (n_out, n_in)
        A weight's value is mantissas[o, i] * 2**-row_fractions[o].
    row_fractions : array_like of int, shape (n_out,)
    where : str
        What an error begins with.

    Returns
    -------
    weights, weight_fraction, row_shifts
        For `FixedLayerParams`.

    Raises
    ------
    InputError
        If the arrays cannot be used or an aligned weight exceeds 62 bits.
    """
    codes = weight_array(mantissas, where)
    fractions = frozen_int_array(row_fractions, "row_fractions", where, (codes.shape[0],))
    finest = exponent_in_range(int(fractions.max()), f"{where}: row_fractions")
    exponent_in_range(int(fractions.min()), f"{where}: row_fractions")
    # Rows of zeros have no bits to shift out of reach.
    shifts = np.where(codes.any(axis=1), finest - fractions, 0)
    for row in range(len(codes)):
        width = signed_width(int(codes[row].min()), int(codes[row].max())) + int(shifts[row])
        if width > MAX_ACCUMULATOR_WIDTH:
            raise InputError(
                f"{where}: row {row} needs {width} bits on the finest row's grid, at most {MAX_ACCUMULATOR_WIDTH} are "
                "supported; bring the row_fractions closer together"
            )
    return codes << shifts[:, None], finest, shifts
