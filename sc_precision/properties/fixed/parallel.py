# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the parallel fixed-point layer: products, rows, and the controller around them.

Rows are compared with sums in the shape of the hardware's own trees, for any values of the products; solvers do not
find another shape equal. What is independent are the terms: inputs times the rational weights of the plan.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from sc_precision.emit.verilog import convert_modules, module_texts
from sc_precision.gateware.fixed_parallel import FixedMultiples, FixedRow, product_port
from sc_precision.params import FixedParallelParams, narrowest_code
from sc_precision.params.adders import Operand, odd_part
from sc_precision.properties.checker.lemma import Lemma, Mutant, turn_out
from sc_precision.properties.checker.sv import header, index_width, number, planned_row, sum_wires
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.dense.protocol import protocol_mutants, stall_check
from sc_precision.properties.fixed.matrix import matrix_lemmas, matrix_parts

ROWS = 4
"""Rows in one lemma."""


def fixed_parallel_lemmas(layer: LayerClaim, hdl: dict[str, str]) -> list[Lemma]:
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
        weights but for the planned errors; and the order in which the controller does it all. Of da4ml's adders, see
        `fixed_matrix`.

    Raises
    ------
    ConsistencyError
        If sums that are shared between rows do not add up to the planned rows.
    """
    p = _params(layer)
    if p.backend == "da4ml":
        return [*matrix_lemmas(layer, hdl), _control(p, hdl)]
    lemmas = [_products(p, number) for number in range(len(p.groups))]
    lemmas += [_rows(layer, hdl, start) for start in range(0, p.n_out, ROWS)]
    return [*lemmas, _control(p, hdl)]


def _params(layer: LayerClaim) -> FixedParallelParams:
    assert isinstance(layer.params, FixedParallelParams)
    return layer.params


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


def _products(p: FixedParallelParams, number_of_group: int) -> Lemma:
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
        fill = f"{port}[{width - 1}]" if signed else "1'b0"
        lines += [
            f"  wire [{width - 1}:0] {port};",
            f"  wire signed [{wide - 1}:0] {port}_wide = {{{{{wide - width}{{{fill}}}}}, {port}}};",
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


def _rows(layer: LayerClaim, hdl: dict[str, str], start: int) -> Lemma:
    """Rows add their products with the shifts and signs of the plan's weights, and the bias."""
    p = _params(layer)
    name = f"{p.name}_rows_{start // ROWS}"
    outputs = range(start, min(start + ROWS, p.n_out))
    first, last = p.levels
    stages = p.stage_of(last) - p.stage_of(first)
    claim = (
        f"each row is the sum of its products{f' of {stages} cycles before' if stages else ''}, shifted and with signs "
        "such that every input has its planned weight, and of its planned bias"
    )
    lines = [header(name, claim), f"module {name}_check(input wire clk);"]
    age, known = _age(stages)
    lines += age
    checks, own = [], {}
    modules = module_texts(hdl[f"{p.name}_core.v"])
    for output in outputs:
        own[f"{p.name}_row_{output}"] = modules[f"{p.name}_row_{output}"]
        width, _ = narrowest_code(*p.row_interval(output))
        wide = max(width, 2)
        weights, bias = planned_row(layer, output)
        terms: list[tuple[str, int]] = []
        ports = []
        for index, weight in enumerate(weights):
            if not weight:
                continue
            odd, shift = odd_part(abs(weight))
            bits, is_signed = narrowest_code(*p.product_interval((index, odd)))
            port = f"x_{output}_{index}"
            ports.append(f".x_{index}({port})")
            fill = f"{port}[{bits - 1}]" if is_signed else "1'b0"
            room = max(wide, bits) + shift
            lines += [
                f"  (* anyseq *) wire [{bits - 1}:0] {port};",
                f"  wire [{room - 1}:0] {port}_wide = {_extended(port, bits, room, fill)} << {shift};",
            ]
            terms.append((f"{port}_wide[{wide - 1}:0]", 1 if weight > 0 else -1))
        if bias or all(sign < 0 for _, sign in terms):
            terms.append((f"{wide}'d{bias % (1 << wide)}", 1))
        tree, total = sum_wires(f"sum_{output}", terms, wide)
        delay, steps, before = _delayed(f"total_{output}", wide, stages)
        clocked = bool(ports) and stages > 0
        lines += [
            *tree,
            f"  wire [{wide - 1}:0] total_{output} = {total};",
            *delay,
            f"  wire [{width - 1}:0] acc_{output};",
            f"  {p.name}_row_{output} row_{output} ({_clock(clocked)}{''.join(f'{port}, ' for port in ports)}"
            f".acc(acc_{output}));",
        ]
        if steps:
            lines += ["  always @(posedge clk) begin", *steps, "  end"]
        checks.append(f"    row_{output}_adds_up: assert (acc_{output} == {before}[{width - 1}:0]);")
    lines += [
        f"  always @* if ({known}) begin",
        *checks,
        f"    a_sum: cover (acc_{outputs[0]}[0] == {int(p.row_biases[outputs[0]]) & 1});",
        "  end",
        "endmodule",
        "",
    ]
    return Lemma(
        name=name,
        core=p.name,
        property="no overflow",
        claim=claim,
        top=f"{name}_check",
        checker="\n".join(lines),
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


def _extended(wire: str, bits: int, width: int, fill: str) -> str:
    return f"{{{{{width - bits}{{{fill}}}}}, {wire}}}" if width > bits else wire


def _control(p: FixedParallelParams, hdl: dict[str, str]) -> Lemma:
    """What is computed from which vector, and that every result leaves once and in order."""
    name = f"{p.name}_control"
    claim = (
        f"rows see whole vectors, in order and each once; their sums of {p.stages} cycles later leave in order, stable "
        "under stall, with last on the last; frame_error tells a misplaced last"
    )
    n, outputs, stages = p.n_in, p.n_out, p.stages
    iw, ow, xw, cw = index_width(n), index_width(outputs), p.inputs.format.width, p.output.format.width
    acc, age = p.acc.width, index_width(stages + 2)
    connect, declare, checks, models, resets, leaves, registers = [], [], [], [], [], [], []
    shared = p.backend == "da4ml"
    # Modules that get codes: which inputs, and which products they give.
    fed = (
        [("matrix", range(n), ())]
        if shared
        else [(f"multiples_{part}", group.inputs, group.products) for part, group in enumerate(p.groups)]
    )
    for part, (instance, inputs, products) in enumerate(fed):
        first, end = inputs.start, inputs.stop
        connect.append(f".\\{instance}.codes (codes_{part}),")
        declare += [
            f"  wire [{len(inputs) * xw - 1}:0] codes_{part};",
            f"  wire [{xw - 1}:0] watched_in_{part} = codes_{part} >> ((watched - {first}) * {xw});",
        ]
        checks.append(
            f"    if (watched >= {first} && watched < {end}) code_{part}_kept: assert (watched_in_{part} == latest);"
        )
        for product in products:
            width, _ = narrowest_code(*p.product_interval(product))
            port = product_port(*product)
            connect.append(f".\\{instance}.{port} ({port}),")
            declare.append(f"  (* anyseq *) wire [{width - 1}:0] {port};")
    for output in range(outputs):
        low, high = p.row_interval(output)
        width, signed = narrowest_code(low, high)
        for term in [] if shared else p.row_terms(output):
            wire = f"x_{output}_{term.index}"
            bits, _ = narrowest_code(*p.product_interval(term.product))
            connect.append(f".\\row_{output}.x_{term.index} ({wire}),")
            declare.append(f"  wire [{bits - 1}:0] {wire};")
            checks.append(f"    {wire}_is_wired: assert ({wire} == {product_port(*term.product)});")
        connect.append(f".\\matrix.acc_{output} (acc_{output})," if shared else f".\\row_{output}.acc (acc_{output}),")
        # The only result of a layer is the stage's input, and goes by that name in the Verilog.
        own = re.search(rf"\breg .*\bresult_{output} =", hdl[f"{p.name}.v"]) is not None
        if own:
            registers.append(f"result_{output}")
            connect.append(f".\\result_{output} (result_{output}),")
        shift = int(p.shifts[output])
        room = max(acc, width) + shift
        fill = f"held_{output}[{width - 1}]" if signed else "1'b0"
        declare += [
            f"  (* anyseq *) wire [{width - 1}:0] acc_{output};",
            f"  wire [{width - 1}:0] result_{output}{'' if own else f' = stage_acc[{width - 1}:0]'};",
            f"  reg [{width - 1}:0] held_{output} = 0;",
            f"  wire [{room - 1}:0] held_{output}_wide = {_extended(f'held_{output}', width, room, fill)} << {shift};",
        ]
        models.append(f"    if (flying && age == {stages}) held_{output} <= acc_{output};")
        resets.append(f"      held_{output} <= 0;")
        checks.append(f"    result_{output}_kept: assert (result_{output} == held_{output});")
        leaves.append(
            f"    if (leaving && position == {output}) result_{output}_leaves:"
            f" assert (stage_acc == held_{output}_wide[{acc - 1}:0]);"
        )
    first_stage, last_stage = (p.stage_of(level) for level in p.levels)
    clocked = [instance for instance, *_ in fed if (last_stage if shared else first_stage) > 0]
    if not shared and last_stage > first_stage:
        clocked += [f"row_{output}" for output in range(outputs) if p.row_terms(output)]
    for instance in clocked:
        declare.append(f"  wire {instance}_clk, {instance}_rst;")
        connect.append(f".\\{instance}.clk ({instance}_clk), .\\{instance}.rst ({instance}_rst),")
        checks.append(f"    {instance}_reset: assert ({instance}_clk == clk && {instance}_rst == rst);")
    waves = "".join(f", .\\wave_{stage} (wave_{stage})" for stage in range(stages))
    wave_wires = "".join(f", wave_{stage}" for stage in range(stages))
    for stage in range(stages):
        checks.append(f"    wave_{stage}_follows: assert (wave_{stage} == (flying && age == {stage + 1}));")
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
  (* anyseq *) wire [{xw - 1}:0] in_code;
  (* anyseq *) wire in_last, in_valid, out_ready, rst;
  (* anyconst *) wire [{iw - 1}:0] watched;
  always @* assume (watched < {n});
  wire in_ready, out_valid, frame_error, dut_start, dut_busy{wave_wires};
  wire [{cw}:0] out_payload;
  wire [{acc - 1}:0] stage_acc;
  wire [{iw - 1}:0] dut_index;
  wire [{ow - 1}:0] dut_output;
  (* anyseq *) wire [{cw - 1}:0] stage_code;
{chr(10).join(declare)}
  {p.name} dut (.clk(clk), .rst(rst), .i__payload({{in_last, in_code}}), .i__valid(in_valid), .i__ready(in_ready),
    .o__payload(out_payload), .o__valid(out_valid), .o__ready(out_ready), .frame_error(frame_error),
    {f"{chr(10)}    ".join(connect)}
    .\\stage.acc (stage_acc), .\\stage.code (stage_code), .index(dut_index), .output_index(dut_output),
    .start(dut_start), .busy(dut_busy){waves});

  // Codes are accepted by `index`; a whole vector flies through the rows for {stages} more cycles, then it leaves.
  reg [{iw}:0] index = 0;
  reg flying = 0, leaving = 0, misplaced = 0;
  reg [{age - 1}:0] age = 0;
  reg [{ow}:0] position = 0;
  reg [{xw - 1}:0] latest = 0;
  wire in_flight = flying || leaving;
  wire accepted = in_valid && !(index == {n - 1} && in_flight);
  always @(posedge clk) begin
{chr(10).join(models)}
    if (accepted) begin
      if (index == watched) latest <= in_code;
      if (in_last != (index == {n - 1})) misplaced <= 1;
      index <= index == {n - 1} ? 0 : index + 1;
      if (index == {n - 1}) begin
        flying <= 1;
        age <= 0;
      end
    end
    if (flying) begin
      age <= age + 1;
      if (age == {stages}) begin
        flying <= 0;
        leaving <= 1;
        position <= 0;
      end
    end
    if (leaving && out_ready) begin
      position <= position + 1;
      if (position == {outputs - 1}) begin
        leaving <= 0;
        position <= 0;
      end
    end
    if (rst) begin
      index <= 0;
      flying <= 0;
      leaving <= 0;
      misplaced <= 0;
      age <= 0;
      position <= 0;
      latest <= 0;
{chr(10).join(resets)}
    end
  end

  // A vector is whole, and still the one accepted last, in the cycle in which the rows' sums are those of it.
  always @* begin
    ready_unless_in_flight: assert (in_ready == !(index == {n - 1} && in_flight));
    whole_at_start: assert (dut_start == (flying && age == 0));
    if (dut_start) start_after_last: assert (index == 0);
    busy_in_flight: assert (dut_busy == in_flight);
    index_follows: assert (dut_index == index && index < {n});
    position_follows: assert (dut_output == position && position < {outputs} && (leaving || position == 0));
    one_at_a_time: assert (!(flying && leaving) && (!flying || age <= {stages}));
    valid_with_results: assert (out_valid == leaving);
    error_is_reported: assert (frame_error == misplaced);
    if (leaving) code_from_stage: assert (out_payload[{cw - 1}:0] == stage_code);
    if (leaving) last_on_last: assert (out_payload[{cw}] == (position == {outputs - 1}));
{chr(10).join(leaves)}
{chr(10).join(checks)}
  end
  always @* a_result: cover (leaving && out_ready);
{stall_check(p, loading="in_ready")}"""
    file, core = f"{p.name}.v", f"{p.name}_core.v"
    shown: tuple[str, ...] = ("index", "output_index", "start", "busy")
    shown += (*(f"wave_{stage}" for stage in range(stages)), *registers)
    if shared:
        below, parts = [f"{p.name}_matrix"], matrix_parts(p)
    else:
        below = [*[f"{p.name}_multiples_*"][: len(p.groups)], f"{p.name}_row_*"]
        parts = [f"{p.name}_products_{part}" for part in range(len(p.groups))]
        parts += [f"{p.name}_rows_{part}" for part in range(-(-outputs // ROWS))]
    return Lemma(
        name=name,
        core=p.name,
        property="stream protocol",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(file, core),
        prepare=turn_out(p.name, *below, f"{p.name}_stage", show=shown),
        assumes=(*parts, f"{p.name}_stage"),
        depth=2,
        cover_depth=n + stages + 6,
        mutant_depth=n + stages + 6,
        engines=("smtbmc z3", "abc pdr"),
        mutants=protocol_mutants(p, hdl[file]),
    )


__all__ = ["fixed_parallel_lemmas"]
