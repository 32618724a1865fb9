# SPDX-License-Identifier: Apache-2.0
"""Parallel layers with da4ml's adders: every sum proven for real, rows put together in Python, faults of each kind."""

from dataclasses import replace

import numpy as np
import pytest
from designs import unfolded
from fake_da4ml import FIRST, INPUTS, SECOND, WEIGHTS, install, op, stage
from networks import proofs_of

from sc_precision.design.compile import compile_design
from sc_precision.errors import ConsistencyError
from sc_precision.network import Activation
from sc_precision.params import FixedParallelParams
from sc_precision.params.adders import Operand
from sc_precision.properties.dense.claims import Claim, exact_bounds
from sc_precision.properties.fixed.matrix import check_rows, matrix_lemmas
from sc_precision.tools.sby import Verdict


def shared(weights=WEIGHTS, bias=(0, 0, 3, -2), **more):
    options = {"activation": Activation.IDENTITY, "backend": "da4ml"} | more
    return unfolded(FixedParallelParams, "shared_layer0", weights, list(bias), (-4, 3, 1), (-40, 40, 1), **options)


def claim_of(params):
    ends = (np.full(params.n_in, end) for end in (params.inputs.low, params.inputs.high))
    return Claim(params, exact_bounds(params, *ends))


def check(lemmas, folder, hdl):
    results = proofs_of(lemmas, folder, hdl=hdl)
    assert len(results) == sum(len(lemma.tasks) for lemma in lemmas)
    for (lemma, task), result in results.items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-600:]}"
        assert task != "prove" or result.unbounded


@pytest.mark.parametrize("pipeline", [0, 1])
def test_everything_is_proven_and_every_mutant_fails(pipeline, monkeypatch, tmp_path):
    install(monkeypatch, FIRST, SECOND)
    design = compile_design([shared(pipeline=pipeline)], "shared_sums")
    lemmas = design.derived_lemmas
    parts = [lemma.name for lemma in lemmas if "_matrix_" in lemma.name]
    assert parts == [f"shared_layer0_matrix_{part}" for part in range(len(parts))]
    [control] = [lemma for lemma in lemmas if lemma.name == "shared_layer0_control"]
    assert set(parts) < set(control.assumes)
    check(lemmas, tmp_path, dict(design.files))


def test_an_output_that_other_sums_use_is_not_cut(monkeypatch, tmp_path):
    """a + b is a row, and goes by its name in the Verilog; the other row is 4 (a + b) + a."""
    sums = stage([*INPUTS, op(0, 1, 0), op(0, 2, 0, 2)], [2, 3], [0, 0], [False, False])
    install(monkeypatch, sums)
    params = shared([[1, 1], [5, 4]], (0, 0))
    design = compile_design([params], "shared_sums")
    found = [lemma for lemma in design.derived_lemmas if "_matrix_" in lemma.name]
    assert any("expose w:node_3" in lemma.prepare for lemma in found[1:])
    check(found, tmp_path, dict(design.files))


@pytest.mark.parametrize("weights", [[[1, 0], [0, 0]], [[0, 0], [0, 2]]])
def test_rows_without_a_sum(weights, monkeypatch, tmp_path):
    indices = [next((i for i, w in enumerate(row) if w), -1) for row in weights]
    install(monkeypatch, stage(INPUTS, indices, [0, 1], [False, False]))
    design = compile_design([shared(weights, (0, 0))], "shared_sums")
    [lemma] = [lemma for lemma in design.derived_lemmas if "_matrix_" in lemma.name]
    check([lemma], tmp_path, dict(design.files))


def wrong_graph(params, **changes):
    """The layer with another adder graph, as if da4ml and our reading of it had gone wrong together."""
    other = replace(params)
    other.__dict__["matrix"] = replace(params.matrix, **changes)
    return Claim(other, claim_of(params).bounds)


def test_graphs_that_are_not_the_planned_rows(monkeypatch):
    install(monkeypatch, FIRST, SECOND)
    params = shared()
    check_rows(claim_of(params))
    graph = params.matrix
    swapped = wrong_graph(params, outputs=[graph.outputs[1], graph.outputs[0], *graph.outputs[2:]])
    with pytest.raises(ConsistencyError, match="shared_layer0: the adder graph's output 0 is not the planned row"):
        matrix_lemmas(swapped, {})
    first = graph.adders[0]
    narrow = wrong_graph(params, adders=[replace(first, high=first.high - 1), *graph.adders[1:]])
    with pytest.raises(ConsistencyError, match=r"node_\d+ can be -?\d+\.\.\d+, but is made for"):
        check_rows(narrow)
    loop = wrong_graph(params, adders=[replace(first, a=Operand(99)), *graph.adders[1:]])
    with pytest.raises(ConsistencyError, match="is the sum of what is not there yet"):
        check_rows(loop)
    with pytest.raises(ConsistencyError, match="inputs of the adder graph are not all codes of"):
        check_rows(wrong_graph(params, inputs=[(0, 1), *graph.inputs[1:]]))


def test_tampered_verilog_is_refuted(monkeypatch, tmp_path):
    """The two inputs change places in the Verilog."""
    install(monkeypatch, FIRST, SECOND)
    design = compile_design([shared()], "shared_sums")
    text = design.files["shared_layer0_core.v"]
    found = [lemma for lemma in design.derived_lemmas if "_matrix_" in lemma.name]
    codes = {"codes[2:0]": "codes[x]", "codes[5:3]": "codes[2:0]", "codes[x]": "codes[5:3]"}
    swapped = text
    for old, new in codes.items():
        swapped = swapped.replace(old, new)
    assert swapped != text
    results = proofs_of(found, tmp_path, ("prove",), dict(design.files) | {"shared_layer0_core.v": swapped})
    assert Verdict.FAIL in {result.verdict for result in results.values()}


def test_the_real_da4ml(tmp_path):
    pytest.importorskip("da4ml.cmvm", reason="the extra da4ml is not installed")
    weights = np.random.default_rng(3).integers(-31, 32, (4, 6))
    design = compile_design([shared(weights, (0, 5, 0, -1), pipeline=2)], "shared_sums")
    check(design.derived_lemmas, tmp_path, dict(design.files))
