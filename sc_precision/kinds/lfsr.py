# SPDX-License-Identifier: Apache-2.0
"""Layers of LFSR bitstreams: a function of their input codes that is proven, with an error that is statistical."""

from __future__ import annotations

from typing import Any

from sc_precision.gateware.stochastic_lfsr import LfsrDense
from sc_precision.golden.stochastic_lfsr import lfsr_accumulators
from sc_precision.kinds.dense import OwnKind
from sc_precision.modes import Datapath
from sc_precision.params import IntArray, LfsrDenseParams
from sc_precision.params.kind import register
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.dense.claims import Claim
from sc_precision.properties.stochastic.lfsr import lfsr_lemmas


class LfsrStreams(OwnKind[LfsrDenseParams]):
    params = LfsrDenseParams
    page = "streams.md"
    datapath = Datapath.STOCHASTIC
    summary = "bitstreams from linear feedback shift registers"
    statistical = True

    def accumulators(self, params: LfsrDenseParams, codes: IntArray) -> IntArray:
        return lfsr_accumulators(params, codes)

    def component(self, params: LfsrDenseParams) -> Any:
        return LfsrDense(params)

    def core_lemmas(self, claim: Claim[LfsrDenseParams], hdl: dict[str, str]) -> list[Lemma]:
        return lfsr_lemmas(claim.params, hdl)


register(LfsrStreams())
