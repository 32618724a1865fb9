# SPDX-License-Identifier: Apache-2.0
"""Lemmas about what is folded in a stochastic layer: memories of levels, comparators, rows.

A row's memory delivers a word a pass. That it is the planned one is asserted once, of the memory; the comparators and
the row are looked at with planned words, of any pass in any cycle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sc_precision.emit.verilog import convert_variants, module_texts
from sc_precision.errors import ConsistencyError
from sc_precision.gateware.stochastic_folded import FoldedRow
from sc_precision.params import FoldedStochasticDenseParams, signed_width, stream_mask
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import (
    UNROLL_TABLES,
    emitted,
    header,
    index_width,
    replace_all,
    replace_first,
)
from sc_precision.properties.checker.templates import render
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.stochastic.rows import CountedRow, add_tree_text, row_mutant
from sc_precision.properties.stochastic.streams import reversed_cycle

CHUNK = 2
"""Rows in one lemma."""


def folded_row_lemmas(layer: LayerClaim[FoldedStochasticDenseParams], hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about the memories, the comparators and the accumulators of a folded layer."""
    p = layer.params
    modules = module_texts(hdl[f"{p.name}_core.v"])
    words = [[_planned_word(layer, row, output) for output in p.row_outputs(row)] for row in range(p.rows)]
    chunks = [range(start, min(start + CHUNK, p.rows)) for start in range(0, p.rows, CHUNK)]
    bias = p.bias.copy()
    bias[[chunk[0] for chunk in chunks]] += 1
    wrong = convert_variants([[FoldedRow(replace(p, bias=bias), chunk[0]) for chunk in chunks]])[0]
    result = [_levels_lemma(p, modules, words)]
    for part, rows in enumerate(chunks):
        used = [row for row in rows if p.row_inputs(row)]
        if used:
            result.append(_comparators_lemma(layer, modules, words, used, part))
    return [*result, *(_rows_lemma(layer, modules, words, rows, part, wrong) for part, rows in enumerate(chunks))]


def comparator_lemmas(p: FoldedStochasticDenseParams) -> tuple[str, ...]:
    """Names of the lemmas about the comparators of all rows."""
    starts = range(0, p.rows, CHUNK)
    return tuple(
        f"{p.name}_comparators_{part}"
        for part, start in enumerate(starts)
        if any(p.row_inputs(row) for row in range(start, min(start + CHUNK, p.rows)))
    )


def _planned_level(layer: LayerClaim[FoldedStochasticDenseParams], output: int, index: int) -> int:
    """Level of a synapse on the grid of the longest stream, from the trained weight and the planned error."""
    p, b = layer.params, layer.bounds
    scale = b.k - p.inputs.unit_log2
    exact = int(b.reference_weights[output, index]) + int(b.weight_error[output, index])
    if exact % (1 << scale):
        raise ConsistencyError(f"{p.name}: the weight of synapse ({output}, {index}) is no level of its stream")
    return exact >> scale


def _planned_word(layer: LayerClaim[FoldedStochasticDenseParams], row: int, output: int | None) -> int:
    """A row's word of the pass that computes an output; its fields are laid out as in `params.row_words`."""
    p = layer.params
    inputs = p.row_inputs(row)
    level = {} if output is None else {index: _planned_level(layer, output, index) for index in inputs}
    word = place = 0
    for index in inputs:
        if value := level.get(index, 0):
            word |= ((1 << p.max_log2) + value >> 1 if p.bipolar else abs(value)) << place
        place += p.level_width
    for group in p.all_row_groups[row]:
        for index in group.inputs:
            value = level.get(index, 0)
            if output is not None and value and (p.bipolar or value * group.sign > 0):
                word |= (int(p.length_log2[output, index]) == group.length_log2) << place
            place += 1
    return word


