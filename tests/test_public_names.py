# SPDX-License-Identifier: Apache-2.0
import ast
import subprocess
import sys
from pathlib import Path

import pytest

import sc_precision

CONTRACT = """LayerPrecision SynapsePrecision adaptive_length assign_lengths analyze_sensitivity
    assign_synapse_precisions precision_plan_manifest auto_tune_synapse_precisions parse_precision"""


@pytest.mark.parametrize("name", sc_precision.__all__)
def test_every_public_name_is_there(name):
    assert getattr(sc_precision, name).__name__ == name
    assert name in dir(sc_precision)


def test_the_published_names_are_public():
    assert set(CONTRACT.split()) <= set(sc_precision.__all__)


def test_type_checkers_see_the_same_names_in_the_same_modules():
    tree = ast.parse(Path(sc_precision.__file__).read_text(encoding="utf-8"))
    seen = {
        alias.asname: node.module.removeprefix("sc_precision.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname and alias.asname != "__version__"
    }
    assert seen == sc_precision._MODULES


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'sc_precision' has no attribute 'nothing'"):
        _ = sc_precision.nothing


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import sc_precision", {"numpy", "amaranth", "cocotb", "pyarrow"}),
        ("from sc_precision import *", {"amaranth", "cocotb", "pyarrow", "scipy", "matplotlib"}),
    ],
)
def test_importing_loads_nothing_heavy(statement, absent):
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not absent & {module.partition(".")[0] for module in loaded}


def test_importing_leaves_signals_alone():
    """A library that makes SIGPIPE fatal ends programs whose worker processes die."""
    code = """
import importlib, pkgutil, signal
before = [signal.getsignal(number) for number in sorted(signal.valid_signals())]
import sc_precision
for module in pkgutil.walk_packages(sc_precision.__path__, "sc_precision."):
    if ".bench." not in module.name and not module.name.endswith(("__main__", "_launcher")):
        importlib.import_module(module.name)
        now = [signal.getsignal(number) for number in sorted(signal.valid_signals())]
        assert now == before, module.name
print("the same")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "the same\n", done.stderr
