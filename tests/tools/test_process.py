# SPDX-License-Identifier: Apache-2.0
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from sc_precision.errors import InputError, ToolError
from sc_precision.tools import process
from sc_precision.tools.process import CancelledError, run, signals_raise


def test_status_output_and_log(tmp_path):
    log = tmp_path / "out.log"
    done = run(["sh", "-c", "echo out; echo err >&2; exit 3"], timeout=10, log=log)
    assert (done.returncode, done.timed_out, done.ok) == (3, False, False)
    assert done.output_tail == "out\nerr\n" == log.read_text()
    assert 0 < done.seconds < 5
    assert run(["true"], timeout=10).ok


def test_working_folder_and_environment(tmp_path):
    done = run(["sh", "-c", "pwd; echo $WORD"], cwd=tmp_path, timeout=10, env={"WORD": "hello"})
    assert done.output_tail.split() == [str(tmp_path), "hello"]


def test_standard_input_is_empty():
    assert run(["cat"], timeout=5).ok


def test_only_the_tail_of_a_long_output_is_kept(tmp_path):
    log = tmp_path / "log"
    done = run(["sh", "-c", "seq 1 100000"], timeout=20, log=log)
    assert len(done.output_tail) == 8192
    assert done.output_tail.endswith("\n100000\n")
    assert log.read_text().startswith("1\n2\n")


def test_garbage_output_is_decoded():
    assert "\ufffd" in run(["printf", r"\377\376 binary \000"], timeout=5).output_tail


def test_a_signal_is_a_negative_status():
    assert run(["sh", "-c", "kill -SEGV $$"], timeout=5).returncode == -signal.SIGSEGV


@pytest.mark.parametrize(
    "children",
    [
        "sleep {n} & wait",
        "(trap '' TERM; sleep {n}) & wait",
        "setsid sleep {n} & wait",
        "sh -c 'sleep {n} & wait' & wait",
    ],
    ids=["child", "ignores TERM", "own session", "grandchild"],
)
def test_time_limit_ends_all_descendants(children, leftovers):
    seconds = f"3071.{os.getpid()}"
    done = run(["sh", "-c", children.format(n=seconds)], timeout=0.3)
    assert done.timed_out
    assert not done.ok
    assert done.seconds < 4
    assert leftovers(seconds) == []


def test_processes_in_further_groups_are_ended(leftovers):
    # as SBY does with each of its engines
    seconds = f"3072.{os.getpid()}"
    code = (
        f"import subprocess, os, time; subprocess.Popen(['sleep', '{seconds}'], preexec_fn=os.setpgrp); time.sleep(60)"
    )
    assert run([sys.executable, "-c", code], timeout=1.0).timed_out
    assert leftovers(seconds) == []


def test_stragglers_of_a_program_that_ended_well_are_ended(leftovers):
    seconds = f"3073.{os.getpid()}"
    done = run(["sh", "-c", f"sleep {seconds} & exit 0"], timeout=20)
    assert done.ok
    assert done.seconds < 3
    assert leftovers(seconds) == []


def test_no_child_of_ours_remains():
    before = _children()
    run(["sh", "-c", "sleep 60"], timeout=0.1)
    assert _children() == before  # a zombie would be listed


def test_without_pidfd(monkeypatch):
    monkeypatch.delattr(os, "pidfd_open")
    assert run(["sh", "-c", "exit 4"], timeout=5).returncode == 4
    assert run(["sleep", "60"], timeout=0.3).timed_out


def test_cancel(leftovers):
    seconds = f"3074.{os.getpid()}"
    flag = threading.Event()
    threading.Timer(0.3, flag.set).start()
    start = time.monotonic()
    with pytest.raises(CancelledError, match=r"^sleep: cancelled$"):
        run(["sleep", seconds], timeout=60, cancel=flag.is_set)
    assert time.monotonic() - start < 3
    assert leftovers(seconds) == []


def test_keyboard_interrupt_ends_the_program(leftovers):
    seconds = f"3075.{os.getpid()}"
    code = f"from sc_precision.tools.process import run\nrun(['sh', '-c', 'sleep {seconds} & wait'], timeout=60)"
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) as child:
        _wait_until_running(seconds)
        child.send_signal(signal.SIGINT)
        assert b"KeyboardInterrupt" in child.communicate(timeout=20)[1]
    assert leftovers(seconds) == []


def test_sigterm_ends_the_program_inside_signals_raise(leftovers):
    seconds = f"3076.{os.getpid()}"
    code = f"""
        from sc_precision.tools.process import run, signals_raise
        with signals_raise():
            run(['sleep', '{seconds}'], timeout=60)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)]) as child:
        _wait_until_running(seconds)
        child.terminate()
        assert child.wait(20) == 128 + signal.SIGTERM
    assert leftovers(seconds) == []


def test_signals_raise_restores_handlers_and_leaves_threads_alone():
    before = signal.getsignal(signal.SIGTERM)
    with signals_raise():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
    seen = []

    def body():
        with signals_raise():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert seen == [before]


def test_endless_output_is_stopped(monkeypatch, tmp_path):
    monkeypatch.setattr(process, "MAX_OUTPUT_BYTES", 1 << 16)
    with pytest.raises(ToolError, match=r"^yes: printed over 65536 bytes and was ended$"):
        run(["yes"], timeout=60, log=tmp_path / "log")


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), "5", None])
def test_bad_time_limit(timeout):
    with pytest.raises(InputError, match="timeout must be a positive number of seconds, got"):
        run(["true"], timeout=timeout)


def test_empty_command():
    with pytest.raises(InputError, match="argv is empty"):
        run([], timeout=1)


@pytest.mark.parametrize(
    ("argv", "options", "message"),
    [
        (["no-such-program"], {}, "no-such-program: cannot be started: No such file"),
        (["true"], {"cwd": "/no/such/folder"}, "true: cannot be started in /no/such/folder: No such file"),
        (["/etc/passwd"], {}, "/etc/passwd: cannot be started: Permission denied"),
        (["true\0"], {}, "cannot be started: embedded null byte"),
        (["true"], {"log": "/no/such/folder/log"}, "log /no/such/folder/log: No such file"),
    ],
)
def test_start_failures_are_one_line(argv, options, message):
    with pytest.raises(ToolError, match=message) as caught:
        run(argv, timeout=5, **options)
    assert "\n" not in str(caught.value)


def _children():
    return Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children").read_text().split()


def _wait_until_running(word):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if subprocess.run(["pgrep", "-f", f"^sleep {word}$"], capture_output=True).returncode == 0:
            return
        time.sleep(0.02)
    raise AssertionError(f"sleep {word} did not start")
