# SPDX-License-Identifier: Apache-2.0
"""Designs with neurons: what the bench expects, on Icarus from a bare make, and the lemmas that they carry."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from neuron_designs import NEURONS, SPIKING, lif

from sc_precision.bundle.designs import prove_design
from sc_precision.design.chains import frame_cycles, output_frames
from sc_precision.design.compile import compile_design
from sc_precision.design.manifest import check_manifest
from sc_precision.errors import InputError
from sc_precision.golden.neurons import spiking_outputs
from sc_precision.network import Dense
from sc_precision.params.neurons import SPIKES, Drive, ShiftLeak
from sc_precision.plan.spiking import quantise_spiking
from sc_precision.tools.proof_options import ProofOptions

ALL = SPIKING | {name: [params] for name, params in NEURONS.items()}


@pytest.mark.parametrize("name", ALL)
def test_output_frames_are_the_golden_models(name):
    layers = ALL[name]
    neurons = next(layer for layer in layers if layer.kind == "lif")
    codes, steps = layers[0].inputs, neurons.steps
    frames = np.random.default_rng(2).integers(codes.low, codes.high, (2 * steps, layers[0].n_in), endpoint=True)
    if neurons.drive is Drive.CONSTANT:
        whole = spiking_outputs(layers, frames)[-1].reshape(-1, layers[-1].n_out)
        assert (output_frames(layers, frames) == whole).all()
        assert len(whole) == 2 * steps * steps
        return
    # Of the last run as much as there is.
    whole = spiking_outputs(layers, frames.reshape(2, steps, -1))[-1].reshape(-1, layers[-1].n_out)
    for count in (1, steps, steps + 1, 2 * steps):
        assert (output_frames(layers, frames[:count]) == whole[:count]).all()
        assert len(output_frames(layers, frames[:count])) == count


def made(folder):
    environment = {"PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}", "HOME": str(folder)}
    return subprocess.run(
        ["make"], cwd=folder / "sim", env=environment, capture_output=True, encoding="utf-8", check=False
    )


QUICK = {"snn_constant", "snn_two", "lif_constant_once"}


@pytest.mark.parametrize("name", [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in ALL])
def test_bare_make_simulates_it(name, tmp_path):
    folder = compile_design(ALL[name], name).write(tmp_path / "out", vectors=12)
    done = made(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 tests, 0 failed" in done.stdout


def test_a_trained_layer_carries_its_lemmas_and_they_are_proven(tmp_path):
    dense = Dense([[0.3, -0.2], [0.1, 0.7]], [0.05, 0.0])
    layer = quantise_spiking(dense, SPIKES, name="snn", steps=3, threshold=1.0, weight_bits=4, leak=ShiftLeak(3))
    assert layer.current_bounds.weight_error.any()
    design = compile_design(layer.layers, "snn", bounds=layer.bounds)
    folder = design.write(tmp_path / "out", vectors=3)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert check_manifest(manifest) == manifest
    names = {entry["name"] for entry in manifest["lemmas"]}
    assert {"snn_lif_step_range", "snn_lif_control", "snn_dense_stage", "snn_dense_error", "snn_top"} < names
    assert "how the layers' errors add up" in manifest["not_proven"][0]
    assert (folder / "formal" / "snn_lif_control.sby").exists()
    found = prove_design(folder, design)
    assert found["status"] == "passed", found["reason"]
    assert {entry["lemma"] for entry in found["tasks"]} == names


def test_labels_are_one_for_each_output_frame():
    design = compile_design([NEURONS["lif_constant"]], "top")
    vectors = design.vectors(codes=[[1, 2, 3], [0, 0, 0]], labels=[2, 1])
    assert vectors.labels.tolist() == [2, 2, 2, 2, 1, 1, 1, 1]
    assert vectors.expected.shape == (8, 3)


def test_cycles_of_a_constant_run():
    params = NEURONS["lif_constant"]
    dense, neurons = SPIKING["snn_constant"]
    assert frame_cycles([params]).max() == params.cycles_per_step
    assert frame_cycles([params]).sum() == params.cycles_per_step + params.neurons + 1
    cycles = frame_cycles([dense, neurons])
    assert cycles.max() == neurons.cycles_per_step
    assert cycles.sum() == neurons.cycles_per_step + neurons.neurons + 1 + dense.to_dict()["cycles_per_vector"]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            [*SPIKING["snn_two"][:3], replace(SPIKING["snn_two"][3], steps=4)],
            "top: snn_two_b_lif takes 4 steps but snn_two_a_lif 3; all neurons of a network step together",
        ),
        (
            [*SPIKING["snn_two"][:3], replace(SPIKING["snn_two"][3], drive=Drive.CONSTANT)],
            "top: snn_two_b_lif is driven by constant currents, but comes after snn_two_a_lif",
        ),
        ([lif("a"), lif("b")], "top: a_lif gives 1 codes of .* but b_lif takes 1 of"),
    ],
)
def test_chains_that_cannot_be(layers, message):
    with pytest.raises(InputError, match=message):
        compile_design(layers, "top")


def test_bounds_are_one_for_each_layer():
    with pytest.raises(InputError, match="top: bounds must be one for each of 2 layers, got 1"):
        compile_design(SPIKING["snn_steps"], "top", bounds=[None])


def test_a_wrong_threshold_is_refuted_with_a_counterexample(tmp_path):
    dense, neurons = SPIKING["snn_steps"]
    design = compile_design([dense, neurons], "snn")
    wrong = compile_design([dense, replace(neurons, threshold=neurons.threshold + 1)], "snn")
    mixed = replace(
        design,
        files=wrong.files,
        lemmas=lambda _: [each for each in design.derived_lemmas if each.name == "snn_steps_lif_step_range"],
    )
    folder = mixed.write(tmp_path / "out", vectors=3)
    found = prove_design(folder, mixed, ProofOptions(mutants=False))
    assert found["status"] == "failed"
    (entry,) = [each for each in found["tasks"] if each["verdict"] == "FAIL"]
    assert entry["lemma"] == "snn_steps_lif_step_range"
    assert (folder / entry["counterexample"]["folder"] / "trace.vcd").exists()
