# SPDX-License-Identifier: Apache-2.0
"""All lemmas about a chain of layers, and whether they fit together.

Each layer is held against integers: those of a plan or of `layer_bounds` against trained weights where they are given,
else against what its own parameters say, so that the emitted hardware computes exactly that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from sc_precision.errors import ConsistencyError, InputError
from sc_precision.params import LayerParams
from sc_precision.params.kind import Ends, kind_of
from sc_precision.plan.bounds import LayerBounds
from sc_precision.plan.result import NetworkPlan
from sc_precision.properties.checker.lemma import Lemma, Table, interval_table
from sc_precision.properties.dense.claims import Claim
from sc_precision.properties.network.composition_record import ARITHMETIC, ENVIRONMENT, LayerSums, Link
from sc_precision.properties.network.links import Stated, check_assumptions, check_claims, check_links
from sc_precision.properties.network.top import top_lemma


@dataclass(frozen=True, eq=False)
class ChainRecord:
    """What `Chain.check` compared.

    What each lemma assumes, in an order in which they can be proven; links; sums of each layer that is held against
    integers, see `links.check_claims`.
    """

    assumes: dict[str, tuple[str, ...]]
    links: list[Link]
    sums: list[tuple[LayerSums, Table, Table]]


@dataclass(frozen=True, eq=False)
class Chain:
    """Layers of any kinds, first to last, below a top module, and the integers that they are held against.

    None for layers whose own parameters say all that their lemmas do.
    """

    name: str
    layers: tuple[LayerParams, ...]
    bounds: tuple[LayerBounds | None, ...]

    @classmethod
    def of_plan(cls, plan: NetworkPlan) -> Chain:
        """The layers of a plan against its trained network."""
        return cls(plan.name, plan.params, tuple(layer.bounds for layer in plan.layers))

    def claim(self, index: int) -> Claim[Any]:
        """What the lemmas about layer `index` are written from."""
        return Claim(self.layers[index], self.bounds[index], self._relied_on(index))

    def delivered(self, index: int) -> Ends:
        """Range of each code that leaves layer `index`."""
        p = self.layers[index]
        return kind_of(p).delivers(p, self.bounds[index])

    def lemmas(self, hdl: dict[str, str]) -> list[Lemma]:
        """All lemmas about the emitted files.

        Raises ConsistencyError if they do not add up: a lemma assumes what none asserts, sums do not fit, or a layer is
        fed what its lemmas are not about.
        """
        lemmas = [*self.layer_lemmas(hdl), top_lemma(self.name, self.layers, hdl)]
        self.check(lemmas)
        return lemmas

    def layer_lemmas(self, hdl: dict[str, str]) -> list[Lemma]:
        """Those about the layers, without what chains them; `check` is left to the caller."""
        return [lemma for index, p in enumerate(self.layers) for lemma in kind_of(p).lemmas(self.claim(index), hdl)]

    def _relied_on(self, index: int) -> Ends:
        """Range of each code that layer `index` delivers, as what follows needs it."""
        p = self.layers[index]
        if index + 1 == len(self.layers):
            return _each(p.n_out, p.output.low, p.output.high)
        after, b = self.layers[index + 1], self.bounds[index + 1]
        return _each(p.n_out, *kind_of(after).takes(after)) if b is None else (b.input_low, b.input_high)

    def check(self, lemmas: Sequence[Lemma]) -> ChainRecord:
        """Check in exact integers that the lemmas add up; errors as in `lemmas`."""
        assumes = check_assumptions(lemmas)
        held = [self.claim(index) for index, b in enumerate(self.bounds) if b is not None]
        sums = check_claims(held)
        for index, (before, after) in enumerate(pairwise(self.layers)):
            if before.output.format != after.inputs.format:
                raise ConsistencyError(f"{before.name} and {after.name} disagree on the format between them")
            (low, high), (least, most) = self.delivered(index), self._relied_on(index)
            if (low < least).any() or (high > most).any():
                raise ConsistencyError(
                    f"{before.name} delivers codes {low.min()}..{high.max()}, but the lemmas about {after.name} speak "
                    f"of {least.min()}..{most.max()}"
                )
        # The lemmas about a layer without bounds are checked where they are made.
        own = {p.name for p, b in zip(self.layers, self.bounds, strict=True) if b is None}
        others = [lemma for lemma in lemmas if lemma.core not in own]
        asserted, relied = self._given(held, sums, others)
        links = check_links([p.name for p in self.layers], others, asserted, relied)
        return ChainRecord(assumes, links, sums)

    def _given(
        self, held: Sequence[Claim[Any]], sums: Sequence[tuple[LayerSums, Table, Table]], lemmas: Sequence[Lemma]
    ) -> tuple[Stated, Stated]:
        """Ranges that no lemma asserts, and those that the arithmetic through the layers relies on."""
        first = self.layers[0]
        inputs = _each(first.n_in, first.inputs.low, first.inputs.high)
        asserted: Stated = {f"{first.name} input codes": [(ENVIRONMENT, interval_table(*inputs))]}
        relied: Stated = {}
        for claim, (own, any_order, reached) in zip(held, sums, strict=True):
            name, b = claim.params.name, claim.bounds
            asserted[f"{name} partial sums"] = [(ARITHMETIC, any_order)]
            asserted[f"{name} accumulators"] = [(ARITHMETIC, reached)]
            if not any(f"{name} errors" in lemma.asserts for lemma in lemmas):
                asserted[f"{name} errors"] = [(ARITHMETIC, own.total)]
            relied[f"{name} errors"] = [(ARITHMETIC, own.total)]
            relied[f"{name} input codes"] = [(ARITHMETIC, interval_table(b.input_low, b.input_high))]
        for index, (p, bounds) in enumerate(zip(self.layers, self.bounds, strict=True)):
            if bounds is None:
                asserted[f"{p.name} output codes"] = [(ARITHMETIC, interval_table(*self.delivered(index)))]
        return asserted, relied


def _each(count: int, low: int, high: int) -> Ends:
    return np.full(count, low, dtype=np.int64), np.full(count, high, dtype=np.int64)


def provable_chain(
    layers: Sequence[LayerParams], name: str, bounds: Sequence[LayerBounds | None] | None = None
) -> Chain:
    """A chain of layers of any kinds that there are lemmas about.

    `bounds` are those of each layer against its trained weights. By default, and where one is None, against the
    parameters themselves, for the whole input range. Raises InputError if a layer's kind is not known, its integers do
    not fit, or it can be fed codes beyond the range that it states.
    """
    chain = Chain(name, tuple(layers), (None,) * len(layers))
    for index, p in enumerate(chain.layers):
        kind = kind_of(p)
        low, high = chain.delivered(index - 1) if index else _each(p.n_in, p.inputs.low, p.inputs.high)
        least, most = kind.takes(p)
        if low.min() < least or high.max() > most:
            raise InputError(
                f"{p.name}: gets codes {low.min()}..{high.max()}, but its lemmas would only hold for {least}..{most}, "
                "the range that it states; let the layer before saturate, or state a wider range"
            )
        given = None if bounds is None else bounds[index]
        found = kind.bounds(p, low, high) if given is None else given
        chain = Chain(name, chain.layers, (*chain.bounds[:index], found, *chain.bounds[index + 1 :]))
    return chain
