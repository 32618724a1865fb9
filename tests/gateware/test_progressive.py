# SPDX-License-Identifier: Apache-2.0
"""Layers that can be stopped early, on Icarus: every estimate of every vector, with stalls; what the bench catches."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from designs import DESIGNS, IDENTITY, all_codes, bipolar, stochastic

from sc_precision import golden
from sc_precision.emit.verilog import network_verilog
from sc_precision.params import ProgressiveDenseParams
from sc_precision.tools.icarus import run_bench
from sc_precision.tools.lint import lint_all

LAYERS = {
    "progressive": DESIGNS["one_class"][0],
    "progressive_piped": stochastic(
        "progressive_piped_layer0",
        [[3, -8, 5]],
        np.full((1, 3), 3),
        [-7],
        (0, 3, 2),
        (-9, 9, 3),
        activation=IDENTITY,
        popcount_stages=2,
    ),
    "progressive_bipolar": bipolar(
        "progressive_bipolar_layer0", [[8, -16], [0, 6]], np.full((2, 2), 4), [3, -2], (-4, 3, 3), (-40, 40, 4)
    ),
    "progressive_cycle": bipolar("progressive_cycle_layer0", [[1, -1]], [[0, 0]], [3], (-4, 3, 3), (-9, 9, 1)),
}


def bench(folder, name, change=lambda text: text):
    layer = ProgressiveDenseParams.from_uniform(LAYERS[name])
    files = {file: change(text) for file, text in network_verilog([layer], name).items()}
    for file, text in files.items():
        (folder / file).write_text(text)
    codes = all_codes(layer)
    np.savez(
        folder / "vectors.npz",
        inputs=codes,
        expected=[golden.layer_outputs(layer, codes, log2) for log2 in range(layer.max_log2 + 1)],
        stages=layer.popcount_stages,
    )
    shutil.copy(Path(__file__).with_name("progressive_bench.py"), folder)
    return run_bench(
        [folder / file for file in files],
        name,
        "progressive_bench",
        folder / "build",
        python_path=[folder],
        env={"SC_VECTORS": str(folder / "vectors.npz")},
    )


@pytest.mark.parametrize("name", LAYERS)
def test_every_estimate_equals_golden(name, tmp_path):
    result = bench(tmp_path, name)
    assert result.ok, result.message
    findings = lint_all(sorted(tmp_path.glob("*.v")), name)
    assert not any(findings.values()), findings


def test_bench_catches_a_stop_that_is_ignored(tmp_path):
    def deaf(text):
        return text.replace(".stop(stop_0)", ".stop(1'b0)")

    result = bench(tmp_path, "progressive_bipolar", deaf)
    assert not result.ok


def test_bench_catches_a_wrong_direction_number(tmp_path):
    def other(text):
        return text.replace("cycle[0] ^ cycle[1]", "cycle[0] ^ cycle[2]", 1)

    assert not bench(tmp_path, "progressive_bipolar", other).ok
