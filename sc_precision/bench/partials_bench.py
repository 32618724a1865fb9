# SPDX-License-Identifier: Apache-2.0
"""cocotb bench of a block floating layer with exponents as metadata; needs `network_bench.py` beside it.

`vectors.npz` as `network_bench` describes it, `expected` being the sums in order of the segments, and ``users``
(segments,): what m_axis_tuser is with each.
"""

import os

import cocotb
import numpy as np
from network_bench import HERE, SEED, Bench, report


async def sums_and_users(bench):
    """Sums and m_axis_tuser of the next vector."""
    frame = await bench.sink.recv()
    width = 8 * bench.bytes_out
    sums = np.array([int(word) for word in frame.tdata], dtype=object)
    sums = [int(word) - (1 << width) if word >> (width - 1) else int(word) for word in sums]
    users = frame.tuser if isinstance(frame.tuser, list) else [frame.tuser or 0] * len(sums)
    return sums, [int(user) for user in users]


def expected_users():
    """m_axis_tuser of each transfer of a vector."""
    with np.load(os.environ.get("SC_VECTORS", HERE / "vectors.npz"), allow_pickle=False) as data:
        return data["users"].tolist()


@cocotb.test(timeout_time=100_000_000, timeout_unit="step")
async def sums_with_backpressure(dut):
    """Every segment's sum, exponent and end of row, under random stalls on both sides."""
    bench, users = Bench(dut), expected_users()
    await bench.reset()
    bench.stall(SEED)
    for codes in bench.inputs:
        bench.source.send_nowait(bench.frame(codes))
    for index, expected in enumerate(bench.expected.tolist()):
        sums, got = await sums_and_users(bench)
        assert sums == expected, f"vector {index}: sums {sums}, golden model {expected}"
        assert got == users, f"vector {index}: tuser {got}, expected {users}"
    assert bench.sink.empty(), "more output frames than input vectors"
    assert not dut.frame_error.value, "frame_error though every tlast was right"
    report(vectors=len(bench.expected), outputs_compared=int(bench.expected.size))


@cocotb.test(timeout_time=10_000_000, timeout_unit="step")
async def throughput_without_stalls(dut):
    """Vectors leave at the rate that the manifest states."""
    bench = Bench(dut)
    await bench.reset()
    ends = []
    for _ in range(3):
        bench.source.send_nowait(bench.frame(bench.inputs[0]))
    for _ in range(3):
        await sums_and_users(bench)
        ends.append(bench.cycle)
    assert ends[2] - ends[1] == bench.cycles, f"{ends[2] - ends[1]} cycles a vector, expected {bench.cycles}"
    report(cycles_per_vector=ends[2] - ends[1])


@cocotb.test(timeout_time=10_000_000, timeout_unit="step")
async def wrong_tlast_is_reported(dut):
    """A frame without tlast at its end raises frame_error until reset; then vectors are right again."""
    bench = Bench(dut)
    await bench.reset()
    await bench.source.send(bench.frame([*bench.inputs[0], 0]))
    await bench.source.wait()
    assert dut.frame_error.value, "frame_error is low after a frame that is too long"
    await bench.reset()
    assert not dut.frame_error.value, "frame_error survived the reset"
    bench.sink.clear()
    bench.source.send_nowait(bench.frame(bench.inputs[0]))
    sums, _ = await sums_and_users(bench)
    assert sums == bench.expected[0].tolist(), f"after reset: {sums}"
