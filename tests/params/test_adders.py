# SPDX-License-Identifier: Apache-2.0
"""Adder graphs against plain arithmetic: digits, multiples, sums, ranges."""

from itertools import pairwise, product

import numpy as np
import pytest

from sc_precision.params.adders import AdderGraph, Operand, multiple_steps, odd_part, signed_digits, sum_tree


def test_digits_are_the_value_and_not_adjacent():
    for value in range(1, 5000):
        digits = signed_digits(value)
        assert sum(digit << place for place, digit in enumerate(digits)) == value
        assert set(digits) <= {-1, 0, 1}
        assert not any(a and b for a, b in pairwise(digits))


@pytest.mark.parametrize(
    ("value", "digits"), [(7, [-1, 0, 0, 1]), (11, [-1, 0, -1, 0, 1]), (23, [-1, 0, 0, -1, 0, 1]), (8, [0, 0, 0, 1])]
)
def test_digits_by_hand(value, digits):
    assert signed_digits(value) == digits


def check_steps(targets):
    steps = multiple_steps(targets)
    known = {1}
    for value, operands in steps.items():
        assert value == sum(op.sign * (op.node << op.shift) for op in operands)
        assert {op.node for op in operands} <= known
        known.add(value)
    assert set(targets) <= known
    return steps


def test_every_odd_multiple_of_twelve_bits_is_built():
    # One adder fewer than digits at most, and never more levels than digits.
    for target in range(1, 4096, 2):
        assert len(check_steps([target])) <= sum(map(abs, signed_digits(target))) - 1


def test_multiples_of_one_input_share_their_adders():
    rng = np.random.default_rng(1)
    for bits in (4, 8, 12, 20):
        targets = {odd_part(int(v))[0] for v in rng.integers(1, 1 << bits, 24)}
        alone = sum(len(multiple_steps([target])) for target in targets)
        assert len(check_steps(targets)) <= alone
    assert len(check_steps({3, 5, 7, 9, 11, 13, 45})) == 7  # one adder each


def test_a_graph_computes_what_its_matrix_says_and_stays_in_its_ranges():
    rng = np.random.default_rng(2)
    for _ in range(20):
        graph = AdderGraph([(-2, 1), (0, 3), (-1, 2)], [5, -7])
        terms = [Operand(n, int(rng.integers(0, 3)), int(rng.choice([-1, 1]))) for n in (0, 1, 2, 1, 0)]
        graph.outputs = [sum_tree(graph, [*terms, Operand(3)])]
        matrix, offset = graph.matrix()
        reached = []
        for inputs in product(*(range(low, high + 1) for low, high in graph.inputs)):
            values = [*inputs, *graph.constants]
            for adder in graph.adders:
                values.append(sum(op.sign * values[op.node] * 2**op.shift for op in (adder.a, adder.b)))
                assert adder.low <= values[-1] <= adder.high
                assert max(adder.a.sign, adder.b.sign) == 1
            (out,) = (op.sign * values[op.node] * 2**op.shift for op in graph.outputs)
            expected = 5 + sum(term.sign * inputs[term.node] * 2**term.shift for term in terms)
            assert out == expected == matrix[0] @ np.array(inputs) + offset[0]
            reached.append(out)
        assert graph.interval(graph.outputs[0].node)[0] <= min(reached)
        assert graph.depth == 3


def test_nodes_know_their_ranges_and_levels():
    graph = AdderGraph([(0, 3)], [4])
    assert (graph.interval(0), graph.interval(1), graph.level(1), graph.depth) == ((0, 3), (4, 4), 0, 0)
    node = graph.add(Operand(0, 2), Operand(1, 0, -1))
    assert (node, graph.interval(node), graph.level(node)) == (2, (-4, 8), 1)
