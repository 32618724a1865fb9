# SPDX-License-Identifier: Apache-2.0
"""Bounds of early estimates against every input, and what they say of the streams."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from sc_precision import golden
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.network import Activation, Dense
from sc_precision.params import InputCodes, ProgressiveDenseParams, StochasticDenseParams, StreamEncoding
from sc_precision.plan.bounds import layer_bounds
from sc_precision.plan.progressive import estimate_bounds, estimate_errors

DENSE = Dense([[0.6, -0.3], [-0.9, 0.13]], [0.2, 0.3], Activation.IDENTITY)


def layer(encoding, m, low, high, fraction):
    """The layer of DENSE on streams of 2**m cycles."""
    levels = 2 * np.rint(DENSE.weight * 2 ** (m - 1)).astype(int)
    inputs = InputCodes.covering(low, high, fraction)
    params = StochasticDenseParams(
        "stoppable",
        inputs,
        np.zeros(2, dtype=int),
        DENSE.activation,
        InputCodes.covering(-40, 40, 3),
        levels=levels,
        length_log2=np.full((2, 2), m),
        weight_exponent=0,
        encoding=encoding,
    )
    bias = np.rint(DENSE.bias * 2.0**params.acc_fraction).astype(int)
    return ProgressiveDenseParams.from_uniform(replace(params, bias=bias))


CASES = {
    "sign_magnitude": (StreamEncoding.SIGN_MAGNITUDE, 4, 0, 15, 4),
    "coarse": (StreamEncoding.SIGN_MAGNITUDE, 3, 0, 16, 4),
    "bipolar": (StreamEncoding.BIPOLAR, 4, -8, 7, 3),
    "fine": (StreamEncoding.BIPOLAR, 6, -4, 4, 2),
}


def measured(params, codes, k):
    """e of the module docs, for every estimate: accumulators less the exact sum, times 2**k; Python ints."""
    unit = params.acc_fraction + k
    exact = [
        [sum(w * c for w, c in zip(row, code, strict=True)) for row in DENSE.weight.tolist()] for code in codes.tolist()
    ]
    exact = np.array(exact) * 2.0 ** (unit - params.inputs.format.fraction) + DENSE.bias * 2.0**unit
    return [(golden.layer_accumulators(params, codes, log2) << k) - exact for log2 in range(params.max_log2 + 1)]


@pytest.mark.parametrize("case", CASES)
def test_bounds_are_exact_at_every_power_of_two(case):
    params = layer(*CASES[case])
    low, high = np.full(2, params.inputs.low), np.full(2, params.inputs.high)
    codes = np.array(list(product(range(low[0], high[0] + 1), repeat=2)))
    reference = layer_bounds(params, DENSE, low, high)
    for log2, off in enumerate(measured(params, codes, reference.k)):
        bounds = estimate_bounds(params, DENSE, low, high, log2)
        acc = golden.layer_accumulators(params, codes, log2)
        assert (acc.min(axis=0) == bounds.acc_low).all()
        assert (acc.max(axis=0) == bounds.acc_high).all()
        # The reference integers are the weights up to half a unit each.
        slack = 0.5 * (np.abs(codes).max() * 2 + 1)
        assert (off.min(axis=0) >= bounds.pre_low - slack).all()
        assert (off.max(axis=0) <= bounds.pre_high + slack).all()
        # Rounding of weights and discrepancy peak at different inputs; the streams alone are attained.
        spread = bounds.weight_high - bounds.weight_low
        assert (off.max(axis=0) >= bounds.pre_high - spread.sum(axis=1) - slack).all()
    assert (reference.pre_low == estimate_bounds(params, DENSE, low, high, params.max_log2).pre_low).all()


@pytest.mark.parametrize("case", CASES)
def test_outputs_stay_within_the_errors_at_every_power_of_two(case):
    params = layer(*CASES[case])
    low, high = np.full(2, params.inputs.low), np.full(2, params.inputs.high)
    codes = np.array(list(product(range(low[0], high[0] + 1), repeat=2)))
    exact = codes * params.inputs.format.lsb @ DENSE.weight.T + DENSE.bias
    widths = []
    for log2, error in enumerate(estimate_errors(params, DENSE, low, high)):
        off = golden.layer_outputs(params, codes, log2) * params.output.format.lsb - exact
        assert (off.min(axis=0) >= error.low - 1e-12).all()
        assert (off.max(axis=0) <= error.high + 1e-12).all()
        widths.append((error.high - error.low).max())
    assert widths[-1] < 0.5 * widths[0]


def test_a_ramp_would_break_the_early_bounds():
    """The same layer with ramps is far beyond the bounds when it is stopped half way."""
    params = layer(*CASES["sign_magnitude"])
    code, level, half = 15, 10, 8
    ramp = sum(t < code and (int(format(t, "04b")[::-1], 2) ^ 3) < level for t in range(half))
    low, high = (np.full(2, end) for end in (0, 15))
    bounds = estimate_bounds(params, DENSE, low, high, 3)
    assert params.levels[0, 0] == level
    small = sum(t < 7 and (int(format(t, "04b")[::-1], 2) ^ 3) < level for t in range(half))
    off = max(abs((count << 1) - a * level / 16) for count, a in ((ramp, code), (small, 7)))
    allowed = max(-bounds.stream_low[0, 0], bounds.stream_high[0, 0]) / 2**bounds.k
    assert off > 1.5 * allowed


def test_estimates_need_streams_that_are_made_for_them():
    params = layer(*CASES["bipolar"])
    plain = StochasticDenseParams(
        **{name: getattr(params, name) for name in ("name", "inputs", "bias", "activation", "output", "levels")},
        length_log2=params.length_log2,
        weight_exponent=0,
        encoding=params.encoding,
    )
    ends = np.full(2, -8), np.full(2, 7)
    with pytest.raises(InputError, match="a ramp begins with 1s, whatever its length"):
        estimate_bounds(plain, DENSE, *ends, 2)
    with pytest.raises(InputError, match="no estimate of its result"):
        golden.layer_outputs(plain, [[0, 0]], 2)
    with pytest.raises(InputError, match=r"estimates exist after 2\*\*0 to 2\*\*4 cycles, got 2\*\*5"):
        golden.layer_outputs(params, [[0, 0]], 5)


def test_outputs_that_saturate_have_no_error_bound():
    params = replace(layer(*CASES["bipolar"]), output=InputCodes.covering(-2, 2, 3))
    with pytest.raises(ConsistencyError, match="saturate"):
        estimate_errors(params, DENSE, np.full(2, -8), np.full(2, 7))
