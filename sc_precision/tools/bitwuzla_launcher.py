# SPDX-License-Identifier: Apache-2.0
"""An interactive ``bitwuzla`` command on top of the ``bitwuzla`` wheel, which has no program.

Run as ``python -m sc_precision.tools.bitwuzla_launcher [--lang smt2] [--time-limit ms] [file]``. It reads
SMT-LIB 2 commands from standard input and answers each as soon as it is complete, as the ``smtbmc``
engine of SBY needs. The parser of the wheel forgets its assertion levels between two calls, so ``push``
and ``pop`` go to the solver directly; symbols are global, as with ``:global-declarations``.

This file runs by path as well, so it imports nothing of the package.
"""

import argparse
import os
import re
import sys
from collections.abc import Iterator, Sequence

# What matters to finding where a command ends: parentheses, and what can hide one.
_TOKEN = re.compile(rb'[()]|;[^\n]*(?:\n|$)|\|[^|]*(?:\||$)|"[^"]*(?:"|$)')
_LEVEL = re.compile(rb"\(\s*(push|pop)(?:\s+(\d+))?\s*\)")
_EXIT = re.compile(rb"\(\s*exit\s*\)")


class CommandReader:
    """Cuts the bytes from a file descriptor into complete SMT-LIB commands."""

    def __init__(self, descriptor: int):
        self._descriptor = descriptor

    def __iter__(self) -> Iterator[bytes]:
        """Yield each command, from its opening to its closing parenthesis, as soon as it is there."""
        pending = b""
        scanned = depth = begin = 0
        while chunk := os.read(self._descriptor, 1 << 16):
            pending += chunk
            for token in _TOKEN.finditer(pending, scanned):
                text = token[0]
                if text[:1] in b'|;"' and not _is_closed(text):
                    scanned = token.start()  # its end has not been read yet
                    break
                scanned = token.end()
                if text == b"(":
                    if depth == 0:
                        begin = token.start()
                    depth += 1
                elif text == b")":
                    depth -= 1
                    if depth == 0:
                        yield pending[begin : token.end()]
                    depth = max(depth, 0)
            done = begin if depth else scanned
            pending, scanned, begin = pending[done:], scanned - done, 0
        if depth:
            raise ValueError("input ends inside a command")


def solve(commands: Iterator[bytes], time_limit: int | None) -> int:
    """Run commands until ``(exit)`` or the end of the input; answers go to standard output.

    The exit status is 0, or 1 after an error, which is reported as ``(error "...")``.
    """
    import bitwuzla

    options = bitwuzla.Options()
    options.set(bitwuzla.Option.PRODUCE_MODELS, True)
    if time_limit is not None:
        options.set(bitwuzla.Option.TIME_LIMIT_PER, time_limit)
    parser = bitwuzla.Parser(bitwuzla.TermManager(), options)
    level = 0
    try:
        for command in commands:
            if match := _LEVEL.fullmatch(command):
                count = int(match[2] or 1)
                if match[1] == b"push":
                    parser.bitwuzla().push(count)
                    level += count
                elif count > level:
                    raise ValueError(f"pop {count} with {level} levels pushed")
                else:
                    parser.bitwuzla().pop(count)
                    level -= count
            elif _EXIT.fullmatch(command):
                return 0
            else:
                parser.parse(command.decode(), False, False)
    except (bitwuzla.BitwuzlaException, ValueError) as error:
        reason = str(error).replace('"', "'").replace("\n", " ")
        print(f'(error "{reason}")', flush=True)
        return 1
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Act like ``bitwuzla`` with these arguments (by default the command line's)."""
    parser = argparse.ArgumentParser(prog="bitwuzla", description="SMT-LIB 2 on the bitwuzla Python wheel")
    parser.add_argument("--lang", choices=["smt2"], default="smt2", help="input language")
    parser.add_argument("--time-limit", type=int, metavar="MS", help="limit of each check in milliseconds")
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    parser.add_argument("file", nargs="?", help="input file (default: standard input)")
    options = parser.parse_args(arguments)
    if options.version:
        import bitwuzla

        print(bitwuzla.version())
        return 0
    try:
        descriptor = os.open(options.file, os.O_RDONLY) if options.file else 0
    except OSError as error:
        print(f'(error "{options.file}: {error.strerror}")')
        return 1
    return solve(iter(CommandReader(descriptor)), options.time_limit)


def _is_closed(token: bytes) -> bool:
    return token.endswith(b"\n") if token.startswith(b";") else len(token) > 1 and token[-1:] == token[:1]


if __name__ == "__main__":
    sys.exit(main())
