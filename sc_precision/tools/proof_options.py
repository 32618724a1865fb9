# SPDX-License-Identifier: Apache-2.0
"""How proofs are run: one object, checked once, that goes from a command to the programs."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sc_precision.arguments import flag, integer, positive, show
from sc_precision.errors import InputError
from sc_precision.tools.caches import cache_home
from sc_precision.tools.sby import ProofResult

Progress = Callable[[ProofResult, int, int], None]
"""Called with a result, the number of those that are done and the number of all."""


def default_cache() -> Path:
    """Where answers of proofs are kept: ``sc-precision/proofs`` in the user's cache folder, see `cache_home`."""
    return Path(cache_home("sc-precision")) / "sc-precision" / "proofs"


@dataclass(frozen=True, kw_only=True)
class ProofOptions:
    """How proofs are run.

    Parameters
    ----------
    mutants : bool
        Whether the faulty designs that must be refused are run too.
    jobs : int, optional
        Proofs at once, at least 1; the cores by default. Not with `executor`.
    timeout : float, optional
        Seconds for each task, greater than 0; what is asked has its own by default.
    cache : path, optional
        Folder of answers to reuse; none by default.
    executor : concurrent.futures.Executor, optional
        Where to run, see `run_proofs`; threads of this process by default.
    progress : callable, optional
        Called with (result, number done, number of tasks) as each proof ends.

    Raises
    ------
    InputError
        If one cannot be used, or `jobs` and `executor` are both given.
    """

    mutants: bool = True
    jobs: int | None = None
    timeout: float | None = None
    cache: str | os.PathLike[str] | None = None
    executor: Executor | None = None
    progress: Progress | None = None

    def __post_init__(self) -> None:
        flag("mutants", self.mutants)
        if self.jobs is not None:
            object.__setattr__(self, "jobs", integer("jobs", self.jobs, minimum=1))
        if self.timeout is not None:
            object.__setattr__(self, "timeout", positive("timeout", self.timeout))
        if not isinstance(self.cache, str | os.PathLike | None) or self.cache == "":
            raise InputError(f"cache must be a folder, got {show(self.cache)}")
        if not isinstance(self.executor, Executor | None):
            raise InputError(f"executor must be a concurrent.futures.Executor, got {show(self.executor)}")
        if self.jobs is not None and self.executor is not None:
            raise InputError(f"jobs={self.jobs} and executor contradict each other; give one of them")
        if self.progress is not None and not callable(self.progress):
            raise InputError(f"progress must be callable, got {show(self.progress)}")

    def running(self) -> dict[str, Any]:
        """Arguments of `run_proofs`: where to run, what to reuse, whom to tell."""
        return {
            "executor": self.executor,
            "jobs": self.jobs,
            "cache_dir": None if self.cache is None else os.fspath(self.cache),
            "progress": self.progress,
        }
