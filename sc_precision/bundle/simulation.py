# SPDX-License-Identifier: Apache-2.0
"""Running the bench of a bundle on its Verilog."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sc_precision.arguments import show
from sc_precision.bundle.emit import plan_bench
from sc_precision.bundle.evidence import RESULTS, write_evidence
from sc_precision.bundle.manifest import Bundle
from sc_precision.design.chains import chain_model
from sc_precision.design.manifest import MANIFEST
from sc_precision.design.vectors import Arrays
from sc_precision.errors import ConsistencyError, ToolError, ToolMissingError
from sc_precision.files import write_files
from sc_precision.importers.arrays import write_arrays
from sc_precision.tools.icarus import BenchResult, CompileError, run_bench
from sc_precision.tools.process import CancelledError

TIMEOUT = 1800.0
"""Time limit of the simulation in seconds."""
_FIGURES = ("vectors", "outputs_compared", "cycles", "cycles_per_vector", "accuracy_rtl")


def simulate(bundle: Bundle, *, timeout: float = TIMEOUT, cancel: Callable[[], bool] | None = None) -> dict[str, Any]:
    """Simulate the vectors of a bundle with Icarus Verilog and cocotb, and write down the result.

    The bench is this package's, which the bundle's must be, and what it expects is derived from the plan again.

    Parameters
    ----------
    bundle : Bundle
    timeout : float
        Time limit in seconds.
    cancel : callable, optional
        Once it returns True the simulation is ended with `CancelledError`.

    Returns
    -------
    dict
        ``status`` (``passed``, ``failed``, or ``incomplete`` where there is no verdict: a time limit was reached or a
        signal ended a program), ``reason``, ``tests``, ``seconds``, ``versions``, ``images`` (labelled
        vectors) and what the bench counted: ``vectors``, ``outputs_compared``, ``cycles``, ``cycles_per_vector``,
        ``accuracy_rtl``. Also for a bench that fails.

    Raises
    ------
    ConsistencyError
        If the bench, or an array of the vectors, is not what this version writes for the plan.
    ToolMissingError
        If Icarus Verilog or cocotb is not installed.
    """
    start = time.monotonic()
    bench = _bench(bundle)
    vectors = _vectors(bundle)
    with tempfile.TemporaryDirectory(prefix="sc_precision_sim_") as folder:
        work = Path(folder)
        figures = work / "figures.json"
        # Nothing else that lies in sim/ is where Python looks for modules.
        write_files(work / "sim", {**bench, "vectors.npz": partial(write_arrays, arrays=vectors)})
        try:
            result = run_bench(
                bundle.hdl,
                bundle.name,
                f"test_{bundle.name}",
                work / "work",
                python_path=[work / "sim"],
                env={
                    "SC_VECTORS": str(work / "sim" / "vectors.npz"),
                    "SC_RESULTS": str(figures),
                    "PYTHONDONTWRITEBYTECODE": "1",
                },
                timeout=timeout,
                cancel=cancel,
            )
        except (ToolMissingError, CancelledError):
            raise
        except ToolError as error:
            status = "failed" if isinstance(error, CompileError) else "incomplete"
            data = _without_figures(status, str(error), time.monotonic() - start)
        else:
            data = _judged(vectors, result, _read(figures))
            _keep_logs(bundle, result)
    write_evidence(bundle, "simulation", data)
    return data


def _bench(bundle: Bundle) -> dict[str, str]:
    """Files of the bench, which must be those in ``sim/``."""
    bench = plan_bench(bundle.plan())
    there = bundle.texts("sim")
    for name in sorted(there.keys() | bench.keys()):
        if there.get(name) != bench.get(name):
            raise ConsistencyError(
                f"{bundle.folder}: sim/{name} is not what this version writes for the plan; emit the bundle again"
            )
    return bench


def _vectors(bundle: Bundle) -> Arrays:
    """The arrays of ``sim/vectors.npz``; what is expected of the inputs must be what the plan's model gives."""
    path, plan = bundle.folder / "sim" / "vectors.npz", bundle.plan()
    try:
        with np.load(path, allow_pickle=False) as file:
            there = dict(file)
        derived = chain_model(plan.params, there["inputs"].astype(np.int64))
        again = {"inputs": there["inputs"], "labels": there["labels"]} | derived
    except (OSError, ValueError, LookupError) as error:
        raise ConsistencyError(f"{bundle.folder}: sim/vectors.npz: {show(str(error))}; emit the bundle again") from None
    for name in sorted(there.keys() | again.keys()):
        if name not in there or name not in again or not np.array_equal(there[name], again[name]):
            raise ConsistencyError(
                f"{bundle.folder}: sim/vectors.npz: {name} is not what plan.npz gives; emit the bundle again"
            )
    if len(there["inputs"]) != bundle.manifest["vectors"]["count"]:
        raise ConsistencyError(
            f"{bundle.folder}: sim/vectors.npz: {len(there['inputs'])} inputs, "
            f"{bundle.manifest['vectors']['count']} by {MANIFEST}; emit the bundle again"
        )
    return there


def _judged(vectors: Arrays, result: BenchResult, figures: dict[str, Any]) -> dict[str, Any]:
    """The result; a pass needs every vector to have been compared."""
    expected, labels = vectors["expected"], vectors["labels"]
    reason = "" if result.ok else result.message
    if result.ok and (figures.get("vectors"), figures.get("outputs_compared")) != (len(expected), expected.size):
        reason = (
            f"the bench compared {figures.get('outputs_compared')} outputs of {figures.get('vectors')} vectors, not "
            f"{expected.size} of {len(expected)}"
        )
    return {
        "status": ("failed" if result.decided else "incomplete") if reason else "passed",
        "reason": reason or None,
        "seconds": result.seconds,
        "tests": [{"name": test.name, "passed": test.passed} for test in result.tests],
        "messages": {test.name: test.message for test in result.tests if test.message},
        "images": int((labels >= 0).sum()),
        "versions": dict(result.versions),
        **{name: figures.get(name) for name in _FIGURES},
    }


def _without_figures(status: str, reason: str, seconds: float) -> dict[str, Any]:
    empty = dict.fromkeys(_FIGURES)
    return {
        "status": status,
        "reason": reason,
        "seconds": seconds,
        "tests": [],
        "messages": {},
        "images": 0,
        "versions": {},
        **empty,
    }


def _read(figures: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(figures.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _keep_logs(bundle: Bundle, result: BenchResult) -> None:
    folder = bundle.folder / RESULTS / "simulation"
    with suppress(OSError):  # for reading only; the verdict does not depend on them
        folder.mkdir(parents=True, exist_ok=True)
        for path in (result.log, result.results_file):
            if path.is_file():
                shutil.copyfile(path, folder / path.name)
