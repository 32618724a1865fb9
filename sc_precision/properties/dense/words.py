# SPDX-License-Identifier: Apache-2.0
"""The rational weights and biases of a folded layer, as the lanes' ROMs are laid out."""

from __future__ import annotations

from typing import Any

import numpy as np

from sc_precision.params import BlockFloatDenseParams, FixedDenseParams, IntArray, signed_width
from sc_precision.properties.dense.claims import LayerClaim

Folded = FixedDenseParams | BlockFloatDenseParams


def lane_order(p: Folded, lane: int, values: np.typing.NDArray[Any], idle: np.typing.ArrayLike = 0) -> list[int]:
    """Values of a lane's outputs, pass by pass; `idle` where it has none."""
    idle = np.broadcast_to(np.asarray(idle, dtype=values.dtype), values.shape[1:])
    rows = [idle if output is None else values[output] for output in p.lane_outputs(lane)]
    order: list[int] = np.ravel(rows).tolist()
    return order


def lane_words(layer: LayerClaim[Folded], lane: int) -> dict[str, list[int]]:
    """What a lane's words stand for, in units of 2**-k of their last places, and what they differ from that."""
    b = layer.bounds
    words = {"weight": b.reference_weights, "weight_error": b.weight_error}
    words |= {"bias": b.reference_bias, "bias_error": b.bias_error}
    return {what: lane_order(layer.params, lane, values) for what, values in words.items()}


def comparison_width(held: int, k: int, reference: IntArray) -> int:
    """Bits in which words of `held` bits are compared with the rational ones, in units of 2**-k of their last place."""
    return max(held + k, signed_width(int(reference.min()), int(reference.max()))) + 1
