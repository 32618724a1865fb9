# SPDX-License-Identifier: Apache-2.0
"""From real numbers to block floating point, with a report of everything that was lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import flag, integer, show
from sc_precision.errors import InputError
from sc_precision.formats import BlockFloatFormat
from sc_precision.network import FloatArray, float_array
from sc_precision.params import BlockTensor, IntArray


@dataclass(frozen=True, eq=False)
class BlockEncoding:
    """A tensor in block floating point, and what encoding did to it.

    Parameters
    ----------
    tensor : BlockTensor
        The mantissas, in the shape of the source, and the exponent codes.
    element_error : ndarray of float64, shape of the tensor
        abs(value - decoded) of each element; exact, or rounded up where the element was cut.
    absolute_error : ndarray of float64, shape (blocks,)
        Worst abs(value - decoded) of each block, rounded up.
    relative_error : ndarray of float64, shape (blocks,)
        Worst abs(value - decoded) / abs(value) over the block's values that are not 0, rounded up; 1 where a value
        became 0.
    flushed : ndarray of int64, shape (blocks,)
        Values other than 0 that became 0.
    saturated : ndarray of int64, shape (blocks,)
        Values that were beyond the largest exponent and were cut to the end of the range; all 0 unless that was
        allowed.
    """

    tensor: BlockTensor
    element_error: FloatArray
    absolute_error: FloatArray
    relative_error: FloatArray
    flushed: IntArray
    saturated: IntArray

    @property
    def worst_absolute_error(self) -> float:
        """Over the tensor."""
        return float(self.absolute_error.max())

    @property
    def worst_relative_error(self) -> float:
        """Over the tensor."""
        return float(self.relative_error.max())

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready report."""
        columns = {
            "exponent_code": self.tensor.exponent_codes.tolist(),
            "absolute_error": self.absolute_error.tolist(),
            "relative_error": self.relative_error.tolist(),
            "flushed": self.flushed.tolist(),
            "saturated": self.saturated.tolist(),
        }
        return {
            "format": self.tensor.form.label,
            "worst_absolute_error": self.worst_absolute_error,
            "worst_relative_error": self.worst_relative_error,
            "flushed": int(self.flushed.sum()),
            "saturated": int(self.saturated.sum()),
            "blocks": [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)],
        }


