# SPDX-License-Identifier: Apache-2.0
"""Errors of all neurons, and of the constraints of a plan's target, composed in exact arithmetic.

The mathematics is that of `plan.affine`, written again from the trained weights and the integers that the lemmas
assert, with exact integers instead of floats and in one pass per way of following a functional. The lines around each
ReLU are taken from the plan as hints: whatever their slopes, what they leave out is worked out here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sc_precision.modes import Bounds
from sc_precision.plan.result import LayerPlan, NetworkPlan
from sc_precision.properties.checker.activation import rectifies
from sc_precision.properties.network.dyadic import ZERO, Dyadic, largest

Pair = tuple[Dyadic, Dyadic]


@dataclass(frozen=True, eq=False)
class _Layer:
    """What the lemmas say of a layer, in real units."""

    weight: Dyadic
    delta: Dyadic
    bias: Dyadic
    bias_error: Dyadic
    streams: Pair
    inputs: Pair
    accumulators: Pair
    rounding: Pair
    relu: bool
    slopes: tuple[Dyadic, Dyadic, Dyadic]


@dataclass(frozen=True, eq=False)
class _Known:
    """A layer whose errors are known: before the activation and after it; lines around it as (slope, least, most)."""

    layer: _Layer
    errors: Pair
    above: tuple[Dyadic, Dyadic]
    below: tuple[Dyadic, Dyadic]
    value: tuple[Dyadic, Dyadic, Dyadic]


def _read(plan: LayerPlan) -> _Layer:
    p, b = plan.params, plan.bounds
    unit, code = -(p.acc_fraction + b.k), -p.inputs.format.fraction
    weight, bias = Dyadic.of(plan.dense.weight), Dyadic.of(plan.dense.bias)
    hardware = Dyadic.integers(b.reference_weights.astype(object) + b.weight_error, unit - code)
    hardware_bias = Dyadic.integers(b.reference_bias.astype(object) + b.bias_error, unit)
    none = Dyadic.integers(np.zeros(p.n_out, dtype=np.int64))
    below, above = none, none
    if p.shift:
        # Half a unit either way, or a whole one down; in units of half a unit.
        least, most = (int(2 * end) for end in p.rounding.error[:2])
        half = -p.output.format.fraction - 1
        below, above = (Dyadic.integers(np.full(p.n_out, end), half) for end in (least, most))
    relu = rectifies(p.activation)
    if relu:
        # What is always 0 is not rounded.
        below, above = none.where(b.acc_high <= 0, below), none.where(b.acc_high <= 0, above)
    return _Layer(
        weight=weight,
        delta=hardware - weight,
        bias=hardware_bias,
        bias_error=hardware_bias - bias,
        streams=(
            Dyadic.integers(b.stream_low.astype(object).sum(axis=1), unit),
            Dyadic.integers(b.stream_high.astype(object).sum(axis=1), unit),
        ),
        inputs=(Dyadic.integers(b.input_low, code), Dyadic.integers(b.input_high, code)),
        accumulators=(Dyadic.integers(b.acc_low, -p.acc_fraction), Dyadic.integers(b.acc_high, -p.acc_fraction)),
        rounding=(below, above),
        relu=relu,
        slopes=(Dyadic.of(plan.slopes.above), Dyadic.of(plan.slopes.below), Dyadic.of(plan.slopes.value)),
    )


def _known(layer: _Layer, before: Pair) -> _Known:
    """Work out a layer's errors after the activation, and what its lines leave out, from its accumulators' errors."""
    (low, high), (acc_low, acc_high) = before, layer.accumulators
    one = Dyadic.integers(np.ones(len(layer.bias.digits), dtype=np.int64))
    errors, least, most = before, one, one
    if layer.relu:
        # The hardware's result lies in [0, top], so the exact one's in [0, top - low].
        floor = -((acc_high - low).positive())
        errors = low.minimum(ZERO).maximum(floor), high.positive().minimum(acc_high.positive())
        # relu(hardware) - relu(exact) = share * error: 1 where both are on, 0 where both are off, else in between.
        on = (acc_low >= ZERO) & (acc_low - high >= ZERO)
        off = (acc_high <= ZERO) & (acc_high - low <= ZERO)
        least, most = one.where(on, ZERO * one), (ZERO * one).where(off, one)
    down, up = (-low).positive(), high.positive()
    above, below, value = layer.slopes
    over = ((most - above) * up).maximum((above - least) * down).positive()
    under = ((most - below) * down).maximum((below - least) * up).positive()

    def rest(at: Dyadic) -> Dyadic:
        return (at.positive() if layer.relu else at) - value * at

    # Convex with its kink at 0, where the range holds it.
    kink = acc_low.maximum(ZERO).minimum(acc_high) if layer.relu else acc_low
    ends = rest(acc_low), rest(acc_high)
    return _Known(
        layer,
        (errors[0] + layer.rounding[0], errors[1] + layer.rounding[1]),
        (above, over),
        (below, under),
        (value, ends[0].minimum(ends[1]).minimum(rest(kink)), ends[0].maximum(ends[1])),
    )


class ExactChain:
    """Layers of a plan in order; `affine` follows functionals to the inputs, or else to the layer before."""

    def __init__(self, input_errors: Pair, *, affine: bool):
        self.input_errors, self.affine = input_errors, affine
        self.known: list[_Known] = []

    def _errors(self, index: int) -> Pair:
        """Errors of what layer `index` is fed."""
        return self.known[index - 1].errors if index else self.input_errors

    def _bound(self, layer: _Layer, errors: Dyadic, values: Dyadic, constant: Dyadic, index: int) -> Dyadic:
        """Least bound of errors @ e + values @ h + constant, e and h the errors and values that `layer` is fed."""
        ways = [self._follow(layer, errors, values, constant, index, boxed) for boxed in (True, False)]
        return ways[0].minimum(ways[1])

    def _follow(
        self, layer: _Layer, errors: Dyadic, values: Dyadic, constant: Dyadic, index: int, boxed: bool
    ) -> Dyadic:
        best: Dyadic | None = None
        while True:
            at_range = constant + largest(values, *layer.inputs)
            here = at_range + largest(errors, *self._errors(index))
            best = here if best is None else best.minimum(here)
            if not index or not self.affine:
                return best
            if boxed:
                constant, values = at_range, ZERO * values
            index -= 1
            layer = self.known[index].layer
            errors, values, constant = self._back(index, errors, values, constant)

    def _back(self, index: int, errors: Dyadic, values: Dyadic, constant: Dyadic) -> tuple[Dyadic, Dyadic, Dyadic]:
        """From a layer's outputs to what it is fed: along the lines to its accumulators, then through its weights."""
        known = self.known[index]
        layer = known.layer
        slope, low, high = known.value
        rising = np.asarray(errors.digits > 0, dtype=bool)
        on_errors, on_values = errors * known.above[0].where(rising, known.below[0]), values * slope
        both = on_errors + on_values
        constant = (
            constant
            + largest(errors, -known.below[1], known.above[1])
            + largest(values, low, high)
            + largest(errors + values, *layer.rounding)
            + on_errors @ layer.bias_error
            + on_values @ layer.bias
            + largest(both, *layer.streams)
        )
        moved = both @ layer.delta
        if on_values.digits.any():
            moved = moved + on_values @ layer.weight
        # Products of big integers take their time; errors of inputs that are on the grid are 0.
        matter = any(end.digits.any() for end in self._errors(index))
        return on_errors @ layer.weight if matter else ZERO * moved, moved, constant

    def append(self, plan: LayerPlan) -> Pair:
        """Errors of a further layer's outputs."""
        layer, n_out = _read(plan), plan.params.n_out
        rows = _both_signs(layer.weight), _both_signs(layer.delta)
        ends = (_both_signs(end) for end in (layer.bias_error + layer.streams[1], layer.bias_error + layer.streams[0]))
        up, down = ends
        constant = up.where(np.arange(2 * n_out) < n_out, down)
        bound = self._bound(layer, *rows, constant, len(self.known))
        halves = (Dyadic(part, bound.exponent) for part in np.split(bound.digits, 2))
        high, low = halves
        self.known.append(_known(layer, (-low, high)))
        return self.known[-1].errors

    def bound(self, rows: Dyadic) -> Dyadic:
        """Upper bounds of rows @ e, e the errors of the last layer's outputs."""
        index, zero = len(self.known) - 1, Dyadic.integers(np.zeros(len(rows.digits), dtype=np.int64))
        interval = largest(rows, *self.known[-1].errors)
        back = self._back(index, rows, ZERO * rows, zero)
        return interval.minimum(self._bound(self.known[-1].layer, *back, index))


def _both_signs(values: Dyadic) -> Dyadic:
    return Dyadic(np.concatenate([values.digits, -values.digits]), values.exponent)


def exact_chain(plan: NetworkPlan) -> tuple[ExactChain, list[Pair]]:
    """Compose a plan's errors: the chain, and low and high of the outputs of each layer, first to last."""
    network, first = plan.network, plan.layers[0].params.inputs.format
    on_grid = network.input_fraction is not None and network.input_fraction <= first.fraction
    half = Dyadic.integers(np.full(network.n_in, 0 if on_grid else 1), -first.fraction - 1)
    chain = ExactChain((-half, half), affine=plan.composition == Bounds.AFFINE)
    return chain, [chain.append(layer) for layer in plan.layers]
