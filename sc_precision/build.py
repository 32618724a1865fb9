# SPDX-License-Identifier: Apache-2.0
"""The whole loop: network -> plan -> bundle -> accuracy, search, lint, cells, simulation, proofs -> report."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Unpack

from sc_precision.arguments import flag, integer, positive
from sc_precision.bundle import (
    Bundle,
    attack,
    count_cells,
    is_bundle,
    lint,
    make_vectors,
    measure_accuracy,
    open_bundle,
    prove,
    report,
    simulate,
    write_bundle,
)
from sc_precision.bundle.measure import ATTACK_INPUTS, ATTACK_SECONDS
from sc_precision.bundle.simulation import TIMEOUT
from sc_precision.errors import ToolError, ToolMissingError
from sc_precision.files import check_replaceable, replacing_folder
from sc_precision.importers import NetworkFile
from sc_precision.plan.network import plan_network
from sc_precision.plan.request import PlanKeywords, PlanRequest
from sc_precision.plan.result import NetworkPlan
from sc_precision.problems import Kind, Problem, Step
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.report.problems import find_problems, scores_text
from sc_precision.tools.find import distribution_version, find_tool
from sc_precision.tools.process import signals_raise
from sc_precision.tools.proof_options import Progress as ProofProgress
from sc_precision.tools.proof_options import ProofOptions
from sc_precision.tools.targets import DEFAULT_TARGETS, CellTarget
from sc_precision.tools.toolchain import resolve_toolchain

Progress = Callable[[str, float, str], None]
"""Called with a step's name, the fraction done (1.0 once at its end) and a few words."""


@dataclass(frozen=True, kw_only=True)
class RunOptions(ProofOptions):
    """What a build runs, and how long.

    At most `jobs` programs run at once, simulation and counts of cells included; what else `ProofOptions` has is about
    proofs alone.

    Parameters
    ----------
    mutants, jobs, timeout, cache, executor, progress
        See `ProofOptions`.
    attack_inputs : int
        Most inputs that the search evaluates; 0 for no search.
    attack_seconds : float
        Most time that it takes, about.
    targets : sequence of str
        What cells are counted for; names of `CellTarget`.
    simulation, proofs : bool
        Whether to run them; what was not run is said to be not run.
    simulation_timeout : float
        Seconds for the simulation.

    Raises
    ------
    InputError
        If a number or a target is out of range.
    """

    attack_inputs: int = ATTACK_INPUTS
    attack_seconds: float = ATTACK_SECONDS
    targets: Sequence[str] = DEFAULT_TARGETS
    simulation: bool = True
    proofs: bool = True
    simulation_timeout: float = TIMEOUT

    def __post_init__(self) -> None:
        super().__post_init__()
        integer("attack inputs", self.attack_inputs, minimum=0)
        positive("attack seconds", self.attack_seconds)
        positive("simulation timeout", self.simulation_timeout)
        for target in self.targets:
            CellTarget.parse(target, "synthesis target")
        flag("simulation", self.simulation)
        flag("proofs", self.proofs)


