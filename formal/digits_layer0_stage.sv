// SPDX-License-Identifier: Apache-2.0
// digits_layer0_stage: the output code is the rectified accumulator but for a rounding error of -8 to 8 accumulator units, and each output stays in the range that what follows relies on
`default_nettype none

module digits_layer0_stage_check(input wire clk);
  (* anyseq *) wire signed [17:0] acc;
  wire [12:0] code;
  wire signed [19:0] value = acc < 0 ? 0 : acc;
  wire signed [19:0] result = {1'b0, code};
  wire signed [19:0] error = (result <<< 4) - value;
  digits_layer0_stage dut (.acc(acc), .code(code));
  always @* begin
    code_in_range: assert (result >= 20'sd0 && result <= 20'sd4174);
    if (acc >= -20'sd42734 && acc <= 20'sd66789)
      error_is_rounding: assert (error >= -20'sd8 && error <= 20'sd8);
    if (acc >= 20'sd3434 && acc <= 20'sd3434) output_0_in_range:
      assert (result >= 20'sd0 && result <= 20'sd215);
    if (acc >= -20'sd42734 && acc <= 20'sd60354) output_1_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3772);
    if (acc >= -20'sd35360 && acc <= 20'sd50608) output_2_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3163);
    if (acc >= -20'sd19822 && acc <= 20'sd54098) output_3_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3381);
    if (acc >= 20'sd779 && acc <= 20'sd779) output_4_in_range:
      assert (result >= 20'sd0 && result <= 20'sd49);
    if (acc >= -20'sd27208 && acc <= 20'sd34392) output_5_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2150);
    if (acc >= -20'sd2615 && acc <= -20'sd2615) output_6_in_range:
      assert (result >= 20'sd0 && result <= 20'sd0);
    if (acc >= -20'sd27086 && acc <= 20'sd40050) output_7_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2503);
    if (acc >= -20'sd27069 && acc <= 20'sd35955) output_8_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2247);
    if (acc >= -20'sd41107 && acc <= 20'sd40797) output_9_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2550);
    if (acc >= -20'sd18671 && acc <= 20'sd23313) output_10_in_range:
      assert (result >= 20'sd0 && result <= 20'sd1457);
    if (acc >= -20'sd3591 && acc <= 20'sd40601) output_11_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2538);
    if (acc >= -20'sd21444 && acc <= 20'sd66268) output_12_in_range:
      assert (result >= 20'sd0 && result <= 20'sd4142);
    if (acc >= -20'sd15534 && acc <= 20'sd58418) output_13_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3651);
    if (acc >= -20'sd2019 && acc <= -20'sd2019) output_14_in_range:
      assert (result >= 20'sd0 && result <= 20'sd0);
    if (acc >= -20'sd20939 && acc <= 20'sd66789) output_15_in_range:
      assert (result >= 20'sd0 && result <= 20'sd4174);
    if (acc >= -20'sd21456 && acc <= 20'sd45824) output_16_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2864);
    if (acc >= -20'sd22084 && acc <= 20'sd53164) output_17_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3323);
    if (acc >= -20'sd2858 && acc <= -20'sd2858) output_18_in_range:
      assert (result >= 20'sd0 && result <= 20'sd0);
    if (acc >= -20'sd38641 && acc <= 20'sd45663) output_19_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2854);
    if (acc >= -20'sd23360 && acc <= 20'sd52336) output_20_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3271);
    if (acc >= -20'sd7672 && acc <= 20'sd8328) output_21_in_range:
      assert (result >= 20'sd0 && result <= 20'sd520);
    if (acc >= -20'sd17840 && acc <= 20'sd61504) output_22_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3844);
    if (acc >= -20'sd18479 && acc <= 20'sd33761) output_23_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2110);
    if (acc >= -20'sd32730 && acc <= 20'sd52854) output_24_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3303);
    if (acc >= -20'sd25975 && acc <= 20'sd48457) output_25_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3029);
    if (acc >= 20'sd1036 && acc <= 20'sd1036) output_26_in_range:
      assert (result >= 20'sd0 && result <= 20'sd65);
    if (acc >= -20'sd30012 && acc <= 20'sd55172) output_27_in_range:
      assert (result >= 20'sd0 && result <= 20'sd3448);
    if (acc >= -20'sd819 && acc <= 20'sd5965) output_28_in_range:
      assert (result >= 20'sd0 && result <= 20'sd373);
    if (acc >= -20'sd1728 && acc <= -20'sd1728) output_29_in_range:
      assert (result >= 20'sd0 && result <= 20'sd0);
    if (acc >= -20'sd11967 && acc <= 20'sd28705) output_30_in_range:
      assert (result >= 20'sd0 && result <= 20'sd1794);
    if (acc >= -20'sd31932 && acc <= 20'sd42516) output_31_in_range:
      assert (result >= 20'sd0 && result <= 20'sd2657);
    least: cover (acc == -20'sd42734);
    greatest: cover (acc == 20'sd66789);
  end
endmodule
