# SPDX-License-Identifier: Apache-2.0
"""Fixed-point dense layer, bit-serial: one bit of every input a cycle, all synapses at once."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.common import HardwareModule, add_tree, align_row, index_shape, select
from sc_precision.gateware.vector_layer import VectorLayer
from sc_precision.params import FixedSerialParams


class SerialRow(HardwareModule):
    """Sum of one output's weights times its inputs' bits, most significant first.

    Where `enable`, the accumulator takes (`first` ? 0 : twice itself) plus the sum of the weights whose inputs' bits
    are set; `first` is the cycle of the inputs' signs, whose bits count negatively where inputs are signed.
    Throughput: one bit of every input a cycle.

    Parameters
    ----------
    params : FixedSerialParams
    output : int
        0 to n_out - 1.

    Members
    -------
    bits : In
        Bit of each input that this row uses, first input lowest (one bit without meaning where it uses none).
    first, enable : In
    acc : Out, signed
        The accumulator, a register; without bias and row shift.
    """

    purpose = "Sum of one output's weights times a bit of each input; doubled from bit to bit, the sign's first."

    def __init__(self, params: FixedSerialParams, output: int):
        self.params = params
        self.output = output
        self.tables = params.tables(output)
        self.used = [index for group, _ in self.tables for index in group]
        super().__init__(
            f"{params.name}_row_{output}",
            {
                "bits": In(max(1, len(self.used))),
                "first": In(1),
                "enable": In(1),
                "acc": Out(signed(params.sum_width(output))),
            },
            clocked=bool(self.tables),
        )

    def elaborate(self, platform):
        m = Module()
        if not self.tables:
            return m
        low, high = self.params.step_range(self.output)
        words, place = [], 0
        for number, (group, sums) in enumerate(self.tables):
            width = max((value if value >= 0 else ~value).bit_length() for value in sums) + 1
            word = Signal(signed(width), name=f"word_{number}")
            entries = [Const(value, signed(width)) for value in sums]
            m.d.comb += word.eq(select(entries, self.bits[place : place + len(group)]))
            words.append(word)
            place += len(group)
        width = max((value if value >= 0 else ~value).bit_length() for value in (low, high)) + 1
        step = Signal(signed(width), name="step")
        m.d.comb += step.eq(add_tree(words))
        before = Signal(self.acc.shape(), name="before")
        m.d.comb += before.eq(Mux(self.first, 0, Cat(Const(0, 1), self.acc)))
        change = Mux(self.first, before - step, before + step) if self.params.inputs.format.signed else before + step
        with m.If(self.enable):
            m.d.sync += self.acc.eq(change)
        return m


class FixedSerial(VectorLayer):
    """Bit-serial fixed-point dense layer.

    The bits of a place of all inputs go to all rows at once, from the sign down; b bits an input take b cycles, in
    which no code is accepted.

    Latency: b + 1 cycles from a vector's last code to its first result. Throughput: a vector every
    b + max(n_in, n_out + 1) cycles without stalls. A stalled output stops the input before the next vector's last
    code; a slow input only loading.

    Parameters
    ----------
    params : FixedSerialParams

    Members
    -------
    i, o, frame_error
        See `VectorLayer`.
    """

    purpose = "Bit-serial fixed-point dense layer: a bit of every input a cycle, all synapses at once."

    def __init__(self, params: FixedSerialParams):
        self.rows = [SerialRow(params, output) for output in range(params.n_out)]
        self.computing = Signal(name="computing")
        super().__init__(params, self.rows)

    def loading_waits(self, m: Module) -> Value:
        return self.computing

    def compute(self, m: Module, codes: Sequence[Signal], start: Signal) -> tuple[list[Value], Value]:
        p = self.params
        place = Signal(index_shape(p.bits), name="place")
        computing = self.computing
        more = Signal(name="more")
        done = Signal(name="done")
        m.d.comb += [computing.eq(start | more), done.eq(computing & (place == p.bits - 1))]
        with m.If(computing):
            m.d.sync += [place.eq(place + 1), more.eq(1)]
        with m.If(done):
            m.d.sync += [place.eq(0), more.eq(0)]
        plane = Signal(p.n_in, name="plane")
        # Place 0 is the most significant bit.
        planes = [Cat(*(code[p.bits - 1 - bit] for code in codes)) for bit in range(p.bits)]
        m.d.comb += plane.eq(select(planes, place))
        results: list[Value] = []
        for output, row in enumerate(self.rows):
            row.place(m, f"row_{output}")
            m.d.comb += [
                row.bits.eq(Cat(*(plane[index] for index in row.used))),
                row.first.eq(place == 0),
                row.enable.eq(computing),
            ]
            results.append(row.acc)
        return results, done

    def finish(self, m: Module, result: Value, output_index: Signal) -> Value:
        p = self.params
        biases = [Const(bias, signed(p.row_width)) for bias in p.row_biases.tolist()]
        # Modulo 2**row_width: without its bias a sum may exceed the width that it has in the end.
        total = Signal(signed(p.row_width), name="total")
        m.d.comb += total.eq(result + select(biases, output_index))
        return align_row(m, total, p.shifts.tolist(), output_index)
