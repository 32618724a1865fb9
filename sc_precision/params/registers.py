# SPDX-License-Identifier: Apache-2.0
"""Registers drawn at random for layers of LFSR streams: polynomial and seed of each."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import numpy as np

from sc_precision.errors import InputError
from sc_precision.modes import Sharing
from sc_precision.params.codes import IntArray
from sc_precision.params.generators import LfsrParams
from sc_precision.params.polynomials import is_primitive
from sc_precision.params.sharing import StreamSources, correlation_counts, correlation_limit

_TRIES = 2000


class Registers:
    """Draws registers of which no two are equal; the same seed, at least 0, gives the same ones, on every machine."""

    def __init__(self, seed: int):
        # Python documents getrandbits of a seeded Random to stay what it is; NumPy's generators may change.
        self._random = Random(seed)
        self._taken: set[tuple[int, int]] = set()

    def _polynomial(self, degree: int) -> int:
        while True:
            polynomial = 1 << degree | self._random.getrandbits(degree) | 1
            if is_primitive(polynomial):
                return polynomial

    def _candidates(self, length_log2: int) -> Iterator[LfsrParams]:
        for _ in range(_TRIES):
            polynomial, seed = self._polynomial(length_log2), self._random.getrandbits(length_log2)
            if seed and (polynomial, seed) not in self._taken:
                yield LfsrParams(length_log2, seed=seed, polynomial=polynomial)
        raise InputError(
            f"there are not enough different registers of {length_log2} bits whose streams multiply; use longer "
            "streams or shared registers"
        )

    def draw(self, length_log2: int, partner: LfsrParams | None = None) -> LfsrParams:
        """A register that was not drawn before, whose stream multiplies that of `partner`; InputError if there is none.

        It has as many bits as the stream's length: in a period every number but 0 occurs once, which makes products
        better than random bits'.
        """
        limit = correlation_limit(length_log2)
        register = next(
            each
            for each in self._candidates(length_log2)
            if partner is None or correlation_counts(partner, each) < limit
        )
        self._taken.add((register.polynomial, register.seed))
        return register

    def sources(self, levels: IntArray, length_log2: int, sharing: str) -> StreamSources:
        """Draw the registers of a layer, or raise InputError; synapses of level 0 have no stream.

        ``independent``: one register for each input and one for each input's weights, which all outputs use: no two
        synapses of an output have one in common. ``shared``: one for all inputs and one for all weights.
        """
        Sharing.parse(sharing, "sharing")
        n_in = levels.shape[1]
        pairs = n_in if sharing == Sharing.INDEPENDENT else 1
        inputs = [self.draw(length_log2) for _ in range(pairs)]
        weights = [self.draw(length_log2, partner) for partner in inputs]
        index = np.arange(n_in) if pairs == n_in else np.zeros(n_in, dtype=np.int64)
        return StreamSources((*inputs, *weights), index, np.where(levels != 0, index + pairs, -1))
