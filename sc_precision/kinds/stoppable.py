# SPDX-License-Identifier: Apache-2.0
"""Layers of bitstreams that can be stopped early, with an estimate of their result."""

from __future__ import annotations

from typing import Any

from sc_precision.gateware.progressive import ProgressiveDense
from sc_precision.golden.progressive import progressive_accumulators
from sc_precision.kinds.dense import OwnKind
from sc_precision.modes import Datapath
from sc_precision.params import IntArray, ProgressiveDenseParams
from sc_precision.params.kind import register
from sc_precision.plan.stream_errors import Contributions, stopped_stream_errors
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.dense.claims import Claim
from sc_precision.properties.stochastic.progressive import progressive_lemmas


class StoppableStreams(OwnKind[ProgressiveDenseParams]):
    params = ProgressiveDenseParams
    page = "stochastic.md"
    datapath = Datapath.STOCHASTIC
    summary = "bitstreams whose running counts are estimates with a bound"

    def accumulators(self, params: ProgressiveDenseParams, codes: IntArray) -> IntArray:
        return self.estimates(params, codes, params.max_log2)

    def estimates(self, params: ProgressiveDenseParams, codes: IntArray, log2: int) -> IntArray:
        return progressive_accumulators(params, codes, log2)

    def component(self, params: ProgressiveDenseParams) -> Any:
        return ProgressiveDense(params)

    def contributions(
        self, params: ProgressiveDenseParams, low: IntArray, high: IntArray, k: int, log2: int | None = None
    ) -> Contributions:
        return stopped_stream_errors(params, low, high, k, log2)

    def core_lemmas(self, claim: Claim[ProgressiveDenseParams], hdl: dict[str, str]) -> list[Lemma]:
        return progressive_lemmas(claim.params, hdl)


register(StoppableStreams())
