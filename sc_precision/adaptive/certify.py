# SPDX-License-Identifier: Apache-2.0
r"""Thresholds of early decisions: how far the margins of two hardware networks can differ.

Low-precision (LP) hardware finds the scores y_L, high-precision (HP) hardware y_H. With D_cj = y_c - y_j and

    B_cj >= D_cj(LP) - D_cj(HP)    for every input,

D_cj(LP) > B_cj for every j makes c the decision of the HP network. The two *hardware* networks are compared, layer by
layer, without the trained network in between: both are known integer functions. Let f(a) be what an input of value a
adds to an accumulator. For a row of a layer, and for the difference of two rows of the last one,

    sum_i f_L,i(a_i) - f_H,i(b_i) = sum_i v_i (a_i - b_i) + g_L,i(a_i) - g_H,i(b_i),
    g_L,i(a) = f_L,i(a) - v_i a,    g_H,i(b) = f_H,i(b) - v_i b,

with v_i the weight of the HP network, so that g_H is its stream discrepancy alone and g_L holds the difference of the
weights. The ranges of g are exact: on the fixed datapath it is linear, on the stochastic one every code is tried. In
the first layer both depend on one code x, so f_L,i(x) - f_H,i(x) is tried as one. For later layers a_i - b_i lies in
the interval of the accumulators' difference, through ReLU (monotone, 1-Lipschitz) and both roundings.

Or sum_i v_i (a_i - b_i) is followed as a whole into the layer before: for a difference d of accumulators in [-m, M],
that of the ReLUs is c d with 0 <= c <= 1, at most s d + max((1 - s) M, s m) for any slope s from 0 to 1, best M/(M+m);
from below the ends change places. What is left is again a sum over the inputs of that layer, of rows that depend on the
same codes: errors of different neurons cancel before anything is tried. The smaller of the two bounds counts.

All numbers are integers on one grid; nothing is rounded but slopes, of which any is sound, what is followed, outward,
and the threshold, which is exact for integer margins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sc_precision.adaptive.rescale import Rescale
from sc_precision.errors import InputError
from sc_precision.golden import layer_accumulators
from sc_precision.params import (
    DenseParams,
    IntArray,
)
from sc_precision.params.codes import MAX_ACCUMULATOR_WIDTH
from sc_precision.params.kind import kind_of
from sc_precision.plan.bounds import output_range

_PROBES = 16
_SLOPE_PLACES = 10
"""Binary places of the slopes of lines around a ReLU."""
MAX_CODES = (1 << 16) + 1
"""Most codes of an input that are tried one by one."""


@dataclass(frozen=True, eq=False)
class _Inputs:
    """What is known of the inputs of a layer in both networks.

    Least and greatest code of each, shape (n_in, 2); interval of LP minus HP value, in units of 2**-fraction; how the
    LP code follows from the HP code, where it does.
    """

    lp: IntArray
    hp: IntArray
    low: IntArray
    high: IntArray
    fraction: int
    joint: Rescale | None = None


def certified_margins(lp: Sequence[DenseParams], hp: Sequence[DenseParams]) -> IntArray:
    """Thresholds B: where LP's score c exceeds each score j by more than `B[c, j]`, HP decides for c too.

    A decision is the first of the greatest scores. The thresholds hold for every HP input code within `hp[0].inputs`,
    of which LP is fed the rescaled one. They have the shape (n_out, n_out), in codes of the LP output; at least -1, and
    -1 on the diagonal. Raises InputError if a layer could saturate, is of a kind that is not known, or the integers
    would not fit 62 bits.
    """
    for layer in (*lp, *hp):
        _check_kind(layer)
    compared = [_Comparison.of(lp[0], hp[0], _network_inputs(lp[0], hp[0]))]
    for low_layer, high_layer in zip(lp[1:], hp[1:], strict=True):
        compared.append(_Comparison.of(low_layer, high_layer, _next_inputs(compared[-1])))
    return _thresholds(compared)


def _network_inputs(lp: DenseParams, hp: DenseParams) -> _Inputs:
    rescale = Rescale(hp.inputs.format, lp.inputs)
    low, high = hp.inputs.low, hp.inputs.high
    ends = np.array([low, high])
    none = np.zeros(hp.n_in, dtype=np.int64)
    return _Inputs(np.tile(rescale.apply(ends), (hp.n_in, 1)), np.tile(ends, (hp.n_in, 1)), none, none, 0, rescale)


def _check_kind(params: DenseParams) -> None:
    """Refuse a layer whose accumulators are not the sums that are compared here, such as a variant of a kind."""
    kind, codes = kind_of(params), params.inputs.format
    rng = np.random.default_rng(0)
    vectors = rng.integers(codes.code_min, codes.code_max, (_PROBES, params.n_in), endpoint=True)
    expected = np.tile(params.bias, (_PROBES, 1))
    for index in range(params.n_in):
        expected += kind.synapse_sums(params, index, vectors[:, index]).T
    if not np.array_equal(layer_accumulators(params, vectors), expected):
        raise InputError(f"{params.name}: certified decisions do not know this variant of the kind {params.kind!r}")


@dataclass(frozen=True, eq=False)
class _Comparison:
    """Two layers on one grid of 2**-unit."""

    lp: DenseParams
    hp: DenseParams
    inputs: _Inputs
    unit: int
    widest: int

    @classmethod
    def of(cls, lp: DenseParams, hp: DenseParams, inputs: _Inputs) -> _Comparison:
        fraction = max(lp.inputs.format.fraction, hp.inputs.format.fraction, inputs.fraction)
        unit = max(lp.acc_fraction, hp.acc_fraction, hp.weight_places + fraction)
        unit = max(unit, lp.output.format.fraction + 1, hp.output.format.fraction + 1)
        # Sums of either accumulator's parts, of two rows, on the grid; and the same of v (a - b).
        widest = max(p.acc.width + unit - p.acc_fraction for p in (lp, hp))
        slope = int(np.abs(hp.weight_codes).sum(axis=1).max())
        reach = max(int(np.abs(ends).max()) for ends in (inputs.lp, inputs.hp, inputs.low, inputs.high))
        coarsest = min(lp.inputs.format.fraction, hp.inputs.format.fraction, inputs.fraction)
        up = unit - hp.weight_places - coarsest
        widest = max(widest, slope.bit_length() + reach.bit_length() + up) + 4
        if widest > MAX_ACCUMULATOR_WIDTH:
            raise InputError(
                f"{lp.name}: comparing it with {hp.name} needs {widest} bits, at most {MAX_ACCUMULATOR_WIDTH} are "
                "supported; use fewer bits of weights or activations"
            )
        return cls(lp, hp, inputs, unit, widest)

    def difference(self, rows: Callable[[IntArray], IntArray]) -> tuple[IntArray, IntArray]:
        """Interval of LP minus HP of `rows` (a linear map of the first axis) of the accumulators."""
        lp, hp = self.lp, self.hp
        up = [self.unit - p.acc_fraction for p in (lp, hp)]
        low = rows((lp.bias << up[0]) - (hp.bias << up[1]))
        high = low.copy()
        for index in range(hp.n_in):
            for least, most in self.input_spans(index, rows, up):
                low, high = low + least, high + most
        return low, high

    def input_spans(
        self, index: int, rows: Callable[[IntArray], IntArray], up: list[int]
    ) -> list[tuple[IntArray, IntArray]]:
        lp, hp, inputs = self.lp, self.hp, self.inputs
        if inputs.joint is not None:
            lossless = inputs.joint.shift == 0 and (inputs.lp == inputs.hp).all()
            ends = lossless and lp.linear and hp.linear
            low, high = inputs.hp[index].tolist()
            if not ends and high - low >= MAX_CODES:
                raise InputError(
                    f"{hp.name}: certified decisions try every input code, {high - low + 1} are too many; use inputs "
                    "of at most 16 bits"
                )
            codes = _codes(inputs.hp[index], ends=ends)
            f_lp = kind_of(lp).synapse_sums(lp, index, inputs.joint.apply(codes)) << up[0]
            return [_extremes(rows(f_lp - (kind_of(hp).synapse_sums(hp, index, codes) << up[1])))]
        places = hp.weight_places
        slope = rows(hp.weight_codes[:, index, None])
        spans = []
        for which, (params, span, sign) in enumerate(((lp, inputs.lp, 1), (hp, inputs.hp, -1))):
            codes = _codes(span[index], ends=params.linear)
            f = rows(kind_of(params).synapse_sums(params, index, codes)) << up[which]
            linear = slope * codes << (self.unit - places - params.inputs.format.fraction)
            spans.append(_extremes(sign * (f - linear)))
        moved = np.array([inputs.low[index], inputs.high[index]])
        spans.append(_extremes(slope * moved << (self.unit - places - inputs.fraction)))
        return spans

    @cached_property
    def outputs(self) -> tuple[IntArray, IntArray]:
        """Interval of LP minus HP of each accumulator."""
        return self.difference(lambda values: values)

    @cached_property
    def accumulators(self) -> list[tuple[IntArray, IntArray]]:
        """Ranges of both layers' accumulators, in their own units."""
        result = []
        for params, span in ((self.lp, self.inputs.lp), (self.hp, self.inputs.hp)):
            low, high = params.bias.copy(), params.bias.copy()
            for index in range(params.n_in):
                least, most = _extremes(
                    kind_of(params).synapse_sums(params, index, span[index])
                )  # monotone in the code
                low, high = low + least, high + most
            result.append((low, high))
        return result


