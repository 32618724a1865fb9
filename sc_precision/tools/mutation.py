# SPDX-License-Identifier: Apache-2.0
"""Faulty designs made by Yosys' ``mutate``, and the question whether one is a fault at all."""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sc_precision.arguments import integer
from sc_precision.errors import InputError, ToolError
from sc_precision.tools.toolchain import Toolchain, resolve_toolchain
from sc_precision.tools.workfolder import io_errors
from sc_precision.tools.yosys import run_yosys

MAX_MUTANTS = 10_000
"""Most mutants of one run, and greatest seed."""
# ROMs become multiplexers, so that their words can be mutated; a RAM stays one, under its name.
_READ = "read_verilog {files}\nproc\nmemory_collect\nmemory_map -rom-only\nopt_clean\n"
# Clocks, for a model with one clock knows no other edge, and pins of memories that Yosys
# does not let go: what reads their data is mutated instead.
_LEFT_ALONE = {"CLK", "ARST", "SRST", "RD_CLK", "RD_EN", "RD_ARST", "RD_SRST", "WR_CLK", "RD_DATA"}


@dataclass(frozen=True)
class GeneratedMutant:
    """One fault in one module, with the Verilog of the changed module.

    A fault is mode, cell, port and bit as ``mutate`` states them, such as ``inv stage.acc[3]``, or with a line of the
    module's text ``const0 add(line 24).A[1]``.
    """

    module: str
    fault: str
    text: str


def make_mutants(
    texts: Mapping[str, str],
    modules: Sequence[str],
    count: int,
    seed: int,
    *,
    timeout: float = 300.0,
    toolchain: Toolchain | None = None,
) -> list[GeneratedMutant]:
    """Let Yosys change a design, one random connection each; clocks are left alone.

    Parameters
    ----------
    texts : mapping of str to str
        Verilog of the design by module name.
    modules : sequence of str
        Those that are changed.
    count : int
        Number of mutants, at least 1; fewer come back where the modules have fewer connections.
    seed : int
        Equal seeds give equal mutants with one version of Yosys.
    timeout : float
        Seconds for each of the two runs of Yosys.
    toolchain : Toolchain, optional
        By default `resolve_toolchain`.

    Returns
    -------
    list of GeneratedMutant
        In the order of Yosys, whose list spreads them over modules, cells and wires.
    """
    _check(texts, modules, count, seed)
    toolchain = toolchain or resolve_toolchain()
    with io_errors("mutants"), tempfile.TemporaryDirectory(prefix="sc_precision_") as name:
        folder = Path(name)
        files = []
        for module, text in texts.items():
            files.append(f"{module}.v")
            (folder / files[-1]).write_text(text, encoding="utf-8")
        read = _READ.format(files=" ".join(files))
        spare = count // 2 + 8
        script = f"{read}select {' '.join(modules)}\nmutate -list {count + spare} -seed {seed} -o list.txt\n"
        run_yosys(script, cwd=folder, timeout=timeout, toolchain=toolchain)
        listed = (folder / "list.txt").read_text("utf-8").splitlines()
        lines = [line for line in listed if _option(line, "port") not in _LEFT_ALONE][:count]
        script = f"{read}design -save base\n"
        for index, line in enumerate(lines):
            script += f"design -load base\n{line}\nselect {_option(line, 'module')}\n"
            script += f"write_verilog -noattr -selected mutant_{index}.v\nselect -clear\n"
        if lines:
            run_yosys(script, cwd=folder, timeout=timeout, toolchain=toolchain)
        return [
            GeneratedMutant(
                _option(line, "module"), _fault(line), (folder / f"mutant_{index}.v").read_text(encoding="utf-8")
            )
            for index, line in enumerate(lines)
        ]


def _check(texts: Mapping[str, str], modules: Sequence[str], count: int, seed: int) -> None:
    integer("mutants: count", count, minimum=1, maximum=MAX_MUTANTS)
    integer("mutants: seed", seed, minimum=0, maximum=MAX_MUTANTS)
    if not modules:
        raise InputError("mutants: no module is given")
    for module in modules:
        if module not in texts:
            raise InputError(f"mutants: there is no module {module!r} in the design")


def _option(line: str, name: str) -> str:
    words = line.split()
    try:
        return words[words.index(f"-{name}") + 1]
    except (ValueError, IndexError):
        raise ToolError(f"yosys: mutate lists {line!r} without -{name}") from None


def _fault(line: str) -> str:
    cell, port, bit = (_option(line, name) for name in ("cell", "port", "portbit"))
    if match := re.fullmatch(r"\$(\w+)\$[^$]*:(\d+)(?:\.[\d.-]+)?\$\d+", cell):
        cell = f"{match[1]}(line {match[2]})"
    return f"{_option(line, 'mode')} {cell}.{port}[{bit}]"


def equivalence_sby(module: str, children: Sequence[str], original: str, mutant: str, below: Sequence[str]) -> str:
    """An ``.sby`` file that asks whether two versions of a module answer alike, for all inputs and for all time.

    Registers without an initial value begin at 0 in both. The `children` that the module instantiates are taken out,
    their inputs compared and their outputs shared; `below` are the files with them.
    """
    lines = ["[options]", "mode prove", "depth 4", "", "[engines]", "abc pdr", "", "[script]"]
    for name, file in (("gold", original), ("gate", mutant)):
        lines += [f"read_verilog {each}" for each in (file, *below)]
        lines += ["proc"]
        if children:
            kinds = " ".join(f"t:{child}" for child in children)
            lines += [f"cd {module}", f"expose -evert {kinds}", "cd ..", *(f"delete {child}" for child in children)]
        lines += [
            f"prep -flatten -top {module}",
            "setundef -init -zero",
            f"rename {module} {name}",
            f"design -stash {name}",
        ]
    lines += [f"design -copy-from {name} -as {name} {name}" for name in ("gold", "gate")]
    lines += ["miter -equiv -make_assert -flatten gold gate equal", "prep -top equal"]
    lines += ["", "[files]", *(shlex.quote(file) for file in (original, mutant, *below))]
    return "\n".join(lines) + "\n"
