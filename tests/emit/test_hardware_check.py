# SPDX-License-Identifier: Apache-2.0
import dataclasses
import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sc_precision.bundle.emit import bundle_verilog
from sc_precision.emit.hardware_check import check_hardware
from sc_precision.errors import ConsistencyError
from sc_precision.network import Dense, Network
from sc_precision.params import narrowest_code
from sc_precision.plan.network import plan_network


@pytest.fixture(scope="module")
def hdl(tiny_plans):
    return {datapath: bundle_verilog(plan) for datapath, plan in tiny_plans.items()}


@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
def test_what_is_emitted_is_what_was_planned(tiny_plans, hdl, datapath):
    # Every synapse is compared at least twice: its code, and that the code fits its width.
    synapses = sum(layer.bits.size for layer in tiny_plans[datapath].layers)
    assert check_hardware(tiny_plans[datapath], hdl[datapath]) > 2 * synapses


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_shape_and_sparsity(data):
    n_in, n_hidden, n_out, lanes = (data.draw(st.integers(1, 5)) for _ in range(4))
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    share = data.draw(st.sampled_from([0.0, 0.4, 1.0]))
    hidden = rng.normal(size=(n_hidden, n_in)) * (rng.random((n_hidden, n_in)) < share)
    network = Network((Dense(hidden, rng.normal(size=n_hidden), "relu"), Dense(rng.normal(size=(n_out, n_hidden)))))
    for datapath, target in (("fixed", 0.1), ("stochastic", 1.0)):
        plan = plan_network(network, target_error=target, datapath=datapath, name="any", lanes=lanes, best_effort=True)
        check_hardware(plan, bundle_verilog(plan))


def changed(hdl, pattern, replacement):
    """The files with the first match replaced, which there must be."""
    for name, text in hdl.items():
        new = re.sub(pattern, replacement, text, count=1, flags=re.MULTILINE)
        if new != text:
            return hdl | {name: new}
    raise AssertionError(f"nothing matches {pattern}")


@pytest.mark.parametrize(
    ("pattern", "replacement", "message"),
    [
        (
            r"input \[\d+:0\] s_axis_tdata;\n  (\w+) \[\d+:0\] s_axis_tdata",
            r"input [63:0] s_axis_tdata;\n  \1 [63:0] s_axis_tdata",
            r"tiny: width of s_axis_tdata.*Verilog 64",
        ),
        (
            r"output \[\d+:0\] acc;\n  (\w+) \[\d+:0\] acc",
            r"output [40:0] acc;\n  \1 [40:0] acc",
            r"tiny_layer0_mac: width of acc.*Verilog 41",
        ),
        (
            r"input \[\d+:0\] i__payload;\n  (\w+) \[\d+:0\] i__payload",
            r"input [63:0] i__payload;\n  \1 [63:0] i__payload",
            r"tiny_layer0: width of i__payload.*Verilog 64$",
        ),
        (
            r"^    weights\[0\] = (\d+)'h\w+;",
            r"    weights[0] = \1'h001;",
            r"tiny_layer0: weights differing.*Verilog 1$",
        ),
        (r"^  reg \[\d+:0\] weights \[(\d+):0\];", r"  reg [40:0] weights [\1:0];", r"width of the ROM.*Verilog 41"),
        (r"^(  reg \[\d+:0\]) weights \[\d+:0\];", r"\1 weights [99:0];", r"words of the ROM.*Verilog 100"),
        (
            r"^  reg (\[\d+:0\]) weights (\[\d+:0\]);",
            r"  reg \1 heavy \2;",
            r"slang: .*undeclared identifier 'weights'",
        ),
        (r"^module tiny_layer1_stage\(", "module other(", r"slang: unknown module 'tiny_layer1_stage'"),
    ],
)
def test_fixed_hardware_that_is_not_the_plan(tiny_plans, hdl, pattern, replacement, message):
    with pytest.raises(ConsistencyError, match=message):
        check_hardware(tiny_plans["fixed"], changed(hdl["fixed"], pattern, replacement))


