# SPDX-License-Identifier: Apache-2.0
"""What lemmas about a layer are written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sc_precision.params import DenseParams
from sc_precision.plan.bounds import LayerBounds
from sc_precision.properties.checker.lemma import Table, interval_table


class LayerClaim(Protocol):
    """Hardware, and the integers that it is held against; a `LayerPlan` is one."""

    @property
    def params(self) -> DenseParams:
        """The hardware."""

    @property
    def bounds(self) -> LayerBounds:
        """Exact weights, and intervals of the error against them."""


@dataclass(frozen=True, eq=False)
class Claim:
    """A `LayerClaim` and nothing more.

    Parameters
    ----------
    params : DenseParams
    bounds : LayerBounds
    """

    params: DenseParams
    bounds: LayerBounds


def input_intervals(layer: LayerClaim) -> dict[str, Table]:
    """The range of each input's code that lemmas about a layer rely on, for `Lemma.relies_on`."""
    b = layer.bounds
    return {f"{layer.params.name} input codes": interval_table(b.input_low, b.input_high)}
