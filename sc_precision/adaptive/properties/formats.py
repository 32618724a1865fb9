# SPDX-License-Identifier: Apache-2.0
"""All lemmas about an adaptive wrapper around one layer in two number formats.

Each of the two layers is held against the trained weights, for every code of its inputs' format. Where there are no
lemmas about one of them, what the wrapper assumes of it is said in words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sc_precision.adaptive.params import AdaptiveParams
from sc_precision.adaptive.properties.margins import check_margins
from sc_precision.adaptive.properties.network import check_fed
from sc_precision.adaptive.properties.wrapper import adaptive_lemmas
from sc_precision.errors import InputError
from sc_precision.network import Dense
from sc_precision.params import DenseParams
from sc_precision.plan.bounds import layer_bounds
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.network.chain import Chain, provable_chain
from sc_precision.properties.network.links import check_assumptions

_LAYERS = "how LP's answers differ from HP's: each layer is held against the trained weights at the codes it is fed"
_SUMS = "that partial sums fit and that the intervals of synapses add up is exact arithmetic in Python"
_MARGINS = "that no margin of LP exceeds HP's by more than its threshold is exact arithmetic in Python, done twice"


@dataclass(frozen=True, eq=False)
class FormatClaims:
    """What there is to prove about a wrapper around one layer in two formats.

    `chains` are the layers that there are lemmas about; `not_proven` is what no lemma says, and for each other layer
    why there are none.
    """

    params: AdaptiveParams
    chains: tuple[Chain, ...]
    not_proven: tuple[str, ...]

    def lemmas(self, hdl: dict[str, str]) -> list[Lemma]:
        """Lemmas about LP, HP and the wrapper in the emitted files, as far as there are any.

        Raises ConsistencyError if they do not add up, or a threshold is too low.
        """
        lemmas: list[Lemma] = []
        for chain in self.chains:
            found = chain.layer_lemmas(hdl)
            chain.check(found)
            lemmas += found
        if self.params.certified:
            check_margins(self.params)
        lemmas += adaptive_lemmas(self.params, hdl, tuple(lemma.name for lemma in lemmas))
        check_assumptions(lemmas)
        return lemmas


def format_claims(params: AdaptiveParams, dense: Dense) -> FormatClaims:
    """What there is to prove about a wrapper with one layer each, for all codes of its inputs' format.

    Raises ConsistencyError if a layer gets codes that its lemmas are not about.
    """
    chains: list[Chain] = []
    words: list[str] = []
    for path, (layer,), fed in (("lp", params.lp, params.to_lp.target), ("hp", params.hp, params.inputs)):
        try:
            chain = _chain(layer, dense)
        except InputError as error:
            words.append(f"what {layer.name} computes: {error}")
            continue
        [bounds] = chain.bounds
        assert bounds is not None
        check_fed(params.name, path, fed, bounds)
        chains.append(chain)
    words += [*[_LAYERS, _SUMS][: 2 if chains else 0], *[_MARGINS] * params.certified]
    return FormatClaims(params, tuple(chains), tuple(words))


def _chain(layer: DenseParams, dense: Dense) -> Chain:
    low, high = (np.full(layer.n_in, end, dtype=np.int64) for end in (layer.inputs.low, layer.inputs.high))
    return provable_chain([layer], layer.name, [layer_bounds(layer, dense, low, high)])
