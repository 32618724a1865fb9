# SPDX-License-Identifier: Apache-2.0
"""Golden models of the dense layers and of a network of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from sc_precision.golden.codes import check_codes
from sc_precision.params import DenseParams, IntArray
from sc_precision.params.kind import kind_of
from sc_precision.params.progressive import check_progressive

BATCH_ELEMENTS = 1 << 22
"""Elements of the largest temporary array; larger batches are cut."""


def layer_accumulators(params: DenseParams, codes: object, log2: int | None = None) -> IntArray:
    """Accumulators of a layer after the last cycle, bias included.

    Parameters
    ----------
    params : DenseParams
    codes : array_like of int, shape (batch, n_in)
        Any codes of the input format.
    log2 : int, optional
        Stop a `ProgressiveDenseParams` layer after 2**log2 cycles.

    Returns
    -------
    ndarray of int64, shape (batch, n_out)
        Codes of `params.acc`.

    Raises
    ------
    InputError
        If codes are no integers, of the wrong shape or outside the format, or the layer cannot be stopped then.
    """
    array = check_codes(params.inputs, params.n_in, codes, params.name)
    kind = kind_of(params)
    model = partial(kind.accumulators, params)
    if log2 is not None:
        check_progressive(params, log2)
        model = partial(kind.estimates, params, log2=log2)
    acc = np.empty((len(array), params.n_out), dtype=np.int64)
    step = max(1, BATCH_ELEMENTS // max(params.n_in, params.n_out))
    for start in range(0, len(array), step):
        acc[start : start + step] = model(array[start : start + step])
    return acc


def output_stage(params: DenseParams, acc: IntArray) -> IntArray:
    """Activation, rounding and overflow of accumulator codes, any shape."""
    value = np.maximum(acc, 0) if params.activation.rectifies else acc
    value = params.rounding.drop(value, params.shift)
    return params.overflow.limit(value, params.output.low, params.output.high)


def layer_outputs(params: DenseParams, codes: object, log2: int | None = None) -> IntArray:
    """Output codes of one layer, shape (batch, n_out); see `layer_accumulators` for the arguments."""
    return output_stage(params, layer_accumulators(params, codes, log2))


def layer_values(layers: Sequence[DenseParams], inputs: Sequence[int]) -> list[dict[str, Any]]:
    """``layer``, ``accumulators`` and ``outputs`` of each layer for one vector of input codes; JSON-ready."""
    values = np.array([inputs], dtype=np.int64)
    found = []
    for params in layers:
        acc = layer_accumulators(params, values)
        values = output_stage(params, acc)
        found.append({"layer": params.name, "accumulators": acc[0].tolist(), "outputs": values[0].tolist()})
    return found


def network_outputs(layers: Sequence[DenseParams], codes: object) -> list[IntArray]:
    """Output codes of every layer of a network.

    Parameters
    ----------
    layers : sequence of DenseParams
    codes : array_like of int, shape (batch, n_in)

    Returns
    -------
    list of ndarray of int64, shapes (batch, n_out of the layer)
        The last one is the network's output.
    """
    outputs: list[IntArray] = []
    value = codes
    for params in layers:
        value = layer_outputs(params, value)
        outputs.append(value)
    return outputs
