# SPDX-License-Identifier: Apache-2.0
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from sc_precision.errors import InputError, ToolError
from sc_precision.tools import proofs as proofs_module
from sc_precision.tools.proof_cache import proof_key
from sc_precision.tools.proofs import run_proofs
from sc_precision.tools.sby import ProofTask, Verdict
from sc_precision.tools.toolchain import resolve_toolchain
from sc_precision.tools.workfolder import locked_folder


@pytest.fixture
def tasks(write_sby):
    return [
        ProofTask("holds", write_sby("holds"), timeout=60),
        ProofTask("fails", write_sby("fails", mode="bmc", depth=10, define="WRONG"), timeout=60),
        ProofTask("open", write_sby("open", depth=3, define="NOT_INDUCTIVE"), timeout=60),
    ]


def test_results_in_order_and_progress(tasks, tmp_path):
    seen = []
    results = run_proofs(
        tasks, tmp_path / "work", jobs=2, progress=lambda result, done, total: seen.append((result.name, done, total))
    )
    assert [(item.name, item.verdict) for item in results] == [
        ("holds", Verdict.PASS),
        ("fails", Verdict.FAIL),
        ("open", Verdict.UNKNOWN),
    ]
    assert {name for name, _, _ in seen} == {"holds", "fails", "open"}
    assert [(done, total) for _, done, total in seen] == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_any_executor(tasks, tmp_path, kind):
    if kind == "threads":
        pool = ThreadPoolExecutor(1)
    else:
        pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    with pool:
        results = run_proofs(tasks[:2], tmp_path / "work", executor=pool, cache_dir=tmp_path / "cache")
        assert [item.verdict for item in results] == [Verdict.PASS, Verdict.FAIL]
        assert pool.submit(os.getpid).result() > 0  # not shut down
    again = run_proofs(tasks[:2], tmp_path / "work", cache_dir=tmp_path / "cache")
    assert all(item.cached for item in again)


def test_a_worker_that_dies(tasks, tmp_path, monkeypatch):
    monkeypatch.setattr(proofs_module, "run_proof", _die)
    with (
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool,
        pytest.raises(ToolError, match=r"^proofs: a worker died: "),
    ):
        run_proofs(tasks, tmp_path / "work", executor=pool)


def test_a_worker_that_died_before(tasks, tmp_path):
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        with pytest.raises(BrokenExecutor):
            pool.submit(_die).result()
        with pytest.raises(ToolError, match=r"^proofs: a worker died: "):
            run_proofs(tasks, tmp_path / "work", executor=pool)


def _die(*arguments, **options):
    os._exit(1)


def test_only_decided_answers_are_cached(tasks, tmp_path):
    first = run_proofs(tasks, tmp_path / "work", cache_dir=tmp_path / "cache")
    assert not any(item.cached for item in first)
    assert len(list((tmp_path / "cache").glob("*.json"))) == 2
    second = run_proofs(tasks, tmp_path / "other", cache_dir=tmp_path / "cache")
    assert [item.cached for item in second] == [True, True, False]
    assert [item.verdict for item in second] == [item.verdict for item in first]
    for before, after in zip(first[:2], second[:2], strict=True):
        assert (after.engine, after.failed, after.message, after.depth, after.unbounded, after.attempts) == (
            before.engine,
            before.failed,
            before.message,
            before.depth,
            before.unbounded,
            before.attempts,
        )


def test_evidence_is_plain_data_without_folders(tasks, tmp_path):
    [result] = run_proofs(tasks[1:2], tmp_path / "work")
    text = json.dumps(result.to_json())
    assert str(tmp_path) not in json.dumps({**result.to_json(), "log_tail": ""})
    plain = json.loads(text)
    assert (plain["verdict"], plain["attempts"][0]["verdict"]) == ("FAIL", "FAIL")
    assert plain["failed"][0]["name"] == "counter.a_small"
    assert sorted(plain["traces"]) == ["trace.vcd", "trace.yw"]


def test_cached_counterexample_outlives_the_work_folder(tasks, tmp_path):
    run_proofs(tasks[1:2], tmp_path / "work", cache_dir=tmp_path / "cache")
    subprocess.run(["rm", "-r", str(tmp_path / "work")], check=True)
    [result] = run_proofs(tasks[1:2], tmp_path / "other", cache_dir=tmp_path / "cache")
    assert result.cached
    [witness] = [path for path in result.counterexamples if path.suffix == ".yw"]
    assert json.loads(witness.read_text())["steps"]


