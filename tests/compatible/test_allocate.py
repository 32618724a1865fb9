# SPDX-License-Identifier: Apache-2.0
import itertools
import math
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from allocate_reference import allocate_alone
from hypothesis import given, settings
from hypothesis import strategies as st

from sc_precision import InputError, allocate
from sc_precision.compatible.allocate_rows import _bisect_in_full as in_full
from sc_precision.compatible.allocate_rows import _bracket as bracket
from sc_precision.compatible.allocation_hull import allocation_points, synapse_error, worst_count
from sc_precision.plan.cost import CostModel
from sc_precision.plan.streams import discrepancy_range

MODELS = pytest.mark.parametrize("model", CostModel)


def exact_error(s, plan):
    """Sum of s * f by the definition, in fractions; correctly rounded sums of s where there are many."""
    total = Fraction(0)
    for c in np.unique(plan.classes).tolist():
        values = np.asarray(s, dtype=np.float64)[plan.classes == c].tolist()
        one = synapse_error(int(plan.bits_of_class[c]), int(plan.lengths_of_class[c]).bit_length() - 1)
        total += one * (sum(map(Fraction, values)) if len(values) < 100 else Fraction(math.fsum(values)))
    return total


def exact_cost(plan, model):
    price = {(point.bits, point.length): point.cost for point in allocation_points(model)}
    kinds = list(zip(plan.bits_of_class.tolist(), plan.lengths_of_class.tolist(), strict=True))
    return float(sum(count * price[kinds[c]] for c, count in enumerate(np.bincount(plan.classes.ravel()).tolist())))


def check(s, target, plan, model):
    """What every allocation of a whole array must keep."""
    assert exact_error(s, plan) <= Fraction(float(plan.error[0])) <= Fraction(target)
    assert plan.cost == exact_cost(plan, model)
    assert 0 < plan.lower_bound <= plan.cost
    assert plan.dual_gap == (plan.cost - plan.lower_bound) / plan.cost
    assert plan.classes.shape == np.shape(s)
    assert not plan.classes.flags.writeable


@pytest.mark.parametrize("m", range(1, 9))
@pytest.mark.parametrize("extra", [0, 1, 3])
def test_the_error_covers_every_weight_and_input(m, extra):
    for bits in range(2, m + 2):
        levels = np.arange(2 ** (bits - 1) + 1) << (m - bits + 1)
        low, high, _ = discrepancy_range(levels, m, m + extra, np.full(len(levels), 1 << (m + extra)))
        worst = Fraction(int(max(-low.min(), high.max())), 2 ** (m + extra)) / 2**m + Fraction(1, 2**bits)
        assert worst <= synapse_error(bits, m, m + extra)
        if bits == m + 1 and not extra:
            assert worst == synapse_error(bits, m)  # attained


def test_worst_counts_are_the_published_ones():
    assert [round(float(worst_count(k)), 3) for k in (4, 6, 8, 10, 12)] == [1.438, 2.109, 2.777, 3.444, 4.111]
    assert worst_count(0) == 0


def test_costs_are_those_stated():
    prices = {(p.bits, p.length): p.cost for model in CostModel for p in allocation_points(model)}
    assert prices[9, 256] == Fraction("3.7") * 256  # 2.6 + 1.1 for 8 places
    assert {p.cost for p in allocation_points() if (p.bits, p.length) == (9, 256)} == {72}


@MODELS
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_tiny_cases_against_brute_force(model, data):
    s = data.draw(st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.75, 1.0, 3.0]), min_size=1, max_size=3))
    limits = {"max_bits": 5, "max_length": 32}
    points = allocation_points(model, **limits)
    finest = min(p.error for p in points)
    factor = data.draw(st.floats(1.001, 12))
    target = max(float(finest * Fraction(sum(s))) * factor, 1e-3)
    plan = allocate(s, target, cost_model=model, **limits)
    check(s, target, plan, model)
    best = min(
        float(sum(p.cost for p in choice))
        for choice in itertools.product(points, repeat=len(s))
        if sum(Fraction(v) * p.error for v, p in zip(s, choice, strict=True)) <= Fraction(target)
    )
    assert plan.lower_bound <= best <= plan.cost
    # What rounding the relaxation to whole synapses may cost: one synapse's step, less than the costliest point
    assert plan.cost - plan.lower_bound <= max(p.cost for p in points)


