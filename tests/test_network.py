# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sc_precision import network as network_module
from sc_precision.adaptive.compile import compile_adaptive_precision
from sc_precision.errors import InputError
from sc_precision.golden.codes import check_codes
from sc_precision.importers import NetworkFile
from sc_precision.network import Activation, Dense, Network
from sc_precision.params import InputCodes
from sc_precision.params.codes import weight_array
from sc_precision.plan.network import plan_network
from sc_precision.plan.target import Target


def two_layers(**options) -> Network:
    first = Dense([[1.0, -2.0], [0.5, 0.25], [-1.0, 1.0]], [0.0, 0.125, -0.5], "relu")
    return Network((first, Dense([[1, 2, 3]], [10], "identity")), **options)


def test_forward_by_hand():
    # 1*0.5 - 2*1 = -1.5 -> 0; 0.25 + 0.25 + 0.125 = 0.625; -0.5 + 1 - 0.5 = 0; then 10 + 2 * 0.625.
    np.testing.assert_array_equal(two_layers().forward([[0.5, 1.0]]), [[11.25]])
    np.testing.assert_array_equal(two_layers().forward([[0.0, 1.0], [1.0, 0.0]]), [[12.25], [12.25]])


def test_identity_lets_negative_sums_through():
    np.testing.assert_array_equal(Network((Dense([[-1.0]]),)).forward([[0.5]]), [[-0.5]])
    np.testing.assert_array_equal(Network((Dense([[-1.0]], None, "relu"),)).forward([[0.5]]), [[0.0]])


def test_shapes_names_and_defaults():
    net = two_layers()
    assert (net.n_in, net.n_out, len(net.layers)) == (2, 1, 2)
    assert [(layer.n_in, layer.n_out) for layer in net.layers] == [(2, 3), (3, 1)]
    assert [layer.name for layer in net.layers] == ["layer_0", "layer_1"]
    assert (net.input_low, net.input_high, net.input_fraction) == (0.0, 1.0, None)
    np.testing.assert_array_equal(Dense([[1, 2]]).bias, [0.0])
    assert Dense([[1, 2]]).activation is Activation.IDENTITY


def test_arrays_are_copied_and_read_only():
    weight = np.ones((1, 2))
    layer = Dense(weight)
    weight[:] = 7
    np.testing.assert_array_equal(layer.weight, [[1.0, 1.0]])
    for array in (layer.weight, layer.bias):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_naming_in_a_network_leaves_the_given_layer_as_it_was():
    layer = Dense([[1.0]])
    named = Network((layer,)).layers[0]
    assert (layer.name, named.name) == ("", "layer_0")
    assert named.weight is layer.weight


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, np.int8, np.uint16])
def test_any_real_dtype(dtype):
    layer = Dense(np.array([[1, 2]], dtype))
    assert layer.weight.dtype == np.float64
    np.testing.assert_array_equal(layer.weight, [[1.0, 2.0]])


