# SPDX-License-Identifier: Apache-2.0
"""Input vectors of the simulation with the outputs that the golden model expects."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from sc_precision.arguments import integer
from sc_precision.golden import network_outputs
from sc_precision.importers.arrays import write_arrays
from sc_precision.params import IntArray
from sc_precision.plan.result import NetworkPlan

DEFAULT_VECTORS = {"fixed": 300, "stochastic": 24}
"""Vectors by datapath: a stochastic layer simulates thousands of cycles a vector."""
_RANDOM_SEED = 1


@dataclass(frozen=True, eq=False)
class Vectors:
    """What the bench drives and expects.

    Parameters
    ----------
    inputs : ndarray of int64, shape (count, n_in)
        Codes.
    expected : ndarray of int64, shape (count, n_out)
        The golden model's output codes.
    labels : ndarray of int64, shape (count,)
        Right output of each vector, -1 where unknown.
    source : str
        ``test_inputs`` or ``random``.
    """

    inputs: IntArray
    expected: IntArray
    labels: IntArray
    source: str

    def summary(self) -> dict[str, Any]:
        """What the manifest says of them."""
        return {"count": len(self.inputs), "labelled": int((self.labels >= 0).sum()), "source": self.source}


def make_vectors(
    plan: NetworkPlan, test_inputs: object = None, test_labels: object = None, count: int | None = None
) -> Vectors:
    """The first test inputs, or random ones where there are none.

    Parameters
    ----------
    plan : NetworkPlan
    test_inputs : array_like, shape (batch, n_in), optional
        Real inputs within the network's range.
    test_labels : array_like of int, shape (batch,), optional
    count : int, optional
        At most so many; `DEFAULT_VECTORS` by default.

    Raises
    ------
    InputError
        If `count` is below 1 or the inputs do not fit the network.
    """
    count = DEFAULT_VECTORS[plan.datapath] if count is None else integer("vectors", count, minimum=1)
    if test_inputs is None:
        codes = plan.params[0].inputs
        rng = np.random.default_rng(_RANDOM_SEED)
        inputs = rng.integers(codes.low, codes.high, (count, plan.network.n_in), endpoint=True)
        # The two corners that random codes do not reach.
        inputs[:1], inputs[1:2] = codes.low, codes.high
    else:
        inputs = plan.input_codes(test_inputs)[:count]
    labels = np.full(len(inputs), -1, dtype=np.int64)
    if test_labels is not None:
        labels = np.asarray(test_labels, dtype=np.int64)[: len(inputs)]
    expected = network_outputs(plan.params, inputs)[-1]
    return Vectors(inputs, expected, labels, "random" if test_inputs is None else "test_inputs")


def write_vectors(path: str | os.PathLike[str], plan: NetworkPlan, vectors: Vectors) -> None:
    """Write the file that the bench reads; the same vectors give the same bytes."""
    layers = plan.params
    write_arrays(
        path,
        {
            "inputs": _narrow(vectors.inputs),
            "expected": _narrow(vectors.expected),
            "labels": _narrow(vectors.labels),
            "output_signed": np.array(layers[-1].output.format.signed),
            "cycles_per_vector": np.array([p.to_dict()["cycles_per_vector"] for p in layers], dtype=np.int64),
        },
    )


def _narrow(codes: IntArray) -> np.ndarray[Any, Any]:
    """The same ints in 16 bits where they fit."""
    limits = np.iinfo(np.int16)
    fits = codes.min() >= limits.min and codes.max() <= limits.max
    return codes.astype(np.int16) if fits else codes
