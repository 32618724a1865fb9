# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sc_precision.errors import InputError, ToolError
from sc_precision.tools.workfolder import fresh_folder, io_errors, locked_folder


def test_second_run_in_one_folder_is_a_one_line_error(tmp_path):
    folder = tmp_path / "work"
    with (
        locked_folder(folder),
        pytest.raises(ToolError, match=rf"work: in use by another run \(process {os.getpid()}\); wait") as caught,
        locked_folder(folder),
    ):
        pass
    assert "\n" not in str(caught.value)
    with locked_folder(folder):  # free again
        pass


def test_a_run_that_died_leaves_no_lock(tmp_path):
    code = f"""
import os, pathlib
from sc_precision.tools.workfolder import locked_folder
with locked_folder(pathlib.Path({str(tmp_path)!r})):
    os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", code])
    with locked_folder(tmp_path):
        pass


def test_fresh_folder_removes_only_what_a_run_made(tmp_path):
    folder = fresh_folder(tmp_path / "a" / "b")
    (folder / "old").write_text("stale")
    assert list(fresh_folder(folder).glob("old")) == []
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("three years")
    with pytest.raises(InputError, match="mine: holds files of yours; empty it or choose another"):
        fresh_folder(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_fresh_folder_over_a_file_or_a_link(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(InputError, match=f"{name}: is not a folder"):
            fresh_folder(tmp_path / name)


def test_unwritable_folder_is_a_one_line_error():
    for make in (fresh_folder, lambda path: locked_folder(path).__enter__()):
        with pytest.raises(ToolError, match=r"^work folder /proc/nowhere: No such file or directory") as caught:
            make(Path("/proc/nowhere"))
        assert "\n" not in str(caught.value)


def test_io_errors_name_the_file():
    with pytest.raises(ToolError, match=r"^proof x: No such file or directory \(/no/file\)$"), io_errors("proof x"):
        open("/no/file")  # noqa: SIM115
