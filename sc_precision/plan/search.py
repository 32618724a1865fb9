# SPDX-License-Identifier: Apache-2.0
r"""The cheapest allocation that keeps the exact bound: prices per output, and how far from optimal the result can be.

With the activations' grids and ranges fixed, an output's error up or down is linear in the synapses' errors: a layer
hands `W+` of an error on in the same direction and `\|W-\|` of it in the other one. Minimising the cost under one
constraint per output and direction is therefore a multiple-choice knapsack, and for any prices mu >= 0

    D(mu) = sum over synapses of min(cost + priced error) + sum_k mu_k (constant_k - target)

is a lower bound of its optimum (Lagrangian duality; Everett 1963). D is concave and has kinks; smoothing the minimum by
a temperature makes it twice differentiable (Nesterov 2005), and Newton's method in log mu finds its maximum in a dozen
steps, however many outputs there are. `repair` then settles the synapses that are undecided at these prices. What is
returned is judged by the exact composed bound alone; the linear model only says where to look, and what is optimal.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sc_precision.network import FloatArray
from sc_precision.plan.build import Builder
from sc_precision.plan.candidates import Chosen, LayerCandidates, enumerate_candidates, layer_candidates
from sc_precision.plan.repair import repair
from sc_precision.plan.result import NetworkPlan

ROUNDS = (14, 6)
"""Newton steps around the finest plan, and then around the plan that these found."""
COLDEST = 0.02
"""Last temperature of the smoothed dual, in units of a synapse's mean priced error."""
GOOD_GAP = 0.002
"""Dual gap at which the second round is not worth its time."""
REPAIR_TRIES = 6
"""Times that an allocation is repaired with better knowledge of what the linear model leaves out."""
TRIM_TRIALS = 200
"""Candidates of all synapses up to which each of them is tried on its own."""
RAISE_STEPS, RAISE_RANGE = 16, 30.0
"""Evaluations and largest logarithm where all prices have to rise."""
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
        """Errors of all outputs up, then down, shape (2 * n_outputs,)."""
        return np.concatenate([self.plan.bound_high, -self.plan.bound_low])


def _rounded(prices: FloatArray) -> FloatArray:
    """Seventeen significant bits, so that the last digits of a machine's BLAS do not decide a plan."""
    mantissa, exponent = np.frexp(prices)
    return np.asarray(np.ldexp(np.rint(np.ldexp(mantissa, 17)), exponent - 17))


def _spread(chain: FloatArray, covariance: FloatArray) -> FloatArray:
    """Covariance of the outputs' errors from those of a layer's independent accumulators, shape (3, n_out)."""
    n_out = covariance.shape[1]
    if len(chain) == 2 * n_out and (chain == np.eye(2 * n_out)).all():
        diagonals = [np.diag(values) for values in covariance]
        return np.block([[diagonals[0], diagonals[1]], [diagonals[1], diagonals[2]]])
    up, down = chain[:, :n_out], chain[:, n_out:]
    mixed = (up * covariance[1]) @ down.T
    return np.asarray((up * covariance[0]) @ up.T + (down * covariance[2]) @ down.T + mixed + mixed.T)


