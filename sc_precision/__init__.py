# SPDX-License-Identifier: Apache-2.0
"""From trained weights to Verilog whose error bound has been proven."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sc_precision.version import __version__ as __version__

if TYPE_CHECKING:
    from sc_precision.adaptive.compile import compile_adaptive_precision as compile_adaptive_precision
    from sc_precision.compatible.allocate import Allocation as Allocation
    from sc_precision.compatible.allocate import allocate as allocate
    from sc_precision.compatible.columns import PrecisionPlan as PrecisionPlan
    from sc_precision.compatible.formal_evidence import (
        write_precision_formal_evidence_bundle as write_precision_formal_evidence_bundle,
    )
    from sc_precision.compatible.layers import assign_lengths as assign_lengths
    from sc_precision.compatible.lengths import adaptive_length as adaptive_length
    from sc_precision.compatible.manifest import auto_tune_synapse_precisions as auto_tune_synapse_precisions
    from sc_precision.compatible.manifest import precision_plan_manifest as precision_plan_manifest
    from sc_precision.compatible.scores import folded_normal_scores as folded_normal_scores
    from sc_precision.compatible.scores import relu_gain_maps as relu_gain_maps
    from sc_precision.compatible.scores import relu_gain_scores as relu_gain_scores
    from sc_precision.compatible.sensitivity import analyze_sensitivity as analyze_sensitivity
    from sc_precision.compatible.synapses import assign_synapse_precisions as assign_synapse_precisions
    from sc_precision.design.design import Design as Design
    from sc_precision.errors import InputError as InputError
    from sc_precision.errors import ScPrecisionError as ScPrecisionError
    from sc_precision.formats import BlockFloatFormat as BlockFloatFormat
    from sc_precision.formats import FixedFormat as FixedFormat
    from sc_precision.formats import parse_precision as parse_precision
    from sc_precision.rows import LayerPrecision as LayerPrecision
    from sc_precision.rows import SynapsePrecision as SynapsePrecision

# Public names and the modules they are in. They are imported when they are first used: that keeps the command line
# quick, and lets coverage.py find a submodule by name without loading NumPy, which cannot be loaded twice.
_MODULES = {
    "Allocation": "compatible.allocate",
    "BlockFloatFormat": "formats",
    "Design": "design.design",
    "FixedFormat": "formats",
    "InputError": "errors",
    "LayerPrecision": "rows",
    "PrecisionPlan": "compatible.columns",
    "ScPrecisionError": "errors",
    "SynapsePrecision": "rows",
    "adaptive_length": "compatible.lengths",
    "allocate": "compatible.allocate",
    "analyze_sensitivity": "compatible.sensitivity",
    "assign_lengths": "compatible.layers",
    "assign_synapse_precisions": "compatible.synapses",
    "auto_tune_synapse_precisions": "compatible.manifest",
    "compile_adaptive_precision": "adaptive.compile",
    "folded_normal_scores": "compatible.scores",
    "parse_precision": "formats",
    "precision_plan_manifest": "compatible.manifest",
    "relu_gain_maps": "compatible.scores",
    "relu_gain_scores": "compatible.scores",
    "write_precision_formal_evidence_bundle": "compatible.formal_evidence",
}

__all__ = [*_MODULES]


if not TYPE_CHECKING:  # or a type checker would take any name for a public one

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
