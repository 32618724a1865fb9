# SPDX-License-Identifier: Apache-2.0
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyslang.parsing import TokenKind

from sc_precision.errors import InputError
from sc_precision.verilog import ICARUS_KEYWORDS, KEYWORDS, MAX_NAME, check_identifier


def test_keywords_are_those_of_an_independent_front_end():
    # slang's token kinds are the keywords of IEEE 1800-2017 without their underscores.
    theirs = {name.removesuffix("Keyword").lower() for name in dir(TokenKind) if name.endswith("Keyword")}
    assert {word.replace("_", "") for word in KEYWORDS} == theirs
    assert len(KEYWORDS) == len(theirs) == 248


@pytest.mark.parametrize("name", ["top", "_x", "Module_2", "a", "x" * MAX_NAME, "Wire", "module_", "begin1"])
def test_identifiers_are_returned(name):
    assert check_identifier(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "2x", "a-b", "a.b", "a b", "a\n", "\\esc ", "$x", "a$", "ü", "x٣", "a/b", "../x", None, 3, b"top", ["top"]],
)
def test_no_identifier(name):
    with pytest.raises(InputError, match=r"^module name: .* is not a Verilog identifier; use letters, digits and _"):
        check_identifier(name)


@pytest.mark.parametrize("name", sorted(KEYWORDS | ICARUS_KEYWORDS))
def test_keyword_is_refused(name):
    with pytest.raises(InputError, match=f"^layer name: '{name}' is a Verilog keyword; .*'{name}_core'"):
        check_identifier(name, "layer name")
    assert check_identifier(f"{name}_core")


def test_too_long():
    with pytest.raises(InputError, match=f"has {MAX_NAME + 1} characters; use at most {MAX_NAME}"):
        check_identifier("x" * (MAX_NAME + 1))


def test_message_about_a_huge_name_stays_short():
    with pytest.raises(InputError) as caught:
        check_identifier("-\n" * 100_000)
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


@given(st.text(max_size=12))
def test_accepted_exactly_where_the_grammar_says(name):
    is_one = bool(re.match(r"[a-zA-Z_][a-zA-Z0-9_]*\Z", name)) and name not in KEYWORDS | ICARUS_KEYWORDS
    try:
        accepted = check_identifier(name) == name
    except InputError:
        accepted = False
    assert accepted == is_one
