# SPDX-License-Identifier: Apache-2.0
"""Every kind of layer answers all that the stages ask, and a layer of no kind is refused by each of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from block_designs import BLOCK_DESIGNS
from designs import DESIGNS, all_codes
from neuron_designs import NEURONS

from sc_precision.commands.options import Architecture
from sc_precision.emit.verilog import network_verilog
from sc_precision.errors import InputError
from sc_precision.gateware.network import build_layer
from sc_precision.golden import layer_accumulators
from sc_precision.kinds import kind_named, kind_of, kinds, planned_kinds, register
from sc_precision.network import Activation
from sc_precision.params import (
    FixedDenseParams,
    InputCodes,
    LayerParams,
    LfsrDenseParams,
    ProgressiveDenseParams,
)
from sc_precision.plan.structure import architectures
from sc_precision.properties.network.chain import provable_chain

DOCS = Path(__file__).parents[2] / "docs"


def lfsr():
    codes = InputCodes.covering(0, 8, 3), InputCodes.covering(-20, 16, 4)
    levels = np.array([[9, -6, 0], [16, 3, -16]])
    fields = {"levels": levels, "length_log2": 4, "weight_exponent": 0}
    return LfsrDenseParams("lfsr_layer0", codes[0], np.array([1, 2]), Activation.IDENTITY, codes[1], **fields)


def examples():
    """A layer of each kind, by the kind's name."""
    layers = [
        *(DESIGNS[name][0] for name in ("uneven_lanes", "parallel", "serial", "classes", "folded")),
        ProgressiveDenseParams.from_uniform(DESIGNS["one_class"][0]),
        next(iter(BLOCK_DESIGNS.values()))[0],
        NEURONS["lif_plain"],
        lfsr(),
    ]
    return {layer.kind: layer for layer in layers}


EXAMPLES = examples()
KINDS = {kind.name: kind for kind in kinds()}


def test_there_is_an_example_of_each_kind():
    assert EXAMPLES.keys() == KINDS.keys()


@pytest.mark.parametrize("name", KINDS)
def test_each_stage_finds_its_answer(name):
    kind, params = KINDS[name], EXAMPLES[name]
    assert kind is kind_of(params) is kind_named(name)
    least, most = kind.takes(params)
    steps = getattr(params, "steps", None)
    codes = np.random.default_rng(1).integers(least, most, (4, *([steps] if steps else []), params.n_in), endpoint=True)
    outputs = kind.outputs(params, codes)
    assert outputs.shape == (*codes.shape[:-1], params.n_out)
    assert outputs.min() >= params.output.low
    assert outputs.max() <= params.output.high
    component = build_layer(params)
    assert component.module_name == params.name
    assert component.params is params
    if not params.stateful:
        assert layer_accumulators(params, codes).shape == (4, params.n_out)


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_has_lemmas_with_mutants(name):
    params = EXAMPLES[name]
    lemmas = provable_chain([params], "top").lemmas(network_verilog([params], "top"))
    assert {lemma.core for lemma in lemmas} == {params.name, "top"}
    assert "stream protocol" in {lemma.property for lemma in lemmas if lemma.core == params.name}
    assert all(lemma.mutants for lemma in lemmas)


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if not EXAMPLES[name].stateful])
def test_accumulators_stay_in_what_the_kind_says_of_them(name):
    """The sums that proofs rest on, by every input code."""
    kind, params = KINDS[name], EXAMPLES[name]
    low, high = (np.full(params.n_in, end) for end in (params.inputs.low, params.inputs.high))
    bounds = kind.bounds(params, low, high)
    if bounds is None:
        with pytest.raises(InputError, match="has no sums"):
            kind.partial_sums(params, 0)
        return
    codes = all_codes(params)
    acc = layer_accumulators(params, codes)
    inside = acc[((codes >= low) & (codes <= high)).all(axis=1)]
    for output in range(params.n_out):
        widest, reached = kind.partial_sums(params, output), kind.reached_sums(params, bounds, output)
        assert widest[0] <= acc[:, output].min() <= acc[:, output].max() <= widest[1]
        assert reached == (inside[:, output].min(), inside[:, output].max())


@pytest.mark.parametrize(
    "name", [name for name in KINDS if name.startswith(("fixed", "block")) or name == "stochastic_dense"]
)
def test_contributions_of_synapses_are_derived_twice(name):
    kind, params = KINDS[name], EXAMPLES[name]
    codes = np.arange(params.inputs.low, params.inputs.high + 1)
    for index in range(params.n_in):
        vectors = np.zeros((len(codes), params.n_in), dtype=np.int64)
        vectors[:, index] = codes
        expected = (layer_accumulators(params, vectors) - params.bias).T
        assert (kind.synapse_sums(params, index, codes) == expected).all()
        assert (kind.derived_synapse_sums(params, index, codes) == expected).all()


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_each_kind_is_documented(kind):
    assert (DOCS / kind.page).is_file()
    assert f"| `{kind.name}` | {kind.summary} | [{kind.page}]({kind.page}) |" in (DOCS / "index.md").read_text()


def test_the_command_line_offers_what_is_planned():
    assert [each.value for each in Architecture] == list(architectures())
    assert planned_kinds("spiking") == {}


def test_layers_of_no_kind_are_refused():
    class Odd(FixedDenseParams):
        kind = "odd"

    p = EXAMPLES["fixed_dense"]
    odd = Odd(**{name: getattr(p, name) for name in p.__dataclass_fields__})
    for ask in (
        kind_of,
        build_layer,
        lambda layer: layer_accumulators(layer, [[0, 0]]),
        lambda layer: network_verilog([layer], "top"),
        lambda layer: provable_chain([layer], "top"),
    ):
        with pytest.raises(InputError, match=f"{p.name}: there is no kind of layer 'odd'; known are fixed_dense, "):
            ask(odd)
    with pytest.raises(InputError, match="there is no kind of layer 'odd'"):
        kind_named("odd")
    with pytest.raises(InputError, match="there is no kind of layer 'int'"):
        kind_of(3)


def test_a_kind_is_registered_once():
    with pytest.raises(InputError, match="a kind of layer named 'fixed_dense' is registered already"):
        register(kind_named("fixed_dense"))


def test_questions_that_a_kind_does_not_answer():
    lif, streams = KINDS["lif"], KINDS["stochastic_dense_progressive"]
    params = EXAMPLES["lif"]
    for ask, message in (
        (lambda: lif.accumulators(params, None), "lif_plain_lif: a layer of kind 'lif' has no accumulators"),
        (lambda: lif.estimates(params, None, 1), "cannot be stopped early"),
        (lambda: lif.contributions(params, None, None, 1), "has no error bounds"),
        (lambda: lif.quantised(None, None, 1), "a layer of kind 'lif' is not planned"),
        (lambda: lif.partial_sums(params, 0), "has no sums"),
        (lambda: lif.reached_sums(params, None, 0), "has no sums"),
        (lambda: streams.synapse_sums(EXAMPLES[streams.name], 0, None), "is not known to certified decisions"),
        (lambda: streams.derived_synapse_sums(EXAMPLES[streams.name], 0, None), "is not known to certified decisions"),
    ):
        with pytest.raises(InputError, match=message):
            ask()


def test_the_base_class_has_no_description():
    with pytest.raises(NotImplementedError):
        LayerParams().to_dict()
    assert LayerParams().log2_width == 0
    assert replace(EXAMPLES["fixed_dense"]).linear
