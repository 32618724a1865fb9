# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the bit-serial fixed-point layer: tables and steps of rows, and the controller that feeds them bits.

A row's step is exact: twice the accumulator, and the planned weights of the inputs whose bits are set. By Horner's rule
b steps from the most significant bit down make the sum of the weights times the codes; that no step overflows on the
way is interval arithmetic over the planned weights, done here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sc_precision.emit.verilog import convert_modules, module_texts
from sc_precision.errors import ConsistencyError
from sc_precision.gateware.fixed_serial import FixedSerial, SerialRow
from sc_precision.params import FixedSerialParams, signed_width
from sc_precision.params.fixed_serial import TABLE_INPUTS
from sc_precision.properties.checker.control import control_lemma
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import header, number, planned_row, replace_once, sum_wires
from sc_precision.properties.dense.claims import LayerClaim

ROWS = 4
"""Rows in one lemma."""


def fixed_serial_lemmas(layer: LayerClaim[FixedSerialParams], hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about one bit-serial fixed-point layer.

    Parameters
    ----------
    layer : LayerClaim
        With `FixedSerialParams`.
    hdl : dict of str to str
        The emitted files.

    Returns
    -------
    list of Lemma
        The tables of each row hold sums of the planned weights, each step of its accumulator is exact, and the order
        in which the controller feeds it bits and lets the sums leave.

    Raises
    ------
    ConsistencyError
        If the planned weights are not on their rows' grids or their sums can exceed the accumulators.
    """
    p = layer.params
    rows = [_rows_lemma(layer, hdl, start) for start in range(0, p.n_out, ROWS)]
    return [*rows, _serial_control(layer, hdl)]


def _wide(wire: str, bits: int, width: int) -> str:
    """The last `width` bits of a signed wire's value."""
    if width <= bits:
        return f"{wire}[{width - 1}:0]"
    return f"{{{{{width - bits}{{{wire}[{bits - 1}]}}}}, {wire}}}"


def _check_sums(p: FixedSerialParams, output: int, weights: list[int]) -> None:
    """All sums of whole codes fit the accumulator, and so do those of their first bits.

    The first j bits of a code are code >> (b - j), which lies between the code's ends like the code itself.
    """
    codes = p.inputs.format
    ends = [(weight * codes.code_min, weight * codes.code_max) for weight in weights]
    low, high = sum(min(0, *pair) for pair in ends), sum(max(0, *pair) for pair in ends)
    if signed_width(low, high) > p.sum_width(output):
        raise ConsistencyError(
            f"{p.name}: the sum of output {output} can reach {low}..{high}, beyond {p.sum_width(output)} bits"
        )


def _rows_lemma(layer: LayerClaim[FixedSerialParams], hdl: dict[str, str], start: int) -> Lemma:
    """Tables hold sums of the planned weights; a step is twice the accumulator and its tables' words."""
    p = layer.params
    name = f"{p.name}_rows_{start // ROWS}"
    outputs = range(start, min(start + ROWS, p.n_out))
    sign = ", those of the first step negatively" if p.inputs.format.signed else ""
    claim = (
        "where enabled, each row's accumulator takes (first ? 0 : twice itself) and the planned weights of the inputs "
        f"whose bits are set{sign}, modulo its width; else it is still, and 0 from reset on"
    )
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        "  (* anyseq *) wire rst, first, enable;",
    ]
    modules = module_texts(hdl[f"{p.name}_core.v"])
    own = {f"{p.name}_row_{output}": modules[f"{p.name}_row_{output}"] for output in outputs}
    checks: list[str] = []
    prepare: list[str] = []
    for output in outputs:
        weights, _ = planned_row(layer, output)
        _check_sums(p, output, weights)
        declare, shown = _row(p, output, weights, own[f"{p.name}_row_{output}"])
        lines += declare
        if shown:
            prepare += [f"cd {p.name}_row_{output}", "proc"]
            for wire in shown:
                prepare += [f"select -assert-count 1 w:{wire}", f"expose w:{wire}"]
            prepare.append("cd ..")
        checks += [
            f"    {wire}_{output}_is_planned: assert ({wire}_{output} == {wire}_{output}_sum);" for wire in shown
        ]
        checks.append(f"    row_{output}_steps: assert (acc_{output} == expected_{output});")
    counting = next((output for output in outputs if p.tables(output)), None)
    reached = f"acc_{outputs[0]} == 0" if counting is None else f"!rst && acc_{counting} != 0"
    lines += ["  always @* begin", *checks, f"    a_sum: cover ({reached});", "  end", "endmodule", ""]
    return Lemma(
        name=name,
        core=p.name,
        property="no overflow",
        claim=claim,
        top=f"{name}_check",
        checker="\n".join(lines),
        hdl=(f"{p.name}_core.v",),
        prepare=tuple(prepare),
        depth=2,
        cover_depth=3,
        mutant_depth=4,
        mutants=_wrong_rows(p, outputs[0] if counting is None else counting, own),
    )


