# SPDX-License-Identifier: Apache-2.0
"""The folder ``formal/``: the files of all lemmas, and an index of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sc_precision.errors import ConsistencyError
from sc_precision.properties.checker.lemma import Lemma

INDEX = "README.md"
"""The file in ``formal/`` that lists the lemmas."""

_INTRODUCTION = """\
<!-- SPDX-License-Identifier: Apache-2.0 -->
# Lemmas

Each lemma is one property of the Verilog in `../hdl`, proven for all inputs and all time: `<lemma>.sv` states it,
`<lemma>.sby` says how it is put to SymbiYosys. `sby -f <lemma>.sby` runs it with its covers, which show that it is not
vacuous, and its *mutants*: designs, or statements, with one fault, which must be refused.

A fault is a few lines between `` `ifdef MUTANT_... `` and `` `endif ``: in the statement, or in
`mutants/<lemma>_mutants.v`, modules that are read over those of the design. What differs more is a file of its own,
`mutants/<lemma>_<mutant>.v` or `.sv`.
"""


def formal_texts(lemmas: Sequence[Lemma], hdl: Mapping[str, str]) -> dict[str, str]:
    """Files of all lemmas, by their names in ``formal/``, with an index; none where there is no lemma.

    Parameters
    ----------
    lemmas : sequence of Lemma
    hdl : mapping of str to str
        The emitted files by name.

    Raises
    ------
    ConsistencyError
        If two lemmas write one file, or a mutant has no fault.
    """
    texts = {INDEX: index_text(lemmas)} if lemmas else {}
    for lemma in lemmas:
        for name, text in lemma.files(hdl).items():
            if name in texts:
                raise ConsistencyError(f"formal/{name} is written by two lemmas")
            texts[name] = text
    return texts


def index_text(lemmas: Sequence[Lemma]) -> str:
    """The lemmas by layer or network: claims, what they assume of each other, what they must refuse."""
    parts = [_INTRODUCTION]
    for core in dict.fromkeys(lemma.core for lemma in lemmas):
        parts.append(f"\n## {core}\n\n" + "".join(_entry(lemma) for lemma in lemmas if lemma.core == core))
    return "".join(parts)


def _entry(lemma: Lemma) -> str:
    files = ", ".join(f"`{file}`" for file in lemma.hdl) or "no Verilog"
    lines = [f"- [{lemma.name}]({lemma.name}.sv) ({lemma.property}): {lemma.claim}", f"  - reads {files}"]
    taken = [*(f"[{name}]({name}.sv)" for name in lemma.assumes), *lemma.environment]
    lines += [f"  - assumes {'; '.join(taken)}"] if taken else []
    lines += [f"  - must refuse: {'; '.join(f'{each.fault} (`{each.name}`)' for each in lemma.mutants)}"]
    return "\n".join(lines) + "\n"