@MODELS
@pytest.mark.parametrize("share", [1 / 16, 1 / 256, 1 / 4096])
@pytest.mark.parametrize("kind", ["uniform", "normal", "lognormal", "zeros", "uint8", "equal", "float64"])
def test_realistic_layers_are_nearly_optimal(model, share, kind):
    rng = np.random.default_rng(3)
    s = {
        "uniform": lambda: rng.random((100, 60), dtype=np.float32),
        "normal": lambda: np.abs(rng.normal(size=6000)).astype(np.float32),
        "lognormal": lambda: rng.lognormal(0, 3, size=6000),
        "zeros": lambda: np.maximum(rng.normal(size=6000), -0.0),
        "uint8": lambda: rng.integers(0, 7, size=6000, dtype=np.uint8),
        "equal": lambda: np.full(6000, 0.3, dtype=np.float32),
        "float64": lambda: rng.random(12000)[::2],
    }[kind]()
    s.flags.writeable = False
    target = share * float(np.sum(s, dtype=float))
    plan = allocate(s, target, cost_model=model)
    check(s, target, plan, model)
    assert plan.dual_gap < 5e-4
    assert plan.error[0] > 0.995 * target


def test_more_sensitive_synapses_are_never_less_precise():
    s = np.random.default_rng(0).random(5000)
    order = np.argsort(s)
    rising = allocate(s, 20.0).classes[order].astype(int)
    # beyond the bins' width only: one bin may be divided
    assert (np.maximum.accumulate(rising) - rising).max() <= 1
    assert rising[0] < rising[-1]


def test_one_bin_is_divided_to_spend_the_budget():
    plan = allocate(np.ones(1000), 10.0)
    first, *others = np.unique(plan.classes).tolist()
    assert others == [first + 1]
    assert (np.diff(plan.classes.astype(int)) >= 0).all()  # the first synapses are the cheaper ones


def test_chunks_make_no_difference(monkeypatch):
    s = np.random.default_rng(0).integers(1, 9, size=10_000).astype(np.uint8)
    whole = allocate(s, 100.0)
    monkeypatch.setattr("sc_precision.compatible.allocate._CHUNK", 77)
    parts = allocate(s, 100.0)
    assert (whole.classes == parts.classes).all()
    assert whole.cost == parts.cost


@MODELS
def test_rows_are_limited_one_by_one(model):
    s = np.random.default_rng(1).random((5, 300)) * np.array([[1], [10], [1e-5], [0], [1e6]])
    targets = np.array([2.0, 3.0, 1e-6, 1e-300, 1e9])
    plan = allocate(s, targets, cost_model=model, per_row=True)
    alone = [allocate(row, target, cost_model=model) for row, target in zip(s, targets.tolist(), strict=True)]
    assert (plan.classes == [row.classes for row in alone]).all()
    assert plan.error.tolist() == [row.error[0] for row in alone]
    assert plan.cost == pytest.approx(sum(row.cost for row in alone), rel=1e-12)
    assert plan.lower_bound == pytest.approx(sum(row.lower_bound for row in alone), rel=1e-12)
    assert plan.dual_gap < 5e-3
    assert (plan.classes[3:] == 0).all()
    same = allocate(s[:2], 2.5, cost_model=model, per_row=True)
    assert (same.error <= 2.5).all()


def equal_to_each_alone(s, targets, **options):
    """Rows taken together, and each as an array of its own, against the plain reference."""
    together = allocate(s, targets, per_row=True, **options)
    rows = list(zip(s, targets.tolist(), strict=True))
    classes, errors, costs, bounds = zip(*(allocate_alone(row, target, **options) for row, target in rows), strict=True)
    for own, (row, target), error, cost, bound in zip(classes, rows, errors, costs, bounds, strict=True):
        alone = allocate(row, target, **options)
        assert (alone.classes == own).all()
        assert (alone.error[0], alone.cost, alone.lower_bound) == (error, cost, bound)
    assert (together.classes == np.array(classes)).all()
    assert together.error.tolist() == list(errors)
    assert together.cost == pytest.approx(math.fsum(costs), rel=1e-14)
    assert together.lower_bound == pytest.approx(math.fsum(bounds), rel=1e-14)
    return together


LAYERS = {
    "uniform": lambda rng, shape: rng.random(shape, dtype=np.float32),
    "lognormal": lambda rng, shape: rng.lognormal(0, 3, size=shape),
    "zeros": lambda rng, shape: np.maximum(rng.normal(size=shape), -0.0),
    "uint8": lambda rng, shape: rng.integers(0, 7, size=shape, dtype=np.uint8),
    "scales": lambda rng, shape: rng.random(shape) * 10.0 ** rng.integers(-300, 290, size=(shape[0], 1)),
    "small": lambda rng, shape: (rng.random(shape) * 2.0 ** -rng.integers(100, 149, (shape[0], 1))).astype(np.float32),
}