def _word_function(p: FoldedStochasticDenseParams, row: int, words: list[int]) -> list[str]:
    width, index = p.word_width(row), index_width(p.passes)
    lines = [f"  function [{width - 1}:0] planned_{row}(input [{index - 1}:0] index);", "    case (index)"]
    lines += [f"      {index}'d{k}: planned_{row} = {width}'h{word:x};" for k, word in enumerate(words)]
    return [*lines, f"      default: planned_{row} = 0;", "    endcase", "  endfunction"]


def _levels_lemma(p: FoldedStochasticDenseParams, modules: dict[str, str], words: list[list[int]]) -> Lemma:
    name = f"{p.name}_levels"
    claim = (
        "the memory of each row delivers, a cycle later, the planned levels of the pass, on the grid of the longest "
        "stream, and one bit for the planned sign and length of each synapse; zeros for passes that do not exist"
    )
    index = index_width(p.passes)
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        "  (* anyseq *) wire rst;",
        f"  (* anyseq *) wire [{index - 1}:0] pass_index;",
        f"  reg [{index - 1}:0] pass_before;",
        "  reg started = 0;",
        "  always @(posedge clk) begin",
        "    started <= 1;",
        "    pass_before <= pass_index;",
        "  end",
    ]
    for row in range(p.rows):
        lines += [
            *_word_function(p, row, words[row]),
            f"  wire [{p.word_width(row) - 1}:0] word_{row};",
            f"  {p.name}_levels_{row} levels_{row} (.clk(clk), .rst(rst), .pass_index(pass_index), .word(word_{row}));",
            "  always @* if (started)",
            f"    word_{row}_is_planned: assert (word_{row} == planned_{row}(pass_before));",
        ]
    lines += [f"  always @* last_is_read: cover (started && pass_before == {p.passes - 1});", "endmodule", ""]
    core, first = f"{p.name}_core.v", f"{p.name}_levels_0"
    own = {f"{p.name}_levels_{row}": modules[f"{p.name}_levels_{row}"] for row in range(p.rows)}
    last = len(words[0]) - 1
    right, wrong = (
        f"levels[{last}] = {emitted(word, p.word_width(0))};" for word in (words[0][last], words[0][last] ^ 1)
    )
    own[first] = replace_all(own[first], right, wrong)
    flipped = {core: "\n".join(own.values())}
    return Lemma(
        name=name,
        core=p.name,
        property="stream counts",
        claim=claim,
        top=f"{name}_check",
        checker="\n".join(lines),
        hdl=(core,),
        script=UNROLL_TABLES,
        depth=2,
        cover_depth=3,
        mutant_depth=4,
        mutants=(Mutant("mutant_level", "last bit of one word flipped", flipped),),
    )


def _instance(p: FoldedStochasticDenseParams, row: int, acc: str, *, any_level: bool = False) -> list[str]:
    """The row with the planned word of any pass, or other levels in it; its weight streams are wires of the checker."""
    streams = [f"w_{index}" for index in p.row_inputs(row)]
    width, levels = p.word_width(row), len(streams) * p.level_width
    lines = [f"  wire [{width - 1}:0] word_{row} = planned_{row}(pass_index);"]
    if any_level:
        lines = [
            f"  (* anyseq *) wire [{levels - 1}:0] levels_{row};",
            f"  wire [{width - 1}:0] planned_word_{row} = planned_{row}(pass_index);",
            f"  wire [{width - 1}:0] word_{row} = {{planned_word_{row}[{width - 1}:{levels}], levels_{row}}};",
        ]
    if streams:
        lines.append(f"  wire {', '.join(f'{stream}_{row}' for stream in streams)};")
    ports = "".join(f", .{stream}({stream}_{row})" for stream in streams)
    return [
        *lines,
        f"  {p.name}_row_{row} row_{row} (.clk(clk), .rst(rst), .cycle(cycle), .x(x), .word(word_{row}),",
        f"    .pass_index(pass_index), .clear(clear), .enable(enable), .acc({acc}){ports});",
    ]


