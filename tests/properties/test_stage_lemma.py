# SPDX-License-Identifier: Apache-2.0
"""The lemma about the output stage tells every rounding mode from every other, whoever says what they are."""

from dataclasses import replace

import numpy as np
import pytest
from networks import proofs_of

from sc_precision.emit.verilog import convert_modules
from sc_precision.formats import HARDWARE_ROUNDINGS, Rounding
from sc_precision.gateware.common import OutputStage
from sc_precision.network import Activation
from sc_precision.params import FixedDenseParams, InputCodes
from sc_precision.properties.checker.lemma import Mutant
from sc_precision.properties.dense.stage import output_stage_lemma
from sc_precision.tools.sby_results import Verdict


def layer(rounding, activation=Activation.IDENTITY, fraction=2):
    """Accumulators of 6 bits or so, of which 4 - `fraction` places are dropped."""
    return FixedDenseParams(
        "s",
        InputCodes.covering(-4, 3, 2),
        np.array([1]),
        activation,
        InputCodes.covering(0 if activation is Activation.RELU else -7, 7, fraction),
        rounding=rounding,
        weights=np.array([[3, -2]]),
        weight_fraction=2,
        lanes=1,
    )


def lemma_of(params):
    codes = np.array([params.output.low]), np.array([params.output.high])
    return output_stage_lemma(params, tuple(np.array(ends) for ends in params.acc_bounds), codes)


def text_of(params):
    """Verilog of its output stage."""
    return convert_modules([OutputStage(params)])["s_stage"]


@pytest.mark.parametrize("mode", HARDWARE_ROUNDINGS)
def test_hardware_of_any_other_mode_is_refused(mode, tmp_path):
    """Truncation under a lemma about the nearest, ties up under ties away from zero, and so on."""
    lemma = lemma_of(layer(mode))
    own = [mutant.name for mutant in lemma.mutants]
    assert ("mutant_tie" in own) == (mode is not Rounding.TRUNCATE)
    others = [
        Mutant(f"mutant_by_{other.value}", f"rounds by {other.value}", {"s.v": text_of(layer(other))})
        for other in HARDWARE_ROUNDINGS
        if other is not mode
    ]
    lemma = replace(lemma, mutants=(*lemma.mutants, *others))
    results = proofs_of([lemma], tmp_path, hdl={"s.v": text_of(layer(mode))})
    assert {task for _, task in results} == {"prove", "cover", *own, *(mutant.name for mutant in others)}
    for (_, task), result in results.items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{task}: {result.message}"


@pytest.mark.parametrize(("mode", "wrong"), [(HARDWARE_ROUNDINGS[i], HARDWARE_ROUNDINGS[i - 1]) for i in range(4)])
def test_a_wrong_rule_in_the_shared_definition_is_refused(mode, wrong, monkeypatch, tmp_path):
    """Golden model, bounds and hardware then agree with one another, and the lemma with none of them."""
    monkeypatch.setattr(mode, "_carry", wrong._carry)
    params = layer(mode)
    lemma = replace(lemma_of(params), mutants=())
    (result,) = proofs_of([lemma], tmp_path, ("prove",), hdl={"s.v": text_of(params)}).values()
    assert result.verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("mode", "activation", "closest"),
    [
        (Rounding.NEAREST_EVEN, Activation.IDENTITY, "nearest_up"),
        (Rounding.NEAREST_UP, Activation.IDENTITY, "nearest_away"),
        (Rounding.NEAREST_AWAY, Activation.IDENTITY, "nearest_up"),
        # Nothing rectified is negative, where alone these two differ.
        (Rounding.NEAREST_UP, Activation.RELU, "nearest_even"),
        (Rounding.NEAREST_AWAY, Activation.RELU, "nearest_even"),
    ],
)
def test_the_mutant_of_ties_is_the_mode_that_is_hardest_to_tell(mode, activation, closest):
    (mutant,) = (mutant for mutant in lemma_of(layer(mode, activation)).mutants if mutant.name == "mutant_tie")
    assert mutant.fault == f"rounds ties as {closest} does"


def test_where_no_accumulator_is_a_tie_no_mutant_speaks_of_one():
    coarse = layer(Rounding.NEAREST_UP, fraction=-4)
    assert (1 << coarse.shift) // 2 > coarse.acc.code_max
    assert "mutant_tie" not in [mutant.name for mutant in lemma_of(coarse).mutants]
    assert "mutant_tie" not in [mutant.name for mutant in lemma_of(layer(Rounding.NEAREST_UP, fraction=4)).mutants]
