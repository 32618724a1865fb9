# SPDX-License-Identifier: Apache-2.0
"""The report: one HTML file that needs nothing else, from the results of a build."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sc_precision.files import replacing
from sc_precision.report import plots
from sc_precision.report.figures import FILTERS
from sc_precision.report.results import check_results, outside, proof_kind
from sc_precision.report.verdict import proof_scope, proof_word, tally, verdict, worst_error
from sc_precision.tools.targets import CellTarget

SOURCES = {
    "propagated": "Earlier layers",
    "input_rounding": "Input rounding",
    "weight_rounding": "Weight rounding",
    "stream_discrepancy": "Stream discrepancy",
    "bias_rounding": "Bias rounding",
    "accumulation": "Accumulation",
    "reference": "Reference integers",
    "output_rounding": "Output rounding",
}
"""Sources of error in the order shown, and how they are called; others follow by name."""
OUTPUT_ROWS = 200
"""Outputs in the table; of more, those nearest to an end of their claimed interval."""
CELL_TYPES = 8
"""Cell types per target; the rest is summed."""
OPEN_ROWS = 24
"""Proof lists up to this length are shown unfolded."""
OPEN_TASKS = 50
"""Tasks that failed or have no verdict: as many are listed on top."""


def write_report(path: str | os.PathLike[str], results: Mapping[str, Any]) -> None:
    """Write the report of a build.

    The file is static HTML with its styles and plots inside: no script, nothing loaded from elsewhere. Equal
    results give equal bytes (with one version of this package, jinja2 and matplotlib).

    Parameters
    ----------
    path : path
        The file to write, whole or not at all; its folder must exist.
    results : mapping
        JSON-ready, schema ``sc_precision.results.v1`` (``results.schema.json`` beside this module). Not modified.

    Raises
    ------
    InputError
        If the results depart from the schema or contradict themselves (see `check_results`), or the file cannot
        be written.
    """
    page = render_report(results)
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")


def render_report(results: Mapping[str, Any]) -> str:
    """Return the report as text; see `write_report`."""
    checked = check_results(results)
    page = _environment().get_template("report.html.j2").render(_view(checked))
    return page if page.endswith("\n") else page + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sc_precision.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(FILTERS)
    return environment


def _view(results: dict[str, Any]) -> dict[str, Any]:
    """What the template shows."""
    layers, outputs = results["layers"] or [], results["outputs"] or []
    proofs, design = results["proofs"] or [], results["design"]
    worst, found = worst_error(results), verdict(results)
    mutants = [_task(proof) for proof in proofs if proof_kind(proof) == "mutant"]
    used = [{**output, **_output_use(output)} for output in outputs]
    nearest = sorted(used, key=lambda output: output["share"] or 0.0, reverse=True)[:OUTPUT_ROWS]
    return {
        **results,
        "verdict": found,
        "proof": found.proof,
        "controls": found.controls,
        "bench": found.simulation,
        "errors": found.errors,
        "proof_reason": (results["proof_summary"] or {}).get("reason"),
        "bench_reason": (results["simulation"] or {}).get("reason"),
        "environment": (results["proof_summary"] or {}).get("environment") or [],
        "worst": worst,
        "ruler": max(design["bound"], design["target_error"] or 0.0, worst or 0.0) or 1.0,
        "plots": _plots(layers, outputs, design["target_error"]),
        "outputs": sorted(nearest, key=lambda output: output["index"]),
        "n_outputs": len(outputs),
        "layers": [{**layer, **_layer_use(layer)} for layer in layers],
        "sources": _sources(layers),
        "histograms": {key: plots.categories(layers, key) for key in ("bit_widths", "lengths")},
        "tally": tally(proofs),
        "cores": _cores(proofs),
        "mutants": mutants,
        "mutants_open": len(mutants) <= OPEN_ROWS,
        "open_tasks": [task for task in map(_task, proofs) if task["state"] in ("fail", "incomplete")],
        "shown_tasks": OPEN_TASKS,
        "targets": _targets(results["size"]),
        "tools": sorted((results["tools"] or {}).items()),
    }


def _sources(layers: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Keys and labels of the sources that are not zero in every layer."""
    used = {key for layer in layers for key, value in layer["sources"].items() if value > 0}
    ordered = [key for key in SOURCES if key in used] + sorted(used - SOURCES.keys())
    return [(key, SOURCES.get(key, key.replace("_", " ").capitalize())) for key in ordered]


