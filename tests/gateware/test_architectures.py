# SPDX-License-Identifier: Apache-2.0
"""Parallel and bit-serial layers of real sizes on Icarus, latencies, faults that the bench must catch, emission."""

import re

import numpy as np
import pytest
from designs import DESIGNS, RELU, unfolded
from fake_da4ml import FIRST, SECOND, WEIGHTS, install
from test_layers import bench

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import InputError
from sc_precision.network import Activation
from sc_precision.params import FixedParallelParams, FixedSerialParams


def wide_layer(kind, name, **more):
    rng = np.random.default_rng(7)
    weights = rng.integers(-127, 128, (8, 16))
    return unfolded(
        kind, f"{name}_layer0", weights, rng.integers(-500, 500, 8), (0, 255, 8), (0, 1023, 3), fraction=7, **more
    )


@pytest.mark.parametrize(
    ("kind", "more"), [(FixedParallelParams, {"pipeline": 3}), (FixedSerialParams, {"activation": RELU})]
)
def test_eight_bits_and_sixteen_inputs(kind, more, tmp_path):
    layer = wide_layer(kind, "wide", **more)
    codes = np.random.default_rng(8).integers(0, 256, (300, 16))
    codes[:2] = [[0] * 16, [255] * 16]
    result, vectors = bench(tmp_path, "wide", [layer], codes=codes)
    assert result.ok, result.message
    assert vectors == 300


@pytest.mark.parametrize(
    ("name", "file", "pattern", "replacement"),
    [
        # Differences become sums and the other way round, the signs' bits count positively, a row is shifted by less.
        ("parallel_piped", "parallel_piped_layer0_core.v", r" - ", " + "),
        ("parallel", "parallel_layer0_core.v", r" \+ ", " - "),
        ("serial_signed", "serial_signed_layer0_core.v", r" - ", " + "),
        ("row_scales", "row_scales_layer0_core.v", r"2'h2 : 2'h1", "2'h1 : 2'h1"),
    ],
)
def test_the_bench_catches_faults(name, file, pattern, replacement, tmp_path):
    files = network_verilog(DESIGNS[name], name)
    faulty = re.sub(pattern, replacement, files[file], count=1)
    assert faulty != files[file]
    result, _ = bench(tmp_path, name, DESIGNS[name], verilog=files | {file: faulty})
    assert not result.ok


@pytest.mark.parametrize("pipeline", [0, 1])
def test_the_adders_of_da4ml(pipeline, monkeypatch, tmp_path):
    install(monkeypatch, FIRST, SECOND)
    layer = unfolded(
        FixedParallelParams,
        "shared_layer0",
        WEIGHTS,
        [0, 0, 3, -2],
        (-4, 3, 1),
        (-40, 40, 1),
        activation=Activation.IDENTITY,
        pipeline=pipeline,
        backend="da4ml",
    )
    result, vectors = bench(tmp_path, "shared_sums", [layer])
    assert result.ok, result.message
    assert vectors == 64


def test_names_are_readable():
    text = "".join(network_verilog(DESIGNS["parallel_piped"], "parallel_piped").values())
    modules = set(re.findall(r"^module (\S+)\(", text, re.MULTILINE))
    layer = "parallel_piped_layer0"
    rows = {f"{layer}_row_{output}" for output in range(3)}
    assert modules == {"parallel_piped", layer, f"{layer}_multiples_0", f"{layer}_stage"} | rows
    for name in ("code_0", "start", "busy", "index", "output_index", "wave_0", "result_2", "product_0_11"):
        assert re.search(rf"\b{name}\b", text), name
    assert "/" not in text.replace("//", "")


@pytest.mark.parametrize("below", ["row_1", "multiples_0", "stage"])
def test_names_that_collide_are_refused(below):
    (layer,) = DESIGNS["parallel"]
    clash = unfolded(FixedSerialParams, f"{layer.name}_{below}", [[1]], [0], (0, 9, 1), (0, 9, 1))
    with pytest.raises(InputError, match=f"two modules would be named 'parallel_layer0_{below}'"):
        network_verilog([layer, clash], "top")
