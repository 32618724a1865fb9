# SPDX-License-Identifier: Apache-2.0
"""Trouble that a run of proofs must survive: odd executors, solvers that die, disks that are full, runs that meet."""

import resource
import shutil
import subprocess
import sys
import textwrap
from concurrent.futures import Executor, Future

import pytest

from sc_precision.errors import ToolError
from sc_precision.tools.find import Tool
from sc_precision.tools.proofs import run_proofs
from sc_precision.tools.sby import ProofTask, Verdict, run_proof
from sc_precision.tools.toolchain import resolve_toolchain


class Inline(Executor):
    """The least that an executor of another package must do."""

    def submit(self, function, /, *arguments, **options):
        future = Future()
        try:
            future.set_result(function(*arguments, **options))
        except BaseException as error:
            future.set_exception(error)
        return future


def test_any_executor_that_keeps_the_interface(write_sby, tmp_path):
    tasks = [ProofTask(name, write_sby(name), timeout=60) for name in ("a", "b")]
    results = run_proofs(tasks, tmp_path / "work", executor=Inline())
    assert [result.verdict for result in results] == [Verdict.PASS, Verdict.PASS]


@pytest.mark.parametrize("script", ["kill -SEGV $$", "exit 1", "echo '(error \"out of memory\")'; exit 0"])
def test_a_solver_that_dies_is_no_verdict_and_the_next_is_asked(write_sby, tmp_path, script):
    broken = tmp_path / "broken"
    broken.write_text(f"#!/bin/sh\n{script}\n")
    broken.chmod(0o755)
    chain = resolve_toolchain()
    tools = {**chain.tools, "bitwuzla": Tool("bitwuzla", (str(broken),), "0", "path")}
    chain = type(chain)(chain.kind, tools)
    alone = ProofTask("alone", write_sby(), engines=("smtbmc bitwuzla",), timeout=30)
    result = run_proof(alone, tmp_path / "work", toolchain=chain)
    assert result.verdict is Verdict.ERROR
    assert result.message
    both = ProofTask("both", write_sby(), engines=("smtbmc bitwuzla", "smtbmc z3"), timeout=30)
    result = run_proof(both, tmp_path / "work", toolchain=chain)
    assert (result.verdict, result.engine) == (Verdict.PASS, "smtbmc z3")
    assert [attempt.verdict for attempt in result.attempts] == [Verdict.ERROR, Verdict.PASS]


def test_a_disk_that_takes_no_more_is_no_pass(write_sby, tmp_path):
    """Files stop growing at 2 KiB, for this package and for the programs that it starts."""
    code = f"""
        import resource, signal
        from pathlib import Path
        from sc_precision.errors import ScPrecisionError
        from sc_precision.tools.proofs import run_proofs
        from sc_precision.tools.sby import ProofTask
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))
        try:
            [result] = run_proofs([ProofTask("t", Path({str(write_sby())!r}), timeout=60)], {str(tmp_path / "work")!r})
            print("verdict", result.verdict.value)
        except ScPrecisionError as error:
            print("error", error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(("error ", "verdict ERROR")), done.stdout
    assert done.stdout.count("\n") == 1
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 2048


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 256 KiB; only root may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_is_full_is_no_pass_and_recovers(write_sby, tmp_path, small_disk):
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space left"):
        filler.write_bytes(bytes(1 << 20))
    with pytest.raises(ToolError, match=r"^[^\n]*No space left[^\n]*$"):
        run_proofs([ProofTask("full", write_sby(), timeout=60)], small_disk / "work")
    filler.unlink()
    [result] = run_proofs([ProofTask("full", write_sby(), timeout=60)], small_disk / "work")
    assert result.verdict is Verdict.PASS


def test_a_cache_that_is_full_is_one_line(write_sby, tmp_path, small_disk):
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "filler").write_bytes(bytes(1 << 20))
    with pytest.raises(ToolError, match=r"^proof cache [^\n]*No space left[^\n]*$"):
        run_proofs([ProofTask("t", write_sby(), timeout=60)], tmp_path / "work", cache_dir=small_disk / "cache")


def test_a_solver_that_is_not_installed_leaves_the_others(write_sby, tmp_path):
    """The first engine is not there, the second is; with neither there is no verdict but an install command."""
    chain = resolve_toolchain()
    tools = {name: tool for name, tool in chain.tools.items() if name not in ("bitwuzla", "yices-smt2")}
    chain = type(chain)(chain.kind, tools)
    task = ProofTask("t", write_sby(), engines=("smtbmc bitwuzla", "smtbmc z3"), timeout=60)
    result = run_proof(task, tmp_path / "work", toolchain=chain)
    assert (result.verdict, result.engine) == (Verdict.PASS, "smtbmc z3")
    assert [attempt.verdict for attempt in result.attempts] == [Verdict.ERROR, Verdict.PASS]
    tools.pop("z3")
    result = run_proof(task, tmp_path / "work", toolchain=type(chain)(chain.kind, tools))
    assert result.verdict is Verdict.ERROR
    assert "pip install" in result.message


def test_a_solver_that_hangs_is_ended_with_its_children_and_the_next_is_asked(write_sby, tmp_path, leftovers):
    hanging = tmp_path / "hanging"
    hanging.write_text("#!/bin/sh\nsleep 600 &\nsleep 600\n")
    hanging.chmod(0o755)
    chain = resolve_toolchain()
    tools = {**chain.tools, "bitwuzla": Tool("bitwuzla", (str(hanging),), "0", "path")}
    task = ProofTask("t", write_sby(), engines=("smtbmc bitwuzla", "smtbmc z3"), timeout=20)
    result = run_proof(task, tmp_path / "work", toolchain=type(chain)(chain.kind, tools))
    assert [attempt.verdict for attempt in result.attempts] == [Verdict.TIMEOUT, Verdict.PASS]
    assert not leftovers()


def test_two_runs_that_meet_in_one_folder(write_sby, tmp_path):
    """The second is refused and leaves the first alone."""
    path, work = write_sby(), tmp_path / "work"
    refused = []

    def meet(result, done, total):
        with pytest.raises(ToolError, match="in use by another run") as caught:
            run_proofs([ProofTask("other", path, timeout=60)], work)
        refused.append(str(caught.value))

    tasks = [ProofTask(name, path, timeout=60) for name in ("a", "b")]
    results = run_proofs(tasks, work, jobs=1, progress=meet)
    assert [result.verdict for result in results] == [Verdict.PASS, Verdict.PASS]
    assert len(refused) == 2
    assert not (work / "other").exists()
