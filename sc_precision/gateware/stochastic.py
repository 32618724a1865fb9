# SPDX-License-Identifier: Apache-2.0
"""Stochastic dense layer: ramp input streams, masked van der Corput weight streams, popcounts."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.common import (
    HardwareModule,
    add_tree,
)
from sc_precision.gateware.counting import delayed, popcount
from sc_precision.gateware.stream_layer import StreamLayer
from sc_precision.params import LfsrDenseParams, StochasticDenseParams, stream_mask


def stream_port(log2: int, level: int) -> str:
    """Port of the weight stream of length 2**log2 that is 1 for `level` of its cycles."""
    return f"w_{log2}_{level}"


def ramp_port(log2: int, index: int) -> str:
    """Port of the ramp stream of length 2**log2 of an input."""
    return f"x_{log2}_{index}"


class StreamGenerators(HardwareModule):
    """All bitstreams of a layer from one cycle counter. Combinational; comparators are shared by all outputs.

    Members
    -------
    cycle : In
        Counter, 0 to params.cycles - 1.
    codes : In
        The n_in input codes, packed; input 0 in the low bits.
    x_<log2 length>_<input> : Out
        The ramp streams of `params.ramps`, low once a stream of that length has ended.
    w_<log2 length>_<level> : Out
        The weight streams of `params.streams`; they repeat where longer streams go on. Bipolar ones are high then, so
        that their XNOR with the input streams is low.

    Parameters
    ----------
    params : StochasticDenseParams
    weights : bool
        Whether there are weight streams.
    """

    purpose = "All bitstreams of a layer from one cycle counter. Combinational; comparators are shared by all outputs."

    def __init__(self, params: StochasticDenseParams, *, weights: bool = True):
        self.params = params
        self.weights = params.streams if weights else ()
        ports = {
            "cycle": In(max(1, params.max_log2)),
            "codes": In(params.n_in * params.inputs.format.width),
        }
        ports |= {ramp_port(*ramp): Out(1) for ramp in params.ramps}
        ports |= {stream_port(*stream): Out(1) for stream in self.weights}
        super().__init__(f"{params.name}_streams", ports, clocked=False)

    def input_order(self, log2: int) -> Value:
        """What input codes are compared with: the counter, for ramps."""
        return self.cycle[:log2]

    def weight_order(self, log2: int) -> Value:
        """What levels are compared with: the reversed counter under the mask."""
        return Cat(reversed(list(self.cycle[:log2]))) ^ stream_mask(log2)

    def elaborate(self, platform):
        m = Module()
        p = self.params
        width = p.inputs.format.width
        codes = [self.codes[i * width : (i + 1) * width] for i in range(p.n_in)]
        unit = p.ramp_log2
        for log2, index in p.ramps:
            count = self.input_order(log2)
            if log2 >= unit:
                # t < a * 2**k is floor(t / 2**k) < a: a narrower comparator.
                ramp = count[log2 - unit :]
            else:
                # The middle of the step, so that coarse streams round to nearest.
                ramp = Cat(Const(1 << (unit - log2 - 1), unit - log2), count)
            active = ~self.cycle[log2:].any() if log2 < p.max_log2 else Const(1, 1)
            code = codes[index]
            if p.bipolar:
                # t < code + 2**(unit - 1), without the adder.
                ramp = Cat(ramp[: unit - 1], ~ramp[unit - 1]).as_signed()
                code = code.as_signed() if p.inputs.format.signed else code
            m.d.comb += getattr(self, ramp_port(log2, index)).eq((ramp < code) & active)
        for log2, level in self.weights:
            stream = self.weight_order(log2) < level if 0 < level < 1 << log2 else Const(level > 0, 1)
            if p.bipolar and log2 < p.max_log2:
                stream |= self.cycle[log2:].any()
            m.d.comb += getattr(self, stream_port(log2, level)).eq(stream)
        return m


class StochasticRow(HardwareModule):
    """Popcounts and accumulator of one output.

    Each cycle with `enable` adds the ones of the positive synapses and subtracts those of the negative ones, each
    length class weighted by Lmax / L; the sum is registered, so the accumulator lags by one cycle, and by one more for
    each of `params.popcount_stages`. In the bipolar encoding it adds twice the ones of the XNOR gates to an
    accumulator that starts one stream length per synapse below the bias.

    Members
    -------
    x, w : In
        Input and weight streams of the synapses, in the order of `params.row_groups`.
    clear : In
        Load the start (`params.row_start`).
    enable : In
        Count this cycle.
    acc : Out, signed
        The accumulator, a register; final 1 + popcount_stages cycles after the last `enable`.
    """

    purpose = "Counts the ones in the products of one output's streams, and accumulates them."

    def __init__(self, params: StochasticDenseParams | LfsrDenseParams, output: int):
        self.params = params
        self.output = output
        self.groups = params.row_groups(output)
        bits = max(1, sum(len(group.inputs) for group in self.groups))
        super().__init__(
            f"{params.name}_row_{output}",
            {"x": In(bits), "w": In(bits), "clear": In(1), "enable": In(1), "acc": Out(params.row_format.shape())},
            clocked=True,
        )

    def elaborate(self, platform):
        m = Module()
        p = self.params
        terms: dict[int, list[Value]] = {1: [], -1: []}
        start = 0
        for group in self.groups:
            bits = slice(start, start + len(group.inputs))
            start = bits.stop
            meet = ~(self.x[bits] ^ self.w[bits]) if p.bipolar else self.x[bits] & self.w[bits]
            ones = popcount(m, meet, p.popcount_stages)
            terms[group.sign].append(ones.shift_left(p.max_log2 - group.length_log2 + p.bipolar))
        positive, negative = (add_tree(terms[sign]) if terms[sign] else Const(0, 1) for sign in (1, -1))
        low, high = p.step_range(self.output)
        step = Signal(range(min(low, 0), max(high, 0) + 1), name="step")
        enable = delayed(m, self.enable, p.popcount_stages)
        m.d.sync += step.eq(Mux(enable, positive - negative, 0))
        with m.If(self.clear):
            m.d.sync += self.acc.eq(int(p.row_start[self.output]))
        with m.Else():
            m.d.sync += self.acc.eq(self.acc + step)
        return m


class StochasticDense(StreamLayer):
    """Stochastic dense layer, all outputs in parallel.

    A vector of n_in codes is loaded into registers, the streams run for the longest length, and the results leave
    in order. One counter and one comparator bank serve all outputs: the streams are deterministic, so sharing them
    costs no accuracy.

    Latency and throughput: n_in + cycles + popcount_stages + 1 + n_out cycles a vector without stalls; the next vector
    is accepted after the last result has left. A stalled output stalls everything; a slow input only loading.

    Parameters
    ----------
    params : StochasticDenseParams
    """

    purpose = "Stochastic dense layer, all outputs in parallel: loads a vector, runs the streams, sends the results."
    generators = StreamGenerators
    """Module that makes the streams."""

    def __init__(self, params: StochasticDenseParams, **more):
        self.streams = self.generators(params)
        rows = [StochasticRow(params, output) for output in range(params.n_out)]
        super().__init__(params, {"streams": self.streams}, rows, **more)

    def feed(self, m: Module, codes: Sequence[Signal], cycle: Signal, clear: Signal, enable: Signal) -> None:
        p, streams = self.params, self.streams
        m.d.comb += [streams.cycle.eq(cycle), streams.codes.eq(Cat(codes))]
        for row in self.rows:
            synapses = [(group.length_log2, i) for group in row.groups for i in group.inputs]
            levels = [int(p.stream_ones[row.output, i]) for _, i in synapses]
            x = [getattr(streams, ramp_port(*synapse)) for synapse in synapses]
            w = [getattr(streams, stream_port(log2, level)) for (log2, _), level in zip(synapses, levels, strict=True)]
            m.d.comb += [row.x.eq(Cat(x)), row.w.eq(Cat(w))]
