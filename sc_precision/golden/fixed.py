# SPDX-License-Identifier: Apache-2.0
"""Golden models of layers whose accumulators are exact sums of products."""

from __future__ import annotations

import numpy as np

from sc_precision.params import DenseParams, IntArray


def linear_accumulators(params: DenseParams, codes: IntArray) -> IntArray:
    """Accumulators of a layer; codes as checked by `layers.layer_accumulators`."""
    return np.asarray(codes @ params.weight_codes.T + params.bias)


def linear_sums(params: DenseParams, index: int, codes: IntArray) -> IntArray:
    """What codes of one input add to each accumulator, shape (n_out, codes)."""
    return np.asarray(params.weight_codes[:, index, None] * codes)
