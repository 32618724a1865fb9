# SPDX-License-Identifier: Apache-2.0
"""Adaptive wrapper: a low-precision and a high-precision network behind one AXI4-Stream port."""

from __future__ import annotations

from itertools import pairwise

from amaranth.hdl import Cat, ClockDomain, ClockSignal, Const, Module, Mux, ResetSignal, Signal, signed, unsigned
from amaranth.lib import enum, memory, wiring
from amaranth.lib.wiring import In, Out

from sc_precision.adaptive.params import COUNTER_WIDTH, AdaptiveParams, Policy
from sc_precision.adaptive.rescale import ROUNDING, Rescale
from sc_precision.gateware.common import (
    HardwareModule,
    activation_stream,
    index_shape,
    memory_depth,
    read_port,
    round_up,
    write_port,
)
from sc_precision.gateware.network import axis_width, build_layer
from sc_precision.params.layer import DenseParams


class RescaleCodes(HardwareModule):
    """Conversion of one code to another format: rounded to the nearest even, saturated. Combinational.

    Members
    -------
    code : In
        Code of `rescale.source`.
    rescaled : Out
        Code within `rescale.target`.
    """

    purpose = "Converts a code to another format: rounded to the nearest even, saturated. Combinational."

    def __init__(self, module_name: str, rescale: Rescale):
        self.rescale = rescale
        self.params = rescale
        ports = {"code": In(rescale.source.shape()), "rescaled": Out(rescale.target.format.shape())}
        super().__init__(module_name, ports, clocked=False)

    def elaborate(self, platform):
        m = Module()
        r = self.rescale
        value = Signal(signed(r.width), name="value")
        rounded = Signal(signed(r.width), name="rounded")
        m.d.comb += value.eq(self.code)
        shift = r.shift
        if shift <= 0:
            m.d.comb += rounded.eq(value.shift_left(-shift)[: r.width].as_signed())
        elif shift > r.source.width:
            m.d.comb += rounded.eq(0)  # less than half an LSB, whatever the code
        else:
            m.d.comb += rounded.eq(value.shift_right(shift) + round_up(value, shift, ROUNDING))
        low, high = r.target.low, r.target.high
        limited = Mux(rounded < low, low, rounded)
        m.d.comb += self.rescaled.eq(Mux(rounded > high, high, limited))
        return m


class ScoreStore(HardwareModule):
    """Outputs of a network for one vector, with the first greatest of them and their largest magnitude.

    Members
    -------
    i : In, stream of activations
        n_out codes; not ready from the last of them until cleared.
    clear : In
        Forget the vector.
    done : Out
        All outputs are here.
    best, best_score : Out
        Index and code of the first greatest output.
    peak : Out
        Largest magnitude.
    address : In
    score : Out
        Output at the address of the cycle before.
    """

    purpose = "Keeps the outputs of a network for one vector, the first greatest of them and their largest magnitude."

    def __init__(self, module_name: str, last: DenseParams):
        self.params = last
        code = last.output.format.shape()
        super().__init__(
            module_name,
            {
                "i": In(activation_stream(last.output)),
                "clear": In(1),
                "done": Out(1),
                "best": Out(index_shape(last.n_out)),
                "best_score": Out(code),
                "peak": Out(unsigned(last.output.format.width)),
                "address": In(index_shape(last.n_out)),
                "score": Out(code),
            },
            clocked=True,
        )

    def elaborate(self, platform):
        m = Module()
        n_out, form = self.params.n_out, self.params.output.format
        m.submodules.scores = scores = memory.Memory(shape=form.width, depth=memory_depth(n_out), init=[])
        write, read = write_port(scores, "scores"), read_port(scores, "scores")
        count = Signal(index_shape(n_out), name="count")
        code = Signal(form.shape(), name="code")
        magnitude = Signal(unsigned(form.width), name="magnitude")
        take, first = Signal(name="take"), Signal(name="first")
        greater, larger = Signal(name="greater"), Signal(name="larger")
        m.d.comb += [
            first.eq(count == 0),
            greater.eq(code > self.best_score),
            larger.eq(magnitude > self.peak),
            self.i.ready.eq(~self.done),
            take.eq(self.i.valid & self.i.ready),
            code.eq(self.i.payload.data),
            magnitude.eq(Mux(code < 0, -code, code) if form.signed else code),
            write.addr.eq(count),
            write.data.eq(code),
            write.en.eq(take),
            read.addr.eq(self.address),
            read.en.eq(1),
            self.score.eq(read.data),
        ]
        with m.If(take):
            m.d.sync += count.eq(count + 1)
            with m.If(first | greater):
                m.d.sync += [self.best.eq(count), self.best_score.eq(code)]
            with m.If(first | larger):
                m.d.sync += self.peak.eq(magnitude)
            with m.If(count == n_out - 1):
                m.d.sync += [count.eq(0), self.done.eq(1)]
        with m.If(self.clear):
            m.d.sync += self.done.eq(0)
        return m


