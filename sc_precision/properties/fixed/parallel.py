# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the parallel fixed-point layer: products, rows, and the controller around them.

Rows are compared with sums in the shape of the hardware's own trees, for any values of the products; solvers do not
find another shape equal. What is independent are the terms: inputs times the rational weights of the plan.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sc_precision.emit.verilog import convert_modules, module_texts
from sc_precision.gateware.fixed_parallel import FixedMultiples, FixedRow, product_port
from sc_precision.modes import Backend
from sc_precision.params import FixedParallelParams, narrowest_code
from sc_precision.params.adders import Operand, odd_part
from sc_precision.properties.checker.control import control_lemma
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import extended, header, index_width, number, planned_row, sum_wires
from sc_precision.properties.checker.templates import render
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.fixed.matrix import matrix_lemmas, matrix_parts

ROWS = 4
"""Rows in one lemma."""


def fixed_parallel_lemmas(layer: LayerClaim[FixedParallelParams], hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about one parallel fixed-point layer.

    Parameters
    ----------
    layer : LayerClaim
        With `FixedParallelParams`.
    hdl : dict of str to str
        The emitted files.

    Returns
    -------
    list of Lemma
        Each product is its input times a constant; each row adds its products to its inputs times the rational
        weights plus the planned errors; and the order in which the controller does it all. Of da4ml's adders, see
        `fixed_matrix`.

    Raises
    ------
    ConsistencyError
        If sums that are shared between rows do not add up to the planned rows.
    """
    p = layer.params
    if p.backend == Backend.DA4ML:
        return [*matrix_lemmas(layer, hdl), _parallel_control(p, hdl)]
    lemmas = [_products_lemma(p, number) for number in range(len(p.groups))]
    lemmas += [_rows_lemma(layer, hdl, start) for start in range(0, p.n_out, ROWS)]
    return [*lemmas, _parallel_control(p, hdl)]


def _delayed(name: str, width: int, cycles: int) -> tuple[list[str], list[str], str]:
    """Registers that delay a wire: declarations, statements of a clocked block, and the last one's name."""
    names = [name, *(f"{name}_{cycle}" for cycle in range(1, cycles + 1))]
    declare = [f"  reg [{width - 1}:0] {later} = 0;" for later in names[1:]]
    return declare, [f"    {later} <= {earlier};" for earlier, later in pairwise(names)], names[-1]


def _clock(clocked: bool) -> str:
    return ".clk(clk), .rst(rst), " if clocked else ""


def _age(cycles: int) -> tuple[list[str], str]:
    """A counter of cycles, and the condition that the registers have filled since the start or the last reset."""
    if not cycles:
        return [], "1'b1"
    width = index_width(cycles + 1)
    lines = [
        "  (* anyseq *) wire rst;",
        f"  reg [{width - 1}:0] age = 0;",
        f"  always @(posedge clk) if (rst) age <= 0; else if (age != {cycles}) age <= age + 1;",
    ]
    return lines, f"age == {cycles}"


def _products_lemma(p: FixedParallelParams, number_of_group: int) -> Lemma:
    """Products are multiples of their inputs, for every code."""
    name = f"{p.name}_products_{number_of_group}"
    group = p.groups[number_of_group]
    products = group.products
    stages = p.stage_of(p.levels[0])
    claim = f"each product is its input{f' of {stages} cycles before' if stages else ''} times its odd constant"
    codes = p.inputs.format
    total = len(group.inputs) * codes.width
    delay, steps, before = _delayed("codes", total, stages)
    age, known = _age(stages)
    connect = ", ".join(f".{product_port(*product)}({product_port(*product)})" for product in products)
    clock = _clock(stages > 0)
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        f"  (* anyseq *) wire [{total - 1}:0] codes;",
        *delay,
        *age,
    ]
    if steps:
        lines += ["  always @(posedge clk) begin", *steps, "  end"]
    checks = []
    for index, odd in products:
        width, signed = narrowest_code(*p.product_interval((index, odd)))
        port, wide = product_port(index, odd), width + 2
        place = (index - group.inputs.start) * codes.width
        top = f"{before}[{place + codes.width - 1}]" if codes.signed else "1'b0"
        code = f"{before}[{place + codes.width - 1}:{place}]"
        lines += [
            f"  wire [{width - 1}:0] {port};",
            f"  wire signed [{wide - 1}:0] {port}_wide = {extended(port, width, signed, wide)};",
            f"  wire signed [{wide - 1}:0] {port}_code = {{{{{wide - codes.width}{{{top}}}}}, {code}}};",
        ]
        checks.append(f"    {port}_is_exact: assert ({port}_wide == {port}_code * {number(odd, wide)});")
    port = product_port(*products[-1])
    lines += [
        f"  {p.name}_multiples_{number_of_group} dut ({clock}.codes(codes), {connect});",
        f"  always @* if ({known}) begin",
        *checks,
        f"    some_product: cover ({port} != 0);",
        "  end",
        "endmodule",
        "",
    ]
    core = f"{p.name}_core.v"
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker="\n".join(lines),
        hdl=(core,),
        depth=stages + 2,
        cover_depth=stages + 2,
        mutant_depth=stages + 2,
        mutants=(_wrong_product(p, number_of_group),),
    )


