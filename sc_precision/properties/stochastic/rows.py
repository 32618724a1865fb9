# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the rows of a stochastic layer: what one cycle adds to an accumulator, and that nothing overflows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sc_precision.emit.verilog import convert_variants, module_texts
from sc_precision.gateware.stochastic import StochasticRow
from sc_precision.params import (
    FoldedStochasticDenseParams,
    LfsrDenseParams,
    StochasticDenseParams,
    signed_width,
)
from sc_precision.properties.checker.lemma import Lemma, Mutant, interval_table
from sc_precision.properties.checker.sv import header, replace_first, replace_once
from sc_precision.properties.checker.templates import render
from sc_precision.properties.dense.claims import LayerClaim

CHUNK = 8
"""Rows in one lemma."""

Counting = StochasticDenseParams | LfsrDenseParams


@dataclass(frozen=True)
class CountedRow:
    """A row as the checker sees it.

    Its instance, what a cycle adds and takes away, where each pass starts, the range of the accumulator, and the bits
    of a sum that cannot wrap.
    """

    index: int
    instance: str
    plus: str
    minus: str
    starts: Sequence[int]
    low: int
    high: int
    wide: int


def row_mutant(
    p: Counting | FoldedStochasticDenseParams, task: str, fault: str, own: dict[str, str], faulty: dict[str, str]
) -> Mutant:
    """The rows of a lemma, of which some are others."""
    return Mutant(task, fault, {f"{p.name}_core.v": "\n".join((own | faulty).values())})


