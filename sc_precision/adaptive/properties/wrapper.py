# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the adaptive wrapper: rescaled codes, scores, margins, and the controller that selects.

What the solver proves and what follows from it in exact integers: the certified policy answers by HP exactly where a
code was out of range or a margin y_c - y_j of LP's scores is at most B_cj (`margins` and `select`, in the solver, for
the B in the parameters). That B_cj >= D_cj(LP) - D_cj(HP) for every input, so that LP's decision is HP's where LP
answers, is worked out by `adaptive.certify` and again by `adaptive_margins`, in Python. What the networks themselves
compute is left to the lemmas of their layers, see `adaptive_network`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from sc_precision.adaptive.params import AdaptiveParams
from sc_precision.adaptive.properties.rescale import module_of, rescale_lemma
from sc_precision.adaptive.properties.select import select_lemma
from sc_precision.errors import ConsistencyError
from sc_precision.params import DenseParams
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import UNROLL_TABLES, index_width, replace_all, replace_once
from sc_precision.properties.checker.templates import render


def adaptive_lemmas(params: AdaptiveParams, hdl: dict[str, str], asserted: Sequence[str] = ()) -> list[Lemma]:
    """All lemmas about an adaptive wrapper, but for those of its layers.

    Parameters
    ----------
    params : AdaptiveParams
    hdl : dict of str to str
        The emitted files.
    asserted : sequence of str
        Names of the lemmas about the layers. What none of them asserts of the layers is assumed in words.

    Returns
    -------
    list of Lemma
        The controller's last; it assumes the others.
    """
    lemmas = [
        rescale_lemma(params, "to_lp", params.to_lp, hdl),
        rescale_lemma(params, "to_hp", params.to_hp, hdl),
        _scores_lemma(params, "lp", params.lp[-1], hdl),
        _scores_lemma(params, "hp", params.hp[-1], hdl),
    ]
    if params.certified:
        lemmas.append(_margins_lemma(params, hdl, asserted))
    return [*lemmas, select_lemma(params, hdl, tuple(lemma.name for lemma in lemmas), asserted)]


def _scores_lemma(params: AdaptiveParams, path: str, last: DenseParams, hdl: dict[str, str]) -> Lemma:
    module, file = f"{params.name}_{path}_scores", f"{params.name}.v"
    name = f"{module}_kept"
    n, form = last.n_out, last.output.format
    claim = (
        f"all {n} outputs of a vector are kept until cleared; best is the first greatest of them, peak the largest "
        "magnitude"
    )
    text = render("adaptive/properties/templates/scores.sv.j2", name=name, claim=claim, module=module, n=n, form=form)
    show = ["w:count", *(f"w:scores[{i}]" for i in range(n))]
    prepare = [f"cd {module}", "proc", "memory"]
    for wire in show:
        prepare += [f"select -assert-min 1 {wire}", f"expose {wire}"]
    return Lemma(
        name=name,
        core=params.name,
        property="selection",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(file,),
        prepare=(*prepare, "cd .."),
        depth=2,
        cover_depth=n + 3,
        mutant_depth=n + 3,
        mutants=_score_mutants(hdl, file, module, n),
    )


_STORE_FAULTS = (
    ("mutant_last", "the last greatest instead of the first", r"^(  assign greater = .*) > ", r"\1 >= "),
    ("mutant_first", "the first score counts as the greatest", r"^(  assign greater = ).*;", r"\g<1>1'h0;"),
    ("mutant_peak", "the first magnitude counts as the largest", r"^(  assign larger = ).*;", r"\g<1>1'h0;"),
    (
        "mutant_read",
        "the score beside the one that was asked for",
        r"(<= scores\[)address(\];)",
        r"\g<1>address ^ 1'h1\g<2>",
    ),
    ("mutant_never", "never whole", r"(\bdone <= )(.*);", r"\g<1>1'h0;"),
)
"""Task, fault, and what is replaced in a store of scores; all but the last need two scores to tell."""


def _score_mutants(hdl: dict[str, str], file: str, module: str, n: int) -> tuple[Mutant, ...]:
    text = module_of(hdl[file], module)
    return tuple(
        Mutant(task, fault, {file: replace_all(hdl[file], text, replace_once(text, old, new))})
        for task, fault, old, new in (_STORE_FAULTS if n > 1 else _STORE_FAULTS[-1:])
    )


def _margins_lemma(params: AdaptiveParams, hdl: dict[str, str], asserted: Sequence[str]) -> Lemma:
    module, file = f"{params.name}_margins", f"{params.name}.v"
    name = f"{module}_check_scores"
    n, output = params.n_out, params.lp[-1].output
    claim = (
        "a vector is refused once a code was refused or, for any enabled score j, its margin y_c - y_j is at most the "
        "planned B_cj, and only then"
    )
    entries = params.margin_codes.copy()
    np.fill_diagonal(entries, -1)
    padded = np.full((1 << index_width(n),) * 2, -1, dtype=np.int64)
    padded[:n, :n] = entries
    text = render(
        "adaptive/properties/templates/margins.sv.j2",
        name=name,
        claim=claim,
        module=module,
        n=n,
        output=output,
        bounds=padded.ravel().tolist(),
    )
    stage, span = f"{params.lp[-1].name}_stage", f"{output.low} to {output.high}"
    return Lemma(
        name=name,
        core=params.name,
        property="selection",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(file,),
        prepare=(f"cd {module}", "proc", "select -assert-min 1 w:refused", "expose w:refused", "cd .."),
        # The ROM as logic: the induction would take its words for anything.
        script=UNROLL_TABLES,
        assumes=(f"{params.name}_lp_scores_kept", *([stage] if stage in asserted else [])),
        environment=() if stage in asserted else (f"scores of {params.lp[-1].name} are codes {span}",),
        depth=2,
        mutants=_margin_mutants(params, hdl, file, module),
    )


def _margin_mutants(params: AdaptiveParams, hdl: dict[str, str], file: str, module: str) -> tuple[Mutant, ...]:
    """One word of the ROM that is off by one, and a check that forgets what it refused."""
    n, least = params.n_out, params.least_margins
    c, j = max(((c, j) for c in range(n) for j in range(n) if c != j), key=lambda place: int(least[place]))
    index, value = (c << index_width(n)) + j, int(least[c, j])
    text = module_of(hdl[file], module)
    rom = re.search(rf"least\[{index}\] = (\d+)'(?:h([0-9a-f]+)|d([0-9]+));", text)
    if rom is None or (int(rom[2], 16) if rom[2] else int(rom[3])) != value:
        raise ConsistencyError(
            f"mutant: word {index} of the margins is not {value} in the Verilog; the emitter changed"
        )
    one_off = text.replace(rom[0], f"least[{index}] = {rom[1]}'h{value - 1 if value else 1:x};")
    forgets = replace_once(text, r"(\brefused <= ).*;", r"\g<1>1'h0;")
    threshold = f"the threshold of {c} over {j} one {'less' if value else 'more'}"
    return (
        Mutant("mutant_threshold", threshold, {file: replace_all(hdl[file], text, one_off)}),
        Mutant("mutant_forgets", "a refusal is not kept", {file: replace_all(hdl[file], text, forgets)}),
    )
