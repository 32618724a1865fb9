# SPDX-License-Identifier: Apache-2.0
"""Work folders of tool runs: one run at a time, started empty, and never somebody else's files removed."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sc_precision.errors import InputError, ToolError

_LOCK = ".sc_precision.lock"
_MARK = ".sc_precision.work"  # marks folders that may be removed


@contextmanager
def io_errors(what: str) -> Iterator[None]:
    """Turn an `OSError` inside the block, such as a full disk, into a one-line `ToolError`."""
    try:
        yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise ToolError(f"{what}: {error.strerror or error}{where}") from error


@contextmanager
def locked_folder(folder: Path) -> Iterator[Path]:
    """Hold a work folder for one run, and yield it absolute; created if it does not exist.

    The lock belongs to the process, so that a run which died leaves none behind. Raises ToolError if another run holds
    it, or it cannot be written.
    """
    folder = folder.absolute()
    with io_errors(f"work folder {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("a+")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read(20).strip() or "unknown"
            raise ToolError(
                f"work folder {folder}: in use by another run (process {holder}); wait or choose another"
            ) from None
        except OSError as error:
            raise ToolError(f"work folder {folder}: cannot be locked: {error.strerror}") from error
        with io_errors(f"work folder {folder}"):
            lock.truncate(0)
            # Not through the buffer, which closing would try to write again to a full disk.
            os.write(lock.fileno(), f"{os.getpid()}\n".encode())
        yield folder


def fresh_folder(folder: Path) -> Path:
    """Make an empty folder, removing what an earlier run left there, and return it absolute.

    Raises InputError if there is something that no run of this package made, and ToolError if it cannot be written.
    """
    folder = folder.absolute()
    with io_errors(f"work folder {folder}"):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise InputError(f"work folder {folder}: is not a folder; remove it or choose another")
        if folder.is_dir() and any(folder.iterdir()):
            if not (folder / _MARK).is_file():
                raise InputError(f"work folder {folder}: holds files of yours; empty it or choose another")
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _MARK).touch()
    return folder
