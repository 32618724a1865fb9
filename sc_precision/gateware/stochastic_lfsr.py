# SPDX-License-Identifier: Apache-2.0
"""Dense layer of LFSR streams: registers that restart with each vector, comparators, popcounts."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.common import HardwareModule, OutputStage, activation_stream, index_shape, select
from sc_precision.gateware.generators import NumberSource, below
from sc_precision.gateware.loading import load_codes
from sc_precision.gateware.stochastic import State, StochasticRow
from sc_precision.params.stochastic_lfsr import LfsrDenseParams


class LfsrDense(HardwareModule):
    """Dense layer of LFSR streams, all outputs in parallel.

    A vector of n_in codes is loaded into registers, the streams run for L cycles, and the results leave in order. The
    LFSRs stand at their seeds while a vector is loaded, so results depend on nothing but its codes. A register is
    shared by all streams that `params.sources` gives it, a comparator by all synapses with the same stream.

    Latency and throughput: n_in + L + 1 + n_out cycles a vector without stalls; the next vector is accepted after the
    last result has left. A stalled output stalls everything; a slow input only loading.

    Parameters
    ----------
    params : LfsrDenseParams

    Members
    -------
    i : In, stream of activations
        `last` must mark each n_in-th code.
    o : Out, stream of activations
        n_out codes a vector, `last` on the last.
    frame_error : Out
        Set and kept until reset once `last` came early or late; data are counted, so results go on.
    """

    purpose = (
        "Dense layer of LFSR streams, all outputs in parallel: loads a vector, runs the streams, sends the results."
    )

    def __init__(self, params: LfsrDenseParams):
        self.params = params
        self.stage = OutputStage(params)
        self.rows = [StochasticRow(params, output) for output in range(params.n_out)]
        self.registers = {k: NumberSource(params.lfsr(k), f"{params.name}_lfsr_{k}") for k in params.registers}
        super().__init__(
            params.name,
            {
                "i": In(activation_stream(params.inputs)),
                "o": Out(activation_stream(params.output)),
                "frame_error": Out(1),
            },
            clocked=True,
            children=[self.stage, *self.registers.values(), *self.rows],
        )

    def elaborate(self, platform):
        m = Module()
        p = self.params
        stage, rows = self.stage, self.rows
        stage.place(m, "stage")
        for k, register in self.registers.items():
            register.place(m, f"lfsr_{k}")
        for row in rows:
            row.place(m, f"row_{row.output}")

        state = Signal(State, name="state")
        index = Signal(index_shape(p.n_in), name="index")
        cycle = Signal(p.length_log2, name="cycle")
        output_index = Signal(index_shape(p.n_out), name="output_index")
        codes = [Signal(p.inputs.format.width, name=f"code_{i}") for i in range(p.n_in)]
        clear, enable = Signal(name="clear"), Signal(name="enable")
        m.d.comb += [
            stage.acc.eq(select([row.acc for row in rows], output_index)),
            self.o.payload.data.eq(stage.code),
            self.o.payload.last.eq(output_index == p.n_out - 1),
        ]
        for register in self.registers.values():
            m.d.comb += [register.clear.eq(clear), register.enable.eq(enable)]
        inputs = {stream: Signal(name=f"x_{stream[0]}_{stream[1]}") for stream in p.input_streams}
        weights = {stream: Signal(name=f"w_{stream[0]}_{stream[1]}") for stream in p.weight_streams}
        for (k, i), bit in inputs.items():
            m.d.comb += bit.eq(self.registers[k].number[p.length_log2 - p.inputs.unit_log2 :] < codes[i])
        for (k, level), bit in weights.items():
            m.d.comb += bit.eq(below(self.registers[k].number, level))
        for row in rows:
            synapses = [(row.output, i) for group in row.groups for i in group.inputs]
            m.d.comb += [
                row.x.eq(Cat(inputs[p.input_stream(*synapse)] for synapse in synapses)),
                row.w.eq(Cat(weights[p.weight_stream(*synapse)] for synapse in synapses)),
                row.clear.eq(clear),
                row.enable.eq(enable),
            ]
        with m.If(state == State.LOAD):
            m.d.comb += [self.i.ready.eq(1), clear.eq(1)]
            load_codes(m, self, index, codes, state.eq(State.RUN))
        with m.If(state == State.RUN):
            m.d.comb += enable.eq(1)
            m.d.sync += cycle.eq(cycle + 1)
            with m.If(cycle == p.cycles - 1):
                m.d.sync += state.eq(State.DRAIN)
        with m.If(state == State.DRAIN):
            m.d.sync += state.eq(State.OUT)
        with m.If(state == State.OUT):
            m.d.comb += self.o.valid.eq(1)
            with m.If(self.o.ready):
                m.d.sync += output_index.eq(output_index + 1)
                with m.If(self.o.payload.last):
                    m.d.sync += [output_index.eq(0), state.eq(State.LOAD)]
        return m
