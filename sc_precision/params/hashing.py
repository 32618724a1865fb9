# SPDX-License-Identifier: Apache-2.0
"""What tells parameters apart: a hash over all their integers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sc_precision.params.blockfloat import BlockFloatPartialsParams
from sc_precision.params.layer import LayerParams
from sc_precision.params.neurons import LifParams


def parameters_hash(layers: Sequence[LayerParams | LifParams | BlockFloatPartialsParams]) -> str:
    """SHA-256 over all integer arrays of the layers' parameters."""
    digest = hashlib.sha256()
    for layer in layers:
        for name, value in _arrays(layer, layer.name):
            digest.update(f"{name}{value.shape}".encode())
            digest.update(np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()


def _arrays(params: Any, where: str) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """Arrays among the fields of a dataclass and of those in it; not what it has worked out from them since."""
    for each in sorted(fields(params), key=lambda entry: entry.name):
        value = getattr(params, each.name)
        if isinstance(value, np.ndarray):
            yield f"{where}.{each.name}", value
        elif is_dataclass(value):
            yield from _arrays(value, f"{where}.{each.name}")
