# SPDX-License-Identifier: Apache-2.0
import io
import json
import os
import sys
import zipfile

import numpy as np
import pytest

from sc_precision import InputError, PrecisionPlan, assign_synapse_precisions
from sc_precision.compatible import columns as columns_module
from sc_precision.compatible import storage as storage_module
from sc_precision.compatible.columns import FIELDS, MAX_BIT_WIDTH, MAX_LENGTH
from sc_precision.errors import ToolMissingError

RNG = np.random.default_rng(7)
WEIGHTS = [RNG.normal(size=(5, 7)), RNG.normal(size=4), RNG.normal(size=(3, 1))]
NAMES = ["first", 'quo"te\u00e9\n', "n" * 300]
PLAN = assign_synapse_precisions(WEIGHTS, NAMES, min_length=100)
ARRAYS = ("meta", "sensitivity", "class_index", "class_bit_width", "class_bitstream_length")


def test_round_trip(tmp_path):
    PLAN.save(tmp_path / "plan.npz")
    loaded = PrecisionPlan.load(str(tmp_path / "plan.npz"))
    assert loaded == PLAN
    assert list(loaded) == list(PLAN)
    assert (loaded.layer_names, loaded.confidence) == (tuple(NAMES), 0.95)
    assert not loaded.sensitivity.flags.writeable
    with np.load(tmp_path / "plan.npz", allow_pickle=False) as file:
        assert sorted(file) == sorted(ARRAYS)
    assert [path.name for path in tmp_path.iterdir()] == ["plan.npz"]


@pytest.mark.parametrize(
    "plan",
    [
        assign_synapse_precisions([]),
        assign_synapse_precisions([np.zeros(3)]),
        assign_synapse_precisions([[1.0, 0.5]], sensitivity_maps=[[1e300, 5e-324]], confidence=0.123456789012345678),
        assign_synapse_precisions(
            [2.0 ** np.linspace(-1000, 0, 2000)],
            target_error=1e-280,
            min_bits=1,
            max_bits=MAX_BIT_WIDTH,
            min_length=1,
            max_length=MAX_LENGTH,
        ),
    ],
)
def test_round_trip_of_odd_plans(plan, tmp_path):
    plan.save(tmp_path / "plan.npz")
    loaded = PrecisionPlan.load(tmp_path / "plan.npz")
    assert loaded == plan
    assert loaded.sensitivity.tobytes() == plan.sensitivity.tobytes()
    assert loaded.confidence == plan.confidence


def test_same_plan_same_bytes(tmp_path):
    PLAN.save(tmp_path / "a.npz")
    assign_synapse_precisions([w.tolist() for w in WEIGHTS], NAMES, min_length=100).save(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_saving_replaces_a_file_and_fails_whole(tmp_path, monkeypatch):
    path = tmp_path / "plan.npz"
    path.write_bytes(b"old")
    with pytest.raises(InputError, match=r"no-such-folder.* cannot be written"):
        PLAN.save(tmp_path / "no-such-folder" / "plan.npz")
    monkeypatch.setattr(storage_module, "MAX_VALUES", 100)
    with pytest.raises(InputError, match="a plan file holds at most 100 values, got "):
        PLAN.save(path)
    assert path.read_bytes() == b"old"
    monkeypatch.undo()
    PLAN.save(path)
    assert PrecisionPlan.load(path) == PLAN


def stored(path, **changes):
    """Write a plan file with some arrays changed; None leaves one out."""
    PLAN.save(path)
    with np.load(path) as file:
        arrays = {**{name: file[name] for name in file}, **changes}
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})


def meta(**changes):
    text = {
        "schema": "sc-precision.synapse_plan.v1",
        "confidence": 0.95,
        "layers": [{"name": "a", "shape": [5, 7]}, {"name": "b", "shape": [1, 4]}, {"name": "c", "shape": [3, 1]}],
    }
    text = {name: value for name, value in {**text, **changes}.items() if value is not None}
    return np.frombuffer(json.dumps(text).encode(), np.uint8)


