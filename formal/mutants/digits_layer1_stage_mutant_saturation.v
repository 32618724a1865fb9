// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl; digits_layer1_stage must refuse it: saturates at half its range.

module digits_layer1_stage(code, acc);
  wire [25:0] rounded_1;
  wire [1:0] rounded_2;
  wire rounded_3;
  wire rounded_4;
  wire [26:0] rounded_5;
  wire rounded_above_541;
  wire rounded_below_minus_1194;
  wire [13:0] code_1;
  wire [13:0] code_2;
  input [25:0] acc;
  wire [25:0] acc;
  output [11:0] code;
  wire [11:0] code;
  wire [13:0] rounded;
  assign rounded_1 = $signed(acc) >>> 4'hd;
  assign rounded_3 = | acc[11:0];
  assign rounded_4 = rounded_3 | acc[13];
  assign rounded_2[0] = acc[12] & rounded_4;
  assign { rounded_5[26:14], rounded } = $signed({ rounded_1[25], rounded_1 }) + $signed({ 26'h0000000, rounded_2[0] });
  assign rounded_above_541 = $signed(rounded) > $signed(14'h021d);
  assign rounded_below_minus_1194 = $signed(rounded) < $signed(14'h3b56);
  assign code_1 = rounded_below_minus_1194 ? 14'h3b56 : rounded;
  assign { code_2[13:12], code } = rounded_above_541 ? 14'h021d : code_1;
  assign rounded_2[1] = 1'h0;
  assign rounded_5[13:0] = rounded;
  assign code_2[11:0] = code;
endmodule
