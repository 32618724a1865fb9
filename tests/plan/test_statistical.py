# SPDX-License-Identifier: Apache-2.0
"""Statistical bounds: against exact binomial tails, true random bits, and a plain restatement of the sums."""

import json
import math
from itertools import pairwise, product

import numpy as np
import pytest

from sc_precision.errors import InputError, TargetError
from sc_precision.network import Dense, Network
from sc_precision.params.generators import LfsrParams
from sc_precision.params.sharing import StreamSources
from sc_precision.plan.statistical import statistical_bound, stream_noise
from sc_precision.plan.statistical_lengths import plan_statistical_lengths


def one(weight=1.0, **options):
    return Network([Dense([[weight]])], **options)


def noise(lengths, groups, *, ranges=None, deviations=None, failure=0.05, method="hoeffding"):
    lengths, groups = np.atleast_2d(lengths), np.atleast_2d(groups)
    ranges = np.ones(lengths.shape) if ranges is None else np.atleast_2d(ranges)
    deviations = ranges / 2 if deviations is None else np.atleast_2d(deviations)
    return stream_noise(lengths, ranges=ranges, deviations=deviations, groups=groups, failure=failure, method=method)[0]


def binomial_tail(length, p, error):
    """P(|count / length - p| > error), summed term by term."""
    terms = (
        math.comb(length, k) * p**k * (1 - p) ** (length - k) for k in range(length + 1) if abs(k / length - p) > error
    )
    return math.fsum(terms)


@pytest.mark.parametrize("length", [1, 16, 64, 256])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("method", ["hoeffding", "bernstein", "best"])
def test_one_stream_fails_no_more_often_than_it_says(length, confidence, method):
    for weight in (1.0, 0.75, 0.515625):
        bound = statistical_bound(one(weight, input_fraction=4), length, confidence=confidence, method=method)
        for step in range(17):
            p = weight * step / 16
            assert binomial_tail(length, p, bound.bound) <= 1 - confidence


def test_small_weights_gain_by_bernstein_only():
    network = Network([Dense([[1.0, *[1 / 64] * 20]])], input_fraction=4)
    figures = {method: statistical_bound(network, 1024, method=method).bound for method in ("hoeffding", "bernstein")}
    assert figures["bernstein"] < 0.5 * figures["hoeffding"]
    assert statistical_bound(network, 1024, method="best").bound == figures["bernstein"]
    # With few bits the largest single step counts, and Hoeffding's bound is the better one.
    assert statistical_bound(one(input_fraction=4), 4, method="best").bound == pytest.approx(
        math.sqrt(math.log(40) / 8), rel=1e-12
    )


def test_formulas_of_the_theory():
    log = math.log(2 / 0.05)
    n, length = 9, 256
    own, all_one = np.arange(n), np.zeros(n, dtype=np.int64)
    lengths = np.full(n, length)
    assert noise(lengths, own) == pytest.approx(math.sqrt(log * n / (2 * length)), rel=1e-12)
    assert noise(lengths, all_one) == pytest.approx(n * math.sqrt(log / (2 * length)), rel=1e-12)
    assert noise(lengths, own, ranges=np.full(n, 2.0)) == pytest.approx(2 * noise(lengths, own), rel=1e-12)
    expected = math.sqrt(2 * n / 4 * log / length) + log / (3 * length)
    assert noise(lengths, own, method="bernstein") == pytest.approx(expected, rel=1e-12)
    shared = n * math.sqrt(2 / 4 * log / length) + n * log / (3 * length)
    assert noise(lengths, all_one, method="bernstein") == pytest.approx(shared, rel=1e-12)
    assert noise(lengths, np.full(n, -1)) < 1e-200


