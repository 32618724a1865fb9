# SPDX-License-Identifier: Apache-2.0
"""Fixed-point dense layer, folded over its outputs: weights in ROM, some outputs in parallel."""

from __future__ import annotations

from amaranth.hdl import Const, Module, Mux, Signal, signed
from amaranth.lib import enum, memory
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.common import (
    HardwareModule,
    OutputStage,
    activation_stream,
    align_row,
    index_shape,
    memory_depth,
    select,
)
from sc_precision.params import FixedDenseParams


class State(enum.Enum, shape=2):
    """What a layer is doing."""

    LOAD = 0
    MAC = 1
    DRAIN = 2
    OUT = 3


class FixedWeights(HardwareModule):
    """Weights and biases of one lane.

    Lane j computes outputs j, j + lanes, ...; pass p is output p * lanes + j (all zero where there is none).

    Parameters
    ----------
    params : FixedDenseParams
    lane : int
        0 to params.lanes - 1.

    Members
    -------
    address : In
        pass * n_in + input.
    pass_index : In
    weight : Out, signed
        Code of the weight at the address of the cycle before.
    bias : Out, signed
        Code of the bias of this pass, at once.
    """

    def __init__(self, params: FixedDenseParams, lane: int):
        self.params = params
        self.lane = lane
        super().__init__(
            f"{params.name}_weights_{lane}",
            {
                "address": In(index_shape(params.passes * params.n_in)),
                "pass_index": In(index_shape(params.passes)),
                "weight": Out(signed(params.weight_width)),
                "bias": Out(signed(params.row_width)),
            },
            clocked=True,
        )

    def elaborate(self, platform):
        m = Module()
        p = self.params
        width = p.weight_width
        codes = [code for row in p.lane_weights(self.lane) for code in row]
        # Two's complement patterns in an unsigned memory: its initial values print plainly.
        rom = memory.Memory(shape=width, depth=memory_depth(len(codes)), init=[code % (1 << width) for code in codes])
        m.submodules.weights = rom
        read = rom.read_port()
        m.d.comb += [
            read.addr.eq(self.address),
            read.en.eq(1),
            self.weight.eq(read.data),
            self.bias.eq(select([Const(b, signed(p.row_width)) for b in p.lane_biases(self.lane)], self.pass_index)),
        ]
        return m


class FixedMac(HardwareModule):
    """Multiply-accumulate unit of a layer; all its lanes are alike.

    Where `enable`, the accumulator takes (`first` ? `bias` : itself) + x * weight at the end of the cycle.
    Throughput: one product a cycle.

    Members
    -------
    x, weight, bias, first, enable : In
    acc : Out, signed
        The accumulator, a register.
    """

    def __init__(self, params: FixedDenseParams):
        self.params = params
        super().__init__(
            f"{params.name}_mac",
            {
                "x": In(params.inputs.format.shape()),
                "weight": In(signed(params.weight_width)),
                "bias": In(signed(params.row_width)),
                "first": In(1),
                "enable": In(1),
                "acc": Out(signed(params.row_width)),
            },
            clocked=True,
        )

    def elaborate(self, platform):
        m = Module()
        product = Signal((self.x * self.weight).shape())
        m.d.comb += product.eq(self.x * self.weight)
        with m.If(self.enable):
            m.d.sync += self.acc.eq(Mux(self.first, self.bias, self.acc) + product)
        return m


class FixedAlign(HardwareModule):
    """Shift of a row's sum to the accumulator's grid, where rows have scales of their own. Combinational.

    Members
    -------
    row : In, signed
        Sum of a row.
    output_index : In
        Which row.
    acc : Out, signed
        row << params.row_shifts[output_index].
    """

    def __init__(self, params: FixedDenseParams):
        self.params = params
        ports = {
            "row": In(signed(params.row_width)),
            "output_index": In(index_shape(params.n_out)),
            "acc": Out(params.acc.shape()),
        }
        super().__init__(f"{params.name}_align", ports, clocked=False)

    def elaborate(self, platform):
        m = Module()
        m.d.comb += self.acc.eq(align_row(m, self.row, self.params.shifts.tolist(), self.output_index))
        return m


