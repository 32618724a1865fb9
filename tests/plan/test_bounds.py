# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_nets import all_codes, exact_outputs

from sc_precision.errors import ConsistencyError, InputError
from sc_precision.formats import FixedFormat, Overflow, Rounding
from sc_precision.golden import layer_accumulators, layer_outputs, network_outputs
from sc_precision.golden.layers import output_stage
from sc_precision.modes import Bounds
from sc_precision.network import Activation, Dense, Network
from sc_precision.params import HARDWARE_ROUNDINGS, FixedDenseParams, InputCodes, StochasticDenseParams
from sc_precision.plan.affine import compose
from sc_precision.plan.bounds import (
    affine_interval,
    check_unsaturated,
    layer_bounds,
    layer_error,
    output_range,
    outward,
    synapse_bounds,
)


def fixed(
    weights, bias, *, inputs, weight_fraction, output=None, activation="identity", rounding=Rounding.NEAREST_EVEN
):
    return FixedDenseParams(
        "layer",
        inputs,
        np.asarray(bias),
        Activation(activation),
        output or InputCodes.covering(0 if activation == "relu" else -(1 << 20), 1 << 20, -30),
        rounding=rounding,
        weights=np.asarray(weights),
        weight_fraction=weight_fraction,
        lanes=1,
    )


def stochastic(levels, length_log2, bias, *, inputs, weight_exponent=0, output=None, activation="identity"):
    levels = np.asarray(levels)
    return StochasticDenseParams(
        "layer",
        inputs,
        np.asarray(bias),
        Activation(activation),
        output or InputCodes.covering(0 if activation == "relu" else -(1 << 20), 1 << 20, -30),
        levels=levels,
        length_log2=np.broadcast_to(np.asarray(length_log2), levels.shape),
        weight_exponent=weight_exponent,
    )


def random_layer(rng, kind, n_out=2, n_in=2, activation="identity"):
    """A layer with arbitrary codes, and a dense layer nearby."""
    if kind == "fixed":
        low = int(rng.integers(-5, 1))
        inputs = InputCodes.covering(low, int(rng.integers(1, 6)), 2)
        params = fixed(
            rng.integers(-15, 16, (n_out, n_in)),
            rng.integers(-40, 40, n_out),
            inputs=inputs,
            weight_fraction=4,
            activation=activation,
        )
        value = params.weights / 16
    else:
        inputs = InputCodes.covering(0, int(rng.integers(1, 9)), 3)
        lengths = rng.integers(0, 6, (n_out, n_in))
        levels = rng.integers(-(1 << lengths), (1 << lengths) + 1)
        params = stochastic(levels, lengths, np.zeros(n_out, int), inputs=inputs, activation=activation)
        params = replace(params, bias=rng.integers(-40, 40, n_out))
        value = levels / (1 << lengths)
    dense = Dense(
        value + rng.normal(0, 0.05, (n_out, n_in)),
        np.ldexp(params.bias.astype(float), -params.acc_fraction) + rng.normal(0, 0.01, n_out),
        Activation(activation),
    )
    return params, dense


def full_range(params):
    n_in = params.n_in
    return np.full(n_in, params.inputs.low), np.full(n_in, params.inputs.high)


def exact_errors(params, dense, bounds):
    """The integer error e of every output, for every input in the bounds' range, from its definition."""
    ranges = [range(a, b + 1) for a, b in zip(bounds.input_low.tolist(), bounds.input_high.tolist(), strict=True)]
    codes = np.array(np.meshgrid(*ranges)).reshape(len(ranges), -1).T
    acc = layer_accumulators(params, codes)
    reference = codes @ bounds.reference_weights.T + bounds.reference_bias
    return codes, (acc << bounds.k) - reference


