// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl, with one of these faults that digits_layer0_control must refuse:
// MUTANT_ERROR: a misplaced last is not reported.
// MUTANT_SHORT: vectors end after their first code.

module digits_layer0(i__valid, o__ready, clk, rst, i__ready, o__payload, o__valid, frame_error, i__payload);
  wire [17:0] \$1 ;
  wire \$10 ;
  wire \$11 ;
  wire [6:0] \$12 ;
  wire \$13 ;
  wire \$14 ;
  wire \$15 ;
  wire \$16 ;
  wire \$17 ;
  wire [6:0] \$18 ;
  wire [8:0] \$19 ;
  wire [17:0] \$2 ;
  wire \$20 ;
  wire \$21 ;
  wire \$22 ;
  wire [3:0] \$23 ;
  wire [5:0] \$24 ;
  wire \$25 ;
  wire [2:0] \$26 ;
  wire \$27 ;
  wire \$28 ;
  wire [5:0] \$29 ;
  wire [17:0] \$3 ;
  wire \$30 ;
  wire [1:0] \$31 ;
  wire [7:0] \$32 ;
  wire [2:0] \$33 ;
  wire [4:0] \$34 ;
  wire [1:0] \$35 ;
  wire [17:0] \$4 ;
  wire [17:0] \$5 ;
  wire [17:0] \$6 ;
  wire [17:0] \$7 ;
  wire \$9 ;
  wire [1:0] \$procmux$105_Y ;
  wire [1:0] \$procmux$107_Y ;
  wire [1:0] \$procmux$109_Y ;
  wire [1:0] \$procmux$111_Y ;
  wire [4:0] \$procmux$115_Y ;
  wire [4:0] \$procmux$117_Y ;
  wire [4:0] \$procmux$119_Y ;
  wire [2:0] \$procmux$123_Y ;
  wire [2:0] \$procmux$125_Y ;
  wire [2:0] \$procmux$127_Y ;
  wire [2:0] \$procmux$129_Y ;
  wire [7:0] \$procmux$133_Y ;
  wire [7:0] \$procmux$135_Y ;
  wire [7:0] \$procmux$137_Y ;
  wire [7:0] \$procmux$139_Y ;
  wire [1:0] \$procmux$143_Y ;
  wire [1:0] \$procmux$145_Y ;
  wire [1:0] \$procmux$147_Y ;
  wire [1:0] \$procmux$149_Y ;
  wire [1:0] \$procmux$151_Y ;
  wire [1:0] \$procmux$153_Y ;
  wire [1:0] \$procmux$155_Y ;
  wire [1:0] \$procmux$157_Y ;
  wire [1:0] \$procmux$159_Y ;
  wire [1:0] \$procmux$161_Y ;
  wire \$procmux$165_Y ;
  wire \$procmux$167_Y ;
  wire \$procmux$169_Y ;
  wire [5:0] \$procmux$173_Y ;
  wire [5:0] \$procmux$175_Y ;
  wire [5:0] \$procmux$177_Y ;
  wire [5:0] \$procmux$179_Y ;
  wire [5:0] \$procmux$181_Y ;
  wire \$procmux$185_Y ;
  wire \$procmux$189_Y ;
  wire \$procmux$195_Y ;
  reg [7:0] address = 8'h00;
  input clk;
  wire clk;
  reg enable = 1'h0;
  reg first = 1'h0;
  output frame_error;
  reg frame_error = 1'h0;
  input [5:0] i__payload;
  wire [5:0] i__payload;
  output i__ready;
  wire i__ready;
  input i__valid;
  wire i__valid;
  reg [5:0] index = 6'h00;
  reg [2:0] lane_index = 3'h0;
  wire [17:0] mac_0_acc;
  wire [17:0] mac_1_acc;
  wire [17:0] mac_2_acc;
  wire [17:0] mac_3_acc;
  wire [17:0] mac_4_acc;
  wire [17:0] mac_5_acc;
  wire [17:0] mac_6_acc;
  wire [17:0] mac_7_acc;
  output [13:0] o__payload;
  wire [13:0] o__payload;
  wire [12:0] \o__payload.data ;
  wire \o__payload.last ;
  input o__ready;
  wire o__ready;
  output o__valid;
  wire o__valid;
  reg [4:0] output_index = 5'h00;
  reg [1:0] pass_index = 2'h0;
  wire [4:0] read_inputs;
  input rst;
  wire rst;
  reg [1:0] state = 2'h0;
  wire [17:0] weights_0_bias;
  wire [10:0] weights_0_weight;
  wire [17:0] weights_1_bias;
  wire [10:0] weights_1_weight;
  wire [17:0] weights_2_bias;
  wire [10:0] weights_2_weight;
  wire [17:0] weights_3_bias;
  wire [10:0] weights_3_weight;
  wire [17:0] weights_4_bias;
  wire [10:0] weights_4_weight;
  wire [17:0] weights_5_bias;
  wire [10:0] weights_5_weight;
  wire [17:0] weights_6_bias;
  wire [10:0] weights_6_weight;
  wire [17:0] weights_7_bias;
  wire [10:0] weights_7_weight;
  wire write_inputs;
  reg [4:0] inputs [63:0];
  initial begin
    inputs[0] = 5'h00;
    inputs[1] = 5'h00;
    inputs[2] = 5'h00;
    inputs[3] = 5'h00;
    inputs[4] = 5'h00;
    inputs[5] = 5'h00;
    inputs[6] = 5'h00;
    inputs[7] = 5'h00;
    inputs[8] = 5'h00;
    inputs[9] = 5'h00;
    inputs[10] = 5'h00;
    inputs[11] = 5'h00;
    inputs[12] = 5'h00;
    inputs[13] = 5'h00;
    inputs[14] = 5'h00;
    inputs[15] = 5'h00;
    inputs[16] = 5'h00;
    inputs[17] = 5'h00;
    inputs[18] = 5'h00;
    inputs[19] = 5'h00;
    inputs[20] = 5'h00;
    inputs[21] = 5'h00;
    inputs[22] = 5'h00;
    inputs[23] = 5'h00;
    inputs[24] = 5'h00;
    inputs[25] = 5'h00;
    inputs[26] = 5'h00;
    inputs[27] = 5'h00;
    inputs[28] = 5'h00;
    inputs[29] = 5'h00;
    inputs[30] = 5'h00;
    inputs[31] = 5'h00;
    inputs[32] = 5'h00;
    inputs[33] = 5'h00;
    inputs[34] = 5'h00;
    inputs[35] = 5'h00;
    inputs[36] = 5'h00;
    inputs[37] = 5'h00;
    inputs[38] = 5'h00;
    inputs[39] = 5'h00;
    inputs[40] = 5'h00;
    inputs[41] = 5'h00;
    inputs[42] = 5'h00;
    inputs[43] = 5'h00;
    inputs[44] = 5'h00;
    inputs[45] = 5'h00;
    inputs[46] = 5'h00;
    inputs[47] = 5'h00;
    inputs[48] = 5'h00;
    inputs[49] = 5'h00;
    inputs[50] = 5'h00;
    inputs[51] = 5'h00;
    inputs[52] = 5'h00;
    inputs[53] = 5'h00;
    inputs[54] = 5'h00;
    inputs[55] = 5'h00;
    inputs[56] = 5'h00;
    inputs[57] = 5'h00;
    inputs[58] = 5'h00;
    inputs[59] = 5'h00;
    inputs[60] = 5'h00;
    inputs[61] = 5'h00;
    inputs[62] = 5'h00;
    inputs[63] = 5'h00;
  end
  always @(posedge clk) begin
    if (write_inputs)
      inputs[index] <= i__payload[4:0];
  end
  reg [4:0] _0_;
  always @(posedge clk) begin
    _0_ <= inputs[index];
  end
  assign read_inputs = _0_;
  assign \$1  = lane_index[0] ? mac_7_acc : mac_6_acc;
  assign \$2  = lane_index[0] ? mac_5_acc : mac_4_acc;
  assign \$3  = lane_index[1] ? \$1  : \$2 ;
  assign \$4  = lane_index[0] ? mac_3_acc : mac_2_acc;
  assign \$5  = lane_index[0] ? mac_1_acc : mac_0_acc;
  assign \$6  = lane_index[1] ? \$4  : \$5 ;
  assign \$7  = lane_index[2] ? \$3  : \$6 ;
  assign \o__payload.last  = output_index == 5'h1f;
  assign \$9  = state == 2'h0;
  assign \$10  = state == 2'h3;
  assign \$11  = state == 2'h0;
  assign \$12  = { 1'h0, index } + 7'h01;
`ifdef MUTANT_SHORT
  assign \$13  = index == 6'h00;
`else
  assign \$13  = index == 6'h3f;
`endif
  assign \$14  = i__payload[5] != \$13 ;
`ifdef MUTANT_SHORT
  assign \$15  = index == 6'h00;
`else
  assign \$15  = index == 6'h3f;
`endif
  assign \$16  = state == 2'h1;
  assign \$17  = index == 6'h00;
  assign \$18  = { 1'h0, index } + 7'h01;
  assign \$19  = { 1'h0, address } + 9'h001;
`ifdef MUTANT_SHORT
  assign \$20  = index == 6'h00;
`else
  assign \$20  = index == 6'h3f;
`endif
  assign \$21  = state == 2'h2;
  assign \$22  = state == 2'h3;
  assign \$23  = { 1'h0, lane_index } + 4'h1;
  assign \$24  = { 1'h0, output_index } + 6'h01;
  assign \$25  = lane_index == 3'h7;
  assign \$26  = { 1'h0, pass_index } + 3'h1;
  always @(posedge clk)
    enable <= \$27 ;
  always @(posedge clk)
    first <= \$28 ;
  always @(posedge clk)
    index <= \$29 ;
  always @(posedge clk)
`ifdef MUTANT_ERROR
    frame_error <= 1'h0;
`else
    frame_error <= \$30 ;
`endif
  always @(posedge clk)
    state <= \$31 ;
  always @(posedge clk)
    address <= \$32 ;
  always @(posedge clk)
    lane_index <= \$33 ;
  always @(posedge clk)
    output_index <= \$34 ;
  always @(posedge clk)
    pass_index <= \$35 ;
  assign \$procmux$105_Y  = \$25  ? \$26 [1:0] : pass_index;
  assign \$procmux$107_Y  = \o__payload.last  ? 2'h0 : \$procmux$105_Y ;
  assign \$procmux$109_Y  = o__ready ? \$procmux$107_Y  : pass_index;
  assign \$procmux$111_Y  = \$22  ? \$procmux$109_Y  : pass_index;
  assign \$35  = rst ? 2'h0 : \$procmux$111_Y ;
  assign \$procmux$115_Y  = \o__payload.last  ? 5'h00 : \$24 [4:0];
  assign \$procmux$117_Y  = o__ready ? \$procmux$115_Y  : output_index;
  assign \$procmux$119_Y  = \$22  ? \$procmux$117_Y  : output_index;
  assign \$34  = rst ? 5'h00 : \$procmux$119_Y ;
  assign \$procmux$123_Y  = \$25  ? 3'h0 : \$23 [2:0];
  assign \$procmux$125_Y  = \o__payload.last  ? 3'h0 : \$procmux$123_Y ;
  assign \$procmux$127_Y  = o__ready ? \$procmux$125_Y  : lane_index;
  assign \$procmux$129_Y  = \$22  ? \$procmux$127_Y  : lane_index;
  assign \$33  = rst ? 3'h0 : \$procmux$129_Y ;
  assign \$procmux$133_Y  = \$16  ? \$19 [7:0] : address;
  assign \$procmux$135_Y  = \o__payload.last  ? 8'h00 : \$procmux$133_Y ;
  assign \$procmux$137_Y  = o__ready ? \$procmux$135_Y  : \$procmux$133_Y ;
  assign \$procmux$139_Y  = \$22  ? \$procmux$137_Y  : \$procmux$133_Y ;
  assign \$32  = rst ? 8'h00 : \$procmux$139_Y ;
  assign \$procmux$143_Y  = \$15  ? 2'h1 : state;
  assign \$procmux$145_Y  = i__valid ? \$procmux$143_Y  : state;
  assign \$procmux$147_Y  = \$11  ? \$procmux$145_Y  : state;
  assign \$procmux$149_Y  = \$20  ? 2'h2 : \$procmux$147_Y ;
  assign \$procmux$151_Y  = \$16  ? \$procmux$149_Y  : \$procmux$147_Y ;
  assign \$procmux$153_Y  = \$21  ? 2'h3 : \$procmux$151_Y ;
  assign \$procmux$155_Y  = \$25  ? 2'h1 : \$procmux$153_Y ;
  assign \$procmux$157_Y  = \o__payload.last  ? 2'h0 : \$procmux$155_Y ;
  assign \$procmux$159_Y  = o__ready ? \$procmux$157_Y  : \$procmux$153_Y ;
  assign \$procmux$161_Y  = \$22  ? \$procmux$159_Y  : \$procmux$153_Y ;
  assign \$31  = rst ? 2'h0 : \$procmux$161_Y ;
  assign \$procmux$165_Y  = \$14  ? 1'h1 : frame_error;
  assign \$procmux$167_Y  = i__valid ? \$procmux$165_Y  : frame_error;
  assign \$procmux$169_Y  = \$11  ? \$procmux$167_Y  : frame_error;
  assign \$30  = rst ? 1'h0 : \$procmux$169_Y ;
  assign \$procmux$173_Y  = \$15  ? 6'h00 : \$12 [5:0];
  assign \$procmux$175_Y  = i__valid ? \$procmux$173_Y  : index;
  assign \$procmux$177_Y  = \$11  ? \$procmux$175_Y  : index;
  assign \$procmux$179_Y  = \$20  ? 6'h00 : \$18 [5:0];
  assign \$procmux$181_Y  = \$16  ? \$procmux$179_Y  : \$procmux$177_Y ;
  assign \$29  = rst ? 6'h00 : \$procmux$181_Y ;
  assign \$procmux$185_Y  = \$16  ? \$17  : 1'h0;
  assign \$28  = rst ? 1'h0 : \$procmux$185_Y ;
  assign \$procmux$189_Y  = \$16  ? 1'h1 : 1'h0;
  assign \$27  = rst ? 1'h0 : \$procmux$189_Y ;
  assign o__valid = \$10  ? 1'h1 : 1'h0;
  assign \$procmux$195_Y  = i__valid ? 1'h1 : 1'h0;
  assign write_inputs = \$9  ? \$procmux$195_Y  : 1'h0;
  assign i__ready = \$9  ? 1'h1 : 1'h0;
  digits_layer0_mac mac_0 (
    .acc(mac_0_acc),
    .bias(weights_0_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_0_weight),
    .x(read_inputs)
  );
  digits_layer0_mac mac_1 (
    .acc(mac_1_acc),
    .bias(weights_1_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_1_weight),
    .x(read_inputs)
  );
  digits_layer0_mac mac_2 (
    .acc(mac_2_acc),
    .bias(weights_2_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_2_weight),
    .x(read_inputs)
  );
  digits_layer0_mac mac_3 (
    .acc(mac_3_acc),
    .bias(weights_3_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_3_weight),
    .x(read_inputs)
  );
  digits_layer0_mac mac_4 (
    .acc(mac_4_acc),
    .bias(weights_4_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_4_weight),
    .x(read_inputs)
  );
  digits_layer0_mac mac_5 (
    .acc(mac_5_acc),
    .bias(weights_5_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_5_weight),
    .x(read_inputs)
  );
  digits_layer0_mac mac_6 (
    .acc(mac_6_acc),
    .bias(weights_6_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_6_weight),
    .x(read_inputs)
  );
  digits_layer0_mac mac_7 (
    .acc(mac_7_acc),
    .bias(weights_7_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_7_weight),
    .x(read_inputs)
  );
  digits_layer0_stage stage (
    .acc(\$7 ),
    .code(\o__payload.data )
  );
  digits_layer0_weights_0 weights_0 (
    .address(address),
    .bias(weights_0_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_0_weight)
  );
  digits_layer0_weights_1 weights_1 (
    .address(address),
    .bias(weights_1_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_1_weight)
  );
  digits_layer0_weights_2 weights_2 (
    .address(address),
    .bias(weights_2_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_2_weight)
  );
  digits_layer0_weights_3 weights_3 (
    .address(address),
    .bias(weights_3_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_3_weight)
  );
  digits_layer0_weights_4 weights_4 (
    .address(address),
    .bias(weights_4_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_4_weight)
  );
  digits_layer0_weights_5 weights_5 (
    .address(address),
    .bias(weights_5_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_5_weight)
  );
  digits_layer0_weights_6 weights_6 (
    .address(address),
    .bias(weights_6_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_6_weight)
  );
  digits_layer0_weights_7 weights_7 (
    .address(address),
    .bias(weights_7_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_7_weight)
  );
  assign o__payload = { \o__payload.last , \o__payload.data  };
endmodule
