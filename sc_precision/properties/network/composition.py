# SPDX-License-Identifier: Apache-2.0
"""How the lemmas add up to the bound of the network, checked in exact arithmetic.

SBY proves local claims about the emitted modules; what joins them is interval arithmetic, done here once more with
integers and fractions from the trained weights on, apart from the code that made the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from sc_precision.errors import ConsistencyError
from sc_precision.golden.streams import ramp_cycles, weight_stream
from sc_precision.network import Activation
from sc_precision.params import FixedLayerParams, IntArray, StochasticDenseParams
from sc_precision.plan.result import LayerPlan, NetworkPlan
from sc_precision.properties.checker.lemma import Lemma, Table, interval_table
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.network.composition_record import (
    ARITHMETIC,
    ENVIRONMENT,
    Composition,
    ConstraintRecord,
    LayerRecord,
    LayerSums,
    Link,
    rounded_down,
    rounded_up,
)
from sc_precision.properties.network.dyadic import Dyadic, largest
from sc_precision.properties.network.network_error import ExactChain, exact_chain

Interval = tuple[Fraction, Fraction]


Stated = dict[str, list[tuple[str, Table]]]
"""By quantity, who says so and the interval."""


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
    assumes = check_assumptions(lemmas)
    sums, any_order, reached = zip(*check_claims(plan.layers), strict=True)
    for before, after in pairwise(plan.layers):
        _check_ranges(before, after)
    links = _check_links(plan, lemmas, [each.total for each in sums], any_order, reached)
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
        assumes=assumes,
        links=tuple(links),
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


def check_claims(layers: Sequence[LayerClaim]) -> list[tuple[LayerSums, Table, Table]]:
    """Check each layer by itself: intervals add up, sums fit, accumulators reach what the plan says.

    Returns
    -------
    list of (LayerSums, any_order, reached)
        What was compared, per layer; see `LayerRecord`.

    Raises
    ------
    ConsistencyError
        If not.
    """
    return [(_check_sums(layer), _check_widths(layer), _check_reach(layer)) for layer in layers]


def _check_links(
    plan: NetworkPlan,
    lemmas: Sequence[Lemma],
    errors: Sequence[Table],
    any_order: Sequence[Table],
    reached: Sequence[Table],
) -> list[Link]:
    """What lemmas rely on is asserted: by lemmas, by the arithmetic above, or of the surroundings."""
    asserted: Stated = {}
    relied: Stated = {}
    inputs = plan.params[0].inputs
    own: list[tuple[str, Table]] = []
    for index, layer in enumerate(plan.layers):
        p, b = layer.params, layer.bounds
        own += [(f"{p.name} partial sums", any_order[index]), (f"{p.name} accumulators", reached[index])]
        if not any(f"{p.name} errors" in lemma.asserts for lemma in lemmas):
            own.append((f"{p.name} errors", errors[index]))
        # The chain through the layers rests on these.
        relied[f"{p.name} errors"] = [(ARITHMETIC, errors[index])]
        relied[f"{p.name} input codes"] = [(ARITHMETIC, interval_table(b.input_low, b.input_high))]
    for quantity, table in own:
        asserted[quantity] = [(ARITHMETIC, table)]
    ends = interval_table([inputs.low] * plan.network.n_in, [inputs.high] * plan.network.n_in)
    asserted[f"{plan.params[0].name} input codes"] = [(ENVIRONMENT, ends)]
    return check_links([p.name for p in plan.params], lemmas, asserted, relied)


def check_links(names: Sequence[str], lemmas: Sequence[Lemma], asserted: Stated, relied: Stated) -> list[Link]:
    """What lemmas rely on is asserted, by lemmas or by what is given, and no wider.

    Parameters
    ----------
    names : sequence of str
        The layers, first to last.
    lemmas : sequence of Lemma
    asserted, relied : dict of str to list of (str, Table)
        What arithmetic and the surroundings assert, and what other steps rely on.

    Raises
    ------
    ConsistencyError
        If not.
    """
    asserted, relied = ({quantity: list(each) for quantity, each in given.items()} for given in (asserted, relied))
    for lemma in lemmas:
        for mine, given in ((asserted, lemma.asserts), (relied, lemma.relies_on)):
            for quantity, table in given.items():
                mine.setdefault(quantity, []).append((lemma.name, table))
    for before, after in pairwise(names):
        # One layer's results are the next one's inputs.
        passed = asserted.pop(f"{before} output codes", [])
        asserted.setdefault(f"{after} input codes", []).extend(passed)
    links = []
    for quantity in dict.fromkeys([*relied, *asserted]):
        makers, users = asserted.get(quantity, []), relied.get(quantity, [])
        if not makers:
            if not lemmas:
                continue
            raise ConsistencyError(f"{users[0][0]} relies on the range of {quantity}, which nothing asserts")
        low = tuple(max(values) for values in zip(*(table[0] for _, table in makers), strict=True))
        high = tuple(min(values) for values in zip(*(table[1] for _, table in makers), strict=True))
        for user, table in users:
            for index, (have, need) in enumerate(
                zip(zip(low, high, strict=True), zip(*table, strict=True), strict=True)
            ):
                if have[0] < need[0] or have[1] > need[1]:
                    raise ConsistencyError(
                        f"{user} relies on {quantity} {index} in {need[0]}..{need[1]}, but {makers[0][0]} asserts "
                        f"{have[0]}..{have[1]}"
                    )
        links.append(Link(quantity, tuple(name for name, _ in makers), tuple(name for name, _ in users), low, high))
    return links


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
        if dense.activation is Activation.RELU:
            low, high = low.positive(), high.positive()
    return low, high


def check_assumptions(lemmas: Sequence[Lemma]) -> dict[str, tuple[str, ...]]:
    """Check that what lemmas assume is asserted by others of them, and that none rests on itself.

    Returns
    -------
    dict of str to tuple of str
        What each lemma assumes, in an order in which they can be proven.

    Raises
    ------
    ConsistencyError
        If not, or two lemmas have one name.
    """
    by_name = {lemma.name: lemma for lemma in lemmas}
    if len(by_name) != len(lemmas):
        raise ConsistencyError("two lemmas have the same name")
    done: dict[str, tuple[str, ...]] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ConsistencyError(f"lemmas assume one another in a circle: {' -> '.join((*path, name))}")
        if name not in by_name:
            raise ConsistencyError(f"lemma {path[-1]} assumes {name}, which no lemma asserts")
        if name not in done:
            for assumed in by_name[name].assumes:
                visit(assumed, (*path, name))
            done[name] = by_name[name].assumes

    for lemma in lemmas:
        visit(lemma.name, ())
    return done


def _check_sums(layer: LayerClaim) -> LayerSums:
    """The interval of each output's error is the sum of its synapses' and of the bias's rounding."""
    b = layer.bounds
    low_codes, high_codes = b.input_low.tolist(), b.input_high.tolist()
    p = layer.params
    if isinstance(p, StochasticDenseParams):
        # The lemmas speak of levels; that these are the weights but for the planned errors is plain arithmetic.
        exact = (p.scaled_levels << (b.k - p.inputs.unit_log2)) - b.reference_weights
        if (exact != b.weight_error).any():
            raise ConsistencyError(f"{p.name}: levels differ from the trained weights by more than planned")
    weights, streams, total = [], [], []
    for output in range(p.n_out):
        pairs = zip(b.weight_error[output].tolist(), low_codes, high_codes, strict=True)
        ends = [(error * least, error * most) for error, least, most in pairs]
        weights.append((sum(map(min, ends)), sum(map(max, ends))))
        streams.append((sum(b.stream_low[output].tolist()), sum(b.stream_high[output].tolist())))
        low, high = (int(b.bias_error[output]) + weights[-1][end] + streams[-1][end] for end in (0, 1))
        total.append((low, high))
        if (low, high) != (int(b.pre_low[output]), int(b.pre_high[output])):
            raise ConsistencyError(
                f"{layer.params.name}: output {output}'s synapses err by {low}..{high} together, but the plan says "
                f"{b.pre_low[output]}..{b.pre_high[output]}"
            )
    return LayerSums(
        unit_log2=-(p.acc_fraction + b.k),
        bias=tuple(b.bias_error.tolist()),
        weights=_turned(weights),
        streams=_turned(streams),
        total=_turned(total),
    )


