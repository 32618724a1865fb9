# SPDX-License-Identifier: Apache-2.0
r"""What a plan is asked to keep: limits on the errors of outputs, or on the differences between two of them.

Every target is a set of constraints, one per row g of a matrix: sup over all inputs of g . e <= limit, where e is the
error of the outputs, hardware minus exact network. Rows are +-1 at one output, or e_j - e_c for a pair of outputs.

Decisions
---------
Let y be the exact outputs, h = y + e the hardware's, c the exact decision with y_c - y_j > m for all j other than c.
Then h_c - h_j = (y_c - y_j) - (e_j - e_c) > m - sup(e_j - e_c). So sup(e_j - e_c) <= m for every ordered pair makes
h_c > h_j strictly: the hardware has no tie at its largest output, and its argmax is c however ties are resolved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sc_precision.arguments import choice, positive, show
from sc_precision.errors import InputError
from sc_precision.network import FloatArray, Network, float_array
from sc_precision.plan.bounds import TINY, affine_interval, ordered_dot

KINDS = ("absolute", "per_output", "relative", "decision")
MAX_DECISION_OUTPUTS = 64
"""Most outputs of a network whose decisions are guaranteed: n * (n - 1) pairs are bounded, 4032 here."""
ARGUMENTS = dict(zip(KINDS, ("target_error", "target_errors", "relative_target", "decision_margin"), strict=True))
"""What the number of each kind is called, in messages and on the command line."""


@dataclass(frozen=True, eq=False)
class Constraints:
    """The constraints rows @ e <= limits of a target on one network, limits greater than 0.

    Rows, shape (n_rows, n_out), hold -1, 0 and 1. Where `pairs` is true they are differences of outputs; otherwise they
    are all errors up, then all errors down.
    """

    rows: FloatArray
    limits: FloatArray
    pairs: bool

    def name(self, index: int) -> str:
        """What a row bounds: ``e[3]``, ``-e[3]`` or ``e[3] - e[5]``."""
        plus, minus = self._places(index)
        if plus is None:
            return f"-e[{minus}]"
        return f"e[{plus}]" if minus is None else f"e[{plus}] - e[{minus}]"

    def _places(self, index: int) -> tuple[int | None, int | None]:
        found = [np.flatnonzero(self.rows[index] == sign) for sign in (1.0, -1.0)]
        plus, minus = (int(places[0]) if len(places) else None for places in found)
        return plus, minus

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready columns: e[plus] - e[minus] <= limits, null where there is no such term."""
        places = [self._places(index) for index in range(len(self.rows))]
        return {
            "plus": [plus for plus, _ in places],
            "minus": [minus for _, minus in places],
            "limits": self.limits.tolist(),
        }


