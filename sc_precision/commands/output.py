# SPDX-License-Identifier: Apache-2.0
"""Standard output and error of the command line, whatever they are: closed, full, or of another encoding."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sc_precision.errors import ScPrecisionError

_WORDS = str.maketrans({"±": "+-", "×": "x", "−": "-", "–": "-", "…": "...", "≤": "<=", "≥": ">="})


class OutputError(ScPrecisionError):
    """Standard output that cannot be written."""

    exit_status = 1


class _Output(io.TextIOWrapper):
    """Standard output whose failures are errors of their own."""

    def write(self, text: str) -> int:
        with _named():
            return super().write(text)

    def flush(self) -> None:
        with _named():
            super().flush()


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(
            f"standard output cannot be written ({error.strerror or error}); give it a place with space"
        ) from None


def _in_plain_words(error: UnicodeError) -> tuple[str | bytes, int]:
    """What stands for characters that an encoding does not have."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(_plain(character) for character in bad), error.end


def _plain(character: str) -> str:
    word = character.translate(_WORDS)
    return word if word.isascii() else character.encode("ascii", "backslashreplace").decode()


def prepare_output() -> None:
    """Make standard output and error usable: closed ones go nowhere, no character is too much for their encoding."""
    codecs.register_error("sc_precision.plain", _in_plain_words)
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:  # nothing that is opened later may take their place
        pass
    os.close(descriptor)
    encoding, lines = "utf-8", False
    if sys.stdout is not None:
        encoding, lines = sys.stdout.encoding, sys.stdout.isatty()
    sys.stdout = _Output(
        io.BufferedWriter(io.FileIO(1, "wb", closefd=False)), encoding, "sc_precision.plain", line_buffering=lines
    )
    if sys.stderr is None:
        sys.stderr = io.TextIOWrapper(io.BufferedWriter(io.FileIO(2, "wb", closefd=False)), "utf-8")
    elif isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="sc_precision.plain")


def abandon(descriptor: int) -> None:
    """Let what is still to be written to 1 or 2 go nowhere, so that the interpreter does not complain at exit."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
