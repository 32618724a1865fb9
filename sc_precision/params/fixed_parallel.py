# SPDX-License-Identifier: Apache-2.0
"""Parameters of fully parallel fixed-point dense layers: constant multipliers and adder trees."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sc_precision.arguments import integer
from sc_precision.errors import InputError
from sc_precision.modes import Backend
from sc_precision.params.adders import AdderGraph, Operand, multiple_steps, odd_part, sum_tree
from sc_precision.params.codes import code_range
from sc_precision.params.da4ml_backend import check_available, matrix_graph
from sc_precision.params.fixed import FixedLayerParams

MAX_PIPELINE = 64
GROUP_INPUTS = 8
"""Inputs whose products are made in one module; small enough for one proof."""


@dataclass(frozen=True)
class Term:
    """One synapse of a row: sign * (product << shift), the product being a positive odd multiple of its input."""

    index: int
    odd: int
    shift: int
    sign: int

    @property
    def product(self) -> tuple[int, int]:
        """(input, multiple)."""
        return self.index, self.odd


@dataclass(frozen=True, eq=False)
class ProductGroup:
    """Products of some neighbouring inputs, which become one module.

    `products` are pairs of an input and an odd multiple, ascending, and the outputs of `graph`.
    """

    inputs: range
    products: tuple[tuple[int, int], ...]
    graph: AdderGraph


@dataclass(frozen=True, eq=False)
class FixedParallelParams(FixedLayerParams):
    """Parameters of a fixed-point dense layer that computes all outputs at once.

    Parameters
    ----------
    weights, weight_fraction, row_shifts
        See `FixedLayerParams`.
    pipeline : int
        Adder levels between registers, 1 to 64; 0 for none, so that all is done in one clock cycle.
    backend : str
        ``csd``: odd multiples of each input in canonical signed digits, shared by all rows, and one balanced adder
        tree a row. ``da4ml``: the adder graph of da4ml, which shares sums between rows; needs the extra of that name
        and weights of at most 24 bits.
    """

    pipeline: int = field(default=0, kw_only=True)
    backend: str = field(default=Backend.CSD, kw_only=True)

    kind = "fixed_parallel"

    def _check_architecture(self) -> None:
        pipeline = integer(f"{self.name}: pipeline", self.pipeline, minimum=0)
        object.__setattr__(self, "pipeline", pipeline)
        if pipeline > MAX_PIPELINE:
            raise InputError(f"{self.name}: pipeline must be an int from 0 to {MAX_PIPELINE}, got {pipeline}")
        Backend.parse(self.backend, f"{self.name}: backend")

    def _check_rows(self) -> None:
        super()._check_rows()
        if self.backend == Backend.DA4ML:
            check_available(self.weight_width, self.name)

    def row_terms(self, output: int) -> list[Term]:
        """Synapses of one row that count, by input."""
        terms = []
        for index, weight in enumerate(self.mantissas[output].tolist()):
            if weight:
                odd, shift = odd_part(abs(weight))
                terms.append(Term(index, odd, shift, 1 if weight > 0 else -1))
        return terms

    @cached_property
    def products(self) -> tuple[tuple[int, int], ...]:
        """The products that rows use, as (input, odd multiple), ascending."""
        return tuple(sorted({term.product for output in range(self.n_out) for term in self.row_terms(output)}))

    @cached_property
    def groups(self) -> tuple[ProductGroup, ...]:
        """The products by groups of neighbouring inputs; groups that no row uses are left out."""
        codes = self.inputs.format
        result = []
        for first in range(0, self.n_in, GROUP_INPUTS):
            inputs = range(first, min(first + GROUP_INPUTS, self.n_in))
            products = tuple(product for product in self.products if product[0] in inputs)
            if not products:
                continue
            graph = AdderGraph([(codes.code_min, codes.code_max)] * len(inputs))
            node = {(index, 1): place for place, index in enumerate(inputs)}
            for index in inputs:
                for odd, (a, b) in multiple_steps(odd for i, odd in products if i == index).items():
                    ends = (Operand(node[index, op.node], op.shift, op.sign) for op in (a, b))
                    node[index, odd] = graph.add(*ends)
            graph.outputs = [Operand(node[product]) for product in products]
            result.append(ProductGroup(inputs, products, graph))
        return tuple(result)

    def product_interval(self, product: tuple[int, int]) -> tuple[int, int]:
        """Range of a product."""
        codes = self.inputs.format
        return codes.code_min * product[1], codes.code_max * product[1]

    def row_graph(self, output: int) -> AdderGraph:
        """Graph of one row; its inputs are the products of `row_terms`, its only output the row's sum.

        The ranges are those of all that the products' ports can hold, so that what a row does is a statement about
        any values there; the sum itself lies in `row_interval`.
        """
        terms, bias = self.row_terms(output), int(self.row_biases[output])
        graph = AdderGraph([code_range(*self.product_interval(term.product)) for term in terms])
        operands = [Operand(node, term.shift, term.sign) for node, term in enumerate(terms)]
        # The bias comes last; it is also what a row starts from that has negative terms only.
        if bias or all(term.sign < 0 for term in terms):
            graph.constants.append(bias)
            operands.append(Operand(len(terms)))
        graph.outputs = [sum_tree(graph, operands)]
        return graph

    @cached_property
    def matrix(self) -> AdderGraph:
        """Graph of all rows at once, of da4ml; its outputs are the rows' sums.

        Raises
        ------
        ConsistencyError
            If da4ml's graph does not compute the matrix.
        """
        codes = self.inputs.format
        return matrix_graph(self.mantissas, self.row_biases, (codes.code_min, codes.code_max), self.name)

    @cached_property
    def levels(self) -> tuple[int, int]:
        """Adder levels of the products, and of the whole layer."""
        if self.backend == Backend.DA4ML:
            return 0, self.matrix.depth
        first = max((group.graph.depth for group in self.groups), default=0)
        return first, first + max(self.row_graph(output).depth for output in range(self.n_out))

    def stage_of(self, level: int) -> int:
        """Registers on the way to the end of an adder level."""
        return level // self.pipeline if self.pipeline else 0

    @property
    def stages(self) -> int:
        """Registers on the way through the adders."""
        return self.stage_of(self.levels[1])

    @property
    def adders(self) -> int:
        """Two-input adders of the layer."""
        if self.backend == Backend.DA4ML:
            return len(self.matrix.adders)
        return sum(len(group.graph.adders) for group in self.groups) + sum(
            len(self.row_graph(o).adders) for o in range(self.n_out)
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready description; `latency` is from a vector's last code to its first result, in cycles."""
        return super().to_dict() | {
            "backend": self.backend,
            "pipeline": self.pipeline,
            "adder_levels": self.levels[1],
            "adders": self.adders,
            "pipeline_stages": self.stages,
            "latency": self.stages + 2,
            "cycles_per_vector": max(self.n_in, self.n_out + self.stages + 2),
        }
