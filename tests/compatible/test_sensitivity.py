# SPDX-License-Identifier: Apache-2.0
import math
import tracemalloc

import numpy as np
import pytest
import reference_rules

from sc_precision import InputError, analyze_sensitivity
from sc_precision.compatible.sensitivity import DEFAULT_LENGTHS, MAX_LENGTH, MIN_VARIANCE, RUNS, _binomial, _normal

RNG = np.random.default_rng(11)
LAYERS = {
    "positive": RNG.random((3, 4)),
    "signed": RNG.normal(size=(2, 5)),
    "above one": 3 * RNG.random((2, 3)),
    "tiny weights": 0.02 * RNG.random((3, 6)),
    "zeros and ones": RNG.integers(0, 2, (3, 4)).astype(float),
    "one weight": np.array([[0.3]]),
    "many outputs": RNG.random((20, 2)),
}
SAMPLING = ("binomial", "normal")


def kolmogorov_smirnov(a, b):
    """Largest distance between two empirical distributions."""
    both = np.sort(np.concatenate([a, b]))
    cdf = [np.searchsorted(np.sort(sample), both, side="right") / len(sample) for sample in (a, b)]
    return np.abs(cdf[0] - cdf[1]).max()


def one_trial_scores(weights, lengths, trials, sampling):
    return np.array([analyze_sensitivity([weights], lengths, 1, seed, sampling=sampling)[0] for seed in range(trials)])


@pytest.mark.parametrize("sampling", SAMPLING)
@pytest.mark.parametrize("kind", LAYERS)
def test_same_distribution_as_the_bits(kind, sampling):
    """Two samples of 1500 scores, from bits and from counts, at a significance of 0.1 %."""
    trials, lengths = 1500, (4, 16, 64)
    bits = reference_rules.bit_level_sensitivity(LAYERS[kind], lengths, trials, np.random.default_rng(1))
    counts = one_trial_scores(LAYERS[kind], lengths, trials, sampling)
    assert kolmogorov_smirnov(bits, counts) < 1.95 * math.sqrt(2 / trials)
    error = math.hypot(bits.std(), counts.std()) / math.sqrt(trials)
    assert abs(bits.mean() - counts.mean()) < 3.3 * error + 1e-15


def test_the_test_of_the_distribution_can_fail():
    weights = LAYERS["positive"]
    bits = reference_rules.bit_level_sensitivity(weights, (4, 16, 64), 1500, np.random.default_rng(1))
    wrong = one_trial_scores(weights, (5, 20, 80), 1500, "binomial")
    assert kolmogorov_smirnov(bits, wrong) > 1.95 * math.sqrt(2 / 1500)


def test_mean_score_within_two_per_cent_of_the_bits():
    weights = np.random.default_rng(2).random((6, 5))
    bits = reference_rules.bit_level_sensitivity(weights, (4, 16, 64), 2500, np.random.default_rng(3))
    assert bits.std() / bits.mean() / math.sqrt(len(bits)) < 0.01
    for sampling in SAMPLING:
        (score,) = analyze_sensitivity([weights], (4, 16, 64), 8000, sampling=sampling)
        assert score == pytest.approx(bits.mean(), rel=0.02)


@pytest.mark.parametrize("shape", [(1, 1), (8, 16)])
@pytest.mark.parametrize("scale", [1.0, 0.01])
def test_both_samplings_agree(shape, scale):
    weights = scale * np.random.default_rng(5).random(shape)
    scores = [analyze_sensitivity([weights], n_trials=2000, sampling=sampling)[0] for sampling in SAMPLING]
    assert scores[0] == pytest.approx(scores[1], rel=0.06)


