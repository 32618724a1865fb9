# SPDX-License-Identifier: Apache-2.0
"""Designs that send segments' sums beside their exponents: on Icarus from a bare make, and their lemmas."""

import json
import os
import subprocess
import sys

import pytest
from block_designs import PARTIALS

from sc_precision.bundle.designs import prove_design
from sc_precision.design.partials import compile_partials
from sc_precision.errors import InputError
from sc_precision.golden.blockfloat import block_partials


def test_a_written_design_simulates_and_is_proven(tmp_path):
    params = PARTIALS["bp_each"]
    design = compile_partials(params, "top")
    codes = design.random_codes(9)
    assert (design.golden(codes) == block_partials(params, codes)[0]).all()
    folder = design.write(tmp_path / "out", codes=codes)
    manifest = json.loads((folder / "manifest.json").read_text())
    environment = {"PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    done = subprocess.run(
        ["make"], cwd=folder / "sim", env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 tests, 0 failed" in done.stdout
    found = prove_design(folder, design)
    assert found["status"] == "passed", found["reason"]
    assert {entry["lemma"] for entry in found["tasks"]} == {entry["name"] for entry in manifest["lemmas"]}
    assert "what the receiver makes of the sums" in manifest["not_proven"][0]


def test_other_parameters_are_refused():
    with pytest.raises(InputError, match="top: expected BlockFloatPartialsParams, got 5"):
        compile_partials(5, "top")
    with pytest.raises(InputError, match="'always' is a Verilog keyword"):
        compile_partials(PARTIALS["bp_one"], "always")
