# SPDX-License-Identifier: Apache-2.0
"""A stand-in for the optional package da4ml, with a graph that uses all that its solutions can hold."""

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace

import numpy as np


def op(id0, id1, opcode, data=0):
    return SimpleNamespace(id0=id0, id1=id1, opcode=opcode, data=data)


def stage(ops, idxs, shifts, negs, inp=(0, 0)):
    return SimpleNamespace(ops=ops, inp_shifts=list(inp), out_idxs=idxs, out_shifts=shifts, out_negs=negs)


def install(monkeypatch, *stages):
    """A package da4ml whose solver returns the given stages."""
    package, cmvm = ModuleType("da4ml"), ModuleType("da4ml.cmvm")
    package.__spec__ = ModuleSpec("da4ml", None)

    def solve(kernel, qintervals):
        assert kernel.dtype == np.float32
        assert len(qintervals) == len(kernel)
        return SimpleNamespace(solutions=stages)

    cmvm.solve = solve
    monkeypatch.setitem(sys.modules, "da4ml", package)
    monkeypatch.setitem(sys.modules, "da4ml.cmvm", cmvm)


INPUTS = [op(0, -1, -1), op(1, -1, -1)]
# (a - b / 4) * 4 = 4a - b, then its negative; nothing for the last.
FIRST = stage([*INPUTS, op(0, 1, 1, -2)], [2, 0, -1], [2, 1, 127], [False, False, False])
SECOND = stage(
    [op(0, -1, -1), op(1, -1, -1), op(2, -1, -1), op(0, 1, 0), op(2, 3, 0)],
    [3, 0, 4, 2],
    [0, 0, 0, 127],
    [False, True, True, False],
    (0, 0, 0),
)
WEIGHTS = [[6, -1], [-4, 1], [-6, 1], [0, 0]]
