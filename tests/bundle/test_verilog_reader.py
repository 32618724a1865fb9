# SPDX-License-Identifier: Apache-2.0
from sc_precision.bundle.verilog_reader import concatenated, read_modules

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
  reg [10:0] weights [3:0];
  initial begin
    weights[0] = 11'h7ff;
    weights[2] = 11'h00a;
  end
  reg flags [1:0];
  below below_0 (
    .a({ x_3, a[1], x_1 }),
    .b(\\x$2 ),
    .clk(clk)
  );
endmodule

module below(a, b, clk);
  input [2:0] a;
  input b;
  input clk;
endmodule
"""


def test_ports_memories_and_instances_are_read():
    modules = read_modules([TEXT])
    assert set(modules) == {"top", "below"}
    assert modules["top"].ports == {"clk": 1, "a": 8, "\\odd$name": 1, "q": 3}
    weights, flags = modules["top"].memories["weights"], modules["top"].memories["flags"]
    assert (weights.width, weights.depth, weights.values) == (11, 4, {0: 0x7FF, 2: 10})
    assert (flags.width, flags.depth, flags.values) == (1, 2, {})
    instance = modules["top"].instances["below_0"]
    assert instance.module == "below"
    assert instance.connections == {"a": "{ x_3, a[1], x_1 }", "b": "\\x$2 ", "clk": "clk"}
    assert modules["below"].ports == {"a": 3, "b": 1, "clk": 1}


def test_the_last_part_of_a_concatenation_is_bit_0():
    assert concatenated("{ x_3, a[1], x_1 }") == ["x_1", "a[1]", "x_3"]
    assert concatenated("x_3 ") == ["x_3"]
