# SPDX-License-Identifier: Apache-2.0
"""How the lemmas add up to the bound of the network, checked in exact arithmetic.

SBY proves local claims about the emitted modules; what joins them is interval arithmetic, done here once more with
integers and fractions from the trained weights on, apart from the code that made the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from sc_precision.errors import ConsistencyError
from sc_precision.formats import Rounding
from sc_precision.golden.streams import ramp_cycles, weight_stream
from sc_precision.network import Activation
from sc_precision.params import FixedLayerParams, IntArray, StochasticDenseParams
from sc_precision.plan.result import LayerPlan, NetworkPlan
from sc_precision.properties.lemma import Lemma

Interval = tuple[Fraction, Fraction]


def check_composition(plan: NetworkPlan, lemmas: Sequence[Lemma]) -> None:
    """Check that the lemmas together say what the plan promises.

    Parameters
    ----------
    plan : NetworkPlan
    lemmas : sequence of Lemma
        All lemmas about the plan's hardware.

    Raises
    ------
    ConsistencyError
        If a lemma assumes what none asserts or what rests on itself, if intervals of one layer do not add up, do not
        fit their widths or do not cover what the layer before delivers, or if the composed error exceeds the plan's
        bound.
    """
    _check_assumptions(lemmas)
    for layer in plan.layers:
        _check_sums(layer)
        _check_widths(layer)
        _check_reach(layer)
    for before, after in pairwise(plan.layers):
        _check_ranges(before, after)
    for layer, errors in zip(plan.layers, composed_errors(plan), strict=True):
        for output, (low, high) in enumerate(errors):
            claimed = Fraction(float(layer.error_low[output])), Fraction(float(layer.error_high[output]))
            if not claimed[0] <= low <= high <= claimed[1]:
                raise ConsistencyError(
                    f"{layer.params.name}: output {output} can err by {float(low):.6g} to {float(high):.6g}, but the "
                    f"plan claims {float(claimed[0]):.6g} to {float(claimed[1]):.6g}"
                )
    last = plan.layers[-1]
    worst = max(max(-float(low), float(high)) for low, high in zip(last.error_low, last.error_high, strict=True))
    if plan.bound < worst:
        raise ConsistencyError(f"{plan.name}: the bound {plan.bound!r} is below the worst output's {worst!r}")


def _check_assumptions(lemmas: Sequence[Lemma]) -> None:
    by_name = {lemma.name: lemma for lemma in lemmas}
    if len(by_name) != len(lemmas):
        raise ConsistencyError("two lemmas have the same name")
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ConsistencyError(f"lemmas assume one another in a circle: {' -> '.join((*path, name))}")
        if name not in by_name:
            raise ConsistencyError(f"lemma {path[-1]} assumes {name}, which no lemma asserts")
        if name not in done:
            for assumed in by_name[name].assumes:
                visit(assumed, (*path, name))
            done.add(name)

    for lemma in lemmas:
        visit(lemma.name, ())


def _check_sums(layer: LayerPlan) -> None:
    """The interval of each output's error is the sum of its synapses' and of the bias's rounding."""
    b = layer.bounds
    low_codes, high_codes = b.input_low.tolist(), b.input_high.tolist()
    p = layer.params
    if isinstance(p, StochasticDenseParams):
        # The lemmas speak of levels; that these are the weights but for the planned errors is plain arithmetic.
        exact = (p.scaled_levels << (b.k - p.inputs.unit_log2)) - b.reference_weights
        if (exact != b.weight_error).any():
            raise ConsistencyError(f"{p.name}: levels differ from the trained weights by more than planned")
    for output in range(p.n_out):
        low = high = int(b.bias_error[output])
        for index, error in enumerate(b.weight_error[output].tolist()):
            ends = error * low_codes[index], error * high_codes[index]
            low += min(ends) + int(b.stream_low[output, index])
            high += max(ends) + int(b.stream_high[output, index])
        if (low, high) != (int(b.pre_low[output]), int(b.pre_high[output])):
            raise ConsistencyError(
                f"{layer.params.name}: output {output}'s synapses err by {low}..{high} together, but the plan says "
                f"{b.pre_low[output]}..{b.pre_high[output]}"
            )


def _check_widths(layer: LayerPlan) -> None:
    """Partial sums fit the accumulator, in whatever order, for any code of the input format."""
    p = layer.params
    code = p.inputs.format
    for output in range(p.n_out):
        if isinstance(p, StochasticDenseParams):
            lengths = p.length_log2[output].tolist()
            levels = zip(p.levels[output].tolist(), lengths, strict=True)
            ends = [(0, level << (p.max_log2 - m) if level else 0) for level, m in levels]
            if p.bipolar:
                ends = [(-(bool(end) << p.max_log2), bool(end) << p.max_log2) for _, end in ends]
        else:
            weights = p.weights[output].tolist()
            ends = [(weight * code.code_min, weight * code.code_max) for weight in weights]
        bias = int(p.bias[output])
        low = bias + sum(min(0, *pair) for pair in ends)
        high = bias + sum(max(0, *pair) for pair in ends)
        if low < p.acc.code_min or high > p.acc.code_max:
            raise ConsistencyError(
                f"{p.name}: the accumulator of output {output} can reach {low}..{high}, beyond {p.acc.width} bits"
            )
        if isinstance(p, FixedLayerParams):
            # Before its shift a row is added up in fewer bits; what is shifted out must be nothing.
            unit, limit = 1 << int(p.shifts[output]), 1 << (p.row_width - 1)
            if low % unit or high % unit or low < -limit * unit or high >= limit * unit:
                raise ConsistencyError(
                    f"{p.name}: the sum of output {output} can reach {low}..{high}, which is no multiple of {unit} or "
                    f"beyond {p.row_width} bits of it"
                )


