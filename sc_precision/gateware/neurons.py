# SPDX-License-Identifier: Apache-2.0
"""Leaky integrate-and-fire neurons, one after the other, with their membranes in memory."""

from __future__ import annotations

from amaranth.hdl import Const, Module, Mux, Signal, signed, unsigned
from amaranth.lib import enum, memory
from amaranth.lib.wiring import In, Out

from sc_precision.gateware.common import (
    HardwareModule,
    activation_stream,
    index_shape,
    memory_depth,
    read_port,
    round_up,
    write_port,
)
from sc_precision.params.neurons import SPIKES, Drive, LifParams, MultiplyLeak


class State(enum.Enum, shape=2):
    """What a layer of neurons is doing."""

    TAKE = 0
    SEND = 1
    LOAD = 2
    FETCH = 3


class LifStep(HardwareModule):
    """One step of one neuron. Combinational.

    Parameters
    ----------
    params : LifParams

    Members
    -------
    membrane : In, signed
        v of the step before.
    current : In
    idle : In
        Whether the neuron is refractory; only where `params.refractory` is not 0.
    after : Out, signed
        v of this step.
    spike : Out
    """

    purpose = "One step of one leaky integrate-and-fire neuron. Combinational."

    def __init__(self, params: LifParams):
        self.params = params
        ports = {
            "membrane": In(params.membrane.shape()),
            "current": In(params.inputs.format.shape()),
            "after": Out(params.membrane.shape()),
            "spike": Out(1),
        }
        if params.refractory:
            ports["idle"] = In(1)
        super().__init__(f"{params.name}_step", ports, clocked=False)

    def _leak(self, m: Module):
        """Membrane after its leak, as a signal."""
        leak, width = self.params.leak, self.params.membrane.width
        leaked = Signal(signed(width + 1), name="leaked")
        if not isinstance(leak, MultiplyLeak):
            m.d.comb += leaked.eq(self.membrane - self.membrane[min(leak.shift, width - 1) :].as_signed())
            return leaked
        if not leak.multiplier:
            return Const(0, 1)
        if leak.multiplier == 1 << leak.fraction:
            m.d.comb += leaked.eq(self.membrane)
            return leaked
        product = Signal(signed(width + leak.fraction + 1), name="product")
        m.d.comb += product.eq(self.membrane * Const(leak.multiplier, unsigned(leak.fraction + 1)))
        carry = round_up(product, leak.fraction, leak.rounding)
        m.d.comb += leaked.eq(product[leak.fraction :].as_signed() + carry)
        return leaked

    def elaborate(self, platform):
        m = Module()
        p = self.params
        total = Signal(signed(max(p.membrane.width + 1, p.inputs.format.width + 1) + 1), name="total")
        potential = Signal(p.membrane.shape(), name="potential")
        m.d.comb += total.eq(self._leak(m) + self.current)
        limited = total
        if p.saturates:
            low, high = p.membrane.code_min, p.membrane.code_max
            limited = Mux(total > high, high, Mux(total < low, low, total))
        m.d.comb += potential.eq(limited)
        fires = Signal(name="fires")
        m.d.comb += fires.eq(potential >= p.threshold if p.can_spike else 0)
        reset = Signal(p.membrane.shape(), name="reset")
        m.d.comb += reset.eq(potential - p.threshold if p.reset.subtracts else p.reset_value)
        after = Mux(fires, reset, potential) if p.can_spike else potential
        if p.refractory:
            m.d.comb += [self.spike.eq(fires & ~self.idle), self.after.eq(Mux(self.idle, self.membrane, after))]
        else:
            m.d.comb += [self.spike.eq(fires), self.after.eq(after)]
        return m


