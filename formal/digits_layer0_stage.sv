// SPDX-License-Identifier: Apache-2.0
// digits_layer0_stage: the output code is the rectified accumulator but for a rounding error of -8 to 8 accumulator units, ties to even, saturated at its ends, and each output stays in the range that what follows relies on
`default_nettype none

module digits_layer0_stage_check(input wire clk);
  (* anyseq *) wire signed [17:0] acc;
  wire [12:0] code;
  wire signed [19:0] value = acc < 0 ? 0 : acc;
  wire signed [19:0] result = {1'b0, code};
  wire signed [19:0] error = (result <<< 4) - value;
  digits_layer0_stage dut (.acc(acc), .code(code));
  always @* begin
    code_in_range: assert (result >= 20'sd0 && result <= 20'sd4168);
    if (value > (20'sd4168 <<< 4)) saturates_high: assert (result == 20'sd4168);
    else begin
`ifdef MUTANT_TIGHT
      error_is_rounding: assert (error > -20'sd8 && error <= 20'sd8);
`else
      error_is_rounding: assert (error >= -20'sd8 && error <= 20'sd8);
`endif
      if (error == -20'sd8 || error == 20'sd8) tie_is_even: assert (!result[0]);
    end
    if (acc >= 20'sd3434 && acc <= 20'sd3434) output_0_in_range:
      assert (result >= 20'sd0 && result <= 20'sd215);
    if (acc >= -20'sd42846 && acc <= 20'sd60290) output_1_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3768);
    if (acc >= -20'sd35168 && acc <= 20'sd50592) output_2_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3162);
    if (acc >= -20'sd19950 && acc <= 20'sd54098) output_3_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3381);
    if (acc >= 20'sd779 && acc <= 20'sd779) output_4_in_range:
      assert (result >= 20'sd0 && result <= 20'sd49);
    if (acc >= -20'sd27208 && acc <= 20'sd34264) output_5_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2142);
    if (acc >= -20'sd2615 && acc <= -20'sd2615) output_6_in_range:
      assert (result >= 20'sd0 && result <= 20'sd0);
    if (acc >= -20'sd27150 && acc <= 20'sd39954) output_7_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2497);
    if (acc >= -20'sd27053 && acc <= 20'sd35731) output_8_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2233);
    if (acc >= -20'sd41171 && acc <= 20'sd40893) output_9_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2556);
    if (acc >= -20'sd18511 && acc <= 20'sd23153) output_10_in_range:
      assert (result >= 20'sd0 && result <= 20'sd1447);
    if (acc >= -20'sd3911 && acc <= 20'sd40569) output_11_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2536);
    if (acc >= -20'sd21556 && acc <= 20'sd66236) output_12_in_range:
      assert (result >= 20'sd0 && result <= 20'sd4140);
    if (acc >= -20'sd15470 && acc <= 20'sd58386) output_13_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3649);
    if (acc >= -20'sd2019 && acc <= -20'sd2019) output_14_in_range:
      assert (result >= 20'sd0 && result <= 20'sd0);
    if (acc >= -20'sd21051 && acc <= 20'sd66693) output_15_in_range:
      assert (result >= 20'sd0 && result <= 20'sd4168);
    if (acc >= -20'sd21488 && acc <= 20'sd45648) output_16_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2853);
    if (acc >= -20'sd22052 && acc <= 20'sd53308) output_17_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3332);
    if (acc >= -20'sd2858 && acc <= -20'sd2858) output_18_in_range:
      assert (result >= 20'sd0 && result <= 20'sd0);
    if (acc >= -20'sd38657 && acc <= 20'sd45711) output_19_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2857);
    if (acc >= -20'sd23216 && acc <= 20'sd52400) output_20_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3275);
    if (acc >= -20'sd7352 && acc <= 20'sd7496) output_21_in_range:
      assert (result >= 20'sd0 && result <= 20'sd468);
    if (acc >= -20'sd17856 && acc <= 20'sd61504) output_22_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3844);
    if (acc >= -20'sd18463 && acc <= 20'sd33921) output_23_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2120);
    if (acc >= -20'sd32746 && acc <= 20'sd52886) output_24_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3305);
    if (acc >= -20'sd25959 && acc <= 20'sd48377) output_25_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3024);
    if (acc >= 20'sd1036 && acc <= 20'sd1036) output_26_in_range:
      assert (result >= 20'sd0 && result <= 20'sd65);
    if (acc >= -20'sd30108 && acc <= 20'sd55060) output_27_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3441);
    if (acc >= 20'sd1357 && acc <= 20'sd4429) output_28_in_range:
      assert (result >= 20'sd0 && result <= 20'sd277);
    if (acc >= -20'sd1728 && acc <= -20'sd1728) output_29_in_range:
      assert (result >= 20'sd0 && result <= 20'sd0);
    if (acc >= -20'sd11711 && acc <= 20'sd28545) output_30_in_range:
      assert (result >= 20'sd0 && result <= 20'sd1784);
    if (acc >= -20'sd31948 && acc <= 20'sd42580) output_31_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2661);
    least: cover (acc == -20'sd42846);
    greatest: cover (acc == 20'sd66693);
  end
endmodule
