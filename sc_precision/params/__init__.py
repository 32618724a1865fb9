# SPDX-License-Identifier: Apache-2.0
"""Frozen parameters of a datapath: the one source for golden model, gateware, properties and manifest.

Every width that a layer has is derived here and nowhere else.
"""

from sc_precision.params.blockfloat import BlockFloatDenseParams, BlockFloatPartialsParams, BlockTensor, Segment
from sc_precision.params.codes import MAX_ACCUMULATOR_WIDTH, MAX_STREAM_LOG2, InputCodes, IntArray, signed_width
from sc_precision.params.fixed import FixedDenseParams
from sc_precision.params.generators import (
    GeneratorParams,
    LfsrParams,
    RampParams,
    RateMultiplierParams,
    SobolParams,
    VanDerCorputParams,
    generator,
)
from sc_precision.params.layer import LayerParams
from sc_precision.params.sharing import StreamSources
from sc_precision.params.stochastic import StochasticDenseParams, SynapseGroup, stream_mask

DenseParams = FixedDenseParams | StochasticDenseParams | BlockFloatDenseParams

__all__ = [
    "MAX_ACCUMULATOR_WIDTH",
    "MAX_STREAM_LOG2",
    "BlockFloatDenseParams",
    "BlockFloatPartialsParams",
    "BlockTensor",
    "DenseParams",
    "FixedDenseParams",
    "GeneratorParams",
    "InputCodes",
    "IntArray",
    "LayerParams",
    "LfsrParams",
    "RampParams",
    "RateMultiplierParams",
    "Segment",
    "SobolParams",
    "StochasticDenseParams",
    "StreamSources",
    "SynapseGroup",
    "VanDerCorputParams",
    "generator",
    "signed_width",
    "stream_mask",
]
