# SPDX-License-Identifier: Apache-2.0
"""Counterexamples of proofs, played again in a simulator that knows nothing of solvers.

The checker that failed becomes a testbench: what the solver chose freely (``anyseq``, ``anyconst``, registers without
an initial value) is taken from the trace, and the labelled assertions are looked at before each clock edge.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sc_precision.errors import InputError, ToolError
from sc_precision.tools.find import find_tool
from sc_precision.tools.process import run
from sc_precision.tools.toolchain import Toolchain
from sc_precision.tools.waveform import read_vcd
from sc_precision.tools.workfolder import io_errors
from sc_precision.tools.yosys import run_yosys

REPLAY_SCHEMA = "sc_precision.counterexample.v1"
REPLAY_FILE = "counterexample.json"
_STEP = 10  # time units of smtbmc's traces between clock edges
_FREE = re.compile(r"\(\*\s*any(?:seq|const)\s*\*\)\s*wire\s+((?:signed\s+)?(?:\[[^\]]*\]\s*)?)([^;]+);")
_REGISTER = re.compile(r"^\s*(?:output\s+)?reg\s+(?:signed\s+)?(?:\[[^\]]*\]\s*)?([\\\w][^=;\[]*?)\s*;", re.MULTILINE)
_STATEMENT = re.compile(r"(?:(\w+):\s*)?\b(assert|assume|cover)\s*\(")
_FAILED = re.compile(r"^FAILED (\S+) at step (\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Counterexample:
    """All that a simulation needs to see a proof fail.

    Attributes
    ----------
    top : str
        Module of the checker.
    checker : str
        File with the checker, beside this description.
    hdl : tuple of str
        Files of the design that it reads.
    prepare : tuple of str
        Yosys commands between reading the design and the checker.
    properties : tuple of str
        Labels that failed in the proof.
    steps : tuple of dict
        Per clock cycle, the values of the checker's signals, as unsigned ints; what the solver left open is 0.
    initial : dict of str to int
        Registers, by path in the checker, that have no initial value of their own.
    """

    top: str
    checker: str
    hdl: tuple[str, ...]
    prepare: tuple[str, ...]
    properties: tuple[str, ...]
    steps: tuple[Mapping[str, int], ...]
    initial: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; see `read_counterexample`."""
        return {"schema": REPLAY_SCHEMA, **asdict(self)}


def read_counterexample(folder: Path) -> Counterexample:
    """Read ``counterexample.json``, or raise InputError."""
    path = folder / REPLAY_FILE
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        if plain["schema"] != REPLAY_SCHEMA:
            raise InputError(f"{path}: is no counterexample of this version; prove again")
        return Counterexample(
            top=plain["top"],
            checker=plain["checker"],
            hdl=tuple(plain["hdl"]),
            prepare=tuple(plain["prepare"]),
            properties=tuple(plain["properties"]),
            steps=tuple(plain["steps"]),
            initial=dict(plain["initial"]),
        )
    except InputError:
        raise
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise InputError(f"{path}: cannot be read ({type(error).__name__}); prove again") from None


def free_signals(checker: str) -> list[str]:
    """Names of the signals of a checker that the solver may choose."""
    return [name.strip() for match in _FREE.finditer(checker) for name in match[2].split(",")]


def read_trace(vcd: Path, top: str) -> tuple[list[dict[str, int]], dict[str, int]]:
    """Values of a waveform that smtbmc wrote.

    Returns the checker's own signals before each clock edge, up to the step that fails, and all signals at the first
    step, by path below the checker (``dut.acc``). Raises InputError if the waveform cannot be read or is not of this
    checker.
    """
    waves = read_vcd(vcd)
    below = {name.removeprefix(f"{top}."): wave for name, wave in waves.items() if name.startswith(f"{top}.")}
    own = [name for name in below if re.fullmatch(r"\w+", name) and not name.endswith("_EN")]
    try:
        steps = [
            {name: _value(below[name].at(time)) for name in own if name != "clk"}
            for time in range(0, waves["smt_step"].times[-1], _STEP)  # the last state is that after the failure
        ]
        initial = {name: _value(wave.at(0)) for name, wave in below.items()}
    except LookupError as error:
        raise InputError(f"{vcd}: is no waveform of a proof ({error})") from None
    if not own:
        raise InputError(f"{vcd}: has no signals of {top}")
    return steps, initial


def _value(value: int | str) -> int:
    """What the solver left open is 0."""
    return value if isinstance(value, int) else int(re.sub(r"[^01]", "0", value), 2)


def uninitialised(text: str) -> list[str]:
    """Names of the registers in a module's text that state no initial value."""
    return [name.strip() for found in _REGISTER.findall(text) for name in found.split(",") if "=" not in name]


