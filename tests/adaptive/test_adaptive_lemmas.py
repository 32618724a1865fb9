# SPDX-License-Identifier: Apache-2.0
"""Proofs about the adaptive wrapper for real, their mutants, and the certified thresholds by enumeration."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from adaptive_designs import PAIRS, convert, first_greatest, network_codes
from networks import proofs_of

from sc_precision.adaptive.certify import certified_margins
from sc_precision.adaptive.gateware import AdaptiveNetwork
from sc_precision.adaptive.params import AdaptiveParams, Policy
from sc_precision.adaptive.properties.wrapper import adaptive_lemmas
from sc_precision.emit.verilog import top_verilog
from sc_precision.properties.checker.lemma import Mutant
from sc_precision.tools.sby import Verdict


def wrapper(pair, policy):
    lp, hp = PAIRS[pair]
    margins = certified_margins(lp, hp) if policy is Policy.CERTIFIED else None
    return AdaptiveParams("pair", tuple(lp), tuple(hp), policy=policy, margins=margins)


def prove(params, folder):
    hdl = top_verilog(AdaptiveNetwork(params), ["a test"])
    lemmas = adaptive_lemmas(params, hdl)
    results = proofs_of(lemmas, folder, hdl=hdl)
    assert len(results) == sum(len(lemma.tasks) for lemma in lemmas)
    for (lemma, task), result in results.items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-900:]}"
        assert task != "prove" or result.unbounded
    return lemmas


@pytest.mark.parametrize(
    ("pair", "policy"),
    [
        ("same_inputs", Policy.CERTIFIED),
        pytest.param("same_inputs", Policy.HYSTERESIS, marks=pytest.mark.slow),
        pytest.param("same_inputs", Policy.HP_AUTHORITATIVE, marks=pytest.mark.slow),
        pytest.param("coarse", Policy.CERTIFIED, marks=pytest.mark.slow),
        pytest.param("two_layers", Policy.CERTIFIED, marks=pytest.mark.slow),
    ],
)
def test_everything_is_proven_and_every_mutant_fails(pair, policy, tmp_path):
    lemmas = prove(wrapper(pair, policy), tmp_path)
    assert all(lemma.mutants for lemma in lemmas)


@pytest.mark.parametrize("policy", list(Policy))
def test_the_state_in_which_mutants_begin_is_no_fault(policy, tmp_path):
    params = wrapper("same_inputs", policy)
    hdl = top_verilog(AdaptiveNetwork(params), ["a test"])
    select = adaptive_lemmas(params, hdl)[-1]
    assert "setattr -set init" in "".join(select.late)
    healthy = dataclasses.replace(select, mutants=(Mutant("mutant_none", "no fault", {}),))
    [result] = proofs_of([healthy], tmp_path, tasks=("mutant",), hdl=hdl).values()
    assert (result.verdict, result.failed) == (Verdict.PASS, ())


@pytest.mark.parametrize("pair", PAIRS)
def test_decisions_that_the_check_lets_pass_are_hps(pair):
    params = wrapper(pair, Policy.CERTIFIED)
    codes = range(params.inputs.low, params.inputs.high + 1)
    passed = 0
    for vector in product(codes, repeat=params.n_in):
        lp = network_codes(params.lp, [convert(code, params.inputs.format, params.lp[0].inputs) for code in vector])
        hp = network_codes(params.hp, list(vector))
        best = first_greatest(lp)
        if all(lp[best] - lp[j] > int(params.margin_codes[best, j]) for j in range(len(lp)) if j != best):
            passed += 1
            assert best == first_greatest(hp), vector
    assert passed


def test_the_low_bits_are_the_fault_of_the_rescaling():
    params = wrapper("coarse", Policy.CERTIFIED)
    lemmas = adaptive_lemmas(params, top_verilog(AdaptiveNetwork(params), ["a test"]))
    assert lemmas[0].mutants[0].name == "mutant_low_bits"
    assert np.array_equal(params.margin_codes + 1, params.least_margins)


@pytest.mark.parametrize("policy", list(Policy))
def test_wrappers_of_unsigned_scores_have_lemmas(policy):
    params = wrapper("relu_scores", policy)
    lemmas = adaptive_lemmas(params, top_verilog(AdaptiveNetwork(params)))
    assert all(lemma.mutants for lemma in lemmas)
