# SPDX-License-Identifier: Apache-2.0
"""Proofs of layers that can be stopped early: every estimate, whenever it is asked for."""

import re
from dataclasses import replace

import numpy as np
import pyslang
import pytest
from designs import bipolar, stochastic
from hypothesis import given
from hypothesis import strategies as st
from networks import proofs_of

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.golden.progressive import masked_sobol
from sc_precision.network import Dense
from sc_precision.params import ProgressiveDenseParams, stream_mask
from sc_precision.plan.progressive import estimate_bounds
from sc_precision.properties.network.links import check_assumptions
from sc_precision.properties.stochastic import progressive
from sc_precision.properties.stochastic.progressive import estimate_claim, progressive_lemmas
from sc_precision.tools.sby import Verdict

LAYERS = {
    "uneven": stochastic(
        "uneven_layer0", [[9, -16], [0, 0], [-3, 4]], np.full((3, 2), 4), [2, 7, -1], (0, 8, 3), (0, 11, 3)
    ),
    "bipolar": bipolar(
        "bipolar_layer0",
        [[8, -16], [0, 6]],
        np.full((2, 2), 4),
        [3, -2],
        (-4, 3, 3),
        (-40, 40, 4),
        popcount_stages=2,
    ),
    "cycle": bipolar("cycle_layer0", [[1, -1]], [[0, 0]], [3], (-4, 3, 3), (-9, 9, 1)),
}


def lemmas_of(name):
    layer = ProgressiveDenseParams.from_uniform(LAYERS[name])
    hdl = network_verilog([layer], name)
    return progressive_lemmas(layer, hdl), hdl


@pytest.mark.parametrize("name", LAYERS)
def test_everything_is_proven_and_every_mutant_fails(name, tmp_path):
    lemmas, hdl = lemmas_of(name)
    check_assumptions(lemmas)
    assert all(lemma.mutants for lemma in lemmas)
    results = proofs_of(lemmas, tmp_path, hdl=hdl)
    assert len(results) == sum(len(lemma.tasks) for lemma in lemmas)
    for (lemma, task), result in results.items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-600:]}"
        assert task != "prove" or result.unbounded


def test_checkers_are_systemverilog():
    for lemma in lemmas_of("bipolar")[0]:
        tree = pyslang.syntax.SyntaxTree.fromText(lemma.checker)
        assert not [str(problem.code) for problem in tree.diagnostics if problem.isError()], lemma.name


@given(st.integers(0, 10))
def test_pascals_triangle_is_the_second_sobol_dimension(m):
    assert [progressive._sobol(m, t) ^ stream_mask(m) for t in range(1 << m)] == masked_sobol(m).tolist()


def test_every_estimate_has_the_planned_interval():
    params = ProgressiveDenseParams.from_uniform(LAYERS["uneven"])
    weight = np.array([[0.55, -1.0], [0.0, 0.0], [-0.2, 0.25]])
    dense = Dense(weight, [0.13, 0.4, -0.06], "relu", "trained")
    lemmas = {lemma.name: lemma for lemma in progressive_lemmas(params, network_verilog([params], "uneven"), dense)}
    for log2 in range(params.max_log2 + 1):
        low, high = np.zeros(2, dtype=np.int64), np.full(2, 8)
        b = estimate_bounds(params, dense, low, high, log2)
        text = lemmas[f"uneven_layer0_error_after_{1 << log2}"].checker
        for name, planned in (("low", b.pre_low), ("high", b.pre_high)):
            function = text.split(f"planned_{name}(input")[1].split("endfunction")[0]
            entries = {int(index): int(value) for index, value in re.findall(r"(\d+): v = (-?\d+);", function)}
            assert "default: v = 0;" in function
            assert [entries.get(index, 0) for index in range(len(planned))] == planned.tolist()
            assert entries.keys() <= set(range(len(planned)))


def test_intervals_that_differ_between_equal_streams_are_refused(monkeypatch):
    params = ProgressiveDenseParams.from_uniform(LAYERS["uneven"])
    params = replace(params, levels=np.array([[3, 3], [0, 0], [1, 5]]))

    def skewed(*args):
        layer = estimate_claim(*args)
        low = layer.bounds.stream_low.copy()
        low[0, 0] -= 1 << (layer.bounds.k - params.inputs.unit_log2)
        return replace(layer, given=replace(layer.bounds, stream_low=low))

    monkeypatch.setattr(progressive, "estimate_claim", skewed)
    with pytest.raises(ConsistencyError, match="the plan states two intervals for streams"):
        progressive_lemmas(params, network_verilog([params], "uneven"))


def test_layers_without_estimates_have_none():
    with pytest.raises(InputError, match="the first cycles of a stochastic_dense layer are no estimate"):
        estimate_claim(LAYERS["uneven"], None, 1)


@pytest.mark.slow
def test_streams_of_256_cycles_are_proven(tmp_path):
    rng = np.random.default_rng(3)
    levels = rng.integers(-256, 257, (4, 16))
    layer = stochastic("long_layer0", levels, np.full((4, 16), 8), [3, -2, 0, 7], (0, 255, 8), (0, 4095, 8))
    params = ProgressiveDenseParams.from_uniform(layer)
    hdl = network_verilog([params], "long")
    for (lemma, task), result in proofs_of(progressive_lemmas(params, hdl), tmp_path, hdl=hdl).items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}"
