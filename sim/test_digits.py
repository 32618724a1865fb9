# SPDX-License-Identifier: Apache-2.0
"""cocotb bench of a dense network: real vectors through the AXI4-Stream ports, every output bit for bit.

Needs cocotb 2, cocotbext-axi and numpy, and `vectors.npz` beside it (or where SC_VECTORS says) with

- ``inputs`` (batch, n_in) and ``expected`` (batch, n_out): codes,
- ``labels`` (batch,): class of each vector, or -1,
- ``output_signed``: whether output codes are two's complement,
- ``cycles_per_vector`` (layers,): what the manifest promises of each layer without stalls.
"""

import json
import logging
import os
import random
from pathlib import Path

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, with_timeout
from cocotbext.axi import AxiStreamBus, AxiStreamFrame, AxiStreamSink, AxiStreamSource

HERE = Path(__file__).parent
SEED = int(os.environ.get("SC_SEED", "1"))
LIMIT = int(os.environ.get("SC_MAX_VECTORS", "0")) or None


class Bench:
    """Owns clock, reset, source and sink."""

    def __init__(self, dut):
        self.dut = dut
        with np.load(os.environ.get("SC_VECTORS", HERE / "vectors.npz"), allow_pickle=False) as data:
            self.inputs = data["inputs"][:LIMIT]
            self.expected = data["expected"][:LIMIT]
            self.labels = data["labels"][:LIMIT]
            self.signed = bool(data["output_signed"])
            layers = np.atleast_1d(data["cycles_per_vector"])
            self.cycles, self.most_cycles = int(layers.max()), int(layers.sum())
        self.bytes_in = len(dut.s_axis_tdata) // 8
        self.bytes_out = len(dut.m_axis_tdata) // 8
        self.cycle = 0
        cocotb.start_soon(Clock(dut.aclk, 10, unit="step").start())
        cocotb.start_soon(self._count())
        cocotb.start_soon(self._watch_unknown())
        reset = {"reset": dut.aresetn, "reset_active_level": False}
        self.source = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis"), dut.aclk, byte_lanes=1, **reset)
        self.sink = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis"), dut.aclk, byte_lanes=1, **reset)
        for end in (self.source, self.sink):
            end.log.setLevel(logging.WARNING)  # they print every frame otherwise

    async def _count(self):
        while True:
            await RisingEdge(self.dut.aclk)
            self.cycle += 1

    async def _watch_unknown(self):
        """Fail on X or Z where a receiver would look."""
        dut = self.dut
        while True:
            await RisingEdge(dut.aclk)
            if not dut.aresetn.value.is_resolvable or not dut.aresetn.value:
                continue
            for name in ("s_axis_tready", "m_axis_tvalid", "frame_error"):
                assert getattr(dut, name).value.is_resolvable, f"{name} is {getattr(dut, name).value}"
            if dut.m_axis_tvalid.value:
                for name in ("m_axis_tdata", "m_axis_tlast"):
                    assert getattr(dut, name).value.is_resolvable, f"{name} is {getattr(dut, name).value} while valid"

    async def reset(self):
        """Hold reset for four cycles."""
        self.dut.aresetn.value = 0
        for _ in range(4):
            await RisingEdge(self.dut.aclk)
        self.dut.aresetn.value = 1
        await RisingEdge(self.dut.aclk)

    def stall(self, seed):
        """Random pauses on both sides: single cycles, bursts, and none for a while."""

        def pauses(rng):
            while True:
                share = rng.choice((0.0, 0.1, 0.5, 0.9))
                for _ in range(rng.randrange(5, 60)):
                    yield rng.random() < share

        self.source.set_pause_generator(pauses(random.Random(seed)))
        self.sink.set_pause_generator(pauses(random.Random(seed + 1)))

    def frame(self, codes):
        """A vector of codes as two's complement words."""
        mask = (1 << (8 * self.bytes_in)) - 1
        return AxiStreamFrame([int(code) & mask for code in codes])

    async def receive(self, limit):
        """Codes of the next output vector; fails after `limit` cycles."""
        frame = await with_timeout(self.sink.recv(), 10 * limit, "step")
        codes = np.array([int(word) for word in frame.tdata], dtype=np.int64)
        width = 8 * self.bytes_out
        return np.where(codes >= 1 << (width - 1), codes - (1 << width), codes) if self.signed else codes


