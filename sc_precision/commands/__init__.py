# SPDX-License-Identifier: Apache-2.0
"""Commands of the command line that have a module of their own; `sc_precision.cli` registers them."""
