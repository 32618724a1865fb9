# SPDX-License-Identifier: Apache-2.0
"""Time the proofs of single layers against their sizes, by engine, and fit the growth.

    python benchmarks/proofs.py -o proofs.json

Each lemma's proof is run by itself, once with each engine that is installed; the time is CPU time of all programs that
it starts, which a loaded machine disturbs least. An engine that does not decide a lemma within the limit is not asked
about that kind of lemma at larger sizes of the same series. The growth is the slope of log(time) over log(size), after
the time of an empty proof is taken off.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import sc_precision
from sc_precision.emit.verilog import network_verilog
from sc_precision.network import Dense, Network
from sc_precision.plan.network import plan_network
from sc_precision.plan.result import NetworkPlan, PlanLimits
from sc_precision.properties import Lemma, network_lemmas
from sc_precision.tools.sby import ProofResult, ProofTask, run_proof
from sc_precision.tools.toolchain import Toolchain, resolve_toolchain

ENGINES = ("smtbmc bitwuzla", "smtbmc z3", "smtbmc yices", "abc pdr")
PROGRAMS = {"bitwuzla": "bitwuzla", "z3": "z3", "yices": "yices-smt2", "pdr": "yosys-abc"}


@dataclass(frozen=True)
class Size:
    """A layer with one output: inputs, bits of a weight, bits of an activation, stream length (0: fixed point)."""

    inputs: int = 64
    weight_bits: int = 8
    activation_bits: int = 8
    length: int = 0

    def __str__(self) -> str:
        words = f"{self.inputs} x {self.weight_bits} x {self.activation_bits}"
        return f"{words}, L = {self.length}" if self.length else words


SERIES: dict[str, tuple[str, list[Size]]] = {
    "inputs": ("inputs", [Size(inputs=n) for n in (16, 64, 256)]),
    "weight width": ("weight_bits", [Size(weight_bits=w) for w in (4, 8, 16)]),
    "activation width": ("activation_bits", [Size(activation_bits=a) for a in (4, 8, 16)]),
    "all three": ("inputs", [Size(256, 16, 8)]),
    "stream length": ("length", [Size(16, 8, 8, length) for length in (128, 512, 2048)]),
    "synapses": ("inputs", [Size(n, 8, 8, 1024) for n in (4, 16, 64)]),
}


@dataclass
class Row:
    """One proof: CPU seconds, or None where the engine did not decide it in time."""

    series: str
    size: Size
    lemma: str
    kind: str
    engine: str
    first_choice: bool
    seconds: float | None
    verdict: str


def layer(size: Size, seed: int = 1) -> NetworkPlan:
    """A layer with random weights of exactly this size; no input has a weight of zero."""
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.1, 0.9, (1, size.inputs)) * rng.choice([-1.0, 1.0], (1, size.inputs))
    top = 1.0 - 2.0**-size.activation_bits
    network = Network((Dense(weights, [0.1]),), 0.0, top, size.activation_bits)
    limits = PlanLimits(min_bits=size.weight_bits, max_bits=size.weight_bits)
    if size.length:
        limits = replace(limits, min_length=size.length, max_length=size.length)
    datapath = "stochastic" if size.length else "fixed"
    return plan_network(
        network, target_error=1e-9, datapath=datapath, name="bench", lanes=1, limits=limits, best_effort=True
    )


def lemmas_of(size: Size, folder: Path) -> list[Lemma]:
    """The lemmas about such a layer, with their files written into the folder."""
    plan = layer(size)
    hdl = network_verilog(plan.params, plan.name)
    lemmas = network_lemmas(plan, hdl)
    files = {f"hdl/{name}": text for name, text in hdl.items()}
    for lemma in lemmas:
        files |= {f"formal/{name}": text for name, text in lemma.files().items()}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return lemmas


def timed(task: ProofTask, folder: Path, toolchain: Toolchain) -> tuple[ProofResult, float]:
    """Run a proof; its result and the CPU seconds of all programs that it started."""

    def spent() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = spent()
    result = run_proof(task, folder, toolchain=toolchain)
    return result, spent() - before


def kind_of(lemma: Lemma) -> str:
    """Name of a lemma without that of its layer and its part."""
    return re.sub(r"^bench_(layer0_)?|_\d+$", "", lemma.name)


def measure(series: Sequence[str], engines: Sequence[str], limit: float) -> list[Row]:
    """All proofs of the series."""
    toolchain = resolve_toolchain()
    rows: list[Row] = []
    for name in series:
        hopeless: set[tuple[str, str]] = set()
        for size in SERIES[name][1]:
            with tempfile.TemporaryDirectory(prefix="sc_precision_bench_") as place:
                folder = Path(place)
                for lemma in lemmas_of(size, folder):
                    for engine in engines:
                        kind = kind_of(lemma)
                        if (kind, engine) in hopeless:
                            continue
                        file = folder / "formal" / f"{lemma.name}.sby"
                        task = ProofTask(f"{lemma.name}.prove", file, "prove", limit, (engine,))
                        result, seconds = timed(task, folder / "work", toolchain)
                        first = engine == lemma.engines[0]
                        verdict, known = result.verdict.value, seconds if result.passed else None
                        rows.append(Row(name, size, lemma.name, kind, engine, first, known, verdict))
                        print(f"{name}: {size}: {kind}: {engine}: {verdict} {seconds:.2f} s", flush=True)
                        if not result.passed:
                            hopeless.add((kind, engine))
    return rows


def total(rows: Sequence[Row], engine: str | None) -> float | None:
    """CPU seconds of a whole set with one engine, or with each lemma's first choice; None if one is undecided."""
    found = [row for row in rows if (row.first_choice if engine is None else row.engine == engine)]
    decided = {row.lemma for row in found if row.seconds is not None}
    if not rows or decided != {row.lemma for row in rows}:
        return None
    return sum(row.seconds or 0.0 for row in found)


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Exponent of the growth: least squares through the logarithms."""
    if len(points) < 2:
        return None
    x, y = np.log(np.array(points, dtype=np.float64)).T
    return float(np.polyfit(x, y, 1)[0])


def growth(rows: Sequence[Row], series: str, kind: str | None) -> float | None:
    """Growth of the whole set, or of one kind of lemma, over a series, with each lemma's first choice."""
    points = []
    floor = min((row.seconds for row in rows if row.seconds is not None), default=0.0)
    for size in SERIES[series][1]:
        own = [r for r in rows if r.series == series and r.size == size and r.first_choice]
        seconds = [r.seconds for r in own if kind in (None, r.kind)]
        if seconds and all(s is not None for s in seconds):
            spent = sum(s - floor for s in seconds if s is not None)
            points.append((float(getattr(size, SERIES[series][0])), max(spent, 0.01)))
    return slope(points)


