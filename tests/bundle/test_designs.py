# SPDX-License-Identifier: Apache-2.0
"""Designs that carry their lemmas: what is written, what is compared, what is proven and what refutes it."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest
from adaptive_designs import PAIRS, network_codes
from designs import DESIGNS

from sc_precision.adaptive.certify import certified_margins
from sc_precision.adaptive.compile import adaptive_design
from sc_precision.adaptive.params import AdaptiveParams, Policy
from sc_precision.bundle import ProofOptions
from sc_precision.bundle.designs import open_design, prove_design
from sc_precision.bundle.evidence import read_evidence
from sc_precision.bundle.values import design_golden
from sc_precision.design.compile import compile_design
from sc_precision.design.manifest import MANIFEST_SCHEMA, check_manifest
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.properties.checker.formal import formal_texts


@pytest.fixture(scope="module")
def wrapper():
    lp, hp = PAIRS["same_inputs"]
    params = AdaptiveParams("pair", tuple(lp), tuple(hp), policy=Policy.CERTIFIED, margins=certified_margins(lp, hp))
    return adaptive_design(params, {"kind": "adaptive_network_v1"}, "a test")


def only(design, *names):
    """The design with some of its lemmas, which rest on none."""
    return dataclasses.replace(
        design,
        lemmas=lambda hdl: [lemma for lemma in design.lemmas(hdl) if lemma.name in names],
    )


@pytest.fixture
def written(wrapper, tmp_path):
    manifest = {
        "lp_plan": {"plan_hash": "0" * 64, "datapath": "fixed", "bound": 1.0},
        "hp_plan": {"plan_hash": "0" * 64, "datapath": "fixed", "bound": 1.0},
        "decision_guarantee": None,
        "threshold_up_pct": 0.8,
        "threshold_down_pct": 0.5,
    }
    described = dataclasses.replace(wrapper, description=dict(wrapper.description) | manifest)
    design = only(described, "pair_to_lp_rescale", "pair_select")
    return design, design.write(tmp_path / "out", vectors=3)


def test_what_is_written(written):
    design, folder = written
    lemmas = design.derived_lemmas
    texts = formal_texts(lemmas, design.files)
    assert {path.relative_to(folder / "formal").as_posix() for path in (folder / "formal").rglob("*.*")} == set(texts)
    assert all((folder / "formal" / name).read_text() == text for name, text in texts.items())
    manifest = json.loads((folder / "manifest.json").read_text())
    assert [entry["name"] for entry in manifest["lemmas"]] == ["pair_to_lp_rescale", "pair_select"]
    assert {f"formal/{name}" for name in texts} < manifest["files"].keys()
    assert "the lemmas are about the wrapper" in manifest["not_proven"][0]
    assert check_manifest(manifest) == manifest


def test_what_has_no_lemmas_says_so(tmp_path):
    design = compile_design(DESIGNS["half_away_wraps"], "wraps")
    folder = design.write(tmp_path / "out", vectors=3)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["lemmas"] == []
    assert manifest["not_proven"][0].startswith("nothing of it is proven: half_away_wraps_layer0: results that wrap")
    assert not (folder / "formal").exists()
    with pytest.raises(InputError, match=r"out: cannot be proven: nothing of it is proven: half_away_wraps_layer0"):
        prove_design(folder, design)


def test_it_is_proven(written):
    design, folder = written
    found = prove_design(folder, design)
    assert found["status"] == "passed", found["reason"]
    assert len(found["tasks"]) == sum(len(lemma.tasks) for lemma in design.derived_lemmas)
    assert read_evidence(open_design(folder), "proofs") == found
    # A second run takes the place of the first.
    smaller = only(design, "pair_to_lp_rescale", "pair_select")
    assert prove_design(folder, smaller, ProofOptions(mutants=False))["mutants"] is False


def test_a_wrong_design_is_refuted_with_values_and_a_test(written, tmp_path):
    """The Verilog of a mutant of the controller, as if it had been emitted."""
    design, _ = written
    select = design.derived_lemmas[-1]
    mutant = next(each for each in select.mutants if each.name == "mutant_error")
    wrong = dict(design.files) | mutant.files
    broken = dataclasses.replace(
        design,
        files=wrong,
        lemmas=lambda _: [dataclasses.replace(select, mutants=())],
    )
    folder = broken.write(tmp_path / "broken", vectors=3)
    found = prove_design(folder, broken)
    assert found["status"] == "failed"
    entry = next(each for each in found["tasks"] if each["task"] == "prove")
    example = entry["counterexample"]
    assert "error_is_reported" in example["properties"]
    kept = json.loads((folder / example["folder"] / "counterexample.json").read_text())
    assert kept["golden"].keys() == {"accepted_codes", "vectors"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", example["test"]]
    done = subprocess.run(command, cwd=folder / example["folder"], capture_output=True, text=True, check=False)
    assert "1 failed" in done.stdout
    assert (folder / "results" / "proofs" / "pair_select.prove" / "log.txt").is_file()


def test_values_at_each_layer(wrapper):
    lp, hp = PAIRS["same_inputs"]
    golden = design_golden(wrapper)
    select = wrapper.derived_lemmas[-1]
    axis = {"s_axis_tvalid": 1, "s_axis_tready": 1, "aresetn": 1}
    found = golden(select, [{**axis, "s_axis_tdata": code} for code in (3, 14, 9)])
    assert found["accepted_codes"] == [3, 14, 9]
    [vector] = found["vectors"]
    assert vector["lp"][-1]["outputs"] == network_codes(lp, [3, 14])
    assert vector["hp"][-1]["outputs"] == network_codes(hp, [3, 14])
    assert vector["outputs"] == wrapper.golden([[3, 14]])[0].tolist()
    assert golden(select, [{"s_axis_tvalid": 0}]) == {"accepted_codes": [], "vectors": []}
    assert golden(select, [{"clk": 0}]) is None
    stage = dataclasses.replace(select, name="same_hp_stage")
    assert golden(stage, [{"acc": 0}])["layer"] == "same_hp"


def test_what_is_compared(written):
    design, folder = written
    other = dataclasses.replace(design, files={name: f"{text}//\n" for name, text in design.files.items()})
    with pytest.raises(ConsistencyError, match=r"hdl/pair\.v is not the design's; compile the design again"):
        prove_design(folder, other)
    with pytest.raises(ConsistencyError, match=r"formal/README\.md is not what this version writes for the design"):
        prove_design(folder, only(design, "pair_to_lp_rescale"))
    (folder / "formal" / "pair_select.sv").write_text("")
    with pytest.raises(InputError, match=r"'formal/pair_select.sv' is not the file .* compile the design again"):
        open_design(folder)
    with pytest.raises(InputError, match="no design can be read there"):
        open_design(folder / "hdl")
    (folder / "manifest.json").write_text(json.dumps({"kind": "adaptive_network_v1", "schema": MANIFEST_SCHEMA}))
    with pytest.raises(InputError, match=r"manifest\.json: the whole: "):
        open_design(folder)


def test_golden_of_the_whole_agrees_with_the_model(wrapper):
    codes = wrapper.random_codes(20)
    values = wrapper.values(codes)
    assert np.array_equal([each["outputs"] for each in values], wrapper.golden(codes))
