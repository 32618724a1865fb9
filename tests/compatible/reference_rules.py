# SPDX-License-Identifier: Apache-2.0
"""The rules of the compatible planners, written down a second time: row by row, slow and plain.

Nothing here uses the package. Formulas are in the order in which the rules state them.
"""

import math

import numpy as np


def next_power_of_two(n):
    power = 1
    while power < n:
        power *= 2
    return power


def adaptive_length(p, epsilon=0.01, confidence=0.95, method="hoeffding", min_length=64, max_length=65536):
    d = 1 - confidence
    square = epsilon * epsilon
    try:
        if method == "hoeffding":
            x = -math.log(d / 2) / (2 * square)
        elif method == "chebyshev":
            x = p * (1 - p) / (square * d)
        else:
            x = p * (1 - p) / square
    except ZeroDivisionError:
        return max_length
    if math.isinf(x):
        return max_length
    return min(next_power_of_two(max(min_length, math.ceil(x))), max_length)


def layer_lengths(weights, min_length=32, max_length=1024, target_error=0.01):
    lengths = []
    for w in weights:
        fan_in = np.asarray(w).shape[1] if np.ndim(w) == 2 else 1
        e = target_error / max(1, math.sqrt(fan_in))
        length = min(max(adaptive_length(0.5, e, 0.95), min_length), max_length)
        lengths.append(min(next_power_of_two(max(length, min_length)), max_length))
    return lengths


def layer_shares(scores, budget, min_length=32, max_length=1024):
    total = sum(scores) or 1
    n = len(scores)
    lengths = []
    for s in scores:
        length = int(s / total * budget / n * n)
        length = min(max(length, min_length), max_length)
        lengths.append(min(next_power_of_two(length), max_length))
    return lengths


def synapse_rows(
    weights,
    names,
    maps=None,
    target_error=0.01,
    min_bits=4,
    max_bits=16,
    min_length=32,
    max_length=4096,
    confidence=0.95,
):
    weights = [np.asarray(w, dtype=np.float64) for w in weights]
    t = target_error / max(1, math.sqrt(sum(w.size for w in weights)))
    rows = []
    for layer, w in enumerate(weights):
        peak = max(abs(float(v)) for v in w.flat)
        matrix = w.reshape(1, -1) if w.ndim == 1 else w
        peak = max(peak, 1e-12)
        scores = np.abs(matrix) / peak if maps is None else np.asarray(maps[layer]).reshape(matrix.shape)
        for o in range(matrix.shape[0]):
            for i in range(matrix.shape[1]):
                found = synapse(float(scores[o, i]), t, min_bits, max_bits, min_length, max_length, confidence)
                rows.append((layer, names[layer], o, i, *found))
    return rows


def synapse(s, t, min_bits, max_bits, min_length, max_length, confidence):
    """Width, length, sensitivity and the three bounds of one synapse."""
    for b in range(min_bits, max_bits + 1):
        q = s * 0.5 / max(1, 2**b - 1)
        if q <= t:
            break
    if s == 0:
        return b, min_length, s, q, 0.0, q
    rem = max(t - q, t / 4)
    eps = max(rem / s, 1e-12)
    length = adaptive_length(0.5, eps, confidence, "hoeffding", min_length, max_length)
    r = s * math.sqrt(-math.log((1 - confidence) / 2) / (2 * length))
    return b, length, s, q, r, q + r


def cost_summary(rows):
    if not rows:
        return [0.0, 0.0, 0.0, 0.0]
    longest = max(row[5] for row in rows)
    cost = math.fsum(row[4] * math.log2(row[5]) for row in rows)
    uniform = math.fsum(row[4] * math.log2(longest) for row in rows)
    return [cost, uniform, uniform - cost, (uniform - cost) / uniform if uniform > 0 else 0.0]


def bit_level_sensitivity(weights, lengths, trials, rng):
    """The definition of the sensitivity score with real bits, vectorised over the trials. One 2-D layer."""
    m, n = weights.shape
    clipped = np.clip(weights, 0, 1)
    x = rng.random((trials, n))
    target = np.maximum(x @ weights.T, 0)
    errors = []
    for length in lengths:
        estimate = np.zeros((trials, m))
        for _ in range(5):
            inputs = rng.random((trials, length, 1, n)) < x[:, None, None, :]
            stored = rng.random((trials, length, m, n)) < clipped
            estimate += (inputs & stored).sum(axis=(1, 3)) / length
        errors.append(np.abs(estimate / 5 - target).mean(axis=1))
    return np.max(errors, axis=0) - np.min(errors, axis=0)
