# SPDX-License-Identifier: Apache-2.0
"""The emitted hardware on Icarus against its golden model: every input code, random stalls on both sides."""

import json
import shutil
from importlib import resources

import numpy as np
import pytest
from designs import DESIGNS, all_codes

from sc_precision import golden
from sc_precision.emit.verilog import network_verilog
from sc_precision.tools.icarus import run_bench

MOST = 1200


def bench(folder, name, layers, *, verilog=None, expected=None, codes=None):
    files = network_verilog(layers, name) if verilog is None else verilog
    for file, text in files.items():
        (folder / file).write_text(text)
    codes = all_codes(layers[0]) if codes is None else codes
    if len(codes) > MOST:
        codes = codes[np.random.default_rng(2).choice(len(codes), MOST, replace=False)]
    np.savez(
        folder / "vectors.npz",
        inputs=codes,
        expected=golden.network_outputs(layers, codes)[-1] if expected is None else expected(codes),
        labels=np.full(len(codes), -1),
        output_signed=layers[-1].output.format.signed,
        cycles_per_vector=[params.to_dict()["cycles_per_vector"] for params in layers],
    )
    source = resources.files("sc_precision.bench") / "network_bench.py"
    shutil.copy(str(source), folder / "test_design.py")
    result = run_bench(
        [folder / file for file in files],
        name,
        "test_design",
        folder / "build",
        python_path=[folder],
        env={"SC_VECTORS": str(folder / "vectors.npz"), "SC_RESULTS": str(folder / "figures.json")},
    )
    return result, len(codes)


@pytest.mark.parametrize("name", DESIGNS)
def test_hardware_equals_golden(name, tmp_path):
    result, vectors = bench(tmp_path, name, DESIGNS[name])
    assert result.ok, result.message
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["vectors"] == vectors
    if len(DESIGNS[name]) == 1:
        assert figures["cycles_per_vector"] == DESIGNS[name][0].to_dict()["cycles_per_vector"]


def test_bench_catches_a_wrong_weight(tmp_path):
    layers = DESIGNS["uneven_lanes"]
    files = network_verilog(layers, "uneven_lanes")
    core = files["uneven_lanes_layer0_core.v"]
    assert "weights[0] = 3'h3;" in core
    files["uneven_lanes_layer0_core.v"] = core.replace("weights[0] = 3'h3;", "weights[0] = 3'h2;", 1)
    result, _ = bench(tmp_path, "uneven_lanes", layers, verilog=files)
    assert not result.ok
    assert "vectors_with_backpressure" in {test.name.rpartition(".")[2] for test in result.tests if not test.passed}


def test_bench_catches_a_wrong_shift(tmp_path):
    layers = DESIGNS["bf_inside"]
    files = network_verilog(layers, "bf_inside")
    core = files["bf_inside_layer0_core.v"]
    assert "shifts[0] = 3'h3;" in core
    files["bf_inside_layer0_core.v"] = core.replace("shifts[0] = 3'h3;", "shifts[0] = 3'h2;", 1)
    result, _ = bench(tmp_path, "bf_inside", layers, verilog=files)
    assert "vectors_with_backpressure" in {test.name.rpartition(".")[2] for test in result.tests if not test.passed}


def test_bench_catches_a_wrong_expectation(tmp_path):
    layers = DESIGNS["one_stream"]

    def expected(codes):
        wrong = golden.network_outputs(layers, codes)[-1].copy()
        wrong[-1, -1] += 1
        return wrong

    result, _ = bench(tmp_path, "one_stream", layers, expected=expected)
    assert not result.ok
