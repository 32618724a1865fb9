# SPDX-License-Identifier: Apache-2.0
"""What lemmas about a layer are written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from sc_precision.errors import ConsistencyError, InputError
from sc_precision.network import Dense
from sc_precision.params import DenseParams, IntArray
from sc_precision.params.kind import Ends
from sc_precision.plan.bounds import LayerBounds, layer_bounds
from sc_precision.properties.checker.lemma import Table, interval_table

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
_EXACT_BITS = 53


class LayerClaim(Protocol[P_co]):
    """Hardware, and the integers that it is held against; a `LayerPlan` is one."""

    @property
    def params(self) -> P_co:
        """The hardware."""

    @property
    def bounds(self) -> LayerBounds:
        """Exact weights, and intervals of the error against them."""


@dataclass(frozen=True, eq=False)
class Claim(Generic[P]):
    """A `LayerClaim` in a chain of layers.

    `given` is what it is held against, None where its own parameters say it; `follows` the range of each output code
    that what follows relies on.
    """

    params: P
    given: LayerBounds | None
    follows: Ends | None = None

    @property
    def bounds(self) -> LayerBounds:
        """What it is held against; ConsistencyError if that is nothing but its own parameters."""
        if self.given is None:
            raise ConsistencyError(f"{getattr(self.params, 'name', 'a layer')}: has no bounds to be held against")
        return self.given


def input_intervals(layer: LayerClaim[DenseParams]) -> dict[str, Table]:
    """The range of each input's code that lemmas about a layer rely on, for `Lemma.relies_on`."""
    b = layer.bounds
    return {f"{layer.params.name} input codes": interval_table(b.input_low, b.input_high)}


def own_dense(params: DenseParams) -> Dense:
    """The trained layer that has the parameters' own weights and biases; InputError if one of them is no float64."""
    for what, codes in (("weight", params.weight_codes), ("bias", params.bias)):
        widest = max(-int(codes.min()), int(codes.max())).bit_length()
        if widest > _EXACT_BITS:
            raise InputError(
                f"{params.name}: a {what} of {widest} bits is no float64, so that there are no lemmas about it; use "
                f"at most {_EXACT_BITS}"
            )
    bias = np.ldexp(params.bias.astype(np.float64), -params.acc_fraction)
    return Dense(params.weight_values, bias, params.activation, params.name)


def exact_bounds(
    params: DenseParams, input_low: IntArray, input_high: IntArray, log2: int | None = None
) -> LayerBounds:
    """Integers of a layer against its own weights and biases: no rounding, only what streams are off by.

    0 is added to the range of each input's code; for `log2`, of an estimate, and errors, see `layer_bounds`.
    """
    return layer_bounds(params, own_dense(params), np.minimum(input_low, 0), np.maximum(input_high, 0), log2)
