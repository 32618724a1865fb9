# SPDX-License-Identifier: Apache-2.0
r"""Bounds of a layer in exact integers, and their composition through the network.

One layer, with k extra binary places (all integers in units of 2\ :sup:`-(acc_fraction + k)`)::

    e = (acc << k) - (sum_i a_i * reference_weights_oi + reference_bias_o)

lies in [pre_low_o, pre_high_o]: the sum over the synapses of weight rounding and stream discrepancy, and the bias'
rounding. These are the integers that the formal proofs assert. What remains between the reference integers and the
float64 weights (which are exact rationals) is bounded in the composition.

Composition, componentwise in two-sided intervals: the error of a layer's accumulator is its own error at the inputs the
hardware really has, plus W times the error of those inputs; ReLU and identity are monotone and 1-Lipschitz; then comes
the output's rounding.

Rounding of the bounds themselves: integers become floats outward, powers of two scale exactly, sums are moved one ulp
outward, and a dot product of n terms in float64 is off by at most gamma_{n+1} * sum |x_i y_i| whatever the order of
summation (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1), of which `affine_interval` adds more
than four times as much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sc_precision.errors import ConsistencyError, InputError
from sc_precision.formats import Overflow, Rounding
from sc_precision.network import Activation, Dense, FloatArray
from sc_precision.params import (
    DenseParams,
    IntArray,
    signed_width,
)
from sc_precision.params.kind import kind_of
from sc_precision.params.progressive import check_progressive

EXTRA_BITS = 8
"""Binary places of the reference integers beyond the accumulator's (more where the input grid of streams is finer)."""
_MAX_BITS = 62
TINY = 2.0**-1000
"""More than rounding loses among the smallest floats."""


@dataclass(frozen=True, eq=False)
class LayerBounds:
    """Error intervals of one layer, in exact integers.

    Parameters
    ----------
    k : int
        Binary places beyond the accumulator's.
    input_low, input_high : ndarray of int64, shape (n_in,)
        Range of the input codes for which the bounds hold; low <= 0 <= high.
    reference_weights : ndarray of int64, shape (n_out, n_in)
        round(weight * 2**(acc_fraction - input_fraction + k)).
    reference_bias : ndarray of int64, shape (n_out,)
        round(bias * 2**(acc_fraction + k)).
    weight_error : ndarray of int64, shape (n_out, n_in)
        What each synapse weighs beyond its reference weight.
    weight_low, weight_high : ndarray of int64, shape (n_out, n_in)
        Contribution of each weight's rounding to e, over the input range.
    stream_low, stream_high : ndarray of int64, shape (n_out, n_in)
        Contribution of each stream's discrepancy; zero on the fixed datapath.
    bias_error : ndarray of int64, shape (n_out,)
        (bias << k) - reference_bias.
    pre_low, pre_high : ndarray of int64, shape (n_out,)
        Interval of e: sums of the above.
    acc_low, acc_high : ndarray of int64, shape (n_out,)
        Range of the final accumulators over the input range.
    """

    k: int
    input_low: IntArray
    input_high: IntArray
    reference_weights: IntArray
    reference_bias: IntArray
    weight_error: IntArray
    weight_low: IntArray
    weight_high: IntArray
    stream_low: IntArray
    stream_high: IntArray
    bias_error: IntArray
    pre_low: IntArray
    pre_high: IntArray
    acc_low: IntArray
    acc_high: IntArray


def _extra_bits(params: DenseParams) -> int:
    least = params.product_places
    # The accumulator's range covers sum |a * weight|; the reference weights may round one step beyond.
    room = _MAX_BITS - 2 - max(signed_width(*params.acc_range), (params.n_in + 1).bit_length() + 2)
    k = min(max(EXTRA_BITS, least), room)
    if k < max(1, least):
        raise InputError(
            f"{params.name}: the exact bound needs more than {_MAX_BITS} bits (accumulator of "
            f"{signed_width(*params.acc_range)} bits, {least} more for the input grid); use a coarser input grid, "
            "fewer weight bits or shorter streams"
        )
    return k


