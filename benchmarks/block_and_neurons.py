# SPDX-License-Identifier: Apache-2.0
"""Cells and cycles of the block floating and spiking layers: the tables of docs/blockfloat.md and docs/neurons.md.

Usage: python benchmarks/block_and_neurons.py
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from sc_precision.emit.verilog import network_verilog, partials_verilog
from sc_precision.formats import FixedFormat
from sc_precision.network import Dense
from sc_precision.params import InputCodes
from sc_precision.params.neurons import SPIKES, Drive, LifParams, MultiplyLeak, ShiftLeak
from sc_precision.plan.block_float import quantise_block_float
from sc_precision.plan.spiking import quantise_spiking
from sc_precision.tools.yosys import cell_stats

SIZE, STEPS = 16, 16
BYTES = InputCodes(FixedFormat(8, 8, signed=False), 0, 255)
CURRENTS = InputCodes.covering(-2048, 2047, 8)


def designs():
    """Label, cycles, name of the top and Verilog of each design."""
    rng = np.random.default_rng(1)
    weight = rng.normal(size=(SIZE, SIZE)) * np.exp(rng.normal(size=(SIZE, SIZE)))
    dense, linear = Dense(weight, rng.normal(size=SIZE), "relu"), Dense(weight)
    for lanes in (1, 4):
        params = quantise_block_float(dense, "BFP8E4X16", BYTES, name="layer", lanes=lanes).params
        yield f"datapath, {lanes} lanes", params.cycles_per_vector, "top", network_verilog([params], "top")
    params = quantise_block_float(linear, "BFP8E4X16", BYTES, name="layer", exponents="metadata").params
    yield "metadata", params.cycles_per_vector, "top", partials_verilog(params, "top")
    for drive in Drive:
        for leak in (ShiftLeak(3), MultiplyLeak(230, 8)):
            neurons = LifParams("layer", CURRENTS, SIZE, STEPS, leak, 1000, drive=drive, refractory=2)
            label = f"{drive.value}, {leak.to_dict()['kind']}, {neurons.membrane.width} bits"
            yield label, neurons.cycles_per_vector, "top", network_verilog([neurons], "top")
    layer = quantise_spiking(linear, SPIKES, name="snn", steps=STEPS, threshold=2.0, leak=ShiftLeak(3))
    cycles = max(layer.dense.to_dict()["cycles_per_vector"], layer.neurons.cycles_per_step)
    yield "dense layer and neurons", cycles, "top", network_verilog(layer.layers, "top")


def cells(verilog: Mapping[str, str], top: str) -> list[str]:
    """LUTs, flip-flops, memories and multipliers for each target."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, text in verilog.items():
            files.append(Path(folder) / name)
            files[-1].write_text(text)
        columns = []
        for target, hard in (("ice40", "SB_RAM40_4K"), ("xilinx", "DSP48E1")):
            stats = cell_stats(files, top, target)
            columns.append(f"{stats.luts} / {stats.flip_flops} / {stats.cells.get(hard, 0)}")
        return columns


if __name__ == "__main__":
    print("| layer | iCE40 LUT / FF / RAM | Xilinx 7 LUT / FF / DSP | cycles |\n|---|---|---|---|")
    for label, cycles, top, verilog in designs():
        print(f"| {' | '.join([label, *cells(verilog, top), str(cycles)])} |", flush=True)
