# SPDX-License-Identifier: Apache-2.0
"""Reading what SBY left behind, and believing it only where all of it agrees.

SBY states a verdict four times: in its exit status, in the file ``status``, in a file named after the
verdict and in its JUnit XML. A verdict counts if the four agree; everything else is an error, which is
never a pass. Beyond what SBY checks, a run is an error if a wire of the design had no driver (the built-in
frontend turns a misspelt or hierarchical name into a free wire and proves something else), or if there
was nothing to prove.
"""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from sc_precision.tools.process import Completed
from sc_precision.tools.sby_config import SbyConfig

DEFAULT_DEPTH = 20  # SBY's own
_EXIT_STATUS = {"PASS": 0, "FAIL": 2, "UNKNOWN": 4, "TIMEOUT": 8, "ERROR": 16}
_NO_DRIVER = re.compile(r"Warning: .*(implicitly declared|no driver).*")
_RETURNED = re.compile(r"^engine_\d+ \((.*?)\) returned (\w+)(?: for (\w+))?$", re.MULTILINE)
_TRACE = re.compile(r"^(?:counterexample |cover )?trace(?: \[(\w+)\])?: ")
_FAILED = re.compile(r"^ +failed assertion (\S+) at (\S*)(?: steps? (\d+))?")
_UNREACHED = re.compile(r"^unreached cover statements:\n((?: +\S.*\n?)*)", re.MULTILINE)
_VACUOUS = "Assumptions are unsatisfiable"


class Verdict(Enum):
    """What a proof run says. Only `PASS` is a pass."""

    PASS = "PASS"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"
    TIMEOUT = "TIMEOUT"
    ERROR = "ERROR"

    @property
    def decided(self) -> bool:
        """Whether the question has been answered, one way or the other."""
        return self in (Verdict.PASS, Verdict.FAIL)


@dataclass(frozen=True)
class FailedProperty:
    """An assertion with a counterexample, or a cover statement that was not reached.

    Its hierarchical name, such as ``top.check.a_bound``; source file and position; the step of the trace at which it
    fails, counted from 0, None if SBY does not say.
    """

    name: str
    location: str
    step: int | None


@dataclass(frozen=True)
class Outcome:
    """What one run of SBY says; see `ProofResult` for the fields they share."""

    verdict: Verdict
    message: str
    engine: str = ""
    mode: str = ""
    depth: int | None = None
    properties: dict[str, int] = field(default_factory=dict)
    failed: tuple[FailedProperty, ...] = ()
    traces: tuple[Path, ...] = ()
    final: bool = False  # another engine would not change it

    def error(self, message: str, *, final: bool = False) -> "Outcome":
        """The same, turned into an error."""
        return replace(self, verdict=Verdict.ERROR, message=message, final=final)


def read_outcome(run_folder: Path, completed: Completed, engine: str, *, may_be_empty: bool = False) -> Outcome:
    """Judge one run of SBY by its work folder (its ``-d``) and how it ended.

    `engine` is the line that was asked for, where the folder does not tell; `may_be_empty` lets a design without
    anything to prove pass.
    """
    log = _read(run_folder / "logfile.txt") or completed.output_tail
    options = resolved_options(run_folder)
    mode = options.get("mode", "")
    depth = _integer(options.get("depth"), DEFAULT_DEPTH)
    outcome = Outcome(Verdict.ERROR, "", engine, mode, depth, count_properties(run_folder), (), _traces(run_folder))
    if completed.timed_out:
        return replace(outcome, verdict=Verdict.TIMEOUT, message=f"time limit reached after {completed.seconds:.1f} s")
    if match := next(filter(None, map(_NO_DRIVER.search, _logs(run_folder, log))), None):
        return outcome.error(match[0], final=True)
    if _VACUOUS in log:
        return outcome.error("the assumptions contradict each other, so anything could be proven", final=True)
    status, problem = _agreed_status(run_folder, completed.returncode, options.get("expect", "PASS"))
    if status is None:
        return outcome.error(_first_error(log) or problem)
    if "skip" in options:
        return outcome.error("option skip leaves the first steps unchecked; remove it", final=True)
    outcome = replace(outcome, verdict=Verdict(status))
    if may_be_empty and outcome.verdict is Verdict.PASS:
        return outcome
    return _with_details(outcome, run_folder, _read(run_folder / status), log)


def resolved_options(run_folder: Path) -> dict[str, str]:
    """The ``[options]`` of the task that was run, from the configuration that SBY wrote for it."""
    config = SbyConfig(_read(run_folder / "config.sby"), run_folder, "config.sby")
    options = {}
    for section, line in config.lines():
        words = line.partition("#")[0].split(maxsplit=1)
        if section == "options" and len(words) == 2:
            options[words[0]] = words[1].strip()
    return options


