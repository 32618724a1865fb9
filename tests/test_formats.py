# SPDX-License-Identifier: Apache-2.0
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sc_precision.errors import InputError
from sc_precision.formats import MAX_FRACTION, MAX_WIDTH, BlockFloatFormat, FixedFormat, parse_precision


@pytest.mark.parametrize(
    ("text", "width", "fraction"),
    [
        ("Q8.8", 16, 8),
        ("Q1.7", 8, 7),
        ("Q1.0", 1, 0),
        ("Q16.0", 16, 0),
        ("q32.32", 64, 32),
        ("  Q4.12\t\n", 16, 12),
        ("Q08.008", 16, 8),
    ],
)
def test_fixed_text(text, width, fraction):
    assert parse_precision(text) == FixedFormat(width, fraction, signed=True)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("BFP16E3", "BFP16E3X32"),
        ("BFP16_E3", "BFP16E3X32"),
        ("BFP16.3", "BFP16E3X32"),
        ("BFP16-3", "BFP16E3X32"),
        ("BFP16E3X32", "BFP16E3X32"),
        (" bfp16_e3x8 ", "BFP16E3X8"),
        ("BFP2E1X1", "BFP2E1X1"),
        ("bfp8.4X128", "BFP8E4X128"),
        ("BFP8-4x128", "BFP8E4X128"),
    ],
)
def test_block_text(text, label):
    made = parse_precision(text)
    assert isinstance(made, BlockFloatFormat)
    assert made.label == label
    assert parse_precision(label) == made


MALFORMED = """Q Q8 Q8. Q.8 Q0.8 Q-1.8 Q+8.8 Q8.-1 Q8,8 Q8.8.8 UQ8.8 QQ8.8 Q8_8 Q8e1.2 Q1_0.2 Q٣.8 Q8.8x 8.8 BFP BFP16
    BFP16E BFP16E3X BFP16E3XX8 BFPE3 BFP16__E3 BFP16_3 BFP16.E3 BFP16-E3 BFP16E-3 BFP16E3X-8 BFP16E3.8 BFP1E3 BFP0E3
    BFP16E0 BFP16E3X0 bf16 float16 Q65.0 Q1.64 BFP65E3 BFP16E12 BFP16E3X3000000000"""
SPACED = ["", " ", "Q 8.8", "Q8 .8", "BFP16 E3", "Q8.8 Q8.8", "Q8.8\x00", "Q" + "9" * 5000 + ".0"]


@pytest.mark.parametrize("text", [*MALFORMED.split(), *SPACED])
def test_anything_else_is_refused_and_quoted(text):
    with pytest.raises(InputError) as caught:
        parse_precision(text)
    message = str(caught.value)
    assert message.startswith(f"precision {text!r}"[:100])
    assert "\n" not in message
    assert len(message) < 400


@pytest.mark.parametrize("bad", [None, 8, 8.8, b"Q8.8", ["Q8.8"], FixedFormat(16, 8)])
def test_what_is_no_string(bad):
    with pytest.raises(TypeError, match=r"must be a string such as 'Q8\.8' .*, got "):
        parse_precision(bad)


@given(st.integers(1, 64), st.data())
def test_labels_round_trip(integer, data):
    fraction = data.draw(st.integers(0, 64 - integer))
    made = FixedFormat(integer + fraction, fraction)
    assert parse_precision(made.label) == made
    block = BlockFloatFormat(
        data.draw(st.integers(2, 64)), data.draw(st.integers(1, 11)), data.draw(st.integers(1, 1 << 29))
    )
    assert parse_precision(block.label) == block


@given(st.text(alphabet="QBFPXE0123456789._- ", max_size=14))
def test_random_text_is_a_format_or_an_input_error(text):
    try:
        made = parse_precision(text)
    except InputError:
        return
    assert parse_precision(made.label) == made
    assert text.strip()[0] in "QB"


@given(st.integers(1, 64), st.integers(-MAX_FRACTION, MAX_FRACTION), st.booleans())
def test_fixed_codes(width, fraction, signed):
    made = FixedFormat(width, fraction, signed)
    assert made.code_max - made.code_min + 1 == 2**width
    assert (made.code_min < 0) == signed
    assert made.lsb == 2.0**-fraction > 0
    assert made.to_dict() == {"width": width, "fraction": fraction, "signed": signed, "label": made.label}
    assert made.label.startswith("Q" if signed else "UQ")


def test_ends_of_the_fixed_range():
    assert (FixedFormat(8, 7).code_min, FixedFormat(8, 7).code_max) == (-128, 127)
    assert (FixedFormat(8, 7, signed=False).code_min, FixedFormat(8, 7, signed=False).code_max) == (0, 255)
    assert FixedFormat(8, 7, signed=False).label == "UQ1.7"


@pytest.mark.parametrize("signed", [True, False])
def test_shape_is_amaranth_s(signed):
    shape = FixedFormat(12, 4, signed).shape()
    assert (shape.width, shape.signed) == (12, signed)


@pytest.mark.parametrize("bad", [0, -1, MAX_WIDTH + 1, True, 8.0, "8", None])
def test_fixed_width_is_checked(bad):
    with pytest.raises(InputError, match=f"width must be an int from 1 to 64, got {bad!r}"):
        FixedFormat(bad, 0)


@pytest.mark.parametrize("bad", [MAX_FRACTION + 1, -MAX_FRACTION - 1, True, 8.0, "8", None])
def test_fraction_is_checked(bad):
    with pytest.raises(InputError, match=f"fraction must be an int from -1022 to 1022, got {bad!r}"):
        FixedFormat(8, bad)


@given(st.integers(2, 64), st.integers(1, 11), st.integers(1, 1 << 31))
def test_block_exponents(mantissa, exponent, block):
    made = BlockFloatFormat(mantissa, exponent, block)
    assert made.exponent_bias == 2 ** (exponent - 1) - 1
    assert made.exponent_min == -made.exponent_bias
    assert made.exponent_max == 2**exponent - 1 - made.exponent_bias
    assert made.to_dict() == {
        "mantissa_bits": mantissa,
        "exponent_bits": exponent,
        "block_size": block,
        "label": f"BFP{mantissa}E{exponent}X{block}",
    }


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ((1, 3, 8), "mantissa_bits"),
        ((16, 0, 8), "exponent_bits"),
        ((16, 3, 0), "block_size"),
        ((16, 3, True), "block_size"),
    ],
)
def test_block_fields_are_checked(arguments, field):
    with pytest.raises(InputError, match=f"BlockFloatFormat: {field} must be an int from"):
        BlockFloatFormat(*arguments)
