# SPDX-License-Identifier: Apache-2.0
"""Conversion of codes in hardware: every code of small formats."""

import numpy as np
import pytest
from amaranth.sim import Simulator

from sc_precision.adaptive.gateware import RescaleCodes
from sc_precision.adaptive.rescale import Rescale
from sc_precision.formats import FixedFormat
from sc_precision.params import InputCodes


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize(("width", "fraction"), [(1, 0), (4, 0), (4, 3), (5, 8), (6, -2)])
@pytest.mark.parametrize("target", [(-4, 3, 1), (-9, 9, 4), (0, 5, 0), (0, 40, 5)])
def test_every_code(signed, width, fraction, target):
    rescale = Rescale(FixedFormat(width, fraction, signed), InputCodes.covering(*target))
    codes = np.arange(rescale.source.code_min, rescale.source.code_max + 1)
    module = RescaleCodes("rescale", rescale)
    got = []

    async def bench(context):
        for code in codes.tolist():
            context.set(module.code, code)
            got.append(context.get(module.rescaled))

    simulator = Simulator(module)
    simulator.add_testbench(bench)
    simulator.run()
    assert got == rescale.apply(codes).tolist()