class FixedDense(HardwareModule):
    """Folded fixed-point dense layer.

    A vector of n_in codes is loaded, gone through once per pass of `lanes` outputs, and each pass's results leave
    in order before the next begins.

    Latency and throughput: n_in + passes * (n_in + 1) + n_out cycles a vector without stalls; the next vector is
    accepted after the last result has left. A stalled output stalls everything; a slow input only loading.

    Parameters
    ----------
    params : FixedDenseParams

    Members
    -------
    i : In, stream of activations
        `last` must mark each n_in-th code.
    o : Out, stream of activations
        n_out codes a vector, `last` on the last.
    frame_error : Out
        Set and kept until reset once `last` came early or late; data are counted, so results go on.
    """

    def __init__(self, params: FixedDenseParams):
        self.params = params
        self.stage = OutputStage(params)
        self.weights = [FixedWeights(params, lane) for lane in range(params.lanes)]
        self.macs = [FixedMac(params) for _ in range(params.lanes)]
        self.align = FixedAlign(params) if params.shifts.any() else None
        super().__init__(
            params.name,
            {
                "i": In(activation_stream(params.inputs)),
                "o": Out(activation_stream(params.output)),
                "frame_error": Out(1),
            },
            clocked=True,
            children=[self.stage, *self.weights, *self.macs, *([self.align] if self.align else [])],
        )

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.inputs = inputs = memory.Memory(shape=p.inputs.format.width, depth=memory_depth(p.n_in), init=[])
        write, read = inputs.write_port(), inputs.read_port()
        stage = self.stage
        stage.place(m, "stage")
        lanes = list(zip(self.weights, self.macs, strict=True))
        for lane, (weights, mac) in enumerate(lanes):
            weights.place(m, f"weights_{lane}")
            mac.place(m, f"mac_{lane}")

        state = Signal(State)
        index = Signal(index_shape(p.n_in))
        address = Signal(index_shape(p.passes * p.n_in))
        pass_index = Signal(index_shape(p.passes))
        lane_index = Signal(index_shape(p.lanes))
        output_index = Signal(index_shape(p.n_out))
        last_input = index == p.n_in - 1
        enable = Signal()
        first = Signal()
        x = Signal(p.inputs.format.shape())
        row = select([mac.acc for mac in self.macs], lane_index)
        m.d.comb += [
            write.addr.eq(index),
            write.data.eq(self.i.payload.data),
            read.addr.eq(index),
            read.en.eq(1),
            x.eq(read.data),
            stage.acc.eq(row if self.align is None else self.align.acc),
            self.o.payload.data.eq(stage.code),
            self.o.payload.last.eq(output_index == p.n_out - 1),
        ]
        if self.align is not None:
            self.align.place(m, "align")
            m.d.comb += [self.align.row.eq(row), self.align.output_index.eq(output_index)]
        for weights, mac in lanes:
            m.d.comb += [
                weights.address.eq(address),
                weights.pass_index.eq(pass_index),
                mac.x.eq(x),
                mac.weight.eq(weights.weight),
                mac.bias.eq(weights.bias),
                mac.first.eq(first),
                mac.enable.eq(enable),
            ]
        m.d.sync += [enable.eq(0), first.eq(0)]
        with m.If(state == State.LOAD):
            m.d.comb += self.i.ready.eq(1)
            with m.If(self.i.valid):
                m.d.comb += write.en.eq(1)
                m.d.sync += index.eq(index + 1)
                with m.If(self.i.payload.last != last_input):
                    m.d.sync += self.frame_error.eq(1)
                with m.If(last_input):
                    m.d.sync += [index.eq(0), state.eq(State.MAC)]
        with m.If(state == State.MAC):
            m.d.sync += [enable.eq(1), first.eq(index == 0), index.eq(index + 1), address.eq(address + 1)]
            with m.If(last_input):
                m.d.sync += [index.eq(0), state.eq(State.DRAIN)]
        with m.If(state == State.DRAIN):
            m.d.sync += state.eq(State.OUT)
        with m.If(state == State.OUT):
            m.d.comb += self.o.valid.eq(1)
            with m.If(self.o.ready):
                m.d.sync += [lane_index.eq(lane_index + 1), output_index.eq(output_index + 1)]
                with m.If(lane_index == p.lanes - 1):
                    m.d.sync += [lane_index.eq(0), pass_index.eq(pass_index + 1), state.eq(State.MAC)]
                with m.If(self.o.payload.last):
                    m.d.sync += [
                        lane_index.eq(0),
                        output_index.eq(0),
                        pass_index.eq(0),
                        address.eq(0),
                        state.eq(State.LOAD),
                    ]
        return m