def _check_reach(layer: LayerPlan) -> None:
    """The range of each accumulator, which the output stage's lemma starts from, is what its synapses can add up to."""
    p, b = layer.params, layer.bounds
    streams: dict[tuple[int, int], IntArray] = {}
    for output in range(p.n_out):
        low = high = int(p.bias[output])
        for index in range(p.n_in):
            codes = int(b.input_low[index]), int(b.input_high[index])
            if not isinstance(p, StochasticDenseParams):
                ends = [0, *(int(p.weights[output, index]) * code for code in codes)]
            elif p.bipolar:
                ends = _xnor_ends(p, output, index, codes)
            else:
                level, m = int(p.levels[output, index]), int(p.length_log2[output, index])
                if (m, abs(level)) not in streams:
                    streams[m, abs(level)] = np.cumsum(np.append(False, weight_stream(abs(level), m)))
                cycles = int(ramp_cycles(b.input_high[index], m, p.inputs.unit_log2))
                count = int(streams[m, abs(level)][cycles]) if level else 0
                ends = [0, (count if level > 0 else -count) << max(0, p.max_log2 - m)]
            low, high = low + min(ends), high + max(ends)
        if low < b.acc_low[output] or high > b.acc_high[output]:
            raise ConsistencyError(
                f"{p.name}: the accumulator of output {output} can end at {low}..{high}, but the plan says "
                f"{b.acc_low[output]}..{b.acc_high[output]}"
            )


def _xnor_ends(p: StochasticDenseParams, output: int, index: int, codes: tuple[int, int]) -> list[int]:
    """Least and greatest of what a bipolar synapse adds, by trying every number of ones of its input stream."""
    if not p.levels[output, index]:
        return [0]
    m = int(p.length_log2[output, index])
    first, last = ramp_cycles(np.array(codes) + p.ramp_offset, m, p.ramp_log2).tolist()
    stream = weight_stream(int(p.stream_ones[output, index]), m)
    agree = int(np.concatenate([stream[:first], ~stream[first:]]).sum())
    # One more 1 of the ramp turns a disagreement into an agreement, or the other way round.
    sums = 2 * (agree + np.cumsum(np.append(0, np.where(stream[first:last], 1, -1)))) - (1 << m)
    return [int(sums.min()) << (p.max_log2 - m), int(sums.max()) << (p.max_log2 - m)]


def _check_ranges(before: LayerPlan, after: LayerPlan) -> None:
    """Codes that leave a layer are codes that the next one's bounds hold for."""
    if before.params.output.format != after.params.inputs.format:
        raise ConsistencyError(f"{before.params.name} and {after.params.name} disagree on the format between them")
    code = after.params.inputs
    outside = (after.bounds.input_low < code.low) | (after.bounds.input_high > code.high)
    if outside.any():
        raise ConsistencyError(f"{after.params.name}: bounds are stated for codes outside {code.low}..{code.high}")


def composed_errors(plan: NetworkPlan) -> list[list[Interval]]:
    """Error interval of every neuron, hardware minus exact network, in exact fractions.

    E_l = e_l + W_l E_{l-1} by interval arithmetic, then the 1-Lipschitz monotone activation and rounding; e_l is the
    layer's own error at the codes that it really gets.

    Returns
    -------
    list of list of (low, high)
        Per layer, per output.
    """
    network, first = plan.network, plan.layers[0].params.inputs.format
    on_grid = network.input_fraction is not None and network.input_fraction <= first.fraction
    half = Fraction(0) if on_grid else Fraction(1, 2) * _power(-first.fraction)
    incoming: list[Interval] = [(-half, half)] * network.n_in
    result = []
    for layer in plan.layers:
        incoming = [_output_error(layer, output, incoming) for output in range(layer.params.n_out)]
        result.append(incoming)
    return result


def _power(exponent: int) -> Fraction:
    return Fraction(2) ** exponent


def _times(factor: Fraction, interval: Interval) -> Interval:
    ends = factor * interval[0], factor * interval[1]
    return min(ends), max(ends)


def _output_error(layer: LayerPlan, output: int, incoming: Sequence[Interval]) -> Interval:
    p, b = layer.params, layer.bounds
    unit = _power(-p.acc_fraction - b.k)
    code = _power(-p.inputs.format.fraction)
    weight_unit = unit / code
    low, high = int(b.pre_low[output]) * unit, int(b.pre_high[output]) * unit
    offset = int(b.reference_bias[output]) * unit - Fraction(float(layer.dense.bias[output]))
    low, high = low + offset, high + offset
    for index in range(p.n_in):
        exact = Fraction(float(layer.dense.weight[output, index]))
        # What the reference of the proof, a weight on a fine grid, leaves out of the trained one.
        residue = int(b.reference_weights[output, index]) * weight_unit - exact
        span = int(b.input_low[index]) * code, int(b.input_high[index]) * code
        for part in (_times(residue, span), _times(exact, incoming[index])):
            low, high = low + part[0], high + part[1]
    if p.activation is Activation.RELU:
        # The hardware's result lies in [0, top], so the exact one's in [0, top - low].
        top = int(b.acc_high[output]) * _power(-p.acc_fraction)
        zero = Fraction(0)
        floor = -max(top - low, zero)
        low, high = max(min(low, zero), floor), min(max(high, zero), max(top, zero))
        if top <= 0:
            return low, high
    if p.shift:
        step = _power(-p.output.format.fraction)
        below, above = (step, Fraction(0)) if p.rounding is Rounding.TRUNCATE else (step / 2, step / 2)
        low, high = low - below, high + above
    return low, high
