# SPDX-License-Identifier: Apache-2.0
"""Readers of trained networks; each treats its file as hostile."""

from sc_precision.importers.npz import NetworkFile, read_network, write_network

__all__ = ["NetworkFile", "read_network", "write_network"]
