# SPDX-License-Identifier: Apache-2.0
"""Proofs of small parallel networks, with and without registers, and of scales of rows; what has no lemmas."""

from dataclasses import replace

import numpy as np
import pyslang
import pytest
from networks import proofs_of, small_network

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import ConsistencyError
from sc_precision.network import Dense, Network
from sc_precision.plan.network import plan_network
from sc_precision.properties import check_composition, network_lemmas
from sc_precision.properties.fixed.parallel import fixed_parallel_lemmas
from sc_precision.tools.sby import Verdict


def uneven_network():
    """Two inputs, rows of sizes from 1 to 1/32, one of zeros."""
    rng = np.random.default_rng(5)
    weights = rng.uniform(-0.9, 0.9, (3, 2)) * np.array([[1.0], [1 / 32], [0.0]])
    return Network((Dense(weights, [0.2, -0.01, 0.3]),), input_fraction=3)


def everything(plan, folder):
    hdl = network_verilog(plan.params, plan.name)
    lemmas = network_lemmas(plan, hdl)
    results = proofs_of(lemmas, folder, hdl=hdl)
    assert len(results) == sum(len(lemma.tasks) for lemma in lemmas)
    for (lemma, task), result in results.items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-600:]}"
        assert task != "prove" or result.unbounded
    return lemmas


@pytest.mark.slow
@pytest.mark.parametrize("pipeline", [0, 2])
def test_everything_is_proven_and_every_mutant_fails(pipeline, tmp_path):
    plan = plan_network(
        small_network(), target_error=0.3, name="pocket", architecture="parallel", pipeline=pipeline, row_scales=True
    )
    everything(plan, tmp_path)


@pytest.mark.parametrize("pipeline", [0, 1])
def test_a_layer_with_one_output_is_proven(pipeline, tmp_path):
    """Its result goes by another name in the Verilog."""
    plan = plan_network(
        small_network(2, (1,)), target_error=0.2, name="one", architecture="parallel", pipeline=pipeline
    )
    everything(plan, tmp_path)


@pytest.mark.parametrize("architecture", ["folded", "parallel"])
def test_one_layer_with_scales_of_rows(architecture, tmp_path):
    more = {"pipeline": 1} if architecture == "parallel" else {}
    plan = plan_network(
        uneven_network(), target_error=0.05, name="uneven", lanes=2, architecture=architecture, row_scales=True, **more
    )
    assert plan.params[0].shifts.any()
    lemmas = everything(plan, tmp_path)
    for lemma in lemmas:
        tree = pyslang.syntax.SyntaxTree.fromText(lemma.checker)
        assert not [str(problem.code) for problem in tree.diagnostics if problem.isError()], lemma.name


def parallel_plan(**more):
    return plan_network(uneven_network(), target_error=0.05, name="uneven", architecture="parallel", **more)


def test_every_promise_has_a_lemma_and_every_lemma_a_mutant():
    plan = parallel_plan()
    lemmas = network_lemmas(plan, network_verilog(plan.params, "uneven"))
    assert all(lemma.mutants for lemma in lemmas)
    assert {"error bound", "no overflow", "stream protocol"} <= {lemma.property for lemma in lemmas}


def test_weights_off_their_rows_grid_are_refused():
    plan = parallel_plan(row_scales=True)
    hdl = network_verilog(plan.params, "uneven")
    layer = plan.layers[0]
    error = layer.bounds.weight_error.copy()
    error[0, 0] += 1
    broken = replace(layer, bounds=replace(layer.bounds, weight_error=error))
    with pytest.raises(ConsistencyError, match=r"weight of synapse \(0, 0\) is not on its row's grid"):
        fixed_parallel_lemmas(broken, hdl)


def test_sums_that_do_not_fit_before_their_shift_are_refused():
    plan = parallel_plan(row_scales=True)
    lemmas = network_lemmas(plan, network_verilog(plan.params, "uneven"))
    layer = plan.layers[0]
    params = replace(layer.params)
    object.__setattr__(params, "row_shifts", params.shifts + 20 * (params.shifts == params.shifts.max()))
    with pytest.raises(ConsistencyError, match=r"the sum of output \d can reach .* which is no multiple of"):
        check_composition(replace(plan, layers=(replace(layer, params=params),)), lemmas)
