// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl, with one of these faults that digits_layer1_control must refuse:
// MUTANT_ERROR: a misplaced last is not reported.
// MUTANT_SHORT: vectors end after their first code.

module digits_layer1(i__valid, o__ready, clk, rst, i__ready, o__payload, o__valid, frame_error, i__payload);
  wire [26:0] \$1 ;
  wire \$10 ;
  wire \$11 ;
  wire [5:0] \$12 ;
  wire \$13 ;
  wire \$14 ;
  wire \$15 ;
  wire \$16 ;
  wire \$17 ;
  wire [5:0] \$18 ;
  wire [6:0] \$19 ;
  wire [26:0] \$2 ;
  wire \$20 ;
  wire \$21 ;
  wire \$22 ;
  wire [3:0] \$23 ;
  wire [4:0] \$24 ;
  wire \$25 ;
  wire [1:0] \$26 ;
  wire \$27 ;
  wire \$28 ;
  wire [4:0] \$29 ;
  wire [26:0] \$3 ;
  wire \$30 ;
  wire [1:0] \$31 ;
  wire [5:0] \$32 ;
  wire [2:0] \$33 ;
  wire [3:0] \$34 ;
  wire \$35 ;
  wire [26:0] \$4 ;
  wire [26:0] \$5 ;
  wire [26:0] \$6 ;
  wire [26:0] \$7 ;
  wire \$9 ;
  wire \$procmux$11_Y ;
  wire [3:0] \$procmux$15_Y ;
  wire [3:0] \$procmux$17_Y ;
  wire [3:0] \$procmux$19_Y ;
  wire [2:0] \$procmux$23_Y ;
  wire [2:0] \$procmux$25_Y ;
  wire [2:0] \$procmux$27_Y ;
  wire [2:0] \$procmux$29_Y ;
  wire [5:0] \$procmux$33_Y ;
  wire [5:0] \$procmux$35_Y ;
  wire [5:0] \$procmux$37_Y ;
  wire [5:0] \$procmux$39_Y ;
  wire [1:0] \$procmux$43_Y ;
  wire [1:0] \$procmux$45_Y ;
  wire [1:0] \$procmux$47_Y ;
  wire [1:0] \$procmux$49_Y ;
  wire [1:0] \$procmux$51_Y ;
  wire [1:0] \$procmux$53_Y ;
  wire [1:0] \$procmux$55_Y ;
  wire [1:0] \$procmux$57_Y ;
  wire [1:0] \$procmux$59_Y ;
  wire \$procmux$5_Y ;
  wire [1:0] \$procmux$61_Y ;
  wire \$procmux$65_Y ;
  wire \$procmux$67_Y ;
  wire \$procmux$69_Y ;
  wire [4:0] \$procmux$73_Y ;
  wire [4:0] \$procmux$75_Y ;
  wire [4:0] \$procmux$77_Y ;
  wire [4:0] \$procmux$79_Y ;
  wire \$procmux$7_Y ;
  wire [4:0] \$procmux$81_Y ;
  wire \$procmux$85_Y ;
  wire \$procmux$89_Y ;
  wire \$procmux$95_Y ;
  wire \$procmux$9_Y ;
  reg [5:0] address = 6'h00;
  input clk;
  wire clk;
  reg enable = 1'h0;
  reg first = 1'h0;
  output frame_error;
  reg frame_error = 1'h0;
  input [13:0] i__payload;
  wire [13:0] i__payload;
  output i__ready;
  wire i__ready;
  input i__valid;
  wire i__valid;
  reg [4:0] index = 5'h00;
  reg [2:0] lane_index = 3'h0;
  wire [26:0] mac_0_acc;
  wire [26:0] mac_1_acc;
  wire [26:0] mac_2_acc;
  wire [26:0] mac_3_acc;
  wire [26:0] mac_4_acc;
  wire [26:0] mac_5_acc;
  wire [26:0] mac_6_acc;
  wire [26:0] mac_7_acc;
  output [12:0] o__payload;
  wire [12:0] o__payload;
  wire [11:0] \o__payload.data ;
  wire \o__payload.last ;
  input o__ready;
  wire o__ready;
  output o__valid;
  wire o__valid;
  reg [3:0] output_index = 4'h0;
  reg pass_index = 1'h0;
  wire [12:0] read_inputs;
  input rst;
  wire rst;
  reg [1:0] state = 2'h0;
  wire [26:0] weights_0_bias;
  wire [11:0] weights_0_weight;
  wire [26:0] weights_1_bias;
  wire [11:0] weights_1_weight;
  wire [26:0] weights_2_bias;
  wire [11:0] weights_2_weight;
  wire [26:0] weights_3_bias;
  wire [11:0] weights_3_weight;
  wire [26:0] weights_4_bias;
  wire [11:0] weights_4_weight;
  wire [26:0] weights_5_bias;
  wire [11:0] weights_5_weight;
  wire [26:0] weights_6_bias;
  wire [11:0] weights_6_weight;
  wire [26:0] weights_7_bias;
  wire [11:0] weights_7_weight;
  wire write_inputs;
  reg [12:0] inputs [31:0];
  initial begin
    inputs[0] = 13'h0000;
    inputs[1] = 13'h0000;
    inputs[2] = 13'h0000;
    inputs[3] = 13'h0000;
    inputs[4] = 13'h0000;
    inputs[5] = 13'h0000;
    inputs[6] = 13'h0000;
    inputs[7] = 13'h0000;
    inputs[8] = 13'h0000;
    inputs[9] = 13'h0000;
    inputs[10] = 13'h0000;
    inputs[11] = 13'h0000;
    inputs[12] = 13'h0000;
    inputs[13] = 13'h0000;
    inputs[14] = 13'h0000;
    inputs[15] = 13'h0000;
    inputs[16] = 13'h0000;
    inputs[17] = 13'h0000;
    inputs[18] = 13'h0000;
    inputs[19] = 13'h0000;
    inputs[20] = 13'h0000;
    inputs[21] = 13'h0000;
    inputs[22] = 13'h0000;
    inputs[23] = 13'h0000;
    inputs[24] = 13'h0000;
    inputs[25] = 13'h0000;
    inputs[26] = 13'h0000;
    inputs[27] = 13'h0000;
    inputs[28] = 13'h0000;
    inputs[29] = 13'h0000;
    inputs[30] = 13'h0000;
    inputs[31] = 13'h0000;
  end
  always @(posedge clk) begin
    if (write_inputs)
      inputs[index] <= i__payload[12:0];
  end
  reg [12:0] _0_;
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
  assign \o__payload.last  = output_index == 4'h9;
  assign \$9  = state == 2'h0;
  assign \$10  = state == 2'h3;
  assign \$11  = state == 2'h0;
  assign \$12  = { 1'h0, index } + 6'h01;
`ifdef MUTANT_SHORT
  assign \$13  = index == 5'h00;
`else
  assign \$13  = index == 5'h1f;
`endif
  assign \$14  = i__payload[13] != \$13 ;
`ifdef MUTANT_SHORT
  assign \$15  = index == 5'h00;
`else
  assign \$15  = index == 5'h1f;
`endif
  assign \$16  = state == 2'h1;
  assign \$17  = index == 5'h00;
  assign \$18  = { 1'h0, index } + 6'h01;
  assign \$19  = { 1'h0, address } + 7'h01;
`ifdef MUTANT_SHORT
  assign \$20  = index == 5'h00;
`else
  assign \$20  = index == 5'h1f;
`endif
  assign \$21  = state == 2'h2;
  assign \$22  = state == 2'h3;
  assign \$23  = { 1'h0, lane_index } + 4'h1;
  assign \$24  = { 1'h0, output_index } + 5'h01;
  assign \$25  = lane_index == 3'h7;
  assign \$26  = { 1'h0, pass_index } + 2'h1;
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
  assign \$procmux$11_Y  = \$22  ? \$procmux$9_Y  : pass_index;
  assign \$35  = rst ? 1'h0 : \$procmux$11_Y ;
  assign \$procmux$15_Y  = \o__payload.last  ? 4'h0 : \$24 [3:0];
  assign \$procmux$17_Y  = o__ready ? \$procmux$15_Y  : output_index;
  assign \$procmux$19_Y  = \$22  ? \$procmux$17_Y  : output_index;
  assign \$34  = rst ? 4'h0 : \$procmux$19_Y ;
  assign \$procmux$23_Y  = \$25  ? 3'h0 : \$23 [2:0];
  assign \$procmux$25_Y  = \o__payload.last  ? 3'h0 : \$procmux$23_Y ;
  assign \$procmux$27_Y  = o__ready ? \$procmux$25_Y  : lane_index;
  assign \$procmux$29_Y  = \$22  ? \$procmux$27_Y  : lane_index;
  assign \$33  = rst ? 3'h0 : \$procmux$29_Y ;
  assign \$procmux$33_Y  = \$16  ? \$19 [5:0] : address;
  assign \$procmux$35_Y  = \o__payload.last  ? 6'h00 : \$procmux$33_Y ;
  assign \$procmux$37_Y  = o__ready ? \$procmux$35_Y  : \$procmux$33_Y ;
  assign \$procmux$39_Y  = \$22  ? \$procmux$37_Y  : \$procmux$33_Y ;
  assign \$32  = rst ? 6'h00 : \$procmux$39_Y ;
  assign \$procmux$43_Y  = \$15  ? 2'h1 : state;
  assign \$procmux$45_Y  = i__valid ? \$procmux$43_Y  : state;
  assign \$procmux$47_Y  = \$11  ? \$procmux$45_Y  : state;
  assign \$procmux$49_Y  = \$20  ? 2'h2 : \$procmux$47_Y ;
  assign \$procmux$5_Y  = \$25  ? \$26 [0] : pass_index;
  assign \$procmux$51_Y  = \$16  ? \$procmux$49_Y  : \$procmux$47_Y ;
  assign \$procmux$53_Y  = \$21  ? 2'h3 : \$procmux$51_Y ;
  assign \$procmux$55_Y  = \$25  ? 2'h1 : \$procmux$53_Y ;
  assign \$procmux$57_Y  = \o__payload.last  ? 2'h0 : \$procmux$55_Y ;
  assign \$procmux$59_Y  = o__ready ? \$procmux$57_Y  : \$procmux$53_Y ;
  assign \$procmux$61_Y  = \$22  ? \$procmux$59_Y  : \$procmux$53_Y ;
  assign \$31  = rst ? 2'h0 : \$procmux$61_Y ;
  assign \$procmux$65_Y  = \$14  ? 1'h1 : frame_error;
  assign \$procmux$67_Y  = i__valid ? \$procmux$65_Y  : frame_error;
  assign \$procmux$69_Y  = \$11  ? \$procmux$67_Y  : frame_error;
  assign \$procmux$7_Y  = \o__payload.last  ? 1'h0 : \$procmux$5_Y ;
  assign \$30  = rst ? 1'h0 : \$procmux$69_Y ;
  assign \$procmux$73_Y  = \$15  ? 5'h00 : \$12 [4:0];
  assign \$procmux$75_Y  = i__valid ? \$procmux$73_Y  : index;
  assign \$procmux$77_Y  = \$11  ? \$procmux$75_Y  : index;
  assign \$procmux$79_Y  = \$20  ? 5'h00 : \$18 [4:0];
  assign \$procmux$81_Y  = \$16  ? \$procmux$79_Y  : \$procmux$77_Y ;
  assign \$29  = rst ? 5'h00 : \$procmux$81_Y ;
  assign \$procmux$85_Y  = \$16  ? \$17  : 1'h0;
  assign \$28  = rst ? 1'h0 : \$procmux$85_Y ;
  assign \$procmux$89_Y  = \$16  ? 1'h1 : 1'h0;
  assign \$procmux$9_Y  = o__ready ? \$procmux$7_Y  : pass_index;
  assign \$27  = rst ? 1'h0 : \$procmux$89_Y ;
  assign o__valid = \$10  ? 1'h1 : 1'h0;
  assign \$procmux$95_Y  = i__valid ? 1'h1 : 1'h0;
  assign write_inputs = \$9  ? \$procmux$95_Y  : 1'h0;
  assign i__ready = \$9  ? 1'h1 : 1'h0;
  digits_layer1_mac mac_0 (
    .acc(mac_0_acc),
    .bias(weights_0_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_0_weight),
    .x(read_inputs)
  );
  digits_layer1_mac mac_1 (
    .acc(mac_1_acc),
    .bias(weights_1_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_1_weight),
    .x(read_inputs)
  );
  digits_layer1_mac mac_2 (
    .acc(mac_2_acc),
    .bias(weights_2_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_2_weight),
    .x(read_inputs)
  );
  digits_layer1_mac mac_3 (
    .acc(mac_3_acc),
    .bias(weights_3_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_3_weight),
    .x(read_inputs)
  );
  digits_layer1_mac mac_4 (
    .acc(mac_4_acc),
    .bias(weights_4_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_4_weight),
    .x(read_inputs)
  );
  digits_layer1_mac mac_5 (
    .acc(mac_5_acc),
    .bias(weights_5_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_5_weight),
    .x(read_inputs)
  );
  digits_layer1_mac mac_6 (
    .acc(mac_6_acc),
    .bias(weights_6_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_6_weight),
    .x(read_inputs)
  );
  digits_layer1_mac mac_7 (
    .acc(mac_7_acc),
    .bias(weights_7_bias),
    .clk(clk),
    .enable(enable),
    .first(first),
    .rst(rst),
    .weight(weights_7_weight),
    .x(read_inputs)
  );
  digits_layer1_stage stage (
    .acc(\$7 ),
    .code(\o__payload.data )
  );
  digits_layer1_weights_0 weights_0 (
    .address(address),
    .bias(weights_0_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_0_weight)
  );
  digits_layer1_weights_1 weights_1 (
    .address(address),
    .bias(weights_1_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_1_weight)
  );
  digits_layer1_weights_2 weights_2 (
    .address(address),
    .bias(weights_2_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_2_weight)
  );
  digits_layer1_weights_3 weights_3 (
    .address(address),
    .bias(weights_3_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_3_weight)
  );
  digits_layer1_weights_4 weights_4 (
    .address(address),
    .bias(weights_4_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_4_weight)
  );
  digits_layer1_weights_5 weights_5 (
    .address(address),
    .bias(weights_5_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_5_weight)
  );
  digits_layer1_weights_6 weights_6 (
    .address(address),
    .bias(weights_6_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_6_weight)
  );
  digits_layer1_weights_7 weights_7 (
    .address(address),
    .bias(weights_7_bias),
    .clk(clk),
    .pass_index(pass_index),
    .rst(rst),
    .weight(weights_7_weight)
  );
  assign o__payload = { \o__payload.last , \o__payload.data  };
endmodule
