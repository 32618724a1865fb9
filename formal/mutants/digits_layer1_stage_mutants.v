// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl, with one of these faults that digits_layer1_stage must refuse:
// MUTANT_ROUNDING: rounds by truncate.

module digits_layer1_stage(code, acc);
  wire [26:0] rounded_1;
`ifdef MUTANT_ROUNDING
  wire [27:0] rounded_2;
`else
  wire [1:0] rounded_2;
  wire rounded_3;
  wire rounded_4;
  wire [27:0] rounded_5;
`endif
  wire rounded_above_1083;
  wire rounded_below_minus_1193;
  wire [13:0] code_1;
  wire [13:0] code_2;
  input [26:0] acc;
  wire [26:0] acc;
  output [11:0] code;
  wire [11:0] code;
  wire [13:0] rounded;
`ifndef MUTANT_ROUNDING
  assign rounded_1 = $signed(acc) >>> 4'he;
  assign rounded_3 = | acc[12:0];
  assign rounded_4 = rounded_3 | acc[14];
  assign rounded_2[0] = acc[13] & rounded_4;
  assign { rounded_5[27:14], rounded } = $signed({ rounded_1[26], rounded_1 }) + $signed({ 27'h0000000, rounded_2[0] });
  assign rounded_above_1083 = $signed(rounded) > $signed(14'h043b);
`endif
  assign rounded_below_minus_1193 = $signed(rounded) < $signed(14'h3b57);
  assign code_1 = rounded_below_minus_1193 ? 14'h3b57 : rounded;
  assign { code_2[13:12], code } = rounded_above_1083 ? 14'h043b : code_1;
`ifdef MUTANT_ROUNDING
  assign rounded_1 = $signed(acc) >>> 4'he;
  assign { rounded_2[27:14], rounded } = $signed({ rounded_1[26], rounded_1 }) + $signed(28'h0000000);
  assign rounded_above_1083 = $signed(rounded) > $signed(14'h043b);
  assign rounded_2[13:0] = rounded;
`else
  assign rounded_2[1] = 1'h0;
  assign rounded_5[13:0] = rounded;
`endif
  assign code_2[11:0] = code;
endmodule
