# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sc_precision.errors import InputError
from sc_precision.formats import Rounding
from sc_precision.network import Activation, Dense
from sc_precision.params import FixedDenseParams, InputCodes, StochasticDenseParams
from sc_precision.plan.quantise import LayerChoice, bias_codes, quantise_layer, scale_exponent, weight_codes


@pytest.mark.parametrize(
    ("largest", "scale"), [(1.0, 1), (0.9999999, 0), (0.5, 0), (0.49, -1), (3.0, 2), (4.0, 3), (0.0, 0), (1e-300, -64)]
)
def test_scale_is_the_smallest_power_above_the_weights(largest, scale):
    assert scale_exponent(Dense([[0.0, -largest]]), 1.0) == scale


def test_scale_of_weights_that_the_biases_dwarf():
    assert scale_exponent(Dense([[1e-30]], [0.75]), 1.0) == 0 - 1 - 16
    assert scale_exponent(Dense([[1e-30]], [0.75]), 0.5) == 0 - 0 - 16
    assert scale_exponent(Dense([[0.01]], [0.75]), 0.5) == -6
    assert scale_exponent(Dense([[0.01]], [0.75]), 0.0) == -6
    assert scale_exponent(Dense([[0.01]], [1e300]), 1.0) == 64


def test_scale_of_huge_weights_is_refused():
    assert scale_exponent(Dense([[2.0**63]]), 1.0) == 64
    with pytest.raises(InputError, match=r"a: weight of magnitude 1.84e\+19 is too large.*rescale"):
        scale_exponent(Dense([[-(2.0**64)]], name="a"), 1.0)


def test_powers_of_two_are_exact_in_two_bits():
    weight = np.array([[1.0, -1.0, 0.0]])
    scale = scale_exponent(Dense(weight), 1.0)
    assert (weight_codes(weight, 2, scale) == weight).all()


@given(st.floats(-1, 1), st.integers(1, 24))
def test_codes_are_the_nearest_that_fit(weight, bits):
    code = int(weight_codes(np.array([[weight]]), bits, 0)[0, 0])
    limit = 2 ** (bits - 1) - 1
    assert abs(code) <= limit
    step = 2.0 ** (1 - bits)
    error = abs(code * step - weight)
    assert error <= step / 2 or (abs(code) == limit and error <= step)


def test_ties_go_to_the_even_code():
    assert weight_codes(np.array([[0.125, 0.375, -0.125, -0.375]]), 3, 0).tolist() == [[0, 2, 0, -2]]


def test_widths_differ_within_a_layer():
    dense = Dense([[0.7, 0.7]], [0.1], Activation.RELU)
    inputs = InputCodes.covering(0, 16, 4)
    choice = LayerChoice(np.array([[3, 6]], dtype=np.uint8), None, 0)
    params = quantise_layer(dense, choice, inputs, name="a", lanes=8, rounding=Rounding.TRUNCATE)
    assert isinstance(params, FixedDenseParams)
    # Three bits: 3/4 as 3 of 4, with three zeros at the end of the six bits' grid of 1/32.
    assert params.weights.tolist() == [[24, 22]]
    assert params.weight_fraction == 5
    assert params.bias.tolist() == [round(0.1 * 2**9)]
    assert (params.lanes, params.rounding, params.activation) == (1, Rounding.TRUNCATE, Activation.RELU)


def test_stream_lengths_differ_within_a_layer():
    dense = Dense([[0.7, -0.7]], [0.1])
    inputs = InputCodes.covering(0, 16, 4)
    choice = LayerChoice(np.array([[3, 6]], dtype=np.uint8), np.array([[4, 7]], dtype=np.uint8), 0)
    params = quantise_layer(dense, choice, inputs, name="a", lanes=8, rounding=Rounding.NEAREST_EVEN)
    assert isinstance(params, StochasticDenseParams)
    assert params.levels.tolist() == [[3 << 2, -22 << 2]]
    assert params.length_log2.tolist() == [[4, 7]]
    assert params.acc_fraction == 7
    assert params.bias.tolist() == [round(0.1 * 2**7)]


def test_biases_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match=r"a: bias -1e\+18 does not fit the accumulator, whose LSB is 2\*\*-9"):
        bias_codes(Dense([[1.0], [1.0]], [3.0, -1e18]), 9, "a")
