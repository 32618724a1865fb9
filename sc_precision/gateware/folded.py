# SPDX-License-Identifier: Apache-2.0
"""What dense layers that are folded over their outputs share: the controller, the vector's memory, the output."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from amaranth.hdl import Module, Signal, Value
from amaranth.lib import enum, memory

from sc_precision.gateware.common import (
    DenseLayer,
    HardwareModule,
    index_shape,
    memory_depth,
    read_port,
    select,
    write_port,
)
from sc_precision.params import BlockFloatDenseParams, FixedDenseParams


class FoldedLayer(DenseLayer):
    """A layer that goes through a stored vector once per pass of `lanes` outputs.

    A vector of n_in codes is loaded, gone through once per pass, and each pass's results leave in order before the
    next begins. The next vector is accepted after the last result has left. A stalled output stalls everything; a slow
    input only loading.

    Parameters
    ----------
    params : FixedDenseParams or BlockFloatDenseParams
    states : subclass of enum.Enum
        LOAD, MAC, then one state for each cycle from the last product's address to its sum, then OUT.
    lanes : sequence of (weights, mac)
        Modules of each lane. Weights have ports `address` and `pass_index`, a mac has `x`, `first`, `enable` and `acc`.
    children : sequence of HardwareModule
        Further modules of the subclass.
    """

    def __init__(
        self,
        params: FixedDenseParams | BlockFloatDenseParams,
        states: type[enum.Enum],
        lanes: Sequence[tuple[HardwareModule, HardwareModule]],
        children: Sequence[HardwareModule] = (),
    ):
        self.states = states
        self.lanes = tuple(lanes)
        super().__init__(params, [*(weights for weights, _ in lanes), *(mac for _, mac in lanes), *children])

    @abstractmethod
    def connect_lane(self, m: Module, weights: HardwareModule, mac: HardwareModule, enable: Signal) -> None:
        """Connect what the subclass' lanes have beyond the ports above."""

    def finish(self, m: Module, result: Value, output_index: Signal) -> Value:
        """Accumulator's code from a lane's result; the same by default."""
        return result

    def elaborate(self, platform):
        m = Module()
        p, states = self.params, self.states
        m.submodules.inputs = inputs = memory.Memory(shape=p.inputs.format.width, depth=memory_depth(p.n_in), init=[])
        write, read = write_port(inputs, "inputs"), read_port(inputs, "inputs")
        stage = self.stage
        stage.place(m, "stage")
        for lane, (weights, mac) in enumerate(self.lanes):
            weights.place(m, f"weights_{lane}")
            mac.place(m, f"mac_{lane}")

        state = Signal(states, name="state")
        index = Signal(index_shape(p.n_in), name="index")
        address = Signal(index_shape(p.passes * p.n_in), name="address")
        pass_index = Signal(index_shape(p.passes), name="pass_index")
        lane_index = Signal(index_shape(p.lanes), name="lane_index")
        output_index = Signal(index_shape(p.n_out), name="output_index")
        last_input = index == p.n_in - 1
        enable = Signal(name="enable")
        first = Signal(name="first")
        x = Signal(p.inputs.format.shape(), name="x")
        row = select([mac.acc for _, mac in self.lanes], lane_index)
        m.d.comb += [
            write.addr.eq(index),
            write.data.eq(self.i.payload.data),
            read.addr.eq(index),
            read.en.eq(1),
            x.eq(read.data),
            stage.acc.eq(self.finish(m, row, output_index)),
            self.o.payload.data.eq(stage.code),
            self.o.payload.last.eq(output_index == p.n_out - 1),
        ]
        for weights, mac in self.lanes:
            m.d.comb += [weights.address.eq(address), weights.pass_index.eq(pass_index), mac.x.eq(x)]
            self.connect_lane(m, weights, mac, enable)
            m.d.comb += [mac.first.eq(first), mac.enable.eq(enable)]
        m.d.sync += [enable.eq(0), first.eq(0)]
        with m.If(state == states.LOAD):
            m.d.comb += self.i.ready.eq(1)
            with m.If(self.i.valid):
                m.d.comb += write.en.eq(1)
                m.d.sync += index.eq(index + 1)
                with m.If(self.i.payload.last != last_input):
                    m.d.sync += self.frame_error.eq(1)
                with m.If(last_input):
                    m.d.sync += [index.eq(0), state.eq(states.MAC)]
        _, _, *settling, out = states
        with m.If(state == states.MAC):
            m.d.sync += [enable.eq(1), first.eq(index == 0), index.eq(index + 1), address.eq(address + 1)]
            with m.If(last_input):
                m.d.sync += [index.eq(0), state.eq(settling[0])]
        for now, after in zip(settling, [*settling[1:], out], strict=True):
            with m.If(state == now):
                m.d.sync += state.eq(after)
        with m.If(state == out):
            m.d.comb += self.o.valid.eq(1)
            with m.If(self.o.ready):
                m.d.sync += [lane_index.eq(lane_index + 1), output_index.eq(output_index + 1)]
                with m.If(lane_index == p.lanes - 1):
                    m.d.sync += [lane_index.eq(0), pass_index.eq(pass_index + 1), state.eq(states.MAC)]
                with m.If(self.o.payload.last):
                    m.d.sync += [
                        lane_index.eq(0),
                        output_index.eq(0),
                        pass_index.eq(0),
                        address.eq(0),
                        state.eq(states.LOAD),
                    ]
        return m
