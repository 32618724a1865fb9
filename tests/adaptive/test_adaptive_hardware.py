# SPDX-License-Identifier: Apache-2.0
"""The emitted wrapper on Icarus: golden model, every input, stalls on both sides, toggles, and faults that are seen."""

import json
import re

import numpy as np
import pytest
from adaptive_designs import PAIRS
from designs import all_codes
from verilog_bench import DUMP, drive, signal_changes

from sc_precision.adaptive.certify import certified_margins
from sc_precision.adaptive.compile import adaptive_design
from sc_precision.adaptive.params import AdaptiveParams, Policy, Thresholds
from sc_precision.tools.icarus import run_bench
from sc_precision.tools.lint import lint_all

MIDDLE = Thresholds(0.3, 0.1)


def wrapper(name, policy, thresholds=MIDDLE, margins=None):
    lp, hp = PAIRS[name]
    if policy is Policy.CERTIFIED and margins is None:
        margins = certified_margins(lp, hp)
    return AdaptiveParams("wrapper", lp, hp, policy=policy, thresholds=thresholds, margins=margins)


def design_of(params):
    plan = {"plan_hash": "0" * 64, "datapath": "fixed", "bound": 0.0}
    said = {"schema_version": "1.0", "module_name": params.name, "policy": params.policy.value}
    said |= {"decision_guarantee": "none", "threshold_up_pct": 0.5, "threshold_down_pct": 0.25}
    said |= {"kind": "adaptive_network_v1", "lp_plan": plan, "hp_plan": plan}
    return adaptive_design(params, said, "a test")


def shuffled(params):
    codes = all_codes(params.hp[0])
    return np.random.default_rng(3).permutation(codes)[:400]


@pytest.mark.parametrize("policy", Policy, ids=lambda policy: policy.value)
@pytest.mark.parametrize("name", PAIRS)
def test_every_input_as_the_golden_model(name, policy, tmp_path):
    params = wrapper(name, policy)
    design = design_of(params)
    for file, text in design.files.items():
        (tmp_path / file).write_text(text)
    findings = lint_all([tmp_path / file for file in design.files], "wrapper")
    assert not any(findings.values()), findings
    for stall in (False, True):
        found, seen = drive(tmp_path, params, design.files, shuffled(params), stall=stall)
        assert (seen.outputs, seen.wrong, seen.frame_error) == (found.codes.size, 0, "0"), seen.text
        assert (seen.by_lp, seen.by_hp) == ((~found.use_hp).sum(), found.use_hp.sum())
        if not stall:
            assert seen.cycles == found.cycles.sum() + 1
    if name in ("coarse", "two_layers"):
        assert 0 < found.use_hp.sum() < len(found.use_hp)  # both kinds are there, in turns


@pytest.mark.parametrize("policy", Policy, ids=lambda policy: policy.value)
def test_bench_of_a_written_design(policy, tmp_path):
    params = wrapper("coarse", policy)
    design = design_of(params)
    folder = design.write(tmp_path / "design", codes=shuffled(params)[:60])
    figures = tmp_path / "figures.json"
    result = run_bench(
        [folder / "hdl" / file for file in design.files],
        "wrapper",
        "test_wrapper",
        tmp_path / "build",
        python_path=[folder / "sim"],
        env={"SC_RESULTS": str(figures), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert result.ok, result.message
    assert result.passed == 3
    assert json.loads(figures.read_text())["vectors"] == 60


def fault(files, file, old, new):
    assert files[file].count(old) >= 1, old
    return files | {file: files[file].replace(old, new, 1)}


def test_truncating_the_high_bits_is_caught(tmp_path):
    """What the published wrapper feeds its low-precision path: the input's low bits, neither rescaled nor saturated."""
    params = wrapper("coarse", Policy.HYSTERESIS)
    files = dict(design_of(params).files)
    text = files["wrapper.v"]
    begin = text.index("module wrapper_to_lp(")
    end = text.index("endmodule", begin)
    low_bits = "module wrapper_to_lp(rescaled, code);\n  input [3:0] code;\n  output [2:0] rescaled;\n"
    files["wrapper.v"] = text[:begin] + low_bits + "  assign rescaled = code[2:0];\n" + text[end:]
    _, seen = drive(tmp_path, params, files, shuffled(params))
    assert seen.wrong > 0


def test_a_threshold_that_is_too_low_is_caught(tmp_path):
    sound = wrapper("same_inputs", Policy.CERTIFIED)
    low = wrapper("same_inputs", Policy.CERTIFIED, margins=np.zeros((2, 2), dtype=int))
    # The hardware of the low thresholds against the sound model.
    _, seen = drive(tmp_path, sound, design_of(low).files, shuffled(sound))
    assert seen.wrong > 0


def test_a_counter_that_stands_still_is_caught(tmp_path):
    params = wrapper("coarse", Policy.HYSTERESIS)
    design = design_of(params)
    folder = design.write(tmp_path / "design", codes=shuffled(params)[:40])
    top = folder / "hdl" / "wrapper.v"
    text = top.read_text()
    changed = re.sub(r"status_lp <= [^;]*;", "status_lp <= 32'd0;", text)
    assert changed != text
    top.write_text(changed)
    result = run_bench(
        [folder / "hdl" / file for file in design.files],
        "wrapper",
        "test_wrapper",
        tmp_path / "build",
        python_path=[folder / "sim"],
        env={"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert not result.ok


@pytest.mark.parametrize("busy", ["lp", "hp"])
def test_the_idle_network_does_not_toggle(busy, tmp_path):
    """Neither a register nor a wire in it changes, while the other one works on thirty vectors."""
    params = wrapper("coarse", Policy.HYSTERESIS, Thresholds(0.5, 0.1))
    small, large = np.random.default_rng(4).integers(-1, 2, (30, 2)), np.array([[-8, 7], [7, -8]] * 15)
    found, seen = drive(tmp_path, params, design_of(params).files, small if busy == "lp" else large, dump=DUMP)
    assert seen.wrong == 0
    assert found.use_hp.all() == (busy == "hp")
    # LP has the first vector, whatever comes.
    assert (found.lp_ran[1:] == (busy == "lp")).all()
    start = int(found.cycles[0]) + 10
    idle = "hp" if busy == "lp" else "lp"
    changes = {path: signal_changes(tmp_path / "waves.vcd", f"bench.dut.{path}_layer", start) for path in (busy, idle)}
    assert changes[busy] > 500
    assert changes[idle] == 0
