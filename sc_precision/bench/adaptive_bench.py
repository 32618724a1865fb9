# SPDX-License-Identifier: Apache-2.0
"""cocotb bench of an adaptive wrapper: outputs, decisions, flags and counters, vector by vector.

Needs `network_bench.py` beside it and what that needs; `vectors.npz` also has, per vector,

- ``use_hp`` and ``decision``: what `m_axis_tuser` says,
- ``cycles``: cycles that it takes without stalls, after the vector before it.
"""

import os

import cocotb
import numpy as np
from cocotb.triggers import RisingEdge, with_timeout
from network_bench import HERE, LIMIT, SEED, Bench, accuracy, report


class AdaptiveBench(Bench):
    """Also holds what is expected of `m_axis_tuser` and the counters."""

    def __init__(self, dut):
        super().__init__(dut)
        with np.load(os.environ.get("SC_VECTORS", HERE / "vectors.npz"), allow_pickle=False) as data:
            self.use_hp = data["use_hp"][:LIMIT]
            self.decision = data["decision"][:LIMIT]
            self.vector_cycles = data["cycles"][:LIMIT]

    async def check(self, index):
        """Receive vector `index` and compare it; returns its codes and decision."""
        frame = await with_timeout(self.sink.recv(compact=False), 10 * (100 * self.most_cycles + 100_000), "step")
        width = 8 * self.bytes_out
        got = np.array([int(word) for word in frame.tdata], dtype=np.int64)
        if self.signed:
            got = np.where(got >= 1 << (width - 1), got - (1 << width), got)
        expected = self.expected[index]
        assert len(got) == len(expected), f"vector {index}: {len(got)} outputs before tlast, expected {len(expected)}"
        wrong = np.flatnonzero(got != expected)
        assert not len(wrong), (
            f"vector {index}, output {wrong[0]}: hardware {got[wrong[0]]}, golden model {expected[wrong[0]]}"
        )
        users = {int(user) for user in frame.tuser}
        wanted = int(self.use_hp[index]) | int(self.decision[index]) << 1
        assert users == {wanted}, f"vector {index}: tuser {sorted(users)}, expected {wanted}"
        return got, wanted >> 1

    def check_counters(self, count):
        """The status port has counted `count` vectors."""
        by_hp = int(self.use_hp[:count].sum())
        found = int(self.dut.status_lp.value), int(self.dut.status_hp.value)
        assert found == (count - by_hp, by_hp), f"counters {found} after {count} vectors, {by_hp} of them by HP"


@cocotb.test()
async def vectors_with_backpressure(dut):
    """Every vector gives the golden model's codes, flag and decision, in order, under random stalls on both sides."""
    bench = AdaptiveBench(dut)
    await bench.reset()
    bench.stall(SEED)
    for codes in bench.inputs:
        bench.source.send_nowait(bench.frame(codes))
    outputs, decisions = [], []
    for index in range(len(bench.expected)):
        got, decision = await bench.check(index)
        outputs.append(got)
        decisions.append(decision)
    assert bench.sink.empty(), "more output frames than input vectors"
    assert not dut.frame_error.value, "frame_error though every tlast was right"
    await RisingEdge(dut.aclk)
    await RisingEdge(dut.aclk)
    bench.check_counters(len(outputs))
    one_hot = np.eye(len(outputs[0]))[decisions]
    report(
        vectors=len(outputs),
        outputs_compared=int(np.size(outputs)),
        accuracy_rtl=accuracy(one_hot, bench.labels),
        answered_by_hp=int(bench.use_hp.sum()),
        cycles=bench.cycle,
    )


@cocotb.test()
async def cycles_without_stalls(dut):
    """Each vector takes exactly the cycles that the golden model says."""
    bench = AdaptiveBench(dut)
    await bench.reset()
    # Only as many as show every kind of vector, because this is the second run.
    count = min(len(bench.inputs), int(os.environ.get("SC_TIMED_VECTORS", "20")))
    for codes in bench.inputs[:count]:
        bench.source.send_nowait(bench.frame(codes))
    before = None
    total = 0
    for index in range(count):
        await bench.check(index)
        if before is not None:
            measured, expected = bench.cycle - before, int(bench.vector_cycles[index])
            assert measured == expected, f"vector {index}: {measured} cycles, the golden model says {expected}"
            total += measured
        before = bench.cycle
    await RisingEdge(dut.aclk)
    await RisingEdge(dut.aclk)
    bench.check_counters(count)
    report(timed_vectors=count - 1, timed_cycles=total)


@cocotb.test()
async def wrong_tlast_is_reported(dut):
    """A short frame raises frame_error, which stays until reset; then vectors are right again."""
    bench = AdaptiveBench(dut)
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
    await bench.check(0)
