# SPDX-License-Identifier: Apache-2.0
"""Adaptive networks with the lemmas of the wrapper and of both networks: what they assume, and ``--prove``."""

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from networks import small_network

from sc_precision.adaptive.compile import adaptive_network_params, compile_adaptive_network
from sc_precision.adaptive.pairs import plan_from_words
from sc_precision.adaptive.properties.network import adaptive_network_lemmas
from sc_precision.adaptive.properties.wrapper import adaptive_lemmas
from sc_precision.bundle.designs import compiled_again, open_design
from sc_precision.cli import run
from sc_precision.design.manifest import MANIFEST
from sc_precision.errors import ConsistencyError
from sc_precision.importers import read_network, write_network

DIGITS = Path(__file__).parents[2] / "examples" / "digits" / "digits.npz"


@pytest.fixture(scope="module")
def net(tmp_path_factory):
    path = tmp_path_factory.mktemp("net") / "net.npz"
    write_network(path, small_network(n_in=2, sizes=(2,)))
    return path


@pytest.fixture(scope="module")
def plans(net):
    network = read_network(net).network
    return [plan_from_words(words, network) for words in ("fixed:3", "fixed:6")]


@pytest.fixture(scope="module")
def design(plans):
    return compile_adaptive_network(*plans, "net")


def command(*words):
    return subprocess.run(
        [sys.executable, "-m", "sc_precision.cli", *map(str, words)], capture_output=True, text=True, check=False
    )


def pair(net, out, *more):
    return ["adaptive", net, "--lp", "fixed:3", "--hp", "fixed:6", "-o", out, "--vectors", 3, "--random", 0, *more]


def test_what_the_wrapper_assumes_is_asserted_by_the_layers(design):
    lemmas = {lemma.name: lemma for lemma in design.derived_lemmas}
    assert {lemma.core for lemma in lemmas.values()} == {"net", "net_lp_layer0", "net_hp_layer0"}
    assert {"net_lp_layer0_control", "net_hp_layer0_control", "net_lp_scores_kept"} <= set(lemmas["net_select"].assumes)
    assert set(lemmas["net_margins_check_scores"].assumes) == {"net_lp_scores_kept", "net_lp_layer0_stage"}
    assert all(name in lemmas for lemma in lemmas.values() for name in lemma.assumes)
    [words] = {words for lemma in lemmas.values() for words in lemma.environment}
    assert "reset" in words
    assert all(lemma.mutants for lemma in lemmas.values())


def test_of_layers_without_lemmas_it_is_said_in_words(plans, design):
    params = adaptive_network_params(*plans, "net", policy="certified", threshold_up_pct=0.8, threshold_down_pct=0.5)
    alone = adaptive_lemmas(params, dict(design.files))
    words = [each for lemma in alone for each in lemma.environment]
    assert sum("gives its results in order" in each for each in words) == 2
    assert sum(each.startswith("scores of net_lp_layer0 are codes ") for each in words) == 1
    assert {name for lemma in alone for name in lemma.assumes} <= {lemma.name for lemma in alone}


def test_plans_that_are_not_the_wrappers(plans, design):
    lp, hp = plans
    params = adaptive_network_params(lp, hp, "net", policy="certified", threshold_up_pct=0.8, threshold_down_pct=0.5)
    hdl = dict(design.files)
    with pytest.raises(ConsistencyError, match="net_lp_layer0: is not the layer of the plan"):
        adaptive_network_lemmas(params, hp, hp, hdl)
    with pytest.raises(ConsistencyError, match="net_hp: the plan has 0 layers, the wrapper 1"):
        adaptive_network_lemmas(params, lp, replace(hp, layers=()), hdl)


def test_what_is_fed_must_be_what_bounds_are_stated_for(plans, design):
    lp, hp = plans
    params = adaptive_network_params(lp, hp, "net", policy="certified", threshold_up_pct=0.8, threshold_down_pct=0.5)
    wider = replace(params.hp[0], inputs=replace(params.hp[0].inputs, high=params.hp[0].inputs.high + 1))
    layer = replace(hp.layers[0], params=wider)
    with pytest.raises(ConsistencyError, match=r"net: hp is fed codes \d+ to \d+, its bounds are stated for"):
        adaptive_network_lemmas(replace(params, hp=(wider,)), lp, replace(hp, layers=(layer,)), hdl=dict(design.files))


