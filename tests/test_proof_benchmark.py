# SPDX-License-Identifier: Apache-2.0
"""The benchmark of proofs on a tiny configuration, and the tables that the documentation shows of it."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "benchmarks"
LAYER = ("products", "rows", "control", "stage", "top")


@pytest.fixture(scope="module")
def modules():
    """`proofs` and `proof_tables`, which are scripts beside the package."""
    found = {}
    for name in ("proof_tables", "proofs"):
        spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
        found[name] = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found[name])
    yield found
    for name in found:
        del sys.modules[name]


@pytest.fixture(scope="module")
def document(modules):
    size = modules["proofs"].Size
    small = size(2, 3, 3, architecture="parallel")
    series = {
        "parallel": ("inputs", [small, size(4, 3, 3, architecture="parallel")]),
        "multiplier": ("length", [size(1, 2, 0, 4, "multiplier")]),
    }
    engines = ["smtbmc bitwuzla", "smtbmc z3"]
    return modules["proofs"].document(series, engines, 20.0, 1, by_engine=[small], rate_sizes=[small])


def test_every_lemma_is_timed_with_its_engine_and_at_one_size_with_all(document):
    document = json.loads(json.dumps(document))
    chosen = [row for row in document["rows"] if row["first_choice"]]
    assert {(row["label"], row["kind"]) for row in chosen} == {
        *((label, kind) for label in ("2 x 3 x 3", "4 x 3 x 3") for kind in LAYER),
        *(("2-bit weights, L = 4", kind) for kind in ("count", "digits", "levels", "sums", "bound")),
    }
    assert all(row["verdict"] == "PASS" and row["seconds"] > 0 for row in chosen)
    tried = {(row["kind"], row["engine"]) for row in document["rows"] if row["label"] == "2 x 3 x 3"}
    assert len(tried) == 10
    assert not any(row["engine"] != "smtbmc bitwuzla" for row in document["rows"] if row["series"] == "multiplier")
    assert {"cpu", "cores", "load_average", "load_average_after", "python", "tools"} <= document["machine"].keys()
    assert {rate["tasks"] for rate in document["rates"]} == {10}
    assert [each["exponent"] is None for each in document["growth"]] == [False, True]


def test_tables_say_what_was_measured(document, modules, tmp_path):
    tables = modules["proof_tables"]
    page = tmp_path / "page.md"
    page.write_text(f"before\n{tables.BEGIN}\nstale\n{tables.END}\nafter\n")
    tables.replace_tables(page, document)
    text = page.read_text()
    assert "stale" not in text
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    shown = sum(row["seconds"] for row in document["rows"] if row["label"] == "4 x 3 x 3")
    assert f"4 x 3 x 3: 5, {tables.seconds(shown)}" in text
    assert text.count("| parallel, 2 x 3 x 3 | ") == 5 + len(document["rates"])
    tables.replace_tables(page, document)
    assert page.read_text() == text
    page.write_text("nothing")
    with pytest.raises(SystemExit, match="needs the lines"):
        tables.replace_tables(page, document)


def test_undecided_proofs_are_no_times(modules):
    tables = modules["proof_tables"]
    assert tables.seconds(tables.summed([{"seconds": 1.0}, {"seconds": None}])) == "-"
    assert tables.seconds(tables.summed([{"seconds": 1.0}, {"seconds": 0.25}])) == "1.2"
    assert tables.seconds(None) == "-"


def test_the_page_shows_the_committed_measurement(modules):
    """`proof_tables.py benchmarks/proofs.json --docs docs/formal.md` changes nothing."""
    tables = modules["proof_tables"]
    text = (ROOT / "docs" / "formal.md").read_text(encoding="utf-8")
    measured = json.loads((FOLDER / "proofs.json").read_text(encoding="utf-8"))
    assert f"{tables.BEGIN}\n{tables.tables(measured)}\n{tables.END}" in text
