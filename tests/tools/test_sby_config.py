# SPDX-License-Identifier: Apache-2.0
import pytest

from sc_precision.errors import InputError
from sc_precision.tools.sby_config import SbyConfig

TEXT = """\
# a comment
[tasks]
fast  small
slow default
small
[options]
fast: mode bmc
slow: mode prove
[engines]
fast: smtbmc z3
~fast: abc pdr
[script]
read_verilog -formal core.v
prep -top core
[files]
core.v
checks.sv rtl/check.sv   # renamed
slow: ../other/extra.v
fast:
only.v
--
[file inline.vh]
`define X [files]
"""


@pytest.fixture
def folder(tmp_path):
    formal = tmp_path / "formal"
    for name in ("formal/core.v", "formal/rtl/check.sv", "other/extra.v", "formal/only.v"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (formal / "proof.sby").write_text(TEXT)
    return formal


def test_tasks(folder):
    assert SbyConfig.read(folder / "proof.sby").tasks() == ["fast", "slow", "small"]


def test_source_files_of_all_tasks(folder):
    files = SbyConfig.read(folder / "proof.sby").source_files()
    assert [path.read_text() for path in files] == [
        "formal/core.v",
        "formal/rtl/check.sv",
        "other/extra.v",
        "formal/only.v",
    ]


def test_staged_keeps_names_and_prefixes(folder):
    config = SbyConfig.read(folder / "proof.sby")
    copies = {path: f"in/{index}" for index, path in enumerate(config.source_files())}
    lines = [line for section, line in config.staged(copies).lines() if section == "files"]
    assert lines == ["[files]", "core.v in/0", "checks.sv in/1", "slow: extra.v in/2", "fast:", "only.v in/3", "--"]
    assert "`define X [files]" in config.staged(copies).text


def test_sections_are_replaced(folder):
    config = SbyConfig.read(folder / "proof.sby").with_section("engines", ["smtbmc bitwuzla"])
    assert config.text.count("[engines]") == 1
    assert config.text.endswith("[engines]\nsmtbmc bitwuzla\n")
    assert "abc pdr" not in config.text


def test_option_and_script_line(folder):
    config = SbyConfig.read(folder / "proof.sby")
    assert "[options]\nslow: aigsmt z3\n" in config.with_option("aigsmt z3", "slow").text
    script = [line for section, line in config.with_script_line("stat").lines() if section == "script"]
    assert [line for line in script if line] == ["[script]", *TEXT.splitlines()[12:14], "stat"]


@pytest.mark.parametrize(
    ("line", "closed"),
    [
        ("read_verilog core.v", True),
        ("select -assert-count 1 top/w:x", True),
        ("read_verilog rtl/core.v # see /home/me", True),
        ("cd ..", True),  # to the module above, not to a folder
        ("read_verilog /home/me/core.v", False),
        ("read_verilog ../core.v", False),
        ('read_verilog "/home/me/core.v"', False),
        ("read_verilog ~/core.v", False),
    ],
)
def test_is_closed(tmp_path, line, closed):
    assert SbyConfig(f"[script]\n{line}\n", tmp_path, "x.sby").is_closed() is closed


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.sby", None, r"missing\.sby: No such file or directory; give an \.sby file"),
        ("binary.sby", b"\xff\xfe\x00", "not UTF-8 text"),
        ("py.sby", b"--pycode-begin--\nimport os\n--pycode-end--\n", "pycode blocks are not supported"),
    ],
)
def test_unreadable_files(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        SbyConfig.read(tmp_path / name)


def test_huge_file(tmp_path):
    with (tmp_path / "x.sby").open("wb") as file:
        file.truncate((1 << 24) + 1)
    with pytest.raises(InputError, match="larger than 16777216 bytes"):
        SbyConfig.read(tmp_path / "x.sby")


def test_missing_source(tmp_path):
    config = SbyConfig("[files]\nnot_there.v\n", tmp_path, "x.sby")
    with pytest.raises(InputError, match=r"^x\.sby: file not_there\.v in \[files\] is not a file in "):
        config.source_files()
