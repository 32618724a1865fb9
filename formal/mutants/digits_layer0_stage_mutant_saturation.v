// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl; digits_layer0_stage must refuse it: saturates at half its range.

module digits_layer0_stage(code, acc);
  wire acc_below_0;
  wire [17:0] rounded_1;
  wire [1:0] rounded_2;
  wire rounded_3;
  wire rounded_4;
  wire [18:0] rounded_5;
  wire rounded_above_2084;
  wire [14:0] code_1;
  input [17:0] acc;
  wire [17:0] acc;
  output [12:0] code;
  wire [12:0] code;
  wire [14:0] rounded;
  wire [17:0] value;
  assign value = acc_below_0 ? 18'h00000 : acc;
  assign rounded_1 = $signed(value) >>> 3'h4;
  assign rounded_3 = | value[2:0];
  assign rounded_4 = rounded_3 | value[4];
  assign rounded_2[0] = value[3] & rounded_4;
  assign { rounded_5[18:15], rounded } = $signed({ rounded_1[17], rounded_1 }) + $signed({ 18'h00000, rounded_2[0] });
  assign rounded_above_2084 = $signed(rounded) > $signed(15'h0824);
  assign { code_1[14:13], code } = rounded_above_2084 ? 15'h0824 : rounded;
  assign acc_below_0 = $signed(acc) < $signed(18'h00000);
  assign rounded_2[1] = 1'h0;
  assign rounded_5[14:0] = rounded;
  assign code_1[12:0] = code;
endmodule
