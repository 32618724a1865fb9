# SPDX-License-Identifier: Apache-2.0
"""Bounds of the running estimates of a layer that can be stopped early, exact and by enumeration.

A synapse of level B has seen count_j cycles with both streams 1 after 2**j of 2**m cycles, and stands for a * B / L.
Its discrepancy (count_j * 2**(m-j) << u) - a * B is found for every input code, so its extremes are exact and attained;
the inputs of a layer are independent, so the sums over the synapses are, too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sc_precision.network import Dense
from sc_precision.params import DenseParams, IntArray
from sc_precision.params.progressive import check_progressive
from sc_precision.plan.bounds import LayerBounds, LayerError, check_unsaturated, layer_bounds, layer_error, output_range


def estimate_bounds(
    params: DenseParams, dense: Dense, input_low: IntArray, input_high: IntArray, log2: int
) -> LayerBounds:
    """Exact error intervals of a layer's estimates after 2**log2 cycles, see `bounds.layer_bounds`.

    Raises InputError if the layer's streams give no early estimates, or the integers would not fit 62 bits.
    """
    return layer_bounds(check_progressive(params, log2), dense, input_low, input_high, log2)


def estimate_errors(params: DenseParams, dense: Dense, input_low: IntArray, input_high: IntArray) -> list[LayerError]:
    """Error of a layer's outputs when it is stopped after 1, 2, 4, ... cycles, for inputs on its grid.

    Saturation is covered: a result is moved to the output's range, in which that of the whole stream lies, so the exact
    one is no further outside than the whole stream errs. Each interval therefore holds that of the whole stream.

    Returns
    -------
    list of LayerError
        By log2 of the cycles.

    Raises
    ------
    InputError
        If the layer's streams give no early estimates, or the integers would not fit 62 bits.
    ConsistencyError
        If the outputs can saturate at the end of the streams.
    """
    checked = check_progressive(params, 0)
    exact = np.zeros(checked.n_in)
    bounds = [layer_bounds(checked, dense, input_low, input_high, log2) for log2 in range(checked.max_log2 + 1)]
    ends = output_range(
        bounds[-1].acc_low,
        bounds[-1].acc_high,
        activation=checked.activation,
        shift=checked.shift,
        rounding=checked.rounding,
    )
    check_unsaturated(checked, *ends)
    errors = [layer_error(checked, dense, each, exact, exact) for each in bounds]
    last = errors[-1]
    return [
        replace(error, low=np.minimum(error.low, last.low), high=np.maximum(error.high, last.high)) for error in errors
    ]
