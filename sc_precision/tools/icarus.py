# SPDX-License-Identifier: Apache-2.0
"""Compiling with Icarus Verilog and running cocotb benches on it."""

import os
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sc_precision.errors import InputError, ToolError, ToolMissingError
from sc_precision.tools.find import distribution_version, find_tool, launcher_argv
from sc_precision.tools.lint import warning_lines
from sc_precision.tools.process import Completed, run
from sc_precision.tools.workfolder import fresh_folder, io_errors, locked_folder
from sc_precision.tools.yosys import error_line, stage_sources

TIMESCALE = "1ns/1ps"
_COMPILE_SECONDS = 300.0
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
# Inherited settings that would change which tests run, or where their results go.
_COCOTB_VARIABLES = re.compile(r"COCOTB_|PYGPI_|GPI_|PYTEST_CURRENT_TEST$|WAVES$|GUI$|TOPLEVEL|MODULE$|TESTCASE$")


@dataclass(frozen=True)
class TestOutcome:
    """One cocotb test: its name, whether it passed, and the first line of what went wrong."""

    __test__ = False  # not a test class, whatever pytest thinks of its name

    name: str
    passed: bool
    message: str = ""


class CompileError(ToolError):
    """A design that the compiler read and refused, or warned about."""


@dataclass(frozen=True)
class BenchResult:
    """Result of a bench.

    Attributes
    ----------
    seconds : float
        Wall-clock time of the simulation, without compilation.
    log : Path
        The simulator's output.
    results_file : Path
        The results in JUnit XML, as cocotb wrote them; may not exist if the simulator died.
    tests : tuple of TestOutcome
        Each test.
    message : str
        One line; why it is not `ok`, if it is not.
    ok : bool
        Whether the simulation ended by itself, left results, and ran at least one test without failure.
    decided : bool
        Whether it says anything about the design; not where the time limit was reached or a signal ended the simulator.
    versions : mapping of str to str
        Version by program.
    """

    seconds: float
    log: Path
    results_file: Path
    tests: tuple[TestOutcome, ...]
    message: str
    ok: bool
    decided: bool
    versions: Mapping[str, str]

    @property
    def passed(self) -> int:
        """Number of tests that passed."""
        return sum(test.passed for test in self.tests)

    @property
    def failed(self) -> int:
        """Number of tests that did not."""
        return len(self.tests) - self.passed


def compile_icarus(
    sources: Sequence[str | Path],
    top: str,
    output: Path,
    *,
    allow: Sequence[str] = (),
    timeout: float = _COMPILE_SECONDS,
) -> None:
    """Compile Verilog-2005 with ``iverilog -g2005 -Wall``; a warning is an error.

    The compiled `output` is for ``vvp``; copies of the sources are kept beside it. A warning that one of the regular
    expressions in `allow` matches is let pass.

    Raises
    ------
    InputError
        If a source is missing or `top` is not an identifier.
    ToolMissingError, CompileError, ToolError
        If Icarus Verilog is not installed; if the design does not compile, or warns; if the time limit is reached or a
        signal ends the compiler.
    """
    tool = find_tool("iverilog")
    folder = output.absolute().parent
    with io_errors(f"build folder {folder}"):
        copies = folder / f"{output.stem}_sources"
        copies.mkdir(parents=True, exist_ok=True)
        names = [f"{copies.name}/{name}" for name in stage_sources(sources, top, copies)]
        (copies / "options.f").write_text(f"+timescale+{TIMESCALE}\n", "utf-8")
    options = ["-g2005", "-Wall", "-f", f"{copies.name}/options.f", "-s", top, "-o", output.name]
    command = [*tool.argv, *options, *names]
    completed = run(command, cwd=folder, timeout=timeout)
    if completed.timed_out:
        raise ToolError(f"iverilog: time limit of {timeout:g} s reached while compiling {top}")
    if not completed.ok:
        kind = CompileError if completed.returncode > 0 else ToolError
        raise kind(f"iverilog: {top} does not compile: {error_line(completed)}")
    found = [line for line in warning_lines(completed) if not any(re.search(item, line) for item in allow)]
    if found:
        raise CompileError(f"iverilog: {top} compiles with {len(found)} warnings, first: {found[0]}")


