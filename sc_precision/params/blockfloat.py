# SPDX-License-Identifier: Apache-2.0
"""Block floating tensors, and the parameters of the two dense layers that weigh with them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import integer, show
from sc_precision.errors import InputError
from sc_precision.formats import BlockFloatFormat, Exponents, FixedFormat
from sc_precision.network import FloatArray
from sc_precision.params.codes import (
    INT64_MAX,
    MAX_ACCUMULATOR_WIDTH,
    InputCodes,
    IntArray,
    exponent_in_range,
    frozen_int_array,
    signed_width,
)
from sc_precision.params.layer import DenseParams
from sc_precision.params.precision_entry import precision_entry
from sc_precision.verilog import check_module_name


@dataclass(frozen=True)
class Segment:
    """Consecutive inputs of one output whose weights share an exponent.

    Parameters
    ----------
    output : int
        The output that they are added to.
    start, stop : int
        First input, and one beyond the last.
    block : int
        Block of the flattened weights.
    """

    output: int
    start: int
    stop: int
    block: int


@dataclass(frozen=True, eq=False)
class BlockTensor:
    """A tensor in block floating point: value = mantissa * 2**(code - bias - (mantissa_bits - 1)).

    Parameters
    ----------
    mantissas : ndarray of int64, any shape
        Two's complement, within `form.mantissa_bits`.
    exponent_codes : ndarray of int64, shape (blocks,)
        Of the blocks of the flattened row-major tensor; element k is in block k // block_size.
    form : BlockFloatFormat
    where : str
        What messages call the tensor.

    Raises
    ------
    InputError
        If the tensor is empty, a mantissa or code does not fit, or the number of codes is not that of the blocks.
    """

    mantissas: IntArray
    exponent_codes: IntArray
    form: BlockFloatFormat
    where: str = "block tensor"

    def __post_init__(self) -> None:
        if not isinstance(self.form, BlockFloatFormat):
            raise InputError(f"{self.where}: form must be of BlockFloatFormat, got {show(self.form)}")
        mantissas = frozen_int_array(self.mantissas, "mantissas", self.where)
        if not mantissas.size:
            raise InputError(f"{self.where}: mantissas must not be empty, got shape {mantissas.shape}")
        limit = 1 << (self.form.mantissa_bits - 1)
        if int(mantissas.min()) < -limit or int(mantissas.max()) > limit - 1:
            raise InputError(
                f"{self.where}: mantissas must lie in {-limit}..{limit - 1} for {self.form.label}, got "
                f"{mantissas.min()}..{mantissas.max()}"
            )
        blocks = -(-mantissas.size // self.form.block_size)
        codes = frozen_int_array(self.exponent_codes, "exponent codes", self.where, (blocks,))
        top = (1 << self.form.exponent_bits) - 1
        if codes.min() < 0 or codes.max() > top:
            raise InputError(
                f"{self.where}: exponent codes must lie in 0..{top} for {self.form.label}, got "
                f"{codes.min()}..{codes.max()}"
            )
        object.__setattr__(self, "mantissas", mantissas)
        object.__setattr__(self, "exponent_codes", codes)

    @cached_property
    def element_blocks(self) -> IntArray:
        """Block of each element, in the shape of the tensor."""
        return (np.arange(self.mantissas.size, dtype=np.int64) // self.form.block_size).reshape(self.mantissas.shape)

    @property
    def lsb_exponents(self) -> IntArray:
        """log2 of the value of one mantissa step, per block."""
        return self.exponent_codes - self.form.exponent_bias - (self.form.mantissa_bits - 1)

    @cached_property
    def used_blocks(self) -> npt.NDArray[np.bool_]:
        """Which blocks hold anything but zeros; the exponents of the others mean nothing."""
        used = np.zeros(len(self.exponent_codes), dtype=np.bool_)
        used[self.element_blocks[self.mantissas != 0]] = True
        return used

    @property
    def base_code(self) -> int:
        """Least exponent code of a block that is not all zeros; that of the alignment's LSB."""
        return int(self.exponent_codes[self.used_blocks].min()) if self.used_blocks.any() else 0

    @cached_property
    def block_shifts(self) -> IntArray:
        """Places by which each block's sums are shifted left: its code less `base_code`, 0 where it is all zeros."""
        return np.where(self.used_blocks, self.exponent_codes - self.base_code, 0)

    @property
    def largest_aligned(self) -> int:
        """Largest magnitude of a mantissa shifted by its block's shift; an exact int."""
        flat = self.mantissas.ravel()
        starts = np.arange(0, flat.size, min(self.form.block_size, flat.size))
        ends: Iterator[tuple[int, int]] = zip(
            np.minimum.reduceat(flat, starts).tolist(), np.maximum.reduceat(flat, starts).tolist(), strict=True
        )
        shifts: list[int] = self.block_shifts.tolist()
        return max(max(-low, high) << shift for (low, high), shift in zip(ends, shifts, strict=True))

    def segments(self, output: int) -> list[Segment]:
        """Segments of one row of a matrix, in order of the inputs."""
        n_in, size = self.mantissas.shape[1], self.form.block_size
        start, end = output * n_in, (output + 1) * n_in
        cuts = [start, *range((start // size + 1) * size, end, size), end]
        return [Segment(output, low - start, high - start, low // size) for low, high in pairwise(cuts)]

    def fractions(self) -> list[Fraction]:
        """Exact values of the flattened tensor."""
        steps = [Fraction(2) ** exponent for exponent in self.lsb_exponents.tolist()]
        blocks = self.element_blocks.ravel().tolist()
        return [m * steps[block] for m, block in zip(self.mantissas.ravel().tolist(), blocks, strict=True)]

    def decode(self) -> FloatArray:
        """Exact values as float64, in the shape of the tensor.

        Raises
        ------
        InputError
            If a value is no float64: more than 53 bits, or beyond the exponents; `fractions` holds them all.
        """
        values: FloatArray
        with np.errstate(over="ignore", under="ignore"):
            values = np.ldexp(self.mantissas.astype(np.float64), self.lsb_exponents[self.element_blocks])
        form = self.form
        # Up to 54 bits a mantissa is a float64, and normal or not no bit lies below 2**-1074.
        if form.mantissa_bits <= 54 and form.exponent_max <= 1023 and self.lsb_exponents.min() >= -1074:
            return values
        flat = values.ravel().tolist()
        for index, (value, exact) in enumerate(zip(flat, self.fractions(), strict=True)):
            if not math.isfinite(value) or Fraction(value) != exact:
                place = [int(k) for k in np.unravel_index(index, values.shape)]
                raise InputError(
                    f"{self.where}: entry {place}, mantissa {self.mantissas.flat[index]} with an LSB of "
                    f"2**{self.lsb_exponents[index // form.block_size]}, is no float64; use fractions() instead"
                )
        return values

    def to_dict(self, exponents: Exponents) -> dict[str, Any]:
        """JSON-ready description: the manifest entry of the format, and the exponent codes."""
        entry = precision_entry(self.form, self.form.label, int(self.mantissas.size), exponents=exponents)
        return entry | {"exponent_codes": self.exponent_codes.tolist()}


def _matrix(tensor: object, where: str) -> BlockTensor:
    if not isinstance(tensor, BlockTensor):
        raise InputError(f"{where}: tensor must be of BlockTensor, got {show(tensor)}")
    if tensor.mantissas.ndim != 2:
        raise InputError(f"{where}: weights must be 2-D (n_out, n_in), got shape {tensor.mantissas.shape}")
    return tensor


def _check_bits(width: int, where: str, what: str) -> None:
    if width > MAX_ACCUMULATOR_WIDTH:
        raise InputError(
            f"{where}: {what} would need {width} bits, at most {MAX_ACCUMULATOR_WIDTH} are supported; use fewer "
            "mantissa bits or inputs, or encode with lowest_exponent so that exponents lie closer together"
        )


def _sum_range(mantissas: list[int], inputs: InputCodes) -> tuple[int, int]:
    """Least and greatest sum of mantissa * code at any moment, 0 included, for any codes of the format."""
    low, high = inputs.format.code_min, inputs.format.code_max
    ends = [(m * low, m * high) for m in mantissas]
    return sum(min(pair) for pair in ends), sum(max(pair) for pair in ends)


@dataclass(frozen=True, eq=False)
class BlockFloatDenseParams(DenseParams):
    """Parameters of a block floating dense layer that aligns in hardware (``exponents="datapath"``).

    The integers of a segment are summed in mantissa width, shifted left by the block's exponent less the least one,
    and added to an accumulator that holds them all exactly: no bit is dropped before the output's rounding.

    Parameters
    ----------
    tensor : BlockTensor
        Weights, shape (n_out, n_in).
    lanes : int
        Outputs that are computed in parallel, 1 to n_out. One need not divide the other.

    Raises
    ------
    InputError
        If something does not fit; exponents so far apart that the accumulator would exceed 62 bits are refused.
    """

    tensor: BlockTensor = field(kw_only=True)
    lanes: int = field(kw_only=True)

    kind = "block_float_dense"

    def __post_init__(self) -> None:
        _matrix(self.tensor, self.name)
        object.__setattr__(self, "bias", frozen_int_array(self.bias, "bias", self.name))
        object.__setattr__(self, "lanes", integer(f"{self.name}: lanes", self.lanes, minimum=1))
        if self.lanes > self.n_out:
            raise InputError(f"{self.name}: lanes must be an int from 1 to {self.n_out}, got {self.lanes}")
        exponent_in_range(self.weight_fraction, f"{self.name}: weight_fraction")
        # What no accumulator could hold must not get as far as `weights`, where it would wrap.
        codes = self.inputs.format
        peak = self.tensor.largest_aligned * max(-codes.code_min, codes.code_max)
        if peak > INT64_MAX:
            self._check_width(-peak, peak)
        self._check_layer()

    def _check_width(self, low: int, high: int) -> None:
        _check_bits(signed_width(low, high), self.name, "the accumulator")

    @property
    def shape(self) -> tuple[int, int]:
        """(n_out, n_in)."""
        n_out, n_in = self.tensor.mantissas.shape
        return n_out, n_in

    @cached_property
    def weights(self) -> IntArray:
        """Weights as integers on one grid, that of the least exponent: mantissa << shift of its block."""
        weights = self.tensor.mantissas << self.tensor.block_shifts[self.tensor.element_blocks]
        weights.setflags(write=False)
        return weights

    @property
    def weight_fraction(self) -> int:
        """Binary places of `weights`."""
        form = self.tensor.form
        return form.mantissa_bits - 1 + form.exponent_bias - self.tensor.base_code

    @property
    def weight_codes(self) -> IntArray:
        """`weights`."""
        return self.weights

    @property
    def weight_places(self) -> int:
        """Binary places of `weight_codes`."""
        return self.weight_fraction

    @property
    def acc_fraction(self) -> int:
        """Binary places of the accumulator: the sum of both factors'."""
        return self.weight_fraction + self.inputs.format.fraction

    def product_range(self) -> tuple[IntArray, IntArray]:
        """See `DenseParams.product_range`; over the whole input format, so that nothing can overflow."""
        ends = [self.weights * code for code in (self.inputs.format.code_min, self.inputs.format.code_max)]
        return np.minimum(*ends), np.maximum(*ends)

    @property
    def passes(self) -> int:
        """Times that the inputs are gone through for one vector."""
        return -(-self.n_out // self.lanes)

    def lane_outputs(self, lane: int) -> list[int | None]:
        """Output of each pass of a lane; None where there is none."""
        outputs = range(lane, self.passes * self.lanes, self.lanes)
        return [output if output < self.n_out else None for output in outputs]

    def lane_segments(self, lane: int) -> list[list[Segment] | None]:
        """Segments of each pass of a lane; None where it has no output."""
        return [None if output is None else self.tensor.segments(output) for output in self.lane_outputs(lane)]

    def lane_words(self, lane: int) -> list[tuple[int, bool]]:
        """Mantissas of a lane, pass after pass, each with whether it ends a segment."""
        words: list[tuple[int, bool]] = []
        for output, segments in zip(self.lane_outputs(lane), self.lane_segments(lane), strict=True):
            ends = {self.n_in} if segments is None else {segment.stop for segment in segments}
            row = [0] * self.n_in if output is None else self.tensor.mantissas[output].tolist()
            words += [(mantissa, index + 1 in ends) for index, mantissa in enumerate(row)]
        return words

    def lane_shifts(self, lane: int) -> list[int]:
        """Shift of each segment of a lane, pass after pass."""
        shifts: list[int] = []
        for segments in self.lane_segments(lane):
            shifts += [0] if segments is None else [int(self.tensor.block_shifts[s.block]) for s in segments]
        return shifts

    def lane_biases(self, lane: int) -> list[int]:
        """Bias of each pass of a lane."""
        return [int(self.bias[output]) if output is not None else 0 for output in self.lane_outputs(lane)]

    @property
    def shift_width(self) -> int:
        """Bits of a segment's shift."""
        return max(1, int(self.tensor.block_shifts.max()).bit_length())

    @cached_property
    def partial_width(self) -> int:
        """Bits of a segment's sum before its shift."""
        return _partial_width(self.tensor, self.inputs)

    @property
    def cycles_per_vector(self) -> int:
        """Cycles a vector without stalls."""
        return self.n_in + self.passes * (self.n_in + 2) + self.n_out

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        return super().to_dict() | {
            "weight": self.tensor.to_dict(Exponents.DATAPATH),
            "partial_width": self.partial_width,
            "alignment": {
                "base_exponent_code": self.tensor.base_code,
                "largest_shift": int(self.tensor.block_shifts.max()),
                "shift_width": self.shift_width,
                "dropped_bits": 0,
            },
            "lanes": self.lanes,
            "passes": self.passes,
            "cycles_per_vector": self.cycles_per_vector,
        }


def _partial_width(tensor: BlockTensor, inputs: InputCodes) -> int:
    ranges = [
        _sum_range(tensor.mantissas[s.output, s.start : s.stop].tolist(), inputs)
        for output in range(tensor.mantissas.shape[0])
        for s in tensor.segments(output)
    ]
    return signed_width(min(low for low, _ in ranges), max(high for _, high in ranges))


@dataclass(frozen=True, eq=False)
class BlockFloatPartialsParams:
    """Parameters of a block floating layer that leaves alignment to others (``exponents="metadata"``).

    It has a fixed mantissa datapath. What leaves is, for each output and each of its segments in order, the exact
    integer sum of mantissa * input code, together with the block's exponent code; the value of a segment is
    sum * 2**(code - bias - (mantissa_bits - 1) - input fraction), and an output is the sum of its segments. There is
    no bias, activation or rounding, for none of these can be applied before alignment.

    Parameters
    ----------
    name : str
        Verilog module name.
    inputs : InputCodes
        Format and range of the activations that arrive.
    tensor : BlockTensor
        Weights, shape (n_out, n_in).
    """

    name: str
    inputs: InputCodes
    tensor: BlockTensor

    kind = "block_float_partials"

    def __post_init__(self) -> None:
        check_module_name(self.name, "layer name")
        if not isinstance(self.inputs, InputCodes):
            raise InputError(f"{self.name}: inputs must be of InputCodes, got {show(self.inputs)}")
        _matrix(self.tensor, self.name)
        _check_bits(self.partial_width, self.name, "a segment's sum")

    @property
    def n_out(self) -> int:
        """Number of outputs."""
        return int(self.tensor.mantissas.shape[0])

    @property
    def n_in(self) -> int:
        """Number of inputs."""
        return int(self.tensor.mantissas.shape[1])

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Segments of all outputs, in the order in which their sums leave."""
        return tuple(segment for output in range(self.n_out) for segment in self.tensor.segments(output))

    @cached_property
    def partial_width(self) -> int:
        """Bits of a segment's sum."""
        return _partial_width(self.tensor, self.inputs)

    @property
    def partial(self) -> FixedFormat:
        """Format of a segment's sum in units of its block: fraction of mantissa and input, exponent left out."""
        return FixedFormat(self.partial_width, self.tensor.form.mantissa_bits - 1 + self.inputs.format.fraction)

    @property
    def cycles_per_vector(self) -> int:
        """Cycles a vector without stalls."""
        return self.n_in + self.n_out * self.n_in + 2 * len(self.segments)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        return {
            "name": self.name,
            "kind": self.kind,
            "n_in": self.n_in,
            "n_out": self.n_out,
            "input": self.inputs.format.to_dict() | {"code_low": self.inputs.low, "code_high": self.inputs.high},
            "weight": self.tensor.to_dict(Exponents.METADATA),
            "partial": self.partial.to_dict(),
            "transfers_per_vector": len(self.segments),
            "segments": [
                {"output": s.output, "start": s.start, "stop": s.stop, "block": s.block} for s in self.segments
            ],
            "cycles_per_vector": self.cycles_per_vector,
        }
