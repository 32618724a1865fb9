# SPDX-License-Identifier: Apache-2.0
"""Stochastic number generators: counters, registers and accumulators that turn levels into bitstreams.

Common to all: `clear` goes back to cycle 0 and wins over `enable`, which goes on by one cycle; without either the
state stands still and so do the bits, so a stall costs nothing but its clocks. Bits are combinational from the state
and the level: the bit of cycle t is there in the clock after t enabled ones (latency 0), one bit a clock and level.
After reset the generator is at cycle 0. Counters and accumulators repeat with period L; a register repeats after
2**register_bits - 1 cycles, so it must be cleared between vectors if each is to see the same bits. A stream of one
cycle has no state, and its module no clock.
"""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Cat, Const, Module, Signal, Value
from amaranth.lib.wiring import In, Out

from sc_precision.arguments import show
from sc_precision.errors import InputError
from sc_precision.gateware.common import HardwareModule
from sc_precision.params.generators import CounterParams, GeneratorParams, LfsrParams, RateMultiplierParams
from sc_precision.verilog import check_module_name


def counter_number(params: CounterParams, count: Value) -> Value:
    """The number that a counter kind makes of an m-bit counter: wiring, and XOR gates for Sobol dimension 2.

    Pure: any number of kinds can be made of one counter that they share. Use the result once, or name it a Signal.
    """
    bits = [Cat(count[k] for k in range(params.length_log2) if taps >> k & 1).xor() for taps in params.matrix()]
    return Cat(bits) ^ params.offset if bits else Const(0, 1)


def below(number: Value, level: int) -> Value:
    """Whether a number is below a constant: one gate for each bit from the level's lowest one on, and no carry chain.

    From the low end: the number is below where its bit is 0 and the level's 1, or both are alike and so it was before.
    """
    if level >> len(number):
        return Const(1, 1)  # L: every number is below it
    result: Value | None = None
    for bit, value in enumerate(number):
        if level >> bit & 1:
            result = ~value if result is None else ~value | result
        elif result is not None:
            result = ~value & result
    return Const(0, 1) if result is None else result


class NumberSource(HardwareModule):
    """Counter or register of a generator that compares numbers; one serves any number of comparators.

    Cost: `params.state_width` flip-flops; a counter's increment (m LUT), or one XOR for each inner term of a register's
    polynomial.

    Parameters
    ----------
    params : CounterParams or LfsrParams
    name : str
        Verilog module name.

    Members
    -------
    enable, clear : In
        See the module.
    number : Out
        The number of the current cycle, `params.number_width` bits.

    Raises
    ------
    InputError
        If the generator compares no numbers, or the name cannot be used.
    """

    purpose = "Counter or shift register whose numbers are compared with levels, to make bitstreams."

    def __init__(self, params: CounterParams | LfsrParams, name: str):
        if not isinstance(params, CounterParams | LfsrParams):
            raise InputError(f"{name}: a number source needs a generator that compares numbers, got {show(params)}")
        self.params = params
        ports = {"enable": In(1), "clear": In(1), "number": Out(params.number_width)}
        super().__init__(check_module_name(name), ports, clocked=params.state_width > 0)

    def elaborate(self, platform):
        m = Module()
        p = self.params
        if p.state_width == 0:
            return m
        state = Signal(p.state_width, init=p.seed if isinstance(p, LfsrParams) else 0, name="state")
        if isinstance(p, LfsrParams):
            shifted = Cat(Const(0, 1), state[:-1])
            following = shifted ^ (Const(p.feedback, p.register_bits) & state[-1].replicate(p.register_bits))
            m.d.comb += self.number.eq(state[p.register_bits - p.length_log2 :] if p.length_log2 else 0)
        else:
            following = (state + 1)[: len(state)]
            m.d.comb += self.number.eq(counter_number(p, state))
        with m.If(self.clear):
            m.d.sync += state.eq(state.init)
        with m.Elif(self.enable):
            m.d.sync += state.eq(following)
        return m


