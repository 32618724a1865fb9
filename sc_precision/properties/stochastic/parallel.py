# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the stochastic layer: streams, counts, rows, and the controller that joins them."""

from __future__ import annotations

from sc_precision.params import StochasticDenseParams
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.stochastic.control import stochastic_control
from sc_precision.properties.stochastic.counts import count_lemmas
from sc_precision.properties.stochastic.error import stochastic_error_lemmas
from sc_precision.properties.stochastic.rows import row_lemmas
from sc_precision.properties.stochastic.streams import stream_lemmas


def stochastic_lemmas(layer: LayerClaim[StochasticDenseParams], hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about one stochastic layer.

    A row adds its synapses' coincidences; each synapse's are those of a ramp, which is 1 in its first cycles, and a
    weight stream, whose count in its first cycles has a closed form; so each counts what the closed form says at the
    ramp's length, which is off by no more than planned; all synapses of an output together are off by no more than the
    plan's interval of that output.
    """
    streams = stream_lemmas(layer, hdl)
    below = [*streams, *count_lemmas(layer, tuple(lemma.name for lemma in streams)), *row_lemmas(layer, hdl)]
    below += stochastic_error_lemmas(layer, tuple(lemma.name for lemma in below))
    assumes = (*(lemma.name for lemma in below), f"{layer.params.name}_stage")
    return [*below, stochastic_control(layer, hdl, assumes)]
