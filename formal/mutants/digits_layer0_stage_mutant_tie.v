// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl; digits_layer0_stage must refuse it: rounds ties as nearest_away does.

module digits_layer0_stage(code, acc);
  wire \$1 ;
  wire [17:0] \$17_a ;
  wire [1:0] \$17_b ;
  wire \$3 ;
  wire \$4 ;
  wire \$5 ;
  wire [18:0] \$7 ;
  wire \$8 ;
  wire [14:0] \$9 ;
  input [17:0] acc;
  wire [17:0] acc;
  output [12:0] code;
  wire [12:0] code;
  wire [14:0] rounded;
  wire [17:0] value;
  assign \$1  = $signed(acc) < $signed(18'h00000);
  assign value = \$1  ? 18'h00000 : acc;
  assign \$17_a  = $signed(value) >>> 3'h4;
  assign \$3  = | value[2:0];
  assign \$4  = ~ value[17];
  assign \$5  = \$3  | \$4 ;
  assign \$17_b [0] = value[3] & \$5 ;
  assign { \$7 [18:15], rounded } = $signed({ \$17_a [17], \$17_a  }) + $signed({ 18'h00000, \$17_b [0] });
  assign \$8  = $signed(rounded) > $signed(15'h1048);
  assign { \$9 [14:13], code } = \$8  ? 15'h1048 : rounded;
  assign \$17_b [1] = 1'h0;
  assign \$7 [14:0] = rounded;
  assign \$9 [12:0] = code;
endmodule
