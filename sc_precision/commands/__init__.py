# SPDX-License-Identifier: Apache-2.0
"""Commands of the command line, each what one subcommand does; `sc_precision.cli` registers them.

What only a running command needs is imported inside its function, so that ``--help`` does not wait for it.
"""
