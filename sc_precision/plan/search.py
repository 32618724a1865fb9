# SPDX-License-Identifier: Apache-2.0
r"""The cheapest allocation that keeps the exact bound: prices per constraint, and how far from optimal it can be.

With the activations' grids and ranges fixed, a constraint, g . e <= limit on the outputs' errors e, is bounded by a
combination of the synapses' errors that is linear: the last layer's accumulators count `g+` upwards and `g-` downwards,
and a layer hands `W+` of an error on in the same direction and `\|W-\|` of it in the other one; for a functional of the
outputs both are those of g W, so that what two outputs share cancels. Minimising the cost under the constraints is
therefore a multiple-choice knapsack, and for any prices mu >= 0

    D(mu) = sum over synapses of min(cost + priced error) + sum_k mu_k (constant_k - limit_k)

is a lower bound of its optimum (Lagrangian duality; Everett 1963). D is concave and has kinks; smoothing the minimum by
a temperature makes it twice differentiable (Nesterov 2005), and Newton's method in log mu finds its maximum in a dozen
steps, however many outputs there are. `repair` then settles the synapses that are undecided at these prices.

Where the composition is affine, part of the errors cancels, which no single synapse knows. Each layer's part of a
constraint is scaled by the share that is left of it at the plan that the model is made around, and the constants make
the model exact at the plan that is judged. What is returned is judged by the exact composed bound alone; the linear
model only says where to look, and what is optimal *in it*: `cost_lower_bound` and `dual_gap` are about allocations
whose errors cancel to the same share.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sc_precision.modes import Bounds
from sc_precision.network import FloatArray
from sc_precision.plan.bounds import ordered_dot, ordered_product
from sc_precision.plan.build import Builder
from sc_precision.plan.candidates import Chosen, LayerCandidates, enumerate_candidates, layer_candidates
from sc_precision.plan.repair import is_diagonal, repair
from sc_precision.plan.result import NetworkPlan

ROUNDS = (14, 6, 6)
"""Newton steps around the finest plan, then around the plans that these found; the last only where errors cancel."""
COLDEST = 0.02
"""Last temperature of the smoothed dual, in units of a synapse's mean priced error."""
DAMPING = 0.5
"""Part of what cancels that is remembered from one Newton step to the next."""
GOOD_GAP = 0.002
"""Dual gap at which another round is not worth its time."""
REPAIR_TRIES = 10
"""Times that an allocation is repaired with better knowledge of what the linear model leaves out."""
CERTIFY_STEPS = 8
"""Newton steps towards the dual bound of a plan."""
POLISH_PATIENCE, POLISH_MARGIN = 12, 0.001
"""Small repairs in a row that gain nothing, after which there are no more; what one that missed is held back by."""
TRIM_TRIALS = 200
"""Candidates of all synapses up to which each of them is tried on its own."""
RAISE_STEPS, RAISE_RANGE = 16, 30.0
"""Evaluations and largest logarithm where all prices have to rise."""
LEAST_SHARE = 0.05
"""Least share of a layer's errors that the model has not cancel; less is met by chance at one plan only."""
Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class _Trial:
    """One evaluation: what each layer chose, and the plan that it makes."""

    chosen: list[Chosen]
    plan: NetworkPlan

    @property
    def total(self) -> float:
        """Cost plus priced error of all synapses."""
        return sum(chosen.total for chosen in self.chosen)

    @property
    def bounds(self) -> FloatArray:
        """Bounds of all constraints, shape (n_rows,)."""
        return self.plan.constraint_bounds


def _rounded(prices: FloatArray) -> FloatArray:
    """Seventeen significant bits, so that the last digits of a machine's BLAS do not decide a plan."""
    mantissa, exponent = np.frexp(prices)
    return np.asarray(np.ldexp(np.rint(np.ldexp(mantissa, 17)), exponent - 17))