@pytest.mark.parametrize("kind", ["fixed", "stochastic"])
@pytest.mark.parametrize("seed", range(40))
def test_the_integers_hold_for_every_input(kind, seed):
    rng = np.random.default_rng(seed)
    params, dense = random_layer(rng, kind)
    low, high = full_range(params)
    high = rng.integers(0, high + 1)
    bounds = layer_bounds(params, dense, low, high)
    _, error = exact_errors(params, dense, bounds)
    assert (error.min(axis=0) >= bounds.pre_low).all()
    assert (error.max(axis=0) <= bounds.pre_high).all()
    if kind == "fixed":
        assert (error.min(axis=0) == bounds.pre_low).all()
        assert (error.max(axis=0) == bounds.pre_high).all()


@pytest.mark.parametrize("seed", range(40))
def test_the_stream_bound_is_reached(seed):
    rng = np.random.default_rng(seed)
    params, _ = random_layer(rng, "stochastic")
    # Weights that the hardware holds exactly leave nothing but the streams.
    dense = Dense(params.levels / (1 << params.length_log2), np.zeros(2))
    low, high = full_range(params)
    bounds = layer_bounds(params, dense, low, rng.integers(0, high + 1))
    assert not bounds.weight_low.any()
    assert not bounds.weight_high.any()
    _, error = exact_errors(params, dense, bounds)
    assert (error.min(axis=0) == bounds.pre_low).all()
    assert (error.max(axis=0) == bounds.pre_high).all()


@pytest.mark.parametrize("kind", ["fixed", "stochastic"])
@pytest.mark.parametrize("seed", range(20))
def test_accumulator_range_is_the_range_over_all_inputs(kind, seed):
    rng = np.random.default_rng(seed)
    params, dense = random_layer(rng, kind)
    low, high = full_range(params)
    bounds = layer_bounds(params, dense, low, high)
    codes, _ = exact_errors(params, dense, bounds)
    acc = layer_accumulators(params, codes)
    assert (acc.min(axis=0) == bounds.acc_low).all()
    assert (acc.max(axis=0) == bounds.acc_high).all()


def test_parts_add_up_and_are_what_they_say():
    params, dense = random_layer(np.random.default_rng(5), "stochastic", 3, 4)
    bounds = layer_bounds(params, dense, *full_range(params))
    scale = params.acc_fraction - params.inputs.format.fraction + bounds.k
    assert (bounds.reference_weights == np.rint(np.ldexp(dense.weight, scale))).all()
    assert (bounds.reference_bias == np.rint(np.ldexp(dense.bias, params.acc_fraction + bounds.k))).all()
    assert (bounds.bias_error == (params.bias << bounds.k) - bounds.reference_bias).all()
    total = bounds.weight_low.sum(axis=1) + bounds.stream_low.sum(axis=1) + bounds.bias_error
    assert (bounds.pre_low == total).all()


def exact_real_error(params, dense, codes):
    """Output minus exact layer in rationals, shape (batch, n_out)."""
    lsb_in = Fraction(params.inputs.format.lsb)
    lsb_out = Fraction(params.output.format.lsb)
    network = Network((dense,), -100.0, 100.0)
    outputs = layer_outputs(params, codes)
    return [
        [
            int(y) * lsb_out - exact
            for y, exact in zip(out, exact_outputs(network, [int(c) * lsb_in for c in code]), strict=True)
        ]
        for code, out in zip(codes, outputs, strict=True)
    ]


