# SPDX-License-Identifier: Apache-2.0
"""Choices by name."""

import json
import pickle
from dataclasses import replace

import pytest
from designs import DESIGNS

from sc_precision.adaptive.params import Policy
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.formats import Exponents, Overflow, Rounding
from sc_precision.gateware.common import OutputStage
from sc_precision.modes import Architecture, Backend, Bounds, Datapath, Guarantee, Mode, Sharing
from sc_precision.network import Activation
from sc_precision.params import StreamEncoding
from sc_precision.params.neurons import Drive, Reset
from sc_precision.plan.cost import CostModel
from sc_precision.properties.checker.activation import rectifies
from sc_precision.properties.neurons.ranges import subtracts
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


def unknown(modes, **facts):
    """A member that its enumeration does not have, with what its consumers look up."""
    mode = str.__new__(modes, "sideways")
    mode._value_, mode._name_ = "sideways", "SIDEWAYS"
    for name, fact in facts.items():
        setattr(mode, name, fact)
    return mode


@pytest.mark.parametrize(
    ("state", "members", "fact", "made_up"),
    [
        (rectifies, Activation, "rectifies", unknown(Activation, rectifies=True)),
        (subtracts, Reset, "subtracts", unknown(Reset, subtracts=True)),
    ],
)
def test_lemmas_state_for_themselves_what_the_others_look_up(state, members, fact, made_up):
    for member in members:
        assert state(member) is getattr(member, fact)
    with pytest.raises(ConsistencyError, match="no lemma says what 'sideways' does; state it in properties"):
        state(made_up)


def test_an_overflow_without_hardware_is_refused():
    params = replace(DESIGNS["half_up"][0])
    object.__setattr__(params, "overflow", unknown(Overflow))
    stage = OutputStage(params)
    with pytest.raises(ConsistencyError, match="half_up_layer0: overflow 'sideways' has no hardware; define it here"):
        stage._limited(stage.acc)


@pytest.mark.parametrize("modes", [Activation, CellTarget, CostModel, Overflow, Reset, Rounding, StreamEncoding])
def test_a_mode_is_not_defined_without_what_its_consumers_look_up(modes):
    with pytest.raises(TypeError, match="missing"):
        modes.__new_member__(modes, "sideways")


def test_encodings_by_their_properties():
    found = {encoding: (encoding.bipolar, encoding.signs, encoding.negative_weights) for encoding in StreamEncoding}
    assert found == {
        StreamEncoding.UNIPOLAR: (False, False, False),
        StreamEncoding.SIGN_MAGNITUDE: (False, True, True),
        StreamEncoding.BIPOLAR: (True, False, True),
    }