def _codes(span: IntArray, *, ends: bool) -> IntArray:
    return span if ends else np.arange(span[0], span[1] + 1)


def _extremes(values: IntArray) -> tuple[IntArray, IntArray]:
    return values.min(axis=-1), values.max(axis=-1)


def _rounding(params: DenseParams, unit: int) -> tuple[int, int]:
    """Least and greatest error of rounding to the output, in units of 2**-unit."""
    low, high = params.rounding.units(params.shift)
    return low << (unit - params.acc_fraction), high << (unit - params.acc_fraction)


def _output_codes(params: DenseParams, low: IntArray, high: IntArray) -> IntArray:
    """Range of each output's code, shape (n_out, 2); refuses one that could saturate."""
    ends = output_range(low, high, activation=params.activation, shift=params.shift, rounding=params.rounding)
    if ends[0].min() < params.output.low or ends[1].max() > params.output.high:
        raise InputError(
            f"{params.name}: outputs reach codes {ends[0].min()}..{ends[1].max()} but saturate at "
            f"{params.output.low}..{params.output.high}, so no decision can be certified; use a wider output format"
        )
    return np.stack(ends, axis=1)


def _output_difference(compared: _Comparison) -> tuple[list[IntArray], IntArray, IntArray, int]:
    """Codes of both layers' outputs, and the interval of LP minus HP in units of 2**-fraction; then the fraction."""
    lp, hp, unit = compared.lp, compared.hp, compared.unit
    low, high = compared.outputs
    codes = []
    for params, (least, most) in zip((lp, hp), compared.accumulators, strict=True):
        codes.append(_output_codes(params, least, most))
    if lp.activation.rectifies:
        low, high = np.minimum(low, 0), np.maximum(high, 0)
    (lp_low, lp_high), (hp_low, hp_high) = (_rounding(params, unit) for params in (lp, hp))
    fraction = max(params.output.format.fraction for params in (lp, hp))
    down = unit - fraction
    # Both outputs are on the coarser grid of 2**-fraction, so that their difference is: round inward.
    low, high = -(-(low + lp_low - hp_high) >> down), (high + lp_high - hp_low) >> down
    values = [ends << (fraction - p.output.format.fraction) for ends, p in zip(codes, (lp, hp), strict=True)]
    low = np.maximum(low, values[0][:, 0] - values[1][:, 1])
    high = np.minimum(high, values[0][:, 1] - values[1][:, 0])
    return codes, low, high, fraction


