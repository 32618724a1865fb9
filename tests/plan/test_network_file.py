# SPDX-License-Identifier: Apache-2.0
import json
import zipfile

import numpy as np
import pytest
from tiny_nets import random_network

from sc_precision.errors import InputError
from sc_precision.importers.arrays import write_arrays
from sc_precision.network import Dense, Network
from sc_precision.plan.network import NetworkPlan, plan_network


@pytest.fixture(scope="module", params=["fixed", "stochastic"])
def plan(request):
    network = random_network((5, 4, 3), seed=2, input_fraction=None if request.param == "fixed" else 4)
    return plan_network(network, target_error=0.3, datapath=request.param, name="demo", lanes=3)


@pytest.fixture
def saved(plan, tmp_path):
    path = tmp_path / "plan.npz"
    plan.save(path)
    return path


def contents(path):
    with np.load(path) as file:
        arrays = {key: file[key] for key in file.files}
    return json.loads(arrays.pop("meta").tobytes()), arrays


def rewrite(path, meta, arrays):
    write_arrays(path, {"meta": np.frombuffer(json.dumps(meta).encode(), np.uint8), **arrays})


def test_a_plan_survives_its_file(plan, saved):
    loaded = NetworkPlan.load(saved)
    assert loaded.hash == plan.hash
    assert loaded.to_dict() == plan.to_dict()
    assert loaded.bound == plan.bound
    for before, after in zip(plan.layers, loaded.layers, strict=True):
        assert (before.dense.weight == after.dense.weight).all()
        assert (before.bits == after.bits).all()
        assert (before.lengths == after.lengths).all()
        assert (before.bounds.pre_low == after.bounds.pre_low).all()
        assert (before.error_high == after.error_high).all()
    codes = plan.input_codes(np.zeros((1, 5)))
    assert (loaded.input_codes(np.zeros((1, 5))) == codes).all()


def test_the_same_plan_gives_the_same_bytes(plan, saved, tmp_path):
    again = tmp_path / "again.npz"
    NetworkPlan.load(saved).save(again)
    assert again.read_bytes() == saved.read_bytes()


def test_bounds_are_not_in_the_file(saved):
    meta, arrays = contents(saved)
    assert not any("bound" in key and key != "cost_lower_bound" for key in meta)
    assert {key.rsplit("_", 1)[0] for key in arrays} <= {"weight", "bias", "bits", "length_log2"}


def change(path, keys, value):
    """Set an entry of the description, or an array; ABSENT takes it out, a function is applied to what is there."""
    meta, arrays = contents(path)
    place = arrays if keys[0] in arrays else meta
    for key in keys[:-1]:
        place = place[key]
    if value is ABSENT:
        del place[keys[-1]]
    else:
        place[keys[-1]] = value(place.get(keys[-1])) if callable(value) else value
    rewrite(path, meta, arrays)


ABSENT = object()


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (["weight_0"], lambda array: array * 1.0001),
        (["bias_1"], lambda array: array + 0.5),
        (["bits_0"], lambda array: np.full_like(array, 4)),
        (["target", "values"], [0.4]),
        (["target"], {"kind": "decision", "values": [0.3]}),
        (["composition"], "interval"),
        (["name"], "other"),
        (["lanes"], 1),
        (["layers", 0, "scale"], 3),
        (["layers", 1, "output_fraction"], 1),
        (["layers", 1, "activation"], "relu"),
        (["hash"], "0" * 64),
        (["hash"], None),
        (["input"], lambda ends: [ends[0], 2.0, ends[2]]),
    ],
)
def test_a_plan_that_was_changed_is_refused(saved, keys, value):
    change(saved, keys, value)
    with pytest.raises(InputError, match=r"plan.npz: the plan it gives has hash .*it was changed"):
        NetworkPlan.load(saved)


