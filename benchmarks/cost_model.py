# SPDX-License-Identifier: Apache-2.0
"""Hold the constants of the `lut_cycles` cost model against what Yosys makes of such hardware.

    python benchmarks/cost_model.py -o cost_model.json

Three kinds of hardware are synthesised for 7-series LUTs without DSP blocks: rows of an emitted stochastic layer (AND
gates, popcounts, accumulator), constant comparators of its weight streams one by one, and sums of 16 products with
constant weights. Weights are random. The table has LUTs per synapse beside the model's; before placement.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

import numpy as np
from planners import machine, versions

from sc_precision.emit.verilog import module_texts, network_verilog
from sc_precision.network import Activation
from sc_precision.params import InputCodes, StochasticDenseParams
from sc_precision.plan.cost import LUT_COMPARATOR, LUT_SHARED, synapse_cost
from sc_precision.tools.yosys import run_yosys

N_IN = 64
TERMS = 16


@dataclass
class Figure:
    """LUTs per synapse: measured, and by the model."""

    what: str
    measured: float
    model: float


def luts(verilog: str, top: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "design.v").write_text(verilog)
        script = f"synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -nodsp -top {top}"
        run_yosys(f"read_verilog design.v\n{script}\ntee -o cells.json stat -json\n", cwd=folder)
        cells = json.loads((Path(folder) / "cells.json").read_text())["design"]["num_cells_by_type"]
    return sum(count for name, count in cells.items() if name.startswith("LUT"))


def stochastic_row(log2: int, rng: np.random.Generator) -> float:
    levels = rng.integers(-(1 << log2) + 1, 1 << log2, (1, N_IN))
    params = StochasticDenseParams(
        "layer",
        InputCodes.covering(0, 16, 4),
        np.zeros(1, dtype=np.int64),
        Activation.IDENTITY,
        InputCodes.covering(-8, 7, 0),
        levels=levels,
        length_log2=np.full((1, N_IN), log2),
        weight_exponent=0,
    )
    core = module_texts(network_verilog([params], "net")["layer_core.v"])
    return luts(core["layer_row_0"], "layer_row_0") / N_IN


def comparator(places: int, rng: np.random.Generator) -> float:
    """Mean over some levels, each synthesised alone, as nobody shares it."""
    found = []
    for level in rng.choice(np.arange(1, 1 << places), min(8, (1 << places) - 1), replace=False).tolist():
        found.append(luts(f"module c(input [{places - 1}:0] t, output y); assign y = t < {level}; endmodule", "c"))
    return statistics.mean(found)


def constant_products(bits: int, activation_bits: int, rng: np.random.Generator) -> float:
    most, width = (1 << (bits - 1)) - 1, bits + activation_bits + 4
    lines, level = [], []
    for i, weight in enumerate(rng.integers(-most, most + 1, TERMS).tolist()):
        x = f"$signed(x[{activation_bits * i} +: {activation_bits}])"
        lines.append(f"wire signed [{width - 1}:0] p{i} = {x} * $signed({bits}'d{weight % (1 << bits)});")
        level.append(f"p{i}")
    while len(level) > 1:
        lines += [
            f"wire signed [{width - 1}:0] {a}_{b} = {a} + {b};" for a, b in zip(level[::2], level[1::2], strict=True)
        ]
        level = [f"{a}_{b}" for a, b in zip(level[::2], level[1::2], strict=True)]
    ports = f"input clk, input [{TERMS * activation_bits - 1}:0] x, output reg signed [{width - 1}:0] y"
    return luts(f"module m({ports}); {' '.join(lines)} always @(posedge clk) y <= {level[0]}; endmodule", "m") / TERMS


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the constants of the lut_cycles cost model.")
    parser.add_argument("-o", "--output", type=Path, help="write the figures here as JSON")
    parser.add_argument("--seed", type=int, default=0, help="of the weights")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    figures = []

    def show(what: str, measured: float, model: float) -> None:
        figures.append(Figure(what, measured, model))
        print(f"{what:<44} {measured:8.2f} LUT {model:8.2f} by the model", flush=True)

    for log2 in (4, 8):
        show(f"stochastic row, streams of {1 << log2}", stochastic_row(log2, rng), float(LUT_SHARED))
    for places in (4, 6, 8):
        show(f"comparator of {places} places", comparator(places, rng), float(LUT_COMPARATOR * places))
    for activation_bits, bits in product((4, 8, 12), (2, 4, 6, 8, 12)):
        model = float(synapse_cost("lut_cycles", bits, None, activation_bits))
        what = f"product, weight of {bits} and activation of {activation_bits} bits"
        show(what, constant_products(bits, activation_bits, rng), model)
    if options.output:
        setting = {"machine": machine(), "versions": versions(), "seed": options.seed}
        options.output.write_text(json.dumps({**setting, "figures": [asdict(f) for f in figures]}, indent=2) + "\n")


if __name__ == "__main__":
    main()
