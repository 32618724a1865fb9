# SPDX-License-Identifier: Apache-2.0
import copy
import json
import math
import re

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from sc_precision.errors import InputError
from sc_precision.report import RESULTS_SCHEMA, check_results, results_schema

MISSING = object()
NO_VERDICT = {"status": "incomplete", "tests": [{"name": "test_stalls", "passed": False}]}


def test_schema_is_a_schema():
    Draft202012Validator.check_schema(results_schema())
    assert results_schema()["$id"] == RESULTS_SCHEMA == "sc_precision.results.v1"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("schema",), "v2", "schema: must be 'sc_precision.results.v1', got 'v2'"),
        (("design",), None, "design: must be object, got None"),
        (("attack",), MISSING, "attack is missing"),
        (("layers", 1, "bound"), MISSING, "layers[1]: bound is missing"),
        (("layers", 1, "bound"), "0.1", "layers[1].bound: must be finite number, got '0.1'"),
        (("layers", 1, "bound"), math.nan, "layers[1].bound: must be finite number, got nan"),
        (("layers", 0, "measured_max_error"), math.inf, "must be finite number or null, got inf"),
        (("layers", 0, "bound"), 10**400, "layers[0].bound: must be finite number, got 1000"),
        (("layers", 0, "bound"), True, "layers[0].bound: must be finite number, got True"),
        (("design", "bound"), -0.5, "design.bound: must be at least 0, got -0.5"),
        (("design", "name"), "", "design.name: must not be empty"),
        (("design", "n_in"), 64.5, "design.n_in: must be integer, got 64.5"),
        (("accuracy", "golden"), 98.0, "accuracy.golden: must be at most 1, got 98.0"),
        (("proofs", 2, "verdict"), "pass", "proofs[2].verdict: must be one of PASS, FAIL, UNKNOWN, TIMEOUT, ERROR"),
        (("proofs", 0, "bond"), 1, "proofs[0]: unknown entry 'bond'; known are lemma, core"),
        (("layers", 0, "bit_widths"), {"-3": 1}, "layers[0].bit_widths"),
        (("layers", 0, "bit_widths"), {"3": -1}, "layers[0].bit_widths.3: must be at least 0, got -1"),
        (("size", "cells", "gowin"), None, "size.cells: unknown entry 'gowin'; known are generic, ice40, xilinx"),
        (("tools", "a\nb" * 50), 3, "tools.'a\\nb"),
        (("simulation", "status"), "ok", "status: must be one of passed, failed, incomplete, skipped, got 'ok'"),
        (("design", "target_met"), False, "design.target_met is False, but bound 0.9999989082117184 and target_er"),
        (("design", "target_error"), 0.5, "design.target_met is True, but bound 0.9999989082117184 and target_er"),
        (("design", "target_error"), None, "design must have either target_error or target, the other one null"),
        (
            ("design", "target"),
            {"label": "a", "name": "e[0]", "bound": 0.5, "limit": 1.0},
            "design must have either target_error or target, the other one null",
        ),
        (("attack", "bound"), 0.5, "attack.bound 0.5 is not design.bound 0.9999989082117184"),
        (("outputs", 4, "bound_low"), 2.0, "outputs[4]: bound_low 2.0 exceeds bound_high 0.99258878"),
        (("outputs", 4, "worst_low"), None, "outputs[4]: give both worst_low and worst_high, or neither"),
        (("simulation", "tests"), [], "simulation.status is passed, but no test is listed"),
        (("simulation", "tests"), MISSING, "simulation.status is passed, but no test is listed"),
        (("simulation", "tests", 1, "passed"), False, "but test 'network_bench.test_backpressure' did not pass"),
        (("simulation", "outputs_compared"), 0, "simulation.status is passed, but outputs_compared is 0 or missing"),
        (("simulation", "status"), "skipped", "simulation.status is skipped, but tests are listed"),
        (("simulation",), NO_VERDICT, "status is incomplete, but test 'test_stalls' did not pass; say failed"),
        (("simulation",), None, "accuracy.rtl is 0.98, but there was no simulation; give null"),
        (("accuracy", "rtl_images"), 0, "accuracy.rtl needs rtl_images"),
        (("proofs", 0, "verdict"), "FAIL", "proofs[0] (digits_l0_stream_0, prove) has verdict FAIL where PASS is"),
        (("proofs", 0, "verdict"), None, "proof_summary.status is passed, but proofs[0]"),
        (("proofs", 2, "verdict"), "PASS", "(digits_l0_stream_0, mutant_mask) has verdict PASS where FAIL is expected"),
        (("proofs",), [], "proof_summary.status is passed, but no proof of a claim is listed"),
        (("proofs", 1, "task"), "prove", "proofs[1] (digits_l0_stream_0, prove) is listed twice"),
        (("proof_summary",), None, "has verdict PASS, but proof_summary says that no proof ran"),
        (("proof_summary", "status"), "skipped", "has verdict PASS, but proof_summary says that no proof ran"),
    ],
)  # fmt: skip
def test_refused(results, path, value, message):
    place = results
    for key in path[:-1]:
        place = place[key]
    if value is MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        check_results(results)
    text = str(caught.value)
    assert text.startswith("results: ")
    assert "\n" not in text
    assert len(text) < 400


def test_a_failed_proof_is_not_incomplete(change):
    with pytest.raises(InputError, match=r"incomplete, but .* has verdict FAIL where PASS is expected; say failed"):
        check_results(change((("proof_summary", "status"), "incomplete"), (("proofs", 0, "verdict"), "FAIL")))


def test_only_covers_are_no_proof(change, results):
    covers = [row for row in results["proofs"] if row["task"] == "cover"]
    with pytest.raises(InputError, match="no proof of a claim is listed"):
        check_results(change((("proofs",), covers)))


@pytest.mark.parametrize("value", [None, [], "text", 3])
def test_not_a_dict(value):
    with pytest.raises(InputError, match=r"expected a dict of schema sc_precision\.results\.v1, got"):
        check_results(value)


@pytest.mark.parametrize("value", [np.int64(3), {1, 2}, b"x", object()])
def test_not_json(results, value):
    with pytest.raises(InputError, match="not JSON-ready"):
        check_results(results | {"tools": {"numpy": value}})


def test_a_cycle_is_not_json(results):
    results["tools"]["self"] = results
    with pytest.raises(InputError, match="not JSON-ready"):
        check_results(results)


def test_copy_is_plain_and_complete(results):
    before = copy.deepcopy(results)
    results["layers"] = tuple(results["layers"])
    results["layers"][0]["bit_widths"] = {2: 3}
    results["design"]["name"] = "a\t b\x00\u202e\ud800\n"
    del results["proof_summary"]["reason"]
    found = check_results(results)
    assert found["design"]["name"] == "a b\ufffd\ufffd\ufffd"
    assert found["layers"][0]["bit_widths"] == {"2": 3}
    assert found["proof_summary"]["reason"] is None
    assert found["proofs"][0]["message"] is None
    assert results["design"]["name"] == "a\t b\x00\u202e\ud800\n"
    assert "reason" not in results["proof_summary"]
    assert check_results(before)["outputs"] == before["outputs"]
    json.dumps(found, allow_nan=False)