def replay(
    folder: str | Path,
    hdl: str | Path,
    *,
    waveform: str | Path | None = None,
    timeout: float = 120.0,
    toolchain: Toolchain | None = None,
) -> list[tuple[str, int]]:
    """Simulate a counterexample in Icarus.

    Parameters
    ----------
    folder : path
        With ``counterexample.json`` and the checker.
    hdl : path
        Folder of the Verilog files, right or wrong.
    waveform : path, optional
        Where to write a waveform.
    timeout : float
        Seconds for each program.
    toolchain : Toolchain, optional
        For Yosys, which takes the modules below apart where the checker stands in for them.

    Returns
    -------
    list of (str, int)
        Label and step of each assertion that failed; empty where all held. An assumption that the trace breaks on
        this design is listed too: it then says nothing of the assertions after it.

    Raises
    ------
    InputError
        If files are missing.
    ToolMissingError, ToolError
        If Icarus or Yosys is not installed or fails.
    """
    folder, hdl = Path(folder), Path(hdl)
    found = read_counterexample(folder)
    try:
        checker = (folder / found.checker).read_text(encoding="utf-8")
        texts = {name: (hdl / name).read_text(encoding="utf-8") for name in found.hdl}
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror or error}; give the folder of the Verilog") from None
    with io_errors("replay"), tempfile.TemporaryDirectory(prefix="sc_precision_replay_") as name:
        work = Path(name)
        for file, text in texts.items():
            (work / file).write_text(text, encoding="utf-8")
        if found.prepare:
            script = "\n".join([*(f"read_verilog {file}" for file in found.hdl), *found.prepare])
            run_yosys(f"{script}\nwrite_verilog -noattr prepared.v\n", cwd=work, timeout=timeout, toolchain=toolchain)
        sources = ["prepared.v"] if found.prepare else list(found.hdl)
        (work / "checker.sv").write_text(simulated(checker, found.top), encoding="utf-8")
        (work / "tb.sv").write_text(_bench(found, free_signals(checker), waveform is not None), encoding="utf-8")
        iverilog, vvp = find_tool("iverilog"), find_tool("vvp")
        command = [*iverilog.argv, "-g2012", "-s", "replay_tb", "-o", "replay", *sources, "checker.sv", "tb.sv"]
        compiled = run(command, cwd=work, timeout=timeout)
        if not compiled.ok:
            raise ToolError(f"iverilog: {(compiled.output_tail.strip().splitlines() or ['no message'])[0]}")
        log = work / "log.txt"
        done = run([*vvp.argv, "-n", "replay"], cwd=work, timeout=timeout, log=log)
        output = log.read_text(encoding="utf-8", errors="replace")
        if not done.ok or "REPLAYED" not in output:
            raise ToolError(f"vvp: {(output.strip().splitlines() or ['no message'])[0]}")
        if waveform is not None:
            Path(waveform).write_bytes((work / "replay.vcd").read_bytes())
    return [(label, int(step)) for label, step in _FAILED.findall(output)]


def simulated(checker: str, top: str) -> str:
    """A checker for simulation: free signals are registers, and assertions report at each rising edge of `look`."""
    text = _FREE.sub(lambda match: f"reg {match[1]}{match[2]};", checker)
    text = re.sub(r"always\s+@\*", "always @(posedge look)", text)
    result, place, number = "", 0, 0
    while match := _STATEMENT.search(text, place):
        end = _closing(text, match.end() - 1)
        stop = text.index(";", end) + 1
        expression = text[match.end() : end]
        label = match[1] or f"{match[2]}_{number}"
        number += 1
        report = f"if ((({expression}) ? 1'b1 : 1'b0) !== 1'b1) $display(\"FAILED {label} at step %0d\", look_step);"
        # Statements of `cover` ask for nothing; those of `assume` tell that the trace does not fit the design.
        result += text[place : match.start()] + (";" if match[2] == "cover" else f"begin {report} end")
        place = stop
    text = result + text[place:]
    head = re.compile(rf"(module\s+{top}\s*\([^)]*\);)")
    return head.sub(r"\1\n  reg look = 0;\n  integer look_step = 0;", text, count=1)


def _closing(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth:
            return place
    raise InputError("checker: a parenthesis is not closed")


def _bench(found: Counterexample, free: Sequence[str], waveform: bool) -> str:
    lines = ["module replay_tb;", "  reg clk = 0;", f"  {found.top} top (.clk(clk));", "  initial begin"]
    if waveform:
        lines += ['    $dumpfile("replay.vcd");', "    $dumpvars(0, replay_tb);"]
    # After the initial values of the design itself.
    lines += ["    #1;", *(f"    top.{_path(name)} = {value};" for name, value in found.initial.items())]
    for number, step in enumerate(found.steps):
        lines += [f"    top.{name} = {_constant(step.get(name, 0))};" for name in free]
        lines += [f"    top.look_step = {number};", "    #2 top.look = 1; #1 top.look = 0; #1 clk = 1; #1 clk = 0;"]
    return "\n".join([*lines, '    $display("REPLAYED");', "    $finish;", "  end", "endmodule", ""])


def _path(name: str) -> str:
    """Path in Verilog of a name in the trace; only the last part can be no plain identifier."""
    head, _, tail = name.partition(".")
    if not tail:
        return head
    return f"{head}.{tail}" if re.fullmatch(r"\w+", tail) else f"{head}.\\{tail.lstrip(chr(92))} "


def _constant(value: int) -> str:
    return f"{max(1, value.bit_length())}'d{value}"


__all__ = ["Counterexample", "free_signals", "read_counterexample", "read_trace", "replay", "simulated"]
