# SPDX-License-Identifier: Apache-2.0
r"""Bounds for dense layers of random bitstreams, which hold with a stated confidence.

The sum of an output is that of independent terms, one for each clock t and each group of synapses that share
generators: with r the range of a synapse's bit (c times its scale: c = 1 for the AND of two unipolar streams, 0 or 1;
c = 2 for the XNOR of two bipolar ones, -1 or 1), L its length and d the probability of failure,

- Hoeffding (1963):  e = sqrt(ln(2/d) / 2 * sum_t R_t^2),  R_t = sum over the group's synapses that run at t of r / L;
- Bernstein (Boucheron, Lugosi, Massart 2013, theorem 2.10):  e = sqrt(2 V ln(2/d)) + M ln(2/d) / 3,  V the sum of
  S_t^2, S_t that of the standard deviations over L, M the largest R_t. A product of probability p has the variance
  p (1 - p), at most what p <= |w| allows.

A synapse with generators of its own is a group: n of them with L cycles give R^2 = n / L. Synapses that share a
generator may err together; a group of all gives n^2 / L: n instead of sqrt(n).

Network: the failure probability is split evenly over all outputs of all layers (union bound). Given the codes that
enter a layer, its bits are fresh, so its bound holds for whatever codes came; the errors add up as E_l = |W_l| E_(l-1)
+ e_l, and ReLU and identity do not increase them. Activations are clipped to a range that holds every exact one, which
does not increase an error, and rounded to the grid of the comparators, as weights are; biases to one count. All is
rounded outward.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import choice, integer, probability, show
from sc_precision.errors import InputError
from sc_precision.modes import Sharing
from sc_precision.network import Dense, FloatArray, Network
from sc_precision.params import MAX_STREAM_LOG2, IntArray, StreamEncoding
from sc_precision.params.codes import frozen_int_array
from sc_precision.params.sharing import StreamSources
from sc_precision.plan.bounds import affine_interval

ENCODINGS = (StreamEncoding.UNIPOLAR, StreamEncoding.BIPOLAR)
METHODS = ("hoeffding", "bernstein", "best")
MAX_LEVEL_BITS = 24
_MAX_EXPONENT = 240
_TINY = 2.0**-1000

SOURCES = ("propagated", "weight_rounding", "bias_rounding", "generator_bias", "stream_noise")
"""Sources of a layer's error."""
ASSUMPTION = (
    "every generator gives independent, uniformly distributed numbers in every cycle, independent of all other "
    "generators and of the data, with fresh ones for each layer and vector; an LFSR is not that, so for hardware with "
    "LFSRs the confidence is a model's, not a guarantee"
)


@dataclass(frozen=True, eq=False)
class StatisticalLayer:
    """Error of a layer's outputs by source, each a bound on its magnitude.

    Attributes
    ----------
    length : int
        Longest stream of the layer.
    input_scale, weight_scale : float
        Powers of two: what an input or weight stream of all ones stands for.
    failure : float
        Probability with which one output exceeds `stream_noise`, at most.
    propagated, weight_rounding, bias_rounding, generator_bias, stream_noise, error : ndarray of float64, shape (n_out,)
        |W| times the error of the inputs, grid of the inputs included; rounding of weights and bias; what streams are
        off by in the mean over all seeds, 0 for true random bits; the random part; their sum.
    """

    length: int
    input_scale: float
    weight_scale: float
    failure: float
    propagated: FloatArray
    weight_rounding: FloatArray
    bias_rounding: FloatArray
    generator_bias: FloatArray
    stream_noise: FloatArray
    error: FloatArray


@dataclass(frozen=True, eq=False)
class StatisticalBound:
    """Bound on the error of every output of a network of random bitstreams.

    Attributes
    ----------
    output : ndarray of float64, shape (n_out,)
        |hardware - exact network| stays within, for all outputs at once, with probability `confidence` for each vector.
    confidence : float
        Between 0 and 1.
    layers : tuple of StatisticalLayer
        By layer.
    encoding, method : str
        As given.
    """

    output: FloatArray
    confidence: float
    layers: tuple[StatisticalLayer, ...]
    encoding: str
    method: str
    assumption = ASSUMPTION

    @property
    def bound(self) -> float:
        """Largest bound of an output."""
        return float(self.output.max())

    @property
    def lengths(self) -> tuple[int, ...]:
        """Longest stream of each layer."""
        return tuple(layer.length for layer in self.layers)

    @property
    def guarantee(self) -> str:
        """``statistical(<confidence>)``; never deterministic."""
        return f"statistical({self.confidence!r})"

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        return {
            "guarantee": self.guarantee,
            "assumption": self.assumption,
            "encoding": self.encoding,
            "method": self.method,
            "bound": self.bound,
            "output_bounds": self.output.tolist(),
            "layers": [
                {"length": layer.length, "failure_per_output": layer.failure}
                | {name: float(getattr(layer, name).max()) for name in (*SOURCES, "error")}
                for layer in self.layers
            ],
        }


