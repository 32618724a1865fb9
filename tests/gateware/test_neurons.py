# SPDX-License-Identifier: Apache-2.0
"""Neurons and spiking networks on Icarus against the golden model, stalls on both sides."""

import json
import shutil
import subprocess
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest
from neuron_designs import NEURONS, SPIKING, currents_of, lif

from sc_precision.emit.verilog import network_verilog
from sc_precision.formats import Rounding
from sc_precision.golden.neurons import spiking_outputs
from sc_precision.params import InputCodes
from sc_precision.params.neurons import Drive, LifParams, MultiplyLeak, Reset, ShiftLeak
from sc_precision.tools.icarus import run_bench
from sc_precision.tools.lint import lint_all


def vectors_of(layers, most):
    """Input codes: all of them, or a sample."""
    if isinstance(layers[0], LifParams):
        codes = currents_of(layers[0])
    else:
        form, steps = layers[0].inputs.format, layers[1].steps
        constant = layers[1].drive is Drive.CONSTANT
        size = (600, layers[0].n_in) if constant else (600, steps, layers[0].n_in)
        codes = np.random.default_rng(7).integers(form.code_min, form.code_max + 1, size)
    return codes[np.random.default_rng(6).choice(len(codes), most, replace=False)] if len(codes) > most else codes


def bench(folder, name, layers, verilog, most=150):
    for file, text in verilog.items():
        (folder / file).write_text(text)
    codes = vectors_of(layers, most)
    spikes = spiking_outputs(layers, codes)[-1]
    # A frame is a step: the bench sees as many vectors as there are steps.
    slowest = [params.to_dict()["cycles_per_vector"] for params in layers]
    if spikes.ndim == codes.ndim + 1:
        slowest = [layers[-1].cycles_per_step, layers[-1].neurons + 1]
    np.savez(
        folder / "vectors.npz",
        inputs=codes.reshape(-1, codes.shape[-1]),
        expected=spikes.reshape(-1, spikes.shape[-1]),
        labels=np.full(spikes.shape[0] * spikes.shape[1], -1),
        output_signed=False,
        cycles_per_vector=slowest,
    )
    source = resources.files("sc_precision.bench") / "network_bench.py"
    shutil.copy(str(source), folder / "test_design.py")
    result = run_bench(
        [folder / file for file in verilog],
        name,
        "test_design",
        folder / "build",
        python_path=[folder],
        env={"SC_VECTORS": str(folder / "vectors.npz"), "SC_RESULTS": str(folder / "figures.json")},
    )
    return result, spikes.shape[0] * spikes.shape[1]


QUICK = {"lif_nearest", "lif_rests_long", "lif_saturates", "lif_constant", "lif_constant_once", "snn_two"}


def quick_first(names):
    return [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in names]


RUNS = [pytest.param(name, 60, id=name) for name in NEURONS if name in QUICK]
# All sequences of currents where there are so few.
RUNS += [pytest.param(name, 512, id=f"{name}-all", marks=pytest.mark.slow) for name in NEURONS]


@pytest.mark.parametrize(("name", "most"), RUNS)
def test_neurons_equal_golden(name, most, tmp_path):
    params = NEURONS[name]
    result, frames = bench(tmp_path, name, [params], network_verilog([params], name), most)
    assert result.ok, result.message
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["vectors"] == frames
    # The last two of four steps; they are of different vectors where a run has one step.
    whole = params.drive is Drive.CONSTANT and params.steps == 1
    assert figures["cycles_per_vector"] == (params.cycles_per_vector if whole else params.cycles_per_step)


@pytest.mark.parametrize("name", quick_first(SPIKING))
def test_networks_equal_golden(name, tmp_path):
    layers = SPIKING[name]
    result, _ = bench(tmp_path, name, layers, network_verilog(layers, name), most=60)
    assert result.ok, result.message


@pytest.mark.parametrize("name", quick_first([*NEURONS, *SPIKING]))
def test_every_front_end_reads_it_without_a_warning(name, tmp_path):
    layers = SPIKING[name] if name in SPIKING else [NEURONS[name]]
    files = network_verilog(layers, name)
    for file, text in files.items():
        (tmp_path / file).write_text(text)
    findings = lint_all([tmp_path / file for file in files], name)
    assert not any(findings.values()), findings


