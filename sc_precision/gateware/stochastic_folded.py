# SPDX-License-Identifier: Apache-2.0
"""Stochastic dense layer folded over its outputs: some rows in parallel, weight levels from memories."""

from __future__ import annotations

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import enum, memory
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.common import (
    DenseLayer,
    HardwareModule,
    add_tree,
    index_shape,
    memory_depth,
    read_port,
    select,
)
from sc_precision.gateware.counting import delayed, drained, popcount
from sc_precision.gateware.loading import load_codes
from sc_precision.gateware.stochastic import StreamGenerators, ramp_port
from sc_precision.params import FoldedStochasticDenseParams, stream_mask


class FoldedState(enum.Enum, shape=3):
    """What a layer is doing."""

    LOAD = 0
    PREPARE = 1
    RUN = 2
    DRAIN = 3
    OUT = 4


class FoldedLevels(HardwareModule):
    """Memory of the levels of one row, a word a pass.

    Members
    -------
    pass_index : In
    word : Out
        The word of the pass of the cycle before; its fields are those of `params.row_words`.
    """

    purpose = "Levels of one row's weight streams in ROM, a word a pass."

    def __init__(self, params: FoldedStochasticDenseParams, row: int):
        self.params = params
        self.row = row
        ports = {"pass_index": In(index_shape(params.passes)), "word": Out(params.word_width(row))}
        super().__init__(f"{params.name}_levels_{row}", ports, clocked=True)

    def elaborate(self, platform):
        m = Module()
        p = self.params
        rom = memory.Memory(shape=p.word_width(self.row), depth=memory_depth(p.passes), init=p.row_words(self.row))
        m.submodules.levels = rom
        read = read_port(rom, "levels")
        m.d.comb += [read.addr.eq(self.pass_index), read.en.eq(1), self.word.eq(read.data)]
        return m


class FoldedRow(HardwareModule):
    """Comparators, popcounts and accumulator of one row.

    Each input has a comparator of its own against the level of this pass. A stream of length L is the top log2 L bits
    of the reversed counter under the mask of L, so levels are held on the grid of the longest stream and only the mask
    depends on the length. A synapse counts where the word says: one bit for each sign and length that it has in some
    pass.

    Members
    -------
    cycle : In
        Counter, 0 to params.cycles - 1.
    x : In
        The ramp streams, in the order of `params.ramps`.
    word : In
        The row's word of this pass.
    pass_index : In
    clear : In
        Load this pass's bias (`params.acc_start`).
    enable : In
        Count this cycle.
    acc : Out, signed
        The accumulator, a register; final 1 + popcount_stages cycles after the last `enable`.
    """

    purpose = "Comparators, popcounts and accumulator of one row; the levels are those of the pass."

    def __init__(self, params: FoldedStochasticDenseParams, row: int):
        self.params = params
        self.row = row
        super().__init__(
            f"{params.name}_row_{row}",
            {
                "cycle": In(max(1, params.max_log2)),
                "x": In(len(params.ramps)),
                "word": In(params.word_width(row)),
                "pass_index": In(index_shape(params.passes)),
                "clear": In(1),
                "enable": In(1),
                "acc": Out(params.acc.shape()),
            },
            clocked=True,
        )

    def _weight_bits(self, m: Module, member: dict[tuple[int, int, int], Value]) -> dict[int, Value]:
        """The weight stream of each input at this cycle."""
        p = self.params
        reverse = Signal(max(1, p.max_log2), name="reverse")
        m.d.comb += reverse.eq(Cat(reversed(list(self.cycle[: p.max_log2]))))
        result = {}
        for place, index in enumerate(p.row_inputs(self.row)):
            lengths = sorted({log2 for _, log2, i in member if i == index})
            masks = {log2: stream_mask(log2) << (p.max_log2 - log2) for log2 in lengths}
            if len(set(masks.values())) == 1:
                mask: Value = Const(masks[lengths[0]], len(reverse))
            else:
                mask = Const(0, len(reverse))
                for log2, value in masks.items():
                    bits = [bit for (_, n, i), bit in member.items() if n == log2 and i == index]
                    mask |= Mux(Cat(bits).any(), Const(value, len(reverse)), 0)
            level = self.word[place * p.level_width : (place + 1) * p.level_width]
            bit = Signal(name=f"w_{index}")
            m.d.comb += bit.eq((reverse ^ mask) < level)
            result[index] = bit
        return result

    def elaborate(self, platform):
        m = Module()
        p = self.params
        groups = p.all_row_groups[self.row]
        place = len(p.row_inputs(self.row)) * p.level_width
        member: dict[tuple[int, int, int], Value] = {}
        for group in groups:
            for index in group.inputs:
                member[group.sign, group.length_log2, index] = self.word[place]
                place += 1
        weights = self._weight_bits(m, member)
        ramps = {ramp: self.x[k] for k, ramp in enumerate(p.ramps)}
        terms: dict[int, list[Value]] = {1: [], -1: []}
        for group in groups:
            log2 = group.length_log2
            x = Cat(ramps[log2, index] for index in group.inputs)
            w = Cat(weights[index] for index in group.inputs)
            meet = ~(x ^ w) if p.bipolar else x & w
            if p.bipolar and log2 < p.max_log2:
                # The ramp is low once its stream has ended; an XNOR gate would still see agreements.
                meet &= (~self.cycle[log2:].any()).replicate(len(group.inputs))
            meet &= Cat(member[group.sign, log2, index] for index in group.inputs)
            ones = popcount(m, meet, p.popcount_stages)
            terms[group.sign].append(ones.shift_left(p.max_log2 - log2 + p.bipolar))
        positive, negative = (add_tree(terms[sign]) if terms[sign] else Const(0, 1) for sign in (1, -1))
        outputs = [output for output in p.row_outputs(self.row) if output is not None]
        ends = [p.step_range(output) for output in outputs]
        step = Signal(range(min(0, *(low for low, _ in ends)), max(0, *(high for _, high in ends)) + 1), name="step")
        m.d.sync += step.eq(Mux(delayed(m, self.enable, p.popcount_stages), positive - negative, 0))
        starts = [Const(int(p.acc_start[output]), p.acc.shape()) for output in outputs]
        with m.If(self.clear):
            m.d.sync += self.acc.eq(select(starts, self.pass_index).as_signed())
        with m.Else():
            m.d.sync += self.acc.eq(self.acc + step)
        return m


