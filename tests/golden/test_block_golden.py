# SPDX-License-Identifier: Apache-2.0
"""Partial sums against rational arithmetic."""

from fractions import Fraction

import pytest
from block_designs import PARTIALS
from designs import all_codes

from sc_precision.errors import InputError
from sc_precision.golden.blockfloat import block_partials, partial_values


@pytest.mark.parametrize("params", PARTIALS.values(), ids=PARTIALS.keys())
def test_partial_sums_add_up_to_the_product(params):
    form = params.tensor.form
    weights = [
        Fraction(m, 1 << (form.mantissa_bits - 1))
        * Fraction(2) ** (int(params.tensor.exponent_codes[k // form.block_size]) - form.exponent_bias)
        for k, m in enumerate(params.tensor.mantissas.ravel().tolist())
    ]
    assert weights == params.tensor.fractions()
    codes = all_codes(params)[::3]
    sums, exponents = block_partials(params, codes)
    for row, got, values in zip(codes.tolist(), sums.tolist(), partial_values(params, sums), strict=True):
        x = [Fraction(code) / 2**params.inputs.format.fraction for code in row]
        for output in range(params.n_out):
            own = weights[output * params.n_in : (output + 1) * params.n_in]
            assert values[output] == sum(w * v for w, v in zip(own, x, strict=True))
        for segment, value, exponent in zip(params.segments, got, exponents.tolist(), strict=True):
            inputs = range(segment.start, segment.stop)
            assert value == sum(row[i] * int(params.tensor.mantissas[segment.output, i]) for i in inputs)
            assert {(segment.output * params.n_in + i) // form.block_size for i in inputs} == {segment.block}
            assert exponent == params.tensor.exponent_codes[segment.block]


def test_bad_codes_are_refused():
    with pytest.raises(InputError, match=r"^bp_one_layer: input codes must fit UQ2.1 \(0..7\), got 8..8$"):
        block_partials(PARTIALS["bp_one"], [[8]])
