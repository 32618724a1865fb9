# SPDX-License-Identifier: Apache-2.0
"""The certified thresholds worked out again, independently of the code that made them.

With D_cj = y_c - y_j, a threshold B_cj must be at least D_cj(LP) - D_cj(HP) for every input. The statement and the
split into parts are those of `adaptive.certify`; everything is worked out again from the parameters: streams by the
closed form of their counts that the lemmas use, roundings in fractions, intervals in integers of any length. What
comes out is the least threshold that these intervals allow, and no threshold in the hardware may be below it.

Slopes of the lines around a ReLU are M / (M + m) to the nearest 1/1024, as there, so that the two agree; any slope from
0 to 1 would be sound, and what a line leaves out is worked out here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import ceil, floor

import numpy as np

from sc_precision.adaptive.params import AdaptiveParams
from sc_precision.errors import ConsistencyError
from sc_precision.params import DenseParams, IntArray
from sc_precision.params.kind import kind_of
from sc_precision.properties.checker.activation import rectifies
from sc_precision.properties.checker.rounding import definition, rounded

Interval = tuple[Fraction, Fraction]
Rows = Callable[[IntArray], IntArray]
_MOST_BITS = 62
_SLOPES = 1024


@dataclass(frozen=True, eq=False)
class _Inputs:
    """Codes that each network is fed, and the interval of LP's value less HP's; in the first layer LP's follow HP's."""

    lp: list[tuple[int, int]]
    hp: list[tuple[int, int]]
    moved: list[Interval]
    joint: Callable[[int], int] | None = None


@dataclass(frozen=True, eq=False)
class _Layer:
    """A layer of both networks, with the interval of LP less HP of each accumulator."""

    lp: DenseParams
    hp: DenseParams
    inputs: _Inputs
    apart: list[Interval]


def check_margins(params: AdaptiveParams) -> None:
    """Check that no threshold of the certified policy is below what the two networks can differ by.

    Their layers are fixed point or bitstreams. Raises ConsistencyError if one is, or an output could saturate.
    """
    least = least_thresholds(params)
    for c, j in product(range(params.n_out), repeat=2):
        needed, stored = min(least[c][j], params.margin_limit), int(params.margin_codes[c, j])
        if c != j and stored < needed:
            raise ConsistencyError(
                f"{params.name}: the threshold of output {c} over {j} is {stored}, but LP's margin can exceed HP's by "
                f"more; at least {needed} is needed"
            )


def least_thresholds(params: AdaptiveParams) -> list[list[int]]:
    """Least integer B_cj such that a margin of LP above it makes c win over j in HP; -1 on the diagonal."""
    low, high = params.inputs.low, params.inputs.high
    target, shift = params.to_lp.target, params.to_lp.shift

    def joint(code: int) -> int:
        return min(max(round(Fraction(code) / Fraction(2) ** shift), target.low), target.high)

    n = params.n_in
    inputs = _Inputs([(joint(low), joint(high))] * n, [(low, high)] * n, [(Fraction(0), Fraction(0))] * n, joint)
    before: list[_Layer] = []
    for lp, hp in zip(params.lp[:-1], params.hp[:-1], strict=True):
        apart = _difference(lp, hp, inputs, lambda values: values)
        before.append(_Layer(lp, hp, inputs, apart))
        codes, moved = _outputs(lp, hp, inputs, apart)
        inputs = _Inputs(codes[0], codes[1], moved)
    lp, hp, n_out = params.lp[-1], params.hp[-1], params.n_out
    # The rows themselves, and each less each later one, so that what two rows share cancels.
    first, second = np.triu_indices(n_out, 1)
    both = _difference(lp, hp, inputs, lambda values: np.concatenate([values, values[first] - values[second]]), before)
    _, moved = _outputs(lp, hp, inputs, both[:n_out])
    unit, grid = (Fraction(2) ** max(p.output.format.fraction for p in ps) for ps in ((lp,), (lp, hp)))
    rounding = sum((high - low for low, high in map(_rounding, (lp, hp))), Fraction(0))
    least = [[-1] * n_out for _ in range(n_out)]
    for c, j, pair in zip(first.tolist(), second.tolist(), both[n_out:], strict=True):
        for winner, other, together in ((c, j, pair[1]), (j, c, -pair[0])):
            bound = moved[winner][1] - moved[other][0]
            if not rectifies(lp.activation):
                bound = min(bound, floor((together + rounding) * grid) / grid)
            # Among equals the first one wins.
            needed = ceil(bound * unit) - 1 if winner < other else floor(bound * unit)
            least[winner][other] = max(-1, needed)
    return least


def _outputs(
    lp: DenseParams, hp: DenseParams, inputs: _Inputs, rows: list[Interval]
) -> tuple[list[list[tuple[int, int]]], list[Interval]]:
    """Codes of both layers' outputs, and the interval of LP's values less HP's."""
    codes = [_codes(p, spans) for p, spans in ((lp, inputs.lp), (hp, inputs.hp))]
    (lp_low, lp_high), (hp_low, hp_high) = _rounding(lp), _rounding(hp)
    units = [Fraction(2) ** -p.output.format.fraction for p in (lp, hp)]
    grid = min(units)
    moved = []
    for output, (low, high) in enumerate(rows):
        if rectifies(lp.activation):
            low, high = min(low, Fraction(0)), max(high, Fraction(0))
        # Both are multiples of the finer unit, so that their difference is.
        low, high = (low + lp_low - hp_high) / grid, (high + lp_high - hp_low) / grid
        ends = [tuple(code * unit for code in span[output]) for span, unit in zip(codes, units, strict=True)]
        moved.append((max(ceil(low) * grid, ends[0][0] - ends[1][1]), min(floor(high) * grid, ends[0][1] - ends[1][0])))
    return codes, moved