class Lif(HardwareModule):
    """A layer of leaky integrate-and-fire neurons.

    Neurons are updated one after the other; membranes and refractory counters are kept in memories for `steps` steps
    and count as 0 in the first step of the next run, so that nothing has to be cleared. After a reset the next step
    is a first one.

    `Drive.STEPS`: one vector of currents in, one of spikes out, a step. Throughput: 2 cycles a neuron, so 2 * neurons
    a step. Latency: one cycle from a current to its spike.

    `Drive.CONSTANT`: one vector of currents in, `steps` vectors of spikes out. Throughput: neurons + 1 +
    2 * steps * neurons cycles a vector; the next one is accepted after the last spike has left.

    A stalled output stalls everything.

    Cost: a `LifStep`, memories of neurons words for membranes, for refractory counters where there are any, and for
    currents with `Drive.CONSTANT`.

    Parameters
    ----------
    params : LifParams

    Members
    -------
    i : In, stream of currents
        `last` must mark each code that is the last of a vector.
    o : Out, stream of spikes
        One code, 0 or 1, for each neuron and step, `last` on the last neuron of a step.
    frame_error : Out
        Set and kept until reset once `last` came early or late; data are counted, so results go on.
    """

    purpose = "Leaky integrate-and-fire neurons, updated one after the other, with their membranes in memory."

    def __init__(self, params: LifParams):
        self.params = params
        self.stage = LifStep(params)
        ports = {"i": In(activation_stream(params.inputs)), "o": Out(activation_stream(SPIKES)), "frame_error": Out(1)}
        super().__init__(params.name, ports, clocked=True, children=[self.stage])

    def _state_memory(self, m: Module, name: str, width: int, index, value, store):
        """Value that a memory holds for the neuron `index`, and its write port driven by `value` and `store`."""
        m.submodules[name] = state = memory.Memory(shape=width, depth=memory_depth(self.params.neurons), init=[])
        write, read = write_port(state, name), read_port(state, name)
        m.d.comb += [
            write.addr.eq(index),
            write.data.eq(value),
            write.en.eq(store),
            read.addr.eq(index),
            read.en.eq(1),
        ]
        return read.data

    def elaborate(self, platform):
        m = Module()
        p, stage = self.params, self.stage
        constant = p.drive is Drive.CONSTANT
        stage.place(m, "step")
        state = Signal(State, init=State.LOAD if constant else State.TAKE, name="state")
        index = Signal(index_shape(p.neurons), name="index")
        step_index = Signal(index_shape(p.steps), name="step_index")
        fresh, store, last_neuron = Signal(name="fresh"), Signal(name="store"), Signal(name="last_neuron")
        spike, last = Signal(name="spike"), Signal(name="last")
        kept = self._state_memory(m, "membranes", p.membrane.width, index, stage.after, store)
        m.d.comb += [
            fresh.eq(step_index == 0),
            last_neuron.eq(index == p.neurons - 1),
            stage.membrane.eq(Mux(fresh, 0, kept)),
            self.o.payload.data.eq(spike),
            self.o.payload.last.eq(last),
        ]
        if p.refractory:
            width = p.refractory.bit_length()
            wait = Signal(width, name="wait")
            remaining = Signal(width, name="remaining")
            waits = self._state_memory(m, "waits", width, index, remaining, store)
            m.d.comb += [
                wait.eq(Mux(fresh, 0, waits)),
                stage.idle.eq(wait != 0),
                remaining.eq(Mux(stage.idle, wait - 1, Mux(stage.spike, p.refractory, 0))),
            ]
        taken = Signal(name="taken")
        if constant:
            loading = Signal(name="loading")
            currents = self._state_memory(
                m, "currents", p.inputs.format.width, index, self.i.payload.data, loading & self.i.valid
            )
            m.d.comb += [loading.eq(state == State.LOAD), self.i.ready.eq(loading), stage.current.eq(currents)]
            m.d.comb += taken.eq(state == State.TAKE)
            with m.If(loading & self.i.valid):
                m.d.sync += index.eq(Mux(last_neuron, 0, index + 1))
                with m.If(last_neuron):
                    m.d.sync += state.eq(State.FETCH)
            with m.If(state == State.FETCH):
                m.d.sync += state.eq(State.TAKE)
        else:
            m.d.comb += [
                self.i.ready.eq(state == State.TAKE),
                stage.current.eq(self.i.payload.data),
                taken.eq(self.i.ready & self.i.valid),
            ]
        with m.If(self.i.ready & self.i.valid & (self.i.payload.last != last_neuron)):
            m.d.sync += self.frame_error.eq(1)
        m.d.comb += store.eq(taken)
        with m.If(taken):
            m.d.sync += [
                spike.eq(stage.spike),
                last.eq(last_neuron),
                index.eq(Mux(last_neuron, 0, index + 1)),
                state.eq(State.SEND),
            ]
            with m.If(last_neuron):
                m.d.sync += step_index.eq(Mux(step_index == p.steps - 1, 0, step_index + 1))
        m.d.comb += self.o.valid.eq(state == State.SEND)
        with m.If(self.o.valid & self.o.ready):
            m.d.sync += state.eq(State.TAKE)
            if constant:
                # The step counter is back at 0 once the last spike of a run was stored.
                with m.If(last & fresh):
                    m.d.sync += state.eq(State.LOAD)
        return m