def text(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f}"


def table(rows: Sequence[Row], engines: Sequence[str]) -> str:
    """Markdown: the whole set per size, and each kind of lemma at the largest size of each series."""
    lines = [
        "| series | layer | lemmas | chosen | " + " | ".join(engines) + " |",
        "|---|---|---|---|" + "---|" * len(engines),
    ]
    for series in dict.fromkeys(row.series for row in rows):
        for size in dict.fromkeys(row.size for row in rows if row.series == series):
            own = [row for row in rows if row.series == series and row.size == size]
            times = [text(total(own, engine)) for engine in (None, *engines)]
            lines.append(f"| {series} | {size} | {len({row.lemma for row in own})} | " + " | ".join(times) + " |")
    lines += ["", "| lemma | growth over | exponent | at | chosen | " + " | ".join(engines) + " |"]
    lines += ["|---|---|---|---|---|" + "---|" * len(engines)]
    for series in dict.fromkeys(row.series for row in rows):
        last = [row.size for row in rows if row.series == series][-1]
        for kind in dict.fromkeys(row.kind for row in rows if row.series == series):
            exponent = growth(rows, series, kind)
            own = [row for row in rows if row.series == series and row.size == last and row.kind == kind]
            times = [text(total(own, engine)) for engine in (None, *engines)]
            power = "-" if exponent is None else f"{exponent:.2f}"
            lines.append(f"| {kind} | {series} | {power} | {last} | " + " | ".join(times) + " |")
    return "\n".join(lines)


def machine() -> dict[str, Any]:
    names = (
        re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) if os.path.exists("/proc/cpuinfo") else []
    )
    return {
        "cpu": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sc_precision": sc_precision.__version__,
        "tools": resolve_toolchain().versions(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])  # type: ignore[union-attr]
    parser.add_argument("-o", "--output", type=Path, help="JSON file for the results")
    parser.add_argument("--series", nargs="+", choices=list(SERIES), default=list(SERIES))
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), help="default: all that are installed")
    parser.add_argument("--limit", type=float, default=20.0, help="seconds for each proof (default: 20)")
    arguments = parser.parse_args()
    tools = resolve_toolchain().tools
    engines = arguments.engines or [e for e in ENGINES if PROGRAMS[e.split()[1]] in tools]
    rows = measure(arguments.series, engines, arguments.limit)
    print(table(rows, engines))
    if arguments.output:
        document = {
            "machine": machine(),
            "limit_seconds": arguments.limit,
            "growth": {name: growth(rows, name, None) for name in arguments.series},
            "rows": [asdict(row) for row in rows],
        }
        arguments.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