def _row(p: FixedSerialParams, output: int, weights: list[int], text: str) -> tuple[list[str], list[str]]:
    """Checker's lines about one row, and the words of its tables that are wires in its Verilog.

    With those the sum has the terms of the hardware's own, and in its shape, which solvers find equal at once.
    """
    width = p.sum_width(output)
    used = [index for index, weight in enumerate(weights) if weight]
    lines = [f"  wire [{width - 1}:0] acc_{output};"]
    if not used:
        # A row without tables is a constant; its instance has no clock.
        lines += [
            f"  wire [{width - 1}:0] expected_{output} = 0;",
            f"  {p.name}_row_{output} row_{output} (.bits(1'b0), .first(first), .enable(enable), .acc(acc_{output}));",
        ]
        return lines, []
    low, high = sum(min(0, weight) for weight in weights), sum(max(0, weight) for weight in weights)
    # No sum of words exceeds these bits, whatever the bits of the inputs.
    step = signed_width(low, high)
    lines.append(f"  (* anyseq *) wire [{len(used) - 1}:0] bits_{output};")
    ports, shown, terms = [], [], []
    for place in range(0, len(used), TABLE_INPUTS):
        table = place // TABLE_INPUTS
        group = [weights[index] for index in used[place : place + TABLE_INPUTS]]
        bits = signed_width(sum(min(0, weight) for weight in group), sum(max(0, weight) for weight in group))
        word = f"word_{table}_{output}"
        sums = " + ".join(
            f"(bits_{output}[{place + position}] ? {number(weight, bits)} : {bits}'sd0)"
            for position, weight in enumerate(group)
        )
        lines.append(f"  wire signed [{bits - 1}:0] {word}_sum = {sums};")
        port = re.search(rf"^  wire (?:\[(\d+):0\] )?word_{table} ;?", text.replace(";", " ;"), flags=re.MULTILINE)
        if port and int(port[1] or 0) + 1 == bits:
            shown.append(f"word_{table}")
            ports.append(f".word_{table}({word}), ")
            lines.append(f"  wire [{bits - 1}:0] {word};")
        else:
            word += "_sum"
        lines.append(f"  wire [{step - 1}:0] term_{table}_{output} = {_wide(word, bits, step)};")
        terms.append((f"term_{table}_{output}", 1))
    tree, total = sum_wires(f"sum_{output}", terms, step)
    before = f"(first ? {width}'d0 : {{acc_{output}[{width - 2}:0], 1'b0}})"
    change = f"before_{output} + wide_{output}"
    if p.inputs.format.signed:
        change = f"first ? before_{output} - wide_{output} : {change}"
    lines += [
        *tree,
        f"  wire [{step - 1}:0] step_{output} = {total};",
        f"  wire [{width - 1}:0] wide_{output} = {_wide(f'step_{output}', step, width)};",
        f"  wire [{width - 1}:0] before_{output} = {before};",
        f"  reg [{width - 1}:0] expected_{output} = 0;",
        f"  {p.name}_row_{output} row_{output} (.clk(clk), .rst(rst), .bits(bits_{output}), .first(first),",
        f"    {''.join(ports)}.enable(enable), .acc(acc_{output}));",
        f"  always @(posedge clk) if (rst) expected_{output} <= 0;",
        f"    else if (enable) expected_{output} <= {change};",
    ]
    return lines, shown


