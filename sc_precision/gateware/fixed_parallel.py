# SPDX-License-Identifier: Apache-2.0
"""Fixed-point dense layer, fully parallel: constant multipliers and one adder tree for each output."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Cat, Module, Signal, Value
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.adders import interval_shape, place_adders
from sc_precision.gateware.common import HardwareModule, shifted
from sc_precision.gateware.vector_layer import VectorLayer
from sc_precision.modes import Backend
from sc_precision.params import FixedParallelParams


def product_port(index: int, odd: int) -> str:
    """Name of the port that carries `odd` times input `index`."""
    return f"product_{index}_{odd}"


def _codes(params: FixedParallelParams, codes: Value) -> list[Value]:
    """The codes in a vector of bits, the first lowest."""
    width, is_signed = params.inputs.format.width, params.inputs.format.signed
    parts = [codes[start : start + width] for start in range(0, len(codes), width)]
    return [part.as_signed() if is_signed else part for part in parts]


class FixedMultiples(HardwareModule):
    """All odd multiples of a group of inputs that the rows use.

    Latency: `params.stage_of` of the products' levels, in cycles. Throughput: a vector a cycle.

    Members
    -------
    codes : In
        The group's codes, the first input in the lowest bits.
    product_<i>_<odd> : Out
        `odd` times input i.
    """

    purpose = "All odd multiples of a group of inputs that the rows use, from shared adders."

    def __init__(self, params: FixedParallelParams, number: int):
        self.params = params
        self.group = params.groups[number]
        self.graph = self.group.graph
        ports = {"codes": In(len(self.group.inputs) * params.inputs.format.width)}
        for index, odd in self.group.products:
            shape = interval_shape(*params.product_interval((index, odd)))
            ports[product_port(index, odd)] = Out(shape)
        super().__init__(f"{params.name}_multiples_{number}", ports, clocked=params.stage_of(params.levels[0]) > 0)

    def elaborate(self, platform):
        m = Module()
        p = self.params
        inputs = _codes(p, self.codes)
        outputs = place_adders(m, self.graph, inputs, stage_of=p.stage_of, start=0, end=p.levels[0])
        for product, value in zip(self.group.products, outputs, strict=True):
            m.d.comb += getattr(self, product_port(*product)).eq(value)
        return m


class FixedRow(HardwareModule):
    """Sum of one output's products and its bias.

    Latency: the rest of `params.stages`, in cycles. Throughput: a vector a cycle.

    Parameters
    ----------
    params : FixedParallelParams
    output : int
        0 to n_out - 1.

    Members
    -------
    x_<i> : In
        The product of input i that this row uses, for each weight that is not zero.
    acc : Out
        The row's sum, before its shift to the accumulator's grid.
    """

    purpose = "Sum of one output's products and its bias."

    def __init__(self, params: FixedParallelParams, output: int):
        self.params = params
        self.output = output
        self.terms = params.row_terms(output)
        self.graph = params.row_graph(output)
        ports = {f"x_{t.index}": In(interval_shape(*params.product_interval(t.product))) for t in self.terms}
        first, last = params.levels
        clocked = bool(self.terms) and params.stage_of(last) > params.stage_of(first)
        ports["acc"] = Out(interval_shape(*params.row_interval(output)))
        super().__init__(f"{params.name}_row_{output}", ports, clocked=clocked)

    def elaborate(self, platform):
        m = Module()
        p = self.params
        inputs = [getattr(self, f"x_{term.index}") for term in self.terms]
        start, end = p.levels
        (total,) = place_adders(m, self.graph, inputs, stage_of=p.stage_of, start=start, end=end)
        m.d.comb += self.acc.eq(total)
        return m


class FixedMatrix(HardwareModule):
    """All rows' sums from one adder graph, which shares sums between rows.

    Latency: `params.stages` cycles. Throughput: a vector a cycle.

    Members
    -------
    codes : In
        The vector, input 0 in the lowest bits.
    acc_<o> : Out
        The sum of row o, before its shift to the accumulator's grid.
    """

    purpose = "Sums of all rows from one graph of adders, which rows share."

    def __init__(self, params: FixedParallelParams):
        self.params = params
        self.graph = params.matrix
        ports = {"codes": In(params.n_in * params.inputs.format.width)}
        for output in range(params.n_out):
            ports[f"acc_{output}"] = Out(interval_shape(*params.row_interval(output)))
        super().__init__(f"{params.name}_matrix", ports, clocked=params.stages > 0)

    def elaborate(self, platform):
        m = Module()
        p = self.params
        inputs = _codes(p, self.codes)
        totals = place_adders(m, self.graph, inputs, stage_of=p.stage_of, start=0, end=p.levels[1], keep=True)
        for output, total in enumerate(totals):
            m.d.comb += getattr(self, f"acc_{output}").eq(total)
        return m


class FixedParallel(VectorLayer):
    """Fully parallel fixed-point dense layer: all products and sums of a vector at once.

    The adders have a register after every `pipeline` levels and run freely; their result is kept in registers from
    which it leaves code by code.

    Latency: `stages` + 2 cycles from a vector's last code to its first result. Throughput: a vector every
    max(n_in, n_out + stages + 2) cycles without stalls. A stalled output stops the input before the next vector's
    last code; a slow input only loading.

    Parameters
    ----------
    params : FixedParallelParams

    Members
    -------
    i, o, frame_error
        See `VectorLayer`.
    """

    purpose = "Parallel fixed-point dense layer: all products and sums of a vector at once, results leave one by one."

    def __init__(self, params: FixedParallelParams):
        self.multiples, self.rows, self.matrix = [], [], None
        if params.backend == Backend.DA4ML:
            self.matrix = FixedMatrix(params)
            children = [self.matrix]
        else:
            self.rows = [FixedRow(params, output) for output in range(params.n_out)]
            self.multiples = [FixedMultiples(params, number) for number in range(len(params.groups))]
            children = [*self.multiples, *self.rows]
        super().__init__(params, children)

    def compute(self, m: Module, codes: Sequence[Signal], start: Signal) -> tuple[list[Value], Value]:
        p = self.params
        if self.matrix is not None:
            self.matrix.place(m, "matrix")
            m.d.comb += self.matrix.codes.eq(Cat(codes))
            sums = [getattr(self.matrix, f"acc_{output}") for output in range(p.n_out)]
        else:
            products = {}
            for number, multiples in enumerate(self.multiples):
                multiples.place(m, f"multiples_{number}")
                m.d.comb += multiples.codes.eq(Cat(*(codes[index] for index in multiples.group.inputs)))
                for product in multiples.group.products:
                    products[product] = getattr(multiples, product_port(*product))
            for output, row in enumerate(self.rows):
                row.place(m, f"row_{output}")
                for term in row.terms:
                    m.d.comb += getattr(row, f"x_{term.index}").eq(products[term.product])
            sums = [row.acc for row in self.rows]
        # A wave goes through the registers of the adders; what follows it is not used.
        wave = start
        for stage in range(p.stages):
            after = Signal(name=f"wave_{stage}")
            m.d.sync += after.eq(wave)
            wave = after
        results = []
        for output, total in enumerate(sums):
            result = Signal(total.shape(), name=f"result_{output}")
            with m.If(wave):
                m.d.sync += result.eq(total)
            results.append(shifted(result, int(p.shifts[output])))
        return results, wave
