# SPDX-License-Identifier: Apache-2.0
"""A layer whose inputs, weights and outputs are all in one number format."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sc_precision.errors import InputError
from sc_precision.formats import BlockFloatFormat, Exponents, FixedFormat, Rounding
from sc_precision.network import Dense
from sc_precision.params import BlockFloatDenseParams, FixedDenseParams, InputCodes, IntArray
from sc_precision.plan.block_encoding import encode_blocks
from sc_precision.plan.quantise import bias_codes

Format = FixedFormat | BlockFloatFormat


@dataclass(frozen=True, eq=False)
class FormatLayer:
    """A layer in one number format: its hardware, and JSON-ready what rounding did to the weights."""

    params: FixedDenseParams | BlockFloatDenseParams
    report: dict[str, Any]


def format_layer(
    dense: Dense, form: Format, name: str, *, exponents: Exponents = Exponents.METADATA, lanes: int = 8
) -> FormatLayer:
    """Hardware of a layer whose inputs, weights and outputs are all in one format, on their full range.

    At most n_out `lanes` are used; for the exponents of a block floating format see `compile_adaptive_precision`.
    Raises InputError if a weight does not fit, or the accumulator would need more than 62 bits.
    """
    activations = form if isinstance(form, FixedFormat) else FixedFormat(form.mantissa_bits, form.mantissa_bits - 1)
    low, high = activations.code_min, activations.code_max
    common: dict[str, Any] = {
        "name": name,
        "inputs": InputCodes(activations, low, high),
        "bias": np.zeros(dense.n_out, dtype=np.int64),
        "activation": dense.activation,
        "output": InputCodes(activations, 0 if dense.activation.rectifies else low, high),
        "rounding": Rounding.NEAREST_EVEN,
        "lanes": min(lanes, dense.n_out),
    }
    params: FixedDenseParams | BlockFloatDenseParams
    report: dict[str, Any]
    if isinstance(form, FixedFormat):
        codes = _fixed_codes(dense, form, name)
        params = FixedDenseParams(**common, weights=codes, weight_fraction=form.fraction)
        report = {"worst_absolute_error": float(np.abs(np.ldexp(codes, -form.fraction) - dense.weight).max())}
    else:
        # As metadata the exponents are no part of the datapath: all weights then share one.
        whole = form if exponents is Exponents.DATAPATH else replace(form, block_size=dense.weight.size)
        encoding = encode_blocks(dense.weight, whole, where=f"{name}: weights")
        report = {key: value for key, value in encoding.to_dict().items() if key not in ("format", "blocks")}
        if exponents is Exponents.DATAPATH:
            params = BlockFloatDenseParams(**common, tensor=encoding.tensor)
        else:
            step = int(encoding.tensor.lsb_exponents[0])
            params = FixedDenseParams(**common, weights=encoding.tensor.mantissas, weight_fraction=-step)
            report["weight_exponent"] = step + form.mantissa_bits - 1
    return FormatLayer(replace(params, bias=bias_codes(dense, params.acc_fraction, name)), report)


def _fixed_codes(dense: Dense, form: FixedFormat, name: str) -> IntArray:
    codes = np.rint(np.ldexp(dense.weight, form.fraction))
    outside = (codes < form.code_min) | (codes > form.code_max)
    if outside.any():
        place = [int(k) for k in np.argwhere(outside)[0]]
        raise InputError(
            f"{name}: weight {place} is {dense.weight[tuple(place)]:.6g}, which {form.label} does not hold "
            f"({form.code_min * form.lsb:.6g} to {form.code_max * form.lsb:.6g}); use more integer bits"
        )
    return codes.astype(np.int64)
