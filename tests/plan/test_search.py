# SPDX-License-Identifier: Apache-2.0
from itertools import product

import numpy as np
import pytest
from tiny_nets import random_network

from sc_precision.plan.build import Builder
from sc_precision.plan.candidates import Candidate, LayerCandidates
from sc_precision.plan.grids import choose_grids
from sc_precision.plan.repair import repair
from sc_precision.plan.request import PlanRequest
from sc_precision.plan.result import PlanLimits
from sc_precision.plan.search import Search, _spread, cheapest_plan
from sc_precision.plan.target import Target


def builder_of(network, target, datapath="fixed", bounds="affine", **limits):
    asked = Target.absolute(target)
    grids = choose_grids(network, target, max_bits=16, stochastic=datapath == "stochastic")
    request = PlanRequest(
        target=asked, datapath=datapath, name="net", lanes=1, limits=PlanLimits(**limits), bounds=bounds
    )
    return Builder(network, request, grids)


def search_of(builder):
    return Search(builder, builder.finest(), lambda: None)


@pytest.mark.parametrize("seed", range(5))
def test_linear_model_is_the_composed_bound_but_for_what_no_synapse_changes(seed):
    network = random_network((6, 5, 3), seed=seed, input_fraction=6, activations=["identity", "identity"])
    search = search_of(builder_of(network, 0.1, bounds="interval"))
    n_prices = 6
    first = search._evaluate(np.full(n_prices, 1e3))
    second = search._evaluate(np.full(n_prices, 3e3))
    assert [c.which.tolist() for c in first.chosen] != [c.which.tolist() for c in second.chosen]
    # Roundings to the grids stay; ranges and the bias' rounding move a little.
    difference = np.abs(search._constants(second) - search._constants(first))
    assert (difference <= 0.1 * first.bounds).all()


def test_spread_is_the_covariance_of_the_outputs():
    rng = np.random.default_rng(1)
    covariance = rng.random((3, 4)) + np.array([[1.0], [0.0], [1.0]])
    full = np.zeros((8, 8))
    for o in range(4):
        full[[o, o + 4], [o, o + 4]] = covariance[[0, 2], o]
        full[o, o + 4] = full[o + 4, o] = covariance[1, o]
    for chain in (np.eye(8), np.diag(rng.random(8)), rng.random((6, 8)), rng.random((8, 8))):
        assert _spread(chain, covariance) == pytest.approx(chain @ full @ chain.T)


@pytest.mark.parametrize(("sizes", "datapath"), [((6, 40), "fixed"), ((6, 5, 40), "fixed"), ((6, 5, 40), "stochastic")])
def test_many_outputs_are_settled_row_by_row(sizes, datapath):
    plan = cheapest_plan(builder_of(random_network(sizes, seed=1), 0.4, datapath))
    assert plan.target_met
    # Rows of a few synapses waste up to a bit each.
    assert plan.dual_gap < 0.15
    tight = np.maximum(plan.bound_high, -plan.bound_low)
    assert np.median(tight) > 0.3


@pytest.mark.parametrize("seed", range(4))
def test_dual_bound_is_below_the_optimum_of_the_linear_model(seed):
    network = random_network((2, 2), seed=seed, input_fraction=3)
    builder = builder_of(network, 0.25, max_bits=6)
    search = search_of(builder)
    search.run(np.full(4, 10.0), 10)
    [found] = search.results()
    excess = search._constants(search.best) - search.limits
    layer, cheapest = search.layers[0], np.inf
    for which in product(range(len(layer.candidates)), repeat=4):
        choice = np.array(which).reshape(2, 2)
        if (np.concatenate(layer.errors(choice)) + excess <= 0).all():
            cheapest = min(cheapest, sum(layer.candidates[c].cost for c in which))
    assert found.cost_lower_bound <= cheapest + 1e-9
    assert found.cost <= cheapest + 1
    # No prices raise the bound above it either.
    rng = np.random.default_rng(seed)
    for _ in range(200):
        prices = rng.exponential(20, 4)
        total = search._choose(0, prices).total
        assert total + float(prices @ excess) <= cheapest + 1e-9


def test_newton_balances_the_outputs():
    network = random_network((32, 16, 6), seed=1)
    builder = builder_of(network, 0.2)
    search = search_of(builder)
    prices = search._balance(np.full(12, 1e3), 14)
    bounds = search._evaluate(prices).bounds / 0.2
    # Each output is near its target in at least one direction, though all began alike.
    sides = bounds.reshape(2, 6).max(axis=0)
    assert (sides > 0.9).all()
    assert (sides < 1.15).all()


def test_targets_that_only_the_finest_plan_keeps_give_it_back():
    network = random_network((5, 3), seed=1)
    builder = builder_of(network, 0.05, max_bits=7)
    finest = builder.finest()
    precise = search_of(builder).most_precise()
    reachable = min(finest.bound, precise.bound)
    at = cheapest_plan(builder_of(network, reachable, max_bits=7))
    assert at.bound >= reachable * 0.5
    below = cheapest_plan(builder_of(network, reachable * 0.5, max_bits=7))
    assert not below.target_met