def layer_bounds(
    params: DenseParams, dense: Dense, input_low: IntArray, input_high: IntArray, log2: int | None = None
) -> LayerBounds:
    """Exact error intervals of a layer for input codes in the given ranges.

    Parameters
    ----------
    params : DenseParams
        The hardware; its output format is not used.
    dense : Dense
        The layer that it stands for.
    input_low, input_high : ndarray of int64, shape (n_in,)
        Range of each input's code, low <= 0 <= high; low is 0 where the streams are not bipolar.
    log2 : int, optional
        Bounds of the estimate after 2**log2 cycles; see `progressive`.

    Raises
    ------
    InputError
        If the integers would not fit 62 bits, or results wrap.
    """
    if log2 is not None:
        check_progressive(params, log2)
    if params.overflow is Overflow.WRAP:
        raise InputError(f"{params.name}: results that wrap have no error bound; use Overflow.SATURATE")
    k = _extra_bits(params)
    scale = params.acc_fraction - params.inputs.format.fraction + k
    reference = np.rint(np.ldexp(dense.weight, scale))
    reference_bias = np.rint(np.ldexp(dense.bias, params.acc_fraction + k))
    reach = np.abs(reference) @ np.maximum(-input_low, input_high).astype(np.float64) + np.abs(reference_bias)
    if reach.max() >= 2.0 ** (_MAX_BITS - 1):
        raise InputError(f"{params.name}: the reference sum does not fit {_MAX_BITS} bits; rescale the layer")
    weights, bias = reference.astype(np.int64), reference_bias.astype(np.int64)
    each = kind_of(params).contributions(params, input_low, input_high, k, log2)
    delta = (params.weight_codes << (k - params.product_places)) - weights
    ends = delta * input_low, delta * input_high
    weight_low, weight_high = np.minimum(*ends), np.maximum(*ends)
    bias_error = (params.bias << k) - bias
    return LayerBounds(
        k=k,
        input_low=input_low,
        input_high=input_high,
        reference_weights=weights,
        reference_bias=bias,
        weight_error=delta,
        weight_low=weight_low,
        weight_high=weight_high,
        stream_low=each.low,
        stream_high=each.high,
        bias_error=bias_error,
        pre_low=weight_low.sum(axis=1) + each.low.sum(axis=1) + bias_error,
        pre_high=weight_high.sum(axis=1) + each.high.sum(axis=1) + bias_error,
        acc_low=params.bias + each.acc_low.sum(axis=1),
        acc_high=params.bias + each.acc_high.sum(axis=1),
    )


def output_range(
    acc_low: IntArray, acc_high: IntArray, *, activation: Activation, shift: int, rounding: Rounding
) -> tuple[IntArray, IntArray]:
    """Codes that accumulators in [acc_low, acc_high] become; activation and rounding are monotone."""

    def stage(value: IntArray) -> IntArray:
        if activation.rectifies:
            value = np.maximum(value, 0)
        return rounding.drop(value, shift)

    return stage(acc_low), stage(acc_high)


def _down(value: FloatArray) -> FloatArray:
    return np.asarray(np.nextafter(value, -np.inf))


def _up(value: FloatArray) -> FloatArray:
    return np.asarray(np.nextafter(value, np.inf))


def outward(low: IntArray, high: IntArray, exponent: int) -> tuple[FloatArray, FloatArray]:
    """Integer intervals times 2**exponent as floats, rounded outward where an integer exceeds 53 bits."""
    f_low, f_high = low.astype(np.float64), high.astype(np.float64)
    f_low = np.where(np.abs(f_low) > 2.0**53, _down(f_low), f_low)
    f_high = np.where(np.abs(f_high) > 2.0**53, _up(f_high), f_high)
    return np.ldexp(f_low, exponent), np.ldexp(f_high, exponent)


def ordered_dot(matrix: FloatArray, vector: FloatArray) -> FloatArray:
    """Return matrix @ vector with a fixed order of summation; that of BLAS differs between machines."""
    return np.asarray(np.add.reduce(np.ascontiguousarray(matrix.T) * vector[:, None], axis=0))


