# SPDX-License-Identifier: Apache-2.0
"""The published cost of a synapse plan: bit width times log2 of the bitstream length."""

from __future__ import annotations

import math
from collections.abc import Mapping


def cost_summary(counts: Mapping[tuple[int, int], int]) -> dict[str, float]:
    """Return the cost of a plan, and that of giving every synapse the longest bitstream of the plan.

    Parameters
    ----------
    counts : mapping of (bit width, bitstream length) to int
        Synapses of each kind; may be empty.

    Returns
    -------
    dict of str to float
        `estimated_lut_cost`, `uniform_length_reference_cost`, `estimated_lut_savings_vs_uniform_length` and
        `estimated_lut_savings_fraction_vs_uniform_length`; all 0.0 for an empty plan, and the fraction where
        the reference costs nothing.
    """
    longest = max((length for _, length in counts), default=1)
    cost = math.fsum(bits * count * math.log2(length) for (bits, length), count in counts.items())
    # term by term as above, so that a plan of one length saves exactly nothing
    uniform = math.fsum(bits * count * math.log2(longest) for (bits, _), count in counts.items())
    savings = uniform - cost
    return {
        "estimated_lut_cost": cost,
        "uniform_length_reference_cost": uniform,
        "estimated_lut_savings_vs_uniform_length": savings,
        "estimated_lut_savings_fraction_vs_uniform_length": savings / uniform if uniform > 0 else 0.0,
    }
