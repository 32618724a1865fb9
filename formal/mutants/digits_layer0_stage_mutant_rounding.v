// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl; digits_layer0_stage must refuse it: rounds by truncate.

module digits_layer0_stage(code, acc);
  wire \$1 ;
  wire [17:0] \$2 ;
  wire [18:0] \$3 ;
  wire \$4 ;
  wire [14:0] \$5 ;
  input [17:0] acc;
  wire [17:0] acc;
  output [12:0] code;
  wire [12:0] code;
  wire [14:0] rounded;
  wire [17:0] value;
  assign \$4  = $signed(rounded) > $signed(15'h1048);
  assign { \$5 [14:13], code } = \$4  ? 15'h1048 : rounded;
  assign \$1  = $signed(acc) < $signed(18'h00000);
  assign value = \$1  ? 18'h00000 : acc;
  assign \$2  = $signed(value) >>> 3'h4;
  assign { \$3 [18:15], rounded } = $signed({ \$2 [17], \$2  }) + $signed(19'h00000);
  assign \$3 [14:0] = rounded;
  assign \$5 [12:0] = code;
endmodule
