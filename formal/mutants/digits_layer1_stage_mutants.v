// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl, with one of these faults that digits_layer1_stage must refuse:
// MUTANT_SATURATION: saturates at half its range.

module digits_layer1_stage(code, acc);
  wire [26:0] \$1 ;
  wire [1:0] \$14_b ;
  wire \$2 ;
  wire \$3 ;
  wire [27:0] \$5 ;
  wire \$6 ;
  wire \$7 ;
  wire [13:0] \$8 ;
  wire [13:0] \$9 ;
  input [26:0] acc;
  wire [26:0] acc;
  output [11:0] code;
  wire [11:0] code;
  wire [13:0] rounded;
  assign \$1  = $signed(acc) >>> 4'he;
  assign \$2  = | acc[12:0];
  assign \$3  = \$2  | acc[14];
  assign \$14_b [0] = acc[13] & \$3 ;
  assign { \$5 [27:14], rounded } = $signed({ \$1 [26], \$1  }) + $signed({ 27'h0000000, \$14_b [0] });
`ifdef MUTANT_SATURATION
  assign \$6  = $signed(rounded) > $signed(14'h021d);
`else
  assign \$6  = $signed(rounded) > $signed(14'h043b);
`endif
  assign \$7  = $signed(rounded) < $signed(14'h3b57);
  assign \$8  = \$7  ? 14'h3b57 : rounded;
`ifdef MUTANT_SATURATION
  assign { \$9 [13:12], code } = \$6  ? 14'h021d : \$8 ;
`else
  assign { \$9 [13:12], code } = \$6  ? 14'h043b : \$8 ;
`endif
  assign \$14_b [1] = 1'h0;
  assign \$5 [13:0] = rounded;
  assign \$9 [11:0] = code;
endmodule
