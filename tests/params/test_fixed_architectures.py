# SPDX-License-Identifier: Apache-2.0
"""Parallel and bit-serial layers, scales of rows: what parameters derive, and what they refuse."""

from dataclasses import replace

import numpy as np
import pytest
from fake_da4ml import FIRST, INPUTS, SECOND, WEIGHTS, install, op, stage

from sc_precision import golden
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.formats import FixedFormat, Overflow, Rounding
from sc_precision.network import Activation
from sc_precision.params import (
    FixedDenseParams,
    FixedParallelParams,
    FixedSerialParams,
    InputCodes,
    align_rows,
    da4ml_backend,
    narrowest_code,
)
from sc_precision.params.codes import code_range

WIDE = InputCodes(FixedFormat(16, 4), -(1 << 15), (1 << 15) - 1)


def layer(kind=FixedParallelParams, **changes):
    arguments = {
        "name": "fc",
        "inputs": InputCodes(FixedFormat(4, 2), -8, 7),
        "bias": [1, -2],
        "activation": Activation.IDENTITY,
        "output": WIDE,
        "weights": [[3, -4], [0, 45]],
        "weight_fraction": 3,
    }
    return kind(**(arguments | changes))


KINDS = [(FixedDenseParams, {"lanes": 2}), (FixedParallelParams, {}), (FixedSerialParams, {})]


@pytest.mark.parametrize(("low", "high", "code"), [(0, 0, (1, False)), (0, 8, (4, False)), (-1, 0, (2, True))])
def test_narrowest_codes(low, high, code):
    assert narrowest_code(low, high) == code
    assert code_range(low, high)[0] <= low <= high <= code_range(low, high)[1]


@pytest.mark.parametrize(("kind", "more"), KINDS)
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": np.zeros((0, 2), int)}, "non-empty 2-D array"),
        ({"weights": np.zeros((2, 0), int)}, "non-empty 2-D array"),
        ({"bias": [1]}, r"bias must have shape \(2,\)"),
        ({"rounding": Rounding.STOCHASTIC}, "rounding: stochastic is not built in hardware; use one of truncate"),
        ({"overflow": "wrap"}, "overflow must be of Overflow, got 'wrap'"),
        (
            {"overflow": Overflow.WRAP, "output": InputCodes(FixedFormat(4, 4), -7, 7)},
            r"an output that wraps has all codes of its format, -8..7, got -7..7",
        ),
        ({"row_shifts": [1]}, r"row_shifts must have shape \(2,\)"),
        ({"row_shifts": [0, -1]}, "row_shifts must be 0 to 62, got -1 to 0"),
        ({"row_shifts": [0, 63]}, "row_shifts must be 0 to 62, got 0 to 63"),
        (
            {"row_shifts": [1, 0], "bias": [0, 0]},
            r"weights of row 0 must be multiples of 2\*\*1, its row_shifts, got 3",
        ),
        ({"row_shifts": [0, 1], "weights": [[1, 2], [0, 2]], "bias": [0, 3]}, r"bias of row 1 must be .* got 3"),
        ({"weights": [[1 << 59, 1], [0, 1]]}, "the accumulator would need 64 bits"),
        ({"name": "wire"}, "'wire' is a Verilog keyword"),
    ],
)
def test_what_every_architecture_refuses(kind, more, changes, message):
    with pytest.raises(InputError, match=message):
        layer(kind, **more, **changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pipeline": -1}, "pipeline must be at least 0, got -1"),
        ({"pipeline": 65}, "pipeline must be an int from 0 to 64, got 65"),
        ({"pipeline": 1.5}, "pipeline must be an int, got 1.5"),
        ({"backend": "vivado"}, "backend must be one of csd, da4ml, got 'vivado'"),
    ],
)
def test_what_parallel_layers_refuse(changes, message):
    with pytest.raises(InputError, match=message):
        layer(**changes)


def test_lanes_out_of_range():
    with pytest.raises(InputError, match="lanes must be an int from 1 to 2, got 3"):
        layer(FixedDenseParams, lanes=3)


# --- parallel -----------------------------------------------------------------------------------------------------