def _turned(pairs: Sequence[tuple[int, int]]) -> Table:
    return interval_table(*zip(*pairs, strict=True))


def _check_widths(layer: LayerClaim) -> Table:
    """Partial sums fit the accumulator, in whatever order, for any code of the input format."""
    p = layer.params
    code = p.inputs.format
    found = []
    for output in range(p.n_out):
        if isinstance(p, StochasticDenseParams):
            lengths = p.length_log2[output].tolist()
            levels = zip(p.levels[output].tolist(), lengths, strict=True)
            ends = [(0, level << (p.max_log2 - m) if level else 0) for level, m in levels]
            if p.bipolar:
                ends = [(-(bool(end) << p.max_log2), bool(end) << p.max_log2) for _, end in ends]
        else:
            weights = p.weights[output].tolist()
            ends = [(weight * code.code_min, weight * code.code_max) for weight in weights]
        bias = int(p.bias[output])
        low = bias + sum(min(0, *pair) for pair in ends)
        high = bias + sum(max(0, *pair) for pair in ends)
        if low < p.acc.code_min or high > p.acc.code_max:
            raise ConsistencyError(
                f"{p.name}: the accumulator of output {output} can reach {low}..{high}, beyond {p.acc.width} bits"
            )
        if isinstance(p, FixedLayerParams):
            # Before its shift a row is added up in fewer bits; what is shifted out must be nothing.
            unit, limit = 1 << int(p.shifts[output]), 1 << (p.row_width - 1)
            if low % unit or high % unit or low < -limit * unit or high >= limit * unit:
                raise ConsistencyError(
                    f"{p.name}: the sum of output {output} can reach {low}..{high}, which is no multiple of {unit} or "
                    f"beyond {p.row_width} bits of it"
                )
        found.append((low, high))
    return _turned(found)


