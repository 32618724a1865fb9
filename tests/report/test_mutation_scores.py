# SPDX-License-Identifier: Apache-2.0
"""Scores in the report: shown as counted, refused where they contradict their counts."""

import pytest

from sc_precision.errors import InputError
from sc_precision.report.html import render_report
from sc_precision.report.results import check_results

LISTED = {"module": "m", "fault": "inv <b>x</b>.A[0]", "state": "survived", "reason": None}


def core(**changes):
    counts = {"mutants": 10, "killed": 6, "refused": 1, "equivalent": 2, "survived": 1, "open": 0, "kill_rate": 7 / 8}
    return {"core": "the_core", **counts, "listed": [LISTED], **changes}


def scores(*cores, **changes):
    found = {"count": 10, "seed": 1, "seconds": 3.0, "kill_rate_wanted": 0.5, "passed": True, "cores": list(cores)}
    return {**found, **changes}


def test_they_are_shown(results):
    page = render_report({**results, "mutation": scores(core())})
    assert "Random mutants" in page
    assert "inv &lt;b&gt;x&lt;/b&gt;.A[0]" in page
    assert "Random mutants" not in render_report(results)
    assert check_results(results)["mutation"] is None


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (scores(core(mutants=11)), "its 11 mutants are not the sum"),
        (scores(core(listed=[])), "not every mutant that survived"),
        (scores(core(kill_rate=1.0)), "kill_rate is 1.0"),
        (scores(core(), kill_rate_wanted=0.95), "mutation.passed is True, but its cores say False"),
        (scores(core(core="")), "must not be empty"),
    ],
)
def test_contradictions_are_refused(results, found, message):
    with pytest.raises(InputError, match=message):
        check_results({**results, "mutation": found})