def _head(p: FoldedStochasticDenseParams, name: str, claim: str) -> list[str]:
    return [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        "  (* anyseq *) wire clear, enable, rst;",
        f"  (* anyseq *) wire [{max(1, p.max_log2) - 1}:0] cycle;",
        f"  (* anyseq *) wire [{len(p.ramps) - 1}:0] x;",
        f"  (* anyseq *) wire [{index_width(p.passes) - 1}:0] pass_index;",
        f"  always @* assume (pass_index < {p.passes});",
    ]


def _show(p: FoldedStochasticDenseParams, rows: Sequence[int], *, cut: bool = False) -> tuple[str, ...]:
    """Yosys commands that make the weight streams of the rows ports; with `cut`, they may be anything."""
    commands: list[str] = []
    for row in rows:
        commands += [f"cd {p.name}_row_{row}", "proc"]
        for index in p.row_inputs(row):
            # A name that is not there would leave the checker with a free wire.
            commands += [
                f"select -assert-count 1 w:w_{index}",
                *([f"cutpoint w:w_{index}"] * cut),
                f"expose w:w_{index}",
            ]
        commands.append("cd ..")
    return tuple(commands)


def _comparators_lemma(
    layer: LayerClaim[FoldedStochasticDenseParams],
    modules: dict[str, str],
    words: list[list[int]],
    rows: list[int],
    part: int,
) -> Lemma:
    p = layer.params
    name = f"{p.name}_comparators_{part}"
    claim = (
        "in each pass, the weight stream of each input of a row is 1 where the reversed counter under the mask of the "
        "synapse's length is below its level, whatever that is, both on the grid of the longest stream"
    )
    width, passes = max(1, p.max_log2), index_width(p.passes)
    # `cycle` is a vector of one bit at least; with streams of one cycle it is not looked at.
    lines = [*_head(p, name, claim), f"  wire [{width - 1}:0] reverse = {reversed_cycle(p)};"]
    checks = []
    for row in rows:
        lines += [*_word_function(p, row, words[row]), *_instance(p, row, "", any_level=True)]
        for place, index in enumerate(p.row_inputs(row)):
            low = place * p.level_width
            cases = {
                step: stream_mask(int(p.length_log2[output, index])) << (p.max_log2 - int(p.length_log2[output, index]))
                for step, output in enumerate(p.row_outputs(row))
                if output is not None and p.levels[output, index]
            }
            for mask in sorted(set(cases.values())):
                at = " || ".join(f"pass_index == {passes}'d{step}" for step, used in cases.items() if used == mask)
                checks += [
                    f"    if ({at}) stream_{index}_of_row_{row}_mask_{mask}:",
                    f"      assert (w_{index}_{row} == ((reverse ^ {width}'d{mask})"
                    f" < word_{row}[{low + p.level_width - 1}:{low}]));",
                ]
    first = rows[0]
    stream = f"w_{p.row_inputs(first)[0]}_{first}"
    lines += ["  always @* begin", *checks, f"    high: cover ({stream});", "  end", "endmodule", ""]
    core = f"{p.name}_core.v"
    own = {f"{p.name}_row_{row}": modules[f"{p.name}_row_{row}"] for row in rows}
    module = f"{p.name}_row_{first}"
    own[module] = replace_first(own[module], r"^(  assign w_\d+ = .*) < ", r"\1 <= ")
    return Lemma(
        name=name,
        core=p.name,
        property="stream counts",
        claim=claim,
        top=f"{name}_check",
        checker="\n".join(lines),
        hdl=(core,),
        prepare=_show(p, rows),
        assumes=(f"{p.name}_levels",),
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(Mutant("mutant_level", "one comparator less-or-equal", {core: "\n".join(own.values())}),),
    )


