# SPDX-License-Identifier: Apache-2.0
"""Stochastic dense layer that can be stopped early: its running estimate is a result at every power of two."""

from __future__ import annotations

from amaranth.hdl import Cat, Const, Module, Signal, Value
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.common import (
    add_tree,
    select,
)
from sc_precision.gateware.stochastic import StochasticDense, StreamGenerators
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


class ProgressiveDense(StochasticDense):
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
    stop : In
        High in any cycle t = 0, 1, ... of the streams: the vector ends after the least 2**j > t cycles. It need not
        stay high. Ignored while the streams do not run.
    estimate_log2 : Out
        j of the results that are leaving, stable while `o` is valid.
    """

    purpose = "Stochastic dense layer, all outputs in parallel, that can be stopped at each power of two cycles."
    generators = ProgressiveStreams

    def __init__(self, params: ProgressiveDenseParams):
        super().__init__(params, stop=In(1), estimate_log2=Out(params.log2_width))

    def finish(self, m: Module, output_index: Signal) -> Value:
        p = self.params
        total, scaled = Signal(p.row_format.shape(), name="total"), Signal(p.row_format.shape(), name="scaled")
        start = Signal(p.acc.shape(), name="start")
        shifted = [Cat(Const(0, p.max_log2 - j), total)[: len(total)] for j in range(p.max_log2 + 1)]
        m.d.comb += [
            total.eq(super().finish(m, output_index).as_signed()),
            scaled.eq(select(shifted, self.estimate_log2)),
            start.eq(select([Const(int(value), start.shape()) for value in p.acc_start], output_index)),
        ]
        # Only the sum of both is known to fit the accumulator's format.
        return (scaled + start)[: p.acc.width]

    def run(self, m: Module, cycle: Signal) -> tuple[Value, list]:
        p, stopping = self.params, Signal(name="stopping")
        m.d.sync += stopping.eq(stopping | self.stop)
        # 2**j - 1 has no bit in common with its successor.
        power = (cycle & (cycle + 1)[: len(cycle)]) == 0
        estimate = add_tree(list(cycle[: p.max_log2])) if p.max_log2 else 0
        ends = (cycle == p.cycles - 1) | (power & (stopping | self.stop))
        return ends, [cycle.eq(0), stopping.eq(0), self.estimate_log2.eq(estimate)]
