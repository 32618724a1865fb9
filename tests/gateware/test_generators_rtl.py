# SPDX-License-Identifier: Apache-2.0
"""The generators on Icarus against their golden model: small widths whole, large ones seeded, with stalls."""

from pathlib import Path

import numpy as np
import pyslang
import pytest
from amaranth.hdl import Cat, Module
from amaranth.lib.wiring import In, Out

from sc_precision.emit.verilog import convert_modules
from sc_precision.errors import InputError
from sc_precision.gateware.common import HardwareModule
from sc_precision.gateware.generators import BitstreamGenerator, NumberSource
from sc_precision.golden.generators import trace
from sc_precision.params.generators import (
    LfsrParams,
    RampParams,
    RateMultiplierParams,
    SobolParams,
    VanDerCorputParams,
)
from sc_precision.tools.icarus import run_bench
from sc_precision.tools.lint import lint_all
from sc_precision.tools.yosys import cell_stats


class Bank(HardwareModule):
    """Generators of one length that share their inputs; bit k of `bits` is that of generator k."""

    def __init__(self, name, all_params):
        self.generators = [BitstreamGenerator(params, f"{name}_{k}") for k, params in enumerate(all_params)]
        ports = {"enable": In(1), "clear": In(1), "level": In(all_params[0].level_width), "bits": Out(len(all_params))}
        super().__init__(name, ports, clocked=True, children=self.generators)

    def elaborate(self, platform):
        m = Module()
        for each in self.generators:
            each.place(m, each.module_name)
            m.d.comb += [each.enable.eq(self.enable), each.clear.eq(self.clear), each.level_0.eq(self.level)]
        m.d.comb += self.bits.eq(Cat(each.bits for each in self.generators))
        return m


def write(folder, top):
    files = []
    for name, text in convert_modules(top.modules()).items():
        files.append(folder / f"{name}.v")
        files[-1].write_text(text)
    return files


def simulate(folder, files, top, inputs, outputs):
    ports = {f"in_{name}": values for name, values in inputs.items()}
    np.savez(folder / "trace.npz", **ports, **{f"out_{name}": values for name, values in outputs.items()})
    return run_bench(
        files,
        top,
        "trace_bench",
        folder / "build",
        python_path=[Path(__file__).parent],
        env={"TRACE": str(folder / "trace.npz")},
    )


def golden_bits(all_params, levels, enable, clear):
    """Bits of a bank, one integer a clock."""
    rows = [trace(params, levels, enable, clear)[0].tolist() for params in all_params]
    return [sum(bit << k for k, bit in enumerate(bits)) for bits in zip(*rows, strict=True)]


def stimulus(rng, levels, cycles):
    """Each level for so many cycles with stalls between, and a restart after it, sometimes together with `enable`."""
    level, enable, clear = [], [], []
    for value in levels:
        steps = []
        for _ in range(cycles):
            steps += [0] * (int(rng.integers(1, 4)) if rng.random() < 0.2 else 0) + [1]
        steps.append(int(rng.integers(2)))
        level += [value] * len(steps)
        enable += steps
        clear += [0] * (len(steps) - 1) + [1]
    return np.array(level), np.array(enable), np.array(clear)


def every_generator(m):
    """All kinds, all masks up to four bits, all seeds up to four bits and some of the rest."""
    rng = np.random.default_rng(m)
    masks = range(1 << m) if m <= 4 else [0, (1 << m) - 1, *rng.integers(1, 1 << m, 4).tolist()]
    found = [RampParams(m), RateMultiplierParams(m), SobolParams(m, dimension=1), SobolParams(m)]
    found += [VanDerCorputParams(m, mask=mask) for mask in masks]
    found += [LfsrParams(m, register_bits=16, seed=0xACE1), LfsrParams(m, register_bits=max(3, m + 1), seed=2)]
    seeds = range(1, 1 << m) if 2 <= m <= 4 else [1, 2, *rng.integers(1, max(4, 1 << m), 3).tolist()]
    return found + [LfsrParams(m, seed=min(seed, max(3, (1 << m) - 1))) for seed in seeds]


@pytest.mark.parametrize("m", range(7))
def test_small_generators_on_every_level(m, tmp_path):
    bank = every_generator(m)
    top = Bank("bank", bank)
    files = write(tmp_path, top)
    level, enable, clear = stimulus(np.random.default_rng(m), range((1 << m) + 1), (1 << m) + 2)
    expected = np.array([str(bits) for bits in golden_bits(bank, level, enable, clear)])
    inputs = {"level": level, "enable": enable, "clear": clear}
    result = simulate(tmp_path, files, "bank", inputs, {"bits": expected})
    assert result.ok, result.message


