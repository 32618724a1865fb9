# SPDX-License-Identifier: Apache-2.0
"""``sc-precision simulate``, ``prove``, ``attack`` and ``report``: commands about a bundle that is there."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Annotated

import typer

from sc_precision.arguments import integer
from sc_precision.bundle.measure import ATTACK_INPUTS, ATTACK_SECONDS
from sc_precision.bundle.simulation import TIMEOUT
from sc_precision.commands.adaptive import prove_folder
from sc_precision.commands.groups import ProofRun, takes_groups
from sc_precision.commands.options import BundleArgument
from sc_precision.commands.outcome import refuse
from sc_precision.console import Steps
from sc_precision.errors import InputError
from sc_precision.problems import Step
from sc_precision.tools.process import signals_raise


def simulate(
    bundle: BundleArgument,
    timeout: Annotated[float, typer.Option("--timeout", metavar="S", help="Seconds for the simulation.")] = TIMEOUT,
) -> None:
    """Simulate a bundle, and bring its report up to date."""
    from sc_precision.build import simulation_text
    from sc_precision.bundle import open_bundle, report
    from sc_precision.bundle import simulate as run
    from sc_precision.report.problems import find_problems

    with Steps() as steps, signals_raise():
        opened = open_bundle(bundle)
        steps("simulate", 0.0, "")
        steps("simulate", 1.0, simulation_text(run(opened, timeout=timeout)))
        results = report(opened)
    refuse(find_problems(results), Step.SIMULATE)


@takes_groups
def prove(
    bundle: BundleArgument,
    *,
    proof_run: ProofRun,
    mutants: Annotated[
        int, typer.Option("--mutants", metavar="N", help="Also score the lemmas against N random faults per core.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Seed of the random faults.")] = 1,
) -> None:
    """Prove the lemmas of a bundle, and bring its report up to date; or those of a compiled design."""
    from sc_precision.build import mutants_text, proof_progress, proofs_text
    from sc_precision.bundle import open_bundle, report, score_mutants
    from sc_precision.bundle import prove as run
    from sc_precision.bundle.counterexamples import counterexample_lines
    from sc_precision.design.design import is_design
    from sc_precision.report.problems import find_problems
    from sc_precision.tools.mutation import MAX_MUTANTS

    integer("--mutants", mutants, minimum=0, maximum=MAX_MUTANTS)
    integer("--seed", seed, minimum=0, maximum=MAX_MUTANTS)
    options = proof_run.options()
    if is_design(bundle):
        if mutants:
            raise InputError("--mutants scores the lemmas of bundles; leave it out for a compiled design")
        prove_folder(bundle, None, options)
        return

    with Steps() as steps, signals_raise():
        opened = open_bundle(bundle)
        steps("prove", 0.0, "")
        found = run(opened, replace(options, progress=proof_progress(steps)))
        steps("prove", 1.0, proofs_text(found))
        if mutants:
            steps("mutants", 0.0, "")
            scores = score_mutants(
                opened, mutants, replace(options, progress=proof_progress(steps, "mutants")), seed=seed
            )
            steps("mutants", 1.0, mutants_text(scores))
        results = report(opened)
    print("".join(f"{line}\n" for line in counterexample_lines(found)), end="")
    refuse(find_problems(results), Step.PROVE, *([Step.MUTANTS] if mutants else []))


def attack(
    bundle: BundleArgument,
    inputs: Annotated[int, typer.Option("--inputs", metavar="N", help="Most inputs to evaluate.")] = ATTACK_INPUTS,
    seconds: Annotated[float, typer.Option("--seconds", metavar="S", help="Most seconds to search.")] = ATTACK_SECONDS,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Seed of the random inputs.")] = 0,
) -> None:
    """Search for inputs whose error exceeds the bound, and bring the report up to date."""
    from sc_precision.bundle import attack as run
    from sc_precision.bundle import open_bundle, report
    from sc_precision.report.problems import find_problems

    with Steps() as steps, signals_raise():
        opened = open_bundle(bundle)
        found = run(
            opened,
            opened.plan(),
            inputs=inputs,
            seconds=seconds,
            seed=seed,
            progress=lambda fraction, text: steps("attack", min(fraction, 0.99), text),
        )
        text = f"{found['n_inputs']:,} inputs, worst error {found['worst_error']:.4g}, bound {found['bound']:.4g}"
        steps("attack", 1.0, text)
        results = report(opened)
    refuse(find_problems(results), Step.MEASURE)


def report(bundle: BundleArgument) -> None:
    """Write the report of a bundle again, from what has been run on it."""
    from sc_precision.bundle import open_bundle
    from sc_precision.bundle import report as write
    from sc_precision.bundle.results import REPORT
    from sc_precision.report.verdict import verdict

    results = write(open_bundle(bundle))
    print(verdict(results).headline)
    print(os.path.join(bundle, REPORT))
