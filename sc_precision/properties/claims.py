# SPDX-License-Identifier: Apache-2.0
"""What lemmas about a layer are written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sc_precision.params import DenseParams
from sc_precision.plan.bounds import LayerBounds


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
