# SPDX-License-Identifier: Apache-2.0
"""What lemmas take for granted, and who says so: checked in exact integers, layer by layer and from lemma to lemma."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sc_precision.errors import ConsistencyError
from sc_precision.params import DenseParams
from sc_precision.params.kind import kind_of
from sc_precision.properties.checker.lemma import Lemma, Table, interval_table
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.network.composition_record import LayerSums, Link

Stated = dict[str, list[tuple[str, Table]]]
"""By quantity, who says so and the interval."""


def check_claims(layers: Sequence[LayerClaim[DenseParams]]) -> list[tuple[LayerSums, Table, Table]]:
    """Check each layer by itself: intervals add up, sums fit, accumulators reach what the plan says.

    Returns sums, any_order and reached of each layer, see `LayerRecord`; ConsistencyError if not.
    """
    for layer in layers:
        kind_of(layer.params).check_structure(layer.params)
    return [(_check_sums(layer), _check_widths(layer), _check_reach(layer)) for layer in layers]


def check_links(names: Sequence[str], lemmas: Sequence[Lemma], asserted: Stated, relied: Stated) -> list[Link]:
    """What lemmas rely on is asserted, by lemmas or by what is given, and no wider; ConsistencyError if not.

    The `names` are the layers, first to last; `asserted` is what arithmetic and the surroundings assert, `relied` what
    other steps rely on.
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


def check_assumptions(lemmas: Sequence[Lemma]) -> dict[str, tuple[str, ...]]:
    """Check that what lemmas assume is asserted by others of them, and that none rests on itself.

    Returns what each lemma assumes, in an order in which they can be proven; ConsistencyError if not, or two lemmas
    have one name.
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


def _check_sums(layer: LayerClaim[DenseParams]) -> LayerSums:
    """The interval of each output's error is the sum of its synapses' and of the bias's rounding."""
    b = layer.bounds
    low_codes, high_codes = b.input_low.tolist(), b.input_high.tolist()
    p = layer.params
    exact = (p.weight_codes << (b.k - p.product_places)) - b.reference_weights
    if (exact != b.weight_error).any():
        raise ConsistencyError(f"{p.name}: its weights differ from the trained weights by more than planned")
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


def _check_widths(layer: LayerClaim[DenseParams]) -> Table:
    """Partial sums fit the accumulator, in whatever order, for any code of the input format."""
    p = layer.params
    found = [kind_of(p).partial_sums(p, output) for output in range(p.n_out)]
    for output, (low, high) in enumerate(found):
        if low < p.acc.code_min or high > p.acc.code_max:
            raise ConsistencyError(
                f"{p.name}: the accumulator of output {output} can reach {low}..{high}, beyond {p.acc.width} bits"
            )
    return _turned(found)


def _check_reach(layer: LayerClaim[DenseParams]) -> Table:
    """The range of each accumulator, which the output stage's lemma starts from, is what its synapses can add up to."""
    p, b = layer.params, layer.bounds
    found = [kind_of(p).reached_sums(p, b, output) for output in range(p.n_out)]
    for output, (low, high) in enumerate(found):
        if low < b.acc_low[output] or high > b.acc_high[output]:
            raise ConsistencyError(
                f"{p.name}: the accumulator of output {output} can end at {low}..{high}, but the plan says "
                f"{b.acc_low[output]}..{b.acc_high[output]}"
            )
    return _turned(found)
