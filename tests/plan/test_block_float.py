# SPDX-License-Identifier: Apache-2.0
"""Bounds of block floating layers: they hold on every input, in rational arithmetic, and inputs come near them."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from tiny_nets import exact_outputs, random_network

from sc_precision.errors import InputError
from sc_precision.formats import BlockFloatFormat, Exponents, FixedFormat
from sc_precision.golden import layer_outputs, network_outputs
from sc_precision.golden.blockfloat import block_partials, partial_values
from sc_precision.network import Activation, Dense, Network
from sc_precision.params import HARDWARE_ROUNDINGS, InputCodes
from sc_precision.plan.block_float import quantise_block_float, quantise_block_float_network

INPUTS = InputCodes(FixedFormat(3, 2), -4, 3)


def dense_layer(seed, activation="identity", shape=(3, 3), spread=1.5, bias=True):
    rng = np.random.default_rng(seed)
    weight = rng.normal(size=shape) * np.exp(spread * rng.normal(size=shape))
    return Dense(weight, rng.normal(size=shape[0]) if bias else None, activation)


def errors(dense, layer, codes):
    """Hardware minus exact, for each vector of codes."""
    inputs = layer.params.inputs
    network = Network((dense,), input_low=-8.0, input_high=8.0)
    rows = [[Fraction(code) / 2**inputs.format.fraction for code in row] for row in codes]
    if layer.params.kind == "block_float_partials":
        got = partial_values(layer.params, block_partials(layer.params, np.array(codes))[0])
    else:
        lsb = Fraction(layer.params.output.format.lsb)
        got = [[code * lsb for code in row] for row in layer_outputs(layer.params, np.array(codes)).tolist()]
    return [
        [g - e for g, e in zip(row, exact_outputs(network, x), strict=True)] for row, x in zip(got, rows, strict=True)
    ]


@pytest.mark.parametrize("activation", ["identity", "relu"])
@pytest.mark.parametrize(("form", "fraction"), [("BFP4E4X2", 3), ("BFP5E4X4", None), ("BFP3E4X1", 2)])
@pytest.mark.parametrize("rounding", HARDWARE_ROUNDINGS)
def test_bound_holds_on_every_input_and_is_nearly_reached(form, fraction, activation, rounding):
    ratio = 0.0
    for seed in range(3):
        dense = dense_layer(seed, activation)
        layer = quantise_block_float(
            dense, form, INPUTS, name="fc", lanes=2, output_fraction=fraction, rounding=rounding
        )
        codes = list(product(range(-4, 4), repeat=3))
        got = errors(dense, layer, codes)
        for o, (low, high) in enumerate(zip(layer.error_low.tolist(), layer.error_high.tolist(), strict=True)):
            column = [row[o] for row in got]
            assert Fraction(low) <= min(column)
            assert max(column) <= Fraction(high)
            ratio = max(ratio, float(max(column)) / high, float(min(column)) / low)
        assert layer.bound == max(-layer.error_low.min(), layer.error_high.max())
    assert ratio > 0.8


@pytest.mark.parametrize("form", ["BFP4E4X2", "BFP5E3X5"])
def test_partials_bound_holds_and_is_nearly_reached(form):
    dense = dense_layer(4, bias=False, spread=0.5)
    layer = quantise_block_float(dense, form, INPUTS, name="fc", exponents="metadata")
    got = errors(dense, layer, list(product(range(-4, 4), repeat=3)))
    for o, high in enumerate(layer.error_high.tolist()):
        worst = max(abs(row[o]) for row in got)
        assert worst <= Fraction(high)
        assert float(worst) > 0.74 * high  # inputs reach -4 but only 3
    np.testing.assert_array_equal(layer.error_low, -layer.error_high)


def test_exact_weights_have_no_error():
    dense = Dense([[0.5, -0.25], [3.0, 0.0]])
    for mode in Exponents:
        layer = quantise_block_float(dense, BlockFloatFormat(4, 4, 2), INPUTS, name="fc", exponents=mode)
        assert layer.bound < 1e-300  # the bound itself is rounded outward
        assert layer.encoding.worst_absolute_error == 0.0


def test_a_saturated_weight_is_in_the_bound():
    dense = Dense([[40.0, 1.0]])
    layer = quantise_block_float(dense, "BFP6E3X1", INPUTS, name="fc", saturate=True)
    assert layer.encoding.saturated.tolist() == [1, 0]
    got = errors(dense, layer, list(product(range(-4, 4), repeat=2)))
    assert max(abs(row[0]) for row in got) == Fraction(49, 2)
    assert 24.5 <= layer.bound < 24.5 * (1 + 1e-14)


def test_outputs_cannot_saturate_and_are_as_wide_as_asked():
    dense = dense_layer(1, shape=(4, 6))
    layer = quantise_block_float(dense, "BFP8E4X3", INPUTS, name="fc")
    assert layer.params.output.format.width <= 16
    finer = quantise_block_float(dense, "BFP8E4X3", INPUTS, name="fc", output_fraction=layer.params.acc_fraction)
    assert finer.params.shift == 0


def test_lowest_exponent_makes_a_narrower_accumulator():
    dense = Dense([[1.0, 2.0**-45], [1.0, 0.3]])
    with pytest.raises(
        InputError, match=r"^fc: the accumulator would need \d+ bits, .* or encode with lowest_exponent"
    ):
        quantise_block_float(dense, "BFP18E8X1", INPUTS, name="fc")
    layer = quantise_block_float(dense, "BFP18E8X1", INPUTS, name="fc", lowest_exponent=-8)
    assert layer.params.acc.width < 40
    assert layer.encoding.flushed.sum() == 1
    assert layer.bound < 2.0**-14


def test_manifest_has_hardware_losses_and_bound():
    layer = quantise_block_float(dense_layer(0), "bfp4e4x2", INPUTS, name="fc", lanes=9)
    manifest = layer.manifest()
    assert manifest["hardware"]["lanes"] == 3
    assert manifest["hardware"]["weight"]["label"] == "BFP4E4"
    assert manifest["encoding"]["worst_relative_error"] == layer.encoding.worst_relative_error
    assert manifest["error_bound"] == layer.bound


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"form": "Q8.8"}, "^fc: 'Q8.8' is fixed point; write BFP"),
        ({"form": "BFP"}, "precision 'BFP' is not understood"),
        ({"form": None}, "form must be of BlockFloatFormat, got None"),
        ({"dense": [[1.0]]}, r"^fc: expected a Dense layer, got \[\[1.0\]\]"),
        ({"exponents": "both"}, "^fc: exponents must be one of metadata, datapath, got 'both'"),
        ({"exponents": "metadata"}, "no bias or activation can be applied"),
        ({"exponents": "metadata", "dense": Dense([[1.0]], activation=Activation.RELU)}, "no bias or activation"),
        ({"lanes": 0}, "^fc: lanes must be at least 1, got 0"),
        ({"output_fraction": 99}, "^fc: output_fraction must be at most the accumulator's [0-9]+, got 99"),
        ({"dense": Dense([[1e9]])}, r"^fc: weight: block 0 \(elements 0..0\) holds 1e\+09 and needs exponent 30"),
    ],
)
def test_bad_arguments(changes, message):
    arguments = {"dense": dense_layer(0), "form": "BFP4E4X2", "inputs": INPUTS, "name": "fc"} | changes
    with pytest.raises(InputError, match=message):
        quantise_block_float(**arguments)


@pytest.mark.parametrize("input_fraction", [2, None])
def test_bound_of_a_network_holds_on_every_input(input_fraction):
    network = random_network((3, 4, 2), seed=5, input_fraction=input_fraction)
    built = quantise_block_float_network(network, "BFP5E4X3", name="net", input_fraction=2, lanes=2)
    inputs = built.params[0].inputs
    fraction = inputs.format.fraction
    assert fraction == 2
    codes = np.array(list(product(range(inputs.low, inputs.high + 1), repeat=3)))
    for layer, bounds in zip(built.params, built.bounds, strict=True):
        assert (layer.weights << bounds.k == bounds.reference_weights + bounds.weight_error).all()
    outputs = network_outputs(built.params, codes)[-1].tolist()
    lsb = Fraction(built.params[-1].output.format.lsb)
    last, worst = built.layers[-1], 0.0
    for row, got in zip(codes.tolist(), outputs, strict=True):
        for sign in (-1, 0, 1) if input_fraction is None else (0,):
            # Inputs half a step off the grid, within the range.
            x = [Fraction(code, 1 << fraction) + sign * Fraction(1, 2 << fraction) for code in row]
            x = [min(max(value, Fraction(0)), Fraction(1)) for value in x]
            for o, exact in enumerate(exact_outputs(network, x)):
                error = got[o] * lsb - exact
                assert Fraction(float(last.error_low[o])) <= error <= Fraction(float(last.error_high[o]))
                worst = max(worst, abs(float(error)))
    assert worst > 0.25 * built.bound
    manifest = built.manifest()
    assert manifest["error_bound"] == built.bound
    assert [layer["hardware"]["name"] for layer in manifest["layers"]] == ["net_layer0", "net_layer1"]


@pytest.mark.parametrize(
    ("network", "changes", "message"),
    [
        (Dense([[1.0]]), {}, r"^net: expected a Network, got Dense\("),
        (random_network((2, 1)), {"form": "Q8.8"}, "^net: 'Q8.8' is fixed point"),
        (random_network((2, 1)), {"form": 3}, "form must be of BlockFloatFormat, got 3"),
        (random_network((2, 1)), {"input_fraction": -1}, "^net: input_fraction must be at least 0, got -1"),
        (random_network((2, 1)), {"lanes": 0}, "^net_layer0: lanes must be at least 1, got 0"),
        (random_network((2, 1)), {"form": "BFP4E1X4", "lowest_exponent": 3}, "lowest_exponent must be at most 1"),
    ],
)
def test_bad_networks(network, changes, message):
    with pytest.raises(InputError, match=message):
        quantise_block_float_network(network, **{"form": "BFP5E4X3", "name": "net"} | changes)