def test_counts_have_the_moments_of_the_bits():
    clipped = np.array([[0.0, 1.0, 0.25], [0.5, 0.0, 0.9], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    ones = np.array([400, 77, 500])
    mean, variance = clipped @ ones, (clipped * (1 - clipped)) @ ones
    for make in (_binomial, _normal):
        counts = make(clipped, np.random.default_rng(6))
        drawn = np.array([counts(ones) for _ in range(8000)])
        assert drawn.mean(axis=0) == pytest.approx(mean, abs=4 * math.sqrt(variance.max() / 8000))
        assert drawn.var(axis=0) == pytest.approx(variance, rel=0.07, abs=1e-12)
    assert variance.min() < MIN_VARIANCE < variance.max()


def test_few_bits_are_counted_in_both_samplings():
    """Under the least variance the normal limit is not used: counts stay whole numbers."""
    counts = _normal(np.array([[0.5, 0.25]]), np.random.default_rng(7))(np.array([20, 40]))
    assert counts[0] == int(counts[0])


def test_defaults():
    weights = [np.random.default_rng(8).random((3, 4))]
    assert analyze_sensitivity(weights) == analyze_sensitivity(weights, [32, 64, 128, 256, 512, 1024], 100, 42)
    assert DEFAULT_LENGTHS == (32, 64, 128, 256, 512, 1024)
    assert RUNS == 5
    assert analyze_sensitivity(weights) != analyze_sensitivity(weights, seed=43)


@pytest.mark.parametrize("sampling", SAMPLING)
def test_scores_are_plain_floats_and_not_negative(sampling):
    scores = analyze_sensitivity(LAYERS.values(), n_trials=3, sampling=sampling)
    assert len(scores) == len(LAYERS)
    assert all(type(score) is float and score >= 0 for score in scores)


def test_a_layer_s_score_does_not_depend_on_those_after_it():
    layers = list(LAYERS.values())
    assert analyze_sensitivity(layers[:2], n_trials=3) == analyze_sensitivity(layers, n_trials=3)[:2]


def test_one_dimension_is_one_output():
    weights = np.random.default_rng(9).random(6)
    assert analyze_sensitivity([weights], n_trials=5) == analyze_sensitivity([weights[None, :]], n_trials=5)


@pytest.mark.parametrize("sampling", SAMPLING)
def test_no_length_to_choose_and_nothing_to_count(sampling):
    assert analyze_sensitivity([LAYERS["signed"]], [64], 5, sampling=sampling) == [0.0]
    assert analyze_sensitivity([np.zeros((2, 3))], sampling=sampling) == [0.0]
    assert analyze_sensitivity([-np.ones((2, 3))], sampling=sampling) == [0.0]


@pytest.mark.parametrize("lengths", [np.array([8, 16]), (8, 16), iter([8, 16]), range(8, 17, 8)])
def test_kinds_of_lengths(lengths):
    assert analyze_sensitivity([[0.5]], lengths, 5) == analyze_sensitivity([[0.5]], [8, 16], 5)


def test_memory_is_that_of_the_layer():
    weights = np.random.default_rng(10).random((200, 300))
    for sampling in SAMPLING:
        tracemalloc.start()
        try:
            analyze_sensitivity([weights], n_trials=3, sampling=sampling)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 5 * weights.nbytes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_trials": 0}, "n_trials must be at least 1, got 0"),
        ({"n_trials": -5}, "n_trials must be at least 1, got -5"),
        ({"n_trials": 2.5}, "n_trials must be an int, got 2.5"),
        ({"n_trials": True}, "n_trials must be an int, got True"),
        ({"lengths": []}, "lengths must not be empty"),
        ({"lengths": [64, 0]}, "length must be at least 1, got 0"),
        ({"lengths": [True]}, "length must be an int, got True"),
        ({"lengths": [64.0]}, "length must be an int, got 64.0"),
        ({"lengths": np.array([True, False])}, "length must be an int, got np.True_"),
        ({"lengths": np.array([[64]])}, "length must be an int, got array"),
        ({"lengths": 64}, "lengths must be a list, got 64"),
        ({"lengths": "64"}, "lengths must be a list, got '64'"),
        ({"lengths": [MAX_LENGTH + 1]}, "length must be at most 72057594037927936, got 72057594037927937"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"seed": None}, "seed must be an int, got None"),
        ({"sampling": "bits"}, "sampling must be one of binomial, normal, got 'bits'"),
        ({"sampling": ["normal"]}, r"sampling must be one of binomial, normal, got \['normal'\]"),
        ({"layer_weights": [[1e308, 1e308, 1e308]] * 40}, r"layer_weights\[0\] is so large that an output overflows"),
        ({"layer_weights": [[0.5], [1.7e308] * 50]}, r"layer_weights\[1\] is so large that an output overflows"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(InputError, match=f"^{message}"):
        analyze_sensitivity(**{"layer_weights": [[0.5]], "n_trials": 50, **arguments})


@pytest.mark.parametrize("sampling", SAMPLING)
def test_longest_length(sampling):
    (score,) = analyze_sensitivity([[0.5, 0.2]], [1, MAX_LENGTH], 50, sampling=sampling)
    assert 0 < score < 1
