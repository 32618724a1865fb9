# SPDX-License-Identifier: Apache-2.0
"""Running Yosys scripts and counting cells."""

import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sc_precision.errors import InputError, ToolError
from sc_precision.tools.process import Completed, run
from sc_precision.tools.targets import CellTarget
from sc_precision.tools.toolchain import Toolchain, resolve_toolchain
from sc_precision.tools.workfolder import io_errors

_LUTS = re.compile(r"SB_LUT4|LUT[1-6]")
_FLIP_FLOPS = re.compile(r"SB_DFF\w*|FD[RSCP]E(_1)?|\$_\w*DFF\w*_")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")


@dataclass(frozen=True)
class CellStats:
    """Cells of a design synthesised for a target; ``generic`` is gates and flip-flops.

    `cells` are numbers by type, whole hierarchy, without buffers of pins and clocks and without assertions, `total`
    their sum. They depend on the version of Yosys.
    """

    target: CellTarget
    cells: Mapping[str, int]
    total: int
    version: str

    @property
    def luts(self) -> int:
        """Lookup tables of any size; 0 for ``generic``."""
        return sum(count for name, count in self.cells.items() if _LUTS.fullmatch(name))

    @property
    def flip_flops(self) -> int:
        """Flip-flops of any kind, one per bit."""
        return sum(count for name, count in self.cells.items() if _FLIP_FLOPS.fullmatch(name))


def run_yosys(
    script: str,
    *,
    cwd: str | Path,
    timeout: float = 300.0,
    log: str | Path | None = None,
    toolchain: Toolchain | None = None,
) -> Completed:
    """Run a script with the Yosys that also proves, to its end with status 0.

    Parameters
    ----------
    script : str
        Yosys commands. Paths should be relative to `cwd`: the WebAssembly Yosys does not see all folders.
    cwd : path
        Folder to run in; the script is written there for the time of the run.
    timeout : float
        Time limit in seconds.
    log : path, optional
        File that receives the log.
    toolchain : Toolchain, optional
        By default `resolve_toolchain`.

    Raises
    ------
    ToolError
        If it does not end with status 0 in time; the message carries the error that Yosys reports.
    """
    toolchain = toolchain or resolve_toolchain()
    toolchain.prepare()
    with io_errors("yosys"), tempfile.TemporaryDirectory(prefix="sc_precision_") as programs:
        environment = toolchain.environment(Path(programs))
        with tempfile.NamedTemporaryFile("w", suffix=".ys", dir=cwd, encoding="utf-8") as file:
            file.write(script)
            file.flush()
            argv = [*toolchain.tools["yosys"].argv, "-Q", "-T", "-s", Path(file.name).name]
            completed = run(argv, cwd=cwd, timeout=timeout, env=environment, log=log)
    if completed.timed_out:
        raise ToolError(f"yosys: time limit of {timeout:g} s reached")
    if not completed.ok:
        raise ToolError(f"yosys: {error_line(completed)}")
    return completed


def cell_stats(
    verilog_files: Sequence[str | Path],
    top: str,
    target: str = CellTarget.GENERIC,
    *,
    timeout: float = 600.0,
    toolchain: Toolchain | None = None,
) -> CellStats:
    """Synthesise a design and count its cells.

    Parameters
    ----------
    verilog_files : sequence of path
        Verilog sources.
    top : str
        Name of the top module.
    target : CellTarget or str
        What to synthesise for.
    timeout : float
        Time limit in seconds.
    toolchain : Toolchain, optional
        By default `resolve_toolchain`.

    Returns
    -------
    CellStats

    Raises
    ------
    InputError
        If a file is missing, `top` is not an identifier or `target` is unknown.
    ToolError
        If Yosys fails or leaves no statistics.
    """
    chosen = CellTarget.parse(target, "target")
    toolchain = toolchain or resolve_toolchain()
    with io_errors("yosys"), tempfile.TemporaryDirectory(prefix="sc_precision_") as folder:
        names = stage_sources(verilog_files, top, Path(folder))
        script = "".join(f"read_verilog -sv {name}\n" for name in names)
        script += f"hierarchy -check -top {top}\nproc\nchformal -remove\n"
        script += f"{chosen.command.format(top=top)}\n"
        script += "tee -q -o stat.json stat -json\n"
        run_yosys(script, cwd=folder, timeout=timeout, toolchain=toolchain)
        try:
            design = json.loads((Path(folder) / "stat.json").read_text("utf-8"))["design"]
            cells = {str(name): int(count) for name, count in design["num_cells_by_type"].items()}
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise ToolError(f"yosys: its statistics of {top} cannot be read: {error!r}") from error
    cells.pop("$scopeinfo", None)  # where flattened modules were; no hardware
    version = toolchain.tools["yosys"].version
    return CellStats(chosen, dict(sorted(cells.items())), sum(cells.values()), version)


def stage_sources(files: Sequence[str | Path], top: str, folder: Path) -> list[str]:
    """Copy sources into a folder under names without spaces, which are returned; for every tool that reads Verilog.

    Raises InputError if there are none, one is not a file, or `top` is not a Verilog identifier.
    """
    if not _IDENTIFIER.fullmatch(top):
        raise InputError(f"top {top!r}: is not a Verilog identifier")
    if not files:
        raise InputError(f"top {top}: no Verilog files are given")
    names = []
    for index, file in enumerate(map(Path, files)):
        if not file.is_file():
            raise InputError(f"{file}: is not a file; give Verilog sources")
        name = re.sub(r"[^A-Za-z0-9_.]", "_", file.name)
        names.append(f"{index}_{name}" if name in names else name)
        shutil.copyfile(file, folder / names[-1])
    return names


def error_line(completed: Completed) -> str:
    """The line of an output that states the error, or its last one."""
    lines = [line.strip() for line in completed.output_tail.splitlines() if line.strip()]
    errors = [line for line in lines if "ERROR:" in line or "rror:" in line]
    return (errors or lines[-1:] or [f"exit status {completed.returncode} without a message"])[0]
