# SPDX-License-Identifier: Apache-2.0
r"""Error of integer membranes against the same neuron in real arithmetic.

Let v, u be the integer membrane before and after the current of a step, r, s the real ones, e = v - r, d = u - s. With
a leak factor a, leak(v) = a v + rho and a current that is off by delta::

    d = a e + rho + delta

After the step e = d; after a spike it is d less the threshold's rounding (`Reset.SUBTRACT`), or the reset value's
rounding (`Reset.VALUE`). A resting neuron keeps e. Where membranes saturate, the real neuron is one that saturates at
the same ends, and an error does not grow but may vanish. So without rest and reset the error after T steps is at most
(max|rho| + max|delta|) (1 - a**T) / (1 - a).

All this holds *while the two spike trains agree*: a spike that only one of them has moves the membranes a threshold
apart. `MembraneBounds.agrees` tells from the integer neuron alone, for given currents, whether they must: by induction,
where each u is farther from the threshold than d can be, the real neuron decides alike in every step.

Intervals are integers in units of 2**-64 of the membrane's LSB, rounded outward in every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from sc_precision.errors import InputError
from sc_precision.golden.neurons import LifTrace
from sc_precision.network import FloatArray, float_array
from sc_precision.params import IntArray
from sc_precision.params.neurons import LifParams

GRID = 64
"""Binary places of the intervals beyond the membrane's LSB."""
_MOST = 1 << 62


def _floor(value: Fraction) -> int:
    return (value.numerator << GRID) // value.denominator


def _ceil(value: Fraction) -> int:
    return -_floor(-value)


@dataclass(frozen=True, eq=False)
class MembraneBounds:
    """Error intervals of membranes before the reset, integer minus real, while spike trains agree.

    Parameters
    ----------
    low, high : ndarray of float64, shape (steps, neurons)
        In the membrane's real units, rounded outward.
    spike_margin, quiet_margin : ndarray of int64, shape (steps, neurons)
        A real neuron must spike where u - threshold >= spike_margin, and must not where u - threshold <= quiet_margin.
    """

    low: FloatArray
    high: FloatArray
    spike_margin: IntArray
    quiet_margin: IntArray

    @property
    def bound(self) -> float:
        """Largest magnitude over all steps and neurons."""
        return float(max(np.abs(self.low).max(), np.abs(self.high).max()))

    def agrees(self, params: LifParams, trace: LifTrace) -> npt.NDArray[np.bool_]:
        """Whether spike trains must agree, for each vector of a trace, shape (batch,); False where they might not."""
        over = trace.potential - params.threshold
        sure = np.where(trace.spikes == 1, over >= self.spike_margin, over <= self.quiet_margin)
        return np.asarray((sure | trace.resting).all(axis=(1, 2)))


def membrane_bounds(
    params: LifParams,
    current_low: object,
    current_high: object,
    *,
    threshold_error: Fraction = Fraction(0),
    reset_error: Fraction = Fraction(0),
) -> MembraneBounds:
    """Bounds of a layer of neurons.

    Parameters
    ----------
    params : LifParams
    current_low, current_high : array_like of float, shape (neurons,)
        Error interval of each neuron's current in every step, hardware minus exact, in real units.
    threshold_error, reset_error : Fraction
        Code less real value of threshold and reset value, in units of the membrane's LSB.

    Raises
    ------
    InputError
        If the intervals have the wrong shape, are empty, not finite or larger than any membrane.
    """
    lows = float_array(current_low, f"{params.name}: current_low")
    highs = float_array(current_high, f"{params.name}: current_high")
    for what, array in (("current_low", lows), ("current_high", highs)):
        if array.shape != (params.neurons,):
            raise InputError(f"{params.name}: {what} must have shape ({params.neurons},), got {array.shape}")
    if (lows > highs).any():
        neuron = int(np.flatnonzero(lows > highs)[0])
        raise InputError(
            f"{params.name}: current_low {lows[neuron]} of neuron {neuron} exceeds current_high {highs[neuron]}"
        )
    scale = Fraction(2) ** params.inputs.format.fraction
    worst = float(max(np.abs(lows).max(), np.abs(highs).max()))
    if Fraction(worst) * scale >= _MOST:
        raise InputError(
            f"{params.name}: an error of {worst:.6g} in a current is beyond what any membrane holds; "
            "use more weight bits"
        )
    cache: dict[tuple[float, float], list[tuple[int, int]]] = {}
    for pair in zip(lows.tolist(), highs.tolist(), strict=True):
        if pair not in cache:
            first, last = (Fraction(end) * scale for end in pair)
            cache[pair] = _recursion(params, _floor(first), _ceil(last), threshold_error, reset_error)
    columns = [cache[pair] for pair in zip(lows.tolist(), highs.tolist(), strict=True)]
    unit = -(params.inputs.format.fraction + GRID)
    shape = (params.steps, params.neurons)
    low_out, high_out = np.empty(shape), np.empty(shape)
    spike, quiet = np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.int64)
    threshold_low, threshold_high = _floor(threshold_error), _ceil(threshold_error)
    for neuron, column in enumerate(columns):
        for step, (low, high) in enumerate(column):
            low_out[step, neuron] = _outward(low, -np.inf)
            high_out[step, neuron] = _outward(high, np.inf)
            # s >= theta, theta = threshold - its error, is certain where u - threshold >= high - error.
            spike[step, neuron] = min(-((threshold_low - high) >> GRID), _MOST)
            quiet[step, neuron] = max(-((threshold_high - low) >> GRID) - 1, -_MOST)
    return MembraneBounds(np.ldexp(low_out, unit), np.ldexp(high_out, unit), spike, quiet)


def _outward(value: int, towards: float) -> float:
    number = float(value)
    return number if int(number) == value else float(np.nextafter(number, towards))


def _recursion(
    params: LifParams, delta_low: int, delta_high: int, threshold_error: Fraction, reset_error: Fraction
) -> list[tuple[int, int]]:
    """Interval of d in every step."""
    factor, leak_error = params.leak.factor, params.leak.error
    rho_low, rho_high = _floor(leak_error[0]), _ceil(leak_error[1])
    steps: list[tuple[int, int]] = []
    low = high = 0
    for step in range(params.steps):
        # The first leak is that of 0, which is exact.
        d_low = low * factor.numerator // factor.denominator + delta_low + (rho_low if step else 0)
        d_high = -(-high * factor.numerator // factor.denominator) + delta_high + (rho_high if step else 0)
        if params.saturates:
            d_low, d_high = min(d_low, 0), max(d_high, 0)
        steps.append((d_low, d_high))
        ends = [d_low, d_high]
        if params.can_spike and params.reset.subtracts:
            ends += [d_low - _ceil(threshold_error), d_high - _floor(threshold_error)]
        elif params.can_spike:
            ends += [_floor(reset_error), _ceil(reset_error)]
        if params.refractory:
            ends += [low, high]
        low, high = min(ends), max(ends)
    return steps
