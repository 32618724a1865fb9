# SPDX-License-Identifier: Apache-2.0
"""Compiled designs on disk: opened, compiled again from what they were made of, and proven."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import Any

from sc_precision.adaptive.compile import adaptive_network_params, compile_adaptive_precision, network_design
from sc_precision.adaptive.format_proofs import LAYER, stored_layer
from sc_precision.bundle.proofs import checked_texts, prove_lemmas
from sc_precision.bundle.values import design_golden
from sc_precision.design.design import Design
from sc_precision.design.folder import FolderType, ManifestFolder
from sc_precision.design.manifest import DENSE_KIND, DESIGN_KINDS, MANIFEST
from sc_precision.design.statistical import Coverage, statistical_design
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.plan.result import NetworkPlan
from sc_precision.plan.statistical_plan import StatisticalPlan
from sc_precision.properties.checker.formal import formal_texts
from sc_precision.tools.proof_options import ProofOptions

_AGAIN = "compile the design again"
_DESIGN = FolderType("design", DESIGN_KINDS, "a folder that Design.write wrote", _AGAIN)


def open_design(folder: str | os.PathLike[str]) -> ManifestFolder:
    """Open a folder that `Design.write` wrote.

    Raises
    ------
    InputError
        If there is none, another version wrote it, its manifest breaks the schema, or one of its files is missing or
        was changed.
    """
    return _DESIGN.read(folder)


def compiled_again(place: ManifestFolder) -> Design:
    """The design in a folder, from the plans or the layer that lie in it.

    Raises
    ------
    InputError
        If the folder does not hold what it was compiled from.
    ConsistencyError
        If the manifest is not that of them.
    """
    manifest = place.manifest
    kind, there = manifest["kind"], manifest["files"]
    if kind == "adaptive_network_v1" and {"lp.npz", "hp.npz"} <= there.keys():
        design = _adaptive(place)
    elif kind == "adaptive_precision_v1" and LAYER in there:
        design = _formats(place)
    elif kind == DENSE_KIND and "statistical" in manifest and "plan.npz" in there:
        measured = manifest["statistical"]["measured"]
        design = statistical_design(
            StatisticalPlan.load(place.folder / "plan.npz"), None if measured is None else Coverage.of_dict(measured)
        )
    else:
        raise InputError(
            f"{place.folder}: a design of kind {kind} without what it was compiled from cannot be derived again; "
            "compile it in Python and use bundle.designs.prove_design"
        )
    what = "layer" if LAYER in design.sources else "plans"
    for key, value in json.loads(json.dumps(design.description)).items():
        if manifest.get(key) != value:
            raise ConsistencyError(f"{place.folder}: {key} in {MANIFEST} is not that of the {what} there; {_AGAIN}")
    return design


def _adaptive(place: ManifestFolder) -> Design:
    manifest = place.manifest
    lp, hp = (NetworkPlan.load(place.folder / f"{path}.npz") for path in ("lp", "hp"))
    params = adaptive_network_params(
        lp,
        hp,
        manifest["module_name"],
        policy=manifest["policy"],
        threshold_up_pct=manifest["threshold_up_pct"],
        threshold_down_pct=manifest["threshold_down_pct"],
    )
    return network_design(params, lp, hp, manifest.get("golden_model"), files=place.texts("hdl"))


def _formats(place: ManifestFolder) -> Design:
    manifest = place.manifest
    entries = [manifest[f"{path}_precision"] for path in ("lp", "hp")]
    design = compile_adaptive_precision(
        stored_layer(place.folder / LAYER),
        manifest["module_name"],
        lp_precision=entries[0]["source"],
        hp_precision=entries[1]["source"],
        lp_parameter_count=entries[0].get("parameter_count"),
        hp_parameter_count=entries[1].get("parameter_count"),
        threshold_up_pct=manifest["threshold_up_pct"],
        threshold_down_pct=manifest["threshold_down_pct"],
        policy=manifest["policy"],
        exponents=manifest["exponents"],
        # No more than there are outputs, which it was cut down to already.
        lanes=manifest["hardware"]["hp_layers"][0]["lanes"],
    )
    return replace(design, files=place.texts("hdl"))


def prove_design(
    folder: str | os.PathLike[str], design: Design | None = None, options: ProofOptions | None = None
) -> dict[str, Any]:
    """Run the lemmas of a design in the folder that it wrote, and write the verdicts to ``results/proofs.json``.

    Parameters
    ----------
    folder : path-like
        The Verilog and the lemmas in it must be the design's, byte for byte.
    design : Design, optional
        If there is one already; see `compiled_again` otherwise.
    options : ProofOptions, optional
        How to run them.

    Returns
    -------
    dict
        As of `proofs.prove`.

    Raises
    ------
    InputError
        If the folder is no design's, or the design has no lemmas.
    ConsistencyError
        If a file in the folder is not the design's.
    ToolMissingError
        If SBY or Yosys is not installed.
    """
    place = open_design(folder)
    design = compiled_again(place) if design is None else design
    if design.lemmas is None:
        raise InputError(f"{place.folder}: cannot be proven: {'; '.join(design.not_proven)}")
    there = place.texts("hdl")
    for name in sorted(there.keys() | design.files.keys()):
        if there.get(name) != design.files.get(name):
            raise ConsistencyError(f"{place.folder}: hdl/{name} is not the design's; {_AGAIN}")
    lemmas = design.derived_lemmas
    checked_texts(place, formal_texts(lemmas, design.files), f"for the design; {_AGAIN}")
    return prove_lemmas(place, lemmas, design_golden(design), options)