def test_changed_file_that_is_still_a_plan(tmp_path):
    stored(tmp_path / "plan.npz", meta=meta())
    assert PrecisionPlan.load(tmp_path / "plan.npz").layer_names == ("a", "b", "c")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sensitivity": None}, "is no plan file: sensitivity is missing"),
        ({"meta": None}, "is no plan file: meta is missing"),
        ({"weights": np.zeros(3)}, "unknown key 'weights'"),
        ({"sensitivity": np.zeros(41)}, r"sensitivity must be float64 of shape \(42,\), got float64 of shape \(41,\)"),
        ({"sensitivity": np.zeros((6, 7))}, "sensitivity: must have 1 dimensions"),
        ({"sensitivity": np.full(42, np.nan)}, "sensitivity"),
        ({"sensitivity": np.full(42, -1.0)}, "sensitivity must lie in 0.0 to 1e[+]300"),
        ({"sensitivity": np.full(42, 1e301)}, "sensitivity must lie in"),
        ({"sensitivity": np.zeros(42, int)}, "sensitivity: must hold"),
        ({"sensitivity": np.zeros(42, object)}, "sensitivity: "),
        ({"class_index": np.full(42, 99, np.uint8)}, "class_index must lie in 0 to"),
        ({"class_index": np.zeros(42, np.uint64)}, "class_index must be uint8 or uint16"),
        ({"class_index": np.zeros(42, np.int8)}, "class_index: must hold"),
        ({"class_bit_width": np.array([4])}, "must be int64 of shape"),
        ({"class_bit_width": np.zeros(0, int)}, "must"),
        ({"class_bit_width": np.array([4] * 7, np.int32)}, "class_bit_width must be int64"),
        ({"class_bitstream_length": np.full(7, 1.5)}, "class_bitstream_length: must hold"),
        ({"meta": np.frombuffer(b"{", np.uint8)}, "meta: is no description of a plan"),
        ({"meta": np.frombuffer(b"[" * 100_000, np.uint8)}, "meta: is no description of a plan"),
        ({"meta": np.frombuffer(b"[1]", np.uint8)}, "meta: is no description of a plan"),
        ({"meta": np.frombuffer(b"\xff\xfe\x00", np.uint8)}, "meta: is no description of a plan"),
        ({"meta": np.array([300, 400], np.uint16)}, "meta: is no description of a plan"),
        ({"meta": meta(schema="other")}, "meta: schema must be 'sc-precision.synapse_plan.v1', got 'other'"),
        ({"meta": meta(schema=None)}, "meta: is no description of a plan"),
        ({"meta": meta(confidence=1.5)}, "confidence must lie between 0 and 1"),
        ({"meta": meta(confidence="0.95")}, "confidence must be a real number"),
        ({"meta": meta(confidence=float("nan"))}, "confidence must be finite"),
        ({"meta": meta(layers=5)}, "meta: is no description of a plan"),
        ({"meta": meta(layers=[[1, 2]])}, "meta: is no description of a plan"),
        ({"meta": meta(layers=[{"name": "a"}])}, "meta: is no description of a plan"),
        ({"meta": meta(layers=[{"name": "a", "shape": [2, 2]}])}, r"sensitivity must be float64 of shape \(4,\)"),
        ({"meta": meta(layers=[{"name": "a", "shape": [10**9, 10**9]}])}, "a plan must have at most"),
        ({"meta": meta(layers=[{"name": "a", "shape": [-6, -7]}])}, "layer_shapes must hold"),
        ({"meta": meta(layers=[{"name": "a", "shape": "67"}])}, "layer_shapes must hold"),
        ({"meta": meta(layers=[{"name": 1, "shape": [6, 7]}])}, r"layer_names\[0\] must be a non-empty string"),
        ({"meta": meta(layers=[{"name": "", "shape": [6, 7]}])}, r"layer_names\[0\] must be a non-empty string"),
        ({"meta": meta(layers=2 * [{"name": "a", "shape": [3, 7]}])}, "layer_names must differ"),
    ],
)
def test_hostile_files(changes, message, tmp_path):
    path = tmp_path / "plan.npz"
    stored(path, **changes)
    with pytest.raises(InputError, match=message) as caught:
        PrecisionPlan.load(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_pickled_objects_are_never_loaded(tmp_path):
    class Boom:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "boom"),)

    stored(tmp_path / "plan.npz", sensitivity=np.array([Boom()] * 42, dtype=object))
    with pytest.raises(InputError, match="sensitivity"):
        PrecisionPlan.load(tmp_path / "plan.npz")
    assert not (tmp_path / "boom").exists()


