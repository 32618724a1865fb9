# SPDX-License-Identifier: Apache-2.0
"""Stochastic multiplier with a free weight, and a top that holds several of them side by side."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Cat, Const, Module, Signal
from amaranth.lib.wiring import In, Out

from sc_precision.compatible.evidence.product_params import StreamProductParams
from sc_precision.gateware.common import HardwareModule


class StreamProduct(HardwareModule):
    """AND-and-count multiplier.

    `clear` starts a run; each cycle with `enable` then takes the streams one bit further, until all 2**length_log2
    are through and `done` is high. `code` and `level` must not change during a run. Latency: length cycles with
    `enable` after the one with `clear`; without `enable` everything stands still.

    Members
    -------
    clear, enable : In
        Start over (stronger than `enable`); count this cycle.
    code : In
        Input on the stream's grid, 0 to 2**length_log2.
    level : In
        Weight, 0 to 2**bit_width.
    cycle : Out
        Cycles counted so far, a register.
    count : Out
        Ones in common so far, a register.
    done : Out
        All cycles were counted.
    """

    purpose = "Multiplier of a code by a level: counts the cycles in which two deterministic bitstreams are both 1."

    def __init__(self, params: StreamProductParams):
        self.params = params
        width = params.count_width
        super().__init__(
            params.name,
            {
                "clear": In(1),
                "enable": In(1),
                "code": In(width),
                "level": In(params.level_width),
                "cycle": Out(width),
                "count": Out(width),
                "done": Out(1),
            },
            clocked=True,
        )

    def elaborate(self, platform):
        m = Module()
        p = self.params
        threshold = Signal(p.count_width, name="threshold")
        if p.coarse:
            # Half down: a weight of 2**-bit_width less than the middle of two steps and the middle itself go down.
            m.d.comb += threshold.eq((self.level + Const((1 << (p.coarse - 1)) - 1, p.level_width)) >> p.coarse)
        else:
            m.d.comb += threshold.eq(self.level << (p.length_log2 - p.bit_width))
        m.d.comb += self.done.eq(self.cycle[p.length_log2])
        reverse = Cat(reversed(list(self.cycle[: p.length_log2]))) ^ p.mask
        one = Signal(name="one")
        m.d.comb += one.eq((self.cycle < self.code) & (reverse < threshold))
        with m.If(self.clear):
            m.d.sync += [self.cycle.eq(0), self.count.eq(0)]
        with m.Elif(self.enable & ~self.done):
            m.d.sync += [self.cycle.eq(self.cycle + 1), self.count.eq(self.count + one)]
        return m


class StreamProducts(HardwareModule):
    """Multipliers side by side, with ports of their own behind common controls.

    Parameters
    ----------
    name : str
        Module name.
    params : sequence of StreamProductParams
        Names must be unique; ports of one are ``<suffix>_code`` and so on, see `suffix`.
    """

    purpose = "Stochastic multipliers side by side behind common controls."

    def __init__(self, name: str, params: Sequence[StreamProductParams]):
        self.cores = [StreamProduct(each) for each in params]
        ports = {"clear": In(1), "enable": In(1)}
        for core in self.cores:
            prefix = suffix(core.params)
            ports |= {f"{prefix}_code": In(core.params.count_width), f"{prefix}_level": In(core.params.level_width)}
            ports |= {f"{prefix}_count": Out(core.params.count_width), f"{prefix}_done": Out(1)}
        super().__init__(name, ports, clocked=True, children=self.cores)

    def elaborate(self, platform):
        m = Module()
        for core in self.cores:
            prefix = suffix(core.params)
            core.place(m, prefix)
            m.d.comb += [core.clear.eq(self.clear), core.enable.eq(self.enable)]
            for name in ("code", "level"):
                m.d.comb += getattr(core, name).eq(getattr(self, f"{prefix}_{name}"))
            for name in ("count", "done"):
                m.d.comb += getattr(self, f"{prefix}_{name}").eq(getattr(core, name))
        return m


def suffix(params: StreamProductParams) -> str:
    """What tells a multiplier from the others of one top."""
    return f"b{params.bit_width}_l{params.length}"