@pytest.mark.parametrize(
    ("pattern", "replacement", "message"),
    [
        (
            r"input \[\d+:0\] cycle;\n  (\w+) \[\d+:0\] cycle",
            r"input [30:0] cycle;\n  \1 [30:0] cycle",
            r"tiny_layer0_streams: width of cycle.*Verilog 31",
        ),
        (r"^  tiny_layer0_streams streams \(", "  tiny_layer0_streams other (", r"is no bitstream of the generators"),
        (r"^  (\w+) row_1 \(", r"  \1 row_9 (", r"no instance named row_1"),
        (r"^    \.w\(\{ (\w+), ", r"    .w({ nothing, ", r"slang: .*undeclared identifier 'nothing'"),
        (r"^    \.w\(\{ (\w+), ", r"    .w({ clear, ", r"bit \d of w of row_\d is no bitstream"),
    ],
)
def test_stochastic_hardware_that_is_not_the_plan(tiny_plans, hdl, pattern, replacement, message):
    with pytest.raises(ConsistencyError, match=message):
        check_hardware(tiny_plans["stochastic"], changed(hdl["stochastic"], pattern, replacement))


def test_two_weight_streams_swapped(tiny_plans, hdl):
    swapped = changed(hdl["stochastic"], r"^    \.w\(\{ (\w+), (\w+)(.*)\),$", r"    .w({ \2, \1\3),")
    with pytest.raises(ConsistencyError, match=r"stream length of synapse|levels differing"):
        check_hardware(tiny_plans["stochastic"], swapped)


@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
def test_weights_wider_than_planned(tiny_plans, hdl, datapath):
    plan = tiny_plans[datapath]
    bits = plan.layers[0].bits.copy()
    wide = np.unravel_index(bits.argmax(), bits.shape)
    # Another synapse keeps the widest width, so that the grid is the same.
    bits[bits < bits.max()] = bits.max()
    bits[wide] = 2
    layer = dataclasses.replace(plan.layers[0], bits=bits)
    with pytest.raises(ConsistencyError, match=r"needs more than its planned 2 bits"):
        check_hardware(dataclasses.replace(plan, layers=(layer, *plan.layers[1:])), hdl[datapath])


def test_a_stream_shorter_than_planned(tiny_plans, hdl):
    plan = tiny_plans["stochastic"]
    layer = dataclasses.replace(plan.layers[0], lengths=plan.layers[0].lengths * 2)
    with pytest.raises(ConsistencyError, match=r"tiny_layer0: stream length of synapse \(\d, \d\): the plan says"):
        check_hardware(dataclasses.replace(plan, layers=(layer, *plan.layers[1:])), hdl["stochastic"])


@pytest.fixture(scope="module")
def unfolded():
    """Plans and Verilog of the tiny network in the other architectures."""
    from bundle_designs import tiny_file

    plans = {
        architecture: plan_network(
            tiny_file().network, target_error=0.05, name="tiny", architecture=architecture, row_scales=True
        )
        for architecture in ("folded", "parallel", "serial")
    }
    return {architecture: (plan, bundle_verilog(plan)) for architecture, plan in plans.items()}


@pytest.fixture(scope="module", params=["sign_magnitude", "bipolar"])
def folded_streams(request):
    """Plan and Verilog of a folded stochastic network with several lengths."""
    from networks import small_network

    plan = plan_network(
        small_network(),
        target_error=1.2,
        datapath="stochastic",
        encoding=request.param,
        name="pocket",
        architecture="folded",
        lanes=2,
    )
    return plan, bundle_verilog(plan)


def test_folded_streams_are_what_was_planned(folded_streams):
    plan, hdl = folded_streams
    assert check_hardware(plan, hdl) > sum(layer.bits.size for layer in plan.layers)


@pytest.mark.parametrize(
    ("pattern", "replacement", "message"),
    [
        (r"^    levels\[0\] = (\d+)'h\w+;", r"    levels[0] = \1'h1;", "levels differing from the plan"),
        (r"^  reg \[\d+:0\] levels", "  reg [90:0] levels", "pocket_layer0_levels_0: width of the ROM"),
        (r"^  reg (\[\d+:0\]) levels ", r"  reg \1 words ", r"slang: .*undeclared identifier 'levels'"),
        (
            r"input \[\d+:0\] word;\n  (\w+) \[\d+:0\] word",
            r"input [90:0] word;\n  \1 [90:0] word",
            r"pocket_layer0_row_0: width of word",
        ),
    ],
)
def test_faults_in_folded_streams_are_caught(folded_streams, pattern, replacement, message):
    plan, hdl = folded_streams
    with pytest.raises(ConsistencyError, match=message):
        check_hardware(plan, changed(hdl, pattern, replacement))


def test_a_folded_stream_shorter_than_planned(folded_streams):
    plan, hdl = folded_streams
    layer = dataclasses.replace(plan.layers[0], lengths=plan.layers[0].lengths * 2)
    with pytest.raises(ConsistencyError, match=r"pocket_layer0: stream length of synapse \(\d, \d\): the plan says"):
        check_hardware(dataclasses.replace(plan, layers=(layer, *plan.layers[1:])), hdl)


