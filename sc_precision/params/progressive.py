# SPDX-License-Identifier: Apache-2.0
"""Parameters of stochastic dense layers that can be stopped early."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from sc_precision.errors import InputError
from sc_precision.formats import FixedFormat
from sc_precision.params.codes import MAX_ACCUMULATOR_WIDTH, IntArray, signed_width
from sc_precision.params.stochastic import StochasticDenseParams


@dataclass(frozen=True, eq=False)
class ProgressiveDenseParams(StochasticDenseParams):
    r"""Parameters of a stochastic dense layer whose running estimate is a result at every power of two of cycles.

    A ramp says nothing about large inputs before it ends. Here the input streams compare with the reversed counter (van
    der Corput) and the weight streams with the second Sobol' dimension under a mask: the first 2\ :sup:`j` pairs of the
    two are a (0, j, 2)-net in base 2 for every j, so that they fill the square evenly. After 2\ :sup:`j` of
    2\ :sup:`m` cycles the result is the sum so far times 2\ :sup:`m-j`, plus the bias.

    All synapses have one stream length: the sum so far is scaled as a whole.
    """

    kind = "stochastic_dense_progressive"
    stoppable = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.classes) > 1:
            raise InputError(
                f"{self.name}: a layer that can be stopped early has one stream length, got "
                f"{', '.join(str(1 << m) for m in self.classes)}; use the longest for all synapses"
            )
        low, high = self.sum_range
        if signed_width(low, high) > MAX_ACCUMULATOR_WIDTH:
            raise InputError(f"{self.name}: the sum of its streams needs more than {MAX_ACCUMULATOR_WIDTH} bits")

    @classmethod
    def from_uniform(cls, params: StochasticDenseParams) -> ProgressiveDenseParams:
        """The layer `params`, which has one stream length, with streams that can be stopped early."""
        return cls(**{entry.name: getattr(params, entry.name) for entry in fields(StochasticDenseParams)})

    def product_range(self) -> tuple[IntArray, IntArray]:
        """See `DenseParams.product_range`; the first cycle alone may estimate any product as 0 or 1."""
        if self.bipolar:
            return super().product_range()
        whole = np.sign(self.levels) << self.max_log2
        return np.minimum(0, whole), np.maximum(0, whole)

    @property
    def sum_range(self) -> tuple[int, int]:
        """Range of the scaled sums of all outputs, bias and `acc_start` aside."""
        ends = [self.step_range(output) for output in range(self.n_out)]
        return min(low for low, _ in ends) << self.max_log2, max(high for _, high in ends) << self.max_log2

    @cached_property
    def row_start(self) -> IntArray:
        """Rows count from 0; the bias is added to the scaled sum."""
        return np.zeros(self.n_out, dtype=np.int64)

    @property
    def row_ends(self) -> tuple[list[int], list[int]]:
        """Least and greatest of what each row holds, at any moment."""
        return [self.sum_range[0]] * self.n_out, [self.sum_range[1]] * self.n_out

    @property
    def row_format(self) -> FixedFormat:
        """Of the rows' sums and of these scaled."""
        return FixedFormat(signed_width(*self.sum_range), self.acc_fraction, signed=True)

    @property
    def log2_width(self) -> int:
        """Bits of log2 of the cycles that a result rests on."""
        return max(1, self.max_log2.bit_length())

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        streams = {"input_streams": "van_der_corput", "weight_streams": "masked_sobol_2"}
        return super().to_dict() | streams | {"stop_after_cycles": [1 << j for j in range(self.max_log2 + 1)]}


def check_progressive(params: object, log2: int) -> ProgressiveDenseParams:
    """Return the params if the layer has an estimate after 2**log2 cycles, or raise InputError."""
    if not isinstance(params, ProgressiveDenseParams):
        name, kind = getattr(params, "name", "layer"), getattr(params, "kind", type(params).__name__)
        raise InputError(
            f"{name}: the first cycles of a {kind} layer are no estimate of its result (a ramp begins with 1s, "
            "whatever its length); use ProgressiveDenseParams"
        )
    if not 0 <= log2 <= params.max_log2:
        raise InputError(f"{params.name}: estimates exist after 2**0 to 2**{params.max_log2} cycles, got 2**{log2}")
    return params
