# SPDX-License-Identifier: Apache-2.0
"""The documentation names every command and option there is, and no command, option, file or name that there is not."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
import typer.main

import sc_precision
from sc_precision.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [
    path
    for pattern in ("*.md", "docs/*.md", "examples/*/*.md", "benchmarks/*.md", "sc_precision/**/*.md")
    for path in sorted(ROOT.glob(pattern))
]
MODULES = {module.name for module in pkgutil.iter_modules(sc_precision.__path__)}
FOLDERS = {path.name for place in (ROOT, ROOT / "sc_precision") for path in place.iterdir() if path.is_dir()}
MADE_BY_A_BUILD = ("build/", "formal/", "hdl/", "report/index.html", "sim/", "test_counterexample.py")
NO_NAMES = ("py", "npz", "v2")
"""How files and the manifest's format end, which look like names in Python otherwise."""
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


def code_in(page):
    """What a page has between backquotes."""
    return re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))


def found(name):
    """Whether a dotted name is a module, or something in one."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            thing = getattr(thing, part, None)
        return thing is not None
    return False


def names_in(text):
    """Dotted names that begin with the package, or with a module of it."""
    for name in re.findall(r"(?<![\w./<-])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+", text):
        first, last = name.split(".")[0], name.split(".")[-1]
        if last not in NO_NAMES and first in MODULES | {"sc_precision"}:
            yield name if first == "sc_precision" else f"sc_precision.{name}"


def paths_in(text):
    """Paths that begin with a folder of the checkout or of the package, unless a build makes them; Python modules."""
    for path in re.findall(r"(?<![\w<$/.~-])(?:[\w.-]+/[\w./-]*|\w+\.py\b)", text):
        if (path.split("/")[0] in FOLDERS or path.endswith(".py")) and not path.startswith(MADE_BY_A_BUILD):
            yield path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_name_only_what_there_is(page):
    places = ROOT, ROOT / "sc_precision", page.parent
    text = code_in(page)
    assert [name for code in text for name in names_in(code) if not found(name)] == []
    paths = [path for code in text for path in paths_in(code)]
    assert [path for path in paths if not any((place / path).exists() for place in places)] == []


def test_a_page_that_is_out_of_date_would_be_noticed():
    text = (
        "`properties.adaptive.lemmas`, `properties/margins.py`, `formats.Rounding.error` in `sc_precision/formats.py`"
    )
    assert [name for name in names_in(text) if not found(name)] == ["sc_precision.properties.adaptive.lemmas"]
    assert list(paths_in(text)) == ["properties/margins.py", "sc_precision/formats.py"]
