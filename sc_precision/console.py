# SPDX-License-Identifier: Apache-2.0
"""What the command line prints: progress on a terminal, a line per finished step everywhere."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from sc_precision.errors import ScPrecisionError
from sc_precision.plan.result import NetworkPlan
from sc_precision.tools.find import find_tool, install_hint
from sc_precision.tools.toolchain import resolve_toolchain


class Steps:
    """Progress of named steps; call it with a name, the fraction done and a few words.

    On a terminal, steps under way have a bar; elsewhere nothing is shown of them. A step that has reached 1.0 is
    printed as a line with its time.
    """

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._progress = Progress(
            TextColumn("{task.fields[step]:<9}", markup=False),
            BarColumn(bar_width=30),
            TimeElapsedColumn(),
            TextColumn("{task.fields[words]}", markup=False),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._running: dict[str, tuple[TaskID, float]] = {}

    def __enter__(self) -> Steps:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, step: str, fraction: float, words: str) -> None:
        """Show how far a step is; print it with its time once it is done."""
        if step not in self._running:
            task = self._progress.add_task("", total=1.0, step=step, words="")
            self._running[step] = task, time.monotonic()
        task, start = self._running[step]
        if fraction < 1.0:
            # A bar that does not know how far it is moves by itself.
            self._progress.update(task, completed=fraction, total=1.0 if fraction > 0 else None, words=words[:60])
            return
        self._progress.remove_task(task)
        del self._running[step]
        self._console.print(f"{step:<9} {time.monotonic() - start:6.1f} s  {words}")


def plan_lines(plan: NetworkPlan) -> list[str]:
    """A plan in a few lines."""
    gap = plan.dual_gap
    lines = [
        plan.target_text.replace("bound ", "bound    ", 1),
        f"cost     {plan.cost:.6g}" + (f", at most {gap:.2%} above the optimum" if gap is not None else ""),
    ]
    for layer in plan.layers:
        p = layer.params
        lines.append(
            f"{layer.dense.name}: {p.n_in}-{p.n_out}, weights of {layer.bits.min()} to {layer.bits.max()} bits"
            + (f", streams of {layer.lengths.min()} to {layer.lengths.max()}" if layer.stochastic else "")
            + f", outputs {p.output.format.label}"
        )
    return [*lines, f"hash     {plan.hash}"]


def tool_lines() -> tuple[list[str], list[str]]:
    """The programs that are called, a line each, and the names of those that are needed and missing."""
    lines, missing = [], []
    try:
        chain = resolve_toolchain()
        lines += [f"{name:<14} {tool.version:<28} {tool.source}" for name, tool in sorted(chain.tools.items())]
        missing += [name for name in ("z3", "bitwuzla") if name not in chain.tools]
        lines += [f"{name:<14} missing: {install_hint(name)}" for name in missing]
    except ScPrecisionError as error:
        missing.append("sby")
        lines.append(f"{'sby, yosys':<14} missing: {error}")
    for name, needed in (("iverilog", True), ("vvp", True), ("verilator", False)):
        try:
            tool = find_tool(name)
            lines.append(f"{name:<14} {tool.version:<28} {tool.source}")
        except ScPrecisionError as error:
            lines.append(f"{name:<14} {'missing' if needed else 'optional, missing'}: {error}")
            missing += [name] * needed
    return lines, missing