def test_parse_activation():
    assert Activation.parse(" ReLU ") is Activation.RELU
    assert Activation.parse(Activation.IDENTITY) is Activation.IDENTITY


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1.0, np.nan]],), r"^layer: weight: entry \[0, 1\] is nan; all must be finite$"),
        (([[1.0], [-np.inf]],), r"^layer: weight: entry \[1, 0\] is -inf"),
        (([[np.longdouble("1e4000")]],), r"^layer: weight: entry \[0, 0\] is inf"),
        (([[1.0]], [np.inf]), r"^layer: bias: entry \[0\] is inf"),
        (([[True]],), r"^layer: weight: must hold real numbers, got dtype bool$"),
        (([[1j]],), r"must hold real numbers, got dtype complex128"),
        (([["1"]],), r"must hold real numbers, got dtype <U1"),
        (([[None]],), r"must hold real numbers, got dtype object"),
        (([[1, 10**30]],), r"must hold real numbers, got dtype object"),
        (([[1.0, 2.0], [3.0]],), r"^layer: weight is no array of numbers: "),
        (([1.0],), r"^layer: weight must be a non-empty 2-D array \(n_out, n_in\), got shape \(1,\)$"),
        ((np.zeros((2, 0)),), r"must be a non-empty 2-D array .*, got shape \(2, 0\)"),
        ((np.zeros((1, 1, 1)),), r"got shape \(1, 1, 1\)"),
        (([[1.0]], [1.0, 2.0]), r"^layer: bias must have shape \(1,\), got \(2,\)$"),
        (([[1.0]], 1.0), r"^layer: bias must have shape \(1,\), got \(\)$"),
        (([[1.0]], None, "tanh"), r"^layer: activation must be one of identity, relu, got 'tanh'$"),
        (([[1.0]], None, None), r"activation must be one of identity, relu, got None"),
        (([[1.0]], None, "relu", 3), r"^layer name must be a string of at most 64 printable characters, got 3$"),
        (([[1.0]], None, "relu", "a\nb"), r"printable characters, got 'a\\nb'$"),
        (([[1.0]], None, "relu", "x" * 65), r"at most 64 printable characters, got 'x"),
        (([1.0], None, "relu", "fc1"), r"^fc1: weight must be"),
    ],
)
def test_layer_errors(arguments, message):
    with pytest.raises(InputError, match=message) as caught:
        Dense(*arguments)
    assert "\n" not in str(caught.value)


A, B = Dense([[1.0, 1.0]], name="a"), Dense([[1.0]], name="b")


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((), "^network: there are no layers; give at least one Dense$"),
        (A, "^network: layers must be a sequence of Dense, got Dense$"),
        ((layer for layer in [A]), "must be a sequence of Dense, got generator"),
        ((A, "b"), r"^network: layers\[1\] is str, not Dense$"),
        ((A, Dense([[1.0]], name="a")), r"^network: layer names must differ, got \['a', 'a'\]$"),
        ((Dense([[1.0]], name="layer_1"), Dense([[1.0]])), "layer names must differ"),
        ((B, A), "^network: b has 1 outputs but a expects 2 inputs$"),
    ],
)
def test_network_errors(layers, message):
    with pytest.raises(InputError, match=message):
        Network(layers)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"input_low": 0.5}, r"^network: the input range must contain 0.*, got \[0\.5, 1\.0\]$"),
        ({"input_high": -1.0, "input_low": -2.0}, r"got \[-2\.0, -1\.0\]"),
        ({"input_high": 0.0}, r"got \[0\.0, 0\.0\]"),
        ({"input_high": 1e300}, r"stay within 1e30, got \[0\.0, 1e\+300\]"),
        ({"input_high": float("nan")}, "^network: input_high must be finite, got nan$"),
        ({"input_low": -(10**400)}, "^network: input_low must be finite, got -1000"),
        ({"input_low": "0"}, "^network: input_low must be a real number, got '0'$"),
        ({"input_high": True}, "^network: input_high must be a real number, got True$"),
        ({"input_fraction": -1}, "^network: input_fraction must be at least 0, got -1$"),
        ({"input_fraction": 25}, "^network: input_fraction must be at most 24, got 25$"),
        ({"input_fraction": 4.0}, "^network: input_fraction must be an int, got 4.0$"),
        ({"input_fraction": True}, "^network: input_fraction must be an int, got True$"),
    ],
)
def test_input_range_errors(options, message):
    with pytest.raises(InputError, match=message) as caught:
        Network((B,), **options)
    assert len(str(caught.value)) < 200


