# SPDX-License-Identifier: Apache-2.0
"""Time the proofs of single layers and multipliers against their sizes, by engine, and fit the growth.

    python benchmarks/proofs.py -o benchmarks/proofs.json --docs docs/formal.md

Each lemma's proof is run by itself, with the engine that it names first and, at one size of each kind, with every
engine that is installed. The time is CPU time of all programs that it starts, which a loaded machine disturbs least;
of several runs it is the median. The growth is the slope of log(time) over log(size), after the time of the shortest
proof is taken off. `proof_tables.py` makes the tables of the documentation from the JSON file.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from proof_tables import replace_tables, tables

import sc_precision
from sc_precision import SynapsePrecision, write_precision_formal_evidence_bundle
from sc_precision.emit.verilog import network_verilog
from sc_precision.network import Dense, Network
from sc_precision.plan.network import plan_network
from sc_precision.plan.result import NetworkPlan, PlanLimits
from sc_precision.properties import Lemma, network_lemmas
from sc_precision.tools.proofs import run_proofs
from sc_precision.tools.sby import ProofResult, ProofTask, run_proof
from sc_precision.tools.toolchain import Toolchain, resolve_toolchain

ENGINES = ("smtbmc bitwuzla", "smtbmc z3", "smtbmc yices", "abc pdr")
PROGRAMS = {"bitwuzla": "bitwuzla", "z3": "z3", "yices": "yices-smt2", "pdr": "yosys-abc"}


@dataclass(frozen=True)
class Size:
    """What is proven.

    A fixed-point layer with one output (`architecture` folded, parallel or serial), a stochastic one (streams), or the
    multiplier of the evidence bundle, which has one input and no activation width.
    """

    inputs: int = 64
    weight_bits: int = 8
    activation_bits: int = 8
    length: int = 0
    architecture: str = "folded"

    def __str__(self) -> str:
        if self.architecture == "multiplier":
            return f"{self.weight_bits}-bit weights, L = {self.length}"
        words = f"{self.inputs} x {self.weight_bits} x {self.activation_bits}"
        return f"{words}, L = {self.length}" if self.length else words


def _streams(inputs: int, length: int) -> Size:
    return Size(inputs, 8, 8, length, "streams")


def _multiplier(bits: int, length: int) -> Size:
    return Size(1, bits, 0, length, "multiplier")


SERIES: dict[str, tuple[str, list[Size]]] = {
    "folded, inputs": ("inputs", [Size(inputs=n) for n in (16, 64, 256)]),
    "folded, weight width": ("weight_bits", [Size(weight_bits=w) for w in (4, 8, 16)]),
    "folded, activation width": ("activation_bits", [Size(activation_bits=a) for a in (4, 8, 16)]),
    "folded, all three": ("inputs", [Size(256, 16, 8)]),
    "parallel, inputs": ("inputs", [Size(inputs=n, architecture="parallel") for n in (4, 16, 64)]),
    "bit-serial, inputs": ("inputs", [Size(inputs=n, architecture="serial") for n in (4, 16, 64)]),
    "streams, length": ("length", [_streams(16, length) for length in (128, 512, 2048)]),
    "streams, synapses": ("inputs", [_streams(n, 1024) for n in (4, 16, 64)]),
    "multiplier, length": ("length", [_multiplier(8, length) for length in (16, 256, 4096, 65536)]),
    "multiplier, weight width": ("weight_bits", [_multiplier(bits, 65536) for bits in (4, 8, 16)]),
}
BY_ENGINE = (
    Size(), Size(architecture="parallel"), Size(architecture="serial"), _streams(64, 1024), _multiplier(8, 4096)
)  # fmt: skip
"""Sizes at which every engine is tried."""
RATE_SIZES = (Size(), _streams(64, 1024))
"""Layers all of whose proofs are timed together."""


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
    runs: int = 1


def layer(size: Size, seed: int = 1) -> NetworkPlan:
    """A layer with random weights of exactly this size; no input has a weight of zero."""
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.1, 0.9, (1, size.inputs)) * rng.choice([-1.0, 1.0], (1, size.inputs))
    top = 1.0 - 2.0**-size.activation_bits
    network = Network((Dense(weights, [0.1]),), 0.0, top, size.activation_bits)
    limits = PlanLimits(min_bits=size.weight_bits, max_bits=size.weight_bits)
    streams = size.architecture == "streams"
    if streams:
        limits = replace(limits, min_length=size.length, max_length=size.length)
    return plan_network(
        network,
        target_error=1e-9,
        datapath="stochastic" if streams else "fixed",
        architecture="parallel" if streams else size.architecture,
        name="bench",
        lanes=1,
        limits=limits,
        best_effort=True,
    )


@dataclass(frozen=True)
class Question:
    """A lemma's proof: its file, the task in it, and the engine that the lemma names first."""

    lemma: str
    kind: str
    file: Path
    task: str
    engine: str


