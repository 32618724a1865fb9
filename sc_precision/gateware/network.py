# SPDX-License-Identifier: Apache-2.0
"""A chain of dense layers behind AXI4-Stream ports."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from amaranth.hdl import ClockDomain, ClockSignal, Module, ResetSignal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.common import HardwareModule
from sc_precision.params import LayerParams
from sc_precision.params.kind import kind_of


def axis_width(width: int) -> int:
    """Bits of `tdata` that carry a code of `width` bits: whole bytes."""
    return 8 * -(-width // 8)


def build_layer(params: LayerParams) -> HardwareModule:
    """The component for a parameters object."""
    return kind_of(params).component(params)


class DenseNetwork(HardwareModule):
    """Dense layers in a row with AXI4-Stream ports; layers work on different vectors at the same time.

    Throughput is that of the slowest layer, latency the sum of all. `tdata` is the code, sign-extended to whole
    bytes; on the input the bits above the code's width are ignored.

    Parameters
    ----------
    name : str
        Verilog module name.
    layers : sequence of dense parameters or LifParams
        The output codes of each are the input codes of the next.

    Members
    -------
    aclk, aresetn : In
        Clock and synchronous active-low reset.
    s_axis_tdata, s_axis_tvalid, s_axis_tlast : In, s_axis_tready : Out
        One activation a transfer, `tlast` on the last of a vector.
    m_axis_tdata, m_axis_tvalid, m_axis_tlast : Out, m_axis_tready : In
        One result a transfer.
    frame_error : Out
        Kept until reset once `s_axis_tlast` came early or late.
    stop_<k> : In, estimate_log2_<k> : Out
        `stop` and `estimate_log2` of layer k, where that can be stopped early.
    """

    purpose = "Layers in a row behind AXI4-Stream ports; each works on a vector of its own."

    def __init__(self, name: str, layers: Sequence[LayerParams]):
        first, last = layers[0].inputs.format, layers[-1].output.format
        self.layers = [build_layer(params) for params in layers]
        super().__init__(
            name,
            {
                "aclk": In(1),
                "aresetn": In(1),
                "s_axis_tdata": In(axis_width(first.width)),
                "s_axis_tvalid": In(1),
                "s_axis_tready": Out(1),
                "s_axis_tlast": In(1),
                "m_axis_tdata": Out(axis_width(last.width)),
                "m_axis_tvalid": Out(1),
                "m_axis_tready": In(1),
                "m_axis_tlast": Out(1),
                "frame_error": Out(1),
                **{f"stop_{k}": In(1) for k, _ in self._stoppable()},
                **{f"estimate_log2_{k}": Out(layer.params.log2_width) for k, layer in self._stoppable()},
            },
            # Its clock and reset are ports of their own names.
            clocked=False,
            children=self.layers,
        )

    def _stoppable(self):
        return [(k, layer) for k, layer in enumerate(self.layers) if layer.params.stoppable]

    def elaborate(self, platform):
        m = Module()
        m.domains.sync = ClockDomain("sync", local=True)
        m.d.comb += [ClockSignal().eq(self.aclk), ResetSignal().eq(~self.aresetn)]
        layers = self.layers
        for index, layer in enumerate(layers):
            layer.place(m, f"layer{index}")
        for before, after in pairwise(layers):
            wiring.connect(m, before.o, after.i)
        for k, layer in self._stoppable():
            m.d.comb += [
                layer.stop.eq(getattr(self, f"stop_{k}")),
                getattr(self, f"estimate_log2_{k}").eq(layer.estimate_log2),
            ]
        first, last = layers[0], layers[-1]
        m.d.comb += [
            first.i.payload.data.eq(self.s_axis_tdata),
            first.i.payload.last.eq(self.s_axis_tlast),
            first.i.valid.eq(self.s_axis_tvalid),
            self.s_axis_tready.eq(first.i.ready),
            self.m_axis_tdata.eq(last.o.payload.data),
            self.m_axis_tlast.eq(last.o.payload.last),
            self.m_axis_tvalid.eq(last.o.valid),
            last.o.ready.eq(self.m_axis_tready),
            self.frame_error.eq(first.frame_error),
        ]
        return m


__all__ = ["DenseNetwork", "axis_width", "build_layer"]