def _plots(
    layers: list[dict[str, Any]], outputs: list[dict[str, Any]], target: float | None
) -> dict[str, Markup | None]:
    return {
        "intervals": plots.error_intervals(outputs, target) if outputs else None,
        "layers": plots.layer_errors(layers) if layers else None,
        "bit_widths": _histogram(layers, "bit_widths", "bits of a weight"),
        "lengths": _histogram(layers, "lengths", "stream length"),
    }


def _histogram(layers: list[dict[str, Any]], key: str, label: str) -> Markup | None:
    return plots.histogram(layers, key, label) if plots.categories(layers, key) else None


def _output_use(output: Mapping[str, Any]) -> dict[str, Any]:
    """Share of its claimed interval that an output's measured errors take up, 1 at an end; whether they leave it."""
    low, high = output["worst_low"], output["worst_high"]
    if low is None:
        return {"share": None, "beyond": False}
    shares = [0.0]
    for error, room in ((-low, -output["bound_low"]), (high, output["bound_high"])):
        if error > 0:
            shares.append(error / room if room > error * 1e-300 else float("inf"))
    beyond = outside(low, high, output["bound_low"], output["bound_high"])
    return {"share": max(shares) if beyond else min(1.0, max(shares)), "beyond": beyond}


def _layer_use(layer: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a layer; its interval is that of its bound on either side."""
    error, limit = layer["measured_max_error"], layer["bound"]
    either = None if error is None else -error
    return _output_use({"worst_low": either, "worst_high": error, "bound_low": -limit, "bound_high": limit})


def _group(proofs: Iterable[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    """Entries by one of their fields, in order of first appearance."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for proof in proofs:
        groups.setdefault(proof[key], []).append(proof)
    return groups


def _task(proof: dict[str, Any]) -> dict[str, Any]:
    state, word = proof_word(proof)
    return {**proof, "state": state, "word": word, "scope": proof_scope(proof)}


def _summary(proofs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Counts, state and word of a group; a claim that holds to a depth only keeps it from being a pass."""
    counts = tally(proofs)
    if counts.state == "pass" and counts.unbounded < counts.claims:
        return {"tally": counts, "state": "incomplete", "word": "bounded"}
    words = {"pass": "proved" if counts.claims else "passed", "fail": "failed", "none": "not run"}
    return {"tally": counts, "state": counts.state, "word": words.get(counts.state, "incomplete")}


def _cores(proofs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cores with their properties, each with its lemmas, each with its tasks; mutants are only counted."""
    cores = []
    for number, (core, rows) in enumerate(_group(proofs, "core").items(), start=1):
        properties = [
            {"name": name, "lemmas": _lemmas(own), **_summary(own)} for name, own in _group(rows, "property").items()
        ]
        summary = _summary(rows)
        unfolded = len(proofs) <= OPEN_ROWS
        cores.append({"number": number, "name": core, "open": unfolded, "properties": properties, **summary})
    return cores


def _lemmas(proofs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lemmas with the tasks that are not mutants."""
    shown = _group((proof for proof in proofs if proof_kind(proof) != "mutant"), "lemma")
    return [
        {"name": name, "claim": own[0]["claim"], "assumes": own[0]["assumes"], "tasks": [_task(task) for task in own]}
        for name, own in shown.items()
    ]


def _targets(size: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Cell counts by target, the most frequent types first and the rest in one sum."""
    found = []
    for target in CellTarget:
        cells = ((size or {}).get("cells") or {}).get(target)
        if cells is None:
            continue
        types = sorted(cells["by_type"].items(), key=lambda item: (-item[1], item[0]))
        rest = sum(number for _, number in types[CELL_TYPES:])
        found.append(
            {
                "label": target.label,
                "total": cells["total"],
                "types": types[:CELL_TYPES],
                "rest": rest,
                "more": len(types) - CELL_TYPES,
            }
        )
    return found
