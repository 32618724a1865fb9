# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the adder graph of a parallel fixed-point layer whose sums are shared between rows.

Every sum in the emitted graph is asserted to be that of its two operands, exactly and in its range, for any values of
the operands in theirs: their wires are cut and free. So each question is as small as one adder, however large the
graph. That these sums, put together from the inputs on, are the planned rows is worked out in exact integers, in
Python, from the sums that the lemmas state and the trained weights alone; nothing that da4ml says of its graph counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from sc_precision.emit.verilog import convert_modules, module_texts
from sc_precision.errors import ConsistencyError
from sc_precision.gateware.fixed_parallel import FixedMatrix
from sc_precision.params import FixedParallelParams, narrowest_code, signed_width
from sc_precision.params.adders import Operand
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import extended, number, planned_row, replace_once
from sc_precision.properties.checker.templates import render
from sc_precision.properties.dense.claims import LayerClaim

CHUNK = 64
"""Sums or outputs in one lemma."""


@dataclass(frozen=True)
class _Sum:
    """A wire of the graph that must be the sum of operands: two of an adder, one of an output, which has no node.

    `stage` counts the registers between the inputs and it. No sum of a level is an operand of another one; outputs come
    after all.
    """

    wire: str
    terms: tuple[Operand, ...]
    interval: tuple[int, int]
    stage: int
    level: int
    node: int | None = None


