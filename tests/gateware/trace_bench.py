# SPDX-License-Identifier: Apache-2.0
"""cocotb bench of one component: drives its inputs and compares its outputs in every clock.

`TRACE` names an .npz with ``in_<port>`` and ``out_<port>``, one a clock, the first after reset;
integers, or their decimal digits where 64 bits do not hold them.
"""

import os

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly


@cocotb.test()
async def outputs_in_every_clock(dut):
    with np.load(os.environ["TRACE"], allow_pickle=False) as data:
        inputs = {name[3:]: data[name].tolist() for name in data.files if name.startswith("in_")}
        outputs = {
            name[4:]: [int(value) for value in data[name].tolist()] for name in data.files if name.startswith("out_")
        }
    clocks = len(next(iter(inputs.values())))
    assert clocks
    assert outputs
    cocotb.start_soon(Clock(dut.clk, 10, unit="step").start())
    dut.rst.value = 1
    for name in inputs:
        getattr(dut, name).value = 0
    for _ in range(3):
        await FallingEdge(dut.clk)
    dut.rst.value = 0
    for clock in range(clocks):
        for name, values in inputs.items():
            getattr(dut, name).value = values[clock]
        await ReadOnly()
        for name, values in outputs.items():
            value = getattr(dut, name).value
            assert value.is_resolvable, f"clock {clock}: {name} is {value}"
            assert int(value) == values[clock], f"clock {clock}: {name} is {value}, golden model {values[clock]:b}"
        await FallingEdge(dut.clk)