def whole_matrix(p):
    """Weights and biases that products and rows compute together."""
    products = np.zeros((len(p.products), p.n_in), dtype=int)
    for group in p.groups:
        rows, none = group.graph.matrix()
        assert not none.any()
        for product, row in zip(group.products, rows, strict=True):
            products[p.products.index(product)][group.inputs.start : group.inputs.stop] = row
    found, offsets = np.zeros(p.shape, dtype=int), np.zeros(p.n_out, dtype=int)
    for output in range(p.n_out):
        graph = p.row_graph(output)
        places = [p.products.index(term.product) for term in p.row_terms(output)]
        (row,), (offsets[output],) = graph.matrix()
        found[output] = row @ products[places] if places else 0
    return found << p.shifts[:, None], offsets << p.shifts


@pytest.mark.parametrize("seed", range(8))
def test_products_and_rows_are_the_weights(seed):
    rng = np.random.default_rng(seed)
    weights = rng.integers(-200, 200, (4, 19)) * rng.integers(0, 2, (4, 19))
    bias = rng.integers(-9, 9, 4) * rng.integers(0, 2, 4)
    p = layer(weights=weights, bias=bias, pipeline=int(rng.integers(0, 4)))
    found, offsets = whole_matrix(p)
    assert (found == weights).all()
    assert (offsets == bias).all()
    assert p.levels[1] >= p.levels[0]


def test_pipeline_stages_by_hand():
    # 45 = 5 * 9 takes two levels, 3 one; then two products and the bias two more.
    assert layer().levels == (2, 4)
    assert [layer(pipeline=every).stages for every in (0, 1, 2, 3, 4, 5)] == [0, 4, 2, 1, 1, 0]
    described = layer(pipeline=2).to_dict()
    assert described["kind"] == "fixed_parallel"
    assert (described["latency"], described["cycles_per_vector"], described["pipeline_stages"]) == (4, 6, 2)
    assert described["adders"] == 3 + 3
    assert described["overflow"] == "saturate"


def test_rows_of_zeros_and_negative_rows_keep_their_bias():
    p = layer(weights=[[0, 0], [-4, 0]], bias=[0, 0])
    assert (whole_matrix(p)[0] == p.weights).all()
    assert p.row_terms(0) == []
    assert p.row_graph(0).adders == []


# --- bit-serial ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signed", [False, True])
def test_tables_bit_by_bit_are_the_products(signed):
    rng = np.random.default_rng(3)
    codes = InputCodes.covering(-4 if signed else 0, 3, 0)
    p = layer(FixedSerialParams, inputs=codes, weight_fraction=4, weights=rng.integers(-20, 20, (2, 6)))
    width = codes.format.width
    for _ in range(50):
        vector = rng.integers(codes.format.code_min, codes.format.code_max + 1, 6)
        for output in range(2):
            acc = 0
            for place in range(width - 1, -1, -1):
                step = sum(
                    words[sum(((int(vector[i]) >> place) & 1) << bit for bit, i in enumerate(group))]
                    for group, words in p.tables(output)
                )
                assert p.step_range(output)[0] <= step <= p.step_range(output)[1]
                acc = 2 * acc + (-step if signed and place == width - 1 else step)
                assert -(1 << (p.sum_width(output) - 1)) <= acc < 1 << (p.sum_width(output) - 1)
            assert acc + p.bias[output] == golden.layer_accumulators(p, vector[None])[0, output]


def test_serial_cycles():
    described = layer(FixedSerialParams).to_dict()
    assert (described["kind"], described["bits_per_input"], described["latency"]) == ("fixed_serial", 4, 5)
    assert described["cycles_per_vector"] == 4 + max(2, 3)


# --- scales of rows -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "more"), KINDS)
def test_row_scales_change_no_sum(kind, more):
    weights, fraction, shifts = align_rows([[3, -4], [1, 45]], [2, 5])
    assert weights.tolist() == [[24, -32], [1, 45]]
    assert (fraction, shifts.tolist()) == (5, [3, 0])
    bias = np.array([2, -3]) << shifts
    scaled = layer(kind, weights=weights, weight_fraction=fraction, row_shifts=shifts, bias=bias, **more)
    plain = replace(scaled, row_shifts=None)
    codes = np.stack(np.meshgrid(np.arange(-8, 8), np.arange(-8, 8)), -1).reshape(-1, 2)
    assert (golden.layer_accumulators(scaled, codes) == golden.layer_accumulators(plain, codes)).all()
    assert (scaled.acc, scaled.acc_range) == (plain.acc, plain.acc_range)
    # What is multiplied is narrower, and the manifest says so.
    assert scaled.mantissas.tolist() == [[3, -4], [1, 45]]
    assert scaled.row_biases.tolist() == [2, -3]
    assert scaled.to_dict()["row_fractions"] == [2, 5]
    assert "row_fractions" not in plain.to_dict()
    assert scaled.row_width <= plain.row_width


