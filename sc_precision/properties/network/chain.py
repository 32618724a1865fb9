# SPDX-License-Identifier: Apache-2.0
"""All lemmas about a chain of layers that comes without a network plan.

Each layer is held against integers: those of `layer_bounds` against trained weights where they are given, else against
what its own parameters say, so that the emitted hardware computes exactly that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np

from sc_precision.errors import ConsistencyError, InputError
from sc_precision.network import Dense
from sc_precision.params import (
    DenseParams,
    IntArray,
    LayerParams,
    LfsrDenseParams,
    ProgressiveDenseParams,
    StochasticDenseParams,
)
from sc_precision.params.neurons import LifParams
from sc_precision.plan.bounds import LayerBounds, layer_bounds, output_range
from sc_precision.properties import claim_lemmas, lfsr_lemmas, progressive_lemmas, provable
from sc_precision.properties.checker.lemma import Lemma, interval_table
from sc_precision.properties.dense.claims import Claim
from sc_precision.properties.dense.stage import stage_lemma
from sc_precision.properties.network.composition import Stated, check_assumptions, check_claims, check_links
from sc_precision.properties.network.composition_record import ARITHMETIC, ENVIRONMENT
from sc_precision.properties.network.top import top_lemma
from sc_precision.properties.neurons.lif import lif_lemmas
from sc_precision.properties.neurons.ranges import current_range, membrane_ranges

Layer = DenseParams | LfsrDenseParams | LifParams
OwnLayer = LifParams | ProgressiveDenseParams | LfsrDenseParams
"""Layers whose lemmas are made from their parameters alone, the output stage among them."""
_EXACT_BITS = 53


def exact_bounds(params: DenseParams, input_low: IntArray, input_high: IntArray) -> LayerBounds:
    """Integers of a layer against its own weights and biases: no rounding, only what streams are off by.

    Parameters
    ----------
    params : DenseParams
    input_low, input_high : ndarray of int64, shape (n_in,)
        Range of each input's code; 0 is added.

    Raises
    ------
    InputError
        If a weight or a bias is no float64, or see `layer_bounds`.
    """
    grid = params.acc_fraction - params.inputs.format.fraction
    if isinstance(params, StochasticDenseParams):
        weights, places = params.scaled_levels, grid + params.inputs.unit_log2
    else:
        weights, places = params.weights, grid
    for what, codes in (("weight", weights), ("bias", params.bias)):
        widest = max(-int(codes.min()), int(codes.max())).bit_length()
        if widest > _EXACT_BITS:
            raise InputError(
                f"{params.name}: a {what} of {widest} bits is no float64, so that there are no lemmas about it; use "
                f"at most {_EXACT_BITS}"
            )
    dense = Dense(
        np.ldexp(weights.astype(np.float64), -places),
        np.ldexp(params.bias.astype(np.float64), -params.acc_fraction),
        params.activation,
    )
    zeros = np.zeros(params.n_in, dtype=np.int64)
    return layer_bounds(params, dense, np.minimum(input_low, zeros), np.maximum(input_high, zeros))


@dataclass(frozen=True, eq=False)
class Chain:
    """Layers, first to last, and the integers that dense ones are held against.

    Parameters
    ----------
    name : str
        Top module.
    layers : tuple of dense parameters or LifParams
    bounds : tuple of LayerBounds or None
        None for neurons.
    """

    name: str
    layers: tuple[Layer, ...]
    bounds: tuple[LayerBounds | None, ...]

    @property
    def claims(self) -> list[Claim]:
        """Those of the dense layers."""
        pairs = zip(self.layers, self.bounds, strict=True)
        return [Claim(p, b) for p, b in pairs if not isinstance(p, OwnLayer) and b is not None]

    def delivered(self, index: int) -> tuple[IntArray, IntArray]:
        """Range of each code that leaves layer `index`."""
        p, b = self.layers[index], self.bounds[index]
        if isinstance(p, LifParams):
            return np.zeros(p.n_out, dtype=np.int64), np.ones(p.n_out, dtype=np.int64)
        if b is None:
            return np.full(p.n_out, p.output.low, dtype=np.int64), np.full(p.n_out, p.output.high, dtype=np.int64)
        ends = output_range(b.acc_low, b.acc_high, activation=p.activation, shift=p.shift, rounding=p.rounding)
        low, high = (np.clip(end, p.output.low, p.output.high) for end in ends)
        return low, high

    def lemmas(self, hdl: dict[str, str]) -> list[Lemma]:
        """All lemmas about the emitted files.

        Raises
        ------
        ConsistencyError
            If they do not add up: a lemma assumes what none asserts, sums do not fit, or a layer is fed what its
            lemmas do not speak of.
        """
        lemmas = [*self.layer_lemmas(hdl), top_lemma(self.name, self.layers, hdl)]
        self.check(lemmas)
        return lemmas

    def layer_lemmas(self, hdl: dict[str, str]) -> list[Lemma]:
        """Those about the layers, without what chains them; `check` is left to the caller."""
        lemmas: list[Lemma] = []
        for index, (p, b) in enumerate(zip(self.layers, self.bounds, strict=True)):
            if isinstance(p, LifParams):
                lemmas += lif_lemmas(p, hdl)
            elif isinstance(p, ProgressiveDenseParams):
                lemmas += progressive_lemmas(p, hdl)
            elif isinstance(p, LfsrDenseParams):
                lemmas += lfsr_lemmas(p, hdl)
            else:
                assert b is not None
                claim = Claim(p, b)
                lemmas += [*claim_lemmas(claim, hdl), stage_lemma(claim, *self._relied_on(index))]
        return lemmas

    def _relied_on(self, index: int) -> tuple[IntArray, IntArray]:
        """Range of each code that layer `index` delivers, as what follows needs it."""
        p = self.layers[index]
        if index + 1 < len(self.layers):
            after, b = self.layers[index + 1], self.bounds[index + 1]
            if b is not None:
                return b.input_low, b.input_high
            low, high = current_range(after) if isinstance(after, LifParams) else (after.inputs.low, after.inputs.high)
        else:
            low, high = p.output.low, p.output.high
        return np.full(p.n_out, low, dtype=np.int64), np.full(p.n_out, high, dtype=np.int64)

    def _given(self) -> Stated:
        """Ranges that no lemma asserts: of the inputs, of sums, and of what layers with lemmas of their own deliver."""
        first = self.layers[0].inputs
        ends = ([end] * self.layers[0].n_in for end in (first.low, first.high))
        given: Stated = {f"{self.layers[0].name} input codes": [(ENVIRONMENT, interval_table(*ends))]}
        for claim, (_, any_order, reached) in zip(self.claims, check_claims(self.claims), strict=True):
            given[f"{claim.params.name} partial sums"] = [(ARITHMETIC, any_order)]
            given[f"{claim.params.name} accumulators"] = [(ARITHMETIC, reached)]
        for index, p in enumerate(self.layers):
            if isinstance(p, OwnLayer):
                given[f"{p.name} output codes"] = [(ARITHMETIC, interval_table(*self.delivered(index)))]
        return given

    def check(self, lemmas: Sequence[Lemma]) -> None:
        """Check in exact integers that the lemmas add up."""
        check_assumptions(lemmas)
        # Layers with lemmas of their own are checked where these are made.
        own = {p.name for p in self.layers if isinstance(p, OwnLayer)}
        check_links([p.name for p in self.layers], [each for each in lemmas if each.core not in own], self._given(), {})
        for index, (before, after) in enumerate(pairwise(self.layers)):
            if before.output.format != after.inputs.format:
                raise ConsistencyError(f"{before.name} and {after.name} disagree on the format between them")
            (low, high), (least, most) = self.delivered(index), self._relied_on(index)
            if (low < least).any() or (high > most).any():
                raise ConsistencyError(
                    f"{before.name} delivers codes {low.min()}..{high.max()}, but the lemmas about {after.name} speak "
                    f"of {least.min()}..{most.max()}"
                )


def provable_chain(
    layers: Sequence[LayerParams | LifParams], name: str, bounds: Sequence[LayerBounds | None] | None = None
) -> Chain:
    """A chain that there are lemmas about.

    Parameters
    ----------
    layers : sequence of dense parameters or LifParams
    name : str
        Top module.
    bounds : sequence of LayerBounds or None, optional
        Of each layer against its trained weights, None for neurons. By default against the parameters themselves, for
        the whole input range.

    Raises
    ------
    InputError
        If there are no lemmas about one of the layers, its integers do not fit, or it can be fed codes beyond the range
        that it states.
    """
    for layer in layers:
        if not isinstance(layer, OwnLayer) and not provable(layer.kind):
            raise InputError(f"{layer.name}: there are no lemmas about layers of kind {layer.kind!r}")
    chain = Chain(name, cast("tuple[Layer, ...]", tuple(layers)), (None,) * len(layers))
    for index, p in enumerate(chain.layers):
        if isinstance(p, LifParams):
            membrane_ranges(p)  # or there is no table of them
            continue
        if index:
            low, high = chain.delivered(index - 1)
        else:
            low, high = (np.full(p.n_in, end, dtype=np.int64) for end in (p.inputs.low, p.inputs.high))
        if low.min() < p.inputs.low or high.max() > p.inputs.high:
            raise InputError(
                f"{p.name}: is fed codes {low.min()}..{high.max()}, but states {p.inputs.low}..{p.inputs.high}, for "
                "which alone there would be lemmas; let the layer before saturate, or state a wider range"
            )
        if isinstance(p, OwnLayer):
            continue
        given = None if bounds is None else bounds[index]
        found = exact_bounds(p, low, high) if given is None else given
        chain = Chain(name, chain.layers, (*chain.bounds[:index], found, *chain.bounds[index + 1 :]))
    return chain
