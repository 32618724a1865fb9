# SPDX-License-Identifier: Apache-2.0
"""The Python examples of each page of the documentation run, one after the other."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
EXAMPLE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = {page.stem: "\n".join(EXAMPLE.findall(page.read_text("utf-8"))) for page in sorted(DOCS.glob("*.md"))}


@pytest.mark.parametrize("page", [name for name, text in PAGES.items() if text])
def test_examples_run(page, tmp_path):
    (tmp_path / "examples").symlink_to(DOCS.parent / "examples")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PAGES[page]], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_there_are_examples():
    assert sum(map(bool, PAGES.values())) >= 4
