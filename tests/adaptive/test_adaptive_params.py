# SPDX-License-Identifier: Apache-2.0
"""Conversion of codes, thresholds, and what a wrapper's parameters refuse."""

from fractions import Fraction

import numpy as np
import pytest
from adaptive_designs import PAIRS, convert
from designs import fixed

from sc_precision.adaptive.params import AdaptiveParams, Policy, Thresholds
from sc_precision.adaptive.rescale import Rescale
from sc_precision.errors import InputError
from sc_precision.formats import FixedFormat
from sc_precision.params import InputCodes
from sc_precision.params.layer import check_chain

LP, HP = PAIRS["coarse"]


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("width", [1, 3, 6])
@pytest.mark.parametrize("fraction", [-2, 0, 3, 7])
@pytest.mark.parametrize("target", [(-4, 3, 1), (-9, 9, 4), (0, 5, 0), (0, 40, 5)])
def test_conversion_is_to_the_nearest_even_and_saturates(signed, width, fraction, target):
    source = FixedFormat(width, fraction, signed)
    rescale = Rescale(source, InputCodes.covering(*target))
    codes = np.arange(source.code_min, source.code_max + 1)
    assert rescale.apply(codes).tolist() == [convert(code, source, rescale.target) for code in codes.tolist()]
    assert rescale.to_dict()["shift"] == fraction - target[2]


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        (FixedFormat(60, 0), InputCodes.covering(0, 1, 9), "from Q60.0 to UQ-8.9 needs 70 bits, at most 62"),
        ("Q8.8", InputCodes.covering(0, 1, 9), "expected a FixedFormat and InputCodes"),
        (FixedFormat(6, 0), "Q8.8", "expected a FixedFormat and InputCodes"),
    ],
)
def test_conversions_that_are_refused(source, target, message):
    with pytest.raises(InputError, match=message):
        Rescale(source, target)


def test_thresholds_are_exact_to_the_nearest_even():
    output = InputCodes(FixedFormat(16, 8), -32768, 32767)
    assert Thresholds(0.8, 0.5).codes(output, "x") == (round(Fraction(0.8) * 32768), 16384)
    # 2.5 and 1.5 of a magnitude of 4.
    assert Thresholds(0.625, 0.25).codes(InputCodes.covering(-4, 3, 0), "x") == (2, 1)


@pytest.mark.parametrize(
    ("up", "down", "message"),
    [
        (0.5, 0.5, "0 < threshold_down_pct < threshold_up_pct < 1, got 0.5 and 0.5"),
        (0.5, 0.8, "got 0.8 and 0.5"),
        (1.0, 0.5, "got 0.5 and 1.0"),
        (0.5, 0.0, "got 0.0 and 0.5"),
        (0.5, -0.1, "got -0.1 and 0.5"),
        (float("nan"), 0.1, "threshold_up_pct must be finite, got nan"),
        (0.5, float("-inf"), "threshold_down_pct must be finite"),
        ("0.8", 0.5, "threshold_up_pct must be a real number, got '0.8'"),
        (True, 0.5, "threshold_up_pct must be a real number"),
    ],
)
def test_thresholds_out_of_order(up, down, message):
    with pytest.raises(InputError, match=message):
        Thresholds(up, down)


@pytest.mark.parametrize(("down", "code"), [(0.46, 5), (0.01, 0)])
def test_thresholds_that_are_equal_as_codes_or_zero(down, code):
    message = rf"w: lp: thresholds 0.5 and {down} become the codes 5 and {code} of Q4.1, which must differ and not be 0"
    with pytest.raises(InputError, match=message):
        AdaptiveParams("w", LP, HP, policy=Policy.HYSTERESIS, thresholds=Thresholds(0.5, down))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "module"}, "Verilog keyword"),
        ({"name": "coarse_hp"}, "modules must have names of their own, got coarse_hp, coarse_lp, coarse_hp"),
        ({"policy": "hysteresis"}, "policy and thresholds must be of Policy and Thresholds"),
        ({"thresholds": (0.8, 0.5)}, "policy and thresholds must be"),
        ({"lp": []}, "w: lp: expected at least one layer's parameters"),
        ({"hp": [1]}, "w: hp: expected at least one layer's parameters"),
        ({"lp": PAIRS["same_inputs"][0]}, "n_out is 2 of LP but 3 of HP"),
        ({"lp": [fixed("one", [[1]] * 3, [0] * 3, (-4, 3, 1), (0, 9, 1))]}, "n_in is 1 of LP but 2 of HP"),
        ({"margins": np.zeros((3, 3), int)}, "margins belong to the certified policy alone"),
        ({"policy": Policy.CERTIFIED}, "margins must hold integers"),
        ({"policy": Policy.CERTIFIED, "margins": np.zeros((2, 3), int)}, r"margins must have shape \(3, 3\)"),
        ({"policy": Policy.CERTIFIED, "margins": np.full((3, 3), -2)}, "margins must be at least -1, got -2"),
    ],
)
def test_bad_parameters(changes, message):
    values = {"name": "w", "lp": LP, "hp": HP, "policy": Policy.HYSTERESIS, "thresholds": Thresholds(0.5, 0.2)}
    with pytest.raises(InputError, match=message):
        AdaptiveParams(**values | changes)


def test_certified_needs_two_outputs_and_as_many_layers():
    lp, hp = ([fixed(name, [[1]], [0], (0, 3, 1), (0, 9, 1))] for name in ("a", "b"))
    with pytest.raises(InputError, match="at least two outputs, got 1"):
        AdaptiveParams("w", lp, hp, policy=Policy.CERTIFIED, margins=np.zeros((1, 1), int))
    _, hp = PAIRS["two_layers"]
    with pytest.raises(InputError, match="LP has 1 layers but HP 2"):
        AdaptiveParams("w", PAIRS["same_inputs"][0], hp, policy=Policy.CERTIFIED, margins=np.zeros((2, 2), int))


def test_layers_that_do_not_fit_one_another():
    with pytest.raises(InputError, match=r"x: lp_layer1 gives 2 codes of .* but same_lp takes 2 of"):
        check_chain([PAIRS["two_layers"][0][1], PAIRS["same_inputs"][0][0]], "x")


def test_unknown_policy():
    assert Policy.parse("certified") is Policy.CERTIFIED
    assert Policy.parse(Policy.HYSTERESIS) is Policy.HYSTERESIS
    with pytest.raises(InputError, match="policy must be one of hp_authoritative, hysteresis, certified, got 'fast'"):
        Policy.parse("fast")
