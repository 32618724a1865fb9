# SPDX-License-Identifier: Apache-2.0
"""Pairs of plans for an adaptive wrapper, in words, and what they save."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sc_precision.adaptive.golden import adaptive_outputs
from sc_precision.adaptive.params import AdaptiveParams
from sc_precision.arguments import show
from sc_precision.errors import InputError
from sc_precision.golden import network_outputs
from sc_precision.modes import Datapath
from sc_precision.network import Network
from sc_precision.params import IntArray
from sc_precision.plan.result import NetworkPlan
from sc_precision.plan.uniform import uniform_plan

_WORDS = re.compile(r"(?:fixed:(?P<bits>\d{1,4})(?:x(?P<lanes>\d{1,6}))?|stochastic:(?P<length>\d{1,8}))", re.ASCII)


def plan_from_words(words: str, network: Network, *, where: str = "plan") -> NetworkPlan:
    """Plan that a few words describe.

    Parameters
    ----------
    words : str
        ``fixed:<bits>`` or ``fixed:<bits>x<lanes>`` (8 lanes by default), ``stochastic:<length>``: the same for all
        synapses; anything else is the name of a plan's file.
    network : Network
    where : str
        What messages call it.

    Raises
    ------
    InputError
        If the words mean nothing, or the file cannot be used.
    """
    match = _WORDS.fullmatch(words)
    if match is None:
        if re.match(r"(fixed|stochastic)\b", words) or not Path(words).is_file():
            raise InputError(
                f"{where} {show(words)} is no plan; write fixed:<bits>, fixed:<bits>x<lanes>, stochastic:<length> or "
                "the name of a plan's .npz file"
            )
        return NetworkPlan.load(words)
    try:
        if match["length"]:
            return uniform_plan(network, Datapath.STOCHASTIC, length=int(match["length"]))
        return uniform_plan(network, Datapath.FIXED, bits=int(match["bits"]), lanes=int(match["lanes"] or 8))
    except InputError as error:
        raise InputError(f"{where} {show(words)}: {error}") from None


@dataclass(frozen=True)
class Savings:
    """What a wrapper does with a batch of vectors, by its golden model, which is exact in cycles too.

    Vectors, and those that LP answered; mean cycles from a vector's first input to its last output, without stalls; the
    same for HP's network alone, and the cycles between vectors that it can keep up, its layers working on different
    vectors; vectors whose decision is that of HP's network alone.
    """

    vectors: int
    by_lp: int
    mean_cycles: float
    hp_latency: int
    hp_interval: int
    agree: int

    @classmethod
    def measure(cls, params: AdaptiveParams, codes: IntArray) -> Savings:
        """Of a batch of input codes."""
        found = adaptive_outputs(params, codes)
        alone = network_outputs(params.hp, codes)[-1].argmax(axis=1)
        return cls(
            vectors=len(codes),
            by_lp=int((~found.use_hp).sum()),
            mean_cycles=float(found.cycles.mean()),
            hp_latency=params.hp_cycles,
            hp_interval=max(int(layer.to_dict()["cycles_per_vector"]) for layer in params.hp),
            agree=int((found.decision == alone).sum()),
        )

    def lines(self, what: str) -> list[str]:
        """A few lines for people."""
        return [
            f"{what}: {self.by_lp} of {self.vectors} answered by LP, {self.agree} decisions as HP's",
            f"{what}: {self.mean_cycles:.1f} cycles a vector on average; HP alone {self.hp_latency} one at a time "
            f"(ratio {self.mean_cycles / self.hp_latency:.3f}), {self.hp_interval} with its layers in a pipeline "
            f"(ratio {self.mean_cycles / self.hp_interval:.3f})",
        ]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "vectors": self.vectors,
            "answered_by_lp": self.by_lp,
            "decisions_as_hp": self.agree,
            "mean_cycles": round(self.mean_cycles, 3),
            "hp_latency_cycles": self.hp_latency,
            "hp_interval_cycles": self.hp_interval,
        }


def random_pair_codes(params: AdaptiveParams, count: int, seed: int) -> IntArray:
    """Random input vectors within the planned range."""
    rng = np.random.default_rng(seed)
    return rng.integers(params.inputs.low, params.inputs.high, (count, params.n_in), endpoint=True)
