# SPDX-License-Identifier: Apache-2.0
"""What results show that is no success."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sc_precision.problems import Kind, Problem, Step
from sc_precision.report.verdict import target_missed, violations

_KINDS = {"passed": None, "skipped": None, "failed": Kind.FAILED, "incomplete": Kind.UNDECIDED}


def find_problems(results: dict[str, Any]) -> list[Problem]:
    """What the results show that is no success; steps that were not asked for are none.

    Parameters
    ----------
    results : dict
        Schema ``sc_precision.results.v1``.
    """
    problems = []
    design = results["design"]
    if not design["target_met"]:
        problems.append(Problem(Step.PLAN, Kind.FAILED, f"target missed: the bound {target_missed(design)}"))
    if broken := violations(results):
        text = f"measured errors exceed the bound: {', '.join(broken[:3])}"
        problems.append(Problem(Step.MEASURE, Kind.FAILED, text))
    problems += _of_status(Step.SIMULATE, "simulation", results["simulation"])
    problems += proof_problems(results["proof_summary"])
    if (mutation := results["mutation"]) is not None and not mutation["passed"]:
        problems.append(_low_score(mutation))
    return problems


def proof_problems(summary: Mapping[str, Any]) -> list[Problem]:
    """What `prove` returned, or ``proof_summary`` of results, shows that is no success."""
    return _of_status(Step.PROVE, "proofs", summary)


def _of_status(step: Step, what: str, section: Mapping[str, Any]) -> list[Problem]:
    kind = _KINDS[section["status"]]
    return [] if kind is None else [Problem(step, kind, f"{what} {section['status']}: {section['reason']}")]


def _low_score(mutation: dict[str, Any]) -> Problem:
    """A low mutation score; undecided where the mutants that stayed open could still have made it high enough."""
    wanted = mutation["kill_rate_wanted"]
    faults = [(core, core["mutants"] - core["equivalent"]) for core in mutation["cores"]]
    failed = any(count and (count - core["survived"]) / count < wanted for core, count in faults)
    text = f"mutation score below {wanted:.0%}: {scores_text(mutation['cores'])}"
    return Problem(Step.MUTANTS, Kind.FAILED if failed else Kind.UNDECIDED, text)


def scores_text(cores: Sequence[dict[str, Any]]) -> str:
    """Each core's share of the mutants that were noticed, in a few words."""
    rates = [(core["core"], core["kill_rate"]) for core in cores]
    return ", ".join(f"{core} {rate:.1%}" if rate is not None else f"{core} none" for core, rate in rates)
