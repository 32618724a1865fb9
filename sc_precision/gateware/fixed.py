# SPDX-License-Identifier: Apache-2.0
"""Fixed-point dense layer, folded over its outputs: weights in ROM, some outputs in parallel."""

from __future__ import annotations

from amaranth.hdl import Const, Module, Mux, Signal, signed
from amaranth.lib import enum, memory
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.common import HardwareModule, align_row, index_shape, memory_depth, read_port, select
from sc_precision.gateware.folded import FoldedLayer
from sc_precision.params import FixedDenseParams


class State(enum.Enum, shape=2):
    """What a layer is doing."""

    LOAD = 0
    MAC = 1
    DRAIN = 2
    OUT = 3


class FixedWeights(HardwareModule):
    """Weights and biases of one lane.

    Lane j computes outputs j, j + lanes, ...; pass p is output p * lanes + j (all zero where there is none).

    Parameters
    ----------
    params : FixedDenseParams
    lane : int
        0 to params.lanes - 1.

    Members
    -------
    address : In
        pass * n_in + input.
    pass_index : In
    weight : Out, signed
        Code of the weight at the address of the cycle before.
    bias : Out, signed
        Code of the bias of this pass, at once.
    """

    purpose = "Weights of one lane in ROM, and the biases of its passes."

    def __init__(self, params: FixedDenseParams, lane: int):
        self.params = params
        self.lane = lane
        super().__init__(
            f"{params.name}_weights_{lane}",
            {
                "address": In(index_shape(params.passes * params.n_in)),
                "pass_index": In(index_shape(params.passes)),
                "weight": Out(signed(params.weight_width)),
                "bias": Out(signed(params.row_width)),
            },
            clocked=True,
        )

    def elaborate(self, platform):
        m = Module()
        p = self.params
        width = p.weight_width
        codes = [code for row in p.lane_weights(self.lane) for code in row]
        # Two's complement patterns in an unsigned memory: its initial values print plainly.
        rom = memory.Memory(shape=width, depth=memory_depth(len(codes)), init=[code % (1 << width) for code in codes])
        m.submodules.weights = rom
        read = read_port(rom, "weights")
        m.d.comb += [
            read.addr.eq(self.address),
            read.en.eq(1),
            self.weight.eq(read.data),
            self.bias.eq(select([Const(b, signed(p.row_width)) for b in p.lane_biases(self.lane)], self.pass_index)),
        ]
        return m


class FixedMac(HardwareModule):
    """Multiply-accumulate unit of a layer; all its lanes are alike.

    Where `enable`, the accumulator takes (`first` ? `bias` : itself) + x * weight at the end of the cycle.
    Throughput: one product a cycle.

    Members
    -------
    x, weight, bias, first, enable : In
    acc : Out, signed
        The accumulator, a register.
    """

    purpose = "Multiply-accumulate unit of a lane: acc takes (first ? bias : acc) + x * weight where enabled."

    def __init__(self, params: FixedDenseParams):
        self.params = params
        super().__init__(
            f"{params.name}_mac",
            {
                "x": In(params.inputs.format.shape()),
                "weight": In(signed(params.weight_width)),
                "bias": In(signed(params.row_width)),
                "first": In(1),
                "enable": In(1),
                "acc": Out(signed(params.row_width)),
            },
            clocked=True,
        )

    def elaborate(self, platform):
        m = Module()
        product = Signal((self.x * self.weight).shape(), name="product")
        m.d.comb += product.eq(self.x * self.weight)
        with m.If(self.enable):
            m.d.sync += self.acc.eq(Mux(self.first, self.bias, self.acc) + product)
        return m


class FixedAlign(HardwareModule):
    """Shift of a row's sum to the accumulator's grid, where rows have scales of their own. Combinational.

    Members
    -------
    row : In, signed
        Sum of a row.
    output_index : In
        Which row.
    acc : Out, signed
        row << params.row_shifts[output_index].
    """

    purpose = "Shifts a row's sum to the accumulator's grid, where rows have scales of their own. Combinational."

    def __init__(self, params: FixedDenseParams):
        self.params = params
        ports = {
            "row": In(signed(params.row_width)),
            "output_index": In(index_shape(params.n_out)),
            "acc": Out(params.acc.shape()),
        }
        super().__init__(f"{params.name}_align", ports, clocked=False)

    def elaborate(self, platform):
        m = Module()
        m.d.comb += self.acc.eq(align_row(m, self.row, self.params.shifts.tolist(), self.output_index))
        return m


class FixedDense(FoldedLayer):
    """Folded fixed-point dense layer; see `FoldedLayer` for its ports.

    Latency and throughput: n_in + passes * (n_in + 1) + n_out cycles a vector without stalls.

    Parameters
    ----------
    params : FixedDenseParams
    """

    purpose = "Folded fixed-point dense layer: loads a vector, goes through it once a pass, sends each pass's results."

    def __init__(self, params: FixedDenseParams):
        self.align = FixedAlign(params) if params.shifts.any() else None
        lanes = [(FixedWeights(params, lane), FixedMac(params)) for lane in range(params.lanes)]
        super().__init__(params, State, lanes, [self.align] if self.align else [])

    def connect_lane(self, m: Module, weights, mac, enable):
        """Connect the weight and the bias."""
        m.d.comb += [mac.weight.eq(weights.weight), mac.bias.eq(weights.bias)]

    def finish(self, m: Module, result, output_index):
        """Shift the row's sum to the accumulator's grid, where rows have scales of their own."""
        if self.align is None:
            return result
        self.align.place(m, "align")
        m.d.comb += [self.align.row.eq(result), self.align.output_index.eq(output_index)]
        return self.align.acc
