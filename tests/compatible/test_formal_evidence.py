# SPDX-License-Identifier: Apache-2.0
"""The formal evidence bundle: what it holds, what it claims, and proofs for real."""

import dataclasses
import hashlib
import json
import subprocess

import numpy as np
import pyslang
import pytest

import sc_precision
from sc_precision import SynapsePrecision, assign_synapse_precisions, write_precision_formal_evidence_bundle
from sc_precision.compatible.evidence import bundle as formal_evidence
from sc_precision.errors import InputError
from sc_precision.tools.proofs import run_proofs
from sc_precision.tools.sby import ProofTask, Verdict
from sc_precision.tools.toolchain import resolve_toolchain

KEYS = {
    "schema_version",
    "evidence_classification",
    "status",
    "module_name",
    "evidence_boundary",
    "assignments_count",
    "formal_claim",
    "artifacts",
}


def row(bits=3, length=8, sensitivity=0.5, total=0.9):
    return SynapsePrecision(0, "layer_0", 0, 0, bits, length, sensitivity, 0.0, 0.0, total)


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_and_manifest_where_nothing_ran(tmp_path):
    rows = assign_synapse_precisions([np.linspace(-1, 1, 12).reshape(3, 4)], target_error=0.4, max_length=64)
    manifest = write_precision_formal_evidence_bundle(tmp_path, rows)
    name = "adaptive_precision_plan"
    assert set(files(tmp_path)) == {f"{name}.v", f"{name}_sva.sv", f"{name}.sby", f"{name}_formal_manifest.json"}
    assert json.loads((tmp_path / f"{name}_formal_manifest.json").read_text()) == manifest
    assert manifest.keys() >= KEYS
    assert manifest["schema_version"] == "sc-neurocore.adaptive-precision-formal-bundle.v1"
    assert (manifest["status"], manifest["module_name"], manifest["assignments_count"]) == ("not_executed", name, 12)
    assert manifest["formal_claim"] == {
        "max_total_error_bound": max(each.total_error_bound for each in rows),
        "max_bit_width": max(each.bit_width for each in rows),
        "max_bitstream_length": max(each.bitstream_length for each in rows),
        "symbiyosys_executed": False,
        "formal_proof_passed": False,
        "hardware_measurement_claimed": False,
    }
    assert manifest["artifacts"] == {
        "rtl": f"{name}.v",
        "sva": f"{name}_sva.sv",
        "sby": f"{name}.sby",
        "report": None,
    }
    assert manifest["files"] == {
        path: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for path, content in files(tmp_path).items()
        if not path.endswith(".json")
    }
    assert all(task["verdict"] is None for task in manifest["tasks"])
    assert sum(each["rows"] for each in manifest["design"]["multipliers"]) == 12


def test_same_rows_same_bytes_as_plan_or_list(tmp_path):
    rows = assign_synapse_precisions([np.linspace(-1, 1, 6)], target_error=0.4)
    write_precision_formal_evidence_bundle(tmp_path / "a", rows, module_name="m")
    write_precision_formal_evidence_bundle(tmp_path / "b", list(rows), module_name="m")
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_proof_for_real(tmp_path):
    rows = [row(3, 8), row(3, 8), row(6, 5), row(2, 1)]
    manifest = write_precision_formal_evidence_bundle(tmp_path, rows, module_name="plan", execute=True)
    assert manifest["status"] == "proven"
    assert manifest["formal_claim"]["symbiyosys_executed"] is manifest["formal_claim"]["formal_proof_passed"] is True
    assert manifest["artifacts"]["report"] == "plan_formal_report.json"
    report = json.loads((tmp_path / "plan_formal_report.json").read_text())
    assert report["status"] == "proven"
    assert report["versions"]["sby"]
    verdicts = {task["task"]: (task["verdict"], task["unbounded"]) for task in manifest["tasks"]}
    cores = ("b2_l2", "b3_l8", "b6_l8")
    parts = ("count", "digits", "levels", "sums", "bound")
    assert verdicts == {
        **{f"prove_{part}_{core}": ("PASS", True) for core in cores for part in parts},
        **{f"cover_{part}_{core}": ("PASS", False) for core in cores for part in parts},
    }
    made = manifest["design"]["multipliers"]
    assert {each["name"]: each["planned_lengths"] for each in made} == {
        "plan_b2_l2": [1], "plan_b3_l8": [8], "plan_b6_l8": [5]
    }  # fmt: skip
    assert made[1]["lemmas"] == [f"prove_{part}_b3_l8" for part in parts]
    assert "lies in -4..6" in made[1]["claim"]


