# SPDX-License-Identifier: Apache-2.0
"""The vectors that a bundle's bench drives: a plan's test inputs, or random codes."""

from __future__ import annotations

from functools import partial

import numpy as np

from sc_precision.arguments import integer, plain_array
from sc_precision.design.chains import chain_model
from sc_precision.design.vectors import Vectors, random_codes
from sc_precision.modes import Datapath
from sc_precision.plan.result import NetworkPlan

DEFAULT_VECTORS: dict[str, int] = {Datapath.FIXED: 300, Datapath.STOCHASTIC: 24}
"""Vectors by datapath: a stochastic layer simulates thousands of cycles a vector."""


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
        codes, source = random_codes(plan.params[0].inputs, plan.network.n_in, count), "random"
    else:
        codes, source = plan.input_codes(test_inputs)[:count], "given"
    labels = None if test_labels is None else plain_array("test_labels", test_labels).astype(np.int64)[: len(codes)]
    return Vectors.of(partial(chain_model, plan.params), codes, labels, source, plan.name)
