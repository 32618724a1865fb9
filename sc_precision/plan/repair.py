# SPDX-License-Identifier: Apache-2.0
"""The last per cent of an allocation: single synapses move to near equals until every limit is kept, and kept closely.

At the best prices nearly all synapses are decided; the rest have candidates of almost the same priced cost. Which of
these to take is what prices cannot say. Moves are ranked by their reduced cost, which is what they lose against the
dual bound, per unit of violation that they remove.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sc_precision.network import FloatArray
from sc_precision.params import IntArray
from sc_precision.plan.candidates import LayerCandidates

MAX_MOVES = 20_000
"""Moves that are considered, those of least reduced cost."""


@dataclass(frozen=True, eq=False)
class _Moves:
    """Alternatives to the present choice, one per entry of each array.

    Parameters
    ----------
    synapse : ndarray of int64
        Number of the synapse, counted through all layers.
    candidate : ndarray of int64
        What it would become.
    reduced : ndarray of float64
        Cost and priced error that the move adds, >= 0.
    cost : ndarray of float64
        Cost that the move adds.
    load : ndarray of float64, shape (n_moves, n_limits)
        Error that the move adds to each output.
    """

    synapse: IntArray
    candidate: IntArray
    reduced: FloatArray
    cost: FloatArray
    load: FloatArray


def _layer_moves(layer: LayerCandidates, chain: FloatArray, which: IntArray, prices: FloatArray, first: int) -> _Moves:
    """The moves of one layer of least reduced cost; `first` is the number of its first synapse."""
    _, n_out, n_in = layer.above.shape
    price_up, price_down = (prices @ chain).reshape(2, -1)
    rows, columns = np.indices(which.shape)
    costs = np.array([float(candidate.cost) for candidate in layer.candidates])
    reduced = layer.above * price_up[:, None] + layer.below * price_down[:, None] + costs[:, None, None]
    reduced -= reduced[which, rows, columns]
    reduced[which, rows, columns] = np.inf
    flat = reduced.ravel()
    count = min(MAX_MOVES, flat.size - which.size)
    chosen = np.argpartition(flat, count - 1)[:count] if count else np.empty(0, dtype=np.int64)
    candidate, row, column = np.unravel_index(chosen, reduced.shape)
    present = which[row, column]
    up = layer.above[candidate, row, column] - layer.above[present, row, column]
    down = layer.below[candidate, row, column] - layer.below[present, row, column]
    return _Moves(
        synapse=first + row * n_in + column,
        candidate=candidate,
        reduced=np.maximum(flat[chosen], 0.0),
        cost=costs[candidate] - costs[present],
        load=(chain[:, row] * up + chain[:, n_out + row] * down).T,
    )


def repair(
    layers: Sequence[LayerCandidates],
    chains: Sequence[FloatArray],
    which: Sequence[IntArray],
    prices: FloatArray,
    excess: FloatArray,
) -> list[IntArray]:
    """Move single synapses until no output's error exceeds its limit, then save what the slack allows.

    Parameters
    ----------
    layers, chains : sequence
        Candidates of each layer, and how its accumulators' errors add to the outputs', shape (n_limits, 2 * n_out).
    which : sequence of ndarray of int64
        The present candidate of each synapse, per layer.
    prices : ndarray, shape (n_limits,)
        Prices at which `which` is the cheapest choice.
    excess : ndarray, shape (n_limits,)
        Error above the limit, per output and direction; negative where there is slack.

    Returns
    -------
    list of ndarray of int64
        New candidates; the limits may still be exceeded where no move helps.
    """
    sizes = np.cumsum([0, *(each.size for each in which)])
    parts = [
        _layer_moves(*layer, prices, int(first))
        for layer, first in zip(zip(layers, chains, which, strict=True), sizes, strict=False)
    ]
    fields = ("synapse", "candidate", "reduced", "cost", "load")
    moves = _Moves(*(np.concatenate([getattr(part, name) for part in parts]) for name in fields))
    excess, new = excess.copy(), np.concatenate([each.ravel() for each in which])
    alive = np.ones(len(moves.synapse), dtype=bool)

    def apply(move: int) -> None:
        nonlocal excess
        excess = excess + moves.load[move]
        new[moves.synapse[move]] = moves.candidate[move]
        alive[move] = False
        # The synapse's other moves now start from here.
        others = moves.synapse == moves.synapse[move]
        for values in (moves.reduced, moves.cost, moves.load):
            values[others] -= values[move].copy()

    scale = float(np.abs(prices).max())
    while alive.any() and excess.max() > 0.0:
        removed = np.maximum(excess, 0.0).sum() - np.maximum(excess + moves.load, 0.0).sum(axis=1)
        helps = alive & (removed > 0.0)
        if not helps.any():
            break
        ranked = np.where(
            helps, (np.maximum(moves.reduced, 0.0) + 1e-3) / np.where(helps, removed * scale, 1.0), np.inf
        )
        apply(int(ranked.argmin()))
    while True:
        fits = alive & (moves.cost < 0.0) & ((moves.load <= 0.0) | (excess + moves.load <= 0.0)).all(axis=1)
        if not fits.any():
            break
        ranked = np.where(fits, moves.cost + 1e-3 * moves.reduced, np.inf)
        apply(int(ranked.argmin()))
    return [part.reshape(each.shape) for part, each in zip(np.split(new, sizes[1:-1]), which, strict=True)]
