# SPDX-License-Identifier: Apache-2.0
"""Rounding modes: golden rule, bounds and the lemmas' definition against fractions; modes that nobody knows."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from designs import DESIGNS
from roundings import BY_HAND, HALF

from sc_precision.adaptive.certify import _rounding
from sc_precision.emit.verilog import convert_modules
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.formats import HARDWARE_ROUNDINGS, Cut, Rounding, RoundingError
from sc_precision.gateware.common import OutputStage, round_up
from sc_precision.golden.layers import output_stage
from sc_precision.network import Activation
from sc_precision.params.neurons import MultiplyLeak
from sc_precision.plan.bounds import output_range, output_rounding
from sc_precision.properties.checker.bind import network_bind
from sc_precision.properties.checker.rounding import definition, rounded
from sc_precision.properties.dense.stage import output_stage_lemma

PLACES = (0, 1, 2, 3, 5)
VALUES = np.arange(-100, 101)


def member(name, error, carry):
    """A mode that is no member of the enumeration, as if someone had only begun to write it."""
    mode = str.__new__(Rounding, name)
    mode._value_, mode._name_, mode._error, mode._carry = name, name.upper(), error, carry
    return mode


ODD = member("nearest_odd", Rounding.NEAREST_EVEN.error, lambda cut: cut.half & (cut.sticky | (cut.odd ^ 1)))
"""Complete where modes are defined."""
NO_RULE = member("sideways", None, None)
"""A name alone."""


def with_rounding(mode):
    """A layer with that mode, which its parameters have not seen."""
    params = replace(DESIGNS["half_up"][0])
    object.__setattr__(params, "rounding", mode)
    return params


def ends(params):
    return tuple(np.array(bounds) for bounds in params.acc_bounds)


def test_every_mode_is_spelt_out():
    assert tuple(BY_HAND) == HARDWARE_ROUNDINGS
    assert set(Rounding) - set(HARDWARE_ROUNDINGS) == {Rounding.STOCHASTIC}


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("mode", HARDWARE_ROUNDINGS)
def test_rule_bound_and_definition_are_the_mode(mode, places):
    wanted = [BY_HAND[mode](Fraction(value, 1 << places)) for value in VALUES.tolist()]
    assert mode.drop(VALUES, places).tolist() == wanted
    assert mode.drop(VALUES, places).dtype == np.int64
    assert [mode.drop(value, places) for value in VALUES.tolist()] == wanted
    assert [rounded(mode, Fraction(value, 1 << places)) for value in VALUES.tolist()] == wanted
    for activation in Activation:
        low, high = output_range(VALUES, VALUES, activation=activation, shift=places, rounding=mode)
        rectified = wanted if activation is Activation.IDENTITY else [max(code, 0) for code in wanted]
        assert low.tolist() == high.tolist() == rectified
    errors = [(code << places) - value for code, value in zip(wanted, VALUES.tolist(), strict=True)]
    least, most = mode.units(places)
    assert (min(errors), max(errors)) == (least, most)
    assert (definition(mode, places).low, definition(mode, places).high) == (least, most)


@pytest.mark.parametrize("mode", HARDWARE_ROUNDINGS)
@pytest.mark.parametrize("places", [61, 62, 63, 64, 65, 1000])
def test_more_places_than_an_int64_has(mode, places):
    values = [-(1 << 62), -(1 << 61), -1, 0, 1, 1 << 61]
    wanted = [BY_HAND[mode](Fraction(value, 1 << places)) for value in values]
    assert mode.drop(np.array(values), places).tolist() == wanted


@pytest.mark.parametrize("mode", HARDWARE_ROUNDINGS)
def test_bounds_hold_the_errors_of_codes(mode):
    params = replace(DESIGNS["half_up"][0], rounding=mode)
    low, high = output_rounding(params)
    values = np.arange(params.acc.code_min, params.acc.code_max + 1)
    errors = (mode.drop(values, params.shift) << params.shift) - values
    assert low <= errors.min() * params.acc.lsb
    assert errors.max() * params.acc.lsb <= high
    assert _rounding(params, params.acc_fraction) == mode.units(params.shift)


@pytest.mark.parametrize("mode", HARDWARE_ROUNDINGS)
@pytest.mark.parametrize(("multiplier", "fraction"), [(5, 3), (4, 3), (0, 2), (4, 2), (1, 0), (1, 1)])
def test_leaks_round_as_their_mode_says(mode, multiplier, fraction):
    leak = MultiplyLeak(multiplier, fraction, mode)
    wanted = [BY_HAND[mode](leak.factor * value) for value in VALUES.tolist()]
    assert leak.apply(VALUES).tolist() == wanted
    errors = [code - leak.factor * value for code, value in zip(wanted, VALUES.tolist(), strict=True)]
    assert leak.error[0] <= min(errors)
    assert max(errors) <= leak.error[1]


def test_a_mode_that_is_defined_works_wherever_codes_are_computed():
    """No golden model, bound or hardware asks which mode it is."""
    params = with_rounding(ODD)
    values = np.array([-6, -4, -2, 0, 2, 4, 6])
    assert params.shift == 2
    assert output_stage(params, values).tolist() == [-1, -1, -1, 0, 1, 1, 1]
    found = output_range(values, values, activation=Activation.IDENTITY, shift=2, rounding=ODD)
    assert found[0].tolist() == [-1, -1, -1, 0, 1, 1, 1]
    assert output_rounding(params) == (-params.output.format.lsb / 2, params.output.format.lsb / 2)
    assert "module half_up_layer0_stage(" in convert_modules([OutputStage(params)])["half_up_layer0_stage"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda params: output_stage_lemma(params, ends(params), ends(params)),
        lambda params: network_bind("top", [params]),
        lambda params: rounded(params.rounding, HALF),
    ],
)
def test_a_mode_that_lemmas_do_not_state_is_refused_in_one_line(ask):
    with pytest.raises(ConsistencyError, match=r"^rounding: no lemma says what 'nearest_odd' is; state it in .*$"):
        ask(with_rounding(ODD))


@pytest.mark.parametrize("mode", [NO_RULE, Rounding.STOCHASTIC])
@pytest.mark.parametrize(
    "ask",
    [
        lambda params: output_stage(params, VALUES),
        lambda params: output_range(
            VALUES, VALUES, activation=Activation.RELU, shift=params.shift, rounding=params.rounding
        ),
        output_rounding,
        lambda params: _rounding(params, params.acc_fraction),
        lambda params: round_up(OutputStage(params).acc, params.shift, params.rounding),
        lambda params: params.rounding.carry(Cut(1, 1, 1, 1)),
        lambda params: replace(params),
        lambda params: MultiplyLeak(1, 1, params.rounding),
    ],
)
def test_a_mode_without_a_rule_is_refused_in_one_line(mode, ask):
    with pytest.raises(
        InputError,
        match=f"rounding: {mode.value} (is not built in hardware|has no bound); use one of truncate, [a-z_, ]+$",
    ):
        ask(with_rounding(mode))


def test_a_name_is_no_mode():
    with pytest.raises(InputError, match=r"^unit: rounding must be of Rounding, got 'truncate'$"):
        Rounding.check("truncate", "unit: rounding")


def test_nothing_is_added_where_no_place_is_dropped():
    stage = OutputStage(DESIGNS["half_up"][0])
    assert repr(round_up(stage.acc, 0, Rounding.NEAREST_UP)) == "(const 1'd0)"


@pytest.mark.parametrize("mode", HARDWARE_ROUNDINGS)
def test_an_error_that_lemmas_do_not_state_is_refused(mode, monkeypatch):
    monkeypatch.setattr(mode, "_error", RoundingError(Fraction(-1, 4), Fraction(1, 4), low_reached=True))
    with pytest.raises(ConsistencyError, match=f"bounds take {mode.value} of 3 places to err by .*, but lemmas say"):
        definition(mode, 3)
