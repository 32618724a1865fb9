# SPDX-License-Identifier: Apache-2.0
"""Running the lemmas of a bundle or a design: claims must hold, covers must be reached, mutants must be refused."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import Any

from sc_precision.bundle.counterexamples import clear_counterexamples, write_counterexample
from sc_precision.bundle.emit import COMPOSITION, checked_lemmas
from sc_precision.bundle.evidence import RESULTS, write_evidence
from sc_precision.bundle.manifest import Bundle
from sc_precision.bundle.values import Golden, network_golden
from sc_precision.design.folder import ManifestFolder
from sc_precision.design.manifest import MANIFEST
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.plan.result import NetworkPlan
from sc_precision.properties import Composition, check_composition
from sc_precision.properties.checker.formal import formal_texts
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.tools.proof_options import ProofOptions
from sc_precision.tools.proofs import run_proofs
from sc_precision.tools.sby import ProofResult, ProofTask, Verdict
from sc_precision.tools.toolchain import Toolchain, resolve_toolchain

_CONTROL_ENGINES = ("smtbmc bitwuzla", "smtbmc z3")
"""For covers and mutants, which are bounded."""
_YICES = "smtbmc yices"


def prove(
    bundle: Bundle, options: ProofOptions | None = None, *, lemmas: Sequence[Lemma] | None = None
) -> dict[str, Any]:
    """Run the proofs of a bundle, and write down the verdicts.

    The lemmas are derived from the plan again, which checks that they add up to its bound, and must be the files
    in ``formal/``, byte for byte.

    Parameters
    ----------
    bundle : Bundle
    options : ProofOptions, optional
        How to run them.
    lemmas : sequence of Lemma, optional
        Those that `write_bundle` returned for this bundle, if there are any already.

    Returns
    -------
    dict
        ``status`` (``passed``, ``failed``, ``incomplete``), ``reason``, ``seconds``, ``environment``,
        ``composition`` (see `Composition.to_dict`), ``composition_checked``, ``tasks`` (entries of ``proofs`` in the
        results), ``mutants`` (whether they were run) and ``versions``.

    Raises
    ------
    ConsistencyError
        If the lemmas do not add up, or are not those in the bundle.
    ToolMissingError
        If SBY or Yosys is not installed.
    """
    plan = bundle.plan()
    if lemmas is None:
        found, composition = _derived(bundle, plan)
    else:
        found = list(lemmas)
        composition = check_composition(plan, found)
    checked_texts(bundle, _texts(bundle, found, composition))
    _check_stated(bundle, found)
    return prove_lemmas(
        bundle,
        found,
        network_golden(plan.params, plan.name),
        options,
        composition=composition.to_dict(),
    )


def prove_lemmas(
    place: ManifestFolder,
    lemmas: Sequence[Lemma],
    golden: Golden,
    options: ProofOptions | None = None,
    *,
    composition: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Run lemmas whose files are those in ``formal/`` of a folder, and write down the verdicts.

    Parameters
    ----------
    place : ManifestFolder
    lemmas : sequence of Lemma
        That they add up, and are the files there, is the caller's to check.
    golden : callable
        Values for counterexamples, see `values`.
    options : ProofOptions, optional
        How to run them.
    composition : mapping, optional
        What was checked of how the lemmas add up to a bound, JSON-ready, where there is one.

    Returns
    -------
    dict
        As of `prove`.
    """
    run = ProofOptions() if options is None else options
    start = time.monotonic()
    toolchain = resolve_toolchain()
    asked = [(lemma, task) for lemma in lemmas for task in lemma.tasks if run.mutants or not task.startswith("mutant")]
    with tempfile.TemporaryDirectory(prefix="sc_precision_proof_") as folder:
        results = run_proofs(
            [_task(place, lemma, task, run.timeout, toolchain) for lemma, task in asked], folder, **run.running()
        )
        entries = [_entry(lemma, task, result) for (lemma, task), result in zip(asked, results, strict=True)]
        _keep_traces(place, entries, results)
        _keep_counterexamples(place, golden, [lemma for lemma, _ in asked], entries, results)
    status, reason = _status(entries)
    data = {
        "status": status,
        "reason": reason,
        "seconds": time.monotonic() - start,
        "environment": list(dict.fromkeys(words for lemma in lemmas for words in lemma.environment)),
        "composition": None if composition is None else dict(composition),
        "composition_checked": True,
        "mutants": run.mutants,
        "tasks": entries,
        "versions": dict(results[0].versions) if results else {},
    }
    write_evidence(place, "proofs", data)
    return data


