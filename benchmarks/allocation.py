# SPDX-License-Identifier: Apache-2.0
"""Time `sc_precision.allocate`, and compare its cost with uniform and equal-share allocations.

    python benchmarks/allocation.py -o allocation.json

Sensitivities are random, float32. Uniform: the cheapest width and length that keep the target when every synapse has
them. Equal shares: every synapse has the cheapest ones that keep its own error to target / synapses. Both may use every
point, on the hull or not, and are held to the same sound bound. Wall time counts other load on the machine, CPU time
does not. --size 100000000 --repeat 1 also shows the memory of the whole process.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from planners import machine, versions

from sc_precision import Allocation, allocate
from sc_precision.compatible.allocation_hull import allocation_points
from sc_precision.plan.cost import CostModel

SHARES = (64, 256, 1024)
"""The target is the sum of all sensitivities, divided by these."""


@dataclass
class Speed:
    """Median seconds of one call, and millions of synapses a second."""

    cost_model: str
    kind: str
    synapses: int
    wall: float
    cpu: float
    wall_rate: float
    cpu_rate: float
    dual_gap: float


@dataclass
class Saving:
    """Cost per synapse, and what the allocation saves of the others; None where they cannot reach the target."""

    cost_model: str
    distribution: str
    share: int
    cost: float
    dual_gap: float
    uniform: float | None
    saved_of_uniform: float | None
    equal_shares: float | None
    saved_of_equal_shares: float | None


def time_call(model: str, kind: str, s: np.ndarray, target: float, repeat: int, per_row: bool = False) -> Speed:
    wall, cpu = [], []
    plan: Allocation | None = None
    for _ in range(repeat):
        plan = None  # not two at a time
        start, used = time.perf_counter(), time.process_time()
        plan = allocate(s, target, cost_model=model, per_row=per_row)
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    assert plan is not None
    taken, worked = statistics.median(wall), statistics.median(cpu)
    result = Speed(model, kind, s.size, taken, worked, s.size / taken / 1e6, s.size / worked / 1e6, plan.dual_gap)
    rates = f"{result.wall_rate:8.1f} M/s wall {result.cpu_rate:8.1f} M/s CPU"
    print(f"{model:<12} {kind:<28} {s.size:>11,} {rates}   gap {100 * plan.dual_gap:.5f} %", flush=True)
    return result


def equal_share_cost(s: np.ndarray, target: float, model: str) -> float | None:
    points = sorted(allocation_points(model), key=lambda point: point.cost)
    errors = np.minimum.accumulate([float(point.error) for point in points])
    limit = np.divide(target / s.size, s, out=np.full(s.size, np.inf), where=s > 0)
    # The first point whose error is at most the limit; errors fall.
    place = np.searchsorted(-errors, -limit, side="left")
    if place.max() == len(points):
        return None
    return float(np.array([float(point.cost) for point in points])[place].mean())


def uniform_cost(total: float, target: float, model: str) -> float | None:
    costs = [float(point.cost) for point in allocation_points(model) if total * float(point.error) <= target]
    return min(costs, default=None)


def saving(s: np.ndarray, name: str, share: int, model: str) -> Saving:
    total = math.fsum(s.tolist())
    target = total / share
    plan = allocate(s, target, cost_model=model)
    cost = plan.cost / s.size
    uniform, equal = uniform_cost(total, target, model), equal_share_cost(s.astype(np.float64), target, model)
    saved = [None if other is None else 1 - cost / other for other in (uniform, equal)]
    result = Saving(model, name, share, cost, plan.dual_gap, uniform, saved[0], equal, saved[1])
    shown = ["   -  " if value is None else f"{100 * value:5.1f} %" for value in saved]
    print(f"{model:<12} {name:<12} 1/{share:<5} {cost:>12.2f} {shown[0]:>10} {shown[1]:>16}", flush=True)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and judge the allocation of bits and lengths.")
    parser.add_argument("-o", "--output", type=Path, help="write the figures here as JSON")
    parser.add_argument("--size", type=int, default=10_000_000, help="synapses of the timed layer")
    parser.add_argument("--rows", type=int, default=100, help="rows where the targets are per row; 0 for none")
    parser.add_argument("--columns", type=int, default=784, help="synapses of short rows, as many rows as fit")
    parser.add_argument("--repeat", type=int, default=5, help="runs of which the median is taken")
    options = parser.parse_args()
    setting = {
        "machine": machine(),
        "versions": versions(),
        "repeat": options.repeat,
        "load_average": os.getloadavg(),
    }
    print(json.dumps(setting))
    rng = np.random.default_rng(0)
    large = rng.random(options.size, dtype=np.float32)
    total = float(large.sum(dtype=np.float64))
    speeds = [time_call(model, "whole array", large, total / 256, options.repeat) for model in CostModel]
    if options.rows:
        for rows in (options.rows, max(1, options.size // options.columns)):
            matrix = large[: options.size // rows * rows].reshape(rows, -1)[
                :, : options.columns if rows > options.rows else None
            ]
            matrix = np.ascontiguousarray(matrix)
            most = float(matrix.sum(axis=1, dtype=np.float64).max())
            kind = f"{rows} rows of {matrix.shape[1]}"
            repeat = min(options.repeat, 3)
            speeds += [time_call(m, kind, matrix, most / 256, repeat, per_row=True) for m in CostModel]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # Linux counts in KiB
    print(f"peak memory of the process, input included: {peak / 1e6:,.0f} MB")
    size = min(options.size, 1_000_000)
    layers = {
        "uniform": rng.random(size, dtype=np.float32),
        "half-normal": np.abs(rng.normal(size=size)).astype(np.float32),
        "lognormal": rng.lognormal(0, 1, size=size).astype(np.float32),
    }
    print(f"\n{'cost':<12} {'sensitivity':<12} {'share':<7} {'each':>12} {'of uniform':>10} {'of equal shares':>16}")
    savings = [saving(s, name, share, m) for m in CostModel for name, s in layers.items() for share in SHARES]
    if options.output:
        figures = {
            **setting,
            "peak_bytes": peak,
            "speed": [asdict(speed) for speed in speeds],
            "saving": [asdict(each) for each in savings],
        }
        options.output.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
