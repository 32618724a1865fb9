# SPDX-License-Identifier: Apache-2.0
"""Bundles: the Verilog, proofs and bench of a network in one folder, what was run on them, and the report."""

from sc_precision.bundle.emit import emit_bundle, write_bundle
from sc_precision.bundle.manifest import Bundle, is_bundle, open_bundle
from sc_precision.bundle.measure import attack, count_cells, lint, measure_accuracy
from sc_precision.bundle.mutations import score_mutants
from sc_precision.bundle.proofs import prove
from sc_precision.bundle.results import report
from sc_precision.bundle.simulation import simulate
from sc_precision.bundle.vectors import DEFAULT_VECTORS, make_vectors
from sc_precision.design.manifest import MANIFEST_SCHEMA as BUNDLE_SCHEMA
from sc_precision.design.manifest import check_manifest, manifest_schema
from sc_precision.design.vectors import Vectors
from sc_precision.tools.proof_options import ProofOptions, default_cache

__all__ = [
    "BUNDLE_SCHEMA",
    "DEFAULT_VECTORS",
    "Bundle",
    "ProofOptions",
    "Vectors",
    "attack",
    "check_manifest",
    "count_cells",
    "default_cache",
    "emit_bundle",
    "is_bundle",
    "lint",
    "make_vectors",
    "manifest_schema",
    "measure_accuracy",
    "open_bundle",
    "prove",
    "report",
    "score_mutants",
    "simulate",
    "write_bundle",
]
