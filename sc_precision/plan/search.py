# SPDX-License-Identifier: Apache-2.0
r"""The cheapest allocation that keeps the exact bound: prices per output, and how far from optimal the result can be.

With the activations' grids and ranges fixed, an output's error up or down is linear in the synapses' errors: a layer
hands `W+` of an error on in the same direction and `\|W-\|` of it in the other one. Minimising the cost under one
constraint per output and direction is therefore a multiple-choice knapsack, and for any prices mu >= 0

    D(mu) = sum over synapses of min(cost + priced error) + sum_k mu_k (constant_k - target)

is a lower bound of its optimum (Lagrangian duality; Everett 1963). The prices are moved by what the *exact* composed
bound says, mu_k *= bound_k / target, which is the fixed point iteration for errors that halve with every bit; the
last step scales all of them until the bound just keeps the target.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sc_precision.errors import InputError
from sc_precision.network import FloatArray
from sc_precision.plan.build import Builder
from sc_precision.plan.candidates import Chosen, LayerCandidates, enumerate_candidates, layer_candidates
from sc_precision.plan.quantise import LayerChoice, scale_exponent
from sc_precision.plan.result import NetworkPlan

BALANCE_STEPS = 14
"""Evaluations that find the outputs' prices, and again as many that are averaged."""
FILL_FACTORS = (0.97, 1.0, 1.03)
"""Factors on the balanced prices from which the last layer's rows are filled up to the target."""
FILL_STEPS = 12
"""Evaluations that fill up the rows."""
FILL_RANGE = 1.5
"""Largest logarithm by which a row's price moves in that."""
RAISE_STEPS, RAISE_RANGE = 16, 30.0
"""Evaluations and largest logarithm where all prices have to rise."""
Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class _Trial:
    """One evaluation: prices, shape (2, n_outputs), what each layer chose, and the plan that it makes."""

    prices: FloatArray
    chosen: list[Chosen]
    plan: NetworkPlan

    @property
    def total(self) -> float:
        """Cost plus priced error of all synapses."""
        return sum(chosen.total for chosen in self.chosen)

    @property
    def bounds(self) -> FloatArray:
        """Error up and down of each output, shape (2, n_outputs)."""
        return np.stack([self.plan.bound_high, -self.plan.bound_low])


