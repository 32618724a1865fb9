# SPDX-License-Identifier: Apache-2.0
"""Layers of LFSR streams: golden against plain ints, Icarus against golden, what is refused."""

import re
from itertools import product

import numpy as np
import pytest
from test_layers import bench

from sc_precision import golden
from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import InputError
from sc_precision.network import Activation, Dense, Network
from sc_precision.params import InputCodes, LfsrDenseParams, LfsrParams, RampParams, StreamSources
from sc_precision.params.sharing import correlation_counts
from sc_precision.plan.statistical import statistical_bound
from sc_precision.tools.lint import lint_all


def layer(name="lfsr_layer0", levels=((9, -6, 0), (16, 3, -16)), m=4, unit=3, activation=Activation.RELU, **options):
    levels = np.array(levels)
    relu = activation is Activation.RELU
    return LfsrDenseParams(
        name,
        options.pop("inputs", InputCodes.covering(0, 1 << unit, unit)),
        np.arange(len(levels)) - 1,
        activation,
        InputCodes.covering(0 if relu else -20, 16, 4),
        levels=levels,
        length_log2=m,
        weight_exponent=0,
        **options,
    )


def own_registers(shape, m):
    """Registers of their own for each input and, shared by the outputs, for its weights."""
    x = [LfsrParams(m, seed=7 * i + 1) for i in range(shape[1])]
    reverse = int(f"{x[0].polynomial:b}"[::-1], 2)
    every = [LfsrParams(m, seed=seed, polynomial=reverse) for seed in range(1, 1 << m)]
    w = [min(every, key=lambda w, i=i: correlation_counts(x[i], w)) for i in range(shape[1])]
    index = np.arange(shape[1])
    return StreamSources((*x, *w), index, np.broadcast_to(index + shape[1], shape))


LAYERS = {
    "lfsr": [layer()],
    "lfsr_own": [layer("lfsr_own_layer0", m=5, sources=own_registers((2, 3), 5))],
    "lfsr_two": [
        layer("lfsr_two_layer0", unit=4),
        layer("lfsr_two_layer1", ((-5, 0), (0, 0)), unit=4, activation=Activation.IDENTITY),
    ],
}


def plain(params, codes):
    """The accumulators of one vector in Python ints, registers stepped one by one."""
    sums = params.bias.tolist()
    states = [source.seed for source in params.sources.sources]
    for _ in range(1 << params.length_log2):
        for (o, i), level in np.ndenumerate(params.levels):
            x, w = params.sources.inputs[o, i], params.sources.weights[o, i]
            bits = [source.register_bits for source in params.sources.sources]
            number = [state >> (n - params.length_log2) for state, n in zip(states, bits, strict=True)]
            if number[x] >> (params.length_log2 - params.inputs.unit_log2) < codes[i] and number[w] < abs(int(level)):
                sums[o] += 1 if level > 0 else -1
        for k, source in enumerate(params.sources.sources):
            states[k] = states[k] << 1
            if states[k] >> source.register_bits:
                states[k] ^= source.polynomial
    return sums


@pytest.mark.parametrize("params", [layer(), LAYERS["lfsr_own"][0], *LAYERS["lfsr_two"]])
def test_golden_equals_plain_ints(params):
    codes = np.random.default_rng(3).integers(0, params.inputs.high, (20, params.n_in), endpoint=True)
    codes[0], codes[1] = 0, params.inputs.high
    got = golden.layer_accumulators(params, codes)
    assert got.tolist() == [plain(params, row) for row in codes.tolist()]
    lows, highs = params.acc_bounds
    assert (got >= lows).all()
    assert (got <= highs).all()


MOST = 800
"""Vectors of one design: all of them but where there are thousands."""


@pytest.mark.parametrize("name", LAYERS)
def test_hardware_equals_golden(name, tmp_path):
    layers = LAYERS[name]
    files = network_verilog(layers, name)
    codes = np.array(list(product(range(layers[0].inputs.high + 1), repeat=layers[0].n_in)))
    result, _ = bench(tmp_path, name, layers, verilog=files, codes=codes[:: -(-len(codes) // MOST)])
    assert result.ok, result.message
    findings = lint_all([tmp_path / file for file in files], name)
    assert not any(findings.values()), findings


def test_a_register_that_does_not_restart_is_caught(tmp_path):
    layers = LAYERS["lfsr"]
    files = network_verilog(layers, "lfsr")
    broken = {
        f: re.sub(r"(\.clear\()clear(\),\s*\.clk\(clk\),\s*\.enable\(enable\),\s*\.number)", r"\g<1>1'h0\2", t)
        for f, t in files.items()
    }
    assert broken != files
    result, _ = bench(tmp_path, "lfsr", layers, verilog=broken)
    assert not result.ok
    assert "vectors_with_backpressure" in {test.name.rpartition(".")[2] for test in result.tests if not test.passed}


def test_one_product_against_the_bound_of_random_bits():
    params = layer(levels=[[192]], m=8, unit=8, activation=Activation.IDENTITY)
    codes = np.arange(257)[:, None]
    error = np.abs((golden.layer_accumulators(params, codes) - params.bias)[:, 0] / 256 - 0.75 * codes[:, 0] / 256)
    bound = statistical_bound(Network([Dense([[0.75]])], input_fraction=8), 256, level_bits=8).bound
    # Every input is tried; the registers run through their period, which beats independent bits.
    assert 0 < error.max() < bound


def test_what_is_refused():
    same = LfsrParams(4)
    for options, message in (
        ({"m": 2}, "length_log2 must be at least 3"),
        ({"m": 17}, "length_log2 must be at most 16"),
        ({"levels": [[17]]}, r"level 17 of synapse \(0, 0\) exceeds"),
        ({"inputs": InputCodes.covering(-4, 4, 3)}, "codes from 0, got -4"),
        ({"unit": 5}, "finer than streams of 16 cycles"),
        ({"sources": 3}, "must be StreamSources"),
        ({"sources": own_registers((1, 3), 4)}, r"for shape \(1, 3\)"),
        ({"sources": own_registers((2, 3), 5)}, "LFSRs with length_log2 4"),
        ({"levels": [[1]], "sources": StreamSources((RampParams(4), same), [0], [[1]])}, "must be LFSRs"),
        ({"levels": [[1]], "sources": StreamSources((same,), [0], [[-1]])}, "no source"),
    ):
        with pytest.raises(InputError, match=message):
            layer(**options)
    with pytest.raises(InputError, match="same generator"):
        StreamSources((same, LfsrParams(4)), [0], [[1]])
