# SPDX-License-Identifier: Apache-2.0
"""Caches of tools where home folders cannot be written; no file of the current folder is imported."""

import os
import stat
import tempfile
from pathlib import Path

import pytest

from sc_precision.errors import ToolError
from sc_precision.tools import caches
from sc_precision.tools.caches import cache_home, python_environment, wasm_environment
from sc_precision.tools.proof_options import default_cache


@pytest.fixture
def temporary(monkeypatch, tmp_path):
    """A folder for temporary files of this test's own, and no home."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("HOME", "/dev/null")
    for name in ("XDG_CACHE_HOME", "YOWASP_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    caches._passing_home.cache_clear()
    yield tmp_path
    caches._passing_home.cache_clear()


def test_the_users_own_where_it_can_be_written(monkeypatch, temporary):
    monkeypatch.setenv("HOME", str(temporary / "home"))
    assert cache_home("x") == str(temporary / "home" / ".cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(temporary / "xdg"))
    assert cache_home("x") == str(temporary / "xdg")
    assert (temporary / "xdg" / "x").is_dir()


@pytest.mark.parametrize("home", ["/dev/null", "/proc/nowhere", "relative"])
@pytest.mark.parametrize("variable", ["HOME", "XDG_CACHE_HOME"])
def test_a_temporary_folder_of_this_user_where_not(monkeypatch, temporary, variable, home):
    monkeypatch.setenv(variable, home)
    monkeypatch.chdir(temporary)
    found = Path(cache_home("x"))
    assert found.parent == temporary
    assert stat.S_IMODE(found.stat().st_mode) == 0o700
    assert default_cache() == found / "sc-precision" / "proofs"
    environment = wasm_environment()
    assert environment["XDG_CACHE_HOME"] == str(found)
    assert environment["YOWASP_CACHE_DIR"] == str(found / "YoWASP")
    assert os.listdir(temporary) == [found.name]


@pytest.mark.parametrize("planted", ["link", "open folder"])
def test_nothing_is_run_from_what_somebody_else_may_have_put_there(temporary, planted):
    place = temporary / f"sc-precision-cache-{os.getuid()}"
    if planted == "link":
        place.symlink_to(temporary)
    else:
        place.mkdir()
        place.chmod(0o777)
    found = Path(cache_home("x"))
    assert found != place
    assert found.parent == temporary
    assert stat.S_IMODE(found.stat().st_mode) == 0o700
    assert cache_home("x") == str(found)


def test_one_line_where_nothing_can_be_written(monkeypatch, temporary):
    monkeypatch.setattr(tempfile, "tempdir", "/proc/nowhere")
    with pytest.raises(ToolError, match=r"^cache: neither the home folder nor .*; set TMPDIR to a folder you may"):
        cache_home("x")


def test_what_is_chosen_is_kept(monkeypatch, temporary):
    monkeypatch.setenv("YOWASP_CACHE_DIR", "/chosen")
    assert wasm_environment()["YOWASP_CACHE_DIR"] == "/chosen"
    assert wasm_environment({"A": "b", "YOWASP_CACHE_DIR": "/other"})["YOWASP_CACHE_DIR"] == "/other"


def test_python_imports_nothing_from_the_current_folder():
    always = {"PYTHONSAFEPATH": "1", "PYTHONIOENCODING": "utf-8"}
    assert python_environment({"A": "b", "PYTHONIOENCODING": "ascii"}) == {"A": "b"} | always
    assert python_environment() == dict(os.environ) | always
