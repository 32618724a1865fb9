// SPDX-License-Identifier: Apache-2.0
// digits_layer1_stage: the output code is the accumulator but for a rounding error of -4096 to 4096 accumulator units, ties to even, saturated at its ends, and each output stays in the range that what follows relies on
`default_nettype none

module digits_layer1_stage_check(input wire clk);
  (* anyseq *) wire signed [25:0] acc;
  wire signed [11:0] code;
  wire signed [27:0] value = acc;
  wire signed [27:0] result = code;
  wire signed [27:0] error = (result <<< 13) - value;
  digits_layer1_stage dut (.acc(acc), .code(code));
  always @* begin
    code_in_range: assert (result >= -28'sd1194 && result <= 28'sd1082);
    if (value > (28'sd1082 <<< 13)) saturates_high: assert (result == 28'sd1082);
    else if (value < (-28'sd1194 <<< 13)) saturates_low: assert (result == -28'sd1194);
    else begin
`ifdef MUTANT_TIGHT
      error_is_rounding: assert (error > -28'sd4096 && error <= 28'sd4096);
`else
      error_is_rounding: assert (error >= -28'sd4096 && error <= 28'sd4096);
`endif
      if (error == -28'sd4096 || error == 28'sd4096) tie_is_even: assert (!result[0]);
    end
    if (acc >= -28'sd6497419 && acc <= 28'sd6291621) output_0_in_range:
      assert (result >= -28'sd1194 && result <= 28'sd1082);
    if (acc >= -28'sd9007099 && acc <= 28'sd8636925) output_1_in_range:
      assert (result >= -28'sd1194 && result <= 28'sd1082);
    if (acc >= -28'sd7645910 && acc <= 28'sd8866068) output_2_in_range:
      assert (result >= -28'sd1194 && result <= 28'sd1082);
    if (acc >= -28'sd6603310 && acc <= 28'sd8722738) output_3_in_range:
      assert (result >= -28'sd1194 && result <= 28'sd1082);
    if (acc >= -28'sd7491375 && acc <= 28'sd8749313) output_4_in_range:
      assert (result >= -28'sd1194 && result <= 28'sd1082);
    if (acc >= -28'sd7786987 && acc <= 28'sd7802787) output_5_in_range:
      assert (result >= -28'sd1194 && result <= 28'sd1082);
    if (acc >= -28'sd5583266 && acc <= 28'sd6375094) output_6_in_range:
      assert (result >= -28'sd1194 && result <= 28'sd1082);
    if (acc >= -28'sd7131695 && acc <= 28'sd6796841) output_7_in_range:
      assert (result >= -28'sd1194 && result <= 28'sd1082);
    if (acc >= -28'sd9777616 && acc <= 28'sd5668067) output_8_in_range:
      assert (result >= -28'sd1194 && result <= 28'sd1082);
    if (acc >= -28'sd8621539 && acc <= 28'sd8167681) output_9_in_range:
      assert (result >= -28'sd1194 && result <= 28'sd1082);
    least: cover (acc == -28'sd9777616);
    greatest: cover (acc == 28'sd8866068);
  end
endmodule