def row_lemmas(layer: LayerClaim[StochasticDenseParams], hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about all rows of a layer.

    Each accumulator starts at the planned bias and takes, for every enabled cycle, plus or minus Lmax / L for each
    synapse whose two streams are both 1. It is compared with a sum that cannot wrap, for as long as that stays in the
    planned range.
    """
    p, b = layer.params, layer.bounds
    biases = [(int(b.reference_bias[o]) + int(b.bias_error[o])) >> b.k for o in range(p.n_out)]
    return count_row_lemmas(p, biases, hdl)


def count_row_lemmas(p: Counting, biases: Sequence[int], hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about the rows of any layer that counts coincidences; biases are as planned, in accumulator units."""
    modules = module_texts(hdl[f"{p.name}_core.v"])
    starts = range(0, p.n_out, CHUNK)
    chunks = [range(start, min(start + CHUNK, p.n_out)) for start in starts]
    faults = [fault for outputs in chunks for fault in _faults(p, outputs)]
    # All in one go: starting Yosys takes longer than a row.
    texts = convert_variants([[row] for _, _, row in faults])
    rows = {(row.output, task): text for (task, _, row), text in zip(faults, texts, strict=True)}
    return [_rows_lemma(p, biases, modules, outputs, part, rows) for part, outputs in enumerate(chunks)]


def _faults(p: Counting, outputs: range) -> list[tuple[str, str, StochasticRow]]:
    """Task, fault and faulty row of each mutant of a lemma about these outputs."""
    faults = []
    if not p.stoppable:
        bias = p.bias.copy()
        bias[outputs[0]] += 1
        faults.append(("mutant_bias", "one bias one too large", StochasticRow(replace(p, bias=bias), outputs[0])))
    used = [(o, i) for o in outputs for i in range(p.n_in) if p.levels[o, i]]
    if used and p.encoding.signs:
        levels = p.levels.copy()
        levels[used[0]] *= -1
        row = StochasticRow(replace(p, levels=levels), used[0][0])
        faults.append(("mutant_sign", "one synapse counts with the wrong sign", row))
    return faults


def add_tree_text(terms: Sequence[str]) -> str:
    """Sum in the shape of the gateware's adder trees, 0 of none; solvers do not find another shape equal."""
    level = list(terms) or ["0"]
    while len(level) > 1:
        pairs = [f"({level[i]} + {level[i + 1]})" for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]


def _claim(p: Counting) -> str:
    if p.stoppable:
        return (
            f"each row starts at 0 and adds {'2' if p.bipolar else '1, with the planned sign,'} for every synapse and "
            f"cycle in which both streams are {'equal' if p.bipolar else '1'}, with no overflow in a whole run"
        )
    if p.bipolar:
        return (
            "each accumulator starts at the planned bias less Lmax per synapse and adds 2 Lmax / L for every synapse "
            "and cycle in which both streams are equal, with no overflow inside the planned range"
        )
    return (
        "each accumulator starts at the planned bias and adds Lmax / L with the planned sign for every synapse and "
        "cycle in which both streams are 1, with no overflow inside the planned range, and 0 at reset"
    )


def _counted(p: Counting, output: int, bias: int) -> CountedRow:
    synapses = [(i, group.length_log2) for group in p.row_groups(output) for i in group.inputs]
    width, (lows, highs) = p.row_format.width, p.row_ends
    low, high = lows[output], highs[output]
    wide = max(signed_width(low, high), width) + 2
    gate = "~^" if p.bipolar else "&"
    sums: dict[int, dict[int, list[str]]] = {1: {}, -1: {}}
    for bit, (index, m) in enumerate(synapses):
        sign = 1 if p.bipolar or p.levels[output, index] > 0 else -1
        one = f"{{{wide - 1}'d0, x_{output}[{bit}] {gate} w_{output}[{bit}]}}"
        sums[sign].setdefault(m, []).append(one)
    plus, minus = (
        add_tree_text([f"({add_tree_text(ones)} << {p.max_log2 - m + p.bipolar})" for m, ones in sums[sign].items()])
        for sign in (1, -1)
    )
    # Twice the agreements from there on are the agreements less the disagreements from the bias on.
    start = bias - (p.bipolar * len(synapses) << p.max_log2)
    if p.stoppable:
        start = 0  # the bias is added to the scaled sum, by the controller
    instance = [
        f"  (* anyseq *) wire [{max(1, len(synapses)) - 1}:0] x_{output}, w_{output};",
        f"  wire signed [{width - 1}:0] acc_{output};",
        f"  {p.name}_row_{output} row_{output} (.clk(clk), .rst(rst), .x(x_{output}), .w(w_{output}),",
        f"    .clear(clear), .enable(enable), .acc(acc_{output}));",
    ]
    return CountedRow(output, "\n".join(instance), plus, minus, [start], low, high, wide)


def _rows_lemma(
    p: Counting,
    biases: Sequence[int],
    modules: dict[str, str],
    outputs: range,
    part: int,
    faulty: dict[tuple[int, str], dict[str, str]],
) -> Lemma:
    name, claim = f"{p.name}_rows_{part}", _claim(p)
    head = [header(name, claim), f"module {name}_check(input wire clk);", "  (* anyseq *) wire clear, enable, rst;"]
    text = render(
        "properties/templates/rows.sv.j2",
        head="\n".join(head),
        rows=[_counted(p, output, biases[output]) for output in outputs],
        stages=p.popcount_stages,
        folded=False,
    )
    own = {f"{p.name}_row_{output}": modules[f"{p.name}_row_{output}"] for output in outputs}
    mutants = [row_mutant(p, task, fault, own, faulty[row.output, task]) for task, fault, row in _faults(p, outputs)]
    return Lemma(
        name=name,
        core=p.name,
        property="no overflow",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(f"{p.name}_core.v",),
        relies_on={f"{p.name} partial sums": interval_table(*p.row_ends)},
        depth=3 + p.popcount_stages,
        cover_depth=4,
        mutant_depth=4 + p.popcount_stages,
        mutants=(*mutants, *_changed(p, outputs, own)),
    )


def _changed(p: Counting, outputs: range, own: dict[str, str]) -> Iterator[Mutant]:
    """Mutants that no parameters make: the Verilog of a row, changed."""
    if p.stoppable:
        row = f"{p.name}_row_{outputs[0]}"
        wrong = {row: replace_once(own[row], r"(clear \? \d+'[dh]0*)0", r"\g<1>1")}
        yield row_mutant(p, "mutant_start", "one row starts at 1", own, wrong)
    used = [output for output in outputs if p.levels[output].any()]
    if used and p.bipolar:
        row = f"{p.name}_row_{used[0]}"
        wrong = {row: replace_first(own[row], r" \^ ", " & ")}
        yield row_mutant(p, "mutant_gate", "one synapse has an AND gate", own, wrong)
