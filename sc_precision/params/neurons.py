# SPDX-License-Identifier: Apache-2.0
"""Parameters of leaky integrate-and-fire neurons with integer semantics.

One step of a neuron that is not refractory, all values integers in units of the membrane's LSB::

    u = saturate(leak(v) + current)
    spike = u >= threshold
    v = u                        without a spike
        u - threshold            after a spike, Reset.SUBTRACT
        reset_value              after a spike, Reset.VALUE

For `refractory` steps after a spike the neuron holds v, ignores its current and does not spike. v is 0 before the first
step, and is cleared again after `steps` steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from sc_precision.arguments import integer, show
from sc_precision.errors import InputError
from sc_precision.formats import Codes, FixedFormat, Rounding
from sc_precision.modes import Mode
from sc_precision.params.codes import MAX_ACCUMULATOR_WIDTH, InputCodes, signed_width
from sc_precision.params.layer import LayerParams
from sc_precision.verilog import check_module_name

MAX_STEPS = 1 << 16
"""Most steps of a neuron."""
MAX_LEAK_BITS = 24
"""Greatest shift or fraction of a leak."""
MAX_REFRACTORY = 255
"""Most steps that a neuron rests."""
MAX_NEURONS = 1 << 20
"""Most neurons of one layer."""

SPIKES = InputCodes(FixedFormat(1, 0, signed=False), 0, 1)
"""What a neuron sends: 1 where it spikes."""


def _at_most(name: str, value: object, minimum: int, maximum: int) -> int:
    number = integer(name, value, minimum=minimum)
    if number > maximum:
        raise InputError(f"{name} must be at most {maximum}, got {number}")
    return number


class Reset(Mode):
    """What a spike does to the membrane."""

    SUBTRACT = "subtract", True
    """The threshold is subtracted."""
    VALUE = "value", False
    """It becomes the reset value."""

    subtracts: bool

    def __new__(cls, name: str, subtracts: bool) -> Reset:
        """Member of that name."""
        member = str.__new__(cls, name)
        member._value_, member.subtracts = name, subtracts
        return member


class Drive(Mode):
    """What a layer of neurons is fed."""

    STEPS = "steps"
    """One vector of currents a step."""
    CONSTANT = "constant"
    """One vector of currents, which flow in every step."""


@dataclass(frozen=True)
class ShiftLeak:
    """leak(v) = v - (v >> shift), the shift rounding towards minus infinity.

    Parameters
    ----------
    shift : int
        1 to 24; the membrane keeps 1 - 2**-shift of itself.
    """

    shift: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "shift", _at_most("leak: shift", self.shift, 1, MAX_LEAK_BITS))

    @property
    def factor(self) -> Fraction:
        """What is kept in exact arithmetic."""
        return 1 - Fraction(1, 1 << self.shift)

    @property
    def error(self) -> tuple[Fraction, Fraction]:
        """Least and greatest leak(v) - factor * v."""
        return Fraction(0), 1 - Fraction(1, 1 << self.shift)

    def apply(self, value: Codes) -> Codes:
        """leak(value); monotone, and 0 at 0."""
        return value - (value >> self.shift)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        return {"kind": "shift", "shift": self.shift}


@dataclass(frozen=True)
class MultiplyLeak:
    """leak(v) = round(v * multiplier / 2**fraction).

    Parameters
    ----------
    multiplier : int
        0 (nothing is kept) to 2**fraction (no leak).
    fraction : int
        0 to 24.
    rounding : Rounding
        Any but stochastic.
    """

    multiplier: int
    fraction: int
    rounding: Rounding = Rounding.NEAREST_EVEN

    def __post_init__(self) -> None:
        object.__setattr__(self, "fraction", _at_most("leak: fraction", self.fraction, 0, MAX_LEAK_BITS))
        object.__setattr__(self, "multiplier", _at_most("leak: multiplier", self.multiplier, 0, 1 << self.fraction))
        Rounding.check(self.rounding, "leak: rounding")

    @property
    def factor(self) -> Fraction:
        """What is kept in exact arithmetic."""
        return Fraction(self.multiplier, 1 << self.fraction)

    @property
    def error(self) -> tuple[Fraction, Fraction]:
        """Least and greatest leak(v) - factor * v."""
        whole = self.factor.denominator  # products are multiples of its inverse, a power of two
        low, high = self.rounding.units(whole.bit_length() - 1)
        return Fraction(low, whole), Fraction(high, whole)

    def apply(self, value: Codes) -> Codes:
        """leak(value); monotone, and 0 at 0."""
        return self.rounding.drop(value * self.multiplier, self.fraction)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        return {
            "kind": "multiply",
            "multiplier": self.multiplier,
            "fraction": self.fraction,
            "rounding": self.rounding.value,
        }


NO_LEAK = MultiplyLeak(1, 0)
"""Integrate and fire: the membrane keeps everything."""


@dataclass(frozen=True)
class LifParams(LayerParams):
    """Parameters of a layer of leaky integrate-and-fire neurons; see the module for what a step does.

    Parameters
    ----------
    name : str
        Verilog module name.
    inputs : InputCodes
        Format and range of the currents; the membrane has their fraction.
    neurons : int
        1 to 2**20.
    steps : int
        Steps for which the membranes are kept, 1 to 65536.
    leak : ShiftLeak or MultiplyLeak
    threshold : int
        At least 1.
    reset : Reset
    reset_value : int
        Below the threshold; used by `Reset.VALUE` only.
    refractory : int
        Steps that a neuron rests after a spike, 0 to 255.
    drive : Drive
    membrane_width : int, optional
        Bits of a membrane, at least 2, which saturates at its ends. By default as many as no sequence of currents of
        the input format can leave, so that nothing saturates.

    Raises
    ------
    InputError
        If a field is out of range, the threshold or the reset value does not fit, or the membrane needs more than 62
        bits.
    """

    name: str
    inputs: InputCodes
    neurons: int
    steps: int
    leak: ShiftLeak | MultiplyLeak
    threshold: int
    reset: Reset = field(default=Reset.SUBTRACT, kw_only=True)
    reset_value: int = field(default=0, kw_only=True)
    refractory: int = field(default=0, kw_only=True)
    drive: Drive = field(default=Drive.STEPS, kw_only=True)
    membrane_width: int | None = field(default=None, kw_only=True)

    kind = "lif"
    stateful = True

    def __post_init__(self) -> None:
        check_module_name(self.name, "layer name")
        where = self.name
        for what, kind in (
            ("inputs", InputCodes),
            ("leak", (ShiftLeak, MultiplyLeak)),
            ("reset", Reset),
            ("drive", Drive),
        ):
            if not isinstance(getattr(self, what), kind):
                names = " or ".join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))
                raise InputError(f"{where}: {what} must be of {names}, got {show(getattr(self, what))}")
        for what, low, high in (
            ("neurons", 1, MAX_NEURONS),
            ("steps", 1, MAX_STEPS),
            ("threshold", 1, 1 << (MAX_ACCUMULATOR_WIDTH - 1)),
            ("refractory", 0, MAX_REFRACTORY),
        ):
            object.__setattr__(self, what, _at_most(f"{where}: {what}", getattr(self, what), low, high))
        lowest = -(1 << (MAX_ACCUMULATOR_WIDTH - 1))
        object.__setattr__(self, "reset_value", integer(f"{where}: reset_value", self.reset_value, minimum=lowest))
        if self.reset.subtracts and self.reset_value:
            raise InputError(f"{where}: reset_value is used by Reset.VALUE only, got {self.reset_value}")
        if self.reset_value >= self.threshold:
            raise InputError(
                f"{where}: reset_value must be below the threshold {self.threshold}, got {self.reset_value}; "
                "the neuron would never stop spiking"
            )
        if self.membrane_width is not None:
            width = _at_most(f"{where}: membrane_width", self.membrane_width, 2, MAX_ACCUMULATOR_WIDTH)
            object.__setattr__(self, "membrane_width", width)
            limit = 1 << (width - 1)
            if self.threshold >= limit or self.reset_value < -limit:
                raise InputError(
                    f"{where}: threshold {self.threshold} and reset value {self.reset_value} must fit a membrane of "
                    f"{width} bits ({-limit}..{limit - 1}); use a wider one"
                )
        # The product of a multiplying leak must fit the golden model's int64 too.
        needed = max(self.membrane.width, signed_width(*self.sum_range)) + (
            self.leak.fraction if isinstance(self.leak, MultiplyLeak) else 0
        )
        if needed > MAX_ACCUMULATOR_WIDTH:
            raise InputError(
                f"{where}: the membrane needs {needed} bits with its leak, at most {MAX_ACCUMULATOR_WIDTH} are "
                "supported; give membrane_width, or use fewer steps or coarser currents"
            )

    @property
    def n_in(self) -> int:
        """Currents of a step: one for each neuron."""
        return self.neurons

    @property
    def n_out(self) -> int:
        """Spike codes of a step: one for each neuron."""
        return self.neurons

    @property
    def output(self) -> InputCodes:
        """Codes that leave: 0 and 1."""
        return SPIKES

    @cached_property
    def _ranges(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Ranges of leak(v) + current before it saturates, and of membranes, over all steps and currents."""
        low_in, high_in = self.inputs.format.code_min, self.inputs.format.code_max
        clip_low, clip_high = None, None
        if self.membrane_width is not None:
            clip_high = (1 << (self.membrane_width - 1)) - 1
            clip_low = ~clip_high
        low = high = sum_low = sum_high = least = most = 0
        for _ in range(self.steps):
            # Leak, saturation and reset are monotone between spikes, so that the ends are reached by the ends.
            u_low, u_high = self.leak.apply(low) + low_in, self.leak.apply(high) + high_in
            sum_low, sum_high = min(sum_low, u_low), max(sum_high, u_high)
            if clip_low is not None and clip_high is not None:
                u_low, u_high = (min(max(u, clip_low), clip_high) for u in (u_low, u_high))
            ends = [u_low, min(u_high, self.threshold - 1)]
            if u_high >= self.threshold:
                ends += (
                    [max(u_low - self.threshold, 0), u_high - self.threshold]
                    if self.reset.subtracts
                    else [self.reset_value]
                )
            new_low, new_high = min(low, *ends), max(high, *ends)
            least, most = min(least, u_low, new_low), max(most, u_high, new_high)
            if (new_low, new_high) == (low, high):
                break
            low, high = new_low, new_high
        return (sum_low, sum_high), (least, most)

    @property
    def sum_range(self) -> tuple[int, int]:
        """Range of leak(v) + current before it saturates; contains 0."""
        return self._ranges[0]

    @property
    def membrane_range(self) -> tuple[int, int]:
        """Range of the membrane before and after a reset, over all steps and all currents of the format."""
        return self._ranges[1]

    @cached_property
    def membrane(self) -> FixedFormat:
        """Format of a membrane."""
        width = self.membrane_width or signed_width(*self.membrane_range)
        return FixedFormat(min(width, 64), self.inputs.format.fraction)

    @property
    def saturates(self) -> bool:
        """Whether some sequence of currents reaches an end of a membrane that is too narrow for it."""
        low, high = self.sum_range
        return low < self.membrane.code_min or high > self.membrane.code_max

    @property
    def can_spike(self) -> bool:
        """Whether any sequence of currents reaches the threshold."""
        return self.membrane_range[1] >= self.threshold

    @property
    def cycles_per_step(self) -> int:
        """Cycles between the ends of two steps without stalls."""
        return 2 * self.neurons

    @property
    def cycles_per_vector(self) -> int:
        """Cycles for one vector of currents without stalls."""
        if self.drive is Drive.STEPS:
            return self.cycles_per_step
        return self.neurons + 1 + self.steps * self.cycles_per_step

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description; what the manifest says of the layer's hardware."""
        low, high = self.membrane_range
        return {
            "name": self.name,
            "kind": self.kind,
            "n_in": self.n_in,
            "n_out": self.n_out,
            "input": self.inputs.format.to_dict() | {"code_low": self.inputs.low, "code_high": self.inputs.high},
            "membrane": self.membrane.to_dict() | {"code_low": low, "code_high": high, "saturates": self.saturates},
            "leak": self.leak.to_dict(),
            "threshold": self.threshold,
            "can_spike": self.can_spike,
            "reset": self.reset.value,
            "reset_value": self.reset_value,
            "refractory": self.refractory,
            "steps": self.steps,
            "drive": self.drive.value,
            "output": SPIKES.format.to_dict() | {"code_low": 0, "code_high": 1},
            "cycles_per_step": self.cycles_per_step,
            "cycles_per_vector": self.cycles_per_vector,
        }