def questions(size: Size, folder: Path) -> list[Question]:
    """The proofs about such hardware, with their files written into the folder."""
    if size.architecture == "multiplier":
        row = SynapsePrecision(0, "layer_0", 0, 0, size.weight_bits, size.length, 1.0, 0.0, 0.0, 1.0)
        made = write_precision_formal_evidence_bundle(folder, [row], module_name="bench")["tasks"]
        tasks = [each["task"] for each in made if each["task"].startswith("prove")]
        return [Question(task, task.split("_")[1], folder / "bench.sby", task, ENGINES[0]) for task in tasks]
    return [
        Question(lemma.name, kind_of(lemma), folder / "formal" / f"{lemma.name}.sby", "prove", lemma.engines[0])
        for lemma in lemmas_of(size, folder)
    ]


def lemmas_of(size: Size, folder: Path) -> list[Lemma]:
    """The lemmas about such a layer, with their files written into the folder."""
    plan = layer(size)
    hdl = network_verilog(plan.params, plan.name)
    lemmas = network_lemmas(plan, hdl)
    files = {f"hdl/{name}": text for name, text in hdl.items()}
    for lemma in lemmas:
        files |= {f"formal/{name}": text for name, text in lemma.files(hdl).items()}
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


def measure(
    series: Mapping[str, tuple[str, list[Size]]],
    engines: Sequence[str],
    limit: float,
    runs: int = 1,
    by_engine: Sequence[Size] = BY_ENGINE,
) -> list[Row]:
    """All proofs of the series; a size that two of them have is measured once."""
    toolchain = resolve_toolchain()
    rows: list[Row] = []
    known: dict[Size, list[Row]] = {}
    for name, (_, sizes) in series.items():
        for size in sizes:
            if size not in known:
                with tempfile.TemporaryDirectory(prefix="sc_precision_bench_") as place:
                    asked = questions(size, Path(place))
                    tried = list(engines) if size in by_engine else []
                    known[size] = [
                        one(name, size, question, engine, limit, runs, Path(place) / "work", toolchain)
                        for question in asked
                        for engine in dict.fromkeys([question.engine, *tried])
                    ]
            rows += [replace(row, series=name) for row in known[size]]
    return rows


def one(
    series: str, size: Size, question: Question, engine: str, limit: float, runs: int, work: Path, toolchain: Toolchain
) -> Row:
    """One proof with one engine; engines that do not decide it are not asked again."""
    found: list[float] = []
    verdict = ""
    first = engine == question.engine
    for _ in range(runs):
        # What a lemma names first is given its time, others are only compared.
        task = ProofTask(question.lemma, question.file, question.task, max(limit, 300.0) if first else limit, (engine,))
        result, seconds = timed(task, work, toolchain)
        verdict = result.verdict.value
        found.append(seconds)
        if not result.passed:
            break
    seconds = statistics.median(found)
    print(f"{series}: {size}: {question.kind}: {engine}: {verdict} {seconds:.2f} s", flush=True)
    passed = seconds if verdict == "PASS" else None
    return Row(series, size, question.lemma, question.kind, engine, first, passed, verdict, len(found))


@dataclass
class Rate:
    """Proofs and covers of a layer, all at once: wall time."""

    size: Size
    jobs: int
    tasks: int
    seconds: float


