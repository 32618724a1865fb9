# SPDX-License-Identifier: Apache-2.0
"""Sensitivity scores without sampled streams: a folded normal in closed form, and exact gains of ReLU nets."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sc_precision.arguments import integer, positive
from sc_precision.compatible.sensitivity import MAX_DRAWS, RUNS, check_lengths, clip_weights, generators, outputs
from sc_precision.compatible.weights import check_weights
from sc_precision.errors import InputError

Array = NDArray[np.float64]
_erf = np.vectorize(math.erf, otypes=[np.float64])


def folded_normal_scores(
    layer_weights: Iterable[ArrayLike],
    lengths: Iterable[int] | None = None,
    n_inputs: int = 100,
    seed: int = 42,
) -> list[float]:
    """Score every layer by the range over the lengths of its *mean* output error.

    The error of an output at length L, given its input x, is close to normal: mean Wc x - max(W x, 0) and
    variance sum_i p_i (1 - p_i) / (5 L) with p_i = x_i Wc_oi, Wc being W clipped to [0, 1] and 5 the number of
    runs averaged. Its mean absolute value is that of a folded normal, in closed form; only x is sampled,
    with the same inputs for all lengths. `analyze_sensitivity` scores the mean of the range instead, which is
    never smaller: it also counts the luck of its draws as range.

    Parameters
    ----------
    layer_weights : iterable of array_like
        One array per layer: outputs x inputs, or 1-D for one output.
    lengths : iterable of int, optional
        Candidate lengths in bits; 32, 64, ..., 1024 by default.
    n_inputs : int
        Inputs to average over, uniform on [0, 1)^n, at least 1.
    seed : int
        Seed of the inputs, at least 0.

    Returns
    -------
    list of float
        One score per layer, at least 0.

    Raises
    ------
    InputError
        If an argument is out of range, an array cannot be used or an output overflows.
    """
    layers = check_weights(layer_weights)
    candidates = check_lengths(lengths)
    draws = integer("n_inputs", n_inputs, minimum=1, maximum=MAX_DRAWS)
    scores = []
    for index, rng in enumerate(generators(seed, len(layers))):
        weights = np.atleast_2d(layers[index])
        clipped = clip_weights(weights)
        block = max(1, weights.size // sum(weights.shape))  # keeps the work arrays at O(m n)
        totals = np.zeros(len(candidates))
        for start in range(0, draws, block):
            x = rng.random((weights.shape[1], min(block, draws - start)))
            mean = clipped @ x
            bias = mean - outputs(index, weights, x)
            variance = np.maximum(mean - np.square(clipped) @ np.square(x), 0.0)
            for k, length in enumerate(candidates):
                totals[k] += _folded_mean(bias, np.sqrt(variance / (RUNS * length))).sum()
        scores.append(float((totals.max() - totals.min()) / (draws * len(weights))))
    return scores


def relu_gain_maps(layer_weights: Iterable[ArrayLike], *, input_max: float = 1.0) -> list[Array]:
    """Bound what an error in each weight does to the outputs of a ReLU network without biases.

    ReLU never enlarges a difference, so an error e in weight (o, i) of layer l moves output k of the network by
    at most |e| u_i G_ko, where G = |W_D| ... |W_(l+1)| is the product over the layers that follow and u_i
    the largest value that input i of the layer can take, u = max(W, 0) u of the layer before. No Jacobian is
    sampled: the bound holds for every input, and non-negative networks reach it.

    Parameters
    ----------
    layer_weights : iterable of array_like
        Layers in order, outputs x inputs (1-D for one output); each has as many inputs as the one before
        has outputs.
    input_max : float
        Largest value of a network input, greater than 0; the smallest is 0.

    Returns
    -------
    list of ndarray of float64
        One map per layer in the shape of its weights: max over the outputs k of G_ko u_i, in output units per
        unit of weight. Fit for `assign_synapse_precisions(sensitivity_maps=...)`.

    Raises
    ------
    InputError
        If an array cannot be used, the shapes do not chain or a gain overflows.
    """
    layers, gains, reach = _chain(layer_weights, input_max)
    return [
        np.outer(gain.max(axis=0), peak).reshape(layer.shape)
        for layer, gain, peak in zip(layers, gains, reach, strict=True)
    ]


def relu_gain_scores(layer_weights: Iterable[ArrayLike], *, input_max: float = 1.0) -> list[float]:
    """Bound what an error in all weights of a layer does to the outputs of a ReLU network without biases.

    As `relu_gain_maps`, but with every weight of the layer off by up to one unit at once: the score is the
    max over the outputs k of sum_o sum_i G_ko u_i.

    Parameters
    ----------
    layer_weights, input_max
        See `relu_gain_maps`.

    Returns
    -------
    list of float
        One score per layer, in output units per unit of weight.

    Raises
    ------
    InputError
        See `relu_gain_maps`.
    """
    _, gains, reach = _chain(layer_weights, input_max)
    return [float((gain.sum(axis=1) * peak.sum()).max()) for gain, peak in zip(gains, reach, strict=True)]


def _chain(layer_weights: Iterable[ArrayLike], input_max: float) -> tuple[list[Array], list[Array], list[Array]]:
    """Return the layers, their gains to the network's outputs (K x m) and the peaks of their inputs (n)."""
    layers = check_weights(layer_weights)
    matrices = [np.atleast_2d(layer) for layer in layers]
    for index, (before, after) in enumerate(pairwise(matrices), start=1):
        if after.shape[1] != before.shape[0]:
            raise InputError(
                f"layer_weights[{index}] must have {before.shape[0]} inputs, the outputs of the layer before, "
                f"got shape {after.shape}"
            )
    peak = positive("input_max", input_max)
    reach = [np.full(matrix.shape[1], peak) for matrix in matrices[:1]]
    gains = [np.eye(len(matrix)) for matrix in matrices[-1:]]
    with np.errstate(over="ignore", invalid="ignore"):
        for matrix in matrices[:-1]:
            reach.append(np.maximum(matrix, 0.0) @ reach[-1])
        for matrix in matrices[:0:-1]:
            gains.append(gains[-1] @ np.abs(matrix))
        gains.reverse()
        for index, (gain, reached) in enumerate(zip(gains, reach, strict=True)):
            if not np.isfinite(gain.sum(axis=1) * reached.sum()).all():
                raise InputError(f"layer_weights[{index}]: the gain overflows; scale the weights down")
    return layers, gains, reach


def _folded_mean(mean: Array, deviation: Array) -> Array:
    """Mean of |N(mean, deviation^2)|, elementwise (Leone, Nelson and Nottingham 1961)."""
    deviation = np.maximum(deviation, 1e-300)  # no noise: the limit is |mean|, without a division by zero
    with np.errstate(over="ignore"):
        z = mean / (deviation * math.sqrt(2.0))
        spread = deviation * math.sqrt(2.0 / math.pi) * np.exp(-np.square(z))
    folded: Array = spread + mean * _erf(z)
    return folded
