# SPDX-License-Identifier: Apache-2.0
"""What is made of an SBY that crashes, lies or leaves garbage: never a pass."""

import json
import os

import pytest

from sc_precision.tools.sby import ProofTask, Verdict, run_proof


@pytest.fixture
def outcome(fake_sby, write_sby, tmp_path):
    """Run a proof with a fake SBY, return the result."""

    def call(timeout=20, engines=(), **settings):
        fake_sby(**settings)
        return run_proof(ProofTask("t", write_sby(), timeout=timeout, engines=engines), tmp_path / "work")

    return call


def test_the_fake_can_pass(outcome):
    result = outcome()
    assert result.passed
    assert result.versions["toolchain"] == "path"
    assert (result.versions["sby"], result.versions["yosys"]) == ("v0.99", "0.99")


def test_command_line(fake_sby, write_sby, tmp_path):
    calls = fake_sby()
    run_proof(ProofTask("t", write_sby(), engines=("smtbmc bitwuzla",)), tmp_path / "work")
    [(argv, folder)] = [json.loads(line) for line in calls.read_text().splitlines() if "--version" not in line]
    assert argv == ["-f", "-d", "run", "run.sby"]
    assert folder == str(tmp_path / "work" / "t" / "attempts" / "0")
    text = (tmp_path / "work" / "t" / "attempts" / "0" / "run.sby").read_text()
    assert "[engines]\nsmtbmc bitwuzla\n" in text
    assert "smtbmc z3" not in text
    assert "[files]\ncounter.v inputs/0_counter.v\n" in text


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"changes": {"status": None}}, "SBY left no result (exit status 0)"),
        ({"changes": {"status": ""}}, "SBY left no result"),
        ({"changes": {"status": "\x00\xff garbage"}}, "SBY left no result"),
        ({"changes": {"status": "PASS"}}, "SBY left no result"),
        ({"code": 3, "changes": {"status": "PASS 0 0"}}, "SBY contradicts itself: PASS, but its exit status says 3"),
        ({"changes": {"status": "PASS 2 0"}}, "PASS, but its status file says 2"),
        ({"changes": {"PASS": None}}, "PASS, but its marker files says nothing"),
        ({"changes": {"FAIL": ""}}, "PASS, but its marker files says PASS FAIL"),
        ({"changes": {"task.xml": None}}, "PASS, but its JUnit file says nothing"),
        ({"changes": {"task.xml": "<testsuites"}}, "PASS, but its JUnit file says nothing"),
        ({"changes": {"task.xml": "not XML at all"}}, "PASS, but its JUnit file says nothing"),
        (
            {"changes": {"task.xml": '<a><property name="status" value="FAIL"/></a>'}},
            "PASS, but its JUnit file says FAIL",
        ),
        (
            {
                "changes": {
                    "task.xml": '<a><property name="status" value="PASS"/>'
                    '<testcase type="ASSERT" id="a_sum"><skipped/></testcase></a>'
                }
            },
            "SBY contradicts itself: PASS, but a_sum did not pass",
        ),
        ({"changes": {"model/design.json": None}}, "the design has no assert statement"),
        ({"changes": {"model/design.json": "[[["}}, "the design has no assert statement"),
        ({"changes": {"model/design.json": '{"modules": 3}'}}, "the design has no assert statement"),
        ({"changes": {"config.sby": None}}, "mode (none) does not prove"),
        (
            {"output": "base: Warning: Wire m.\\x is used but has no driver."},
            "Warning: Wire m.\\x is used but has no driver.",
        ),
        (
            {"changes": {"model/design.log": "x.v:3: Warning: Identifier `\\y' is implicitly declared.\n"}},
            "implicitly declared",
        ),
        ({"code": 16, "status": "ERROR", "output": "SBY 1:02:03 [run] ERROR: it broke"}, "ERROR: it broke"),
        ({"code": 16, "status": "ERROR"}, "SBY reports an error"),
        ({"code": 32, "status": "CANCELLED"}, "SBY left no result (exit status 32)"),
        ({"signal": 11, "changes": {"status": None}}, "SBY left no result (exit status -11)"),
        ({"signal": 9}, "SBY contradicts itself: PASS, but its exit status says -9"),
        ({"code": 1, "changes": {"status": None}, "output": "Traceback\nValueError: ouch"}, "ValueError: ouch"),
        ({"code": 1, "changes": {"status": None}, "output": "ERROR: no file"}, "ERROR: no file"),
    ],
)
def test_only_what_agrees_is_believed(outcome, settings, message):
    result = outcome(**settings)
    assert result.verdict is Verdict.ERROR
    assert message in result.message
    assert "\n" not in result.message
    assert not result.passed


def test_results_of_a_killed_sby_do_not_count(outcome, leftovers):
    result = outcome(sleep=3600 + os.getpid(), timeout=1)
    assert result.verdict is Verdict.TIMEOUT


def test_fail_unknown_timeout(outcome):
    assert outcome(code=2, status="FAIL").verdict is Verdict.FAIL
    assert outcome(code=4, status="UNKNOWN").verdict is Verdict.UNKNOWN
    assert outcome(code=8, status="TIMEOUT").verdict is Verdict.TIMEOUT


def test_binary_output_in_the_log(outcome):
    result = outcome(changes={"logfile.txt": "\x00\x01\x02"})
    assert result.passed
