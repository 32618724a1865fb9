# SPDX-License-Identifier: Apache-2.0
"""A wrong design: its proof fails, and the test that comes with the counterexample fails and passes where it must."""

import dataclasses
import json
import os
import subprocess
import sys

import pytest

from sc_precision.bundle import open_bundle, proofs, report
from sc_precision.bundle.counterexamples import counterexample_lines, write_counterexample
from sc_precision.bundle.proofs import derived_lemmas
from sc_precision.bundle.values import network_golden
from sc_precision.design.folder import COUNTEREXAMPLES
from sc_precision.errors import InputError, ToolError
from sc_precision.tools.proofs import run_proofs
from sc_precision.tools.replay import read_counterexample, read_trace, replay, simulated
from sc_precision.tools.sby import ProofTask, Verdict


@pytest.fixture
def refute(tiny_copy, tmp_path):
    """Run a mutant of a lemma, write its counterexample; the lemma, what was written, the folder of wrong Verilog."""

    def call(name, task):
        lemma = next(each for each in derived_lemmas(tiny_copy) if each.name == name)
        question = ProofTask("q", tiny_copy.folder / "formal" / f"{name}.sby", task=task)
        [result] = run_proofs([question], tmp_path / "work")
        assert result.verdict is Verdict.FAIL
        wrong = tmp_path / "wrong"
        wrong.mkdir()
        mutant = next(each for each in lemma.mutants if each.name == task)
        for file in lemma.hdl:
            text = mutant.files.get(file) or (tiny_copy.folder / "hdl" / file).read_text()
            (wrong / file).write_text(text)
        plan = tiny_copy.plan()
        golden = network_golden(plan.params, plan.name)
        return lemma, write_counterexample(tiny_copy, lemma, task, result, golden), wrong, result

    return call


@pytest.mark.parametrize(
    ("name", "task", "label"),
    [
        ("tiny_layer0_mac_step", "mutant_first", "sum_is_exact"),
        ("tiny_layer0_control", "mutant_error", "error_is_reported"),
        ("tiny_layer1_stage", "mutant_rounding", "tie_is_even"),
        ("tiny_top", "mutant_reset", "reset_0"),
    ],
)
def test_it_fails_on_the_wrong_verilog_and_holds_on_the_right(refute, tiny_copy, tmp_path, name, task, label):
    lemma, found, wrong, _ = refute(name, task)
    folder = tiny_copy.folder / found["folder"]
    assert folder == tiny_copy.folder / COUNTEREXAMPLES / f"{name}.{task}"
    assert label in found["properties"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["counterexample.json", "test_counterexample.py", "trace.vcd", "trace.yw", f"{name}.sv"]
    )
    waveform = tmp_path / "again.vcd"
    failed = replay(folder, wrong, waveform=waveform)
    assert label in {each for each, _ in failed}
    assert waveform.read_text().startswith("$date")
    assert replay(folder, tiny_copy.folder / "hdl") == []
    assert len(found["inputs"]) == found["steps"] == len(read_counterexample(folder).steps)
    json.dumps(found)
    if found["failed_step"] is not None:
        assert (label, found["failed_step"]) in failed
    document = json.loads((folder / "counterexample.json").read_text())
    assert (document["lemma"], document["claim"]) == (name, lemma.claim)


