# SPDX-License-Identifier: Apache-2.0
"""Proofs about small layers of neurons for real: every leak, reset and drive; their mutants; ranges by enumeration."""

from dataclasses import replace

import pyslang
import pytest
from networks import proofs_of
from neuron_designs import NEURONS, lif

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import InputError
from sc_precision.params.neurons import NO_LEAK, Reset, ShiftLeak
from sc_precision.properties.neurons.lif import MOST_RANGES, lif_lemmas, membrane_ranges
from sc_precision.tools.sby import Verdict

FAST = ("lif_rests_long", "lif_many", "lif_constant", "lif_nearest")


def proven(params, folder):
    hdl = network_verilog([params], "neurons_top")
    lemmas = lif_lemmas(params, hdl)
    results = proofs_of(lemmas, folder, hdl=hdl)
    assert len(results) == sum(len(lemma.tasks) for lemma in lemmas)
    for (lemma, task), result in results.items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-1500:]}"
        if task == "prove":
            assert result.unbounded
            assert result.properties["assert"] > 0


@pytest.mark.parametrize("name", [pytest.param(n, marks=() if n in FAST else pytest.mark.slow) for n in NEURONS])
def test_everything_is_proven_and_every_mutant_fails(name, tmp_path):
    proven(NEURONS[name], tmp_path)


@pytest.mark.parametrize("name", NEURONS)
def test_ranges_are_reached_by_membranes_in_them(name):
    # Each step from every membrane of its interval, by the layer's definition in plain integers.
    p = NEURONS[name]
    ranges = membrane_ranges(p)
    for before, claimed in list(zip(ranges, [*ranges[1:], ranges[-1]], strict=True))[: p.steps]:
        seen = set(before)
        for v in range(before[0], before[1] + 1):
            for current in range(p.inputs.format.code_min, p.inputs.format.code_max + 1):
                u = min(max(p.leak.apply(v) + current, p.membrane.code_min), p.membrane.code_max)
                spent = u - p.threshold if p.reset is Reset.SUBTRACT else p.reset_value
                seen.add(spent if u >= p.threshold else u)
        assert (min(seen), max(seen)) == claimed
    assert p.membrane_range[0] <= ranges[-1][0]
    assert ranges[-1][1] <= p.membrane_range[1]


def test_every_lemma_has_mutants_and_is_systemverilog():
    for params in NEURONS.values():
        for lemma in lif_lemmas(params, network_verilog([params], "neurons_top")):
            assert lemma.mutants, lemma.name
            tree = pyslang.syntax.SyntaxTree.fromText(lemma.checker)
            assert not [str(problem.code) for problem in tree.diagnostics if problem.isError()], lemma.name


def test_long_runs_need_a_leak_or_saturation():
    long = lif("long", steps=MOST_RANGES + 1, leak=NO_LEAK)
    with pytest.raises(InputError, match="still grows after 1024 steps"):
        membrane_ranges(long)
    assert len(membrane_ranges(replace(long, leak=ShiftLeak(2)))) < 20
    narrow = replace(long, membrane_width=13)
    assert membrane_ranges(narrow) == [(0, 0), (-4096, 4095)]
