// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl, with one of these faults that digits_layer1_control must refuse:
// MUTANT_ERROR: a misplaced last is not reported.
// MUTANT_SHORT: vectors end after their first code.

module digits_layer1(i__valid, o__ready, clk, rst, i__ready, o__payload, o__valid, frame_error, i__payload);
  wire [25:0] stage_acc_1;
  wire state_is_out;
  wire state_is_load;
  wire [5:0] index_plus_1;
  wire index_is_31;
  wire condition_1;
  wire index_is_31_2;
  wire state_is_mac;
  wire index_is_0;
  wire [5:0] index_plus_1_2;
  wire [6:0] address_plus_1;
  wire [25:0] stage_acc_2;
  wire index_is_31_3;
  wire state_is_drain;
  wire state_is_out_2;
  wire [3:0] lane_index_plus_1;
  wire [4:0] output_index_plus_1;
  wire lane_index_is_7;
  wire [1:0] pass_index_plus_1;
  wire enable_next;
  wire first_next;
  wire [4:0] index_next;
  wire [25:0] stage_acc_3;
  wire frame_error_next;
  wire [1:0] state_next;
  wire [5:0] address_next;
  wire [2:0] lane_index_next;
  wire [3:0] output_index_next;
  wire pass_index_next;
  wire [25:0] stage_acc_4;
  wire [25:0] stage_acc_5;
  wire [25:0] stage_acc_6;
  wire [25:0] stage_acc;
  wire state_is_load_2;
  wire pass_index_next_1;
  wire [3:0] output_index_next_1;
  wire [3:0] output_index_next_2;
  wire [3:0] output_index_next_3;
  wire [2:0] lane_index_next_1;
  wire [2:0] lane_index_next_2;
  wire [2:0] lane_index_next_3;
  wire [2:0] lane_index_next_4;
  wire [5:0] address_next_1;
  wire [5:0] address_next_2;
  wire [5:0] address_next_3;
  wire [5:0] address_next_4;
  wire [1:0] state_next_1;
  wire [1:0] state_next_2;
  wire [1:0] state_next_3;
  wire [1:0] state_next_4;
  wire [1:0] state_next_5;
  wire [1:0] state_next_6;
  wire [1:0] state_next_7;
  wire [1:0] state_next_8;
  wire [1:0] state_next_9;
  wire pass_index_next_2;
  wire [1:0] state_next_10;
  wire frame_error_next_1;
  wire frame_error_next_2;
  wire frame_error_next_3;
  wire [4:0] index_next_1;
  wire [4:0] index_next_2;
  wire [4:0] index_next_3;
  wire [4:0] index_next_4;
  wire pass_index_next_3;
  wire [4:0] index_next_5;
  wire first_next_1;
  wire enable_next_1;
  wire write_inputs_1;
  wire pass_index_next_4;
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
  wire [25:0] mac_0_acc;
  wire [25:0] mac_1_acc;
  wire [25:0] mac_2_acc;
  wire [25:0] mac_3_acc;
  wire [25:0] mac_4_acc;
  wire [25:0] mac_5_acc;
  wire [25:0] mac_6_acc;
  wire [25:0] mac_7_acc;
  output [12:0] o__payload;
  wire [12:0] o__payload;
  wire [11:0] o__payload_data;
  wire o__payload_last;
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
  wire [25:0] weights_0_bias;
  wire [10:0] weights_0_weight;
  wire [25:0] weights_1_bias;
  wire [10:0] weights_1_weight;
  wire [25:0] weights_2_bias;
  wire [10:0] weights_2_weight;
  wire [25:0] weights_3_bias;
  wire [10:0] weights_3_weight;
  wire [25:0] weights_4_bias;
  wire [10:0] weights_4_weight;
  wire [25:0] weights_5_bias;
  wire [10:0] weights_5_weight;
  wire [25:0] weights_6_bias;
  wire [10:0] weights_6_weight;
  wire [25:0] weights_7_bias;
  wire [10:0] weights_7_weight;
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
  reg [12:0] read_inputs_register;
  always @(posedge clk) begin
    read_inputs_register <= inputs[index];
  end
  assign read_inputs = read_inputs_register;
  assign stage_acc_1 = lane_index[0] ? mac_7_acc : mac_6_acc;
  assign stage_acc_2 = lane_index[0] ? mac_5_acc : mac_4_acc;
  assign stage_acc_3 = lane_index[1] ? stage_acc_1 : stage_acc_2;
  assign stage_acc_4 = lane_index[0] ? mac_3_acc : mac_2_acc;
  assign stage_acc_5 = lane_index[0] ? mac_1_acc : mac_0_acc;
  assign stage_acc_6 = lane_index[1] ? stage_acc_4 : stage_acc_5;
  assign stage_acc = lane_index[2] ? stage_acc_3 : stage_acc_6;
  assign o__payload_last = output_index == 4'h9;
  assign state_is_load_2 = state == 2'h0;
  assign state_is_out = state == 2'h3;
  assign state_is_load = state == 2'h0;
  assign index_plus_1 = { 1'h0, index } + 6'h01;
`ifdef MUTANT_SHORT
  assign index_is_31 = index == 5'h00;
`else
  assign index_is_31 = index == 5'h1f;
`endif
  assign condition_1 = i__payload[13] != index_is_31;
`ifdef MUTANT_SHORT
  assign index_is_31_2 = index == 5'h00;
`else
  assign index_is_31_2 = index == 5'h1f;
`endif
  assign state_is_mac = state == 2'h1;
  assign index_is_0 = index == 5'h00;
  assign index_plus_1_2 = { 1'h0, index } + 6'h01;
  assign address_plus_1 = { 1'h0, address } + 7'h01;
`ifdef MUTANT_SHORT
  assign index_is_31_3 = index == 5'h00;
`else
  assign index_is_31_3 = index == 5'h1f;
`endif
  assign state_is_drain = state == 2'h2;
  assign state_is_out_2 = state == 2'h3;
  assign lane_index_plus_1 = { 1'h0, lane_index } + 4'h1;
  assign output_index_plus_1 = { 1'h0, output_index } + 5'h01;
  assign lane_index_is_7 = lane_index == 3'h7;
  assign pass_index_plus_1 = { 1'h0, pass_index } + 2'h1;
  always @(posedge clk)
    enable <= enable_next;
  always @(posedge clk)
    first <= first_next;
  always @(posedge clk)
    index <= index_next;
  always @(posedge clk)
`ifdef MUTANT_ERROR
    frame_error <= 1'h0;
`else
    frame_error <= frame_error_next;
`endif
  always @(posedge clk)
    state <= state_next;
  always @(posedge clk)
    address <= address_next;
  always @(posedge clk)
    lane_index <= lane_index_next;
  always @(posedge clk)
    output_index <= output_index_next;
  always @(posedge clk)
    pass_index <= pass_index_next;
  assign pass_index_next_1 = state_is_out_2 ? pass_index_next_4 : pass_index;
  assign pass_index_next = rst ? 1'h0 : pass_index_next_1;
  assign output_index_next_1 = o__payload_last ? 4'h0 : output_index_plus_1[3:0];
  assign output_index_next_2 = o__ready ? output_index_next_1 : output_index;
  assign output_index_next_3 = state_is_out_2 ? output_index_next_2 : output_index;
  assign output_index_next = rst ? 4'h0 : output_index_next_3;
  assign lane_index_next_1 = lane_index_is_7 ? 3'h0 : lane_index_plus_1[2:0];
  assign lane_index_next_2 = o__payload_last ? 3'h0 : lane_index_next_1;
  assign lane_index_next_3 = o__ready ? lane_index_next_2 : lane_index;
  assign lane_index_next_4 = state_is_out_2 ? lane_index_next_3 : lane_index;
  assign lane_index_next = rst ? 3'h0 : lane_index_next_4;
  assign address_next_1 = state_is_mac ? address_plus_1[5:0] : address;
  assign address_next_2 = o__payload_last ? 6'h00 : address_next_1;
  assign address_next_3 = o__ready ? address_next_2 : address_next_1;
  assign address_next_4 = state_is_out_2 ? address_next_3 : address_next_1;
  assign address_next = rst ? 6'h00 : address_next_4;
  assign state_next_1 = index_is_31_2 ? 2'h1 : state;
  assign state_next_2 = i__valid ? state_next_1 : state;
  assign state_next_3 = state_is_load ? state_next_2 : state;
  assign state_next_4 = index_is_31_3 ? 2'h2 : state_next_3;
  assign pass_index_next_2 = lane_index_is_7 ? pass_index_plus_1[0] : pass_index;
  assign state_next_5 = state_is_mac ? state_next_4 : state_next_3;
  assign state_next_6 = state_is_drain ? 2'h3 : state_next_5;
  assign state_next_7 = lane_index_is_7 ? 2'h1 : state_next_6;
  assign state_next_8 = o__payload_last ? 2'h0 : state_next_7;
  assign state_next_9 = o__ready ? state_next_8 : state_next_6;
  assign state_next_10 = state_is_out_2 ? state_next_9 : state_next_6;
  assign state_next = rst ? 2'h0 : state_next_10;
  assign frame_error_next_1 = condition_1 ? 1'h1 : frame_error;
  assign frame_error_next_2 = i__valid ? frame_error_next_1 : frame_error;
  assign frame_error_next_3 = state_is_load ? frame_error_next_2 : frame_error;
  assign pass_index_next_3 = o__payload_last ? 1'h0 : pass_index_next_2;
  assign frame_error_next = rst ? 1'h0 : frame_error_next_3;
  assign index_next_1 = index_is_31_2 ? 5'h00 : index_plus_1[4:0];
  assign index_next_2 = i__valid ? index_next_1 : index;
  assign index_next_3 = state_is_load ? index_next_2 : index;
  assign index_next_4 = index_is_31_3 ? 5'h00 : index_plus_1_2[4:0];
  assign index_next_5 = state_is_mac ? index_next_4 : index_next_3;
  assign index_next = rst ? 5'h00 : index_next_5;
  assign first_next_1 = state_is_mac ? index_is_0 : 1'h0;
  assign first_next = rst ? 1'h0 : first_next_1;
  assign enable_next_1 = state_is_mac ? 1'h1 : 1'h0;
  assign pass_index_next_4 = o__ready ? pass_index_next_3 : pass_index;
  assign enable_next = rst ? 1'h0 : enable_next_1;
  assign o__valid = state_is_out ? 1'h1 : 1'h0;
  assign write_inputs_1 = i__valid ? 1'h1 : 1'h0;
  assign write_inputs = state_is_load_2 ? write_inputs_1 : 1'h0;
  assign i__ready = state_is_load_2 ? 1'h1 : 1'h0;
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
    .acc(stage_acc),
    .code(o__payload_data)
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
  assign o__payload = { o__payload_last, o__payload_data };
endmodule
