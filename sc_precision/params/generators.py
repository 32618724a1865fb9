# SPDX-License-Identifier: Apache-2.0
r"""Parameters of stochastic number generators (SNG): which bits stand for a level.

A stream has L = 2\ :sup:`m` cycles and stands for level / L, level = 0..L. All kinds but the rate multiplier compare a
number v(t) in [0, L) with the level: bit t is v(t) < level. The numbers are

- ramp: t itself;
- vdc: the bit-reversed counter (van der Corput's sequence), XOR a mask where one is given;
- sobol: dimension 1 is vdc, dimension 2 has the direction numbers of x + 1 (Sobol 1967), both in natural order;
- lfsr: the upper m bits of a Galois register.

The rate multiplier adds the level to an accumulator modulo L that starts at L/2, and bit t is the carry: its first a
bits hold exactly floor(a * level / L + 1/2) ones. (Bresenham's line. The bit-selected rate multiplier of the SN7497 is
not it: its prefixes are off by up to m/6 + 7/18 counts for even m.)

A register of n bits is never 0 and has the period 2\ :sup:`n` - 1, so **LFSR streams are not exact**: with n = m, the
L cycles go once through 1..L-1 and end on the first number again. A level of 1..L-1 counts level - 1 ones, or level
ones where the first number (the seed) is below it; 0 and L are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import choice, integer
from sc_precision.errors import InputError
from sc_precision.params.codes import MAX_STREAM_LOG2, IntArray
from sc_precision.params.polynomials import MAX_DEGREE, MIN_DEGREE, PRIMITIVE_POLYNOMIALS, check_primitive

BoolArray = npt.NDArray[np.bool_]


def _states(seed: int, polynomial: int, count: int) -> IntArray:
    """States of a register, from its seed on."""
    states = np.empty(count, dtype=np.int64)
    state, top = seed, polynomial.bit_length() - 1
    for t in range(count):
        states[t] = state
        state <<= 1
        if state >> top:
            state ^= polynomial
    return states


@lru_cache(maxsize=64)
def _cycle(polynomial: int) -> tuple[IntArray, IntArray]:
    """All states of a register in order, and the place of each: another seed begins elsewhere."""
    states = _states(1, polynomial, (1 << polynomial.bit_length() - 1) - 1)
    places = np.zeros(len(states) + 1, dtype=np.int64)
    places[states] = np.arange(len(states))
    return states, places


@dataclass(frozen=True)
class GeneratorParams:
    """What every generator has.

    Parameters
    ----------
    length_log2 : int
        m; the stream has L = 2**m cycles, m from 0 to 16.

    Raises
    ------
    InputError
        If a parameter is out of range; so do all kinds.
    """

    length_log2: int

    deterministic: ClassVar[bool] = True
    """Whether the error law is that of a low-discrepancy sequence; an LFSR's is statistical."""

    def __post_init__(self) -> None:
        length_log2 = integer(f"{self.kind}: length_log2", self.length_log2, minimum=0, maximum=MAX_STREAM_LOG2)
        object.__setattr__(self, "length_log2", length_log2)

    @property
    def kind(self) -> str:
        """Name of the kind, as `generator` takes it."""
        raise NotImplementedError

    @property
    def length(self) -> int:
        """Cycles of a stream, L."""
        return 1 << self.length_log2

    @property
    def number_width(self) -> int:
        """Bits of the numbers; at least 1, for Verilog has no narrower ports."""
        return max(1, self.length_log2)

    @property
    def level_width(self) -> int:
        """Bits of a level, 0..L."""
        return self.length_log2 + 1

    @property
    def state_width(self) -> int:
        """Flip-flops of the generator: of its counter, register or accumulator."""
        return self.length_log2

    def bits(self, levels: IntArray, cycles: int) -> BoolArray:
        """Streams of the first `cycles` cycles after a restart, one row a level."""
        raise NotImplementedError

    def check_level(self, level: object, name: str = "level") -> int:
        """Return a level as an int, or raise an InputError that begins with `name`."""
        return integer(name, level, minimum=0, maximum=self.length)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description; `generator(**description)` makes the same parameters."""
        return {"kind": self.kind, "length_log2": self.length_log2}


@dataclass(frozen=True)
class ThresholdParams(GeneratorParams):
    """A generator that compares numbers with the level."""

    def numbers(self, cycles: int) -> IntArray:
        """The numbers of the first `cycles` cycles after a restart, each in [0, L)."""
        raise NotImplementedError

    def bits(self, levels: IntArray, cycles: int) -> BoolArray:
        """See `GeneratorParams.bits`."""
        below: BoolArray = self.numbers(cycles)[None, :] < levels[:, None]
        return below


@dataclass(frozen=True)
class CounterParams(ThresholdParams):
    """A generator whose numbers are a function of an m-bit counter; all such kinds can share one."""

    def matrix(self) -> tuple[int, ...]:
        """For each bit of the number, lowest first, the bits of the counter of which it is the parity, as a mask."""
        raise NotImplementedError

    @property
    def offset(self) -> int:
        """XORed with the number."""
        return 0

    def numbers(self, cycles: int) -> IntArray:
        """See `ThresholdParams.numbers`; the counter wraps, so they repeat with period L."""
        count = np.arange(cycles, dtype=np.int64) & (self.length - 1)
        number = np.full(cycles, self.offset, dtype=np.int64)
        for bit, taps in enumerate(self.matrix()):
            number ^= (np.bitwise_count(count & taps).astype(np.int64) & 1) << bit
        return number


@dataclass(frozen=True)
class RampParams(CounterParams):
    """The counter itself: all ones first. The usual input stream."""

    kind = "ramp"

    def matrix(self) -> tuple[int, ...]:
        """See `CounterParams.matrix`."""
        return tuple(1 << bit for bit in range(self.length_log2))


def stream_mask(m: int) -> int:
    """Mask of a weight stream of length 2**m: the low floor(m/2) bits set.

    It makes the discrepancy two-sided with worst case C(ceil(m/2)) instead of C(m); see THEORY in the docs.
    """
    return (1 << (m // 2)) - 1


@dataclass(frozen=True)
class VanDerCorputParams(CounterParams):
    """Bit-reversed counter XOR a mask.

    Parameters
    ----------
    length_log2 : int
        See `GeneratorParams`.
    mask : int
        0 to L - 1; see `masked` for the best one.
    """

    mask: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "mask", integer("vdc: mask", self.mask, minimum=0, maximum=self.length - 1))

    @classmethod
    def masked(cls, length_log2: int) -> VanDerCorputParams:
        """With `stream_mask`, the low half of the bits: two-sided, and the best mask for m = 4 to 8."""
        return cls(length_log2, stream_mask(cls(length_log2).length_log2))

    @property
    def kind(self) -> str:
        """``vdc``, or ``masked_vdc`` where there is a mask."""
        return "masked_vdc" if self.mask else "vdc"

    @property
    def offset(self) -> int:
        """The mask."""
        return self.mask

    def matrix(self) -> tuple[int, ...]:
        """See `CounterParams.matrix`."""
        return tuple(1 << (self.length_log2 - 1 - bit) for bit in range(self.length_log2))

    def to_dict(self) -> dict[str, Any]:
        """See `GeneratorParams.to_dict`."""
        return super().to_dict() | ({"mask": self.mask} if self.mask else {})


@dataclass(frozen=True)
class SobolParams(CounterParams):
    """One of the first two dimensions of Sobol's sequence, in natural order.

    Direction numbers of dimension 2: the odd integers 1, 3, 5, 15, 17, ... of the recurrence n_k = 2 n_(k-1) XOR
    n_(k-1) (primitive polynomial x + 1; Sobol 1967, Joe and Kuo 2008), n_k / 2**k.

    Parameters
    ----------
    length_log2 : int
        See `GeneratorParams`.
    dimension : int
        1 (van der Corput's sequence) or 2.
    """

    dimension: int = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "dimension", integer("sobol: dimension", self.dimension, minimum=1, maximum=2))

    kind = "sobol"

    def direction_numbers(self) -> tuple[int, ...]:
        """What each bit of the counter, lowest first, XORs into the number."""
        numbers, odd = [], 1
        for k in range(1, self.length_log2 + 1):
            numbers.append(odd << (self.length_log2 - k))
            odd = odd << 1 ^ odd if self.dimension == 2 else 1
        return tuple(numbers)

    def matrix(self) -> tuple[int, ...]:
        """See `CounterParams.matrix`."""
        columns = self.direction_numbers()
        return tuple(sum((column >> bit & 1) << k for k, column in enumerate(columns)) for bit in range(len(columns)))

    def to_dict(self) -> dict[str, Any]:
        """See `GeneratorParams.to_dict`."""
        return super().to_dict() | {"dimension": self.dimension}


@dataclass(frozen=True)
class LfsrParams(ThresholdParams):
    """Galois LFSR of maximal period: each cycle the state is multiplied by x modulo the polynomial.

    The number is the upper m bits of the state. See the module for what the missing state 0 does to a stream.

    Parameters
    ----------
    length_log2 : int
        See `GeneratorParams`.
    seed : int
        State at cycle 0, 1 to 2**register_bits - 1.
    register_bits : int, optional
        2 to 32 and at least length_log2; the smallest such by default.
    polynomial : int, optional
        Primitive, of degree register_bits, bit k the coefficient of x**k; `PRIMITIVE_POLYNOMIALS` by default.
    """

    seed: int = 1
    register_bits: int = None  # type: ignore[assignment]
    polynomial: int = None  # type: ignore[assignment]

    deterministic: ClassVar[bool] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        least = max(MIN_DEGREE, self.length_log2)
        bits = least if self.register_bits is None else self.register_bits
        bits = integer("lfsr: register_bits", bits, minimum=least, maximum=MAX_DEGREE)
        object.__setattr__(self, "register_bits", bits)
        polynomial = PRIMITIVE_POLYNOMIALS[bits] if self.polynomial is None else self.polynomial
        object.__setattr__(self, "polynomial", check_primitive("lfsr: polynomial", polynomial, bits))
        if isinstance(self.seed, int | np.integer) and self.seed == 0:
            raise InputError("lfsr: seed must not be 0, from which the register never leaves; use 1 or more")
        object.__setattr__(self, "seed", integer("lfsr: seed", self.seed, minimum=1, maximum=self.period))

    kind = "lfsr"

    @property
    def period(self) -> int:
        """Cycles after which the register repeats, 2**register_bits - 1."""
        return (1 << self.register_bits) - 1

    @property
    def state_width(self) -> int:
        """Bits of the register."""
        return self.register_bits

    @property
    def feedback(self) -> int:
        """XORed into the shifted state where a one left it: the polynomial without its highest term."""
        return self.polynomial ^ 1 << self.register_bits

    def numbers(self, cycles: int) -> IntArray:
        """See `ThresholdParams.numbers`; they repeat with the register's period, not with L."""
        if self.register_bits <= MAX_STREAM_LOG2:
            states, places = _cycle(self.polynomial)
            found = states[(places[self.seed] + np.arange(cycles)) % self.period]
        else:
            found = _states(self.seed, self.polynomial, cycles)
        return np.asarray(found >> (self.register_bits - self.length_log2))

    def to_dict(self) -> dict[str, Any]:
        """See `GeneratorParams.to_dict`."""
        return super().to_dict() | {
            "seed": self.seed,
            "register_bits": self.register_bits,
            "polynomial": self.polynomial,
        }


@dataclass(frozen=True)
class RateMultiplierParams(GeneratorParams):
    """Accumulator with carry: the most even stream there is, see the module. Not shareable between levels."""

    kind = "rate"

    @property
    def start(self) -> int:
        """Accumulator at cycle 0: half a one, so that counts are rounded, not cut."""
        return self.length >> 1

    def bits(self, levels: IntArray, cycles: int) -> BoolArray:
        """See `GeneratorParams.bits`; period L."""
        sums = self.start + np.arange(cycles + 1, dtype=np.int64) * levels[:, None]
        carries: BoolArray = np.diff(sums >> self.length_log2, axis=1) != 0
        return carries


KINDS: Mapping[str, type[GeneratorParams]] = {
    "ramp": RampParams,
    "vdc": VanDerCorputParams,
    "masked_vdc": VanDerCorputParams,
    "rate": RateMultiplierParams,
    "sobol": SobolParams,
    "lfsr": LfsrParams,
}
"""Class of parameters for each kind."""


def generator(kind: str, length_log2: int, **options: Any) -> GeneratorParams:
    """Parameters of a generator by the name of its kind.

    Parameters
    ----------
    kind : {"ramp", "vdc", "masked_vdc", "rate", "sobol", "lfsr"}
        ``masked_vdc`` without a mask has the best one.
    length_log2 : int
        log2 of the stream's length, 0 to 16.
    **options
        The other fields of the kind's class.

    Raises
    ------
    InputError
        If there is no such kind, it has no such option, or a value is out of range.
    """
    choice("generator kind", kind, KINDS)
    make = VanDerCorputParams.masked if kind == "masked_vdc" and "mask" not in options else KINDS[kind]
    try:
        return make(length_log2, **options)
    except TypeError as error:
        raise InputError(f"{kind}: {str(error).rpartition('() ')[2]}") from None