def test_cache_hit_is_fast(tasks, tmp_path):
    run_proofs(tasks[:1], tmp_path / "work", cache_dir=tmp_path / "cache")
    start = time.monotonic()
    [result] = run_proofs(tasks[:1], tmp_path / "work", cache_dir=tmp_path / "cache")
    assert result.cached
    assert time.monotonic() - start < 0.25  # a run takes 0.4 s and more


@pytest.mark.parametrize("damage", ["truncate", "flip", "empty", "garbage", "folder", "lost trace"])
def test_damaged_cache_entries_count_as_absent(tasks, tmp_path, damage):
    cache = tmp_path / "cache"
    run_proofs(tasks[1:2], tmp_path / "work", cache_dir=cache)
    [entry] = cache.glob("*.json")
    text = entry.read_text()
    if damage == "truncate":
        entry.write_text(text[: len(text) // 2])
    elif damage == "flip":
        assert '"FAIL"' in text
        entry.write_text(text.replace('"FAIL"', '"PASS"'))
    elif damage == "empty":
        entry.write_text("")
    elif damage == "garbage":
        entry.write_bytes(b"\xff\x00[1]")
    elif damage == "folder":
        entry.unlink()
        entry.mkdir()
    else:
        for path in (cache / entry.stem).iterdir():
            path.unlink()
    if damage == "folder":
        with pytest.raises(ToolError, match=r"^proof cache .*: Is a directory"):
            run_proofs(tasks[1:2], tmp_path / "work", cache_dir=cache)
        return
    [result] = run_proofs(tasks[1:2], tmp_path / "work", cache_dir=cache)
    assert not result.cached
    assert result.verdict is Verdict.FAIL
    [result] = run_proofs(tasks[1:2], tmp_path / "work", cache_dir=cache)
    assert result.cached  # repaired


def test_an_entry_counts_under_its_own_key_only(tasks, tmp_path):
    """A pass that is copied to the keys of other claims, or the other way round, is not believed."""
    cache = tmp_path / "cache"
    holds, fails = (proof_key(task, resolve_toolchain().versions()) for task in tasks[:2])
    run_proofs(tasks[:1], tmp_path / "work", cache_dir=cache)
    (cache / f"{fails}.json").write_bytes((cache / f"{holds}.json").read_bytes())
    [result] = run_proofs(tasks[1:2], tmp_path / "work", cache_dir=cache)
    assert (result.cached, result.verdict) == (False, Verdict.FAIL)
    for forged in ({"key": fails}, {"result": json.loads((cache / f"{fails}.json").read_text())["entry"]["result"]}):
        document = json.loads((cache / f"{holds}.json").read_text())
        (cache / f"{holds}.json").write_text(json.dumps(document | {"entry": document["entry"] | forged}))
        [result] = run_proofs(tasks[:1], tmp_path / "work", cache_dir=cache)
        assert (result.cached, result.verdict) == (False, Verdict.PASS)


def test_key_covers_everything_that_matters(write_sby, counter, tmp_path):
    versions = {"yosys": "1", "z3": "2"}
    extra = tmp_path / "table.hex"
    extra.write_text("00")

    def key(task=None, versions=versions):
        return proof_key(task or ProofTask("a", write_sby()), versions)

    base = key()
    assert len(base) == 64
    assert key() == base
    assert key(ProofTask("another-name", write_sby(), timeout=1)) == base
    assert key(versions={"yosys": "1", "z3": "3"}) != base
    assert key(ProofTask("a", write_sby(), engines=("abc pdr",))) != base
    assert key(ProofTask("a", write_sby(depth=6))) != base
    with_extra = key(ProofTask("a", write_sby(), files=(extra,)))
    assert with_extra != base
    extra.write_text("01")
    assert key(ProofTask("a", write_sby(), files=(extra,))) != with_extra
    (counter / "counter.v").write_text((counter / "counter.v").read_text() + "\n")
    assert key(ProofTask("a", write_sby())) != base


def test_a_script_that_reaches_outside_is_not_cached(write_sby, counter, tmp_path):
    task = ProofTask("t", write_sby(script=f"read_verilog {counter}/other.v".replace(" design", "")))
    assert proof_key(task, {}) is None


@pytest.mark.parametrize("line", ['`include "more.v"', "initial $readmemh(`FILE, words);", '!read "more.v"'])
def test_a_source_that_may_read_other_files_is_not_cached(write_sby, counter, tmp_path, line):
    if line.startswith("!"):
        task = ProofTask("t", write_sby(script=line))
    else:
        task = ProofTask("t", write_sby())
        (counter / "counter.v").write_text(f"{(counter / 'counter.v').read_text()}`ifdef NEVER\n{line}\n`endif\n")
    assert proof_key(task, {}) is None


def test_changed_source_is_proven_again(tasks, counter, tmp_path):
    run_proofs(tasks[:1], tmp_path / "work", cache_dir=tmp_path / "cache")
    source = (counter / "counter.v").read_text()
    (counter / "counter.v").write_text(source.replace("n == 8'd100", "n == 8'd101"))
    [result] = run_proofs(tasks[:1], tmp_path / "work", cache_dir=tmp_path / "cache")
    assert not result.cached
    assert not result.passed


def test_second_run_in_one_work_folder(tasks, tmp_path):
    with locked_folder(tmp_path / "work"), pytest.raises(ToolError, match="in use by another run") as caught:
        run_proofs(tasks, tmp_path / "work")
    assert "\n" not in str(caught.value)


def test_no_tasks(tmp_path):
    assert run_proofs([], tmp_path / "work") == []


@pytest.mark.parametrize("jobs", [0, -1, True, 1.5, "2"])
def test_bad_jobs(tasks, tmp_path, jobs):
    with pytest.raises(InputError, match=r"^proofs: jobs must be (at least 1|an int), got "):
        run_proofs(tasks, tmp_path / "work", jobs=jobs)


def test_repeated_names(tasks, tmp_path):
    with pytest.raises(InputError, match=r"^proofs: the name holds is used more than once"):
        run_proofs([tasks[0], tasks[0]], tmp_path / "work")


def test_jobs_with_an_executor(tasks, tmp_path):
    with ThreadPoolExecutor(1) as pool, pytest.raises(InputError, match="cannot be set together"):
        run_proofs(tasks, tmp_path / "work", executor=pool, jobs=2)


def test_bad_input_of_one_task_stops_the_run(tasks, tmp_path, counter, leftovers):
    (counter / "gone.sby").write_text("[files]\nnot_there.v\n")
    with pytest.raises(InputError, match=r"gone\.sby: file not_there\.v in \[files\] is not a file"):
        run_proofs([*tasks, ProofTask("gone", counter / "gone.sby")], tmp_path / "work", jobs=2)
    assert leftovers() == []


def test_unwritable_places_are_one_line(tasks, tmp_path):
    for options, message in [
        ({"workdir": "/proc/nowhere"}, "^work folder /proc/nowhere: "),
        ({"workdir": tmp_path / "work", "cache_dir": "/proc/nowhere"}, "^proof cache /proc/nowhere: "),
    ]:
        with pytest.raises(ToolError, match=message) as caught:
            run_proofs(tasks[:1], **options)
        assert "\n" not in str(caught.value)


def test_full_disk_is_one_line(tasks, tmp_path, monkeypatch):
    def full(*arguments, **options):
        raise OSError(28, "No space left on device", "counter.v")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(ToolError, match=r"^proof holds: No space left on device \(counter\.v\)$"):
        run_proofs(tasks[:1], tmp_path / "work")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_leaves_no_process(write_sby, tmp_path, leftovers, number):
    path = write_sby(file="hard.v")
    code = f"""
        import pathlib
        from sc_precision.tools.proofs import run_proofs
        from sc_precision.tools.sby import ProofTask
        tasks = [ProofTask(f"t{{i}}", pathlib.Path({str(path)!r}), timeout=300) for i in range(4)]
        run_proofs(tasks, {str(tmp_path / "work")!r}, jobs=2)
    """
    start = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stderr=subprocess.PIPE) as child:
        while not list(tmp_path.glob("work/t1/attempts/0/run/engine_0/logfile_basecase.txt")):
            assert time.monotonic() - start < 30
            time.sleep(0.05)
        time.sleep(0.5)
        child.send_signal(number)
        child.communicate(timeout=30)
    assert child.returncode != 0
    assert time.monotonic() - start < 40
    assert leftovers() == []
    assert not (tmp_path / "work" / "t3").exists()


def test_progress_that_raises_ends_the_run(write_sby, tmp_path, leftovers):
    def stop(result, done, total):
        raise RuntimeError("enough")

    tasks = [
        ProofTask("quick", write_sby("quick"), timeout=60),
        ProofTask("long", write_sby("long", file="hard.v"), timeout=300),
    ]
    start = time.monotonic()
    with pytest.raises(RuntimeError, match="enough"):
        run_proofs(tasks, tmp_path / "work", jobs=2, progress=stop)
    assert time.monotonic() - start < 20
    assert leftovers() == []
