# SPDX-License-Identifier: Apache-2.0
"""Proofs of small stochastic networks for real, their mutants, and the closed form of the counts."""

from dataclasses import replace

import numpy as np
import pyslang
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import proofs_of, small_network

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import ConsistencyError
from sc_precision.network import Dense, Network
from sc_precision.plan.network import plan_network
from sc_precision.plan.result import PlanLimits
from sc_precision.properties import check_composition, network_lemmas
from sc_precision.properties.stochastic.streams import prefix_count, residues
from sc_precision.tools.sby import Verdict


@st.composite
def streams(draw):
    m = draw(st.integers(0, 9))
    return m, draw(st.integers(1, 1 << m)), draw(st.integers(0, (1 << m) - 1)), draw(st.integers(0, 1 << m))


@given(streams())
def test_closed_form_is_the_count(stream):
    m, level, mask, n = stream
    bits = [(int(format(t, f"0{m}b")[::-1], 2) if m else 0) ^ mask for t in range(n)]
    assert prefix_count(m, level, mask, n) == sum(value < level for value in bits)
    assert len(residues(m, level, mask)) == level.bit_count()


@pytest.fixture(scope="module")
def plan():
    return plan_network(small_network(), target_error=0.6, datapath="stochastic", name="pocket")


@pytest.fixture(scope="module")
def hdl(plan):
    return network_verilog(plan.params, "pocket")


@pytest.fixture(scope="module")
def lemmas(plan, hdl):
    return network_lemmas(plan, hdl)


def test_everything_is_proven_and_every_mutant_fails(lemmas, hdl, tmp_path):
    results = proofs_of(lemmas, tmp_path, hdl=hdl)
    assert len(results) == sum(len(lemma.tasks) for lemma in lemmas)
    for (lemma, task), result in results.items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-600:]}"
        if task == "prove":
            assert result.unbounded


def test_checkers_are_systemverilog(lemmas):
    for lemma in lemmas:
        tree = pyslang.syntax.SyntaxTree.fromText(lemma.checker)
        assert not [str(problem.code) for problem in tree.diagnostics if problem.isError()], lemma.name


def test_corners_are_proven(tmp_path):
    """One input, a row of zeros, weights of one sign."""
    layers = (Dense([[0.75], [0.0], [-0.5]], [0.1, 0.2, 0.6], "relu"), Dense([[0.9, 0.8, 0.7]], [0.0]))
    network = Network(layers, input_fraction=2)
    limits = PlanLimits(min_length=1, max_length=256)
    plan = plan_network(network, target_error=0.5, datapath="stochastic", name="corners", limits=limits)
    hdl = network_verilog(plan.params, "corners")
    for (lemma, task), result in proofs_of(network_lemmas(plan, hdl), tmp_path, ("prove", "cover"), hdl).items():
        assert result.verdict is Verdict.PASS, f"{lemma} {task}: {result.message}"


def test_levels_that_are_not_the_weights_are_refused(plan, lemmas):
    first = plan.layers[0]
    levels = first.params.levels.copy()
    levels[np.nonzero(levels)[0][0], np.nonzero(levels)[1][0]] -= 1
    wrong = replace(first, params=replace(first.params, levels=levels))
    with pytest.raises(ConsistencyError, match=r"differ from the trained weights|synapses err|can end at"):
        check_composition(replace(plan, layers=(wrong, *plan.layers[1:])), lemmas)


@pytest.mark.slow
@pytest.mark.parametrize(("datapath", "target"), [("fixed", 0.5), ("stochastic", 2.0)])
def test_digits_is_proven(datapath, target, tmp_path):
    from pathlib import Path

    from sc_precision.importers import read_network

    file = Path(__file__).parents[2] / "examples" / "digits" / "digits.npz"
    plan = plan_network(read_network(file).network, target_error=target, datapath=datapath, name="digits")
    hdl = network_verilog(plan.params, "digits")
    for (lemma, task), result in proofs_of(network_lemmas(plan, hdl), tmp_path, hdl=hdl).items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}"