def run_bench(
    sources: Sequence[str | Path],
    top: str,
    test_module: str,
    build_dir: str | Path,
    *,
    python_path: Sequence[str | Path] = (),
    env: Mapping[str, str] | None = None,
    timeout: float = 600.0,
    allow: Sequence[str] = (),
    cancel: Callable[[], bool] | None = None,
) -> BenchResult:
    """Compile a design and run a cocotb bench on it; what went wrong while it ran is in the result.

    Parameters
    ----------
    sources, top
        Verilog files and the name of the top module.
    test_module : str
        Python module with the tests.
    build_dir : path
        Work folder; what an earlier run left there is removed.
    python_path : sequence of path
        Folders to import `test_module` and its helpers from.
    env : mapping, optional
        Further environment variables; settings of cocotb are taken from here only.
    timeout : float
        Time limit of the simulation in seconds.
    allow : sequence of str
        Warnings of the compiler to let pass, see `compile_icarus`.
    cancel : callable, optional
        Once it returns True the simulation is ended with `CancelledError`.

    Raises
    ------
    InputError
        If a source is missing, a name is not an identifier, or the work folder holds foreign files.
    ToolMissingError
        If Icarus Verilog or cocotb is not installed.
    CompileError
        If the design does not compile cleanly.
    ToolError
        If the compiler takes too long, or the work folder is in use or cannot be written.
    """
    if not _MODULE.fullmatch(test_module):
        raise InputError(f"test module {test_module!r}: is not the name of a Python module")
    if distribution_version("cocotb") is None:
        raise ToolMissingError("cocotb is not installed: pip install cocotb")
    simulator = find_tool("vvp")
    with locked_folder(Path(build_dir)) as locked:
        folder = fresh_folder(locked / "build")
        compile_icarus(sources, top, folder / "sim.vvp", allow=allow)
        log, results = folder / "sim.log", folder / "results.xml"
        completed = run(
            launcher_argv("cocotb_launcher.py", top, test_module, str(folder), str(results)),
            cwd=folder,
            timeout=timeout,
            env=_environment(python_path, env or {}, Path(simulator.argv[0]).parent),
            log=log,
            cancel=cancel,
        )
    tests = _read_results(results)
    message = _problem(completed, tests)
    return BenchResult(
        seconds=completed.seconds,
        log=log,
        results_file=results,
        tests=tests or (),
        message=message or f"{len(tests or ())} test{'s' * (len(tests or ()) != 1)} passed",
        ok=not message,
        decided=not (completed.timed_out or completed.returncode < 0),
        versions={
            "iverilog": find_tool("iverilog").version,
            "vvp": simulator.version,
            "cocotb": distribution_version("cocotb") or "unknown",
        },
    )


def _environment(python_path: Sequence[str | Path], extra: Mapping[str, str], simulator_folder: Path) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not _COCOTB_VARIABLES.match(name)}
    paths = [str(Path(path).absolute()) for path in python_path]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [*paths, os.environ.get("PYTHONPATH", "")]))
    environment["PATH"] = os.pathsep.join([str(simulator_folder), os.environ.get("PATH", os.defpath)])
    return environment | {"COCOTB_ANSI_OUTPUT": "0"} | dict(extra)


def _problem(completed: Completed, tests: tuple[TestOutcome, ...] | None) -> str:
    """Why a bench is not a pass; empty if it is one."""
    if completed.timed_out:
        return f"time limit reached after {completed.seconds:.1f} s"
    if tests is None:
        return f"the simulation left no results: {error_line(completed)}"
    if not tests:
        return "no test ran; check the name of the test module and that it has cocotb tests"
    failed = [test for test in tests if not test.passed]
    if failed:
        return f"{len(failed)} of {len(tests)} tests failed, first {failed[0].name}: {failed[0].message}"
    if not completed.ok:
        return f"the simulator ended with status {completed.returncode}: {error_line(completed)}"
    return ""


def _read_results(file: Path) -> tuple[TestOutcome, ...] | None:
    """The tests in a results file; None if it is missing or damaged. A skipped test is not counted."""
    try:
        root = ElementTree.fromstring(file.read_bytes())
    except (OSError, ElementTree.ParseError):
        return None
    tests = []
    for case in root.iter("testcase"):
        if case.find("skipped") is not None:
            continue
        bad = next((child for child in case if child.tag in ("failure", "error")), None)
        name = f"{case.get('classname', '')}.{case.get('name', '')}".strip(".")
        text = (bad.get("message") or bad.get("error_msg") or bad.text or "failed") if bad is not None else ""
        tests.append(TestOutcome(name, bad is None, (text.strip().splitlines() or [""])[0]))
    return tuple(tests)
