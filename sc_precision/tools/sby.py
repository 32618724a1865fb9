# SPDX-License-Identifier: Apache-2.0
"""Running one proof with SymbiYosys: a task, its engines one after the other, a verdict."""

import math
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sc_precision.errors import InputError
from sc_precision.tools.find import install_hint
from sc_precision.tools.process import Completed, run
from sc_precision.tools.sby_config import SbyConfig
from sc_precision.tools.sby_results import (
    DEFAULT_DEPTH,
    FailedProperty,
    Outcome,
    Verdict,
    read_outcome,
    resolved_options,
)
from sc_precision.tools.toolchain import Toolchain, resolve_toolchain
from sc_precision.tools.workfolder import fresh_folder, io_errors, locked_folder

__all__ = ["Attempt", "FailedProperty", "ProofResult", "ProofTask", "Verdict", "run_proof"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_SMTBMC_SOLVERS = {"z3": "z3", "bitwuzla": "bitwuzla", "yices-smt2": "yices"}  # program: name for smtbmc


@dataclass(frozen=True)
class ProofTask:
    """One question for SBY.

    Attributes
    ----------
    name : str
        Unique among the tasks of a run; letters, digits, ``_``, ``.`` and ``-``. Names its work folder.
    sby_file : Path
        The ``.sby`` file; the names in its ``[files]`` are relative to where it lies.
    task : str or None
        Which of its ``[tasks]``; None for a file without tasks.
    timeout : float
        Seconds for the whole task. Each engine gets an equal share of what is left.
    engines : tuple of str
        Engine lines, such as ``"smtbmc bitwuzla"`` and ``"abc pdr"``, that replace the file's and are
        tried in order until one decides. Empty: the engines that the file states.
    files : tuple of Path
        Further files the result depends on; they only enter the cache key.

    Raises
    ------
    InputError
        From the constructor, if a field is out of range.
    """

    name: str
    sby_file: Path
    task: str | None = None
    timeout: float = 300.0
    engines: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InputError(f"proof name {self.name!r}: use up to 100 letters, digits, '_', '.' and '-'")
        if not (math.isfinite(self.timeout) and self.timeout > 0):
            raise InputError(f"proof {self.name}: timeout must be positive seconds, got {self.timeout!r}")
        for engine in self.engines:
            if not engine.strip() or "\n" in engine or engine.lstrip().startswith("["):
                raise InputError(f"proof {self.name}: {engine!r} is not an engine line")
        if self.task is not None and not re.fullmatch(r"[\w.-]+", self.task):
            raise InputError(f"proof {self.name}: {self.task!r} is not the name of a task")


@dataclass(frozen=True)
class Attempt:
    """What one engine made of a task."""

    engine: str
    verdict: Verdict
    seconds: float
    message: str


@dataclass(frozen=True)
class ProofResult:
    """The answer to a `ProofTask`.

    Attributes
    ----------
    name : str
        The task's.
    verdict : Verdict
        Only ``PASS`` is a pass. ``FAIL`` comes with a counterexample (or covers that cannot be reached);
        ``UNKNOWN`` and ``TIMEOUT`` decide nothing; ``ERROR`` means the question was not asked properly.
    seconds : float
        Wall-clock time of all attempts.
    engine : str
        The engine that decided, such as ``smtbmc z3``; empty if none did.
    mode : str
        ``bmc``, ``prove`` or ``cover``.
    depth : int or None
        Steps looked at (bmc, cover) or of the induction (prove).
    unbounded : bool
        True for a pass that holds for all time, not only for `depth` steps.
    properties : mapping of str to int
        Numbers of ``assert``, ``assume`` and ``cover`` statements in the design.
    failed : tuple of FailedProperty
        What failed, if the verdict is ``FAIL``.
    traces : tuple of Path
        ``.yw`` and ``.vcd`` files: counterexamples of a ``FAIL``, witnesses of covers, and of an
        ``UNKNOWN`` the ``trace_induct`` that may start from a state that cannot be reached.
    message : str
        One line.
    log_tail : str
        The end of SBY's log.
    versions : mapping of str to str
        Version by program.
    attempts : tuple of Attempt
        What each engine said.
    cached : bool
        Whether it comes from the cache; `seconds` is then that of the run that filled it.
    """

    name: str
    verdict: Verdict
    seconds: float
    engine: str
    mode: str
    depth: int | None
    unbounded: bool
    properties: Mapping[str, int]
    failed: tuple[FailedProperty, ...]
    traces: tuple[Path, ...]
    message: str
    log_tail: str
    versions: Mapping[str, str]
    attempts: tuple[Attempt, ...] = field(default=())
    cached: bool = False

    @property
    def passed(self) -> bool:
        """Whether the verdict is a pass."""
        return self.verdict is Verdict.PASS

    @property
    def counterexamples(self) -> tuple[Path, ...]:
        """The traces of a ``FAIL`` of bmc or prove; each starts at reset."""
        if self.verdict is not Verdict.FAIL or self.mode == "cover":
            return ()
        return tuple(path for path in self.traces if "induct" not in path.stem)

    def to_json(self) -> dict[str, Any]:
        """Plain data for an evidence file; traces by their file names, so that it names no folders."""
        plain: dict[str, Any] = asdict(self)
        plain["verdict"] = self.verdict.value
        plain["traces"] = [path.name for path in self.traces]
        for attempt in plain["attempts"]:
            attempt["verdict"] = attempt["verdict"].value
        return plain


def run_proof(
    task: ProofTask,
    workdir: Path,
    *,
    toolchain: Toolchain | None = None,
    cancel: Callable[[], bool] | None = None,
) -> ProofResult:
    """Run one proof.

    Parameters
    ----------
    task : ProofTask
        The question.
    workdir : Path
        Work folder; the task's own lies in it by its name, and what an earlier run left there is removed.
    toolchain : Toolchain, optional
        By default `resolve_toolchain`.
    cancel : callable, optional
        Once it returns True the proof is ended with `CancelledError`.

    Returns
    -------
    ProofResult
        For every verdict; a failed proof is a result.

    Raises
    ------
    InputError
        If the ``.sby`` file or one of its files cannot be read, or the work folder holds foreign files.
    ToolMissingError
        If SBY or Yosys is not installed.
    ToolError
        If the work folder is in use or cannot be written.
    """
    toolchain = toolchain or resolve_toolchain()
    config = SbyConfig.read(Path(task.sby_file))
    _check_task(task, config)
    toolchain.prepare()
    start = time.monotonic()
    attempts: list[tuple[Attempt, Outcome, str]] = []
    with (
        locked_folder(Path(workdir) / task.name) as folder,
        io_errors(f"proof {task.name}"),
        tempfile.TemporaryDirectory(prefix="sc_precision_") as programs,
    ):
        environment = toolchain.environment(toolchain.write_programs(Path(programs)))
        folder = fresh_folder(folder / "attempts")
        engines = task.engines or ("",)
        for index, engine in enumerate(engines):
            left = task.timeout - (time.monotonic() - start)
            share = max(left, 1.0) / (len(engines) - index)
            run_folder = fresh_folder(folder / str(index))
            if missing := _missing_program(engine, toolchain):
                outcome = Outcome(Verdict.ERROR, missing, engine)
                attempts.append((Attempt(engine, Verdict.ERROR, 0.0, missing), outcome, ""))
                continue
            runner = _Runner(run_folder, environment, time.monotonic() + share, cancel)
            completed = runner.sby(_prepared(config, task, engine, toolchain, run_folder), task.task)
            outcome = read_outcome(run_folder / "run", completed, engine)
            outcome = _without_vacuity(outcome, runner, toolchain)
            verdict = Attempt(outcome.engine or engine, outcome.verdict, runner.seconds, outcome.message)
            attempts.append((verdict, outcome, completed.output_tail))
            if outcome.verdict.decided or outcome.final:
                break
    return _result(task, attempts, time.monotonic() - start, toolchain)


class _Runner:
    """Runs SBY in one attempt's folder until its deadline."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        deadline: float,
        cancel: Callable[[], bool] | None,
    ):
        self.folder = folder
        self.seconds = 0.0
        self._environment = environment
        self._deadline = deadline
        self._cancel = cancel

    def sby(self, config: SbyConfig, task: str | None, name: str = "run") -> Completed:
        """Run a configuration in the folder `name`; paths are relative, see `SbyConfig.staged`."""
        file = f"{name}.sby"
        (self.folder / file).write_text(config.text, encoding="utf-8")
        completed = run(
            ["sby", "-f", "-d", name, file, *([task] if task is not None else [])],
            cwd=self.folder,
            timeout=max(self._deadline - time.monotonic(), 0.1),
            env=self._environment,
            log=self.folder / f"{name}.log",
            cancel=self._cancel,
        )
        self.seconds += completed.seconds
        return completed


def _check_task(task: ProofTask, config: SbyConfig) -> None:
    tasks = config.tasks()
    if task.task is None and tasks:
        raise InputError(f"proof {task.name}: {config.name} has tasks; choose one of {', '.join(tasks)}")
    if task.task is not None and task.task not in tasks:
        known = ", ".join(tasks) or "none"
        raise InputError(f"proof {task.name}: {config.name} has no task {task.task!r}; it has {known}")


def _prepared(config: SbyConfig, task: ProofTask, engine: str, toolchain: Toolchain, folder: Path) -> SbyConfig:
    """Copy the files of a configuration beside it and put the engine in."""
    copies: dict[Path, str] = {}
    (folder / "inputs").mkdir()
    for index, path in enumerate(config.source_files()):
        copies.setdefault(path, f"inputs/{index}_{re.sub(r'[^A-Za-z0-9_.-]', '_', path.name)}")
    for path, name in copies.items():
        shutil.copyfile(path, folder / name)
    config = config.staged(copies)
    if engine:
        config = config.with_section("engines", [engine])
        # ABC's counterexamples are replayed by smtbmc, by default with Yices, which is optional here.
        if engine.split()[0] == "abc" and "aigsmt" not in config.text and "yices-smt2" not in toolchain.tools:
            config = config.with_option(f"aigsmt {_solver(toolchain)}", task.task)
    return config


def _missing_program(engine: str, toolchain: Toolchain) -> str | None:
    """Why an engine line cannot run here; None if it can, or if only SBY knows."""
    words = engine.split()
    if words[:1] == ["abc"]:
        program = "yosys-abc"
    elif words[:1] == ["smtbmc"]:
        solver = next((word for word in words[1:] if not word.startswith("-")), "yices")
        program = next((name for name, known in _SMTBMC_SOLVERS.items() if known == solver), "")
    else:
        return None
    if not program or program in toolchain.tools:
        return None
    return f"{engine}: {install_hint(program)}"


def _solver(toolchain: Toolchain) -> str:
    """An SMT solver for small questions, by the name that smtbmc uses."""
    return next((name for program, name in _SMTBMC_SOLVERS.items() if program in toolchain.tools), "yices")


def _without_vacuity(outcome: Outcome, runner: _Runner, toolchain: Toolchain) -> Outcome:
    """Refuse a pass under assumptions that contradict each other.

    smtbmc looks for that before each step (``--presat``). Other engines do not, so the assumptions alone
    are given to smtbmc: some run of `depth` steps must satisfy them. A contradiction that needs more
    steps than that is not seen; only a cover statement shows that a state of interest is reachable.
    """
    checked = all(engine.startswith("smtbmc") and "--nopresat" not in engine for engine in outcome.engine.split(" + "))
    if outcome.verdict is not Verdict.PASS or checked or not outcome.properties.get("assume"):
        return outcome
    options = resolved_options(runner.folder / "run")
    depth = options.get("depth", str(DEFAULT_DEPTH))
    kept = [f"{name} {options[name]}" for name in ("multiclock",) if name in options]
    config = SbyConfig((runner.folder / "run" / "config.sby").read_text("utf-8"), runner.folder, "vacuity")
    config = (
        config.with_section("options", ["mode bmc", f"depth {depth}", *kept])
        .with_section("engines", [f"smtbmc {_solver(toolchain)}"])
        .with_script_line("chformal -assert -cover -live -remove")
    )
    completed = runner.sby(config, None, "vacuity")
    check = read_outcome(runner.folder / "vacuity", completed, "smtbmc", may_be_empty=True)
    if check.verdict is Verdict.PASS:
        return outcome
    message = f"whether the assumptions contradict each other could not be checked: {check.message}"
    return outcome.error(check.message if check.final else message, final=check.final)


def _result(
    task: ProofTask,
    attempts: list[tuple[Attempt, Outcome, str]],
    seconds: float,
    toolchain: Toolchain,
) -> ProofResult:
    """The attempt that decided or, if none did, the one that says most."""
    order = [Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.TIMEOUT, Verdict.ERROR]
    attempt, outcome, log = min(attempts, key=lambda item: (not item[1].final, order.index(item[1].verdict)))
    return ProofResult(
        name=task.name,
        verdict=outcome.verdict,
        seconds=seconds,
        engine=attempt.engine if outcome.verdict.decided else "",
        mode=outcome.mode,
        depth=outcome.depth,
        unbounded=outcome.verdict is Verdict.PASS and outcome.mode == "prove",
        properties=outcome.properties,
        failed=outcome.failed if outcome.verdict is Verdict.FAIL else (),
        traces=outcome.traces,
        message=outcome.message,
        log_tail=log,
        versions=toolchain.versions(),
        attempts=tuple(item[0] for item in attempts),
    )
