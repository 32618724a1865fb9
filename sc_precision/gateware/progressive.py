# SPDX-License-Identifier: Apache-2.0
"""Stochastic dense layer that can be stopped early: its running estimate is a result at every power of two."""

from __future__ import annotations

from amaranth.hdl import Cat, Const, Module, Signal, Value
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.common import (
    HardwareModule,
    OutputStage,
    activation_stream,
    add_tree,
    index_shape,
    select,
)
from sc_precision.gateware.counting import drained
from sc_precision.gateware.loading import load_codes
from sc_precision.gateware.stochastic import State, StochasticRow, StreamGenerators, ramp_port, stream_port
from sc_precision.golden.progressive import sobol_directions
from sc_precision.params import ProgressiveDenseParams, stream_mask


class ProgressiveStreams(StreamGenerators):
    """Streams whose first 2**j cycles are evenly spread for every j; ports as of `StreamGenerators`.

    Inputs are compared with the reversed counter, weights with the second Sobol' dimension under a mask: an XOR of
    counter bits for each of its bits, once for all synapses.
    """

    purpose = "All bitstreams of a layer from one cycle counter, spread evenly over every power of two cycles."

    def input_order(self, log2: int) -> Value:
        return Cat(reversed(list(self.cycle[:log2])))

    def weight_order(self, log2: int) -> Value:
        directions = sobol_directions(log2)
        bits = []
        for place in range(log2):
            terms = [self.cycle[k] for k, direction in enumerate(directions) if direction >> place & 1]
            while len(terms) > 1:
                terms = [*terms[2:], terms[0] ^ terms[1]]
            bits += terms
        return Cat(bits) ^ stream_mask(log2)


class ProgressiveDense(HardwareModule):
    """Stochastic dense layer, all outputs in parallel, with an input that stops it at the next power of two.

    Rows count from 0. The results, one a cycle, are the row's sum shifted left by the part of the stream that did not
    run, plus the bias: one shifter and one adder for all outputs.

    Latency and throughput: n_in + 2**j + popcount_stages + 1 + n_out cycles a vector without stalls, j being
    `estimate_log2`; without `stop` that is log2 of the whole stream. Stalls as of `StochasticDense`.

    Parameters
    ----------
    params : ProgressiveDenseParams

    Members
    -------
    i : In, stream of activations
        `last` must mark each n_in-th code.
    o : Out, stream of activations
        n_out codes a vector, `last` on the last.
    stop : In
        High in any cycle t = 0, 1, ... of the streams: the vector ends after the least 2**j > t cycles. It need not
        stay high. Ignored while the streams do not run.
    estimate_log2 : Out
        j of the results that are leaving, stable while `o` is valid.
    frame_error : Out
        Set and kept until reset once `last` came early or late; data are counted, so results go on.
    """

    purpose = "Stochastic dense layer, all outputs in parallel, that can be stopped at each power of two cycles."

    def __init__(self, params: ProgressiveDenseParams):
        self.params = params
        self.streams = ProgressiveStreams(params)
        self.stage = OutputStage(params)
        self.rows = [StochasticRow(params, output) for output in range(params.n_out)]
        super().__init__(
            params.name,
            {
                "i": In(activation_stream(params.inputs)),
                "o": Out(activation_stream(params.output)),
                "stop": In(1),
                "estimate_log2": Out(params.log2_width),
                "frame_error": Out(1),
            },
            clocked=True,
            children=[self.stage, self.streams, *self.rows],
        )

    def elaborate(self, platform):
        m = Module()
        p = self.params
        streams, stage, rows = self.streams, self.stage, self.rows
        streams.place(m, "streams")
        stage.place(m, "stage")
        for row in rows:
            row.place(m, f"row_{row.output}")

        state = Signal(State, name="state")
        index = Signal(index_shape(p.n_in), name="index")
        cycle = Signal(max(1, p.max_log2), name="cycle")
        output_index = Signal(index_shape(p.n_out), name="output_index")
        codes = [Signal(p.inputs.format.width, name=f"code_{i}") for i in range(p.n_in)]
        clear, enable, stopping = Signal(name="clear"), Signal(name="enable"), Signal(name="stopping")
        total, scaled = Signal(p.row_format.shape(), name="total"), Signal(p.row_format.shape(), name="scaled")
        start = Signal(p.acc.shape(), name="start")
        shifted = [Cat(Const(0, p.max_log2 - j), total)[: len(total)] for j in range(p.max_log2 + 1)]
        m.d.comb += [
            streams.cycle.eq(cycle),
            streams.codes.eq(Cat(codes)),
            total.eq(select([row.acc for row in rows], output_index).as_signed()),
            scaled.eq(select(shifted, self.estimate_log2)),
            start.eq(select([Const(int(value), start.shape()) for value in p.acc_start], output_index)),
            # Only the sum of both is known to fit the accumulator's format.
            stage.acc.eq((scaled + start)[: p.acc.width]),
            self.o.payload.data.eq(stage.code),
            self.o.payload.last.eq(output_index == p.n_out - 1),
        ]
        for row in rows:
            synapses = [(group.length_log2, i) for group in row.groups for i in group.inputs]
            levels = [int(p.stream_ones[row.output, i]) for _, i in synapses]
            x = [getattr(streams, ramp_port(*synapse)) for synapse in synapses]
            w = [getattr(streams, stream_port(log2, level)) for (log2, _), level in zip(synapses, levels, strict=True)]
            m.d.comb += [row.x.eq(Cat(x)), row.w.eq(Cat(w)), row.clear.eq(clear), row.enable.eq(enable)]
        with m.If(state == State.LOAD):
            m.d.comb += [self.i.ready.eq(1), clear.eq(1)]
            load_codes(m, self, index, codes, state.eq(State.RUN))
        with m.If(state == State.RUN):
            m.d.comb += enable.eq(1)
            m.d.sync += [cycle.eq(cycle + 1), stopping.eq(stopping | self.stop)]
            # 2**j - 1 has no bit in common with its successor.
            power = (cycle & (cycle + 1)[: len(cycle)]) == 0
            with m.If((cycle == p.cycles - 1) | (power & (stopping | self.stop))):
                m.d.sync += [
                    cycle.eq(0),
                    stopping.eq(0),
                    self.estimate_log2.eq(add_tree(list(cycle[: p.max_log2])) if p.max_log2 else 0),
                    state.eq(State.DRAIN),
                ]
        with m.If(state == State.DRAIN):
            drained(m, p.popcount_stages, state.eq(State.OUT))
        with m.If(state == State.OUT):
            m.d.comb += self.o.valid.eq(1)
            with m.If(self.o.ready):
                m.d.sync += output_index.eq(output_index + 1)
                with m.If(self.o.payload.last):
                    m.d.sync += [output_index.eq(0), state.eq(State.LOAD)]
        return m
