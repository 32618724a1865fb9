# SPDX-License-Identifier: Apache-2.0
"""Amaranth components; each is built from the parameters object that its golden model is built from."""

from sc_precision.gateware.blockfloat import BlockFloatDense
from sc_precision.gateware.blockpartials import BlockFloatPartials
from sc_precision.gateware.fixed import FixedDense
from sc_precision.gateware.fixed_parallel import FixedParallel
from sc_precision.gateware.fixed_serial import FixedSerial
from sc_precision.gateware.generators import BitstreamGenerator, NumberSource
from sc_precision.gateware.network import DenseNetwork
from sc_precision.gateware.neurons import Lif
from sc_precision.gateware.stochastic import StochasticDense

__all__ = [
    "BitstreamGenerator",
    "BlockFloatDense",
    "BlockFloatPartials",
    "DenseNetwork",
    "FixedDense",
    "FixedParallel",
    "FixedSerial",
    "Lif",
    "NumberSource",
    "StochasticDense",
]
