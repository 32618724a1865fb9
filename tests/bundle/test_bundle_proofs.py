# SPDX-License-Identifier: Apache-2.0
"""Verdicts of a bundle's lemmas. Proofs for real are in test_build.py; here the runner answers."""

import dataclasses
import json
from pathlib import Path

import pytest

import sc_precision.bundle.proofs as prove_module
from sc_precision.bundle import ProofOptions, default_cache, open_bundle, prove, report
from sc_precision.bundle.evidence import read_evidence
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.properties import check_composition
from sc_precision.tools.find import Tool
from sc_precision.tools.sby import ProofResult, Verdict
from sc_precision.tools.toolchain import resolve_toolchain


class Runner:
    """Stands in for `run_proofs`: answers what is expected, except for the tasks that `wrong` names."""

    def __init__(self, **wrong):
        self.wrong = {name.replace("__", "."): verdict for name, verdict in wrong.items()}
        self.tasks = []
        self.arguments = {}

    def __call__(self, tasks, workdir, **arguments):
        self.tasks, self.arguments = list(tasks), arguments
        return [self.answer(task, Path(workdir)) for task in tasks]

    def answer(self, task, workdir):
        expected = Verdict.FAIL if ".mutant" in task.name else Verdict.PASS
        verdict = self.wrong.get(task.name, expected)
        trace = workdir / f"{task.name}.vcd"
        trace.write_text("trace")
        return ProofResult(
            name=task.name,
            verdict=verdict,
            seconds=0.5,
            engine="smtbmc z3",
            mode="prove",
            depth=2,
            unbounded=verdict is Verdict.PASS and task.name.endswith(".prove"),
            properties={"assert": 1},
            failed=(),
            traces=(trace,),
            message=f"answer {verdict.value}",
            log_tail="the log",
            versions={"sby": "1.0"},
        )


@pytest.fixture
def runner(monkeypatch):
    def install(**wrong):
        fake = Runner(**wrong)
        monkeypatch.setattr(prove_module, "run_proofs", fake)
        return fake

    return install


def test_every_task_of_every_lemma_is_asked(tiny_copy, runner):
    fake = runner()
    found = prove(tiny_copy, ProofOptions(timeout=7.0, jobs=3, cache="c"))
    lemmas = tiny_copy.manifest["lemmas"]
    assert [task.name for task in fake.tasks] == [f"{le['name']}.{task}" for le in lemmas for task in le["tasks"]]
    assert {task.timeout for task in fake.tasks} == {7.0}
    assert fake.arguments["jobs"] == 3
    assert fake.arguments["cache_dir"] == "c"
    assert (found["status"], found["reason"], found["composition_checked"]) == ("passed", None, True)
    assert [entry["expected"] for entry in found["tasks"]] == [
        "FAIL" if ".mutant" in task.name else "PASS" for task in fake.tasks
    ]
    assert all(entry["fault"] for entry in found["tasks"] if entry["expected"] == "FAIL")
    stated = [words for lemma in prove_module.derived_lemmas(tiny_copy) for words in lemma.environment]
    assert found["environment"] == list(dict.fromkeys(stated))
    assert found["versions"] == {"sby": "1.0"}
    assert read_evidence(tiny_copy, "proofs") == found
    assert not (tiny_copy.folder / "results" / "proofs").exists()


def test_the_composition_is_recorded_and_that_of_the_bundle(tiny_copy, runner):
    runner()
    found = prove(tiny_copy)["composition"]
    written = json.loads(tiny_copy.texts("formal")["composition.json"])
    assert found == written
    assert read_evidence(tiny_copy, "proofs")["composition"] == written
    assert written["plan_hash"] == tiny_copy.manifest["plan"]["plan_hash"]
    assert set(written["proof_order"]) == {lemma["name"] for lemma in tiny_copy.manifest["lemmas"]}
    shown = report(tiny_copy)["composition"]
    assert shown["lemmas"] == len(written["proof_order"])
    assert [row["layer"] for row in shown["layers"]] == ["tiny_layer0", "tiny_layer1"]
    assert "How the claims add up" in (tiny_copy.folder / "report" / "index.html").read_text("utf-8")


def test_a_composition_that_is_not_the_plans_is_refused(tiny_copy, runner):
    runner()
    path = tiny_copy.folder / "formal" / "composition.json"
    path.write_text(path.read_text("utf-8").replace('"bits": ', '"bits": 1'))
    with pytest.raises(ConsistencyError, match=r"formal/composition.json is not what this version writes"):
        prove(tiny_copy)


