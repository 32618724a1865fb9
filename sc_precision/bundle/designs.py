# SPDX-License-Identifier: Apache-2.0
"""Compiled designs on disk: opened, compiled again from what they were made of, and proven."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from sc_precision.adaptive.format_proofs import LAYER, stored_layer
from sc_precision.arguments import show
from sc_precision.bundle.manifest import ManifestFolder, read_folder
from sc_precision.bundle.proofs import checked_texts, prove_lemmas
from sc_precision.bundle.values import design_golden
from sc_precision.design.design import DENSE_KIND, MANIFEST, Design, design_schema
from sc_precision.design.statistical import Coverage, statistical_design
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.plan.result import NetworkPlan
from sc_precision.plan.statistical_plan import StatisticalPlan
from sc_precision.properties.checker.lemma import formal_texts
from sc_precision.tools.proof_options import ProofOptions

_AGAIN = "compile the design again"


def open_design(folder: str | os.PathLike[str]) -> ManifestFolder:
    """Open a folder that `Design.write` wrote.

    Raises
    ------
    InputError
        If there is none, its manifest breaks the schema, or one of its files is missing or was changed.
    """
    return ManifestFolder(*read_folder(folder, _check, "design", "a folder that Design.write wrote", _AGAIN))


def _check(manifest: object) -> dict[str, Any]:
    error = best_match(Draft202012Validator(design_schema()).iter_errors(manifest))
    if error is not None:
        where = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in error.absolute_path)[1:]
        message = error.message if len(error.message) <= 150 else f"{error.message[:147]}..."
        raise InputError(f"{MANIFEST}: {show(where) if where else 'the whole'}: {' '.join(message.split())}")
    return dict(manifest)  # type: ignore[call-overload, no-any-return]  # the schema says it is an object


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
    from sc_precision.adaptive.compile import adaptive_network_params, network_design

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
    from sc_precision.adaptive.compile import compile_adaptive_precision

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
        Where it is at hand; see `compiled_again` otherwise.
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
    checked_texts(place, formal_texts(lemmas), f"for the design; {_AGAIN}")
    return prove_lemmas(place, lemmas, design_golden(design), options)
