// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl; digits_layer1_stage must refuse it: rounds ties as nearest_up does.

module digits_layer1_stage(code, acc);
  wire [25:0] rounded_1;
  wire [26:0] rounded_2;
  wire rounded_above_1082;
  wire rounded_below_minus_1194;
  wire [13:0] code_1;
  wire [13:0] code_2;
  input [25:0] acc;
  wire [25:0] acc;
  output [11:0] code;
  wire [11:0] code;
  wire [13:0] rounded;
  assign rounded_below_minus_1194 = $signed(rounded) < $signed(14'h3b56);
  assign code_1 = rounded_below_minus_1194 ? 14'h3b56 : rounded;
  assign { code_2[13:12], code } = rounded_above_1082 ? 14'h043a : code_1;
  assign rounded_1 = $signed(acc) >>> 4'hd;
  assign { rounded_2[26:14], rounded } = $signed({ rounded_1[25], rounded_1 }) + $signed({ 26'h0000000, acc[12] });
  assign rounded_above_1082 = $signed(rounded) > $signed(14'h043a);
  assign rounded_2[13:0] = rounded;
  assign code_2[11:0] = code;
endmodule
