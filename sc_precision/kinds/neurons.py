# SPDX-License-Identifier: Apache-2.0
"""Leaky integrate-and-fire neurons."""

from __future__ import annotations

from typing import Any

import numpy as np

from sc_precision.gateware.neurons import Lif
from sc_precision.golden.neurons import lif_trace
from sc_precision.params import IntArray
from sc_precision.params.kind import Ends, LayerKind, register
from sc_precision.params.neurons import LifParams
from sc_precision.plan.bounds import LayerBounds
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.dense.claims import Claim
from sc_precision.properties.neurons.lif import current_range, lif_lemmas, membrane_ranges


class LifNeurons(LayerKind[LifParams]):
    params = LifParams
    page = "neurons.md"
    datapath = "spiking"
    summary = "leaky integrate-and-fire neurons, their membranes kept between steps"

    def outputs(self, params: LifParams, codes: IntArray) -> IntArray:
        return lif_trace(params, codes).spikes

    def component(self, params: LifParams) -> Any:
        return Lif(params)

    def bounds(self, params: LifParams, low: IntArray, high: IntArray) -> LayerBounds | None:
        membrane_ranges(params)  # or there is no table of them
        return None

    def takes(self, params: LifParams) -> tuple[int, int]:
        return current_range(params)

    def delivers(self, params: LifParams, bounds: LayerBounds | None) -> Ends:
        return np.zeros(params.n_out, dtype=np.int64), np.ones(params.n_out, dtype=np.int64)

    def lemmas(self, claim: Claim[LifParams], hdl: dict[str, str]) -> list[Lemma]:
        return lif_lemmas(claim.params, hdl)


register(LifNeurons())