@pytest.mark.parametrize(
    ("keys", "value", "message"),
    [
        (["schema"], "other.v1", "meta: schema must be 'sc_precision.network_plan.v1', got 'other.v1'"),
        (["schema"], ABSENT, "meta: is no description of a network plan"),
        (["limits"], ABSENT, "is no usable network plan"),
        (["limits"], {"bits": 3}, "is no usable network plan"),
        (["limits"], [], "is no usable network plan"),
        (["limits", "max_bits"], 99, "max_bits must be at most 24"),
        (["limits", "max_bits"], 2, "bits_0: must be 2 to 2"),
        (["datapath"], "analog", "datapath must be one of fixed, stochastic, got 'analog'"),
        (["datapath"], ["fixed"], "datapath must be one of"),
        (["name"], "module", "is a Verilog keyword"),
        (["name"], 7, "is not a Verilog identifier"),
        (["lanes"], 0, "lanes must be at least 1"),
        (["lanes"], "3", "lanes must be an int"),
        (["rounding"], "up", "rounding must be one of truncate, nearest_even, .*, got 'up'"),
        (["target"], 0.3, "target must have a kind and a list of values, got 0.3"),
        (["target", "kind"], "best", "target kind must be one of absolute"),
        (["target", "values"], 0.3, "target must have a kind and a list of values"),
        (["target", "values"], ["much"], "target_error must be a real number"),
        (["target", "values"], [-1.0], "target_error must be greater than 0"),
        (["target", "values"], [0.1, 0.1], "target_error must be one number"),
        (["target"], {"kind": "per_output", "values": [0.1, 0.1]}, "target_errors must have 3 entries"),
        (["composition"], "best", "bounds must be one of affine, interval, got 'best'"),
        (["cost_lower_bound"], -1.0, "cost_lower_bound must not be negative"),
        (["input"], [0.0, 1.0], "is no usable network plan"),
        (["input"], [0.0, -1.0, None], "the input range must"),
        (["input"], [-1.0, 1.0, 4], "hash|unipolar"),
        (["input_fraction"], "4", "meta: input_fraction must be an int, got '4'"),
        (["layers"], 7, "is no usable network plan"),
        (["layers"], [], "there are no layers"),
        (["layers"], lambda layers: layers[:1], "weight_1: belongs to no layer"),
        (["layers", 0, "scale"], 1000, "scale of layer 0 must be at most 64"),
        (["layers", 0, "scale"], True, "scale of layer 0 must be an int"),
        (["layers", 0, "output_fraction"], 10**6, "output_fraction of layer 0 must be at most 1024"),
        (["layers", 0, "output_fraction"], -(10**6), "output_fraction of layer 0 must be at least -1024"),
        (["layers", 0, "output_fraction"], "4", "output_fraction of layer 0 must be an int"),
        (["layers", 0, "activation"], "tanh", "activation must be one of identity, relu, got 'tanh'"),
        (["layers", 0, "name"], "layer_1", "layer names must differ"),
        (["bits_1"], ABSENT, "is no usable network plan"),
        (["weight_0"], lambda array: array[:, :2], "bits_0: shape .* is not the weights'"),
        (["bits_0"], lambda array: array[:1], "bits_0: shape .* is not the weights'"),
        (["bits_0"], lambda array: array * 0, "bits_0: must be 2 to 16, got 0 to 0"),
        (["weight_0"], lambda array: array * np.nan, "weight_0: .*finite"),
    ],
)
def test_a_file_that_holds_no_plan_is_refused(saved, keys, value, message):
    change(saved, keys, value)
    with pytest.raises(InputError, match=message) as info:
        NetworkPlan.load(saved)
    assert str(info.value).startswith(str(saved))
    assert "\n" not in str(info.value)


def test_a_file_cannot_move_inputs_off_the_grid_of_the_network(tmp_path):
    plan = plan_network(random_network((3, 2), seed=1), target_error=0.5)
    path = tmp_path / "plan.npz"
    plan.save(path)
    # A coarser grid would round inputs, which the network's own grid says is not needed.
    change(path, ["input_fraction"], 2)
    assert NetworkPlan.load(path).params[0].inputs.format.fraction == 4


def test_lengths_are_checked(tmp_path):
    plan = plan_network(random_network((3, 2), seed=1), target_error=0.5, datapath="stochastic")
    path = tmp_path / "plan.npz"
    for value, message in (
        (lambda array: array + 60, "holds lengths outside the limits or too short"),
        (lambda array: array * 0, "holds lengths outside the limits or too short"),
        (lambda array: array[:1], "length_log2_0: shape"),
    ):
        plan.save(path)
        change(path, ["length_log2_0"], value)
        with pytest.raises(InputError, match=message):
            NetworkPlan.load(path)


def test_hostile_files_are_refused(saved, tmp_path):
    with pytest.raises(InputError, match="no such file"):
        NetworkPlan.load(tmp_path / "absent.npz")
    saved.write_bytes(saved.read_bytes()[:-200])
    with pytest.raises(InputError, match="cannot be read"):
        NetworkPlan.load(saved)
    write_arrays(saved, {"weight_0": np.ones((1, 1))})
    with pytest.raises(InputError, match="is no network plan: meta is missing"):
        NetworkPlan.load(saved)
    write_arrays(saved, {"meta": np.frombuffer(b"[" * 100_000, np.uint8)})
    with pytest.raises(InputError, match="is no description"):
        NetworkPlan.load(saved)
    write_arrays(saved, {"meta": np.frombuffer(b"\xff\xfe{", np.uint8)})
    with pytest.raises(InputError, match="is no description"):
        NetworkPlan.load(saved)
    for name in ("rows", "weight_00", "bits_-1", "length_log2"):
        write_arrays(saved, {name: np.ones(1)})
        with pytest.raises(InputError, match="unknown key"):
            NetworkPlan.load(saved)
    with zipfile.ZipFile(saved, "w") as archive:
        archive.writestr("meta.npy", b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(InputError, match="cannot be read"):
        NetworkPlan.load(saved)


def test_files_that_cannot_be_written_are_refused(plan, tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        plan.save(tmp_path)
    with pytest.raises(InputError, match="cannot"):
        plan.save(tmp_path / "absent" / "plan.npz")
    assert list(tmp_path.iterdir()) == []


def test_plans_of_unusual_networks_survive(tmp_path):
    path = tmp_path / "plan.npz"
    network = Network((Dense([[-0.25, 3e-7]], [1e-5], name="näme 1"),), input_low=-3.0, input_high=0.5)
    plan = plan_network(network, target_error=1e-3)
    plan.save(path)
    assert NetworkPlan.load(path).hash == plan.hash
