# SPDX-License-Identifier: Apache-2.0
"""How faults are stored beside a lemma: only what differs from the design and from the lemma's own checker.

A fault is a few lines between ``ifdef`` and ``endif`` in the place where it strikes: in the checker, or in a copy of
the emitted modules that it is about, which Yosys reads over the sound ones. Where much differs it is a file of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sc_precision.emit.verilog import module_texts
from sc_precision.errors import ConsistencyError

_FEW = 20
"""Lines, sound and faulty, up to which a fault is merged into the sound text."""
_LICENSE = "// SPDX-License-Identifier: Apache-2.0\n"


@dataclass(frozen=True)
class Mutant:
    """A fault in the hardware that the lemma must refuse.

    Parameters
    ----------
    name : str
        Name of the SBY task, ``mutant_<what>``.
    fault : str
        What is wrong, in a few words.
    files : dict of str to str
        Names of hdl files, or of the lemma's checker, and the faulty text that takes their place.
    """

    name: str
    fault: str
    files: dict[str, str]


@dataclass(frozen=True)
class Merged:
    """A text with faulty versions of it.

    Attributes
    ----------
    text : str
        The sound version, with lines of faulty ones where the macro of a mutant is defined; see `macro`.
    within : tuple of str
        Mutants of which `text` holds the lines.
    alone : dict of str to str
        Faulty versions that have too little in common with the sound one, by mutant.
    """

    text: str
    within: tuple[str, ...]
    alone: dict[str, str]


@dataclass(frozen=True)
class StoredMutants:
    """The mutants of a lemma as they are stored.

    Attributes
    ----------
    files : dict of str to str
        Text by name in ``formal/``, the checker's among them.
    commands : dict of str to str
        Yosys command that reads the faulty modules, by mutant with a fault in the Verilog.
    checkers : dict of str to tuple of (str, str or None)
        File of the checker and the macro to define for it, by mutant with a fault in the checker.
    """

    files: dict[str, str]
    commands: dict[str, str]
    checkers: dict[str, tuple[str, str | None]]


@dataclass(frozen=True)
class _Hunk:
    """Lines `start` to `stop` of a text, and what a mutant has instead."""

    start: int
    stop: int
    faulty: tuple[str, ...]
    macro: str

    def lines(self, sound: list[str]) -> list[str]:
        """Both versions, of which the preprocessor keeps one."""
        kept = sound[self.start : self.stop]
        if not self.faulty:
            return [f"`ifndef {self.macro}", *kept, "`endif"]
        return [f"`ifdef {self.macro}", *self.faulty, *(["`else", *kept] if kept else []), "`endif"]


def macro(mutant: str) -> str:
    """What is defined while a text is read that holds the mutant's lines."""
    return mutant.upper()


def merged(sound: str, faulty: Mapping[str, str]) -> Merged:
    """One text for all versions.

    Parameters
    ----------
    sound : str
    faulty : mapping of str to str
        Faulty versions by mutant.
    """
    lines = sound.splitlines()
    placed: list[_Hunk] = []
    within: list[str] = []
    alone: dict[str, str] = {}
    for mutant, text in faulty.items():
        hunks = _hunks(lines, text.splitlines(), macro(mutant))
        if _few(hunks, lines) and all(a.stop < b.start or b.stop < a.start for a in hunks for b in placed):
            placed += hunks
            within.append(mutant)
        else:
            alone[mutant] = text
    result, at = [], 0
    for hunk in sorted(placed, key=lambda hunk: hunk.start):
        result += [*lines[at : hunk.start], *hunk.lines(lines)]
        at = hunk.stop
    return Merged("\n".join([*result, *lines[at:]]) + "\n", tuple(within), alone)


def _hunks(sound: list[str], faulty: list[str], name: str) -> list[_Hunk]:
    changes = SequenceMatcher(None, sound, faulty, autojunk=False).get_opcodes()
    return [_Hunk(i, j, tuple(faulty[k:m]), name) for kind, i, j, k, m in changes if kind != "equal"]


def _few(hunks: list[_Hunk], sound: list[str]) -> bool:
    """Whether hunks are few lines, and none is a directive that would not nest."""
    changed = [line for hunk in hunks for line in (*sound[hunk.start : hunk.stop], *hunk.faulty)]
    return len(changed) <= _FEW and not any(line.lstrip().startswith("`") for line in changed)