@dataclass(frozen=True)
class Target:
    """What a plan must keep for every input in range; use the constructors.

    Parameters
    ----------
    kind : {"absolute", "per_output", "relative", "decision"}
    values : tuple of float
        One number, or one for each output where the kind is ``per_output``; all greater than 0.

    Raises
    ------
    InputError
        If the kind is unknown or a value is not a finite number greater than 0.
    """

    kind: str
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        choice("target kind", self.kind, KINDS)
        if not isinstance(self.values, tuple) or not self.values:
            raise InputError(f"{self.argument} must be a non-empty tuple of numbers, got {show(self.values)}")
        if self.kind == "per_output":
            names = [f"{self.argument}: entry {index}" for index in range(len(self.values))]
        elif len(self.values) == 1:
            names = [self.argument]
        else:
            raise InputError(f"{self.argument} must be one number, got {show(self.values)}")
        values = tuple(positive(name, value) for name, value in zip(names, self.values, strict=True))
        object.__setattr__(self, "values", values)

    @classmethod
    def absolute(cls, error: float) -> Target:
        """No output errs by more than `error`."""
        return cls("absolute", (error,))

    @classmethod
    def per_output(cls, errors: object) -> Target:
        """No output i errs by more than errors[i], array_like of shape (n_out,)."""
        array = float_array(errors, "target_errors")
        if array.ndim != 1 or not len(array):
            raise InputError(f"target_errors must be a non-empty vector (n_out,), got shape {array.shape}")
        return cls("per_output", tuple(array.tolist()))

    @classmethod
    def relative(cls, share: float) -> Target:
        """No output errs by more than this share of its range.

        The range is that of the exact network by interval arithmetic over the input box, see `output_ranges`.
        """
        return cls("relative", (share,))

    @classmethod
    def decision(cls, margin: float) -> Target:
        """Where the exact network's largest output exceeds all others by more than `margin`, the hardware's does too.

        At most 64 outputs: all ordered pairs of outputs are bounded.
        """
        return cls("decision", (margin,))

    @property
    def argument(self) -> str:
        """Name of the value in messages."""
        return ARGUMENTS[self.kind]

    @property
    def label(self) -> str:
        """A few words."""
        value = f"{self.values[0]:.6g}"
        if self.kind == "relative":
            return f"{100 * self.values[0]:.6g} % of each output's range"
        if self.kind == "decision":
            return f"no decision with a margin above {value} changes"
        return value if self.kind == "absolute" else f"{min(self.values):.6g} to {max(self.values):.6g}, per output"

    def constraints(self, network: Network) -> Constraints:
        """Rows and limits on a network's outputs.

        Raises InputError if the target does not fit the network: another number of outputs, an output without a range,
        too many or too few outputs for decisions.
        """
        n_out, unit = network.n_out, np.eye(network.n_out)
        if self.kind == "decision":
            if not 2 <= n_out <= MAX_DECISION_OUTPUTS:
                raise InputError(
                    f"decision_margin needs 2 to {MAX_DECISION_OUTPUTS} outputs, the network has {n_out}; "
                    "use target_error, half the margin"
                )
            first, second = np.nonzero(~np.eye(n_out, dtype=bool))
            return Constraints(unit[first] - unit[second], np.full(len(first), self.values[0]), pairs=True)
        limits = np.array(self.values)
        if self.kind == "relative":
            low, high = output_ranges(network)
            limits = _down(self.values[0] * _down(high - low))
            if limits.min() <= 0.0:
                raise InputError(
                    f"relative_target: output {limits.argmin()} has no range, it is the same for all inputs; "
                    "use target_error or target_errors"
                )
        if len(limits) not in (1, n_out) or (self.kind != "absolute" and len(limits) != n_out):
            raise InputError(f"target_errors must have {n_out} entries, one per output, got {len(limits)}")
        return Constraints(np.concatenate([unit, -unit]), np.tile(np.broadcast_to(limits, n_out), 2), pairs=False)

    def reached(self, bounds: FloatArray, limits: FloatArray) -> float:
        """What the bounds of the rows keep, in the units of `values`; of the worst output where these are several."""
        use = bounds / limits
        if self.kind == "relative":
            return float(self.values[0] * use.max())
        return float(bounds[use.argmax()])

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {"kind": self.kind, "values": list(self.values)}

    @staticmethod
    def from_dict(data: object) -> Target:
        """Target that `to_dict` described, or InputError if it is none."""
        if not isinstance(data, Mapping) or set(data) != {"kind", "values"} or not isinstance(data["values"], list):
            raise InputError(f"target must have a kind and a list of values, got {show(data)}")
        return Target(data["kind"], tuple(data["values"]))


def _down(value: FloatArray) -> FloatArray:
    return np.asarray(np.nextafter(value, -np.inf))


def output_ranges(network: Network) -> tuple[FloatArray, FloatArray]:
    """Range of the exact network's outputs over the input box, by interval arithmetic layer after layer.

    Rounded *inward*, so that a share of it is never too loose a limit: the result lies inside the interval that exact
    arithmetic would give, by a few units in the last place of what is added up. That interval holds every output that
    occurs; where a network has several layers it is wider than these.
    """
    low, high = np.full(network.n_in, network.input_low), np.full(network.n_in, network.input_high)
    slack = np.zeros(network.n_in)
    for dense in network.layers:
        weight = np.abs(dense.weight)
        reach = ordered_dot(weight, np.maximum(np.abs(low), np.abs(high))) + np.abs(dense.bias)
        low, high = affine_interval(dense.weight, low, high)
        low, high = low + dense.bias, high + dense.bias
        # At least twice what rounding, outward in `affine_interval`, has moved the ends by so far.
        slack = ordered_dot(weight, slack) * (1 + 1e-9) + (8 * dense.n_in + 64) * (2.0**-52 * reach + TINY)
        if dense.activation.rectifies:
            low, high = np.maximum(low, 0.0), np.maximum(high, 0.0)
    return low + slack, high - slack