class MarginCheck(HardwareModule):
    """Whether the margins of LP's scores prove what HP decides; the thresholds are in ROM.

    Members
    -------
    best, other : In
        The winner and the output that it is compared with, a cycle before its score.
    best_score, score : In
        Their scores.
    enable : In
        The scores of this cycle count.
    refuse : In
        Nothing is proven of this vector.
    clear : In
        The next vector begins.
    fails : Out
        Not proven, or not by the scores of this cycle.
    """

    purpose = "Checks whether the margins of the low-precision scores prove the decision; thresholds are in ROM."

    def __init__(self, params: AdaptiveParams):
        self.params = params
        code, number = params.lp[-1].output.format.shape(), index_shape(params.n_out)
        ports = {"best": In(number), "other": In(number), "best_score": In(code), "score": In(code)}
        ports |= {"enable": In(1), "refuse": In(1), "clear": In(1), "fails": Out(1)}
        super().__init__(f"{params.name}_margins", ports, clocked=True)

    def elaborate(self, platform):
        m = Module()
        p = self.params
        width = (p.margin_limit + 1).bit_length()
        side = memory_depth(p.n_out)
        least = [row + [0] * (side - p.n_out) for row in p.least_margins.tolist()]
        words = [word for row in least for word in row]
        m.submodules.least = rom = memory.Memory(
            shape=width, depth=side * side, init=words + [0] * (side * side - len(words))
        )
        read = read_port(rom, "least")
        margin, refused = Signal(unsigned(width), name="margin"), Signal(name="refused")
        m.d.comb += [
            read.addr.eq(Cat(self.other, self.best)),
            read.en.eq(1),
            margin.eq(self.best_score - self.score),
            self.fails.eq(refused | (self.enable & (margin < read.data))),
        ]
        with m.If(self.clear):
            m.d.sync += refused.eq(0)
        with m.Elif(self.refuse | self.fails):
            m.d.sync += refused.eq(1)
        return m


class State(enum.Enum, shape=3):
    """What the wrapper is doing."""

    LOAD = 0
    LP = 1
    CHECK = 2
    REPLAY = 3
    HP = 4
    OUT = 5


class _Control:
    """Registers of the wrapper's controller, and wires that several of its parts see."""

    def __init__(self, p: AdaptiveParams):
        self.state = Signal(State, name="state")
        self.index = Signal(index_shape(max(p.n_in, p.n_out + 1)), name="index")
        self.last_input, self.last_output = Signal(name="last_input"), Signal(name="last_output")
        self.held = Signal(name="held")  # what hysteresis says before the next vector
        self.answered = Signal(name="answered")  # the flag of this vector
        self.score_index = Signal(index_shape(p.n_out), name="score_index")  # a cycle ahead of the scores that are read
        self.fails = Signal(name="fails")
        self.take, self.replay_ready = Signal(name="take"), Signal(name="replay_ready")
        self.hp_first = Signal(name="hp_first")
        self.reaches_up, self.reaches_down = Signal(name="reaches_up"), Signal(name="reaches_down")