def ordered_product(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return left @ right of two matrices with a fixed order of summation; see `ordered_dot`."""
    out = np.zeros((left.shape[0], right.shape[1]))
    term = np.empty_like(out)
    columns = np.ascontiguousarray(left.T)
    for column, row in zip(columns, right, strict=True):
        np.multiply(column[:, None], row, out=term)
        out += term
    return out


def affine_interval(weight: FloatArray, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Interval, shape (n_out,), that holds weight @ d for every d with low <= d <= high, rounded outward."""
    positive, negative = np.maximum(weight, 0.0), np.minimum(weight, 0.0)
    magnitude = ordered_dot(np.abs(weight), np.maximum(np.abs(low), np.abs(high)))
    slack = (2 * len(low) + 8) * 2.0**-52 * magnitude + len(low) * TINY
    return (
        _down(ordered_dot(positive, low) + ordered_dot(negative, high) - slack),
        _up(ordered_dot(positive, high) + ordered_dot(negative, low) + slack),
    )


@dataclass(frozen=True, eq=False)
class LayerError:
    """Error of a layer's outputs (or accumulators), hardware minus exact network, in the network's own units.

    Parameters
    ----------
    low, high : ndarray of float64, shape (n_out,)
        Interval of each output's error, rounded outward.
    sources : dict
        Largest magnitude over the outputs of what each source adds before the activation (`output_rounding`:
        after it), by interval arithmetic: `propagated`, `weight_rounding`, `stream_discrepancy`, `bias_rounding`,
        `reference`.
    """

    low: FloatArray
    high: FloatArray
    sources: dict[str, float]


def _widest(low: FloatArray, high: FloatArray) -> float:
    return float(max(np.abs(low).max(), np.abs(high).max()))


def _bias_residual(params: DenseParams, dense: Dense, bounds: LayerBounds) -> FloatArray:
    return np.asarray(bounds.reference_bias.astype(np.float64) - np.ldexp(dense.bias, params.acc_fraction + bounds.k))


def bias_interval(params: DenseParams, dense: Dense, bounds: LayerBounds) -> tuple[FloatArray, FloatArray]:
    """Interval of the hardware's bias minus the exact one, in real units; as narrow as floats can say it."""
    unit, rho = -(params.acc_fraction + bounds.k), _bias_residual(params, dense, bounds)
    low, high = outward(bounds.bias_error, bounds.bias_error, 0)
    return np.ldexp(_down(low + rho), unit), np.ldexp(_up(high + rho), unit)


def _residual(params: DenseParams, dense: Dense, bounds: LayerBounds) -> tuple[FloatArray, FloatArray]:
    """What the reference integers add, in the units of e: sum_i a_i rho_oi + rho_o, rho = reference - exact."""
    # rho is exact in float64: a float and the integer nearest to it differ by a float.
    scale = params.acc_fraction - params.inputs.format.fraction + bounds.k
    rho = bounds.reference_weights.astype(np.float64) - np.ldexp(dense.weight, scale)
    rho_bias = _bias_residual(params, dense, bounds)
    low, high = affine_interval(rho, bounds.input_low.astype(np.float64), bounds.input_high.astype(np.float64))
    return _down(low + rho_bias), _up(high + rho_bias)


def synapse_bounds(params: DenseParams, dense: Dense, bounds: LayerBounds) -> tuple[FloatArray, FloatArray]:
    """Largest contribution of each synapse to its accumulator's error, in real units, rounded up.

    From the weight's rounding, and from its stream's discrepancy; both of shape (n_out, n_in).
    """
    unit = -(params.acc_fraction + bounds.k)
    scale = params.acc_fraction - params.inputs.format.fraction + bounds.k
    rho = np.abs(bounds.reference_weights.astype(np.float64) - np.ldexp(dense.weight, scale))
    reach = np.maximum(-bounds.input_low, bounds.input_high).astype(np.float64)
    weight = np.maximum(-bounds.weight_low, bounds.weight_high)
    stream = np.maximum(-bounds.stream_low, bounds.stream_high)
    quantisation = outward(weight, weight, unit)[1] + np.ldexp(_up(rho * reach), unit)
    return np.where(quantisation > 0.0, _up(quantisation), 0.0), outward(stream, stream, unit)[1]


def output_rounding(params: DenseParams) -> tuple[float, float]:
    """Interval of the error that rounding to the output format makes, in real units; exact."""
    if params.shift == 0:
        return 0.0, 0.0
    low, high = (float(end) * params.output.format.lsb for end in params.rounding.error[:2])
    return low, high


def accumulator_error(
    params: DenseParams, dense: Dense, bounds: LayerBounds, input_low: FloatArray, input_high: FloatArray
) -> LayerError:
    """Error of a layer's accumulators given the error interval of each input, by interval arithmetic.

    `bounds` are the integers of `layer_bounds`.
    """
    unit = -(params.acc_fraction + bounds.k)
    own_low, own_high = outward(bounds.pre_low, bounds.pre_high, unit)
    rest_low, rest_high = (np.ldexp(end, unit) for end in _residual(params, dense, bounds))
    moved_low, moved_high = affine_interval(dense.weight, input_low, input_high)
    low = _down(_down(own_low + rest_low) + moved_low)
    high = _up(_up(own_high + rest_high) + moved_high)
    parts = {
        "weight_rounding": outward(bounds.weight_low.sum(axis=1), bounds.weight_high.sum(axis=1), unit),
        "stream_discrepancy": outward(bounds.stream_low.sum(axis=1), bounds.stream_high.sum(axis=1), unit),
        "bias_rounding": outward(bounds.bias_error, bounds.bias_error, unit),
    }
    sources = {"propagated": _widest(moved_low, moved_high)}
    sources |= {name: _widest(*part) for name, part in parts.items()}
    return LayerError(low, high, sources | {"reference": _widest(rest_low, rest_high)})


def rounding_interval(params: DenseParams, bounds: LayerBounds) -> tuple[FloatArray, FloatArray]:
    """Interval of each output's rounding; none where the output is always 0."""
    low, high = (np.full(params.n_out, end) for end in output_rounding(params))
    if params.activation.rectifies:
        silent = bounds.acc_high <= 0
        low, high = np.where(silent, 0.0, low), np.where(silent, 0.0, high)
    return low, high


def output_error(params: DenseParams, bounds: LayerBounds, accumulators: LayerError) -> LayerError:
    """Error of a layer's outputs given those of its accumulators."""
    low, high = accumulators.low, accumulators.high
    if params.activation.rectifies:
        # A neuron's output lies in [0, its largest accumulator], the exact one's in [0, that minus the error].
        _, top = outward(bounds.acc_high, bounds.acc_high, -params.acc_fraction)
        exact_top = np.maximum(0.0, _up(top - low))
        low = np.maximum(np.minimum(low, 0.0), -exact_top)
        high = np.minimum(np.maximum(high, 0.0), np.maximum(top, 0.0))
    round_low, round_high = rounding_interval(params, bounds)
    sources = accumulators.sources | {"output_rounding": _widest(round_low, round_high)}
    return LayerError(_down(low + round_low), _up(high + round_high), sources)


def layer_error(
    params: DenseParams, dense: Dense, bounds: LayerBounds, input_low: FloatArray, input_high: FloatArray
) -> LayerError:
    """Error of a layer's outputs given the errors of its inputs; see `accumulator_error`."""
    return output_error(params, bounds, accumulator_error(params, dense, bounds, input_low, input_high))


def check_unsaturated(params: DenseParams, low: IntArray, high: IntArray) -> None:
    """Raise ConsistencyError if output codes in [low, high] could saturate; the bounds do not cover that."""
    if low.min() < params.output.low or high.max() > params.output.high:
        raise ConsistencyError(
            f"{params.name}: outputs reach codes {low.min()}..{high.max()} but saturate at "
            f"{params.output.low}..{params.output.high}"
        )