class RateAccumulator(HardwareModule):
    """Accumulator of one rate multiplier; the carry is the bit.

    The level must not change between two `clear` if counts are to be rounded products. Cost: m flip-flops and about
    m + 1 LUT for each level.

    Parameters
    ----------
    params : RateMultiplierParams
    name : str
        Verilog module name.
    level : int, optional
        A constant level; a port where None.

    Members
    -------
    enable, clear : In
        See the module.
    level : In
        0 to L; only without a constant level.
    bit : Out
        Bit of the current cycle.
    """

    purpose = "Adds the level modulo the stream's length; the carry is the bit of the stream."

    def __init__(self, params: RateMultiplierParams, name: str, level: int | None = None):
        self.params = params
        self.constant = level
        ports = {"enable": In(1), "clear": In(1), "bit": Out(1)}
        if level is None:
            ports["level"] = In(params.level_width)
        super().__init__(check_module_name(name), ports, clocked=params.state_width > 0)

    def elaborate(self, platform):
        m = Module()
        p = self.params
        level = self.level if self.constant is None else Const(self.constant, p.level_width)
        if p.length_log2 == 0:
            m.d.comb += self.bit.eq(level)
            return m
        accumulator = Signal(p.length_log2, init=p.start, name="accumulator")
        # Below 2 L: the level is at most L and the accumulator below L.
        total = Signal(p.level_width, name="total")
        m.d.comb += [total.eq(accumulator + level), self.bit.eq(total[-1])]
        with m.If(self.clear):
            m.d.sync += accumulator.eq(p.start)
        with m.Elif(self.enable):
            m.d.sync += accumulator.eq(total[:-1])
        return m


class BitstreamGenerator(HardwareModule):
    """Complete generator: one number source and a comparator for each level, or an accumulator for each level.

    Cost at m = 8 / 10 by Yosys 0.70 (docs/streams.md has all kinds): a counter 10 / 12 LUT4 by `synth_ice40`, 1 LUT and
    2 / 3 CARRY4 by `synth_xilinx`; a register 7 / 5 and 4 / 2 LUT; on top of it for each level at a port 10 / 12 LUT4,
    6 / 8 LUT6, for each constant level 2 to 5 LUT4 or LUT6. A rate multiplier's level 12 / 14 LUT4 or 9 / 11 LUT6, and
    m flip-flops.

    Parameters
    ----------
    params : GeneratorParams
    name : str
        Verilog module name; modules below it are named ``<name>_source`` or ``<name>_rate_<k>``.
    levels : sequence of int or None
        One for each stream that shares the generator: a constant level, or None for a port.

    Members
    -------
    enable, clear : In
        See the module.
    level_<k> : In
        Level of stream k, 0 to L; only where `levels[k]` is None.
    bits : Out
        Bit k is that of stream k.

    Raises
    ------
    InputError
        If there are no levels, one is out of range, or the name cannot be used.
    """

    purpose = "Bitstreams of several levels from one generator."

    def __init__(self, params: GeneratorParams, name: str, levels: Sequence[int | None] = (None,)):
        if not isinstance(params, GeneratorParams):
            raise InputError(f"{name}: expected a generator's parameters, got {show(params)}")
        if not levels:
            raise InputError(f"{name}: there are no levels; give a level or None for each stream")
        self.params = params
        self.levels = tuple(
            level if level is None else params.check_level(level, f"{name}: levels[{k}]")
            for k, level in enumerate(levels)
        )
        ports = {"enable": In(1), "clear": In(1), "bits": Out(len(self.levels))}
        ports |= {f"level_{k}": In(params.level_width) for k, level in enumerate(self.levels) if level is None}
        if isinstance(params, RateMultiplierParams):
            children = [RateAccumulator(params, f"{name}_rate_{k}", level) for k, level in enumerate(self.levels)]
        else:
            children = [NumberSource(params, f"{name}_source")]
        super().__init__(check_module_name(name), ports, clocked=params.state_width > 0, children=children)

    def elaborate(self, platform):
        m = Module()
        for child in self.children:
            child.place(m, child.module_name.removeprefix(f"{self.module_name}_"))
            m.d.comb += [child.enable.eq(self.enable), child.clear.eq(self.clear)]
        for k, constant in enumerate(self.levels):
            level = getattr(self, f"level_{k}") if constant is None else constant
            if isinstance(self.params, RateMultiplierParams):
                if constant is None:
                    m.d.comb += self.children[k].level.eq(level)
                bit = self.children[k].bit
            else:
                number = self.children[0].number
                bit = number < level if constant is None else below(number, constant)
            m.d.comb += self.bits[k].eq(bit)
        return m
