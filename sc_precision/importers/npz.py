# SPDX-License-Identifier: Apache-2.0
"""Networks in NumPy's .npz files.

A file holds arrays under these keys, layers counted from 0 without a gap:

================== ==================== ==================================================================
key                shape                meaning
================== ==================== ==================================================================
``weight_<i>``     (n_out, n_in)        weights of layer i, real numbers
``bias_<i>``       (n_out,)             optional; zeros where absent
``activations``    (layers,), text      optional; ``relu`` or ``identity`` each. Where absent, ``relu`` for
                                        all layers but the last and ``identity`` for the last
``names``          (layers,), text      optional; ``layer_<i>`` where absent or empty
``input_range``    (2,)                 optional; least and greatest value of an input, 0 and 1 where absent
``input_fraction`` ()                   optional int; inputs are multiples of 2**-input_fraction
``test_inputs``    (batch, n_in)        optional; inputs to simulate and to measure accuracy with
``test_labels``    (batch,)             optional ints; the right output of each test input, 0 to n_out - 1
================== ==================== ==================================================================

A plain list, ``numpy.savez(path, W0, b0, W1, b1)``, works too: of its keys ``arr_0``, ``arr_1``, ... a matrix
begins a layer and a vector is the bias of the layer before it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import plain_array
from sc_precision.errors import InputError
from sc_precision.importers.arrays import Array, ArrayRule, prefixed, read_arrays, write_arrays
from sc_precision.network import Activation, Dense, FloatArray, Network

_REAL, _INT, _TEXT = ("fiu", "real numbers"), ("iu", "ints"), ("U", "text")
_RULES = {
    "weight": ArrayRule(*_REAL, (2,)),
    "bias": ArrayRule(*_REAL, (1,)),
    "arr": ArrayRule(*_REAL, (1, 2)),
    "activations": ArrayRule(*_TEXT, (1,)),
    "names": ArrayRule(*_TEXT, (1,)),
    "input_range": ArrayRule(*_REAL, (1,)),
    "input_fraction": ArrayRule(*_INT, (0,)),
    "test_inputs": ArrayRule(*_REAL, (2,)),
    "test_labels": ArrayRule(*_INT, (1,)),
}
_KNOWN = "weight_<i>, bias_<i>, activations, names, input_range, input_fraction, test_inputs, test_labels"
_NUMBERED = re.compile(r"(weight|bias|arr)_(0|[1-9][0-9]{0,3})", re.ASCII)


@dataclass(frozen=True, eq=False)
class NetworkFile:
    """A network with data to test it.

    Parameters
    ----------
    network : Network
    test_inputs : array_like, shape (batch, n_in), optional
        Within the network's input range and on its grid; copied to float64 and made read-only.
    test_labels : array_like of int, shape (batch,), optional
        The right output of each test input, 0 to n_out - 1; copied to int64 and made read-only.

    Raises
    ------
    InputError
        If the test data do not fit the network, or there are labels without inputs.
    """

    network: Network
    test_inputs: FloatArray | None = None
    test_labels: npt.NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.network, Network):
            raise InputError(f"network must be a Network, got {type(self.network).__name__}")
        if self.test_inputs is not None:
            object.__setattr__(self, "test_inputs", self.network.check_inputs(self.test_inputs, "test_inputs"))
        if self.test_labels is not None:
            object.__setattr__(self, "test_labels", self._checked_labels())

    def _checked_labels(self) -> npt.NDArray[np.int64]:
        if self.test_inputs is None:
            raise InputError("test_labels: there are no test_inputs for them")
        labels = plain_array("test_labels", self.test_labels)
        if labels.dtype.kind not in "iu":
            raise InputError(f"test_labels: must hold ints, got dtype {labels.dtype}")
        if labels.shape != self.test_inputs.shape[:1]:
            raise InputError(f"test_labels: expected shape {self.test_inputs.shape[:1]}, got {labels.shape}")
        wrong = (labels < 0) | (labels >= self.network.n_out)
        if wrong.any():
            index = int(np.argmax(wrong))
            raise InputError(f"test_labels: entry {index} is {labels[index]}, not 0 to {self.network.n_out - 1}")
        labels = labels.astype(np.int64)
        labels.setflags(write=False)
        return labels


def read_network(path: str | os.PathLike[str]) -> NetworkFile:
    """Read a network, and test data where there are any, from an .npz file.

    Nothing in the file is unpickled or executed; sizes are checked before anything is loaded.

    Parameters
    ----------
    path : path-like
        A file as described at the top of this module.

    Raises
    ------
    InputError
        If the file cannot be read, is no .npz file or too large, or if an array is missing, unknown or
        unusable; the message names the file and the key.
    """
    arrays = read_arrays(path, _rule_of, _KNOWN)
    with prefixed(os.fspath(path)):
        arrays = _named_list(arrays)
        return NetworkFile(_network(arrays), arrays.get("test_inputs"), arrays.get("test_labels"))


def write_network(
    path: str | os.PathLike[str], network: Network, test_inputs: object = None, test_labels: object = None
) -> None:
    """Write a network, and test data where given, to an .npz file that `read_network` reads.

    The same network gives the same bytes; an interrupted write leaves the old file or none.

    Parameters
    ----------
    path : path-like
        Written as it is, no suffix is added.
    network : Network
    test_inputs : array_like, shape (batch, n_in), optional
    test_labels : array_like of int, shape (batch,), optional

    Raises
    ------
    InputError
        If the test data do not fit the network or the file cannot be written.
    """
    content = NetworkFile(network, test_inputs, test_labels)  # type: ignore[arg-type]
    arrays: dict[str, Array] = {}
    for index, layer in enumerate(network.layers):
        arrays[f"weight_{index}"] = layer.weight
        arrays[f"bias_{index}"] = layer.bias
    arrays["activations"] = np.array([layer.activation.value for layer in network.layers])
    arrays["names"] = np.array([layer.name for layer in network.layers])
    arrays["input_range"] = np.array([network.input_low, network.input_high])
    if network.input_fraction is not None:
        arrays["input_fraction"] = np.array(network.input_fraction, dtype=np.int64)
    if content.test_inputs is not None:
        arrays["test_inputs"] = content.test_inputs
    if content.test_labels is not None:
        arrays["test_labels"] = content.test_labels
    write_arrays(path, arrays)


def _rule_of(key: str) -> ArrayRule | None:
    if match := _NUMBERED.fullmatch(key):
        return _RULES[match[1]]
    return None if key in ("weight", "bias", "arr") else _RULES.get(key)


def _indices(arrays: dict[str, Array], stem: str) -> list[int]:
    """Numbers of the keys ``<stem>_<i>``, ascending."""
    matches = (_NUMBERED.fullmatch(key) for key in arrays)
    return sorted(int(match[2]) for match in matches if match and match[1] == stem)


def _check_gaps(arrays: dict[str, Array], stem: str) -> int:
    """Number of the keys ``<stem>_<i>``, which count from 0 without a gap."""
    indices = _indices(arrays, stem)
    for expected, index in enumerate(indices):
        if index != expected:
            raise InputError(f"{stem}_{expected} is missing, but there is {stem}_{index}; number arrays from 0")
    return len(indices)


def _named_list(arrays: dict[str, Array]) -> dict[str, Array]:
    """Give the arrays of a plain list their names as weights and biases."""
    count = _check_gaps(arrays, "arr")
    if not count:
        return arrays
    if _indices(arrays, "weight") or _indices(arrays, "bias"):
        raise InputError("arr_0: there are weight_<i> or bias_<i> too; use one way of naming for all layers")
    named = {key: array for key, array in arrays.items() if not _NUMBERED.fullmatch(key)}
    layer = -1
    for index in range(count):
        array = arrays[f"arr_{index}"]
        if array.ndim == 2:
            layer += 1
            named[f"weight_{layer}"] = array
        elif layer >= 0 and f"bias_{layer}" not in named:
            named[f"bias_{layer}"] = array
        else:
            raise InputError(f"arr_{index}: a vector must be the bias right after a matrix, got shape {array.shape}")
    return named


def _network(arrays: dict[str, Array]) -> Network:
    count = _check_gaps(arrays, "weight")
    if not count:
        raise InputError(f"weight_0 is missing; known keys are {_KNOWN}")
    for index in _indices(arrays, "bias"):
        if index >= count:
            raise InputError(f"bias_{index}: there is no weight_{index}")
    activations = [Activation.RELU] * (count - 1) + [Activation.IDENTITY]
    if "activations" in arrays:
        texts = _per_layer(arrays["activations"], "activations", count)
        activations = [Activation.parse(text, f"activations: entry {i}") for i, text in enumerate(texts)]
    names = _per_layer(arrays["names"], "names", count) if "names" in arrays else [""] * count
    layers = []
    for index in range(count):
        weight, bias = arrays[f"weight_{index}"], arrays.get(f"bias_{index}")
        keys = f"weight_{index}" if bias is None else f"weight_{index} and bias_{index}"
        with prefixed(keys):
            layers.append(Dense(weight, bias, activations[index], names[index]))  # type: ignore[arg-type]
    low, high = Network.input_low, Network.input_high
    if "input_range" in arrays:
        if arrays["input_range"].shape != (2,):
            raise InputError(f"input_range: must hold 2 numbers, got shape {arrays['input_range'].shape}")
        low, high = arrays["input_range"].tolist()
    fraction = int(arrays["input_fraction"]) if "input_fraction" in arrays else None
    return Network(tuple(layers), low, high, fraction)


def _per_layer(texts: Array, key: str, count: int) -> list[str]:
    if len(texts) != count:
        raise InputError(f"{key}: must have an entry for each of the {count} layers, got {len(texts)}")
    return [str(text) for text in texts]
