# SPDX-License-Identifier: Apache-2.0
import copy
import dataclasses
import pickle
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sc_precision import InputError, PrecisionPlan, SynapsePrecision, assign_synapse_precisions
from sc_precision.compatible import columns as columns_module
from sc_precision.compatible.columns import FIELDS

RNG = np.random.default_rng(3)
WEIGHTS = [RNG.normal(size=(5, 7)), RNG.normal(size=4), RNG.normal(size=(3, 1))]
PLAN = assign_synapse_precisions(WEIGHTS, ["a", "b", "c"])
ROWS = list(PLAN)


@pytest.fixture(params=[1, 4, 1 << 16])
def chunk(request, monkeypatch):
    monkeypatch.setattr(columns_module, "CHUNK", request.param)


def test_is_a_sequence_of_rows(chunk):
    assert isinstance(PLAN, Sequence)
    assert len(PLAN) == len(ROWS) == 5 * 7 + 4 + 3
    assert all(type(row) is SynapsePrecision for row in ROWS)
    assert list(PLAN) == ROWS
    assert list(reversed(PLAN)) == ROWS[::-1]
    assert ROWS[17] in PLAN
    assert "row" not in PLAN
    assert PLAN.index(ROWS[17]) == 17
    assert PLAN.count(ROWS[17]) == ROWS.count(ROWS[17])


@pytest.mark.parametrize("convert", [int, np.int8, np.uint16, np.int64])
def test_index(convert):
    for index in range(len(ROWS)):
        assert PLAN[convert(index)] == ROWS[index]
        if convert is not np.uint16:
            assert PLAN[convert(index - len(ROWS))] == ROWS[index]


@pytest.mark.parametrize("bad", [len(ROWS), -len(ROWS) - 1, 2**70, np.int64(-100)])
def test_index_out_of_range(bad):
    with pytest.raises(IndexError, match=f"plan index {bad} is out of range for 42 synapses"):
        PLAN[bad]


@pytest.mark.parametrize("bad", [1.0, "1", None, (1, 2), np.float64(1)])
def test_index_of_no_int(bad):
    with pytest.raises(TypeError):
        PLAN[bad]


@given(st.slices(len(ROWS)))
def test_slices(part):
    assert PLAN[part] == ROWS[part]


def test_far_slices(chunk):
    for part in (slice(None), slice(-5, 10**30), slice(40, 2), slice(None, None, -1), slice(1, None, 5)):
        assert PLAN[part] == ROWS[part]
    with pytest.raises(ValueError, match="step"):
        PLAN[::0]


def test_equality_with_rows():
    assert ROWS == PLAN
    assert PLAN == ROWS
    assert tuple(ROWS) == PLAN
    assert ROWS[:-1] != PLAN
    assert [*ROWS[:-1], ROWS[0]] != PLAN
    assert PLAN != "rows"
    assert PLAN != 42
    assert assign_synapse_precisions([]) == []


def test_equality_with_plans(chunk):
    assert assign_synapse_precisions([w.tolist() for w in WEIGHTS], ["a", "b", "c"]) == PLAN
    assert assign_synapse_precisions(WEIGHTS) != PLAN
    assert assign_synapse_precisions(WEIGHTS, ["a", "b", "c"], confidence=0.9) != PLAN
    assert assign_synapse_precisions(WEIGHTS, ["a", "b", "c"], max_length=64) != PLAN
    assert assign_synapse_precisions([w.T for w in WEIGHTS], ["a", "b", "c"]) != PLAN
    other = [w.copy() for w in WEIGHTS]
    other[0][0, 0] += 1e-12
    assert assign_synapse_precisions(other, ["a", "b", "c"]) != PLAN
    # the same rows from other classes are the same plan
    double = dataclasses.replace(
        PLAN,
        class_index=PLAN.class_index + np.uint8(len(PLAN.class_bit_width)),
        class_bit_width=np.tile(PLAN.class_bit_width, 2),
        class_bitstream_length=np.tile(PLAN.class_bitstream_length, 2),
    )
    assert double == PLAN
    assert double.cost_summary() == PLAN.cost_summary()


def test_no_hash():
    with pytest.raises(TypeError, match="unhashable"):
        hash(PLAN)


def test_repr():
    assert repr(PLAN) == f"<PrecisionPlan of 42 synapses, 3 layers, {len(PLAN.class_bit_width)} classes>"


