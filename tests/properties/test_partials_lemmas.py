# SPDX-License-Identifier: Apache-2.0
"""Proofs for real about layers that send their segments' sums beside the exponents, and their mutants."""

import numpy as np
import pyslang
import pytest
from block_designs import PARTIALS
from networks import proofs_of

from sc_precision.emit.verilog import partials_verilog
from sc_precision.errors import ConsistencyError
from sc_precision.formats import FixedFormat
from sc_precision.network import Dense
from sc_precision.params import InputCodes
from sc_precision.plan.block_float import quantise_block_float
from sc_precision.properties.blocks.partials import partials_lemmas
from sc_precision.tools.sby import Verdict


def proven(params, folder):
    hdl = partials_verilog(params, "top")
    lemmas = partials_lemmas(params, "top", hdl)
    results = proofs_of(lemmas, folder, hdl=hdl)
    assert len(results) == sum(len(lemma.tasks) for lemma in lemmas)
    for (lemma, task), result in results.items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-1500:]}"
        if task == "prove":
            assert result.unbounded
            assert result.properties["assert"] > 0


@pytest.mark.parametrize("name", [n if n == "bp_inside" else pytest.param(n, marks=pytest.mark.slow) for n in PARTIALS])
def test_everything_is_proven_and_every_mutant_fails(name, tmp_path):
    proven(PARTIALS[name], tmp_path)


@pytest.mark.slow
def test_sixteen_by_sixteen(tmp_path):
    weight = np.random.default_rng(1).normal(size=(16, 16))
    inputs = InputCodes(FixedFormat(8, 8, signed=False), 0, 255)
    proven(
        quantise_block_float(Dense(weight), "BFP8E4X16", inputs, name="layer", exponents="metadata").params, tmp_path
    )


@pytest.mark.parametrize("name", PARTIALS)
def test_every_lemma_has_mutants_and_is_systemverilog(name):
    hdl = partials_verilog(PARTIALS[name], "top")
    for lemma in partials_lemmas(PARTIALS[name], "top", hdl):
        assert lemma.mutants, lemma.name
        tree = pyslang.syntax.SyntaxTree.fromText(lemma.checker)
        assert not [str(problem.code) for problem in tree.diagnostics if problem.isError()], lemma.name


def test_sums_that_do_not_fit_are_refused(monkeypatch):
    params = PARTIALS["bp_inside"]
    hdl = partials_verilog(params, "top")
    monkeypatch.setitem(vars(params), "partial_width", 3)
    with pytest.raises(ConsistencyError, match=r"bp_inside_layer: a segment's sum reaches .*, beyond 3 bits"):
        partials_lemmas(params, "top", hdl)
