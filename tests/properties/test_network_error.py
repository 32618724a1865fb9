# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import small_network

from sc_precision.errors import ConsistencyError
from sc_precision.network import Network
from sc_precision.plan.affine import Slopes
from sc_precision.plan.network import plan_network
from sc_precision.plan.target import Target
from sc_precision.properties.network.composition import check_composition
from sc_precision.properties.network.dyadic import Dyadic, largest
from sc_precision.properties.network.network_error import exact_chain

TARGETS = {
    "absolute": Target.absolute(0.4),
    "per_output": Target.per_output([0.2, 0.5]),
    "relative": Target.relative(0.1),
    "decision": Target.decision(0.5),
}


def planned(kind, datapath="fixed", bounds="affine"):
    return plan_network(small_network(3, (4, 2)), target=TARGETS[kind], datapath=datapath, bounds=bounds, name="pocket")


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_floats_are_held_exactly(values):
    assert Dyadic.of(np.array(values)).fractions() == [Fraction(value) for value in values]


@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 4))
def test_arithmetic_is_that_of_fractions(seed, rows, columns):
    rng = np.random.default_rng(seed)
    a, low = (
        rng.normal(0, 1, (rows, columns)) * 10.0 ** rng.integers(-30, 30, (rows, columns)),
        rng.normal(0, 1, columns),
    )
    high = low + rng.exponential(1, columns)
    fa, fl, fh = ([Fraction(v) for v in each.ravel().tolist()] for each in (a, low, high))
    da, dl, dh = Dyadic.of(a), Dyadic.of(low), Dyadic.of(high)
    assert (dl + dh).fractions() == [x + y for x, y in zip(fl, fh, strict=True)]
    assert (dl - dh).fractions() == [x - y for x, y in zip(fl, fh, strict=True)]
    assert (dl * dh).fractions() == [x * y for x, y in zip(fl, fh, strict=True)]
    assert dl.maximum(dh).fractions() == fh
    assert dl.minimum(dh).fractions() == fl
    assert dl.positive().fractions() == [max(x, Fraction(0)) for x in fl]
    assert (dl <= dh).all()
    best = [
        sum(max(fa[r * columns + c] * fl[c], fa[r * columns + c] * fh[c]) for c in range(columns)) for r in range(rows)
    ]
    assert largest(da, dl, dh).fractions() == best


@pytest.mark.parametrize("bounds", ["affine", "interval"])
@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
@pytest.mark.parametrize("kind", TARGETS)
def test_every_claim_is_confirmed(kind, datapath, bounds):
    plan = planned(kind, datapath, bounds)
    check_composition(plan, [])
    chain, errors = exact_chain(plan)
    exact = chain.bound(Dyadic.integers(plan.constraints.rows.astype(np.int64))).fractions()
    for bound, claim in zip(exact, plan.constraint_bounds, strict=True):
        assert bound <= Fraction(claim)
        if bounds == "affine":
            # Nothing but rounding lies between.
            assert claim - float(bound) < 1e-9
    assert len(errors) == 2


@pytest.mark.parametrize("kind", TARGETS)
def test_claims_a_hair_too_small_are_refused(kind):
    plan = planned(kind)
    lower = plan.constraint_bounds - 1e-9
    with pytest.raises(ConsistencyError, match=r"pocket: .*e\[\d\] can be .* but the plan claims"):
        check_composition(replace(plan, constraint_bounds=lower), [])


@pytest.mark.parametrize("kind", TARGETS)
def test_limits_that_are_looser_than_the_target_are_refused(kind):
    plan = planned(kind)
    looser = replace(plan.constraints, limits=plan.constraints.limits * (1 + 1e-6))
    with pytest.raises(ConsistencyError, match=r"the limit .* of e\[0\].* is looser than the target"):
        check_composition(replace(plan, constraints=looser), [])


def test_constraints_of_another_target_are_refused():
    plan = planned("decision")
    other = planned("absolute").constraints
    with pytest.raises(ConsistencyError, match="the constraints are not those of a target of kind decision"):
        check_composition(replace(plan, constraints=other), [])
    fewer = replace(plan.constraints, rows=-plan.constraints.rows)
    with pytest.raises(ConsistencyError, match="the constraints are not those"):
        check_composition(replace(plan, constraints=fewer), [])


@pytest.mark.parametrize("seed", range(5))
def test_slopes_are_hints_that_cannot_make_a_bound_unsound(seed):
    """Whatever the slopes, the exact bound holds for inputs; it is only wider."""
    plan, rng = planned("decision"), np.random.default_rng(seed)
    layers = []
    for layer in plan.layers:
        shape = layer.error_low.shape
        layers.append(replace(layer, slopes=Slopes(*(rng.integers(-8, 24, shape) / 16 for _ in range(3)))))
    wild = replace(plan, layers=tuple(layers))
    rows = Dyadic.integers(plan.constraints.rows.astype(np.int64))
    bound = exact_chain(wild)[0].bound(rows).fractions()
    network: Network = plan.network
    codes = plan.input_codes(
        rng.integers(0, 1 + (1 << network.input_fraction), (200, network.n_in)) / 2.0**network.input_fraction
    )
    from sc_precision.golden import network_outputs

    values = plan.output_values(network_outputs(plan.params, codes)[-1])
    error = values - network.forward(codes * plan.params[0].inputs.format.lsb)
    assert (error @ plan.constraints.rows.T <= np.array([float(b) for b in bound]) + 1e-12).all()
