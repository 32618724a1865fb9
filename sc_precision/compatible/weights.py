# SPDX-License-Identifier: Apache-2.0
"""Checks of weight arrays, layer names and sensitivity maps, shared by all planners."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sc_precision.arguments import show, text
from sc_precision.errors import InputError
from sc_precision.network import MAX_PARAMETERS

MAX_SYNAPSES = MAX_PARAMETERS
"""Most weights that one call accepts; a plan takes 9 bytes for each."""


def as_list(name: str, values: object) -> list[object]:
    """Return the items of `values`, which must be one per layer.

    Raises
    ------
    InputError
        If `values` is a string, a dict, a single array or no iterable: iterating over those would give
        characters, keys or rows, not layers.
    """
    if isinstance(values, str | bytes | dict | np.ndarray):
        hint = f"array of shape {values.shape}" if isinstance(values, np.ndarray) else show(values)
        raise InputError(f"{name} must be a list with one item per layer, got {hint}")
    if not isinstance(values, Iterable):
        raise InputError(f"{name} must be a list with one item per layer, got {show(values)}")
    return list(values)


def real_array(name: str, values: object) -> NDArray[np.float64]:
    """Return `values` as a finite, non-empty float64 array; a view where no conversion is needed.

    Raises
    ------
    InputError
        If `values` is ragged, masked, empty, not of a real number type (bool and object are none), too
        large for float64, has more than `MAX_SYNAPSES` elements or a NaN.
    """
    if isinstance(values, np.ma.MaskedArray):
        raise InputError(f"{name} must not be a masked array; fill it first")
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise InputError(f"{name} is no array of numbers: {' '.join(str(error).split())}") from None
    if array.size == 0:
        raise InputError(f"{name} must not be empty, got shape {array.shape}")
    if array.dtype.kind not in "fiu":
        raise InputError(f"{name} must hold real numbers, got dtype {array.dtype}")
    if array.size > MAX_SYNAPSES:
        raise InputError(f"{name} must have at most {MAX_SYNAPSES} elements, got shape {array.shape}")
    with np.errstate(over="ignore"):  # a longdouble beyond float64 becomes inf and is refused below
        array = array.astype(np.float64, copy=False)
    # min and max propagate NaN and need no temporary array
    if not (np.isfinite(array.min()) and np.isfinite(array.max())):
        where = np.unravel_index(np.argmax(~np.isfinite(array)), array.shape)
        index = tuple(int(i) for i in where)
        raise InputError(f"{name} must be finite, got {array[index]} at index {index}")
    return array


def check_weights(layer_weights: Iterable[ArrayLike]) -> list[NDArray[np.float64]]:
    """Return the weights of all layers as float64 arrays, each 1-D or 2-D.

    Parameters
    ----------
    layer_weights : iterable of array_like
        One array per layer: outputs x inputs, or 1-D for one output. May be empty.

    Returns
    -------
    list of ndarray of float64
        Views of the input where it is float64 already: not to be written to.

    Raises
    ------
    InputError
        If an array cannot be used (see `real_array`), is neither 1-D nor 2-D, or all together have more
        than `MAX_SYNAPSES` weights.
    """
    layers = []
    total = 0
    for index, values in enumerate(as_list("layer_weights", layer_weights)):
        name = f"layer_weights[{index}]"
        weights = real_array(name, values)
        if weights.ndim not in (1, 2):
            raise InputError(f"{name} must be 1-D or 2-D, got shape {weights.shape}")
        total += weights.size
        if total > MAX_SYNAPSES:
            raise InputError(f"layer_weights must have at most {MAX_SYNAPSES} weights in all, got {total}")
        layers.append(weights)
    return layers


def check_names(layer_names: Iterable[str] | None, count: int) -> list[str]:
    """Return `count` layer names: those given, or ``layer_0``, ``layer_1``, ...

    Raises
    ------
    InputError
        If their number is wrong, one is empty or no string, or two are equal.
    """
    if layer_names is None:
        return [f"layer_{index}" for index in range(count)]
    names = [text(f"layer_names[{i}]", name) for i, name in enumerate(as_list("layer_names", layer_names))]
    if len(names) != count:
        raise InputError(f"layer_names must have one name per layer, got {len(names)} for {count} layers")
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if first.setdefault(name, index) != index:
            raise InputError(f"layer_names must differ, got {show(name)} at {first[name]} and {index}")
    return names


def check_maps(
    sensitivity_maps: Iterable[ArrayLike] | None, weights: list[NDArray[np.float64]]
) -> list[NDArray[np.float64]] | None:
    """Return the sensitivity maps as float64 arrays, or None where none are given.

    Raises
    ------
    InputError
        If their number is not that of the layers, or a map has not the shape of its weights, is not finite
        or has a negative entry.
    """
    if sensitivity_maps is None:
        return None
    values = as_list("sensitivity_maps", sensitivity_maps)
    if len(values) != len(weights):
        raise InputError(f"sensitivity_maps must have one map per layer, got {len(values)} for {len(weights)} layers")
    maps = []
    for index, (value, layer) in enumerate(zip(values, weights, strict=True)):
        name = f"sensitivity_maps[{index}]"
        scores = real_array(name, value)
        if scores.shape != layer.shape:
            raise InputError(f"{name} must have the shape of its weights, {layer.shape}, got {scores.shape}")
        if scores.min() < 0:
            raise InputError(f"{name} must not be negative, got {scores.min()}")
        maps.append(scores)
    return maps
