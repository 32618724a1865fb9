# SPDX-License-Identifier: Apache-2.0
"""Folders for what may be kept from run to run, also where the home folder cannot be written."""

import atexit
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache

from sc_precision.errors import ToolError


def cache_home(name: str) -> str:
    """Folder in which ``<name>`` can be made and written, for what ``XDG_CACHE_HOME`` stands for.

    The user's own (``XDG_CACHE_HOME``, else ``~/.cache``) where that works; else a folder of this user's in the folder
    for temporary files; else one that is gone at exit.

    Raises
    ------
    ToolError
        If there is no folder for temporary files that can be written.
    """
    # A relative path is none (XDG Base Directory Specification); where there is no home folder, ``~`` stays as it is.
    homes = filter(os.path.isabs, (os.environ.get("XDG_CACHE_HOME", ""), os.path.expanduser("~/.cache")))
    home = next(homes, None)
    return home if home is not None and _usable(os.path.join(home, name)) else _temporary_home()


def python_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment, by default this process's own, in which Python is not led astray.

    It imports nothing from the current folder, and prints what is read here.
    """
    always = {"PYTHONSAFEPATH": "1", "PYTHONIOENCODING": "utf-8"}
    return dict(os.environ if environment is None else environment) | always


def wasm_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment in which compiled WebAssembly, of Amaranth's Yosys and of YoWASP's, is cached where it can be."""
    result = python_environment(environment)
    result["XDG_CACHE_HOME"] = cache_home("wasmtime")  # Amaranth's
    result.setdefault("YOWASP_CACHE_DIR", "")
    result["YOWASP_CACHE_DIR"] = result["YOWASP_CACHE_DIR"] or os.path.join(cache_home("YoWASP"), "YoWASP")
    return result


def _usable(folder: str) -> bool:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def _temporary_home() -> str:
    """A folder that nobody else can have put anything into: compiled code is run from it."""
    try:
        folder = os.path.join(tempfile.gettempdir(), f"sc-precision-cache-{os.getuid()}")
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)
        status = os.lstat(folder)
        if stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o022:
            return folder
        return _passing_home()
    except OSError as error:
        raise ToolError(
            f"cache: neither the home folder nor one for temporary files can be written ({error.strerror or error}); "
            "set TMPDIR to a folder you may write"
        ) from None


@lru_cache(maxsize=1)
def _passing_home() -> str:
    folder = tempfile.mkdtemp(prefix="sc-precision-cache-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
