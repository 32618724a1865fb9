# SPDX-License-Identifier: Apache-2.0
"""Small layers that hold the corners: one input, unused rows, several length classes, saturation."""

from dataclasses import replace

import numpy as np
from block_designs import BLOCK_DESIGNS

from sc_precision.formats import Overflow, Rounding
from sc_precision.network import Activation
from sc_precision.params import (
    FixedDenseParams,
    FixedParallelParams,
    FixedSerialParams,
    FoldedStochasticDenseParams,
    InputCodes,
    StochasticDenseParams,
    StreamEncoding,
    align_rows,
)

RELU, IDENTITY = Activation.RELU, Activation.IDENTITY


def fixed(
    name,
    weights,
    bias,
    inputs,
    output,
    *,
    lanes=1,
    activation=RELU,
    rounding=Rounding.NEAREST_EVEN,
    overflow=Overflow.SATURATE,
    fraction=2,
):
    return FixedDenseParams(
        name,
        InputCodes.covering(*inputs),
        np.array(bias),
        activation,
        InputCodes.covering(*output),
        rounding=rounding,
        overflow=overflow,
        weights=np.array(weights),
        weight_fraction=fraction,
        lanes=lanes,
    )


def unfolded(kind, name, weights, bias, inputs, output, *, activation=RELU, fraction=2, **more):
    """Parallel or bit-serial layer."""
    return kind(
        name,
        InputCodes.covering(*inputs),
        np.array(bias),
        activation,
        InputCodes.covering(*output),
        weights=np.array(weights),
        weight_fraction=fraction,
        **more,
    )


def with_row_scales(params, row_fractions):
    """The same mantissas, each row of them on a grid of its own, and each bias in units of its row's sums."""
    weights, fraction, shifts = align_rows(params.weights, row_fractions)
    return replace(params, weights=weights, weight_fraction=fraction, row_shifts=shifts, bias=params.bias << shifts)


def stochastic(name, levels, lengths, bias, inputs, output, *, activation=RELU, exponent=0, **options):
    return StochasticDenseParams(
        name,
        InputCodes.covering(*inputs),
        np.array(bias),
        activation,
        InputCodes.covering(*output),
        levels=np.array(levels),
        length_log2=np.array(lengths),
        weight_exponent=exponent,
        **options,
    )


def bipolar(name, levels, lengths, bias, inputs, output, *, activation=IDENTITY, **options):
    options["encoding"] = StreamEncoding.BIPOLAR
    return stochastic(name, levels, lengths, bias, inputs, output, activation=activation, **options)


def folded(rows, params):
    return FoldedStochasticDenseParams.from_parallel(params, rows)