def stored_mutants(lemma: str, checker: str, mutants: Sequence[Mutant], hdl: Mapping[str, str]) -> StoredMutants:
    """What is written for a lemma's checker and its mutants.

    Parameters
    ----------
    lemma : str
    checker : str
    mutants : sequence of Mutant
    hdl : mapping of str to str
        The emitted files that the lemma reads, by name.

    Raises
    ------
    ConsistencyError
        If a mutant has a file without a fault.
    """
    own = f"{lemma}.sv"
    faulty = {each.name: each.files[own] for each in mutants if own in each.files}
    for mutant, text in faulty.items():
        if text == checker:
            raise ConsistencyError(f"{lemma}: {mutant} has the checker as it is, without a fault")
    statement = merged(checker, faulty)
    checkers: dict[str, tuple[str, str | None]] = {mutant: (own, macro(mutant)) for mutant in statement.within}
    checkers |= {mutant: (f"{lemma}_{mutant}.sv", None) for mutant in statement.alone}
    files = {own: statement.text}
    files |= {f"mutants/{lemma}_{mutant}.sv": text for mutant, text in statement.alone.items()}
    verilog, commands = _stored_verilog(lemma, mutants, hdl)
    return StoredMutants(files | verilog, commands, checkers)


def _stored_verilog(
    lemma: str, mutants: Sequence[Mutant], hdl: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Files with faulty modules, and the commands that read them by mutant."""
    changed = {each.name: found for each in mutants if (found := _changed_modules(lemma, each, hdl))}
    together = _merged_modules(changed, hdl)
    faults = {each.name: each.fault for each in mutants}
    files, commands = {}, {}
    if together.within:
        listed = "".join(f"// {macro(mutant)}: {faults[mutant]}.\n" for mutant in together.within)
        note = f"{_LICENSE}// Read over the modules of ../../hdl, with one of these faults that {lemma} must refuse:\n"
        files[f"mutants/{lemma}_mutants.v"] = f"{note}{listed}\n{together.text}"
        for mutant in together.within:
            commands[mutant] = f"read_verilog -overwrite -D{macro(mutant)} {lemma}_mutants.v"
    for mutant in (mutant for mutant in changed if mutant not in together.within):
        note = f"{_LICENSE}// Read over the modules of ../../hdl; {lemma} must refuse it: {faults[mutant]}.\n"
        files[f"mutants/{lemma}_{mutant}.v"] = "\n".join([note, *changed[mutant].values()])
        commands[mutant] = f"read_verilog -overwrite {lemma}_{mutant}.v"
    return files, {mutant: commands[mutant] for mutant in changed}


def _merged_modules(changed: Mapping[str, dict[str, str]], hdl: Mapping[str, str]) -> Merged:
    """The sound modules that mutants change in a few lines, with these lines; other mutants are left out."""
    sound = {name: text for file in hdl.values() for name, text in module_texts(file).items()}
    small = [mutant for mutant, modules in changed.items() if _mergeable(modules, sound)]
    base = {name: sound[name] for mutant in small for name in changed[mutant]}
    return merged("\n".join(base.values()), {mutant: "\n".join((base | changed[mutant]).values()) for mutant in small})


def _mergeable(modules: Mapping[str, str], sound: Mapping[str, str]) -> bool:
    """Whether few lines differ, of modules that there are."""
    if modules.keys() - sound.keys():
        return False
    pairs = [(sound[name].splitlines(), text.splitlines()) for name, text in modules.items()]
    return all(_few(_hunks(before, after, ""), before) for before, after in pairs)


def _changed_modules(lemma: str, mutant: Mutant, hdl: Mapping[str, str]) -> dict[str, str]:
    """Text of the modules that a mutant changes, by name."""
    found: dict[str, str] = {}
    for file in (file for file in mutant.files if file in hdl):
        before = module_texts(hdl[file])
        changed = {name: text for name, text in module_texts(mutant.files[file]).items() if text != before.get(name)}
        if not changed:
            raise ConsistencyError(f"{lemma}: {mutant.name} has {file} as it is in the design, without a fault")
        found |= changed
    return found
