# SPDX-License-Identifier: Apache-2.0
import dataclasses
from typing import get_type_hints

import pytest
from tiny_nets import random_network

from sc_precision.errors import InputError
from sc_precision.formats import Rounding
from sc_precision.params import StreamEncoding
from sc_precision.plan.limits import PlanLimits
from sc_precision.plan.network import plan_network
from sc_precision.plan.request import PlanKeywords, PlanRequest
from sc_precision.plan.structure import Structure
from sc_precision.plan.target import Target

TARGET = Target.absolute(0.5)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"target": 0.5}, "target must be a Target, got 0.5"),
        ({"limits": {"max_bits": 8}}, r"limits must be PlanLimits, got \{'max_bits': 8\}"),
        ({"rounding": "nearest"}, "rounding must be of Rounding, got 'nearest'"),
        ({"rounding": Rounding.STOCHASTIC}, "rounding: stochastic is not built in hardware; use one of "),
        ({"best_effort": 1}, "best_effort must be True or False, got 1"),
        ({"name": "1net"}, "1net"),
        ({"datapath": "analog"}, "datapath must be one of fixed, stochastic, got 'analog'"),
        ({"datapath": ["fixed"]}, r"datapath must be one of fixed, stochastic, got \['fixed'\]"),
        ({"encoding": "ternary"}, "encoding must be one of unipolar, sign_magnitude, bipolar, got 'ternary'"),
        ({"encoding": "bipolar"}, "encoding bipolar is for datapath='stochastic', got 'fixed'"),
        ({"lanes": 0}, "lanes must be at least 1, got 0"),
        ({"lanes": 1.5}, "lanes must be an int, got 1.5"),
        ({"bounds": "taylor"}, "bounds must be one of affine, interval, got 'taylor'"),
        ({"cost_model": "area"}, "cost_model must be one of .*, got 'area'"),
        ({"architecture": "round"}, "architecture must be one of folded, parallel, serial, got 'round'"),
        ({"datapath": "stochastic", "architecture": "serial"}, "architecture must be one of parallel, folded with"),
        ({"architecture": "parallel", "pipeline": -1}, "pipeline must be at least 0, got -1"),
        ({"pipeline": 2}, "pipeline=2 is only of use with architecture='parallel', got architecture='folded'"),
        ({"architecture": "parallel", "backend": "booth"}, "backend must be one of csd, da4ml, got 'booth'"),
        ({"row_scales": "yes"}, "row_scales must be True or False, got 'yes'"),
        ({"datapath": "stochastic", "row_scales": True}, "pipeline, backend and row_scales are of datapath='fixed'"),
    ],
)
def test_what_cannot_be_asked_for(fields, message):
    with pytest.raises(InputError, match=message):
        PlanRequest(**{"target": TARGET, **fields})


def test_what_is_not_said_is_the_datapaths():
    fixed, streams = PlanRequest(target=TARGET), PlanRequest(target=TARGET, datapath="stochastic", encoding="bipolar")
    assert (fixed.structure, fixed.stochastic, fixed.bipolar) == (Structure("folded"), False, False)
    assert (streams.structure, streams.stochastic, streams.bipolar) == (Structure("parallel"), True, True)
    assert streams.encoding is StreamEncoding.BIPOLAR
    assert fixed.limits == PlanLimits()


def test_a_request_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PlanRequest(target=TARGET).lanes = 2


def test_keywords_are_the_fields_of_a_request():
    fields = {field.name for field in dataclasses.fields(PlanRequest)}
    assert set(get_type_hints(PlanKeywords)) == fields | {"target_error"}


def test_keywords_describe_the_same_request():
    asked = PlanRequest(target=TARGET, lanes=2, limits=PlanLimits(max_bits=9))
    assert PlanRequest.of(None, {"target_error": 0.5, "lanes": 2, "limits": PlanLimits(max_bits=9)}) == asked
    assert PlanRequest.of(None, {"target": TARGET, "lanes": 2, "limits": PlanLimits(max_bits=9)}) == asked
    assert PlanRequest.of(asked, {}) is asked
    assert PlanRequest.of(None, {"target": TARGET, "limits": None, "target_error": None}) == PlanRequest(target=TARGET)


@pytest.mark.parametrize(
    ("request_", "keywords", "message"),
    [
        (None, {}, "target_error must be given, or a target of another kind"),
        (None, {"target": TARGET, "target_error": 0.5}, "target_error and target contradict each other; give one"),
        (None, {"target_error": -1}, "target_error must be greater than 0, got -1"),
        (PlanRequest(target=TARGET), {"lanes": 2}, "request and lanes contradict each other; put it into the request"),
        (0.5, {}, "request must be of PlanRequest, got 0.5"),
    ],
)
def test_a_request_and_keywords(request_, keywords, message):
    with pytest.raises(InputError, match=message):
        plan_network(random_network((2, 2)), request_, **keywords)


def test_a_plan_keeps_its_request():
    asked = PlanRequest(target=Target.relative(0.1), name="net", lanes=2, bounds="interval", cost_model="lut_cycles")
    plan = plan_network(random_network((3, 2)), asked)
    assert plan.request == asked
    assert (plan.target, plan.name, plan.lanes, plan.composition) == (asked.target, "net", 2, "interval")
    assert (plan.cost_model, plan.datapath, plan.limits) == ("lut_cycles", "fixed", asked.limits)
    assert plan.structure == asked.structure
