# SPDX-License-Identifier: Apache-2.0
"""`compile_adaptive_precision` against the published manifests, in simulation, and with bad input."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from manifests import manifest_of
from networks import small_network
from verilog_bench import drive

from sc_precision import compile_adaptive_precision
from sc_precision.adaptive import compile as adaptive_compile
from sc_precision.adaptive import two_plans
from sc_precision.adaptive.compile import compile_adaptive_network
from sc_precision.adaptive.pairs import Savings, plan_from_words, random_pair_codes
from sc_precision.adaptive.params import AdaptiveParams, Policy
from sc_precision.errors import InputError
from sc_precision.formats import parse_precision
from sc_precision.network import Dense, Network

CASES = json.loads((Path(__file__).parents[1] / "data" / "parity" / "emitter_manifests.json").read_text())
WEIGHTS = np.array([[0.5, -0.25, 0.875], [-0.75, 0.125, 0.3], [0.1, -0.6, -0.45]])
OUR_RULE = {"minimum_quantum", "max_abs_value"}
"""Follow our value rule: the mantissa is a fraction."""


@pytest.fixture
def built(monkeypatch):
    """Parameters of the wrappers that are emitted; the Verilog is left out."""
    seen = []
    monkeypatch.setattr("sc_precision.emit.verilog.top_verilog", lambda top, *_: seen.append(top.params) or {})
    return seen


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['lp']}-{case['hp']}")
def test_manifests_as_published(case, built):
    manifest = compile_adaptive_precision(
        WEIGHTS,
        "published",
        lp_precision=case["lp"],
        hp_precision=case["hp"],
        lp_parameter_count=case["lp_parameter_count"],
        hp_parameter_count=case["hp_parameter_count"],
    ).manifest
    assert set(case["manifest_keys"]) <= set(manifest)
    fixed = {key: manifest[key] for key in ("schema_version", "kind", "emitter_contract_version", "module_name")}
    assert fixed == {
        "schema_version": "1.0",
        "kind": "adaptive_precision_v1",
        "emitter_contract_version": "adaptive_precision_emitter.v1",
        "module_name": "published",
    }
    assert (manifest["threshold_up_pct"], manifest["threshold_down_pct"]) == (0.8, 0.5)
    assert (manifest["signed"], manifest["overflow"], manifest["rounding"]) == (True, "saturate", "nearest_even")
    for path in ("lp", "hp"):
        entry, published = manifest[f"{path}_precision"], case[f"{path}_precision"]
        assert {key: entry[key] for key in set(published) - OUR_RULE} == {
            key: value for key, value in published.items() if key not in OUR_RULE
        }
        form = parse_precision(case[path])
        if published["kind"] == "block_floating":
            step = Fraction(1, 2 ** (form.mantissa_bits - 1))
            assert entry["minimum_quantum"] == step * Fraction(2) ** form.exponent_min
            assert entry["max_abs_value"] == (1 - step) * Fraction(2) ** form.exponent_max
        params = built[0]
        layer = getattr(params, path)[0]
        # The datapath is as wide as the manifest says.
        assert layer.inputs.format.width == layer.output.format.width == entry["emitted_datapath_width"]
        assert layer.inputs.format.fraction == entry["emitted_datapath_fraction"]
        assert layer.weight_width <= entry["emitted_datapath_width"]
    manifest_of(manifest)


FORMATS = [
    {},
    {"lp_precision": "Q2.2", "hp_precision": "Q2.6"},
    {"lp_precision": "BFP6E3X2", "hp_precision": "BFP10E4X3"},
    {"lp_precision": "BFP6E3X2", "hp_precision": "BFP10E4X3", "exponents": "datapath"},
    {"lp_precision": "BFP5E4", "hp_precision": "Q3.9", "lp_parameter_count": 77},
]


@pytest.mark.parametrize("policy", ["hp_authoritative", "hysteresis"])
@pytest.mark.parametrize("options", FORMATS, ids=lambda options: "-".join(map(str, options.values())) or "default")
def test_hardware_of_formats(options, policy, built_too, tmp_path):
    layer = Dense(WEIGHTS, np.array([0.1, -0.2, 0.05]), "identity")
    design = compile_adaptive_precision(
        layer, "formats", policy=policy, threshold_up_pct=0.3, threshold_down_pct=0.1, **options
    )
    params = built_too[-1]
    codes = np.random.default_rng(1).integers(params.inputs.low, params.inputs.high, (80, 3), endpoint=True)
    codes[::3] //= 8
    found, seen = drive(tmp_path, params, design.files, codes, stall=True)
    assert (seen.outputs, seen.wrong) == (240, 0), seen.text
    assert (design.golden(codes) == found.codes).all()
    # HP is the layer, rounded: weights and inputs are exact up to half an LSB each.
    hp = params.hp[0]
    exact = np.clip(
        codes * hp.inputs.format.lsb @ WEIGHTS.T + layer.bias,
        hp.output.low * hp.output.format.lsb,
        hp.output.high * hp.output.format.lsb,
    )
    error = np.abs(found.codes[found.hp_ran] * hp.output.format.lsb - exact[found.hp_ran]).max()
    assert error <= hp.output.format.lsb + np.abs(codes).max() * hp.inputs.format.lsb * 3 * hp.inputs.format.lsb


@pytest.fixture
def built_too(monkeypatch):
    """Parameters of the wrappers that are emitted, with their Verilog."""
    seen = []
    original = adaptive_compile.adaptive_design

    def adaptive_design(params, *rest, **more):
        seen.append(params)
        return original(params, *rest, **more)

    for module in (adaptive_compile, two_plans):
        monkeypatch.setattr(module, "adaptive_design", adaptive_design)
    return seen


def test_a_row_and_a_relu_layer(built):
    compile_adaptive_precision([0.5, -1.25, 2.0], "row")
    compile_adaptive_precision(Dense(WEIGHTS, None, "relu"), "relu", lanes=2)
    row, relu = (params.hp[0] for params in built)
    assert row.shape == (1, 3)
    assert row.weights.tolist() == [[32768, -81920, 131072]]
    assert (relu.output.low, relu.output.high, relu.lanes) == (0, (1 << 31) - 1, 2)


def test_weights_share_an_exponent_where_exponents_are_metadata(built):
    design = compile_adaptive_precision(
        4 * WEIGHTS, "one_exponent", lp_precision="BFP6E4", hp_precision="BFP12E4", hp_parameter_count=9
    )
    assert design.manifest["lp_encoding"]["weight_exponent"] == 2
    lp = built[0].lp[0]
    assert lp.weight_fraction == 5 - 2
    assert np.abs(np.ldexp(lp.weights, -lp.weight_fraction) - 4 * WEIGHTS).max() <= 2**-4
    assert design.manifest["hp_encoding"]["saturated"] == design.manifest["hp_encoding"]["flushed"] == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"module_name": "wire"}, "'wire' is a Verilog keyword"),
        ({"module_name": "a b"}, "is not a Verilog identifier"),
        ({"module_name": "1a"}, "is not a Verilog identifier"),
        ({"module_name": None}, "is not a Verilog identifier"),
        (
            {"lp_precision": "Q16.16"},
            "lp_precision 'Q16.16' has 32 bits, hp_precision 'Q16.16' 32; LP must be the narro",
        ),
        ({"lp_precision": "Q20.20"}, "LP must be the narrower"),
        ({"lp_precision": "BFP32E3"}, "LP must be the narrower"),
        ({"lp_precision": "Q8.0"}, "lp_precision 'Q8.0': the fraction must be at least 1, got 0"),
        ({"hp_precision": "Q32.0"}, "hp_precision 'Q32.0': the fraction must be at least 1, got 0"),
        ({"lp_precision": "Q8"}, "precision 'Q8' is not understood"),
        ({"lp_parameter_count": 4}, "lp_parameter_count is 4, but Q8.8 is fixed point and has no blocks"),
        ({"hp_parameter_count": 0}, "hp_parameter_count is 0, but Q16.16 is fixed point"),
        ({"lp_parameter_count": -1}, "lp_parameter_count must be at least 0, got -1"),
        ({"lp_precision": "BFP8E3", "lp_parameter_count": -1}, "lp_parameter_count must be at least 0, got -1"),
        ({"lp_precision": "BFP8E3", "lp_parameter_count": 1.5}, "lp_parameter_count must be an int, got 1.5"),
        ({"lp_precision": "BFP8E3", "lp_parameter_count": True}, "lp_parameter_count must be an int, got True"),
        (
            {"lp_precision": "BFP8E3", "lp_parameter_count": 4, "exponents": "datapath"},
            "lp_parameter_count is 4, but with exponents='datapath' the blocks are of the layer's 9 weights",
        ),
        ({"threshold_up_pct": 0.5}, "0 < threshold_down_pct < threshold_up_pct < 1, got 0.5 and 0.5"),
        ({"threshold_up_pct": 1.0}, "got 0.5 and 1.0"),
        ({"threshold_down_pct": 0.0}, "got 0.0 and 0.8"),
        ({"threshold_up_pct": float("inf")}, "must be finite"),
        ({"lp_precision": "Q2.1", "threshold_down_pct": 0.79}, "which must differ"),
        ({"policy": "fastest"}, "policy must be one of"),
        ({"policy": "certified"}, "needs 70 bits, at most 62 are supported"),
        (
            {"policy": "certified", "lp_precision": "Q4.4", "hp_precision": "Q8.8"},
            "saturate at .* so no decision can be certified",
        ),
        ({"exponents": "both"}, "exponents must be one of metadata, datapath, got 'both'"),
        ({"lanes": 0}, "lanes must be at least 1, got 0"),
        ({"lp_precision": "Q1.8"}, r"lp: weight \[2, 0\] is 1.5, which Q1.8 does not hold \(-1 to 0.996094\)"),
        ({"lp_precision": "BFP8E1"}, "needs exponent|ends at 1|use more exponent bits"),
    ],
)
def test_bad_input_is_refused_before_anything_is_emitted(options, message, built):
    layer = WEIGHTS.copy()
    layer[2, 0] = 1.5
    if options.get("lp_precision") == "BFP8E1":
        layer = 64 * layer
    with pytest.raises(InputError, match=message):
        compile_adaptive_precision(layer, **options)
    assert not built


@pytest.mark.parametrize("layer", [[[1, 2], [3]], 1.5, np.zeros((2, 2, 2)), "weights", [], [np.nan], [True]])
def test_bad_layers(layer):
    with pytest.raises(InputError):
        compile_adaptive_precision(layer)


def test_a_precision_that_is_no_string():
    with pytest.raises(TypeError, match="precision must be a string"):
        compile_adaptive_precision(WEIGHTS, lp_precision=8)


NET = small_network(n_in=3, sizes=(4, 3), seed=5)


@pytest.mark.parametrize(
    ("lp", "hp", "policy"),
    [
        ("fixed:6x4", "fixed:12x1", "certified"),
        ("fixed:6x4", "fixed:12x1", "hysteresis"),
        ("fixed:6x4", "fixed:12x1", "hp_authoritative"),
        ("stochastic:64", "stochastic:256", "certified"),
        ("fixed:6", "stochastic:256", "certified"),
    ],
)
def test_networks(lp, hp, policy, built_too, tmp_path):
    plans = [plan_from_words(words, NET) for words in (lp, hp)]
    design = compile_adaptive_network(*plans, "net", policy=policy, threshold_up_pct=0.25, threshold_down_pct=0.1)
    params = built_too[-1]
    codes = random_pair_codes(params, 30, seed=2)
    found, seen = drive(tmp_path, params, design.files, codes)
    assert (seen.outputs, seen.wrong, seen.cycles) == (90, 0, found.cycles.sum() + 1), seen.text
    assert design.manifest["hp_plan"]["plan_hash"] == plans[1].hash
    manifest_of(design.manifest)
    if policy == "certified":
        savings = Savings.measure(params, random_pair_codes(params, 4000, seed=3))
        assert savings.agree == savings.vectors == 4000
        assert 0 < savings.by_lp < 4000


def test_plans_of_different_networks_are_refused():
    plan = plan_from_words("fixed:6", NET)
    other = Network((*NET.layers[:-1], Dense(NET.layers[-1].weight * 2, NET.layers[-1].bias)), input_fraction=3)
    for network, what in (
        (other, "layers 'layer_1' differ"),
        (Network(NET.layers), "input ranges differ"),
        (Network(NET.layers[:1], input_fraction=3), "numbers of layers differ"),
        (Network((NET.layers[0], Dense(NET.layers[1].weight, NET.layers[1].bias + 1)), input_fraction=3), "layers"),
    ):
        with pytest.raises(InputError, match=what):
            compile_adaptive_network(plan, plan_from_words("fixed:9", network))
    with pytest.raises(InputError, match="hp: expected a NetworkPlan, got 3"):
        compile_adaptive_network(plan, 3)


@pytest.mark.parametrize(
    "words", ["fixed", "fixed:x", "fixed:8x", "fixed:99", "stochastic:100", "stochastic:256x4", "nothing.npz", ""]
)
def test_words_that_mean_no_plan(words):
    with pytest.raises(InputError, match="--lp"):
        plan_from_words(words, NET, where="--lp")


def test_words_that_name_a_file(tmp_path):
    plan = plan_from_words("fixed:6x2", NET)
    plan.save(tmp_path / "plan.npz")
    assert plan_from_words(str(tmp_path / "plan.npz"), NET).hash == plan.hash


def test_parameters_keep_their_policy():
    assert AdaptiveParams.kind == "adaptive"
    assert {policy.value for policy in Policy} == {"certified", "hysteresis", "hp_authoritative"}


@pytest.mark.parametrize(
    ("lp", "hp", "message"),
    [
        ("fixed:12", "fixed:6", "lp must not be more precise than hp, but layer_0 has 12 bits in lp and 6 in hp"),
        ("fixed:6", "fixed:6x1", r"lp must be less precise than hp, but both have bits \[6, 6\]"),
        ("stochastic:64", "stochastic:16", "has 64 cycles in lp and 16 in hp"),
    ],
)
def test_lp_is_the_less_precise_one(lp, hp, message):
    network = small_network()
    with pytest.raises(InputError, match=message):
        compile_adaptive_network(*(plan_from_words(words, network) for words in (lp, hp)), "pair", policy="hysteresis")