def test_the_folder_holds_what_it_was_made_of(design, tmp_path):
    folder = design.write(tmp_path / "out", vectors=3)
    again = compiled_again(open_design(folder))
    assert again.description == json.loads(json.dumps(design.description))
    assert again.files == design.files
    assert [lemma.files(again.files) for lemma in again.derived_lemmas] == [
        lemma.files(design.files) for lemma in design.derived_lemmas
    ]
    path = folder / MANIFEST
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | {"threshold_up_pct": 0.7}))
    assert open_design(folder).manifest["threshold_up_pct"] == 0.7
    path.write_text(json.dumps(manifest | {"policy": "hysteresis"}))
    with pytest.raises(ConsistencyError, match=r"in manifest\.json is not that of the plans there"):
        compiled_again(open_design(folder))


def test_the_command_proves_and_remembers(net, tmp_path):
    out, cache = tmp_path / "out", tmp_path / "cache"
    done = command(*pair(net, out, "--prove", "--no-mutants", "--cache", cache, "--timeout", 120))
    assert done.returncode == 0, done.stdout + done.stderr
    manifest = json.loads((out / MANIFEST).read_text())
    count = 2 * len(manifest["lemmas"])
    assert f"passed: {count} of {count} tasks as expected" in done.stdout
    data = json.loads((out / "results" / "proofs.json").read_text())["data"]
    assert (data["status"], len(data["tasks"])) == ("passed", count)
    assert data["environment"] == manifest["assumed"]
    assert all(task["unbounded"] for task in data["tasks"] if task["task"] == "prove")
    done = command("prove", out, "--no-mutants", "--cache", cache, "--timeout", 120)
    assert done.returncode == 0, done.stderr
    assert f"passed: {count} of {count} tasks as expected, {count} from the cache" in done.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--jobs", "2"], "--jobs is about proofs; give --prove with it"),
        (["--no-mutants"], "--no-mutants is about proofs; give --prove with it"),
        (["--prove", "--cache", "x", "--no-cache"], "--cache and --no-cache contradict each other"),
    ],
)
def test_options_that_do_not_fit(net, options, message, tmp_path, capsys):
    assert run([str(word) for word in pair(net, tmp_path / "out", *options)]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_folders_that_cannot_be_proven(design, tmp_path, capsys):
    folder = design.write(tmp_path / "out", vectors=3)
    assert run(["prove", str(folder), "--mutants", "5"]) == 2
    assert "leave it out for a compiled design" in capsys.readouterr().err
    path = folder / MANIFEST
    manifest = json.loads(path.read_text())
    del manifest["files"]["lp.npz"]
    path.write_text(json.dumps(manifest))
    assert run(["prove", str(folder)]) == 2
    assert "kind adaptive_network_v1 without what it was compiled from cannot be derived" in capsys.readouterr().err


def test_a_refuted_claim_exits_with_1(design, tmp_path, capsys):
    """The controller of a mutant, in a folder whose lemmas were written for it."""
    select = next(lemma for lemma in design.derived_lemmas if lemma.name == "net_select")
    wrong = select.mutants[0].files["net.v"]
    folder = design.write(tmp_path / "out", vectors=3)
    (folder / "hdl" / "net.v").write_text(wrong)
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"]["hdl/net.v"]["sha256"] = hashlib.sha256(wrong.encode()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest))
    # Mutants are made of the Verilog, so that theirs differ already.
    assert run(["prove", str(folder)]) != 0
    assert "mutant" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("words", [("fixed:8", "fixed:16x1"), ("stochastic:1024", "stochastic:4096")])
def test_digits(words, tmp_path):
    """Every lemma of the wrapper and of both networks, and every mutant, on the whole digits network."""
    options = ["-o", tmp_path / "out", "--vectors", 3, "--random", 0, "--prove", "--cache", tmp_path / "cache"]
    done = command("adaptive", DIGITS, "--lp", words[0], "--hp", words[1], *options)
    assert done.returncode == 0, done.stdout + done.stderr
    data = json.loads((tmp_path / "out" / "results" / "proofs.json").read_text())["data"]
    assert {task["core"] for task in data["tasks"]} == {
        "digits", *(f"digits_{path}_layer{index}" for path in ("lp", "hp") for index in (0, 1))
    }  # fmt: skip
    assert any(task["task"].startswith("mutant") for task in data["tasks"])
