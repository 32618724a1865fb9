# SPDX-License-Identifier: Apache-2.0
"""Sharing of generators: which pairs multiply, which are refused, and how far refused ones are off."""

import numpy as np
import pytest

from sc_precision.errors import InputError
from sc_precision.params.generators import LfsrParams, RampParams, SobolParams, VanDerCorputParams, generator
from sc_precision.params.sharing import StreamSources, check_pair, correlation_counts, correlation_limit


def worst(x, w):
    """Largest |count - a b / L|, bit by bit over all levels."""
    length = x.length
    levels = np.arange(length + 1)
    a, b = (each.bits(levels, length).astype(np.int64) for each in (x, w))
    return np.abs(a @ b.T - np.outer(levels, levels) / length).max()


def shifted(params, cycles):
    """The same register, so many cycles later."""
    return LfsrParams(params.length_log2, seed=int(params.numbers(cycles + 1)[-1]))


@pytest.mark.parametrize("kind", ["ramp", "vdc", "masked_vdc", "sobol", "lfsr", "rate"])
def test_the_same_generator_for_both_counts_the_smaller(kind):
    params = generator(kind, 6)
    levels = np.arange(65)
    bits = params.bits(levels, 64).astype(np.int64)
    ones = bits.sum(axis=1)
    common = bits @ bits.T
    if kind != "rate":
        assert (common == np.minimum(ones[:, None], ones[None, :])).all()
    assert worst(params, params) == correlation_counts(params, params) >= 16
    with pytest.raises(
        InputError, match=r"^here: input and weight streams come from the same generator .* min\(x, w\)"
    ):
        check_pair(params, generator(kind, 6), "here")


@pytest.mark.parametrize(
    ("x", "w"),
    [
        (generator("vdc", 8), generator("masked_vdc", 8)),
        (generator("vdc", 8), generator("vdc", 8, mask=255)),
        (generator("vdc", 8), SobolParams(8, dimension=1)),
        (RampParams(2), generator("rate", 2)),
        (RampParams(2), RampParams(3)),
    ],
)
def test_which_equal_permutations_are_refused(x, w):
    if x.length != w.length:
        with pytest.raises(InputError, match="input stream of 4 cycles and weight stream of 8; use generators of one"):
            check_pair(x, w, "s")
    elif isinstance(x, RampParams):
        check_pair(x, w, "s")
    else:
        with pytest.raises(InputError, match=r"are correlated: a product of 256 cycles is off by 6\d(\.\d+)? counts"):
            check_pair(x, w, "s")


def test_shifted_seeds_are_measured():
    base = LfsrParams(8)
    figures = [correlation_counts(base, shifted(base, shift)) for shift in range(255)]
    # Each step halves what is off, until it drowns among all others.
    assert [round(figure) for figure in figures[:4]] == [64, 32, 16, 8]
    assert worst(base, shifted(base, 1)) == pytest.approx(32, abs=1)
    refused = [shift for shift in range(255) if figures[shift] >= correlation_limit(8)]
    assert {0, 1, 254} <= set(refused)
    # Far shifts are no excuse: x^25 is a short sum modulo the polynomial.
    assert 25 in refused
    assert len(refused) == 15
    assert np.median(figures) < 5
    check_pair(base, shifted(base, 100), "s")
    with pytest.raises(InputError, match=r"are correlated: .* at least the limit of 16; use another generator"):
        check_pair(base, shifted(base, 25), "s")


@pytest.mark.parametrize("m", range(1, 7))
def test_what_is_let_pass_is_better_than_the_limit(m):
    kinds = [generator(kind, m) for kind in ("ramp", "vdc", "masked_vdc", "sobol", "rate")]
    kinds += [LfsrParams(m, seed=seed) for seed in range(1, 4)]
    for x in kinds:
        for w in kinds:
            assert correlation_counts(x, w) == pytest.approx(worst(x, w), abs=1e-9)
            if x != w and worst(x, w) < correlation_limit(m):
                check_pair(x, w, "s")
            else:
                with pytest.raises(InputError):
                    check_pair(x, w, "s")