def test_truncated_files(tmp_path):
    PLAN.save(tmp_path / "plan.npz")
    whole = (tmp_path / "plan.npz").read_bytes()
    path = tmp_path / "cut.npz"
    for length in [*range(0, 200, 7), *range(200, len(whole), 97), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(InputError) as caught:
            PrecisionPlan.load(path)
        assert "\n" not in str(caught.value)


def test_flipped_bytes_never_give_another_plan(tmp_path):
    PLAN.save(tmp_path / "plan.npz")
    whole = (tmp_path / "plan.npz").read_bytes()
    path = tmp_path / "bad.npz"
    refused = 0
    for place in RNG.choice(len(whole), 400, replace=False):
        broken = bytearray(whole)
        broken[place] ^= int(RNG.integers(1, 256))
        path.write_bytes(broken)
        try:
            loaded = PrecisionPlan.load(path)
        except InputError:
            refused += 1
        else:
            assert loaded == PLAN  # a byte that means nothing, such as a date
    assert refused > 300


def test_huge_header_in_a_small_file(tmp_path):
    PLAN.save(tmp_path / "plan.npz")
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    with (
        zipfile.ZipFile(tmp_path / "plan.npz") as old,
        zipfile.ZipFile(tmp_path / "big.npz", "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, header.getvalue() if name == "sensitivity.npy" else old.read(name))
    with pytest.raises(InputError, match="sensitivity"):
        PrecisionPlan.load(tmp_path / "big.npz")


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"{}" * 1000])
def test_no_plan_file_at_all(content, tmp_path):
    path = tmp_path / "plan.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        PrecisionPlan.load(path)
    assert str(path) in str(caught.value)


def test_a_folder_is_no_plan_file(tmp_path):
    with pytest.raises(InputError):
        PrecisionPlan.load(tmp_path)


# Arrow and Parquet: an extra

needs_arrow = pytest.mark.skipif("not __import__('importlib.util').util.find_spec('pyarrow')")


@needs_arrow
@pytest.mark.parametrize("chunk", [4, 1 << 16])
def test_arrow_table(chunk, monkeypatch):
    monkeypatch.setattr(columns_module, "CHUNK", chunk)
    table = PLAN.to_arrow()
    assert table.column_names == list(FIELDS)
    assert table.to_pylist() == [row.to_dict() for row in PLAN]
    assert assign_synapse_precisions([]).to_arrow().num_rows == 0


@needs_arrow
def test_parquet_file(tmp_path, monkeypatch):
    from pyarrow import parquet

    monkeypatch.setattr(columns_module, "CHUNK", 10)
    path = tmp_path / "plan.parquet"
    path.write_bytes(b"old")
    PLAN.write_parquet(path)
    assert parquet.read_table(path).to_pylist() == [row.to_dict() for row in PLAN]
    assert [p.name for p in tmp_path.iterdir()] == ["plan.parquet"]
    with pytest.raises(InputError, match="cannot be written"):
        PLAN.write_parquet(tmp_path / "no-such-folder" / "plan.parquet")


@pytest.mark.parametrize("export", [lambda _: PLAN.to_arrow(), PLAN.write_parquet])
def test_without_pyarrow(export, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ToolMissingError, match=r"pyarrow is not installed; run: pip install 'sc-precision\[arrow\]'"):
        export(tmp_path / "plan.parquet")
    assert list(tmp_path.iterdir()) == []
