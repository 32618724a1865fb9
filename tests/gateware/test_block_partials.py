# SPDX-License-Identifier: Apache-2.0
"""Sums and exponents on Icarus against the golden model: every input code, stalls on both sides."""

import json
import shutil
from importlib import resources

import numpy as np
import pytest
from block_designs import PARTIALS
from designs import all_codes

from sc_precision.emit.verilog import partials_verilog
from sc_precision.errors import InputError
from sc_precision.golden.blockfloat import block_partials
from sc_precision.tools.icarus import run_bench
from sc_precision.tools.lint import lint_all


def bench(folder, params, verilog, most=512):
    for file, text in verilog.items():
        (folder / file).write_text(text)
    codes = all_codes(params)
    if len(codes) > most:
        codes = codes[np.random.default_rng(4).choice(len(codes), most, replace=False)]
    sums, exponents = block_partials(params, codes)
    rows = [int(segment.stop == params.n_in) << params.tensor.form.exponent_bits for segment in params.segments]
    np.savez(
        folder / "vectors.npz",
        inputs=codes,
        expected=sums,
        users=exponents + rows,
        labels=np.full(len(codes), -1),
        output_signed=True,
        cycles_per_vector=[params.to_dict()["cycles_per_vector"]],
    )
    for file in ("network_bench.py", "partials_bench.py"):
        shutil.copy(str(resources.files("sc_precision.bench") / file), folder / file)
    result = run_bench(
        [folder / file for file in verilog],
        "top",
        "partials_bench",
        folder / "build",
        python_path=[folder],
        env={"SC_VECTORS": str(folder / "vectors.npz"), "SC_RESULTS": str(folder / "figures.json")},
    )
    return result, len(codes)


@pytest.mark.parametrize("name", PARTIALS)
def test_hardware_equals_golden(name, tmp_path):
    params = PARTIALS[name]
    result, vectors = bench(tmp_path, params, partials_verilog(params, "top"))
    assert result.ok, result.message
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["vectors"] == vectors
    assert figures["cycles_per_vector"] == params.cycles_per_vector


@pytest.mark.parametrize(("memory", "test"), [("mantissas", "sums"), ("exponents", "sums")])
def test_bench_catches_a_wrong_word(memory, test, tmp_path):
    params = PARTIALS["bp_inside"]
    files = partials_verilog(params, "top")
    core = files["bp_inside_layer_core.v"]
    assert f"{memory}[0] = 3'h3;" in core
    files["bp_inside_layer_core.v"] = core.replace(f"{memory}[0] = 3'h3;", f"{memory}[0] = 3'h2;", 1)
    result, _ = bench(tmp_path, params, files, most=20)
    failed = {outcome.name.rpartition(".")[2] for outcome in result.tests if not outcome.passed}
    assert f"{test}_with_backpressure" in failed


@pytest.mark.parametrize("name", PARTIALS)
def test_every_front_end_reads_it_without_a_warning(name, tmp_path):
    params = PARTIALS[name]
    files = partials_verilog(params, "top", header=["a header line"])
    for file, text in files.items():
        assert text.startswith("// a header line\n")
        (tmp_path / file).write_text(text)
    findings = lint_all([tmp_path / file for file in files], "top")
    assert not any(findings.values()), findings


def test_widths_of_the_manifest_are_in_the_verilog():
    params = PARTIALS["bp_inside"]
    weight = params.to_dict()["weight"]
    core = partials_verilog(params, "top")["bp_inside_layer_core.v"]
    assert (weight["exponent_stream_width"], weight["exponent_vector_width"]) == (3, 15)
    assert "output [2:0] exponent;" in core
    assert "reg [2:0] exponents [7:0];" in core
    for block, code in enumerate(weight["exponent_codes"]):
        assert f"exponents[{block}] = 3'h{code};" in core


def test_names_that_collide_are_refused():
    params = PARTIALS["bp_one"]
    with pytest.raises(InputError, match="two modules would be named 'bp_one_layer'"):
        partials_verilog(params, "bp_one_layer")
    with pytest.raises(InputError, match="'always' is a Verilog keyword"):
        partials_verilog(params, "always")
