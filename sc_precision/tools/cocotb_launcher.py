# SPDX-License-Identifier: Apache-2.0
"""Runs a compiled Icarus simulation with cocotb, leaving cocotb to compose its own environment.

Run as ``python -m sc_precision.tools.cocotb_launcher <top> <test module> <build folder> <results file>``. The
build folder holds ``sim.vvp``. The exit status says only whether the simulator ran; what the tests say
stands in the results file.

This file runs by path as well, so it imports nothing of the package.
"""

import sys


def main() -> int:
    """Run the simulation named by the command line."""
    if len(sys.argv) != 5:
        print("usage: cocotb_launcher <top> <test module> <build folder> <results file>", file=sys.stderr)
        return 2
    from cocotb_tools.runner import get_runner

    top, test_module, build_dir, results_file = sys.argv[1:]
    get_runner("icarus").test(
        hdl_toplevel=top,
        hdl_toplevel_lang="verilog",
        test_module=test_module,
        build_dir=build_dir,
        test_dir=build_dir,
        results_xml=results_file,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
