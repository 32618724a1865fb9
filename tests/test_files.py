# SPDX-License-Identifier: Apache-2.0
import hashlib
import json
import os
import stat

import pytest

from sc_precision.bundle import open_bundle
from sc_precision.design.folder import holds
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.files import (
    check_replaceable,
    read_regular,
    replacing,
    replacing_folder,
    write_files,
    write_json,
)
from sc_precision.importers.numbers import read_numbers


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


def test_files_with_their_hashes(tmp_path):
    files = {"b/c/x": lambda path: path.write_bytes(b"\x00"), "a": "\u00e9\n"}
    entries = write_files(tmp_path, files)
    assert list(entries) == ["a", "b/c/x"]
    assert (tmp_path / "a").read_bytes() == b"\xc3\xa9\n"
    for name, content in {"a": b"\xc3\xa9\n", "b/c/x": b"\x00"}.items():
        assert entries[name] == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    write_files(tmp_path, {"a": "new"})
    assert (tmp_path / "a").read_text() == "new"
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


def test_where_no_files_can_be_written(tmp_path):
    (tmp_path / "a").write_text("x")
    with pytest.raises(InputError, match=r"a cannot be written \(.+\); give another folder"):
        write_files(tmp_path, {"a/b": "text"})
    with pytest.raises(InputError, match=r"a cannot be written \(.+\); give another folder"):
        write_json(tmp_path / "a" / "b", {})


def test_json_holds_numbers_alone(tmp_path):
    write_json(tmp_path / "a" / "x.json", {"b": 1, "a": [0.5]})
    assert (tmp_path / "a" / "x.json").read_text() == '{\n "a": [\n  0.5\n ],\n "b": 1\n}\n'
    with pytest.raises(ConsistencyError, match=r"x\.json: cannot be written as JSON: "):
        write_json(tmp_path / "a" / "x.json", {"a": float("inf")})
    assert json.loads((tmp_path / "a" / "x.json").read_text()) == {"a": [0.5], "b": 1}
    assert os.listdir(tmp_path / "a") == ["x.json"]


def ours(folder):
    return (folder / "ours").exists()


def never(_folder):
    return False


def make(folder, name="ours", text="old"):
    folder.mkdir()
    (folder / name).write_text(text)
    return folder


def test_a_new_folder_with_missing_parents(tmp_path):
    with replacing_folder(tmp_path / "a" / "b", never) as folder:
        (folder / "x").write_text("1")
        assert not (tmp_path / "a" / "b").exists()
    assert (tmp_path / "a" / "b" / "x").read_text() == "1"
    assert os.listdir(tmp_path / "a") == ["b"]


def test_an_old_one_of_ours_is_replaced_whole(tmp_path):
    target = make(tmp_path / "b")
    with replacing_folder(target, ours) as folder:
        (folder / "new").write_text("2")
        assert (target / "ours").read_text() == "old"
    assert os.listdir(target) == ["new"]
    assert os.listdir(tmp_path) == ["b"]


def interrupted(target, error):
    with replacing_folder(target, ours) as folder:
        (folder / "half").write_text("x")
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(143), ValueError("x")])
def test_an_interrupted_write_leaves_the_old_one(tmp_path, error):
    target = make(tmp_path / "b")
    with pytest.raises(type(error)):
        interrupted(target, error)
    assert (target / "ours").read_text() == "old"
    assert os.listdir(tmp_path) == ["b"]


def test_an_interrupted_first_write_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path / "a" / "b", KeyboardInterrupt())
    assert os.listdir(tmp_path) == []


def test_a_failed_rename_brings_the_old_one_back(tmp_path, monkeypatch):
    target = make(tmp_path / "b")
    path_type = type(target)
    rename = path_type.rename

    def failing(path, destination):
        if path.name.endswith(".tmp"):
            raise KeyboardInterrupt
        return rename(path, destination)

    monkeypatch.setattr(path_type, "rename", failing)
    with pytest.raises(KeyboardInterrupt), replacing_folder(target, ours):
        pass
    assert (target / "ours").read_text() == "old"
    assert os.listdir(tmp_path) == ["b"]


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    target = make(tmp_path / "b", "thesis.tex")
    with pytest.raises(InputError, match=r"b' holds files that are no bundle"), replacing_folder(target, ours):
        pytest.fail("the block must not run")
    assert os.listdir(tmp_path) == ["b"]


def test_an_empty_folder_may_be_used(tmp_path):
    (tmp_path / "b").mkdir()
    with replacing_folder(tmp_path / "b", never) as folder:
        (folder / "x").write_text("1")
    assert os.listdir(tmp_path / "b") == ["x"]


@pytest.mark.parametrize("name", ["file", "file/below", "nul\0byte", "x" * 300])
def test_places_that_are_no_folders(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError):
        check_replaceable(f"{tmp_path}/{name}", never)


def test_a_link_keeps_pointing_to_where_it_points(tmp_path):
    target = make(tmp_path / "b")
    (tmp_path / "link").symlink_to(target)
    with replacing_folder(tmp_path / "link", ours) as folder:
        (folder / "new").write_text("2")
    assert (tmp_path / "link").is_symlink()
    assert os.listdir(target) == ["new"]


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), os.mkdir])
def test_only_regular_files_are_read_or_replaced(tmp_path, make):
    path = tmp_path / "there"
    make(path)
    with pytest.raises(OSError, match="not a regular file"):
        read_regular(path, 10)
    with pytest.raises(InputError, match=r"cannot be written \(not a regular file\)"), replacing(path):
        pass  # not reached
    with pytest.raises(InputError, match=r"neither numbers with commas nor a file of them \(not a regular file\)"):
        read_numbers(str(path))
    assert os.listdir(tmp_path) == ["there"]


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_a_manifest_that_never_ends_is_not_waited_for(tmp_path, make):
    make(tmp_path / "manifest.json")
    with pytest.raises(InputError, match=r"no bundle can be read there \(not a regular file\)"):
        open_bundle(tmp_path)
    assert not holds(tmp_path, ("plan",))


def test_reads_have_a_bound(tmp_path):
    (tmp_path / "ten").write_bytes(b"0123456789")
    assert read_regular(tmp_path / "ten", 10) == b"0123456789"
    with pytest.raises(InputError, match="ten': larger than 9 bytes"):
        read_regular(tmp_path / "ten", 9)


def test_a_device_stays_what_it_is():
    with pytest.raises(InputError, match=r"'/dev/null' cannot be written \(not a regular"), replacing("/dev/null"):
        pass
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
