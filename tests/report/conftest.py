# SPDX-License-Identifier: Apache-2.0
"""Results of a build of the digits network on streams, with the proofs that such a build has."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FIGURES = Path(__file__).with_name("digits.json")


def entry(lemma: str, core: str, prop: str, claim: str, task: str = "prove", **fields: Any) -> dict[str, Any]:
    """One entry of ``proofs`` that came out as expected."""
    expected = "FAIL" if task.startswith("mutant") else "PASS"
    found = {
        "lemma": lemma,
        "core": core,
        "property": prop,
        "claim": claim,
        "task": task,
        "verdict": expected,
        "expected": expected,
        "engine": "smtbmc bitwuzla",
        "seconds": 0.42,
        "unbounded": task == "prove",
        "depth": {"prove": 2, "cover": 7}.get(task, 5),
        "cached": False,
        "assumes": [],
    }
    return found | fields


def lemma(name: str, core: str, prop: str, claim: str, mutant: str = "", **fields: Any) -> list[dict[str, Any]]:
    """A lemma's proof, its covers and perhaps a mutant."""
    rows = [
        entry(name, core, prop, claim, "prove", **fields),
        entry(name, core, prop, claim, "cover", seconds=0.61, engine="smtbmc bitwuzla"),
    ]
    if mutant:
        rows.append(entry(name, core, prop, claim, f"mutant_{mutant.split()[0]}", fault=mutant, seconds=0.88))
    return rows


def digits_proofs() -> list[dict[str, Any]]:
    """The proofs of two stochastic layers and the network around them."""
    rows = []
    for core, streams, bits in (("digits_l0", 22, 16), ("digits_l1", 6, 15)):
        leaves = []
        for index in range(streams):
            level = 37 + 91 * index
            leaves.append(f"{core}_stream_{index}")
            claim = (
                f"After t cycles of a stream of 4096, the ones at level {level} where the ramp is still up equal the "
                "closed prefix count, and their excess over t times the level stays within the planned discrepancy."
            )
            rows += lemma(
                leaves[-1], core, "stream discrepancy", claim, "mask one bit of the mask flipped" if index == 0 else "",
                seconds=1.3 + 0.11 * index, cached=index % 5 == 4,
            )  # fmt: skip
        rows += lemma(
            f"{core}_overflow", core, "no overflow", f"No accumulator leaves its {bits} bits, for any input.",
            "width accumulator one bit too narrow", engine="abc pdr", seconds=2.31,
        )  # fmt: skip
        rows += lemma(
            f"{core}_error", core, "error bound",
            "The error of every accumulator at the end of a vector lies in the interval that the plan states for it.",
            "weight sign of one weight flipped", seconds=14.6, assumes=[*leaves, f"{core}_overflow"],
        )  # fmt: skip
        rows += lemma(
            f"{core}_rounding", core, "error bound",
            "Rounding to the output format moves a value by at most half a unit in the last place and never saturates.",
            "rounding ties rounded up", seconds=0.52, assumes=[f"{core}_error"],
        )  # fmt: skip
    protocol = "m_axis_tdata and m_axis_tlast stay as they are while m_axis_tvalid waits for m_axis_tready."
    rows += lemma("digits_stable", "digits", "stream protocol", protocol, "valid valid drops without ready")
    last = "Every vector of 10 outputs ends in exactly one m_axis_tlast, and none is lost or made up."
    return rows + lemma("digits_last", "digits", "stream protocol", last, "last one transfer early", seconds=3.07)


@pytest.fixture
def results() -> dict[str, Any]:
    """All passed."""
    found: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return found | {"proofs": digits_proofs()}


@pytest.fixture
def change(results: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """A copy of the results with values replaced by path, such as ``change(("design", "bound"), 2.0)``."""

    def changed(*changes: tuple[tuple[str | int, ...], Any]) -> dict[str, Any]:
        found: Any = copy.deepcopy(results)
        for path, value in changes:
            place = found
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value
        return found

    return changed