def test_is_immutable():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PLAN.confidence = 0.5
    with pytest.raises(TypeError):
        PLAN[0] = ROWS[1]
    for name in ("sensitivity", "class_index", "class_bit_width", "class_bitstream_length"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(PLAN, name)[0] = 1


def test_copies_and_pickles_are_equal_and_immutable():
    for other in (copy.copy(PLAN), copy.deepcopy(PLAN), pickle.loads(pickle.dumps(PLAN))):
        assert other == PLAN
        assert not other.sensitivity.flags.writeable
        assert other[40] == ROWS[40]


def test_columns(chunk):
    for name in FIELDS:
        if name == "layer_name":
            continue
        column = PLAN.column(name)
        assert column.tolist() == [getattr(row, name) for row in ROWS]
        assert column.dtype == (np.float64 if isinstance(getattr(ROWS[0], name), float) else np.int64)
        assert PLAN.column(name, 0).shape == (5, 7)
        assert PLAN.column(name, 1).shape == (1, 4)
        assert PLAN.column(name, 2).shape == (3, 1)
        assert np.concatenate([PLAN.column(name, k).ravel() for k in range(3)]).tolist() == column.tolist()


def test_columns_of_nothing():
    empty = assign_synapse_precisions([])
    assert empty.column("bit_width").tolist() == []
    assert (len(empty), list(empty), empty[:], empty.max_total_error_bound) == (0, [], [], 0.0)
    assert set(empty.cost_summary().values()) == {0.0}
    with pytest.raises(IndexError):
        empty[0]
    with pytest.raises(InputError, match="layer must be one of the 0 layers, got 0"):
        empty.column("bit_width", 0)


@pytest.mark.parametrize("bad", ["layer_name", "bits", None, ["bit_width"]])
def test_unknown_column(bad):
    with pytest.raises(InputError, match="column must be a numeric field of SynapsePrecision, got"):
        PLAN.column(bad)


@pytest.mark.parametrize("bad", [-1, 3])
def test_unknown_layer(bad):
    with pytest.raises(InputError, match=f"layer must be one of the 3 layers, got {bad}"):
        PLAN.column("bit_width", bad)


def test_max_total_error_bound(chunk):
    assert PLAN.max_total_error_bound == max(row.total_error_bound for row in ROWS)
    assert type(PLAN.max_total_error_bound) is float


GOOD = {
    "layer_names": ("a", "b"),
    "layer_shapes": ((2, 2), (1, 1)),
    "sensitivity": np.array([0.0, 0.5, 1.0, 1.0, 1e300]),
    "class_index": np.array([0, 1, 1, 1, 0], dtype=np.uint8),
    "class_bit_width": np.array([4, 1023]),
    "class_bitstream_length": np.array([100, 1 << 62]),
    "confidence": 0.95,
}


def test_made_by_hand():
    plan = PrecisionPlan(**GOOD)
    assert [(row.bit_width, row.bitstream_length) for row in plan] == [(4, 100), *3 * [(1023, 1 << 62)], (4, 100)]
    assert PrecisionPlan(**{**GOOD, "class_index": GOOD["class_index"].astype(np.uint16)}) == plan
    assert PrecisionPlan(**{**GOOD, "layer_names": ["a", "b"], "layer_shapes": [[2, 2], [1, 1]]}) == plan


def test_arrays_of_the_caller_are_copied_unless_nobody_can_write_to_them():
    sensitivity = GOOD["sensitivity"].copy()
    plan = PrecisionPlan(**{**GOOD, "sensitivity": sensitivity})
    assert sensitivity.flags.writeable
    sensitivity[:] = 9
    assert plan[0].sensitivity == 0.0
    view = np.zeros(6)[1:]
    view.flags.writeable = False
    assert PrecisionPlan(**{**GOOD, "sensitivity": view}).sensitivity is not view
    owned = np.zeros(5)
    owned.flags.writeable = False
    assert PrecisionPlan(**{**GOOD, "sensitivity": owned}).sensitivity is owned


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layer_names": ("a",)}, "layer_names must have one name per layer, got 1 for 2 layers"),
        ({"layer_names": ("a", "a")}, "layer_names must differ"),
        ({"layer_shapes": ((2, 2), (1,))}, r"layer_shapes must hold \(outputs, inputs\), .*, got \(1,\)"),
        ({"layer_shapes": ((2, 2), (1, 0))}, r"layer_shapes must hold"),
        ({"layer_shapes": ((2, 2), (1, True))}, r"layer_shapes must hold"),
        ({"layer_shapes": ((2, 2), "11")}, r"layer_shapes must hold"),
        ({"layer_shapes": ((2, 2), (-1, -1))}, r"layer_shapes must hold"),
        ({"layer_shapes": ((10**6, 10**6), (1, 1))}, "a plan must have at most 200000000 synapses"),
        (
            {"layer_shapes": ((2, 3), (1, 1))},
            r"sensitivity must be float64 of shape \(7,\), got float64 of shape \(5,\)",
        ),
        ({"sensitivity": np.zeros(5, np.float32)}, "sensitivity must be float64 .*, got float32"),
        ({"sensitivity": [0.0] * 5}, r"sensitivity must be float64 of shape \(5,\), got \[0\.0"),
        ({"sensitivity": np.full(5, np.nan)}, "sensitivity must lie in 0.0 to 1e[+]300, got nan to nan"),
        ({"sensitivity": np.full(5, np.inf)}, "sensitivity must lie in"),
        ({"sensitivity": np.full(5, -1e-9)}, "sensitivity must lie in"),
        ({"class_index": np.array([0, 1, 2, 0, 0], np.uint8)}, "class_index must lie in 0 to 1, got 0 to 2"),
        ({"class_index": np.zeros(5, np.int64)}, "class_index must be uint8 or uint16 of shape"),
        ({"class_bit_width": np.array([0, 4])}, "class_bit_width must lie in 1 to 1023, got 0 to 4"),
        ({"class_bit_width": np.array([4, 1024])}, "class_bit_width must lie in 1 to 1023"),
        ({"class_bit_width": np.array([[4, 4]])}, "class_bit_width must be int64 of shape"),
        ({"class_bitstream_length": np.array([0, 1])}, "class_bitstream_length must lie in 1 to"),
        ({"class_bitstream_length": np.array([1])}, r"class_bitstream_length must be int64 of shape \(2,\)"),
        ({"confidence": 1.0}, "confidence must lie between 0 and 1"),
    ],
)
def test_columns_that_do_not_fit(changes, message):
    with pytest.raises(InputError, match=f"^{message}") as caught:
        PrecisionPlan(**{**GOOD, **changes})
    assert "\n" not in str(caught.value)


def test_memory_is_nine_bytes_a_synapse():
    plan = assign_synapse_precisions([RNG.normal(size=(200, 300))])
    held = sum(value.nbytes for value in vars(plan).values() if isinstance(value, np.ndarray))
    assert held <= 9 * 60_000 + 2000
