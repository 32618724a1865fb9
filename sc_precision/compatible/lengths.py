# SPDX-License-Identifier: Apache-2.0
"""Bitstream lengths from a tail bound of one random stream.

A stream of L independent bits of mean p estimates p with an error that exceeds eps with probability at most d
where L is at least

- hoeffding: -ln(d/2) / (2 eps^2) (Hoeffding 1963, two-sided, any p),
- chebyshev: p (1 - p) / (eps^2 d),
- variance: p (1 - p) / eps^2, one standard deviation and no tail bound at all.
"""

from __future__ import annotations

import math

from sc_precision.arguments import choice, int_range, positive, probability, real, show
from sc_precision.errors import InputError

METHODS = ("hoeffding", "chebyshev", "variance")


def hoeffding_factor(confidence: float) -> float:
    """Return -ln((1 - confidence) / 2), the constant of Hoeffding's bound."""
    return -math.log((1.0 - confidence) / 2.0)


def hoeffding_bits(factor: float, epsilon: float) -> float:
    """Return factor / (2 epsilon^2), the bits that Hoeffding's bound asks for; see `hoeffding_factor`."""
    return ratio(factor, 2.0 * epsilon * epsilon)


def ratio(numerator: float, denominator: float) -> float:
    """Return the quotient, infinity where the denominator has underflowed to 0."""
    return numerator / denominator if denominator > 0 else math.inf


def rounded_length(bits: float, min_length: int, max_length: int) -> int:
    """Return the power of two that holds `bits` and `min_length`, cut to `max_length`, which is returned as it is.

    `bits` is at least 0; infinity asks for `max_length`.
    """
    if bits >= max_length:
        return max_length
    return min(1 << (max(min_length, math.ceil(bits)) - 1).bit_length(), max_length)


def adaptive_length(
    p: float,
    epsilon: float = 0.01,
    confidence: float = 0.95,
    method: str = "hoeffding",
    min_length: int = 64,
    max_length: int = 65536,
) -> int:
    """Return the bitstream length for one stream of mean `p` and an error of at most `epsilon`.

    Parameters
    ----------
    p : float
        Mean of the stream, 0 to 1. Hoeffding's bound does not use it.
    epsilon : float
        Error, greater than 0. Where its square underflows the result is `max_length`.
    confidence : float
        Probability of an error within `epsilon`, between 0 and 1. ``variance`` does not use it.
    method : {"hoeffding", "chebyshev", "variance"}
        Tail bound, see the module.
    min_length, max_length : int
        Limits in bits, 1 <= min <= max.

    Returns
    -------
    int
        The smallest power of two that is at least the bound and `min_length`, or `max_length` where that
        is smaller. **A length that `max_length` cuts does not keep `epsilon`**, and nothing says so here.

    Raises
    ------
    InputError
        If an argument is out of range.
    """
    eps = positive("epsilon", epsilon)
    choice("method", method, METHODS)
    level = probability("confidence", confidence)
    mean = real("p", p)
    if not 0 <= mean <= 1:
        raise InputError(f"p must lie in 0 to 1, got {show(p)}")
    low, high = int_range("min_length", min_length, "max_length", max_length)
    if method == "hoeffding":
        bits = hoeffding_bits(hoeffding_factor(level), eps)
    elif method == "chebyshev":
        bits = ratio(mean * (1.0 - mean), eps * eps * (1.0 - level))
    else:
        bits = ratio(mean * (1.0 - mean), eps * eps)
    return rounded_length(bits, low, high)