def test_the_generated_pytest(refute, tiny_copy):
    _, found, wrong, _ = refute("tiny_layer0_mac_step", "mutant_first")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", found["test"]]
    for rtl, status in (({"RTL": str(wrong)}, 1), ({}, 0)):
        done = subprocess.run(
            command,
            cwd=tiny_copy.folder / found["folder"],
            env={**os.environ, **rtl},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stdout
        assert ("1 failed" if status else "1 passed") in done.stdout


def test_layers_are_replayed_in_the_golden_model(tiny_copy):
    plan = tiny_copy.plan()
    lemmas = {lemma.name: lemma for lemma in derived_lemmas(tiny_copy)}
    golden = network_golden(plan.params, plan.name)
    first = plan.layers[0].params
    step = {"in_valid": 1, "in_ready": 1, "rst": 0}
    steps = [{**step, "in_code": 3}, {**step, "in_valid": 0, "in_code": 9}, {**step, "in_code": 16}]
    found = golden(lemmas["tiny_layer0_control"], steps)
    assert found["accepted_codes"] == [3, 16]
    [vector] = found["vectors"]
    weights, bias = first.weights.tolist(), first.bias.tolist()
    expected = [b + 3 * row[0] + 16 * row[1] for row, b in zip(weights, bias, strict=True)]
    assert vector["layers"][0]["accumulators"] == expected
    assert [each["layer"] for each in vector["layers"]] == ["tiny_layer0", "tiny_layer1"]

    axis = {"s_axis_tvalid": 1, "s_axis_tready": 1, "aresetn": 1}
    top = [{**axis, "s_axis_tdata": 3}, {**axis, "aresetn": 0, "s_axis_tdata": 5}, {**axis, "s_axis_tdata": 16}]
    assert golden(lemmas["tiny_top"], top)["vectors"] == found["vectors"]
    acc = (1 << first.acc.width) - 1
    assert golden(lemmas["tiny_layer0_stage"], [{"acc": acc}, {}])["acc"] == [-1, 0]
    assert golden(lemmas["tiny_layer0_weights"], steps) is None


def test_what_is_no_counterexample(refute, tiny_copy, tmp_path):
    lemma, found, wrong, result = refute("tiny_layer0_mac_step", "mutant_first")
    passed = dataclasses.replace(result, verdict=Verdict.PASS)
    with pytest.raises(InputError, match=r"tiny_layer0_mac_step\.prove: is no counterexample"):
        write_counterexample(tiny_copy, lemma, "prove", passed, lambda *_: None)
    folder = tiny_copy.folder / found["folder"]
    with pytest.raises(InputError, match="give the folder of the Verilog"):
        replay(folder, tmp_path / "nowhere")
    (wrong / "tiny_layer0_core.v").write_text("module tiny_layer0_mac; endmodule\n")
    with pytest.raises(ToolError, match=r"^iverilog: "):
        replay(folder, wrong)
    (folder / "counterexample.json").write_text('{"schema": "x"}')
    with pytest.raises(InputError, match="no counterexample of this version"):
        replay(folder, wrong)
    (folder / "counterexample.json").write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        replay(folder, wrong)
    (tmp_path / "x.vcd").write_text("nothing")
    with pytest.raises(InputError, match="cannot be read as a waveform"):
        read_trace(tmp_path / "x.vcd", "top")


def test_lines_for_the_console():
    found = {"properties": ["a"], "failed_step": 3, "folder": "f", "test": "t.py"}
    tasks = [{"lemma": "l", "counterexample": found}, {"lemma": "m", "counterexample": None}]
    assert counterexample_lines({"tasks": tasks}) == ["l: a fails at step 3; pytest f/t.py shows it"]


def test_statements_become_reports():
    text = (
        "module c(input wire clk);\n  (* anyseq *) wire [3:0] a, b;\n  always @* x: assert ((a) == f(b));\nendmodule\n"
    )
    done = simulated(text, "c")
    assert "reg [3:0] a, b;" in done
    assert "always @(posedge look)" in done
    assert "((a) == f(b)) ? 1'b1 : 1'b0" in done
    assert "FAILED x at step" in done
    with pytest.raises(InputError, match="parenthesis"):
        simulated("x: assert (a", "c")


def test_prove_writes_what_refutes_a_claim(tiny_copy, monkeypatch):
    """The answer to one claim is that of its mutant, as if the Verilog were wrong."""
    real = proofs.run_proofs

    def answer(tasks, workdir, **options):
        chosen = [task for task in tasks if task.name.startswith("tiny_layer0_mac_step.")]
        faulty = dataclasses.replace(chosen[0], task="mutant_first", engines=("smtbmc bitwuzla",))
        return real([faulty, *chosen[1:]], workdir)

    monkeypatch.setattr(proofs, "run_proofs", answer)
    every = proofs.prove_lemmas

    def one_lemma(place, lemmas, *more, **options):
        return every(place, [each for each in lemmas if each.name == "tiny_layer0_mac_step"], *more, **options)

    monkeypatch.setattr(proofs, "prove_lemmas", one_lemma)
    stale = tiny_copy.folder / COUNTEREXAMPLES / "old.prove"
    stale.mkdir(parents=True)
    found = proofs.prove(tiny_copy)
    assert found["status"] == "failed"
    entry = found["tasks"][0]
    assert entry["counterexample"]["folder"] == f"{COUNTEREXAMPLES}/tiny_layer0_mac_step.prove"
    assert entry["counterexample"]["properties"] == ["sum_is_exact"]
    assert all(each["counterexample"] is None for each in found["tasks"][1:])
    assert not stale.exists()
    assert "formal/counterexamples/tiny_layer0_mac_step.prove" in counterexample_lines(found)[0]
    assert open_bundle(tiny_copy.folder).digest == tiny_copy.digest  # what is left there is no change of the bundle
    asked = [each for each in tiny_copy.manifest["lemmas"] if each["name"] == "tiny_layer0_mac_step"]
    report(dataclasses.replace(tiny_copy, manifest=tiny_copy.manifest | {"lemmas": asked}))
    page = (tiny_copy.folder / "report" / "index.html").read_text()
    assert "formal/counterexamples/tiny_layer0_mac_step.prove/test_counterexample.py" in page
