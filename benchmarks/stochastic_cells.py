# SPDX-License-Identifier: Apache-2.0
"""Cells, latency and throughput of the stochastic layers: the table of docs/stochastic.md.

Run: python benchmarks/stochastic_cells.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

from sc_precision.emit.verilog import network_verilog
from sc_precision.network import Activation
from sc_precision.params import (
    FoldedStochasticDenseParams,
    InputCodes,
    ProgressiveDenseParams,
    StochasticDenseParams,
    StreamEncoding,
)
from sc_precision.tools.yosys import cell_stats

N_IN, N_OUT, FRACTION = 16, 8, 5
TARGETS = ("ice40", "xilinx")


def layer(
    log2: int, encoding: StreamEncoding = StreamEncoding.SIGN_MAGNITUDE, stages: int = 0
) -> StochasticDenseParams:
    """16 x 8 layer of seeded normal weights, all streams 2**log2 cycles long."""
    rng = np.random.default_rng(16)
    value = np.clip(rng.normal(0, 0.35, (N_OUT, N_IN)), -1, 1)
    if encoding is StreamEncoding.UNIPOLAR:
        value = abs(value)
    half = 1 << (log2 - 1)
    low = -(1 << log2 - 1) if encoding is StreamEncoding.BIPOLAR else 0
    high = -low - 1 if low else (1 << log2) - 1
    return StochasticDenseParams(
        "layer",
        InputCodes.covering(low, high, log2 - bool(low)),
        np.rint(rng.normal(0, 0.5, N_OUT) * half).astype(np.int64),
        Activation.RELU,
        InputCodes.covering(0, 255, FRACTION),
        levels=2 * np.rint(value * half).astype(np.int64),
        length_log2=np.full((N_OUT, N_IN), log2),
        weight_exponent=0,
        encoding=encoding,
        popcount_stages=stages,
    )


def configurations(log2: int) -> dict[str, StochasticDenseParams]:
    """What the table compares, by name."""
    plain = layer(log2)
    return {
        "sign-magnitude": plain,
        "unipolar": layer(log2, StreamEncoding.UNIPOLAR),
        "bipolar": layer(log2, StreamEncoding.BIPOLAR),
        "sign-magnitude, 2 popcount stages": layer(log2, stages=2),
        "folded, 4 rows": FoldedStochasticDenseParams.from_parallel(plain, 4),
        "folded, 1 row": FoldedStochasticDenseParams.from_parallel(plain, 1),
        "early stop": ProgressiveDenseParams.from_uniform(plain),
    }


def latency(params: StochasticDenseParams) -> int:
    """Cycles from the last code taken to the first result offered."""
    prepare = isinstance(params, FoldedStochasticDenseParams)
    return prepare + params.cycles + params.popcount_stages + 1


def main() -> None:
    """Print the table, a row at a time."""
    print("| L | layer | ice40 LUT4 | ice40 FF | xilinx LUT | xilinx FF | latency | cycles a vector |")
    print("|---|---|---|---|---|---|---|---|")
    for log2 in (6, 8):
        for name, params in configurations(log2).items():
            with tempfile.TemporaryDirectory() as folder:
                paths = []
                for file, text in network_verilog([params], "top").items():
                    paths.append(Path(folder) / file)
                    paths[-1].write_text(text)
                cells = []
                for target in TARGETS:
                    found = cell_stats(paths, "top", target)
                    cells += [found.luts, found.flip_flops]
            row = [1 << log2, name, *cells, latency(params), params.cycles_per_vector]
            print("|", " | ".join(map(str, row)), "|", flush=True)


if __name__ == "__main__":
    sys.exit(main())