def rates(sizes: Sequence[Size], jobs: Sequence[int], limit: float) -> list[Rate]:
    """How fast whole sets of proofs are answered."""
    found = []
    for size in sizes:
        for number in jobs:
            with tempfile.TemporaryDirectory(prefix="sc_precision_bench_") as place:
                folder = Path(place)
                tasks = [
                    ProofTask(f"{lemma.name}.{task}", folder / "formal" / f"{lemma.name}.sby", task, limit, engines)
                    for lemma in lemmas_of(size, folder)
                    for task, engines in (("prove", lemma.engines), ("cover", ENGINES[:1]))
                ]
                start = time.monotonic()
                results = run_proofs(tasks, folder / "work", jobs=number)
                seconds = time.monotonic() - start
                if not all(result.passed for result in results):
                    raise SystemExit(f"{size}: a proof did not pass")
                found.append(Rate(size, number, len(tasks), seconds))
                print(f"{size}: {len(tasks)} tasks, {number} at once: {seconds:.1f} s", flush=True)
    return found


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Exponent of the growth: least squares through the logarithms."""
    if len(points) < 2:
        return None
    x, y = np.log(np.array(points, dtype=np.float64)).T
    return float(np.polyfit(x, y, 1)[0])


def growth(rows: Sequence[Row], series: str, over: str, kind: str | None = None) -> float | None:
    """Growth of the whole set, or of one kind of lemma, over a series, with each lemma's first choice."""
    points = []
    floor = min((row.seconds for row in rows if row.seconds is not None), default=0.0)
    for size in dict.fromkeys(row.size for row in rows if row.series == series):
        own = [r for r in rows if r.series == series and r.size == size and r.first_choice]
        seconds = [r.seconds for r in own if kind in (None, r.kind)]
        if seconds and all(s is not None for s in seconds):
            spent = sum(s - floor for s in seconds if s is not None)
            points.append((float(getattr(size, over)), max(spent, 0.01)))
    return slope(points)


def machine() -> dict[str, Any]:
    names = (
        re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) if os.path.exists("/proc/cpuinfo") else []
    )
    return {
        "cpu": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "load_average": [round(each, 2) for each in os.getloadavg()],
        "python": platform.python_version(),
        "sc_precision": sc_precision.__version__,
        "tools": resolve_toolchain().versions(),
    }


def document(
    series: Mapping[str, tuple[str, list[Size]]],
    engines: Sequence[str],
    limit: float,
    runs: int,
    by_engine: Sequence[Size] = BY_ENGINE,
    rate_sizes: Sequence[Size] = RATE_SIZES,
) -> dict[str, Any]:
    """Measure everything; JSON-ready."""
    before = machine()
    rows = measure(series, engines, limit, runs, by_engine)
    cores = len(os.sched_getaffinity(0))
    measured = rates(rate_sizes, sorted({1, cores}), max(limit, 300.0))
    return {
        "machine": before | {"load_average_after": [round(each, 2) for each in os.getloadavg()]},
        "limit_seconds": limit,
        "engines": list(engines),
        "growth": [
            {"series": name, "over": over, "exponent": growth(rows, name, over)} for name, (over, _) in series.items()
        ],
        "rows": [asdict(row) | {"label": str(row.size)} for row in rows],
        "rates": [asdict(rate) | {"label": str(rate.size)} for rate in measured],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])  # type: ignore[union-attr]
    parser.add_argument("-o", "--output", type=Path, help="JSON file for the results")
    parser.add_argument("--docs", type=Path, help="page whose tables are replaced, such as docs/formal.md")
    parser.add_argument("--series", nargs="+", choices=list(SERIES), default=list(SERIES))
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), help="default: all that are installed")
    parser.add_argument("--limit", type=float, default=15.0, help="seconds for engines not chosen (default: 15)")
    parser.add_argument("--runs", type=int, default=1, help="of each proof, for the median (default: 1)")
    arguments = parser.parse_args()
    tools = resolve_toolchain().tools
    engines = arguments.engines or [e for e in ENGINES if PROGRAMS[e.split()[1]] in tools]
    series = {name: SERIES[name] for name in arguments.series}
    found = document(series, engines, arguments.limit, arguments.runs)
    if arguments.output:
        arguments.output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(tables(found))
    if arguments.docs:
        replace_tables(arguments.docs, found)


if __name__ == "__main__":
    main()
