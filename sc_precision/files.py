# SPDX-License-Identifier: Apache-2.0
"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sc_precision.arguments import show
from sc_precision.errors import InputError


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path next to `path`, which becomes `path` if the block succeeds.

    The block creates and closes the file. If it raises, `path` is left as it was and the temporary file is gone.

    Raises
    ------
    InputError
        If the file cannot be written: no such folder, no permission, no space, or `path` is a folder.
    """
    target = Path(os.path.realpath(path))  # a link keeps pointing to where it points
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        yield temporary
        os.replace(temporary, target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"{show(os.fspath(path))} cannot be written ({reason}); give a file in a folder you may write"
        ) from None
    finally:
        with suppress(OSError):
            temporary.unlink()
