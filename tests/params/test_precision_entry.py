# SPDX-License-Identifier: Apache-2.0
import json
from fractions import Fraction
from pathlib import Path

import pytest

from sc_precision.errors import InputError
from sc_precision.formats import BlockFloatFormat, Exponents, FixedFormat, parse_precision
from sc_precision.params.precision_entry import VECTOR_WIDTH_FORMULA, precision_entry

PUBLISHED = json.loads(
    (Path(__file__).parents[1] / "data" / "parity" / "emitter_manifests.json").read_text(encoding="utf-8")
)
OWN_RULE = {"minimum_quantum", "max_abs_value"}
SIDES = [
    (case[side], case[f"{side}_parameter_count"], case[f"{side}_precision"])
    for case in PUBLISHED
    for side in ("lp", "hp")
]


@pytest.mark.parametrize(("source", "count", "expected"), SIDES)
def test_published_entries(source, count, expected):
    entry = precision_entry(parse_precision(source), source, count)
    assert {key: entry.get(key) for key in expected.keys() - OWN_RULE} == {
        key: value for key, value in expected.items() if key not in OWN_RULE
    }
    assert json.loads(json.dumps(entry)) == entry
    if expected["kind"] == "block_floating":
        # Theirs counts whole mantissas, ours fractions of one.
        scale = 2.0 ** (1 - expected["mantissa_bits"])
        assert entry["minimum_quantum"] == expected["minimum_quantum"] * scale
        assert entry["max_abs_value"] == pytest.approx(expected["max_abs_value"] * scale, rel=1e-12)


def test_without_a_count_the_vector_is_a_formula():
    entry = precision_entry(parse_precision("BFP8E3X16"), "BFP8E3X16")
    assert entry["exponent_vector_width"] == VECTOR_WIDTH_FORMULA
    assert not {"parameter_count", "block_exponent_count", "block_exponent_layout"} & entry.keys()
    assert parse_precision(entry["format"]) == BlockFloatFormat(8, 3, 16)


@pytest.mark.parametrize(("count", "blocks", "last"), [(0, 0, 0), (1, 1, 1), (16, 1, 16), (17, 2, 1), (48, 3, 16)])
def test_layout(count, blocks, last):
    layout = precision_entry(BlockFloatFormat(8, 3, 16), "x", count)["block_exponent_layout"]
    assert (layout["exponent_count"], layout["last_block_size"]) == (blocks, last)


def test_datapath_says_so():
    entry = precision_entry(BlockFloatFormat(8, 3), "BFP8E3", exponents="datapath")
    assert entry["exponents"] == "datapath"
    assert entry["bfp_emission_status"] == "aligned_in_datapath"


def test_an_unsigned_format_is_no_twos_complement():
    entry = precision_entry(FixedFormat(8, 4, signed=False), "UQ4.4")
    assert (entry["signed"], entry["datapath_contract"]) == (False, "fixed_point_unsigned")


@pytest.mark.parametrize("mantissa", [2, 24, 53, 54, 55, 64])
@pytest.mark.parametrize("exponent", [1, 8, 11])
def test_extremes_are_exact_or_rounded_down(mantissa, exponent):
    form = BlockFloatFormat(mantissa, exponent)
    entry = json.loads(json.dumps(precision_entry(form, "x"), allow_nan=False))
    quantum = Fraction(2) ** (form.exponent_min - (mantissa - 1))
    largest = ((1 << (mantissa - 1)) - 1) * Fraction(2) ** (form.exponent_max - (mantissa - 1))
    assert entry["minimum_quantum"] is None or Fraction(entry["minimum_quantum"]) == quantum
    assert (entry["minimum_quantum"] is None) == (entry["minimum_quantum_log2"] < -1074)
    assert Fraction(entry["max_abs_value"]) <= largest
    assert largest / Fraction(entry["max_abs_value"]) - 1 < Fraction(1, 1 << 52)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (FixedFormat(16, 8), "Q8.8", 3),
            r"^precision 'Q8.8' is fixed point and has no blocks, got parameter_count 3;",
        ),
        ((BlockFloatFormat(8, 3), "BFP8E3", -1), "^precision 'BFP8E3': parameter_count must be at least 0, got -1"),
        ((BlockFloatFormat(8, 3), "BFP8E3", 1.5), "must be an int, got 1.5"),
        ((BlockFloatFormat(8, 3), "BFP8E3", True), "must be an int, got True"),
        ((BlockFloatFormat(8, 3), "", 1), "source must be a non-empty string"),
        (("Q8.8", "Q8.8"), "expected FixedFormat or BlockFloatFormat, got 'Q8.8'"),
    ],
)
def test_bad_entries(arguments, message):
    with pytest.raises(InputError, match=message):
        precision_entry(*arguments)


@pytest.mark.parametrize("bad", ["Metadata", None, 1, Exponents])
def test_bad_modes(bad):
    with pytest.raises(InputError, match=r"^exponents must be one of metadata, datapath, got "):
        precision_entry(BlockFloatFormat(8, 3), "BFP8E3", exponents=bad)
