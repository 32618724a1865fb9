# SPDX-License-Identifier: Apache-2.0
"""The bench of a bundle: it passes, it fails where it must, and it runs without this package."""

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest

import sc_precision.bundle.simulation as simulation_module
from sc_precision.bundle import simulate
from sc_precision.bundle.evidence import read_evidence
from sc_precision.errors import ConsistencyError, ToolMissingError
from sc_precision.tools.process import CancelledError


@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
def test_every_output_is_compared(tiny_bundles, tmp_path, datapath):
    shutil.copytree(tiny_bundles[datapath].folder, tmp_path / "b")
    bundle = dataclasses.replace(tiny_bundles[datapath], folder=tmp_path / "b")
    found = simulate(bundle)
    assert found["status"] == "passed", found["reason"]
    assert found["reason"] is None
    assert (found["vectors"], found["outputs_compared"], found["images"]) == (12, 24, 12)
    assert [test["name"].rpartition(".")[2] for test in found["tests"]] == [
        "vectors_with_backpressure",
        "throughput_without_stalls",
        "wrong_tlast_is_reported",
    ]
    with np.load(bundle.folder / "sim" / "vectors.npz") as vectors:
        assert found["accuracy_rtl"] == (vectors["expected"].argmax(1) == vectors["labels"]).mean()
        layers = vectors["cycles_per_vector"]
        assert layers.max() <= found["cycles_per_vector"] <= layers.sum()
    assert found["cycles"] >= 11 * found["cycles_per_vector"]
    assert read_evidence(bundle, "simulation") == found
    assert (bundle.folder / "results" / "simulation" / "results.xml").is_file()
    assert sorted(os.listdir(bundle.folder / "sim")) == ["Makefile", "test_tiny.py", "vectors.npz"]


def faulty(bundle, name, pattern, replacement):
    path = bundle.folder / name
    text = path.read_text()
    new = re.sub(pattern, replacement, text, count=1, flags=re.MULTILINE)
    assert new != text
    path.write_text(new)


@pytest.mark.parametrize(
    ("name", "pattern", "replacement", "what"),
    [
        ("hdl/tiny_layer0_core.v", r"^(    weights\[0\] = \d+'h)(\w+)", r"\g<1>0", "hardware -?\\d+, golden model"),
        ("hdl/tiny.v", r"assign m_axis_tdata = \{(.*)\};", r"assign m_axis_tdata = ~{\1};", "golden model"),
        ("hdl/tiny.v", r"\.frame_error\(frame_error\)", ".frame_error()", "frame_error"),
    ],
)
def test_a_fault_in_the_verilog_fails(tiny_copy, name, pattern, replacement, what):
    faulty(tiny_copy, name, pattern, replacement)
    found = simulate(tiny_copy)
    assert found["status"] == "failed"
    assert re.search(what, found["reason"]) or "does not compile" in found["reason"], found["reason"]


def change_vectors(bundle, **arrays):
    path = bundle.folder / "sim" / "vectors.npz"
    with np.load(path) as old:
        kept = dict(old)
    np.savez(path, **(kept | arrays))
    return kept


@pytest.mark.parametrize("name", ["expected", "cycles_per_vector", "output_signed"])
def test_what_is_expected_is_derived_again(tiny_copy, name):
    with np.load(tiny_copy.folder / "sim" / "vectors.npz") as old:
        wrong = 1 - old[name] if name == "output_signed" else old[name] + 1
    change_vectors(tiny_copy, **{name: wrong})
    with pytest.raises(ConsistencyError, match=rf"sim/vectors.npz: {name} is not what plan.npz gives; emit the"):
        simulate(tiny_copy)


def test_fewer_vectors_than_the_manifest_says(tiny_copy):
    kept = change_vectors(tiny_copy)
    change_vectors(tiny_copy, **{name: kept[name][:3] for name in ("inputs", "expected", "labels")})
    with pytest.raises(ConsistencyError, match=r"sim/vectors.npz: 3 inputs, 12 by manifest.json; emit the bundle"):
        simulate(tiny_copy)


@pytest.mark.parametrize("inputs", [np.full((12, 3), 1 << 20), np.zeros((12, 1), np.int64)])
def test_vectors_that_the_plan_does_not_take(tiny_copy, inputs):
    change_vectors(tiny_copy, inputs=inputs)
    with pytest.raises(ConsistencyError, match=r"sim/vectors.npz: .*; emit the bundle again"):
        simulate(tiny_copy)


def test_vectors_that_are_none(tiny_copy):
    (tiny_copy.folder / "sim" / "vectors.npz").write_bytes(b"PK")
    with pytest.raises(ConsistencyError, match=r"sim/vectors.npz: .*; emit the bundle again"):
        simulate(tiny_copy)


@pytest.mark.parametrize(
    ("name", "text"), [("test_tiny.py", "import cocotb\n"), ("Makefile", "all:\n"), ("test_tiny.py", None)]
)
def test_a_bench_that_is_not_the_packages(tiny_copy, name, text):
    path = tiny_copy.folder / "sim" / name
    path.write_text(path.read_text().replace("LIMIT = ", "LIMIT = 3 or ") if text is None else text)
    with pytest.raises(ConsistencyError, match=rf"sim/{name} is not what this version writes for the plan; emit"):
        simulate(tiny_copy)


def test_what_else_lies_beside_the_bench_is_not_run(tiny_copy):
    """Python looks for modules where the bench is; that is not the bundle."""
    for name in ("sitecustomize.py", "numpy.py", "json.py"):
        (tiny_copy.folder / "sim" / name).write_text("raise SystemExit('foreign')\n")
    assert simulate(tiny_copy)["status"] == "passed"


