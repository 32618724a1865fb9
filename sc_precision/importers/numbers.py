# SPDX-License-Identifier: Apache-2.0
"""Lists of numbers from the command line: written there, or in a text file."""

from __future__ import annotations

from sc_precision.arguments import show
from sc_precision.errors import InputError
from sc_precision.files import read_regular

MAX_TEXT_BYTES = 1 << 20
"""Longest file that is read."""


def read_numbers(text: str) -> list[float]:
    """Numbers separated by commas or space, or the name of a text file that holds such; InputError if it is neither."""
    found = _parse(text)
    if found is not None:
        return found
    try:
        content = read_regular(text, MAX_TEXT_BYTES).decode()
    except InputError as error:
        raise InputError(f"{error}; this is no list of numbers") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InputError(f"{show(text)}: neither numbers with commas nor a file of them ({reason})") from None
    found = _parse(content)
    if found is None:
        raise InputError(f"{text}: must hold numbers with commas or space between, got {show(content[:60])}")
    return found


def _parse(text: str) -> list[float] | None:
    words = text.replace(",", " ").split()
    try:
        return [float(word) for word in words] or None
    except ValueError:
        return None
