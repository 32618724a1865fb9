# SPDX-License-Identifier: Apache-2.0
"""What every planner does with good, odd and bad weight arrays."""

import warnings

import numpy as np
import pytest

from sc_precision import (
    InputError,
    PrecisionPlan,
    analyze_sensitivity,
    assign_lengths,
    assign_synapse_precisions,
    auto_tune_synapse_precisions,
    folded_normal_scores,
    relu_gain_maps,
    relu_gain_scores,
)
from sc_precision.compatible import weights as weights_module
from sc_precision.compatible.weights import check_maps, check_names, check_weights

PLANNERS = [
    analyze_sensitivity,
    assign_lengths,
    assign_synapse_precisions,
    auto_tune_synapse_precisions,
    folded_normal_scores,
    relu_gain_maps,
    relu_gain_scores,
]
NAMED = [assign_lengths, assign_synapse_precisions, auto_tune_synapse_precisions]
GOOD = np.array([[0.5, -0.25, 0.0], [1.0, 0.125, -2.0]])


def outcome(planner, layers):
    """What a planner returns, as text with every figure in it."""
    result = planner(layers)
    return repr(list(result) if isinstance(result, PrecisionPlan) else result)


class NoArray:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("not\non this device")


BAD_LAYERS = [
    ([], "must not be empty, got shape (0,)"),
    ([[]], "must not be empty, got shape (1, 0)"),
    (np.zeros((0, 4)), "must not be empty, got shape (0, 4)"),
    (np.float64(3.0), "must be 1-D or 2-D, got shape ()"),
    (np.zeros((2, 2, 2)), "must be 1-D or 2-D, got shape (2, 2, 2)"),
    ([[1.0], [1.0, 2.0]], "is no array of numbers: "),
    (np.array([True, False]), "must hold real numbers, got dtype bool"),
    ([True, False], "must hold real numbers, got dtype bool"),
    (np.array([1, 2], dtype=object), "must hold real numbers, got dtype object"),
    ([None, 1.0], "must hold real numbers, got dtype object"),
    ([10**400], "must hold real numbers, got dtype object"),
    (np.array([1 + 0j]), "must hold real numbers, got dtype complex128"),
    (["0.5"], "must hold real numbers, got dtype <U3"),
    (np.array(["2020-01-01"], dtype="M8[D]"), "must hold real numbers, got dtype datetime64[D]"),
    (np.zeros(2, dtype=[("w", "f8")]), "must hold real numbers, got dtype [('w', '<f8')]"),
    ({"w": 1.0}, "must hold real numbers, got dtype object"),
    (np.ma.masked_array([1.0, 2.0], [True, False]), "must not be a masked array; fill it first"),
    (NoArray(), "is no array of numbers: not on this device"),
    ([1.0, np.nan], "must be finite, got nan at index (1,)"),
    ([[1.0, 2.0], [-np.inf, 3.0]], "must be finite, got -inf at index (1, 0)"),
    (np.array([np.longdouble("1e4000")]), "must be finite, got inf at index (0,)"),
    (np.broadcast_to(np.float32(0.5), (10**6, 10**6)), "must have at most 200000000 elements"),
]


@pytest.mark.parametrize("planner", PLANNERS)
@pytest.mark.parametrize(("bad", "message"), BAD_LAYERS)
def test_bad_layer(planner, bad, message):
    with pytest.raises(InputError) as caught:
        planner([GOOD, bad])
    assert str(caught.value).startswith(f"layer_weights[1] {message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("planner", PLANNERS)
@pytest.mark.parametrize(
    ("bad", "shown"),
    [(GOOD, "array of shape (2, 3)"), ("weights", "'weights'"), ({"fc": GOOD}, "{'fc'"), (3.0, "3.0"), (None, "None")],
)
def test_not_a_list_of_layers(planner, bad, shown):
    with pytest.raises(InputError) as caught:
        planner(bad)
    assert str(caught.value).startswith(f"layer_weights must be a list with one item per layer, got {shown}")


def test_too_many_weights_in_all(monkeypatch):
    monkeypatch.setattr(weights_module, "MAX_SYNAPSES", 10)
    check_weights([GOOD, [1.0] * 4])
    with pytest.raises(InputError, match=r"^layer_weights must have at most 10 weights in all, got 11$"):
        check_weights([GOOD, [1.0] * 5])


ODD = {
    "list": GOOD.tolist(),
    "tuple": tuple(map(tuple, GOOD.tolist())),
    "float16": GOOD.astype(np.float16),
    "float32": GOOD.astype(np.float32),
    "longdouble": GOOD.astype(np.longdouble),
    "big-endian": GOOD.astype(">f8"),
    "fortran": np.asfortranarray(GOOD),
    "strided": np.repeat(np.repeat(GOOD, 2, axis=0), 3, axis=1)[::2, ::3],
    "reversed": GOOD[::-1, ::-1].copy()[::-1, ::-1],
    "read-only": np.frombuffer(GOOD.tobytes()).reshape(GOOD.shape),
    "unaligned": np.frombuffer(b"x" + GOOD.tobytes(), offset=1).reshape(GOOD.shape),
    "subclass": GOOD.view(np.recarray),
}


@pytest.mark.parametrize("planner", PLANNERS)
@pytest.mark.parametrize("odd", ODD)
def test_odd_layouts_and_types_plan_like_plain_ones(planner, odd):
    given = ODD[odd]
    before = np.array(given)
    assert outcome(planner, [given]) == outcome(planner, [GOOD])
    assert np.array_equal(np.array(given), before)


@pytest.mark.parametrize("planner", PLANNERS)
def test_memory_mapped(planner, tmp_path):
    np.save(tmp_path / "w.npy", GOOD)
    before = (tmp_path / "w.npy").read_bytes()
    for mode in ("r", "r+", "c"):
        mapped = np.load(tmp_path / "w.npy", mmap_mode=mode)
        assert outcome(planner, [mapped]) == outcome(planner, [GOOD])
    del mapped
    assert (tmp_path / "w.npy").read_bytes() == before


@pytest.mark.parametrize("planner", PLANNERS)
@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64])
def test_ints(planner, kind):
    ints = np.array([[1, 0, 3], [100, 2, 5]], dtype=kind)
    assert outcome(planner, [ints]) == outcome(planner, [ints.astype(np.float64)])


