# SPDX-License-Identifier: Apache-2.0
"""A lemma about the emitted hardware: what it claims, the checker that states it, how it is put to SBY."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sc_precision.errors import InputError
from sc_precision.properties.checker.mutants import Mutant, StoredMutants, stored_mutants
from sc_precision.verilog import check_identifier

CLOCK_AND_RESET = "registers start at their initial values or from one synchronous reset; there is one clock"
"""What lemmas about a top assume of its surroundings."""

Table = tuple[tuple[int, ...], tuple[int, ...]]
"""Least and greatest values, entry by entry."""


def interval_table(low: Iterable[int], high: Iterable[int]) -> Table:
    """A table of plain integers, from arrays or other iterables."""
    return tuple(int(end) for end in low), tuple(int(end) for end in high)


@dataclass(frozen=True)
class Lemma:
    """One proof obligation with its own `.sby` file.

    Parameters
    ----------
    name : str
        Unique in a bundle; names ``<name>.sby`` and ``<name>.sv``.
    core : str
        The layer or network that it is about.
    property : str
        What kind of promise: ``no overflow``, ``error bound``, ``stream protocol``, ...
    claim : str
        The promise in one sentence.
    top : str
        Top module of the checker.
    checker : str
        SystemVerilog text that defines `top`; its asserts are labelled and it ends in a newline.
    hdl : tuple of str
        Emitted files that are read, names in ``hdl/``; the modules that the checker defines itself (contracts
        standing in for modules below) must not be among them.
    assumes : tuple of str
        Names of lemmas whose claims the checker assumes.
    asserts, relies_on : dict of str to Table
        Intervals that the checker asserts, or takes for granted, by the quantity that they are about, such as
        ``<layer> accumulators``; `check_composition` sees to it that what is relied on is asserted somewhere.
    environment : tuple of str
        What is assumed of the surroundings of the network, in words.
    engines : tuple of str
        Tried in this order.
    depth, cover_depth, mutant_depth : int
        Of the induction, the covers, and the search for what the mutants break.
    mutants : tuple of Mutant
        At least one; without it the proof might be unable to fail.
    prepare : tuple of str
        Yosys commands between reading the hdl files and the checker; see `turn_out`.
    script : tuple of str
        Yosys commands after ``prep``.
    late : tuple of str
        Yosys commands after `prepare` for covers and mutants alone, which then begin in a state that many cycles from
        reset lead to; for them the checker is read with ``LATE`` defined, for covers with ``CALM`` too.
    extra : dict of str to str
        Further files in ``formal/`` that no task reads.
    """

    name: str
    core: str
    property: str
    claim: str
    top: str
    checker: str
    hdl: tuple[str, ...]
    assumes: tuple[str, ...] = ()
    asserts: dict[str, Table] = field(default_factory=dict)
    relies_on: dict[str, Table] = field(default_factory=dict)
    environment: tuple[str, ...] = ()
    engines: tuple[str, ...] = ("smtbmc bitwuzla", "smtbmc z3")
    depth: int = 2
    cover_depth: int = 4
    mutant_depth: int = 8
    mutants: tuple[Mutant, ...] = ()
    prepare: tuple[str, ...] = ()
    script: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    timeout: float = field(default=300.0)
    extra: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_identifier(self.name, "lemma name")
        if "cover" not in self.checker:
            raise InputError(f"lemma {self.name}: the checker has no cover statement; a vacuous proof would pass")

    @builtins.property
    def tasks(self) -> tuple[str, ...]:
        """Names of the SBY tasks."""
        return ("prove", "cover", *(mutant.name for mutant in self.mutants))

    def to_dict(self) -> dict[str, Any]:
        """What manifests say of it."""
        return {
            "name": self.name,
            "core": self.core,
            "property": self.property,
            "claim": self.claim,
            "assumes": list(self.assumes),
            "tasks": list(self.tasks),
        }

    def files(self, hdl: Mapping[str, str]) -> dict[str, str]:
        """The files of this lemma, names relative to ``formal/``.

        Parameters
        ----------
        hdl : mapping of str to str
            The emitted files by name: mutants are stored as what differs from them.
        """
        faulty = {file for mutant in self.mutants for file in mutant.files}
        stored = stored_mutants(
            self.name, self.checker, self.mutants, {file: hdl[file] for file in self.hdl if file in faulty}
        )
        return {f"{self.name}.sby": self._sby(stored), **stored.files, **self.extra}

    def _sby(self, stored: StoredMutants) -> str:
        """The `.sby` file; paths are relative to ``formal/``, so that a bare ``sby -f`` there runs it."""
        modes = {"prove": "prove", "cover": "cover"} | ({"mutant": "bmc"} if self.mutants else {})
        depths = {"prove": self.depth, "cover": self.cover_depth, "mutant": self.mutant_depth}
        mutants = [mutant.name for mutant in self.mutants]
        lines = [f"# {self.claim}", "[tasks]"]
        lines += [f"{task}{' mutant' if task in mutants else ''}" for task in self.tasks]
        lines += ["", "[options]", *(f"{task}: mode {mode}" for task, mode in modes.items())]
        lines += ["mutant: expect fail"] if mutants else []
        lines += [f"{task}: depth {depths[task]}" for task in modes]
        lines += ["", "[engines]"]
        lines += [f"{task}: {self.engines[0] if task == 'prove' else 'smtbmc bitwuzla'}" for task in modes]
        lines += ["", "[script]", *self._script(stored)]
        lines += ["", "[files]", *stored.files, *(f"../hdl/{file}" for file in self.hdl)]
        return "\n".join(lines) + "\n"

    def _script(self, stored: StoredMutants) -> list[str]:
        lines = [f"read_verilog {file}" for file in self.hdl]
        lines += [f"{mutant}: {command}" for mutant, command in stored.commands.items()]
        lines += self.prepare
        if self.late:
            groups = ("cover", "mutant") if self.mutants else ("cover",)
            lines += [f"{group}: {command}" for group in groups for command in self.late]
        reads = {task: self._read_checker(task, stored) for task in self.tasks}
        same = len(set(reads.values())) == 1
        lines += [reads["prove"]] if same else [f"{task}: {command}" for task, command in reads.items()]
        return [*lines, f"prep -flatten -top {self.top}", *self.script]

    def _read_checker(self, task: str, stored: StoredMutants) -> str:
        file, macro = stored.checkers.get(task, (f"{self.name}.sv", None))
        late = {"prove": [], "cover": ["LATE", "CALM"]}.get(task, ["LATE"]) if self.late else []
        macros = [*late, macro] if macro else late
        return " ".join(["read_verilog -sv -formal", *(f"-D{each}" for each in macros), file])


def turn_out(module: str, *children: str, show: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Yosys commands that remove the instances of `children` in `module` and make their ports its own.

    Port p of instance c becomes port ``c.p`` of the module, with the direction turned, so that a checker can stand
    in for what is below by its contract. `children` are module names; ``*`` may stand for any text. Registers in
    `show` become outputs, so that induction can tie them to the checker's own; word i of memory m is ``m[i]``.
    """
    kinds = " ".join(f"t:{child}" for child in children)
    commands = [f"cd {module}", "proc", "memory", f"expose -evert {kinds}"]
    for name in show:
        # A name that is not there would leave the checker with a free wire.
        commands += [f"select -assert-min 1 w:{name}", f"expose w:{name}"]
    return (*commands, "cd ..", *(f"delete {child}" for child in children))


__all__ = ["CLOCK_AND_RESET", "Lemma", "Mutant", "Table", "interval_table", "turn_out"]