def count_properties(run_folder: Path) -> dict[str, int]:
    """Numbers of ``assert``, ``assume``, ``cover`` ... cells in the design, before any engine ran."""
    counts: Counter[str] = Counter()
    try:
        design = json.loads(_read(run_folder / "model" / "design.json"))
        for module in design["modules"]:
            for sort in module["cell_sorts"]:
                kind = sort["type"].removeprefix("$")
                if kind == "check":
                    counts.update(cell["parameters"]["FLAVOR"] for cell in sort["cells"])
                elif kind in ("assert", "assume", "cover", "live", "fair"):
                    counts[kind] += len(sort["cells"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return {}  # no design was made; the verdict says why
    return dict(sorted(counts.items()))


def _agreed_status(run_folder: Path, returncode: int, expect: str) -> tuple[str | None, str]:
    """The status on which all four statements agree, or None and what is wrong."""
    words = _read(run_folder / "status").split()
    if len(words) < 2 or words[0] not in _EXIT_STATUS:
        return None, f"SBY left no result (exit status {returncode})"
    status = words[0]
    expected = {word.strip() for word in expect.upper().split(",")}
    statements = {
        "exit status": str(returncode),
        "status file": words[1],
        "marker files": " ".join(name for name in _EXIT_STATUS if (run_folder / name).is_file()),
        "JUnit file": _junit_status(run_folder),
    }
    code = str(0 if status in expected else _EXIT_STATUS[status] or 1)  # 1: a pass that was not expected
    agreed = {"exit status": code, "status file": code, "marker files": status, "JUnit file": status}
    for where, stated in statements.items():
        if stated != agreed[where]:
            return None, f"SBY contradicts itself: {status}, but its {where} says {stated or 'nothing'}"
    return status, ""


def _junit_status(run_folder: Path) -> str:
    """Status in the JUnit XML; empty if there is none, or if its test cases do not support it."""
    root = _junit(run_folder)
    if root is None:
        return ""
    status = ""
    for entry in root.iter("property"):
        if entry.get("name") == "status":
            status = entry.get("value", "")
    return status


def _junit(run_folder: Path) -> ElementTree.Element | None:
    files = list(run_folder.glob("*.xml"))
    if len(files) != 1:
        return None
    try:
        return ElementTree.fromstring(_read(files[0]))
    except ElementTree.ParseError:
        return None


def _with_details(outcome: Outcome, run_folder: Path, summary: str, log: str) -> Outcome:
    """Add engine and failed properties, and refuse a pass that proves nothing."""
    returned = [(line, status.upper()) for line, status, _ in _RETURNED.findall(summary)]
    engines = [line for line, status in returned if status == outcome.verdict.value]
    engines = engines or [line for line, _ in returned]
    engine = " + ".join(dict.fromkeys(engines)) or outcome.engine
    failed = _unreached_covers(summary) if outcome.mode == "cover" else _failed_assertions(summary)
    outcome = replace(outcome, engine=engine, failed=tuple(dict.fromkeys(failed)))
    if outcome.verdict is Verdict.PASS:
        return _checked_pass(outcome, _junit(run_folder))
    if outcome.verdict is Verdict.FAIL:
        names = ", ".join(item.name for item in outcome.failed) or "see the log"
        what = "not reached" if outcome.mode == "cover" else "counterexample"
        return replace(outcome, message=f"{what}: {names}")
    if outcome.verdict is Verdict.UNKNOWN:
        return replace(outcome, message="neither proven nor refuted (no counterexample)")
    if outcome.verdict is Verdict.TIMEOUT:
        return replace(outcome, message="time limit of the .sby file reached")
    return replace(outcome, message=_first_error(log) or "SBY reports an error")


def _unreached_covers(summary: str) -> list[FailedProperty]:
    block = _UNREACHED.search(summary)
    words = [line.split() for line in block[1].splitlines()] if block else []
    return [FailedProperty(word[0], word[-1], None) for word in words if word]


def _failed_assertions(summary: str) -> list[FailedProperty]:
    """Assertions that fail from reset; those of a failed induction step need not be reachable."""
    failed = []
    induction = False
    for line in summary.splitlines():
        if match := _TRACE.match(line):
            induction = match[1] == "induction"
        elif (match := _FAILED.match(line)) and not induction:
            failed.append(FailedProperty(match[1], match[2], int(match[3]) if match[3] else None))
    return failed


def _checked_pass(outcome: Outcome, junit: ElementTree.Element | None) -> Outcome:
    kind = {"bmc": "assert", "prove": "assert", "cover": "cover"}.get(outcome.mode)
    if kind is None:
        return outcome.error(f"mode {outcome.mode or '(none)'} does not prove; use bmc, prove or cover", final=True)
    count = outcome.properties.get(kind, 0)
    if count == 0:
        return outcome.error(f"the design has no {kind} statement, so nothing was proven", final=True)
    for case in junit.iter("testcase") if junit is not None else ():
        if case.get("type") == kind.upper() and len(case):
            return outcome.error(f"SBY contradicts itself: PASS, but {case.get('id')} did not pass")
    if outcome.mode == "prove":
        extent = "for all time"
        if "smtbmc" not in outcome.engine:  # the depth is that of a k-induction
            outcome = replace(outcome, depth=None)
    elif outcome.mode == "bmc":
        extent = f"for {outcome.depth} steps from reset"
    else:
        extent = f"within {outcome.depth} steps"
    verb = "reached" if kind == "cover" else "proven"
    return replace(outcome, message=f"{count} {kind} statement{'s' * (count != 1)} {verb} {extent}")


def _traces(run_folder: Path) -> tuple[Path, ...]:
    found = [path for path in run_folder.glob("engine_*/trace*") if path.suffix in (".yw", ".vcd")]
    return tuple(sorted(path for path in found if not path.stem.endswith("_aiw")))


def _logs(run_folder: Path, log: str) -> list[str]:
    return [log, *(_read(path) for path in sorted(run_folder.glob("model/*.log")))]


def _first_error(log: str) -> str:
    """The first line that states an error, without SBY's time stamp."""
    for line in log.splitlines():
        if re.search(r"\bERROR: |not found in path|COMMAND NOT FOUND|Error: ", line):
            return re.sub(r"^SBY +\S+ \[.*?\] ", "", line).strip()
    return ""


def _read(path: Path) -> str:
    """Text of a file, empty if it is not there."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _integer(text: str | None, default: int) -> int | None:
    if text is None:
        return default
    return int(text) if text.isdecimal() else None
