# SPDX-License-Identifier: Apache-2.0
"""Frozen parameters of a datapath: the one source for golden model, gateware, properties and manifest.

Every width that a layer has is derived here and nowhere else.
"""

from sc_precision.formats import HARDWARE_ROUNDINGS
from sc_precision.params.blockfloat import BlockFloatDenseParams, BlockFloatPartialsParams, BlockTensor, Segment
from sc_precision.params.codes import (
    MAX_ACCUMULATOR_WIDTH,
    MAX_STREAM_LOG2,
    InputCodes,
    IntArray,
    narrowest_code,
    signed_width,
)
from sc_precision.params.fixed import FixedDenseParams, FixedLayerParams, align_rows
from sc_precision.params.fixed_parallel import FixedParallelParams
from sc_precision.params.fixed_serial import FixedSerialParams
from sc_precision.params.generators import (
    GeneratorParams,
    LfsrParams,
    RampParams,
    RateMultiplierParams,
    SobolParams,
    VanDerCorputParams,
    generator,
    stream_mask,
)
from sc_precision.params.layer import DenseParams, LayerParams
from sc_precision.params.progressive import ProgressiveDenseParams
from sc_precision.params.sharing import StreamSources
from sc_precision.params.stochastic import StochasticDenseParams, StreamEncoding, SynapseGroup
from sc_precision.params.stochastic_folded import FoldedStochasticDenseParams
from sc_precision.params.stochastic_lfsr import LfsrDenseParams

__all__ = [
    "HARDWARE_ROUNDINGS",
    "MAX_ACCUMULATOR_WIDTH",
    "MAX_STREAM_LOG2",
    "BlockFloatDenseParams",
    "BlockFloatPartialsParams",
    "BlockTensor",
    "DenseParams",
    "FixedDenseParams",
    "FixedLayerParams",
    "FixedParallelParams",
    "FixedSerialParams",
    "FoldedStochasticDenseParams",
    "GeneratorParams",
    "InputCodes",
    "IntArray",
    "LayerParams",
    "LfsrDenseParams",
    "LfsrParams",
    "ProgressiveDenseParams",
    "RampParams",
    "RateMultiplierParams",
    "Segment",
    "SobolParams",
    "StochasticDenseParams",
    "StreamEncoding",
    "StreamSources",
    "SynapseGroup",
    "VanDerCorputParams",
    "align_rows",
    "generator",
    "narrowest_code",
    "signed_width",
    "stream_mask",
]