@pytest.mark.parametrize("architecture", ["folded", "parallel", "serial"])
def test_other_architectures_are_what_was_planned(unfolded, architecture):
    plan, hdl = unfolded[architecture]
    assert any(params.shifts.any() for params in plan.params)
    assert check_hardware(plan, hdl) > sum(layer.bits.size for layer in plan.layers)


@pytest.mark.parametrize(
    ("architecture", "pattern", "replacement", "message"),
    [
        (
            "parallel",
            r"\.x_1\(multiples_\d_product_1_\d+\)",
            ".x_1(i__payload[0])",
            r"tiny_layer0_row_0: products: .*'x_1': 'no other instance'",
        ),
        (
            "parallel",
            r"\.x_1\((multiples_\d_product_1_\d+)\)",
            r".x_1(~\1)",
            r"tiny_layer0_row_0: products: .*'x_1': 'no other instance'",
        ),
        ("parallel", r"^  tiny_layer0_row_2 row_2 \(", "  tiny_layer0_row_2 row_9 (", "no instance named row_2"),
        (
            "parallel",
            r"output \[\d+:0\] (product_0_\d+);\n  wire \[\d+:0\] product_0_\d+",
            r"output [40:0] \1;\n  wire [40:0] \1",
            "tiny_layer0_multiples_0: width of",
        ),
        (
            "parallel",
            r"output \[\d+:0\] acc;\n  (\w+) \[\d+:0\] acc",
            r"output [40:0] acc;\n  \1 [40:0] acc",
            r"tiny_layer0_row_\d: width of acc",
        ),
        (
            "serial",
            r"output \[\d+:0\] acc;\n  (\w+) \[\d+:0\] acc",
            r"output [40:0] acc;\n  \1 [40:0] acc",
            r"tiny_layer0_row_\d: width of acc",
        ),
        ("folded", r"^    weights\[0\] = (\d+)'h\w+;", r"    weights[0] = \1'h001;", "weights differing from the plan"),
    ],
)
def test_faults_in_other_architectures_are_caught(unfolded, architecture, pattern, replacement, message):
    plan, hdl = unfolded[architecture]
    with pytest.raises(ConsistencyError, match=message):
        check_hardware(plan, changed(hdl, pattern, replacement))


def test_widths_of_da4ml_are_read_back(unfolded):
    plan, _ = unfolded["parallel"]
    matrices, layers = {}, []
    for layer in plan.layers:
        params = dataclasses.replace(layer.params)
        object.__setattr__(params, "backend", "da4ml")
        ports = "".join(
            f"  output [{narrowest_code(*params.row_interval(o))[0] - 1}:0] acc_{o};\n" for o in range(params.n_out)
        )
        codes = params.n_in * params.inputs.format.width
        name = f"{params.name}_matrix"
        names = ["codes", *(f"acc_{output}" for output in range(params.n_out))]
        matrices[f"{name}.v"] = (
            f"module {name}({', '.join(names)});\n  input [{codes - 1}:0] codes;\n{ports}endmodule\n"
        )
        layers.append(dataclasses.replace(layer, params=params))
    shared = dataclasses.replace(plan, layers=tuple(layers))
    assert check_hardware(shared, unfolded["parallel"][1] | matrices) > 12
    with pytest.raises(ConsistencyError, match="tiny_layer0_matrix: width of codes"):
        check_hardware(shared, unfolded["parallel"][1] | changed(matrices, r"input \[\d+:0\] codes", "input codes"))


def test_a_kind_of_layer_that_is_not_known_is_refused(tiny_plans, hdl):
    from block_designs import BLOCK_DESIGNS

    plan = tiny_plans["fixed"]
    unknown = dataclasses.replace(plan.layers[0], params=BLOCK_DESIGNS["bf_one"][0])
    with pytest.raises(ConsistencyError, match="bf_one_layer0: there is no check of the Verilog of layers of kind"):
        check_hardware(dataclasses.replace(plan, layers=(unknown, *plan.layers[1:])), hdl["fixed"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (r"\bweights\b", "heavy", "tiny_layer0_weights_0: there is no memory named weights in the Verilog"),
        (r"\btiny_layer1_stage\b", "other", "module tiny_layer1_stage is not in the Verilog"),
    ],
)
def test_what_has_another_name_everywhere_is_missed(tiny_plans, hdl, old, new, message):
    renamed = {name: re.sub(old, new, text) for name, text in hdl["fixed"].items()}
    with pytest.raises(ConsistencyError, match=message):
        check_hardware(tiny_plans["fixed"], renamed)