def test_bench_catches_a_wrong_threshold(tmp_path):
    params = NEURONS["lif_shift"]
    wrong = LifParams(params.name, params.inputs, 1, 3, params.leak, params.threshold + 1)
    result, _ = bench(tmp_path, "top", [params], network_verilog([wrong], "top"), most=40)
    failed = {outcome.name.rpartition(".")[2] for outcome in result.tests if not outcome.passed}
    assert "vectors_with_backpressure" in failed


TESTBENCH = """
module bench;
  integer membrane, current, idle;
  wire signed [{width}:0] after;
  wire spike;
  {step} step (.membrane(membrane[{width}:0]), .current(current[{current}:0]), {idle} .after(after), .spike(spike));
  initial begin
    for (idle = 0; idle <= {rests}; idle = idle + 1)
      for (membrane = {low}; membrane <= {high}; membrane = membrane + 1)
        for (current = {least}; current <= {most}; current = current + 1) begin
          #1 $display("%0d %0d %0d %0d %0d", idle, membrane, current, after, spike);
        end
    $finish;
  end
endmodule
"""


def step_of(params, idle, membrane, current):
    """(after, spike) in plain ints, or None for a sum that no run reaches."""
    if idle:
        return membrane, 0
    total = params.leak.apply(membrane) + current
    low, high = params.membrane.code_min, params.membrane.code_max
    if not low <= total <= high:
        if not params.saturates:
            return None
        total = min(max(total, low), high)
    if total < params.threshold:
        return total, 0
    if not params.can_spike:
        return None
    return (total - params.threshold if params.reset is Reset.SUBTRACT else params.reset_value), 1


def all_steps(folder, params, verilog):
    """Every membrane, current and rest through the module of one step: (inputs, outputs) rows."""
    form, low, high = params.inputs.format, *params.membrane_range
    (folder / "design.v").write_text("\n".join(verilog.values()))
    text = TESTBENCH.format(
        width=params.membrane.width - 1,
        current=form.width - 1,
        step=f"{params.name}_step",
        idle=".idle(idle[0])," if params.refractory else "",
        rests=int(params.refractory > 0),
        low=low if not params.saturates else params.membrane.code_min,
        high=high,
        least=form.code_min,
        most=form.code_max,
    )
    (folder / "bench.v").write_text(text)
    program = folder / "bench"
    subprocess.run(
        ["iverilog", "-g2005", "-s", "bench", "-o", program, folder / "bench.v", folder / "design.v"], check=True
    )
    done = subprocess.run(["vvp", "-n", program], check=True, capture_output=True, text=True)
    return [tuple(map(int, line.split())) for line in done.stdout.splitlines() if line[0] in "01"]


WIDE = {
    "wide_nearest": lif("wide_nearest", inputs=InputCodes.covering(-20, 19, 3), threshold=30, leak=MultiplyLeak(11, 4)),
    "wide_unsigned": lif("wide_unsigned", inputs=InputCodes.covering(0, 31, 3), threshold=29, leak=ShiftLeak(3)),
    "wide_rests": lif(
        "wide_rests", inputs=InputCodes.covering(-20, 19, 3), threshold=17, membrane_width=6, refractory=3
    ),
}


@pytest.mark.parametrize("params", (NEURONS | WIDE).values(), ids=(NEURONS | WIDE).keys())
def test_every_step_of_a_neuron(params, tmp_path):
    rows = all_steps(tmp_path, params, network_verilog([params], "top"))
    seen = 0
    for idle, membrane, current, after, spike in rows:
        expected = step_of(params, idle, membrane, current)
        if expected is not None:
            seen += 1
            assert (after, spike) == expected, (idle, membrane, current)
    low, high = params.membrane_range
    assert seen >= (high - low + 1) * (1 << params.inputs.format.width) / 2


def test_every_step_catches_another_rounding(tmp_path):
    params = WIDE["wide_nearest"]
    wrong = replace(params, leak=MultiplyLeak(11, 4, Rounding.TRUNCATE), membrane_width=params.membrane.width)
    rows = all_steps(tmp_path, params, network_verilog([wrong], "top"))
    assert any((after, spike) != step_of(params, *inputs) for *inputs, after, spike in rows if step_of(params, *inputs))
