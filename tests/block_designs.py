# SPDX-License-Identifier: Apache-2.0
"""Small block floating layers: blocks that end inside rows, that span rows, all zeros, one exponent, far apart."""

import numpy as np

from sc_precision.formats import BlockFloatFormat, Rounding
from sc_precision.network import Activation
from sc_precision.params import BlockFloatDenseParams, BlockFloatPartialsParams, BlockTensor, InputCodes

RELU, IDENTITY = Activation.RELU, Activation.IDENTITY


def block_layer(
    name, mantissas, codes, form, bias, inputs, output, *, lanes=1, activation=RELU, rounding=Rounding.NEAREST_EVEN
):
    return BlockFloatDenseParams(
        name,
        InputCodes.covering(*inputs),
        np.array(bias),
        activation,
        InputCodes.covering(*output),
        rounding=rounding,
        tensor=BlockTensor(np.array(mantissas), np.array(codes), BlockFloatFormat(*form)),
        lanes=lanes,
    )


def partials(name, mantissas, codes, form, inputs):
    tensor = BlockTensor(np.array(mantissas), np.array(codes), BlockFloatFormat(*form))
    return BlockFloatPartialsParams(name, InputCodes.covering(*inputs), tensor)


BLOCK_DESIGNS = {
    "bf_one": [block_layer("bf_one_layer0", [[-4]], [5], (3, 3, 32), [9], (0, 7, 1), (0, 9, 1))],
    "bf_inside": [
        block_layer(
            "bf_inside_layer0",
            [[3, -4, 1], [0, 2, -1], [3, 3, -4]],
            [3, 0, 6, 1, 2],
            (3, 3, 2),
            [5, -9, 0],
            (-4, 3, 1),
            (-400, 300, 1),
            lanes=2,
            activation=IDENTITY,
        )
    ],
    "bf_spanning": [
        block_layer(
            "bf_spanning_layer0",
            [[7, -8], [3, 0], [0, 0], [0, 0], [-1, 2]],
            [4, 15, 1],
            (4, 4, 4),
            [1, 0, -1, 6, 2],
            (0, 7, 2),
            (-60, 50, 4),
            lanes=3,
            activation=IDENTITY,
            rounding=Rounding.TRUNCATE,
        )
    ],
    "bf_each": [
        block_layer("bf_each_layer0", [[1, -2], [-1, 1]], [7, 0, 3, 6], (2, 3, 1), [0, 40], (-8, 7, 0), (0, 90, 1))
    ],
    "bf_zero": [block_layer("bf_zero_layer0", [[0, 0]], [7, 2], (3, 3, 1), [3], (0, 3, 0), (0, 1, 2))],
    # Every pair of mantissas; with every input code all there is to multiply.
    "bf_all": [
        block_layer(
            "bf_all_layer0",
            [[k // 8 - 4, k % 8 - 4] for k in range(64)],
            [5 * k % 8 for k in range(128)],
            (3, 3, 1),
            [k - 32 for k in range(64)],
            (-2, 1, 0),
            (-999, 999, 4),
            lanes=5,
            activation=IDENTITY,
        )
    ],
    "bf_two": [
        block_layer("bf_two_layer0", [[3, -4], [2, 1]], [2, 4], (3, 3, 2), [3, 1], (0, 7, 1), (0, 31, 2), lanes=2),
        block_layer("bf_two_layer1", [[1, -3]], [2, 0], (3, 2, 1), [-3], (0, 31, 2), (-99, 99, 2), activation=IDENTITY),
    ],
}

PARTIALS = {
    "bp_one": partials("bp_one_layer", [[-4]], [5], (3, 3, 32), (0, 7, 1)),
    "bp_inside": partials(
        "bp_inside_layer", [[3, -4, 1], [0, 2, -1], [3, 3, -4]], [3, 0, 6, 1, 2], (3, 3, 2), (-4, 3, 1)
    ),
    "bp_spanning": partials(
        "bp_spanning_layer", [[7, -8], [3, 0], [0, 0], [0, 0], [-1, 2]], [4, 15, 1], (4, 4, 4), (0, 7, 2)
    ),
    "bp_each": partials("bp_each_layer", [[1, -2], [-1, 1]], [7, 0, 3, 6], (2, 3, 1), (-8, 7, 0)),
}