def _counted(layer: LayerClaim[FoldedStochasticDenseParams], row: int, words: list[int]) -> CountedRow:
    p, b = layer.params, layer.bounds
    outputs = [output for output in p.row_outputs(row) if output is not None]
    lows, highs = p.acc_bounds
    low, high = min(lows[o] for o in outputs), max(highs[o] for o in outputs)
    wide = max(signed_width(low, high), p.acc.width) + 2
    plus, minus = _added(p, row, wide)
    starts = []
    for output in outputs:
        below = p.bipolar * int((p.levels[output] != 0).sum()) << p.max_log2
        starts.append(((int(b.reference_bias[output]) + int(b.bias_error[output])) >> b.k) - below)
    instance = [
        *_word_function(p, row, words),
        f"  wire signed [{p.acc.width - 1}:0] acc_{row};",
        *_instance(p, row, f"acc_{row}"),
    ]
    return CountedRow(row, "\n".join(instance), plus, minus, starts, low, high, wide)


def _added(p: FoldedStochasticDenseParams, row: int, wide: int) -> tuple[str, str]:
    """What a cycle adds to a row, and takes away, by its word and the streams."""
    ramp = {each: f"x[{k}]" for k, each in enumerate(p.ramps)}
    place = len(p.row_inputs(row)) * p.level_width
    sums: dict[int, list[str]] = {1: [], -1: []}
    for group in p.all_row_groups[row]:
        ones = []
        # A bipolar ramp is low once its stream has ended; an XNOR gate would still see agreements.
        runs = f" & ((cycle >> {group.length_log2}) == 0)" if p.bipolar and group.length_log2 < p.max_log2 else ""
        for index in group.inputs:
            x, w = ramp[group.length_log2, index], f"w_{index}_{row}"
            meet = f"({x} {'~^' if p.bipolar else '&'} {w})"
            ones.append(f"{{{wide - 1}'d0, {meet}{runs} & word_{row}[{place}]}}")
            place += 1
        sums[group.sign].append(f"({add_tree_text(ones)} << {p.max_log2 - group.length_log2 + p.bipolar})")
    return add_tree_text(sums[1]), add_tree_text(sums[-1])


def _rows_lemma(
    layer: LayerClaim[FoldedStochasticDenseParams],
    modules: dict[str, str],
    words: list[list[int]],
    rows: range,
    part: int,
    wrong: dict[str, str],
) -> Lemma:
    p = layer.params
    name = f"{p.name}_rows_{part}"
    claim = (
        "in each pass, each accumulator starts at the planned bias of its output and adds Lmax / L with the planned "
        "sign for every synapse and cycle in which both streams are 1, with no overflow inside the planned range"
    )
    if p.bipolar:
        claim = (
            "in each pass, each accumulator starts at the planned bias of its output less Lmax per synapse and adds "
            "2 Lmax / L for every synapse and cycle in which both streams are equal, with no overflow inside the "
            "planned range"
        )
    text = render(
        "properties/templates/rows.sv.j2",
        head="\n".join(_head(p, name, claim)),
        rows=[_counted(layer, row, words[row]) for row in rows],
        stages=p.popcount_stages,
        folded=True,
    )
    own, module = {f"{p.name}_row_{row}": modules[f"{p.name}_row_{row}"] for row in rows}, f"{p.name}_row_{rows[0]}"
    mutants = [row_mutant(p, "mutant_bias", "one bias one too large", own, {module: wrong[module]})]
    if p.row_inputs(rows[0]):
        gate, other = (r"\^", "&") if p.bipolar else ("&", "|")
        faulty = replace_first(own[module], rf"^(  assign .*\bx\b.*) {gate} (.*\bw_\d)", rf"\1 {other} \2")
        fault = "a group of synapses has another gate"
        mutants.append(row_mutant(p, "mutant_gate", fault, own, {module: faulty}))
    return Lemma(
        name=name,
        core=p.name,
        property="no overflow",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(f"{p.name}_core.v",),
        prepare=_show(p, rows, cut=True),
        assumes=(f"{p.name}_levels",),
        depth=3 + p.popcount_stages,
        cover_depth=4,
        mutant_depth=4 + p.popcount_stages,
        mutants=tuple(mutants),
    )
