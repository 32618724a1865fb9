# SPDX-License-Identifier: Apache-2.0
"""From trained weights to Verilog whose error bound has been proven."""

__version__ = "0.1.0"
