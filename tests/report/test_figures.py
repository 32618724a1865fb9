# SPDX-License-Identifier: Apache-2.0
import math
import re

import pytest
from hypothesis import given as draw
from hypothesis import strategies as st

from sc_precision.report import figures


def plain(text: str) -> str:
    return str(text).replace("\u202f", " ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.2274105605914123, "0.227"),
        (-0.2274105605914123, "−0.227"),
        (1.0, "1.00"),
        (0.0996, "0.0996"),
        (0.09996, "0.100"),
        (123456.0, "123456"),
        (1234567.0, "1.23 × 10⁶"),
        (0.000012345, "0.0000123"),
        (0.0000012345, "1.23 × 10⁻⁶"),
        (5.97e-300, "≈ 0"),
        (1e308, "1.00 × 10³⁰⁸"),
    ],
)
def test_significant(value, text):
    assert plain(figures.significant(value)) == text


def number(text: str) -> float:
    return float(
        re.sub(r" × 10(.*)", lambda m: "e" + m[1].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")), text)
    )


@draw(st.floats(1e-14, 1e300))
def test_bounds_are_never_shown_smaller(value):
    upper = number(plain(figures.bound(value).striptags()))
    assert value <= upper <= value * 1.0011
    lower = plain(figures.lower_bound(-value).striptags())
    assert lower[0] == "−"
    assert value <= number(lower[1:]) <= value * 1.0011


def test_a_round_bound_stays_round():
    assert [figures.bound(value).striptags() for value in (0.1, 0.3, 0.25)] == ["0.1000", "0.3000", "0.2500"]


def test_exact_value_in_the_title():
    assert figures.bound(0.24998381218264848) == (
        '<data value="0.24998381218264848" title="0.24998381218264848">0.2500</data>'
    )


@pytest.mark.parametrize(("value", "text"), [(1.0, "1"), (0.05, "0.05"), (0.1 + 0.2, "0.3"), (1e-9, "1.00 × 10⁻⁹")])
def test_given(value, text):
    assert plain(figures.given(value)).split(">")[1].split("<")[0] == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.98, 1, "98.0 %"),
        (1.0, 1, "100.0 %"),
        (0.99999, 1, "99.9 %"),
        (0.99999, 0, "99 %"),
        (1.000001, 0, "101 %"),
        (0.0, 0, "0 %"),
        (0.0001, 0, "< 1 %"),
        (1e300, 0, "1.00 × 10³⁰² %"),
        (math.inf, 0, "∞ %"),
    ],
)
def test_percent(value, digits, text):
    assert plain(figures.percent(value, digits)) == text


def test_accuracy_has_the_digits_that_the_images_tell_apart():
    assert plain(figures.accuracy(294 / 300, 300)) == "98.0 %"
    assert plain(figures.accuracy(9701 / 10000, 10000)) == "97.01 %"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0.00 s"),
        (0.423, "0.42 s"),
        (0.999, "0.999 s"),
        (14.62, "14.6 s"),
        (99.7, "1 min 40 s"),
        (3599.7, "1 h 00 min"),
        (7384, "2 h 03 min"),
    ],
)
def test_seconds(value, text):
    assert plain(figures.seconds(value)) == text


@pytest.mark.parametrize(("value", "text"), [(0, "0 bytes"), (412907, "413 kB"), (999_600, "1.00 MB")])
def test_size(value, text):
    assert plain(figures.size(value).striptags()) == text


def test_plural():
    assert [figures.plural(k, "claim") for k in (0, 1, 1234)] == ["0 claims", "1 claim", "1,234 claims"]
