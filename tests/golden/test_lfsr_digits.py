# SPDX-License-Identifier: Apache-2.0
"""The figures of the documentation for the digits example in LFSR streams."""

import math
from pathlib import Path

import numpy as np
import pytest

from sc_precision.golden import network_outputs
from sc_precision.importers import read_network
from sc_precision.params import InputCodes, LfsrDenseParams

ROOT = Path(__file__).parents[2]


def power(value):
    """Log2 of the least power of two that is no less."""
    return math.ceil(math.log2(value))


@pytest.mark.parametrize(("m", "right", "worst"), [(8, "97.0", "4.52"), (10, "97.7", "1.76")])
def test_digits(m, right, worst):
    file = read_network(ROOT / "examples" / "digits" / "digits.npz")
    inputs, high, scale, layers = InputCodes.covering(0, 16, 4), np.ones(64), 0, []
    for k, dense in enumerate(file.network.layers):
        exponent = power(np.abs(dense.weight).max())
        high = np.maximum(0, np.maximum(dense.weight, 0) @ high + dense.bias)
        unit, reach = m - scale - exponent, power(high.max())
        fraction = min(m - reach, unit)
        hidden = InputCodes.covering(0, 1 << (fraction + reach), fraction)
        output = hidden if k == 0 else InputCodes.covering(-(1 << 40), 1 << 40, unit)
        levels, bias = (
            np.rint(np.ldexp(v, s)).astype(int) for v, s in ((dense.weight, m - exponent), (dense.bias, unit))
        )
        shape = {"levels": levels, "length_log2": m, "weight_exponent": exponent}
        layers.append(LfsrDenseParams(f"layer{k}", inputs, bias, dense.activation, output, **shape))
        inputs, scale = output, reach
    codes = network_outputs(layers, np.rint(file.test_inputs * 16).astype(int))[-1]
    error = np.abs(
        np.ldexp(codes.astype(float), -inputs.format.fraction) - file.network.forward(file.test_inputs)
    ).max()
    assert f"{error:.2f}" == worst
    assert f"{100 * (codes.argmax(axis=1) == file.test_labels).mean():.1f}" == right
    text = (ROOT / "docs" / "streams.md").read_text(encoding="utf-8")
    assert f"{right} %" in text
    assert worst in text
