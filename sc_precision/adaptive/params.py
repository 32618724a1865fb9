# SPDX-License-Identifier: Apache-2.0
"""Parameters of the adaptive wrapper: a low-precision and a high-precision network of one function."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from sc_precision.adaptive.rescale import Rescale
from sc_precision.arguments import real
from sc_precision.errors import InputError
from sc_precision.modes import Mode
from sc_precision.params.codes import InputCodes, IntArray, frozen_int_array
from sc_precision.params.layer import check_chain
from sc_precision.verilog import check_module_name

if TYPE_CHECKING:
    from sc_precision.params import DenseParams


COUNTER_WIDTH = 32
"""Bits of the counters of decisions; they wrap."""


class Policy(Mode):
    """Which of the two networks speaks."""

    HP_AUTHORITATIVE = "hp_authoritative"
    """HP always; LP runs beside it, and `use_hp` says what hysteresis on LP's outputs would choose."""
    HYSTERESIS = "hysteresis"
    """LP until an output reaches the upper threshold, HP from that vector on until all stay under the lower one."""
    CERTIFIED = "certified"
    """LP first; HP where LP's margins do not prove that HP decides alike."""


@dataclass(frozen=True)
class Thresholds:
    """Where hysteresis switches, as fractions of the output range; InputError unless 0 < down < up < 1."""

    up: float = 0.8
    down: float = 0.5

    def __post_init__(self) -> None:
        object.__setattr__(self, "up", real("threshold_up_pct", self.up))
        object.__setattr__(self, "down", real("threshold_down_pct", self.down))
        if not 0.0 < self.down < self.up < 1.0:
            raise InputError(
                f"thresholds must keep 0 < threshold_down_pct < threshold_up_pct < 1, got {self.down!r} and {self.up!r}"
            )

    def codes(self, output: InputCodes, where: str) -> tuple[int, int]:
        """Up and down threshold as magnitudes of output codes, to the nearest even.

        Raises InputError if they are equal there, or the lower one is 0.
        """
        full = max(-output.low, output.high)
        up, down = (round(Fraction(share) * full) for share in (self.up, self.down))
        if up == down or down == 0:
            raise InputError(
                f"{where}: thresholds {self.up!r} and {self.down!r} become the codes {up} and {down} of "
                f"{output.format.label}, which must differ and not be 0; use thresholds further apart or a finer format"
            )
        return up, down


