# SPDX-License-Identifier: Apache-2.0
"""Parameters of dense layers of pseudo-random bitstreams, made by LFSRs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sc_precision.arguments import integer, show
from sc_precision.errors import InputError
from sc_precision.formats import FixedFormat
from sc_precision.params.codes import MAX_STREAM_LOG2, IntArray, exponent_in_range, frozen_int_array, weight_array
from sc_precision.params.generators import LfsrParams
from sc_precision.params.layer import DenseParams
from sc_precision.params.polynomials import PRIMITIVE_POLYNOMIALS
from sc_precision.params.sharing import StreamSources, correlation_counts
from sc_precision.params.stochastic import StreamEncoding, SynapseGroup

MIN_LFSR_LOG2 = 3
"""Shortest streams, 8 cycles: below, no two registers of one length are independent enough to multiply."""
_SEEDS = 16


def shared_pair(shape: tuple[int, int], length_log2: int) -> StreamSources:
    """One LFSR for all inputs and one for all weights, of reciprocal polynomials: the cheapest sharing there is.

    Of 16 seeds of the second register the one whose products are least off; see `correlation_counts`. Streams have 2**3
    to 2**16 cycles; InputError if no seed gives streams that multiply.
    """
    m = integer("length_log2", length_log2, minimum=MIN_LFSR_LOG2)
    x = LfsrParams(m)
    reciprocal = int(f"{PRIMITIVE_POLYNOMIALS[x.register_bits]:b}"[::-1], 2)
    seeds = sorted({1 + k * x.period // _SEEDS for k in range(_SEEDS)})
    w = min((LfsrParams(m, seed=s, polynomial=reciprocal) for s in seeds), key=lambda w: correlation_counts(x, w))
    return StreamSources((x, w), np.zeros(shape[1], dtype=np.int64), np.ones(shape, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class LfsrDenseParams(DenseParams):
    r"""Parameters of a dense layer of LFSR streams: unipolar inputs, sign-magnitude weights, products by AND.

    In cycle t = 0..L-1 a synapse of level B and input code a adds sign(B) if both comparators say 1: the weight's
    number is below \|B\|, the input's, of whose m bits the upper u are compared, below a; 2**u is the code of a stream
    of all ones. Registers restart with each vector: results are a function of the input codes, reproducible bit for
    bit, and the same vector has the same error again. There is no guaranteed error law.

    Parameters
    ----------
    levels : ndarray of int, shape (n_out, n_in)
        Sign and threshold B, \|B\| <= L. Synapses of level 0 are not built.
    length_log2 : int
        m = log2 of the stream length L of all synapses, 3 to 16.
    weight_exponent : int
        A weight's value is level / L * 2**weight_exponent.
    sources : StreamSources, optional
        Which LFSR makes which stream; `shared_pair` by default. Correlated choices are refused there.
    """

    levels: IntArray = field(kw_only=True)
    length_log2: int = field(kw_only=True)
    weight_exponent: int = field(kw_only=True)
    sources: StreamSources = field(default=None, kw_only=True)  # type: ignore[assignment]

    kind = "stochastic_dense_lfsr"
    linear = False
    # What `StochasticRow` asks for.
    encoding = StreamEncoding.SIGN_MAGNITUDE
    bipolar = False
    popcount_stages = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", weight_array(self.levels, self.name))
        object.__setattr__(self, "bias", frozen_int_array(self.bias, "bias", self.name))
        exponent = exponent_in_range(self.weight_exponent, f"{self.name}: weight_exponent")
        object.__setattr__(self, "weight_exponent", exponent)
        where = f"{self.name}: length_log2"
        m = integer(where, self.length_log2, minimum=MIN_LFSR_LOG2, maximum=MAX_STREAM_LOG2)
        object.__setattr__(self, "length_log2", m)
        over = (self.levels > self.cycles) | (self.levels < -self.cycles)
        if over.any():
            row, column = (int(k) for k in np.argwhere(over)[0])
            raise InputError(
                f"{self.name}: level {self.levels[row, column]} of synapse ({row}, {column}) exceeds its stream "
                f"length {self.cycles}"
            )
        if self.inputs.low != 0:
            raise InputError(
                f"{self.name}: unipolar input streams carry codes from 0, got {self.inputs.low}; "
                "shift the inputs to a non-negative range"
            )
        if self.inputs.unit_log2 > m:
            raise InputError(
                f"{self.name}: input codes to {self.inputs.high} are finer than streams of {self.cycles} cycles; use "
                "longer streams or coarser codes"
            )
        self._check_sources()
        self._check_layer()

    def _check_sources(self) -> None:
        given: object = self.sources
        if given is None:
            object.__setattr__(self, "sources", shared_pair(self.shape, self.length_log2))
        if not isinstance(self.sources, StreamSources):
            raise InputError(f"{self.name}: sources must be StreamSources, got {show(self.sources)}")
        if self.sources.shape != self.shape:
            raise InputError(f"{self.name}: sources are for shape {self.sources.shape}, not {self.shape}")
        for source in self.sources.sources:
            if not isinstance(source, LfsrParams) or source.length_log2 != self.length_log2:
                raise InputError(
                    f"{self.name}: sources must be LFSRs with length_log2 {self.length_log2}, got {show(source)}"
                )
        missing = (self.sources.weights < 0) & (self.levels != 0)
        if missing.any():
            row, column = (int(k) for k in np.argwhere(missing)[0])
            raise InputError(f"{self.name}: synapse ({row}, {column}) has a level but no source of its weight stream")

    @property
    def shape(self) -> tuple[int, int]:
        """(n_out, n_in)."""
        return self.levels.shape[0], self.levels.shape[1]

    @property
    def max_log2(self) -> int:
        """log2 of the stream length."""
        return self.length_log2

    @property
    def cycles(self) -> int:
        """Stream cycles of one vector."""
        return 1 << self.length_log2

    @property
    def weight_codes(self) -> IntArray:
        """`levels`."""
        return self.levels

    @property
    def weight_places(self) -> int:
        """Binary places of `weight_codes`."""
        return self.length_log2 - self.weight_exponent

    @property
    def acc_fraction(self) -> int:
        """Binary places of the accumulator: one count."""
        return self.length_log2 - self.inputs.unit_log2 + self.inputs.format.fraction - self.weight_exponent

    def lfsr(self, index: int) -> LfsrParams:
        """The register of a source."""
        source = self.sources.sources[index]
        assert isinstance(source, LfsrParams)
        return source

    @cached_property
    def input_streams(self) -> tuple[tuple[int, int], ...]:
        """The distinct input streams as (register, input), ascending."""
        sources = self.sources.distinct[self.sources.inputs]
        return tuple(sorted({(int(sources[o, i]), int(i)) for o, i in np.argwhere(self.levels)})) or ((0, 0),)

    @cached_property
    def weight_streams(self) -> tuple[tuple[int, int], ...]:
        """The distinct weight streams as (register, level), ascending."""
        return tuple(sorted({self.weight_stream(int(o), int(i)) for o, i in np.argwhere(self.levels)}))

    def input_stream(self, output: int, index: int) -> tuple[int, int]:
        """Input stream of a synapse, as in `input_streams`."""
        return int(self.sources.distinct[self.sources.inputs[output, index]]), index

    def weight_stream(self, output: int, index: int) -> tuple[int, int]:
        """Weight stream of a synapse, as in `weight_streams`."""
        return int(self.sources.distinct[self.sources.weights[output, index]]), abs(int(self.levels[output, index]))

    @cached_property
    def registers(self) -> tuple[int, ...]:
        """The sources that are built."""
        return tuple(sorted({k for k, _ in (*self.input_streams, *self.weight_streams)}))

    @property
    def row_start(self) -> IntArray:
        """What the rows load before they count: the bias."""
        return self.bias

    @property
    def row_ends(self) -> tuple[list[int], list[int]]:
        """Least and greatest of what each row holds, at any moment."""
        return self.acc_bounds

    @property
    def row_format(self) -> FixedFormat:
        """Of what the rows hold."""
        return self.acc

    def row_groups(self, output: int) -> list[SynapseGroup]:
        """Synapses of one output that count, positive ones first, then by input."""
        row = self.levels[output]
        groups = [
            SynapseGroup(sign, self.length_log2, tuple(np.flatnonzero(row * sign > 0).tolist())) for sign in (1, -1)
        ]
        return [group for group in groups if group.inputs]

    def step_range(self, output: int) -> tuple[int, int]:
        """Least and greatest sum that one cycle can add to the accumulator of an output."""
        return -int((self.levels[output] < 0).sum()), int((self.levels[output] > 0).sum())

    @cached_property
    def stream_ones(self) -> IntArray:
        """Ones of each synapse's weight stream, counted: an LFSR does not give its level exactly."""
        ones = np.zeros(self.shape, dtype=np.int64)
        numbers = {k: np.sort(self.lfsr(k).numbers(self.cycles)) for k, _ in self.weight_streams}
        for output, index in np.argwhere(self.levels):
            k, level = self.weight_stream(int(output), int(index))
            ones[output, index] = np.searchsorted(numbers[k], level)
        return ones

    def product_range(self) -> tuple[IntArray, IntArray]:
        """See `DenseParams.product_range`; an AND never counts more than the ones of its weight stream."""
        ones = self.stream_ones * np.sign(self.levels)
        return np.minimum(0, ones), np.maximum(0, ones)

    @property
    def cycles_per_vector(self) -> int:
        """Cycles from the first code of a vector to the first of the next, without stalls."""
        return self.n_in + self.cycles + 1 + self.n_out

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        return super().to_dict() | {
            "stream_cycles": self.cycles,
            "weight_exponent": self.weight_exponent,
            "input_unit_log2": self.inputs.unit_log2,
            "restart": "every vector",
            "registers": len(self.registers),
            "streams": self.sources.to_dict(),
            "cycles_per_vector": self.cycles_per_vector,
        }
