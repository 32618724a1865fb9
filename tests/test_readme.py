# SPDX-License-Identifier: Apache-2.0
"""Every command of the README runs."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_make_targets_exist():
    targets = [line.split()[1] for kind, text in BLOCKS if kind == "sh" for line in text.splitlines() if "make" in line]
    assert targets == ["demo", "test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_links_lead_somewhere():
    for link in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / link).exists(), link
    for folder in re.findall(r"`(\w+)/`", README.partition("## Folders")[2]):
        assert (ROOT / folder).is_dir(), folder


def test_own_weights(tmp_path):
    python = [text for kind, text in BLOCKS if kind == "python"]
    assert len(python) == 1
    subprocess.run([sys.executable, "-c", python[0]], cwd=tmp_path, check=True)
    commands = [
        line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines() if line.startswith("sc-precision")
    ]
    assert len(commands) == 5
    for command in commands:
        words = [sys.executable, "-m", "sc_precision.cli", *command.split()[1:]]
        if words[3] in ("build", "prove"):
            words.append("--no-mutants")  # the tests of the lemmas run these
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=600)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    assert (tmp_path / "build" / "net" / "report" / "index.html").stat().st_size > 10_000
    assert (tmp_path / "build" / "steps" / "hdl").is_dir()
