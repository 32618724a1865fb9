# SPDX-License-Identifier: Apache-2.0
"""The record of how lemmas add up: what it says can be checked again from it alone, and contradictions are refused."""

import json
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from networks import small_network

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import ConsistencyError
from sc_precision.golden.layers import layer_accumulators
from sc_precision.plan.network import plan_network
from sc_precision.plan.target import Target
from sc_precision.properties import check_composition, composed_errors, network_lemmas
from sc_precision.properties.network.composition_record import rounded_down, rounded_up, summary

OPTIONS = {
    "fixed": {"datapath": "fixed", "lanes": 2},
    "parallel": {"datapath": "fixed", "architecture": "parallel"},
    "serial": {"datapath": "fixed", "architecture": "serial"},
    "stochastic": {"datapath": "stochastic"},
    "bipolar": {"datapath": "stochastic", "encoding": "bipolar"},
}


def made(kind, target=None):
    plan = plan_network(small_network(), target=target or Target.absolute(0.5), name="pocket", **OPTIONS[kind])
    return plan, network_lemmas(plan, network_verilog(plan.params, "pocket"))


@pytest.fixture(scope="module", params=OPTIONS)
def case(request):
    return made(request.param)


@pytest.fixture(scope="module")
def fixed():
    return made("fixed")


def test_layers_add_up_in_the_record_alone(case):
    plan, lemmas = case
    record = json.loads(check_composition(plan, lemmas).text())
    assert (record["name"], record["plan_hash"], record["bound"]) == ("pocket", plan.hash, plan.bound)
    for layer, planned, exact in zip(record["layers"], plan.layers, composed_errors(plan), strict=True):
        sums, b = layer["sums"], planned.bounds
        for end, total in enumerate(sums["total"]):
            parts = zip(sums["bias"], sums["weights"][end], sums["streams"][end], strict=True)
            assert [sum(each) for each in parts] == total
        assert sums["total"] == [b.pre_low.tolist(), b.pre_high.tolist()]
        room = 1 << (layer["accumulators"]["bits"] - 1)
        (any_low, any_high), (low, high) = (layer["accumulators"][key] for key in ("any_order", "reached"))
        for a, b_, c, d in zip(any_low, low, high, any_high, strict=True):
            assert -room <= a <= b_ <= c <= d < room
        for o, (least, most) in enumerate(exact):
            # Rounded outward, by no more than a float, and still inside the claim.
            assert layer["claims"][0][o] <= layer["errors"][0][o] <= least <= most <= layer["errors"][1][o]
            assert layer["errors"][1][o] <= layer["claims"][1][o]
            assert np.nextafter(layer["errors"][1][o], -np.inf) < most
    found = record["constraints"]
    assert found["name"] == [f"{sign}e[{o}]" for sign in ("", "-") for o in range(plan.network.n_out)]
    for bound, claim, limit, allowed in zip(
        *(found[key] for key in ("bound", "claim", "limit", "allowed")), strict=True
    ):
        assert 0 < bound <= claim <= limit <= allowed


def test_lemmas_come_after_what_they_assume_and_all_links_are_named(case):
    plan, lemmas = case
    record = check_composition(plan, lemmas).to_dict()
    order = record["proof_order"]
    assert sorted(order) == sorted(lemma.name for lemma in lemmas)
    for name, used in record["assumes"].items():
        assert all(order.index(each) < order.index(name) for each in used)
        assert all(name in record["assumed_by"][each] for each in used)
    assert sum(map(len, record["assumes"].values())) == sum(map(len, record["assumed_by"].values())) > 0
    known = {*order, "arithmetic", "environment"}
    quantities = [link["quantity"] for link in record["links"]]
    assert len(set(quantities)) == len(quantities)
    layers = [layer.params.name for layer in plan.layers]
    for name in layers:
        assert {f"{name} {what}" for what in ("input codes", "accumulators", "errors", "partial sums")} <= set(
            quantities
        )
    by_name = {link["quantity"]: link for link in record["links"]}
    assert by_name[f"{layers[0]} input codes"]["asserted_by"] == ["environment"]
    assert by_name[f"{layers[1]} input codes"]["asserted_by"] == [f"{layers[0]}_stage"]
    assert f"{layers[0]}_stage" in by_name[f"{layers[0]} accumulators"]["relied_on_by"]
    for link in record["links"]:
        assert {*link["asserted_by"], *link["relied_on_by"]} <= known
        assert len(link["low"]) == len(link["high"])


def test_the_same_plan_gives_the_same_text(case):
    plan, lemmas = case
    text = check_composition(plan, lemmas).text()
    assert text == check_composition(plan, lemmas).text()
    assert max(map(len, text.splitlines())) < 2000


