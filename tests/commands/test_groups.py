# SPDX-License-Identifier: Apache-2.0
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from sc_precision.commands.groups import PlanOptions, ProofRun, takes_groups
from sc_precision.errors import InputError
from sc_precision.modes import Architecture, Datapath
from sc_precision.params import StreamEncoding
from sc_precision.plan.limits import PlanLimits
from sc_precision.plan.request import PlanRequest
from sc_precision.plan.target import Target
from sc_precision.tools.proof_options import ProofOptions, default_cache


@dataclass(frozen=True)
class Pair:
    """Two options."""

    left: Annotated[int, typer.Option("--left", help="The left one.")] = 1
    right: Annotated[int | None, typer.Option("--right")] = None


def test_a_command_takes_the_options_of_its_group():
    found = []

    @takes_groups
    def show(
        name: Annotated[str, typer.Argument()], *, pair: Pair, last: Annotated[bool, typer.Option("--last")] = False
    ):
        """Show what is given."""
        found.append((name, pair, last))

    app = typer.Typer()
    app.command()(show)
    for words in (["a"], ["a", "--left", "3", "--last", "--right", "4"]):
        assert CliRunner().invoke(app, words).exit_code == 0
    assert found == [("a", Pair(), False), ("a", Pair(3, 4), True)]
    page = CliRunner().invoke(app, ["--help"]).output
    assert "The left one." in page
    assert "Show what is given." in page
    assert CliRunner().invoke(app, ["a", "--left", "x"]).exit_code == 2


def test_options_are_those_of_a_request():
    assert PlanOptions(target_error=0.5).request("net") == PlanRequest(target=Target.absolute(0.5), name="net")
    given = PlanOptions(
        relative_target=0.1,
        datapath=Datapath.STOCHASTIC,
        encoding=StreamEncoding.BIPOLAR,
        architecture=Architecture.FOLDED,
        lanes=2,
        max_length=256,
        best_effort=True,
    )
    assert given.request("net") == PlanRequest(
        target=Target.relative(0.1),
        datapath="stochastic",
        encoding=StreamEncoding.BIPOLAR,
        name="net",
        architecture="folded",
        lanes=2,
        limits=PlanLimits(max_length=256),
        best_effort=True,
    )


@pytest.mark.parametrize(
    ("given", "target"),
    [
        ({"target_error": 0.5}, Target.absolute(0.5)),
        ({"target_errors": "0.1,0.2"}, Target.per_output([0.1, 0.2])),
        ({"relative_target": 0.5}, Target.relative(0.5)),
        ({"decision_margin": 0.5}, Target.decision(0.5)),
    ],
)
def test_one_target(given, target):
    assert PlanOptions(**given).target == target


@pytest.mark.parametrize(
    ("given", "got"),
    [({}, "none"), ({"target_errors": "1", "decision_margin": 0.5}, "--target-errors, --decision-margin")],
)
def test_not_one_target(given, got):
    options = "--target-error, --target-errors, --relative-target, --decision-margin"
    with pytest.raises(InputError, match=f"give exactly one of {options}; got {got}"):
        _ = PlanOptions(**given).target


def test_how_proofs_are_run():
    assert ProofRun().options() == ProofOptions(cache=default_cache())
    given = ProofRun(jobs=2, timeout=9.0, no_cache=True, no_mutants=True)
    assert given.options() == ProofOptions(mutants=False, jobs=2, timeout=9.0)
    assert ProofRun(cache=Path("kept")).options().cache == Path("kept")


def test_what_was_given_is_said_as_it_is_written():
    assert ProofRun().given() == []
    assert ProofRun(jobs=2, no_mutants=True).given() == ["--jobs", "--no-mutants"]


def test_a_cache_and_none():
    with pytest.raises(InputError, match="--cache and --no-cache contradict each other; give one of them"):
        ProofRun(cache=Path("kept"), no_cache=True).options()