def encode_blocks(
    values: object,
    form: BlockFloatFormat,
    *,
    saturate: bool = False,
    lowest_exponent: int | None = None,
    where: str = "block tensor",
) -> BlockEncoding:
    """Encode a tensor of any shape; blocks run over its flattened row-major elements.

    Each block gets the smallest exponent at which every mantissa, rounded to nearest even, fits. -2**e fits the
    exponent e and 2**e does not; a value just below 2**e that rounds up to it takes the next exponent.

    Parameters
    ----------
    values : array_like of float
        Finite.
    form : BlockFloatFormat
    saturate : bool
        Cut values beyond the largest exponent to the end of the range, and count them; otherwise they are refused.
    lowest_exponent : int, optional
        Least exponent to use, within the format's; by default the format's. Exponents that lie closer together make
        a narrower accumulator, at a coarser step for the smallest blocks.
    where : str
        What messages call the tensor.
    """
    if not isinstance(form, BlockFloatFormat):
        raise InputError(f"{where}: form must be of BlockFloatFormat, got {show(form)}")
    flag(f"{where}: saturate", saturate)
    least, most = form.exponent_min, form.exponent_max
    lowest = least
    if lowest_exponent is not None:
        lowest = integer(f"{where}: lowest_exponent", lowest_exponent, minimum=least, maximum=most)
    array = float_array(values, where)
    if not array.size:
        raise InputError(f"{where}: there is nothing to encode, got shape {array.shape}")
    flat = array.ravel()
    size = min(form.block_size, flat.size)
    starts = np.arange(0, flat.size, size)
    block = np.arange(flat.size) // size
    exponent = _exponents(flat, starts, block, form.mantissa_bits, lowest)
    over = exponent > form.exponent_max
    if over.any() and not saturate:
        first = int(np.flatnonzero(over)[0])
        part = flat[first * size : (first + 1) * size]
        raise InputError(
            f"{where}: block {first} (elements {first * size}..{first * size + len(part) - 1}) holds "
            f"{part[np.abs(part).argmax()]:.6g} and needs exponent {exponent[first]}, but {form.label} ends at "
            f"{form.exponent_max}; use more exponent bits, or scale the tensor"
        )
    exponent = np.minimum(exponent, form.exponent_max)
    shift = (form.mantissa_bits - 1 - exponent)[block]
    limit = 2.0 ** (form.mantissa_bits - 1)
    with np.errstate(over="ignore"):
        scaled = np.ldexp(flat, shift)
    rounded = np.rint(scaled)
    cut = (rounded >= limit) | (rounded < -limit)
    # Cut below the limit as an integer: with 64 bits the largest mantissa is no float.
    mantissas = np.where(cut, 0.0, rounded).astype(np.int64)
    top = (1 << (form.mantissa_bits - 1)) - 1
    mantissas[cut] = np.where(flat[cut] > 0, top, -top - 1)
    tensor = BlockTensor(mantissas.reshape(array.shape), exponent + form.exponent_bias, form, where)
    error = _element_errors(flat, scaled, rounded, mantissas, cut, shift)
    present = flat != 0
    relative = np.zeros(flat.size)
    quotient = np.divide(error, np.abs(flat), out=relative, where=present & (error > 0))
    quotient = np.where((mantissas == 0) | (quotient == 0), np.ceil(quotient), np.nextafter(quotient, np.inf))
    return BlockEncoding(
        tensor=tensor,
        element_error=error.reshape(array.shape),
        absolute_error=np.maximum.reduceat(error, starts),
        relative_error=np.maximum.reduceat(quotient, starts),
        flushed=np.add.reduceat((present & (mantissas == 0)).astype(np.int64), starts),
        saturated=np.add.reduceat(cut.astype(np.int64), starts),
    )


def _element_errors(
    flat: FloatArray,
    scaled: FloatArray,
    rounded: FloatArray,
    mantissas: IntArray,
    cut: npt.NDArray[np.bool_],
    shift: IntArray,
) -> FloatArray:
    """What each element is off by: a float and its nearest integer differ by a float, so only cuts are rounded."""
    lost = np.where(cut, 0.0, scaled) - np.where(cut, 0.0, rounded)
    error = np.where(mantissas == 0, np.abs(flat), np.ldexp(np.abs(lost), -shift))
    end = np.ldexp(np.abs(mantissas[cut].astype(np.float64)), -shift[cut])
    with np.errstate(over="ignore"):
        beyond = np.nextafter(np.abs(flat[cut]) - np.nextafter(end, 0.0), np.inf)
    error[cut] = np.minimum(beyond, np.abs(flat[cut]))
    return np.asarray(error)


def _exponents(flat: FloatArray, starts: IntArray, block: IntArray, mantissa_bits: int, lowest: int) -> IntArray:
    """Smallest exponent of each block, at least `lowest`, at which all rounded mantissas fit."""
    limit = 2.0 ** (mantissa_bits - 1)
    largest = np.maximum.reduceat(np.abs(flat), starts)
    # 2**(e-1) <= largest < 2**e: below e - 1 it never fits, at e + 1 it always does.
    exponent = np.where(largest > 0, np.frexp(largest)[1] - 1, lowest).astype(np.int64)
    exponent = np.maximum(exponent, lowest)
    for _ in range(2):
        with np.errstate(over="ignore"):
            rounded = np.rint(np.ldexp(flat, (mantissa_bits - 1 - exponent)[block]))
        fits = np.logical_and.reduceat((rounded < limit) & (rounded >= -limit), starts)
        exponent = np.where(fits, exponent, exponent + 1)
    return exponent
