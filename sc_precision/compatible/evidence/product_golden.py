# SPDX-License-Identifier: Apache-2.0
"""Integer model of the stochastic multiplier."""

from __future__ import annotations

import numpy as np

from sc_precision.compatible.evidence.product_params import StreamProductParams
from sc_precision.golden.streams import counter_reversed
from sc_precision.params import IntArray


def product_counts(params: StreamProductParams, level: int) -> IntArray:
    """Count after a whole run for each input code 0 to 2**length_log2, bit by bit; `level` is 0 to 2**bit_width."""
    ones = counter_reversed(params.length_log2, params.mask) < params.threshold(level)
    counts: IntArray = np.cumsum(np.append(False, ones), dtype=np.int64)
    return counts