def _spread(chain: FloatArray, covariance: FloatArray) -> FloatArray:
    """Covariance of the constraints from that of a layer's independent accumulators, shape (3, n_out)."""
    n_out = covariance.shape[1]
    if is_diagonal(chain):
        scale = np.diag(chain)
        up, down = scale[:n_out], scale[n_out:]
        mixed = np.diag(up * covariance[1] * down)
        return np.block([[np.diag(up * covariance[0] * up), mixed], [mixed, np.diag(down * covariance[2] * down)]])
    up, down = chain[:, :n_out], chain[:, n_out:]
    mixed = (up * covariance[1]) @ down.T
    return np.asarray((up * covariance[0]) @ up.T + (down * covariance[2]) @ down.T + mixed + mixed.T)


class Search:
    """Search for the cheapest plan of one builder, linearised at the activations' ranges of another of its plans.

    The nearer that one is to the result the better. `tick` is called after each evaluation.
    """

    def __init__(self, builder: Builder, around: NetworkPlan, tick: Callable[[], None]):
        self.builder, self.tick = builder, tick
        request = builder.request
        self.layers: list[LayerCandidates] = [
            layer_candidates(
                layer.dense,
                enumerate_candidates(
                    range(request.limits.min_bits, request.limits.max_bits + 1),
                    request.limits.log2_lengths if request.stochastic else None,
                    layer.params.inputs.unit_log2,
                    request.encoding,
                    cost_model=request.cost_model,
                    activation_bits=layer.params.inputs.format.width,
                ),
                scale=layer.scale,
                row_scales=layer.row_scales,
                inputs=layer.params.inputs,
                input_low=layer.bounds.input_low,
                input_high=layer.bounds.input_high,
                encoding=request.encoding,
            )
            for layer in around.layers
        ]
        self.synapses = sum(dense.weight.size for dense in builder.network.layers)
        self.limits = builder.constraints.limits
        self.chains = self._chains(around)
        self.noisy = request.bounds == Bounds.AFFINE or builder.constraints.pairs
        self.best: _Trial | None = None
        self.priced: list[tuple[FloatArray, float]] = []

    def _chains(self, around: NetworkPlan) -> list[FloatArray]:
        """From a layer's accumulators, errors up and then down, to the constraints; shape (n_rows, 2 * n_out) each."""
        network, rows = self.builder.network, self.builder.constraints.rows
        chains = [np.concatenate([np.maximum(rows, 0.0), np.maximum(-rows, 0.0)], axis=1)]
        for index, dense in list(enumerate(network.layers))[:0:-1]:
            same, other = np.maximum(dense.weight, 0.0), np.maximum(-dense.weight, 0.0)
            if index == len(network.layers) - 1 and not dense.activation.rectifies:
                moved = ordered_product(rows, dense.weight)
                chains.insert(0, np.concatenate([np.maximum(moved, 0.0), np.maximum(-moved, 0.0)], axis=1))
            else:
                chains.insert(0, ordered_product(chains[0], np.block([[same, other], [other, same]])))
        if self.builder.request.bounds == Bounds.INTERVAL and not self.builder.constraints.pairs:
            return chains
        scaled = []
        for chain, left, layer in zip(chains, self.builder.shares(around), around.layers, strict=True):
            b, unit = layer.bounds, -(layer.params.acc_fraction + layer.bounds.k)
            own = [(b.weight_high + b.stream_high).sum(axis=1), -(b.weight_low + b.stream_low).sum(axis=1)]
            whole = ordered_dot(chain, np.ldexp(np.concatenate(own).astype(np.float64), unit))
            share = np.divide(left, whole, out=np.ones_like(left), where=whole > 0.0)
            scaled.append(np.clip(share, LEAST_SHARE, 1.0)[:, None] * chain)
        return scaled

    def most_precise(self) -> NetworkPlan:
        """The plan with the smallest error in each synapse."""
        return self.builder.build([layer.most_precise() for layer in self.layers])

    def _choose(self, index: int, prices: FloatArray) -> Chosen:
        return self.layers[index].choose(ordered_dot(self.chains[index].T, prices).reshape(2, -1))

    def _evaluate(self, prices: FloatArray) -> _Trial:
        """Choose everything by the same prices, so that the priced total counts for the dual."""
        trial = self._trial([self._choose(index, prices) for index in range(len(self.layers))])
        self.priced.append((prices, trial.total))
        return trial

    def _trial(self, chosen: list[Chosen]) -> _Trial:
        trial = _Trial(chosen, self.builder.build([each.choice for each in chosen]))
        if trial.plan.target_met and (self.best is None or trial.plan.cost < self.best.plan.cost):
            self.best = trial
        return trial

    def _raise(self, prices: FloatArray) -> None:
        """Bisect a common factor: for targets so close to the limits that balanced prices miss them."""
        low, high = 0.0, RAISE_RANGE
        for _ in range(RAISE_STEPS):
            middle = (low + high) / 2
            kept = self._evaluate(prices * math.exp(middle)).plan.target_met
            low, high = (low, middle) if kept else (middle, high)
            self.tick()

    def _constants(self, trial: _Trial) -> FloatArray:
        """What the constraints' bounds have beyond the linear model, so that it is exact for this trial."""
        pairs = zip(self.layers, self.chains, trial.chosen, strict=True)
        linear = [ordered_dot(chain, np.concatenate(layer.errors(chosen.which))) for layer, chain, chosen in pairs]
        return np.asarray(trial.bounds - sum(linear))

    def _balance(self, prices: FloatArray, steps: int) -> FloatArray:
        """Newton's method on the smoothed dual, in the logarithms of the prices."""
        constants: FloatArray | None = None
        for step in range(steps):
            trial = self._evaluate(prices)
            found = self._constants(trial)
            # What cancels differs from plan to plan; prices that follow it would never settle.
            if constants is None or not self.noisy:
                constants = found
            constants = DAMPING * constants + (1 - DAMPING) * found
            prices = self._newton(prices, constants, trial.chosen, steps - step)
            self.tick()
        return prices

    def _newton(self, prices: FloatArray, constants: FloatArray, chosen: Sequence[Chosen], warmth: int) -> FloatArray:
        """One step towards the maximum of the dual with the given constants."""
        excess = constants - self.limits
        # In units of what halving a synapse's error costs; ever colder.
        costs = (layer.cost(each.which) for layer, each in zip(self.layers, chosen, strict=True))
        priced = sum(each.total for each in chosen) - sum(costs)
        temperature = max(1e-6, COLDEST * warmth * priced / self.synapses)
        curvature = np.zeros((len(prices), len(prices)))
        for layer, chain in zip(self.layers, self.chains, strict=True):
            mean, covariance = layer.soften(ordered_dot(chain.T, prices).reshape(2, -1), temperature)
            excess += ordered_dot(chain, mean.ravel())
            curvature += _spread(chain, covariance)
        slope = prices * excess
        matrix = prices[:, None] * (curvature / temperature) * prices + np.diag(np.abs(slope) + 1e-9)
        return _rounded(prices * np.exp(np.clip(np.linalg.solve(matrix, slope), -2.0, 2.0)))

    def certify(self, prices: FloatArray) -> None:
        """Prices that make the dual bound of the best plan large: with its own constants, which no plan before had."""
        if self.best is None or not self.noisy:
            return
        constants = self._constants(self.best)
        for warmth in range(CERTIFY_STEPS, 0, -1):
            chosen = [self._choose(index, prices) for index in range(len(self.layers))]
            self.priced.append((prices, sum(each.total for each in chosen)))
            prices = self._newton(prices, constants, chosen, warmth)
            self.tick()

    def _repair(self, prices: FloatArray) -> None:
        """Plans near the given prices that keep the target closely."""
        trial = self._evaluate(prices)
        constants = self._constants(trial)
        linear = trial.bounds - constants
        for _ in range(REPAIR_TRIES):
            which = [each.which for each in trial.chosen]
            which = repair(self.layers, self.chains, which, prices, linear + constants - self.limits, self.limits)
            chosen = [Chosen(layer.assign(each), each, 0.0) for layer, each in zip(self.layers, which, strict=True)]
            repaired = self._trial(chosen)
            self.tick()
            if repaired.plan.target_met:
                break
            # Another widest weight moves the biases' grid, for one.
            constants = np.maximum(constants, self._constants(repaired))
        if self.noisy and self.best is not None:
            self._polish(prices)

    def _polish(self, prices: FloatArray) -> None:
        """Small repairs of the best plan, each from the bounds that the one before really has.

        What cancels changes with every move, so a plan that keeps all constraints has slack in most of them.
        """
        assert self.best is not None
        now, idle, margin = self.best, 0, 0.0
        while idle < POLISH_PATIENCE:
            before = self.best
            which = [each.which for each in now.chosen]
            limits = self.limits * (1.0 - margin)
            which = repair(self.layers, self.chains, which, prices, now.bounds - limits, limits)
            if all((new == old.which).all() for new, old in zip(which, now.chosen, strict=True)):
                return
            chosen = [Chosen(layer.assign(each), each, 0.0) for layer, each in zip(self.layers, which, strict=True)]
            now = self._trial(chosen)
            self.tick()
            margin = margin / 2 if now.plan.target_met else margin + POLISH_MARGIN
            idle = 0 if self.best is not before else idle + 1

    def trim(self) -> None:
        """For tiny networks, where nothing is linear: no synapse of the result can become cheaper on its own."""
        if sum(layer.above.size for layer in self.layers) > TRIM_TRIALS:
            return
        improved = self.best is not None
        while improved:
            assert self.best is not None
            before = self.best
            for index, layer in enumerate(self.layers):
                for place in np.ndindex(layer.above.shape[1:]):
                    self._cheapen(index, place)
            improved = self.best is not before

    def _cheapen(self, index: int, place: tuple[int, ...]) -> None:
        assert self.best is not None
        layer, chosen = self.layers[index], list(self.best.chosen)
        for candidate in range(int(chosen[index].which[place])):
            which = chosen[index].which.copy()
            which[place] = candidate
            chosen[index] = Chosen(layer.assign(which), which, 0.0)
            if self._trial(chosen).plan.target_met:
                return

    def run(self, prices: FloatArray, steps: int) -> FloatArray:
        """Look for the cheapest plan that keeps the target, from given prices on; `best` holds what was found.

        `prices`, shape (n_rows,), are those of one unit of each constraint, positive; those found after `steps`
        of Newton's method are returned.
        """
        if not self._evaluate(np.zeros_like(prices)).plan.target_met:
            prices = self._balance(prices, steps)
            self._repair(prices)
            if self.best is None:
                self._raise(prices)
            self.trim()
            self.certify(prices)
        return prices

    def results(self) -> list[NetworkPlan]:
        """The cheapest plan found, with its dual bound; empty where none keeps the target."""
        return [replace(trial.plan, cost_lower_bound=self._dual(trial)) for trial in (self.best,) if trial is not None]

    def _dual(self, trial: _Trial) -> float:
        """Largest D(mu) over all prices tried, with the constants at which the linear model is exact for `trial`."""
        excess = self._constants(trial) - self.limits
        least = max(total + float((prices * excess).sum()) for prices, total in self.priced)
        # Activations of other widths than those that the candidates were priced for make a layer that much cheaper.
        priced = [layer.cost(chosen.which) for layer, chosen in zip(self.layers, trial.chosen, strict=True)]
        pairs = zip(trial.plan.layers, priced, strict=True)
        share = min((layer.cost / cost for layer, cost in pairs if cost > 0.0), default=1.0)
        return max(0.0, least * min(share, 1.0))


def cheapest_plan(builder: Builder, progress: Progress | None = None) -> NetworkPlan:
    """Cheapest plan found that keeps the target; the most precise one where none does.

    `progress` is called with a message and the fraction done.
    """
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress("allocating bits", min(1.0, done / (sum(ROUNDS) + REPAIR_TRIES)))

    limits = builder.constraints.limits
    synapses = sum(dense.weight.size for dense in builder.network.layers)
    # At the optimum the synapses' priced errors are about one each, and their sum about price * limit.
    prices = synapses / limits / len(limits)
    finest = builder.finest()
    search = Search(builder, finest, tick)
    best = min((finest, search.most_precise()), key=lambda plan: plan.target_use)
    if not best.target_met:
        return best
    for index, steps in enumerate(ROUNDS if search.noisy else ROUNDS[:2]):
        if index:
            search = Search(builder, best, tick)
        prices = search.run(prices, steps)
        best = min((best, *search.results()), key=lambda plan: plan.cost)
        if best.dual_gap is not None and best.dual_gap < GOOD_GAP:
            break
    return best