def _rounding(p: DenseParams) -> Interval:
    """Least and greatest error of the output stage."""
    stated, unit = definition(p.rounding, p.shift), Fraction(2) ** -p.acc_fraction
    return stated.low * unit, stated.high * unit


def _added(p: DenseParams, index: int, codes: IntArray) -> IntArray:
    """What codes of one input add to each accumulator, apart from the golden model."""
    return kind_of(p).derived_synapse_sums(p, index, codes)


def _sums(p: DenseParams, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Range of each accumulator."""
    low, high = p.bias.astype(object), p.bias.astype(object)
    for index, span in enumerate(spans):
        added = _added(p, index, np.array(span)).astype(object)  # monotone in the code
        low, high = low + added.min(axis=1), high + added.max(axis=1)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _codes(p: DenseParams, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Range of each output's code."""
    step = Fraction(1, 1 << p.shift)
    result = []
    for ends in _sums(p, spans):
        values = [max(end, 0) if rectifies(p.activation) else end for end in ends]
        least, most = (rounded(p.rounding, value * step) for value in values)
        if least < p.output.low or most > p.output.high:
            raise ConsistencyError(
                f"{p.name}: outputs reach codes {least}..{most} but saturate at {p.output.low}..{p.output.high}"
            )
        result.append((least, most))
    return result


def _difference(
    lp: DenseParams, hp: DenseParams, inputs: _Inputs, rows: Rows, before: list[_Layer] | None = None, gain: int = 2
) -> list[Interval]:
    """Interval of LP less HP of a linear map of the accumulators' rows, whose weights add up to at most `gain`.

    With `before`, the layers before this one, the differences of the inputs are also followed through them.
    """
    weights, places = hp.weight_codes, hp.weight_places
    unit = max(lp.acc_fraction, hp.acc_fraction, places + max(p.inputs.format.fraction for p in (lp, hp)))
    up = {p.name: unit - p.acc_fraction for p in (lp, hp)}
    # NumPy's integers wrap without a word.
    codes = max(abs(end) for spans in (inputs.lp, inputs.hp) for span in spans for end in span)
    follows = gain * int(np.abs(weights).max()) * codes << (unit - places)
    sums = (p.acc.width + up[p.name] + (gain - 1).bit_length() for p in (lp, hp))
    if max(follows.bit_length(), *sums) + 2 > _MOST_BITS:
        raise ConsistencyError(f"{lp.name}: comparing it with {hp.name} needs more than {_MOST_BITS} bits")
    start = rows((lp.bias << up[lp.name]) - (hp.bias << up[hp.name])).astype(object)
    low, high = start, start
    slopes: list[list[int]] = []
    for index in range(hp.n_in):
        parts = []
        if inputs.joint is not None:
            tried = np.arange(inputs.hp[index][0], inputs.hp[index][1] + 1)
            fed = np.array([inputs.joint(code) for code in tried.tolist()])
            added = (_added(lp, index, fed) << up[lp.name]) - (_added(hp, index, tried) << up[hp.name])
            parts.append(rows(added))
        else:
            slope = rows(weights[:, index : index + 1])
            for p, span, sign in ((lp, inputs.lp[index], 1), (hp, inputs.hp[index], -1)):
                linear = p.linear
                tried = np.array(span) if linear else np.arange(span[0], span[1] + 1)
                line = slope * tried << (unit - places - p.inputs.format.fraction)
                parts.append(sign * ((rows(_added(p, index, tried)) << up[p.name]) - line))
            slopes.append(slope[:, 0].tolist())
        for part in parts:
            low, high = low + part.min(axis=1), high + part.max(axis=1)
    scale, fine = Fraction(1, 1 << unit), Fraction(1, 1 << places)
    followed = _followed(before, np.array(slopes, dtype=object).T, fine) if before else []
    result = []
    for row, (least, most) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        ends = [Fraction(0), Fraction(0)]
        for weight, moved in zip(slopes, inputs.moved, strict=False):  # none in the first layer
            shift = [weight[row] * fine * end for end in moved]
            ends[0] += min(shift)
            ends[1] += max(shift)
        if followed:
            ends = [max(ends[0], followed[row][0]), min(ends[1], followed[row][1])]
        result.append((least * scale + ends[0], most * scale + ends[1]))
    return result


def _followed(layers: list[_Layer], slopes: IntArray, unit: Fraction) -> list[Interval]:
    """Interval of the rows of `slopes`, in units, on LP less HP of the outputs of the last of the layers.

    For d in [-m, M] the difference of two ReLUs is c d with c from 0 to 1, so at most s d + max((1 - s) M, s m), and
    at least (1 - s) d minus the same. The lines' sum is a linear map of the accumulators of that layer.
    """
    last = layers[-1]
    (lp_low, lp_high), (hp_low, hp_high) = _rounding(last.lp), _rounding(last.hp)
    spans = [_sums(p, codes) for p, codes in ((last.lp, last.inputs.lp), (last.hp, last.inputs.hp))]
    lines: list[tuple[int, int, Fraction]] = []
    for (low, high), *ends in zip(last.apart, *spans, strict=True):
        most, least = max(high, Fraction(0)), max(-low, Fraction(0))
        if not rectifies(last.lp.activation) or all(end[0] >= 0 for end in ends):
            lines.append((_SLOPES, _SLOPES, Fraction(0)))
        elif all(end[1] <= 0 for end in ends):
            lines.append((0, 0, Fraction(0)))
        else:
            steep = floor(_SLOPES * most / (most + least) + Fraction(1, 2)) if most + least else 0
            s = Fraction(steep, _SLOPES)
            lines.append((steep, _SLOPES - steep, max((1 - s) * most, s * least)))
    weights, own = [], []
    for sign in (1, -1):
        for row in (sign * slopes).tolist():
            weights.append([v * (up if v > 0 else down) for v, (up, down, _) in zip(row, lines, strict=True)])
            rounding = [v * (lp_high - hp_low if v > 0 else lp_low - hp_high) for v in row]
            own.append(unit * sum((abs(v) * off for v, (_, _, off) in zip(row, lines, strict=True)), sum(rounding)))
    gain = max(1, *(sum(map(abs, row)) for row in weights))
    try:
        matrix = np.array(weights, dtype=np.int64)
        sums = _difference(last.lp, last.hp, last.inputs, lambda values: matrix @ values, layers[:-1], gain)
    except (ConsistencyError, OverflowError):
        return []  # too wide to be followed: the intervals remain
    highest = [own_part + unit / _SLOPES * most for own_part, (_, most) in zip(own, sums, strict=True)]
    return [(-low, high) for high, low in zip(highest[: len(slopes)], highest[len(slopes) :], strict=True)]
