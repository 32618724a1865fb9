# SPDX-License-Identifier: Apache-2.0
"""Proofs of layers of LFSR streams: shared registers, registers longer than the streams, inputs that nothing weighs."""

import numpy as np
import pyslang
import pytest
from networks import proofs_of

from sc_precision.emit.verilog import network_verilog
from sc_precision.network import Activation
from sc_precision.params import InputCodes, LfsrDenseParams, LfsrParams, StreamSources
from sc_precision.properties import lfsr_lemmas
from sc_precision.properties.network.links import check_assumptions
from sc_precision.tools.sby import Verdict


def layer(name, levels, sources=None, m=4):
    levels = np.array(levels)
    return LfsrDenseParams(
        f"{name}_layer0",
        InputCodes.covering(0, 8, 3),
        np.arange(len(levels)) - 1,
        Activation.IDENTITY,
        InputCodes.covering(-20, 16, 4),
        levels=levels,
        length_log2=m,
        weight_exponent=0,
        sources=sources,
    )


def long_registers():
    """A register of seven bits behind streams of sixteen cycles."""
    x = LfsrParams(4, seed=5, register_bits=7)
    w = LfsrParams(4, seed=3, register_bits=6)
    return StreamSources((x, w), [0, 0, 0], np.ones((2, 3), dtype=np.int64))


LAYERS = {
    "shared": layer("shared", [[9, -6, 0], [16, 3, -16]]),
    "long": layer("long", [[9, 0, -5], [0, 0, 0]], long_registers()),
}


@pytest.mark.parametrize("name", LAYERS)
def test_everything_is_proven_and_every_mutant_fails(name, tmp_path):
    hdl = network_verilog([LAYERS[name]], f"{name}_top")
    lemmas = lfsr_lemmas(LAYERS[name], hdl)
    check_assumptions(lemmas)
    assert all(lemma.mutants for lemma in lemmas)
    results = proofs_of(lemmas, tmp_path, hdl=hdl)
    assert len(results) == sum(len(lemma.tasks) for lemma in lemmas)
    for (lemma, task), result in results.items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-600:]}"
        assert task != "prove" or result.unbounded


def test_a_layer_of_zeros_is_proven(tmp_path):
    """Its registers are not there."""
    params = layer("none", [[0, 0], [0, 0]])
    hdl = network_verilog([params], "none")
    lemmas = [lemma for lemma in lfsr_lemmas(params, hdl) if not lemma.name.endswith("_stage")]
    for (lemma, task), result in proofs_of(lemmas, tmp_path, hdl=hdl).items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-600:]}"


def test_nothing_is_claimed_of_errors_and_checkers_parse():
    params = LAYERS["shared"]
    lemmas = lfsr_lemmas(params, network_verilog([params], "shared_pair"))
    assert [lemma.name for lemma in lemmas if lemma.property == "error bound"] == ["shared_layer0_stage"]
    assert any("nothing is claimed of how far results are off" in lemma.claim for lemma in lemmas)
    for lemma in lemmas:
        tree = pyslang.syntax.SyntaxTree.fromText(lemma.checker)
        assert not [str(problem.code) for problem in tree.diagnostics if problem.isError()], lemma.name