@dataclass(frozen=True, eq=False)
class AdaptiveParams:
    """Parameters of an adaptive wrapper.

    Parameters
    ----------
    name : str
        Verilog module name.
    lp, hp : sequence of DenseParams
        Layers of the low- and of the high-precision network, first to last. Their names differ.
    policy : Policy
    thresholds : Thresholds
        Of hysteresis; not used where decisions are certified.
    margins : ndarray of int, shape (n_out, n_out), optional
        For the certified policy: where LP's score c exceeds every score j by more than `margins[c, j]` codes, c is
        HP's decision too. See `adaptive.certify`.

    Raises
    ------
    InputError
        If the networks do not fit one another, or a threshold cannot be used.
    """

    name: str
    lp: tuple[DenseParams, ...]
    hp: tuple[DenseParams, ...]
    policy: Policy = field(kw_only=True)
    thresholds: Thresholds = field(default_factory=Thresholds, kw_only=True)
    margins: IntArray | None = field(default=None, kw_only=True)

    kind = "adaptive"

    def __post_init__(self) -> None:
        check_module_name(self.name)
        if not isinstance(self.policy, Policy) or not isinstance(self.thresholds, Thresholds):
            raise InputError(f"{self.name}: policy and thresholds must be of Policy and Thresholds")
        for what in ("lp", "hp"):
            object.__setattr__(self, what, check_chain(getattr(self, what), f"{self.name}: {what}"))
        names = [self.name, *(layer.name for layer in (*self.lp, *self.hp))]
        if len(set(names)) != len(names):
            raise InputError(f"{self.name}: modules must have names of their own, got {', '.join(names)}")
        for what in ("n_in", "n_out"):
            ends = [(layers[0].n_in if what == "n_in" else layers[-1].n_out) for layers in (self.lp, self.hp)]
            if ends[0] != ends[1]:
                raise InputError(f"{self.name}: {what} is {ends[0]} of LP but {ends[1]} of HP")
        # Built once here, so that a pair that cannot be converted is refused now.
        object.__setattr__(self, "to_lp", Rescale(self.hp[0].inputs.format, self.lp[0].inputs))
        object.__setattr__(self, "to_hp", Rescale(self.lp[-1].output.format, self.hp[-1].output))
        if self.policy is Policy.CERTIFIED:
            self._check_margins()
        else:
            if self.margins is not None:
                raise InputError(f"{self.name}: margins belong to the certified policy alone")
            _ = self.lp_thresholds, self.hp_thresholds

    to_lp: Rescale = field(init=False)
    """From HP's input codes to LP's."""
    to_hp: Rescale = field(init=False)
    """From LP's output codes to HP's."""

    def _check_margins(self) -> None:
        if self.n_out < 2:
            raise InputError(f"{self.name}: certified decisions need at least two outputs, got {self.n_out}")
        shape = (self.n_out, self.n_out)
        margins = frozen_int_array(self.margins, "margins", self.name, shape)
        if margins.min() < -1:
            raise InputError(f"{self.name}: margins must be at least -1, got {margins.min()}")
        if len(self.lp) != len(self.hp):
            raise InputError(f"{self.name}: LP has {len(self.lp)} layers but HP {len(self.hp)}")
        object.__setattr__(self, "margins", margins)

    @property
    def n_in(self) -> int:
        """Inputs of a vector."""
        return self.hp[0].n_in

    @property
    def n_out(self) -> int:
        """Outputs of a vector."""
        return self.hp[-1].n_out

    @property
    def inputs(self) -> InputCodes:
        """Codes that arrive: HP's."""
        return self.hp[0].inputs

    @property
    def output(self) -> InputCodes:
        """Codes that leave: HP's."""
        return self.hp[-1].output

    @property
    def certified(self) -> bool:
        """Whether decisions are certified."""
        return self.policy is Policy.CERTIFIED

    @property
    def lp_thresholds(self) -> tuple[int, int]:
        """Up and down threshold in LP's output codes."""
        return self.thresholds.codes(self.lp[-1].output, f"{self.name}: lp")

    @property
    def hp_thresholds(self) -> tuple[int, int]:
        """Up and down threshold in HP's output codes."""
        return self.thresholds.codes(self.hp[-1].output, f"{self.name}: hp")

    @property
    def margin_limit(self) -> int:
        """What no margin of LP scores exceeds; thresholds are cut to it."""
        return self.lp[-1].output.high - self.lp[-1].output.low

    @property
    def margin_codes(self) -> IntArray:
        """`margins`, cut to `margin_limit`: what the hardware compares with."""
        assert self.margins is not None
        return np.minimum(self.margins, self.margin_limit)

    @property
    def lp_cycles(self) -> int:
        """Cycles without stalls from a vector's first input to LP's last output, both included."""
        return _chain_cycles(self.lp)

    @property
    def hp_cycles(self) -> int:
        """Cycles without stalls from a vector's first input to HP's last output, both included."""
        return _chain_cycles(self.hp)

    @property
    def early_cycles(self) -> int:
        """Cycles a vector that LP answers, without stalls; not of the policy that always takes HP."""
        return self.lp_cycles + self._check_cycles + self.n_out

    @property
    def late_cycles(self) -> int:
        """Cycles a vector for which HP runs after LP, without stalls."""
        return self.lp_cycles + self._check_cycles + self.hp_cycles + 1 + self.n_out

    @property
    def direct_cycles(self) -> int:
        """Cycles a vector for which HP runs at once, beside LP or without it, without stalls."""
        beside = self.lp_cycles if self.policy is Policy.HP_AUTHORITATIVE else 0
        return max(beside, self.hp_cycles) + 1 + self.n_out

    @property
    def most_cycles(self) -> int:
        """Cycles of the slowest vector, without stalls."""
        return self.direct_cycles if self.policy is Policy.HP_AUTHORITATIVE else self.late_cycles

    @property
    def _check_cycles(self) -> int:
        """One to see that LP is done, then one for its peak, or one for each score and one more."""
        return self.n_out + 2 if self.certified else 2

    @property
    def least_margins(self) -> IntArray:
        """What the margin over each score must at least be, `[winner, other]`; 0 on the diagonal."""
        return self.margin_codes + 1

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        common = {
            "name": self.name,
            "kind": self.kind,
            "policy": self.policy.value,
            "n_in": self.n_in,
            "n_out": self.n_out,
            "to_lp": self.to_lp.to_dict(),
            "to_hp": self.to_hp.to_dict(),
            "counter_width": COUNTER_WIDTH,
            "lp_layers": [layer.to_dict() for layer in self.lp],
            "hp_layers": [layer.to_dict() for layer in self.hp],
        }
        if self.certified:
            cycles = {"early": self.early_cycles, "late": self.late_cycles}
            return common | {"margins": self.margin_codes.tolist(), "cycles_per_vector": cycles}
        cycles = {"hp": self.direct_cycles}
        if self.policy is Policy.HYSTERESIS:
            cycles |= {"lp": self.early_cycles, "lp_to_hp": self.late_cycles}
        thresholds = {
            path: dict(zip(("up", "down"), codes, strict=True))
            for path, codes in (("lp", self.lp_thresholds), ("hp", self.hp_thresholds))
        }
        return common | {"threshold_codes": thresholds, "cycles_per_vector": cycles}


def _chain_cycles(layers: tuple[DenseParams, ...]) -> int:
    """A layer loads while the one before it gives its outputs."""
    return layers[0].n_in + sum(int(layer.to_dict()["cycles_per_vector"]) - layer.n_in for layer in layers)
