# SPDX-License-Identifier: Apache-2.0
r"""Lemmas about the stochastic multiplier: its count is the product up to the planned discrepancy, for every weight.

After N cycles in which the ramp is 1, D = count * 2**m - N * B. Taking the cycles by their lowest bit splits the
stream into two of half the length, of which one is all zeros or all ones: with a_0 = N and
a_(j+1) = (a_j + up_j) >> 1,

    D_j = [a_j odd] g_j + D_(j+1),    D_m = 0,    D = D_0

where g_j = +-2**j times the distance of the remaining m - j bits of B to a multiple of their top one (see
`sc_precision.plan.streams`). One question would mix kinds of difficulty, so there is a lemma for each:

count
    The emitted counter adds up what D changes by in a cycle, given what the streams say of the cycle's number.
digits
    That is what the recursion says, digit by digit from the lowest; no time is in it.
levels
    Where a_j and D_j take such steps, whenever that is, a_(j+1) and D_(j+1) take those of theirs that make the
    equations above hold: neighbours only, so that induction closes in two steps and nothing is multiplied.
sums
    D_j is between the sums of the negative and of the positive g_j from j on, if D_(j+1) is.
bound
    These sums over all j are within the planned bound, for every B.

They join by the names of what they are about: `levels` and `sums` hold for any steps and any summands in range, so for
those of the others, and a_j counts at most 2**m cycles, as `count` says of a_0.
"""

from __future__ import annotations

from dataclasses import dataclass

from sc_precision.compatible.evidence.product_params import StreamProductParams
from sc_precision.properties.checker.templates import render

_TEMPLATE = "compatible/evidence/templates/product.sv.j2"


@dataclass(frozen=True)
class _Digit:
    """Wires of one step of the recursion, all from the threshold."""

    index: int
    rest_bits: int
    masked: bool

    @property
    def bit(self) -> str:
        """Top one of the remaining bits."""
        return f"threshold[{self.rest_bits}]"

    @property
    def rest(self) -> str:
        """The bits below."""
        return f"threshold[{self.rest_bits - 1}:0]" if self.rest_bits else "1'b0"

    @property
    def up(self) -> str:
        """Whether a_(j+1) is rounded up."""
        return self.bit if self.masked else f"!{self.bit}"


def product_checker(p: StreamProductParams, *, tighter: int = 0) -> str:
    """SystemVerilog of ``<core>_<part>_check`` for each part of `claims`.

    The asserted bound is `tighter` units smaller than the planned one: with 1 it must fail.
    """
    m = p.length_log2
    rests = range(m - 1, -1, -1)
    digits = [_Digit(j, rest, bool(p.mask >> rest & 1)) for j, rest in enumerate(rests)]
    low, high = (end and end - tighter for end in (-p.discrepancy[0], p.discrepancy[1]))
    return render(_TEMPLATE, p=p, claims=claims(p), digits=digits, low=low, high=high)


def claims(p: StreamProductParams) -> dict[str, str]:
    """What each lemma says, in one sentence; together they say `claim`."""
    near = f"; its threshold is the level on the grid of 2**-{p.length_log2}, at most half a step off"
    return {
        "count": (
            f"the count times 2**{p.length_log2} less the number of ramp cycles times the threshold is the sum of what "
            f"each such cycle adds, which its number and the threshold tell{near if p.coarse else ''}"
        ),
        "digits": "what a cycle adds is what the recursion over the digits of its number says",
        "levels": "each level's deviation is the next one's and, after an odd number of cycles, its own summand",
        "sums": "a level's deviation is within the sums of the positive and the negative summands from it on",
        "bound": f"the summands of a threshold add up to {p.discrepancy[0]} at least and {p.discrepancy[1]} at most",
    }


def claim(p: StreamProductParams) -> str:
    """What the lemmas say together, in one sentence."""
    low, high = p.discrepancy
    text = (
        f"after any number of cycles, for every level of {p.bit_width} bits and every code, count * 2**{p.length_log2} "
        f"less code times threshold lies in {low}..{high}"
    )
    if p.coarse:
        text += f"; the threshold is the level on the grid of 2**-{p.length_log2}, at most half a step off"
    return text
