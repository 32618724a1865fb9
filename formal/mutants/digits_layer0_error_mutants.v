// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl, with one of these faults that digits_layer0_error must refuse:
// MUTANT_FIRST: bias and accumulator swapped.

module digits_layer0_mac(weight, bias, first, enable, clk, rst, acc, x);
  wire [17:0] \$1 ;
  wire [18:0] \$2 ;
  wire [17:0] \$3 ;
  wire [17:0] \$procmux$101_Y ;
  output [17:0] acc;
  reg [17:0] acc = 18'h00000;
  input [17:0] bias;
  wire [17:0] bias;
  input clk;
  wire clk;
  input enable;
  wire enable;
  input first;
  wire first;
  wire [15:0] product;
  input rst;
  wire rst;
  input [10:0] weight;
  wire [10:0] weight;
  input [4:0] x;
  wire [4:0] x;
  assign product = $signed({ 11'h000, x }) * $signed({ weight[10], weight[10], weight[10], weight[10], weight[10], weight });
`ifdef MUTANT_FIRST
  assign \$1  = first ? acc : bias;
`else
  assign \$1  = first ? bias : acc;
`endif
  assign \$2  = $signed({ \$1 [17], \$1  }) + $signed({ product[15], product[15], product[15], product });
  always @(posedge clk)
    acc <= \$3 ;
  assign \$procmux$101_Y  = enable ? \$2 [17:0] : acc;
  assign \$3  = rst ? 18'h00000 : \$procmux$101_Y ;
endmodule
