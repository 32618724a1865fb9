# SPDX-License-Identifier: Apache-2.0
"""Counting ones: popcount trees, with registers in them where asked, and the delays that go with those."""

from __future__ import annotations

from amaranth.hdl import Const, Module, Signal, Value

from sc_precision.gateware.common import index_shape


def popcount(m: Module, bits: Value, stages: int = 0) -> Value:
    """Number of ones, as an adder tree over adjacent pairs.

    All nodes of a level are fields of one vector, added at once: the carry chains between fields are constant and
    vanish in synthesis, and an event-driven simulator handles a few words instead of a thousand bits.

    Parameters
    ----------
    m : Module
    bits : Value
    stages : int
        Registers in the tree, spread evenly over its levels; the result is late by as many cycles.
    """
    depth = (len(bits) - 1).bit_length()
    registers = [stage * depth // (stages + 1) for stage in range(1, stages + 1)]
    fields, width = len(bits), 1
    vector: Value = bits
    for level in range(depth + 1):
        for _ in range(registers.count(level)):
            register = Signal(len(vector), name="register")
            m.d.sync += register.eq(vector)
            vector = register
        if level == depth:
            break
        fields += fields % 2
        # A signal, because an expression that is used twice is built twice.
        level_bits = Signal(fields * width, name="level")
        m.d.comb += level_bits.eq(vector)
        low = Const(sum(((1 << width) - 1) << (2 * width * k) for k in range(fields // 2)), fields * width)
        vector = ((level_bits & low) + (level_bits.shift_right(width) & low))[: fields * width]
        fields, width = fields // 2, 2 * width
    return vector[: len(bits).bit_length()]


def delayed(m: Module, bit: Value, stages: int) -> Value:
    """The bit, `stages` cycles late."""
    for _ in range(stages):
        register = Signal(name="late")
        m.d.sync += register.eq(bit)
        bit = register
    return bit


def drained(m: Module, stages: int, then) -> None:
    """Do `then` in the last of 1 + stages cycles, in the state of the controller that encloses this call."""
    if not stages:
        m.d.sync += then
        return
    drain = Signal(index_shape(stages + 1), name="drain")
    m.d.sync += drain.eq(drain + 1)
    with m.If(drain == stages):
        m.d.sync += [drain.eq(0), then]