@pytest.mark.parametrize("rounding", HARDWARE_ROUNDINGS)
@pytest.mark.parametrize("activation", ["identity", "relu"])
@pytest.mark.parametrize("kind", ["fixed", "stochastic"])
@pytest.mark.parametrize("shift", [0, 1, 3])
def test_layer_error_holds_for_every_input_in_rationals(kind, activation, rounding, shift):
    for seed in range(6):
        rng = np.random.default_rng(seed)
        params, dense = random_layer(rng, kind, activation=activation)
        low, high = full_range(params)
        bounds = layer_bounds(params, dense, low, high)
        fraction = params.acc_fraction - shift
        codes_low, codes_high = output_range(
            bounds.acc_low, bounds.acc_high, activation=params.activation, shift=shift, rounding=rounding
        )
        output = InputCodes.covering(min(0, int(codes_low.min())), max(0, int(codes_high.max())), fraction)
        params = replace(params, output=output, rounding=rounding)
        zero = np.zeros(params.n_in)
        error = layer_error(params, dense, bounds, zero, zero)
        codes, _ = exact_errors(params, dense, bounds)
        found = exact_real_error(params, dense, codes)
        worst_low = [min(row[o] for row in found) for o in range(params.n_out)]
        worst_high = [max(row[o] for row in found) for o in range(params.n_out)]
        for o in range(params.n_out):
            assert Fraction(error.low[o]) <= worst_low[o]
            assert worst_high[o] <= Fraction(error.high[o])


@pytest.mark.parametrize("seed", range(20))
def test_the_real_bound_is_reached_where_the_reference_integers_are_exact(seed):
    rng = np.random.default_rng(seed)
    params, dense = random_layer(rng, "fixed", 3, 3)
    dense = Dense(np.rint(dense.weight * 4096) / 4096, np.rint(dense.bias * 16384) / 16384)
    bounds = layer_bounds(params, dense, *full_range(params))
    params = replace(params, output=InputCodes.covering(-(1 << 30), 1 << 30, params.acc_fraction))
    error = layer_error(params, dense, bounds, np.zeros(3), np.zeros(3))
    codes, _ = exact_errors(params, dense, bounds)
    found = np.array(exact_real_error(params, dense, codes), dtype=float)
    assert error.low == pytest.approx(found.min(axis=0), rel=1e-9)
    assert error.high == pytest.approx(found.max(axis=0), rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 2**32),
    st.sampled_from(["fixed", "stochastic"]),
    st.sampled_from(["relu", "identity"]),
    st.sampled_from(Bounds),
)
def test_two_layers_hold_for_every_input_in_rationals(seed, kind, last, method):
    rng = np.random.default_rng(seed)
    first, dense_1 = random_layer(rng, kind, 3, 2, "relu")
    low, high = full_range(first)
    bounds_1 = layer_bounds(first, dense_1, low, high)
    shift = int(rng.integers(0, 3))
    _, top = output_range(
        bounds_1.acc_low, bounds_1.acc_high, activation=first.activation, shift=shift, rounding=first.rounding
    )
    first = replace(first, output=InputCodes.covering(0, int(top.max()), first.acc_fraction - shift))
    second, dense_2 = random_layer(rng, kind, 2, 3, last)
    second = replace(second, inputs=first.output)
    dense_2 = Dense(dense_2.weight, rng.normal(0, 0.3, 2), Activation(last))
    second = replace(second, bias=np.rint(np.ldexp(dense_2.bias, second.acc_fraction)).astype(int))
    bounds_2 = layer_bounds(second, dense_2, np.zeros(3, int), top)
    out_low, out_high = output_range(
        bounds_2.acc_low, bounds_2.acc_high, activation=second.activation, shift=2, rounding=second.rounding
    )
    output = InputCodes.covering(min(0, int(out_low.min())), max(0, int(out_high.max())), second.acc_fraction - 2)
    second = replace(second, output=output)
    lsb = first.inputs.format.lsb
    network = Network((dense_1, dense_2), low[0] * lsb, high[0] * lsb, first.inputs.format.fraction)
    errors = compose(network, [first, second], [bounds_1, bounds_2], 0.0, method).errors
    codes = np.array(list(all_codes(first.inputs.low, first.inputs.high, 2)))
    hidden, outputs = network_outputs([first, second], codes)
    assert (hidden <= top).all()
    assert (outputs >= out_low).all()
    assert (outputs <= out_high).all()
    for code, output_code in zip(codes, outputs, strict=True):
        exact = exact_outputs(network, [Fraction(int(c) * lsb) for c in code])
        for o in range(2):
            error = int(output_code[o]) * Fraction(second.output.format.lsb) - exact[o]
            assert Fraction(errors[-1].low[o]) <= error <= Fraction(errors[-1].high[o])