def sums_rounded_up(value: FloatArray, terms: int) -> FloatArray:
    """Above the exact value of sums of `terms` positive terms, roots and logarithms, given the rounded one."""
    return np.asarray(value * (1.0 + (2 * terms + 64) * 2.0**-52) + _TINY)


def _shared_sums(rates: FloatArray, lengths: IntArray, groups: IntArray) -> tuple[FloatArray, FloatArray]:
    """Sum over groups and clocks of R^2, and the largest R of any group; R adds the group's rates that still run."""
    squares, largest = np.zeros(len(rates)), np.zeros(len(rates))
    for output, (row, ends, labels) in enumerate(zip(rates, lengths, groups, strict=True)):
        used = np.flatnonzero((labels >= 0) & (row > 0))
        # By group, and in each the longest stream first: the sums up to there run together.
        order = used[np.lexsort((-ends[used], labels[used]))]
        if not len(order):
            continue
        starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
        sizes = np.diff(starts, append=len(order))
        alone = order[starts[sizes == 1]]
        squares[output] = (row[alone] ** 2 * ends[alone]).sum()
        largest[output] = row[alone].max(initial=0.0)
        for start, size in zip(starts[sizes > 1], sizes[sizes > 1], strict=True):
            group = order[start : start + size]
            running = np.cumsum(row[group])
            # From the end of the next shorter stream to that of its own, this one and all longer ones run.
            clocks = ends[group] - np.append(ends[group][1:], 0)
            squares[output] += (running**2 * clocks).sum()
            largest[output] = max(largest[output], running[-1])
    return squares, largest


def stream_noise(
    lengths: IntArray,
    *,
    ranges: FloatArray,
    deviations: FloatArray,
    groups: IntArray,
    failure: float,
    method: str,
) -> FloatArray:
    """Bound of the random part of each output of a layer, rounded outward; see the module.

    Parameters
    ----------
    lengths : ndarray of int64, shape (n_out, n_in)
        Cycles of each synapse's streams.
    ranges, deviations : ndarray of float64, shape (n_out, n_in)
        Range of what one cycle of the synapse stands for, and the largest standard deviation; 0 where not built.
    groups : ndarray of int64, shape (n_out, n_in)
        Synapses of a row with one label may depend on one another; -1 where not built.
    failure : float
        Probability with which an output may exceed its bound, between 0 and 1.
    method : {"hoeffding", "bernstein", "best"}
        ``best``: the smaller one for each output; which one it is does not depend on the bits, so it costs nothing.
    """
    log = math.log(2.0 / failure)
    terms = 4 * lengths.shape[1]
    squares, largest = _shared_sums(ranges / lengths, lengths, groups)
    hoeffding = np.sqrt(log / 2.0 * squares)
    if method == "hoeffding":
        return sums_rounded_up(hoeffding, terms)
    variance, _ = _shared_sums(deviations / lengths, lengths, groups)
    bernstein = np.sqrt(2.0 * variance * log) + largest * log / 3.0
    return sums_rounded_up(bernstein if method == "bernstein" else np.minimum(hoeffding, bernstein), terms)


@dataclass(frozen=True, eq=False)
class _Layer:
    """What of a layer does not depend on the lengths."""

    dense: Dense
    input_scale: float
    weight_scale: float
    input_rounding: float
    weight_rounding: FloatArray
    range: float
    ranges: FloatArray
    deviations: FloatArray
    groups: IntArray

    def random_part(self, lengths: IntArray, failure: float, method: str) -> tuple[FloatArray, FloatArray]:
        """Stream noise and rounding of the bias."""
        noise = stream_noise(
            lengths,
            ranges=self.ranges,
            deviations=self.deviations,
            groups=self.groups,
            failure=failure,
            method=method,
        )
        # One count of the longest stream; the IEEE remainder is exact.
        unit = self.range / float(lengths.max())
        return noise, np.array([abs(math.remainder(bias, unit)) for bias in self.dense.bias.tolist()])

    def propagate(self, error: FloatArray) -> FloatArray:
        """|W| times the error of the inputs, rounded outward."""
        return affine_interval(np.abs(self.dense.weight), np.zeros_like(error), error)[1]


