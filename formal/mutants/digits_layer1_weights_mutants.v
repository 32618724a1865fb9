// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl, with one of these faults that digits_layer1_weights must refuse:
// MUTANT_WEIGHT: last bit of one weight flipped.
// MUTANT_BIAS: last bit of one bias flipped.

module digits_layer1_weights_0(pass_index, clk, rst, weight, bias, address);
  input [5:0] address;
  wire [5:0] address;
  output [25:0] bias;
  wire [25:0] bias;
  input clk;
  wire clk;
  input pass_index;
  wire pass_index;
  input rst;
  wire rst;
  output [10:0] weight;
  wire [10:0] weight;
  reg [10:0] weights [63:0];
  initial begin
`ifdef MUTANT_WEIGHT
    weights[0] = 11'h001;
`else
    weights[0] = 11'h000;
`endif
    weights[1] = 11'h000;
    weights[2] = 11'h1c0;
    weights[3] = 11'h768;
    weights[4] = 11'h000;
    weights[5] = 11'h7c8;
    weights[6] = 11'h000;
    weights[7] = 11'h0b0;
    weights[8] = 11'h700;
    weights[9] = 11'h700;
    weights[10] = 11'h7d0;
    weights[11] = 11'h020;
    weights[12] = 11'h730;
    weights[13] = 11'h0a0;
    weights[14] = 11'h000;
    weights[15] = 11'h728;
    weights[16] = 11'h7b0;
    weights[17] = 11'h7cc;
    weights[18] = 11'h000;
    weights[19] = 11'h6d0;
    weights[20] = 11'h1f8;
    weights[21] = 11'h7e0;
    weights[22] = 11'h140;
    weights[23] = 11'h050;
    weights[24] = 11'h790;
    weights[25] = 11'h7a8;
    weights[26] = 11'h000;
    weights[27] = 11'h75c;
    weights[28] = 11'h000;
    weights[29] = 11'h000;
    weights[30] = 11'h748;
    weights[31] = 11'h10c;
    weights[32] = 11'h020;
    weights[33] = 11'h742;
    weights[34] = 11'h580;
    weights[35] = 11'h7e6;
    weights[36] = 11'h000;
    weights[37] = 11'h0e0;
    weights[38] = 11'h000;
    weights[39] = 11'h66e;
    weights[40] = 11'h068;
    weights[41] = 11'h5a8;
    weights[42] = 11'h73c;
    weights[43] = 11'h748;
    weights[44] = 11'h02d;
    weights[45] = 11'h7c0;
    weights[46] = 11'h000;
    weights[47] = 11'h788;
    weights[48] = 11'h706;
    weights[49] = 11'h0a0;
    weights[50] = 11'h000;
    weights[51] = 11'h778;
    weights[52] = 11'h038;
    weights[53] = 11'h768;
    weights[54] = 11'h1c8;
    weights[55] = 11'h658;
    weights[56] = 11'h213;
    weights[57] = 11'h018;
    weights[58] = 11'h000;
    weights[59] = 11'h77c;
    weights[60] = 11'h000;
    weights[61] = 11'h000;
    weights[62] = 11'h788;
    weights[63] = 11'h70a;
  end
  reg [10:0] weight_register;
  always @(posedge clk) begin
    weight_register <= weights[address];
  end
  assign weight = weight_register;
  assign bias = pass_index ? 26'h0071c0c : 26'h0001bf1;
endmodule

module digits_layer1_weights_1(pass_index, clk, rst, weight, bias, address);
  input [5:0] address;
  wire [5:0] address;
  output [25:0] bias;
  wire [25:0] bias;
  input clk;
  wire clk;
  input pass_index;
  wire pass_index;
  input rst;
  wire rst;
  output [10:0] weight;
  wire [10:0] weight;
  reg [10:0] weights [63:0];
  initial begin
    weights[0] = 11'h000;
    weights[1] = 11'h640;
    weights[2] = 11'h7a4;
    weights[3] = 11'h18c;
    weights[4] = 11'h000;
    weights[5] = 11'h18c;
    weights[6] = 11'h000;
    weights[7] = 11'h09c;
    weights[8] = 11'h100;
    weights[9] = 11'h214;
    weights[10] = 11'h0a8;
    weights[11] = 11'h0de;
    weights[12] = 11'h1a3;
    weights[13] = 11'h006;
    weights[14] = 11'h000;
    weights[15] = 11'h7d2;
    weights[16] = 11'h0a0;
    weights[17] = 11'h070;
    weights[18] = 11'h000;
    weights[19] = 11'h698;
    weights[20] = 11'h770;
    weights[21] = 11'h7ec;
    weights[22] = 11'h622;
    weights[23] = 11'h0f0;
    weights[24] = 11'h7a6;
    weights[25] = 11'h62c;
    weights[26] = 11'h000;
    weights[27] = 11'h6d0;
    weights[28] = 11'h030;
    weights[29] = 11'h000;
    weights[30] = 11'h08e;
    weights[31] = 11'h6fc;
    weights[32] = 11'h000;
    weights[33] = 11'h6d8;
    weights[34] = 11'h133;
    weights[35] = 11'h04d;
    weights[36] = 11'h000;
    weights[37] = 11'h0f8;
    weights[38] = 11'h000;
    weights[39] = 11'h660;
    weights[40] = 11'h140;
    weights[41] = 11'h754;
    weights[42] = 11'h74c;
    weights[43] = 11'h048;
    weights[44] = 11'h606;
    weights[45] = 11'h7e0;
    weights[46] = 11'h000;
    weights[47] = 11'h194;
    weights[48] = 11'h7f0;
    weights[49] = 11'h776;
    weights[50] = 11'h000;
    weights[51] = 11'h296;
    weights[52] = 11'h0ad;
    weights[53] = 11'h078;
    weights[54] = 11'h050;
    weights[55] = 11'h7e0;
    weights[56] = 11'h7de;
    weights[57] = 11'h728;
    weights[58] = 11'h000;
    weights[59] = 11'h5ce;
    weights[60] = 11'h7d0;
    weights[61] = 11'h000;
    weights[62] = 11'h0ec;
    weights[63] = 11'h140;
  end
  reg [10:0] weight_register;
  always @(posedge clk) begin
    weight_register <= weights[address];
  end
  assign weight = weight_register;
`ifdef MUTANT_BIAS
  assign bias = pass_index ? 26'h3fbe23c : 26'h3ff681b;
`else
  assign bias = pass_index ? 26'h3fbe23d : 26'h3ff681b;
`endif
endmodule
