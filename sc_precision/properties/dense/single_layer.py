# SPDX-License-Identifier: Apache-2.0
"""Layers that no network plan made, as the lemmas look at them."""

from __future__ import annotations

import numpy as np

from sc_precision.network import Dense
from sc_precision.params import StochasticDenseParams
from sc_precision.params.progressive import check_progressive
from sc_precision.plan.affine import Slopes
from sc_precision.plan.bounds import layer_bounds, layer_error
from sc_precision.plan.result import LayerPlan


def single_layer(params: StochasticDenseParams, dense: Dense | None = None, log2: int | None = None) -> LayerPlan:
    """A layer with exact inputs and its bounds; it composes with no other.

    Parameters
    ----------
    params : StochasticDenseParams
        The hardware, of any of its kinds.
    dense : Dense, optional
        The trained layer; that of the levels and biases themselves where omitted.
    log2 : int, optional
        log2 of the cycles after which a layer is stopped early; its whole streams by default.

    Raises
    ------
    InputError
        If the layer has no bounds, see `bounds.layer_bounds`, or no early estimates.
    """
    if log2 is not None:
        check_progressive(params, log2)
    if dense is None:
        weight = np.ldexp(params.scaled_levels.astype(np.float64), params.weight_exponent - params.max_log2)
        bias = np.ldexp(params.bias.astype(np.float64), -params.acc_fraction)
        dense = Dense(weight, bias, params.activation, params.name)
    low, high = (np.full(params.n_in, end, dtype=np.int64) for end in (params.inputs.low, params.inputs.high))
    bounds = layer_bounds(params, dense, np.minimum(low, 0), np.maximum(high, 0), log2)
    exact = np.zeros(params.n_in)
    error = layer_error(params, dense, bounds, exact, exact)
    return LayerPlan(
        dense=dense,
        params=params,
        bits=np.full(params.shape, params.max_log2 + 1, dtype=np.uint8),
        lengths=(np.int64(1) << params.length_log2).astype(np.uint32),
        influence=np.zeros(params.shape),
        bounds=bounds,
        error_low=error.low,
        error_high=error.high,
        sources=error.sources,
        slopes=Slopes(*(np.ones(params.n_out) for _ in range(3))),
    )