# name: layers. Input codes are few enough to try them all.
DESIGNS = {
    "one_weight": [fixed("one_weight_layer0", [[-3]], [5], (0, 7, 1), (0, 3, 0))],
    "one_identity": [fixed("one_identity_layer0", [[3]], [-4], (-4, 3, 1), (-8, 7, 3), activation=IDENTITY)],
    "uneven_lanes": [
        fixed("uneven_lanes_layer0", [[3, -2], [-4, 1], [0, 0]], [1, -2, 3], (-4, 3, 1), (0, 6, 1), lanes=2)
    ],
    "all_lanes": [
        fixed(
            "all_lanes_layer0",
            [[3, -2], [-4, 1], [2, 2]],
            [1, -2, 3],
            (0, 7, 1),
            (-9, 6, 1),
            lanes=3,
            activation=IDENTITY,
            rounding=Rounding.TRUNCATE,
        )
    ],
    "half_up": [
        fixed(
            "half_up_layer0",
            [[3, -2], [-5, 1]],
            [1, 0],
            (-4, 3, 1),
            (-9, 6, 1),
            activation=IDENTITY,
            rounding=Rounding.NEAREST_UP,
        )
    ],
    "half_away_wraps": [
        fixed(
            "half_away_wraps_layer0",
            [[3, -2], [-5, 1]],
            [1, 0],
            (-4, 3, 1),
            (-4, 3, 1),
            activation=IDENTITY,
            rounding=Rounding.NEAREST_AWAY,
            overflow=Overflow.WRAP,
        )
    ],
    "row_scales": [
        with_row_scales(
            fixed("row_scales_layer0", [[3, -2], [-4, 1], [1, 2]], [1, -2, 3], (-4, 3, 1), (0, 30, 1), lanes=2),
            [2, 0, 3],
        )
    ],
    "parallel": [
        unfolded(FixedParallelParams, "parallel_layer0", [[3, -7], [-11, 0], [0, 0]], [1, -2, 3], (0, 7, 1), (0, 9, 1))
    ],
    "parallel_piped": [
        unfolded(
            FixedParallelParams,
            "parallel_piped_layer0",
            [[3, -7, 45], [-11, -8, -1], [0, 4, 0]],
            [0, 0, 0],
            (-4, 3, 1),
            (-70, 70, 1),
            activation=IDENTITY,
            pipeline=1,
        )
    ],
    "parallel_scales": [
        with_row_scales(
            unfolded(
                FixedParallelParams,
                "parallel_scales_layer0",
                [[5, -6], [-9, 1]],
                [1, -2],
                (-4, 3, 1),
                (-60, 60, 2),
                activation=IDENTITY,
                pipeline=2,
            ),
            [1, 3],
        )
    ],
    "parallel_one": [unfolded(FixedParallelParams, "parallel_one_layer0", [[4]], [0], (0, 7, 1), (0, 30, 2))],
    "serial": [
        unfolded(FixedSerialParams, "serial_layer0", [[3, -7], [-11, 0], [0, 0]], [1, -2, 3], (0, 7, 1), (0, 9, 1))
    ],
    "serial_signed": [
        unfolded(
            FixedSerialParams,
            "serial_signed_layer0",
            [[3, -7, 5, 2, -1], [-11, -8, -1, 3, 0]],
            [100, -2],
            (-2, 1, 1),
            (-70, 70, 1),
            activation=IDENTITY,
        )
    ],
    "serial_scales": [
        with_row_scales(
            unfolded(
                FixedSerialParams,
                "serial_scales_layer0",
                [[5, -6], [-9, 1]],
                [1, -2],
                (-4, 3, 1),
                (-60, 60, 2),
                activation=IDENTITY,
            ),
            [1, 3],
        )
    ],
    "serial_one": [unfolded(FixedSerialParams, "serial_one_layer0", [[-3]], [9], (0, 1, 1), (0, 30, 2))],
    "architectures": [
        unfolded(FixedSerialParams, "architectures_layer0", [[3, -2], [-4, 1]], [1, -2], (0, 7, 1), (0, 15, 2)),
        unfolded(
            FixedParallelParams, "architectures_layer1", [[3, -2], [-4, 1], [2, 3]], [1, 0, 0], (0, 15, 2), (0, 63, 2)
        ),
        fixed("architectures_layer2", [[3, -2, 1]], [1], (0, 63, 2), (-99, 99, 2), activation=IDENTITY),
    ],
    "one_stream": [stochastic("one_stream_layer0", [[5]], [[3]], [-1], (0, 8, 3), (0, 7, 3))],
    "one_class": [
        stochastic(
            "one_class_layer0", [[9, -16], [0, 0], [-3, 4]], np.full((3, 2), 4), [2, 7, -1], (0, 8, 3), (0, 11, 3)
        )
    ],
    "classes": [
        stochastic(
            "classes_layer0",
            [[3, -20, 2], [-4, 1, 0]],
            [[2, 5, 3], [2, 4, 3]],
            [3, -2],
            (0, 7, 3),
            (-30, 40, 4),
            activation=IDENTITY,
        )
    ],
    "two_fixed": [
        fixed("two_fixed_layer0", [[3, -2], [-4, 1], [2, 2]], [1, -2, 3], (0, 7, 1), (0, 15, 2), lanes=2),
        fixed(
            "two_fixed_layer1",
            [[3, -2, 1], [-4, 1, 0]],
            [1, -2],
            (0, 15, 2),
            (-99, 99, 3),
            activation=IDENTITY,
            lanes=2,
        ),
    ],
    "two_stochastic": [
        stochastic("two_stochastic_layer0", [[9, -6], [3, 3]], [[4, 4], [3, 2]], [2, 0], (0, 8, 3), (0, 16, 4)),
        stochastic(
            "two_stochastic_layer1",
            [[7, -6], [-8, 3]],
            [[3, 4], [3, 5]],
            [2, 0],
            (0, 16, 4),
            (-40, 40, 4),
            activation=IDENTITY,
        ),
    ],
    "unipolar": [
        stochastic(
            "unipolar_layer0",
            [[9, 0], [3, 4]],
            [[4, 4], [2, 3]],
            [2, -7],
            (0, 7, 3),
            (0, 11, 3),
            encoding=StreamEncoding.UNIPOLAR,
        )
    ],
    "piped": [
        stochastic(
            "piped_layer0",
            [[3, -20, 2], [-4, 1, 0]],
            [[2, 5, 3], [2, 4, 3]],
            [3, -2],
            (0, 3, 3),
            (-30, 40, 4),
            activation=IDENTITY,
            popcount_stages=3,
        )
    ],
    "bipolar_one": [bipolar("bipolar_one_layer0", [[2, -4]], [[1, 3]], [3], (0, 7, 3), (0, 40, 3), activation=RELU)],
    "bipolar_coarse": [bipolar("bipolar_coarse_layer0", [[1, -2]], [[0, 2]], [-1], (-32, 31, 5), (-8, 7, 2))],
    "bipolar": [
        bipolar(
            "bipolar_layer0",
            [[2, -20, 2], [-4, 1, 0]],
            [[2, 5, 3], [2, 0, 3]],
            [3, -2],
            (-2, 1, 3),
            (-40, 40, 4),
            popcount_stages=1,
        )
    ],
    "two_bipolar": [
        bipolar("two_bipolar_layer0", [[10, -6], [4, 2]], [[4, 4], [3, 2]], [2, 0], (-8, 7, 3), (-16, 15, 4)),
        bipolar("two_bipolar_layer1", [[-8, 6]], [[3, 5]], [1], (-16, 15, 4), (-64, 63, 4)),
    ],
    "folded": [
        folded(
            2,
            stochastic(
                "folded_layer0", [[9, -16], [0, 0], [-3, 4]], np.full((3, 2), 4), [2, 7, -1], (0, 8, 3), (0, 11, 3)
            ),
        )
    ],
    "folded_bipolar": [
        folded(
            2,
            bipolar(
                "folded_bipolar_layer0",
                [[2, -20, 2], [-4, 1, 0], [0, 0, 0], [8, 16, -4], [2, 6, -6]],
                [[2, 5, 3], [2, 0, 3], [1, 1, 1], [3, 4, 5], [5, 3, 3]],
                [3, -2, 5, 1, 0],
                (-2, 1, 3),
                (-40, 40, 4),
                popcount_stages=1,
            ),
        )
    ],
    "folded_serial": [
        folded(
            1,
            stochastic(
                "folded_serial_layer0",
                [[3, -20, 2], [-4, 1, 0]],
                [[2, 5, 3], [2, 4, 3]],
                [3, -2],
                (0, 3, 3),
                (-30, 40, 4),
                activation=IDENTITY,
            ),
        )
    ],
}

DESIGNS |= BLOCK_DESIGNS


def all_codes(params):
    """Every vector of codes of the input format, in or out of the planned range."""
    form = params.inputs.format
    axes = [np.arange(form.code_min, form.code_max + 1)] * params.n_in
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, params.n_in)
