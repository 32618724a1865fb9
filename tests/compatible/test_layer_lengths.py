# SPDX-License-Identifier: Apache-2.0
import math

import numpy as np
import pytest
import reference_rules
from hypothesis import given, settings
from hypothesis import strategies as st

from sc_precision import InputError, analyze_sensitivity, assign_lengths
from sc_precision.compatible import layers as layers_module

POWERS = st.integers(0, 18).map(lambda k: 1 << k)
SHAPES = st.lists(
    st.one_of(st.tuples(st.integers(1, 40)), st.tuples(st.integers(1, 4), st.integers(1, 2000))), max_size=4
)


@settings(max_examples=300)
@given(SHAPES, st.integers(1, 1 << 18), POWERS, st.floats(1e-6, 1))
def test_hoeffding_agrees_with_the_rule(shapes, low, high, target):
    weights = [np.ones(shape) for shape in shapes]
    low = min(low, high)
    rows = assign_lengths(weights, min_length=low, max_length=high, target_error=target)
    assert [row.bitstream_length for row in rows] == reference_rules.layer_lengths(weights, low, high, target)
    for index, row in enumerate(rows):
        assert (row.layer_index, row.name, row.sensitivity) == (index, f"layer_{index}", 0.0)
        assert row.error_bound == 0.5 / math.sqrt(row.bitstream_length)


@settings(max_examples=300)
@given(
    st.lists(st.one_of(st.just(0.0), st.floats(1e-9, 100)), min_size=1, max_size=6),
    st.one_of(st.none(), st.floats(0.001, 1e6), st.integers(1, 10**6)),
    st.integers(1, 1 << 12),
    POWERS,
    st.sampled_from(["sensitivity", "proportional"]),
)
def test_shares_agree_with_the_rule(scores, budget, low, high, method):
    low = min(low, high)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layers_module, "analyze_sensitivity", lambda _: scores)
        rows = assign_lengths(
            [[1.0]] * len(scores), total_budget=budget, min_length=low, max_length=high, method=method
        )
    bits = high * len(scores) if budget is None else budget
    assert [row.bitstream_length for row in rows] == reference_rules.layer_shares(scores, bits, low, high)
    assert [row.sensitivity for row in rows] == scores


def test_sensitivity_rule_uses_the_default_scores():
    rng = np.random.default_rng(5)
    weights = [rng.random((6, 9)), rng.random((3, 6)), np.zeros((2, 3))]
    scores = analyze_sensitivity(weights)
    rows = assign_lengths(weights, ["a", "b", "c"], total_budget=900, min_length=1, method="sensitivity")
    assert [row.sensitivity for row in rows] == scores
    assert scores[2] == 0.0
    assert [row.bitstream_length for row in rows] == reference_rules.layer_shares(scores, 900, 1, 1024)
    assert [row.name for row in rows] == ["a", "b", "c"]
    assert rows == assign_lengths(weights, ["a", "b", "c"], 900, 1, method="proportional")


def test_all_scores_zero_gives_the_shortest():
    rows = assign_lengths([np.zeros((2, 2))], method="sensitivity", min_length=16)
    assert [(row.bitstream_length, row.sensitivity) for row in rows] == [(16, 0.0)]


def test_target_too_small_for_a_float_share():
    assert assign_lengths([np.ones((1, 64))], target_error=5e-324)[0].bitstream_length == 1024


def test_hoeffding_does_not_look_at_the_budget():
    assert assign_lengths([np.ones(3)], total_budget=0) == assign_lengths([np.ones(3)])


@pytest.mark.parametrize("budget", [1e308, 1.7e308, 10**300])
def test_huge_budget_gives_the_longest(budget):
    weights = [np.ones((1, 5))] * 3
    rows = assign_lengths(weights, total_budget=budget, method="sensitivity")
    assert {row.bitstream_length for row in rows} == {1024}


BAD = {"layer_weights": [[]], "layer_names": ["a", "b"]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"min_length": 0, "target_error": 0, **BAD}, "min_length must be at least 1, got 0"),
        ({"min_length": 64, "max_length": 32, "target_error": 0}, "min_length must not exceed max_length, got 64 > 32"),
        ({"max_length": 1000, "target_error": 0}, "max_length must be a power of two .*, got 1000"),
        ({"target_error": 0, "method": "x", **BAD}, "target_error must be greater than 0, got 0"),
        ({"target_error": math.nan, "method": "x"}, "target_error must be finite, got nan"),
        ({"method": "x", **BAD}, "method must be one of hoeffding, sensitivity, proportional, got 'x'"),
        (BAD, r"layer_weights\[0\] must not be empty"),
        ({"layer_names": ["a", "b"]}, "layer_names must have one name per layer, got 2 for 1"),
        ({"method": "sensitivity", "total_budget": 0}, "total_budget must be greater than 0, got 0"),
        ({"method": "proportional", "total_budget": -1.5}, "total_budget must be greater than 0, got -1.5"),
        ({"method": "proportional", "total_budget": math.inf}, "total_budget must be finite, got inf"),
        ({"method": "proportional", "total_budget": "9"}, "total_budget must be a real number, got '9'"),
    ],
)
def test_bad_arguments_in_the_order_of_the_checks(arguments, message):
    with pytest.raises(InputError, match=f"^{message}"):
        assign_lengths(**{"layer_weights": [[1.0]], **arguments})


def test_scores_whose_sum_overflows(monkeypatch):
    monkeypatch.setattr(layers_module, "analyze_sensitivity", lambda _: [1e308, 1e308])
    with pytest.raises(InputError, match="the sum of the sensitivities overflows; scale the weights down"):
        assign_lengths([[1.0], [1.0]], method="sensitivity")
