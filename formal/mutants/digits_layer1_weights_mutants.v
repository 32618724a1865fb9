// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl, with one of these faults that digits_layer1_weights must refuse:
// MUTANT_WEIGHT: last bit of one weight flipped.
// MUTANT_BIAS: last bit of one bias flipped.

module digits_layer1_weights_0(pass_index, clk, rst, weight, bias, address);
  input [5:0] address;
  wire [5:0] address;
  output [26:0] bias;
  wire [26:0] bias;
  input clk;
  wire clk;
  input pass_index;
  wire pass_index;
  input rst;
  wire rst;
  output [11:0] weight;
  wire [11:0] weight;
  reg [11:0] weights [63:0];
  initial begin
`ifdef MUTANT_WEIGHT
    weights[0] = 12'h001;
`else
    weights[0] = 12'h000;
`endif
    weights[1] = 12'h000;
    weights[2] = 12'h380;
    weights[3] = 12'hed0;
    weights[4] = 12'h000;
    weights[5] = 12'hf90;
    weights[6] = 12'h000;
    weights[7] = 12'h160;
    weights[8] = 12'he00;
    weights[9] = 12'he00;
    weights[10] = 12'hfa0;
    weights[11] = 12'h040;
    weights[12] = 12'he60;
    weights[13] = 12'h140;
    weights[14] = 12'h000;
    weights[15] = 12'he50;
    weights[16] = 12'hf60;
    weights[17] = 12'hf98;
    weights[18] = 12'h000;
    weights[19] = 12'hda0;
    weights[20] = 12'h3f0;
    weights[21] = 12'hfc0;
    weights[22] = 12'h280;
    weights[23] = 12'h0a0;
    weights[24] = 12'hf20;
    weights[25] = 12'hf50;
    weights[26] = 12'h000;
    weights[27] = 12'heb8;
    weights[28] = 12'h000;
    weights[29] = 12'h000;
    weights[30] = 12'he90;
    weights[31] = 12'h218;
    weights[32] = 12'h040;
    weights[33] = 12'he84;
    weights[34] = 12'hb00;
    weights[35] = 12'hfcc;
    weights[36] = 12'h000;
    weights[37] = 12'h1c0;
    weights[38] = 12'h000;
    weights[39] = 12'hcdc;
    weights[40] = 12'h0d0;
    weights[41] = 12'hb50;
    weights[42] = 12'he78;
    weights[43] = 12'he90;
    weights[44] = 12'h05a;
    weights[45] = 12'hf80;
    weights[46] = 12'h000;
    weights[47] = 12'hf10;
    weights[48] = 12'he0c;
    weights[49] = 12'h140;
    weights[50] = 12'h000;
    weights[51] = 12'hef0;
    weights[52] = 12'h070;
    weights[53] = 12'hed0;
    weights[54] = 12'h390;
    weights[55] = 12'hcb0;
    weights[56] = 12'h426;
    weights[57] = 12'h030;
    weights[58] = 12'h000;
    weights[59] = 12'hef8;
    weights[60] = 12'h000;
    weights[61] = 12'h000;
    weights[62] = 12'hf10;
    weights[63] = 12'he14;
  end
  reg [11:0] weight_register;
  always @(posedge clk) begin
    weight_register <= weights[address];
  end
  assign weight = weight_register;
  assign bias = pass_index ? 27'h00e3818 : 27'h00037e1;
endmodule

module digits_layer1_weights_1(pass_index, clk, rst, weight, bias, address);
  input [5:0] address;
  wire [5:0] address;
  output [26:0] bias;
  wire [26:0] bias;
  input clk;
  wire clk;
  input pass_index;
  wire pass_index;
  input rst;
  wire rst;
  output [11:0] weight;
  wire [11:0] weight;
  reg [11:0] weights [63:0];
  initial begin
    weights[0] = 12'h000;
    weights[1] = 12'hc80;
    weights[2] = 12'hf48;
    weights[3] = 12'h318;
    weights[4] = 12'h000;
    weights[5] = 12'h318;
    weights[6] = 12'h000;
    weights[7] = 12'h138;
    weights[8] = 12'h200;
    weights[9] = 12'h428;
    weights[10] = 12'h150;
    weights[11] = 12'h1bc;
    weights[12] = 12'h346;
    weights[13] = 12'h00c;
    weights[14] = 12'h000;
    weights[15] = 12'hfa4;
    weights[16] = 12'h140;
    weights[17] = 12'h0e0;
    weights[18] = 12'h000;
    weights[19] = 12'hd30;
    weights[20] = 12'hee0;
    weights[21] = 12'hfd8;
    weights[22] = 12'hc45;
    weights[23] = 12'h1e0;
    weights[24] = 12'hf4c;
    weights[25] = 12'hc58;
    weights[26] = 12'h000;
    weights[27] = 12'hda0;
    weights[28] = 12'h060;
    weights[29] = 12'h000;
    weights[30] = 12'h11c;
    weights[31] = 12'hdf8;
    weights[32] = 12'h000;
    weights[33] = 12'hdb0;
    weights[34] = 12'h266;
    weights[35] = 12'h09a;
    weights[36] = 12'h000;
    weights[37] = 12'h1f0;
    weights[38] = 12'h000;
    weights[39] = 12'hcc0;
    weights[40] = 12'h280;
    weights[41] = 12'hea8;
    weights[42] = 12'he98;
    weights[43] = 12'h090;
    weights[44] = 12'hc0c;
    weights[45] = 12'hfc0;
    weights[46] = 12'h000;
    weights[47] = 12'h328;
    weights[48] = 12'hfe0;
    weights[49] = 12'heec;
    weights[50] = 12'h000;
    weights[51] = 12'h52c;
    weights[52] = 12'h15a;
    weights[53] = 12'h0f0;
    weights[54] = 12'h0a0;
    weights[55] = 12'hfc0;
    weights[56] = 12'hfbc;
    weights[57] = 12'he50;
    weights[58] = 12'h000;
    weights[59] = 12'hb9c;
    weights[60] = 12'hfa0;
    weights[61] = 12'h000;
    weights[62] = 12'h1d8;
    weights[63] = 12'h280;
  end
  reg [11:0] weight_register;
  always @(posedge clk) begin
    weight_register <= weights[address];
  end
  assign weight = weight_register;
`ifdef MUTANT_BIAS
  assign bias = pass_index ? 27'h7f7c47b : 27'h7fed037;
`else
  assign bias = pass_index ? 27'h7f7c47a : 27'h7fed037;
`endif
endmodule
