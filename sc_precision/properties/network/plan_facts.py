# SPDX-License-Identifier: Apache-2.0
"""What lemmas about a plan take from it, derived again from the trained network alone, in exact fractions.

Hardware and lemmas are made from one set of parameters, so that a fault there is in both. Here nothing is asked of the
parameters but what they state: the network's layers are those of the plan, its inputs have codes, no output saturates,
and each output's bound holds its error.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

import numpy as np

from sc_precision.errors import ConsistencyError
from sc_precision.network import Activation, Dense
from sc_precision.params import DenseParams
from sc_precision.plan.result import NetworkPlan
from sc_precision.properties.checker.lemma import Table
from sc_precision.properties.checker.rounding import rounded


def check_plan_facts(plan: NetworkPlan, reached: Sequence[Table]) -> None:
    """Check that the plan is one of its network.

    Parameters
    ----------
    plan : NetworkPlan
    reached : sequence of Table
        Range of each layer's accumulators in the end, see `links.check_claims`.

    Raises
    ------
    ConsistencyError
        If not.
    """
    _check_layers(plan)
    _check_inputs(plan)
    for layer, table in zip(plan.layers, reached, strict=True):
        _check_unsaturated(layer.params, table)
    _check_bounds(plan)


def _check_layers(plan: NetworkPlan) -> None:
    trained = plan.network.layers
    if len(trained) != len(plan.layers):
        raise ConsistencyError(f"{plan.name}: the network has {len(trained)} layers, the plan {len(plan.layers)}")
    for index, (dense, layer) in enumerate(zip(trained, plan.layers, strict=True)):
        p = layer.params
        if not _same(dense, layer.dense) or p.activation is not dense.activation:
            raise ConsistencyError(f"{p.name}: is not planned for layer {index} of the network, {dense.name}")
        if p.shape != dense.weight.shape:
            raise ConsistencyError(f"{p.name}: has shape {p.shape}, layer {index} of the network {dense.weight.shape}")


def _same(one: Dense, other: Dense) -> bool:
    return (
        np.array_equal(one.weight, other.weight)
        and np.array_equal(one.bias, other.bias)
        and one.activation is other.activation
    )


def _check_inputs(plan: NetworkPlan) -> None:
    """Every input of the network has a code, and its bounds hold for it; codes round to the nearest even."""
    network, inputs, b = plan.network, plan.params[0].inputs, plan.layers[0].bounds
    fraction = inputs.format.fraction
    ends, step = (Fraction(network.input_low), Fraction(network.input_high)), Fraction(2) ** fraction
    if network.input_fraction is not None:  # the outermost multiples that the range holds
        grid = 1 << network.input_fraction
        ends = Fraction(ceil(ends[0] * grid), grid), Fraction(floor(ends[1] * grid), grid)
    low, high = (round(end * step) for end in ends)
    if network.input_fraction is not None and network.input_fraction > fraction:
        raise ConsistencyError(
            f"{plan.name}: inputs are multiples of 2**-{network.input_fraction}, but have codes of {fraction} places"
        )
    if low < inputs.low or high > inputs.high:
        raise ConsistencyError(
            f"{plan.name}: inputs have codes {low} to {high}, but the hardware is planned for {inputs.low} to "
            f"{inputs.high}"
        )
    if (b.input_low > low).any() or (b.input_high < high).any():
        raise ConsistencyError(
            f"{plan.name}: inputs have codes {low} to {high}, but its bounds are stated for {b.input_low.max()} to "
            f"{b.input_high.min()}"
        )


def _check_unsaturated(p: DenseParams, reached: Table) -> None:
    """Accumulators become codes of the output by rounding alone; a rectified one stops at 0."""
    step = Fraction(2) ** (p.output.format.fraction - p.acc_fraction)
    for output, ends in enumerate(zip(*reached, strict=True)):
        values = [max(end, 0) if p.activation is Activation.RELU else end for end in ends]
        low, high = (rounded(p.rounding, value * step) for value in values)
        if low < p.output.low or high > p.output.high:
            raise ConsistencyError(
                f"{p.name}: output {output} can have codes {low} to {high}, but saturates at {p.output.low} to "
                f"{p.output.high}, which the planned error does not know"
            )


def _check_bounds(plan: NetworkPlan) -> None:
    """The bound of each output holds the error that its layer claims."""
    last = plan.layers[-1]
    ends = (plan.bound_low, last.error_low, last.error_high, plan.bound_high)
    for output, (low, least, most, high) in enumerate(zip(*(end.tolist() for end in ends), strict=True)):
        if not low <= least <= most <= high:
            raise ConsistencyError(
                f"{plan.name}: output {output} is bounded by {low:.6g} to {high:.6g}, but its layer can err by "
                f"{least:.6g} to {most:.6g}"
            )
