# SPDX-License-Identifier: Apache-2.0
"""Choices by name."""

import json
import pickle

import pytest

from sc_precision.adaptive.params import Policy
from sc_precision.errors import InputError
from sc_precision.formats import Exponents, Overflow, Rounding
from sc_precision.modes import Architecture, Backend, Bounds, Datapath, Guarantee, Mode, Sharing
from sc_precision.network import Activation
from sc_precision.params import StreamEncoding
from sc_precision.params.neurons import Drive, Reset
from sc_precision.plan.cost import CostModel
from sc_precision.tools.targets import DEFAULT_TARGETS, CellTarget

ALL = [
    *(Activation, Architecture, Backend, Bounds, CellTarget, CostModel, Datapath, Drive, Exponents, Guarantee),
    *(Overflow, Policy, Reset, Rounding, Sharing, StreamEncoding),
]


@pytest.mark.parametrize("modes", ALL, ids=lambda modes: modes.__name__)
def test_each_member_is_its_name(modes):
    assert issubclass(modes, Mode)
    for member in modes:
        assert modes.parse(member) is modes.parse(str(member)) is member
        assert member == member.value == str(member)
        assert {member.value: 1}[member] == 1
        assert repr(member) == repr(member.value)
        assert json.dumps({member: member}) == json.dumps({member.value: member.value})
        assert pickle.loads(pickle.dumps(member)) is member


@pytest.mark.parametrize("modes", ALL, ids=lambda modes: modes.__name__)
@pytest.mark.parametrize("value", ["sideways", "", None, 3, ["fixed"]])
def test_an_unknown_name_is_refused_with_all_that_are_known(modes, value):
    with pytest.raises(InputError) as raised:
        modes.parse(value, "unit: mode")
    assert str(raised.value) == f"unit: mode must be one of {', '.join(modes)}, got {value!r}"


def test_what_an_error_begins_with_by_default():
    with pytest.raises(InputError, match=r"^stream encoding must be one of unipolar, sign_magnitude, bipolar, got 1$"):
        StreamEncoding.parse(1)


def test_every_cost_model_says_what_it_sums_up_on_every_datapath():
    for model in CostModel:
        assert set(model.metrics) == set(Datapath)
        assert len(set(model.metrics.values())) == len(Datapath)


def test_every_target_of_synthesis_has_a_command_and_words():
    assert set(DEFAULT_TARGETS) <= set(CellTarget)
    assert len({target.label for target in CellTarget}) == len(CellTarget)
    assert all(target.command.format(top="unit").endswith(" -top unit") for target in CellTarget)
