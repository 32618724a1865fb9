# SPDX-License-Identifier: Apache-2.0
"""Mutation scores: how many of Yosys' random faults in a core keep its lemmas from being proven."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from sc_precision.bundle.evidence import write_evidence
from sc_precision.bundle.manifest import Bundle
from sc_precision.bundle.proofs import derived_lemmas
from sc_precision.emit.verilog import module_texts
from sc_precision.emit.verilog_reader import instantiated
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.tools.mutation import GeneratedMutant, equivalence_sby, make_mutants
from sc_precision.tools.proof_options import ProofOptions
from sc_precision.tools.proofs import run_proofs
from sc_precision.tools.sby import ProofResult, ProofTask, Verdict

KILL_RATE = 0.95
"""Share of the mutants of a core, those proven equivalent apart, that must be noticed."""
_SEARCH = ("smtbmc bitwuzla", "smtbmc z3")
_EQUIVALENCE = ("abc pdr", "smtbmc z3")
_TIMEOUT = 60.0
_CHECK = "mutant_generated"
_NOT_NOTICED = ("survived", "open")


@dataclass
class _Case:
    """A mutant of a core and what was found out about it."""

    number: int
    core: str
    mutant: GeneratedMutant
    lemmas: list[Lemma]
    state: str = "survived"
    lemma: str | None = None
    reason: str | None = None


def score_mutants(
    bundle: Bundle,
    count: int,
    options: ProofOptions | None = None,
    *,
    seed: int = 1,
    lemmas: Sequence[Lemma] | None = None,
) -> dict[str, Any]:
    """Run the lemmas of each core against random faults in its modules, and write down the scores.

    A mutant is ``killed`` if a lemma fails with a counterexample from reset, ``refused`` if a lemma that held is no
    longer proven, though no counterexample is short enough to be found (either way the verdict on the hardware would
    not be a pass), ``equivalent`` if all lemmas still hold and the module answers exactly as before for all time,
    ``survived`` if it does not, and ``open`` if a program ran out of time or failed.

    Parameters
    ----------
    bundle : Bundle
    count : int
        Mutants per core.
    options : ProofOptions, optional
        How to run; the time limit is that of each question, 60 seconds by default.
    seed : int
        Of Yosys' choice.
    lemmas : sequence of Lemma, optional
        Those of the bundle, if there are any already.

    Returns
    -------
    dict
        ``count``, ``seed``, ``seconds``, ``kill_rate_wanted``, ``passed``, ``cores``: a list of ``core``, ``mutants``,
        ``killed``, ``refused``, ``equivalent``, ``survived``, ``open``, ``kill_rate`` (None where none but equivalent
        ones was made) and ``listed``, the survivors and open ones with ``module``, ``fault``, ``state``, ``reason``;
        ``versions``.

    Raises
    ------
    InputError
        If `count` or `seed` is out of range.
    ConsistencyError
        If the lemmas are not those of the bundle.
    ToolError
        If Yosys cannot make the mutants.
    """
    start = time.monotonic()
    lemmas = derived_lemmas(bundle) if lemmas is None else list(lemmas)
    files = {name: text for name, text in bundle.texts("hdl").items() if name.endswith(".v")}
    home = {module: file for file, text in files.items() for module in module_texts(text)}
    texts = {module: text for file in files.values() for module, text in module_texts(file).items()}
    cores = list(dict.fromkeys(lemma.core for lemma in lemmas))
    known = sorted({entry["core"] for entry in bundle.manifest["lemmas"]} | set(cores))
    covered = {lemma.name: covered_modules(lemma, texts) for lemma in lemmas}
    cases: list[_Case] = []
    for core in cores:
        own = [module for module in texts if core_of(module, known) == core]
        for mutant in make_mutants(texts, own, count, seed) if own else ():
            # Lemmas about little besides the module are the likeliest to notice, and the fastest.
            covering = sorted(
                (lemma for lemma in lemmas if mutant.module in covered[lemma.name]),
                key=lambda lemma: len(covered[lemma.name]),
            )
            cases.append(_Case(len(cases), core, mutant, covering))
    with tempfile.TemporaryDirectory(prefix="sc_precision_mutants_") as name:
        run = _Run(Path(name), files, texts, home, ProofOptions() if options is None else options)
        run.search(cases)
        run.prove([case for case in cases if case.state == "survived"])
        run.compare([case for case in cases if case.state == "survived"])
    found = [_score(core, [case for case in cases if case.core == core]) for core in cores]
    data = {
        "count": count,
        "seed": seed,
        "seconds": time.monotonic() - start,
        "kill_rate_wanted": KILL_RATE,
        "passed": all(each["kill_rate"] is None or each["kill_rate"] >= KILL_RATE for each in found),
        "cores": found,
        "versions": run.versions,
    }
    write_evidence(bundle, "mutations", data)
    return data


def core_of(module: str, cores: Sequence[str]) -> str | None:
    """The core that a module belongs to: the longest that its name begins with."""
    found = [core for core in cores if module == core or module.startswith(f"{core}_")]
    return max(found, key=len, default=None)


def covered_modules(lemma: Lemma, texts: dict[str, str]) -> set[str]:
    """Modules whose text a lemma's proof contains: below its checker, without what stands in for by contract."""
    deleted = [pattern for line in lemma.prepare if line.startswith("delete ") for pattern in line.split()[1:]]
    known = {name for name in texts if not any(fnmatchcase(name, pattern) for pattern in deleted)}

    def below(text: str) -> set[str]:
        return instantiated(text) & known

    found: set[str] = set()
    waiting = below(lemma.checker)
    while waiting:
        module = waiting.pop()
        found.add(module)
        waiting |= below(texts[module]) - found
    return found


