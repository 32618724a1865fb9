# SPDX-License-Identifier: Apache-2.0
"""Designs of one layer in two formats, with the lemmas of the wrapper and of both layers."""

import dataclasses
import hashlib
import json
from types import SimpleNamespace

import numpy as np
import pytest

from sc_precision import compile_adaptive_precision
from sc_precision.adaptive.format_proofs import LAYER, stored_layer
from sc_precision.adaptive.properties.network import check_fed
from sc_precision.bundle.designs import compiled_again, open_design, prove_design
from sc_precision.cli import run
from sc_precision.design.manifest import MANIFEST
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.importers import write_network
from sc_precision.network import Dense, Network

WEIGHTS = [[0.5, -0.3], [0.1, 0.4]]
SMALL = {"lp_precision": "Q1.3", "hp_precision": "Q1.5", "policy": "hysteresis"}


def compiled(name="pair", layer=WEIGHTS, **options):
    return compile_adaptive_precision(layer, name, **SMALL | options)


@pytest.fixture(scope="module")
def design():
    return compiled(layer=Dense([[0.6], [-0.3]], [0.1, 0.2], "relu"))


def rehashed(folder, name):
    """Make the manifest agree with a file that was changed."""
    path = folder / MANIFEST
    manifest = json.loads(path.read_text())
    manifest["files"][name]["sha256"] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    path.write_text(json.dumps(manifest))


def test_what_the_wrapper_assumes_is_asserted_by_the_layers(design, tmp_path):
    manifest = json.loads((design.write(tmp_path / "out", vectors=3) / MANIFEST).read_text())
    lemmas = {entry["name"]: entry for entry in manifest["lemmas"]}
    assert {entry["core"] for entry in lemmas.values()} == {"pair", "pair_lp", "pair_hp"}
    assert {"pair_lp_control", "pair_hp_control", "pair_lp_scores_kept"} <= set(lemmas["pair_select"]["assumes"])
    assert all(name in lemmas for entry in lemmas.values() for name in entry["assumes"])
    assert {f"pair_{path}_{what}" for path in ("lp", "hp") for what in ("weights", "error", "stage")} <= lemmas.keys()
    [words] = manifest["assumed"]
    assert "reset" in words
    assert [text.split(":")[0].split(" and ")[0] for text in manifest["not_proven"]] == [
        "how LP's answers differ from HP's",
        "that partial sums fit",
    ]
    assert LAYER in manifest["files"]


def test_certified_thresholds_are_checked_and_said_to_be_arithmetic():
    found = compiled(policy="certified", lp_precision="Q1.4", hp_precision="Q1.6", layer=0.5 * np.array(WEIGHTS))
    lemmas = {lemma.name: lemma for lemma in found.derived_lemmas}
    assert set(lemmas["pair_margins_check_scores"].assumes) == {"pair_lp_scores_kept", "pair_lp_stage"}
    assert "no margin of LP exceeds HP's" in found.not_proven[-1]
    claims = found.lemmas.__self__
    low = dataclasses.replace(claims.params, margins=np.minimum(claims.params.margins, 0))
    with pytest.raises(ConsistencyError, match="pair: the threshold of output 0 over 1 is 0"):
        dataclasses.replace(claims, params=low).lemmas(dict(found.files))


@pytest.mark.parametrize("exponents", ["metadata", "datapath"])
def test_layers_of_block_floating_formats_have_lemmas(exponents):
    found = compiled(lp_precision="BFP5E3X2", hp_precision="BFP7E3X2", exponents=exponents)
    names = {lemma.name for lemma in found.derived_lemmas}
    assert {"pair_lp_error", "pair_hp_error", "pair_select"} < names
    assert ("pair_hp_align" in names) == (exponents == "datapath")


def test_of_a_layer_without_lemmas_it_is_said_in_words():
    """HP's accumulator takes 60 bits, one too many for an exact bound; its threshold of 32 is in decimal."""
    found = compiled(layer=[[4000.5, 1.0]], lp_precision="Q13.2", hp_precision="Q16.16")
    assert found.not_proven[0].startswith("what pair_hp computes: pair_hp: the exact bound needs more than 62 bits")
    lemmas = {lemma.name: lemma for lemma in found.derived_lemmas}
    assert {lemma.core for lemma in lemmas.values()} == {"pair", "pair_lp"}
    words = {each for lemma in lemmas.values() for each in lemma.environment if "reset" not in each}
    assert words == {"pair_hp gives its results in order after each whole vector, and only then"}
    assert "pair_lp_control" in lemmas["pair_select"].assumes