@MODELS
@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted(LAYERS)),
    columns=st.integers(1, 90),
    share=st.floats(1.5, 5000),
    seed=st.integers(0, 1000),
    block=st.sampled_from([1, 250, 1 << 17]),
)
def test_rows_taken_together_are_those_taken_alone(model, kind, columns, share, seed, block):
    rng = np.random.default_rng(seed)
    s = LAYERS[kind](rng, (5, columns))
    targets = np.maximum(s.sum(axis=1, dtype=np.float64) / (share * rng.uniform(0.5, 2, 5)), 1e-320)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sc_precision.compatible.allocate_rows._BLOCK", block)
        equal_to_each_alone(s, targets, cost_model=model)


@MODELS
def test_all_tiny_rows_taken_together_are_those_taken_alone(model):
    values = [0.0, 0.5, 0.75, 1.0, 3.0]
    limits = {"max_bits": 5, "max_length": 32, "cost_model": model}
    finest = float(min(point.error for point in allocation_points(**limits)))
    s = np.array(list(itertools.product(values, repeat=3)))
    for factor in (1.001, 1.5, 2.0, 4.0, 12.0):  # powers of two bring about exact ties
        equal_to_each_alone(s, np.maximum(s.sum(axis=1) * finest * factor, 1e-3), **limits)


def test_rows_of_a_layer_need_no_bisection_in_full(monkeypatch):
    calls = []
    monkeypatch.setattr("sc_precision.compatible.allocate_rows._bisect_in_full", lambda *given: calls.append(given))
    s = np.random.default_rng(2).random((60, 784), dtype=np.float32)
    together = allocate(s, 1.5, per_row=True)
    assert not calls
    assert (together.classes == [allocate_alone(row, 1.5)[0] for row in s]).all()


def test_a_bracket_beside_the_target_is_found_out(monkeypatch):
    s = np.random.default_rng(2).random((12, 300))
    targets = np.linspace(0.2, 5, 12)
    rows = "sc_precision.compatible.allocate_rows."
    whole = []

    def count(*given):
        whole.extend([len(given[1])] if len(given[1]) > 1 else [])  # single rows are always bisected in full
        return in_full(*given)

    monkeypatch.setattr(rows + "_bisect_in_full", count)
    for low, high in ((0.5, 0.7), (1.3, 2.0)):
        monkeypatch.setattr(rows + "_bracket", lambda *given, k=(low, high): tuple(bracket(*given)[0] * f for f in k))
        equal_to_each_alone(s, targets)
    assert whole == [12, 12]
    monkeypatch.setattr(rows + "_bracket", bracket)
    monkeypatch.setattr(rows + "_PROBES", 1)
    equal_to_each_alone(s, targets)


@MODELS
def test_long_rows_are_taken_one_by_one(model, monkeypatch):
    s = np.random.default_rng(1).random((4, 100))
    together = allocate(s, 0.5, per_row=True, cost_model=model)
    monkeypatch.setattr("sc_precision.compatible.allocate.MAX_COLUMNS", 99)
    alone = allocate(s, 0.5, per_row=True, cost_model=model)
    assert (together.classes == alone.classes).all()
    assert (together.cost, together.lower_bound) == (alone.cost, alone.lower_bound)
    with pytest.raises(InputError, match=r"target 0.001 cannot be reached in row 0: "):
        allocate(s, 0.001, per_row=True, max_length=256)


@pytest.mark.parametrize("unit", [5e-324, 1e-310, 1e-30, 1e30, 1e290])
def test_any_scale(unit):
    s = np.array([0.0, 1.0, 2.0, 1e-9, 3.0, 7.0, 1e-290]) * unit
    target = max(float(s.sum()) / 50, 5e-324)
    plan = allocate(s, target)
    check(s, target, plan, "b*log2L")
    assert allocate(s.astype(np.float32) if 1e-40 < unit < 1e35 else s, target * 1.0001).cost <= plan.cost


def test_the_reachable_target_is_named_and_is_reachable():
    s = np.random.default_rng(0).random(100) * np.arange(100)
    with pytest.raises(InputError, match=r"target 0.001 cannot be reached: the least sum of errors is ") as caught:
        allocate(s, 0.001, max_length=256)
    reachable = float(str(caught.value).rsplit(" ", 1)[1])
    plan = allocate(s, reachable, max_length=256)
    check(s, reachable, plan, "b*log2L")
    assert plan.classes[0] == 0  # s = 0 needs nothing
    assert (plan.classes[1:] == len(plan.bits_of_class) - 1).all()
    with pytest.raises(InputError, match="cannot be reached"):
        allocate(s, reachable * (1 - 1e-9), max_length=256)
    with pytest.raises(InputError, match=r"target 0.5 cannot be reached in row 1: "):
        allocate([[1.0, 1.0], [1e6, 1.0]], 0.5, per_row=True)