def test_groups_of_mixed_lengths_are_summed_clock_by_clock():
    rng = np.random.default_rng(5)
    for _ in range(40):
        n = int(rng.integers(1, 9))
        lengths = 1 << rng.integers(0, 6, n)
        groups = rng.integers(-1, 3, n)
        ranges, deviations = rng.random(n) + 0.1, rng.random(n)
        squares = {"r": 0.0, "s": 0.0}
        largest = 0.0
        for group in range(3):
            for t in range(64):
                runs = (groups == group) & (t < lengths)
                squares["r"] += (ranges / lengths)[runs].sum() ** 2
                squares["s"] += (deviations / lengths)[runs].sum() ** 2
                largest = max(largest, (ranges / lengths)[runs].sum())
        log = math.log(20)
        given = {"ranges": ranges, "deviations": deviations, "failure": 0.1}
        assert noise(lengths, groups, **given) == pytest.approx(math.sqrt(log / 2 * squares["r"]), rel=1e-9)
        bernstein = math.sqrt(2 * squares["s"] * log) + largest * log / 3
        assert noise(lengths, groups, method="bernstein", **given) == pytest.approx(bernstein, rel=1e-9)


class Bits:
    """A network of true random bits, as the bound describes it."""

    def __init__(self, network, length, encoding, level_bits, rng, shared=False):
        self.rng, self.length, self.encoding, self.bits, self.shared = rng, length, encoding, level_bits, shared
        self.layers = statistical_bound(network, length, encoding=encoding, level_bits=level_bits).layers
        self.network = network

    def probability(self, value, scale):
        """Level of a comparator over 2**bits."""
        ratio = value / scale if self.encoding == "unipolar" else (1 + value / scale) / 2
        return np.clip(np.rint(ratio * 2**self.bits), 0, 2**self.bits) / 2**self.bits

    def numbers(self, *shape):
        if self.shared:
            return np.broadcast_to(self.rng.random(self.length), (*shape, self.length))
        return self.rng.random((*shape, self.length))

    def run(self, x):
        for dense, layer in zip(self.network.layers, self.layers, strict=True):
            inputs = self.numbers(dense.n_in) < self.probability(x, layer.input_scale)[:, None]
            sizes = np.abs(dense.weight) if self.encoding == "unipolar" else dense.weight
            weights = self.numbers(*dense.weight.shape) < self.probability(sizes, layer.weight_scale)[..., None]
            product = layer.input_scale * layer.weight_scale
            if self.encoding == "unipolar":
                sums = ((inputs & weights).mean(axis=2) * np.sign(dense.weight)).sum(axis=1)
                unit = product / self.length
            else:
                sums = (2.0 * (inputs == weights).mean(axis=2) - 1).sum(axis=1)
                unit = 2 * product / self.length
            x = sums * product + np.rint(dense.bias / unit) * unit
            if dense.activation.value == "relu":
                x = np.maximum(x, 0)
        return x


def two_layers(rng, low=0.0):
    return Network(
        [
            Dense(rng.uniform(-1, 1, (5, 6)), rng.uniform(-0.3, 0.3, 5), "relu"),
            Dense(rng.uniform(-0.7, 0.7, (3, 5)), rng.uniform(-0.3, 0.3, 3)),
        ],
        input_low=low,
        input_high=1.0,
    )


@pytest.mark.parametrize("encoding", ["unipolar", "bipolar"])
@pytest.mark.parametrize("level_bits", [5, 12])
def test_true_random_bits_keep_the_bound(encoding, level_bits):
    rng = np.random.default_rng(level_bits)
    network = two_layers(rng, low=0.0 if encoding == "unipolar" else -1.0)
    length, confidence, trials = 128, 0.9, 300
    bits = Bits(network, length, encoding, level_bits, rng)
    bound = statistical_bound(network, length, confidence=confidence, encoding=encoding, level_bits=level_bits)
    x = rng.uniform(network.input_low, 1.0, 6)
    exact = network.forward([x])[0]
    kept = [(np.abs(bits.run(x) - exact) <= bound.output).all() for _ in range(trials)]
    assert np.mean(kept) >= confidence


