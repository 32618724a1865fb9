# SPDX-License-Identifier: Apache-2.0
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sc_precision.errors import InputError
from sc_precision.tools.proof_options import ProofOptions


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mutants": 1}, "mutants must be True or False, got 1"),
        ({"jobs": 0}, "jobs must be at least 1, got 0"),
        ({"jobs": 2.0}, "jobs must be an int, got 2.0"),
        ({"jobs": True}, "jobs must be an int, got True"),
        ({"timeout": 0}, "timeout must be greater than 0, got 0"),
        ({"timeout": "9"}, "timeout must be a real number, got '9'"),
        ({"cache": 3}, "cache must be a folder, got 3"),
        ({"cache": ""}, "cache must be a folder, got ''"),
        ({"executor": "threads"}, "executor must be a concurrent.futures.Executor, got 'threads'"),
        ({"progress": []}, r"progress must be callable, got \[\]"),
    ],
)
def test_options_that_cannot_be_used(arguments, message):
    with pytest.raises(InputError, match=message):
        ProofOptions(**arguments)


def test_jobs_are_of_the_threads_here():
    with ThreadPoolExecutor(1) as pool, pytest.raises(InputError, match="jobs=2 and executor contradict each other"):
        ProofOptions(jobs=2, executor=pool)


def test_what_the_runner_is_given():
    assert ProofOptions().running() == {"executor": None, "jobs": None, "cache_dir": None, "progress": None}
    told = ProofOptions(jobs=3, timeout=7, cache=Path("kept"), progress=print)
    assert told.running() == {"executor": None, "jobs": 3, "cache_dir": "kept", "progress": print}
    assert (told.timeout, told.mutants) == (7.0, True)


def test_options_do_not_change():
    with pytest.raises(AttributeError):
        ProofOptions().jobs = 2
