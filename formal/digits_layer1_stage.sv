// SPDX-License-Identifier: Apache-2.0
// digits_layer1_stage: the output code is the accumulator but for a rounding error of -8192 to 8192 accumulator units, saturated at its ends, and each output stays in the range that what follows relies on
`default_nettype none

module digits_layer1_stage_check(input wire clk);
  (* anyseq *) wire signed [26:0] acc;
  wire signed [11:0] code;
  wire signed [28:0] value = acc;
  wire signed [28:0] result = code;
  wire signed [28:0] error = (result <<< 14) - value;
  digits_layer1_stage dut (.acc(acc), .code(code));
  always @* begin
    code_in_range: assert (result >= -29'sd1194 && result <= 29'sd1083);
    if (value > (29'sd1083 <<< 14)) saturates_high: assert (result == 29'sd1083);
    else if (value < (-29'sd1194 <<< 14)) saturates_low: assert (result == -29'sd1194);
    else begin
      error_is_rounding: assert (error >= -29'sd8192 && error <= 29'sd8192);
      if (error == -29'sd8192 || error == 29'sd8192) tie_is_even: assert (!result[0]);
    end
    if (acc >= -29'sd12996239 && acc <= 29'sd12582585) output_0_in_range:
      assert (result >= -29'sd1194 && result <= 29'sd1083);
    if (acc >= -29'sd18009345 && acc <= 29'sd17273059) output_1_in_range:
      assert (result >= -29'sd1194 && result <= 29'sd1083);
    if (acc >= -29'sd15294604 && acc <= 29'sd17737700) output_2_in_range:
      assert (result >= -29'sd1194 && result <= 29'sd1083);
    if (acc >= -29'sd13208476 && acc <= 29'sd17446948) output_3_in_range:
      assert (result >= -29'sd1194 && result <= 29'sd1083);
    if (acc >= -29'sd14984318 && acc <= 29'sd17505954) output_4_in_range:
      assert (result >= -29'sd1194 && result <= 29'sd1083);
    if (acc >= -29'sd15575137 && acc <= 29'sd15608967) output_5_in_range:
      assert (result >= -29'sd1194 && result <= 29'sd1083);
    if (acc >= -29'sd11168675 && acc <= 29'sd12750493) output_6_in_range:
      assert (result >= -29'sd1194 && result <= 29'sd1083);
    if (acc >= -29'sd14264591 && acc <= 29'sd13597489) output_7_in_range:
      assert (result >= -29'sd1194 && result <= 29'sd1083);
    if (acc >= -29'sd19555656 && acc <= 29'sd11336550) output_8_in_range:
      assert (result >= -29'sd1194 && result <= 29'sd1083);
    if (acc >= -29'sd17245266 && acc <= 29'sd16334682) output_9_in_range:
      assert (result >= -29'sd1194 && result <= 29'sd1083);
    least: cover (acc == -29'sd19555656);
    greatest: cover (acc == 29'sd17737700);
  end
endmodule
