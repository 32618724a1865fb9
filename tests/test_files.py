# SPDX-License-Identifier: Apache-2.0
import os

import pytest

from sc_precision.errors import InputError
from sc_precision.files import replacing


def test_writes_whole(tmp_path):
    path = tmp_path / "file"
    for text in ("first", "second"):
        with replacing(path) as temporary:
            temporary.write_text(text)
            assert temporary.parent == tmp_path
            assert not path.exists() or path.read_text() == "first"
        assert path.read_text() == text
    assert os.listdir(tmp_path) == ["file"]


def test_failure_leaves_what_was_there(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")

    def half(temporary):
        temporary.write_text("half")
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"), replacing(path) as temporary:
        half(temporary)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_link_is_written_through(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "folder" / "file")
    with replacing(tmp_path / "link") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "file").read_text() == "new"


def test_permissions_are_those_of_a_new_file(tmp_path):
    with replacing(str(tmp_path / "file")) as temporary:
        temporary.write_text("x")
    (tmp_path / "other").write_text("x")
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("place", [".", "missing/file"])
def test_what_cannot_be_written(tmp_path, place):
    (tmp_path / "kept").write_text("x")
    with (
        pytest.raises(InputError, match=r"cannot be written \(.+\); give a file in a folder you may write"),
        replacing(tmp_path / place) as temporary,
    ):
        temporary.write_text("new")
    assert os.listdir(tmp_path) == ["kept"]