def _check_reach(layer: LayerClaim) -> Table:
    """The range of each accumulator, which the output stage's lemma starts from, is what its synapses can add up to."""
    p, b = layer.params, layer.bounds
    streams: dict[tuple[int, int], IntArray] = {}
    found = []
    for output in range(p.n_out):
        low = high = int(p.bias[output])
        for index in range(p.n_in):
            codes = int(b.input_low[index]), int(b.input_high[index])
            if not isinstance(p, StochasticDenseParams):
                ends = [0, *(int(p.weights[output, index]) * code for code in codes)]
            elif p.bipolar:
                ends = _xnor_ends(p, output, index, codes)
            else:
                level, m = int(p.levels[output, index]), int(p.length_log2[output, index])
                if (m, abs(level)) not in streams:
                    streams[m, abs(level)] = np.cumsum(np.append(False, weight_stream(abs(level), m)))
                cycles = int(ramp_cycles(b.input_high[index], m, p.inputs.unit_log2))
                count = int(streams[m, abs(level)][cycles]) if level else 0
                ends = [0, (count if level > 0 else -count) << max(0, p.max_log2 - m)]
            low, high = low + min(ends), high + max(ends)
        if low < b.acc_low[output] or high > b.acc_high[output]:
            raise ConsistencyError(
                f"{p.name}: the accumulator of output {output} can end at {low}..{high}, but the plan says "
                f"{b.acc_low[output]}..{b.acc_high[output]}"
            )
        found.append((low, high))
    return _turned(found)


def _xnor_ends(p: StochasticDenseParams, output: int, index: int, codes: tuple[int, int]) -> list[int]:
    """Least and greatest of what a bipolar synapse adds, by trying every code; long streams skip counts of ones."""
    if not p.levels[output, index]:
        return [0]
    m = int(p.length_log2[output, index])
    ones = ramp_cycles(np.arange(codes[0], codes[1] + 1) + p.ramp_offset, m, p.ramp_log2)
    stream = weight_stream(int(p.stream_ones[output, index]), m)
    # Agreements among the first n cycles, where the ramp is 1, and among the others, where it is 0.
    before, zeros = (np.cumsum(np.append(0, each)) for each in (stream, ~stream))
    sums = 2 * (before + zeros[-1] - zeros)[ones] - (1 << m)
    return [int(sums.min()) << (p.max_log2 - m), int(sums.max()) << (p.max_log2 - m)]


def _check_ranges(before: LayerPlan, after: LayerPlan) -> None:
    """Codes that leave a layer are codes that the next one's bounds hold for."""
    if before.params.output.format != after.params.inputs.format:
        raise ConsistencyError(f"{before.params.name} and {after.params.name} disagree on the format between them")
    code = after.params.inputs
    outside = (after.bounds.input_low < code.low) | (after.bounds.input_high > code.high)
    if outside.any():
        raise ConsistencyError(f"{after.params.name}: bounds are stated for codes outside {code.low}..{code.high}")


def composed_errors(plan: NetworkPlan) -> list[list[Interval]]:
    """Error interval of every neuron, hardware minus exact network, in exact fractions; see `network_error`.

    Returns
    -------
    list of list of (low, high)
        Per layer, per output.
    """
    return [list(zip(low.fractions(), high.fractions(), strict=True)) for low, high in exact_chain(plan)[1]]
