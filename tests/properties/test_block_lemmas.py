# SPDX-License-Identifier: Apache-2.0
"""Proofs about block floating layers for real, their mutants, and what is refused before a proof begins."""

from dataclasses import replace

import numpy as np
import pyslang
import pytest
from block_designs import BLOCK_DESIGNS
from networks import proofs_of

from sc_precision.design.compile import compile_design
from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import ConsistencyError
from sc_precision.formats import FixedFormat
from sc_precision.network import Dense, Network
from sc_precision.params import BlockTensor, InputCodes
from sc_precision.plan.block_float import quantise_block_float, quantise_block_float_network
from sc_precision.properties import Mutant
from sc_precision.properties.blocks.aligned import block_float_lemmas
from sc_precision.properties.blocks.error import worst_block_run
from sc_precision.properties.dense.claims import Claim, exact_bounds
from sc_precision.properties.dense.stage import stage_lemma
from sc_precision.tools.sby import Verdict

BYTES = InputCodes(FixedFormat(8, 8, signed=False), 0, 255)


def trained(n_out=3, n_in=4, form="BFP4E4X3", lanes=2):
    """A layer whose weights rounding has changed, with the integers against the trained ones."""
    rng = np.random.default_rng(1)
    weight = rng.normal(size=(n_out, n_in)) * np.exp(rng.normal(size=(n_out, n_in)))
    layer = quantise_block_float(Dense(weight, rng.normal(size=n_out), "relu"), form, BYTES, name="layer", lanes=lanes)
    return Claim(layer.params, layer.bounds)


def exact(params):
    return Claim(
        params, exact_bounds(params, *(np.full(params.n_in, end) for end in (params.inputs.low, params.inputs.high)))
    )


def all_lemmas(claim, hdl):
    ends = (np.full(claim.params.n_out, end) for end in (claim.params.output.low, claim.params.output.high))
    return [*block_float_lemmas(claim, hdl), stage_lemma(claim, *ends)]


def proven(claim, folder):
    hdl = network_verilog([claim.params], "top")
    lemmas = all_lemmas(claim, hdl)
    results = proofs_of(lemmas, folder, hdl=hdl)
    assert len(results) == sum(len(lemma.tasks) for lemma in lemmas)
    for (lemma, task), result in results.items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-1500:]}"
        if task == "prove":
            assert result.unbounded
            assert result.properties["assert"] > 0


def test_a_trained_layer_is_proven_and_every_mutant_fails(tmp_path):
    claim = trained()
    assert claim.bounds.weight_error.any()
    assert claim.params.tensor.block_shifts.any()
    proven(claim, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", BLOCK_DESIGNS)
def test_parameters_alone_are_proven(name, tmp_path):
    for params in BLOCK_DESIGNS[name]:
        proven(exact(params), tmp_path / params.name)


@pytest.mark.slow
def test_sixteen_by_sixteen(tmp_path):
    proven(trained(16, 16, "BFP8E4X16", lanes=1), tmp_path)


def test_the_worst_codes_meet_the_interval_and_not_more(tmp_path):
    """What makes the mutant fail is the tightening alone: the same run without it passes."""
    claim = trained()
    hdl = network_verilog([claim.params], "top")
    lemma = next(lemma for lemma in block_float_lemmas(claim, hdl) if lemma.name == "layer_error")
    runs = {tighter: worst_block_run(claim, tighter=tighter) for tighter in (-1, 0, 1)}
    mutants = [Mutant(f"mutant_{t + 1}", f"{t} tighter", {f"{lemma.name}.sv": text}) for t, text in runs.items()]
    results = proofs_of([replace(lemma, mutants=tuple(mutants))], tmp_path, ("mutant",), hdl)
    assert [result.verdict for result in results.values()] == [Verdict.PASS, Verdict.PASS, Verdict.FAIL]


@pytest.mark.parametrize("name", BLOCK_DESIGNS)
def test_every_lemma_has_mutants_and_is_systemverilog(name):
    hdl = network_verilog(BLOCK_DESIGNS[name], "top")
    for params in BLOCK_DESIGNS[name]:
        lemmas = all_lemmas(exact(params), hdl)
        kinds = {lemma.name.removeprefix(f"{params.name}_") for lemma in lemmas}
        assert {"weights", "mac_step", "align", "error", "control", "stage"} < kinds
        for lemma in lemmas:
            assert lemma.mutants, lemma.name
            tree = pyslang.syntax.SyntaxTree.fromText(lemma.checker)
            assert not [str(problem.code) for problem in tree.diagnostics if problem.isError()], lemma.name


def test_weights_that_are_not_the_planned_ones_are_refused():
    claim = trained()
    hdl = network_verilog([claim.params], "top")
    tensor = claim.params.tensor
    codes = tensor.exponent_codes.copy()
    codes[-1] += 1
    moved = replace(claim.params, tensor=BlockTensor(tensor.mantissas, codes, tensor.form))
    with pytest.raises(ConsistencyError, match=r"synapse \(\d, \d\) weighs"):
        block_float_lemmas(replace(claim, params=moved), hdl)
    wrong = replace(claim.bounds, pre_low=claim.bounds.pre_low + 1)
    with pytest.raises(ConsistencyError, match="synapses err by"):
        block_float_lemmas(replace(claim, given=wrong), hdl)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("partial_width", 3, "a segment's sum reaches"),
        ("shift_width", 0, "shifts reach"),
        ("acc", FixedFormat(4, 0), "the accumulator of output 0 can reach"),
    ],
)
def test_widths_that_do_not_fit_are_refused(field, value, message, monkeypatch):
    claim = trained()
    hdl = network_verilog([claim.params], "top")
    vars(claim.params).pop(field, None)  # what is worked out once
    monkeypatch.setattr(type(claim.params), field, value)
    with pytest.raises(ConsistencyError, match=message):
        block_float_lemmas(claim, hdl)


def test_words_of_32_bits_which_yosys_writes_in_decimal():
    network = Network((Dense([[0.5]]),), input_fraction=4)
    found = quantise_block_float_network(network, "BFP31E3", name="wide")
    design = compile_design(found.params, "wide", bounds=found.bounds)
    assert "mantissas[0] = 32'd" in design.files["wide_layer0_core.v"]
    [lemma] = [lemma for lemma in design.derived_lemmas if lemma.name == "wide_layer0_weights"]
    assert "mutant_mantissa" in {mutant.name for mutant in lemma.mutants}