def test_bound_is_near_what_happens():
    # One layer, one output, every product of probability 1/2.
    network = Network([Dense(np.ones((1, 16)))], input_fraction=4)
    rng = np.random.default_rng(1)
    bound = statistical_bound(network, 64, confidence=0.95)
    bits = Bits(network, 64, "unipolar", 16, rng)
    errors = [abs(bits.run(np.full(16, 0.5))[0] - 8.0) for _ in range(1500)]
    assert 0.65 * bound.bound < np.quantile(errors, 0.95) < bound.bound


def test_shared_generators_need_n_instead_of_its_root():
    network = Network([Dense(np.ones((1, 16)))], input_fraction=4)
    rng = np.random.default_rng(2)
    bits = Bits(network, 64, "unipolar", 16, rng, shared=True)
    errors = np.array([abs(bits.run(np.full(16, 0.5))[0] - 8.0) for _ in range(600)])
    apart = statistical_bound(network, 64, confidence=0.95)
    shared = statistical_bound(network, 64, confidence=0.95, sharing="shared", method="hoeffding")
    assert shared.bound == pytest.approx(4 * statistical_bound(network, 64, method="hoeffding").bound, rel=1e-9)
    assert np.mean(errors <= shared.bound) >= 0.95
    # Without the factor the claimed confidence is far from kept.
    assert np.mean(errors <= apart.bound) < 0.6


def test_sources_say_what_depends_on_what():
    network = Network([Dense(np.ones((1, 4)))], input_fraction=4)
    pool = [LfsrParams(8, seed=seed) for seed in (1, 20, 41, 70)]
    pool += [LfsrParams(8, seed=seed, polynomial=0x171) for seed in (3, 30, 90, 200)]
    own = StreamSources(pool, [0, 1, 2, 3], [[4, 5, 6, 7]])
    pairs = StreamSources(pool, [0, 0, 2, 3], [[4, 5, 6, 6]])
    whole = StreamSources(pool, [0, 1, 2, 3], [[4, 4, 4, 4]])
    bounds = [
        statistical_bound(network, 256, sharing=sharing, method="hoeffding").bound
        for sharing in ("independent", own, pairs, whole, "shared")
    ]
    assert bounds[0] == bounds[1] == pytest.approx(bounds[2] / math.sqrt(2)) == pytest.approx(bounds[3] / 2)
    assert bounds[3] == bounds[4]


def test_bounds_compose_through_the_network():
    rng = np.random.default_rng(7)
    network = two_layers(rng)
    bound = statistical_bound(network, [64, 1024], confidence=0.9)
    first, last = bound.layers
    assert bound.lengths == (64, 1024)
    assert first.failure == last.failure == pytest.approx(0.1 / 8)
    parts = last.propagated + last.weight_rounding + last.bias_rounding + last.stream_noise
    assert last.error == pytest.approx(parts)
    entering = first.error + last.input_scale / 2**17
    assert last.propagated == pytest.approx(np.abs(network.layers[1].weight) @ entering)
    assert bound.bound == last.error.max()
    # Per-synapse lengths: equal ones are one length, shorter ones cost.
    each = [np.full(dense.weight.shape, length) for dense, length in zip(network.layers, (64, 1024), strict=True)]
    assert (statistical_bound(network, each, confidence=0.9).output == bound.output).all()
    each[1][:, 0] = 64
    assert (statistical_bound(network, each, confidence=0.9).output > bound.output).all()