def _next_inputs(compared: _Comparison) -> _Inputs:
    codes, low, high, fraction = _output_difference(compared)
    return _Inputs(codes[0], codes[1], low, high, fraction)


def _largest(compared: Sequence[_Comparison], weights: IntArray) -> IntArray:
    """Upper bounds of the rows of `weights`, integers, on LP minus HP of the last layer's accumulators.

    In units of the grid of the last of the layers compared, times those of `weights`.
    """
    last, before = compared[-1], compared[:-1]
    lp, hp = last.lp, last.hp

    def rows(values: IntArray) -> IntArray:
        return weights @ values

    up = [last.unit - p.acc_fraction for p in (lp, hp)]
    total = rows((lp.bias << up[0]) - (hp.bias << up[1]))
    moved = np.zeros_like(total)
    for index in range(hp.n_in):
        spans = last.input_spans(index, rows, up)
        for _, most in spans[:2]:
            total += most
        for _, most in spans[2:]:
            moved += most
    if not before:
        return total
    # The same difference of what the layer is fed, followed into the layer before.
    slopes = rows(hp.weight_codes)
    down = before[-1].unit + _SLOPE_PLACES + hp.weight_places - last.unit
    wide = int(np.abs(slopes).sum(axis=1).max()).bit_length() + _SLOPE_PLACES + before[-1].widest
    if wide + max(0, -down) <= MAX_ACCUMULATOR_WIDTH:
        followed = _followed(before, slopes)
        moved = np.minimum(moved, -(-followed >> down) if down >= 0 else followed << -down)
    return np.asarray(total + moved)


