# SPDX-License-Identifier: Apache-2.0
"""Golden models of spiking layers and of networks with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sc_precision.arguments import plain_array, show
from sc_precision.errors import InputError
from sc_precision.golden.codes import check_codes
from sc_precision.params import IntArray, LayerParams
from sc_precision.params.kind import kind_of
from sc_precision.params.neurons import Drive, LifParams


@dataclass(frozen=True, eq=False)
class LifTrace:
    """What a layer of neurons does, step by step; all of shape (batch, steps, neurons).

    `spikes` is 1 where a neuron spikes; `potential` is u, the membrane before the reset, or that which is held where a
    neuron rests; `resting` tells whether a neuron is refractory in the step.
    """

    spikes: IntArray
    potential: IntArray
    resting: np.typing.NDArray[np.bool_]


def lif_trace(params: LifParams, currents: object) -> LifTrace:
    """Run a layer of neurons.

    Parameters
    ----------
    params : LifParams
    currents : array_like of int, shape (batch, steps, neurons), or (batch, neurons) for `Drive.CONSTANT`
        Any codes of the input format.

    Raises
    ------
    InputError
        If currents are no integers, of the wrong shape or outside the format.
    """
    array = plain_array(f"{params.name}: currents", currents)
    steps, neurons = params.steps, params.neurons
    shape = (neurons,) if params.drive is Drive.CONSTANT else (steps, neurons)
    if array.shape[1:] != shape:
        raise InputError(
            f"{params.name}: currents must have shape (batch, {', '.join(map(str, shape))}), got {array.shape}"
        )
    flat = check_codes(params.inputs, neurons, array.reshape(-1, neurons), params.name)
    batch = len(array)
    driven = (
        np.broadcast_to(flat[:, None, :], (batch, steps, neurons))
        if params.drive is Drive.CONSTANT
        else flat.reshape(batch, steps, neurons)
    )
    membrane = np.zeros((batch, neurons), dtype=np.int64)
    wait = np.zeros((batch, neurons), dtype=np.int64)
    spikes, potential = (np.empty((batch, steps, neurons), dtype=np.int64) for _ in range(2))
    resting = np.empty((batch, steps, neurons), dtype=np.bool_)
    for step in range(steps):
        idle = wait > 0
        total = params.leak.apply(membrane) + driven[:, step]
        total = np.clip(total, params.membrane.code_min, params.membrane.code_max)
        fires = ~idle & (total >= params.threshold)
        after = total - params.threshold if params.reset.subtracts else np.int64(params.reset_value)
        potential[:, step] = np.where(idle, membrane, total)
        membrane = np.where(idle, membrane, np.where(fires, after, total))
        wait = np.where(idle, wait - 1, np.where(fires, params.refractory, 0))
        spikes[:, step], resting[:, step] = fires, idle
    return LifTrace(spikes, potential, resting)


def spiking_outputs(layers: Sequence[LayerParams], codes: object) -> list[IntArray]:
    """Output codes of every layer of a network with spiking layers.

    Parameters
    ----------
    layers : sequence of dense parameters and LifParams
    codes : array_like of int, shape (batch, steps, n_in) or (batch, n_in)
        The latter where the first spiking layer has `Drive.CONSTANT`, or where there is none.

    Returns
    -------
    list of ndarray of int64, shapes (batch, [steps,] n_out of the layer)

    Raises
    ------
    InputError
        If codes do not fit a layer.
    """
    value: IntArray = np.asarray(codes)
    if value.ndim < 2 or 0 in value.shape[1:]:
        raise InputError(f"input codes must have shape (batch, [steps,] n_in), got {show(value.shape)}")
    outputs: list[IntArray] = []
    for params in layers:
        value = kind_of(params).outputs(params, value)
        outputs.append(value)
    return outputs