class AdaptiveNetwork(HardwareModule):
    """Two networks of one function, LP and HP, of which one answers each vector.

    Vectors are taken one at a time: the next is accepted after the last result has left, so results neither overtake
    nor mix, whichever network they are from. A vector goes to the network (or networks) that begins with it as it
    arrives, and into a buffer; if HP has to run after LP, it is fed from there. LP is fed HP's codes, rescaled and
    saturated.

    - `hp_authoritative`: both run; HP's outputs are sent, with what hysteresis on LP's would choose.
    - `hysteresis`: LP answers as long as none of its outputs' magnitudes reaches the up threshold. The vector that
      reaches it is answered by HP, and so are the next ones, without LP, until all magnitudes of HP's outputs for a
      vector are below the down threshold.
    - `certified`: LP answers where its greatest score exceeds each other one by more than the proven threshold, and
      all inputs were in the planned range; HP otherwise. The decision is HP's in either case.

    A network that does not run is not fed: its inputs are held at zero, its state machine waits, none of its
    registers changes. `lp_active` and `hp_active` are for those who want to gate its clock as well.

    Latency and throughput without stalls: `params.early_cycles`, `late_cycles` and `direct_cycles` from the first
    input of a vector to its last output, which is also the time until the next vector is taken. Stalls on either side
    only delay.

    Parameters
    ----------
    params : AdaptiveParams

    Members
    -------
    aclk, aresetn : In
        Clock and synchronous active-low reset.
    s_axis_tdata, s_axis_tvalid, s_axis_tlast : In, s_axis_tready : Out
        HP input codes, one a transfer, `tlast` on the last of a vector.
    m_axis_tdata, m_axis_tvalid, m_axis_tlast : Out, m_axis_tready : In
        HP output codes, one a transfer; LP's outputs are rescaled to them.
    m_axis_tuser : Out
        The same for all outputs of a vector: bit 0 is `use_hp`, the bits above the decision, the index of the first
        greatest output of the network that answered (before rescaling).
    status_lp, status_hp : Out
        Vectors that LP and HP answered (under `hp_authoritative`: for which hysteresis would choose them) since
        reset, modulo 2**32; they count when the last output leaves.
    status_use_hp : Out
        State of the hysteresis; for certified decisions, who answered last.
    lp_active, hp_active : Out
        High while the network has a vector.
    frame_error : Out
        Kept until reset once `s_axis_tlast` came early or late.
    """

    purpose = "A low-precision and a high-precision network behind one AXI4-Stream port; one of them answers a vector."

    def __init__(self, params: AdaptiveParams):
        self.params = params
        self.lp = [build_layer(layer) for layer in params.lp]
        self.hp = [build_layer(layer) for layer in params.hp]
        self.layers = [*self.lp, *self.hp]
        self.to_lp = RescaleCodes(f"{params.name}_to_lp", params.to_lp)
        self.to_hp = RescaleCodes(f"{params.name}_to_hp", params.to_hp)
        self.scores = {
            path: ScoreStore(f"{params.name}_{path}_scores", layers[-1])
            for path, layers in (("lp", params.lp), ("hp", params.hp))
        }
        self.margins = [MarginCheck(params)] if params.certified else []
        super().__init__(
            params.name,
            {
                "aclk": In(1),
                "aresetn": In(1),
                "s_axis_tdata": In(axis_width(params.inputs.format.width)),
                "s_axis_tvalid": In(1),
                "s_axis_tready": Out(1),
                "s_axis_tlast": In(1),
                "m_axis_tdata": Out(axis_width(params.output.format.width)),
                "m_axis_tvalid": Out(1),
                "m_axis_tready": In(1),
                "m_axis_tlast": Out(1),
                "m_axis_tuser": Out(1 + index_shape(params.n_out).width),
                "status_lp": Out(COUNTER_WIDTH),
                "status_hp": Out(COUNTER_WIDTH),
                "status_use_hp": Out(1),
                "lp_active": Out(1),
                "hp_active": Out(1),
                "frame_error": Out(1),
            },
            clocked=False,
            children=[self.to_lp, self.to_hp, *self.scores.values(), *self.margins, *self.layers],
        )

    def elaborate(self, platform):
        m = Module()
        p, c = self.params, _Control(self.params)
        m.domains.sync = ClockDomain("sync", local=True)
        m.d.comb += [ClockSignal().eq(self.aclk), ResetSignal().eq(~self.aresetn)]
        self._place(m)
        m.d.comb += [
            c.last_input.eq(c.index == p.n_in - 1),
            c.last_output.eq(c.index == p.n_out - 1),
            self.scores["lp"].address.eq(c.score_index),
            self.scores["hp"].address.eq(c.score_index),
        ]
        self._inputs(m, c)
        self._outputs(m, c)
        if p.certified:
            self._margins(m, c)
        else:
            self._thresholds(m, c)
        self._load(m, c)
        with m.If((c.state == State.LP) & self.scores["lp"].done):
            m.d.sync += c.state.eq(State.CHECK)
        with m.If(c.state == State.CHECK):
            self._check(m, c)
        with m.If((c.state == State.REPLAY) & c.replay_ready):
            m.d.sync += c.index.eq(c.index + 1)
            with m.If(c.last_input):
                m.d.sync += [c.index.eq(0), c.state.eq(State.HP)]
        with m.If((c.state == State.HP) & self.scores["hp"].done):
            if p.policy is Policy.HP_AUTHORITATIVE:
                flag = c.reaches_up | (c.held & c.reaches_down)
                with m.If(self.scores["lp"].done):
                    m.d.sync += [c.answered.eq(flag), c.state.eq(State.OUT)]
            else:
                m.d.sync += [c.answered.eq(1), c.state.eq(State.OUT)]
        with m.If(c.state == State.OUT):
            self._answer(m, c)
        return m

    def _place(self, m):
        """The networks, each with its scores, and the conversions between them."""
        for prefix, layers in (("lp", self.lp), ("hp", self.hp)):
            for index, layer in enumerate(layers):
                layer.place(m, f"{prefix}_layer{index}")
            for before, after in pairwise(layers):
                wiring.connect(m, before.o, after.i)
            self.scores[prefix].place(m, f"{prefix}_scores")
            wiring.connect(m, layers[-1].o, self.scores[prefix].i)
        self.to_lp.place(m, "to_lp")
        self.to_hp.place(m, "to_hp")

    def _thresholds(self, m, c):
        """Whether the largest magnitudes reach the thresholds of hysteresis."""
        p, lp_peak, hp_peak = self.params, self.scores["lp"].peak, self.scores["hp"].peak
        both = p.policy is Policy.HP_AUTHORITATIVE
        down = lp_peak >= p.lp_thresholds[1] if both else hp_peak >= p.hp_thresholds[1]
        m.d.comb += [c.reaches_up.eq(lp_peak >= p.lp_thresholds[0]), c.reaches_down.eq(down)]

    def _margins(self, m, c):
        """Compare LP's scores, and refuse codes that are out of the planned range."""
        p, lp_scores, check = self.params, self.scores["lp"], self.margins[0]
        check.place(m, "margins")
        code, outside = Signal(p.inputs.format.shape(), name="code"), Signal(name="outside")
        # A comparison that is always false would be a warning.
        below = code < p.inputs.low if p.inputs.low > p.inputs.format.code_min else Const(0, 1)
        above = code > p.inputs.high if p.inputs.high < p.inputs.format.code_max else Const(0, 1)
        m.d.comb += [
            code.eq(self.s_axis_tdata),
            outside.eq(below | above),
            check.refuse.eq(c.take & outside),
            check.best.eq(lp_scores.best),
            check.other.eq(c.score_index),
            check.best_score.eq(lp_scores.best_score),
            check.score.eq(lp_scores.score),
            check.clear.eq(lp_scores.clear),
        ]

    def _load(self, m, c):
        """Count the codes of a vector; after the last, the network that begins with it runs."""
        with m.If(c.take):
            with m.If(self.s_axis_tlast != c.last_input):
                m.d.sync += self.frame_error.eq(1)
            m.d.sync += c.index.eq(c.index + 1)
            with m.If(c.last_input):
                m.d.sync += c.index.eq(0)
                # A vector that HP answers by itself goes past the check.
                m.d.sync += c.state.eq(Mux(c.hp_first, State.HP, State.LP))

    def _check(self, m, c):
        """Whether LP answers: by its margins, a score a cycle, or by its largest magnitude at once."""
        p = self.params
        if p.certified:
            with m.If(c.index == p.n_out):
                m.d.sync += c.index.eq(0)
            with m.Else():
                m.d.comb += c.score_index.eq(c.index)
                m.d.sync += c.index.eq(c.index + 1)
            m.d.comb += [self.margins[0].enable.eq(c.index != 0), c.fails.eq(self.margins[0].fails)]
            checked = c.index == p.n_out
        else:
            m.d.comb += c.fails.eq(c.reaches_up)
            checked = Const(1, 1)
        with m.If(checked):
            m.d.sync += [c.answered.eq(c.fails), c.state.eq(Mux(c.fails, State.REPLAY, State.OUT))]

    def _answer(self, m, c):
        """Send a score a cycle; after the last, count who answered and forget the vector."""
        m.d.comb += c.score_index.eq(c.index)
        with m.If(self.m_axis_tready):
            m.d.comb += c.score_index.eq(Mux(c.last_output, 0, c.index + 1))
            m.d.sync += c.index.eq(c.score_index)
            with m.If(c.last_output):
                m.d.comb += [scores.clear.eq(1) for scores in self.scores.values()]
                m.d.sync += c.state.eq(State.LOAD)
                next_held = c.answered
                if self.params.policy is Policy.HYSTERESIS:
                    next_held = c.answered & c.reaches_down
                m.d.sync += [
                    c.held.eq(next_held),
                    self.status_hp.eq(self.status_hp + c.answered),
                    self.status_lp.eq(self.status_lp + ~c.answered),
                ]

    def _inputs(self, m, c):
        """Feed the vector to the networks, and keep it."""
        p = self.params
        lp_in, hp_in = self.lp[0].i, self.hp[0].i
        m.submodules.vector = vector = memory.Memory(shape=p.inputs.format.width, depth=memory_depth(p.n_in), init=[])
        write, read = write_port(vector, "vector"), read_port(vector, "vector")
        code, replayed = Signal(p.inputs.format.shape(), name="code"), Signal(p.inputs.format.shape(), name="replayed")
        replaying = Signal(name="replaying")
        replay_index = Signal(read.addr.shape(), name="replay_index")
        lp_first, hp_first = Signal(name="lp_first"), c.hp_first
        if p.policy is Policy.HYSTERESIS:
            m.d.comb += [lp_first.eq(~c.held), hp_first.eq(c.held)]
        else:
            m.d.comb += [lp_first.eq(1), hp_first.eq(p.policy is Policy.HP_AUTHORITATIVE)]
        m.d.comb += [
            code.eq(self.s_axis_tdata),
            self.s_axis_tready.eq((c.state == State.LOAD) & (~lp_first | lp_in.ready) & (~hp_first | hp_in.ready)),
            c.take.eq(self.s_axis_tvalid & self.s_axis_tready),
            write.addr.eq(c.index),
            write.data.eq(code),
            write.en.eq(c.take),
            # Zero where nothing is taken, so that nothing behind it toggles.
            lp_in.valid.eq(c.take & lp_first),
            self.to_lp.code.eq(Mux(lp_in.valid, code, 0)),
            lp_in.payload.data.eq(Mux(lp_in.valid, self.to_lp.rescaled, 0)),
            lp_in.payload.last.eq(lp_in.valid & c.last_input),
            replaying.eq(c.state == State.REPLAY),
            c.replay_ready.eq(hp_in.ready),
            replayed.eq(read.data),
            read.addr.eq(replay_index),
            read.en.eq(1),
            hp_in.valid.eq((c.take & hp_first) | replaying),
            hp_in.payload.data.eq(Mux(replaying, replayed, Mux(hp_in.valid, code, 0))),
            hp_in.payload.last.eq(hp_in.valid & c.last_input),
        ]
        # The word that is wanted next cycle; word 0 before a replay begins.
        with m.If(replaying):
            m.d.comb += replay_index.eq(Mux(hp_in.ready, c.index + 1, c.index))
        with m.If(c.take & lp_first):
            m.d.sync += self.lp_active.eq(1)
        with m.If(hp_in.valid):
            m.d.sync += self.hp_active.eq(1)
        for active, scores in ((self.lp_active, self.scores["lp"]), (self.hp_active, self.scores["hp"])):
            with m.If(scores.done):
                m.d.sync += active.eq(0)

    def _outputs(self, m, c):
        """Scores, flag and decision of the network that answers."""
        p = self.params
        lp_scores, hp_scores = self.scores["lp"], self.scores["hp"]
        by_hp, code = Signal(name="by_hp"), Signal(p.output.format.shape(), name="code")
        m.d.comb += [
            by_hp.eq(1 if p.policy is Policy.HP_AUTHORITATIVE else c.answered),
            self.to_hp.code.eq(lp_scores.score),
            code.eq(Mux(by_hp, hp_scores.score, self.to_hp.rescaled)),
            self.m_axis_tdata.eq(code),
            self.m_axis_tvalid.eq(c.state == State.OUT),
            self.m_axis_tlast.eq(c.last_output),
            self.m_axis_tuser.eq(Cat(c.answered, Mux(by_hp, hp_scores.best, lp_scores.best))),
            self.status_use_hp.eq(c.held),
        ]
