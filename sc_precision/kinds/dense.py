# SPDX-License-Identifier: Apache-2.0
"""What all kinds of dense layers answer alike."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypeVar

import numpy as np

from sc_precision.golden.fixed import linear_accumulators, linear_sums
from sc_precision.golden.layers import layer_outputs
from sc_precision.params import DenseParams, IntArray
from sc_precision.params.kind import Ends, LayerKind
from sc_precision.plan.bounds import LayerBounds, output_range
from sc_precision.plan.stream_errors import Contributions, exact_contributions
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.dense.claims import Claim, exact_bounds
from sc_precision.properties.dense.stage import stage_lemma
from sc_precision.properties.fixed.arithmetic import partial_sums, reached_sums

P = TypeVar("P", bound=DenseParams)


class DenseKind(LayerKind[P]):
    """A layer of accumulators and an output stage: weights, biases, activation, rounding."""

    @abstractmethod
    def core_lemmas(self, claim: Claim[P], hdl: dict[str, str]) -> list[Lemma]:
        """Lemmas about a layer, without its output stage."""

    def outputs(self, params: P, codes: IntArray) -> IntArray:
        rows = layer_outputs(params, codes.reshape(-1, codes.shape[-1]))
        return rows.reshape(*codes.shape[:-1], params.n_out)

    def bounds(self, params: P, low: IntArray, high: IntArray) -> LayerBounds | None:
        return exact_bounds(params, low, high)

    def takes(self, params: P) -> tuple[int, int]:
        return params.inputs.low, params.inputs.high

    def delivers(self, params: P, bounds: LayerBounds | None) -> Ends:
        if bounds is None:
            return _whole_output(params)
        ends = output_range(
            bounds.acc_low,
            bounds.acc_high,
            activation=params.activation,
            shift=params.shift,
            rounding=params.rounding,
        )
        low, high = (np.clip(end, params.output.low, params.output.high) for end in ends)
        return low, high

    def lemmas(self, claim: Claim[P], hdl: dict[str, str]) -> list[Lemma]:
        follows = _whole_output(claim.params) if claim.follows is None else claim.follows
        return [*self.core_lemmas(claim, hdl), stage_lemma(claim, *follows)]


class ExactKind(DenseKind[P]):
    """A dense layer whose accumulators are exact sums of products of codes."""

    def accumulators(self, params: P, codes: IntArray) -> IntArray:
        return linear_accumulators(params, codes)

    def contributions(self, params: P, low: IntArray, high: IntArray, k: int, log2: int | None = None) -> Contributions:
        return exact_contributions(params, low, high)

    def partial_sums(self, params: P, output: int) -> tuple[int, int]:
        return partial_sums(params, output)

    def reached_sums(self, params: P, bounds: LayerBounds, output: int) -> tuple[int, int]:
        return reached_sums(params, bounds, output)

    def synapse_sums(self, params: P, index: int, codes: IntArray) -> IntArray:
        return linear_sums(params, index, codes)

    def derived_synapse_sums(self, params: P, index: int, codes: IntArray) -> IntArray:
        return np.outer(params.weight_codes[:, index], codes)


class OwnKind(DenseKind[P]):
    """A dense layer whose lemmas are made from its parameters alone, the output stage among them."""

    def bounds(self, params: P, low: IntArray, high: IntArray) -> LayerBounds | None:
        return None

    def lemmas(self, claim: Claim[P], hdl: dict[str, str]) -> list[Lemma]:
        return self.core_lemmas(claim, hdl)


def _whole_output(params: DenseParams) -> Ends:
    low, high = (np.full(params.n_out, end, dtype=np.int64) for end in (params.output.low, params.output.high))
    return low, high
