# SPDX-License-Identifier: Apache-2.0
"""Thresholds that follow differences through the layers: every input of small networks, and lines that are too low."""

from itertools import product

import numpy as np
import pytest

from sc_precision.adaptive import certify
from sc_precision.adaptive.certify import certified_margins
from sc_precision.adaptive.pairs import plan_from_words
from sc_precision.golden import network_outputs
from sc_precision.network import Dense, Network

CASES = [
    # LP, HP, neurons by layer, seed; the last has hidden layers of both activations
    ("fixed:3", "fixed:8", (3, 5, 3), "relu", 1),
    ("fixed:4", "fixed:9", (3, 4, 4, 3), "relu", 2),
    ("stochastic:16", "stochastic:64", (3, 6, 3), "relu", 3),
    ("stochastic:32", "stochastic:128", (3, 4, 4, 3), "relu", 4),
    ("fixed:4", "stochastic:64", (3, 5, 3), "relu", 5),
    ("fixed:3", "fixed:8", (3, 5, 4, 3), "identity", 6),
]


def small(sizes, activation, seed):
    rng = np.random.default_rng(seed)
    last = len(sizes) - 2
    kinds = ["identity" if k == last else "relu" if k == 0 and last > 1 else activation for k in range(last + 1)]
    return Network(
        tuple(
            Dense(rng.normal(0, 1, (n_out, n_in)), rng.normal(0, 0.3, n_out), kind)
            for n_in, n_out, kind in zip(sizes, sizes[1:], kinds, strict=False)
        ),
        input_low=0.0,
        input_high=1.0,
        input_fraction=3,
    )


def pair(case):
    low, high, sizes, activation, seed = case
    network = small(sizes, activation, seed)
    return plan_from_words(low, network), plan_from_words(high, network)


def worst(lp, hp):
    """Over every input: the greatest D(LP) - D(HP) of each pair of outputs, in LP's codes times 2**20."""
    inputs = np.array(list(product(np.arange(9) / 8, repeat=3)))
    scores = [
        network_outputs(plan.params, plan.input_codes(inputs))[-1] << 20 - plan.params[-1].output.format.fraction
        for plan in (lp, hp)
    ]
    differences = [y[:, :, None] - y[:, None, :] for y in scores]
    return (differences[0] - differences[1]).max(axis=0), scores


def broken(margins, lp, found):
    """Whether a margin that certifies was found to be moved by more."""
    n_out = len(margins)
    least = (margins + 1) << 20 - lp.params[-1].output.format.fraction
    ties = np.arange(n_out)[:, None] < np.arange(n_out)  # the first of equals wins
    return ((found > least) | ((found == least) & ~ties & ~np.eye(n_out, dtype=bool))).any()


@pytest.mark.parametrize("case", CASES)
def test_no_input_breaks_a_threshold(case):
    lp, hp = pair(case)
    margins = certified_margins(lp.params, hp.params)
    found, scores = worst(lp, hp)
    assert not broken(margins, lp, found)
    ahead = scores[0].argmax(axis=1)
    lead = np.take_along_axis(scores[0], ahead[:, None], axis=1) - scores[0]
    beyond = lead > margins[ahead] << 20 - lp.params[-1].output.format.fraction
    certified = (beyond | (np.arange(len(margins)) == ahead[:, None])).all(axis=1)
    assert (ahead == scores[1].argmax(axis=1))[certified].all()


def test_following_a_difference_lowers_thresholds(monkeypatch):
    pairs = [pair(case) for case in CASES]
    margins = [certified_margins(lp.params, hp.params) for lp, hp in pairs]
    monkeypatch.setattr(certify, "_SLOPE_PLACES", 62)  # too wide to be followed
    intervals = [certified_margins(lp.params, hp.params) for lp, hp in pairs]
    assert all((a <= b).all() for a, b in zip(margins, intervals, strict=True))
    assert sum(int((a < b).any()) for a, b in zip(margins, intervals, strict=True)) >= 5


def test_bounds_come_near_what_happens():
    """In one of the small networks most of a threshold is reached."""
    near = []
    for case in CASES:
        lp, hp = pair(case)
        found, _ = worst(lp, hp)
        bound = certified_margins(lp.params, hp.params) + 1 << 20 - lp.params[-1].output.format.fraction
        near.append((found[bound > 0] / bound[bound > 0]).max())
    assert min(near) > 0.5
    assert max(near) > 0.9


def test_lines_without_their_offsets_are_refuted(monkeypatch):
    monkeypatch.setattr(certify, "_offset", lambda _steep, most, _least: 0 * most)
    refuted = 0
    for seed in range(12):
        lp, hp = pair(("fixed:3", "fixed:8", (3, 5, 3), "relu", seed))
        refuted += broken(certified_margins(lp.params, hp.params), lp, worst(lp, hp)[0])
    assert refuted


def test_half_of_what_is_followed_is_refuted(monkeypatch):
    followed = certify._followed
    monkeypatch.setattr(certify, "_followed", lambda compared, slopes: followed(compared, slopes) >> 1)
    refuted = 0
    for seed in range(12):
        lp, hp = pair(("fixed:3", "fixed:8", (3, 5, 3), "relu", seed))
        refuted += broken(certified_margins(lp.params, hp.params), lp, worst(lp, hp)[0])
    assert refuted


def test_the_offset_is_the_greatest_distance_of_a_line():
    one = 1 << certify._SLOPE_PLACES
    for most, least, steep in product((0, 1, 5, 9), (0, 1, 4), (0, one // 3, one // 2, one)):
        got = int(certify._offset(np.array(steep), np.array(most), np.array(least)))
        assert got == max(c * d - steep * d for d in range(-least, most + 1) for c in (0, one))
