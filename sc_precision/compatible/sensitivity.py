# SPDX-License-Identifier: Apache-2.0
"""Sensitivity of a layer to the bitstream length, by sampling the counts of its streams.

The bit-level definition draws input streams of mean x and weight streams of mean Wc (the weights clipped to
[0, 1]), ANDs them bit by bit and counts the ones of each output. Only the counts matter. Over the 5 L bits of
five runs the ones of input stream i number K_i ~ Bin(5L, x_i); the weight bits at those places are
independent of it and of the other outputs, so

    count_o = sum_i Bin(K_i, Wc_oi)

has exactly the distribution of the bits, at a cost that does not depend on L. Given K, its normal limit has mean
sum_i K_i Wc_oi and variance sum_i K_i Wc_oi (1 - Wc_oi).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sc_precision.arguments import choice, integer, show
from sc_precision.compatible.weights import check_weights
from sc_precision.errors import InputError

DEFAULT_LENGTHS = (32, 64, 128, 256, 512, 1024)
RUNS = 5
"""Bit-level runs that one estimate averages."""
MAX_LENGTH = 1 << 56
"""Longest candidate; `RUNS` times it is a count that int64 and the binomial sampler hold."""
MAX_DRAWS = 1 << 24
"""Most inputs that are drawn; more would not come back."""
MIN_VARIANCE = 100.0
"""Least variance of a count for which its normal limit is drawn; the mean error is then right to 0.1 %."""

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Sampler = Callable[[Counts], Array]
"""From the ones in each input stream to the ones counted at each output."""


def analyze_sensitivity(
    layer_weights: Iterable[ArrayLike],
    lengths: Iterable[int] | None = None,
    n_trials: int = 100,
    seed: int = 42,
    *,
    sampling: str = "normal",
) -> list[float]:
    """Score every layer by how much the bitstream length changes its output error.

    One trial draws an input x, uniform on [0, 1)^n, takes the error of each length (mean over the outputs of
    |estimate - max(W x, 0)|, the estimate made with the weights clipped to [0, 1]), and scores the largest
    error minus the smallest. **Negative weights and weights above 1 are clipped away in the estimate but not
    in the target**: on signed layers the error of the clipping, which no length changes, hides the rest.
    `folded_normal_scores` has the same blind spot; `relu_gain_maps` has not.

    Parameters
    ----------
    layer_weights : iterable of array_like
        One array per layer: outputs x inputs, or 1-D for one output.
    lengths : iterable of int, optional
        Candidate lengths in bits, each at least 1; 32, 64, ..., 1024 by default.
    n_trials : int
        Trials to average, at least 1.
    seed : int
        Seed, at least 0. A layer's score depends on the seed and its position, not on the other layers.
    sampling : {"normal", "binomial"}
        ``binomial`` draws the counts themselves. ``normal`` draws their normal limit given K, which is much
        faster, and the counts of those outputs whose variance is too small for it.

    Returns
    -------
    list of float
        One score per layer, at least 0.

    Raises
    ------
    InputError
        If an argument is out of range, an array cannot be used, or weights are so large that an output
        overflows.

    Notes
    -----
    Memory is O(m n) for a layer of m outputs and n inputs; time is O(n_trials * lengths * m n).
    """
    layers = check_weights(layer_weights)
    candidates = check_lengths(lengths)
    trials = integer("n_trials", n_trials, minimum=1, maximum=MAX_DRAWS)
    choice("sampling", sampling, _SAMPLERS)
    scores = []
    for index, rng in enumerate(generators(seed, len(layers))):
        weights = np.atleast_2d(layers[index])
        counts = _SAMPLERS[sampling](clip_weights(weights), rng)
        score = 0.0
        for _ in range(trials):
            x = np.asarray(rng.random(weights.shape[1]))
            target = outputs(index, weights, x)
            errors = []
            for bits in (RUNS * length for length in candidates):
                ones = np.asarray(rng.binomial(bits, x))
                errors.append(float(np.abs(counts(ones) / bits - target).mean()))
            score += max(errors) - min(errors)
        scores.append(score / trials)
    return scores


def check_lengths(lengths: object) -> tuple[int, ...]:
    """Return the candidate lengths, or raise InputError."""
    if lengths is None:
        return DEFAULT_LENGTHS
    if isinstance(lengths, str) or not isinstance(lengths, Iterable):
        raise InputError(f"lengths must be a list, got {show(lengths)}")
    checked = tuple(integer("length", value, minimum=1, maximum=MAX_LENGTH) for value in lengths)
    if not checked:
        raise InputError("lengths must not be empty; give at least one length or None for 32 to 1024")
    return checked


def generators(seed: int, count: int) -> list[np.random.Generator]:
    """Return one independent generator per layer."""
    children = np.random.SeedSequence(integer("seed", seed, minimum=0)).spawn(count)
    return [np.random.default_rng(child) for child in children]


def clip_weights(weights: Array) -> Array:
    """Return the weights as the streams hold them, clipped to [0, 1]."""
    return np.clip(weights, 0.0, 1.0)


def outputs(index: int, weights: Array, x: Array) -> Array:
    """Return max(W x, 0) with the weights as they are, for one x or for columns of x; InputError if it overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        product = weights @ x
    if not np.isfinite(product).all():
        raise InputError(f"layer_weights[{index}] is so large that an output overflows; scale it down")
    return np.maximum(product, 0.0)


def _binomial(clipped: Array, rng: np.random.Generator) -> Sampler:
    """Sample count_o = sum_i Bin(K_i, Wc_oi)."""

    def counts(ones: Counts) -> Array:
        drawn: Array = rng.binomial(ones, clipped).sum(axis=1, dtype=np.float64)
        return drawn

    return counts


def _normal(clipped: Array, rng: np.random.Generator) -> Sampler:
    """Sample the normal limit of the counts given K, or the counts themselves where that is too coarse."""
    variances = clipped * (1.0 - clipped)

    def counts(ones: Counts) -> Array:
        mean: Array = clipped @ ones
        variance: Array = variances @ ones
        sampled = mean + np.sqrt(variance) * rng.standard_normal(len(mean))
        coarse = np.flatnonzero(variance < MIN_VARIANCE)
        if coarse.size:
            sampled[coarse] = rng.binomial(ones, clipped[coarse]).sum(axis=1)
        return sampled

    return counts


_SAMPLERS: dict[str, Callable[[Array, np.random.Generator], Sampler]] = {
    "binomial": _binomial,
    "normal": _normal,
}