@pytest.mark.parametrize(
    "m", [8, 11, 16, *(pytest.param(m, marks=pytest.mark.slow) for m in (7, 9, 10, 12, 13, 14, 15))]
)
def test_large_generators_on_random_levels(m, tmp_path):
    bank = [*every_generator(m), LfsrParams(m, register_bits=32, seed=0x89ABCDEF)]
    files = write(tmp_path, Bank("bank", bank))
    rng = np.random.default_rng(m)
    levels = [0, 1 << m, 1, (1 << m) - 1, *rng.integers(0, (1 << m) + 1, 6).tolist()]
    level, enable, clear = stimulus(rng, levels, 300)
    expected = np.array([str(bits) for bits in golden_bits(bank, level, enable, clear)])
    inputs = {"level": level, "enable": enable, "clear": clear}
    result = simulate(tmp_path, files, "bank", inputs, {"bits": expected})
    assert result.ok, result.message


def shared(params):
    """One generator for five streams: ports and constants, both ends included."""
    return BitstreamGenerator(params, "several", (None, 5, 0, params.length, None))


@pytest.mark.parametrize("params", [VanDerCorputParams.masked(4), RateMultiplierParams(4)], ids=lambda each: each.kind)
def test_one_generator_for_several_levels(params, tmp_path):
    files = write(tmp_path, shared(params))
    level, enable, clear = stimulus(np.random.default_rng(3), range(17), 20)
    other = 16 - level
    bits = 0
    for k, values in enumerate((level, np.full_like(level, 5), 0 * level, 0 * level + 16, other)):
        bits = bits + (trace(params, values, enable, clear)[0].astype(np.int64) << k)
    inputs = {"level_0": level, "level_4": other, "enable": enable, "clear": clear}
    result = simulate(tmp_path, files, "several", inputs, {"bits": bits})
    assert result.ok, result.message


def test_every_constant_level(tmp_path):
    params = SobolParams(6)
    files = write(tmp_path, BitstreamGenerator(params, "dut", range(65)))
    _, enable, clear = stimulus(np.random.default_rng(5), [0], 70)
    rows = [trace(params, np.full(len(enable), level), enable, clear)[0].tolist() for level in range(65)]
    expected = np.array([str(sum(bit << k for k, bit in enumerate(bits))) for bits in zip(*rows, strict=True)])
    result = simulate(tmp_path, files, "dut", {"enable": enable, "clear": clear}, {"bits": expected})
    assert result.ok, result.message


@pytest.mark.parametrize(
    ("params", "right", "wrong"),
    [
        (LfsrParams(5, seed=7), "5'h07", "5'h06"),  # seed
        (RateMultiplierParams(5), "5'h10", "5'h00"),  # rounds down instead of to nearest
        (RampParams(5), "clear", "1'h0"),  # never restarts
    ],
    ids=["seed", "start", "clear"],
)
def test_bench_catches_a_mutant(params, right, wrong, tmp_path):
    files = write(tmp_path, BitstreamGenerator(params, "dut"))
    level, enable, clear = stimulus(np.random.default_rng(4), range(33), 34)
    inputs = {"level_0": level, "enable": enable, "clear": clear}
    outputs = {"bits": trace(params, level, enable, clear)[0].astype(np.int64)}
    text = files[1].read_text()
    head, ports, body = text.partition(");")
    assert right in body
    body = body.replace("input clear;", "input KEPT;").replace("wire clear;", "wire KEPT;")
    files[1].write_text(head + ports + body.replace(right, wrong).replace("KEPT", "clear"))
    result = simulate(tmp_path, files, "dut", inputs, outputs)
    assert not result.ok
    assert "golden model" in result.message


@pytest.mark.parametrize("m", [0, 16])
def test_every_front_end_reads_them_without_a_warning(m, tmp_path):
    bank = [*every_generator(m)[:6], LfsrParams(m, seed=1)]
    files = write(tmp_path, Bank("bank", bank))
    findings = lint_all(files, "bank")
    assert not any(findings.values()), findings
    compilation = pyslang.ast.Compilation()
    for file in files:
        compilation.addSyntaxTree(pyslang.syntax.SyntaxTree.fromText(file.read_text()))
    assert not [str(found.code) for found in compilation.getAllDiagnostics() if found.isError()]


def test_cost_of_streams_that_share(tmp_path):
    params = VanDerCorputParams.masked(8)
    costs = []
    for levels in ([77], [77, 100, 201, 33]):
        files = write(tmp_path, BitstreamGenerator(params, "dut", levels))
        costs.append(cell_stats(files, "dut", "ice40"))
    assert costs[0].flip_flops == costs[1].flip_flops == params.state_width
    # The counter is built once; a constant comparator is small and has no carry chain.
    assert costs[1].luts - costs[0].luts <= 3 * 4
    assert costs[1].cells["SB_CARRY"] == costs[0].cells["SB_CARRY"] == 6


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: BitstreamGenerator("ramp", "dut"), "dut: expected a generator's parameters, got 'ramp'"),
        (lambda: BitstreamGenerator(RampParams(3), "dut", ()), "dut: there are no levels"),
        (lambda: BitstreamGenerator(RampParams(3), "dut", (None, 9)), r"dut: levels\[1\] must be at most 8, got 9"),
        (lambda: BitstreamGenerator(RampParams(3), "wire"), "module name: 'wire' is a Verilog keyword"),
        (lambda: NumberSource(RateMultiplierParams(3), "dut"), "dut: a number source needs a generator that compares"),
    ],
)
def test_bad_generators_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()