class Search:
    """Search for the cheapest plan of one builder, linearised at the activations' ranges of another plan.

    Parameters
    ----------
    builder : Builder
        Network, limits and grids.
    around : NetworkPlan
        A plan of that builder, the nearer to the result the better.
    tick : callable
        Called after each evaluation.
    """

    def __init__(self, builder: Builder, around: NetworkPlan, tick: Callable[[], None]):
        self.builder, self.tick = builder, tick
        network, limits = builder.network, builder.limits
        self.layers: list[LayerCandidates] = [
            layer_candidates(
                layer.dense,
                enumerate_candidates(
                    range(limits.min_bits, limits.max_bits + 1),
                    limits.log2_lengths if builder.stochastic else None,
                    layer.params.inputs.unit_log2,
                    builder.encoding,
                    cost_model=builder.cost_model,
                    activation_bits=layer.params.inputs.format.width,
                ),
                scale=layer.scale,
                row_scales=layer.row_scales,
                inputs=layer.params.inputs,
                input_low=layer.bounds.input_low,
                input_high=layer.bounds.input_high,
                encoding=builder.encoding,
            )
            for layer in around.layers
        ]
        self.synapses = sum(dense.weight.size for dense in network.layers)
        # From a layer's accumulators, errors up and then down, to the outputs', likewise.
        self.chains = [np.eye(2 * network.n_out)]
        for dense in network.layers[:0:-1]:
            same, other = np.maximum(dense.weight, 0.0), np.maximum(-dense.weight, 0.0)
            self.chains.insert(0, self.chains[0] @ np.block([[same, other], [other, same]]))
        self.best: _Trial | None = None
        self.priced: list[tuple[FloatArray, float]] = []

    def most_precise(self) -> NetworkPlan:
        """The plan with the smallest error in each synapse."""
        return self.builder.build([layer.most_precise() for layer in self.layers])

    def _choose(self, index: int, prices: FloatArray) -> Chosen:
        return self.layers[index].choose((prices @ self.chains[index]).reshape(2, -1))

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
        """What the outputs' bounds have beyond the linear model, so that it is exact for this trial."""
        pairs = zip(self.layers, self.chains, trial.chosen, strict=True)
        linear = [chain @ np.concatenate(layer.errors(chosen.which)) for layer, chain, chosen in pairs]
        return np.asarray(trial.bounds - sum(linear))

    def _balance(self, prices: FloatArray, steps: int) -> FloatArray:
        """Newton's method on the smoothed dual, in the logarithms of the prices."""
        for step in range(steps):
            trial = self._evaluate(prices)
            excess = self._constants(trial) - self.builder.target_error
            # In units of what halving a synapse's error costs; ever colder.
            priced = trial.total - trial.plan.cost
            temperature = max(1e-6, COLDEST * (steps - step) * priced / self.synapses)
            curvature = np.zeros((len(prices), len(prices)))
            for layer, chain in zip(self.layers, self.chains, strict=True):
                mean, covariance = layer.soften((prices @ chain).reshape(2, -1), temperature)
                excess += chain @ mean.ravel()
                curvature += _spread(chain, covariance)
            slope = prices * excess
            matrix = prices[:, None] * (curvature / temperature) * prices + np.diag(np.abs(slope) + 1e-9)
            prices = _rounded(prices * np.exp(np.clip(np.linalg.solve(matrix, slope), -2.0, 2.0)))
            self.tick()
        return prices

    def _repair(self, prices: FloatArray) -> None:
        """Plans near the given prices that keep the target closely."""
        trial = self._evaluate(prices)
        constants = self._constants(trial)
        linear = trial.bounds - constants
        for _ in range(REPAIR_TRIES):
            which = [each.which for each in trial.chosen]
            which = repair(self.layers, self.chains, which, prices, linear + constants - self.builder.target_error)
            chosen = [Chosen(layer.assign(each), each, 0.0) for layer, each in zip(self.layers, which, strict=True)]
            repaired = self._trial(chosen)
            self.tick()
            if repaired.plan.target_met:
                break
            # Another widest weight moves the biases' grid, for one.
            constants = np.maximum(constants, self._constants(repaired))

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

        Parameters
        ----------
        prices : ndarray, shape (2 * n_outputs,)
            Of one unit of the outputs' errors up, then down; positive.
        steps : int
            Newton steps.

        Returns
        -------
        ndarray, shape (2 * n_outputs,)
            The prices found.
        """
        if not self._evaluate(np.zeros_like(prices)).plan.target_met:
            prices = self._balance(prices, steps)
            self._repair(prices)
            if self.best is None:
                self._raise(prices)
            self.trim()
        return prices

    def results(self) -> list[NetworkPlan]:
        """The cheapest plan found, with its dual bound; empty where none keeps the target."""
        return [replace(trial.plan, cost_lower_bound=self._dual(trial)) for trial in (self.best,) if trial is not None]

    def _dual(self, trial: _Trial) -> float:
        """Largest D(mu) over all prices tried, with the constants at which the linear model is exact for `trial`."""
        excess = self._constants(trial) - self.builder.target_error
        return max(0.0, max(total + float(prices @ excess) for prices, total in self.priced))


def cheapest_plan(builder: Builder, progress: Progress | None = None) -> NetworkPlan:
    """Cheapest plan found that keeps the target; the most precise one where none does.

    Parameters
    ----------
    builder : Builder
        Network, limits, grids and target.
    progress : callable, optional
        Called with a message and the fraction done.
    """
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress("allocating bits", min(1.0, done / (sum(ROUNDS) + REPAIR_TRIES)))

    n_prices = 2 * builder.network.n_out
    synapses = sum(dense.weight.size for dense in builder.network.layers)
    # At the optimum the synapses' priced errors are about one each, and their sum about price * target.
    prices = np.full(n_prices, synapses / builder.target_error / n_prices)
    finest = builder.finest()
    search = Search(builder, finest, tick)
    best = min((finest, search.most_precise()), key=lambda plan: plan.bound)
    if not best.target_met:
        return best
    for index, steps in enumerate(ROUNDS):
        if index:
            search = Search(builder, best, tick)
        prices = search.run(prices, steps)
        best = min((best, *search.results()), key=lambda plan: plan.cost)
        if best.dual_gap is not None and best.dual_gap < GOOD_GAP:
            break
    return best
