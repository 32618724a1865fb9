# SPDX-License-Identifier: Apache-2.0
"""Encodings, folding and early stop: figures by hand and every error."""

from dataclasses import replace

import numpy as np
import pytest
from designs import DESIGNS, IDENTITY, bipolar, stochastic

from sc_precision.errors import InputError
from sc_precision.network import Activation
from sc_precision.params import (
    FoldedStochasticDenseParams,
    InputCodes,
    ProgressiveDenseParams,
    StochasticDenseParams,
    StreamEncoding,
)


def test_bipolar_layer_by_hand():
    params = bipolar("sc", [[2, -20, 0], [-4, 1, 8]], [[2, 5, 3], [2, 0, 3]], [3, -2], (-4, 3, 3), (-40, 40, 4))
    assert params.inputs.unit_log2 == 2
    assert (params.ramp_log2, params.ramp_offset) == (3, 4)
    assert params.stream_ones.tolist()[0][:2] == [3, 6]
    assert params.streams == ((0, 1), (2, 0), (2, 3), (3, 8), (5, 6))
    assert params.acc_start.tolist() == [3 - 2 * 32, -2 - 3 * 32]
    assert params.acc_bounds == ([3 - 64, -2 - 96], [3 + 64, -2 + 96])
    assert params.step_range(1) == (0, 2 * (8 + 32 + 4))
    assert params.to_dict()["encoding"] == "bipolar"


def test_defaults_are_not_in_the_description():
    described = DESIGNS["one_class"][0].to_dict()
    assert not {"encoding", "popcount_stages", "rows"} & set(described)


def test_popcount_stages_are_latency():
    params = replace(DESIGNS["one_class"][0], popcount_stages=3)
    assert params.cycles_per_vector == DESIGNS["one_class"][0].cycles_per_vector + 3
    assert params.to_dict()["popcount_stages"] == 3


def test_folded_layer_by_hand():
    params = FoldedStochasticDenseParams.from_parallel(DESIGNS["one_class"][0], 2)
    assert (params.passes, params.cycles_per_vector) == (2, 2 + 2 * (16 + 2) + 3)
    assert [params.row_outputs(row) for row in range(2)] == [[0, 2], [1, None]]
    # Row 0 weighs [9, -16] and then [-3, 4] on a stream of 16: positive and negative by pass.
    assert [(g.sign, g.inputs) for g in params.all_row_groups[0]] == [(1, (0, 1)), (-1, (0, 1))]
    assert params.row_words(0) == [9 | 16 << 5 | 0b1001 << 10, 3 | 4 << 5 | 0b0110 << 10]
    assert (params.row_words(1), params.word_width(1)) == ([0, 0], 1)
    described = params.to_dict()
    assert (described["kind"], described["rows"], described["passes"]) == ("stochastic_dense_folded", 2, 2)


def test_progressive_layer_by_hand():
    params = ProgressiveDenseParams.from_uniform(DESIGNS["one_class"][0])
    assert params.sum_range == (-16, 32 - 16)
    assert params.to_dict()["stop_after_cycles"] == [1, 2, 4, 8, 16]
    assert params.log2_width == 3


@pytest.mark.parametrize("value", ["xor", None, 1])
def test_encoding_is_parsed(value):
    with pytest.raises(InputError, match="encoding must be one of unipolar, sign_magnitude, bipolar"):
        StreamEncoding.parse(value)
    assert StreamEncoding.parse("bipolar") is StreamEncoding.BIPOLAR


PLAIN = stochastic("sc", [[3, -2], [1, 0]], np.full((2, 2), 3), [0, 0], (0, 7, 3), (-9, 9, 3), activation=IDENTITY)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"encoding": "bipolar"}, "sc: encoding must be of StreamEncoding, got 'bipolar'"),
        ({"encoding": StreamEncoding.UNIPOLAR}, r"got -2 of synapse \(0, 1\); use the sign_magnitude or bipolar"),
        (
            {"encoding": StreamEncoding.BIPOLAR},
            r"level 3 of synapse \(0, 0\) differs from the stream length 8 by an odd",
        ),
        ({"popcount_stages": -1}, "popcount_stages must be at least 0"),
        ({"popcount_stages": 17}, "popcount_stages must be at most 16, got 17"),
        ({"popcount_stages": 1.5}, "popcount_stages must be an int"),
        ({"levels": np.zeros((0, 2), dtype=int)}, "non-empty"),
        ({"length_log2": np.full((2, 2), 17)}, r"stream lengths must be 2\*\*0 to 2\*\*16"),
        ({"length_log2": np.full((2, 2), 2.5)}, "must hold integers"),
    ],
)
def test_errors(changes, message):
    with pytest.raises(InputError, match=message):
        replace(PLAIN, **changes)


@pytest.mark.parametrize(
    ("rows", "message"),
    [(0, "rows must be at least 1"), (3, "rows must be at most the 2 outputs, got 3"), (True, "rows must be an int")],
)
def test_rows_that_cannot_be(rows, message):
    with pytest.raises(InputError, match=message):
        FoldedStochasticDenseParams.from_parallel(PLAIN, rows)


def test_early_stop_needs_one_length():
    with pytest.raises(InputError, match="can be stopped early has one stream length, got 8, 16"):
        ProgressiveDenseParams.from_uniform(replace(PLAIN, length_log2=np.array([[3, 4], [3, 3]])))


def test_sums_of_an_early_stop_have_their_own_width():
    width = 1 << 14
    params = StochasticDenseParams(
        "wide",
        InputCodes.covering(0, 1, 0),
        np.array([0]),
        Activation.RELU,
        InputCodes.covering(0, 1, -30),
        levels=np.ones((1, width), dtype=int),
        length_log2=np.full((1, width), 16),
        weight_exponent=0,
    )
    assert ProgressiveDenseParams.from_uniform(params).row_format.width == 32
