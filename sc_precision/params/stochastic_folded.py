# SPDX-License-Identifier: Apache-2.0
"""Parameters of stochastic dense layers that compute some outputs at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from sc_precision.arguments import integer
from sc_precision.errors import InputError
from sc_precision.params.stochastic import StochasticDenseParams, SynapseGroup


@dataclass(frozen=True, eq=False)
class FoldedStochasticDenseParams(StochasticDenseParams):
    """Parameters of a stochastic dense layer, folded over its outputs.

    The streams run once for every `rows` outputs: row r computes outputs r, rows + r, ... in passes 0, 1, ... The
    results are those of `StochasticDenseParams`, bit for bit.

    Parameters
    ----------
    rows : int
        Outputs in parallel, 1 to n_out; where it does not divide n_out some rows idle in the last pass.
    """

    rows: int = field(kw_only=True)

    kind = "stochastic_dense_folded"

    def __post_init__(self) -> None:
        super().__post_init__()
        rows = integer(f"{self.name}: rows", self.rows, minimum=1)
        if rows > self.n_out:
            raise InputError(f"{self.name}: rows must be at most the {self.n_out} outputs, got {rows}")
        object.__setattr__(self, "rows", rows)

    @classmethod
    def from_parallel(cls, params: StochasticDenseParams, rows: int) -> FoldedStochasticDenseParams:
        """The layer `params`, folded."""
        kept = {entry.name: getattr(params, entry.name) for entry in fields(StochasticDenseParams)}
        return cls(**kept, rows=rows)

    @property
    def passes(self) -> int:
        """Times that the streams run for one vector."""
        return -(-self.n_out // self.rows)

    @property
    def cycles_per_vector(self) -> int:
        """See `StochasticDenseParams.cycles_per_vector`; each pass begins with a cycle that loads its levels."""
        return self.n_in + self.passes * (2 + self.cycles + self.popcount_stages) + self.n_out

    def row_outputs(self, row: int) -> list[int | None]:
        """The output that a row computes in each pass; None where it idles."""
        outputs = range(row, self.passes * self.rows, self.rows)
        return [output if output < self.n_out else None for output in outputs]

    @cached_property
    def all_row_groups(self) -> list[list[SynapseGroup]]:
        """Per row, the signs and lengths that occur, each with the inputs that have them in some pass."""
        result = []
        for row in range(self.rows):
            found: dict[tuple[int, int], set[int]] = {}
            for output in self.row_outputs(row):
                for group in [] if output is None else self.row_groups(output):
                    found.setdefault((-group.sign, group.length_log2), set()).update(group.inputs)
            result.append([SynapseGroup(-key[0], key[1], tuple(sorted(found[key]))) for key in sorted(found)])
        return result

    def row_inputs(self, row: int) -> list[int]:
        """Inputs that a row weighs in some pass, ascending."""
        return sorted({index for group in self.all_row_groups[row] for index in group.inputs})

    @property
    def level_width(self) -> int:
        """Bits of a level in a row's memory."""
        return self.max_log2 + 1

    def row_words(self, row: int) -> list[int]:
        """Words of a row's memory, one per pass.

        From the low bits up: the level of each of `row_inputs`, as ones of a stream of the layer's longest length;
        then for each group and each of its inputs whether that synapse is in the group in this pass.
        """
        words = []
        for output in self.row_outputs(row):
            word = place = 0
            for index in self.row_inputs(row):
                if output is not None and self.levels[output, index]:
                    longer = self.max_log2 - int(self.length_log2[output, index])
                    word |= int(self.stream_ones[output, index]) << longer << place
                place += self.level_width
            members = set()
            for group in [] if output is None else self.row_groups(output):
                members |= {(group.sign, group.length_log2, index) for index in group.inputs}
            for group in self.all_row_groups[row]:
                for index in group.inputs:
                    word |= ((group.sign, group.length_log2, index) in members) << place
                    place += 1
            words.append(word)
        return words

    def word_width(self, row: int) -> int:
        """Bits of a word of a row's memory, at least one."""
        bits = sum(len(group.inputs) for group in self.all_row_groups[row])
        return max(1, len(self.row_inputs(row)) * self.level_width + bits)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description."""
        return super().to_dict() | {"rows": self.rows, "passes": self.passes}
