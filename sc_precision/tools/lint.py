# SPDX-License-Identifier: Apache-2.0
"""Linting Verilog with up to three independent front ends."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sc_precision.errors import ToolError
from sc_precision.tools.find import Tool, find_optional, find_tool
from sc_precision.tools.process import Completed, run
from sc_precision.tools.toolchain import Toolchain
from sc_precision.tools.workfolder import io_errors
from sc_precision.tools.yosys import run_yosys, stage_sources

_TIMEOUT = 300.0
UNUSED = "UNUSED"  # all of its kinds, in every version
"""Counters that wrap leave their carry unused, and ``tdata`` is wider than its code; both are meant."""
_MESSAGE = re.compile(r"warning|error|sorry", re.IGNORECASE)


def lint_verilator(
    sources: Sequence[str | Path], top: str, *, disable: Sequence[str] = (), timeout: float = _TIMEOUT
) -> list[str]:
    """Warnings and errors of ``verilator --lint-only -Wall``; empty if the sources are clean.

    `disable` names further warnings not to give; ``DECLFILENAME`` (a module is not named like its file) never is.
    Raises ToolMissingError if Verilator is not installed, and ToolError if it fails without saying why.
    """
    flags = [f"-Wno-{name}" for name in ("DECLFILENAME", *disable)]
    command = ["--lint-only", "-Wall", *flags, "--top-module", top]
    return _lint(find_tool("verilator"), command, sources, top, timeout)


def lint_icarus(sources: Sequence[str | Path], top: str, *, timeout: float = _TIMEOUT) -> list[str]:
    """Lint with ``iverilog -g2005 -Wall``; see `lint_verilator`."""
    return _lint(find_tool("iverilog"), ["-g2005", "-Wall", "-t", "null", "-s", top], sources, top, timeout)


def lint_yosys(
    sources: Sequence[str | Path],
    top: str,
    *,
    timeout: float = _TIMEOUT,
    toolchain: Toolchain | None = None,
) -> list[str]:
    """Lint with Yosys: ``hierarchy -check; proc; check -assert``; see `lint_verilator`.

    ``check`` finds what the other two do not: combinational loops, wires with several drivers or none.
    """
    with io_errors("yosys"), tempfile.TemporaryDirectory(prefix="sc_precision_") as folder:
        names = stage_sources(sources, top, Path(folder))
        script = "".join(f"read_verilog {name}\n" for name in names)
        script += f"hierarchy -check -top {top}\nproc\ncheck -assert\n"
        log = Path(folder) / "yosys.log"
        error = ""
        try:
            run_yosys(script, cwd=folder, timeout=timeout, log=log, toolchain=toolchain)
        except ToolError as problem:
            error = str(problem).removeprefix("yosys: ")
        lines = log.read_text("utf-8", errors="replace").splitlines() if log.exists() else []
    found = [line.strip() for line in lines if "Warning: " in line]
    return list(dict.fromkeys([*found, *([error] if error else [])]))


def lint_all(sources: Sequence[str | Path], top: str) -> dict[str, list[str]]:
    """Warnings by tool: ``yosys`` always, ``iverilog`` and ``verilator`` where they are installed.

    Verilator's are those of ``-Wall`` except `UNUSED`.
    """
    found = {"yosys": lint_yosys(sources, top)}
    if find_optional("iverilog"):
        found["iverilog"] = lint_icarus(sources, top)
    if find_optional("verilator"):
        found["verilator"] = lint_verilator(sources, top, disable=[UNUSED])
    return found


def warning_lines(completed: Completed) -> list[str]:
    """The lines of a compiler's output that warn or state an error, without repeats."""
    lines = (line.strip() for line in completed.output_tail.splitlines())
    return list(dict.fromkeys(line for line in lines if _MESSAGE.search(line)))


def _lint(tool: Tool, options: list[str], sources: Sequence[str | Path], top: str, timeout: float) -> list[str]:
    with io_errors(tool.name), tempfile.TemporaryDirectory(prefix="sc_precision_") as folder:
        names = stage_sources(sources, top, Path(folder))
        completed = run([*tool.argv, *options, *names], cwd=folder, timeout=timeout)
    if completed.timed_out:
        raise ToolError(f"{tool.name}: time limit of {timeout:g} s reached")
    found = warning_lines(completed)
    if not completed.ok and not found:
        raise ToolError(f"{tool.name}: exit status {completed.returncode} without a message")
    return found
