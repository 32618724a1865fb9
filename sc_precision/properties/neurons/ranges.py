# SPDX-License-Identifier: Apache-2.0
"""Intervals of membranes, step by step, worked out from the rational leak; only claims, which the lemmas prove."""

from __future__ import annotations

from math import ceil

from sc_precision.arguments import show
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.params.neurons import LifParams, Reset, ShiftLeak
from sc_precision.properties.checker.rounding import rounded

MOST_RANGES = 1024
"""Most different intervals of a membrane; a checker holds a table of them."""


def current_range(p: LifParams) -> tuple[int, int]:
    """Range of the currents that the lemmas are about: all codes of the format."""
    return p.inputs.format.code_min, p.inputs.format.code_max


def membrane_ranges(p: LifParams) -> list[tuple[int, int]]:
    """Interval of the membranes before step 0, 1, ..., and after the last; from the last entry on they are all alike.

    From the rational factor of the leak in fractions, and only a claim: the solver proves it. Raises InputError if
    there are more than `MOST_RANGES` and the membranes do not saturate; where they do, it is their format's.
    """
    low_in, high_in = current_range(p)
    ends = p.membrane.code_min, p.membrane.code_max
    ranges = [(0, 0)]
    for _ in range(p.steps):
        low, high = ranges[-1]
        u_low, u_high = (
            min(max(leaked(p, v) + current, ends[0]), ends[1]) for v, current in ((low, low_in), (high, high_in))
        )
        reached = [u_low, min(u_high, p.threshold - 1)]
        if u_high >= p.threshold:
            least = max(u_low, p.threshold)
            reached += [least - p.threshold, u_high - p.threshold] if subtracts(p.reset) else [p.reset_value]
        reached += [low, high]
        after = min(reached), max(reached)
        if after == ranges[-1]:
            break
        ranges.append(after)
        if len(ranges) > MOST_RANGES:
            if p.saturates:
                return [(0, 0), ends]
            raise InputError(
                f"{p.name}: the range of the membrane still grows after {MOST_RANGES} steps, and a proof would need a "
                "table of them all; use fewer steps, a leak, or a membrane_width at which it saturates"
            )
    return ranges


def leaked(p: LifParams, value: int) -> int:
    """Membrane after its leak, by the rational definition."""
    exact = p.leak.factor * value
    if isinstance(p.leak, ShiftLeak):
        return ceil(exact)
    return rounded(p.leak.rounding, exact)


def subtracts(reset: Reset) -> bool:
    """Whether a spike takes the threshold off the membrane, or sets it; apart from what models and hardware look up."""
    if reset is Reset.SUBTRACT:
        return True
    if reset is Reset.VALUE:
        return False
    raise ConsistencyError(f"reset: no lemma says what {show(reset)} does; state it in properties.neurons")