def test_a_neuron_that_is_always_off_makes_no_error():
    inputs = InputCodes.covering(0, 7, 3)
    params = fixed([[3, -2]], [-1000], inputs=inputs, weight_fraction=4, activation="relu")
    params = replace(params, output=InputCodes.covering(0, 1, params.acc_fraction - 3))
    dense = Dense([[0.2, -0.1]], [-1000 / 128.0], Activation.RELU)
    bounds = layer_bounds(params, dense, np.zeros(2, int), np.full(2, 7))
    assert bounds.acc_high < 0
    # Errors of the inputs that are too small to turn it on do not matter either.
    error = layer_error(params, dense, bounds, np.full(2, -0.5), np.full(2, 0.5))
    assert error.low == pytest.approx([0.0], abs=1e-300)
    assert error.high == pytest.approx([0.0], abs=1e-300)
    # The exact network may be on where its inputs are far off the hardware's.
    error = layer_error(params, dense, bounds, np.full(2, -100.0), np.full(2, 100.0))
    assert error.low < -20
    assert error.high == pytest.approx([0.0], abs=1e-300)


def test_output_range_is_the_golden_output_stage_on_every_accumulator():
    acc = np.arange(-200, 200)
    for activation in Activation:
        for rounding in HARDWARE_ROUNDINGS:
            for shift in range(5):
                params = fixed(
                    [[1 << 8]],
                    [0],
                    inputs=InputCodes.covering(-1, 1, shift),
                    weight_fraction=0,
                    activation=activation.value,
                    output=InputCodes.covering(0 if activation is Activation.RELU else -1000, 1000, 0),
                    rounding=rounding,
                )
                low, high = output_range(acc, acc, activation=activation, shift=shift, rounding=rounding)
                assert (low == output_stage(params, acc)).all()
                assert (high == low).all()


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_affine_interval_contains_the_exact_one(seed, n):
    rng = np.random.default_rng(seed)
    weight = rng.normal(0, 1, (3, n)) * 10.0 ** rng.integers(-12, 12, (3, n))
    low = rng.normal(0, 1, n) * 10.0 ** rng.integers(-12, 12, n)
    high = low + rng.exponential(1, n) * (rng.random(n) < 0.7)
    got_low, got_high = affine_interval(weight, low, high)
    for o in range(3):
        ends = [
            (Fraction(w) * Fraction(a), Fraction(w) * Fraction(b)) for w, a, b in zip(weight[o], low, high, strict=True)
        ]
        exact_low, exact_high = sum(min(e) for e in ends), sum(max(e) for e in ends)
        assert Fraction(got_low[o]) <= exact_low
        assert exact_high <= Fraction(got_high[o])
        scale = max(1e-290, float(sum(max(abs(a), abs(b)) for a, b in ends)))
        assert got_low[o] == pytest.approx(float(exact_low), abs=1e-10 * scale)
        assert got_high[o] == pytest.approx(float(exact_high), abs=1e-10 * scale)


@given(st.integers(-(2**61), 2**61), st.integers(-80, 80))
def test_outward_rounds_away(value, exponent):
    low, high = outward(np.array([value]), np.array([value]), exponent)
    exact = Fraction(value) * Fraction(2) ** exponent
    assert Fraction(low[0]) <= exact <= Fraction(high[0])
    if abs(value) <= 2**53:
        assert Fraction(low[0]) == exact == Fraction(high[0])


