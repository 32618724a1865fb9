# SPDX-License-Identifier: Apache-2.0
r"""Composition of the bound through the network, with what cancels on the way taken into account.

A constraint bounds a functional g . e of the errors e of one layer's outputs. It is followed backwards, as a functional
of the errors of the layer before *and* of the values that the hardware hands on:

* An accumulator's error is d = Delta h + discrepancy + bias error + W e', with h the values that the layer is fed, e'
  their errors and Delta = hardware minus exact weights, which is known. Delta and W are applied to the functional as a
  whole, so that parts of neurons that share an input cancel before anything is bounded.
* ReLU: relu(z + d) - relu(z) = lambda d with 0 <= lambda <= 1. For d in [-m, M] the line through (-m, 0) and (M, M)
  lies above it, that through (-m, -m) and (M, 0) below: slopes M / (M + m) and m / (M + m), both m M / (M + m) off at
  most, half of what the interval [0, M] has where m = M. A neuron that is on for hardware and exact network alike has
  lambda = 1, one that is off has 0.
* A neuron's value itself is relu(z) + rounding, z in [low, high] linear in what its own layer is fed: it lies between
  s z and s z - s low with s = high / (high - low). So weight errors of the layer above cancel too.

At every layer the rest can be bounded as it stands, errors by their intervals and values by their range. The least of
all these bounds counts; the first of them is interval arithmetic, so the refinement is never worse. Such linear
relaxations of ReLU are those of Zhang et al. (CROWN, 2018) and Singh et al. (DeepPoly, 2019), here of the *difference*
of two networks.

Slopes may be any numbers from 0 to 1: they are rounded to multiples of 2**-16, kept, and are what the exact check of
`properties.network_error` starts from. Rounding: products are summed in a fixed order; each is off by a few units in
the last place of the sum of its terms' magnitudes, which are added up beside it and paid for at the end with room to
spare (see `bounds`). A functional's coefficients are taken as they are after each step: their rounding is charged to
the errors and values that they multiply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from sc_precision.modes import Bounds
from sc_precision.network import Dense, FloatArray, Network
from sc_precision.params import DenseParams
from sc_precision.plan.bounds import (
    LayerBounds,
    LayerError,
    accumulator_error,
    bias_interval,
    ordered_product,
    output_error,
    outward,
    rounding_interval,
)

SLOPE_BITS = 16
"""Binary places of the slopes."""
BoolArray = npt.NDArray[np.bool_]
_TINY = 2.0**-700


@dataclass(frozen=True, eq=False)
class Slopes:
    """Lines that bound a layer's ReLU; multiples of 2**-16 from 0 to 1, all of shape (n_out,).

    `above` and `below` are of the error after the activation, over the error before it; `value` is of the hardware's
    value, over its accumulator.
    """

    above: FloatArray
    below: FloatArray
    value: FloatArray


@dataclass(frozen=True, eq=False)
class Stage:
    """One layer as the backward pass sees it, in real units.

    Parameters
    ----------
    weight : ndarray, shape (n_out, n_in)
        The exact weights.
    delta : ndarray, shape (n_out, n_in)
        Hardware minus exact weights.
    bias : ndarray, shape (n_out,)
        The hardware's bias.
    bias_error, streams, rounding : pair of ndarray, shape (n_out,)
        Least and greatest of each: hardware minus exact bias; what the streams' discrepancies add; the output's
        rounding.
    inputs : pair of ndarray, shape (n_in,)
        Range of the values that the layer is fed.
    accumulators : pair of ndarray, shape (n_out,)
        Range of the hardware's accumulators.
    relu : bool
    """

    weight: FloatArray
    delta: FloatArray
    bias: FloatArray
    bias_error: tuple[FloatArray, FloatArray]
    streams: tuple[FloatArray, FloatArray]
    rounding: tuple[FloatArray, FloatArray]
    inputs: tuple[FloatArray, FloatArray]
    accumulators: tuple[FloatArray, FloatArray]
    relu: bool


def _up(value: FloatArray) -> FloatArray:
    return np.asarray(np.nextafter(value, np.inf))


def make_stage(params: DenseParams, dense: Dense, bounds: LayerBounds) -> Stage:
    """What the backward pass needs of a layer."""
    unit, lsb = -(params.acc_fraction + bounds.k), params.inputs.format.lsb
    return Stage(
        weight=dense.weight,
        delta=params.weight_values - dense.weight,
        bias=np.ldexp(params.bias.astype(np.float64), -params.acc_fraction),
        bias_error=bias_interval(params, dense, bounds),
        streams=outward(bounds.stream_low.sum(axis=1), bounds.stream_high.sum(axis=1), unit),
        rounding=rounding_interval(params, bounds),
        inputs=(bounds.input_low.astype(np.float64) * lsb, bounds.input_high.astype(np.float64) * lsb),
        accumulators=outward(bounds.acc_low, bounds.acc_high, -params.acc_fraction),
        relu=dense.activation.rectifies,
    )


@dataclass(frozen=True, eq=False)
class _Lines:
    """Slopes with the offsets that make their lines bounds; of errors above and below, of values above."""

    slopes: Slopes
    above: FloatArray
    below: FloatArray
    value: FloatArray


def _lines(stage: Stage, low: FloatArray, high: FloatArray) -> _Lines:
    """Lines around the activation where errors before it lie in [low, high]."""
    acc_low, acc_high = stage.accumulators
    if not stage.relu:
        one, zero = np.ones(len(low)), np.zeros(len(low))
        return _Lines(Slopes(one, one, one), zero, zero, zero)
    # Exact accumulators are the hardware's minus their errors; where rounding leaves doubt, neither is known.
    on = (acc_low >= 0.0) & (np.nextafter(acc_low - high, -np.inf) >= 0.0)
    off = (acc_high <= 0.0) & (_up(acc_high - low) <= 0.0)
    below, above = np.maximum(-low, 0.0), np.maximum(high, 0.0)
    room = below + above

    def slope(part: FloatArray, whole: FloatArray, one: BoolArray, zero: BoolArray) -> FloatArray:
        share = np.where(whole > 0.0, part / np.where(whole > 0.0, whole, 1.0), 0.5)
        share = np.ldexp(np.rint(np.ldexp(np.minimum(share, 1.0), SLOPE_BITS)), -SLOPE_BITS)
        return np.where(zero, 0.0, np.where(one, 1.0, share))

    def offset(slope: FloatArray, rising: FloatArray, falling: FloatArray) -> FloatArray:
        return _up(np.maximum((1.0 - slope) * rising, slope * falling))

    value = slope(np.maximum(acc_high, 0.0), acc_high - acc_low, acc_low >= 0.0, acc_high <= 0.0)
    slopes = Slopes(slope(above, room, on, off), slope(below, room, on, off), value)
    known = on | off
    return _Lines(
        slopes,
        np.where(known, 0.0, offset(slopes.above, above, below)),
        np.where(known, 0.0, offset(slopes.below, below, above)),
        np.where(
            (acc_low >= 0.0) | (acc_high <= 0.0),
            0.0,
            offset(slopes.value, np.maximum(acc_high, 0.0), np.maximum(-acc_low, 0.0)),
        ),
    )


@dataclass(eq=False)
class _Functional:
    """Rows of functionals on the way back: constant + errors @ e + values @ h, and magnitudes that were summed."""

    errors: FloatArray
    values: FloatArray
    constant: FloatArray
    magnitude: FloatArray

    @classmethod
    def of(cls, rows: FloatArray) -> _Functional:
        """Rows on errors alone."""
        return cls(rows, np.zeros_like(rows), np.zeros(len(rows)), np.zeros(len(rows)))

    def add(self, weights: FloatArray, low: FloatArray, high: FloatArray) -> None:
        """Add the largest weights @ x with low <= x <= high."""
        up, down = np.maximum(weights, 0.0), np.minimum(weights, 0.0)
        self.constant = self.constant + _dot(up, high) + _dot(down, low)
        self.charge(weights, _reach(low, high))

    def charge(self, weights: FloatArray, reach: FloatArray) -> None:
        """Have terms of these magnitudes pay for their rounding."""
        self.magnitude = self.magnitude + _dot(np.abs(weights), reach)


def _reach(low: FloatArray, high: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(np.abs(low), np.abs(high)))


def _dot(matrix: FloatArray, vector: FloatArray) -> FloatArray:
    return np.asarray(ordered_product(matrix, vector[:, None])[:, 0])


def _moved(matrix: FloatArray, reach: FloatArray) -> FloatArray:
    return _dot(np.abs(matrix), reach)


@dataclass(eq=False)
class Chain:
    """Layers whose errors are known, first to last, and functionals of the errors after the last of them.

    The ``affine`` method follows functionals to the inputs, ``interval`` bounds them at the layer before.
    """

    n_in: int
    input_rounding: float
    method: str = Bounds.AFFINE
    stages: list[Stage] = field(default_factory=list)
    before: list[tuple[FloatArray, FloatArray]] = field(default_factory=list)
    after: list[tuple[FloatArray, FloatArray]] = field(default_factory=list)
    lines: list[_Lines] = field(default_factory=list)

    def append(self, stage: Stage, before: tuple[FloatArray, FloatArray], after: tuple[FloatArray, FloatArray]) -> None:
        """Add a layer and the intervals of its errors before and after the activation (and rounding)."""
        self.stages.append(stage)
        self.before.append(before)
        self.after.append(after)
        self.lines.append(_lines(stage, *before))

    def accumulators(self, stage: Stage) -> tuple[FloatArray, FloatArray]:
        """Interval of the errors of a further layer's accumulators."""
        n_out, index = len(stage.bias), len(self.stages)
        # Rows +1 and -1 on each accumulator, without the products that these are.
        functional = _Functional.of(np.concatenate([stage.weight, -stage.weight]))
        functional.values = np.concatenate([stage.delta, -stage.delta])
        for low, high in (stage.bias_error, stage.streams):
            functional.constant = functional.constant + np.concatenate([high, -low])
            functional.magnitude = functional.magnitude + np.tile(_reach(low, high), 2)
        functional.charge(functional.values, _reach(*stage.inputs))
        bound = self._onward(functional, stage, index, (True, False))
        return -bound[n_out:], bound[:n_out]

    def bound(self, rows: FloatArray) -> FloatArray:
        """Upper bounds of rows @ e, e the errors of the last layer's outputs; rounded up.

        Parameters
        ----------
        rows : ndarray, shape (n_rows, n_out)
        """
        interval = _Functional.of(rows)
        interval.add(rows, *self.after[-1])
        followed = self._through(_Functional.of(rows), len(self.stages) - 1, (True, False))
        return np.minimum(self._settled(interval, self.stages[-1]), followed)

    def _input_errors(self, index: int) -> tuple[FloatArray, FloatArray]:
        """Errors of what layer `index` is fed."""
        if index:
            return self.after[index - 1]
        half = np.full(self.n_in, self.input_rounding)
        return -half, half

    def _through(self, functional: _Functional, index: int, boxes: Sequence[bool]) -> FloatArray:
        """Bound of a functional of layer `index`'s outputs: through its activation, and on."""
        stage, lines = self.stages[index], self.lines[index]
        errors, values = functional.errors, functional.values
        on_errors = errors * np.where(errors > 0.0, lines.slopes.above, lines.slopes.below)
        on_values = values * lines.slopes.value
        functional.add(errors, -lines.below, lines.above)
        functional.add(values, np.zeros_like(lines.value), lines.value)
        functional.add(errors + values, *stage.rounding)
        # The coefficients' own rounding.
        functional.charge(on_errors, _reach(*self.before[index]))
        functional.charge(on_values, _reach(*stage.accumulators))
        return self._follow(stage, on_errors, on_values, functional, index, boxes)

    def _follow(
        self,
        stage: Stage,
        on_errors: FloatArray,
        on_values: FloatArray,
        functional: _Functional,
        index: int,
        boxes: Sequence[bool],
    ) -> FloatArray:
        """Bound of on_errors @ d + on_values @ z, d and z the accumulators' errors and values of layer `index`."""
        both = on_errors + on_values
        functional.add(on_errors, *stage.bias_error)
        functional.add(on_values, stage.bias, stage.bias)
        functional.add(both, *stage.streams)
        functional.errors = ordered_product(on_errors, stage.weight)
        functional.values = ordered_product(both, stage.delta)
        functional.charge(on_errors, _moved(stage.weight, _reach(*self._input_errors(index))))
        functional.charge(np.abs(on_errors) + np.abs(on_values), _moved(stage.delta, _reach(*stage.inputs)))
        if on_values.any():
            functional.values += ordered_product(on_values, stage.weight)
            functional.charge(on_values, _moved(stage.weight, _reach(*stage.inputs)))
        return self._onward(functional, stage, index, boxes)

    def _onward(self, functional: _Functional, stage: Stage, index: int, boxes: Sequence[bool]) -> FloatArray:
        """Bound of a functional of what layer `index` is fed.

        `boxes` says whether values are bounded as they stand, or followed, where errors are followed further.
        """
        boxed = replace(functional, values=np.zeros_like(functional.values))
        boxed.add(functional.values, *stage.inputs)
        here, input_errors = replace(boxed), self._input_errors(index)
        here.add(functional.errors, *input_errors)
        best = self._settled(here, stage)
        if index and self.method == Bounds.AFFINE:
            for box in boxes:
                further = self._through(replace(boxed if box else functional), index - 1, (box,))
                best = np.minimum(best, further)
        return best

    def _settled(self, functional: _Functional, stage: Stage) -> FloatArray:
        """The constant, with room for the rounding of all that was summed on the way."""
        terms = sum(sum(each.weight.shape) for each in self.stages) + sum(stage.weight.shape)
        slack = (8 * terms + 64) * 2.0**-52 * functional.magnitude + terms * _TINY
        return _up(functional.constant + slack)


