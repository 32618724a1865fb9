# SPDX-License-Identifier: Apache-2.0
"""Golden integer models: what the hardware computes, bit for bit, in NumPy."""

from sc_precision.golden.layers import layer_accumulators, layer_outputs, network_outputs

__all__ = ["layer_accumulators", "layer_outputs", "network_outputs"]
