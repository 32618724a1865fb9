# SPDX-License-Identifier: Apache-2.0
"""From trained weights to Verilog whose error bound has been proven."""

from sc_precision.errors import InputError, ScPrecisionError
from sc_precision.formats import BlockFloatFormat, FixedFormat, parse_precision
from sc_precision.plan.columns import PrecisionPlan
from sc_precision.plan.layers import assign_lengths
from sc_precision.plan.lengths import adaptive_length
from sc_precision.plan.manifest import auto_tune_synapse_precisions, precision_plan_manifest
from sc_precision.plan.scores import folded_normal_scores, relu_gain_maps, relu_gain_scores
from sc_precision.plan.sensitivity import analyze_sensitivity
from sc_precision.plan.synapses import assign_synapse_precisions
from sc_precision.rows import LayerPrecision, SynapsePrecision

__version__ = "0.1.0"

__all__ = [
    "BlockFloatFormat",
    "FixedFormat",
    "InputError",
    "LayerPrecision",
    "PrecisionPlan",
    "ScPrecisionError",
    "SynapsePrecision",
    "adaptive_length",
    "analyze_sensitivity",
    "assign_lengths",
    "assign_synapse_precisions",
    "auto_tune_synapse_precisions",
    "folded_normal_scores",
    "parse_precision",
    "precision_plan_manifest",
    "relu_gain_maps",
    "relu_gain_scores",
]
