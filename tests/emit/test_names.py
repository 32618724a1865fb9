# SPDX-License-Identifier: Apache-2.0
"""Names in the Verilog: said where a signal is made, not found in the byte code of a Python version."""

from pathlib import Path

import pytest
from amaranth import tracer
from every_design import TOPS
from pyslang.syntax import SyntaxTree

from sc_precision.emit.verilog import convert_modules, convert_variants, network_verilog
from sc_precision.gateware import BitstreamGenerator
from sc_precision.importers import read_network
from sc_precision.params import generator
from sc_precision.plan.network import plan_network
from sc_precision.reference import DATAPATH, NAME, NETWORK, TARGET_ERROR
from sc_precision.tools.verilog_source import check_sources

ROOT = Path(__file__).parents[2]


@pytest.fixture
def traced(monkeypatch):
    """Make Amaranth find another name, or none, wherever it looks for the variable that something is kept in."""

    def make(name):
        def get_var_name(depth=2, default=tracer._raise_exception):
            if name is not None:
                return name
            if default is tracer._raise_exception:
                raise tracer.NameNotFound
            return default

        monkeypatch.setattr(tracer, "get_var_name", get_var_name)

    return make


def test_the_fixture_reaches_amaranth(traced):
    from amaranth.hdl import Signal

    traced("found")
    kept = Signal()
    assert kept.name == "found"


def every_text():
    """Text by module, by design."""
    return dict(zip(TOPS, convert_variants(unique(top().modules()) for top in TOPS.values()), strict=True))


def test_nothing_that_is_emitted_is_foreign():
    for files in every_text().values():
        check_sources(files)


def unique(modules):
    return {module.module_name: module for module in reversed(modules)}.values()


@pytest.mark.parametrize("name", ["found", None])
def test_no_name_is_from_the_byte_code(name, traced):
    plain = every_text()
    traced(name)
    again = every_text()
    assert [top for top in TOPS if plain[top] != again[top]] == []


def test_no_name_of_the_reference_is_from_the_byte_code(traced):
    network = read_network(ROOT / NETWORK).network
    plan = plan_network(network, target_error=TARGET_ERROR, datapath=DATAPATH, name=NAME)
    plain = network_verilog(plan.params, NAME)
    traced("found")
    assert network_verilog(plan.params, NAME) == plain


def test_names_made_of_a_port_that_is_a_keyword():
    """Such as the bit of a rate multiplier, in Verilog an escaped identifier with a blank behind it."""
    texts = convert_modules(BitstreamGenerator(generator("rate", 3), "bank", [None, 3]).modules())
    assert r"\bit ;" in texts["bank_rate_0"]
    assert r"\bit _" not in texts["bank_rate_0"]
    assert not SyntaxTree.fromText("\n".join(texts.values())).diagnostics
