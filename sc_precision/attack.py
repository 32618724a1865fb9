# SPDX-License-Identifier: Apache-2.0
"""A falsifier: searches for inputs whose error exceeds what a plan promises.

It knows the hardware only through a function from input codes to output codes, and shares no line with the
bounds that it attacks. What it finds in vain says how much slack a bound has: worst error found / bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sc_precision.arguments import integer
from sc_precision.errors import InputError
from sc_precision.network import FloatArray, Network
from sc_precision.params import IntArray
from sc_precision.plan.result import NetworkPlan

Evaluate = Callable[[IntArray], IntArray]
BATCH = 1 << 14
"""Inputs that are evaluated at once."""
RANDOM_SHARE = 0.5
"""Share of the trials that are random; the others climb."""
LINE_VALUES = 9
"""Values that coordinate ascent tries for one input at a time."""
BATCH_VALUES = 1 << 22
"""Input codes that are held at once."""
OFFSET = 0.499
"""How far off its code an input may be, in steps, where inputs are rounded."""


@dataclass(frozen=True, eq=False)
class AttackResult:
    """What an attack found.

    Parameters
    ----------
    worst_error : float
        Largest absolute error of any output, hardware minus exact network.
    bound : float
        What the plan promises.
    worst_input_codes : ndarray of int64, shape (n_in,)
        Input codes of the worst error.
    worst_output : int
        Output that has it.
    n_inputs : int
        Inputs that were evaluated.
    violations : int
        Inputs whose error exceeds the bound of an output, or of a constraint of the plan's target, by more than the
        rounding of this search's own arithmetic.
    """

    worst_error: float
    bound: float
    worst_input_codes: IntArray
    worst_output: int
    n_inputs: int
    violations: int

    @property
    def ratio(self) -> float:
        """Worst error found / bound; near 1 where the bound is tight, 0 where the bound is 0."""
        return self.worst_error / self.bound if self.bound > 0.0 else 0.0

    def to_dict(self) -> dict[str, object]:
        """JSON-ready form."""
        return {
            "worst_error": self.worst_error,
            "bound": self.bound,
            "ratio": self.ratio,
            "worst_input_codes": self.worst_input_codes.tolist(),
            "worst_output": self.worst_output,
            "n_inputs": self.n_inputs,
            "violations": self.violations,
        }


def forward_slack(network: Network) -> FloatArray:
    """Largest rounding error of a float64 forward pass, per output, over the input range.

    Each layer adds gamma_{n+2} (|W| |x| + |b|) to |W| times the error so far (Higham, Accuracy and Stability of
    Numerical Algorithms, section 3.1); the factors here are more than twice that.
    """
    reach = np.full(network.n_in, max(-network.input_low, network.input_high))
    error = np.zeros(network.n_in)
    for dense in network.layers:
        magnitude = np.abs(dense.weight) @ reach + np.abs(dense.bias)
        error = (np.abs(dense.weight) @ error) * (1 + 1e-9) + (dense.n_in + 4) * 2.0**-52 * magnitude
        reach = magnitude * (1 + 1e-9)
    return error


class _Attack:
    """State of one attack. Row j of points and heights climbs the error of output j % n_out, up for the first half."""

    def __init__(self, plan: NetworkPlan, evaluate: Evaluate, rng: np.random.Generator):
        self.plan, self.evaluate, self.rng = plan, evaluate, rng
        network, inputs = plan.network, plan.params[0].inputs
        self.low, self.high, self.lsb = inputs.low, inputs.high, inputs.format.lsb
        self.rounded = network.input_fraction is None
        self.batch = max(64, min(BATCH, BATCH_VALUES // network.n_in))
        self.direction = np.repeat([1.0, -1.0], network.n_out)
        slack = forward_slack(network)
        self.floor, self.ceiling = plan.bound_low - slack, plan.bound_high + slack
        rows = plan.constraints.rows
        self.rows, self.limits = rows.T, plan.constraint_bounds + 1.01 * (np.abs(rows) @ slack)
        self.worst_error, self.worst_output, self.n_inputs, self.violations = -1.0, 0, 0, 0
        self.worst = np.zeros(network.n_in, dtype=np.int64)
        self.weights = [(layer.dense.weight, layer.params.weight_values) for layer in plan.layers]
        self.restart()

    def restart(self) -> None:
        """Forget the points, not the worst."""
        shape = (len(self.direction), self.plan.network.n_in)
        self.points = self.rng.integers(self.low, self.high, shape, endpoint=True)
        self.heights = np.full(len(self.direction), -np.inf)

    def errors(self, codes: IntArray, offsets: FloatArray | None) -> FloatArray:
        """Errors of all outputs up, then down, at inputs on the codes or off them by offsets; keeps the worst."""
        network = self.plan.network
        values = codes * self.lsb
        if offsets is not None:
            values = values + offsets * self.lsb
        if self.rounded:
            values = np.clip(values, network.input_low, network.input_high)
            codes = self.plan.input_codes(values)
        outputs = np.asarray(self.evaluate(codes))
        if outputs.shape != (len(codes), network.n_out):
            raise InputError(f"attack: evaluate must return shape {(len(codes), network.n_out)}, got {outputs.shape}")
        error = self.plan.output_values(outputs) - network.forward(values)
        self.n_inputs += len(codes)
        broken = ((error > self.ceiling) | (error < self.floor)).any(axis=1)
        if self.plan.constraints.pairs:
            broken |= (error @ self.rows > self.limits).any(axis=1)
        self.violations += int(broken.sum())
        row, output = np.unravel_index(np.abs(error).argmax(), error.shape)
        if abs(error[row, output]) > self.worst_error:
            self.worst_error = float(abs(error[row, output]))
            self.worst, self.worst_output = codes[row].copy(), int(output)
        return np.concatenate([error, -error], axis=1)

    def random(self, count: int) -> None:
        """Uniform codes, corners with any share of high inputs, and corners with some inputs in between."""
        n_in = self.plan.network.n_in
        for start in range(0, count, self.batch):
            size = min(self.batch, count - start)
            codes = self.rng.integers(self.low, self.high, (size, n_in), endpoint=True)
            corners = np.where(self.rng.random((size, n_in)) < self.rng.random((size, 1)), self.high, self.low)
            kind = (np.arange(size) % 3)[:, None]
            inside = (kind == 0) | ((kind == 1) & (self.rng.random((size, n_in)) < 0.25))
            codes = np.where(inside, codes, corners)
            height = self.errors(codes, self.rng.uniform(-OFFSET, OFFSET, codes.shape) if self.rounded else None)
            self.take(codes[height.argmax(axis=0)], height.max(axis=0))

    def take(self, points: IntArray, heights: FloatArray) -> bool:
        """Move to the points that are higher; whether there were any."""
        better = heights > self.heights
        self.points[better], self.heights[better] = points[better], heights[better]
        return bool(better.any())

    def slopes(self, codes: IntArray, which: int) -> FloatArray:
        """Gradient by the inputs of output j % n_out at codes[j]; of the exact (0) or the quantised weights (1)."""
        value, active = codes * self.lsb, []
        for dense in self.plan.network.layers:
            value = value @ dense.weight.T + dense.bias
            active.append((value > 0) | (not dense.activation.rectifies))
            value = np.where(active[-1], value, 0.0)
        slope = np.tile(np.eye(self.plan.network.n_out), (2, 1))
        for weights, on in zip(self.weights[::-1], active[::-1], strict=True):
            slope = (slope * on) @ weights[which]
        return slope

    def own_heights(self, codes: IntArray) -> FloatArray:
        """Heights of codes of shape (n_points, n_tries, n_in), each point's in its own direction."""
        n_points, n_tries, n_in = codes.shape
        flat, offsets = codes.reshape(-1, n_in), None
        if self.rounded:
            # An input off the grid that moves the exact network the other way.
            away = -np.sign(self.slopes(self.points, 0)) * self.direction[:, None] * OFFSET
            offsets = np.repeat(away, n_tries, axis=0)
        found = []
        for start in range(0, len(flat), self.batch):
            part = slice(start, start + self.batch)
            found.append(self.errors(flat[part], None if offsets is None else offsets[part]))
        owner = np.repeat(np.arange(n_points), n_tries)
        return np.concatenate(found)[np.arange(len(flat)), owner].reshape(n_points, n_tries)

    def jump(self) -> bool:
        """To the corners where the quantised weights' gradient differs most from the exact one's."""
        steepest = (self.slopes(self.points, 1) - self.slopes(self.points, 0)) * self.direction[:, None]
        corners = np.where(steepest > 0, self.high, self.low)
        return self.take(corners, self.own_heights(corners[:, None])[:, 0])

    def step(self) -> bool:
        """Try several codes of some inputs, one at a time, then all, half, ... of the changes that gain."""
        n_points, n_in = self.points.shape
        count = max(1, min(n_in, self.batch // (n_points * LINE_VALUES)))
        places = self.rng.permutation(n_in)[:count]
        values = self.rng.integers(self.low, self.high, (n_points, count, LINE_VALUES), endpoint=True)
        here = self.points[:, places]
        values[..., 0], values[..., 1] = self.low, self.high
        values[..., 2], values[..., 3] = np.maximum(here - 1, self.low), np.minimum(here + 1, self.high)
        tries = np.repeat(self.points[:, None], count * LINE_VALUES, axis=1).reshape(n_points, count, LINE_VALUES, n_in)
        tries[:, np.arange(count), :, places] = values.transpose(1, 0, 2)
        height = self.own_heights(tries.reshape(n_points, -1, n_in)).reshape(values.shape)
        best = height.argmax(axis=2)[..., None]
        gain = np.take_along_axis(height, best, axis=2)[..., 0] - self.heights[:, None]
        value = np.take_along_axis(values, best, axis=2)[..., 0]
        rank = np.argsort(np.argsort(-gain, axis=1), axis=1)
        gainers = (gain > 0).sum(axis=1, keepdims=True)
        shares = [np.ceil(gainers * share) for share in (1.0, 0.5, 0.25, 0.1)] + [np.minimum(gainers, 1)]
        combined = np.repeat(self.points[:, None], len(shares), axis=1)
        for index, limit in enumerate(shares):
            combined[:, index, places] = np.where(rank < limit, value, here)
        height = self.own_heights(combined)
        best = height.argmax(axis=1)
        rows = np.arange(n_points)
        return self.take(combined[rows, best], height[rows, best])

    def climb(self, end: int) -> None:
        """Ascend from all points side by side, and start again where nothing gains any more, until the budget ends."""
        idle = 0
        patience = 1 + self.plan.network.n_in * len(self.direction) * LINE_VALUES // self.batch
        while self.n_inputs < end:
            moved = self.jump()
            moved = self.step() or moved
            idle = 0 if moved else idle + 1
            if idle > patience:
                self.restart()
                idle = 0


def attack_plan(plan: NetworkPlan, *, evaluate: Evaluate, trials: int = 100_000, seed: int = 0) -> AttackResult:
    """Search for inputs in range whose error is as large as possible.

    Parameters
    ----------
    plan : NetworkPlan
        What is attacked.
    evaluate : callable
        The hardware or its golden model: input codes, int64 of shape (batch, n_in), to output codes of shape
        (batch, n_out).
    trials : int
        Inputs to evaluate, about: half random, half by coordinate ascent from corners and random points.
    seed : int
        Of the random numbers; the same seed gives the same result.

    Returns
    -------
    AttackResult

    Raises
    ------
    InputError
        If an argument cannot be used, or `evaluate` returns another shape.
    """
    if not isinstance(plan, NetworkPlan):
        raise InputError(f"attack: expected a NetworkPlan, got {type(plan).__name__}")
    trials = integer("trials", trials, minimum=1)
    attack = _Attack(plan, evaluate, np.random.default_rng(integer("seed", seed, minimum=0)))
    attack.random(max(1, int(trials * RANDOM_SHARE)))
    attack.climb(trials)
    return AttackResult(
        worst_error=attack.worst_error,
        bound=plan.bound,
        worst_input_codes=attack.worst,
        worst_output=attack.worst_output,
        n_inputs=attack.n_inputs,
        violations=attack.violations,
    )