@pytest.mark.parametrize(
    ("part", "old", "new", "failed"),
    [
        ("count", "cycle < code", "cycle <= code", "n_is_ramp|d_is_count|count_fits"),
        ("count", "t[0], t[1], t[2]}", "t[1], t[0], t[2]}", "d_is_count"),
        ("digits", "one_0 = follow_0 ?", "one_0 = !follow_0 ?", "one_is_the_streams"),
        ("digits", "follow_1 = a_1[0] !=", "follow_1 = a_1[0] ==", "path_2_is_cycle|one_is_the_streams"),
        ("levels", "follow_1 = a_1[0] !=", "follow_1 = a_1[0] ==", "halved_1|d_1_adds_up"),
        ("levels", "(a_2[0] ? far_2", "(!a_2[0] ? far_2", "d_2_adds_up"),
        ("sums", "next_pos + (masked ?", "next_pos + (!masked ?", "d_is_bounded"),
        ("bound", "greatest: assert (pos <= 9'sd6)", "greatest: assert (pos <= 9'sd5)", "greatest"),
        ("bound", "least: assert (neg <= 9'sd4)", "least: assert (neg <= 9'sd3)", "least"),
    ],
)
def test_each_lemma_of_a_multiplier_has_a_mutant(tmp_path, part, old, new, failed):
    """A comparator off by one, digits in another order, a step of a level left out, bounds one unit tighter."""
    write_precision_formal_evidence_bundle(tmp_path, [row(3, 8)], module_name="plan")
    texts = {name: (tmp_path / name).read_text() for name in ("plan.v", "plan_sva.sv")}
    [where] = [name for name, text in texts.items() if old in text] or ["none"]
    head, module, rest = ("", "", texts[where])
    if where == "plan_sva.sv":
        head, module, rest = texts[where].partition(f"module plan_b3_l8_{part}_check")
    assert old in rest
    (tmp_path / where).write_text(head + module + rest.replace(old, new, 1))
    text = (tmp_path / "plan.sby").read_text().replace("mode prove", "mode bmc").replace("depth 2", "depth 12")
    (tmp_path / "plan.sby").write_text(text)
    task = ProofTask("p", tmp_path / "plan.sby", task=f"prove_{part}_b3_l8", engines=("smtbmc bitwuzla",))
    [result] = run_proofs([task], tmp_path / "work")
    assert result.verdict is Verdict.FAIL
    labels = {each.name.rpartition(".")[2] for each in result.failed}
    assert labels & set(failed.split("|"))


@pytest.mark.parametrize(
    "size",
    [(1, 1), (1, 6), (7, 3), *(pytest.param(size, marks=pytest.mark.slow) for size in ((4, 16), (8, 12), (16, 16)))],
)
def test_multipliers_of_all_sizes_are_proven(tmp_path, size):
    """Bits of the weight and log2 of the length; the greatest that are built are among them."""
    bits, log2 = size
    rows = [row(bits, 1 << log2)]
    manifest = write_precision_formal_evidence_bundle(tmp_path, rows, module_name="plan", execute=True)
    assert manifest["status"] == "proven", [t for t in manifest["tasks"] if t["verdict"] != "PASS"]


def test_a_bare_sby_runs_it(tmp_path):
    write_precision_formal_evidence_bundle(tmp_path, [row(2, 4)], module_name="plan")
    chain = resolve_toolchain()
    environment = chain.environment(chain.write_programs(tmp_path / "bin"))
    done = subprocess.run(["sby", "-f", "plan.sby"], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "plan_prove_levels_b2_l4" / "PASS").exists()


def test_a_network_plan(tmp_path, tiny_plans):
    plan = tiny_plans["fixed"]
    rows = assign_synapse_precisions([layer.dense.weight for layer in plan.layers], target_error=0.3)
    manifest = write_precision_formal_evidence_bundle(tmp_path, rows, module_name="net", plan=plan)
    assert manifest["design"]["plan_hash"] == plan.hash
    assert manifest["design"]["top_module"] == "tiny"
    assert {task["task"] for task in manifest["tasks"]} >= {"prove_tiny_layer0_control", "cover_tiny_top"}
    chosen = ["prove_tiny_layer0_control", "cover_tiny_layer1_mac_step", "prove_tiny_layer0_weights", "prove_tiny_top"]
    tasks = [ProofTask(name, tmp_path / "net.sby", task=name) for name in chosen]
    assert all(result.passed for result in run_proofs(tasks, tmp_path / "work"))
    with pytest.raises(InputError, match="plan tiny has 12 synapses, but there are 11 assignments"):
        write_precision_formal_evidence_bundle(tmp_path, list(rows)[1:], plan=plan)
    with pytest.raises(InputError, match="plan must be a NetworkPlan"):
        write_precision_formal_evidence_bundle(tmp_path, rows, plan=rows)


