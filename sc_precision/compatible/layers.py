# SPDX-License-Identifier: Apache-2.0
"""One bitstream length per layer: the compatible layer planner."""

from __future__ import annotations

import math
from collections.abc import Iterable

from numpy.typing import ArrayLike

from sc_precision.arguments import choice, int_range, positive, show
from sc_precision.compatible.lengths import hoeffding_bits, hoeffding_factor, rounded_length
from sc_precision.compatible.sensitivity import analyze_sensitivity
from sc_precision.compatible.weights import check_names, check_weights
from sc_precision.errors import InputError
from sc_precision.rows import LayerPrecision

METHODS = ("hoeffding", "sensitivity", "proportional")

_CONFIDENCE = 0.95
_STREAM_LIMITS = (64, 65536)
"""Limits of the length of one stream, before those of the layer: the defaults of `adaptive_length`."""


def assign_lengths(
    layer_weights: Iterable[ArrayLike],
    layer_names: Iterable[str] | None = None,
    total_budget: float | None = None,
    min_length: int = 32,
    max_length: int = 1024,
    target_error: float = 0.01,
    method: str = "hoeffding",
) -> list[LayerPrecision]:
    """Give every layer one bitstream length.

    A compatible planner: it keeps the published rule number for number, and its figures are no guarantee.
    `error_bound` is 0.5 / sqrt(L), **one standard deviation of a single stream** of mean 1/2: the output of
    a layer stays within it 80 % of the time at fan-in 1, 13 % at 64 and 3 % at 784. A length that
    `max_length` cuts misses `target_error` in silence, `target_error` is not used by the sensitivity rule,
    and rounding up to powers of two overruns `total_budget`. A plan with a guarantee comes from
    `plan_network`.

    Parameters
    ----------
    layer_weights : iterable of array_like
        One array per layer: outputs x inputs, or 1-D. Fan-in is the number of columns, 1 for a 1-D array.
    layer_names : iterable of str, optional
        One different name per layer; ``layer_0``, ``layer_1``, ... by default.
    total_budget : float, optional
        Bits for all layers together, greater than 0; `max_length` times the number of layers by default.
        The ``hoeffding`` rule does not use it.
    min_length, max_length : int
        Limits in bits, 1 <= min <= max; `max_length` a power of two.
    target_error : float
        Error of a layer's output, greater than 0.
    method : {"hoeffding", "sensitivity", "proportional"}
        ``hoeffding``: the Hoeffding length (95 %) at target_error / sqrt(fan-in), at least 64. The other
        two are one rule: a share of the budget in proportion to `analyze_sensitivity`.

    Returns
    -------
    list of LayerPrecision
        Lengths are powers of two within the limits (rounded up, so above a `min_length` that is none).

    Raises
    ------
    InputError
        If an argument is out of range or an array cannot be used.
    """
    low, high = int_range("min_length", min_length, "max_length", max_length)
    if high & (high - 1):
        raise InputError(
            f"max_length must be a power of two because lengths are rounded up to one, got {show(max_length)}"
        )
    target = positive("target_error", target_error)
    choice("method", method, METHODS)
    layers = check_weights(layer_weights)
    names = check_names(layer_names, len(layers))
    if method == "hoeffding":
        fan_in = [weights.shape[1] if weights.ndim == 2 else 1 for weights in layers]
        wanted = [_hoeffding_length(target / math.sqrt(n)) for n in fan_in]
        scores = [0.0] * len(layers)
    else:
        budget = float(high * len(layers)) if total_budget is None else positive("total_budget", total_budget)
        scores = analyze_sensitivity(layers)
        wanted = _shares(scores, budget, high)
    lengths = [rounded_length(min(max(bits, low), high), low, high) for bits in wanted]
    return [
        LayerPrecision(index, name, length, 0.5 / math.sqrt(length), score)
        for index, (name, length, score) in enumerate(zip(names, lengths, scores, strict=True))
    ]


def _hoeffding_length(epsilon: float) -> int:
    return rounded_length(hoeffding_bits(hoeffding_factor(_CONFIDENCE), epsilon), *_STREAM_LIMITS)


def _shares(scores: list[float], budget: float, limit: int) -> list[int]:
    """Split the budget in proportion to the scores, each share cut to the limit."""
    total = sum(scores)
    if math.isinf(total):
        raise InputError("layer_weights: the sum of the sensitivities overflows; scale the weights down")
    count = len(scores)
    # divided by the count and multiplied again as the published rule does: the rounding is part of the figure
    return [int(min(score / (total or 1.0) * budget / count * count, limit)) for score in scores]
