# SPDX-License-Identifier: Apache-2.0
"""Time the compatible planners, beside the published package where it is installed (extra `bench`).

    python benchmarks/planners.py -o planners.json

Both run in this one process, in turns, on the same arrays; the figure is the median, the ratio that of the
medians. What they return is compared before anything is timed. Peak memory is what Python and NumPy allocate
during the call, in a run of its own.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import io
import json
import math
import os
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import sc_precision

REFERENCE = "sc_neurocore"
REFERENCE_MODULE = "sc_neurocore.compiler.adaptive_precision"
ROW = (0, "layer_0", 1, 2, 4, 64, 0.5, 0.01, 0.02, 0.03)


@dataclass
class Result:
    """One line of the table: medians in seconds or bytes; `reference` and `ratio` are None where it is absent."""

    name: str
    unit: str
    ours: float
    reference: float | None = None
    ratio: float | None = None


def find_reference() -> ModuleType | None:
    return importlib.import_module(REFERENCE_MODULE) if importlib.util.find_spec(REFERENCE) else None


def machine() -> dict[str, Any]:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return {"cpu": model, "cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}"}


def versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in ("sc-precision", "numpy", "sc-neurocore"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    result = call()
    taken = time.perf_counter() - start
    del result  # freeing a million rows is not part of the figure
    return taken


def peak_bytes(call: Callable[[], object]) -> float:
    tracemalloc.start()
    try:
        result = call()
        peak = tracemalloc.get_traced_memory()[1]
        del result
        return peak
    finally:
        tracemalloc.stop()


def compare(
    name: str, ours: Callable[[], object], reference: Callable[[], object] | None, repeat: int, unit: str = "s"
) -> Result:
    measure = seconds if unit == "s" else peak_bytes
    mine, theirs = [], []
    for _ in range(repeat):
        mine.append(measure(ours))
        if reference is not None:
            theirs.append(measure(reference))
    result = Result(name, unit, statistics.median(mine))
    if theirs:
        result.reference = statistics.median(theirs)
        result.ratio = result.reference / result.ours
    print(line(result), flush=True)
    return result


def line(result: Result) -> str:
    scale, unit = (1e-6, "MB") if result.unit == "bytes" else (1e3, "ms")
    reference = "-" if result.reference is None else f"{result.reference * scale:,.1f} {unit}"
    ratio = "-" if result.ratio is None else f"{result.ratio:,.1f}x"
    return f"{result.name:<44} {result.ours * scale:>12,.1f} {unit} {reference:>18} {ratio:>10}"


def check_same(ours: Any, theirs: Any) -> None:
    """Stop unless both packages planned the same rows."""
    for mine, other in zip(ours, theirs, strict=True):
        for name, value in mine.to_dict().items():
            expected = getattr(other, name)
            if not (value == expected or math.isclose(value, expected, rel_tol=1e-12)):
                raise SystemExit(f"the packages disagree: {name} is {value!r} here and {expected!r} there in {mine}")


def run(side: int, trials: int, repeat: int) -> list[Result]:
    reference = find_reference()
    rng = np.random.default_rng(0)
    square, small = [rng.normal(size=(side, side))], [rng.random((64, 32))]
    wide = [rng.normal(0, 0.1, size=(784, 128))]
    plan = sc_precision.assign_synapse_precisions(square)
    rows = reference and reference.assign_synapse_precisions(square)
    if rows:
        check_same(plan, rows)

    def beside(call: Callable[[ModuleType], object]) -> Callable[[], object] | None:
        return None if reference is None else lambda: call(reference)

    def stream() -> None:
        plan.write_manifest(io.StringIO())

    def dump(package: ModuleType) -> None:
        json.dump(package.precision_plan_manifest(rows), io.StringIO())

    def make_rows(package: ModuleType) -> None:
        for _ in range(100_000):
            package.SynapsePrecision(*ROW).to_dict()

    size = f"{side}x{side}"
    print(f"{'':<44} {'sc_precision':>15} {REFERENCE:>18} {'ratio':>10}")
    return [
        compare(
            f"assign_synapse_precisions {size}",
            lambda: sc_precision.assign_synapse_precisions(square),
            beside(lambda package: package.assign_synapse_precisions(square)),
            repeat,
        ),
        compare(
            f"assign_synapse_precisions {size}, peak memory",
            lambda: sc_precision.assign_synapse_precisions(square),
            beside(lambda package: package.assign_synapse_precisions(square)),
            1,
            "bytes",
        ),
        compare(
            f"precision_plan_manifest, {side * side} rows",
            lambda: sc_precision.precision_plan_manifest(plan),
            beside(lambda package: package.precision_plan_manifest(rows)),
            repeat,
        ),
        compare(f"manifest as JSON text, {side * side} rows", stream, beside(dump), 1),
        compare("100000 rows and to_dict", lambda: make_rows(sc_precision), beside(make_rows), repeat),
        *(
            compare(
                f"analyze_sensitivity 64x32, {trials} trials, {sampling}",
                lambda sampling=sampling: sc_precision.analyze_sensitivity(small, n_trials=trials, sampling=sampling),
                beside(lambda package: package.analyze_sensitivity(small, n_trials=trials)),
                1,  # the bit-level definition takes half a minute
            )
            for sampling in ("normal", "binomial")
        ),
        *(
            compare(
                f"analyze_sensitivity 784x128, {trials} trials, {sampling}",
                lambda sampling=sampling: sc_precision.analyze_sensitivity(wide, n_trials=trials, sampling=sampling),
                None,
                min(repeat, 3),
            )
            for sampling in ("normal", "binomial")
        ),
        compare("folded_normal_scores 784x128", lambda: sc_precision.folded_normal_scores(wide), None, repeat),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the compatible planners.")
    parser.add_argument("-o", "--output", type=Path, help="write the figures here as JSON")
    parser.add_argument("--side", type=int, default=1000, help="rows and columns of the planned layer")
    parser.add_argument("--trials", type=int, default=100, help="trials of the sensitivity score")
    parser.add_argument("--repeat", type=int, default=5, help="runs of which the median is taken")
    options = parser.parse_args()
    setting = {"machine": machine(), "versions": versions(), "repeat": options.repeat}
    print(json.dumps(setting))
    results = run(options.side, options.trials, options.repeat)
    if options.output:
        figures = {**setting, "results": [asdict(result) for result in results]}
        options.output.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
