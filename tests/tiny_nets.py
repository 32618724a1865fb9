# SPDX-License-Identifier: Apache-2.0
"""Small networks, and the slow, obvious arithmetic that plans are held against."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

import numpy as np

from sc_precision.network import Activation, Dense, Network


def random_network(sizes: Sequence[int], *, seed: int = 0, **kwargs) -> Network:
    """ReLU network with normal weights; identity at the end unless `activations` says otherwise."""
    rng = np.random.default_rng(seed)
    count = len(sizes) - 1
    activations = kwargs.pop("activations", ["relu"] * (count - 1) + ["identity"])
    layers = [
        Dense(rng.normal(0, (2 / n_in) ** 0.5, (n_out, n_in)), rng.normal(0, 0.1, n_out), Activation(activation))
        for n_in, n_out, activation in zip(sizes[:-1], sizes[1:], activations, strict=True)
    ]
    kwargs.setdefault("input_fraction", 4)
    return Network(tuple(layers), **kwargs)


def exact_outputs(network: Network, inputs: Sequence[Fraction]) -> list[Fraction]:
    """The network in rational arithmetic."""
    value = list(inputs)
    for dense in network.layers:
        value = [
            sum((Fraction(w) * x for w, x in zip(row, value, strict=True)), Fraction(b))
            for row, b in zip(dense.weight.tolist(), dense.bias.tolist(), strict=True)
        ]
        if dense.activation is Activation.RELU:
            value = [max(Fraction(0), v) for v in value]
    return value


def all_codes(low: int, high: int, n_in: int) -> Iterator[tuple[int, ...]]:
    """Every vector of input codes."""
    return product(range(low, high + 1), repeat=n_in)
