# SPDX-License-Identifier: Apache-2.0
"""Block floating layer with a fixed mantissa datapath: exact sums and their exponents leave side by side."""

from __future__ import annotations

from amaranth.hdl import ClockDomain, ClockSignal, Module, Mux, ResetSignal, Signal, signed, unsigned
from amaranth.lib import data, enum, memory, stream
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.blockfloat import read_rom
from sc_precision.gateware.common import (
    HardwareModule,
    activation_stream,
    index_shape,
    memory_depth,
    read_port,
    write_port,
)
from sc_precision.gateware.network import axis_width
from sc_precision.params import BlockFloatPartialsParams


class State(enum.Enum, shape=2):
    """What the layer is doing."""

    LOAD = 0
    MAC = 1
    DRAIN = 2
    OUT = 3


def partial_stream(params: BlockFloatPartialsParams) -> stream.Signature:
    """Stream of sums: `data`, the block's `exponent` code, `row_last` on an output's last, `last` on a vector's."""
    layout = {
        "data": signed(params.partial_width),
        "exponent": unsigned(params.tensor.form.exponent_bits),
        "row_last": 1,
        "last": 1,
    }
    return stream.Signature(data.StructLayout(layout))


class Mantissas(HardwareModule):
    """ROM of the mantissas, flattened in row-major order. Latency: one cycle.

    Members
    -------
    address : In
        output * n_in + input.
    mantissa : Out, signed
    """

    purpose = "ROM of the weights' mantissas, row by row."

    def __init__(self, params: BlockFloatPartialsParams):
        self.params = params
        size = params.tensor.mantissas.size
        ports = {"address": In(index_shape(size)), "mantissa": Out(signed(params.tensor.form.mantissa_bits))}
        super().__init__(f"{params.name}_mantissas", ports, clocked=True)

    def elaborate(self, platform):
        m = Module()
        tensor = self.params.tensor
        words = tensor.mantissas.ravel().tolist()
        m.d.comb += self.mantissa.eq(read_rom(m, "mantissas", tensor.form.mantissa_bits, words, self.address))
        return m


class BlockExponents(HardwareModule):
    """ROM of the exponent codes: the manifest's exponent vector, one block a word. Latency: one cycle.

    Its width is the manifest's `exponent_stream_width`, width times blocks its `exponent_vector_width`; words beyond
    the blocks, up to a power of two, are 0.

    Members
    -------
    block : In
    exponent : Out
    """

    purpose = "ROM of the exponent codes, one block a word."

    def __init__(self, params: BlockFloatPartialsParams):
        self.params = params
        tensor = params.tensor
        ports = {
            "block": In(index_shape(len(tensor.exponent_codes))),
            "exponent": Out(unsigned(tensor.form.exponent_bits)),
        }
        super().__init__(f"{params.name}_exponents", ports, clocked=True)

    def elaborate(self, platform):
        m = Module()
        tensor = self.params.tensor
        codes = tensor.exponent_codes.tolist()
        m.d.comb += self.exponent.eq(read_rom(m, "exponents", tensor.form.exponent_bits, codes, self.block))
        return m


class SegmentMac(HardwareModule):
    """Multiply-accumulate unit of a segment.

    Where `enable`, the sum takes (`first` ? 0 : itself) + x * mantissa at the end of the cycle. Throughput: one product
    a cycle.

    Members
    -------
    x, mantissa, first, enable : In
    partial : Out, signed
        The sum, a register.
    """

    purpose = "Multiply-accumulate unit of a segment: partial takes (first ? 0 : partial) + x * mantissa where enabled."

    def __init__(self, params: BlockFloatPartialsParams):
        self.params = params
        ports = {
            "x": In(params.inputs.format.shape()),
            "mantissa": In(signed(params.tensor.form.mantissa_bits)),
            "first": In(1),
            "enable": In(1),
            "partial": Out(signed(params.partial_width)),
        }
        super().__init__(f"{params.name}_mac", ports, clocked=True)

    def elaborate(self, platform):
        m = Module()
        product = Signal((self.x * self.mantissa).shape(), name="product")
        m.d.comb += product.eq(self.x * self.mantissa)
        with m.If(self.enable):
            m.d.sync += self.partial.eq(Mux(self.first, 0, self.partial) + product)
        return m


