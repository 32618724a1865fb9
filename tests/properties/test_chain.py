# SPDX-License-Identifier: Apache-2.0
"""Chains of layers without a plan: what their lemmas are held against, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from block_designs import BLOCK_DESIGNS
from designs import DESIGNS, stochastic
from networks import proofs_of
from neuron_designs import NEURONS, SPIKING, lif

from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.formats import BlockFloatFormat, Overflow
from sc_precision.network import Dense, Network
from sc_precision.params import BlockTensor, FixedDenseParams, InputCodes, LfsrDenseParams, ProgressiveDenseParams
from sc_precision.params.neurons import NO_LEAK
from sc_precision.plan.block_float import quantise_block_float_network
from sc_precision.properties.dense.claims import exact_bounds
from sc_precision.properties.network.chain import provable_chain
from sc_precision.tools.sby import Verdict

EXACT = [
    name
    for name, layers in DESIGNS.items()
    if all(hasattr(p, "weights") and p.overflow is Overflow.SATURATE for p in layers)
]
"""Without streams."""


def proven(chain, folder, tasks=("prove", "cover", "mutant")):
    hdl = network_verilog(chain.layers, chain.name)
    for (lemma, task), result in proofs_of(chain.lemmas(hdl), folder, tasks, hdl).items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-1500:]}"


def test_a_fixed_and_a_block_floating_layer_in_a_row(tmp_path):
    first = DESIGNS["two_fixed"][0]
    tensor = BlockTensor(np.array([[1, -3, 2], [2, 0, 1]]), np.array([2, 0, 1]), BlockFloatFormat(3, 2, 2))
    second = replace(BLOCK_DESIGNS["bf_two"][1], inputs=first.output, bias=np.array([-3, 1]), tensor=tensor)
    proven(provable_chain([first, second], "both"), tmp_path, ("prove", "cover"))


def test_dense_layer_and_neurons(tmp_path):
    proven(provable_chain(SPIKING["snn_constant"], "snn"), tmp_path)


@pytest.mark.parametrize("kind", ["early", "lfsr"])
def test_layers_whose_lemmas_come_from_their_parameters(kind, tmp_path):
    """Their own lemmas are proven beside those layers; here, that they are chained."""
    first = stochastic(f"{kind}_0", [[9, -16], [3, 4]], np.full((2, 2), 4), [2, 7], (0, 8, 3), (0, 8, 3))
    if kind == "early":
        made = ProgressiveDenseParams.from_uniform(first)
    else:
        made = LfsrDenseParams(
            first.name,
            first.inputs,
            first.bias,
            first.activation,
            first.output,
            levels=first.levels,
            length_log2=4,
            weight_exponent=0,
        )
    second = stochastic(f"{kind}_1", [[5, -8]], np.full((1, 2), 3), [1], (0, 8, 3), (0, 16, 3))
    chain = provable_chain([made, second], kind)
    hdl = network_verilog(chain.layers, chain.name)
    lemmas = chain.lemmas(hdl)
    assert {f"{kind}_0_control", f"{kind}_0_stage", f"{kind}_1_error"} < {lemma.name for lemma in lemmas}
    for (lemma, task), result in proofs_of([lemmas[-1]], tmp_path, hdl=hdl).items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}\n{result.log_tail[-1500:]}"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["snn_steps", "snn_two"])
def test_spiking_networks(name, tmp_path):
    proven(provable_chain(SPIKING[name], name), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["two_fixed", "architectures", "two_stochastic", "unipolar", "row_scales"])
def test_dense_networks(name, tmp_path):
    proven(provable_chain(DESIGNS[name], "top"), tmp_path)


@pytest.mark.parametrize("name", EXACT)
def test_exact_bounds_have_no_weight_error(name):
    for params in DESIGNS[name]:
        bounds = exact_bounds(params, np.full(params.n_in, params.inputs.low), params.inputs.high)
        assert not bounds.weight_error.any()
        assert not bounds.bias_error.any()
        assert (bounds.reference_weights == params.weights << bounds.k).all()


def test_trained_weights_are_what_a_block_float_network_is_held_against():
    network = Network((Dense([[0.3, -0.7]], [0.1], "relu"), Dense([[1.3], [-0.2]], [0.0, 0.4])), input_fraction=4)
    layers = quantise_block_float_network(network, "BFP4E4X1", name="net")
    chain = provable_chain(layers.params, "net", layers.bounds)
    assert any(bounds.weight_error.any() for bounds in chain.bounds)
    hdl = network_verilog(chain.layers, "net")
    names = {lemma.name for lemma in chain.lemmas(hdl)}
    assert {"net_layer0_error", "net_layer1_align", "net_layer1_stage", "net_top"} < names
    narrow = replace(layers.bounds[1], input_high=layers.bounds[1].input_high // 2)
    with pytest.raises(ConsistencyError, match="synapses err by"):
        provable_chain(layers.params, "net", [layers.bounds[0], narrow]).lemmas(hdl)


def test_what_lemmas_rely_on_is_asserted_and_no_wider():
    network = Network((Dense([[0.3, -0.7]], [0.1], "relu"), Dense([[1.3], [-0.2]], [0.0, 0.4])), input_fraction=4)
    layers = quantise_block_float_network(network, "BFP4E4X1", name="net")
    chain = provable_chain(layers.params, "net", layers.bounds)
    lemmas = chain.lemmas(network_verilog(chain.layers, "net"))
    checked = 0
    for index, lemma in enumerate(lemmas):
        for quantity, (low, high) in lemma.relies_on.items():
            narrower = {quantity: (low, tuple(end - 1 for end in high))}
            with pytest.raises(ConsistencyError, match=f"{lemma.name} relies on {quantity}"):
                chain.check([*lemmas[:index], replace(lemma, relies_on=narrower), *lemmas[index + 1 :]])
            checked += 1
        nothing = replace(lemma, relies_on={"net_layer0 moods": ((0,), (1,))})
        with pytest.raises(ConsistencyError, match="relies on the range of net_layer0 moods, which nothing asserts"):
            chain.check([*lemmas[:index], nothing, *lemmas[index + 1 :]])
    assert checked


def test_currents_must_be_those_of_the_neurons(monkeypatch):
    chain = provable_chain(SPIKING["snn_steps"], "snn")
    hdl = network_verilog(chain.layers, "snn")
    lemmas = chain.lemmas(hdl)
    assert any(lemma.name == "snn_steps_lif_step_range" for lemma in lemmas)
    monkeypatch.setattr("sc_precision.kinds.neurons.current_range", lambda _: (-1, 1))
    with pytest.raises(
        ConsistencyError, match=r"snn_steps_dense delivers codes .*, but the lemmas about snn_steps_lif"
    ):
        chain.check(lemmas)


def wide_weights():
    p = DESIGNS["one_identity"][0]
    return [FixedDenseParams(**{**vars_of(p), "weights": np.full((1, 1), (1 << 53) + 1), "bias": np.zeros(1, int)})]


def vars_of(p):
    return {name: getattr(p, name) for name in p.__dataclass_fields__}


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (lambda: DESIGNS["half_away_wraps"], "results that wrap have no error bound"),
        (lambda: [lif("long", steps=2000, leak=NO_LEAK)], "still grows after 1024 steps"),
        (
            lambda: [NEURONS["lif_once"], replace(DESIGNS["one_weight"][0], inputs=InputCodes.covering(0, 0, 0))],
            "gets codes 0..1, but its lemmas would only hold for 0..0",
        ),
    ],
)
def test_what_cannot_be_proven_is_refused(layers, message):
    with pytest.raises(InputError, match=message):
        provable_chain(layers(), "top")


def test_kinds_that_are_not_known_are_refused():
    class Odd(FixedDenseParams):
        kind = "odd"

    p = DESIGNS["two_fixed"][0]
    with pytest.raises(InputError, match="two_fixed_layer0: there is no kind of layer 'odd'; known are fixed_dense, "):
        provable_chain([Odd(**vars_of(p))], "top")


def test_weights_that_are_no_floats_are_refused():
    with pytest.raises(InputError, match="a weight of 54 bits is no float64"):
        provable_chain(wide_weights(), "top")