def test_limits():
    s = np.random.default_rng(0).random(1000)
    plan = allocate(s, 5.0, min_bits=3, max_bits=9, min_length=16, max_length=1024)
    assert plan.bits_of_class.min() >= 3
    assert plan.bits_of_class.max() <= 9
    assert plan.lengths_of_class.min() >= 16
    assert plan.lengths_of_class.max() <= 1024
    one = allocate(s, 500.0, min_bits=4, max_bits=4, min_length=8, max_length=8)
    assert (one.bits_of_class.tolist(), one.lengths_of_class.tolist()) == ([4], [8])
    assert one.dual_gap < 1e-12
    rows = allocate([s[:9]], 500.0, per_row=True, min_bits=4, max_bits=4, min_length=8, max_length=8)
    assert rows.dual_gap < 1e-12
    assert allocate(s, 5.0, input_bits=16).cost > allocate(s, 5.0).cost
    assert allocate(0.5, 0.01).classes.shape == ()
    assert (allocate(s, 1e300).classes == 0).all()


ONES = np.ones(3, dtype=np.float32)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([1.0, np.nan], 1.0), {}, "sensitivities must be finite, got nan at index (1,)"),
        ((np.array([1, np.inf], dtype=np.float32), 1.0), {}, "sensitivities must be finite, got inf at index (1,)"),
        ((np.array([1, np.nan], dtype=np.float32), 1.0), {}, "sensitivities must be finite, got nan at index (1,)"),
        (([1.0, -2.0], 1.0), {}, "sensitivities must lie in 0 to 1e+300, got -2.0 to 1.0"),
        (([1e301], 1.0), {}, "sensitivities must lie in 0 to 1e+300, got 1e+301 to 1e+301"),
        (([], 1.0), {}, "sensitivities must not be empty, got shape (0,)"),
        ((ONES[:0], 1.0), {}, "sensitivities must not be empty, got shape (0,)"),
        ((np.ma.masked_array(ONES), 1.0), {}, "sensitivities must not be a masked array; fill it first"),
        ((["a"], 1.0), {}, "sensitivities must hold real numbers, got dtype <U1"),
        ((ONES, 0.0), {}, "target must be greater than 0, got 0.0"),
        ((ONES, -1), {}, "target must be greater than 0, got -1"),
        ((ONES, float("nan")), {}, "target must be finite, got nan"),
        ((ONES, [1.0, 2.0]), {}, "target must be a real number, got [1.0, 2.0]"),
        ((ONES, 1.0), {"per_row": True}, "sensitivities must be 2-D where targets are per row, got shape (3,)"),
        (([[1.0]], [1, 2]), {"per_row": True}, "target must have one value per row, 1, got shape (2,)"),
        (([[1.0]], [0]), {"per_row": True}, "target[0] must be greater than 0, got 0.0"),
        ((ONES, 1.0), {"cost_model": "area"}, "cost_model must be one of b*log2L, lut_cycles, got 'area'"),
        ((ONES, 1.0), {"min_bits": 0}, "min_bits must be at least 1, got 0"),
        ((ONES, 1.0), {"max_bits": 1}, "min_bits must not exceed max_bits, got 2 > 1"),
        ((ONES, 1.0), {"min_bits": 9, "max_length": 64}, "min_bits must be at most 1 + log2 of max_length, got 9"),
        ((ONES, 1.0), {"min_length": 1}, "min_length must be a power of two from 2 to 65536, got 1"),
        ((ONES, 1.0), {"max_length": 100}, "max_length must be a power of two from 2 to 65536, got 100"),
        ((ONES, 1.0), {"max_length": 1 << 17}, "max_length must be a power of two from 2 to 65536, got 131072"),
        ((ONES, 1.0), {"input_bits": 0}, "input_bits must be at least 1, got 0"),
        ((ONES, 1.0), {"input_bits": 1.5}, "input_bits must be an int, got 1.5"),
    ],
)
def test_bad_input(arguments, options, message):
    with pytest.raises(InputError) as caught:
        allocate(*arguments, **options)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_many_short_rows_take_little_memory():
    """Each of them has a bin that no other has: rows times bins must not be held at once."""
    s = np.random.default_rng(0).lognormal(0, 6, size=(20_000, 1))
    tracemalloc.start()
    plan = allocate(s, s[:, 0] / 100, per_row=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (plan.error <= plan.target).all()
    assert peak < 100e6


@pytest.mark.parametrize("value", [np.array([1, 2]), np.array(True), 1, None])
def test_a_flag_is_no_array(value):
    with pytest.raises(InputError, match=r"^per_row must be True or False, got "):
        allocate(ONES, 1.0, per_row=value)