@pytest.mark.parametrize("planner", PLANNERS)
def test_input_is_never_modified(planner):
    given = [GOOD.copy(), np.full((4, 2), -0.0)]
    kept = [array.tobytes() for array in given]
    planner(given)
    assert [array.tobytes() for array in given] == kept
    assert all(array.flags.writeable for array in given)


@pytest.mark.parametrize("planner", PLANNERS)
def test_no_layers_and_layers_from_a_generator(planner):
    empty = planner([])
    assert empty["num_synapses"] == 0 if planner is auto_tune_synapse_precisions else len(empty) == 0
    assert outcome(planner, (w for w in [GOOD])) == outcome(planner, [GOOD])


@pytest.mark.parametrize("value", [0.0, -0.0, 5e-324, -5e-324, 1e-310, 1e-13, 1e-12])
@pytest.mark.parametrize("planner", PLANNERS)
def test_zeros_and_denormals(planner, value):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        text = outcome(planner, [np.full((2, 3), value)])
    assert "nan" not in text
    assert "inf" not in text


@pytest.mark.parametrize("planner", NAMED)
@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a"], r"layer_names must have one name per layer, got 1 for 2 layers"),
        (["a", "b", "c"], r"layer_names must have one name per layer, got 3 for 2 layers"),
        ([], r"layer_names must have one name per layer, got 0 for 2 layers"),
        (["a", ""], r"layer_names\[1\] must be a non-empty string, got ''"),
        (["a", 1], r"layer_names\[1\] must be a non-empty string, got 1"),
        (["same", "same"], r"layer_names must differ, got 'same' at 0 and 1"),
        ("ab", r"layer_names must be a list with one item per layer, got 'ab'"),
        (5, r"layer_names must be a list with one item per layer, got 5"),
    ],
)
def test_bad_names(planner, names, message):
    with pytest.raises(InputError, match=f"^{message}$"):
        planner([GOOD, GOOD.T], layer_names=names)


def test_good_names():
    assert check_names(None, 3) == ["layer_0", "layer_1", "layer_2"]
    assert check_names((name for name in "ab"), 2) == ["a", "b"]
    assert check_names(["a\u00e9\n", "b" * 500], 2) == ["a\u00e9\n", "b" * 500]


@pytest.mark.parametrize(
    ("maps", "message"),
    [
        ([], "sensitivity_maps must have one map per layer, got 0 for 1 layers"),
        ([GOOD, GOOD], "sensitivity_maps must have one map per layer, got 2 for 1 layers"),
        ([np.abs(GOOD.T)], r"sensitivity_maps\[0\] must have the shape of its weights, \(2, 3\), got \(3, 2\)"),
        ([np.zeros(6)], r"sensitivity_maps\[0\] must have the shape of its weights"),
        ([GOOD], r"sensitivity_maps\[0\] must not be negative, got -2.0"),
        ([np.full((2, 3), np.nan)], r"sensitivity_maps\[0\] must be finite, got nan at index \(0, 0\)"),
        ([None], r"sensitivity_maps\[0\] must hold real numbers, got dtype object"),
        (GOOD, "sensitivity_maps must be a list"),
        ([np.full((2, 3), 1.1e300)], r"sensitivity_maps\[0\] must be at most 1e\+300, got 1.1e\+300"),
    ],
)
def test_bad_maps(maps, message):
    with pytest.raises(InputError, match=f"^{message}"):
        assign_synapse_precisions([GOOD], sensitivity_maps=maps)


def test_weights_are_views_where_they_can_be():
    layers = check_weights([GOOD, GOOD.astype(np.float32)])
    assert np.shares_memory(layers[0], GOOD)
    assert layers[1].dtype == np.float64
    assert check_maps(None, layers) is None