def test_raising_all_prices_finds_a_plan_where_balance_does_not():
    network = random_network((12, 6), seed=3)
    search = search_of(builder_of(network, 0.3))
    search._raise(np.full(12, 1e-3))
    assert search.best is not None
    assert search.best.plan.target_met
    assert search.best.plan.bound > 0.1


def test_where_the_search_finds_nothing_the_most_precise_plan_is_returned(monkeypatch):
    monkeypatch.setattr(Search, "run", lambda _self, prices, _steps: prices)
    plan = cheapest_plan(builder_of(random_network((5, 3), seed=1), 0.1))
    assert plan.target_met
    assert plan.dual_gap is None


def test_a_later_round_never_makes_the_plan_dearer(monkeypatch):
    found = []
    original = Search.run

    def recorded(self, prices, steps):
        prices = original(self, prices, steps)
        found.append(self.best.plan.cost)
        return prices

    monkeypatch.setattr(Search, "run", recorded)
    plan = cheapest_plan(builder_of(random_network((6, 5), seed=1), 0.3))
    assert len(found) >= 2
    assert plan.cost == min(found)


def test_prices_are_raised_where_repair_does_not_help(monkeypatch):
    monkeypatch.setattr(Search, "_repair", lambda _self, _prices: None)
    monkeypatch.setattr(Search, "_balance", lambda _self, prices, _steps: prices * 1e-3)
    plan = cheapest_plan(builder_of(random_network((12, 6), seed=3), 0.3))
    assert plan.target_met
    assert plan.cost_lower_bound > 0.0


def random_layer(seed, n=4, shape=(2, 5)):
    rng = np.random.default_rng(seed)
    error = rng.random((n, *shape)) * 0.5 ** np.arange(n)[:, None, None]
    return LayerCandidates(
        tuple(Candidate(b, None) for b in range(1, n + 1)), error, error * rng.random(error.shape), 0
    )


@pytest.mark.parametrize("seed", range(10))
def test_repair_keeps_the_limits_and_wastes_little(seed):
    layer, chain = random_layer(seed), np.eye(4)
    prices = np.full(4, 4.0)
    which = layer.choose(prices.reshape(2, 2)).which
    load = np.concatenate(layer.errors(which))
    for factor in (0.8, 1.2):
        limits = load * factor
        [new] = repair([layer], [chain], [which], prices, load - limits, limits)
        now = np.concatenate(layer.errors(new))
        assert (now <= limits + 1e-12).all()
        cost, before = (sum(layer.candidates[c].cost for c in each.ravel()) for each in (new, which))
        assert cost >= before if factor < 1 else cost <= before
        # No synapse that was left alone can be made cheaper within the limits.
        for place in np.argwhere(new == which):
            for candidate in range(new[tuple(place)]):
                moved = new.copy()
                moved[tuple(place)] = candidate
                assert (np.concatenate(layer.errors(moved)) > limits).any()


def test_repair_does_what_it_can_where_the_limits_are_out_of_reach():
    layer, chain = random_layer(1), np.eye(4)
    which = np.zeros((2, 5), dtype=np.int64)
    [new] = repair([layer], [chain], [which], np.ones(4), np.full(4, 100.0), np.ones(4))
    assert np.concatenate(layer.errors(new)).sum() < np.concatenate(layer.errors(which)).sum()


def test_repair_without_alternatives_changes_nothing():
    layer = random_layer(1, n=1)
    which = np.zeros((2, 5), dtype=np.int64)
    [new] = repair([layer], [np.eye(4)], [which], np.ones(4), np.full(4, 1.0), np.ones(4))
    assert (new == 0).all()


@pytest.mark.parametrize(("slack", "kept"), [(1.2, True), (0.8, True), (0.0, False)])
def test_repair_of_many_outputs(slack, kept, monkeypatch):
    monkeypatch.setattr("sc_precision.plan.repair.WIDE", 3)
    first, last = random_layer(1, shape=(3, 4)), random_layer(2, shape=(2, 3))
    chains = [np.random.default_rng(3).random((4, 6)), np.eye(4)]
    prices = np.full(4, 4.0)
    which = [
        each.choose((prices @ chain).reshape(2, -1)).which for each, chain in zip((first, last), chains, strict=True)
    ]

    def load(choices):
        parts = zip((first, last), chains, choices, strict=True)
        return sum(chain @ np.concatenate(layer.errors(choice)) for layer, chain, choice in parts)

    limits = load(which) * slack
    new = repair([first, last], chains, which, prices, load(which) - limits, np.maximum(limits, 1e-9))
    assert (load(new) <= limits + 1e-12).all() == kept
    assert (load(new) <= np.maximum(load(which), limits) + 1e-12).all()
