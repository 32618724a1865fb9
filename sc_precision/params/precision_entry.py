# SPDX-License-Identifier: Apache-2.0
"""What a manifest says of one number format: widths of codes, mantissas and exponents, and the layout of blocks."""

from __future__ import annotations

import re
from typing import Any

from sc_precision.arguments import integer, show, text
from sc_precision.errors import InputError
from sc_precision.formats import BlockFloatFormat, Exponents, FixedFormat

EMITTER_CONTRACT = "adaptive_precision_emitter.v1"
"""Version of the published manifest format that the entries keep."""
VECTOR_WIDTH_FORMULA = "exponent_bits * ceil(parameter_count / block_size)"
"""Stands for the width of the exponent vector where no parameter count is known."""

_EXPLICIT_BLOCK = re.compile(r"X[0-9]+$", re.ASCII)
_BLOCK_CONTRACT = "fixed_mantissa_with_explicit_shared_exponent_metadata"
_EMITTED = {
    Exponents.METADATA: (
        "mantissa_width_fixed_datapath_with_detached_shared_exponent_stream",
        "metadata_only_until_target_bfp_datapath_selection",
    ),
    Exponents.DATAPATH: ("block_mantissa_accumulation_with_exponent_alignment", "aligned_in_datapath"),
}


def precision_entry(
    form: FixedFormat | BlockFloatFormat,
    source: str,
    parameter_count: int | None = None,
    *,
    exponents: Exponents | str = Exponents.METADATA,
) -> dict[str, Any]:
    """Manifest entry of a number format.

    Parameters
    ----------
    form : FixedFormat or BlockFloatFormat
        The format, as `parse_precision` reads it.
    source : str
        The text that the user gave for it.
    parameter_count : int, optional
        Parameters of the flattened payload, at least 0; block floating formats only. With it the entry holds the
        number of exponents, the width of their vector and the layout of the blocks; without it the width is the
        text `VECTOR_WIDTH_FORMULA`.
    exponents : Exponents or str
        What the hardware does with the exponents: ``metadata`` or ``datapath``.

    Returns
    -------
    dict
        JSON-ready. A block floating entry also says what the format can hold, by the value rule of
        `BlockFloatFormat`: `minimum_quantum`, the LSB at the least exponent, also as `minimum_quantum_log2` (null
        where no float holds it), and `max_abs_value`, the largest magnitude held with either sign, rounded down to
        a float. The most negative value is -2**exponent_max. `label` is the published one, which leaves out a block
        size that the user wrote; `format` is the whole format and reads back to it.

    Raises
    ------
    InputError
        If a count is negative, no int, or given with a fixed-point format, which has no blocks.
    """
    text("precision entry: source", source)
    mode = Exponents.parse(exponents, "exponents")
    if isinstance(form, FixedFormat):
        if parameter_count is not None:
            raise InputError(
                f"precision {show(source)} is fixed point and has no blocks, got parameter_count "
                f"{show(parameter_count)}; leave the count out or use a BFP format"
            )
        return _fixed(form, source)
    if not isinstance(form, BlockFloatFormat):
        raise InputError(f"precision {show(source)}: expected FixedFormat or BlockFloatFormat, got {show(form)}")
    entry = _block_floating(form, source, mode)
    if parameter_count is None:
        return entry
    count = integer(f"precision {show(source)}: parameter_count", parameter_count, minimum=0)
    return entry | _layout(form, count)


def _fixed(form: FixedFormat, source: str) -> dict[str, Any]:
    return _common("fixed", form.label, source, form.width, form.fraction) | {
        "signed": form.signed,
        "exponent_stream_width": 0,
        "exponent_vector_width": 0,
        "datapath_contract": "fixed_point_twos_complement" if form.signed else "fixed_point_unsigned",
    }


def _block_floating(form: BlockFloatFormat, source: str, mode: Exponents) -> dict[str, Any]:
    width = form.mantissa_bits
    plain = f"BFP{width}E{form.exponent_bits}"
    label = plain if _EXPLICIT_BLOCK.search(source.strip().upper()) else form.label
    emitted, status = _EMITTED[mode]
    quantum = form.exponent_min - (width - 1)
    return _common("block_floating", label, source, width, width - 1) | {
        "format": form.label,
        "signed": True,
        "exponents": mode.value,
        "exponent_stream_width": form.exponent_bits,
        "exponent_vector_width": VECTOR_WIDTH_FORMULA,
        "datapath_contract": _BLOCK_CONTRACT,
        "emitted_datapath_contract": emitted,
        "bfp_emission_status": status,
        "mantissa_bits": width,
        "mantissa_abs_max": (1 << (width - 1)) - 1,
        "exponent_bits": form.exponent_bits,
        "block_size": form.block_size,
        "exponent_bias": form.exponent_bias,
        "exponent_code_range": [0, (1 << form.exponent_bits) - 1],
        "exponent_min": form.exponent_min,
        "exponent_max": form.exponent_max,
        "minimum_quantum_log2": quantum,
        "minimum_quantum": 2.0**quantum or None,
        "max_abs_value": _largest(form),
        "block_exponent_alignment": "contiguous_flattened_block",
        "block_exponent_count_policy": "ceil(parameter_count / block_size)",
    }


def _layout(form: BlockFloatFormat, count: int) -> dict[str, Any]:
    """What is known with the number of parameters."""
    blocks = -(-count // form.block_size)
    return {
        "parameter_count": count,
        "block_exponent_count": blocks,
        "exponent_vector_width": form.exponent_bits * blocks,
        "block_exponent_layout": {
            "parameter_count": count,
            "block_size": form.block_size,
            "exponent_count": blocks,
            "last_block_size": count - max(0, blocks - 1) * form.block_size,
            "alignment": "contiguous_flattened_block",
            "flattened_order": "row_major",
            "exponent_index_formula": "parameter_index // block_size",
        },
    }


def _common(kind: str, label: str, source: str, width: int, fraction: int) -> dict[str, Any]:
    return {
        "kind": kind,
        "source": source,
        "label": label,
        "data_width": width,
        "fraction": fraction,
        "emitted_fraction": fraction,
        "emitted_datapath_width": width,
        "emitted_datapath_fraction": fraction,
        "emitter_contract_version": EMITTER_CONTRACT,
    }


def _largest(form: BlockFloatFormat) -> float:
    """Greatest value, (2**(m-1) - 1) * 2**-(m-1) * 2**exponent_max, rounded down to 53 bits so that it is finite."""
    kept = min(form.mantissa_bits - 1, 53)
    top: float = float((1 << kept) - 1) * 2.0 ** (form.exponent_max - kept)
    return top
