# SPDX-License-Identifier: Apache-2.0
"""Train the 64-32-10 network of the digits example and write it, with test images, to an .npz file.

python examples/digits/train.py            writes digits.npz beside this file
python examples/digits/train.py other.npz
python examples/digits/train.py --search   prints the comparison that ALPHA and SEED were chosen by
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from sc_precision.errors import InputError
from sc_precision.importers import read_network, write_network
from sc_precision.network import Activation, Dense, FloatArray, Network

HIDDEN = 32
ALPHA = 2.0  # weight decay; bounds compose through |W2| |W1|, so small weights are worth more here than usual
SEED = 2
SPLIT_SEED = 0
TEST_IMAGES = 300


def load() -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Training inputs, held-out inputs, training labels, held-out labels; 16 grey levels become x / 16."""
    pixels, labels = load_digits(return_X_y=True)
    return train_test_split(pixels / 16.0, labels, test_size=0.5, random_state=SPLIT_SEED, stratify=labels)


def train(inputs: FloatArray, labels: FloatArray, alpha: float, seed: int) -> Network:
    model = MLPClassifier((HIDDEN,), alpha=alpha, solver="lbfgs", max_iter=10_000, max_fun=20_000, random_state=seed)
    # One thread: the order of sums, and with it the last digits of the weights, then do not change from run to run.
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("error", ConvergenceWarning)
        model.fit(inputs, labels)
    # float32 holds what deployed networks hold; the softmax behind the logits does not change a decision.
    layers = [
        Dense(weight.T.astype(np.float32), bias.astype(np.float32), activation, name)
        for weight, bias, activation, name in zip(
            model.coefs_, model.intercepts_, (Activation.RELU, Activation.IDENTITY), ("hidden", "output"), strict=True
        )
    ]
    return Network(tuple(layers), 0.0, 1.0, input_fraction=4)


def accuracy(network: Network, inputs: FloatArray, labels: FloatArray) -> float:
    return float(np.mean(network.forward(inputs).argmax(axis=1) == labels))


def margins(network: Network, inputs: FloatArray) -> FloatArray:
    """Greatest logit minus the next."""
    logits = np.sort(network.forward(inputs), axis=1)
    return logits[:, -1] - logits[:, -2]


def gains(network: Network) -> tuple[float, float, float]:
    """Greatest row sums of |W1|, |W2| and |W2| |W1|: what worst-case errors of inputs are multiplied by."""
    first, second = (np.abs(layer.weight) for layer in network.layers)
    return float(first.sum(1).max()), float(second.sum(1).max()), float((second @ first).sum(1).max())


def search() -> None:
    """Threefold cross-validation on the training half; the held-out half plays no part."""
    inputs, _, labels, _ = load()
    folds = list(StratifiedKFold(3, shuffle=True, random_state=0).split(inputs, labels))
    for alpha in (0.001, 0.1, 1.0, 2.0, 3.0, 5.0, 10.0):
        for seed in range(5):
            figures = []
            for fit, check in folds:
                network = train(inputs[fit], labels[fit], alpha, seed)
                margin = float(np.median(margins(network, inputs[check])))
                figures.append([accuracy(network, inputs[check], labels[check]), gains(network)[2], margin])
            score, gain, margin = np.mean(figures, axis=0)
            print(
                f"alpha {alpha:6.3f}  seed {seed}  accuracy {100 * score:.2f} %  gain {gain:7.1f}  "
                f"median margin {margin:5.2f}  gain / margin {gain / margin:5.1f}"
            )


def describe(network: Network, inputs: FloatArray) -> None:
    hidden, output = network.layers
    low = hidden.bias + np.minimum(hidden.weight, 0.0).sum(axis=1)
    high = hidden.bias + np.maximum(hidden.weight, 0.0).sum(axis=1)
    logits = network.forward(inputs)
    margin = margins(network, inputs)
    row_1, row_2, row_12 = gains(network)
    print(f"greatest row sum: |W1| {row_1:.2f}, |W2| {row_2:.2f}, |W2||W1| {row_12:.1f}")
    print(f"greatest weight: |W1| {np.abs(hidden.weight).max():.2f}, |W2| {np.abs(output.weight).max():.2f}")
    print(f"hidden sums over the input cube: {low.min():.2f} to {high.max():.2f}")
    print(f"logits of the held-out images: {logits.min():.2f} to {logits.max():.2f}")
    print(f"margin of the first logit: median {np.median(margin):.2f}, 10 % below {np.quantile(margin, 0.1):.2f}")


def main(arguments: list[str]) -> int:
    if arguments == ["--search"]:
        search()
        return 0
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print("usage: python train.py [--search | output.npz]", file=sys.stderr)
        return 2
    path = Path(arguments[0]) if arguments else Path(__file__).with_name("digits.npz")
    train_inputs, held_out, train_labels, labels = load()
    network = train(train_inputs, train_labels, ALPHA, SEED)
    chosen = np.sort(np.random.default_rng(0).choice(len(held_out), TEST_IMAGES, replace=False))
    try:
        write_network(path, network, held_out[chosen], labels[chosen])
        stored = read_network(path).network
    except InputError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    for what, x, y in (
        (f"{len(train_inputs)} training images", train_inputs, train_labels),
        (f"{len(held_out)} held-out images", held_out, labels),
        (f"{TEST_IMAGES} of these, stored as test images", held_out[chosen], labels[chosen]),
    ):
        print(f"accuracy on {what}: {100 * accuracy(stored, x, y):.2f} %")
    describe(stored, held_out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
