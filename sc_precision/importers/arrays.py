# SPDX-License-Identifier: Apache-2.0
"""NumPy's .npz files from anywhere: nothing unpickled, sizes known before they are loaded, one-line errors.

What an .npz and an .npy file are: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import os
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import show
from sc_precision.errors import InputError
from sc_precision.files import replacing
from sc_precision.network import MAX_PARAMETERS, float_array

MAX_VALUES = MAX_PARAMETERS
"""Most values that the arrays of a file may hold in all."""
MAX_BYTES = 8 * MAX_VALUES
"""Most bytes that the arrays of a file may take in all, uncompressed."""
MAX_ARRAYS = 4096
"""Most arrays in a file."""
MAX_TEXT = 64
"""Longest text in an array, in characters."""

_OTHERS = frozenset(".onnx .pt .pth .ckpt .h5 .hdf5 .keras .tflite .safetensors .pkl .npy".split())
"""Files of networks in other formats, which are no zip archives or hold other things than arrays of NumPy."""

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class ArrayRule:
    """What an array may be: NumPy's kinds of dtype (f, i, u, U), what messages call these, numbers of dimensions."""

    kinds: str
    meaning: str
    ranks: tuple[int, ...]


@contextmanager
def prefixed(prefix: object) -> Iterator[None]:
    """Put `prefix` before the message of an InputError that is raised inside."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{prefix}: {error}") from None


def read_arrays(
    path: str | os.PathLike[str], rule_of: Callable[[str], ArrayRule | None], known: str
) -> dict[str, Array]:
    """Read all arrays of an .npz file, in the file's order. Floats become float64 and are finite; texts are printable.

    Parameters
    ----------
    path : path-like
    rule_of : callable
        The rule for a key, or None where there is no such key.
    known : str
        Known keys, for the message about an unknown one.

    Raises
    ------
    InputError
        If the file cannot be read, is too large, or an array is unknown, there twice or breaks its rule.
    """
    file = _as_path(path)
    with prefixed(file):
        if not file.exists():
            raise InputError("no such file")
        if not file.is_file():
            raise InputError("is not a file; give an .npz file")
        if file.suffix.lower() in _OTHERS:
            raise InputError(f"{file.suffix} files are not read; save the weights with numpy.savez")
        with _refusing("cannot be read as .npz"), zipfile.ZipFile(file) as archive:
            members = _members(archive, rule_of, known)
            values = 0
            for key, (info, rule) in members.items():
                with prefixed(key), _refusing("cannot be read"):
                    values += _check_header(archive, info, rule)
                    if values > MAX_VALUES:
                        raise InputError(f"brings the file to {values} values; at most {MAX_VALUES} are read")
            return {key: _load(archive, info, key) for key, (info, _) in members.items()}


@contextmanager
def _refusing(problem: str) -> Iterator[None]:
    """Turn what broken bytes raise into an InputError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy's about headers that Python 2 wrote; they are read all the same
            yield
    except InputError:
        raise
    except Exception as error:  # zipfile, zlib, tokenize and NumPy raise a dozen kinds, and no list of them is complete
        raise InputError(f"{problem} ({_reason(error)}); write the file with numpy.savez") from None


def _reason(error: BaseException) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return _short(text) or type(error).__name__


def _short(text: object) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= 100 else f"{line[:97]}..."


def _as_path(path: str | os.PathLike[str]) -> Path:
    try:
        file = Path(path)
    except TypeError:
        raise InputError(f"path must be a string or path-like, got {show(path)}") from None
    if "\0" in str(file):
        raise InputError(f"path must not hold a null character, got {show(str(file))}")
    return file