def accuracy(outputs, labels):
    """Share of vectors whose greatest output is the right one; None where no vector has a label."""
    known = labels >= 0
    return float((outputs.argmax(axis=1) == labels)[known].mean()) if known.any() else None


def report(**figures):
    """Add figures to the results that the caller asked for."""
    if path := os.environ.get("SC_RESULTS"):
        old = json.loads(Path(path).read_text()) if Path(path).exists() else {}
        Path(path).write_text(json.dumps(old | figures, indent=1))


@cocotb.test()
async def vectors_with_backpressure(dut):
    """Every vector gives exactly the golden model's codes, framed by tlast, under random stalls on both sides."""
    bench = Bench(dut)
    await bench.reset()
    bench.stall(SEED)
    for codes in bench.inputs:
        bench.source.send_nowait(bench.frame(codes))
    outputs = []
    for index, expected in enumerate(bench.expected):
        got = await bench.receive(limit=100 * bench.cycles + 100_000)
        assert len(got) == len(expected), f"vector {index}: {len(got)} outputs before tlast, expected {len(expected)}"
        wrong = np.flatnonzero(got != expected)
        assert not len(wrong), (
            f"vector {index}, output {wrong[0]}: hardware {got[wrong[0]]}, golden model {expected[wrong[0]]}"
        )
        outputs.append(got)
    assert bench.sink.empty(), "more output frames than input vectors"
    assert not dut.frame_error.value, "frame_error though every tlast was right"
    report(
        vectors=len(outputs),
        outputs_compared=int(np.size(outputs)),
        accuracy_rtl=accuracy(np.array(outputs), bench.labels),
        cycles=bench.cycle,
    )


@cocotb.test()
async def throughput_without_stalls(dut):
    """Vectors leave at the rate that the manifest states.

    The slowest layer sets it; where a layer has to wait for the next one's results to leave, it is slower, but never
    slower than all layers one after the other. One layer alone is exact.
    """
    bench = Bench(dut)
    await bench.reset()
    for codes in bench.inputs[[0, 1, 2, 3]] if len(bench.inputs) > 3 else np.repeat(bench.inputs[:1], 4, axis=0):
        bench.source.send_nowait(bench.frame(codes))
    ends = []
    for _ in range(4):
        await bench.receive(limit=100 * bench.cycles + 100_000)
        ends.append(bench.cycle)
    measured = ends[3] - ends[2]
    assert bench.cycles <= measured <= bench.most_cycles, (
        f"{measured} cycles a vector, the manifest says {bench.cycles} to {bench.most_cycles}"
    )
    report(cycles_per_vector=measured)


@cocotb.test()
async def wrong_tlast_is_reported(dut):
    """A short frame raises frame_error, which stays until reset; then vectors are right again."""
    bench = Bench(dut)
    await bench.reset()
    n_in = bench.inputs.shape[1]
    if n_in > 1:
        await bench.source.send(bench.frame(bench.inputs[0][: n_in - 1]))
        await bench.source.wait()
        await RisingEdge(dut.aclk)
        await RisingEdge(dut.aclk)
        assert dut.frame_error.value, "frame_error is low after a frame that is too short"
        await bench.reset()
    assert not dut.frame_error.value, "frame_error survived the reset"
    bench.source.send_nowait(bench.frame(bench.inputs[0]))
    got = await bench.receive(limit=100 * bench.cycles + 100_000)
    assert (got == bench.expected[0]).all(), f"after reset: {got.tolist()}, expected {bench.expected[0].tolist()}"
