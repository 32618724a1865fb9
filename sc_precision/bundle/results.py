# SPDX-License-Identifier: Apache-2.0
"""Putting the evidence of a bundle together: ``results/results.json`` and ``report/index.html``."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sc_precision.arguments import show
from sc_precision.bundle.evidence import KINDS, RESULTS, Kind, read_evidence
from sc_precision.bundle.manifest import Bundle
from sc_precision.bundle.proofs import check_proofs
from sc_precision.errors import InputError
from sc_precision.files import write_json
from sc_precision.properties.network.composition_record import summary
from sc_precision.report import RESULTS_SCHEMA, write_report
from sc_precision.version import __version__

REPORT = "report/index.html"
"""Where the report of a bundle lies in it."""
NOT_RUN = "it was not run"
_SIMULATION_FIGURES = ("vectors", "outputs_compared", "cycles", "seconds", "tests", "reason")

Evidence = Mapping[Kind, dict[str, Any] | None]


def report(bundle: Bundle, skipped: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Write ``results/results.json`` and the report, from what has been run on a bundle.

    Parameters
    ----------
    bundle : Bundle
    skipped : mapping of str to str, optional
        Why ``simulation`` or ``proofs`` was not run.

    Returns
    -------
    dict
        Schema ``sc_precision.results.v1``.

    Raises
    ------
    ConsistencyError
        If the manifest is not that of the plan.
    InputError
        If evidence is damaged, contradicts itself or is not about this bundle, or a file cannot be written.
    """
    bundle.plan()
    evidence = {kind: read_evidence(bundle, kind) for kind in KINDS}
    _check_evidence(bundle, evidence)
    results = assemble(bundle.manifest, evidence, skipped or {})
    write_json(bundle.folder / RESULTS / "results.json", results)
    path: Path = bundle.folder / REPORT
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(f"{path.parent} cannot be written ({error.strerror or error})") from None
    write_report(path, results)
    return results


def _check_evidence(bundle: Bundle, evidence: Evidence) -> None:
    """Figures that the files of a bundle give must be those of the evidence."""
    if (proofs := evidence["proofs"]) is not None:
        check_proofs(bundle, proofs)
    if (simulation := evidence["simulation"]) is not None and simulation["status"] == "passed":
        with np.load(bundle.folder / "sim" / "vectors.npz", allow_pickle=False) as vectors:
            count, outputs = len(vectors["expected"]), vectors["expected"].size
        _compare(bundle, "simulation", simulation, {"vectors": count, "outputs_compared": outputs})
    if (attack := evidence["attack"]) is not None:
        _compare(bundle, "attack", attack, {"bound": bundle.manifest["plan"]["bound"]})


def _compare(bundle: Bundle, kind: Kind, found: Mapping[str, Any], derived: Mapping[str, Any]) -> None:
    for key, value in derived.items():
        if found[key] != value:
            raise InputError(
                f"{bundle.folder / RESULTS / kind}.json: {key} is {show(found[key])}, of this bundle {value}; "
                "remove it and run the step again"
            )


def assemble(manifest: Mapping[str, Any], evidence: Evidence, skipped: Mapping[str, str]) -> dict[str, Any]:
    """Results in the form of ``results.schema.json``; what is not there did not run."""
    plan = manifest["plan"]
    first, last = plan["layers"][0]["hardware"], plan["layers"][-1]["hardware"]
    return {
        "schema": RESULTS_SCHEMA,
        "design": {
            "name": manifest["module_name"],
            "n_in": first["n_in"],
            "n_out": last["n_out"],
            **{key: plan[key] for key in ("datapath", "plan_hash", "target_error", "bound", "target_met", "guarantee")},
            "target": None if plan["target_error"] is not None else _target(plan["target"]),
        },
        "accuracy": _accuracy(evidence),
        "layers": _layers(plan, evidence),
        "outputs": _outputs(plan, evidence),
        "attack": _attack(evidence),
        "simulation": _simulation(evidence, skipped.get("simulation", NOT_RUN)),
        "proofs": _proofs(manifest, evidence),
        "proof_summary": _proof_summary(evidence, skipped.get("proofs", NOT_RUN)),
        "composition": None if evidence["proofs"] is None else summary(evidence["proofs"]["composition"]),
        "mutation": _mutation(evidence),
        "size": _size(manifest, evidence),
        "tools": _tools(evidence),
    }


def _target(target: Mapping[str, Any]) -> dict[str, Any]:
    return {"label": target["label"], **target["nearest"]}


