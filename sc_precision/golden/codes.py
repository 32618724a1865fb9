# SPDX-License-Identifier: Apache-2.0
"""Check of what a golden model is fed."""

from __future__ import annotations

import numpy as np

from sc_precision.arguments import plain_array
from sc_precision.errors import InputError
from sc_precision.params import InputCodes, IntArray


def check_codes(inputs: InputCodes, n_in: int, codes: object, where: str) -> IntArray:
    """Input codes as int64, shape (batch, n_in), or InputError where they are none of the format."""
    array = plain_array(f"{where}: input codes", codes)
    if array.dtype.kind not in "iu" or array.ndim != 2 or array.shape[1] != n_in:
        raise InputError(
            f"{where}: input codes must be integers of shape (batch, {n_in}), got {array.dtype} of shape {array.shape}"
        )
    form = inputs.format
    if array.size and (array.min() < form.code_min or array.max() > form.code_max):
        raise InputError(
            f"{where}: input codes must fit {form.label} ({form.code_min}..{form.code_max}), "
            f"got {array.min()}..{array.max()}"
        )
    return array.astype(np.int64)
