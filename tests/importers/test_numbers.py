# SPDX-License-Identifier: Apache-2.0
import pytest

from sc_precision.errors import InputError
from sc_precision.importers.numbers import MAX_TEXT_BYTES, read_numbers


def test_lists_and_files(tmp_path):
    assert read_numbers("0.5") == [0.5]
    assert read_numbers("1, 2e-3,3") == [1.0, 0.002, 3.0]
    (tmp_path / "limits.txt").write_text("0.1\n0.2,\n0.3\n")
    assert read_numbers(str(tmp_path / "limits.txt")) == [0.1, 0.2, 0.3]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"one two", r"must hold numbers with commas or space between, got 'one two'"),
        (b"", "must hold numbers"),
        (b"\xff\xfe", r"neither numbers with commas nor a file of them \(not UTF-8 text\)"),
        (b"1," * MAX_TEXT_BYTES, "larger than 1048576 bytes; this is no list of numbers"),
    ],
)
def test_files_without_numbers_are_refused(tmp_path, content, message):
    path = tmp_path / "limits.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_numbers(str(path))


def test_no_file_is_refused(tmp_path):
    for text in ("nowhere.txt", str(tmp_path), "a\0b", ""):
        with pytest.raises(InputError, match="neither numbers with commas nor a file of them"):
            read_numbers(text)
