# SPDX-License-Identifier: Apache-2.0
"""What no Verilog of a design may hold, in every form, and what looks like it but is harmless."""

import pytest

from sc_precision.errors import InputError
from sc_precision.tools.verilog_source import check_sources, reads_files

CLEAN = """\
// A design's own words: synthesis, `include and $readmemh in a comment are words
`default_nettype none
module m(input clk, input [3:0] x, output reg [3:0] y = 4'h1);
  reg [3:0] words [0:3];
  reg [3:0] a = 4'd2, b;
  initial begin
    words[0] = 4'h0; words[1] = 4'h1;
  end
  wire signed [3:0] c = $signed(x);
  initial b = 4'd7;
  always @(posedge clk) y <= words[x] + a + b + c;
  always @(*) ;
  always @( * ) ;
endmodule
`default_nettype wire
"""


def with_line(line: str, after: str = "  wire signed") -> str:
    return CLEAN.replace(after, f"{line}\n{after}", 1)


def test_clean_verilog_is_taken():
    check_sources({"hdl/m.v": CLEAN})
    assert not reads_files(CLEAN)


REFUSED = {
    '`include "a.v"': "the directive '`include'",
    "`ifdef YOSYS\n`endif": "the directive '`ifdef'",
    "`define X 1": "the directive '`define'",
    "`undefineall": "the directive '`undefineall'",
    "wire q = `X;": "the directive '`X'",
    "`celldefine": "the directive '`celldefine'",
    "`timescale 1ns/1ps": "the directive '`timescale'",
    "`pragma translate_off": "the directive '`pragma'",
    "// synthesis translate_off": "the pragma '// synthesis translate_off'",
    "/* synopsys translate_off */": "the pragma",
    "//pragma translate_off": "the pragma",
    "/*synthesis full_case*/": "the pragma",
    "// Verilator lint_off WIDTH": "the pragma",
    "/*verilator public*/": "the pragma",
    "// synthesis_off": "the pragma",
    "(* full_case *) wire q;": "the attribute 'full_case'",
    "(*keep*) wire q;": "the attribute 'keep'",
    "(* anyconst *) reg q;": "the attribute 'anyconst'",
    'initial $readmemh("a.hex", words);': "the system task '$readmemh'",
    'initial $readmemb("a.bin", words);': "the system task '$readmemb'",
    'integer f = $fopen("a", "r");': "the system task '$fopen'",
    'wire q = $test$plusargs("x");': "the system task '$test$plusargs'",
    "initial a = 4'd2;": "a second initial value of 'a'",
    "initial y = 4'd2;": "a second initial value of 'y'",
    "initial words[1] = 4'd2;": "a second initial value of 'words[1]'",
    "initial words[01] = 4'd2;": "a second initial value of 'words[1]'",
    "initial b = 4'd7; initial b = 4'd7;": "a second initial value of 'b'",
    "initial a[0] = 1'b0;": "a second initial value of 'a[0]'",
    "initial words[1'b1] = 4'd2;": "no plain initial value",
    "initial {a, b} = 8'd2;": "no plain initial value",
    "initial a <= 4'd2;": "no plain initial value",
    "initial #1 a = 4'd2;": "no plain initial value",
    "generate initial a = 4'd2; endgenerate": 'no plain initial value, "generate initial',
    "initial y = ;": "slang does not parse this",
    "wire q; \x0b": "a control character",
    "// a comment \r wire q;": "a control character",
}


@pytest.mark.parametrize("line", REFUSED)
def test_what_tools_read_differently_is_refused_with_its_place(line):
    with pytest.raises(InputError) as caught:
        check_sources({"hdl/clean.v": CLEAN, "hdl/m.v": with_line(line)})
    assert REFUSED[line] in str(caught.value)
    assert str(caught.value).startswith("'hdl/m.v', line 9: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "// this part of the synthesis is translate_off",
        '/* `include "a.v" */',
        "// $readmemh(words)",
        "// (* full_case *)",
        "wire \\synthesis ;",
        "wire [7:0] q = (a * b);",
        "initial words[2] = 4'd2;",
    ],
)
def test_what_only_looks_like_it_is_taken(line):
    check_sources({"hdl/m.v": with_line(line)})


@pytest.mark.parametrize(
    "line",
    [
        '`include "a.v"',
        '`ifdef NEVER\n`include "a.v"\n`endif',
        'initial $readmemh("a", words);',
        'initial $readmemb ("a", words);',
        'integer f = $fopen("a");',
        "`define R(x) $read``x",
        "`define R $readmemh",
        'initial $fread(words, "a");',
    ],
)
def test_a_read_of_files_is_seen(line):
    assert reads_files(with_line(line))


@pytest.mark.parametrize(
    "line", ['// `include "a.v"', 'wire [63:0] q = "$readmemh";', "/* $fopen */", "`ifdef X\n`endif"]
)
def test_words_about_reading_are_no_read(line):
    assert not reads_files(with_line(line))
