# SPDX-License-Identifier: Apache-2.0
"""Adder graphs in hardware, with registers between their levels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from amaranth.hdl import Const, Module, Shape, Signal, Value, signed, unsigned

from sc_precision.gateware.common import shifted
from sc_precision.params import narrowest_code
from sc_precision.params.adders import AdderGraph, Operand


def interval_shape(low: int, high: int) -> Shape:
    """Narrowest shape that holds all of low..high; unsigned where nothing is negative."""
    width, is_signed = narrowest_code(low, high)
    return signed(width) if is_signed else unsigned(width)


def place_adders(
    m: Module,
    graph: AdderGraph,
    inputs: Sequence[Value],
    *,
    stage_of: Callable[[int], int],
    start: int,
    end: int,
    keep: bool = False,
) -> list[Value]:
    """Add a graph's adders and registers to a module.

    Parameters
    ----------
    m : Module
    graph : AdderGraph
    inputs : sequence of Value
        At level `start`.
    stage_of : callable
        Registers on the way to the end of a level; grows by at most one a level.
    start, end : int
        Levels of the inputs and of the outputs.
    keep : bool
        Whether each sum that an output needs is a wire of its own in the Verilog, for lemmas about it.

    Returns
    -------
    list of Value
        The outputs at level `end`, all of one cycle: stage_of(end) - stage_of(start) cycles after the inputs.
    """
    constants = [Const(value, interval_shape(value, value)) for value in graph.constants]
    first = len(inputs) + len(constants)
    # A node at the stage where it is made, and behind each register after it.
    nodes: dict[tuple[int, int], Value] = {(node, stage_of(start)): value for node, value in enumerate(inputs)}
    made = dict.fromkeys(range(len(inputs)), stage_of(start))
    kept = graph.used() if keep else set()

    def at(node: int, stage: int) -> Value:
        if len(inputs) <= node < first:
            return constants[node - len(inputs)]
        if (node, stage) not in nodes:
            nodes[node, stage] = register = Signal(
                interval_shape(*graph.interval(node)), name=f"node_{node}_{stage - made[node]}"
            )
            m.d.sync += register.eq(at(node, stage - 1))
        return nodes[node, stage]

    def operand(op: Operand, stage: int) -> Value:
        return shifted(at(op.node, stage), op.shift)

    for number, adder in enumerate(graph.adders):
        node, stage = first + number, stage_of(start + adder.level - 1)
        a, b = operand(adder.a, stage), operand(adder.b, stage)
        attributes = {"keep": True} if node in kept else {}
        total = Signal(interval_shape(adder.low, adder.high), name=f"node_{node}", attrs=attributes)
        m.d.comb += total.eq(a - b if adder.b.sign < 0 else b - a if adder.a.sign < 0 else a + b)
        nodes[node, stage] = total
        made[node] = stage
    return [operand(op, stage_of(end)) for op in graph.outputs]
