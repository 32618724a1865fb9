# SPDX-License-Identifier: Apache-2.0
import io
import json
import math
import tracemalloc
from itertools import islice

import numpy as np
import pytest
import reference_rules
from hypothesis import given
from hypothesis import strategies as st

from sc_precision import (
    InputError,
    LayerPrecision,
    SynapsePrecision,
    assign_synapse_precisions,
    auto_tune_synapse_precisions,
    precision_plan_manifest,
)
from sc_precision.compatible import columns as columns_module
from sc_precision.compatible.cost import cost_summary

RNG = np.random.default_rng(4)
WEIGHTS = [RNG.normal(size=(5, 7)), RNG.normal(size=4), RNG.normal(size=(3, 1))]
NAMES = ["first", 'quo"te\\ \u00e9\n', "third"]
PLAN = assign_synapse_precisions(WEIGHTS, NAMES, min_length=100)
EMPTY = {
    "schema": "sc-neurocore.adaptive_precision_plan.v1",
    "granularity": "synapse",
    "num_synapses": 0,
    "max_total_error_bound": 0.0,
    "cost_summary": {
        "estimated_lut_cost": 0.0,
        "uniform_length_reference_cost": 0.0,
        "estimated_lut_savings_vs_uniform_length": 0.0,
        "estimated_lut_savings_fraction_vs_uniform_length": 0.0,
    },
    "assignments": [],
}


@pytest.fixture(params=[1, 4, 1 << 16])
def chunk(request, monkeypatch):
    monkeypatch.setattr(columns_module, "CHUNK", request.param)


def test_manifest_of_a_plan(chunk):
    manifest = precision_plan_manifest(PLAN)
    assert list(manifest) == list(EMPTY)
    assert manifest["num_synapses"] == 42
    assert manifest["assignments"] == [row.to_dict() for row in PLAN]
    assert all(type(item) is dict for item in manifest["assignments"])
    assert [list(item) for item in manifest["assignments"]] == [list(row.to_dict()) for row in PLAN]
    assert manifest["max_total_error_bound"] == max(row.total_error_bound for row in PLAN)
    rows = reference_rules.synapse_rows(WEIGHTS, NAMES, min_length=100)
    assert list(manifest["cost_summary"].values()) == pytest.approx(reference_rules.cost_summary(rows), rel=1e-12)
    assert json.loads(json.dumps(manifest)) == manifest


def test_row_dicts_are_independent():
    manifest = precision_plan_manifest(PLAN)
    manifest["assignments"][0]["sensitivity"] = "changed"
    manifest["assignments"][0]["more"] = 1
    del manifest["assignments"][0]["bit_width"]
    assert manifest["assignments"][1:] == [row.to_dict() for row in PLAN][1:]
    assert precision_plan_manifest(PLAN)["assignments"][0] == PLAN[0].to_dict()


@pytest.mark.parametrize("convert", [list, tuple, iter])
def test_manifest_of_rows_is_that_of_the_plan(convert):
    assert precision_plan_manifest(convert(PLAN)) == precision_plan_manifest(PLAN)


def test_manifest_of_nothing():
    assert precision_plan_manifest([]) == EMPTY
    assert precision_plan_manifest(assign_synapse_precisions([])) == EMPTY
    assert list(precision_plan_manifest([])) == list(EMPTY)


@pytest.mark.parametrize("bad", [LayerPrecision(0, "a", 64, 0.1, 0.0), {}, None, "row"])
def test_what_is_no_row(bad):
    with pytest.raises(InputError, match=r"^assignments\[2\] must be a SynapsePrecision, got "):
        precision_plan_manifest([PLAN[0], PLAN[1], bad])


@pytest.mark.parametrize("bad", [None, 3])
def test_what_is_no_plan(bad):
    with pytest.raises(InputError, match=r"^assignments must be a PrecisionPlan or a list of rows, got "):
        precision_plan_manifest(bad)


def test_written_manifest_is_the_manifest(chunk, tmp_path):
    for target in (tmp_path / "plan.json", str(tmp_path / "text.json")):
        PLAN.write_manifest(target)
        with open(target, encoding="utf-8") as file:
            text = file.read()
        assert json.loads(text) == precision_plan_manifest(PLAN)
        assert list(json.loads(text)) == list(EMPTY)
    buffer = io.StringIO()
    PLAN.write_manifest(buffer)
    assert buffer.getvalue() == text
    assert not buffer.closed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.json", "text.json"]
    # one line for each row
    assert len(text.splitlines()) == 42 + 2


def test_written_manifest_of_nothing():
    buffer = io.StringIO()
    assign_synapse_precisions([]).write_manifest(buffer)
    assert json.loads(buffer.getvalue()) == EMPTY


