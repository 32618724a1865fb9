# SPDX-License-Identifier: Apache-2.0
"""How the lemmas add up to the bound of the network, checked in exact arithmetic.

SBY proves local claims about the emitted modules; what joins them is interval arithmetic, done here again with
integers and fractions from the trained weights on, independently of the code that made the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from sc_precision.errors import ConsistencyError
from sc_precision.plan.result import NetworkPlan
from sc_precision.properties.checker.activation import rectifies
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.network.chain import Chain
from sc_precision.properties.network.composition_record import (
    Composition,
    ConstraintRecord,
    LayerRecord,
    rounded_down,
    rounded_up,
)
from sc_precision.properties.network.dyadic import Dyadic, largest
from sc_precision.properties.network.network_error import ExactChain, exact_chain
from sc_precision.properties.network.plan_facts import check_plan_facts

Interval = tuple[Fraction, Fraction]


def check_composition(plan: NetworkPlan, lemmas: Sequence[Lemma]) -> Composition:
    """Check that the lemmas together say what the plan promises.

    Parameters
    ----------
    plan : NetworkPlan
    lemmas : sequence of Lemma
        All lemmas about the plan's hardware.

    Returns
    -------
    Composition
        What was compared.

    Raises
    ------
    ConsistencyError
        If a lemma assumes what none asserts or what rests on itself, or relies on a narrower interval than is
        asserted, if intervals of one layer do not add up, do not
        fit their widths or do not cover what the layer before delivers, if a composed error exceeds what the plan
        claims, or if a constraint is looser than the target.
    """
    _check_ranges(plan)
    record = Chain.of_plan(plan).check(lemmas)
    sums, any_order, reached = zip(*record.sums, strict=True)
    check_plan_facts(plan, reached)
    chain, errors = exact_chain(plan)
    for layer, (low, high) in zip(plan.layers, errors, strict=True):
        kept = (Dyadic.of(layer.error_low) <= low) & (low <= high) & (high <= Dyadic.of(layer.error_high))
        if not kept.all():
            output = int(np.flatnonzero(~kept)[0])
            raise ConsistencyError(
                f"{layer.params.name}: output {output} can err by {float(low.fractions()[output]):.6g} to "
                f"{float(high.fractions()[output]):.6g}, but the plan claims {layer.error_low[output]:.6g} to "
                f"{layer.error_high[output]:.6g}"
            )
    last = plan.layers[-1]
    worst = max(max(-float(low), float(high)) for low, high in zip(last.error_low, last.error_high, strict=True))
    if plan.bound < worst:
        raise ConsistencyError(f"{plan.name}: the bound {plan.bound!r} is below the worst output's {worst!r}")
    constraints = _check_target(plan, chain)
    return Composition(
        name=plan.name,
        plan_hash=plan.hash,
        method=plan.composition,
        bound=plan.bound,
        assumes=record.assumes,
        links=tuple(record.links),
        layers=tuple(
            LayerRecord(
                name=layer.params.name,
                kind=layer.params.kind,
                n_in=layer.params.n_in,
                n_out=layer.params.n_out,
                sums=own,
                accumulator_log2=-layer.params.acc_fraction,
                accumulator_bits=layer.params.acc.width,
                any_order=widest,
                reached=ends,
                errors=tuple(
                    (rounded_down(low), rounded_up(high))
                    for low, high in zip(*(end.fractions() for end in pair), strict=True)
                ),
                claims=tuple(zip(layer.error_low.tolist(), layer.error_high.tolist(), strict=True)),
            )
            for layer, own, widest, ends, pair in zip(plan.layers, sums, any_order, reached, errors, strict=True)
        ),
        constraints=tuple(constraints),
    )


def _check_target(plan: NetworkPlan, chain: ExactChain) -> list[ConstraintRecord]:
    """The constraints are those of the target, no limit is looser than it says, and their bounds hold."""
    constraints, target = plan.constraints, plan.target
    n_out = plan.network.n_out
    places = [*((o, None) for o in range(n_out)), *((None, o) for o in range(n_out))]
    if target.kind == "decision":
        places = [(j, c) for j in range(n_out) for c in range(n_out) if j != c]
    rows = np.zeros((len(places), n_out), dtype=np.int64)
    for row, (plus, minus) in zip(rows, places, strict=True):
        for place, sign in ((plus, 1), (minus, -1)):
            if place is not None:
                row[place] = sign
    if constraints.rows.shape != rows.shape or (constraints.rows != rows).any():
        raise ConsistencyError(f"{plan.name}: the constraints are not those of a target of kind {target.kind}")
    values = target.values if target.kind == "per_output" else target.values * n_out
    asked = [Fraction(value) for value in values]
    if target.kind == "relative":
        low, high = exact_range(plan)
        asked = [share * width for share, width in zip(asked, (high - low).fractions(), strict=True)]
    allowed = asked * 2 if target.kind != "decision" else [asked[0]] * len(places)
    exact = chain.bound(Dyadic.integers(rows)).fractions()
    claims = zip(exact, constraints.limits.tolist(), plan.constraint_bounds.tolist(), allowed, strict=True)
    found = []
    for index, (bound, limit, claim, most) in enumerate(claims):
        if not 0 < Fraction(limit) <= most:
            raise ConsistencyError(
                f"{plan.name}: the limit {limit!r} of {constraints.name(index)} is looser than the target, "
                f"{float(most):.6g}"
            )
        if bound > Fraction(claim):
            raise ConsistencyError(
                f"{plan.name}: {constraints.name(index)} can be {float(bound):.6g}, but the plan claims {claim:.6g}"
            )
        name = constraints.name(index)
        found.append(ConstraintRecord(name, rounded_up(bound), claim, limit, rounded_down(most)))
    return found


def exact_range(plan: NetworkPlan) -> tuple[Dyadic, Dyadic]:
    """Range of the exact network's outputs by interval arithmetic over the input box, exact."""
    network = plan.network
    low, high = (Dyadic.of(np.full(network.n_in, end)) for end in (network.input_low, network.input_high))
    for dense in network.layers:
        weight, bias = Dyadic.of(dense.weight), Dyadic.of(dense.bias)
        low, high = bias - largest(-weight, low, high), bias + largest(weight, low, high)
        if rectifies(dense.activation):
            low, high = low.positive(), high.positive()
    return low, high


def _check_ranges(plan: NetworkPlan) -> None:
    """Bounds are stated for codes that the layers before can give."""
    for before, after in pairwise(plan.layers):
        code, b = after.params.inputs, after.bounds
        if before.params.output.format == code.format and ((b.input_low < code.low) | (b.input_high > code.high)).any():
            raise ConsistencyError(f"{after.params.name}: bounds are stated for codes outside {code.low}..{code.high}")


def composed_errors(plan: NetworkPlan) -> list[list[Interval]]:
    """Error interval of every neuron, hardware minus exact network, in exact fractions; see `network_error`.

    Returns
    -------
    list of list of (low, high)
        Per layer, per output.
    """
    return [list(zip(low.fractions(), high.fractions(), strict=True)) for low, high in exact_chain(plan)[1]]
