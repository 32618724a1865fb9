# SPDX-License-Identifier: Apache-2.0
"""What all datapaths share: modules with their own Verilog, the stream between layers, the output stage."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import (
    Cat,
    ClockSignal,
    Const,
    Instance,
    Module,
    Mux,
    ResetSignal,
    Shape,
    Signal,
    Value,
    signed,
    unsigned,
)
from amaranth.lib import data, memory, stream, wiring
from amaranth.lib.wiring import In, Out
from amaranth.utils import ceil_log2

from sc_precision.arguments import show
from sc_precision.errors import ConsistencyError
from sc_precision.formats import Cut, Overflow, Rounding
from sc_precision.params import DenseParams, InputCodes


class HardwareModule(wiring.Component):
    """A component that becomes a Verilog module of its own, with exactly the ports of its signature.

    Parents place it as an instance; emission converts each module by itself. So port names are those that the
    contracts and benches rely on, and a proof can read one module without those below it.

    Parameters
    ----------
    module_name : str
        Name of the Verilog module.
    signature : dict or wiring.Signature
    clocked : bool
        Whether the module has ``clk`` and ``rst`` (synchronous, active high).
    children : sequence of HardwareModule
        Modules that `elaborate` places with `place`.
    """

    purpose = ""
    """What the module does, in a line; the comment above it in the Verilog."""
    # Amaranth warns of components that were never elaborated; of modules that share a name only one is.
    _MustUse__silence = True

    def __init__(self, module_name: str, signature, *, clocked: bool, children: Sequence[HardwareModule] = ()):
        self.module_name = module_name
        self.clocked = clocked
        self.children = tuple(children)
        super().__init__(signature)

    def place(self, m: Module, name: str) -> None:
        """Add this module to `m` as the instance `name`."""
        ports = {"i_clk": ClockSignal(), "i_rst": ResetSignal()} if self.clocked else {}
        for path, member, value in self.signature.flatten(self):
            prefix = "i_" if member.flow == wiring.In else "o_"
            ports[prefix + "__".join(map(str, path))] = Value.cast(value)
        m.submodules[name] = Instance(self.module_name, **ports)
        self.name_ports(name)

    def name_ports(self, instance: str | None = None) -> None:
        """Name the wires at the ports for the conversion of this module, or of the parent of an instance.

        In the parent's text an output is ``<instance>_<port>``; an input has no name of its own beside its driver's.
        """
        for path, member, value in self.signature.flatten(self):
            port = "__".join(map(str, path))
            if instance is not None:
                port = f"{instance}_{port}" if member.flow == wiring.Out else ""
            Value.cast(value).name = port

    def modules(self) -> list[HardwareModule]:
        """Itself and all modules below, parents first."""
        return [self, *(module for child in self.children for module in child.modules())]


def activation_stream(codes: InputCodes) -> stream.Signature:
    """Stream of activation codes; `last`, the top bit of the payload, marks the last code of a vector."""
    return stream.Signature(data.StructLayout({"data": codes.format.shape(), "last": 1}))


def index_shape(count: int) -> Shape:
    """Shape of an index below `count`; at least one bit, for Verilog has no narrower ports."""
    return unsigned(max(1, (count - 1).bit_length()))


def memory_depth(words: int) -> int:
    """Words of a memory that holds so many: all that its address can reach, so that none is undefined."""
    return 1 << index_shape(words).width


def read_port(rom: memory.Memory, name: str) -> memory.ReadPort:
    """Synchronous read port of which the data, ``read_<name>``, is a wire; all else has its driver's name."""
    signature = memory.ReadPort.Signature(shape=rom.shape, addr_width=ceil_log2(rom.depth))
    port = memory.ReadPort(signature, memory=rom, domain="sync", path=(name,))
    port.data.name, port.addr.name, port.en.name = f"read_{name}", "", ""
    return port


def write_port(ram: memory.Memory, name: str) -> memory.WritePort:
    """Write port of which the enable, ``write_<name>``, is a wire; all else has its driver's name."""
    signature = memory.WritePort.Signature(shape=ram.shape, addr_width=ceil_log2(ram.depth))
    port = memory.WritePort(signature, memory=ram, domain="sync", path=(name,))
    port.en.name, port.addr.name, port.data.name = f"write_{name}", "", ""
    return port


