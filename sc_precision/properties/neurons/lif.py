# SPDX-License-Identifier: Apache-2.0
"""Lemmas about leaky integrate-and-fire neurons: the arithmetic of a step, and the state that is kept between steps.

The membrane's range is proven by induction over the steps of a run: `membrane_ranges` gives an interval for each step,
the lemma about the step shows that every current leads from one into the next, and the lemma about the layer that every
word of the membrane memory is in the interval of the steps that it has gone through.
"""

from __future__ import annotations

from sc_precision.params.neurons import LifParams
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.neurons.control import neuron_control
from sc_precision.properties.neurons.ranges import MOST_RANGES, current_range, membrane_ranges
from sc_precision.properties.neurons.step import step_range_lemma

__all__ = ["MOST_RANGES", "current_range", "lif_lemmas", "membrane_ranges"]


def lif_lemmas(params: LifParams, hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about one layer of neurons; InputError as in `membrane_ranges`.

    ``<layer>_step_range``, the step; ``<layer>_control``, what is kept between steps and the stream protocol.
    """
    ranges = membrane_ranges(params)
    return [step_range_lemma(params, hdl, ranges), neuron_control(params, hdl, ranges)]