def _check_stated(bundle: Bundle, lemmas: Sequence[Lemma]) -> None:
    """What the manifest says of the lemmas, which reports print, must be what they say.

    Raises
    ------
    ConsistencyError
        If it is not, with the lemma.
    """
    derived = {lemma.name: json.loads(json.dumps(lemma.to_dict())) for lemma in lemmas}
    stated = {lemma["name"]: lemma for lemma in bundle.manifest["lemmas"]}
    assumed = list(dict.fromkeys(words for lemma in lemmas for words in lemma.environment))
    wrong = [f"lemma {name}" for name in derived | stated if derived.get(name) != stated.get(name)]
    wrong += ["assumed"] * (bundle.manifest["assumed"] != assumed)
    if wrong:
        raise ConsistencyError(
            f"{bundle.folder}: {MANIFEST}: {wrong[0]} is not what this version says; emit the bundle again"
        )


def check_proofs(place: ManifestFolder, found: Mapping[str, Any]) -> None:
    """Verdicts that were read must be about the lemmas of the manifest, one for each task, and count as they say.

    Raises
    ------
    InputError
        If they are not, with the first that is wrong.
    """
    keys = ("core", "property", "claim", "assumes")
    asked = [
        {"lemma": lemma["name"], "task": task} | {key: lemma[key] for key in keys}
        for lemma in place.manifest["lemmas"]
        for task in lemma["tasks"]
        if found["mutants"] or not task.startswith("mutant")
    ]
    told = [{key: entry[key] for key in ("lemma", "task", *keys)} for entry in found["tasks"]]
    wrong = next((one or other for one, other in zip_longest(told, asked) if one != other), None)
    if wrong is not None:
        what = f"{wrong['lemma']}.{wrong['task']} is missing, or no task of the manifest"
    elif any((entry["expected"] == "FAIL") != entry["task"].startswith("mutant") for entry in found["tasks"]):
        what = "a task expects the wrong verdict"
    elif found["status"] != _status(found["tasks"])[0]:
        what = f"{found['status']} is not what the tasks amount to"
    elif found["composition"] != json.loads(place.texts("formal").get(COMPOSITION, "null")):
        what = f"its composition is not formal/{COMPOSITION}"
    else:
        return
    raise InputError(f"{place.folder / RESULTS / 'proofs.json'}: {what}; remove it and prove again")


def derived_lemmas(bundle: Bundle) -> list[Lemma]:
    """The lemmas of a bundle, made again from its plan and its Verilog.

    Raises
    ------
    ConsistencyError
        If they do not add up, or are not those in the bundle.
    """
    lemmas, composition = _derived(bundle, bundle.plan())
    checked_texts(bundle, _texts(bundle, lemmas, composition))
    return lemmas


def _derived(bundle: Bundle, plan: NetworkPlan) -> tuple[list[Lemma], Composition]:
    return checked_lemmas(plan, {name: text for name, text in bundle.texts("hdl").items() if name.endswith(".v")})


def _texts(bundle: Bundle, lemmas: Sequence[Lemma], composition: Composition) -> dict[str, str]:
    return formal_texts(lemmas, bundle.texts("hdl")) | {COMPOSITION: composition.text()}


def checked_texts(
    place: ManifestFolder, stated: Mapping[str, str], again: str = "for the plan; emit the bundle again"
) -> None:
    """What is proven must be what is checked: the files in ``formal/`` are those that are derived now.

    Raises
    ------
    ConsistencyError
        If they are not; `again` ends its message.
    """
    there = place.texts("formal")
    for name in sorted(there.keys() | stated.keys()):
        if there.get(name) != stated.get(name):
            raise ConsistencyError(f"{place.folder}: formal/{name} is not what this version writes {again}")


