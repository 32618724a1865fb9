# SPDX-License-Identifier: Apache-2.0
"""Running many proofs at once, on threads here or on any executor, with a cache."""

import os
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sc_precision.arguments import integer
from sc_precision.errors import InputError, ToolError
from sc_precision.tools.process import CancelledError, signals_raise
from sc_precision.tools.proof_cache import ProofCache, proof_key
from sc_precision.tools.proof_options import Progress
from sc_precision.tools.sby import ProofResult, ProofTask, run_proof
from sc_precision.tools.toolchain import Toolchain, resolve_toolchain
from sc_precision.tools.workfolder import io_errors, locked_folder

_CANCEL = ".sc_precision.cancel"
_STOP_SECONDS = 15.0  # for the workers to end their programs once they are to stop

_cancelled_here: set[str] = set()  # for threads of this process, in case the disk takes no further file


@dataclass(frozen=True)
class _CancelFile:
    """Cancellation that reaches workers in other processes: the run is over once the file is there."""

    path: str

    def __call__(self) -> bool:
        return self.path in _cancelled_here or os.path.exists(self.path)


def run_proofs(
    tasks: Sequence[ProofTask],
    workdir: str | Path,
    *,
    executor: Executor | None = None,
    jobs: int | None = None,
    cache_dir: str | Path | None = None,
    progress: Progress | None = None,
    toolchain: Toolchain | None = None,
) -> list[ProofResult]:
    """Run proofs in parallel.

    Parameters
    ----------
    tasks : sequence of ProofTask
        The questions; names must be unique.
    workdir : path
        Work folder; one run at a time.
    executor : concurrent.futures.Executor, optional
        Where to run; its workers must see `workdir` and the ``.sby`` files. By default threads of this
        process, which suffice because the work is done by the programs that they start. An executor
        that was given is not shut down.
    jobs : int, optional
        Number of proofs at once without `executor`, at least 1; by default the cores available.
    cache_dir : path, optional
        Folder of the cache; none by default. Only ``PASS`` and ``FAIL`` are kept.
    progress : callable, optional
        Called in this thread with (result, number done, number of tasks) as each proof ends.
    toolchain : Toolchain, optional
        By default `resolve_toolchain`. Not with `executor`, whose workers look for their own.

    Returns
    -------
    list of ProofResult
        In the order of `tasks`, whatever the verdicts.

    Raises
    ------
    InputError
        If names repeat, `jobs` is out of range, or a file is missing.
    ToolMissingError
        If SBY or Yosys is not installed.
    ToolError
        If the work folder is in use or cannot be written, or a worker died.

    Notes
    -----
    On an exception, `KeyboardInterrupt` and SIGTERM included, all programs are ended before it leaves.
    """
    _check(tasks, jobs, executor, toolchain)
    toolchain = toolchain or resolve_toolchain()
    run = _Run(tasks, toolchain, ProofCache(Path(cache_dir)) if cache_dir is not None else None, progress)
    with locked_folder(Path(workdir)) as folder, signals_raise():
        cancel = folder / _CANCEL
        _cancelled_here.discard(str(cancel))
        with io_errors(f"work folder {folder}"):
            cancel.unlink(missing_ok=True)
        run.look_up()
        if len(run.results) < len(tasks):
            toolchain.prepare()
            if executor is not None:
                run.ask(executor, None, folder, cancel)
            else:
                own = ThreadPoolExecutor(jobs or _cores(), "proof")
                try:
                    run.ask(own, toolchain, folder, cancel)
                finally:
                    own.shutdown(wait=True, cancel_futures=True)
    return [run.results[index] for index in range(len(tasks))]


class _Run:
    """The results of a run by the tasks' places, and the cache that they come from or go to."""

    def __init__(
        self, tasks: Sequence[ProofTask], toolchain: Toolchain, cache: ProofCache | None, progress: Progress | None
    ):
        self.tasks, self.cache, self.progress = tasks, cache, progress
        self.versions = toolchain.versions()
        self.keys = [proof_key(task, self.versions) if cache is not None else None for task in tasks]
        self.results: dict[int, ProofResult] = {}

    def finish(self, index: int, result: ProofResult) -> None:
        self.results[index] = result
        if self.progress is not None:
            self.progress(result, len(self.results), len(self.tasks))

    def look_up(self) -> None:
        """Take what the cache has."""
        for index, (task, key) in enumerate(zip(self.tasks, self.keys, strict=True)):
            if self.cache is not None and key is not None and (found := self.cache.load(key, task.name)) is not None:
                self.finish(index, found)

    def ask(self, pool: Executor, toolchain: Toolchain | None, folder: Path, cancel: Path) -> None:
        """Run what is left, and keep what is decided; on an exception, stop all that runs."""
        futures: dict[Future[ProofResult], int] = {}
        cancelled = _CancelFile(str(cancel))
        try:
            for index in [index for index in range(len(self.tasks)) if index not in self.results]:
                future = pool.submit(run_proof, self.tasks[index], folder, toolchain=toolchain, cancel=cancelled)
                futures[future] = index
            pending = set(futures)
            while pending:
                done, pending = wait(pending, timeout=1.0, return_when=FIRST_COMPLETED)
                for future in done:
                    index, result = futures[future], future.result()
                    key = self.keys[index]
                    if self.cache is not None and key is not None and result.versions == self.versions:
                        result = self.cache.store(key, result)
                    self.finish(index, result)
        except BaseException as error:
            _stop(set(futures), cancel)
            if isinstance(error, BrokenExecutor):  # as a proof is handed out, or as its result is taken
                raise ToolError(f"proofs: a worker died: {error}") from error
            raise


def _check(
    tasks: Sequence[ProofTask], jobs: int | None, executor: Executor | None, toolchain: Toolchain | None
) -> None:
    names = [task.name for task in tasks]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(f"proofs: the name {repeated[0]} is used more than once; names must be unique")
    if jobs is not None:
        integer("proofs: jobs", jobs, minimum=1)
    if executor is not None and (jobs is not None or toolchain is not None):
        raise InputError("proofs: jobs and toolchain cannot be set together with executor")


def _stop(futures: "set[Future[ProofResult]]", cancel: Path) -> None:
    """Cancel what has not begun, end what runs, and wait until it has ended."""
    for future in futures:
        future.cancel()
    _cancelled_here.add(str(cancel))
    with suppress(OSError):
        cancel.touch()
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline and any(not future.done() for future in futures):
        wait(futures, timeout=0.2)


def _cores() -> int:
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


__all__ = ["CancelledError", "Progress", "run_proofs"]