def test_accumulators_are_reached(case):
    """By trying every input of the first layer; what it adds per input is independent of the other inputs."""
    plan, lemmas = case
    layer = plan.layers[0]
    ranges = [range(low, high + 1) for low, high in zip(layer.bounds.input_low, layer.bounds.input_high, strict=True)]
    found = layer_accumulators(layer.params, np.array(list(product(*ranges))))
    low, high = check_composition(plan, lemmas).layers[0].reached
    assert (low, high) == (tuple(found.min(0).tolist()), tuple(found.max(0).tolist()))


def with_lemma(lemmas, name, **changes):
    assert name in [lemma.name for lemma in lemmas]
    return [replace(lemma, **changes) if lemma.name == name else lemma for lemma in lemmas]


@pytest.mark.parametrize("kind", ["fixed", "stochastic"])
def test_an_interval_that_is_asserted_too_wide_is_refused(kind):
    plan, lemmas = made(kind)
    (stage,) = (lemma for lemma in lemmas if lemma.name == "pocket_layer0_stage")
    low, high = stage.asserts["pocket_layer0 output codes"]
    wider = {"pocket_layer0 output codes": (low, (*high[:-1], high[-1] + 1))}
    with pytest.raises(
        ConsistencyError, match=r"relies on pocket_layer1 input codes \d in .* pocket_layer0_stage asser"
    ):
        check_composition(plan, with_lemma(lemmas, stage.name, asserts=wider))


def test_intervals_that_are_relied_on_too_narrowly_are_refused(fixed):
    plan, lemmas = fixed
    cases = {
        "pocket_layer0_stage": ("pocket_layer0 accumulators", "arithmetic asserts"),
        "pocket_layer0_mac_step": ("pocket_layer0 partial sums", "arithmetic asserts"),
        "pocket_layer0_increment": ("pocket_layer0 input codes", "environment asserts"),
        "pocket_layer1_error": ("pocket_layer1 input codes", "pocket_layer0_stage asserts"),
    }
    for name, (quantity, message) in cases.items():
        (lemma,) = (each for each in lemmas if each.name == name)
        low, high = lemma.relies_on[quantity]
        actual = {link.quantity: link for link in check_composition(plan, lemmas).links}[quantity]
        narrower = {quantity: (low, (actual.high[0] - 1, *high[1:]))}
        with pytest.raises(ConsistencyError, match=f"{name} relies on {quantity} 0 in .* but {message}"):
            check_composition(plan, with_lemma(lemmas, name, relies_on=narrower))


def test_an_error_that_is_asserted_too_loosely_is_refused(fixed):
    plan, lemmas = fixed
    (lemma,) = (each for each in lemmas if each.name == "pocket_layer1_error")
    low, high = lemma.asserts["pocket_layer1 errors"]
    looser = {"pocket_layer1 errors": ((low[0] - 1, *low[1:]), high)}
    with pytest.raises(
        ConsistencyError, match=r"arithmetic relies on pocket_layer1 errors 0 in .* pocket_layer1_error asserts"
    ):
        check_composition(plan, with_lemma(lemmas, lemma.name, asserts=looser))


def test_a_range_that_nothing_asserts_is_refused(fixed):
    plan, lemmas = fixed
    silent = with_lemma(lemmas, "pocket_layer0_stage", asserts={})
    with pytest.raises(
        ConsistencyError, match="relies on the range of pocket_layer1 input codes, which nothing asserts"
    ):
        check_composition(plan, silent)


def test_a_decision_has_a_line_for_each_pair():
    plan, lemmas = made("fixed", Target.decision(0.5))
    found = check_composition(plan, lemmas).to_dict()["constraints"]
    assert len(found["name"]) == plan.network.n_out * (plan.network.n_out - 1)
    assert max(found["bound"]) <= min(found["limit"]) <= 0.5


def test_floats_are_rounded_outward():
    third = Fraction(1, 3)
    for value in (third, -third, Fraction(1, 2), Fraction(0), -Fraction(1, 2) - Fraction(1, 2**90)):
        low, high = rounded_down(value), rounded_up(value)
        assert Fraction(low) <= value <= Fraction(high)
        assert high in (low, np.nextafter(low, np.inf))


def test_the_summary_names_the_output_that_can_err_the_most(case):
    plan, lemmas = case
    found = summary(check_composition(plan, lemmas).to_dict())
    assert found["lemmas"] == len(lemmas)
    for row, layer in zip(found["layers"], plan.layers, strict=True):
        reach = np.maximum(-layer.error_low, layer.error_high)
        assert reach[row["output"]] == pytest.approx(reach.max(), rel=1e-9)
        assert row["own"] == pytest.approx(
            [row["bias"] + row["weights"][end] + row["streams"][end] for end in (0, 1)], rel=1e-12
        )
        assert row["own"][1] == layer.bounds.pre_high[row["output"]] * 2.0 ** -(
            layer.params.acc_fraction + layer.bounds.k
        )
