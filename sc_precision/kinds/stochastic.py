# SPDX-License-Identifier: Apache-2.0
"""Layers of ramp and masked van der Corput bitstreams: parallel, and folded over their outputs."""

from __future__ import annotations

from typing import Any, TypeVar

from sc_precision.emit.hardware_check import HardwareCheck, check_folded_stochastic, check_stochastic
from sc_precision.gateware.stochastic import StochasticDense
from sc_precision.gateware.stochastic_folded import FoldedStochasticDense
from sc_precision.golden.stochastic import stochastic_accumulators, stream_sums
from sc_precision.kinds.dense import DenseKind
from sc_precision.modes import Architecture, Datapath
from sc_precision.params import FoldedStochasticDenseParams, IntArray, StochasticDenseParams
from sc_precision.params.kind import register
from sc_precision.plan.bounds import LayerBounds
from sc_precision.plan.quantise import Quantised, stream_layer
from sc_precision.plan.result import LayerPlan
from sc_precision.plan.stream_errors import Contributions, stream_errors
from sc_precision.plan.structure import Structure
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.dense.claims import Claim
from sc_precision.properties.dense.structure import check_folded_streams, check_streams
from sc_precision.properties.stochastic.arithmetic import partial_sums, reached_sums, residue_sums
from sc_precision.properties.stochastic.folded import folded_stochastic_lemmas
from sc_precision.properties.stochastic.parallel import stochastic_lemmas

P = TypeVar("P", bound=StochasticDenseParams)


class StreamKind(DenseKind[P]):
    """Bitstreams whose discrepancy has an exact bound."""

    page = "stochastic.md"
    datapath = Datapath.STOCHASTIC

    def accumulators(self, params: P, codes: IntArray) -> IntArray:
        return stochastic_accumulators(params, codes)

    def contributions(self, params: P, low: IntArray, high: IntArray, k: int, log2: int | None = None) -> Contributions:
        return stream_errors(params, low, high, k)

    def partial_sums(self, params: P, output: int) -> tuple[int, int]:
        return partial_sums(params, output)

    def reached_sums(self, params: P, bounds: LayerBounds, output: int) -> tuple[int, int]:
        return reached_sums(params, bounds, output)

    def synapse_sums(self, params: P, index: int, codes: IntArray) -> IntArray:
        return stream_sums(params, index, codes)

    def derived_synapse_sums(self, params: P, index: int, codes: IntArray) -> IntArray:
        return residue_sums(params, index, codes)


class ParallelStreams(StreamKind[StochasticDenseParams]):
    params = StochasticDenseParams
    architecture = Architecture.PARALLEL
    summary = "bitstreams, a row of gates for each output, one set of generators"

    def component(self, params: StochasticDenseParams) -> Any:
        return StochasticDense(params)

    def quantised(self, given: Quantised, structure: Structure, lanes: int) -> StochasticDenseParams:
        return stream_layer(given)

    def check_structure(self, params: StochasticDenseParams) -> None:
        check_streams(params)

    def check_hardware(self, check: HardwareCheck, layer: LayerPlan, params: StochasticDenseParams) -> None:
        check_stochastic(check, layer, params)

    def core_lemmas(self, claim: Claim[StochasticDenseParams], hdl: dict[str, str]) -> list[Lemma]:
        return stochastic_lemmas(claim, hdl)


class FoldedStreams(StreamKind[FoldedStochasticDenseParams]):
    params = FoldedStochasticDenseParams
    architecture = Architecture.FOLDED
    summary = "bitstreams, some outputs at once, levels in ROM"

    def component(self, params: FoldedStochasticDenseParams) -> Any:
        return FoldedStochasticDense(params)

    def quantised(self, given: Quantised, structure: Structure, lanes: int) -> FoldedStochasticDenseParams:
        return FoldedStochasticDenseParams.from_parallel(stream_layer(given), lanes)

    def check_structure(self, params: FoldedStochasticDenseParams) -> None:
        check_folded_streams(params)

    def check_hardware(self, check: HardwareCheck, layer: LayerPlan, params: FoldedStochasticDenseParams) -> None:
        check_folded_stochastic(check, layer, params)

    def core_lemmas(self, claim: Claim[FoldedStochasticDenseParams], hdl: dict[str, str]) -> list[Lemma]:
        return folded_stochastic_lemmas(claim, hdl)


for _kind in (ParallelStreams(), FoldedStreams()):
    register(_kind)
