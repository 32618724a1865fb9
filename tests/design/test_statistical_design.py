# SPDX-License-Identifier: Apache-2.0
"""Designs of statistical plans: what they say, and that the hardware is the integer model."""

import json
import re

import numpy as np
import pytest
from manifests import manifest_of

from sc_precision import golden
from sc_precision.bundle.designs import compiled_again, open_design
from sc_precision.cli import run
from sc_precision.design.statistical import measure_coverage, statistical_design
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.importers.npz import write_network
from sc_precision.network import Dense, Network
from sc_precision.plan.statistical_plan import StatisticalPlan, plan_statistical_network
from sc_precision.tools.icarus import run_bench


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(7)
    return Network(
        (
            Dense(rng.uniform(-1, 1, (3, 4)), rng.uniform(-0.3, 0.3, 3), "relu"),
            Dense(rng.uniform(-0.7, 0.7, (2, 3)), rng.uniform(-0.3, 0.3, 2)),
        ),
        input_low=0.0,
        input_high=1.0,
    )


@pytest.fixture(scope="module")
def plan(network):
    return plan_statistical_network(network, target_error=1.0, confidence=0.9, name="drawn")


def test_the_manifest_says_that_nothing_is_proven(plan):
    inputs = np.random.default_rng(1).uniform(0, 1, (5, 4))
    design = statistical_design(plan, measure_coverage(plan, inputs, 2))
    manifest = manifest_of(design.manifest)
    said = manifest["statistical"]
    assert said["guarantee"] == "statistical(0.9)"
    assert said["proven"] is False
    assert said["plan_hash"] == plan.hash
    assert said["measured"]["draws"] == 2
    assert [layer["kind"] for layer in manifest["layers"]] == ["stochastic_dense_lfsr"] * 2
    with pytest.raises(ConsistencyError, match=r"statistical\.proven"):
        manifest_of(manifest | {"statistical": said | {"proven": True}})
    assert statistical_design(plan).manifest["statistical"]["measured"] is None


def test_the_integer_model_is_that_of_the_layers(plan):
    codes = plan.input_codes(np.random.default_rng(2).uniform(0, 1, (20, 4)))
    assert (statistical_design(plan).golden(codes) == golden.network_outputs(plan.params, codes)[-1]).all()
    with pytest.raises(InputError, match="draws must be at least 1"):
        measure_coverage(plan, np.zeros((1, 4)), 0)


def command(capsys, *arguments):
    status = run([str(each) for each in arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.mark.parametrize("with_data", [False, True])
def test_plan_and_emit_on_the_command_line(network, tmp_path, capsys, with_data):
    file, saved, folder = tmp_path / "net.npz", tmp_path / "plan.npz", tmp_path / "design"
    inputs = np.random.default_rng(3).uniform(0, 1, (6, 4)) if with_data else None
    labels = np.array([0, 1, 0, 1, 1, 0]) if with_data else None
    write_network(file, network, inputs, labels)
    options = ["--guarantee", "statistical", "--target-error", 1.0, "--confidence", 0.9, "--seed", 5]
    status, out, err = command(capsys, "plan", file, "-o", saved, "--name", "drawn", *options)
    assert (status, err) == (0, "")
    assert "with probability 0.9 over the registers drawn; not proven" in out
    assert "LFSR is not that" in out
    assert StatisticalPlan.load(saved).seed == 5
    data = ["--data", file] if with_data else []
    status, out, err = command(capsys, "emit", saved, "-o", folder, "--vectors", 4, *data)
    assert (status, err) == (0, "")
    assert re.search(r"\d+\.\d\d% of 4 inputs x 10 drawings keep the bound \(90.00% stated\)", out)
    assert "statistical, not proven" in out
    assert {path.name for path in folder.iterdir()} == {"hdl", "sim", "formal", "manifest.json", "plan.npz"}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert any("statistical" in words for words in manifest["not_proven"])
    assert {"drawn_layer0_registers", "drawn_top"} < {lemma["name"] for lemma in manifest["lemmas"]}
    assert manifest["vectors"]["count"] == manifest["statistical"]["measured"]["vectors"] == 4
    assert manifest["statistical"]["measured"]["rate"] >= 0.9
    if not with_data:
        status, out, err = command(capsys, "prove", folder, "--no-mutants", "--no-cache")
        assert (status, err) == (0, "")
        count = 2 * len(manifest["lemmas"])
        assert f"passed: {count} of {count} tasks as expected" in out
        manifest["statistical"]["confidence"] = 0.99
        (folder / "manifest.json").write_text(json.dumps(manifest))
        with pytest.raises(ConsistencyError, match=r"statistical in manifest\.json is not that of the plans there"):
            compiled_again(open_design(folder))
    if with_data:
        # bit for bit in Icarus, with stalls
        result = run_bench(
            sorted((folder / "hdl").glob("*.v")),
            "drawn",
            "test_drawn",
            tmp_path / "build",
            python_path=[folder / "sim"],
            env={"SC_VECTORS": str(folder / "sim" / "vectors.npz"), "SC_RESULTS": str(tmp_path / "figures.json")},
        )
        assert result.ok, result.message


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (["--target-error", 1, "--confidence", 0.9], 2, "--confidence is for --guarantee statistical; add that or"),
        (["--target-error", 1, "--seed", 1], 2, "--seed is for --guarantee statistical"),
        (["--target-error", 1, "--guarantee", "statistical", "--lanes", 2], 2, "--lanes is not for --guarantee stati"),
        (["--relative-target", 0.1, "--guarantee", "statistical"], 2, "--relative-target is not for --guarantee"),
        (["--guarantee", "statistical"], 2, "--guarantee statistical is about a --target-error; give one"),
        (["--target-error", 1, "--guarantee", "statistical", "--datapath", "fixed"], 2, "leave out --datapath fixed"),
        (["--target-error", 1e-3, "--guarantee", "statistical", "--datapath", "stochastic"], 1, "out of reach"),
        (["--target-error", 1, "--guarantee", "likely"], 2, "is not one of"),
    ],
)
def test_options_of_the_other_guarantee_are_refused(network, tmp_path, capsys, options, status, message):
    file = tmp_path / "net.npz"
    write_network(file, network)
    got, _, err = command(capsys, "plan", file, "-o", tmp_path / "plan.npz", *options)
    assert (got, len(err.splitlines())) == (status, 1)
    assert message in err
    assert not (tmp_path / "plan.npz").exists()
