# SPDX-License-Identifier: Apache-2.0
"""Shortest random bitstreams that keep a target with a stated confidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sc_precision.arguments import int_range, positive, power_of_two
from sc_precision.errors import TargetError
from sc_precision.modes import Sharing
from sc_precision.network import FloatArray, Network
from sc_precision.params import MAX_STREAM_LOG2, StreamEncoding
from sc_precision.plan.statistical import MAX_LEVEL_BITS, Model, StatisticalBound


def plan_statistical_lengths(
    network: Network,
    *,
    target_error: float,
    confidence: float = 0.95,
    encoding: str = StreamEncoding.UNIPOLAR,
    method: str = "best",
    sharing: object = Sharing.INDEPENDENT,
    level_bits: int = 16,
    min_length: int = 16,
    max_length: int = 1 << MAX_STREAM_LOG2,
) -> StatisticalBound:
    """Power-of-two stream length of each layer, least in sum (cycles of one vector), that meets a target.

    Parameters
    ----------
    network : Network
    target_error : float
        Largest absolute error of any output, with probability `confidence`.
    confidence, encoding, method, sharing, level_bits
        See `statistical_bound`.
    min_length, max_length : int
        Powers of two from 1 to 65536.

    Returns
    -------
    StatisticalBound
        Its `lengths` are the plan; its `bound` is at most the target.

    Raises
    ------
    InputError
        If an argument cannot be used.
    TargetError
        If the longest streams miss the target, with the best bound within reach and what binds.
    """
    target = positive("target_error", target_error)
    low, high = int_range("min_length", min_length, "max_length", max_length)
    for name, value in (("min_length", low), ("max_length", high)):
        power_of_two(name, value, minimum=1, maximum=1 << MAX_STREAM_LOG2)
    model = Model(
        network, confidence=confidence, encoding=encoding, method=method, sharing=sharing, level_bits=level_bits
    )
    longest = model.bound([high] * len(model.layers))
    if longest.bound > target:
        raise _out_of_reach(model, longest, target, high)
    options = [1 << k for k in range(low.bit_length() - 1, high.bit_length())]
    fixed, parts = _contributions(model, options)
    best = _shortest(target - fixed, parts, options) or [high] * len(model.layers)
    # The parts were rounded outward one by one, so their sum may be an ulp off the bound's; the bound decides.
    bound = model.bound(best)
    return bound if bound.bound <= target else longest


def _contributions(model: Model, options: list[int]) -> tuple[FloatArray, list[list[FloatArray]]]:
    """What each layer's noise adds to the outputs, at each length; and what is there without noise."""
    layers = model.layers
    fixed = np.zeros(layers[0].dense.n_in)
    for layer in layers:
        fixed = layer.propagate(fixed + layer.input_rounding) + layer.weight_rounding
    parts = []
    for index, layer in enumerate(layers):
        row = []
        for length in options:
            lengths = np.full(layer.dense.weight.shape, length, dtype=np.int64)
            error = np.add(*layer.random_part(lengths, model.failure, model.method))
            for later in layers[index + 1 :]:
                error = later.propagate(error)
            row.append(error)
        parts.append(row)
    return fixed, parts


def _shortest(room: FloatArray, parts: list[list[FloatArray]], options: list[int]) -> list[int] | None:
    """Lengths of least sum whose parts, which fall with the length, stay within the room of every output."""
    depth = len(parts)
    least_after = [np.sum([row[-1] for row in parts[index + 1 :]], axis=0) for index in range(depth)]
    fits = ((room >= np.sum([row[index] for row in parts], axis=0)).all() for index in range(len(options)))
    uniform = next((length for length, fit in zip(options, fits, strict=False) if fit), options[-1])

    def keeps(chosen: list[int]) -> bool:
        left = room
        for row, length in zip(parts, chosen, strict=False):
            left = left - row[options.index(length)]
        return bool((left >= least_after[len(chosen) - 1]).all())

    return least_lengths(depth, options, keeps, depth * uniform + 1)


def least_lengths(
    depth: int, options: Sequence[int], keeps: Callable[[list[int]], bool], below: int
) -> list[int] | None:
    """Lengths of `depth` layers with the least sum, which is under `below`, or None; searched depth first.

    `options` ascend; `keeps` takes the first layers' lengths, the others being at their longest.
    """
    best: list[int] | None = None

    def search(chosen: list[int], cycles: int) -> None:
        nonlocal best, below
        for length in options:
            total = cycles + length
            # Options ascend, so from here on all are too long.
            if total + (depth - len(chosen) - 1) * options[0] >= below:
                return
            if not keeps([*chosen, length]):
                continue
            if len(chosen) + 1 == depth:
                best, below = [*chosen, length], total
                return
            search([*chosen, length], total)

    search([], 0)
    return best


def _out_of_reach(model: Model, longest: StatisticalBound, target: float, high: int) -> TargetError:
    """The error that says what is within reach, and what to change."""
    noiseless = _contributions(model, [high])[0].max()
    reached = f"target_error {target:.6g} is out of reach: the best bound is {longest.bound:.6g}"
    if noiseless >= target and model.level_bits < MAX_LEVEL_BITS:
        message = f"rounding alone gives {noiseless:.6g}; raise level_bits above {model.level_bits}"
        binding = "level_bits"
    elif high < 1 << MAX_STREAM_LOG2:
        message = f"raise max_length above {high}"
        binding = "max_length"
    else:
        message = f"lower the confidence of {model.confidence!r}, use a looser target or deterministic streams"
        binding = "confidence"
    return TargetError(f"{reached}; {message}", reachable=longest.bound, binding=binding)
