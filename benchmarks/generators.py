# SPDX-License-Identifier: Apache-2.0
"""Cells of the stochastic number generators, by Yosys: the table in docs/streams.md.

``python benchmarks/generators.py`` prints LUT + carry cells / flip-flops on iCE40 and on Xilinx 7 series for each kind
and width: of the number source alone, of what a level at a port adds, and of what a constant level adds (mean of four).
A Xilinx carry cell spans four bits.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from sc_precision.emit.verilog import convert_modules
from sc_precision.gateware.generators import BitstreamGenerator, NumberSource
from sc_precision.params.generators import KINDS, RateMultiplierParams, generator
from sc_precision.tools.yosys import cell_stats

WIDTHS = (8, 10)
TARGETS = ("ice40", "xilinx")


def cells(module, target):
    with TemporaryDirectory() as folder:
        files = []
        for name, text in convert_modules(module.modules()).items():
            files.append(Path(folder, f"{name}.v"))
            files[-1].write_text(text)
        stats = cell_stats(files, module.module_name, target)
    return stats.luts, sum(stats.cells.get(name, 0) for name in ("SB_CARRY", "CARRY4")), stats.flip_flops


def main():
    print("| kind | m | source | level at a port | constant level |")
    print("|---|---|---|---|---|")
    for kind in KINDS:
        for m in WIDTHS:
            params = generator(kind, m)
            # Odd levels need the widest comparators.
            constants = [(params.length * k // 5) | 1 for k in range(1, 5)]
            columns = [[], [], []]
            for target in TARGETS:
                source = (0, 0, 0)
                if not isinstance(params, RateMultiplierParams):
                    source = cells(NumberSource(params, "dut"), target)
                port = cells(BitstreamGenerator(params, "dut"), target)
                constant = cells(BitstreamGenerator(params, "dut", constants), target)
                columns[0].append("{}+{}/{}".format(*source))
                columns[1].append("{}+{}/{}".format(*(a - b for a, b in zip(port, source, strict=True))))
                each = ((a - b) / 4 for a, b in zip(constant, source, strict=True))
                columns[2].append("{:.1f}+{:.1f}/{:g}".format(*each))
            print(f"| {kind} | {m} | " + " | ".join(", ".join(column) for column in columns) + " |", flush=True)


if __name__ == "__main__":
    main()
