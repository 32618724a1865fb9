# SPDX-License-Identifier: Apache-2.0
"""Block floating dense layer, folded over its outputs: mantissa sums, then alignment by the shared exponents."""

from __future__ import annotations

from amaranth.hdl import Cat, Const, Module, Mux, Signal, signed, unsigned
from amaranth.lib import enum, memory
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.common import HardwareModule, index_shape, memory_depth, read_port, select
from sc_precision.gateware.folded import FoldedLayer
from sc_precision.params import BlockFloatDenseParams


class State(enum.Enum, shape=3):
    """What a layer is doing."""

    LOAD = 0
    MAC = 1
    DRAIN = 2
    ALIGN = 3
    OUT = 4


def read_rom(m: Module, name: str, width: int, words, address, *, fill: int = 0):
    """Value of a ROM one cycle after `address`; the words' patterns are two's complement, absent ones `fill`."""
    depth = memory_depth(len(words))
    init = [word % (1 << width) for word in [*words, *[fill] * (depth - len(words))]]
    rom = memory.Memory(shape=width, depth=depth, init=init)
    m.submodules[name] = rom
    port = read_port(rom, name)
    m.d.comb += [port.addr.eq(address), port.en.eq(1)]
    return port.data


class BlockWeights(HardwareModule):
    """Mantissas, shifts and biases of one lane.

    Lane j computes outputs j, j + lanes, ...; pass p is output p * lanes + j (all zero where there is none). A word
    of the mantissa ROM has one bit more, on top: whether the weight is the last of its segment.

    Parameters
    ----------
    params : BlockFloatDenseParams
    lane : int
        0 to params.lanes - 1.

    Members
    -------
    address : In
        pass * n_in + input.
    pass_index : In
    used : In
        The word of this cycle is being accumulated. Segments are counted by it, and from the first again after the
        last of a vector.
    mantissa : Out, signed
    ends : Out
        Of the address of the cycle before.
    shift : Out, unsigned
        Of the segment that `used` and `ends` closed in the cycle before.
    bias : Out, signed
        Code of the bias of this pass, at once.
    """

    purpose = "Mantissas, ends of segments and shifts of one lane in ROM, and the biases of its passes."

    def __init__(self, params: BlockFloatDenseParams, lane: int):
        self.params = params
        self.lane = lane
        super().__init__(
            f"{params.name}_weights_{lane}",
            {
                "address": In(index_shape(params.passes * params.n_in)),
                "pass_index": In(index_shape(params.passes)),
                "used": In(1),
                "mantissa": Out(signed(params.tensor.form.mantissa_bits)),
                "ends": Out(1),
                "shift": Out(unsigned(params.shift_width)),
                "bias": Out(params.acc.shape()),
            },
            clocked=True,
        )

    def elaborate(self, platform):
        m = Module()
        p = self.params
        width = p.tensor.form.mantissa_bits
        words = [mantissa % (1 << width) | ends << width for mantissa, ends in p.lane_words(self.lane)]
        shifts = p.lane_shifts(self.lane)
        # Yosys keeps the first in the alphabet of two names of one wire; the other one is port__addr.
        segment = Signal(index_shape(len(shifts)), name="current_segment")
        word = read_rom(m, "mantissas", width + 1, words, self.address)
        m.d.comb += [
            self.mantissa.eq(word[:width].as_signed()),
            self.ends.eq(word[width]),
            self.shift.eq(read_rom(m, "shifts", p.shift_width, shifts, segment)),
            self.bias.eq(select([Const(b, p.acc.shape()) for b in p.lane_biases(self.lane)], self.pass_index)),
        ]
        with m.If(self.used & self.ends):
            m.d.sync += segment.eq(Mux(segment == len(shifts) - 1, 0, segment + 1))
        return m


class BlockMac(HardwareModule):
    """Block multiply-accumulate unit of a layer; all its lanes are alike.

    A segment is summed in mantissa width. In the cycle after its last product the sum, shifted left, is added to the
    accumulator, which `first` set to the bias. Throughput: one product a cycle. Latency: two cycles from the last
    product to the accumulator.

    Members
    -------
    x, mantissa, ends, bias, first, enable : In
        Where `enable`, x * mantissa is added; `ends` marks the last of a segment, `first` that of a pass.
    shift : In, unsigned
        Of the segment that ended in the cycle before.
    acc : Out, signed
        The accumulator, a register.
    """

    purpose = (
        "Block multiply-accumulate unit: sums a segment in mantissa width, then adds it, shifted, to the accumulator."
    )

    def __init__(self, params: BlockFloatDenseParams):
        self.params = params
        super().__init__(
            f"{params.name}_mac",
            {
                "x": In(params.inputs.format.shape()),
                "mantissa": In(signed(params.tensor.form.mantissa_bits)),
                "ends": In(1),
                "shift": In(unsigned(params.shift_width)),
                "bias": In(params.acc.shape()),
                "first": In(1),
                "enable": In(1),
                "acc": Out(params.acc.shape()),
            },
            clocked=True,
        )

    def elaborate(self, platform):
        m = Module()
        p = self.params
        product = Signal((self.x * self.mantissa).shape(), name="product")
        partial = Signal(signed(p.partial_width), name="partial")
        fresh = Signal(init=1, name="fresh")
        closed = Signal(name="closed")
        m.d.comb += product.eq(self.x * self.mantissa)
        m.d.sync += closed.eq(self.enable & self.ends)
        with m.If(self.enable):
            m.d.sync += [partial.eq(Mux(fresh, 0, partial) + product), fresh.eq(self.ends)]
        # Modulo the accumulator's width: what a stage drops, the exact sum, which fits, does not need.
        # Where nothing is to widen the two are one wire, of which Yosys keeps the first name in the alphabet.
        aligned = Signal(p.acc.shape(), name="widened")
        m.d.comb += aligned.eq(partial)
        for bit in range(p.shift_width):
            stage = Signal(p.acc.shape(), name=f"aligned_{bit}")
            moved = Cat(Const(0, 1 << bit), aligned)[: p.acc.width].as_signed()
            m.d.comb += stage.eq(Mux(self.shift[bit], moved, aligned))
            aligned = stage
        with m.If(closed):
            m.d.sync += self.acc.eq(self.acc + aligned)
        with m.If(self.enable & self.first):
            m.d.sync += self.acc.eq(self.bias)
        return m


class BlockFloatDense(FoldedLayer):
    """Folded block floating dense layer with the exponents in the datapath; see `FoldedLayer` for its ports.

    Exact until the output's rounding.

    Latency and throughput: n_in + passes * (n_in + 2) + n_out cycles a vector without stalls.

    Cost, per lane: a multiplier of mantissa by input, an adder of `partial_width`, a shifter of `shift_width` stages
    and an adder, both of the accumulator's width; mantissa_bits + 1 bits of ROM per weight, `shift_width` per segment.

    Parameters
    ----------
    params : BlockFloatDenseParams
    """

    purpose = "Folded block floating dense layer, exponents in the datapath; goes through a vector once a pass."

    def __init__(self, params: BlockFloatDenseParams):
        lanes = [(BlockWeights(params, lane), BlockMac(params)) for lane in range(params.lanes)]
        super().__init__(params, State, lanes)

    def connect_lane(self, m: Module, weights, mac, enable):
        """Connect the mantissa, its segment and the bias."""
        m.d.comb += [
            weights.used.eq(enable),
            mac.mantissa.eq(weights.mantissa),
            mac.ends.eq(weights.ends),
            mac.shift.eq(weights.shift),
            mac.bias.eq(weights.bias),
        ]
