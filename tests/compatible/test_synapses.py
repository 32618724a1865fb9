# SPDX-License-Identifier: Apache-2.0
import itertools
import math

import numpy as np
import pytest
import reference_rules
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sc_precision import InputError, PrecisionPlan, assign_synapse_precisions
from sc_precision.compatible.columns import MAX_BIT_WIDTH, MAX_LENGTH
from sc_precision.compatible.lengths import hoeffding_factor
from sc_precision.compatible.synapses import SynapseRule, classify

MAGNITUDES = st.one_of(
    st.floats(-1, 1),
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 1e-12, 1e-13, 5e-324, -5e-324, 2.2e-308, 1e300, -1e300]),
    st.floats(-1e300, 1e300),
)
LIMITS = st.fixed_dictionaries(
    {
        "target_error": st.one_of(st.floats(1e-5, 1), st.floats(5e-324, 1e300)),
        "min_bits": st.integers(1, 8),
        "max_bits": st.integers(8, 20),
        "min_length": st.one_of(st.integers(1, 200), st.sampled_from([1, 32, 64])),
        "max_length": st.one_of(st.integers(200, 70000), st.sampled_from([256, 4096, 65536, 1 << 40])),
        "confidence": st.one_of(st.sampled_from([0.5, 0.9, 0.95, 0.999]), st.floats(1e-6, 1 - 1e-12)),
    }
)


@st.composite
def layers(draw):
    shapes = st.one_of(st.tuples(st.integers(1, 6)), st.tuples(st.integers(1, 4), st.integers(1, 5)))
    found = []
    for shape in draw(st.lists(shapes, min_size=1, max_size=3)):
        count = math.prod(shape)
        values = draw(st.lists(MAGNITUDES, min_size=count, max_size=count))
        found.append(np.array(values).reshape(shape))
    return found


def rows_of(plan):
    return [tuple(row.to_dict().values()) for row in plan]


def names_of(weights):
    return [f"layer_{index}" for index in range(len(weights))]


@settings(max_examples=350)
@given(layers(), LIMITS)
def test_agrees_with_the_rule_row_by_row(weights, limits):
    """Bit for bit: every width, length and bound."""
    plan = assign_synapse_precisions(weights, **limits)
    assert rows_of(plan) == reference_rules.synapse_rows(weights, names_of(weights), **limits)


@settings(max_examples=350)
@given(layers(), LIMITS)
def test_agrees_with_the_rule_on_maps(weights, limits):
    maps = [np.abs(layer) for layer in weights]
    plan = assign_synapse_precisions([np.ones_like(layer) for layer in weights], None, maps, **limits)
    assert rows_of(plan) == reference_rules.synapse_rows(weights, names_of(weights), maps, **limits)


def around(value):
    return [math.nextafter(value, 0.0), value, math.nextafter(value, math.inf)]


@settings(max_examples=40)
@given(LIMITS, st.sampled_from([1.0, 5e-324, 1e-3, 37.5, 1e300]))
def test_one_ulp_either_side_of_every_class_edge(limits, top):
    limits = dict(limits, target_error=max(limits["target_error"], 1e-300))
    rule = SynapseRule(
        limits["target_error"],
        *(limits[name] for name in ("min_bits", "max_bits", "min_length", "max_length")),
        hoeffding_factor(limits["confidence"]),
    )
    edges, widths, lengths = rule.classes(top)
    assert edges == sorted(set(edges))
    assert len(edges) + 1 == len(widths) == len(lengths)
    assert all(a != b for a, b in itertools.pairwise(zip(widths, lengths, strict=True)))
    assert all(0 < edge <= top for edge in edges)
    # one synapse in one layer: its share is the target itself
    for value in {0.0, 5e-324, top, *(v for edge in edges for v in around(edge) if v <= top)}:
        (row,) = assign_synapse_precisions([[1.0]], sensitivity_maps=[[value]], **limits)
        bits, length, s, *bounds = reference_rules.synapse(
            value,
            limits["target_error"],
            *(limits[name] for name in ("min_bits", "max_bits", "min_length", "max_length", "confidence")),
        )
        assert (row.bit_width, row.bitstream_length, row.sensitivity) == (bits, length, s)
        assert [row.quantization_error_bound, row.stochastic_error_bound, row.total_error_bound] == bounds
        k = int(classify(np.array([value]), np.array(edges))[0])
        assert (widths[k], lengths[k]) == (bits, length)


def test_classes_of_the_defaults_in_one_plan():
    """All edges of a 1000-synapse plan at once, found through the public function only."""
    rng = np.random.default_rng(0)
    values = np.sort(np.concatenate([[0.0, 1.0], 10.0 ** rng.uniform(-6, 0, 998)]))
    plan = assign_synapse_precisions([values])
    assert rows_of(plan) == reference_rules.synapse_rows([values], ["layer_0"])
    kinds = {(row.bit_width, row.bitstream_length) for row in plan}
    assert len(kinds) > 5