def _followed(compared: Sequence[_Comparison], slopes: IntArray) -> IntArray:
    """Upper bounds of the rows of `slopes` on LP minus HP of the last layer's outputs, by lines around the activation.

    In units of the layer's grid, of `slopes` and of 2**-_SLOPE_PLACES.
    """
    last, one = compared[-1], 1 << _SLOPE_PLACES
    low, high = last.outputs
    most, least = np.maximum(high, 0), np.maximum(-low, 0)
    reach = np.maximum(most + least, 1)
    steep = (one * most + (reach >> 1)) // reach  # to the nearest; any slope from 0 to one is sound
    on = np.logical_and(*(ends[0] >= 0 for ends in last.accumulators)) | (not last.lp.activation.rectifies)
    off = np.logical_and(*(ends[1] <= 0 for ends in last.accumulators)) & ~on
    # From above where a slope is positive, from below where it is negative: the ends change places.
    line = np.where(slopes > 0, steep, one - steep)
    line = np.where(on, one, np.where(off, 0, line))
    offset = np.where(on | off, 0, _offset(steep, most, least))
    (lp_low, lp_high), (hp_low, hp_high) = (_rounding(params, last.unit) for params in (last.lp, last.hp))
    rounding = np.where(slopes > 0, lp_high - hp_low, hp_high - lp_low) << _SLOPE_PLACES
    own = (np.abs(slopes) * (offset + rounding)).sum(axis=1)
    return np.asarray(own + _largest(compared, slopes * line))


def _offset(steep: IntArray, most: IntArray, least: IntArray) -> IntArray:
    """The largest c d - s d over d from -least to most and c from 0 to 1, times 2**_SLOPE_PLACES."""
    return np.asarray(np.maximum(((1 << _SLOPE_PLACES) - steep) * most, steep * least))


def _thresholds(compared: Sequence[_Comparison]) -> IntArray:
    last = compared[-1]
    lp, hp = last.lp, last.hp
    _, low, high, fraction = _output_difference(last)
    n_out = hp.n_out
    first, second = np.triu_indices(n_out, 1)
    # By rows, whatever the activation; by pairs, where it keeps differences.
    below, above = low[first] - high[second], high[first] - low[second]
    if not lp.activation.rectifies:
        pairs = np.zeros((len(first), n_out), dtype=np.int64)
        places = np.arange(len(first))
        pairs[places, first], pairs[places, second] = 1, -1
        pair_high, pair_low = np.split(_largest(compared, np.concatenate([pairs, -pairs])), 2)
        pair_low = -pair_low
        rounding = sum(end for params in (lp, hp) for end in (abs(x) for x in _rounding(params, last.unit)))
        down = last.unit - fraction
        below = np.maximum(below, -(-(pair_low - rounding) >> down))
        above = np.minimum(above, (pair_high + rounding) >> down)
    bound = np.zeros((n_out, n_out), dtype=np.int64)
    bound[first, second], bound[second, first] = above, -below
    # An integer margin exceeds b / 2**s where it exceeds its floor; among equals the first one wins.
    down = fraction - lp.output.format.fraction
    exceeds = bound >> down
    reaches = -(-bound >> down) - 1
    margins = np.where(np.arange(n_out)[:, None] < np.arange(n_out), reaches, exceeds)
    margins = np.maximum(margins, -1)
    np.fill_diagonal(margins, -1)
    return margins