class FoldedStochasticDense(DenseLayer):
    """Stochastic dense layer, `params.rows` outputs at a time.

    One counter and one ramp per input and length serve all rows; each row has a comparator per input and its levels in
    a memory. A pass runs the streams once for its rows, sends their results, and loads the next levels.

    Latency and throughput: n_in + passes * (cycles + popcount_stages + 2) + n_out cycles a vector without stalls; the
    first results leave after the first pass. The next vector is accepted after the last result has left. A stalled
    output stalls everything; a slow input only loading.

    Cost, beside the ramps: a comparator of log2(Lmax) bits, log2(Lmax) + 1 bits of memory a pass, and a bit for each
    sign and length that occurs, per row and input. A layer of one length and few passes is no smaller than the
    parallel one, whose comparators against constants are shared by all outputs.

    Parameters
    ----------
    params : FoldedStochasticDenseParams
    """

    purpose = "Stochastic dense layer folded over its outputs: runs the streams once a pass, sends its results."

    def __init__(self, params: FoldedStochasticDenseParams):
        self.params = params
        self.streams = StreamGenerators(params, weights=False)
        self.rows = [FoldedRow(params, row) for row in range(params.rows)]
        self.levels = [FoldedLevels(params, row) for row in range(params.rows)]
        super().__init__(params, [self.streams, *self.levels, *self.rows])

    def elaborate(self, platform):
        m = Module()
        p = self.params
        streams, stage = self.streams, self.stage
        streams.place(m, "streams")
        stage.place(m, "stage")
        for row, levels in zip(self.rows, self.levels, strict=True):
            levels.place(m, f"levels_{row.row}")
            row.place(m, f"row_{row.row}")

        state = Signal(FoldedState, name="state")
        index = Signal(index_shape(p.n_in), name="index")
        cycle = Signal(max(1, p.max_log2), name="cycle")
        pass_index = Signal(index_shape(p.passes), name="pass_index")
        row_index = Signal(index_shape(p.rows), name="row_index")
        output_index = Signal(index_shape(p.n_out), name="output_index")
        codes = [Signal(p.inputs.format.width, name=f"code_{i}") for i in range(p.n_in)]
        clear, enable = Signal(name="clear"), Signal(name="enable")
        m.d.comb += [
            streams.cycle.eq(cycle),
            streams.codes.eq(Cat(codes)),
            stage.acc.eq(select([row.acc for row in self.rows], row_index)),
            self.o.payload.data.eq(stage.code),
            self.o.payload.last.eq(output_index == p.n_out - 1),
        ]
        ramps = Cat(getattr(streams, ramp_port(*ramp)) for ramp in p.ramps)
        for row, levels in zip(self.rows, self.levels, strict=True):
            m.d.comb += [
                levels.pass_index.eq(pass_index),
                row.cycle.eq(cycle),
                row.x.eq(ramps),
                row.word.eq(levels.word),
                row.pass_index.eq(pass_index),
                row.clear.eq(clear),
                row.enable.eq(enable),
            ]
        with m.If(state == FoldedState.LOAD):
            m.d.comb += self.i.ready.eq(1)
            load_codes(m, self, index, codes, state.eq(FoldedState.PREPARE))
        with m.If(state == FoldedState.PREPARE):
            m.d.comb += clear.eq(1)
            m.d.sync += state.eq(FoldedState.RUN)
        with m.If(state == FoldedState.RUN):
            m.d.comb += enable.eq(1)
            m.d.sync += cycle.eq(cycle + 1)
            with m.If(cycle == p.cycles - 1):
                m.d.sync += [cycle.eq(0), state.eq(FoldedState.DRAIN)]
        with m.If(state == FoldedState.DRAIN):
            drained(m, p.popcount_stages, state.eq(FoldedState.OUT))
        with m.If(state == FoldedState.OUT):
            m.d.comb += self.o.valid.eq(1)
            with m.If(self.o.ready):
                m.d.sync += [output_index.eq(output_index + 1), row_index.eq(row_index + 1)]
                with m.If(self.o.payload.last):
                    m.d.sync += [
                        output_index.eq(0),
                        row_index.eq(0),
                        pass_index.eq(0),
                        state.eq(FoldedState.LOAD),
                    ]
                with m.Elif(row_index == p.rows - 1):
                    m.d.sync += [row_index.eq(0), pass_index.eq(pass_index + 1), state.eq(FoldedState.PREPARE)]
        return m