def test_rounding_is_what_remains_of_long_streams():
    coarse = statistical_bound(one(0.7), 65536, level_bits=3, confidence=0.5)
    layer = coarse.layers[0]
    assert layer.weight_rounding == pytest.approx([0.05])  # 0.75 on a grid of 1/8
    assert layer.propagated == pytest.approx([0.7 / 16])
    assert statistical_bound(one(0.7, input_fraction=3), 16, level_bits=3).layers[0].propagated[0] < 1e-200
    bipolar = statistical_bound(one(0.7), 65536, level_bits=3, confidence=0.5, encoding="bipolar").layers[0]
    assert bipolar.weight_rounding == pytest.approx([0.05])
    assert bipolar.propagated == pytest.approx([0.7 / 8])
    assert statistical_bound(Network([Dense([[0.0]], [0.25])]), 16).bound < 1e-200
    # A bias far beyond the count's unit is on its grid.
    assert statistical_bound(Network([Dense([[1e-300]], [1e20])]), 16).bound < 1e-70


def test_result_says_what_it_is():
    bound = statistical_bound(one(), 256, confidence=0.99)
    assert bound.guarantee == "statistical(0.99)"
    assert "independent" in bound.assumption
    assert "LFSR is not that" in bound.assumption
    text = json.loads(json.dumps(bound.to_dict()))
    assert text["guarantee"] == "statistical(0.99)"
    assert text["bound"] == bound.bound == text["output_bounds"][0]
    assert text["layers"][0]["length"] == 256


