# SPDX-License-Identifier: Apache-2.0
"""Adder graphs of constant matrices from da4ml (LGPL-3.0), an optional package that is only called, never copied.

Sun et al., "da4ml: Distributed Arithmetic for Real-time Neural Networks on FPGAs", arXiv 2507.04535. Its graph becomes
ours, node by node, with exact ranges; what it computes is compared with the matrix before it is used.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np

from sc_precision.errors import ConsistencyError, InputError
from sc_precision.params.adders import AdderGraph, Operand
from sc_precision.params.codes import IntArray

MAX_WEIGHT_WIDTH = 24
"""da4ml takes the matrix in float32, which holds 24 bits exactly."""

# A value that da4ml handles: operand * 2**exponent, or None for a constant zero.
_Scaled = tuple[Operand, int] | None


def check_available(weight_width: int, where: str) -> None:
    """Raise an InputError where da4ml is not installed or cannot take weights of that width."""
    if importlib.util.find_spec("da4ml") is None:
        raise InputError(
            f"{where}: backend 'da4ml' needs the package da4ml (LGPL-3.0), which is not installed: "
            "pip install 'sc-precision[da4ml]', or use backend='csd'"
        )
    if weight_width > MAX_WEIGHT_WIDTH:
        raise InputError(
            f"{where}: backend 'da4ml' takes weights of at most {MAX_WEIGHT_WIDTH} bits, got {weight_width}; "
            "use backend='csd'"
        )


def matrix_graph(weights: IntArray, biases: IntArray, codes: tuple[int, int], where: str) -> AdderGraph:
    """Graph of weights @ inputs + biases, for inputs in a range of codes; errors begin with `where`.

    Raises ConsistencyError if da4ml's graph is not understood or computes something else.
    """
    from da4ml.cmvm import solve

    kernel = np.ascontiguousarray(weights.T, dtype=np.float32)
    pipeline = solve(kernel, qintervals=[(float(codes[0]), float(codes[1]), 1.0)] * len(kernel))
    graph = AdderGraph([codes] * len(kernel), sorted({0, *biases.tolist()}))
    values: list[_Scaled] = [(Operand(index), 0) for index in range(len(kernel))]
    for stage in pipeline.solutions:
        values = _run(graph, stage, values, where)
    for bias, value in zip(biases.tolist(), values, strict=True):
        graph.outputs.append(_with_bias(graph, value, bias, where))
    matrix, offset = graph.matrix()
    if (matrix != weights).any() or (offset != biases).any():
        raise ConsistencyError(f"{where}: da4ml's adder graph does not compute the weights; use backend='csd'")
    return graph


def _run(graph: AdderGraph, stage: Any, values: list[_Scaled], where: str) -> list[_Scaled]:
    """Append the operations of one of da4ml's stages; returns its outputs."""
    buffer: list[_Scaled] = []
    for op in stage.ops:
        if op.opcode == -1:
            buffer.append(_scaled(values[op.id0], int(stage.inp_shifts[op.id0])))
        elif op.opcode in (0, 1):
            second = _scaled(buffer[op.id1], int(op.data), -1 if op.opcode else 1)
            buffer.append(_added(graph, buffer[op.id0], second))
        else:
            raise ConsistencyError(f"{where}: da4ml's operation {op.opcode} is not known; use backend='csd'")
    outputs = zip(stage.out_idxs, stage.out_shifts, stage.out_negs, strict=True)
    return [
        _scaled(buffer[index], int(shift), -1 if negative else 1) if index >= 0 else None
        for index, shift, negative in outputs
    ]


def _scaled(value: _Scaled, exponent: int, sign: int = 1) -> _Scaled:
    if value is None:
        return None
    operand = value[0]
    return Operand(operand.node, operand.shift, operand.sign * sign), value[1] + exponent


def _added(graph: AdderGraph, one: _Scaled, other: _Scaled) -> _Scaled:
    if one is None or other is None:
        return other if one is None else one
    exponent = min(one[1], other[1])
    a, b = (Operand(op.node, op.shift + own - exponent, op.sign) for op, own in (one, other))
    if a.sign == b.sign == -1:
        a, b = (Operand(op.node, op.shift) for op in (a, b))
        return Operand(graph.add(a, b), 0, -1), exponent
    return Operand(graph.add(a, b)), exponent


def _with_bias(graph: AdderGraph, value: _Scaled, bias: int, where: str) -> Operand:
    constant = Operand(len(graph.inputs) + graph.constants.index(bias))
    if value is None:
        return constant
    operand, exponent = value
    if operand.shift + exponent < 0:
        raise ConsistencyError(f"{where}: da4ml's adder graph gives a fraction of an integer; use backend='csd'")
    operand = Operand(operand.node, operand.shift + exponent, operand.sign)
    if bias == 0 and operand.sign > 0:
        return operand
    return Operand(graph.add(operand, constant))
