# SPDX-License-Identifier: Apache-2.0
"""Checks of weight arrays, layer names and sensitivity maps, shared by all planners."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sc_precision.arguments import plain_array, show, text
from sc_precision.errors import InputError
from sc_precision.network import MAX_PARAMETERS

MAX_SYNAPSES = MAX_PARAMETERS
"""Most weights that one call accepts; a plan takes 9 bytes for each."""


def as_list(name: str, values: object) -> list[object]:
    """Return the items of `values`, which must be one per layer, or raise InputError.

    Iterating over a string, a dict or a single array would give characters, keys or rows, not layers.
    """
    if isinstance(values, str | bytes | dict | np.ndarray):
        hint = f"array of shape {values.shape}" if isinstance(values, np.ndarray) else show(values)
        raise InputError(f"{name} must be a list with one item per layer, got {hint}")
    if not isinstance(values, Iterable):
        raise InputError(f"{name} must be a list with one item per layer, got {show(values)}")
    return list(values)


def real_array(name: str, values: object) -> NDArray[np.float64]:
    """Return `values` as a finite, non-empty float64 array, or raise InputError; a view where none is converted.

    Refused are ragged and masked arrays, other types than real numbers (bool and object are none), numbers too large
    for float64, NaN, and more than `MAX_SYNAPSES` elements.
    """
    array = plain_array(name, values)
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
    """Return the weights of all layers, maybe none, as float64 arrays, each 1-D or 2-D, or raise InputError.

    They are views of the input where it is float64 already: not to be written to. There are at most `MAX_SYNAPSES` in
    all.
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
    """Return `count` different layer names: those given, or ``layer_0``, ``layer_1``, ..., or raise InputError."""
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
    """Return the sensitivity maps as float64 arrays without negative entries, in the shapes of the weights.

    None where none are given; InputError for all else.
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