@pytest.mark.parametrize(("error", "length"), [(0.1, 256), (0.05, 1024), (0.01, 32768)])
def test_length_of_one_product_is_the_published_one(error, length):
    plan = plan_statistical_lengths(one(), target_error=error, method="hoeffding")
    assert plan.lengths == (length,)
    assert plan.bound <= error < statistical_bound(one(), length // 2, method="hoeffding").bound


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("encoding", ["unipolar", "bipolar"])
def test_plan_is_the_shortest_of_all(seed, encoding):
    rng = np.random.default_rng(seed)
    sizes = [4, 3, 5, 2][: 3 + seed % 2]
    layers = [
        Dense(rng.uniform(-1, 1, (after, before)) * rng.choice([0.1, 1, 3]), None, "relu")
        for before, after in pairwise(sizes)
    ]
    network = Network(layers)
    limits = {"min_length": 64, "max_length": 4096}
    options = [1 << k for k in range(6, 13)]
    reachable = statistical_bound(network, 4096, encoding=encoding).bound
    for factor in (1.0, 1.3, 3.0):
        target = reachable * factor
        plan = plan_statistical_lengths(network, target_error=target, encoding=encoding, **limits)
        assert plan.bound <= target
        feasible = (
            sum(lengths)
            for lengths in product(options, repeat=len(layers))
            if sum(lengths) < sum(plan.lengths)
            and statistical_bound(network, list(lengths), encoding=encoding).bound <= target * (1 - 1e-12)
        )
        assert not list(feasible)


def test_plan_of_many_layers():
    rng = np.random.default_rng(3)
    network = Network([Dense(rng.uniform(-0.5, 0.5, (4, 4)), None, "relu") for _ in range(7)])
    target = 4 * statistical_bound(network, 65536).bound
    plan = plan_statistical_lengths(network, target_error=target)
    assert plan.bound <= target
    assert len(set(plan.lengths)) > 1


def test_rounding_of_the_sum_is_decided_by_the_bound(monkeypatch):
    network = two_layers(np.random.default_rng(4))
    longest = statistical_bound(network, 65536)
    monkeypatch.setattr("sc_precision.plan.statistical_lengths._shortest", lambda *_: [16, 16])
    assert plan_statistical_lengths(network, target_error=longest.bound).lengths == longest.lengths
    monkeypatch.setattr("sc_precision.plan.statistical_lengths._shortest", lambda *_: None)
    assert plan_statistical_lengths(network, target_error=longest.bound).lengths == longest.lengths


@pytest.mark.parametrize(
    ("options", "binding", "message"),
    [
        ({"max_length": 1024}, "max_length", r"the best bound is 0\.0424\d*; raise max_length above 1024"),
        ({"level_bits": 4}, "level_bits", r"rounding alone gives 0\.0\d*; raise level_bits above 4"),
        ({"target_error": 1e-3}, "confidence", "lower the confidence of 0.95, use a looser target"),
    ],
)
def test_targets_out_of_reach(options, binding, message):
    with pytest.raises(TargetError, match=message) as error:
        plan_statistical_lengths(one(), **({"target_error": 0.01} | options))
    assert error.value.binding == binding
    limits = {"level_bits": options.get("level_bits", 16)}
    assert error.value.reachable == statistical_bound(one(), options.get("max_length", 65536), **limits).bound


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: statistical_bound([[1.0]], 64), "expected a Network, got list"),
        (lambda: statistical_bound(one(), 64, confidence=1), "confidence must lie between 0 and 1"),
        (lambda: statistical_bound(one(), 64, encoding="ternary"), "encoding must be one of unipolar, bipolar, got"),
        (lambda: statistical_bound(one(), 64, method=None), "method must be one of hoeffding, bernstein, best, got"),
        (lambda: statistical_bound(one(), 64, level_bits=25), "level_bits must be at most 24, got 25"),
        (lambda: statistical_bound(one(), 64, level_bits=0), "level_bits must be at least 1, got 0"),
        (lambda: statistical_bound(one(), 48), "layer_0: lengths must be powers of two from 1 to 65536, got 48"),
        (lambda: statistical_bound(one(), 0), "powers of two from 1 to 65536, got 0"),
        (lambda: statistical_bound(one(), 131072), "powers of two from 1 to 65536, got 131072"),
        (lambda: statistical_bound(one(), 64.0), "layer_0: lengths must hold integers"),
        (lambda: statistical_bound(one(), "long"), "layer_0: lengths must hold integers"),
        (lambda: statistical_bound(one(), [64, 64]), r"lengths: expected one for each of 1 layers, got \[64, 64\]"),
        (lambda: statistical_bound(one(), [[[64, 64]]]), r"lengths must be one int or of shape \(1, 1\), got shape"),
        (lambda: statistical_bound(one(), 64, sharing="some"), "layer_0: sharing must be independent, shared or"),
        (lambda: statistical_bound(one(), 64, sharing=[]), "sharing: expected one for each of 1 layers, got"),
        (
            lambda: statistical_bound(
                one(), 64, sharing=StreamSources([LfsrParams(4), LfsrParams(4, seed=9)], [0, 0], [[1, 1]])
            ),
            r"layer_0: sources are for shape \(1, 2\), not \(1, 1\)",
        ),
        (
            lambda: statistical_bound(one(input_low=-1.0), 64),
            "layer_0: unipolar streams carry inputs from 0, but they reach -1; use ReLU before the layer, or",
        ),
        (
            lambda: statistical_bound(Network([Dense([[-1.0]]), Dense([[1.0]])]), 64),
            "layer_1: unipolar streams carry inputs from 0",
        ),
        (
            lambda: statistical_bound(one(1e308), 64),
            r"layer_0: weights reach 1e\+308, beyond 2\*\*240; scale them down",
        ),
        (
            lambda: statistical_bound(Network([Dense([[1.0]], [1e80]), Dense([[1.0]])]), 64),
            r"layer_1: inputs reach 1e\+80, beyond",
        ),
        (lambda: plan_statistical_lengths(one(), target_error=0), "target_error must be greater than 0"),
        (lambda: plan_statistical_lengths(one(), target_error=1, min_length=24), "min_length must be a power of two"),
        (
            lambda: plan_statistical_lengths(one(), target_error=1, max_length=1 << 17),
            "max_length must be a power of two from 1 to 65536, got 131072",
        ),
        (
            lambda: plan_statistical_lengths(one(), target_error=1, min_length=64, max_length=32),
            "min_length must not exceed max_length",
        ),
    ],
)
def test_bad_arguments_are_refused_in_one_line(call, message):
    with pytest.raises(InputError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