class Model:
    """A network of random bitstreams, prepared for any lengths; see `statistical_bound` for the parameters."""

    def __init__(
        self, network: Network, *, confidence: float, encoding: str, method: str, sharing: object, level_bits: int
    ):
        if not isinstance(network, Network):
            raise InputError(f"statistical bound: expected a Network, got {type(network).__name__}")
        self.confidence = probability("confidence", confidence)
        self.encoding = choice("encoding", encoding, ENCODINGS)
        self.method = choice("method", method, METHODS)
        self.level_bits = integer("level_bits", level_bits, minimum=1, maximum=MAX_LEVEL_BITS)
        self.failure = (1.0 - self.confidence) / sum(dense.n_out for dense in network.layers)
        several = not isinstance(sharing, str | StreamSources)
        each = _each_layer("sharing", sharing, len(network.layers), several)
        self.layers = []
        for index, (dense, shared, (low, high)) in enumerate(
            zip(network.layers, each, exact_ranges(network), strict=False)
        ):
            fraction = network.input_fraction if index == 0 else None
            self.layers.append(self._layer(dense, shared, low, high, fraction))

    def _layer(self, dense: Dense, shared: Any, low: FloatArray, high: FloatArray, fraction: int | None) -> _Layer:
        if self.encoding == StreamEncoding.UNIPOLAR and low.min() < 0:
            raise InputError(
                f"{dense.name}: unipolar streams carry inputs from 0, but they reach {low.min():.6g}; use ReLU before "
                "the layer, or the bipolar encoding"
            )
        input_scale = scale_above(max(float(high.max()), -float(low.min())), f"{dense.name}: inputs")
        weight_scale = scale_above(float(np.abs(dense.weight).max()), f"{dense.name}: weights")
        product = input_scale * weight_scale
        # Levels of 2**-bits of the scale; a bipolar stream covers twice the range with them.
        steps = 2.0 ** (self.level_bits if self.encoding == StreamEncoding.UNIPOLAR else self.level_bits - 1)
        on_grid = fraction is not None and 2.0**-fraction >= input_scale / steps
        rounded = np.rint(dense.weight / weight_scale * steps) / steps
        if self.encoding == StreamEncoding.UNIPOLAR:
            built = rounded != 0
            p = np.minimum(np.abs(rounded), 0.5)
            span, deviations = product, product * np.sqrt(p * (1.0 - p))
        else:
            built = np.ones(dense.weight.shape, dtype=bool)
            span, deviations = 2.0 * product, np.full(built.shape, product)
        difference = np.abs(dense.weight - rounded * weight_scale)
        return _Layer(
            dense=dense,
            input_scale=input_scale,
            weight_scale=weight_scale,
            input_rounding=0.0 if on_grid else input_scale / steps / 2.0,
            weight_rounding=affine_interval(difference, np.zeros(dense.n_in), np.full(dense.n_in, input_scale))[1],
            range=span,
            ranges=np.where(built, span, 0.0),
            deviations=deviations,
            groups=np.where(built, _groups(shared, dense), -1),
        )

    def lengths(self, lengths: object) -> list[IntArray]:
        """Length of each synapse of each layer, checked."""
        several = isinstance(lengths, Sequence) and not isinstance(lengths, str)
        result = []
        for layer, value in zip(self.layers, _each_layer("lengths", lengths, len(self.layers), several), strict=True):
            dense = layer.dense
            array = frozen_int_array(value, "lengths", dense.name)
            if array.shape not in ((), dense.weight.shape):
                raise InputError(
                    f"{dense.name}: lengths must be one int or of shape {dense.weight.shape}, got shape {array.shape}"
                )
            bad = (array < 1) | (array > 1 << MAX_STREAM_LOG2) | (array & (array - 1) != 0)
            if bad.any():
                raise InputError(
                    f"{dense.name}: lengths must be powers of two from 1 to {1 << MAX_STREAM_LOG2}, got "
                    f"{array[bad].flat[0]}"
                )
            result.append(np.broadcast_to(array, dense.weight.shape))
        return result

    def bound(self, lengths: object) -> StatisticalBound:
        """Bound with streams of these lengths."""
        error = np.zeros(self.layers[0].dense.n_in)
        results = []
        for layer, cycles in zip(self.layers, self.lengths(lengths), strict=True):
            noise, bias = layer.random_part(cycles, self.failure, self.method)
            propagated = layer.propagate(np.nextafter(error + layer.input_rounding, np.inf))
            error = sums_rounded_up(propagated + layer.weight_rounding + bias + noise, 4)
            results.append(
                StatisticalLayer(
                    length=int(cycles.max()),
                    input_scale=layer.input_scale,
                    weight_scale=layer.weight_scale,
                    failure=self.failure,
                    propagated=propagated,
                    weight_rounding=layer.weight_rounding,
                    bias_rounding=bias,
                    generator_bias=np.zeros_like(bias),
                    stream_noise=noise,
                    error=error,
                )
            )
        return StatisticalBound(error, self.confidence, tuple(results), self.encoding, self.method)


