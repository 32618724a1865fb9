# SPDX-License-Identifier: Apache-2.0
"""The programs that simulate, synthesise and prove: finding, running and judging them.

Every program is found, versioned, given a time limit and ended with all that it started; every answer is
typed. `proofs.run_proofs`, `icarus.run_bench`, `yosys.cell_stats` and `lint.lint_all` are what the rest
of the package calls.
"""
