// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl; digits_layer1_stage must refuse it: rounds ties as nearest_up does.

module digits_layer1_stage(code, acc);
  wire [26:0] \$1 ;
  wire [27:0] \$2 ;
  wire \$3 ;
  wire \$4 ;
  wire [13:0] \$5 ;
  wire [13:0] \$6 ;
  input [26:0] acc;
  wire [26:0] acc;
  output [11:0] code;
  wire [11:0] code;
  wire [13:0] rounded;
  assign \$4  = $signed(rounded) < $signed(14'h3b57);
  assign \$5  = \$4  ? 14'h3b57 : rounded;
  assign { \$6 [13:12], code } = \$3  ? 14'h043b : \$5 ;
  assign \$1  = $signed(acc) >>> 4'he;
  assign { \$2 [27:14], rounded } = $signed({ \$1 [26], \$1  }) + $signed({ 27'h0000000, acc[13] });
  assign \$3  = $signed(rounded) > $signed(14'h043b);
  assign \$2 [13:0] = rounded;
  assign \$6 [11:0] = code;
endmodule