def test_written_floats_are_exact():
    maps = [np.array([5e-324, 1e300, 0.1, 1e-7, 123456789.123, 0.0])]
    plan = assign_synapse_precisions([np.ones(6)], sensitivity_maps=maps)
    buffer = io.StringIO()
    plan.write_manifest(buffer)
    assert json.loads(buffer.getvalue())["assignments"] == [row.to_dict() for row in plan]


def test_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "plan.json"
    path.write_text("old")
    good = columns_module.PrecisionPlan.values

    def broken(self, *args):
        yield from islice(good(self, *args), 1)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(columns_module, "CHUNK", 10)
    monkeypatch.setattr(columns_module.PrecisionPlan, "values", broken)
    with pytest.raises(InputError, match=r"plan\.json' cannot be written \(No space left on device\)"):
        PLAN.write_manifest(path)
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]
    assert path.read_text() == "old"


def test_writing_takes_constant_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(columns_module, "CHUNK", 1000)

    def peak(rows):
        plan = assign_synapse_precisions([RNG.normal(size=(rows, 100))])
        tracemalloc.start()
        try:
            plan.write_manifest(tmp_path / "plan.json")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(800) < 1.2 * peak(80)


@given(
    st.lists(
        st.tuples(st.integers(1, 30), st.one_of(st.sampled_from([1, 2, 64, 100, 4096]), st.integers(1, 1 << 40))),
        max_size=20,
    )
)
def test_cost_agrees_with_the_rule(kinds):
    rows = [SynapsePrecision(0, "a", 0, 0, bits, length, 0.0, 0.0, 0.0, 0.0) for bits, length in kinds]
    expected = reference_rules.cost_summary([tuple(row.to_dict().values()) for row in rows])
    found = list(precision_plan_manifest(rows)["cost_summary"].values())
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12 * max(1.0, expected[1]))
    assert all(math.isfinite(value) for value in found)


def test_one_length_saves_exactly_nothing():
    summary = cost_summary({(bits, 100): 7 * bits for bits in range(1, 17)})
    assert summary["estimated_lut_savings_vs_uniform_length"] == 0.0
    assert summary["estimated_lut_savings_fraction_vs_uniform_length"] == 0.0


def test_length_one_costs_nothing():
    assert set(cost_summary({(4, 1): 10}).values()) == {0.0}


def test_auto_tune_passes_everything_on():
    limits = {"min_bits": 2, "max_bits": 9, "min_length": 8, "max_length": 512, "confidence": 0.9}
    manifest = auto_tune_synapse_precisions(WEIGHTS, layer_names=NAMES, target_error_percent=3, **limits)
    surface = manifest.pop("api_surface")
    assert manifest == precision_plan_manifest(assign_synapse_precisions(WEIGHTS, NAMES, target_error=0.03, **limits))
    costs = manifest["cost_summary"]
    assert surface == {
        "action_id": "auto_tune_adaptive_precision",
        "target_error_percent": 3.0,
        "target_error_fraction": 0.03,
        "objective": "minimal_luts_under_error_target",
        "cost_metric": "sum(bit_width * log2(bitstream_length))",
        "estimated_lut_cost": costs["estimated_lut_cost"],
        "uniform_length_reference_cost": costs["uniform_length_reference_cost"],
        "estimated_lut_savings_vs_uniform_length": costs["estimated_lut_savings_vs_uniform_length"],
    }


def test_auto_tune_defaults():
    manifest = auto_tune_synapse_precisions(WEIGHTS)
    assert manifest["api_surface"]["target_error_percent"] == 0.1
    assert manifest["assignments"] == [
        row.to_dict() for row in assign_synapse_precisions(WEIGHTS, target_error=0.1 / 100)
    ]


@pytest.mark.parametrize(
    ("percent", "message"),
    [
        (0, "target_error_percent must be greater than 0, got 0"),
        (-1.0, "target_error_percent must be greater than 0, got -1.0"),
        (math.nan, "target_error_percent must be finite, got nan"),
        (math.inf, "target_error_percent must be finite, got inf"),
        ("1", "target_error_percent must be a real number, got '1'"),
        (5e-324, "target_error_percent is too small for a float"),
    ],
)
def test_auto_tune_bad_percent_is_seen_first(percent, message):
    with pytest.raises(InputError, match=f"^{message}"):
        auto_tune_synapse_precisions([[]], target_error_percent=percent, min_bits=0)


def test_auto_tune_takes_keywords_only():
    with pytest.raises(TypeError, match="positional"):
        auto_tune_synapse_precisions(WEIGHTS, NAMES)
