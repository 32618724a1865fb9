// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl, with one of these faults that digits_layer0_stage must refuse:
// MUTANT_SATURATION: saturates at half its range.

module digits_layer0_stage(code, acc);
  wire \$1 ;
  wire [17:0] \$15_a ;
  wire [1:0] \$15_b ;
  wire \$3 ;
  wire \$4 ;
  wire [18:0] \$6 ;
  wire \$7 ;
  wire [14:0] \$8 ;
  input [17:0] acc;
  wire [17:0] acc;
  output [12:0] code;
  wire [12:0] code;
  wire [14:0] rounded;
  wire [17:0] value;
  assign value = \$1  ? 18'h00000 : acc;
  assign \$15_a  = $signed(value) >>> 3'h4;
  assign \$3  = | value[2:0];
  assign \$4  = \$3  | value[4];
  assign \$15_b [0] = value[3] & \$4 ;
  assign { \$6 [18:15], rounded } = $signed({ \$15_a [17], \$15_a  }) + $signed({ 18'h00000, \$15_b [0] });
`ifdef MUTANT_SATURATION
  assign \$7  = $signed(rounded) > $signed(15'h0824);
  assign { \$8 [14:13], code } = \$7  ? 15'h0824 : rounded;
`else
  assign \$7  = $signed(rounded) > $signed(15'h1048);
  assign { \$8 [14:13], code } = \$7  ? 15'h1048 : rounded;
`endif
  assign \$1  = $signed(acc) < $signed(18'h00000);
  assign \$15_b [1] = 1'h0;
  assign \$6 [14:0] = rounded;
  assign \$8 [12:0] = code;
endmodule