def _wrong_rows(p: FixedSerialParams, output: int, modules: dict[str, str]) -> tuple[Mutant, ...]:
    """A word of a table is one too large, and the accumulator forgets, or never does."""
    file, name = f"{p.name}_core.v", f"{p.name}_row_{output}"

    def mutant(task: str, fault: str, text: str) -> Mutant:
        return Mutant(task, fault, {file: "\n".join((modules | {name: text}).values())})

    row = SerialRow(p, output)
    if not row.tables:
        wrong = replace_once(modules[name], r"(assign acc = \d+'[dh])0+;", r"\g<1>1;")
        return (mutant("mutant_zero", "a sum of nothing is 1", wrong),)
    group, words = row.tables[0]
    row.tables = [(group, [*words[:-1], words[-1] ^ 1]), *row.tables[1:]]
    word = convert_modules([row])[name]
    kept = replace_once(modules[name], r"(= )first( \? \d+'[dh]0+ :)", r"\g<1>1'h0\g<2>")
    return (
        mutant("mutant_word", "the last bit of one word of a table flipped", word),
        mutant("mutant_first", "a vector starts from the sum of the one before", kept),
    )


@dataclass(frozen=True)
class _Fed:
    """What a row gets, and where its sum goes."""

    output: int
    width: int
    uses: Sequence[int]
    seen: str
    mask: int
    bias: int
    sum: str
    room: int
    wide: str
    shift: int


def _fed(p: FixedSerialParams, output: int, weights: list[int], bias: int) -> _Fed:
    width, shift = p.sum_width(output), int(p.shifts[output])
    uses = [index for index, weight in enumerate(weights) if weight]
    room = max(p.acc.width, p.row_width) + shift
    return _Fed(
        output,
        width,
        uses,
        seen=", ".join(f"bits_{output}[{uses.index(i)}]" if i in uses else "1'b0" for i in reversed(range(p.n_in))),
        mask=sum(1 << index for index in uses),
        bias=bias % (1 << p.row_width),
        sum=_wide(f"acc_{output}", width, p.row_width),
        room=room,
        wide=_wide(f"total_{output}", p.row_width, room),
        shift=shift,
    )


def _serial_control(layer: LayerClaim[FixedSerialParams], hdl: dict[str, str]) -> Lemma:
    """Which bits the rows are fed when, and that every sum leaves once, with its bias, and in order."""
    p = layer.params
    claim = (
        "rows are fed the bits of whole vectors, in order and each once, from the most significant down; sums and "
        "planned biases leave in order, stable under stall, with last on the last; frame_error tells a misplaced last"
    )
    rows = [_fed(p, output, *planned_row(layer, output)) for output in range(p.n_out)]
    needed = sorted({index for row in rows for index in row.uses})
    codes = [f"code_{index}" for index in needed]
    parts = [f"{p.name}_rows_{part}" for part in range(-(-p.n_out // ROWS))]
    return control_lemma(
        p,
        hdl,
        "serial.sv.j2",
        claim,
        below=("row_*", "stage"),
        show=("output_index", "start", "busy", "more", "place", *codes),
        assumes=(*parts, f"{p.name}_stage"),
        holes={"rows": rows, "needed": needed},
        cover_depth=p.n_in + p.bits + 6,
        mutant_depth=p.n_in + p.bits + 6,
        mutants=_wrong_biases(layer, hdl),
    )


def _wrong_biases(layer: LayerClaim[FixedSerialParams], hdl: dict[str, str]) -> tuple[Mutant, ...]:
    """A layer in which one bias is another."""
    p = layer.params
    bias = p.bias.copy()
    bias[0] ^= 1 << int(p.shifts[0])
    modules = module_texts(hdl[f"{p.name}.v"])
    wrong = convert_modules([FixedSerial(replace(p, bias=bias))])[p.name]
    text = "\n".join((modules | {p.name: wrong}).values())
    return (Mutant("mutant_bias", "the last bit of one bias flipped", {f"{p.name}.v": text}),)


__all__ = ["fixed_serial_lemmas"]
