# SPDX-License-Identifier: Apache-2.0
"""What is read back of a module's text, and texts that are refused."""

import re

import pytest

from sc_precision.emit.verilog_reader import instantiated, read_modules
from sc_precision.errors import ConsistencyError

TEXT = """\
`default_nettype none

module top(clk, a, \\odd$name , q);
  input clk;
  wire clk;
  input [7:0] a;
  wire [7:0] a;
  input \\odd$name ;
  output [2:0] q;
  reg [2:0] q = 3'h0;
  wire x_3;
  wire [1:0] pair;
  reg [10:0] weights [3:0];
  initial begin
    weights[0] = 11'h7ff;
    weights[2] = 11'h00a;
  end
  reg flags [1:0];
  source source_0 (
    .one(x_3),
    .two(pair)
  );
  below below_0 (
    .a({ x_3, a[1], pair[0] }),
    .b(\\odd$name ),
    .c({ x_3, a[6:5] }),
    .clk(clk),
    .d(~clk)
  );
endmodule

module source(one, two);
  output one;
  output [1:0] two;
endmodule

module below(a, b, c, clk, d);
  input [2:0] a;
  input b;
  input [2:0] c;
  input clk;
  input d;
endmodule
"""


def test_ports_memories_and_instances_are_read():
    modules = read_modules([TEXT])
    assert set(modules) == {"top", "source", "below"}
    top = modules["top"]
    assert top.ports == {"clk": 1, "a": 8, "odd$name": 1, "q": 3}
    weights, flags = top.memories["weights"], top.memories["flags"]
    assert (weights.width, weights.depth, weights.values) == (11, 4, {0: 0x7FF, 2: 10})
    assert (flags.width, flags.depth, flags.values) == (1, 2, {})
    assert {name: instance.module for name, instance in top.instances.items()} == {
        "source_0": "source",
        "below_0": "below",
    }
    assert modules["below"].ports == {"a": 3, "b": 1, "c": 3, "clk": 1, "d": 1}


def test_pins_are_bits_of_wires_the_lowest_first():
    top = read_modules([TEXT])["top"]
    pins = top.instances["below_0"].pins
    assert pins["a"] == (("pair", 0), ("a", 1), ("x_3", 0))
    assert pins["b"] == (("odd$name", 0),)
    assert pins["c"] == (("a", 5), ("a", 6), ("x_3", 0))
    assert pins["d"] is None
    assert top.instances["source_0"].outputs == {"one", "two"}
    assert top.drivers("below_0", "a") == [("source_0", "two", 0), None, ("source_0", "one", 0)]
    assert top.drivers("below_0", "d") == top.drivers("below_0", "none") == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("endmodule", "endmodul", "the Verilog is refused by slang: "),
        (
            "    weights[2] = 11'h00a;",
            "    weights[2] = a;",
            r"top: an initial value is no word of a memory: weights\[2\] = a",
        ),
        ("    weights[2] = 11'h00a;", "    weights[2] = 11'hx;", r"top: an initial value is no word of a memory"),
        ("    .one(x_3),", "    .one(pair[1]),", r"top: pair\[1\] has two drivers"),
    ],
)
def test_what_cannot_be_read_is_refused(old, new, message):
    with pytest.raises(ConsistencyError, match=message):
        read_modules([re.sub(re.escape(old), new, TEXT, count=1)])["top"].drivers("below_0", "a")


def test_many_words_are_read_in_linear_time():
    words = "".join(f"    r[{k}] = 8'h{k % 251:02x};\n" for k in range(1 << 15))
    text = f"module m(a);\n  input a;\n  reg [7:0] r [{(1 << 15) - 1}:0];\n  initial begin\n{words}  end\nendmodule\n"
    assert read_modules([text])["m"].memories["r"].values == {k: k % 251 for k in range(1 << 15)}


def test_instances_in_a_checker_are_found():
    text = """\
module check(input wire clk);
  (* anyconst *) wire [2:0] a;
  below #(.W(3)) dut (.a(a), .clk);
  always @(posedge clk) if (a == 1) stays: assert ($past(a) == 1);
  source \\odd$name (.one());
  function [1:0] f(input x); f = {x, g(x)}; endfunction
endmodule
"""
    assert instantiated(text) == {"below", "source"}