def test_the_multiplier_of_scaled_rows_is_narrower():
    weights, fraction, shifts = align_rows([[3, -4], [1, 3]], [2, 9])
    scaled = layer(FixedDenseParams, weights=weights, weight_fraction=fraction, row_shifts=shifts, bias=[0, 0], lanes=1)
    plain = replace(scaled, row_shifts=None)
    assert (scaled.weight_width, plain.weight_width) == (3, 10)
    assert (scaled.row_width, plain.row_width) == (7, 14)


@pytest.mark.parametrize(
    ("mantissas", "fractions", "message"),
    [
        ([[1, 2]], [1, 2], r"row_fractions must have shape \(1,\)"),
        ([[1], [1 << 40]], [60, 20], "row 1 needs 82 bits on the finest row's grid"),
        ([[1]], [600], "must be at most 512, got 600"),
        ([[1], [1]], [0, -600], "must be at least -512"),
        (np.zeros((0, 1), int), [], "non-empty 2-D array"),
    ],
)
def test_rows_that_cannot_be_aligned(mantissas, fractions, message):
    with pytest.raises(InputError, match=message):
        align_rows(mantissas, np.array(fractions, dtype=int))


# --- da4ml --------------------------------------------------------------------------------------------------------


def matrix_layer(**changes):
    arguments = {"weights": WEIGHTS, "bias": [0, 0, 3, -2], "backend": "da4ml", "pipeline": 1}
    return layer(**(arguments | changes))


def test_the_graph_of_da4ml_becomes_ours(monkeypatch):
    install(monkeypatch, FIRST, SECOND)
    p = matrix_layer()
    matrix, offset = p.matrix.matrix()
    assert matrix.tolist() == WEIGHTS
    assert offset.tolist() == [0, 0, 3, -2]
    assert p.levels == (0, 3)
    assert p.to_dict()["backend"] == "da4ml"
    assert p.adders == 4


def test_a_graph_that_computes_something_else_is_refused(monkeypatch):
    install(monkeypatch, FIRST, SECOND)
    with pytest.raises(ConsistencyError, match="does not compute the weights"):
        _ = matrix_layer(weights=[[6, -1], [-4, 1], [-6, 2], [0, 0]]).matrix


def test_operations_that_are_not_known_are_refused(monkeypatch):
    install(monkeypatch, stage([*INPUTS, op(0, 1, 7)], [2, 2, 2, 2], [0] * 4, [False] * 4))
    with pytest.raises(ConsistencyError, match="operation 7 is not known"):
        _ = matrix_layer().matrix


def test_fractions_are_refused(monkeypatch):
    install(monkeypatch, stage(INPUTS, [0, 0, 0, 0], [-1] * 4, [False] * 4))
    with pytest.raises(ConsistencyError, match="a fraction of an integer"):
        _ = matrix_layer().matrix


def test_negative_sums_stay_negative(monkeypatch):
    negative = stage(INPUTS, [0, 1], [0, 0], [True, True])
    added = stage([*INPUTS, op(0, 1, 0)], [2, 2, -1, -1], [0] * 4, [False] * 4)
    install(monkeypatch, negative, added)
    p = matrix_layer(weights=[[-1, -1], [-1, -1], [0, 0], [0, 0]])
    assert p.matrix.matrix()[0].tolist() == p.weights.tolist()


def test_da4ml_that_is_missing_or_too_narrow(monkeypatch):
    install(monkeypatch)
    with pytest.raises(InputError, match="takes weights of at most 24 bits, got 26; use backend='csd'"):
        matrix_layer(weights=[[1 << 24, 0], [0, 1], [0, 0], [0, 0]])
    monkeypatch.setattr(da4ml_backend.importlib.util, "find_spec", {}.get)
    with pytest.raises(InputError, match=r"needs the package da4ml \(LGPL-3.0\), which is not installed"):
        matrix_layer()


def test_the_real_da4ml():
    pytest.importorskip("da4ml.cmvm", reason="the extra da4ml is not installed")
    rng = np.random.default_rng(4)
    weights = rng.integers(-100, 100, (4, 6))
    p = layer(weights=weights, bias=[0, 5, 0, -1], backend="da4ml")
    assert (p.matrix.matrix()[0] == weights).all()
    assert p.adders < layer(weights=weights, bias=[0, 5, 0, -1]).adders