@dataclass(frozen=True, eq=False)
class BuildResult:
    """What a build made.

    Parameters
    ----------
    bundle : Bundle
    results : dict
        Schema ``sc_precision.results.v1``.
    problems : tuple of Problem
        What failed, was missed or stayed undecided; empty where all that was asked passed.
    """

    bundle: Bundle
    results: dict[str, Any]
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether all that was asked passed."""
        return not self.problems


def build_network(
    file: NetworkFile,
    folder: str | os.PathLike[str],
    request: PlanRequest | None = None,
    options: RunOptions | None = None,
    *,
    vectors: int | None = None,
    progress: Progress | None = None,
    **keywords: Unpack[PlanKeywords],
) -> BuildResult:
    """Plan a network, write its bundle, run everything on it, and write the report.

    The folder is written whole or not at all: an interrupted build leaves the old bundle or none. A failed proof or
    simulation is a result; the bundle with the report that says so is then written too.

    Parameters
    ----------
    file : NetworkFile
        The network, with inputs to test it where there are any.
    folder : path-like
        Absent, empty or a bundle, which is replaced.
    request : PlanRequest, optional
        What the plan is to be.
    options : RunOptions, optional
        What to run.
    vectors : int, optional
        Most vectors to simulate, see `emit_bundle`.
    progress : callable, optional
        See `Progress`.
    **keywords
        Instead of `request`, as of `plan_network`.

    Returns
    -------
    BuildResult

    Raises
    ------
    InputError
        If an argument cannot be used.
    TargetError
        If the target is out of reach.
    ToolMissingError
        If a program that is needed is not installed; before anything is written.
    ConsistencyError
        If plan, Verilog and lemmas disagree.
    """
    asked = PlanRequest.of(request, keywords)
    run = RunOptions() if options is None else options
    tell: Progress = progress or (lambda _step, _fraction, _text: None)
    with signals_raise():
        check_replaceable(folder, is_bundle)
        check_tools(run)
        plan = plan_network(
            file.network, asked, progress=lambda message, fraction: tell("plan", min(fraction, 0.99), message)
        )
        tell("plan", 1.0, plan.target_text)
        chosen = make_vectors(plan, file.test_inputs, file.test_labels, vectors)
        with replacing_folder(folder, is_bundle) as temporary:
            tell("emit", 0.0, "Verilog, lemmas, bench")
            bundle, lemmas = write_bundle(plan, temporary, chosen)
            size = sum(path.stat().st_size for path in bundle.hdl)
            tell("emit", 1.0, f"{len(bundle.hdl)} Verilog files, {size / 1000:.0f} kB; {len(lemmas)} lemmas")
            inputs: object = file.test_inputs
            if inputs is None:
                inputs = plan.input_values(chosen.inputs)
            _measure(bundle, plan, inputs, file.test_labels, run, tell)
            problems = _lint(bundle, tell) + _run_tools(bundle, lemmas, run, tell)
            skipped = {
                step: f"--skip-{step}"
                for step, asked in (("simulation", run.simulation), ("proofs", run.proofs))
                if not asked
            }
            tell("report", 0.0, "")
            results = report(bundle, skipped)
        tell("report", 1.0, os.path.join(os.fspath(folder), "report", "index.html"))
    return BuildResult(open_bundle(folder), results, (*find_problems(results), *problems))


def check_tools(run: RunOptions) -> None:
    """Raise ToolMissingError for a program that `run` needs and that is not installed."""
    resolve_toolchain()
    if not run.simulation:
        return
    try:
        find_tool("iverilog")
        find_tool("vvp")
    except ToolMissingError as error:
        raise ToolMissingError(f"{error}; --skip-simulation builds without it") from None
    if distribution_version("cocotb") is None:
        raise ToolMissingError("cocotb is not installed: pip install cocotb; --skip-simulation builds without it")


def _measure(
    bundle: Bundle, plan: NetworkPlan, inputs: object, labels: object, run: RunOptions, tell: Progress
) -> None:
    tell("accuracy", 0.0, "")
    found = measure_accuracy(bundle, plan, inputs, labels)
    worst_output = max(max(-low, high) for low, high in found["outputs"])
    text = f"{found['samples']} inputs, worst error {worst_output:.4g}"
    if found["images"]:
        text += f"; float {found['float']:.2%}, integer model {found['golden']:.2%}"
    tell("accuracy", 1.0, text)
    if run.attack_inputs:
        worst = attack(
            bundle,
            plan,
            inputs=run.attack_inputs,
            seconds=run.attack_seconds,
            progress=lambda fraction, text: tell("attack", min(fraction, 0.99), text),
        )
        text = (
            f"{worst['n_inputs']:,} inputs, worst error {worst['worst_error']:.4g}, {worst['ratio']:.0%} of the bound"
        )
        tell("attack", 1.0, text)


def _lint(bundle: Bundle, tell: Progress) -> list[Problem]:
    tell("lint", 0.0, "")
    found = lint(bundle)
    warnings = [f"{tool}: {line}" for tool, lines in found.items() for line in lines]
    tell("lint", 1.0, f"{', '.join(found)}: {len(warnings) or 'no'} warnings")
    text = f"lint: {len(warnings)} warnings, first {warnings[0]}" if warnings else ""
    return [Problem(Step.LINT, Kind.FAILED, text)] if warnings else []


def _run_tools(bundle: Bundle, lemmas: list[Lemma], run: RunOptions, tell: Progress) -> list[Problem]:
    """Simulate, count cells and prove, at most `jobs` programs at once."""
    jobs = run.jobs or len(os.sched_getaffinity(0))
    stop = threading.Event()
    problems: list[Problem] = []
    with ThreadPoolExecutor(jobs, "build") as pool:
        try:
            simulation: Future[None] | None = None
            if run.simulation:
                tell("simulate", 0.0, "")
                simulation = pool.submit(_simulate, bundle, run, stop, tell)
                if jobs == 1:
                    simulation.result()
            if run.targets:
                problems += _count_cells(bundle, run, tell)
            if run.proofs:
                tell("prove", 0.0, "")
                options = replace(run, jobs=None, executor=run.executor or pool, progress=proof_progress(tell))
                tell("prove", 1.0, proofs_text(prove(bundle, options, lemmas=lemmas)))
            if simulation is not None:
                simulation.result()
        except BaseException:
            stop.set()
            raise
    return problems


def _simulate(bundle: Bundle, run: RunOptions, stop: threading.Event, tell: Progress) -> None:
    data = simulate(bundle, timeout=run.simulation_timeout, cancel=stop.is_set)
    tell("simulate", 1.0, simulation_text(data))


def _count_cells(bundle: Bundle, run: RunOptions, tell: Progress) -> list[Problem]:
    try:
        found = count_cells(bundle, run.targets, progress=lambda done, text: tell("cells", done, text))
    except ToolError as error:
        tell("cells", 1.0, "failed")
        return [Problem(Step.CELLS, Kind.UNDECIDED, f"cells: {error}")]
    tell("cells", 1.0, ", ".join(f"{target} {cells['total']:,}" for target, cells in found["cells"].items()))
    return []


def simulation_text(data: dict[str, Any]) -> str:
    """A few words on what `simulate` returned."""
    if data["status"] != "passed":
        return str(data["status"])
    text = f"{data['outputs_compared']} outputs of {data['vectors']} vectors as the integer model, bit for bit"
    return text if data["accuracy_rtl"] is None else f"{text}; {data['accuracy_rtl']:.2%} right"


def mutants_text(data: dict[str, Any]) -> str:
    """A few words on what `score_mutants` returned."""
    mutants = sum(core["mutants"] for core in data["cores"])
    equivalent = sum(core["equivalent"] for core in data["cores"])
    return f"{mutants} mutants, {equivalent} equivalent; noticed of the others: {scores_text(data['cores'])}"


def proof_progress(tell: Progress, step: str = "prove") -> ProofProgress:
    """What tells of each proof that has ended, as a fraction of a step that is not done yet."""
    return lambda result, done, total: tell(step, min(done / total, 0.99), result.name)


def proofs_text(data: dict[str, Any]) -> str:
    """A few words on what `prove` returned."""
    right = sum(entry["verdict"] == entry["expected"] for entry in data["tasks"])
    cached = sum(bool(entry["cached"]) for entry in data["tasks"])
    text = f"{data['status']}: {right} of {len(data['tasks'])} tasks as expected"
    return f"{text}, {cached} from the cache" if cached else text