def matrix_lemmas(layer: LayerClaim[FixedParallelParams], hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about all sums of the graph, backend ``da4ml``; ConsistencyError if they do not make the planned rows."""
    p = layer.params
    check_rows(layer)
    return [_matrix_lemma(p, sums, part, hdl) for part, sums in enumerate(_parts(p))]


def matrix_parts(p: FixedParallelParams) -> list[str]:
    """Names of the lemmas, after ``<layer>_``."""
    return [f"matrix_{part}" for part in range(len(_parts(p)))]


def check_rows(layer: LayerClaim[FixedParallelParams]) -> None:
    """Check in exact integers that the sums which the lemmas state make the planned rows, and fit their wires."""
    p = layer.params
    graph, codes = p.matrix, p.inputs.format
    if graph.inputs != [(codes.code_min, codes.code_max)] * p.n_in:
        raise ConsistencyError(f"{p.name}: the inputs of the adder graph are not all codes of {codes.label}")
    # Of each node, what each input counts, and what is added; and the range that its wire is made for.
    forms: dict[int, list[int]] = {i: [int(i == k) for k in range(p.n_in + 1)] for i in range(p.n_in)}
    forms |= {p.n_in + k: [0] * p.n_in + [value] for k, value in enumerate(graph.constants)}
    for each in _sums(p):
        if not all(op.node in forms for op in each.terms):
            raise ConsistencyError(f"{p.name}: {each.wire} is the sum of what is not there yet")
        form = [sum(op.sign * (forms[op.node][k] << op.shift) for op in each.terms) for k in range(p.n_in + 1)]
        ends = [op.of(graph.interval(op.node)) for op in each.terms]
        low, high = (sum(end[side] for end in ends) for side in (0, 1))
        if each.node is None:
            output = int(each.wire.removeprefix("acc_"))
            weights, bias = planned_row(layer, output)
            if form != [*weights, bias]:
                raise ConsistencyError(f"{p.name}: the adder graph's output {output} is not the planned row")
            # The range of the whole row, in which its inputs do not count twice.
            parts = [(w * codes.code_min, w * codes.code_max) for w in weights]
            low, high = (bias + sum(map(pick, parts)) for pick in (min, max))
        else:
            forms[each.node] = form
        if low < each.interval[0] or high > each.interval[1]:
            raise ConsistencyError(
                f"{p.name}: {each.wire} can be {low}..{high}, but is made for {each.interval[0]}..{each.interval[1]}"
            )


def _parts(p: FixedParallelParams) -> list[list[_Sum]]:
    """What each lemma is about: sums of one level, so that all operands can be cut."""
    parts = []
    for _, level in groupby(sorted(_sums(p), key=lambda each: each.level), key=lambda each: each.level):
        sums = list(level)
        parts += [sums[start : start + CHUNK] for start in range(0, len(sums), CHUNK)]
    return parts


def _sums(p: FixedParallelParams) -> Iterator[_Sum]:
    """Adders that an output needs, in the order in which they can be computed, then the outputs."""
    graph, used = p.matrix, p.matrix.used()
    first = len(graph.inputs) + len(graph.constants)
    for node, adder in enumerate(graph.adders, first):
        if node in used:
            stage = p.stage_of(adder.level - 1)
            yield _Sum(f"node_{node}", (adder.a, adder.b), (adder.low, adder.high), stage, adder.level, node)
    for output, operand in enumerate(graph.outputs):
        yield _Sum(f"acc_{output}", (operand,), p.row_interval(output), p.stages, graph.depth + 1)


def _matrix_lemma(p: FixedParallelParams, sums: list[_Sum], part: int, hdl: dict[str, str]) -> Lemma:
    module = f"{p.name}_matrix"
    name = f"{module}_{part}"
    after = f", {p.stages} cycles after the codes" if p.stages else ""
    claim = (
        "each sum is that of its two operands, shifted and with signs, exactly and in its range, for any operands in "
        f"theirs; each row is its sum, shifted{after}"
    )
    seen = _Seen(p)
    checks = [seen.check(each) for each in sums]
    shown = [*seen.shown, *(each.wire for each in sums)]
    text = render(
        "properties/templates/matrix.sv.j2",
        name=name,
        claim=claim,
        p=p,
        declared=seen.lines,
        ports=", ".join(f".{wire}({wire})" for wire in (*seen.cut, *shown)),
        checks=checks,
        steps=seen.steps,
    )
    prepare = [f"cd {module}", "proc"]
    for wires, how in ((seen.cut, " -input"), (shown, "")):
        for wire in wires:
            # A name that is not there would be passed over.
            prepare += [f"select -assert-count 1 w:{wire}", f"expose{how} w:{wire}"]
    depth = p.stages + 2
    return Lemma(
        name=name,
        core=p.name,
        property="no overflow",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(f"{p.name}_core.v",),
        prepare=(*prepare, "cd .."),
        depth=depth,
        cover_depth=depth,
        mutant_depth=depth,
        mutants=(_wrong_output(p) if sums[0].node is None else _wrong_sum(p, sums[0].wire, hdl),),
    )


def _wrong_sum(p: FixedParallelParams, wire: str, hdl: dict[str, str]) -> Mutant:
    core = f"{p.name}_core.v"
    text = module_texts(hdl[core])[f"{p.name}_matrix"]
    # A wire by itself, or with the bits above it that are not used.
    pattern = rf"^(\s+assign (?:\{{ [^}}]*\b{wire}\b[^}}]*\}}|{wire}) = )(.*);"
    return Mutant("mutant_sum", "one sum is inverted", {core: replace_once(text, pattern, r"\g<1>~(\g<2>);")})


def _wrong_output(p: FixedParallelParams) -> Mutant:
    module = FixedMatrix(p)
    operand, *others = p.matrix.outputs
    constant = p.n_in <= operand.node < p.n_in + len(p.matrix.constants)
    wrong = Operand(0) if constant else replace(operand, shift=operand.shift + 1)
    module.graph = replace(p.matrix, outputs=[wrong, *others])
    text = convert_modules([module])[module.module_name]
    return Mutant("mutant_output", "one row is another sum", {f"{p.name}_core.v": text})


@dataclass(frozen=True)
class _Term:
    """An operand in the checker: its value, and the condition that what it is made of is in range, or nothing."""

    value: str
    in_range: str


class _Check(NamedTuple):
    """A sum in the checker: its wire and width, its range, none of a row, and the conditions under which it holds."""

    wire: str
    bits: int
    ends: tuple[str, ...]
    given: list[str]


class _Seen:
    """Operands: sums of the hardware, cut and free, and the codes, delayed as needed; `lines` declare them."""

    def __init__(self, p: FixedParallelParams):
        self.p = p
        self.lines: list[str] = []
        self.cut: list[str] = []
        """Wires to cut."""
        self.shown: list[str] = []
        """Wires that go by an output's name in the Verilog, so that they cannot be cut; what they are made of is."""
        self.steps: list[str] = []
        self.made: set[str] = set()

    def check(self, each: _Sum) -> _Check:
        """Declare a sum, of the hardware and of the operands, and say when they must agree."""
        bits, is_signed = narrowest_code(*each.interval)
        operands = [op.of(self.p.matrix.interval(op.node)) for op in each.terms]
        wide = 2 + max(signed_width(*ends) for ends in [each.interval, *operands])
        terms = [self.operand(op, each.stage, wide) for op in each.terms]
        self.lines += [
            f"  wire [{bits - 1}:0] {each.wire};",
            f"  wire signed [{wide - 1}:0] {each.wire}_value = {extended(each.wire, bits, is_signed, wide)};",
            f"  wire signed [{wide - 1}:0] {each.wire}_sum = {' + '.join(term.value for term in terms)};",
        ]
        given = [f"age >= {each.stage}"] if each.stage else []
        if each.node is None:
            # The range of a row is narrower than that of its last sum; that the row is in it is Python's part.
            return _Check(each.wire, bits, (), given)
        given += [term.in_range for term in terms if term.in_range]
        return _Check(each.wire, bits, tuple(number(end, wide) for end in each.interval), given)

    def node(self, node: int) -> str:
        """Name of an adder's wire."""
        wire = f"node_{node}"
        if wire not in self.made:
            self.made.add(wire)
            graph, first = self.p.matrix, self.p.n_in + len(self.p.matrix.constants)
            bits, _ = narrowest_code(*graph.interval(node))
            named = any(op.node == node for op in graph.outputs) and self.stage_of(node) == self.p.stages
            (self.shown if named else self.cut).append(wire)
            self.lines.append(f"  {'' if named else '(* anyseq *) '}wire [{bits - 1}:0] {wire};")
            adder = graph.adders[node - first]
            for below in (adder.a.node, adder.b.node) if named else ():
                if below >= first:
                    self.node(below)
        return wire

    def stage_of(self, node: int) -> int:
        """Registers between the inputs and an adder's sum."""
        return self.p.stage_of(self.p.matrix.level(node) - 1)

    def _code(self, index: int) -> str:
        wire, bits = f"code_{index}", self.p.inputs.format.width
        if wire not in self.made:
            self.made.add(wire)
            self.lines.append(f"  wire [{bits - 1}:0] {wire} = codes[{(index + 1) * bits - 1}:{index * bits}];")
        return wire

    def operand(self, op: Operand, stage: int, wide: int) -> _Term:
        """An operand at a stage, signed and `wide` bits."""
        p, graph = self.p, self.p.matrix
        low, high = graph.interval(op.node)
        if p.n_in <= op.node < p.n_in + len(graph.constants):
            return _Term(f"({number(op.sign * (low << op.shift), wide)})", "")
        coded = op.node < p.n_in
        wire = self._code(op.node) if coded else self.node(op.node)
        since = 0 if coded else self.stage_of(op.node)
        bits, is_signed = narrowest_code(low, high)
        if coded:
            bits, is_signed = p.inputs.format.width, p.inputs.format.signed
        for cycle in range(1, stage - since + 1):
            later = f"{wire}_{cycle}_ago"
            if later not in self.made:
                self.made.add(later)
                self.lines.append(f"  reg [{bits - 1}:0] {later} = 0;")
                self.steps.append(f"    {later} <= {wire if cycle == 1 else f'{wire}_{cycle - 1}_ago'};")
        delayed = f"{wire}_{stage - since}_ago" if stage > since else wire
        value = f"$signed({extended(delayed, bits, is_signed, wide)})"
        ends = "" if coded else f"{value} >= {number(low, wide)} && {value} <= {number(high, wide)}"
        return _Term(f"{'-' if op.sign < 0 else ''}({value} <<< {op.shift})", ends)


__all__ = ["check_rows", "matrix_lemmas", "matrix_parts"]
