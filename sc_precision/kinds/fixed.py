# SPDX-License-Identifier: Apache-2.0
"""Fixed-point dense layers: folded over their outputs, parallel, and bit-serial."""

from __future__ import annotations

from typing import Any, TypeVar

from sc_precision.emit.hardware_check import HardwareCheck, check_fixed, check_parallel, check_serial
from sc_precision.gateware.fixed import FixedDense
from sc_precision.gateware.fixed_parallel import FixedParallel
from sc_precision.gateware.fixed_serial import FixedSerial
from sc_precision.kinds.dense import ExactKind
from sc_precision.modes import Architecture, Datapath
from sc_precision.params import FixedDenseParams, FixedLayerParams, FixedParallelParams, FixedSerialParams
from sc_precision.params.kind import register
from sc_precision.plan.quantise import Quantised, fixed_layer
from sc_precision.plan.result import LayerPlan
from sc_precision.plan.structure import Structure
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.dense.claims import Claim
from sc_precision.properties.dense.structure import check_lanes, check_stages
from sc_precision.properties.fixed.arithmetic import row_sums, tree_sums
from sc_precision.properties.fixed.folded_layer import fixed_lemmas
from sc_precision.properties.fixed.parallel import fixed_parallel_lemmas
from sc_precision.properties.fixed.serial import fixed_serial_lemmas

P = TypeVar("P", bound=FixedLayerParams)


class FixedKind(ExactKind[P]):
    """Integer weights on one grid, or on a grid for each row."""

    page = "hardware.md"
    datapath = Datapath.FIXED

    def partial_sums(self, params: P, output: int) -> tuple[int, int]:
        return row_sums(params, output)


class FoldedFixed(FixedKind[FixedDenseParams]):
    params = FixedDenseParams
    architecture = Architecture.FOLDED
    summary = "some outputs at once, multiply-accumulate lanes with their weights in ROM"

    def component(self, params: FixedDenseParams) -> Any:
        return FixedDense(params)

    def quantised(self, given: Quantised, structure: Structure, lanes: int) -> FixedDenseParams:
        return fixed_layer(FixedDenseParams, given, lanes=lanes)

    def check_structure(self, params: FixedDenseParams) -> None:
        check_lanes(params)

    def check_hardware(self, check: HardwareCheck, layer: LayerPlan, params: FixedDenseParams) -> None:
        check_fixed(check, layer, params)

    def core_lemmas(self, claim: Claim[FixedDenseParams], hdl: dict[str, str]) -> list[Lemma]:
        return fixed_lemmas(claim, hdl)


class ParallelFixed(FixedKind[FixedParallelParams]):
    params = FixedParallelParams
    architecture = Architecture.PARALLEL
    summary = "all outputs at once, constant multipliers with shared multiples"

    def component(self, params: FixedParallelParams) -> Any:
        return FixedParallel(params)

    def quantised(self, given: Quantised, structure: Structure, lanes: int) -> FixedParallelParams:
        return fixed_layer(FixedParallelParams, given, pipeline=structure.pipeline, backend=structure.backend)

    def check_structure(self, params: FixedParallelParams) -> None:
        check_stages(params)

    def partial_sums(self, params: FixedParallelParams, output: int) -> tuple[int, int]:
        return tree_sums(params, output)

    def check_hardware(self, check: HardwareCheck, layer: LayerPlan, params: FixedParallelParams) -> None:
        check_parallel(check, layer, params)

    def core_lemmas(self, claim: Claim[FixedParallelParams], hdl: dict[str, str]) -> list[Lemma]:
        return fixed_parallel_lemmas(claim, hdl)


class SerialFixed(FixedKind[FixedSerialParams]):
    params = FixedSerialParams
    architecture = Architecture.SERIAL
    summary = "all synapses at once, one bit of every input a cycle"

    def component(self, params: FixedSerialParams) -> Any:
        return FixedSerial(params)

    def quantised(self, given: Quantised, structure: Structure, lanes: int) -> FixedSerialParams:
        return fixed_layer(FixedSerialParams, given)

    def check_structure(self, params: FixedSerialParams) -> None:
        """All rows work at once, in the order of the outputs; there is nothing to be mistaken."""

    def check_hardware(self, check: HardwareCheck, layer: LayerPlan, params: FixedSerialParams) -> None:
        check_serial(check, layer, params)

    def core_lemmas(self, claim: Claim[FixedSerialParams], hdl: dict[str, str]) -> list[Lemma]:
        return fixed_serial_lemmas(claim, hdl)


for _kind in (FoldedFixed(), ParallelFixed(), SerialFixed()):
    register(_kind)
