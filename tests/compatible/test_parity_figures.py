# SPDX-License-Identifier: Apache-2.0
"""Figures recorded from the published package: ints exactly, floats to a relative 1e-12."""

import json
from pathlib import Path

import pytest
import reference_rules

from sc_precision import (
    assign_lengths,
    assign_synapse_precisions,
    auto_tune_synapse_precisions,
    precision_plan_manifest,
)

FOLDER = Path(__file__).parents[1] / "data" / "parity"


def cases(name):
    found = json.loads((FOLDER / f"{name}.json").read_text())
    assert len(found) >= 20
    return found


def assert_same(found, expected):
    """Equal, with the same types and the same keys in the same order; floats to a relative 1e-12."""
    assert type(found) is type(expected)
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        for key, value in expected.items():
            assert_same(found[key], value)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for mine, theirs in zip(found, expected, strict=True):
            assert_same(mine, theirs)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-12, abs=0)
    else:
        assert found == expected


@pytest.mark.parametrize("case", cases("assign_lengths"))
def test_layer_rows(case):
    rows = assign_lengths(case["weights"], **case["kwargs"])
    assert_same([row.to_dict() for row in rows], case["rows"])


@pytest.mark.parametrize("case", cases("assign_synapse_precisions"))
def test_synapse_rows(case):
    plan = assign_synapse_precisions(case["weights"], sensitivity_maps=case["sensitivity_maps"], **case["kwargs"])
    assert_same([row.to_dict() for row in plan], case["rows"])
    for assignments in (plan, list(plan)):
        manifest = precision_plan_manifest(assignments)
        assert_same(manifest["assignments"], case["rows"])
        assert_same(manifest["cost_summary"], case["cost_summary"])
        assert_same(manifest["max_total_error_bound"], case["max_total_error_bound"])


@pytest.mark.parametrize("case", cases("assign_synapse_precisions"))
def test_the_rules_written_for_these_tests(case):
    """The slow restatement that the property tests trust reproduces the figures, too."""
    names = [f"layer_{index}" for index in range(len(case["weights"]))]
    rows = reference_rules.synapse_rows(case["weights"], names, case["sensitivity_maps"], **case["kwargs"])
    assert_same([list(row) for row in rows], [list(row.values()) for row in case["rows"]])
    assert_same(reference_rules.cost_summary(rows), list(case["cost_summary"].values()))


@pytest.mark.parametrize("case", cases("auto_tune"))
def test_auto_tune(case):
    manifest = auto_tune_synapse_precisions(case["weights"], **case["kwargs"])
    assert list(manifest)[-2:] == ["assignments", "api_surface"]
    plan = assign_synapse_precisions(case["weights"], target_error=case["kwargs"]["target_error_percent"] / 100)
    assert manifest.pop("assignments") == [row.to_dict() for row in plan]
    assert_same(manifest, case["manifest_without_assignments"])