@dataclass(frozen=True, eq=False)
class Composition:
    """Errors of all layers of a plan.

    Parameters
    ----------
    errors : list of LayerError
        Of the layers' outputs, first to last.
    chain : Chain
        For functionals of the last layer's errors.
    """

    errors: list[LayerError]
    chain: Chain

    def shares(self, rows: FloatArray) -> list[FloatArray]:
        """What each layer's own errors add to the bounds of functionals, shape (n_rows, n_out), were all others exact.

        Shape (n_rows,), first layer to last; not rounded outward in sum, they guide the search.
        """
        found = []
        for own in self.chain.stages:
            alone = Chain(self.chain.n_in, 0.0, self.chain.method)
            for stage in self.chain.stages:
                part = replace(stage, rounding=_none(stage), bias_error=_none(stage)) if stage is own else _exact(stage)
                low, high = alone.accumulators(part)
                after = (np.minimum(low, 0.0), np.maximum(high, 0.0)) if part.relu else (low, high)
                alone.append(part, (low, high), after)
            found.append(alone.bound(rows))
        return found


def _none(stage: Stage) -> tuple[FloatArray, FloatArray]:
    return np.zeros(len(stage.bias)), np.zeros(len(stage.bias))


def _exact(stage: Stage) -> Stage:
    """The same layer, computed without errors of its own."""
    none = _none(stage)
    return replace(stage, delta=np.zeros_like(stage.delta), bias_error=none, streams=none, rounding=none)


def compose(
    network: Network,
    params: Sequence[DenseParams],
    bounds: Sequence[LayerBounds],
    input_rounding: float,
    method: str = Bounds.AFFINE,
) -> Composition:
    """Errors of all layers, first to last, from hardware and integers of each.

    `input_rounding` is the largest rounding error of an input; 0 where inputs are on the grid.
    """
    chain, errors = Chain(network.n_in, input_rounding, method), []
    low, high = np.full(network.n_in, -input_rounding), np.full(network.n_in, input_rounding)
    for dense, layer, integers in zip(network.layers, params, bounds, strict=True):
        stage, error = make_stage(layer, dense, integers), accumulator_error(layer, dense, integers, low, high)
        if method == Bounds.AFFINE:
            refined = chain.accumulators(stage)
            error = replace(error, low=np.maximum(error.low, refined[0]), high=np.minimum(error.high, refined[1]))
        errors.append(output_error(layer, integers, error))
        low, high = errors[-1].low, errors[-1].high
        chain.append(stage, (error.low, error.high), (low, high))
    return Composition(errors, chain)
