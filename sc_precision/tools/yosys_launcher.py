# SPDX-License-Identifier: Apache-2.0
"""The ``yosys`` command on top of the ``pyosys`` wheel, which has the library but no program.

Run as ``python -m sc_precision.tools.yosys_launcher [options] [files]``. It takes the options of yosys that
SBY, its helpers and this package use. Yosys runs in a forked child: an error ends the process that runs
it at once, and its log has to be split between the log file and the console, which the parent does.

This file runs by path as well, so it imports nothing of the package; and since SBY starts it three times
per proof, it also does without the modules of the standard library that are slow to load.
"""

from __future__ import annotations

import os
import resource
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType
    from typing import IO, NoReturn

_FLAGS = "QTVqtS"
_VALUED = "lLobfsprmDWweh"
_STACK_BYTES = 128 << 20  # what the yosys program asks for: its passes recurse deeply


def main(arguments: Sequence[str] | None = None) -> int:
    """Act like ``yosys`` with these arguments; the exit status is its own, or 128 + n if signal n ended it."""
    try:
        options, files = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    except ValueError as error:
        print(f"ERROR: yosys on pyosys: {error}", file=sys.stderr)
        return 1
    quiet = any(option == "-q" for option, _ in options)
    try:
        logs = [open(value, "wb", buffering=0) for option, value in options if option in ("-l", "-L")]  # noqa: SIM115
    except OSError as error:
        print(f"ERROR: cannot write log file {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        _child(options, files, write_end)
    os.close(write_end)
    _end_with(child)
    try:
        with os.fdopen(read_end, "rb") as stream:
            _copy(stream, logs, quiet)
    finally:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status < 0:
        print(f"ERROR: yosys was ended by signal {-status}", file=sys.stderr)
        return 128 - status
    return status


def parse_arguments(arguments: Sequence[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Split a command line into options with their values, in the order given, and the names of files.

    Options are in the manner of getopt: ``-ql x.log`` is ``-q -l x.log``; the value of a flag is empty. Raises
    ValueError at an option that is unknown or lacks its value.
    """
    options: list[tuple[str, str]] = []
    files: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            files.extend(words)
        elif not word.startswith("-") or word == "-":
            files.append(word)
        else:
            letters = word[1:]
            while letters:
                letter, letters = letters[0], letters[1:]
                if letter in _FLAGS:
                    options.append((f"-{letter}", ""))
                elif letter in _VALUED:
                    value = letters or next(words, None)
                    if value is None:
                        raise ValueError(f"option -{letter} needs a value")
                    options.append((f"-{letter}", value))
                    letters = ""
                else:
                    raise ValueError(f"option -{letter} is not known")
    return options, files


def _copy(stream: IO[bytes], logs: Sequence[IO[bytes]], quiet: bool) -> None:
    """Copy the log: all to the files, and to the console all or, if quiet, what went wrong."""
    for line in stream:
        for log in logs:
            log.write(line)
        if _is_message(line, b"ERROR:") or (quiet and _is_message(line, b"Warning: ")):
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()
        elif not quiet:
            sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def _is_message(line: bytes, kind: bytes) -> bool:
    """Whether a line of the log begins with the word, or has it after a file name and line."""
    return line.startswith(kind) or (b": " + kind) in line


def _child(options: Sequence[tuple[str, str]], files: Sequence[str], output: int) -> NoReturn:
    status = 1
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        _grow_stack()
        _run(options, files)
        status = 0
    except BaseException as error:
        os.write(2, f"ERROR: {error}\n".encode())
    finally:
        _flush_c_streams()
        os._exit(status)


def _run(options: Sequence[tuple[str, str]], files: Sequence[str]) -> None:
    from pyosys import libyosys

    def values(*names: str) -> list[str]:
        return [value for option, value in options if option in names]

    run = libyosys.run_pass
    design = libyosys.yosys_get_design()
    if values("-V"):
        print(libyosys.yosys_maybe_version(), flush=True)
        return
    for option, value in options:
        if option in ("-W", "-w", "-e"):
            run(f'logger -{ {"-W": "warn", "-w": "nowarn", "-e": "werror"}[option] } "{value}"')
        elif option == "-t":
            run("logger -time")
    for name in values("-h"):
        run(f"help {name}")
    for name in values("-m"):
        run(f"plugin -i {name}")
    if defines := values("-D"):
        run("read -define " + " ".join(defines))
    for command in values("-r"):
        run(command)
    frontend = (values("-f") or ["auto"])[-1]
    for file in files:
        libyosys.run_frontend(file, frontend, design, "")
    for option, value in options:
        if option == "-s":
            libyosys.run_frontend(value, "script", design, "")
    for option, value in options:
        if option == "-p":
            run(value)
        elif option == "-S":
            run("synth")
    for file in values("-o")[-1:]:
        libyosys.run_backend(file, (values("-b") or ["auto"])[-1], design)


def _grow_stack() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    limit = _STACK_BYTES if hard == resource.RLIM_INFINITY else min(_STACK_BYTES, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_STACK, (limit, hard))


def _flush_c_streams() -> None:
    """Flush what C and C++ have buffered, which `os._exit` would drop."""
    import ctypes

    ctypes.CDLL(None).fflush(None)


def _end_with(child: int) -> None:
    """Have the signals that ask to end also end yosys, which must not outlive its launcher."""

    def end(number: int, _frame: FrameType | None) -> None:
        try:  # noqa: SIM105 - contextlib is slow to load
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:  # it has just ended
            pass
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)


if __name__ == "__main__":
    exit_status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_status)  # there is nothing to clean up, and tearing Python down takes a while