@pytest.fixture
def bench(monkeypatch):
    """Let another bench be the package's."""

    def install(change):
        original = simulation_module.plan_bench
        monkeypatch.setattr(simulation_module, "_bench", lambda bundle: change(original(bundle.plan())))

    return install


def test_no_test_is_a_failure(tiny_copy, bench):
    bench(lambda files: files | {"test_tiny.py": "import cocotb\n"})
    found = simulate(tiny_copy)
    assert (found["status"], found["tests"]) == ("failed", [])
    assert "No tests were discovered" in found["reason"]


def test_a_bench_that_compares_too_little_is_a_failure(tiny_copy, bench):
    name = "test_tiny.py"
    bench(lambda files: files | {name: re.sub(r"^LIMIT = .*$", "LIMIT = 3", files[name], flags=re.MULTILINE)})
    found = simulate(tiny_copy)
    assert found["status"] == "failed"
    assert found["reason"] == "the bench compared 6 outputs of 3 vectors, not 24 of 12"


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("expected", [[0, 0]] * 7 + [[0, 1]] + [[0, 0]] * 4, "vector 7, output 1: hardware"),
        ("cycles_per_vector", [10, 10], r"\d+ cycles a vector, the manifest says \d+ to \d+"),
    ],
)
def test_the_bench_tells_what_differs(tiny_copy, monkeypatch, name, change, message):
    original = simulation_module._vectors
    monkeypatch.setattr(
        simulation_module, "_vectors", lambda bundle: (a := original(bundle)) | {name: a[name] + np.array(change)}
    )
    found = simulate(tiny_copy)
    assert found["status"] == "failed"
    assert re.search(message, found["reason"])
    assert [test["passed"] for test in found["tests"]].count(False) == 1


def test_verilog_that_does_not_compile_is_a_failure(tiny_copy):
    faulty(tiny_copy, "hdl/tiny.v", r"^endmodule", "endmodul")
    found = simulate(tiny_copy)
    assert found["status"] == "failed"
    assert "tiny does not compile" in found["reason"]


def test_a_simulation_that_takes_too_long_says_nothing_about_the_design(tiny_copy):
    found = simulate(tiny_copy, timeout=0.2)
    assert found["status"] == "incomplete"
    assert "time limit reached" in found["reason"]


def test_a_cancelled_simulation_leaves_no_evidence(tiny_copy):
    with pytest.raises(CancelledError):
        simulate(tiny_copy, cancel=lambda: True)
    assert read_evidence(tiny_copy, "simulation") is None


def test_a_missing_simulator_is_an_error(tiny_copy, monkeypatch):
    monkeypatch.setenv("PATH", str(tiny_copy.folder))
    with pytest.raises(ToolMissingError, match=r"is not installed: apt-get install iverilog"):
        simulate(tiny_copy)


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory):
    """A virtual environment with everything that is installed here but this package."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    own = Path(sysconfig.get_path("purelib"))
    packages = next(folder.glob("lib/python*/site-packages"))
    for path in own.iterdir():
        # An editable install hides behind .pth files and finders named after it.
        if "sc_precision" not in path.name and path.suffix != ".pth":
            (packages / path.name).symlink_to(path)
    config = folder / "bin" / "cocotb-config"
    config.write_text(f"#!{folder}/bin/python\nfrom cocotb_tools.config import main\nmain()\n")
    config.chmod(0o755)
    missing = subprocess.run(
        [folder / "bin" / "python", "-c", "import sc_precision"], cwd=folder, env={}, capture_output=True, text=True
    )
    assert "No module named 'sc_precision'" in missing.stderr
    return folder / "bin"


def make(bundle, bare, **extra):
    kept = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
    }
    kept = {name: value for name, value in kept.items() if not name.startswith(("COCOTB", "COV_", "PYTEST"))}
    environment = kept | {"PATH": f"{bare}{os.pathsep}{os.environ['PATH']}"} | extra
    return subprocess.run(
        ["make"], cwd=bundle.folder / "sim", env=environment, capture_output=True, text=True, timeout=300
    )


def test_a_bare_make_runs_without_this_package(tiny_copy, bare_python, tmp_path):
    figures = tmp_path / "figures.json"
    done = make(tiny_copy, bare_python, SC_RESULTS=str(figures))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 tests, 0 failed" in done.stdout
    assert json.loads(figures.read_text())["outputs_compared"] == 24
    # What it leaves behind does not make the bundle another one; it can be run again at once.
    assert make(tiny_copy, bare_python, SC_MAX_VECTORS="2").returncode == 0


def test_a_bare_make_fails_with_a_wrong_expected_output(tiny_copy, bare_python):
    change_vectors(tiny_copy, expected=np.zeros((12, 2), np.int16))
    done = make(tiny_copy, bare_python)
    assert done.returncode != 0
    assert "vector 0, output" in done.stdout


def test_a_bare_make_fails_with_a_fault(tiny_copy, bare_python):
    faulty(tiny_copy, "hdl/tiny_layer0_core.v", r"^(    weights\[0\] = \d+'h)(\w+)", r"\g<1>0")
    assert make(tiny_copy, bare_python).returncode != 0


def test_a_bare_make_fails_where_no_test_runs(tiny_copy, bare_python):
    (tiny_copy.folder / "sim" / "test_tiny.py").write_text("import cocotb\n")
    assert make(tiny_copy, bare_python).returncode != 0


def test_a_bare_make_without_cocotb_says_what_to_install(tiny_copy, tmp_path):
    for tool in ("make", "sh", "dirname", "sort"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    done = subprocess.run(
        ["make"], cwd=tiny_copy.folder / "sim", env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "cocotb is not installed: pip install 'cocotb>=2.1' cocotbext-axi numpy" in done.stderr
