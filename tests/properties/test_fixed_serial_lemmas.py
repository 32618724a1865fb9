# SPDX-License-Identifier: Apache-2.0
"""Proofs of small bit-serial networks: signed and unsigned inputs, several tables, scales of rows, rows of zeros."""

from dataclasses import replace

import numpy as np
import pyslang
import pytest
from networks import proofs_of

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import ConsistencyError
from sc_precision.network import Dense, Network
from sc_precision.params import FixedSerialParams
from sc_precision.plan.network import plan_network
from sc_precision.properties import network_lemmas
from sc_precision.properties.fixed.serial import fixed_serial_lemmas
from sc_precision.tools.sby import Verdict


def serial_plan(low=-1.0, scales=True, rows=3, inputs=6):
    """Rows of sizes from 1 to 1/128, the last one of zeros; two tables in the first."""
    rng = np.random.default_rng(5)
    weights = rng.uniform(-0.9, 0.9, (rows, inputs))
    weights[1:] /= 128
    weights[-1] = 0
    network = Network((Dense(weights, np.linspace(0.2, -0.1, rows)),), low, 1.0, 2)
    return plan_network(network, target_error=0.05, name="serial_net", architecture="serial", row_scales=scales)


def lemmas_of(plan):
    hdl = network_verilog(plan.params, plan.name)
    return network_lemmas(plan, hdl), hdl


@pytest.mark.parametrize(("low", "scales"), [(-1.0, True), (0.0, False)])
def test_everything_is_proven_and_every_mutant_fails(low, scales, tmp_path):
    plan = serial_plan(low, scales)
    assert plan.params[0].kind == "fixed_serial"
    assert plan.params[0].inputs.format.signed == (low < 0)
    assert plan.params[0].shifts.any() == scales
    lemmas, hdl = lemmas_of(plan)
    results = proofs_of(lemmas, tmp_path, hdl=hdl)
    assert len(results) == sum(len(lemma.tasks) for lemma in lemmas)
    for (lemma, task), result in results.items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-600:]}"
        assert task != "prove" or result.unbounded


def test_words_of_tables_are_seen_and_checkers_parse():
    lemmas, _ = lemmas_of(serial_plan())
    assert all(lemma.mutants for lemma in lemmas)
    rows = next(lemma for lemma in lemmas if lemma.name == "serial_net_layer0_rows_0")
    assert "word_1_0_is_planned" in rows.checker
    for lemma in lemmas:
        tree = pyslang.syntax.SyntaxTree.fromText(lemma.checker)
        assert not [str(problem.code) for problem in tree.diagnostics if problem.isError()], lemma.name


def test_rows_of_zeros_alone_have_a_mutant():
    lemmas, _ = lemmas_of(serial_plan(rows=6))
    last = next(lemma for lemma in lemmas if lemma.name == "serial_net_layer0_rows_1")
    assert [mutant.name for mutant in last.mutants] == ["mutant_word", "mutant_first"]
    plan = plan_network(
        Network((Dense([[0.0, 0.0]], [0.5]),), input_fraction=2), target_error=0.1, name="none", architecture="serial"
    )
    lemmas, _ = lemmas_of(plan)
    rows = next(lemma for lemma in lemmas if lemma.name == "none_layer0_rows_0")
    assert [mutant.name for mutant in rows.mutants] == ["mutant_zero"]


def test_sums_beyond_their_accumulator_are_refused(monkeypatch):
    plan = serial_plan()
    hdl = network_verilog(plan.params, plan.name)
    monkeypatch.setattr(FixedSerialParams, "sum_width", lambda *_: 3)
    with pytest.raises(ConsistencyError, match=r"the sum of output 0 can reach -\d+\.\.\d+, beyond 3 bits"):
        fixed_serial_lemmas(plan.layers[0], hdl)


def test_weights_off_their_rows_grid_are_refused():
    plan = serial_plan()
    layer = plan.layers[0]
    error = layer.bounds.weight_error.copy()
    error[0, 0] += 1
    broken = replace(layer, bounds=replace(layer.bounds, weight_error=error))
    with pytest.raises(ConsistencyError, match=r"weight of synapse \(0, 0\) is not on its row's grid"):
        fixed_serial_lemmas(broken, network_verilog(plan.params, plan.name))