def test_useful_pairs_pass_at_every_length():
    for m in range(1, 17):
        for x, w in (("ramp", "vdc"), ("ramp", "masked_vdc"), ("ramp", "rate"), ("vdc", "sobol"), ("rate", "ramp")):
            if m > 1 or (x, w) != ("vdc", "sobol"):
                check_pair(generator(x, m), generator(w, m), f"{x} {w}")


def lfsr(seed):
    return LfsrParams(8, seed=seed)


def test_sources_of_a_layer():
    other = LfsrParams(8, polynomial=0x171, seed=5)
    sources = StreamSources([lfsr(1), other, lfsr(9), other], [0, 2, 0], [[1, 3, 1], [3, -1, 1]])
    assert sources.shape == (2, 3)
    assert sources.distinct.tolist() == [0, 1, 2, 1]
    # Equal sources are one: all synapses of the first row hang together.
    assert sources.groups().tolist() == [[0, 0, 0], [0, -1, 0]]
    assert sources.counters == ()
    described = sources.to_dict()
    assert described["counters"] == []
    assert [(each["input_streams"], each["weight_streams"]) for each in described["sources"]] == [
        (2, 0),
        (0, 3),
        (1, 0),
        (0, 2),
    ]
    assert described["sources"][1]["polynomial"] == 0x171


def test_groups_follow_shared_sources():
    pool = [LfsrParams(10, seed=seed) for seed in (1, 77, 300, 555, 702, 901, 1000, 123)]
    # Inputs 0 and 2 share an input source, 2 and 3 a weight source; 1 stands alone.
    sources = StreamSources(pool, [0, 1, 0, 2], [[3, 4, 5, 5]])
    assert sources.groups().tolist() == [[0, 1, 0, 0]]
    assert StreamSources(pool, [[0, 1, 2]], [[3, 4, 5]]).groups().tolist() == [[0, 1, 2]]


def test_counters_are_shared_by_all_of_a_length():
    sources = StreamSources(
        [RampParams(4), VanDerCorputParams.masked(4), RampParams(6), SobolParams(6)], [[0, 2]], [[1, 3]]
    )
    assert sources.counters == (4, 6)
    assert sources.to_dict()["counters"] == [16, 64]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: StreamSources([], [0], [[0]]), r"sources: expected a sequence of generators, got \[\]"),
        (lambda: StreamSources(lfsr(1), [0], [[0]]), "sources: expected a sequence of generators"),
        (lambda: StreamSources([lfsr(1), "x"], [0], [[0]]), r"sources\[1\] must be a generator's parameters, got 'x'"),
        (lambda: StreamSources([lfsr(1)], [0], [0]), r"weights must be a non-empty 2-D array .* got shape \(1,\)"),
        (lambda: StreamSources([lfsr(1)], [0, 0], [[0]]), r"inputs must have shape \(1,\) or \(1, 1\), got \(2,\)"),
        (lambda: StreamSources([lfsr(1)], [0.5], [[0]]), "inputs must hold integers"),
        (lambda: StreamSources([lfsr(1)], [1], [[0]]), r"inputs must be indices from 0 to 0, got 1\.\.1"),
        (lambda: StreamSources([lfsr(1)], [0], [[-2]]), r"weights must be indices from -1 to 0, got -2\.\.-2"),
        (
            lambda: StreamSources([lfsr(1), lfsr(8)], [0, 1], [[1, 1]]),
            r"^synapse \(0, 1\): input and weight streams come from the same generator",
        ),
        (
            lambda: StreamSources([RampParams(8), RampParams(8)], [0], [[-1], [1]]),
            r"^synapse \(1, 0\): input and weight streams come from the same generator",
        ),
    ],
)
def test_bad_sharing_is_refused_in_one_line(make, message):
    with pytest.raises(InputError, match=message) as error:
        make()
    assert "\n" not in str(error.value)
