# SPDX-License-Identifier: Apache-2.0
import math

import numpy as np
import pytest

from sc_precision import (
    InputError,
    analyze_sensitivity,
    assign_synapse_precisions,
    folded_normal_scores,
    relu_gain_maps,
    relu_gain_scores,
)
from sc_precision.compatible.scores import _folded_mean

RNG = np.random.default_rng(21)


@pytest.mark.parametrize("mean", [0.0, 0.3, -0.3, 5.0, -1e-3])
@pytest.mark.parametrize("deviation", [1e-3, 0.5, 2.0])
def test_folded_mean_is_that_of_draws(mean, deviation):
    drawn = np.abs(mean + deviation * np.random.default_rng(1).standard_normal(400_000))
    error = drawn.std() / math.sqrt(len(drawn))
    assert _folded_mean(np.array([mean]), np.array([deviation]))[0] == pytest.approx(drawn.mean(), abs=4 * error)


def test_folded_mean_without_noise():
    means = np.array([0.0, 1.5, -2.5, 1e300, 5e-324])
    assert _folded_mean(means, np.zeros(5)).tolist() == pytest.approx(np.abs(means).tolist(), abs=1e-290)


@pytest.mark.parametrize("shape", [(16, 32), (1, 8), (40, 3)])
def test_score_is_the_range_of_the_mean_errors(shape):
    """Against the errors of sampled counts, averaged for each length before the range is taken."""
    weights = np.random.default_rng(2).random(shape)
    rng = np.random.default_rng(3)
    errors = []
    for length in (32, 1024):
        total = 0.0
        for _ in range(3000):
            x = rng.random(shape[1])
            counts = rng.binomial(rng.binomial(5 * length, x), weights).sum(axis=1)
            total += np.abs(counts / (5 * length) - weights @ x).mean()
        errors.append(total / 3000)
    (score,) = folded_normal_scores([weights], n_inputs=500)
    assert score == pytest.approx(max(errors) - min(errors), rel=0.04)


def test_score_is_below_the_mean_of_the_ranges():
    weights = [RNG.random((8, 20)), RNG.normal(size=(8, 20))]
    closed = folded_normal_scores(weights, n_inputs=2000)
    sampled = analyze_sensitivity(weights, n_trials=2000)
    assert all(0 < a < b for a, b in zip(closed, sampled, strict=True))


def test_scores_fall_with_longer_streams_and_work_in_blocks():
    weights = [RNG.random((3, 2))]
    assert folded_normal_scores(weights, [8, 16])[0] > folded_normal_scores(weights, [64, 128])[0] > 0
    assert folded_normal_scores(weights, [64]) == [0.0]
    assert folded_normal_scores(weights) == folded_normal_scores(weights, seed=42, n_inputs=100)
    assert type(folded_normal_scores(weights)[0]) is float
    one_output = np.random.default_rng(4).random(6)
    assert folded_normal_scores([one_output]) == folded_normal_scores([one_output[None]])
    assert folded_normal_scores([np.zeros(3), -np.ones(2)]) == [0.0, 0.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_inputs": 0}, "n_inputs must be at least 1, got 0"),
        ({"lengths": []}, "lengths must not be empty"),
        ({"seed": 1.5}, "seed must be an int, got 1.5"),
        ({"layer_weights": [[1.7e308] * 50]}, r"layer_weights\[0\] is so large that an output overflows"),
    ],
)
def test_folded_normal_bad_arguments(arguments, message):
    with pytest.raises(InputError, match=f"^{message}"):
        folded_normal_scores(**{"layer_weights": [[0.5]], **arguments})


def run(layers, x):
    for weights in layers:
        x = np.maximum(np.atleast_2d(weights) @ x, 0)
    return x


def test_gains_by_hand():
    layers = [[[1.0, -2.0], [3.0, 0.5]], [[1.0, -1.0], [0.0, 2.0], [0.5, 0.0]]]
    # reach: inputs 1, hidden (1, 3.5); gains of the hidden units: largest of (1, 0, .5) and of (1, 2, 0)
    maps = relu_gain_maps(layers)
    assert maps[0].tolist() == [[1.0, 1.0], [2.0, 2.0]]
    assert maps[1].tolist() == [[1.0, 3.5]] * 3
    # output 0 sees hidden 0 and 1 with 1 each, output 1 hidden 1 with 2, times the sum 2 of the inputs
    assert relu_gain_scores(layers) == [4.0, 4.5]
    assert [m.tolist() for m in relu_gain_maps(layers, input_max=0.5)] == [(m / 2).tolist() for m in maps]