def _accuracy(evidence: Evidence) -> dict[str, Any] | None:
    measured, simulation = evidence["accuracy"], evidence["simulation"]
    if measured is None or not measured["images"]:
        return None
    # Accuracy of the hardware counts where its outputs were right bit for bit.
    ran = simulation is not None and simulation["status"] == "passed" and simulation["accuracy_rtl"] is not None
    return {
        "images": measured["images"],
        "float": measured["float"],
        "golden": measured["golden"],
        "rtl": simulation["accuracy_rtl"] if simulation is not None and ran else None,
        "rtl_images": simulation["images"] if simulation is not None and ran else None,
    }


def _layers(plan: Mapping[str, Any], evidence: Evidence) -> list[dict[str, Any]]:
    measured = (evidence["accuracy"] or {}).get("layers") or [None] * len(plan["layers"])
    return [
        {
            "name": layer["name"],
            "kind": layer["hardware"]["kind"],
            "n_in": layer["hardware"]["n_in"],
            "n_out": layer["hardware"]["n_out"],
            "accumulator": layer["hardware"]["accumulator"]["label"],
            "output_format": layer["hardware"]["output"]["label"],
            "bit_widths": layer["bit_widths"],
            "lengths": layer["stream_lengths"],
            "bound": max(abs(layer["error_low"]), abs(layer["error_high"])),
            "measured_max_error": error,
            "sources": layer["error_sources"],
            "cycles_per_vector": layer["hardware"]["cycles_per_vector"],
        }
        for layer, error in zip(plan["layers"], measured, strict=True)
    ]


def _outputs(plan: Mapping[str, Any], evidence: Evidence) -> list[dict[str, Any]]:
    """Claimed interval of each output, and what the test inputs and the search's worst input show."""
    shown = (evidence["accuracy"] or {}).get("outputs") or []
    worst = (evidence["attack"] or {}).get("errors") or []
    rows = []
    for index, (low, high) in enumerate(zip(plan["bound_low"], plan["bound_high"], strict=True)):
        found = [*(shown[index] if shown else ()), *([worst[index]] if worst else ())]
        rows.append(
            {
                "index": index,
                "bound_low": low,
                "bound_high": high,
                "worst_low": min(found, default=None),
                "worst_high": max(found, default=None),
            }
        )
    return rows


def _attack(evidence: Evidence) -> dict[str, Any] | None:
    found = evidence["attack"]
    if found is None:
        return None
    return {"inputs": found["n_inputs"], **{key: found[key] for key in ("worst_error", "bound", "ratio", "violations")}}


def _simulation(evidence: Evidence, reason: str) -> dict[str, Any]:
    found = evidence["simulation"]
    if found is None:
        return {"status": "skipped", "reason": reason}
    return {"status": found["status"], **{key: found[key] for key in _SIMULATION_FIGURES}}


def _proofs(manifest: Mapping[str, Any], evidence: Evidence) -> list[dict[str, Any]]:
    """Entries of what ran; of all that would run where nothing did."""
    if evidence["proofs"] is not None:
        return list(evidence["proofs"]["tasks"])
    empty = dict.fromkeys(("verdict", "engine", "seconds", "unbounded", "depth", "cached", "fault", "message"))
    return [
        {
            "lemma": lemma["name"],
            **{key: lemma[key] for key in ("core", "property", "claim", "assumes")},
            "task": task,
            "expected": "FAIL" if task.startswith("mutant") else "PASS",
            **empty,
        }
        for lemma in manifest["lemmas"]
        for task in lemma["tasks"]
    ]


def _proof_summary(evidence: Evidence, reason: str) -> dict[str, Any]:
    found = evidence["proofs"]
    if found is None:
        return {"status": "skipped", "reason": reason}
    keys = ("status", "seconds", "reason", "environment", "composition_checked")
    return {key: found[key] for key in keys}


def _mutation(evidence: Evidence) -> dict[str, Any] | None:
    found = evidence["mutations"]
    return None if found is None else {key: value for key, value in found.items() if key != "versions"}


def _size(manifest: Mapping[str, Any], evidence: Evidence) -> dict[str, Any]:
    files = manifest["files"]
    verilog = sum(entry["bytes"] for name, entry in files.items() if name.startswith("hdl/") and name.endswith(".v"))
    return {"verilog_bytes": verilog, "cells": (evidence["sizes"] or {}).get("cells") or None}


def _tools(evidence: Evidence) -> dict[str, str]:
    found = {"sc-precision": __version__, "python": platform.python_version()}
    for kind in ("sizes", "simulation", "mutations", "proofs"):
        found |= (evidence[kind] or {}).get("versions") or {}
    return found