def exact_ranges(network: Network) -> list[tuple[FloatArray, FloatArray]]:
    """Intervals of the exact network's inputs, of each hidden layer's outputs and of the outputs, rounded outward."""
    low, high = np.full(network.n_in, network.input_low), np.full(network.n_in, network.input_high)
    ranges = [(low, high)]
    for dense in network.layers:
        low, high = affine_interval(dense.weight, low, high)
        low, high = np.nextafter(low + dense.bias, -np.inf), np.nextafter(high + dense.bias, np.inf)
        if dense.activation.rectifies:
            low, high = np.maximum(low, 0.0), np.maximum(high, 0.0)
        ranges.append((low, high))
    return ranges


def scale_above(reach: float, where: str) -> float:
    """The least power of two that is no less, from 2**-240 to 2**240, so that squares neither overflow nor vanish."""
    if reach > 2.0**_MAX_EXPONENT:
        raise InputError(f"{where} reach {reach:.6g}, beyond 2**{_MAX_EXPONENT}; scale them down")
    mantissa, exponent = math.frexp(reach)
    return math.ldexp(1.0, max(exponent - (mantissa == 0.5), -_MAX_EXPONENT) if reach > 0 else 0)


def _each_layer(name: str, value: object, count: int, several: bool) -> list[Any]:
    """One value for each layer; a single one is for all."""
    each = value if several else [value] * count
    if not isinstance(each, Sequence) or len(each) != count:
        raise InputError(f"{name}: expected one for each of {count} layers, got {show(value)}")
    return list(each)


def _groups(shared: object, dense: Dense) -> IntArray:
    if isinstance(shared, StreamSources):
        if shared.shape != dense.weight.shape:
            raise InputError(f"{dense.name}: sources are for shape {shared.shape}, not {dense.weight.shape}")
        return shared.groups()
    if not isinstance(shared, str) or shared not in list(Sharing):
        raise InputError(f"{dense.name}: sharing must be {', '.join(Sharing)} or StreamSources, got {show(shared)}")
    labels: npt.NDArray[np.int64] = np.arange(dense.n_in, dtype=np.int64)
    return np.broadcast_to(labels if shared == Sharing.INDEPENDENT else labels * 0, dense.weight.shape)


def statistical_bound(
    network: Network,
    lengths: object,
    *,
    confidence: float = 0.95,
    encoding: str = StreamEncoding.UNIPOLAR,
    method: str = "best",
    sharing: object = Sharing.INDEPENDENT,
    level_bits: int = 16,
) -> StatisticalBound:
    """Bound on the outputs of a network of random bitstreams, for any input in range.

    Parameters
    ----------
    network : Network
        The exact network. Dense, ReLU and identity.
    lengths : int, or one entry for each layer
        Stream lengths, powers of two from 1 to 65536; an entry is an int or an array of shape (n_out, n_in).
    confidence : float
        Probability with which all outputs of a vector stay within their bounds at once, between 0 and 1.
    encoding : {"unipolar", "bipolar"}
        AND of unipolar streams with signs beside them (inputs from 0 on), or XNOR of bipolar ones.
    method : {"hoeffding", "bernstein", "best"}
        See `stream_noise`.
    sharing : "independent", "shared", StreamSources, or one of these for each layer
        Whether every stream of an output has a generator of its own, all share one (for the inputs, and another for
        the weights), or who shares with whom; of `StreamSources` only that is read.
    level_bits : int
        Bits of the comparators, 1 to 24: weights and activations are rounded to multiples of 2**-level_bits of their
        scales.

    Returns
    -------
    StatisticalBound
        With the assumption in words.

    Raises
    ------
    InputError
        If an argument cannot be used, or inputs of a unipolar layer can be negative.
    """
    model = Model(
        network, confidence=confidence, encoding=encoding, method=method, sharing=sharing, level_bits=level_bits
    )
    return model.bound(lengths)
