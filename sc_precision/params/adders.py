# SPDX-License-Identifier: Apache-2.0
"""Adder graphs: products with constants and sums of them, from shifts, additions and subtractions alone.

A constant is written in canonical signed digits (Reitwieser 1960; no two neighbouring digits are non-zero). All odd
multiples of one input that a matrix needs are built together, each from two that are already there by one adder where
that is possible (the first step of RAG-n, Dempster and Macleod 1995), so that a column of a matrix shares its adders.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sc_precision.params.codes import IntArray

Range = tuple[int, int]


@dataclass(frozen=True)
class Operand:
    """A node of a graph, shifted and with a sign: sign * (node << shift)."""

    node: int
    shift: int = 0
    sign: int = 1

    def of(self, interval: Range) -> Range:
        """Range of the operand for a range of its node."""
        ends = [self.sign * (end << self.shift) for end in interval]
        return min(ends), max(ends)


@dataclass(frozen=True)
class Adder:
    """Sum of two operands, at least one of them positive, with its range.

    `level` counts the adders on the longest way to it from the inputs, itself included.
    """

    a: Operand
    b: Operand
    low: int
    high: int
    level: int


@dataclass
class AdderGraph:
    """Nodes: inputs with their ranges first, then constants, then adders in the order in which they can be computed."""

    inputs: list[Range]
    constants: list[int] = field(default_factory=list)
    adders: list[Adder] = field(default_factory=list)
    outputs: list[Operand] = field(default_factory=list)

    def interval(self, node: int) -> Range:
        """Range of a node."""
        if node < len(self.inputs):
            return self.inputs[node]
        node -= len(self.inputs)
        if node < len(self.constants):
            return self.constants[node], self.constants[node]
        adder = self.adders[node - len(self.constants)]
        return adder.low, adder.high

    def level(self, node: int) -> int:
        """Adders on the longest way to a node; 0 for inputs and constants."""
        first = len(self.inputs) + len(self.constants)
        return self.adders[node - first].level if node >= first else 0

    @property
    def depth(self) -> int:
        """Largest level."""
        return max((adder.level for adder in self.adders), default=0)

    def add(self, a: Operand, b: Operand) -> int:
        """Append an adder; returns its node."""
        ends = a.of(self.interval(a.node)), b.of(self.interval(b.node))
        level = max(self.level(a.node), self.level(b.node)) + 1
        self.adders.append(Adder(a, b, ends[0][0] + ends[1][0], ends[0][1] + ends[1][1], level))
        return len(self.inputs) + len(self.constants) + len(self.adders) - 1

    def used(self) -> set[int]:
        """Nodes that some output needs."""
        first = len(self.inputs) + len(self.constants)
        found = {op.node for op in self.outputs}
        for node in range(first + len(self.adders) - 1, first - 1, -1):
            if node in found:
                adder = self.adders[node - first]
                found |= {adder.a.node, adder.b.node}
        return found

    def matrix(self) -> tuple[IntArray, IntArray]:
        """What the graph computes, outputs = matrix @ inputs + offset, as these two."""
        n = len(self.inputs)
        rows = [np.eye(1, n + 1, i, dtype=np.int64)[0] for i in range(n)]
        rows += [np.eye(1, n + 1, n, dtype=np.int64)[0] * constant for constant in self.constants]
        for adder in self.adders:
            rows.append(sum(op.sign * (rows[op.node] << op.shift) for op in (adder.a, adder.b)))
        found = np.array([op.sign * (rows[op.node] << op.shift) for op in self.outputs]).reshape(-1, n + 1)
        return found[:, :n], found[:, n]


def signed_digits(value: int) -> list[int]:
    """Canonical signed digits of a positive integer, least first; each is -1, 0 or 1."""
    digits = []
    while value:
        digit = 2 - value % 4 if value % 2 else 0
        digits.append(digit)
        value = (value - digit) // 2
    return digits


def odd_part(value: int) -> tuple[int, int]:
    """Odd factor of a positive integer, and how many times two divides it."""
    shift = (value & -value).bit_length() - 1
    return value >> shift, shift


def multiple_steps(targets: Iterable[int]) -> dict[int, tuple[Operand, Operand]]:
    """How to build odd positive multiples of one number, each by one adder from those before it.

    In order; the nodes of the operands are multiples that are there already, 1 from the start. More than the targets
    where none of those left is one adder away.
    """
    steps: dict[int, tuple[Operand, Operand]] = {}
    level = {1: 0}
    pending = sorted(set(targets) - {1})
    while pending:
        found = [(step, target) for target in pending if (step := _one_adder(target, level))]
        if not found:
            # Halves of the digits are simpler; in the end two digits are always one adder away.
            target = min(pending, key=lambda t: (sum(map(abs, signed_digits(t))), t))
            pending = sorted({*pending, *_halves(target)} - set(level))
            continue
        lowest = min(height for (height, _), _ in found)
        for (height, operands), target in found:
            if height == lowest:
                steps[target], level[target] = operands, height
        pending = [target for target in pending if target not in level]
    return steps


def _one_adder(target: int, level: dict[int, int]) -> tuple[int, tuple[Operand, Operand]] | None:
    """Lowest way to make an odd multiple from two others, as (level, operands)."""
    best: tuple[int, tuple[Operand, Operand]] | None = None
    for one in sorted(level):
        for sign in (1, -1):
            rest = target - sign * one
            if rest == 0:
                continue
            other, shift = odd_part(abs(rest))
            if other not in level or (sign < 0 and rest < 0):
                continue
            height = max(level[one], level[other]) + 1
            if best is None or height < best[0]:
                best = height, (Operand(one, 0, sign), Operand(other, shift, 1 if rest > 0 else -1))
    return best


def _halves(target: int) -> list[int]:
    """Odd parts of the lower and the upper half of a number's signed digits."""
    places = [place for place, digit in enumerate(signed_digits(target)) if digit]
    digits = signed_digits(target)
    middle = len(places) // 2
    values = (sum(digits[place] << place for place in half) for half in (places[:middle], places[middle:]))
    return [odd_part(abs(value))[0] for value in values]


def sum_tree(graph: AdderGraph, terms: Sequence[Operand]) -> Operand:
    """Add operands as a balanced tree over adjacent pairs; a pair of negative ones stays negative above.

    At least one term is positive, and so is the result.
    """
    level = list(terms)
    while len(level) > 1:
        pairs = [_pair(graph, level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]


def _pair(graph: AdderGraph, a: Operand, b: Operand) -> Operand:
    if a.sign == b.sign == -1:
        return Operand(graph.add(Operand(a.node, a.shift), Operand(b.node, b.shift)), 0, -1)
    return Operand(graph.add(a, b))