def _members(
    archive: zipfile.ZipFile, rule_of: Callable[[str], ArrayRule | None], known: str
) -> dict[str, tuple[zipfile.ZipInfo, ArrayRule]]:
    """The arrays by key with their rules; only the directory of the file has been read."""
    infos = archive.infolist()
    if len(infos) > MAX_ARRAYS:
        raise InputError(f"holds {len(infos)} arrays; at most {MAX_ARRAYS} are read")
    total = sum(info.file_size for info in infos)
    if total > MAX_BYTES:
        raise InputError(f"unpacks to {total} bytes; at most {MAX_BYTES} are read")
    members: dict[str, tuple[zipfile.ZipInfo, ArrayRule]] = {}
    for info in infos:
        key = info.filename.removesuffix(".npy")
        rule = rule_of(key)
        if key == info.filename or rule is None:
            raise InputError(f"unknown key {show(key)}; known are {known}")
        if key in members:
            raise InputError(f"{key}: is there twice; write the file with numpy.savez")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError(f"{key}: unknown compression {info.compress_type}; write the file with numpy.savez")
        members[key] = info, rule
    return members


def _check_header(archive: zipfile.ZipFile, info: zipfile.ZipInfo, rule: ArrayRule) -> int:
    """Number of values in the array, from its header alone, which must keep the rule and state the true size."""
    with archive.open(info) as stream:
        version = np.lib.format.read_magic(stream)
        if version == (1, 0):
            shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
        elif version == (2, 0):
            shape, _, dtype = np.lib.format.read_array_header_2_0(stream)
        else:
            raise InputError(f"unknown .npy version {version}; write the file with numpy.savez")
        header = stream.tell()
    if dtype.hasobject:
        raise InputError("holds Python objects, which are never loaded; save plain numbers or text")
    if dtype.kind not in rule.kinds:
        raise InputError(f"must hold {rule.meaning}, got dtype {_short(dtype)}")
    if len(shape) not in rule.ranks:
        ranks = " or ".join(str(rank) for rank in rule.ranks)
        raise InputError(f"must have {ranks} dimensions, got shape {_short(shape)}")
    if dtype.kind == "U" and dtype.itemsize > 4 * MAX_TEXT:
        raise InputError(f"must hold texts of at most {MAX_TEXT} characters, got {dtype.itemsize // 4}")
    values = prod(shape)
    if min(shape, default=0) < 0 or header + values * dtype.itemsize != info.file_size:
        raise InputError(f"shape {_short(shape)} of {dtype} does not fit the {info.file_size} bytes there are")
    return values


def _load(archive: zipfile.ZipFile, info: zipfile.ZipInfo, key: str) -> Array:
    with prefixed(key), _refusing("cannot be read"), archive.open(info) as stream:
        array: Array = np.lib.format.read_array(stream, allow_pickle=False)
        if array.dtype.kind == "U" and not all(text.isprintable() for text in array.ravel().tolist()):
            raise InputError("must hold printable text")
    return float_array(array, key) if array.dtype.kind == "f" else array


_NPY_HEADER = 4096
"""More bytes than the header of a .npy member has."""


def write_arrays(path: str | os.PathLike[str], arrays: Mapping[str, Array]) -> None:
    """Write an uncompressed .npz file; the same arrays give the same bytes on every machine.

    It is written whole or not at all, under this very name, no suffix is added. float64 arrays that float32 holds
    exactly are stored in half the space.
    """
    file = _as_path(path)
    if file.is_dir():
        raise InputError(f"{file}: is a folder; give the name of the .npz file to write")
    with replacing(file) as temporary, zipfile.ZipFile(temporary, "x", zipfile.ZIP_STORED) as archive:
        for key, array in arrays.items():
            # The time, the system and the mode are stated, or they would be those of this run.
            info = zipfile.ZipInfo(f"{key}.npy", (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            stored = _stored(array)
            # Large members need the zip64 form; forcing it on all gives other bytes with other versions of Python.
            info.file_size = stored.nbytes + _NPY_HEADER
            with archive.open(info, "w") as stream:
                np.lib.format.write_array(stream, stored, allow_pickle=False)


def _stored(array: Array) -> Array:
    """Little-endian, C order, and float32 where that loses nothing."""
    if array.dtype.kind == "f":
        with np.errstate(over="ignore", under="ignore"):
            single = array.astype(np.float32)
        array = single if np.array_equal(single, array) else array
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).reshape(array.shape)