class _Walk:
    """Where the layer is in its vector and its weights."""

    def __init__(self, p: BlockFloatPartialsParams):
        size = p.tensor.mantissas.size
        self.block_size = min(p.tensor.form.block_size, size)
        self.state = Signal(State, name="state")
        self.index = Signal(index_shape(p.n_in), name="index")
        self.address = Signal(index_shape(size), name="address")
        self.block = Signal(index_shape(len(p.tensor.exponent_codes)), name="block")
        self.place = Signal(index_shape(self.block_size), name="place")
        self.output_index = Signal(index_shape(p.n_out), name="output_index")
        self.last_input, self.last_place = Signal(name="last_input"), Signal(name="last_place")
        self.row_last, self.block_last = Signal(name="row_last"), Signal(name="block_last")
        self.fresh, self.enable = Signal(init=1, name="fresh"), Signal(name="enable")


class BlockFloatPartials(HardwareModule):
    """Folded block floating layer with the exponents as metadata.

    A vector of n_in codes is loaded; then the weights are gone through once, and at the end of each segment (see
    `BlockFloatPartialsParams`) its exact sum leaves with the exponent code of its block.

    Latency and throughput: n_in + n_out * n_in + 2 * segments cycles a vector without stalls; one product a cycle.
    A stalled output stalls everything; a slow input only loading.

    Cost: a multiplier of mantissa by input, an adder and a register of `partial_width` bits, and the ROMs.

    Parameters
    ----------
    params : BlockFloatPartialsParams

    Members
    -------
    i : In, stream of activations
        `last` must mark each n_in-th code.
    o : Out, stream of sums, see `partial_stream`
    frame_error : Out
        Set and kept until reset once `last` came early or late; data are counted, so results go on.
    """

    purpose = "Block floating layer whose exact mantissa sums leave with the exponents of their blocks."

    def __init__(self, params: BlockFloatPartialsParams):
        self.params = params
        self.mantissas = Mantissas(params)
        self.exponents = BlockExponents(params)
        self.mac = SegmentMac(params)
        ports = {"i": In(activation_stream(params.inputs)), "o": Out(partial_stream(params)), "frame_error": Out(1)}
        super().__init__(params.name, ports, clocked=True, children=[self.mantissas, self.exponents, self.mac])

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.inputs = inputs = memory.Memory(shape=p.inputs.format.width, depth=memory_depth(p.n_in), init=[])
        write, read = write_port(inputs, "inputs"), read_port(inputs, "inputs")
        self.mantissas.place(m, "mantissa_rom")
        self.exponents.place(m, "exponent_rom")
        mac = self.mac
        mac.place(m, "mac")
        w = _Walk(p)
        m.d.comb += [
            w.last_input.eq(w.index == p.n_in - 1),
            w.last_place.eq(w.place == w.block_size - 1),
            write.addr.eq(w.index),
            write.data.eq(self.i.payload.data),
            read.addr.eq(w.index),
            read.en.eq(1),
            mac.x.eq(read.data),
            mac.mantissa.eq(self.mantissas.mantissa),
            mac.first.eq(w.fresh),
            mac.enable.eq(w.enable),
            self.mantissas.address.eq(w.address),
            self.exponents.block.eq(w.block),
            self.o.payload.data.eq(mac.partial),
            self.o.payload.exponent.eq(self.exponents.exponent),
            self.o.payload.row_last.eq(w.row_last),
            self.o.payload.last.eq(w.row_last & (w.output_index == p.n_out - 1)),
        ]
        m.d.sync += w.enable.eq(0)
        with m.If(w.enable):
            m.d.sync += w.fresh.eq(0)
        with m.If(w.state == State.LOAD):
            self._load(m, w, write)
        with m.If(w.state == State.MAC):
            self._multiply(m, w)
        with m.If(w.state == State.DRAIN):
            m.d.sync += w.state.eq(State.OUT)
        with m.If(w.state == State.OUT):
            self._send(m, w)
        return m

    def _load(self, m, w, write):
        """Keep a code of the vector."""
        m.d.comb += self.i.ready.eq(1)
        with m.If(self.i.valid):
            m.d.comb += write.en.eq(1)
            m.d.sync += w.index.eq(w.index + 1)
            with m.If(self.i.payload.last != w.last_input):
                m.d.sync += self.frame_error.eq(1)
            with m.If(w.last_input):
                m.d.sync += [w.index.eq(0), w.state.eq(State.MAC)]

    def _multiply(self, m, w):
        """A product a cycle, up to the end of a block or of a row."""
        m.d.sync += [
            w.enable.eq(1),
            w.index.eq(w.index + 1),
            w.address.eq(w.address + 1),
            w.place.eq(w.place + 1),
            w.row_last.eq(w.last_input),
            w.block_last.eq(w.last_place),
        ]
        with m.If(w.last_input):
            m.d.sync += [w.index.eq(0), w.state.eq(State.DRAIN)]
        with m.If(w.last_place):
            m.d.sync += [w.place.eq(0), w.state.eq(State.DRAIN)]

    def _send(self, m, w):
        """The sum of a segment; after the last, the next vector is loaded."""
        m.d.comb += self.o.valid.eq(1)
        with m.If(self.o.ready):
            m.d.sync += [
                w.fresh.eq(1),
                w.block.eq(w.block + w.block_last),
                w.output_index.eq(w.output_index + w.row_last),
                w.state.eq(State.MAC),
            ]
            with m.If(self.o.payload.last):
                m.d.sync += [counter.eq(0) for counter in (w.address, w.block, w.place, w.output_index)]
                m.d.sync += w.state.eq(State.LOAD)


