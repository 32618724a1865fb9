# SPDX-License-Identifier: Apache-2.0
"""What stochastic layers with a row for each output share: loading, running, waiting for the rows, results."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence

from amaranth.hdl import Module, Signal, Value
from amaranth.lib import enum

from sc_precision.gateware.common import DenseLayer, HardwareModule, index_shape, select
from sc_precision.gateware.counting import drained
from sc_precision.gateware.loading import load_codes


class State(enum.Enum, shape=2):
    """What a layer is doing."""

    LOAD = 0
    RUN = 1
    DRAIN = 2
    OUT = 3


class StreamLayer(DenseLayer):
    """A layer that loads a vector into registers, runs its streams, and lets the results leave in order.

    The next vector is accepted after the last result has left. A stalled output stalls everything; a slow input only
    loading.

    Parameters
    ----------
    params : DenseParams
    sources : mapping of str to HardwareModule
        What makes the streams, by the names of the instances.
    rows : sequence of HardwareModule
        Of each output; with ports `clear`, `enable` and `acc`.
    more : members
        Further ports of the subclass.
    """

    def __init__(self, params, sources: Mapping[str, HardwareModule], rows: Sequence[HardwareModule], **more):
        self.sources = dict(sources)
        self.rows = list(rows)
        super().__init__(params, [*self.sources.values(), *self.rows], **more)

    @abstractmethod
    def feed(self, m: Module, codes: Sequence[Signal], cycle: Signal, clear: Signal, enable: Signal) -> None:
        """Connect what makes the streams, and each row to its streams.

        Parameters
        ----------
        m : Module
        codes : sequence of Signal
            The vector.
        cycle : Signal
            Counter of the cycles of the streams.
        clear, enable : Signal
            High while a vector is loaded, and while its streams run.
        """

    def finish(self, m: Module, output_index: Signal) -> Value:
        """Accumulator's code of the output that leaves; that of its row by default."""
        return select([row.acc for row in self.rows], output_index)

    def run(self, m: Module, cycle: Signal) -> tuple[Value, list]:
        """When the cycle is the last one, and what is done at its end; inside the state in which the streams run."""
        return cycle == self.params.cycles - 1, [cycle.eq(0)]

    def elaborate(self, platform):
        m = Module()
        p, stage = self.params, self.stage
        for name, source in self.sources.items():
            source.place(m, name)
        stage.place(m, "stage")
        for output, row in enumerate(self.rows):
            row.place(m, f"row_{output}")

        state = Signal(State, name="state")
        index = Signal(index_shape(p.n_in), name="index")
        cycle = Signal(max(1, p.max_log2), name="cycle")
        output_index = Signal(index_shape(p.n_out), name="output_index")
        codes = [Signal(p.inputs.format.width, name=f"code_{i}") for i in range(p.n_in)]
        clear, enable = Signal(name="clear"), Signal(name="enable")
        m.d.comb += [
            stage.acc.eq(self.finish(m, output_index)),
            self.o.payload.data.eq(stage.code),
            self.o.payload.last.eq(output_index == p.n_out - 1),
        ]
        self.feed(m, codes, cycle, clear, enable)
        for row in self.rows:
            m.d.comb += [row.clear.eq(clear), row.enable.eq(enable)]
        with m.If(state == State.LOAD):
            m.d.comb += [self.i.ready.eq(1), clear.eq(1)]
            load_codes(m, self, index, codes, state.eq(State.RUN))
        with m.If(state == State.RUN):
            m.d.comb += enable.eq(1)
            m.d.sync += cycle.eq(cycle + 1)
            last, then = self.run(m, cycle)
            with m.If(last):
                m.d.sync += [*then, state.eq(State.DRAIN)]
        with m.If(state == State.DRAIN):
            drained(m, p.popcount_stages, state.eq(State.OUT))
        with m.If(state == State.OUT):
            m.d.comb += self.o.valid.eq(1)
            with m.If(self.o.ready):
                m.d.sync += output_index.eq(output_index + 1)
                with m.If(self.o.payload.last):
                    m.d.sync += [output_index.eq(0), state.eq(State.LOAD)]
        return m
