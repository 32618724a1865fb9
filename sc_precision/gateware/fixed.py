# SPDX-License-Identifier: Apache-2.0
"""Fixed-point dense layer, folded over its outputs: weights in ROM, some outputs in parallel."""

from __future__ import annotations

from amaranth.hdl import Const, Module, Signal, signed
from amaranth.lib import enum, memory
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.common import HardwareModule, OutputStage, activation_stream, index_shape, select
from sc_precision.params import FixedDenseParams


class State(enum.Enum, shape=2):
    """What a layer is doing."""

    LOAD = 0
    MAC = 1
    DRAIN = 2
    OUT = 3


class FixedLane(HardwareModule):
    """One multiply-accumulate unit with the weights and biases of its outputs.

    Lane j computes outputs j, j + lanes, ...; pass p is output p * lanes + j (weights are zero where there is none).
    The weight at `address` is read in one cycle; in the next, where `enable`, the accumulator takes
    (`first` ? bias of `pass_index` : itself) + x * weight. Throughput: one product a cycle.

    Parameters
    ----------
    params : FixedDenseParams
    lane : int
        0 to params.lanes - 1.

    Members
    -------
    address : In
        pass * n_in + input, one cycle ahead of `x`.
    pass_index, x, first, enable : In
        The product to add.
    acc : Out, signed
        The accumulator, a register.
    """

    def __init__(self, params: FixedDenseParams, lane: int):
        self.params = params
        self.lane = lane
        super().__init__(
            f"{params.name}_lane_{lane}",
            {
                "address": In(index_shape(params.passes * params.n_in)),
                "pass_index": In(index_shape(params.passes)),
                "x": In(params.inputs.format.shape()),
                "first": In(1),
                "enable": In(1),
                "acc": Out(params.acc.shape()),
            },
            clocked=True,
        )

    def elaborate(self, platform):
        m = Module()
        p = self.params
        outputs = range(self.lane, p.passes * p.lanes, p.lanes)
        rows = [p.weights[o].tolist() if o < p.n_out else [0] * p.n_in for o in outputs]
        biases = [int(p.bias[o]) if o < p.n_out else 0 for o in outputs]
        width = p.weight_width
        # Two's complement patterns in an unsigned memory: its initial values print plainly.
        rom = memory.Memory(shape=width, depth=p.passes * p.n_in, init=[w % (1 << width) for row in rows for w in row])
        m.submodules.weights = rom
        read = rom.read_port()
        weight = Signal(signed(width))
        bias = Signal(p.acc.shape())
        product = Signal((self.x * weight).shape())
        m.d.comb += [
            read.addr.eq(self.address),
            read.en.eq(1),
            weight.eq(read.data),
            bias.eq(select([Const(b, p.acc.shape()) for b in biases], self.pass_index)),
            product.eq(self.x * weight),
        ]
        with m.If(self.enable):
            with m.If(self.first):
                m.d.sync += self.acc.eq(bias + product)
            with m.Else():
                m.d.sync += self.acc.eq(self.acc + product)
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
        self.lanes = [FixedLane(params, lane) for lane in range(params.lanes)]
        super().__init__(
            params.name,
            {
                "i": In(activation_stream(params.inputs)),
                "o": Out(activation_stream(params.output)),
                "frame_error": Out(1),
            },
            clocked=True,
            children=[self.stage, *self.lanes],
        )

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.inputs = inputs = memory.Memory(shape=p.inputs.format.width, depth=p.n_in, init=[])
        write, read = inputs.write_port(), inputs.read_port()
        stage, lanes = self.stage, self.lanes
        stage.place(m, "stage")
        for lane in lanes:
            lane.place(m, f"lane_{lane.lane}")

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
        m.d.comb += [
            write.addr.eq(index),
            write.data.eq(self.i.payload.data),
            read.addr.eq(index),
            read.en.eq(1),
            x.eq(read.data),
            stage.acc.eq(select([lane.acc for lane in lanes], lane_index)),
            self.o.payload.data.eq(stage.code),
            self.o.payload.last.eq(output_index == p.n_out - 1),
        ]
        for lane in lanes:
            m.d.comb += [
                lane.address.eq(address),
                lane.pass_index.eq(pass_index),
                lane.x.eq(x),
                lane.first.eq(first),
                lane.enable.eq(enable),
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