def test_codes_beyond_the_bounds_are_refused():
    bounds = SimpleNamespace(input_low=np.array([-4, -4]), input_high=np.array([3, 2]))
    codes = SimpleNamespace(low=-4, high=3)
    with pytest.raises(ConsistencyError, match=r"pair: lp is fed codes -4 to 3, its bounds are stated for -4 to 2"):
        check_fed("pair", "lp", codes, bounds)


def test_the_folder_holds_the_layer_that_it_was_made_of(design, tmp_path):
    folder = design.write(tmp_path / "out", vectors=3)
    again = compiled_again(open_design(folder))
    assert again.description == json.loads(json.dumps(design.description))
    assert again.files == design.files
    assert again.not_proven == design.not_proven
    assert [lemma.files(again.files) for lemma in again.derived_lemmas] == [
        lemma.files(design.files) for lemma in design.derived_lemmas
    ]
    write_network(folder / LAYER, Network((Dense([[0.7], [-0.3]], [0.1, 0.2], "relu"),)))
    rehashed(folder, LAYER)
    with pytest.raises(ConsistencyError, match=r"in manifest\.json is not that of the layer there"):
        compiled_again(open_design(folder))
    write_network(folder / LAYER, Network((Dense([[0.7]]), Dense([[0.7]]))))
    with pytest.raises(InputError, match=r"layer\.npz: holds 2 layers; a design of two formats is compiled from one"):
        stored_layer(folder / LAYER)


def test_counts_and_exponents_are_compiled_again(tmp_path):
    found = compiled(lp_precision="BFP5E4", hp_precision="Q3.9", lp_parameter_count=77)
    place = open_design(found.write(tmp_path / "out", vectors=3))
    assert compiled_again(place).manifest == json.loads(json.dumps(found.manifest))


def test_wrong_weights_are_refuted(design, tmp_path):
    """The Verilog of another trained layer, with the lemma about this one."""
    [lemma] = [each for each in design.derived_lemmas if each.name == "pair_hp_weights"]
    other = compiled(layer=Dense([[0.7], [-0.3]], [0.1, 0.2], "relu"))
    wrong = dataclasses.replace(
        design, files=other.files, lemmas=lambda _: [dataclasses.replace(lemma, mutants=(), assumes=())]
    )
    folder = wrong.write(tmp_path / "out", vectors=3)
    found = prove_design(folder, wrong)
    assert found["status"] == "failed"
    [entry] = [each for each in found["tasks"] if each["task"] == "prove"]
    assert entry["counterexample"]["properties"]


def test_the_command_proves_it_from_its_folder(design, tmp_path, capsys):
    folder = design.write(tmp_path / "out", vectors=3)
    assert run(["prove", str(folder), "--no-mutants", "--no-cache", "--timeout", "120"]) == 0
    count = 2 * len(design.derived_lemmas)
    assert f"passed: {count} of {count} tasks as expected" in capsys.readouterr().out
    data = json.loads((folder / "results" / "proofs.json").read_text())["data"]
    assert all(task["unbounded"] for task in data["tasks"] if task["task"] == "prove")
    # Verilog that was changed afterwards: its lemmas, derived again, are not those in the folder.
    file = folder / "hdl" / "pair_hp_core.v"
    file.write_text(compiled(layer=Dense([[0.7], [-0.3]], [0.1, 0.2], "relu")).files[file.name])
    rehashed(folder, "hdl/pair_hp_core.v")
    assert run(["prove", str(folder)]) != 0
    assert "is not what this version writes" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [{}, {"lp_precision": "BFP5E3X2", "hp_precision": "BFP7E3X2", "exponents": "datapath"}],
    ids=["fixed", "blocks"],
)
def test_everything_is_proven_and_every_mutant_fails(options, tmp_path):
    found = compiled(**options)
    data = prove_design(found.write(tmp_path / "out", vectors=3), found)
    assert data["status"] == "passed", data["reason"]
    assert len(data["tasks"]) == sum(len(lemma.tasks) for lemma in found.derived_lemmas)
