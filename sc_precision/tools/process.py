# SPDX-License-Identifier: Apache-2.0
"""Running one program: time limit, log file, and nothing left behind.

A program is started as the leader of its own session. Some programs (SBY is one) put their children in
further process groups, so ending one group is not enough: everything in the session, and everything
that descends from it, is ended at the time limit, on cancellation and on any exception such as
`KeyboardInterrupt`, first with SIGTERM and after a grace period with SIGKILL.
"""

import math
import os
import select
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from sc_precision.errors import InputError, ToolError
from sc_precision.tools.caches import python_environment

_GRACE_SECONDS = 2.0  # between SIGTERM and SIGKILL
_POLL_SECONDS = 0.2  # how often cancellation and the size of the log are looked at
_TAIL_BYTES = 8192
MAX_OUTPUT_BYTES = 1 << 30  # a program that prints without end must not fill the disk


class CancelledError(ToolError):
    """The run was cancelled from outside before the program had ended."""


@dataclass(frozen=True)
class Completed:
    """How a program ended: what was run, for how long, and whether the time limit ended it.

    A negative return code is the signal that ended the program. The tail is the end of what it printed, standard output
    and error merged, at most 8192 bytes.
    """

    argv: tuple[str, ...]
    returncode: int
    seconds: float
    timed_out: bool
    output_tail: str

    @property
    def ok(self) -> bool:
        """Whether it ended by itself with status 0."""
        return self.returncode == 0 and not self.timed_out


def run(
    argv: Sequence[str | os.PathLike[str]],
    *,
    cwd: str | os.PathLike[str] | None = None,
    timeout: float,
    env: Mapping[str, str] | None = None,
    log: str | os.PathLike[str] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Completed:
    """Run a program to its end or its time limit.

    Parameters
    ----------
    argv : sequence of str or path
        Program and arguments; no shell is involved.
    cwd : path, optional
        Folder to run in.
    timeout : float
        Time limit in seconds, above 0.
    env : mapping, optional
        The whole environment; by default this process's own. Python programs import nothing from their folder.
    log : path, optional
        File that receives standard output and error; overwritten.
    cancel : callable, optional
        Looked at five times a second; once it returns True the program is ended.

    Raises
    ------
    InputError
        If `argv` is empty or `timeout` is not a positive number.
    ToolError
        If the program cannot be started, its log cannot be written or its output passes 1 GiB.
    CancelledError
        If `cancel` returned True.
    """
    command = tuple(os.fspath(word) for word in argv)
    if not command:
        raise InputError("run: argv is empty; give a program")
    if not (isinstance(timeout, (int, float)) and math.isfinite(timeout) and timeout > 0):
        raise InputError(f"run: timeout must be a positive number of seconds, got {timeout!r}")
    with _open_output(log) as output:
        start = time.monotonic()
        timed_out = False
        process: subprocess.Popen[bytes] | None = None
        try:
            process = _start(command, cwd, env, output)
            timed_out = not _wait(process, command[0], start + timeout, output, cancel)
        finally:
            if process is not None:
                _end_session(process)
        seconds = time.monotonic() - start
        tail = _tail(output)
    return Completed(command, process.returncode, seconds, timed_out, tail)


@contextmanager
def signals_raise() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into `SystemExit` inside the block, so that programs are ended first.

    Does nothing outside the main thread, where signal handlers cannot be set.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _open_output(log: str | os.PathLike[str] | None) -> Iterator[IO[bytes]]:
    try:
        output = tempfile.TemporaryFile() if log is None else Path(log).open("w+b")  # noqa: SIM115
    except OSError as error:
        raise ToolError(f"log {log}: {error.strerror or error}; choose a writable place") from error
    with output:
        yield output


def _start(
    command: tuple[str, ...],
    cwd: str | os.PathLike[str] | None,
    env: Mapping[str, str] | None,
    output: IO[bytes],
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=python_environment(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in an argument
        where = f" in {cwd}" if cwd is not None else ""
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise ToolError(f"{command[0]}: cannot be started{where}: {reason}") from error


def _wait(
    process: subprocess.Popen[bytes],
    program: str,
    deadline: float,
    output: IO[bytes],
    cancel: Callable[[], bool] | None,
) -> bool:
    """Wait for the leader; False if the deadline came first."""
    with _exit_watch(process) as ended:
        while True:
            left = deadline - time.monotonic()
            if ended(max(0.0, min(left, _POLL_SECONDS))):
                return True
            if left <= 0:
                return False
            if cancel is not None and cancel():
                raise CancelledError(f"{program}: cancelled")
            if os.fstat(output.fileno()).st_size > MAX_OUTPUT_BYTES:
                raise ToolError(f"{program}: printed over {MAX_OUTPUT_BYTES} bytes and was ended")


@contextmanager
def _exit_watch(process: subprocess.Popen[bytes]) -> Iterator[Callable[[float], bool]]:
    """A function that waits up to the given seconds and returns whether the process has ended.

    A pidfd wakes at once (Popen.wait sleeps up to 50 ms too long, which shows on proofs of 0.4 s) and
    leaves the leader unreaped, so that its session number cannot be reused before the session is ended.
    """
    try:
        descriptor = os.pidfd_open(process.pid)
    except (AttributeError, OSError):  # not Linux, or a sandbox without the call

        def ended_by_wait(seconds: float) -> bool:
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
            return process.returncode is not None

        yield ended_by_wait
        return
    try:
        yield lambda seconds: bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


def _end_session(process: subprocess.Popen[bytes]) -> None:
    """End every process of the session and reap the leader."""
    try:
        if _signal_all(process, signal.SIGTERM):
            deadline = time.monotonic() + _GRACE_SECONDS
            while _members(process) and time.monotonic() < deadline:
                time.sleep(0.01)
    finally:  # also on a second Ctrl-C during the grace period
        while _signal_all(process, signal.SIGKILL):
            time.sleep(0.005)
        process.wait()


def _signal_all(process: subprocess.Popen[bytes], number: signal.Signals) -> bool:
    """Signal every member; False if there was none that could be signalled."""
    signalled = False
    for pid in _members(process):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
            signalled = True
    return signalled


def _members(process: subprocess.Popen[bytes]) -> set[int]:
    """Live processes of the session led by `process`, and their descendants."""
    if not os.path.isdir("/proc/self"):  # no Linux /proc: only the leader can be known
        return {process.pid} if process.poll() is None else set()
    parents: dict[int, int] = {}
    members: set[int] = set()
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", "rb") as file:
                # The name, in parentheses, may itself hold spaces and parentheses.
                state, parent, _, session = file.read().rpartition(b")")[2].split()[:4]
        except (OSError, ValueError):  # it ended while we looked
            continue
        if state in (b"Z", b"X"):
            continue
        pid = int(entry)
        parents[pid] = int(parent)
        if int(session) == process.pid:
            members.add(pid)
    while found := {pid for pid, parent in parents.items() if parent in members} - members:
        members |= found
    return members


def _tail(output: IO[bytes]) -> str:
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - _TAIL_BYTES))
    return output.read().decode("utf-8", errors="replace")
