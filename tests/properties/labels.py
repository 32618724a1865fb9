# SPDX-License-Identifier: Apache-2.0
"""Which labelled assertions of a lemma some fault breaks: one that nothing can break says nothing.

Faults are, in this order and each only for what is left: one loose wire in the emitted Verilog (`loose`), the lemma's
own mutants, one loose wire in the checker, which is all there is where a lemma reads no Verilog or speaks of its own
counters, and a table. A search goes on after an assertion has failed, without that assertion. So each is judged as if
it stood alone, under the same assumptions, in one run.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from loose import loosened
from networks import proofs_of

from sc_precision.properties.checker.lemma import Mutant
from sc_precision.properties.checker.sv import replace_once
from sc_precision.tools.sby import Verdict

_ASSERT = re.compile(r"(?:\b(\w+)\s*:\s*)?\bassert\s*\(")
_FAILED = re.compile(r"Assert failed in \S+: (\w+)")
_SECONDS = 40.0


def family(name):
    """A name with ``#`` for its numbers; `count_7_12` and `count_7_5` say the same of two streams."""
    return re.sub(r"\d+", "#", name)


def labels(checker):
    """Labels of all assertions of a checker."""
    found = [match[1] for match in _ASSERT.finditer(re.sub(r"//.*", "", checker))]
    assert None not in found, "an assertion has no label"
    return found


@dataclass
class Refuted:
    """Families of labels, by the kind of fault that breaks one of their members first.

    Attributes
    ----------
    labels : Counter
        Labels by family (lemma, label).
    by : dict of str to set
        Families by kind of fault: ``wire``, ``mutant``, ``checker``, ``table``.
    """

    labels: Counter
    by: dict = field(default_factory=lambda: {"wire": set(), "mutant": set(), "checker": set(), "table": set()})

    @property
    def broken(self):
        return set().union(*self.by.values())

    @property
    def left(self):
        """Families that nothing has broken, in order."""
        return [each for each in self.labels if each not in self.broken]

    def __str__(self):
        counts = ", ".join(f"{kind} {len(families)}" for kind, families in self.by.items())
        return f"{self.labels.total()} labels in {len(self.labels)} families: {counts}"


def refuted_labels(lemmas, hdl, folder, depth=0, table=()):
    """Break what can be broken.

    Parameters
    ----------
    lemmas : list of Lemma
    hdl : dict of str to str
        The emitted files.
    folder : Path
        Where the runs are.
    depth : int
        Cycles from reset within which a loose wire breaks what the lemmas' mutants need not reach; 0 for none.
    table : iterable of (end of the lemma's name, pattern, replacement)
        Faults of checkers.
    """
    found = Refuted(Counter(family_of(lemma, label) for lemma in lemmas for label in labels(lemma.checker)))
    stages = [
        ("wire", lambda lemma: wire_faults(lemma, hdl), 0),
        ("mutant", lambda lemma: lemma.mutants, 0),
        ("wire", lambda lemma: wire_faults(lemma, hdl), depth),
        ("checker", _checker_faults, 0),
        ("table", lambda lemma: _table_faults(lemma, table), 0),
    ]
    for number, (kind, faults, cycles) in enumerate(stages):
        if number == 2 and not depth:
            continue
        faulty = [_reduced(replace(lemma, mutants=tuple(faults(lemma))), found.broken, cycles) for lemma in lemmas]
        broken = _broken([lemma for lemma in faulty if lemma and lemma.mutants], hdl, folder / str(number))
        found.by[kind] |= broken - found.broken
    return found


def family_of(lemma, label):
    return family(lemma.name), family(label)


def wire_faults(lemma, hdl):
    """The fault that one wire of the emitted Verilog is loose."""
    files = {file: loosened(hdl[file], hdl.values()) for file in lemma.hdl}
    return [Mutant("mutant_wire", "one wire is loose", files)] if files else []


def _checker_faults(lemma):
    return [Mutant("mutant_checker", "one wire of the checker is loose", {f"{lemma.name}.sv": loosened(lemma.checker)})]


def _table_faults(lemma, table):
    mutants = []
    for index, (end, pattern, new) in enumerate(table):
        if lemma.name.endswith(end) and re.search(pattern, lemma.checker):
            files = {f"{lemma.name}.sv": replace_once(lemma.checker, pattern, new)}
            mutants.append(Mutant(f"mutant_table_{index}", "a fault of the test", files))
    return mutants


def _reduced(lemma, broken, cycles):
    """The lemma without the assertions that are broken; None if none is left."""
    all_labels = labels(lemma.checker)
    done = [label for label in all_labels if family_of(lemma, label) in broken]
    if len(done) == len(all_labels):
        return None
    script = (*lemma.script, *(f"delete {lemma.top}/c:{label}" for label in done))
    deep = {"mutant_depth": cycles, "late": ()} if cycles else {}
    return replace(lemma, script=script, timeout=_SECONDS, **deep)


def _broken(lemmas, hdl, folder):
    """Families of labels that fail, also where the rest was not decided in time."""
    results = proofs_of(lemmas, folder, ("mutant",), hdl, _keep_going) if lemmas else {}
    broken = set()
    for (lemma, task), result in results.items():
        problem = f"{lemma} {task}: {result.message}\n{result.log_tail[-900:]}"
        if task != "mutant_wire" and "no assert statement" in result.message:
            continue  # a mutant's own checker may hold none of those that are left
        assert result.verdict in (Verdict.FAIL, Verdict.PASS, Verdict.TIMEOUT), problem
        [log] = (folder / "work" / f"{lemma}.{task}").glob("attempts/*/run/logfile.txt")
        broken |= {(family(lemma), family(label)) for label in _FAILED.findall(log.read_text())}
    return broken


def _keep_going(lemma, task):
    """The lemma's engine, for it decides the assertions that no fault breaks."""
    solver = next(engine.split()[-1] for engine in (*lemma.engines, "smtbmc bitwuzla") if engine.startswith("smtbmc"))
    return (f"smtbmc --keep-going {solver}",)