class Search:
    """Search for the cheapest plan of one builder.

    Parameters
    ----------
    builder : Builder
        Network, limits and grids.

    Raises
    ------
    InputError
        If no stream that is allowed holds the narrowest weight, or a layer cannot be used.
    """

    def __init__(self, builder: Builder):
        self.builder = builder
        network, limits = builder.network, builder.limits
        lengths = range(limits.min_length.bit_length() - 1, limits.max_length.bit_length())
        stream_lengths = lengths if builder.stochastic else None
        bits = range(limits.min_bits, limits.max_bits + 1)
        widest = min(limits.max_bits, lengths[-1] + 1) if builder.stochastic else limits.max_bits
        if widest < limits.min_bits:
            raise InputError(
                f"limits: a weight of min_bits={limits.min_bits} needs a stream of {1 << (limits.min_bits - 1)}, "
                f"but max_length is {limits.max_length}; raise max_length or lower min_bits"
            )
        scales = [scale_exponent(dense.weight, dense.name) for dense in network.layers]
        longest = np.uint8(lengths[-1]) if builder.stochastic else None
        finest = builder.build(
            [
                LayerChoice(
                    np.full(dense.weight.shape, widest, dtype=np.uint8),
                    None if longest is None else np.full(dense.weight.shape, longest),
                    scale,
                )
                for dense, scale in zip(network.layers, scales, strict=True)
            ]
        )
        self.layers: list[LayerCandidates] = [
            layer_candidates(
                layer.dense,
                enumerate_candidates(bits, stream_lengths, layer.params.inputs.unit_log2),
                scale=scale,
                inputs=layer.params.inputs,
                input_low=layer.bounds.input_low,
                input_high=layer.bounds.input_high,
            )
            for layer, scale in zip(finest.layers, scales, strict=True)
        ]
        self.best: _Trial | None = None
        self.priced: list[tuple[FloatArray, float]] = []
        self.tick: Callable[[], None] = lambda: None

    def most_precise(self) -> NetworkPlan:
        """The plan with the smallest error in each synapse."""
        return self.builder.build([layer.most_precise() for layer in self.layers])

    def layer_prices(self, prices: FloatArray) -> list[FloatArray]:
        """Prices of the outputs' errors, shape (2, n_outputs), as prices of each layer's accumulators' errors."""
        found = [prices]
        for dense in self.builder.network.layers[:0:-1]:
            same, other = np.maximum(dense.weight, 0.0), np.maximum(-dense.weight, 0.0)
            up, down = found[0]
            found.insert(0, np.stack([up @ same + down @ other, up @ other + down @ same]))
        return found

    def _evaluate(self, prices: FloatArray) -> _Trial:
        """Choose everything by the same prices, so that the priced total counts for the dual."""
        pairs = zip(self.layers, self.layer_prices(prices), strict=True)
        trial = self._trial(prices, [layer.choose(up, down) for layer, (up, down) in pairs])
        self.priced.append((prices, trial.total))
        return trial

    def _trial(self, prices: FloatArray, chosen: list[Chosen]) -> _Trial:
        trial = _Trial(prices, chosen, self.builder.build([each.choice for each in chosen]))
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

    def _balance(self, prices: FloatArray) -> FloatArray:
        """Move the prices until every output's bound is near the target; the geometric mean of the later ones."""
        target, logs = self.builder.target_error, np.zeros_like(prices)
        for step in range(2 * BALANCE_STEPS):
            prices = prices * np.maximum(self._evaluate(prices).bounds / target, 1e-3)
            logs += np.log(prices) if step >= BALANCE_STEPS else 0.0
            self.tick()
        return np.exp(logs / BALANCE_STEPS)

    def _fill(self, prices: FloatArray) -> None:
        """Bisect each output's own price in the last layer, all at once: it alone sees that layer's row."""
        trial = self._evaluate(prices)
        low, high = np.full(prices.shape[1], -FILL_RANGE), np.full(prices.shape[1], FILL_RANGE)
        for step in range(FILL_STEPS):
            middle = (low + high) / 2 if step < FILL_STEPS - 1 else high
            last = self.layers[-1].choose(*(prices * np.exp(middle)))
            trial = self._trial(prices, [*trial.chosen[:-1], last])
            kept = trial.bounds.max(axis=0) <= self.builder.target_error
            low, high = np.where(kept, low, middle), np.where(kept, middle, high)
            self.tick()

    def run(self, progress: Progress | None = None) -> NetworkPlan:
        """Cheapest plan found that keeps the target; the most precise one where none does.

        Parameters
        ----------
        progress : callable, optional
            Called with a message and the fraction done.
        """
        precise = self.most_precise()
        if not precise.target_met:
            return precise
        done, steps = 0, 2 * BALANCE_STEPS + FILL_STEPS * len(FILL_FACTORS)

        def tick() -> None:
            nonlocal done
            done += 1
            if progress is not None:
                progress("allocating bits", min(1.0, done / steps))

        self.tick = tick
        # At the optimum the N synapses' priced errors are about one each, and their sum about price * target.
        synapses = sum(layer.bits.size for layer in precise.layers)
        prices = self._balance(np.full((2, self.builder.network.n_out), synapses / self.builder.target_error))
        for factor in FILL_FACTORS:
            self._fill(prices * factor)
        if self.best is None:
            self._raise(prices)
        if self.best is None or self.best.plan.cost > precise.cost:
            return precise
        return replace(self.best.plan, cost_lower_bound=self._dual(self.best))

    def _dual(self, trial: _Trial) -> float:
        """Largest D(mu) over all prices tried, with the constants at which the linear model is exact for `trial`."""
        up = np.zeros(self.layers[0].above.shape[1])
        down = np.zeros_like(up)
        for index, (layer, chosen) in enumerate(zip(self.layers, trial.chosen, strict=True)):
            if index:
                weight = self.builder.network.layers[index].weight
                same, other = np.maximum(weight, 0.0), np.maximum(-weight, 0.0)
                up, down = same @ up + other @ down, same @ down + other @ up
            own_up, own_down = layer.errors(chosen.which)
            up, down = up + own_up, down + own_down
        slack = trial.bounds - np.stack([up, down]) - self.builder.target_error
        return max(0.0, max(total + float((prices * slack).sum()) for prices, total in self.priced))
