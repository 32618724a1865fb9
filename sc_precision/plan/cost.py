# SPDX-License-Identifier: Apache-2.0
"""What a plan costs: the published metric, and lookup tables times cycles.

The published metric is bit width times log2 of the bitstream length, summed over the synapses; where there are no
streams, the bit width. `lut_cycles` counts the six-input lookup tables that a synapse keeps busy, times its cycles:

- a stochastic synapse: AND gate, popcount and accumulator, and a comparator of its own, for L cycles. Hardware shares
  one comparator among synapses of one level, and the counters among all; that is left out.
- a fixed-point synapse: a constant multiplier and its adder in the tree, for one cycle. That is parallel hardware; a
  folded layer multiplies by all weights in multipliers that are as wide as the widest.

The constants are fitted to what Yosys makes of such hardware; `benchmarks/cost_model.py` measures them again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from sc_precision.modes import Datapath, Mode

LUT_SHARED = Fraction("2.6")
"""LUT6 of a stochastic synapse's AND gate, popcount and accumulator."""
LUT_COMPARATOR = Fraction("1.1") / 8
"""LUT6 per binary place of a constant comparator: about 1.1 at 8 places, taken as proportional."""
LUT_MULTIPLIER = Fraction("1.1")
"""LUT6 of a constant multiplier and its adder, per bit of the activation and binary place of the weight."""


def _published(bits: int, length_log2: int | None, _activation_bits: int) -> Fraction:
    return Fraction(bits if length_log2 is None else bits * length_log2)


def _lut_cycles(bits: int, length_log2: int | None, activation_bits: int) -> Fraction:
    if length_log2 is None:
        return LUT_MULTIPLIER * activation_bits * (bits - 1)
    return (LUT_SHARED + LUT_COMPARATOR * (bits - 1)) * (1 << length_log2)


class CostModel(Mode):
    """What the planner makes small: a name, what is summed up on each datapath, and the cost of one synapse."""

    BITS = "b*log2L", ("sum(bits)", "sum(bits * log2(length))"), _published
    """The published metric."""
    LUT_CYCLES = "lut_cycles", ("sum(LUT6)", "sum(LUT6 * cycles)"), _lut_cycles
    """Lookup tables times cycles."""

    metrics: Mapping[Datapath, str]
    of_synapse: Callable[[int, int | None, int], Fraction]

    def __new__(
        cls, name: str, metrics: tuple[str, str], of_synapse: Callable[[int, int | None, int], Fraction]
    ) -> CostModel:
        """Member of that name."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.metrics = dict(zip((Datapath.FIXED, Datapath.STOCHASTIC), metrics, strict=True))
        member.of_synapse = of_synapse
        return member


def synapse_cost(cost_model: str, bits: int, length_log2: int | None, activation_bits: int) -> Fraction:
    """Cost of one synapse, exact.

    `bits` count the sign; `length_log2` is None on the fixed datapath; `activation_bits`, the width of the input,
    counts on the fixed datapath with ``lut_cycles`` only.
    """
    return CostModel.parse(cost_model, "cost_model").of_synapse(bits, length_log2, activation_bits)