def _wrong_product(p: FixedParallelParams, number_of_group: int) -> Mutant:
    """The last product of a group becomes twice its input."""
    module = FixedMultiples(p, number_of_group)
    graph, (index, _) = module.graph, module.group.products[-1]
    module.graph = replace(graph, outputs=[*graph.outputs[:-1], Operand(index - module.group.inputs.start, 1)])
    text = convert_modules([module])[module.module_name]
    return Mutant("mutant_product", "one product is twice its input", {f"{p.name}_core.v": text})


@dataclass(frozen=True)
class _Product:
    """A product in the checker: its input and port, with a range of its own, and the place at which it is added."""

    index: int
    port: str
    bits: int
    room: int
    extended: str
    shift: int


@dataclass(frozen=True)
class _Row:
    """A row in the checker: the wires of its sum, the sum, registers behind it, and the last of them."""

    output: int
    products: list[_Product]
    tree: list[str]
    total: str
    delay: list[str]
    steps: list[str]
    before: str
    clock: str
    width: int
    wide: int


def _summed(layer: LayerClaim[FixedParallelParams], output: int, stages: int) -> _Row:
    p = layer.params
    width, _ = narrowest_code(*p.row_interval(output))
    wide = max(width, 2)
    weights, bias = planned_row(layer, output)
    products, terms = [], []
    for index, weight in enumerate(weights):
        if not weight:
            continue
        odd, shift = odd_part(abs(weight))
        bits, is_signed = narrowest_code(*p.product_interval((index, odd)))
        port, room = f"x_{output}_{index}", max(wide, bits) + shift
        products.append(_Product(index, port, bits, room, extended(port, bits, is_signed, room), shift))
        terms.append((f"{port}_wide[{wide - 1}:0]", 1 if weight > 0 else -1))
    if bias or all(sign < 0 for _, sign in terms):
        terms.append((f"{wide}'d{bias % (1 << wide)}", 1))
    tree, total = sum_wires(f"sum_{output}", terms, wide)
    delay, steps, before = _delayed(f"total_{output}", wide, stages)
    clock = _clock(bool(products) and stages > 0)
    return _Row(output, products, tree, total, delay, steps, before, clock, width, wide)


def _rows_lemma(layer: LayerClaim[FixedParallelParams], hdl: dict[str, str], start: int) -> Lemma:
    """Rows add their products with the shifts and signs of the plan's weights, and the bias."""
    p = layer.params
    name = f"{p.name}_rows_{start // ROWS}"
    outputs = range(start, min(start + ROWS, p.n_out))
    first, last = p.levels
    stages = p.stage_of(last) - p.stage_of(first)
    claim = (
        f"each row is the sum of its products{f' of {stages} cycles before' if stages else ''}, shifted and with signs "
        "such that every input has its planned weight, and of its planned bias"
    )
    age, known = _age(stages)
    text = render(
        "properties/templates/parallel_rows.sv.j2",
        name=name,
        claim=claim,
        p=p,
        rows=[_summed(layer, output, stages) for output in outputs],
        age=age,
        known=known,
    )
    modules = module_texts(hdl[f"{p.name}_core.v"])
    own = {f"{p.name}_row_{output}": modules[f"{p.name}_row_{output}"] for output in outputs}
    return Lemma(
        name=name,
        core=p.name,
        property="no overflow",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(f"{p.name}_core.v",),
        assumes=tuple(f"{p.name}_products_{part}" for part in range(len(p.groups))),
        depth=stages + 2,
        cover_depth=stages + 2,
        mutant_depth=stages + 2,
        mutants=(_wrong_row(p, outputs[0], own),),
    )


