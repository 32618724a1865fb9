# SPDX-License-Identifier: Apache-2.0
"""Parameters of generators: numbers from their plain definitions, periods of registers, errors."""

import numpy as np
import pytest

from sc_precision.errors import InputError
from sc_precision.params.generators import (
    KINDS,
    CounterParams,
    GeneratorParams,
    LfsrParams,
    RampParams,
    RateMultiplierParams,
    SobolParams,
    ThresholdParams,
    VanDerCorputParams,
    generator,
)
from sc_precision.params.polynomials import PRIMITIVE_POLYNOMIALS, is_primitive, power_of_x, prime_factors


def reverse(value, m):
    return int(format(value, f"0{m}b")[::-1], 2) if m else 0


# The first 32 points of the second dimension in natural order (Sobol 1967), times 32.
SOBOL_2 = [0, 16, 24, 8, 20, 4, 12, 28, 30, 14, 6, 22, 10, 26, 18, 2]
SOBOL_2 += [17, 1, 9, 25, 5, 21, 29, 13, 15, 31, 23, 7, 27, 11, 3, 19]


def test_numbers_are_their_definitions():
    for m in range(9):
        length = 1 << m
        assert RampParams(m).numbers(2 * length).tolist() == [*range(length)] * 2
        vdc = [reverse(t, m) for t in range(length)]
        assert VanDerCorputParams(m).numbers(length).tolist() == vdc
        assert SobolParams(m, dimension=1).numbers(length).tolist() == vdc
        mask = (1 << m // 2) - 1
        assert VanDerCorputParams.masked(m).mask == mask
        assert VanDerCorputParams.masked(m).numbers(length).tolist() == [value ^ mask for value in vdc]
        second = SobolParams(m).numbers(length)
        assert sorted(second.tolist()) == [*range(length)]
        if m == 5:
            assert second.tolist() == SOBOL_2
            assert SobolParams(m).direction_numbers() == (16, 24, 20, 30, 17)


def test_sobol_pair_is_a_net():
    # Every dyadic box of area 2^-m holds exactly one of the first 2^m points: what makes the pair good (t = 0).
    for m in range(1, 11):
        x, y = SobolParams(m, dimension=1).numbers(1 << m), SobolParams(m).numbers(1 << m)
        for k in range(m + 1):
            boxes = (x >> (m - k) << (m - k)) | y >> k
            assert len(np.unique(boxes)) == 1 << m


@pytest.mark.parametrize("n", PRIMITIVE_POLYNOMIALS)
def test_table_holds_primitive_polynomials_of_fewest_terms(n):
    polynomial = PRIMITIVE_POLYNOMIALS[n]
    assert polynomial.bit_length() - 1 == n
    # 2^n - 1 must really factor so, into primes.
    order, rest = (1 << n) - 1, (1 << n) - 1
    for prime in prime_factors(order):
        assert all(prime % k for k in range(2, int(prime**0.5) + 1))
        while rest % prime == 0:
            rest //= prime
    assert rest == 1
    assert power_of_x(order, polynomial) == 1
    assert is_primitive(polynomial)
    # The rule of the source: trinomials before longer ones, and of those the smallest.
    terms = polynomial.bit_count()
    smaller = (1 << n | low for low in range(1, polynomial ^ 1 << n, 2) if low.bit_count() + 1 <= terms)
    assert not any(is_primitive(other) for other in smaller)
    if terms > 3:
        assert not any(is_primitive(1 << n | 1 << k | 1) for k in range(1, n))


@pytest.mark.parametrize("n", range(2, 17))
def test_register_has_the_maximal_period(n):
    params = LfsrParams(length_log2=n, register_bits=n, seed=1)
    numbers = params.numbers(1 << n)
    assert sorted(numbers[:-1].tolist()) == [*range(1, 1 << n)]
    assert numbers[-1] == numbers[0] == 1


@pytest.mark.parametrize("n", range(2, 11))
def test_primitive_is_exactly_what_enumeration_says(n):
    for polynomial in range(1 << n, 2 << n):
        state, steps = 1, 0
        while steps < 1 << n:
            state, steps = state << 1, steps + 1
            state ^= polynomial if state >> n else 0
            if state in (0, 1):
                break
        assert is_primitive(polynomial) == (state == 1 and steps == (1 << n) - 1), polynomial
        if n > 7 and polynomial > (1 << n) + 200:
            break


def test_register_wider_than_the_stream():
    params = LfsrParams(length_log2=3, register_bits=8, seed=77)
    state, expected = 77, []
    for _ in range(600):
        expected.append(state >> 5)
        state = state << 1 ^ (0x11D if state & 0x80 else 0)
    assert params.numbers(600).tolist() == expected
    assert (params.state_width, params.period, params.feedback) == (8, 255, 0x1D)


def test_lfsr_streams_are_off_by_the_missing_state():
    for seed in range(1, 16):
        params = LfsrParams(4, seed=seed)
        counts = params.bits(np.arange(17), 16).sum(axis=1)
        assert counts.tolist() == [0, *[level - 1 + (seed < level) for level in range(1, 16)], 16]


def test_rate_multiplier_rounds_every_prefix():
    for m in range(7):
        length = 1 << m
        bits = RateMultiplierParams(m).bits(np.arange(length + 1), length)
        for level in range(length + 1):
            ones = np.cumsum(bits[level]).tolist()
            # Round half up, without fractions.
            assert ones == [(2 * a * level + length * (m > 0)) // (2 * length) for a in range(1, length + 1)]


@pytest.mark.parametrize("m", [2, 4, 6, 8, 10])
def test_bit_selected_rate_multiplier_is_less_even(m):
    # SN7497: bit m-1-k of the level lets through the cycles whose lowest k bits are 1 and bit k is 0.
    length = 1 << m
    t = np.arange(length)
    pulses = np.stack([(t & ((2 << k) - 1)) == (1 << k) - 1 for k in range(m)])
    levels = np.arange(length)
    bits = np.zeros((length, length), dtype=np.int64)
    for k in range(m):
        bits += (levels >> (m - 1 - k) & 1)[:, None] * pulses[k]
    error = np.cumsum(bits, axis=1) * length - np.outer(levels, t + 1)
    assert np.abs(error).max() / length == pytest.approx(m / 6 + 7 / 18, abs=0.03)


EACH = [
    RampParams(5),
    VanDerCorputParams(5),
    VanDerCorputParams(5, mask=9),
    VanDerCorputParams.masked(5),
    RateMultiplierParams(5),
    SobolParams(5, dimension=1),
    SobolParams(5),
    LfsrParams(5, seed=7),
    LfsrParams(5, seed=3, register_bits=6, polynomial=0b1100001),
]


@pytest.mark.parametrize("params", EACH, ids=lambda params: params.kind)
def test_description_makes_the_same_parameters(params):
    assert generator(**params.to_dict()) == params
    assert params.kind in KINDS
    assert (params.length, params.number_width, params.level_width) == (32, 5, 6)
    assert params.state_width == getattr(params, "register_bits", 5)
    assert params.deterministic is not isinstance(params, LfsrParams)
    assert hash(generator(**params.to_dict())) == hash(params)


def test_masked_is_the_default_mask():
    assert generator("masked_vdc", 8) == VanDerCorputParams(8, mask=15)
    assert generator("masked_vdc", 8, mask=3) == VanDerCorputParams(8, mask=3)
    assert generator("masked_vdc", 1).kind == "vdc"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: generator("random", 8), "kind must be one of ramp, vdc, masked_vdc, rate, sobol, lfsr, got 'random'"),
        (lambda: generator(["ramp"], 8), "kind must be one of"),
        (lambda: generator("ramp", 8, mask=1), "ramp: got an unexpected keyword argument 'mask'"),
        (lambda: generator("masked_vdc", 8, seed=1), "masked_vdc: got an unexpected keyword argument 'seed'"),
        (lambda: generator("ramp", 17), "ramp: length_log2 must be at most 16, got 17"),
        (lambda: generator("masked_vdc", -1), "vdc: length_log2 must be at least 0, got -1"),
        (lambda: RampParams(2.0), "ramp: length_log2 must be an int, got 2.0"),
        (lambda: RampParams(True), "must be an int, got True"),
        (lambda: VanDerCorputParams(3, mask=8), "vdc: mask must be at most 7, got 8"),
        (lambda: SobolParams(3, dimension=3), "sobol: dimension must be at most 2, got 3"),
        (lambda: LfsrParams(8, seed=0), "lfsr: seed must not be 0"),
        (lambda: LfsrParams(8, seed=256), "lfsr: seed must be at most 255, got 256"),
        (lambda: LfsrParams(8, seed=-1), "lfsr: seed must be at least 1, got -1"),
        (lambda: LfsrParams(8, register_bits=7), "lfsr: register_bits must be at least 8, got 7"),
        (lambda: LfsrParams(8, register_bits=33), "lfsr: register_bits must be at most 32, got 33"),
        (lambda: LfsrParams(8, polynomial=0x1D), "lfsr: polynomial must have degree 8, got 0x1d of degree 4"),
        (lambda: LfsrParams(8, polynomial=0x11B), "must be primitive, got 0x11b, whose register repeats early; use"),
        (lambda: LfsrParams(8, polynomial=0x11C), "must be primitive, got 0x11c"),
        (lambda: RampParams(3).check_level(9, "synapse (0, 1)"), r"synapse \(0, 1\) must be at most 8, got 9"),
    ],
)
def test_bad_parameters_are_refused_in_one_line(make, message):
    with pytest.raises(InputError, match=message) as error:
        make()
    assert "\n" not in str(error.value)


def test_bases_have_no_behaviour():
    for base, call in (
        (ThresholdParams, lambda each: each.numbers(1)),
        (CounterParams, lambda each: each.matrix()),
        (GeneratorParams, lambda each: each.bits(np.array([1]), 1)),
    ):
        with pytest.raises(NotImplementedError):
            call(object.__new__(base))
    with pytest.raises(NotImplementedError):
        GeneratorParams(3)
