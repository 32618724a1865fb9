// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl, with one of these faults that digits_layer0_stage must refuse:
// MUTANT_ROUNDING: rounds by truncate.

module digits_layer0_stage(code, acc);
  wire acc_below_0;
  wire [17:0] rounded_1;
`ifdef MUTANT_ROUNDING
  wire [18:0] rounded_2;
`else
  wire [1:0] rounded_2;
  wire rounded_3;
  wire rounded_4;
  wire [18:0] rounded_5;
`endif
  wire rounded_above_4168;
  wire [14:0] code_1;
  input [17:0] acc;
  wire [17:0] acc;
  output [12:0] code;
  wire [12:0] code;
  wire [14:0] rounded;
  wire [17:0] value;
`ifndef MUTANT_ROUNDING
  assign value = acc_below_0 ? 18'h00000 : acc;
  assign rounded_1 = $signed(value) >>> 3'h4;
  assign rounded_3 = | value[2:0];
  assign rounded_4 = rounded_3 | value[4];
  assign rounded_2[0] = value[3] & rounded_4;
  assign { rounded_5[18:15], rounded } = $signed({ rounded_1[17], rounded_1 }) + $signed({ 18'h00000, rounded_2[0] });
`endif
  assign rounded_above_4168 = $signed(rounded) > $signed(15'h1048);
  assign { code_1[14:13], code } = rounded_above_4168 ? 15'h1048 : rounded;
  assign acc_below_0 = $signed(acc) < $signed(18'h00000);
`ifdef MUTANT_ROUNDING
  assign value = acc_below_0 ? 18'h00000 : acc;
  assign rounded_1 = $signed(value) >>> 3'h4;
  assign { rounded_2[18:15], rounded } = $signed({ rounded_1[17], rounded_1 }) + $signed(19'h00000);
  assign rounded_2[14:0] = rounded;
`else
  assign rounded_2[1] = 1'h0;
  assign rounded_5[14:0] = rounded;
`endif
  assign code_1[12:0] = code;
endmodule