def test_checkers_are_standard_systemverilog(tmp_path, tiny_plans):
    rows = [row(3, 8), row(6, 4), row(1, 2)]
    write_precision_formal_evidence_bundle(tmp_path, rows, module_name="rows")
    plan = tiny_plans["stochastic"]
    write_precision_formal_evidence_bundle(tmp_path, [row()] * 12, module_name="net", plan=plan)
    for name in ("rows", "net"):
        tree = pyslang.syntax.SyntaxTree.fromText((tmp_path / f"{name}_sva.sv").read_text())
        assert [str(each.code) for each in tree.diagnostics if each.isError()] == []
    compilation = pyslang.ast.Compilation()
    for name in ("rows.v", "rows_sva.sv"):
        compilation.addSyntaxTree(pyslang.syntax.SyntaxTree.fromText((tmp_path / name).read_text()))
    assert [str(each.code) for each in compilation.getAllDiagnostics() if each.isError()] == []


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ({"prove_levels_b3_l8": Verdict.FAIL}, "failed"),
        ({"cover_levels_b3_l8": Verdict.FAIL}, "failed"),
        ({"prove_levels_b3_l8": Verdict.UNKNOWN}, "incomplete"),
        ({"prove_levels_b3_l8": Verdict.TIMEOUT}, "incomplete"),
        ({"cover_levels_b3_l8": Verdict.ERROR}, "incomplete"),
        ({"prove_levels_b3_l8": Verdict.TIMEOUT, "cover_levels_b3_l8": Verdict.FAIL}, "failed"),
    ],
)
def test_only_a_pass_of_every_task_is_a_proof(tmp_path, monkeypatch, verdicts, status):
    real = formal_evidence.run_proofs

    def answers(tasks, *arguments, **options):
        return [
            dataclasses.replace(result, verdict=verdicts.get(result.name, result.verdict))
            for result in real(tasks, *arguments, **options)
        ]

    monkeypatch.setattr(formal_evidence, "run_proofs", answers)
    cache = tmp_path / "cache"
    manifest = write_precision_formal_evidence_bundle(
        tmp_path / "x", [row()], module_name="plan", execute=True, cache=cache
    )
    assert manifest["status"] == status
    assert manifest["formal_claim"]["formal_proof_passed"] is False
    assert manifest["formal_claim"]["symbiyosys_executed"] is True


def test_an_older_report_is_not_left_beside_new_files(tmp_path):
    report = tmp_path / "plan_formal_report.json"
    report.write_text("{}")
    manifest = write_precision_formal_evidence_bundle(tmp_path, [row()], module_name="plan")
    assert not report.exists()
    assert manifest["artifacts"]["report"] is None


def test_rows_whose_bound_the_hardware_does_not_keep_are_named(tmp_path):
    rows = [row(total=0.9), row(total=0.01), row(4, 16, sensitivity=0.0, total=0.0)]
    found = write_precision_formal_evidence_bundle(tmp_path, rows)["design"]["rows_against_hardware"]
    assert (found["rows_within_their_total_error_bound"], found["first_rows_beyond"]) == (2, [1])
    assert found["rows_beyond_their_total_error_bound"] == 1


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ([], {}, "assignments is empty"),
        (3, {}, "assignments must be a PrecisionPlan or a list of rows, got 3"),
        ("ab", {}, "assignments must be"),
        ([1], {}, r"assignments\[0\] must be a SynapsePrecision, got 1"),
        ([row(bits=40)], {}, "bit_width must be at most 32, got 40"),
        ([row(length=1 << 20)], {}, "length_log2 must be at most 16, got 20"),
        ([row(length=1 << 70)], {}, "no hardware is that large"),
        ([row()], {"module_name": "module"}, "module"),
        ([row()], {"module_name": "../x"}, "module name"),
    ],
)
def test_bad_input(tmp_path, rows, options, message):
    with pytest.raises(ValueError, match=message) as caught:
        write_precision_formal_evidence_bundle(tmp_path / "out", rows, **options)
    assert isinstance(caught.value, InputError)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_precision_formal_evidence_bundle(tmp_path / "file", [row()])
    (tmp_path / "adaptive_precision_plan_formal_report.json").mkdir()
    with pytest.raises(InputError, match="cannot be replaced"):
        write_precision_formal_evidence_bundle(tmp_path, [row()])


def test_it_is_public():
    assert sc_precision.write_precision_formal_evidence_bundle is write_precision_formal_evidence_bundle


@pytest.mark.parametrize("folder", [None, b"bytes", "a\0b", "", 3, ["x"]])
def test_a_folder_that_is_none(folder):
    rows = [SynapsePrecision(0, "fc", 0, 0, 4, 8, 1.0, 0.1, 0.1, 0.2)]
    with pytest.raises(InputError, match=r"^output_dir must be the name of a folder, got "):
        formal_evidence.write_evidence_files(folder, rows, "top", None, None)
