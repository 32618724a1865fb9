// SPDX-License-Identifier: Apache-2.0
// digits_layer1_stage: the output code is the accumulator but for a rounding error of -8192 to 8192 accumulator units, ties to even, saturated at its ends, and each output stays in the range that what follows relies on
`default_nettype none

module digits_layer1_stage_check(input wire clk);
  (* anyseq *) wire signed [26:0] acc;
  wire signed [11:0] code;
  wire signed [28:0] value = acc;
  wire signed [28:0] result = code;
  wire signed [28:0] error = (result <<< 14) - value;
  digits_layer1_stage dut (.acc(acc), .code(code));
  always @* begin
    code_in_range: assert (result >= -29'sd1193 && result <= 29'sd1083);
    if (value > (29'sd1083 <<< 14)) saturates_high: assert (result == 29'sd1083);
    else if (value < (-29'sd1193 <<< 14)) saturates_low: assert (result == -29'sd1193);
    else begin
`ifdef MUTANT_TIGHT
      error_is_rounding: assert (error > -29'sd8192 && error <= 29'sd8192);
`else
      error_is_rounding: assert (error >= -29'sd8192 && error <= 29'sd8192);
`endif
      if (error == -29'sd8192 || error == 29'sd8192) tie_is_even: assert (!result[0]);
    end
    if (acc >= -29'sd12994159 && acc <= 29'sd12581305) output_0_in_range:
      assert (result >= -29'sd1193 && result <= 29'sd1083);
    if (acc >= -29'sd18008625 && acc <= 29'sd17271875) output_1_in_range:
      assert (result >= -29'sd1193 && result <= 29'sd1083);
    if (acc >= -29'sd15291932 && acc <= 29'sd17737628) output_2_in_range:
      assert (result >= -29'sd1193 && result <= 29'sd1083);
    if (acc >= -29'sd13205836 && acc <= 29'sd17445732) output_3_in_range:
      assert (result >= -29'sd1193 && result <= 29'sd1083);
    if (acc >= -29'sd14983422 && acc <= 29'sd17500882) output_4_in_range:
      assert (result >= -29'sd1193 && result <= 29'sd1083);
    if (acc >= -29'sd15572617 && acc <= 29'sd15606791) output_5_in_range:
      assert (result >= -29'sd1193 && result <= 29'sd1083);
    if (acc >= -29'sd11165763 && acc <= 29'sd12750493) output_6_in_range:
      assert (result >= -29'sd1193 && result <= 29'sd1083);
    if (acc >= -29'sd14264431 && acc <= 29'sd13595057) output_7_in_range:
      assert (result >= -29'sd1193 && result <= 29'sd1083);
    if (acc >= -29'sd19553912 && acc <= 29'sd11336550) output_8_in_range:
      assert (result >= -29'sd1193 && result <= 29'sd1083);
    if (acc >= -29'sd17245010 && acc <= 29'sd16331470) output_9_in_range:
      assert (result >= -29'sd1193 && result <= 29'sd1083);
    least: cover (acc == -29'sd19553912);
    greatest: cover (acc == 29'sd17737628);
  end
endmodule