@pytest.mark.parametrize("kind", ["fixed", "stochastic"])
def test_synapse_bounds_hold_for_each_synapse(kind):
    for seed in range(10):
        params, dense = random_layer(np.random.default_rng(seed), kind)
        bounds = layer_bounds(params, dense, *full_range(params))
        quantisation, streams = synapse_bounds(params, dense, bounds)
        lsb = Fraction(params.inputs.format.lsb)
        unit = Fraction(2) ** -params.acc_fraction
        for o in range(params.n_out):
            for i in range(params.n_in):
                # One synapse alone: all others and the bias taken away.
                codes = np.zeros((params.inputs.high - params.inputs.low + 1, params.n_in), dtype=np.int64)
                codes[:, i] = range(params.inputs.low, params.inputs.high + 1)
                acc = layer_accumulators(params, codes)[:, o] - params.bias[o]
                weight = Fraction(dense.weight[o, i])
                errors = [abs(int(a) * unit - weight * int(c) * lsb) for a, c in zip(acc, codes[:, i], strict=True)]
                assert max(errors) <= Fraction(quantisation[o, i]) + Fraction(streams[o, i])
                if kind == "fixed":
                    assert streams[o, i] == 0.0
                    # The reference integers cost less than a part in a hundred here.
                    assert quantisation[o, i] == pytest.approx(float(max(errors)), rel=0.02, abs=1e-3)


def test_a_weight_that_is_exact_has_no_bound_of_its_own():
    inputs = InputCodes.covering(0, 7, 3)
    params = fixed([[3, 0]], [0], inputs=inputs, weight_fraction=4)
    bounds = layer_bounds(params, Dense([[3 / 16, 0.0]]), np.zeros(2, int), np.full(2, 7))
    assert synapse_bounds(params, Dense([[3 / 16, 0.0]]), bounds)[0].tolist() == [[0.0, 0.0]]


def test_extra_bits_shrink_before_anything_overflows():
    inputs = InputCodes.covering(0, (1 << 20) - 1, 0)
    dense = Dense([[float((1 << 34) - 1)]])
    params = fixed([[(1 << 34) - 1]], [0], inputs=inputs, weight_fraction=0)
    bounds = layer_bounds(params, dense, np.zeros(1, int), np.full(1, inputs.high))
    assert 1 <= bounds.k < 8
    _, error = bounds, (params.weights[0, 0] << bounds.k) - bounds.reference_weights[0, 0]
    assert error == 0


def test_integers_that_do_not_fit_are_refused():
    inputs = InputCodes.covering(0, (1 << 20) - 1, 0)
    params = fixed([[(1 << 39) - 1]], [0], inputs=inputs, weight_fraction=0)
    with pytest.raises(InputError, match=r"the exact bound needs more than 62 bits.*coarser input grid"):
        layer_bounds(params, Dense([[1.0]]), np.zeros(1, int), np.full(1, inputs.high))
    params = fixed([[1]], [0], inputs=inputs, weight_fraction=0)
    with pytest.raises(InputError, match="reference sum does not fit 62 bits; rescale"):
        layer_bounds(params, Dense([[2.0**50]]), np.zeros(1, int), np.full(1, inputs.high))


def test_a_format_that_saturates_is_an_error():
    inputs = InputCodes(FixedFormat(3, 3, signed=False), 0, 7)
    params = fixed([[3]], [0], inputs=inputs, weight_fraction=4, output=InputCodes.covering(-4, 7, 0))
    check_unsaturated(params, np.array([-4]), np.array([7]))
    with pytest.raises(ConsistencyError, match=r"layer: outputs reach codes -5\.\.7 but saturate at -4\.\.7"):
        check_unsaturated(params, np.array([-5]), np.array([7]))
    with pytest.raises(ConsistencyError, match="saturate"):
        check_unsaturated(params, np.array([-4]), np.array([8]))


def test_results_that_wrap_have_no_bound():
    output = InputCodes(FixedFormat(8, 7), -128, 127)
    params = replace(fixed([[3, -2]], [1], inputs=InputCodes.covering(0, 7, 3), weight_fraction=4), output=output)
    dense = Dense([[0.2, -0.1]], [0.0])
    layer_bounds(params, dense, *full_range(params))
    with pytest.raises(InputError, match="results that wrap have no error bound"):
        layer_bounds(replace(params, overflow=Overflow.WRAP), dense, *full_range(params))
