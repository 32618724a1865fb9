# SPDX-License-Identifier: Apache-2.0
"""Golden generators against state machines in plain Python, clock by clock."""

import numpy as np
import pytest

from sc_precision.errors import InputError
from sc_precision.golden.generators import prefix_counts, stream, trace
from sc_precision.params.generators import LfsrParams, SobolParams, VanDerCorputParams, generator


class Machine:
    """A generator as one would build it: a state, a bit and a step."""

    def __init__(self, params):
        self.params = params
        self.restart()

    def restart(self):
        kind, length = self.params.kind, self.params.length
        self.state = {"lfsr": getattr(self.params, "seed", 0), "rate": length // 2}.get(kind, 0)

    def number(self):
        kind, m, t = self.params.kind, self.params.length_log2, self.state
        if kind == "lfsr":
            return t >> (self.params.register_bits - m)
        if kind == "ramp":
            return t
        backwards = int(format(t, f"0{m}b")[::-1], 2)
        if kind == "sobol" and self.params.dimension == 2:
            value, direction = 0, 1
            for k in range(m):
                value ^= (t >> k & 1) * (direction << (m - 1 - k))
                direction ^= direction << 1
            return value
        return backwards ^ getattr(self.params, "mask", 0)

    def bit(self, level):
        if self.params.kind == "rate":
            return self.state + level >= self.params.length
        return self.number() < level

    def step(self, level):
        if self.params.kind == "rate":
            self.state = (self.state + level) % self.params.length
        elif self.params.kind == "lfsr":
            self.state <<= 1
            if self.state.bit_length() > self.params.register_bits:
                self.state ^= self.params.polynomial
        else:
            self.state = (self.state + 1) % self.params.length


EACH = [generator(kind, 5) for kind in ("ramp", "vdc", "masked_vdc", "rate", "sobol", "lfsr")]
EACH += [VanDerCorputParams(5, mask=21), SobolParams(5, dimension=1), LfsrParams(3, seed=9, register_bits=4)]


@pytest.mark.parametrize("params", EACH, ids=lambda params: params.kind)
def test_streams_are_those_of_the_machine(params):
    for level in range(params.length + 1):
        machine, bits = Machine(params), []
        for _ in range(3 * params.length):
            bits.append(machine.bit(level))
            machine.step(level)
        assert stream(params, level, 3 * params.length).tolist() == bits
        assert prefix_counts(params, level).tolist() == [sum(bits[:a]) for a in range(params.length + 1)]
        if params.deterministic:
            assert prefix_counts(params, level)[-1] == level


@pytest.mark.parametrize("params", EACH, ids=lambda params: params.kind)
def test_trace_is_that_of_the_machine_under_stalls_and_restarts(params):
    rng = np.random.default_rng(1)
    clocks = 600
    levels = rng.integers(0, params.length + 1, clocks)
    enable, clear = rng.random(clocks) < 0.7, rng.random(clocks) < 0.03
    machine, bits = Machine(params), []
    for level, step, restart in zip(levels.tolist(), enable, clear, strict=True):
        bits.append(machine.bit(level))
        if restart:
            machine.restart()
        elif step:
            machine.step(level)
    got, cycles = trace(params, levels, enable, clear)
    assert got.tolist() == bits
    assert (cycles[1:][clear[:-1]] == 0).all()


def test_bad_arguments_are_refused():
    with pytest.raises(InputError, match=r"^level must be at most 32, got 33"):
        stream(EACH[0], 33)
    with pytest.raises(InputError, match=r"^trace: level must be at least 0, got -1"):
        trace(EACH[0], [0, -1], [1, 1], [0, 0])
    with pytest.raises(InputError, match=r"must be equally long, got \(2,\), \(1,\), \(2,\)"):
        trace(EACH[0], [0, 1], [1], [0, 0])
