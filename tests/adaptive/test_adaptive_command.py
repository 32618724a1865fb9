# SPDX-License-Identifier: Apache-2.0
"""``sc-precision adaptive``, and the passages of the documentation that show it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from networks import small_network
from verilog_bench import drive

from sc_precision.adaptive.compile import adaptive_network_params, compile_adaptive_network, network_design
from sc_precision.adaptive.pairs import Savings, plan_from_words, random_pair_codes
from sc_precision.adaptive.params import AdaptiveParams
from sc_precision.adaptive.properties import network as adaptive_network
from sc_precision.cli import run
from sc_precision.importers import read_network, write_network

ROOT = Path(__file__).parents[2]
DIGITS = ROOT / "examples" / "digits" / "digits.npz"
PAGE = (ROOT / "docs" / "adaptive.md").read_text(encoding="utf-8")
PAIR = ("fixed:8", "fixed:16x1")


@pytest.fixture
def net(tmp_path):
    write_network(tmp_path / "net.npz", small_network(sizes=(4, 3)))
    return str(tmp_path / "net.npz")


def test_digits(tmp_path, capsys):
    arguments = ["adaptive", str(DIGITS), "--lp", PAIR[0], "--hp", PAIR[1], "-o", str(tmp_path / "out")]
    assert run([*arguments, "--vectors", "20", "--random", "2000"]) == 0
    printed = capsys.readouterr().out
    assert "test inputs: 277 of 300 answered by LP, 300 decisions as HP's" in printed
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    figures = manifest["golden_model"]["test inputs"]
    assert figures["mean_cycles"] <= 0.5 * figures["hp_latency_cycles"]
    assert figures["mean_cycles"] <= 0.5 * figures["hp_interval_cycles"]
    assert manifest["golden_model"]["random inputs"]["decisions_as_hp"] == 2000
    assert manifest["vectors"] == {"count": 20, "labelled": 20, "source": "given"}
    for line in printed.splitlines()[:2]:
        assert line in PAGE


def digits_params(pair=PAIR):
    file = read_network(DIGITS)
    lp, hp = (plan_from_words(words, file.network) for words in pair)
    params = adaptive_network_params(lp, hp, "digits", policy="certified", threshold_up_pct=0.8, threshold_down_pct=0.5)
    return file, lp, hp, params


def test_decisions_of_100000_random_inputs():
    *_, params = digits_params()
    savings = Savings.measure(params, random_pair_codes(params, 100_000, seed=1))
    assert savings.agree == savings.vectors == 100_000
    assert savings.by_lp > 30_000


def test_stochastic_pair_saves_half():
    file, _, hp, params = digits_params(("stochastic:1024", "stochastic:4096"))
    savings = Savings.measure(params, hp.input_codes(file.test_inputs))
    assert savings.agree == 300
    assert savings.mean_cycles <= 0.5 * savings.hp_latency


@pytest.mark.slow
def test_hardware_on_all_test_images(tmp_path):
    file, lp, hp, params = digits_params()
    found, seen = drive(tmp_path, params, network_design(params, lp, hp).files, hp.input_codes(file.test_inputs))
    assert (seen.outputs, seen.wrong, seen.by_lp, seen.by_hp) == (3000, 0, 277, 23)
    assert seen.cycles == found.cycles.sum() + 1


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("verilator") is None, reason="Icarus would need hours")
def test_hardware_on_100000_random_inputs(tmp_path):
    """206 million cycles: Verilator, for Icarus would need hours."""
    _, lp, hp, params = digits_params()
    codes = random_pair_codes(params, 100_000, seed=1)
    found, seen = drive(tmp_path, params, network_design(params, lp, hp).files, codes, verilator=True)
    assert (seen.outputs, seen.wrong, seen.by_hp) == (1_000_000, 0, int(found.use_hp.sum()))
    assert seen.cycles == found.cycles.sum() + 1


@pytest.mark.parametrize("policy", ["certified", "hysteresis", "hp_authoritative"])
def test_policies(net, policy, tmp_path, capsys):
    arguments = ["adaptive", net, "--lp", "fixed:6", "--hp", "fixed:12", "-o", str(tmp_path / "out")]
    options = ["--policy", policy, "--threshold-up", "0.3", "--threshold-down", "0.2", "--random", "50"]
    assert run([*arguments, *options, "--name", "mine"]) == 0
    assert "random inputs: " in capsys.readouterr().out
    assert (tmp_path / "out" / "hdl" / "mine.v").is_file()
    assert (tmp_path / "out" / "sim" / "test_mine.py").is_file()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--lp", "fixed"], "--lp 'fixed' is no plan"),
        (["--hp", "fixed:0"], "--hp 'fixed:0': limits: "),
        (["--policy", "fast"], "Invalid value for '--policy'"),
        (["--name", "wire"], "--name: 'wire' is a Verilog keyword"),
        (["--vectors", "0"], "--vectors must be at least 1, got 0"),
        (["--random", "-1"], "--random must be at least 0, got -1"),
        (["--threshold-up", "0.1"], "0 < threshold_down_pct < threshold_up_pct < 1, got 0.5 and 0.1"),
    ],
)
def test_errors_are_one_line(net, options, message, tmp_path, capsys):
    arguments = ["adaptive", net, "--lp", "fixed:6", "--hp", "fixed:12", "-o", str(tmp_path / "out"), "--random", "0"]
    assert run([*arguments, *options]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_wrong_decision_fails(net, tmp_path, monkeypatch, capsys):
    unsound = np.full((3, 3), -1)
    monkeypatch.setattr(AdaptiveParams, "margin_codes", property(lambda _: unsound))
    arguments = ["adaptive", net, "--lp", "fixed:2", "--hp", "fixed:12", "-o", str(tmp_path / "out")]
    # The lemmas are not written for thresholds that the second derivation finds too low.
    assert run(arguments) == 1
    assert "but LP's margin can exceed HP's by more" in capsys.readouterr().err
    monkeypatch.setattr(adaptive_network, "check_margins", lambda _: None)
    assert run(arguments) == 1
    assert "certified decisions are not HP's" in capsys.readouterr().err


def test_the_page_runs(tmp_path):
    blocks = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    commands = [line for kind, text in blocks if kind == "sh" for line in text.splitlines() if line]
    # With --prove it takes minutes; test_adaptive_proofs does that.
    assert commands[1] == f"{commands[0].replace(' --policy certified', '')} --prove"
    words = commands[0].replace("examples/digits/digits.npz", str(DIGITS)).split()
    assert words[:2] == ["sc-precision", "adaptive"]
    done = subprocess.run([sys.executable, "-m", "sc_precision.cli", *words[1:], "--random", "100"], cwd=tmp_path)
    assert done.returncode == 0
    python = [text for kind, text in blocks if kind == "python"]
    assert len(python) == 2
    for text in python:
        subprocess.run(
            [sys.executable, "-c", text.replace("examples/digits/", f"{DIGITS.parent}/")], cwd=tmp_path, check=True
        )


def test_network_function_is_what_the_command_uses(net):
    network = read_network(net).network
    plans = [plan_from_words(words, network) for words in ("fixed:6", "fixed:12")]
    design = compile_adaptive_network(*plans, "net")
    assert design.manifest["policy"] == "certified"
    assert design.manifest["decision_guarantee"] == "that of HP for every input code"