@pytest.mark.parametrize("seed", range(5))
def test_no_error_in_one_weight_moves_an_output_by_more(seed):
    rng = np.random.default_rng(seed)
    layers = [rng.normal(size=shape) for shape in ((6, 4), (5, 6), (3, 5))]
    maps = relu_gain_maps(layers)
    for _ in range(400):
        x = rng.random(4) * rng.integers(0, 2, 4)
        layer = rng.integers(3)
        o, i = (int(rng.integers(n)) for n in layers[layer].shape)
        moved = [w.copy() for w in layers]
        step = rng.choice([-1, 1]) * 10.0 ** rng.uniform(-6, 1)
        moved[layer][o, i] += step
        change = np.abs(run(moved, x) - run(layers, x)).max()
        assert change <= maps[layer][o, i] * abs(step) * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_no_error_in_a_layer_moves_an_output_by_more(seed):
    rng = np.random.default_rng(seed)
    layers = [rng.normal(size=shape) for shape in ((6, 4), (5, 6), (3, 5))]
    scores = relu_gain_scores(layers)
    for _ in range(200):
        layer = rng.integers(3)
        moved = [w.copy() for w in layers]
        step = 10.0 ** rng.uniform(-6, 1)
        moved[layer] += step * rng.choice([-1, 1], moved[layer].shape)
        x = rng.random(4)
        assert np.abs(run(moved, x) - run(layers, x)).max() <= scores[layer] * step * (1 + 1e-9)


def test_networks_without_negative_weights_reach_the_bound():
    layers = [RNG.random((6, 4)), RNG.random((5, 6)), RNG.random(5)]
    maps, scores = relu_gain_maps(layers), relu_gain_scores(layers)
    x = np.ones(4)
    for layer, weights in enumerate(layers):
        for place in np.ndindex(weights.shape):
            moved = [w.copy() for w in layers]
            moved[layer][place] += 1.0
            assert (run(moved, x) - run(layers, x)).max() == pytest.approx(maps[layer][place], rel=1e-9)
        moved = [w + (k == layer) for k, w in enumerate(layers)]
        assert (run(moved, x) - run(layers, x)).max() == pytest.approx(scores[layer], rel=1e-9)


def test_maps_fit_the_planner():
    layers = [RNG.normal(size=(6, 4)), RNG.normal(size=6)]
    maps = relu_gain_maps(layers)
    assert [m.shape for m in maps] == [(6, 4), (6,)]
    plan = assign_synapse_precisions(layers, sensitivity_maps=maps)
    assert plan.sensitivity.tolist() == [*maps[0].ravel(), *maps[1]]


def test_no_layers():
    assert relu_gain_maps([]) == relu_gain_scores([]) == []


@pytest.mark.parametrize("function", [relu_gain_maps, relu_gain_scores])
@pytest.mark.parametrize(
    ("layers", "keywords", "message"),
    [
        ([np.ones((2, 3)), np.ones((2, 3))], {}, r"layer_weights\[1\] must have 2 inputs, .*, got shape \(2, 3\)"),
        ([np.ones(3), np.ones(2)], {}, r"layer_weights\[1\] must have 1 inputs, .*, got shape \(1, 2\)"),
        ([[1.0]], {"input_max": 0}, "input_max must be greater than 0, got 0"),
        ([[1.0]], {"input_max": math.inf}, "input_max must be finite, got inf"),
        ([[[1e200]], [[1e200]], [[1.0]]], {}, r"layer_weights\[2\]: the gain overflows; scale the weights down"),
        ([[[1.0]], [[1e200]], [[1e200]]], {}, r"layer_weights\[0\]: the gain overflows; scale the weights down"),
        ([[[-1e200]], [[1e200]], [[-1e200]]], {}, r"layer_weights\[0\]: the gain overflows; scale the weights down"),
    ],
)
def test_gain_bad_arguments(function, layers, keywords, message):
    with pytest.raises(InputError, match=f"^{message}"):
        function(layers, **keywords)


@pytest.mark.parametrize("count", [1 << 63, 1 << 100, (1 << 24) + 1])
def test_more_inputs_than_ever_come_back(count):
    with pytest.raises(InputError, match=r"^n_inputs must be at most 16777216, got"):
        folded_normal_scores([[1.0]], n_inputs=count)
    with pytest.raises(InputError, match=r"^n_trials must be at most 16777216, got"):
        analyze_sensitivity([[1.0]], n_trials=count)