def portfolio(engines: Sequence[str], toolchain: Toolchain) -> tuple[str, ...]:
    """Engines in the order tried: those given, then Yices where it is installed, which is an extra."""
    more = "yices-smt2" in toolchain.tools and _YICES not in engines
    return (*engines, _YICES) if more else tuple(engines)


def _task(place: ManifestFolder, lemma: Lemma, task: str, timeout: float | None, toolchain: Toolchain) -> ProofTask:
    return ProofTask(
        name=f"{lemma.name}.{task}",
        sby_file=place.folder / "formal" / f"{lemma.name}.sby",
        task=task,
        timeout=lemma.timeout if timeout is None else timeout,
        engines=portfolio(lemma.engines if task == "prove" else _CONTROL_ENGINES, toolchain),
    )


def _entry(lemma: Lemma, task: str, result: ProofResult) -> dict[str, Any]:
    faults = {mutant.name: mutant.fault for mutant in lemma.mutants}
    return {
        "lemma": lemma.name,
        "core": lemma.core,
        "property": lemma.property,
        "claim": lemma.claim,
        "task": task,
        "verdict": result.verdict.value,
        "expected": "FAIL" if task in faults else "PASS",
        "engine": result.engine or None,
        "seconds": result.seconds,
        "unbounded": result.unbounded,
        "depth": result.depth,
        "cached": result.cached,
        "assumes": list(lemma.assumes),
        "fault": faults.get(task),
        "message": result.message or None,
        "counterexample": None,
    }


def _status(entries: Sequence[dict[str, Any]]) -> tuple[str, str | None]:
    """``passed`` only if every task has its expected verdict; there must be one."""

    def first(found: Sequence[dict[str, Any]]) -> str:
        entry = found[0]
        return f"first {entry['lemma']}.{entry['task']}: {entry['verdict']}, {entry['message'] or 'no message'}"

    decided = {Verdict.PASS.value, Verdict.FAIL.value}
    wrong = [each for each in entries if each["verdict"] in decided and each["verdict"] != each["expected"]]
    undecided = [each for each in entries if each["verdict"] not in decided]
    if wrong:
        return "failed", f"{len(wrong)} of {len(entries)} tasks have the wrong verdict, {first(wrong)}"
    if undecided:
        return "incomplete", f"{len(undecided)} of {len(entries)} tasks are undecided, {first(undecided)}"
    return ("passed", None) if entries else ("incomplete", "there is no lemma")


def _keep_traces(place: ManifestFolder, entries: Sequence[dict[str, Any]], results: Sequence[ProofResult]) -> None:
    """Keep log and traces of what did not go as expected."""
    folder = place.folder / RESULTS / "proofs"
    shutil.rmtree(folder, ignore_errors=True)
    for entry, result in zip(entries, results, strict=True):
        if entry["verdict"] == entry["expected"]:
            continue
        with suppress(OSError):  # for reading only; the verdict does not depend on them
            own = folder / result.name
            own.mkdir(parents=True)
            (own / "log.txt").write_text(result.log_tail, encoding="utf-8")
            for trace in result.traces:
                shutil.copyfile(trace, own / trace.name)


def _keep_counterexamples(
    place: ManifestFolder,
    golden: Golden,
    lemmas: Sequence[Lemma],
    entries: Sequence[dict[str, Any]],
    results: Sequence[ProofResult],
) -> None:
    """Write what refutes a claim, with a test that shows it in simulation, beside it; name it in the entry."""
    clear_counterexamples(place)
    for lemma, entry, result in zip(lemmas, entries, results, strict=True):
        if entry["expected"] == "FAIL" or not result.counterexamples:
            continue
        try:
            found = write_counterexample(place, lemma, entry["task"], result, golden)
        except InputError as error:  # the verdict stands without it
            entry["message"] = f"{entry['message']}; not written down: {error}"
            continue
        keys = ("folder", "properties", "failed_step", "steps", "waveform", "witness", "test")
        entry["counterexample"] = {key: found[key] for key in keys}
