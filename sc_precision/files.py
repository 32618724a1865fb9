# SPDX-License-Identifier: Apache-2.0
"""Files and folders that are written whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sc_precision.arguments import show
from sc_precision.errors import ConsistencyError, InputError


@contextmanager
def swapping(target: Path) -> Iterator[Path]:
    """Yield a temporary path next to `target`, which becomes `target` if the block succeeds, and is gone if not."""
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        yield temporary
        os.replace(temporary, target)
    finally:
        with suppress(OSError):
            temporary.unlink()


def read_regular(path: str | os.PathLike[str], most: int) -> bytes:
    """Content of a regular file of at most `most` bytes.

    Raises
    ------
    OSError
        If it cannot be read, or is a folder, a pipe or a device: these are not waited for.
    InputError
        If it is longer.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", os.fspath(path))
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read(most + 1)
    finally:
        os.close(descriptor)
    if len(content) > most:
        raise InputError(f"{show(os.fspath(path))}: larger than {most} bytes")
    return content


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path next to `path`, which becomes `path` if the block succeeds.

    The block creates and closes the file. If it raises, `path` is left as it was and the temporary file is gone.

    Raises
    ------
    InputError
        If the file cannot be written: no such folder, no permission, no space, or `path` is a folder, a pipe or a
        device.
    """
    target = Path(os.path.realpath(path))  # a link keeps pointing to where it points
    try:
        if target.exists() and not target.is_file():
            raise OSError(errno.EINVAL, "not a regular file")
        with swapping(target) as temporary:
            yield temporary
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"{show(os.fspath(path))} cannot be written ({reason}); give a file in a folder you may write"
        ) from None


Content = str | Callable[[Path], None]
"""Text of a file, or a function that writes it where it is given a path."""


def write_files(folder: Path, files: Mapping[str, Content]) -> dict[str, dict[str, Any]]:
    """Write files, each whole or not at all; folders are made.

    Parameters
    ----------
    folder : Path
    files : mapping of str to str or callable
        By name relative to `folder`, with ``/``. Text is written as UTF-8 with bare line feeds.

    Returns
    -------
    dict
        ``sha256`` and ``bytes`` of each, by name and in its order: the same files give the same everywhere.

    Raises
    ------
    InputError
        If one cannot be written.
    """
    entries = {}
    for name in sorted(files):
        path, content = folder / name, files[name]
        make_folder(path.parent)
        if isinstance(content, str):
            with replacing(path) as temporary:
                temporary.write_text(content, encoding="utf-8", newline="\n")
        else:
            content(path)
        written = path.read_bytes()
        entries[name] = {"sha256": hashlib.sha256(written).hexdigest(), "bytes": len(written)}
    return entries


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write JSON, whole or not at all; the folder is made.

    Raises
    ------
    InputError
        If it cannot be written.
    ConsistencyError
        If a figure in it is infinite or no number.
    """
    try:
        text = json.dumps(document, indent=1, sort_keys=True, allow_nan=False)
    except ValueError as error:
        raise ConsistencyError(f"{path.name}: cannot be written as JSON: {error}") from None
    make_folder(path.parent)
    with replacing(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8", newline="\n")


def make_folder(folder: Path) -> None:
    """Make a folder and its parents where they are missing, or raise InputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be written ({error.strerror or error}); give another folder") from None


def check_replaceable(folder: str | os.PathLike[str], is_ours: Callable[[Path], bool]) -> Path:
    """Return the absolute path of a folder that may be written: absent, empty, or one that `is_ours` knows.

    Raises
    ------
    InputError
        If it holds anything else or its place cannot be written.
    """
    try:
        target = Path(os.path.realpath(folder))
        if target.exists() or target.is_symlink():
            if not target.is_dir():
                raise InputError(f"{show(os.fspath(folder))} is not a folder; give another name")
            if any(target.iterdir()) and not is_ours(target):
                raise InputError(f"{show(os.fspath(folder))} holds files that are no bundle; give another folder")
        parent = next(each for each in target.parents if each.exists())
        if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
            raise InputError(f"{show(os.fspath(folder))}: {parent} is no folder you may write; give another folder")
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{show(os.fspath(folder))} cannot be used ({reason}); give another folder") from None
    return target


@contextmanager
def replacing_folder(folder: str | os.PathLike[str], is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """Yield an empty folder next to `folder`, which takes its place if the block succeeds.

    If the block raises, `KeyboardInterrupt` and `SystemExit` included, `folder` is left as it was and nothing
    else stays behind.

    Parameters
    ----------
    folder : path-like
        Absent, empty, or one that `is_ours` knows; its missing parents are made.
    is_ours : callable
        Whether an existing folder may be replaced.

    Raises
    ------
    InputError
        If it may not be replaced or written.
    """
    target = check_replaceable(folder, is_ours)
    # Same file system as the target, so that the rename is atomic; hidden, so that no glob finds it half written.
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    replaced = temporary.with_suffix(".old")
    made = [parent for parent in target.parents if not parent.exists()]
    try:
        try:
            temporary.mkdir(parents=True)
        except OSError as error:
            raise InputError(f"{show(os.fspath(folder))} cannot be written ({error.strerror or error})") from None
        yield temporary
        if target.exists():
            target.rename(replaced)
        try:
            temporary.rename(target)
        except BaseException:
            if replaced.exists():
                replaced.rename(target)
            raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(replaced, ignore_errors=True)
        for parent in made:  # innermost first; only those that stayed empty go
            with suppress(OSError):
                parent.rmdir()