@pytest.mark.parametrize("yices", [False, True])
def test_each_lemma_has_its_own_engines_and_time(tiny_copy, runner, monkeypatch, yices):
    """Yices is an extra: the last to be asked where it is installed."""
    fake, chain = runner(), resolve_toolchain()
    tools = {name: tool for name, tool in chain.tools.items() if name != "yices-smt2"}
    tools |= {"yices-smt2": Tool("yices-smt2", ("yices-smt2",), "2.6.5", "path")} if yices else {}
    monkeypatch.setattr(prove_module, "resolve_toolchain", lambda: type(chain)(chain.kind, tools))
    more = ("smtbmc yices",) * yices
    prove(tiny_copy)
    lemmas = {lemma.name: lemma for lemma in prove_module.derived_lemmas(tiny_copy)}
    for task in fake.tasks:
        lemma = lemmas[task.name.partition(".")[0]]
        assert task.timeout == lemma.timeout
        own = lemma.engines if task.task == "prove" else ("smtbmc bitwuzla", "smtbmc z3")
        assert task.engines == (*own, *more)
    assert prove_module.portfolio(("smtbmc yices", "abc pdr"), chain) == ("smtbmc yices", "abc pdr")


def test_mutants_can_be_left_out(tiny_copy, runner):
    fake = runner()
    found = prove(tiny_copy, ProofOptions(mutants=False))
    assert found["mutants"] is False
    assert fake.tasks
    assert not any(".mutant" in task.name for task in fake.tasks)


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (Verdict.FAIL, "failed"),
        (Verdict.UNKNOWN, "incomplete"),
        (Verdict.TIMEOUT, "incomplete"),
        (Verdict.ERROR, "incomplete"),
    ],
)
def test_a_claim_without_a_pass_is_no_pass(tiny_copy, runner, verdict, status):
    runner(tiny_layer0_stage__prove=verdict)
    found = prove(tiny_copy)
    assert found["status"] == status
    assert f"first tiny_layer0_stage.prove: {verdict.value}, answer {verdict.value}" in found["reason"]
    kept = tiny_copy.folder / "results" / "proofs" / "tiny_layer0_stage.prove"
    assert (kept / "log.txt").read_text() == "the log"
    assert (kept / "tiny_layer0_stage.prove.vcd").read_text() == "trace"
    runner()
    prove(tiny_copy)
    assert not kept.exists()


def test_a_mutant_that_survives_fails_the_proof(tiny_copy, runner):
    fake = runner()
    prove(tiny_copy)
    name = next(task.name for task in fake.tasks if ".mutant" in task.name)
    fake.wrong[name] = Verdict.PASS
    found = prove(tiny_copy)
    assert found["status"] == "failed"
    assert f"first {name}: PASS" in found["reason"]


def test_an_unreached_cover_fails_the_proof(tiny_copy, runner):
    runner(tiny_layer0_stage__cover=Verdict.FAIL)
    assert prove(tiny_copy)["status"] == "failed"


def test_a_wrong_verdict_weighs_more_than_a_missing_one(tiny_copy, runner):
    runner(tiny_layer0_stage__prove=Verdict.FAIL, tiny_layer1_stage__prove=Verdict.TIMEOUT)
    assert prove(tiny_copy)["status"] == "failed"


def test_no_lemma_is_no_proof(tiny_bundles, tiny_copy, runner):
    runner()
    for path in (tiny_copy.folder / "formal").rglob("*"):
        if path.is_file():
            path.unlink()
    text = check_composition(tiny_copy.plan(), []).text()
    (tiny_copy.folder / "formal" / "composition.json").write_text(text, "utf-8")
    files = {"formal/composition.json": tiny_copy.manifest["files"]["formal/composition.json"]}
    bare = dataclasses.replace(tiny_copy, manifest=tiny_copy.manifest | {"files": files, "lemmas": [], "assumed": []})
    assert prove(bare, lemmas=[])["status"] == "incomplete"


def test_a_checker_that_is_not_this_versions(tiny_copy, runner):
    runner()
    path = tiny_copy.folder / "formal" / "tiny_layer0_stage.sv"
    path.write_text(path.read_text().replace("assert", "assume", 1))
    with pytest.raises(InputError, match=r"'formal/tiny_layer0_stage.sv' is not the file"):
        open_bundle(tiny_copy.folder)
    # Even with a manifest that was made to fit.
    with pytest.raises(ConsistencyError, match=r"formal/tiny_layer0_stage.sv is not what this version writes"):
        prove(tiny_copy)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda m: m["lemmas"][0].update(claim="all is well"), "lemma tiny_layer0_"),
        (lambda m: m["lemmas"][0].update(assumes=["more"]), "lemma tiny_layer0_"),
        (lambda m: m["lemmas"].pop(), "lemma tiny_"),
        (lambda m: m.update(assumed=[]), "assumed"),
    ],
)
def test_what_the_manifest_says_of_lemmas_is_what_they_say(tiny_copy, runner, change, field):
    runner()
    manifest = json.loads(json.dumps(tiny_copy.manifest))
    change(manifest)
    with pytest.raises(ConsistencyError, match=rf"manifest.json: {field}\w* is not what this version says; emit the"):
        prove(dataclasses.replace(tiny_copy, manifest=manifest))


def test_answers_are_kept_in_the_users_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "sc-precision" / "proofs"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_cache() == tmp_path / ".cache" / "sc-precision" / "proofs"
