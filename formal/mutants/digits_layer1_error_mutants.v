// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl, with one of these faults that digits_layer1_error must refuse:
// MUTANT_FIRST: bias and accumulator swapped.

module digits_layer1_mac(weight, bias, first, enable, clk, rst, acc, x);
  wire [26:0] acc_next_1;
  wire [27:0] acc_next_2;
  wire [26:0] acc_next;
  wire [26:0] acc_next_3;
  output [26:0] acc;
  reg [26:0] acc = 27'h0000000;
  input [26:0] bias;
  wire [26:0] bias;
  input clk;
  wire clk;
  input enable;
  wire enable;
  input first;
  wire first;
  wire [24:0] product;
  input rst;
  wire rst;
  input [11:0] weight;
  wire [11:0] weight;
  input [12:0] x;
  wire [12:0] x;
  assign product = $signed({ 12'h000, x }) * $signed({ weight[11], weight[11], weight[11], weight[11], weight[11], weight[11], weight[11], weight[11], weight[11], weight[11], weight[11], weight[11], weight[11], weight });
`ifdef MUTANT_FIRST
  assign acc_next_1 = first ? acc : bias;
`else
  assign acc_next_1 = first ? bias : acc;
`endif
  assign acc_next_2 = $signed({ acc_next_1[26], acc_next_1 }) + $signed({ product[24], product[24], product[24], product });
  always @(posedge clk)
    acc <= acc_next;
  assign acc_next_3 = enable ? acc_next_2[26:0] : acc;
  assign acc_next = rst ? 27'h0000000 : acc_next_3;
endmodule