class _Run:
    """The three questions about mutants; each is asked of all, lemma by lemma."""

    def __init__(
        self,
        folder: Path,
        files: dict[str, str],
        texts: dict[str, str],
        home: dict[str, str],
        options: ProofOptions,
    ):
        self.versions: dict[str, str] = {}
        self._folder, self._files, self._texts, self._home = folder, files, texts, home
        self._options = options
        self._timeout = _TIMEOUT if options.timeout is None else options.timeout

    def search(self, cases: Sequence[_Case]) -> None:
        """Look for counterexamples from reset, up to the first."""
        for asked in self._rounds(cases):
            tasks = [self._task(case, lemma, _CHECK, _SEARCH) for case, lemma in asked]
            for (case, lemma), result in zip(asked, self._ask(tasks), strict=True):
                if result.verdict is Verdict.FAIL:
                    case.state, case.lemma, case.reason = "killed", lemma.name, result.message

    def prove(self, cases: Sequence[_Case]) -> None:
        """Ask whether the lemmas still hold for all time, up to the first that does not."""
        rank = {Verdict.FAIL: "killed", Verdict.UNKNOWN: "refused", Verdict.TIMEOUT: "open", Verdict.ERROR: "open"}
        for asked in self._rounds(cases):
            # One engine: an induction that fails is an answer, and searching on for an invariant takes very long.
            tasks = [self._task(case, lemma, "prove", lemma.engines[:1]) for case, lemma in asked]
            for (case, lemma), result in zip(asked, self._ask(tasks), strict=True):
                if result.verdict in rank:
                    case.state, case.lemma, case.reason = rank[result.verdict], lemma.name, result.message

    @staticmethod
    def _rounds(cases: Sequence[_Case]) -> Iterator[list[tuple[_Case, Lemma]]]:
        """The first lemma of every case, the second of those that it did not notice, and so on."""
        for place in range(max((len(case.lemmas) for case in cases), default=0)):
            yield [
                (case, case.lemmas[place]) for case in cases if place < len(case.lemmas) and case.state in _NOT_NOTICED
            ]

    def compare(self, cases: Sequence[_Case]) -> None:
        """Ask of those that no lemma noticed whether they are faults at all."""
        tasks = [self._equivalence(case) for case in cases]
        for case, result in zip(cases, self._ask(tasks), strict=True):
            if result.verdict is Verdict.PASS:
                case.state = "equivalent"
            elif result.verdict is Verdict.FAIL:
                case.reason = "no lemma covers the module" if not case.lemmas else "answers differently in some state"
            else:
                case.reason = f"whether it is equivalent stayed open: {result.message}"

    def _ask(self, tasks: list[ProofTask]) -> list[ProofResult]:
        if not tasks:
            return []
        results = run_proofs(tasks, self._folder / "work", **self._options.running())
        self.versions = dict(results[0].versions)
        return results

    def _task(self, case: _Case, lemma: Lemma, task: str, engines: tuple[str, ...]) -> ProofTask:
        folder = self._folder / f"mutant_{case.number}"
        file = self._home[case.mutant.module]
        modules = module_texts(self._files[file]) | {case.mutant.module: case.mutant.text}
        hdl = {name: "\n".join(modules.values()) if name == file else self._files[name] for name in lemma.hdl}
        faulty = replace(lemma, mutants=(Mutant(_CHECK, case.mutant.fault, {file: hdl[file]}),))
        for name, text in hdl.items():
            _write(folder / "hdl" / name, text)
        for name, text in faulty.files(self._files).items():
            _write(folder / "formal" / name, text)
        return ProofTask(
            f"{case.number}.{lemma.name}.{task}"[-100:].lstrip("._-"),
            folder / "formal" / f"{lemma.name}.sby",
            task=task,
            timeout=self._timeout,
            engines=engines,
        )

    def _equivalence(self, case: _Case) -> ProofTask:
        folder, module = self._folder / f"equal_{case.number}", case.mutant.module
        children = sorted(instantiated(self._texts[module]) & self._texts.keys())
        _write(folder / "original.v", self._texts[module])
        _write(folder / "mutant.v", case.mutant.text)
        _write(folder / "below.v", "\n".join(self._texts[child] for child in children))
        below = ["below.v"] if children else []
        _write(folder / "equal.sby", equivalence_sby(module, children, "original.v", "mutant.v", below))
        return ProofTask(f"{case.number}.equal", folder / "equal.sby", timeout=self._timeout, engines=_EQUIVALENCE)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _score(core: str, cases: Sequence[_Case]) -> dict[str, Any]:
    counts = {
        state: sum(case.state == state for case in cases)
        for state in ("killed", "refused", "equivalent", "survived", "open")
    }
    faults = len(cases) - counts["equivalent"]
    return {
        "core": core,
        "mutants": len(cases),
        **counts,
        "kill_rate": (counts["killed"] + counts["refused"]) / faults if faults else None,
        "listed": [
            {"module": case.mutant.module, "fault": case.mutant.fault, "state": case.state, "reason": case.reason}
            for case in cases
            if case.state in ("survived", "open")
        ],
    }
