# SPDX-License-Identifier: Apache-2.0
"""Parameters of stochastic dense layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sc_precision.arguments import integer, show
from sc_precision.errors import InputError
from sc_precision.formats import FixedFormat
from sc_precision.modes import Mode
from sc_precision.params.codes import MAX_STREAM_LOG2, IntArray, exponent_in_range, frozen_int_array, weight_array
from sc_precision.params.generators import stream_mask
from sc_precision.params.layer import DenseParams

MAX_POPCOUNT_STAGES = 16
"""Most registers in a popcount tree: one after each level of the deepest."""


class StreamEncoding(Mode):
    """What the ones of a bitstream stand for.

    ``unipolar``: inputs and weights in 0..1 by the share of ones, product by AND. ``sign_magnitude``: the same with
    the weight's sign beside its stream. ``bipolar``: inputs and weights in -1..1 by twice the share of ones less one,
    product by XNOR.
    """

    UNIPOLAR = "unipolar", False, False
    SIGN_MAGNITUDE = "sign_magnitude", False, True
    BIPOLAR = "bipolar", True, False

    bipolar: bool
    """Whether streams stand for numbers from -1 to 1."""
    signs: bool
    """Whether a weight has a sign beside its stream."""

    def __new__(cls, name: str, bipolar: bool, signs: bool) -> StreamEncoding:
        """Member of that name."""
        member = str.__new__(cls, name)
        member._value_, member.bipolar, member.signs = name, bipolar, signs
        return member

    @property
    def negative_weights(self) -> bool:
        """Whether weights may be negative."""
        return self.bipolar or self.signs


@dataclass(frozen=True)
class SynapseGroup:
    """Synapses of one output with the same sign and stream length.

    Parameters
    ----------
    sign : int
        1 or -1; always 1 in the bipolar encoding.
    length_log2 : int
        log2 of their stream length.
    inputs : tuple of int
        The inputs that they weigh, ascending.
    """

    sign: int
    length_log2: int
    inputs: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class StochasticDenseParams(DenseParams):
    r"""Parameters of a stochastic dense layer: ramp input streams, masked van der Corput weight streams.

    A synapse of length L = 2**length_log2 and level B adds sign(B) * #{t < a : sigma(t) < \|B\|} * Lmax / L,
    where a is the input code on the grid of L and sigma the bit-reversed counter XOR its mask. In the bipolar encoding
    the input stream has (a + L) / 2 ones, the weight stream (B + L) / 2, and the synapse adds Lmax / L for every cycle
    in which they are equal and subtracts it for every other. A synapse whose level is 0 has no hardware and adds 0.

    Parameters
    ----------
    levels : ndarray of int, shape (n_out, n_in)
        Sign and threshold B, \|B\| <= L of the synapse.
    length_log2 : ndarray of int, shape (n_out, n_in)
        log2 of each synapse's stream length, 0 to 16. Ignored where the level is 0.
    weight_exponent : int
        A weight's value is level / L * 2**weight_exponent.
    encoding : StreamEncoding
        Bipolar inputs may be negative; levels B are then even (odd for L = 1). Unipolar levels are not negative.
    popcount_stages : int
        Registers in the tree that counts a cycle's ones, 0 to 16; each adds a cycle of latency.
    """

    levels: IntArray = field(kw_only=True)
    length_log2: IntArray = field(kw_only=True)
    weight_exponent: int = field(kw_only=True)
    encoding: StreamEncoding = field(default=StreamEncoding.SIGN_MAGNITUDE, kw_only=True)
    popcount_stages: int = field(default=0, kw_only=True)

    kind = "stochastic_dense"
    linear = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", weight_array(self.levels, self.name))
        shape = self.levels.shape
        object.__setattr__(self, "length_log2", frozen_int_array(self.length_log2, "length_log2", self.name, shape))
        object.__setattr__(self, "bias", frozen_int_array(self.bias, "bias", self.name))
        exponent = exponent_in_range(self.weight_exponent, f"{self.name}: weight_exponent")
        object.__setattr__(self, "weight_exponent", exponent)
        if self.length_log2.min() < 0 or self.length_log2.max() > MAX_STREAM_LOG2:
            raise InputError(
                f"{self.name}: stream lengths must be 2**0 to 2**{MAX_STREAM_LOG2}, got log2 from "
                f"{self.length_log2.min()} to {self.length_log2.max()}"
            )
        lengths = np.int64(1) << self.length_log2
        over = (self.levels > lengths) | (self.levels < -lengths)  # abs() of the least int64 is negative
        if over.any():
            row, column = (int(k) for k in np.argwhere(over)[0])
            raise InputError(
                f"{self.name}: level {self.levels[row, column]} of synapse ({row}, {column}) exceeds its stream "
                f"length {1 << int(self.length_log2[row, column])}"
            )
        stages = integer(f"{self.name}: popcount_stages", self.popcount_stages, minimum=0)
        if stages > MAX_POPCOUNT_STAGES:
            raise InputError(f"{self.name}: popcount_stages must be at most {MAX_POPCOUNT_STAGES}, got {stages}")
        object.__setattr__(self, "popcount_stages", stages)
        self._check_encoding()
        self._check_layer()

    def _check_encoding(self) -> None:
        if not isinstance(self.encoding, StreamEncoding):
            raise InputError(f"{self.name}: encoding must be of StreamEncoding, got {show(self.encoding)}")
        if self.inputs.low != 0 and not self.bipolar:
            raise InputError(
                f"{self.name}: unipolar input streams carry codes from 0, got {self.inputs.low}; "
                "shift the inputs to a non-negative range, or use the bipolar encoding or the fixed datapath"
            )
        if not self.encoding.negative_weights and self.levels.min() < 0:
            row, column = (int(k) for k in np.argwhere(self.levels < 0)[0])
            raise InputError(
                f"{self.name}: unipolar weight streams carry levels from 0, got {self.levels[row, column]} of synapse "
                f"({row}, {column}); use the sign_magnitude or bipolar encoding"
            )
        if self.bipolar:
            odd = (self.levels != 0) & ((self.levels & 1) != (self.length_log2 == 0))
            if odd.any():
                row, column = (int(k) for k in np.argwhere(odd)[0])
                raise InputError(
                    f"{self.name}: level {self.levels[row, column]} of synapse ({row}, {column}) differs from the "
                    f"stream length {1 << int(self.length_log2[row, column])} by an odd number, which no bipolar "
                    "stream does; use an even level or a longer stream"
                )

    @property
    def shape(self) -> tuple[int, int]:
        """(n_out, n_in)."""
        return self.levels.shape[0], self.levels.shape[1]

    @cached_property
    def classes(self) -> tuple[int, ...]:
        """The log2 lengths that synapses with a non-zero level have, ascending; (0,) where there are none."""
        used = np.unique(self.length_log2[self.levels != 0])
        return tuple(int(m) for m in used) or (0,)

    @property
    def max_log2(self) -> int:
        """log2 of the longest stream; the layer runs for 2**max_log2 cycles a vector."""
        return self.classes[-1]

    @property
    def cycles(self) -> int:
        """Stream cycles of one vector."""
        return 1 << self.max_log2

    @property
    def weight_codes(self) -> IntArray:
        """`scaled_levels`."""
        return self.scaled_levels

    @property
    def weight_places(self) -> int:
        """Binary places of `weight_codes`."""
        return self.max_log2 - self.weight_exponent

    @property
    def acc_fraction(self) -> int:
        """Binary places of the accumulator."""
        return self.max_log2 - self.inputs.unit_log2 + self.inputs.format.fraction - self.weight_exponent

    @cached_property
    def scaled_levels(self) -> IntArray:
        """Levels in accumulator units of a whole stream: level * Lmax / L."""
        scaled = self.levels << np.maximum(0, self.max_log2 - self.length_log2)
        scaled.setflags(write=False)
        return scaled

    @property
    def bipolar(self) -> bool:
        """Whether streams carry signed values and meet in XNOR gates."""
        return self.encoding.bipolar

    @cached_property
    def stream_ones(self) -> IntArray:
        """Ones of each synapse's whole weight stream; where the level is 0, of none that is used."""
        length = np.int64(1) << self.length_log2
        ones = (length + self.levels) >> 1 if self.bipolar else np.abs(self.levels)
        ones.setflags(write=False)
        return np.asarray(ones)

    @property
    def ramp_offset(self) -> int:
        """What is added to an input code before it becomes a ramp on a grid of `ramp_log2` places."""
        return 1 << self.inputs.unit_log2 if self.bipolar else 0

    @property
    def ramp_log2(self) -> int:
        """log2 of the code, offset included, that an input stream of all ones stands for."""
        return self.inputs.unit_log2 + self.bipolar

    @cached_property
    def acc_start(self) -> IntArray:
        """What the accumulators start from: the bias, in the bipolar encoding less one whole stream per synapse.

        The rows then add twice the ones of the XNOR gates instead of their difference from the zeros.
        """
        start = self.bias - (self.bipolar * (self.levels != 0).sum(axis=1) << self.max_log2)
        start.setflags(write=False)
        return np.asarray(start)

    @property
    def row_start(self) -> IntArray:
        """What the rows load before they count."""
        return self.acc_start

    @property
    def row_ends(self) -> tuple[list[int], list[int]]:
        """Least and greatest of what each row holds, at any moment."""
        return self.acc_bounds

    @property
    def row_format(self) -> FixedFormat:
        """Of what the rows hold."""
        return self.acc

    @cached_property
    def streams(self) -> tuple[tuple[int, int], ...]:
        """The distinct weight streams as (log2 length, ones), ascending; ((0, 1),) where none is used."""
        used = self.levels != 0
        pairs = np.stack([self.length_log2[used], self.stream_ones[used]])
        return tuple((int(m), int(level)) for m, level in np.unique(pairs, axis=1).T) or ((0, 1),)

    @cached_property
    def ramps(self) -> tuple[tuple[int, int], ...]:
        """The input streams that are used, as (log2 length, input), ascending."""
        outputs, inputs = np.nonzero(self.levels)
        pairs = zip(self.length_log2[outputs, inputs].tolist(), inputs.tolist(), strict=True)
        return tuple(sorted(set(pairs))) or ((0, 0),)

    def row_groups(self, output: int) -> list[SynapseGroup]:
        """Synapses of one output that count, positive ones first, then by length, then by input.

        Their order in the groups, one after the other, is that of the bits of a row's stream ports.
        """
        row, lengths = self.levels[output], self.length_log2[output]
        if self.bipolar:
            row = (row != 0).astype(np.int64)
        groups = [
            SynapseGroup(sign, m, tuple(np.flatnonzero((row * sign > 0) & (lengths == m)).tolist()))
            for sign in (1, -1)
            for m in self.classes
        ]
        return [group for group in groups if group.inputs]

    def step_range(self, output: int) -> tuple[int, int]:
        """Least and greatest sum that one cycle can add to the accumulator of an output."""
        ends = {1: 0, -1: 0}
        for group in self.row_groups(output):
            ends[group.sign] += len(group.inputs) << (self.max_log2 - group.length_log2 + self.bipolar)
        return -ends[-1], ends[1]

    def product_range(self) -> tuple[IntArray, IntArray]:
        """See `DenseParams.product_range`; a stream never counts more than its level, an XNOR its whole length."""
        if self.bipolar:
            whole = (self.levels != 0).astype(np.int64) << self.max_log2
            return -whole, whole
        return np.minimum(0, self.scaled_levels), np.maximum(0, self.scaled_levels)

    @property
    def cycles_per_vector(self) -> int:
        """Cycles from the first code of a vector to the first of the next, without stalls."""
        return self.n_in + self.cycles + self.popcount_stages + 1 + self.n_out

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description; what is at its default (sign_magnitude, no popcount stages) is not in it."""
        used = self.levels != 0
        options: dict[str, Any] = {}
        if self.encoding is not StreamEncoding.SIGN_MAGNITUDE:
            options["encoding"] = self.encoding.value
        if self.popcount_stages:
            options["popcount_stages"] = self.popcount_stages
        return super().to_dict() | {
            "stream_cycles": self.cycles,
            "length_classes": [
                {
                    "length": 1 << m,
                    "synapses": int((used & (self.length_log2 == m)).sum()),
                    "mask": stream_mask(m),
                }
                for m in self.classes
            ],
            "weight_exponent": self.weight_exponent,
            "input_unit_log2": self.inputs.unit_log2,
            "cycles_per_vector": self.cycles_per_vector,
            **options,
        }