def _wrong_row(p: FixedParallelParams, output: int, modules: dict[str, str]) -> Mutant:
    """An adder of a row subtracts instead, or the other way round; where there is none, the row is another sum."""
    row = FixedRow(p, output)
    graph = p.row_graph(output)
    if graph.adders:
        first = graph.adders[0]
        fault = "one adder has the wrong sign"
        wrong = replace(first, b=replace(first.b, sign=-first.b.sign))
        row.graph = replace(graph, adders=[wrong, *graph.adders[1:]])
    elif graph.constants:
        fault = "one bias one too large"
        row.graph = replace(graph, constants=[graph.constants[0] + 1])
    else:
        fault = "one row twice too large"
        row.graph = replace(graph, outputs=[replace(graph.outputs[0], shift=graph.outputs[0].shift + 1)])
    texts = modules | convert_modules([row])
    return Mutant("mutant_row", fault, {f"{p.name}_core.v": "\n".join(texts.values())})


@dataclass(frozen=True)
class CodeSink:
    """A module that gets codes: its instance, which inputs, and the ports and widths of the products it gives."""

    instance: str
    inputs: range
    products: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class HeldRow:
    """Where a row's sum comes from, and how it is shifted to the accumulator's grid.

    `register` says whether it is held in a register of its own name; the only result of a layer is the stage's input,
    and goes by that name in the Verilog.
    """

    instance: str
    port: str
    width: int
    room: int
    wide: str
    shift: int
    register: bool


def _held(p: FixedParallelParams, output: int, text: str) -> HeldRow:
    width, signed = narrowest_code(*p.row_interval(output))
    shift = int(p.shifts[output])
    room = max(p.acc.width, width) + shift
    held = f"held_{output}"
    shared = p.backend == Backend.DA4ML
    return HeldRow(
        instance="matrix" if shared else f"row_{output}",
        port=f"acc_{output}" if shared else "acc",
        width=width,
        room=room,
        wide=extended(held, width, signed, room),
        shift=shift,
        register=re.search(rf"\breg .*\bresult_{output} =", text) is not None,
    )


def _parallel_control(p: FixedParallelParams, hdl: dict[str, str]) -> Lemma:
    """What is computed from which vector, and that every result leaves once and in order."""
    claim = (
        f"rows see whole vectors, in order and each once; their sums of {p.stages} cycles later leave in order, stable "
        "under stall, with last on the last; frame_error tells a misplaced last"
    )
    outputs = range(p.n_out)
    rows = [_held(p, output, hdl[f"{p.name}.v"]) for output in outputs]
    first_stage, last_stage = (p.stage_of(level) for level in p.levels)
    if p.backend == Backend.DA4ML:
        sources, wired, below, parts = [CodeSink("matrix", range(p.n_in))], [], ["matrix"], matrix_parts(p)
        clocked = ["matrix"] * (last_stage > 0)
    else:
        sources = [
            CodeSink(f"multiples_{part}", group.inputs, [_product_port(p, product) for product in group.products])
            for part, group in enumerate(p.groups)
        ]
        wired = [
            (f"x_{output}_{term.index}", bits, f"row_{output}", f"x_{term.index}", product)
            for output in outputs
            for term in p.row_terms(output)
            for product, bits in [_product_port(p, term.product)]
        ]
        below = [*["multiples_*"][: len(p.groups)], "row_*"]
        parts = [f"products_{part}" for part in range(len(p.groups))]
        parts += [f"rows_{part}" for part in range(-(-p.n_out // ROWS))]
        clocked = [source.instance for source in sources if first_stage > 0]
        if last_stage > first_stage:
            clocked += [f"row_{output}" for output in outputs if p.row_terms(output)]
    registers = [f"result_{output}" for output, row in enumerate(rows) if row.register]
    waves = [f"wave_{stage}" for stage in range(p.stages)]
    return control_lemma(
        p,
        hdl,
        "parallel.sv.j2",
        claim,
        below=(*below, "stage"),
        show=("output_index", "start", "busy", *waves, *registers),
        assumes=[f"{p.name}_{lemma}" for lemma in (*parts, "stage")],
        holes={"sources": sources, "rows": rows, "wired": wired, "clocked": clocked},
        cover_depth=p.n_in + p.stages + 6,
        mutant_depth=p.n_in + p.stages + 6,
        engines=("smtbmc z3", "abc pdr"),
    )


def _product_port(p: FixedParallelParams, product: tuple[int, int]) -> tuple[str, int]:
    width, _ = narrowest_code(*p.product_interval(product))
    return product_port(*product), width


__all__ = ["fixed_parallel_lemmas"]
