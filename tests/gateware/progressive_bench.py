# SPDX-License-Identifier: Apache-2.0
"""cocotb bench of a layer with a `stop` port: each vector is stopped at every power of two, with stalls.

Vectors come from SC_VECTORS: `inputs` (n, n_in), `expected` (m + 1, n, n_out) by log2 of the cycles, `stages`.
"""

import os
import random

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.triggers import ReadOnly, RisingEdge


async def edge(dut):
    await RisingEdge(dut.aclk)


async def send(dut, codes, rng):
    """The codes of a vector; returns after the edge that took the last one."""
    for place, code in enumerate(codes):
        while rng.random() < 0.3:
            dut.s_axis_tvalid.value = 0
            await edge(dut)
        dut.s_axis_tvalid.value = 1
        dut.s_axis_tdata.value = int(code) % (1 << len(dut.s_axis_tdata))
        dut.s_axis_tlast.value = int(place == len(codes) - 1)
        while True:
            await ReadOnly()
            ready = int(dut.s_axis_tready.value)
            await edge(dut)
            if ready:
                break
    dut.s_axis_tvalid.value = 0


async def stop_at(dut, cycle):
    """High in this cycle of the streams alone."""
    for _ in range(cycle):
        await edge(dut)
    dut.stop_0.value = 1
    await edge(dut)
    dut.stop_0.value = 0


@cocotb.test()
async def every_estimate(dut):
    data = np.load(os.environ["SC_VECTORS"])
    rng = random.Random(4)
    cocotb.start_soon(Clock(dut.aclk, 2, unit="ns").start())
    for port in ("s_axis_tvalid", "s_axis_tlast", "s_axis_tdata", "m_axis_tready", "stop_0", "aresetn"):
        getattr(dut, port).value = 0
    for _ in range(3):
        await edge(dut)
    dut.aresetn.value = 1
    compared = 0
    for vector, codes in enumerate(data["inputs"]):
        for log2 in range(len(data["expected"])):
            await send(dut, codes, rng)
            least = (1 << log2) >> 1
            whole = log2 == len(data["expected"]) - 1 and rng.random() < 0.5
            if not whole:
                cocotb.start_soon(stop_at(dut, rng.randrange(least, 1 << log2)))
            waited = 0
            while True:
                await ReadOnly()
                if int(dut.m_axis_tvalid.value):
                    break
                await edge(dut)
                waited += 1
            assert waited == (1 << log2) + 1 + int(data["stages"]), (vector, log2, waited)
            for place, expected in enumerate(data["expected"][log2][vector]):
                await RisingEdge(dut.aclk)
                dut.m_axis_tready.value = 0
                while rng.random() < 0.3:
                    await edge(dut)
                dut.m_axis_tready.value = 1
                await ReadOnly()
                assert int(dut.m_axis_tvalid.value) == 1
                assert int(dut.estimate_log2_0.value) == log2
                assert int(dut.m_axis_tlast.value) == (place == len(data["expected"][log2][vector]) - 1)
                got = dut.m_axis_tdata.value.to_signed()
                assert got == expected, f"vector {vector}, 2**{log2} cycles, output {place}: {got}, not {expected}"
                compared += 1
            await edge(dut)
            dut.m_axis_tready.value = 0
    assert compared == data["expected"].size
