# SPDX-License-Identifier: Apache-2.0
"""How lemmas and their mutants are stored, and the index of them."""

import re
from dataclasses import replace

import pytest

from sc_precision.emit.verilog import module_texts, network_verilog
from sc_precision.errors import ConsistencyError
from sc_precision.properties import network_lemmas
from sc_precision.properties.checker.formal import INDEX, formal_texts
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.mutants import merged, stored_mutants

SOUND = "module check;\n  wire a = 1;\n  wire b = 2;\n  wire c = 3;\n  always @* cover (a);\nendmodule\n"


def read(text, *macros):
    """Verilog as the preprocessor leaves it."""
    kept, taken = [], []
    for line in text.splitlines():
        word = line.split()[0] if line.split() else ""
        if word in ("`ifdef", "`ifndef"):
            taken.append((line.split()[1] in macros) == (word == "`ifdef"))
        elif word == "`else":
            taken[-1] = not taken[-1]
        elif word == "`endif":
            taken.pop()
        elif all(taken):
            kept.append(line)
    return "\n".join(kept) + "\n"


@pytest.fixture(scope="module", params=["fixed", "stochastic"])
def design(request, tiny_plans):
    plan = tiny_plans[request.param]
    hdl = network_verilog(plan.params, plan.name)
    return hdl, network_lemmas(plan, hdl)


def test_one_text_holds_the_sound_version_and_the_faulty_ones():
    faulty = {
        "mutant_changed": SOUND.replace("a = 1", "a = 0"),
        "mutant_less": SOUND.replace("  wire c = 3;\n", ""),
        "mutant_more": SOUND.replace("endmodule", "  wire d;\nendmodule"),
    }
    found = merged(SOUND, faulty)
    assert (found.within, found.alone) == (tuple(faulty), {})
    assert read(found.text) == SOUND
    assert {name: read(found.text, name.upper()) for name in faulty} == faulty


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("b = 2", "b = 0"), ("b = 2", "b = 5")),  # the same line
        (("a = 1", "a = 0"), ("b = 2", "b = 5")),  # lines that touch
        (("a = 1", "a = 0"), ("endmodule", "`ifdef A\n`endif\nendmodule")),
        (("a = 1", "a = 0"), ("endmodule", "  wire d;\n" * 30 + "endmodule")),
    ],
)
def test_what_cannot_be_told_apart_in_it_is_a_text_of_its_own(first, second):
    found = merged(SOUND, {"mutant_one": SOUND.replace(*first), "mutant_two": SOUND.replace(*second)})
    assert found.within == ("mutant_one",)
    assert found.alone == {"mutant_two": SOUND.replace(*second)}
    assert read(found.text) == SOUND


def test_faults_that_are_none():
    with pytest.raises(ConsistencyError, match="small: mutant_same has the checker as it is, without a fault"):
        stored_mutants("small", SOUND, [Mutant("mutant_same", "none", {"small.sv": SOUND})], {})
    module = "module a(x);\n  input x;\nendmodule\n"
    same = Mutant("mutant_same", "none", {"a.v": f"// a comment\n{module}"})
    with pytest.raises(ConsistencyError, match=r"small: mutant_same has a\.v as it is in the design, without a fault"):
        stored_mutants("small", SOUND, [same], {"a.v": module})


def test_a_task_reads_its_faults_and_no_others(design):
    """Files of the mutants are read as Yosys does, modules over those before; what is left is what was meant."""
    hdl, lemmas = design
    for lemma in lemmas:
        files = lemma.files(hdl)
        sources = {path.rpartition("/")[2]: text for path, text in files.items()}
        mutants = {mutant.name: mutant for mutant in lemma.mutants}
        for task in lemma.tasks:
            checker, modules, listed = "", {}, files[f"{lemma.name}.sby"].partition("[files]\n")[2].split("\n")
            for line in files[f"{lemma.name}.sby"].partition("[script]\n")[2].splitlines():
                prefix, colon, command = line.partition(": ")
                words = (command if colon else line).split()
                if words[:1] != ["read_verilog"] or (colon and prefix not in (task, task.partition("_")[0])):
                    continue
                macros = [word[2:] for word in words if word.startswith("-DMUTANT_")]
                text = read(sources.get(words[-1]) or hdl[words[-1]], *macros)
                assert [path.rpartition("/")[2] for path in listed].count(words[-1]) == 1
                if "-formal" in words:
                    checker = text
                else:
                    assert ("-overwrite" in words) == bool(modules.keys() & module_texts(text).keys())
                    modules |= module_texts(text)
            faulty = mutants[task].files if task in mutants else {}
            wanted = [hdl[file] for file in lemma.hdl] + [faulty[file] for file in lemma.hdl if file in faulty]
            assert checker == read(faulty.get(f"{lemma.name}.sv", lemma.checker))
            assert modules == {name: text for file in wanted for name, text in module_texts(file).items()}


def test_only_modules_with_a_fault_are_stored(design):
    hdl, lemmas = design
    sound = {name: text for file in hdl.values() for name, text in module_texts(file).items()}
    stored = [text for lemma in lemmas for path, text in lemma.files(hdl).items() if re.match(r"mutants/.*\.v", path)]
    assert len(stored) > 4
    for text in stored:
        found = re.findall(r"^module .*?^endmodule\n", text, re.MULTILINE | re.DOTALL)
        assert found
        assert all("`if" in module or module not in sound.values() for module in found)


def test_the_index_names_all_claims_and_faults(design):
    hdl, lemmas = design
    index = formal_texts(lemmas, hdl)[INDEX]
    assert all(lemma.claim in index and f"({lemma.name}.sv)" in index for lemma in lemmas)
    assert all(f"{mutant.fault} (`{mutant.name}`)" in index for lemma in lemmas for mutant in lemma.mutants)
    assert [line.removeprefix("## ") for line in index.splitlines() if line.startswith("## ")] == list(
        dict.fromkeys(lemma.core for lemma in lemmas)
    )
    assert formal_texts([], hdl) == {}


def test_two_lemmas_of_one_name():
    lemma = Lemma("one", "core", "equality", "a claim", "check", SOUND, ())
    other = replace(lemma, claim="another")
    with pytest.raises(ConsistencyError, match=r"formal/one\.sby is written by two lemmas"):
        formal_texts([lemma, other], {})
