# SPDX-License-Identifier: Apache-2.0
import re

import pytest
from every_design import TOPS
from hypothesis import given
from hypothesis import strategies as st
from pyslang.parsing import TokenKind

from sc_precision.errors import InputError
from sc_precision.verilog import ICARUS_KEYWORDS, KEYWORDS, MAX_NAME, VHDL_KEYWORDS, check_identifier, check_module_name


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


@pytest.mark.parametrize("name", ["entity", "Signal", "ALL", *sorted(VHDL_KEYWORDS - KEYWORDS)])
def test_no_module_is_named_by_a_keyword_of_vhdl(name):
    assert check_identifier(name) == name
    with pytest.raises(InputError, match=rf"^--name: '{name}' is a VHDL keyword; .*'{name}_core'$"):
        check_module_name(name, "--name")
    assert check_module_name(f"{name}_core") == f"{name}_core"


@pytest.mark.parametrize("top", sorted(TOPS.keys() - {"product"}))
def test_no_module_is_named_as_a_port_of_a_top_or_a_layer(top):
    made = TOPS[top]()
    for module in [made, *getattr(made, "layers", [])]:
        for path, _, _ in module.signature.flatten(module):
            with pytest.raises(InputError, match="is the name of a port; choose another"):
                check_module_name("__".join(map(str, path)))


@pytest.mark.parametrize("name", ["s_axis_tdata", "ACLK", "clk", "rst", "m_axis_tuser", "stop_3"])
def test_a_port_is_refused_whatever_its_case(name):
    with pytest.raises(InputError, match=f"^module name: '{name}' is the name of a port; .*'{name}_core'"):
        check_module_name(name)


@pytest.mark.parametrize("name", ["net", "aclk_core", "weights", "my_entity", "stop_first", "s_axis"])
def test_other_names_are_returned(name):
    assert check_module_name(name) == name
