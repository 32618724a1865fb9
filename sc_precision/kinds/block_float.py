# SPDX-License-Identifier: Apache-2.0
"""Block floating dense layers whose mantissas are aligned in hardware."""

from __future__ import annotations

from typing import Any

from sc_precision.gateware.blockfloat import BlockFloatDense
from sc_precision.kinds.dense import ExactKind
from sc_precision.params import BlockFloatDenseParams
from sc_precision.params.kind import register
from sc_precision.properties.blocks.aligned import block_float_lemmas
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.properties.dense.claims import Claim
from sc_precision.properties.dense.structure import check_lanes


class AlignedBlocks(ExactKind[BlockFloatDenseParams]):
    params = BlockFloatDenseParams
    page = "blockfloat.md"
    datapath = "block_float"
    summary = "mantissas that share exponents by blocks, aligned as they are added"

    def component(self, params: BlockFloatDenseParams) -> Any:
        return BlockFloatDense(params)

    def check_structure(self, params: BlockFloatDenseParams) -> None:
        check_lanes(params)

    def core_lemmas(self, claim: Claim[BlockFloatDenseParams], hdl: dict[str, str]) -> list[Lemma]:
        return block_float_lemmas(claim, hdl)


register(AlignedBlocks())
