# SPDX-License-Identifier: Apache-2.0
"""The documentation names every command and option there is, and none that there is not."""

import re
from pathlib import Path

import typer.main

from sc_precision.cli import app

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def options_of(command):
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


def test_every_command_and_option_is_documented():
    group = typer.main.get_command(app)
    known = options_of(group)
    for name, command in group.commands.items():
        assert re.search(rf"`(sc-precision )?{name}\b|^## {name}$", TEXT, re.MULTILINE), name
        known |= options_of(command)
    named = set(re.findall(r"--[a-z][a-z-]*", TEXT))
    assert known - named == set()
    assert named - known - {"--help"} == set()


def test_the_pages_are_all_reached_from_the_first():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert pages == set(re.findall(r"\]\((\w+\.md)\)", index))
