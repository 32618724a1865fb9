// SPDX-License-Identifier: Apache-2.0
// digits_layer1_stage: the output code is the accumulator but for a rounding error of -8192 to 8192 accumulator units, and each output stays in the range that what follows relies on
`default_nettype none

module digits_layer1_stage_check(input wire clk);
  (* anyseq *) wire signed [26:0] acc;
  wire signed [11:0] code;
  wire signed [28:0] value = acc;
  wire signed [28:0] result = code;
  wire signed [28:0] error = (result <<< 14) - value;
  digits_layer1_stage dut (.acc(acc), .code(code));
  always @* begin
    code_in_range: assert (result >= -29'sd1195 && result <= 29'sd1083);
    if (acc >= -29'sd19582735 && acc <= 29'sd17746992)
      error_is_rounding: assert (error >= -29'sd8192 && error <= 29'sd8192);
    if (acc >= -29'sd13020931 && acc <= 29'sd12648917) output_0_in_range:
      assert (result >= -29'sd1195 && result <= 29'sd1083);
    if (acc >= -29'sd18024716 && acc <= 29'sd17296984) output_1_in_range:
      assert (result >= -29'sd1195 && result <= 29'sd1083);
    if (acc >= -29'sd15299678 && acc <= 29'sd17746992) output_2_in_range:
      assert (result >= -29'sd1195 && result <= 29'sd1083);
    if (acc >= -29'sd13259018 && acc <= 29'sd17503890) output_3_in_range:
      assert (result >= -29'sd1195 && result <= 29'sd1083);
    if (acc >= -29'sd14981024 && acc <= 29'sd17541022) output_4_in_range:
      assert (result >= -29'sd1195 && result <= 29'sd1083);
    if (acc >= -29'sd15573869 && acc <= 29'sd15614737) output_5_in_range:
      assert (result >= -29'sd1195 && result <= 29'sd1083);
    if (acc >= -29'sd11235819 && acc <= 29'sd12790625) output_6_in_range:
      assert (result >= -29'sd1195 && result <= 29'sd1083);
    if (acc >= -29'sd14341723 && acc <= 29'sd13639745) output_7_in_range:
      assert (result >= -29'sd1195 && result <= 29'sd1083);
    if (acc >= -29'sd19582735 && acc <= 29'sd11347320) output_8_in_range:
      assert (result >= -29'sd1195 && result <= 29'sd1083);
    if (acc >= -29'sd17252141 && acc <= 29'sd16350750) output_9_in_range:
      assert (result >= -29'sd1195 && result <= 29'sd1083);
    least: cover (acc == -29'sd19582735);
    greatest: cover (acc == 29'sd17746992);
  end
endmodule