class BlockFloatPartialsTop(HardwareModule):
    """`BlockFloatPartials` with AXI4-Stream ports.

    Parameters
    ----------
    name : str
        Verilog module name.
    params : BlockFloatPartialsParams

    Members
    -------
    aclk, aresetn : In
        Clock and synchronous active-low reset.
    s_axis_tdata, s_axis_tvalid, s_axis_tlast : In, s_axis_tready : Out
        One activation a transfer, `tlast` on the last of a vector.
    m_axis_tdata, m_axis_tvalid, m_axis_tlast : Out, m_axis_tready : In
        One segment's sum a transfer, sign-extended to whole bytes.
    m_axis_tuser : Out
        Low `exponent_stream_width` bits: exponent code of the sum's block. Top bit: last segment of an output.
    frame_error : Out
        Kept until reset once `s_axis_tlast` came early or late.
    """

    purpose = "Block floating layer with exponents as metadata, behind AXI4-Stream ports."

    def __init__(self, name: str, params: BlockFloatPartialsParams):
        self.params = params
        self.layer = BlockFloatPartials(params)
        self.layers = [self.layer]
        super().__init__(
            name,
            {
                "aclk": In(1),
                "aresetn": In(1),
                "s_axis_tdata": In(axis_width(params.inputs.format.width)),
                "s_axis_tvalid": In(1),
                "s_axis_tready": Out(1),
                "s_axis_tlast": In(1),
                "m_axis_tdata": Out(signed(axis_width(params.partial_width))),
                "m_axis_tuser": Out(params.tensor.form.exponent_bits + 1),
                "m_axis_tvalid": Out(1),
                "m_axis_tready": In(1),
                "m_axis_tlast": Out(1),
                "frame_error": Out(1),
            },
            clocked=False,
            children=[self.layer],
        )

    def elaborate(self, platform):
        m = Module()
        m.domains.sync = ClockDomain("sync", local=True)
        m.d.comb += [ClockSignal().eq(self.aclk), ResetSignal().eq(~self.aresetn)]
        layer = self.layer
        layer.place(m, "layer")
        bits = self.params.tensor.form.exponent_bits
        m.d.comb += [
            layer.i.payload.data.eq(self.s_axis_tdata),
            layer.i.payload.last.eq(self.s_axis_tlast),
            layer.i.valid.eq(self.s_axis_tvalid),
            self.s_axis_tready.eq(layer.i.ready),
            self.m_axis_tdata.eq(layer.o.payload.data),
            self.m_axis_tuser[:bits].eq(layer.o.payload.exponent),
            self.m_axis_tuser[bits].eq(layer.o.payload.row_last),
            self.m_axis_tlast.eq(layer.o.payload.last),
            self.m_axis_tvalid.eq(layer.o.valid),
            layer.o.ready.eq(self.m_axis_tready),
            self.frame_error.eq(layer.frame_error),
        ]
        return m