@pytest.mark.parametrize("count", [0, 1, 3, 47, 48, 49, 255, 256, 300])
def test_classify_is_searchsorted(count):
    rng = np.random.default_rng(count)
    edges = np.unique(rng.random(count))
    values = np.concatenate([rng.random(40_000), edges, np.nextafter(edges, 0), np.nextafter(edges, 1)])
    codes = classify(values, edges)
    assert codes.dtype == (np.uint8 if len(edges) < 256 else np.uint16)
    assert np.array_equal(codes, np.searchsorted(edges, values, side="right"))


def test_many_classes():
    """More than 256 classes: wide limits and a target far below what they reach."""
    values = np.concatenate([[0.0], 2.0 ** np.linspace(-1000, 0, 3000)])
    limits = {
        "target_error": 1e-280,
        "min_bits": 1,
        "max_bits": MAX_BIT_WIDTH,
        "min_length": 1,
        "max_length": MAX_LENGTH,
    }
    plan = assign_synapse_precisions([values], **limits)
    assert plan.class_index.dtype == np.uint16
    assert rows_of(plan) == reference_rules.synapse_rows([values], ["layer_0"], **limits)


def test_names_order_and_shapes():
    weights = [np.array([0.5, 1.0]), np.array([[1.0], [0.25]])]
    plan = assign_synapse_precisions(weights, ["vector", "column"])
    assert isinstance(plan, PrecisionPlan)
    assert [(r.layer_index, r.layer_name, r.output_index, r.input_index) for r in plan] == [
        (0, "vector", 0, 0),
        (0, "vector", 0, 1),
        (1, "column", 0, 0),
        (1, "column", 1, 0),
    ]
    assert [r.sensitivity for r in plan] == [0.5, 1.0, 1.0, 0.25]


def test_each_layer_is_scaled_by_its_own_peak():
    plan = assign_synapse_precisions([[1e-3, 5e-4], [200.0, -100.0], [1e-14]])
    assert [row.sensitivity for row in plan] == [1.0, 0.5, 1.0, 0.5, 0.01]


def test_negative_zero_is_zero():
    for plan in (
        assign_synapse_precisions([[-0.0, 1.0]]),
        assign_synapse_precisions([[1.0, 1.0]], sensitivity_maps=[[-0.0, 1.0]]),
    ):
        assert repr(plan[0].sensitivity) == "0.0"


@settings(max_examples=200)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=30), LIMITS)
def test_more_sensitive_never_means_fewer_bits(values, limits):
    assume(max(values) > 0)
    plan = assign_synapse_precisions([np.sort(values)], **limits)
    bits = [row.bit_width for row in plan]
    assert bits == sorted(bits)
    assert all(limits["min_bits"] <= b <= limits["max_bits"] for b in bits)
    assert all(limits["min_length"] <= row.bitstream_length <= limits["max_length"] for row in plan)


BAD = {"layer_weights": [[]], "layer_names": ["a", "b"], "sensitivity_maps": []}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target_error": 0.0, "min_bits": 0, "min_length": 0, **BAD}, "target_error must be greater than 0, got 0.0"),
        ({"target_error": -1, "min_bits": 0}, "target_error must be greater than 0, got -1"),
        ({"target_error": math.nan}, "target_error must be finite, got nan"),
        ({"target_error": "1"}, "target_error must be a real number, got '1'"),
        ({"min_bits": 0, "min_length": 0, **BAD}, "min_bits must be at least 1, got 0"),
        ({"min_bits": 9, "max_bits": 8, "min_length": 0}, "min_bits must not exceed max_bits, got 9 > 8"),
        ({"min_bits": 4.0}, "min_bits must be an int, got 4.0"),
        ({"max_bits": True}, "max_bits must be an int, got True"),
        ({"max_bits": 1024, "min_length": 0}, "max_bits must be at most 1023, got 1024"),
        ({"min_length": 0, "confidence": 2, **BAD}, "min_length must be at least 1, got 0"),
        ({"min_length": 64, "max_length": 32, "confidence": 2}, "min_length must not exceed max_length, got 64 > 32"),
        ({"max_length": 2**62 + 1, "confidence": 2}, "max_length must be at most 4611686018427387904"),
        ({"confidence": 1.0, **BAD}, "confidence must lie between 0 and 1, both excluded, got 1.0"),
        ({"confidence": 0, **BAD}, "confidence must lie between 0 and 1, both excluded, got 0"),
        (BAD, r"layer_weights\[0\] must not be empty"),
        ({**BAD, "layer_weights": [[1.0]]}, "layer_names must have one name per layer"),
        ({"sensitivity_maps": []}, "sensitivity_maps must have one map per layer"),
        ({"sensitivity_maps": [[1.0, 2.0]]}, r"sensitivity_maps\[0\] must have the shape"),
    ],
)
def test_bad_arguments_in_the_order_of_the_checks(arguments, message):
    with pytest.raises(InputError, match=f"^{message}"):
        assign_synapse_precisions(**{"layer_weights": [[1.0]], **arguments})
