# SPDX-License-Identifier: Apache-2.0
"""Cells, latency and throughput of one fixed-point layer in every architecture, by Yosys.

    python benchmarks/fixed_architectures.py [inputs outputs weight_bits [variant]]

Rows of `parallel, *` are the same layer with products left to Yosys; those of da4ml need its extra.
"""

import importlib.util
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from amaranth.hdl import Module, Signal

from sc_precision.emit.verilog import network_verilog
from sc_precision.gateware.common import add_tree
from sc_precision.gateware.fixed_parallel import FixedMatrix, _codes
from sc_precision.network import Activation
from sc_precision.params import FixedDenseParams, FixedParallelParams, FixedSerialParams, InputCodes
from sc_precision.params.adders import AdderGraph
from sc_precision.tools.yosys import cell_stats


def layers(n_in, n_out, bits):
    """Name and parameters of each variant; the same random weights in all."""
    rng = np.random.default_rng(1)
    most = (1 << (bits - 1)) - 1
    common = {
        "name": "layer",
        "inputs": InputCodes.covering(0, 255, 8),
        "bias": rng.integers(-99, 99, n_out),
        "activation": Activation.RELU,
        "output": InputCodes.covering(0, 255, 4),
        "weights": rng.integers(-most, most + 1, (n_out, n_in)),
        "weight_fraction": bits - 1,
    }
    yield "folded, 1 lane", FixedDenseParams(**common, lanes=1)
    yield f"folded, {n_out} lanes", FixedDenseParams(**common, lanes=n_out)
    yield "serial", FixedSerialParams(**common)
    for pipeline in (0, 2, 1):
        yield f"parallel, csd, pipeline {pipeline}", FixedParallelParams(**common, pipeline=pipeline)
    yield "parallel, *, pipeline 0", replace(FixedParallelParams(**common), name="naive")
    if importlib.util.find_spec("da4ml"):
        for pipeline in (0, 2):
            yield (
                f"parallel, da4ml, pipeline {pipeline}",
                FixedParallelParams(**common, pipeline=pipeline, backend="da4ml"),
            )


def multiply(self, platform):  # noqa: ARG001
    """Body of `FixedMatrix` with multiplications by constants instead of a graph of adders."""
    m, p = Module(), self.params
    inputs = _codes(p, self.codes)
    for output, row in enumerate(p.weights.tolist()):
        terms = [code * weight for code, weight in zip(inputs, row, strict=True)]
        total = Signal(getattr(self, f"acc_{output}").shape())
        m.d.comb += [total.eq(add_tree([*terms, int(p.bias[output])])), getattr(self, f"acc_{output}").eq(total)]
    return m


def cells(params, target, folder):
    """Lookup tables, flip-flops and the rest of a layer with its top."""
    if params.name == "naive":
        object.__setattr__(params, "backend", "da4ml")
        params.__dict__["matrix"] = AdderGraph([(0, 255)] * params.n_in)
        original, FixedMatrix.elaborate = FixedMatrix.elaborate, multiply
        try:
            files = network_verilog([params], "top")
        finally:
            FixedMatrix.elaborate = original
    else:
        files = network_verilog([params], "top")
    for file, text in files.items():
        (folder / file).write_text(text)
    return cell_stats([folder / file for file in files], "top", target)


def main():
    n_in, n_out, bits = map(int, sys.argv[1:4] or (16, 8, 6))
    print(f"{n_in} inputs of 8 bits, {n_out} outputs, weights of {bits} bits\n")
    print("| architecture | adders | iCE40 LUT4 | FF | other | 7-series LUT | FF | CARRY4 | DSP | latency | cycles |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    wanted = sys.argv[4] if len(sys.argv) > 4 else ""
    for name, params in layers(n_in, n_out, bits):
        if wanted not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            ice, xilinx = (cells(params, target, Path(folder)) for target in ("ice40", "xilinx"))
        described = params.to_dict()
        carry, dsp = (xilinx.cells.get(cell, 0) for cell in ("CARRY4", "DSP48E1"))
        ram = ice.cells.get("SB_RAM40_4K", 0)
        print(
            f"| {name} | {described.get('adders', '')} | {ice.luts} | {ice.flip_flops} | {f'{ram} RAM' if ram else ''} "
            f"| {xilinx.luts} | {xilinx.flip_flops} | {carry} | {dsp} | {described.get('latency', '')} "
            f"| {described['cycles_per_vector']} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
