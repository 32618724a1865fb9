# SPDX-License-Identifier: Apache-2.0
"""Waveforms (VCD files) read into values by signal and time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from vcd.common import VarType
from vcd.reader import TokenKind, VCDParseError, tokenize

from sc_precision.errors import InputError

_CHANGES = (TokenKind.CHANGE_SCALAR, TokenKind.CHANGE_VECTOR)


@dataclass(frozen=True)
class Wave:
    """One signal's values: when it changed, ascending, in the file's unit, and what to.

    A value is an unsigned int, or its bits as text where some are x or z. Signals that are one net share the file's own
    identifier.
    """

    identifier: str
    times: tuple[int, ...]
    values: tuple[int | str, ...]

    def at(self, time: int) -> int | str:
        """Value at a time; raises `LookupError` before the first."""
        index = bisect_right(self.times, time)
        if index == 0:
            raise LookupError(f"no value at time {time}")
        return self.values[index - 1]


def read_vcd(path: str | Path) -> dict[str, Wave]:
    """Read a VCD file, as simulators and proof tools write them, or raise InputError.

    Signals are found by hierarchical name with points, without ranges of bits or backslashes; no events, reals or
    strings.
    """
    names: dict[str, str] = {}
    changes: dict[str, tuple[list[int], list[int | str]]] = {}
    scopes: list[str] = []
    time = 0
    try:
        with Path(path).open("rb") as file:
            for token in tokenize(file):
                if token.kind is TokenKind.SCOPE:
                    scopes.append(token.scope.ident)
                elif token.kind is TokenKind.UPSCOPE:
                    scopes.pop()
                elif token.kind is TokenKind.VAR:
                    if token.var.type_ not in (VarType.event, VarType.real, VarType.realtime, VarType.string):
                        names[".".join((*scopes, token.var.reference))] = token.var.id_code
                        changes.setdefault(token.var.id_code, ([], []))
                elif token.kind is TokenKind.CHANGE_TIME:
                    time = token.time_change
                elif token.kind in _CHANGES:
                    change = token.scalar_change if token.kind is TokenKind.CHANGE_SCALAR else token.vector_change
                    if change.id_code in changes:
                        times, values = changes[change.id_code]
                        value = change.value
                        times.append(time)
                        values.append(int(value, 2) if value in ("0", "1") else value)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (VCDParseError, ValueError, IndexError) as error:
        raise InputError(f"{path}: cannot be read as a waveform ({error})") from None
    waves = {key: Wave(key, tuple(times), tuple(values)) for key, (times, values) in changes.items()}
    if not waves:
        raise InputError(f"{path}: cannot be read as a waveform (it has no signals)")
    return {name: waves[key] for name, key in names.items()}
