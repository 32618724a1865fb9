# SPDX-License-Identifier: Apache-2.0
"""Dense layer of LFSR streams: registers that restart with each vector, comparators, popcounts."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Cat, Module, Signal, Value

from sc_precision.gateware.generators import NumberSource, below
from sc_precision.gateware.stochastic import StochasticRow
from sc_precision.gateware.stream_layer import StreamLayer
from sc_precision.params.stochastic_lfsr import LfsrDenseParams


class LfsrDense(StreamLayer):
    """Dense layer of LFSR streams, all outputs in parallel.

    A vector of n_in codes is loaded into registers, the streams run for L cycles, and the results leave in order. The
    LFSRs stand at their seeds while a vector is loaded, so results depend on nothing but its codes. A register is
    shared by all streams that `params.sources` gives it, a comparator by all synapses with the same stream.

    Latency and throughput: n_in + L + 1 + n_out cycles a vector without stalls; the next vector is accepted after the
    last result has left. A stalled output stalls everything; a slow input only loading.

    Parameters
    ----------
    params : LfsrDenseParams
    """

    purpose = (
        "Dense layer of LFSR streams, all outputs in parallel: loads a vector, runs the streams, sends the results."
    )

    def __init__(self, params: LfsrDenseParams):
        self.registers = {k: NumberSource(params.lfsr(k), f"{params.name}_lfsr_{k}") for k in params.registers}
        rows = [StochasticRow(params, output) for output in range(params.n_out)]
        super().__init__(params, {f"lfsr_{k}": register for k, register in self.registers.items()}, rows)

    def feed(self, m: Module, codes: Sequence[Signal], cycle: Signal, clear: Signal, enable: Signal) -> None:
        p = self.params
        for register in self.registers.values():
            m.d.comb += [register.clear.eq(clear), register.enable.eq(enable)]
        inputs = {stream: Signal(name=f"x_{stream[0]}_{stream[1]}") for stream in p.input_streams}
        weights = {stream: Signal(name=f"w_{stream[0]}_{stream[1]}") for stream in p.weight_streams}
        for (k, i), bit in inputs.items():
            m.d.comb += bit.eq(self.registers[k].number[p.length_log2 - p.inputs.unit_log2 :] < codes[i])
        for (k, level), bit in weights.items():
            m.d.comb += bit.eq(below(self.registers[k].number, level))
        for row in self.rows:
            synapses = [(row.output, i) for group in row.groups for i in group.inputs]
            m.d.comb += [
                row.x.eq(Cat(inputs[p.input_stream(*synapse)] for synapse in synapses)),
                row.w.eq(Cat(weights[p.weight_stream(*synapse)] for synapse in synapses)),
            ]

    def run(self, m: Module, cycle: Signal) -> tuple[Value, list]:
        # The counter is 0 again by itself.
        return cycle == self.params.cycles - 1, []
