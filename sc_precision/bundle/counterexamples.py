# SPDX-License-Identifier: Apache-2.0
"""Counterexamples of lemmas: what failed, with which values, and a test that shows it in simulation."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from typing import Any

from sc_precision.bundle.values import Golden
from sc_precision.design.folder import COUNTEREXAMPLES, ManifestFolder
from sc_precision.errors import InputError
from sc_precision.files import write_files, write_json
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.tools.replay import REPLAY_FILE, Counterexample, free_signals, read_trace, uninitialised
from sc_precision.tools.sby import ProofResult, Verdict

TEST = "test_counterexample.py"
_MAX_STEPS = 10_000

_TEST_TEXT = '''\
# SPDX-License-Identifier: Apache-2.0
"""Counterexample to {lemma}, task {task}: {properties}.

{claim}

The values that a solver found are simulated in Icarus; the test fails where the Verilog still breaks the claim.
RTL=<folder> tests other Verilog than that beside it.
"""

import os
from pathlib import Path

from sc_precision.tools.replay import replay

HERE = Path(__file__).resolve().parent
RTL = Path(os.environ.get("RTL", HERE.parents[2] / "hdl"))


def test_{name}():
    assert replay(HERE, RTL) == []
'''


def write_counterexample(
    place: ManifestFolder, lemma: Lemma, task: str, result: ProofResult, golden: Golden
) -> dict[str, Any]:
    """Write a counterexample into ``formal/counterexamples/<lemma>.<task>/`` of a bundle or design.

    Parameters
    ----------
    place : ManifestFolder
    lemma : Lemma
    task : str
        Its task that failed.
    result : ProofResult
        With verdict ``FAIL`` and a trace; not of a cover.
    golden : callable
        See `values`.

    Returns
    -------
    dict
        ``folder`` (relative to `place`), ``properties`` (labels that failed), ``failed_step``, ``steps`` (their
        number), ``inputs`` (per step, what the solver chose), ``golden`` (what the integer model makes of the inputs
        of a layer, or None where the lemma has none), ``waveform``, ``witness`` and ``test``, the files' names.

    Raises
    ------
    InputError
        If the result is no counterexample or its waveform cannot be read.
    """
    traces = {path.suffix: path for path in reversed(result.counterexamples)}
    if result.verdict is not Verdict.FAIL or ".vcd" not in traces:
        raise InputError(f"{lemma.name}.{task}: is no counterexample with a waveform ({result.verdict.value})")
    mutant = next((each for each in lemma.mutants if each.name == task), None)
    checker = (mutant.files if mutant else {}).get(f"{lemma.name}.sv", lemma.checker)
    steps, initial = read_trace(traces[".vcd"], lemma.top)
    labels = tuple(dict.fromkeys(failed.name.rpartition(".")[2] for failed in result.failed))
    found = Counterexample(
        top=lemma.top,
        checker=f"{lemma.name}.sv",
        hdl=lemma.hdl,
        prepare=lemma.prepare,
        properties=labels,
        steps=tuple(steps[:_MAX_STEPS]),
        initial={name: initial[name] for name in _registers(checker, initial)},
    )
    values = golden(lemma, steps)
    folder = place.folder / COUNTEREXAMPLES / f"{lemma.name}.{task}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        for suffix, path in traces.items():
            shutil.copyfile(path, folder / f"trace{suffix}")
    except OSError as error:
        raise InputError(f"{folder} cannot be written ({error.strerror or error})") from None
    text = _TEST_TEXT.format(
        lemma=lemma.name,
        task=task,
        properties=", ".join(labels) or "see the waveform",
        claim=lemma.claim[:1].upper() + lemma.claim[1:] + ".",
        name=re.sub(r"\W", "_", f"{lemma.name}_{task}"),
    )
    write_files(folder, {found.checker: checker, TEST: text})
    document = {**found.to_dict(), "lemma": lemma.name, "task": task, "claim": lemma.claim, "golden": values}
    write_json(folder / REPLAY_FILE, document)
    free = free_signals(checker)
    at = [failed.step for failed in result.failed if failed.step is not None]
    return {
        "folder": f"{COUNTEREXAMPLES}/{folder.name}",
        "properties": list(labels),
        "failed_step": min(at, default=None),
        "steps": len(steps),
        "inputs": [{name: step.get(name, 0) for name in free} for step in steps[:_MAX_STEPS]],
        "golden": values,
        "waveform": "trace.vcd",
        "witness": "trace.yw" if ".yw" in traces else None,
        "test": TEST,
    }


def clear_counterexamples(place: ManifestFolder) -> None:
    """Remove what an earlier run left."""
    shutil.rmtree(place.folder / COUNTEREXAMPLES, ignore_errors=True)


def counterexample_lines(data: Mapping[str, Any]) -> list[str]:
    """What `prove` found against the claims, a line each."""
    lines = []
    for entry in data["tasks"]:
        found = entry["counterexample"]
        if found is not None:
            at = "" if found["failed_step"] is None else f" at step {found['failed_step']}"
            what = ", ".join(found["properties"]) or "a claim"
            lines.append(f"{entry['lemma']}: {what} fails{at}; pytest {found['folder']}/{found['test']} shows it")
    return lines


def _registers(checker: str, initial: Mapping[str, int]) -> list[str]:
    """Registers of the checker that the trace gives a first value and the text does not."""
    return [name for name in uninitialised(checker) if name in initial]
