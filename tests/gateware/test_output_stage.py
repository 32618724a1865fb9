# SPDX-License-Identifier: Apache-2.0
"""The output stage on every accumulator code, for every rounding, overflow, activation and shift."""

import subprocess
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from amaranth.sim import Simulator
from roundings import BY_HAND

from sc_precision.emit.verilog import convert_modules
from sc_precision.formats import FixedFormat, Overflow, Rounding
from sc_precision.gateware.common import OutputStage
from sc_precision.golden.layers import output_stage
from sc_precision.network import Activation
from sc_precision.params import HARDWARE_ROUNDINGS, FixedDenseParams, InputCodes


def layer(rounding, overflow, activation, shift, width=4, name="s"):
    relu = activation is Activation.RELU
    output = FixedFormat(width, 6 - shift, signed=not relu)
    low, high = output.code_min, output.code_max
    if overflow is Overflow.SATURATE:
        low, high = (0 if relu else low + 1), high - 1
    return FixedDenseParams(
        name,
        InputCodes.covering(-8, 7, 3),
        np.array([1]),
        activation,
        InputCodes(output, low, high),
        rounding=rounding,
        overflow=overflow,
        weights=np.array([[3, -5]]),
        weight_fraction=3,
        lanes=1,
    )


def expected(params, acc):
    value = max(acc, 0) if params.activation is Activation.RELU else acc
    code = BY_HAND[params.rounding](Fraction(value, 2**params.shift))
    if params.overflow is Overflow.SATURATE:
        return min(max(code, params.output.low), params.output.high)
    pattern = code % 2**params.output.format.width
    return pattern - 2**params.output.format.width if pattern > params.output.high else pattern


def hardware(params, codes):
    stage, found = OutputStage(params), []

    async def bench(context):
        for code in codes:
            context.set(stage.acc, code)
            await context.delay(1e-9)
            found.append(context.get(stage.code))

    simulator = Simulator(stage)
    simulator.add_testbench(bench)
    simulator.run()
    return found


@pytest.mark.parametrize("overflow", list(Overflow))
@pytest.mark.parametrize("rounding", HARDWARE_ROUNDINGS)
def test_every_accumulator_code(rounding, overflow):
    for activation, shift in product(Activation, (0, 1, 2, 5, 8, 9, 11)):
        params = layer(rounding, overflow, activation, shift)
        codes = range(params.acc.code_min, params.acc.code_max + 1)
        wanted = [expected(params, code) for code in codes]
        assert hardware(params, codes) == wanted
        assert output_stage(params, np.array(codes)).tolist() == wanted


BENCH = """
module bench;
  integer code;
  reg signed [{width}-1:0] acc;
{stages}
  initial begin
    for (code = -{half}; code < {half}; code = code + 1) begin
      acc = code;
      #1 $display({columns});
    end
    $finish;
  end
endmodule
"""


def test_every_mode_in_icarus(tmp_path):
    """What is emitted, on every accumulator code."""
    cases = product(HARDWARE_ROUNDINGS, Overflow, Activation, (0, 1, 2, 5, 8, 9))
    layers = [layer(*case, name=f"layer{index}") for index, case in enumerate(cases)]
    width = layers[0].acc.width
    stages = [
        f"  wire {'signed ' if p.output.format.signed else ''}[{p.output.format.width - 1}:0] code{index};\n"
        f"  {p.name}_stage stage{index} (.acc(acc), .code(code{index}));"
        for index, p in enumerate(layers)
    ]
    columns = ", ".join([f'"{" ".join(["%0d"] * len(layers))}"', *(f"code{index}" for index in range(len(layers)))])
    text = BENCH.format(width=width, half=1 << (width - 1), stages="\n".join(stages), columns=columns)
    modules = convert_modules([OutputStage(p) for p in layers])
    (tmp_path / "bench.v").write_text("\n".join([*modules.values(), text]))
    subprocess.run(["iverilog", "-g2001", "-o", "bench.vvp", "bench.v"], cwd=tmp_path, check=True, timeout=300)
    run = subprocess.run(
        ["vvp", "-n", "bench.vvp"], cwd=tmp_path, check=True, timeout=300, capture_output=True, text=True
    )
    found = [[int(code) for code in line.split()] for line in run.stdout.splitlines()]
    codes = range(-(1 << (width - 1)), 1 << (width - 1))
    assert found == [[expected(p, code) for p in layers] for code in codes]


def test_modes_differ_where_they_should():
    ties = [-6, -2, 2, 6]
    found = {
        rounding: [expected(layer(rounding, Overflow.SATURATE, Activation.IDENTITY, 2), code) for code in ties]
        for rounding in HARDWARE_ROUNDINGS
    }
    assert found == {
        Rounding.TRUNCATE: [-2, -1, 0, 1],
        Rounding.NEAREST_EVEN: [-2, 0, 0, 2],
        Rounding.NEAREST_UP: [-1, 0, 1, 2],
        Rounding.NEAREST_AWAY: [-2, -1, 1, 2],
    }