def add_tree(terms: Sequence[Value]) -> Value:
    """Sum of the terms as a balanced tree, each node as wide as it needs.

    Terms 2i and 2i+1 are added first, and so on; a proof that adds in another shape does not converge.
    """
    level = list(terms)
    while len(level) > 1:
        pairs = [level[i] + level[i + 1] for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]


def select(values: Sequence[Value], index: Value) -> Value:
    """values[index] as a tree of two-way multiplexers; the last value where the index is too large."""
    level = list(values)
    for bit in index:
        if len(level) > 1:
            pairs = [Mux(bit, level[i + 1], level[i]) for i in range(0, len(level) - 1, 2)]
            level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]


def shifted(value: Value, shift: int) -> Value:
    """Value << shift by wiring alone."""
    if not shift:
        return value
    wide = Cat(Const(0, shift), value)
    return wide.as_signed() if value.shape().signed else wide


def align_row(m: Module, value: Value, shifts: Sequence[int], index: Value) -> Value:
    """Value << shifts[index], a multiplexer of as many ways as there are distinct shifts."""
    distinct = sorted(set(shifts))
    which = Signal(index_shape(len(distinct)), name="which")
    m.d.comb += which.eq(select([Const(distinct.index(shift), which.shape()) for shift in shifts], index))
    return select([shifted(value, shift) for shift in distinct], which)


def round_up(value: Value, places: int, rounding: Rounding) -> Value:
    """What is added to a signed value >> places to round it: a bit."""
    if not places:
        return Const(0, 1)
    top = len(value) - 1
    cut = Cut(
        half=value[min(places - 1, top)],
        sticky=value[: places - 1].any() if places > 1 else Const(0, 1),
        odd=value[min(places, top)],
        nonnegative=~value[-1],
    )
    bit = rounding.carry(cut)
    return bit if isinstance(bit, Value) else Const(bit, 1)


class OutputStage(HardwareModule):
    """Activation, rounding and saturation (or wrapping, where asked for) of one accumulator. Combinational.

    Parameters
    ----------
    params : DenseParams

    Members
    -------
    acc : In, signed
        Accumulator code.
    code : Out
        Output code, within `params.output`.
    """

    purpose = "Activation, rounding and saturation (or wrapping) of one accumulator. Combinational."

    def __init__(self, params: DenseParams):
        self.params = params
        ports = {"acc": In(params.acc.shape()), "code": Out(params.output.format.shape())}
        super().__init__(f"{params.name}_stage", ports, clocked=False)

    def elaborate(self, platform):
        m = Module()
        p = self.params
        value = Signal(p.acc.shape(), name="value")
        m.d.comb += value.eq(Mux(self.acc < 0, 0, self.acc) if p.activation.rectifies else self.acc)
        # One bit more: rounding up the largest accumulator must not wrap before it is saturated.
        rounded = Signal(signed(max(2, p.acc.width - p.shift + 1)), name="rounded")
        m.d.comb += rounded.eq((value >> p.shift) + round_up(value, p.shift, p.rounding))
        m.d.comb += self.code.eq(self._limited(rounded))
        return m

    def _limited(self, code: Value) -> Value:
        """Code within the output's range."""
        p = self.params
        match p.overflow:
            case Overflow.WRAP:
                return code
            case Overflow.SATURATE:
                not_less = code if p.activation.rectifies else Mux(code < p.output.low, p.output.low, code)
                return Mux(code > p.output.high, p.output.high, not_less)
            case _:
                raise ConsistencyError(f"{p.name}: overflow {show(p.overflow)} has no hardware; define it here")


class DenseLayer(HardwareModule):
    """What dense layers have alike: streams of activations on both sides, and one output stage for all results.

    Parameters
    ----------
    params : DenseParams
    children : sequence of HardwareModule
        Modules of the subclass.
    more : members
        Further ports of the subclass.

    Members
    -------
    i : In, stream of activations
        `last` must mark each n_in-th code.
    o : Out, stream of activations
        n_out codes a vector, `last` on the last.
    frame_error : Out
        Set and kept until reset once `last` came early or late; data are counted, so results go on.
    """

    def __init__(self, params: DenseParams, children: Sequence[HardwareModule], **more):
        self.params = params
        self.stage = OutputStage(params)
        ports = {"i": In(activation_stream(params.inputs)), "o": Out(activation_stream(params.output)), **more}
        super().__init__(params.name, ports | {"frame_error": Out(1)}, clocked=True, children=[self.stage, *children])