def test_too_many_synapses(monkeypatch):
    monkeypatch.setattr(network_module, "MAX_PARAMETERS", 4)
    Network((Dense(np.ones((2, 2))),))
    with pytest.raises(InputError, match=r"^network: 6 synapses; at most 4 are supported$"):
        Network((Dense(np.ones((2, 2)), name="a"), Dense(np.ones((1, 2)))))


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([0.0, 1.0], r"^inputs: expected shape \(batch, 2\), got \(2,\)$"),
        ([[0.0]], r"got \(1, 1\)$"),
        (np.zeros((0, 2)), r"got \(0, 2\)$"),
        ([[0.0, 1.5]], r"^inputs: entry \[0, 1\] is 1\.5, outside \[0\.0, 1\.0\]$"),
        ([[0.0, 0.5], [-0.125, 0.0]], r"^inputs: entry \[1, 0\] is -0\.125, outside"),
        ([[0.0, 0.3]], r"^inputs: entry \[0, 1\] is 0\.3, not a multiple of 2\*\*-4$"),
        ([[0.0, np.nan]], r"^inputs: entry \[0, 1\] is nan"),
        ([["0", "1"]], "^inputs: must hold real numbers"),
    ],
)
def test_input_errors(inputs, message):
    net = two_layers(input_fraction=4)
    for call in (net.check_inputs, net.forward):
        with pytest.raises(InputError, match=message):
            call(inputs)


def test_inputs_are_copied_and_named():
    given_inputs = np.array([[0.25, 1.0]])
    checked = two_layers(input_fraction=2).check_inputs(given_inputs)
    given_inputs[:] = 5
    np.testing.assert_array_equal(checked, [[0.25, 1.0]])
    with pytest.raises(InputError, match=r"^images: entry \[0, 0\] is 5\.0"):
        two_layers().check_inputs(given_inputs, "images")


def test_overflow_in_forward_is_refused():
    huge = Network((Dense([[1e200]], name="a"), Dense([[1e200]], name="b")))
    assert huge.forward([[0.0]]) == 0
    with pytest.raises(InputError, match=r"^network: outputs of b overflow float64; scale the weights down$"):
        huge.forward([[1.0]])


@given(
    arrays(np.float64, (3, 4), elements=st.floats(-8, 8)),
    arrays(np.float64, 3, elements=st.floats(-8, 8)),
    arrays(np.float64, (2, 4), elements=st.floats(0, 1)),
)
def test_forward_is_the_formula(weight, bias, inputs):
    outputs = Network((Dense(weight, bias, "relu"),)).forward(inputs)
    for k, x in enumerate(inputs):
        for j in range(3):
            exact = max(0.0, sum(w * v for w, v in zip(weight[j], x, strict=True)) + bias[j])
            assert outputs[k, j] == pytest.approx(exact, abs=1e-12)


MASKED = np.ma.masked_array([[0.5, 4.0]], mask=[[False, True]])


def test_a_masked_array_is_refused_wherever_numbers_are_taken():
    whole = np.ma.masked_array([[1, 0]], mask=[[False, True]])
    network = Network((Dense([[1.0, 2.0]]),))
    refused = [
        ("layer: weight", lambda: Dense(MASKED)),
        ("layer: bias", lambda: Dense([[1.0, 2.0]], np.ma.masked_array([1.0], mask=False))),
        ("inputs", lambda: network.forward(MASKED)),
        ("test_labels", lambda: NetworkFile(network, [[1.0, 0.0]], np.ma.masked_array([0], mask=[True]))),
        ("target_errors", lambda: Target.per_output(np.ma.masked_array([1.0], mask=[True]))),
        ("fc: weights", lambda: weight_array(whole, "fc")),
        ("output codes", lambda: plan_network(network, target_error=0.5).output_values(whole)),
        ("fc: input codes", lambda: check_codes(InputCodes.covering(0, 8, 3), 2, whole, "fc")),
        ("layer", lambda: compile_adaptive_precision(MASKED)),
    ]
    for name, call in refused:
        with pytest.raises(InputError, match=f"^{name} must not be a masked array; fill it first$"):
            call()


def test_weights_with_inputs_first_are_named():
    with pytest.raises(InputError, match=r"bias must have shape \(4,\), got \(3,\); transpose the weights"):
        Dense(np.ones((4, 3)), np.zeros(3))
    with pytest.raises(InputError, match=r"bias must have shape \(4,\), got \(2,\)$"):
        Dense(np.ones((4, 3)), np.zeros(2))
