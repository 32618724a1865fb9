// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl, with one of these faults that digits_layer1_mac_step must refuse:
// MUTANT_FIRST: bias and accumulator swapped.
// MUTANT_NARROW: accumulator one bit too narrow.

module digits_layer1_mac(weight, bias, first, enable, clk, rst, acc, x);
  wire [25:0] acc_next_1;
  wire [26:0] acc_next_2;
  wire [25:0] acc_next;
  wire [25:0] acc_next_3;
  output [25:0] acc;
  reg [25:0] acc = 26'h0000000;
  input [25:0] bias;
  wire [25:0] bias;
  input clk;
  wire clk;
  input enable;
  wire enable;
  input first;
  wire first;
  wire [23:0] product;
  input rst;
  wire rst;
  input [10:0] weight;
  wire [10:0] weight;
  input [12:0] x;
  wire [12:0] x;
  assign product = $signed({ 11'h000, x }) * $signed({ weight[10], weight[10], weight[10], weight[10], weight[10], weight[10], weight[10], weight[10], weight[10], weight[10], weight[10], weight[10], weight[10], weight });
`ifdef MUTANT_FIRST
  assign acc_next_1 = first ? acc : bias;
`else
  assign acc_next_1 = first ? bias : acc;
`endif
  assign acc_next_2 = $signed({ acc_next_1[25], acc_next_1 }) + $signed({ product[23], product[23], product[23], product });
  always @(posedge clk)
    acc <= acc_next;
`ifdef MUTANT_NARROW
  assign acc_next_3 = enable ? { acc_next_2[24], acc_next_2[24:0] } : acc;
`else
  assign acc_next_3 = enable ? acc_next_2[25:0] : acc;
`endif
  assign acc_next = rst ? 26'h0000000 : acc_next_3;
endmodule
