# SPDX-License-Identifier: Apache-2.0
"""What layers that hold a whole vector in registers share: loading, and results that leave while the next one loads."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from amaranth.hdl import Module, Signal, Value

from sc_precision.gateware.common import DenseLayer, HardwareModule, index_shape, select
from sc_precision.params import FixedLayerParams


class VectorLayer(DenseLayer):
    """A layer that computes from registers which hold a whole vector.

    Codes are written one by one. The last code of a vector is accepted only when the results of the vector before it
    have left; all others may come while that one is computed and leaves, unless `loading_waits`. So a vector is never
    changed while it is needed, nothing depends combinationally on the other side's `ready`, and no vector is lost.

    Parameters
    ----------
    params : FixedLayerParams
    children : sequence of HardwareModule
        Modules of the subclass.
    """

    def __init__(self, params: FixedLayerParams, children: Sequence[HardwareModule]):
        super().__init__(params, children)

    @abstractmethod
    def compute(self, m: Module, codes: Sequence[Signal], start: Signal) -> tuple[list[Value], Value]:
        """Add the datapath.

        Parameters
        ----------
        m : Module
        codes : sequence of Signal
            The vector.
        start : Signal
            High for the first cycle in which `codes` is a whole vector.

        Returns
        -------
        results : list of Value
            Accumulator of each output, still until the next vector's `start`.
        done : Value
            High in the cycle before the one from which on these are the vector's.
        """

    def finish(self, m: Module, result: Value, output_index: Signal) -> Value:
        """What is left to do to the accumulator of the output that leaves; nothing by default."""
        return result

    def loading_waits(self, m: Module) -> Value | None:
        """Whether no code may be accepted now, for the vector is still read; None for never."""
        return None

    def elaborate(self, platform):
        m = Module()
        p = self.params
        self.stage.place(m, "stage")
        codes = [Signal(p.inputs.format.shape(), name=f"code_{i}") for i in range(p.n_in)]
        index = Signal(index_shape(p.n_in), name="index")
        output_index = Signal(index_shape(p.n_out), name="output_index")
        accept = Signal(name="accept")
        last_input = Signal(name="last_input")
        last_output = Signal(name="last_output")
        start = Signal(name="start")
        busy = Signal(name="busy")
        valid = Signal(name="valid")
        results, done = self.compute(m, codes, start)
        waits = self.loading_waits(m)
        ready = ~(last_input & busy)
        m.d.comb += [
            last_input.eq(index == p.n_in - 1),
            self.i.ready.eq(ready if waits is None else ready & ~waits),
            accept.eq(self.i.valid & self.i.ready),
            last_output.eq(output_index == p.n_out - 1),
            self.stage.acc.eq(self.finish(m, select(results, output_index), output_index)),
            self.o.payload.data.eq(self.stage.code),
            self.o.payload.last.eq(last_output),
            self.o.valid.eq(valid),
        ]
        m.d.sync += start.eq(accept & last_input)
        for position, code in enumerate(codes):
            with m.If(accept & (index == position)):
                m.d.sync += code.eq(self.i.payload.data)
        with m.If(accept):
            m.d.sync += index.eq(index + 1)
            with m.If(self.i.payload.last != last_input):
                m.d.sync += self.frame_error.eq(1)
            with m.If(last_input):
                m.d.sync += [index.eq(0), busy.eq(1)]
        with m.If(done):
            m.d.sync += valid.eq(1)
        with m.If(valid & self.o.ready):
            m.d.sync += output_index.eq(output_index + 1)
            with m.If(last_output):
                m.d.sync += [output_index.eq(0), valid.eq(0), busy.eq(0)]
        return m
