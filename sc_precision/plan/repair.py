# SPDX-License-Identifier: Apache-2.0
"""The last per cent of an allocation: single synapses move to near equals until every limit is kept, and kept closely.

At the best prices nearly all synapses are decided; the rest have candidates of almost the same priced cost. Which of
these to take is what prices cannot say. Moves are ranked by their reduced cost, which is what they lose against the
dual bound, per unit of violation that they remove.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from sc_precision.network import FloatArray
from sc_precision.params import IntArray
from sc_precision.plan.bounds import ordered_dot
from sc_precision.plan.candidates import LayerCandidates

MAX_MOVES = 5_000
"""Moves of a layer that are considered, those of least reduced cost."""
WIDE = 64
"""Limits above which the last layer's rows are settled one by one, and fewer moves are considered for the rest."""


@dataclass(frozen=True, eq=False)
class _Moves:
    """Alternatives to the present choice, one per entry of each array.

    Number of the synapse, counted through all layers; candidate that it would become; cost and priced error that the
    move adds, >= 0; cost that it adds; error that it adds to each constraint, shape (n_moves, n_limits).
    """

    synapse: IntArray
    candidate: IntArray
    reduced: FloatArray
    cost: FloatArray
    load: FloatArray


def _layer_moves(
    layer: LayerCandidates, chain: FloatArray, which: IntArray, prices: FloatArray, first: int, most: int
) -> _Moves:
    """The `most` moves of one layer of least reduced cost; `first` is the number of its first synapse."""
    _, n_out, n_in = layer.above.shape
    price_up, price_down = ordered_dot(chain.T, prices).reshape(2, -1)
    rows, columns = np.indices(which.shape)
    costs = np.array([float(candidate.cost) for candidate in layer.candidates])
    reduced = layer.above * price_up[:, None] + layer.below * price_down[:, None] + costs[:, None, None]
    reduced -= reduced[which, rows, columns]
    reduced[which, rows, columns] = np.inf
    flat = reduced.ravel()
    count = min(most, flat.size - which.size)
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


def _settle(moves: _Moves, excess: FloatArray, scale: float, new: IntArray) -> FloatArray:
    """Make moves, noting them in `new`, until no excess is positive, then those that save within the slack.

    A synapse's other moves are rewritten to start from the one that was made. `excess` is the error above each limit;
    `scale`, a typical price, makes costs and errors comparable; `new` holds the candidate of each synapse. Returns what
    is left of the excess.
    """
    alive = np.ones(len(moves.synapse), dtype=bool)

    def apply(move: int) -> FloatArray:
        new[moves.synapse[move]] = moves.candidate[move]
        alive[move] = False
        after: FloatArray = excess + moves.load[move]
        others = moves.synapse == moves.synapse[move]
        for values in (moves.reduced, moves.cost, moves.load):
            values[others] -= values[move].copy()
        return after

    while excess.max() > 0.0:
        removed = np.maximum(excess, 0.0).sum() - np.maximum(excess + moves.load, 0.0).sum(axis=1)
        helps = alive & (removed > 0.0)
        if not helps.any():
            return excess
        price = (np.maximum(moves.reduced, 0.0) + 1e-3) / np.where(helps, removed * scale, 1.0)
        excess = apply(int(np.where(helps, price, np.inf).argmin()))
    while True:
        fits = alive & (moves.cost < 0.0) & ((moves.load <= 0.0) | (excess + moves.load <= 0.0)).all(axis=1)
        if not fits.any():
            return excess
        excess = apply(int(np.where(fits, moves.cost + 1e-3 * moves.reduced, np.inf).argmin()))


def is_diagonal(chain: FloatArray) -> bool:
    """Whether each accumulator's error in one direction counts for one constraint alone, in the same order."""
    square = chain.shape[0] == chain.shape[1]
    return square and bool(np.count_nonzero(chain) == np.count_nonzero(np.diag(chain)))


def _settle_rows(
    layer: LayerCandidates, chain: FloatArray, which: IntArray, prices: FloatArray, excess: FloatArray
) -> IntArray:
    """Settle each row of the last layer by itself: no other output sees it. Changes `excess`."""
    n_out = len(which)
    new = which.copy()
    for row in range(n_out):
        part = slice(row, row + 1)
        own = [row, n_out + row]
        alone = LayerCandidates(layer.candidates, layer.above[:, part], layer.below[:, part], layer.scale)
        moves = _layer_moves(alone, np.diag(chain[own, own]), which[part], prices[own], 0, MAX_MOVES)
        excess[own] = _settle(moves, excess[own], float(np.abs(prices).max()), new[row])
    return new


def repair(
    layers: Sequence[LayerCandidates],
    chains: Sequence[FloatArray],
    which: Sequence[IntArray],
    prices: FloatArray,
    excess: FloatArray,
    limits: FloatArray,
) -> list[IntArray]:
    """Move single synapses until no constraint exceeds its limit, then save what the slack allows.

    Parameters
    ----------
    layers, chains : sequence
        Candidates of each layer, and how its accumulators' errors add to the constraints, shape (n_limits, 2 * n_out).
    which : sequence of ndarray of int64
        The present candidate of each synapse, per layer; new ones are returned.
    prices : ndarray, shape (n_limits,)
        Prices at which `which` is the cheapest choice.
    excess : ndarray, shape (n_limits,)
        What each constraint is above its limit, negative where there is slack; where no move helps, some may remain.
    limits : ndarray, shape (n_limits,)
        The limits, which make excesses comparable.
    """
    # In units of the limits.
    chains = [chain / limits[:, None] for chain in chains]
    prices, excess, which = prices * limits, excess / limits, list(which)
    if len(excess) > WIDE and is_diagonal(chains[-1]):
        which[-1] = _settle_rows(layers[-1], chains[-1], which[-1], prices, excess)
        if excess.max() <= 0.0:
            return which
    most = max(1, MAX_MOVES * WIDE // max(WIDE, len(excess)))
    sizes = np.cumsum([0, *(each.size for each in which)])
    parts = [
        _layer_moves(layer, chain, now, prices, int(first), most)
        for layer, chain, now, first in zip(layers, chains, which, sizes[:-1], strict=True)
    ]
    moves = _Moves(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(_Moves)))
    new = np.concatenate([each.ravel() for each in which])
    _settle(moves, excess, float(np.abs(prices).max()), new)
    return [part.reshape(each.shape) for part, each in zip(np.split(new, sizes[1:-1]), which, strict=True)]
