# SPDX-License-Identifier: Apache-2.0
"""Names of wires that nobody named: said from the text alone, one for each wire, and nothing else is changed."""

import importlib
import pkgutil
import re

import pytest
from designs import DESIGNS
from every_design import TOPS

import sc_precision.gateware
from sc_precision.emit.naming import name_wires
from sc_precision.emit.verilog import convert_variants, network_verilog
from sc_precision.gateware.common import HardwareModule

TEXT = """\
module m(a, b, \\bit , clk, q, take);
  wire \\$1 ;
  wire [4:0] \\$10 ;
  wire \\$2 ;
  wire \\$3 ;
  wire \\$4 ;
  wire \\$5 ;
  wire [3:0] \\$procmux$7_Y ;
  wire [3:0] \\$procmux$9_Y ;
  input [3:0] a;
  input [3:0] b;
  output \\bit ;
  wire \\bit ;
  assign \\bit  = take;
  input clk;
  wire \\o.last ;
  output [3:0] q;
  reg [3:0] q = 4'h0;
  wire q_next_1;
  input take;
  reg [3:0] _0_;
  wire [3:0] read_rom;
  assign read_rom = _0_;
  assign \\$1  = a == 4'hc;
  assign \\$2  = $signed(b) < $signed(4'hc);
  assign \\$3  = \\$1  & take;
  assign \\$4  = a[1] ^ a[0];
  assign \\$5  = a == 4'hc;
  assign \\$10  = { 1'h0, q } + 5'h01;
  assign \\o.last  = \\$2  ^ \\$5 ;
  assign \\$procmux$7_Y  = \\$4  ? \\$10 [3:0] : q;
  assign \\$procmux$9_Y  = \\$3  ? \\$procmux$7_Y  : read_rom;
  always @(posedge clk)
    q <= \\$procmux$9_Y ;
  below below_0 (
    .x(\\$procmux$7_Y ),
    .y(\\o.last )
  );
endmodule
"""


def test_each_wire_is_called_what_it_is():
    named = name_wires(TEXT, {"a": {12: "FULL"}})
    assert [line for line in named.splitlines() if "assign" in line or "<=" in line or "    ." in line] == [
        "  assign \\bit  = take;",
        "  assign read_rom = read_rom_register;",
        "  assign a_is_full = a == 4'hc;",
        "  assign b_below_minus_4 = $signed(b) < $signed(4'hc);",
        "  assign a_is_full_and_take = a_is_full & take;",
        "  assign condition_1 = a[1] ^ a[0];",
        "  assign a_is_full_2 = a == 4'hc;",
        "  assign q_plus_1 = { 1'h0, q } + 5'h01;",
        "  assign o_last = b_below_minus_4 ^ a_is_full_2;",
        "  assign below_0_x = condition_1 ? q_plus_1[3:0] : q;",
        "  assign q_next = a_is_full_and_take ? below_0_x : read_rom;",
        "    q <= q_next;",
        "    .x(below_0_x),",
        "    .y(o_last)",
    ]


def test_parts_are_numbered_and_no_name_is_given_twice():
    text = TEXT.replace("    .x(\\$procmux$7_Y ),\n", "")
    named = name_wires(text)
    # q_next_1 is there already.
    assert "  assign q_next_1_2 = condition_1 ? q_plus_1[3:0] : q;" in named
    declared = re.findall(r"^  (?:wire|reg|input|output) (?:\[\d+:0\] )?(\S+?)(?: = 4'h0)?;$", named, re.MULTILINE)
    assert {name for name in declared if declared.count(name) > 1} == {"q"}
    assert name_wires(named) == named


@pytest.fixture(scope="module")
def texts():
    def unique(modules):
        return {module.module_name: module for module in reversed(modules)}.values()

    return dict(zip(TOPS, convert_variants(unique(top().modules()) for top in TOPS.values()), strict=True))


def test_no_wire_of_any_design_is_without_a_name(texts):
    for design, modules in texts.items():
        for module, text in modules.items():
            # What is escaped because it is a keyword, such as a port named bit, is a name.
            assert not re.findall(r"\\\S*[$.]\S*|\b_\d+_\b", text), f"{design} {module}"


def test_each_module_says_what_it_does(texts):
    for design, modules in texts.items():
        for module, text in modules.items():
            assert re.match(r"// [A-Z].{15,110}\.\n(// state: .*\n)?module ", text), f"{design} {module}"
    layer = network_verilog(DESIGNS["two_fixed"], "two_fixed")["two_fixed_layer0.v"]
    assert "// state: 0 LOAD, 1 MAC, 2 DRAIN, 3 OUT\nmodule two_fixed_layer0(" in layer
    assert "assign state_is_load" in layer


def test_every_component_has_a_purpose():
    for module in pkgutil.iter_modules(sc_precision.gateware.__path__, "sc_precision.gateware."):
        importlib.import_module(module.name)
    waiting, components = [HardwareModule], set()
    while waiting:
        for component in waiting.pop().__subclasses__():
            waiting.append(component)
            components.add(component)
    placed = {type(module) for top in TOPS.values() for module in top().modules()}
    assert placed <= components
    for component in components:
        if component.__module__.startswith("sc_precision.") and not getattr(component, "__abstractmethods__", None):
            assert component.purpose or component.__subclasses__(), component
