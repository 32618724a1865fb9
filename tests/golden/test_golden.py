# SPDX-License-Identifier: Apache-2.0
"""Golden models against an obvious restatement, bit by bit in Python ints."""

from fractions import Fraction

import numpy as np
import pytest
from designs import DESIGNS, all_codes
from roundings import BY_HAND

from sc_precision import golden
from sc_precision.errors import InputError
from sc_precision.formats import Overflow
from sc_precision.network import Activation
from sc_precision.params import BlockFloatDenseParams, FixedLayerParams, StreamEncoding

LAYERS = {layers[0].name: layers[0] for layers in DESIGNS.values()} | {
    layers[-1].name: layers[-1] for layers in DESIGNS.values()
}


def accumulators(params, codes):
    result = []
    for output in range(params.n_out):
        total = int(params.bias[output])
        for index, code in enumerate(codes):
            if isinstance(params, BlockFloatDenseParams):
                # By value: mantissa * 2**exponent, in units of the accumulator.
                tensor, place = params.tensor, output * params.n_in + index
                step = int(tensor.exponent_codes[place // tensor.form.block_size]) - tensor.form.exponent_bias
                weight = int(tensor.mantissas[output, index]) * Fraction(2) ** (step - tensor.form.mantissa_bits + 1)
                total += code * Fraction(2) ** -params.inputs.format.fraction * weight * 2**params.acc_fraction
                continue
            if isinstance(params, FixedLayerParams):
                total += code * int(params.weights[output, index])
                continue
            level, m = int(params.levels[output, index]), int(params.length_log2[output, index])
            if not level:
                continue
            count = 0
            for t in range(2**m):
                sigma = int(format(t, f"0{m}b")[::-1], 2) if m else 0
                for bit in range(m // 2):
                    sigma ^= 1 << bit
                # The ramp compares in units of the input code, in the middle of the stream's step.
                unit = Fraction(2**params.inputs.unit_log2, 2**m)
                if params.encoding is StreamEncoding.BIPOLAR:
                    place = 2 * t * unit + (unit if unit > 1 / 2 else 0)
                    x = place < code + 2**params.inputs.unit_log2
                    count += 1 if x == (sigma < (2**m + level) / 2) else -1
                    continue
                place = t * unit + (unit / 2 if unit > 1 else 0)
                count += place < code and sigma < abs(level)
            sign = 1 if level > 0 or params.encoding is StreamEncoding.BIPOLAR else -1
            total += sign * count * 2 ** (params.max_log2 - m)
        result.append(total)
    return result


def output_code(params, acc):
    value = max(acc, 0) if params.activation is Activation.RELU else acc
    code = BY_HAND[params.rounding](Fraction(value, 2**params.shift))
    if params.overflow is Overflow.WRAP:
        while code > params.output.high:
            code -= 1 << params.output.format.width
        while code < params.output.low:
            code += 1 << params.output.format.width
    return min(max(code, params.output.low), params.output.high)


@pytest.mark.parametrize("params", LAYERS.values(), ids=LAYERS.keys())
def test_golden_is_the_definition_on_every_input(params):
    codes = all_codes(params)
    if len(codes) > 600:
        codes = codes[np.random.default_rng(1).choice(len(codes), 600, replace=False)]
    acc = golden.layer_accumulators(params, codes)
    outputs = golden.layer_outputs(params, codes)
    for row, got, code in zip(codes.tolist(), acc.tolist(), outputs.tolist(), strict=True):
        expected = accumulators(params, row)
        assert got == expected, row
        assert code == [output_code(params, value) for value in expected], row


def test_large_batches_are_cut(monkeypatch):
    params = DESIGNS["two_fixed"][0]
    codes = all_codes(params)
    whole = golden.layer_outputs(params, codes)
    monkeypatch.setattr("sc_precision.golden.layers.BATCH_ELEMENTS", 7)
    assert (golden.layer_outputs(params, codes) == whole).all()


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ([[1.0, 2.0]], "must be integers"),
        ([[1, 2, 3]], r"shape \(batch, 2\)"),
        ([1, 2], r"shape \(batch, 2\)"),
        ([[0, 99]], r"fit UQ2.1 \(0..7\), got 0..99"),
    ],
)
def test_bad_codes_are_refused(codes, message):
    with pytest.raises(InputError, match=message):
        golden.layer_outputs(DESIGNS["two_fixed"][0], codes)
