# SPDX-License-Identifier: Apache-2.0
"""What each rounding mode is, by distance: what proofs hold hardware to.

Golden models, bounds and hardware get a code by adding a bit to the code below (`formats.Rounding`). Here nothing is
computed that way: a code is the nearest one, and of two that are equally near the one that the mode names. So an error
in the shared rule does not reach the lemmas, which then refuse the hardware.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from sc_precision.arguments import show
from sc_precision.errors import ConsistencyError
from sc_precision.formats import Rounding


@dataclass(frozen=True)
class Tie:
    """Which of two codes is taken whose distances are equal.

    Attributes
    ----------
    word : str
        Where ties go.
    taken : callable
        Whether it is this code, of a code and a value.
    holds : str
        The same in SystemVerilog, of ``{code}``, ``{value}`` and ``{error}``, the code less the value.
    lower : str
        Whether it is the lower one, of ``{upper}`` and ``{value}``.
    """

    word: str
    taken: Callable[[int, Fraction], bool]
    holds: str
    lower: str


_MODES: dict[Rounding, tuple[Callable[[int], tuple[int, int]], Tie | None]] = {
    Rounding.TRUNCATE: (lambda whole: (1 - whole, 0), None),
    Rounding.NEAREST_EVEN: (
        lambda whole: (-(whole // 2), whole // 2),
        Tie("to even", lambda code, _: code % 2 == 0, "!{code}[0]", "{upper}[0]"),
    ),
    Rounding.NEAREST_UP: (
        lambda whole: (-((whole - 1) // 2), whole // 2),
        Tie("up", lambda code, value: code > value, "{error} > 0", "1'b0"),
    ),
    Rounding.NEAREST_AWAY: (
        lambda whole: (-(whole // 2), whole // 2),
        Tie("away from 0", lambda code, value: abs(code) > abs(value), "({error} < 0) == ({value} < 0)", "{value} < 0"),
    ),
}
"""Least and greatest code less value, in parts of which so many make one step; and which of two codes is taken."""


@dataclass(frozen=True)
class Definition:
    """Rounding of a value that loses so many places.

    Attributes
    ----------
    low, high : int
        Least and greatest code less value, in units of the last place that is lost.
    half : int
        Half a step, in these units.
    tie : Tie or None
        None where no two codes will do.
    """

    low: int
    high: int
    half: int
    tie: Tie | None

    @property
    def label(self) -> str:
        """Name of an assert about ties."""
        return f"tie_is_{re.sub('^to | .*', '', self.tie.word)}" if self.tie else ""


def _mode(rounding: Rounding) -> tuple[Callable[[int], tuple[int, int]], Tie | None]:
    if rounding not in _MODES:
        raise ConsistencyError(f"rounding: no lemma says what {show(rounding)} is; state it in properties.checker")
    return _MODES[rounding]


def definition(rounding: Rounding, places: int) -> Definition:
    """What a mode is.

    Raises
    ------
    ConsistencyError
        If it is not stated here, or the error that bounds take it to have is another.
    """
    ends, tie = _mode(rounding)
    low, high = ends(1 << places)
    if rounding.units(places) != (low, high):
        raise ConsistencyError(
            f"rounding: bounds take {rounding} of {places} places to err by {rounding.units(places)}, but lemmas say "
            f"{(low, high)}"
        )
    return Definition(low, high, (1 << places) // 2, tie if places else None)


def rounded(rounding: Rounding, value: Fraction) -> int:
    """Code of a value."""
    ends, tie = _mode(rounding)
    low, high = ends(value.denominator)
    below = floor(value)
    codes = [code for code in (below, below + 1) if low <= (code - value) * value.denominator <= high]
    return next(code for code in codes if len(codes) == 1 or tie is None or tie.taken(code, value))
