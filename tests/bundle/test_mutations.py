# SPDX-License-Identifier: Apache-2.0
"""Random mutants: which lemmas look at them, what the verdicts add up to, and a score for real."""

import pytest

from sc_precision.bundle import mutations, score_mutants
from sc_precision.bundle.evidence import read_evidence
from sc_precision.bundle.mutations import core_of, covered_modules
from sc_precision.bundle.proofs import derived_lemmas
from sc_precision.bundle.results import report
from sc_precision.emit.verilog import module_texts
from sc_precision.errors import InputError
from sc_precision.tools.mutation import equivalence_sby, make_mutants
from sc_precision.tools.proofs import run_proofs
from sc_precision.tools.sby import ProofTask, Verdict

ADDER = "module adder(input clk, input [1:0] a, output reg [1:0] q);\n  always @(posedge clk) q <= {};\nendmodule\n"


def texts(bundle):
    files = bundle.texts("hdl")
    return {name: text for file in files if file.endswith(".v") for name, text in module_texts(files[file]).items()}


def test_same_seed_same_mutants(tiny_bundles):
    modules = texts(tiny_bundles["fixed"])
    names = ["tiny_layer0_mac", "tiny_layer0_weights_0"]
    first = make_mutants(modules, names, 6, 1)
    assert first == make_mutants(modules, names, 6, 1)
    assert first != make_mutants(modules, names, 6, 2)
    assert len(first) == 6
    assert {each.module for each in first} <= set(names)
    for each in first:
        assert each.text.count("module ") >= 1
        assert "/tmp" not in each.text + each.fault


@pytest.mark.parametrize(
    ("modules", "count", "seed", "message"),
    [
        (["m"], 0, 1, "mutants: count must be at least 1, got 0"),
        (["m"], True, 1, "count must be an int"),
        (["m"], 1, -1, "seed must be at least 0, got -1"),
        ([], 1, 1, "no module is given"),
        (["n"], 1, 1, "there is no module 'n'"),
    ],
)
def test_bad_arguments(modules, count, seed, message):
    with pytest.raises(InputError, match=message):
        make_mutants({"m": "module m; endmodule\n"}, modules, count, seed)


@pytest.mark.parametrize(("form", "verdict"), [("2'd1 + a", Verdict.PASS), ("a + 2'd2", Verdict.FAIL)])
def test_equivalence(tmp_path, form, verdict):
    (tmp_path / "a.v").write_text(ADDER.format("a + 2'd1"))
    (tmp_path / "b.v").write_text(ADDER.format(form))
    (tmp_path / "equal.sby").write_text(equivalence_sby("adder", [], "a.v", "b.v", []))
    [result] = run_proofs([ProofTask("e", tmp_path / "equal.sby", engines=("abc pdr", "smtbmc z3"))], tmp_path / "work")
    assert result.verdict is verdict


def test_lemmas_cover_what_they_read(tiny_bundles):
    bundle = tiny_bundles["fixed"]
    modules = texts(bundle)
    covered = {lemma.name: covered_modules(lemma, modules) for lemma in derived_lemmas(bundle)}
    assert covered["tiny_layer0_mac_step"] == {"tiny_layer0_mac"}
    assert covered["tiny_layer0_control"] == {"tiny_layer0"}
    assert covered["tiny_layer0_weights"] == {"tiny_layer0_weights_0", "tiny_layer0_weights_1"}
    assert covered["tiny_top"] == {"tiny"}
    assert set().union(*covered.values()) == set(modules)  # no module without a lemma
    cores = ["tiny", "tiny_layer0", "tiny_layer1"]
    assert [core_of(name, cores) for name in ("tiny", "tiny_layer1_mac", "other")] == ["tiny", "tiny_layer1", None]


def test_states_add_up(tiny_copy, monkeypatch):
    """One mutant of each kind of answer per core; the rest survive."""
    answers = {
        ("mutant_generated", 0): Verdict.FAIL,
        ("prove", 1): Verdict.UNKNOWN,
        ("prove", 2): Verdict.TIMEOUT,
        ("equal", 3): Verdict.PASS,
        ("equal", 4): Verdict.FAIL,
    }
    defaults = {"mutant_generated": Verdict.PASS, "prove": Verdict.PASS, "equal": Verdict.UNKNOWN}

    class Result:
        def __init__(self, task):
            kind = task.name.rpartition(".")[2]
            self.verdict = answers.get((kind, int(task.name.partition(".")[0]) % 6), defaults[kind])
            self.message, self.versions = "said so", {"sby": "1"}

    monkeypatch.setattr(mutations, "run_proofs", lambda tasks, *_, **__: [Result(task) for task in tasks])
    found = score_mutants(tiny_copy, 6)
    for core in found["cores"]:
        counts = [core[key] for key in ("mutants", "killed", "refused", "equivalent", "survived", "open")]
        assert counts == [6, 1, 1, 1, 2, 1]
        assert core["kill_rate"] == 2 / 5
        assert [each["state"] for each in core["listed"]] == ["open", "survived", "survived"]
        assert core["listed"][1]["reason"] == "answers differently in some state"
        assert "stayed open" in core["listed"][2]["reason"]
    assert found["passed"] is False
    assert read_evidence(tiny_copy, "mutations") == found
    results = report(tiny_copy)
    assert results["mutation"]["cores"] == found["cores"]
    page = (tiny_copy.folder / "report" / "index.html").read_text()
    assert "Random mutants" in page
    assert "answers differently in some state" in page


def test_no_lemma_is_asked_about_a_mutant_that_was_noticed(tiny_copy, monkeypatch):
    """The most specific lemma first; the next ones only of what it did not notice."""
    asked = []

    class Result:
        def __init__(self, task):
            number, lemma, kind = task.name.split(".")
            asked.append((int(number), lemma, kind))
            self.verdict = Verdict.FAIL if int(number) % 2 else Verdict.UNKNOWN if kind == "prove" else Verdict.PASS
            self.message, self.versions = "said so", {}

    monkeypatch.setattr(mutations, "run_proofs", lambda tasks, *_, **__: [Result(task) for task in tasks])
    lemmas = derived_lemmas(tiny_copy)
    found = score_mutants(tiny_copy, 10, lemmas=lemmas)
    covered = {lemma.name: covered_modules(lemma, texts(tiny_copy)) for lemma in lemmas}
    numbers = {number for number, *_ in asked}
    assert numbers == set(range(sum(core["mutants"] for core in found["cores"])))
    several = 0
    for number in numbers:
        own = [(lemma, kind) for n, lemma, kind in asked if n == number]
        sizes = [len(covered[lemma]) for lemma, kind in own if kind == "mutant_generated"]
        assert sizes == sorted(sizes)
        # Those of odd number are killed by the first search, the others refused by the first proof.
        assert [kind for _, kind in own] == ["mutant_generated"] * len(sizes) + ["prove"] * (number % 2 == 0)
        assert len(sizes) == 1 or number % 2 == 0
        several += len(sizes) > 1
    assert several


def test_a_score_for_real(tiny_copy):
    lemmas = [lemma for lemma in derived_lemmas(tiny_copy) if lemma.core == "tiny"]
    found = score_mutants(tiny_copy, 6, lemmas=lemmas)
    [core] = found["cores"]
    assert core["mutants"] == 6
    assert core["killed"] >= 4
    assert core["survived"] == core["open"] == 0
    assert found["passed"]
    assert found["versions"]["sby"]
