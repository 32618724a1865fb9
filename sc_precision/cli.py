# SPDX-License-Identifier: Apache-2.0
"""The command line: every step of the loop as a subcommand, errors of one line, honest exit statuses.

0 only where all that was asked passed; 1 for a failed proof, simulation or missed target; 2 for input that cannot
be used; 130 on Ctrl-C.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import sc_precision
from sc_precision.bundle.measure import ATTACK_INPUTS, ATTACK_SECONDS
from sc_precision.bundle.simulation import TIMEOUT
from sc_precision.commands.adaptive import adaptive, prove_folder
from sc_precision.commands.names import module_name
from sc_precision.commands.options import (
    ArchitectureOption,
    BestEffortOption,
    Bounds,
    BoundsOption,
    BundleArgument,
    CacheOption,
    CellTarget,
    ConfidenceOption,
    CostModel,
    CostModelOption,
    Datapath,
    DatapathOption,
    DecisionMarginOption,
    EncodingOption,
    Guarantee,
    GuaranteeOption,
    JobsOption,
    LanesOption,
    MaxActivationBitsOption,
    MaxBitsOption,
    MaxLengthOption,
    MinBitsOption,
    MinLengthOption,
    NameOption,
    NetworkArgument,
    NoCacheOption,
    NoMutantsOption,
    PipelineOption,
    RelativeTargetOption,
    RowScalesOption,
    SeedOption,
    Sharing,
    SharingOption,
    TargetErrorsOption,
    TargetOption,
    TimeoutOption,
    VectorsOption,
    cache_folder,
    one_target,
)
from sc_precision.console import Steps, plan_lines, tool_lines
from sc_precision.errors import InputError, ScPrecisionError
from sc_precision.params import StreamEncoding
from sc_precision.plan.result import PlanLimits
from sc_precision.tools.process import signals_raise

if TYPE_CHECKING:
    pass

# Modules that take long to import (Amaranth, matplotlib) are imported by the commands that need them.

app = typer.Typer(
    name="sc-precision",
    help="From trained weights to Verilog whose error bound has been proven.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

_LIMITS = PlanLimits()
_INTERRUPTED = "interrupted; what was there before is unchanged"


class NotPassedError(ScPrecisionError):
    """Something ran and did not pass."""

    exit_status = 1


@app.callback(invoke_without_command=True)
def _main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an unexpected error came from.")] = False,  # noqa: ARG001
) -> None:
    if version:
        print(f"sc-precision {sc_precision.__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise InputError("no command is given; see 'sc-precision --help'")


@app.command()
def build(
    network: NetworkArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="The bundle; build/<name> by default.")
    ] = None,
    target_error: TargetOption = None,
    target_errors: TargetErrorsOption = None,
    relative_target: RelativeTargetOption = None,
    decision_margin: DecisionMarginOption = None,
    bounds: BoundsOption = Bounds.AFFINE,
    datapath: DatapathOption = Datapath.FIXED,
    encoding: EncodingOption = StreamEncoding.SIGN_MAGNITUDE,
    name: NameOption = None,
    lanes: LanesOption = 8,
    architecture: ArchitectureOption = None,
    pipeline: PipelineOption = 0,
    row_scales: RowScalesOption = False,
    min_bits: MinBitsOption = _LIMITS.min_bits,
    max_bits: MaxBitsOption = _LIMITS.max_bits,
    min_length: MinLengthOption = _LIMITS.min_length,
    max_length: MaxLengthOption = _LIMITS.max_length,
    max_activation_bits: MaxActivationBitsOption = _LIMITS.max_activation_bits,
    cost_model: CostModelOption = CostModel.BITS,
    best_effort: BestEffortOption = False,
    vectors: VectorsOption = None,
    attack_inputs: Annotated[
        int, typer.Option("--attack-inputs", metavar="N", help="Most inputs to search for a large error; 0 for none.")
    ] = ATTACK_INPUTS,
    attack_seconds: Annotated[
        float, typer.Option("--attack-seconds", metavar="S", help="Most seconds for that search.")
    ] = ATTACK_SECONDS,
    cells: Annotated[
        list[CellTarget] | None,
        typer.Option("--cells", help="Count cells for; repeat for several. generic, ice40 by default."),
    ] = None,
    no_cells: Annotated[bool, typer.Option("--no-cells", help="Count no cells.")] = False,
    jobs: JobsOption = None,
    timeout: TimeoutOption = None,
    simulation_timeout: Annotated[
        float, typer.Option("--simulation-timeout", metavar="S", help="Seconds for the simulation.")
    ] = TIMEOUT,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    no_mutants: NoMutantsOption = False,
    skip_simulation: Annotated[
        bool, typer.Option("--skip-simulation", help="Do not simulate; the report says so.")
    ] = False,
    skip_proofs: Annotated[bool, typer.Option("--skip-proofs", help="Do not prove; the report says so.")] = False,
) -> None:
    """Plan a network, write Verilog, simulate and prove it, and write the report."""
    from sc_precision.build import DEFAULT_TARGETS, RunOptions, build_network
    from sc_precision.importers import read_network
    from sc_precision.report.verdict import verdict

    options = RunOptions(
        attack_inputs=attack_inputs,
        attack_seconds=attack_seconds,
        targets=() if no_cells else tuple(target.value for target in cells) if cells else DEFAULT_TARGETS,
        simulation=not skip_simulation,
        proofs=not skip_proofs,
        mutants=not no_mutants,
        jobs=jobs,
        timeout=timeout,
        simulation_timeout=simulation_timeout,
        cache=cache_folder(cache, no_cache),
    )
    module = module_name(name, network)
    folder = Path("build") / module if output is None else output
    target = one_target(target_error, target_errors, relative_target, decision_margin)
    with Steps() as steps:
        result = build_network(
            read_network(network),
            folder,
            target=target,
            bounds=bounds.value,
            datapath=datapath.value,
            encoding=encoding.value,
            name=module,
            lanes=lanes,
            architecture=None if architecture is None else architecture.value,
            pipeline=pipeline,
            row_scales=row_scales,
            limits=PlanLimits(min_bits, max_bits, min_length, max_length, max_activation_bits),
            cost_model=cost_model.value,
            best_effort=best_effort,
            vectors=vectors,
            options=options,
            progress=steps,
        )
    print(verdict(result.results).headline)
    _refuse(result.problems)


@app.command()
def plan(
    context: typer.Context,
    network: NetworkArgument,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="PLAN", help="The plan, an .npz file.")],
    target_error: TargetOption = None,
    target_errors: TargetErrorsOption = None,
    relative_target: RelativeTargetOption = None,
    decision_margin: DecisionMarginOption = None,
    bounds: BoundsOption = Bounds.AFFINE,
    datapath: DatapathOption = Datapath.FIXED,
    encoding: EncodingOption = StreamEncoding.SIGN_MAGNITUDE,
    name: NameOption = None,
    lanes: LanesOption = 8,
    architecture: ArchitectureOption = None,
    pipeline: PipelineOption = 0,
    row_scales: RowScalesOption = False,
    min_bits: MinBitsOption = _LIMITS.min_bits,
    max_bits: MaxBitsOption = _LIMITS.max_bits,
    min_length: MinLengthOption = _LIMITS.min_length,
    max_length: MaxLengthOption = _LIMITS.max_length,
    max_activation_bits: MaxActivationBitsOption = _LIMITS.max_activation_bits,
    cost_model: CostModelOption = CostModel.BITS,
    best_effort: BestEffortOption = False,
    guarantee: GuaranteeOption = Guarantee.DETERMINISTIC,
    confidence: ConfidenceOption = 0.95,
    sharing: SharingOption = Sharing.INDEPENDENT,
    seed: SeedOption = 1,
) -> None:
    """Plan the precision of a network."""
    from sc_precision.commands.statistical import check_options
    from sc_precision.commands.statistical import plan_lines as statistical_lines
    from sc_precision.importers import read_network
    from sc_precision.plan.network import plan_network
    from sc_precision.plan.statistical_plan import plan_statistical_network

    check_options(context, guarantee is Guarantee.STATISTICAL)
    if target_error is not None and guarantee is Guarantee.STATISTICAL:
        drawn = plan_statistical_network(
            read_network(network).network,
            target_error=target_error,
            confidence=confidence,
            name=module_name(name, network),
            sharing=sharing.value,
            min_length=min_length,
            max_length=max_length,
            seed=seed,
        )
        drawn.save(output)
        print("\n".join(statistical_lines(drawn)))
        return
    target = one_target(target_error, target_errors, relative_target, decision_margin)
    with Steps() as steps:
        found = plan_network(
            read_network(network).network,
            target=target,
            bounds=bounds.value,
            datapath=datapath.value,
            encoding=encoding.value,
            name=module_name(name, network),
            lanes=lanes,
            architecture=None if architecture is None else architecture.value,
            pipeline=pipeline,
            row_scales=row_scales,
            limits=PlanLimits(min_bits, max_bits, min_length, max_length, max_activation_bits),
            cost_model=cost_model.value,
            best_effort=best_effort,
            progress=lambda message, fraction: steps("plan", min(fraction, 0.99), message),
        )
        found.save(output)
    print("\n".join(plan_lines(found)))
    if not found.target_met:
        raise NotPassedError(f"target missed: {found.missed_text}")


@app.command()
def emit(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan that plan wrote.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="The bundle.")],
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="NETWORK", help="An .npz file with test_inputs to simulate; random inputs otherwise."
        ),
    ] = None,
    vectors: VectorsOption = None,
) -> None:
    """Write the Verilog, lemmas and bench of a plan; of a statistical one there are no lemmas."""
    from sc_precision.bundle import emit_bundle, report
    from sc_precision.commands.statistical import emit_statistical
    from sc_precision.importers import NetworkFile, read_network
    from sc_precision.plan.statistical_file import load_plan
    from sc_precision.plan.statistical_plan import StatisticalPlan

    found = load_plan(plan)
    file = NetworkFile(found.network) if data is None else read_network(data)
    if (file.network.n_in, file.network.n_out) != (found.network.n_in, found.network.n_out):
        raise InputError(
            f"{data}: is of a network with {file.network.n_in} inputs and {file.network.n_out} outputs, the plan has "
            f"{found.network.n_in} and {found.network.n_out}"
        )
    if data is not None and file.test_inputs is None:
        raise InputError(f"{data}: has no test_inputs; leave out --data to simulate random inputs")
    with signals_raise():
        if isinstance(found, StatisticalPlan):
            emit_statistical(found, output, file, vectors)
            return
        bundle = emit_bundle(found, output, test_inputs=file.test_inputs, test_labels=file.test_labels, vectors=vectors)
        report(bundle)
    print(f"{output}: {len(bundle.hdl)} Verilog files, {len(bundle.manifest['lemmas'])} lemmas")


@app.command()
def simulate(
    bundle: BundleArgument,
    timeout: Annotated[float, typer.Option("--timeout", metavar="S", help="Seconds for the simulation.")] = TIMEOUT,
) -> None:
    """Simulate a bundle, and bring its report up to date."""
    from sc_precision.build import find_problems, simulation_text
    from sc_precision.bundle import open_bundle, report
    from sc_precision.bundle import simulate as run

    with Steps() as steps, signals_raise():
        opened = open_bundle(bundle)
        steps("simulate", 0.0, "")
        steps("simulate", 1.0, simulation_text(run(opened, timeout=timeout)))
        results = report(opened)
    _refuse([problem for problem in find_problems(results) if problem.startswith("simulation")])


@app.command()
def prove(
    bundle: BundleArgument,
    jobs: JobsOption = None,
    timeout: TimeoutOption = None,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    no_mutants: NoMutantsOption = False,
    mutants: Annotated[
        int, typer.Option("--mutants", metavar="N", help="Also score the lemmas against N random faults per core.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Of the random faults.")] = 1,
) -> None:
    """Prove the lemmas of a bundle, and bring its report up to date; or those of a compiled design."""
    from sc_precision.build import find_problems, mutants_text, proofs_text
    from sc_precision.bundle import open_bundle, report, score_mutants
    from sc_precision.bundle import prove as run
    from sc_precision.bundle.counterexamples import counterexample_lines
    from sc_precision.emit.design import is_design
    from sc_precision.tools.mutation import check_count

    check_count("--mutants", mutants, 0)
    check_count("--seed", seed, 0)
    if is_design(bundle):
        if mutants:
            raise InputError("--mutants scores the lemmas of bundles; leave it out for a compiled design")
        answers = cache_folder(cache, no_cache)
        prove_folder(bundle, None, mutants=not no_mutants, jobs=jobs, timeout=timeout, cache=answers)
        return

    with Steps() as steps, signals_raise():
        opened = open_bundle(bundle)
        steps("prove", 0.0, "")
        found = run(
            opened,
            mutants=not no_mutants,
            jobs=jobs,
            timeout=timeout,
            cache=cache_folder(cache, no_cache),
            progress=lambda result, done, total: steps("prove", min(done / total, 0.99), result.name),
        )
        steps("prove", 1.0, proofs_text(found))
        if mutants:
            steps("mutants", 0.0, "")
            scores = score_mutants(
                opened,
                mutants,
                seed=seed,
                jobs=jobs,
                timeout=timeout,
                cache=cache_folder(cache, no_cache),
                progress=lambda result, done, total: steps("mutants", min(done / total, 0.99), result.name),
            )
            steps("mutants", 1.0, mutants_text(scores))
        results = report(opened)
    print("".join(f"{line}\n" for line in counterexample_lines(found)), end="")
    problems = find_problems(results)
    _refuse([each for each in problems if each.startswith("proofs") or (mutants and each.startswith("mutation"))])


@app.command()
def attack(
    bundle: BundleArgument,
    inputs: Annotated[int, typer.Option("--inputs", metavar="N", help="Most inputs to evaluate.")] = ATTACK_INPUTS,
    seconds: Annotated[float, typer.Option("--seconds", metavar="S", help="Most seconds.")] = ATTACK_SECONDS,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Of the random numbers.")] = 0,
) -> None:
    """Search for inputs whose error exceeds the bound, and bring the report up to date."""
    from sc_precision.build import find_problems
    from sc_precision.bundle import attack as run
    from sc_precision.bundle import open_bundle, report

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
    _refuse([problem for problem in find_problems(results) if problem.startswith("measured")])


@app.command()
def report(bundle: BundleArgument) -> None:
    """Write the report of a bundle again, from what has been run on it."""
    from sc_precision.bundle import open_bundle
    from sc_precision.bundle import report as write
    from sc_precision.bundle.results import REPORT
    from sc_precision.report.verdict import verdict

    results = write(open_bundle(bundle))
    print(verdict(results).headline)
    print(os.path.join(bundle, REPORT))


app.command()(adaptive)


@app.command()
def generate(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 if a file differs.")] = False,
    root: Annotated[Path, typer.Option("--root", metavar="DIR", help="The checkout.")] = Path(),
) -> None:
    """Write the reference design of a checkout: hdl/, formal/ and sim/."""
    from sc_precision.reference import check_reference, write_reference

    with signals_raise():
        changed = check_reference(root) if check else write_reference(root)
    for name in changed:
        print(f"{'differs' if check else 'written'}: {name}")
    if check and changed:
        raise NotPassedError(
            f"{len(changed)} files differ from what this version generates; run 'sc-precision generate' and commit"
        )
    print("the reference design is up to date" if check else f"{len(changed)} files changed")


@app.command()
def tools() -> None:
    """List the programs that are called, their versions, and how to install what is missing."""
    lines, missing = tool_lines()
    print("\n".join(lines))
    if missing:
        raise NotPassedError(f"{', '.join(missing)} missing; see above how to install")


def main() -> None:
    """Run the command line of this process, and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command line.

    Parameters
    ----------
    arguments : sequence of str
        Without the program's name.

    Returns
    -------
    int
        Exit status. Errors have been printed, one line each.
    """
    debug = "--debug" in arguments
    rest = [argument for argument in arguments if argument != "--debug"]
    try:
        status = typer.main.get_command(app).main(rest, prog_name="sc-precision", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # What reads our output has had enough; the interpreter must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _fail(_INTERRUPTED, 130)
    except SystemExit as stop:
        return _ended(stop.code)
    except Exception as error:
        if debug:
            traceback.print_exc()
        return _explain(error)
    return _ended(status)


def _ended(status: object) -> int:
    """Exit status of a command that ended without an error; Typer and `signals_raise` turn signals into one."""
    code = status if isinstance(status, int) else int(status is not None)
    return _fail(_INTERRUPTED, code) if code > 128 else code


def _explain(error: Exception) -> int:
    """Print an error in one line; the exit status that it means."""
    if isinstance(error, ScPrecisionError):
        return _fail(str(error), error.exit_status)
    if isinstance(error, MemoryError):
        return _fail("out of memory; use a smaller network or fewer --vectors", 1)
    # Usage errors are of classes that Typer has moved from one package to another; this is what they share.
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        where = getattr(getattr(error, "ctx", None), "command_path", None) or "sc-precision"
        return _fail(f"{str(error.format_message()).rstrip('.')}; see '{where} --help'", 2)
    if type(error).__name__ == "Abort":
        return _fail(_INTERRUPTED, 130)
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return _fail(f"unexpected {what}; this is a fault of sc-precision, run again with --debug to see where", 1)


def _fail(message: str, status: int) -> int:
    print(f"sc-precision: error: {' '.join(message.split())}", file=sys.stderr)
    return status


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise NotPassedError("; ".join(problems))


if __name__ == "__main__":
    main()
