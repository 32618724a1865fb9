# SPDX-License-Identifier: Apache-2.0
"""Golden model of the adaptive wrapper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sc_precision.adaptive.params import AdaptiveParams, Policy
from sc_precision.golden.layers import network_outputs
from sc_precision.params import IntArray


@dataclass(frozen=True, eq=False)
class AdaptiveOutputs:
    """What the wrapper says of a batch of vectors, in order.

    Codes of HP's output format, shape (batch, n_out); whether HP's outputs are sent, or under `hp_authoritative`, where
    they always are, what hysteresis would choose; the first greatest output of the network that spoke; which networks
    computed the vector; the cycles that it takes without stalls.
    """

    codes: IntArray
    use_hp: npt.NDArray[np.bool_]
    decision: IntArray
    lp_ran: npt.NDArray[np.bool_]
    hp_ran: npt.NDArray[np.bool_]
    cycles: IntArray


def certified_early(params: AdaptiveParams, inputs: IntArray, scores: IntArray) -> npt.NDArray[np.bool_]:
    """Whether LP's scores, codes of shape (batch, n_out), prove HP's decision, for each vector.

    An input code outside the planned range proves nothing.
    """
    winner = scores.argmax(axis=1)
    margins = scores[np.arange(len(scores)), winner][:, None] - scores
    proven = margins > params.margin_codes[winner]
    in_range = (inputs >= params.inputs.low) & (inputs <= params.inputs.high)
    return np.asarray(proven.all(axis=1, where=np.arange(params.n_out) != winner[:, None]) & in_range.all(axis=1))


def adaptive_outputs(params: AdaptiveParams, codes: object, *, use_hp: bool = False) -> AdaptiveOutputs:
    """What the hardware does with a batch of vectors of HP input codes, shape (batch, n_in), one after the other.

    `use_hp` is the state of the hysteresis before the first vector; after reset it is False.
    """
    hp = network_outputs(params.hp, codes)[-1]
    inputs = np.asarray(codes, dtype=np.int64)
    lp = network_outputs(params.lp, params.to_lp.apply(inputs))[-1]
    count = len(inputs)
    if params.certified:
        late = ~certified_early(params, inputs, lp)
        ran, flags = np.ones(count, dtype=bool), late
        cycles = np.where(late, params.late_cycles, params.early_cycles)
    else:
        flags, before = _hysteresis(params, np.abs(lp).max(axis=1), np.abs(hp).max(axis=1), use_hp)
        always = params.policy is Policy.HP_AUTHORITATIVE
        ran, late = (np.ones(count, dtype=bool), np.ones(count, dtype=bool)) if always else (~before, flags)
        cycles = np.where(flags, params.late_cycles, params.early_cycles)
        cycles = np.where(before | always, params.direct_cycles, cycles)
    return AdaptiveOutputs(
        codes=np.where(late[:, None], hp, params.to_hp.apply(lp)),
        use_hp=flags,
        decision=np.where(late, hp.argmax(axis=1), lp.argmax(axis=1)),
        lp_ran=ran,
        hp_ran=late,
        cycles=cycles,
    )


def _hysteresis(
    params: AdaptiveParams, lp_peaks: IntArray, hp_peaks: IntArray, state: bool
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Flag of each vector, and the state before it."""
    flags, before = np.zeros(len(lp_peaks), dtype=bool), np.zeros(len(lp_peaks), dtype=bool)
    (lp_up, lp_down), (_, hp_down) = params.lp_thresholds, params.hp_thresholds
    for index, (lp, hp) in enumerate(zip(lp_peaks.tolist(), hp_peaks.tolist(), strict=True)):
        before[index] = state
        if params.policy is Policy.HP_AUTHORITATIVE:
            state = lp >= lp_up or (state and lp >= lp_down)
            flags[index] = state
        else:
            flags[index] = state or lp >= lp_up
            # A vector that HP answers decides by its own outputs whether LP has the next one.
            state = bool(flags[index] and hp >= hp_down)
    return flags, before
