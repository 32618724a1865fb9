# SPDX-License-Identifier: Apache-2.0
"""Counterexamples of a bundle's lemmas: what failed, with which values, and a test that shows it in simulation."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sc_precision.bundle.manifest import Bundle
from sc_precision.errors import InputError
from sc_precision.files import replacing
from sc_precision.formats import FixedFormat
from sc_precision.golden.layers import layer_accumulators, layer_outputs, output_stage
from sc_precision.plan.result import NetworkPlan
from sc_precision.properties.lemma import Lemma
from sc_precision.tools.replay import REPLAY_FILE, Counterexample, free_signals, read_trace, uninitialised
from sc_precision.tools.sby import ProofResult, Verdict

FOLDER = "formal/counterexamples"
"""Where the counterexamples of a bundle lie in it."""
TEST = "test_counterexample.py"
_MAX_STEPS = 10_000

_TEST_TEXT = '''\
# SPDX-License-Identifier: Apache-2.0
"""Counterexample to {lemma}, task {task}: {properties}.

{claim}

The values that a solver found are simulated in Icarus; the test fails where the Verilog still breaks the claim.
RTL=<folder> tests other Verilog than the bundle's.
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
    bundle: Bundle, lemma: Lemma, task: str, result: ProofResult, plan: NetworkPlan | None = None
) -> dict[str, Any]:
    """Write a counterexample into ``formal/counterexamples/<lemma>.<task>/`` of a bundle.

    Parameters
    ----------
    bundle : Bundle
    lemma : Lemma
    task : str
        Its task that failed.
    result : ProofResult
        With verdict ``FAIL`` and a trace; not of a cover.
    plan : NetworkPlan, optional
        The bundle's, where it is at hand.

    Returns
    -------
    dict
        ``folder`` (relative to the bundle), ``properties`` (labels that failed), ``failed_step``, ``steps`` (their
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
    golden = golden_values(bundle.plan() if plan is None else plan, lemma, steps)
    folder = bundle.folder / FOLDER / f"{lemma.name}.{task}"
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
    document = {**found.to_dict(), "lemma": lemma.name, "task": task, "claim": lemma.claim, "golden": golden}
    for name, content in (
        (found.checker, checker),
        (TEST, text),
        (REPLAY_FILE, json.dumps(document, indent=1, sort_keys=True) + "\n"),
    ):
        with replacing(folder / name) as temporary:
            temporary.write_text(content, encoding="utf-8", newline="\n")
    free = free_signals(checker)
    at = [failed.step for failed in result.failed if failed.step is not None]
    return {
        "folder": f"{FOLDER}/{folder.name}",
        "properties": list(labels),
        "failed_step": min(at, default=None),
        "steps": len(steps),
        "inputs": [{name: step.get(name, 0) for name in free} for step in steps[:_MAX_STEPS]],
        "golden": golden,
        "waveform": "trace.vcd",
        "witness": "trace.yw" if ".yw" in traces else None,
        "test": TEST,
    }


def clear_counterexamples(bundle: Bundle) -> None:
    """Remove what an earlier run left."""
    shutil.rmtree(bundle.folder / FOLDER, ignore_errors=True)


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


def golden_values(plan: NetworkPlan, lemma: Lemma, steps: Sequence[Mapping[str, int]]) -> dict[str, Any] | None:
    """What the integer model makes of the inputs in a trace.

    Returns
    -------
    dict or None
        Of an output stage: ``acc`` and ``code`` per step. Of a layer's controller or the network's top: ``vectors``,
        each whole vector that was accepted, with the accumulators and outputs of that layer and of those after it.
        None where the lemma's inputs are not those of a layer.
    """
    for index, layer in enumerate(plan.layers):
        p = layer.params
        if lemma.name == f"{p.name}_stage":
            acc = np.array([_signed(step.get("acc", 0), p.acc) for step in steps], dtype=np.int64)
            return {"layer": p.name, "acc": acc.tolist(), "code": output_stage(p, acc).tolist()}
        if lemma.name == f"{p.name}_control":
            accepted = [step for step in steps if _all(step, "in_valid", "in_ready") and not step.get("rst")]
            return _forward(plan, index, [_signed(step.get("in_code", 0), p.inputs.format) for step in accepted])
    if lemma.name == f"{plan.name}_top":
        form = plan.layers[0].params.inputs.format
        accepted = [step for step in steps if _all(step, "s_axis_tvalid", "s_axis_tready", "aresetn")]
        codes = [step.get("s_axis_tdata", 0) & ((1 << form.width) - 1) for step in accepted]
        return _forward(plan, 0, [_signed(code, form) for code in codes])
    return None


def _all(step: Mapping[str, int], *names: str) -> bool:
    """Whether all are 1; what a trace leaves out does not matter and is 0."""
    return all(step.get(name) for name in names)


def _signed(value: int, form: FixedFormat) -> int:
    return value - (1 << form.width) if form.signed and value >> (form.width - 1) else value


def _forward(plan: NetworkPlan, first: int, codes: Sequence[int]) -> dict[str, Any]:
    n = plan.layers[first].params.n_in
    vectors = []
    for start in range(0, len(codes) - n + 1, n):
        values = np.array([codes[start : start + n]], dtype=np.int64)
        found: dict[str, Any] = {"inputs": values[0].tolist(), "layers": []}
        for layer in plan.layers[first:]:
            acc = layer_accumulators(layer.params, values)
            values = layer_outputs(layer.params, values)
            entry = {"layer": layer.params.name, "accumulators": acc[0].tolist(), "outputs": values[0].tolist()}
            found["layers"].append(entry)
        vectors.append(found)
    return {"accepted_codes": list(codes), "vectors": vectors}
