# SPDX-License-Identifier: Apache-2.0
"""``sc-precision adaptive``: a network in two precisions, with logic that chooses between them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sc_precision.adaptive.params import Policy
from sc_precision.commands.groups import ProofRun, takes_groups
from sc_precision.commands.names import module_name
from sc_precision.commands.outcome import refuse
from sc_precision.errors import InputError
from sc_precision.problems import Kind, Problem, Step
from sc_precision.tools.process import signals_raise
from sc_precision.tools.proof_options import ProofOptions

if TYPE_CHECKING:
    from sc_precision.design.design import Design


@takes_groups
def adaptive(
    network: Annotated[Path, typer.Argument(metavar="NETWORK", help="Weights in an .npz file.")],
    *,
    lp: Annotated[
        str, typer.Option("--lp", metavar="PLAN", help="fixed:<bits>[x<lanes>], stochastic:<length>, or a plan's file.")
    ],
    hp: Annotated[str, typer.Option("--hp", metavar="PLAN", help="The precise network, given in the same way.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where hdl/ and sim/ go.")],
    policy: Annotated[Policy, typer.Option("--policy", help="Which of the two answers.")] = Policy.CERTIFIED,
    name: Annotated[
        str | None, typer.Option("--name", metavar="MODULE", help="Verilog module name; the file's by default.")
    ] = None,
    threshold_up: Annotated[
        float,
        typer.Option("--threshold-up", metavar="P", help="Of hysteresis: a fraction of the output range."),
    ] = 0.8,
    threshold_down: Annotated[
        float,
        typer.Option("--threshold-down", metavar="P", help="Of hysteresis: a fraction of the output range."),
    ] = 0.5,
    vectors: Annotated[int, typer.Option("--vectors", metavar="N", help="Most test inputs for the bench.")] = 100,
    random: Annotated[
        int, typer.Option("--random", metavar="N", help="Random inputs to try on the integer model; 0 for none.")
    ] = 10_000,
    prove: Annotated[bool, typer.Option("--prove", help="Prove the lemmas about it.")] = False,
    proof_run: ProofRun,
) -> None:
    """Write a network in two precisions, and the logic that chooses between them."""
    from sc_precision.adaptive.compile import adaptive_network_params, network_design
    from sc_precision.adaptive.pairs import Savings, plan_from_words, random_pair_codes
    from sc_precision.arguments import integer
    from sc_precision.importers import read_network

    options = proof_run.options()
    if not prove and (given := proof_run.given()):
        raise InputError(f"{given[0]} is about proofs; give --prove with it")
    integer("--vectors", vectors, minimum=1)
    integer("--random", random, minimum=0)
    module = module_name(name, network)
    file = read_network(network)
    lp_plan, hp_plan = (plan_from_words(w, file.network, where=where) for w, where in ((lp, "--lp"), (hp, "--hp")))
    params = adaptive_network_params(
        lp_plan, hp_plan, module, policy=policy, threshold_up_pct=threshold_up, threshold_down_pct=threshold_down
    )
    tried = {}
    codes = None if file.test_inputs is None else hp_plan.input_codes(file.test_inputs)
    if codes is not None:
        tried["test inputs"] = Savings.measure(params, codes)
    if random:
        tried["random inputs"] = Savings.measure(params, random_pair_codes(params, random, seed=1))
    with signals_raise():
        figures = {what: savings.to_dict() for what, savings in tried.items()}
        design = network_design(params, lp_plan, hp_plan, figures)
        design.write(
            output,
            codes=None if codes is None else codes[:vectors],
            labels=None if codes is None or file.test_labels is None else file.test_labels[:vectors],
            vectors=vectors,
        )
    for what, savings in tried.items():
        print("\n".join(savings.lines(what)))
    print(f"{output}: {len(design.files)} Verilog files")
    if params.certified:
        wrong = {what: savings.vectors - savings.agree for what, savings in tried.items()}
        texts = [f"{what}: {count} certified decisions are not HP's" for what, count in wrong.items() if count]
        refuse([Problem(Step.MEASURE, Kind.FAILED, text) for text in texts])
    if prove:
        prove_folder(output, design, options)


def prove_folder(folder: Path, design: Design | None, options: ProofOptions) -> None:
    """Prove a design that was written, and print what was found.

    Raises
    ------
    NotPassedError
        If a verdict is not as it must be.
    """
    from sc_precision.build import proof_progress, proofs_text
    from sc_precision.bundle.counterexamples import counterexample_lines
    from sc_precision.bundle.designs import prove_design
    from sc_precision.console import Steps
    from sc_precision.report.problems import proof_problems

    with Steps() as steps, signals_raise():
        steps("prove", 0.0, "")
        found = prove_design(folder, design, replace(options, progress=proof_progress(steps)))
        steps("prove", 1.0, proofs_text(found))
    print("".join(f"{line}\n" for line in counterexample_lines(found)), end="")
    refuse(proof_problems(found))
