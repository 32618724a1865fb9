# SPDX-License-Identifier: Apache-2.0
"""What the bench of a chain of layers expects, neurons among them: output frames, and cycles from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from sc_precision.design.vectors import Arrays
from sc_precision.errors import InputError
from sc_precision.golden import network_outputs
from sc_precision.golden.codes import check_codes
from sc_precision.golden.neurons import spiking_outputs
from sc_precision.params import DenseParams, IntArray, LayerParams
from sc_precision.params.layer import check_chain
from sc_precision.params.neurons import Drive, LifParams


def check_layers(layers: Sequence[LayerParams], where: str) -> tuple[LayerParams, ...]:
    """Layers that feed one another, as a tuple, or an InputError that begins with `where`.

    Refused are no layers, two that do not fit, and neurons that take steps of their own.
    """
    chain = check_chain(layers, where, stateful=True)
    neurons = [cast("LifParams", layer) for layer in chain if layer.stateful]
    for later in neurons[1:]:
        first = neurons[0]
        if later.steps != first.steps:
            raise InputError(
                f"{where}: {later.name} takes {later.steps} steps but {first.name} {first.steps}; all neurons of a "
                "network step together"
            )
        if later.drive is Drive.CONSTANT:
            raise InputError(
                f"{where}: {later.name} is driven by constant currents, but comes after {first.name}, whose spikes "
                "change with each step; use Drive.STEPS"
            )
    return chain


def _neurons(chain: Sequence[LayerParams]) -> tuple[int, LifParams] | None:
    """Place and parameters of the first layer of neurons."""
    return next(((k, cast("LifParams", layer)) for k, layer in enumerate(chain) if layer.stateful), None)


def output_frames(chain: Sequence[LayerParams], frames: object) -> IntArray:
    """Output frames for input frames, shape (frames, n_in), that follow one another from a reset on.

    A frame is a vector; of neurons that are driven in steps, a step: every `steps` of them are a run, the last may be
    shorter. As many frames come out as came in, or `steps` for each where the neurons are driven by constant currents.
    """
    found = _neurons(chain)
    if found is None:
        return network_outputs(cast("Sequence[DenseParams]", chain), frames)[-1]
    _, neurons = found
    codes = check_codes(chain[0].inputs, chain[0].n_in, frames, chain[0].name)
    count = len(codes)
    if neurons.drive is Drive.STEPS:
        # What is missing of the last run comes after all that is asked for.
        missing = -count % neurons.steps
        codes = np.concatenate([codes, np.zeros((missing, codes.shape[1]), dtype=np.int64)])
        codes = codes.reshape(-1, neurons.steps, codes.shape[1])
    spikes = spiking_outputs(chain, codes)[-1].reshape(-1, chain[-1].n_out)
    return spikes[:count] if neurons.drive is Drive.STEPS else spikes


def frame_cycles(chain: Sequence[LayerParams]) -> IntArray:
    """Cycles between output frames without stalls: at least the greatest of these, at most their sum."""
    found = _neurons(chain)
    cycles = [int(layer.to_dict()["cycles_per_vector"]) for layer in chain]
    if found is None or found[1].drive is Drive.STEPS:
        return np.array(cycles, dtype=np.int64)
    place, neurons = found
    steps = [neurons.cycles_per_step, *cycles[place + 1 :]]
    # Where a run ends, the next one has to be loaded, and what comes before the neurons may be waited for.
    rest, most = neurons.neurons + 1 + sum(cycles[:place]), max(steps)
    return np.array([*steps, *[most] * (rest // most), rest % most], dtype=np.int64)


def chain_model(chain: Sequence[LayerParams], codes: object) -> Arrays:
    """What the bench of a chain expects of input codes, see `Design.model`."""
    return {
        "expected": output_frames(chain, codes),
        "output_signed": np.array(chain[-1].output.format.signed),
        "cycles_per_vector": frame_cycles(chain),
    }
