# SPDX-License-Identifier: Apache-2.0
"""Primitive polynomials over GF(2): a table for 2 to 32 bits, and the test that a polynomial is primitive.

A polynomial is an int whose bit k is the coefficient of x**k. Of degree n it is primitive exactly when x has the order
2**n - 1 modulo it: then every non-zero residue is a power of x. The order is tested at the prime factors of 2**n - 1.
"""

from __future__ import annotations

from functools import cache

from sc_precision.arguments import integer
from sc_precision.errors import InputError

MIN_DEGREE, MAX_DEGREE = 2, 32

# OEIS A132454: the exponent k where the smallest primitive trinomial x**n + x**k + 1 of the degree is meant, and else
# minus the smallest polynomial with the fewest terms, without x**n (there, the signs are the other way round).
_A132454 = {
    2: 1, 3: 1, 4: 1, 5: 2, 6: 1, 7: 1, 8: -29, 9: 4, 10: 3, 11: 2, 12: -83, 13: -27, 14: -43, 15: 1, 16: -45,
    17: 3, 18: 7, 19: -39, 20: 3, 21: 2, 22: 1, 23: 5, 24: -27, 25: 3, 26: -71, 27: -39, 28: 3, 29: 2, 30: -83,
    31: 3, 32: -197,
}  # fmt: skip

PRIMITIVE_POLYNOMIALS = {n: (1 << n) + ((1 << k) + 1 if k > 0 else -k) for n, k in _A132454.items()}
"""For each degree from 2 to 32 the primitive polynomial with the fewest terms, of those the smallest (OEIS A132453)."""


@cache
def prime_factors(value: int) -> tuple[int, ...]:
    """The distinct prime factors of an int of at least 2, ascending, by trial division."""
    found = []
    factor = 2
    while factor * factor <= value:
        if value % factor == 0:
            found.append(factor)
            while value % factor == 0:
                value //= factor
        factor += 1 if factor == 2 else 2
    return (*found, value) if value > 1 else tuple(found)


def multiply(a: int, b: int, modulus: int) -> int:
    """Product of two residues modulo a polynomial."""
    degree = modulus.bit_length() - 1
    product = 0
    while b:
        if b & 1:
            product ^= a
        b >>= 1
        a <<= 1
        if a >> degree:
            a ^= modulus
    return product


def power_of_x(exponent: int, modulus: int) -> int:
    """x**exponent modulo a polynomial of degree at least 2."""
    result, square = 1, 2
    while exponent:
        if exponent & 1:
            result = multiply(result, square, modulus)
        square = multiply(square, square, modulus)
        exponent >>= 1
    return result


@cache
def is_primitive(polynomial: int) -> bool:
    """Whether a polynomial of degree 2 to 32 is primitive."""
    order = (1 << (polynomial.bit_length() - 1)) - 1
    if not polynomial & 1 or power_of_x(order, polynomial) != 1:
        return False
    return all(power_of_x(order // prime, polynomial) != 1 for prime in prime_factors(order))


def check_primitive(name: str, polynomial: object, degree: int) -> int:
    """Return a primitive polynomial of that degree as an int, or raise InputError."""
    value = integer(name, polynomial, minimum=0)
    if value.bit_length() - 1 != degree:
        raise InputError(f"{name} must have degree {degree}, got {value:#x} of degree {value.bit_length() - 1}")
    if not is_primitive(value):
        raise InputError(
            f"{name} must be primitive, got {value:#x}, whose register repeats early; "
            f"use {PRIMITIVE_POLYNOMIALS[degree]:#x}"
        )
    return value
