// SPDX-License-Identifier: Apache-2.0
// digits_layer1_control: every accepted vector is multiplied code by code, pass by pass, in order and once; results leave in order, stable under stall, with last on the last; frame_error tells a misplaced last
`default_nettype none
module digits_layer1_control_check(input wire clk);
  // Any codes, stalls on both sides, resets at any time. One input, no matter which, is watched.
  (* anyseq *) wire [12:0] in_code;
  (* anyseq *) wire in_last, in_valid, out_ready, rst;
  (* anyconst *) wire [4:0] watched;
  always @* assume (watched < 32);
  wire in_ready, out_valid, frame_error;
  wire [12:0] out_payload;
  // The design's own registers, and what is between it and the modules below.
  wire [4:0] dut_index;
  wire [25:0] stage_acc;
  (* anyseq *) wire [11:0] stage_code;
  wire [3:0] dut_output;
  wire [1:0] state;
  wire [0:0] dut_pass;
  wire [2:0] dut_lane;
  wire [12:0] word_0, word_1, word_2, word_3, word_4, word_5, word_6, word_7, word_8, word_9, word_10, word_11, word_12, word_13, word_14, word_15, word_16, word_17, word_18, word_19, word_20, word_21, word_22, word_23, word_24, word_25, word_26, word_27, word_28, word_29, word_30, word_31;
  // Lane 0: its weights give any words, its accumulator only moves where enabled or reset, to any value.
  wire [1:0] clks_0, rsts_0;
  wire [5:0] address_0;
  wire [0:0] pass_0;
  wire [12:0] x_0;
  wire first_0, enable_0;
  (* anyseq *) wire [10:0] weight_0;
  wire [10:0] mac_weight_0;
  (* anyseq *) wire [25:0] bias_0;
  wire [25:0] mac_bias_0;
  (* anyseq *) wire [25:0] next_0;
  reg [25:0] acc_0 = 0;
  reg [5:0] address_before_0 = 0;
  // Lane 1: its weights give any words, its accumulator only moves where enabled or reset, to any value.
  wire [1:0] clks_1, rsts_1;
  wire [5:0] address_1;
  wire [0:0] pass_1;
  wire [12:0] x_1;
  wire first_1, enable_1;
  (* anyseq *) wire [10:0] weight_1;
  wire [10:0] mac_weight_1;
  (* anyseq *) wire [25:0] bias_1;
  wire [25:0] mac_bias_1;
  (* anyseq *) wire [25:0] next_1;
  reg [25:0] acc_1 = 0;
  reg [5:0] address_before_1 = 0;
  // Lane 2: its weights give any words, its accumulator only moves where enabled or reset, to any value.
  wire [1:0] clks_2, rsts_2;
  wire [5:0] address_2;
  wire [0:0] pass_2;
  wire [12:0] x_2;
  wire first_2, enable_2;
  (* anyseq *) wire [10:0] weight_2;
  wire [10:0] mac_weight_2;
  (* anyseq *) wire [25:0] bias_2;
  wire [25:0] mac_bias_2;
  (* anyseq *) wire [25:0] next_2;
  reg [25:0] acc_2 = 0;
  reg [5:0] address_before_2 = 0;
  // Lane 3: its weights give any words, its accumulator only moves where enabled or reset, to any value.
  wire [1:0] clks_3, rsts_3;
  wire [5:0] address_3;
  wire [0:0] pass_3;
  wire [12:0] x_3;
  wire first_3, enable_3;
  (* anyseq *) wire [10:0] weight_3;
  wire [10:0] mac_weight_3;
  (* anyseq *) wire [25:0] bias_3;
  wire [25:0] mac_bias_3;
  (* anyseq *) wire [25:0] next_3;
  reg [25:0] acc_3 = 0;
  reg [5:0] address_before_3 = 0;
  // Lane 4: its weights give any words, its accumulator only moves where enabled or reset, to any value.
  wire [1:0] clks_4, rsts_4;
  wire [5:0] address_4;
  wire [0:0] pass_4;
  wire [12:0] x_4;
  wire first_4, enable_4;
  (* anyseq *) wire [10:0] weight_4;
  wire [10:0] mac_weight_4;
  (* anyseq *) wire [25:0] bias_4;
  wire [25:0] mac_bias_4;
  (* anyseq *) wire [25:0] next_4;
  reg [25:0] acc_4 = 0;
  reg [5:0] address_before_4 = 0;
  // Lane 5: its weights give any words, its accumulator only moves where enabled or reset, to any value.
  wire [1:0] clks_5, rsts_5;
  wire [5:0] address_5;
  wire [0:0] pass_5;
  wire [12:0] x_5;
  wire first_5, enable_5;
  (* anyseq *) wire [10:0] weight_5;
  wire [10:0] mac_weight_5;
  (* anyseq *) wire [25:0] bias_5;
  wire [25:0] mac_bias_5;
  (* anyseq *) wire [25:0] next_5;
  reg [25:0] acc_5 = 0;
  reg [5:0] address_before_5 = 0;
  // Lane 6: its weights give any words, its accumulator only moves where enabled or reset, to any value.
  wire [1:0] clks_6, rsts_6;
  wire [5:0] address_6;
  wire [0:0] pass_6;
  wire [12:0] x_6;
  wire first_6, enable_6;
  (* anyseq *) wire [10:0] weight_6;
  wire [10:0] mac_weight_6;
  (* anyseq *) wire [25:0] bias_6;
  wire [25:0] mac_bias_6;
  (* anyseq *) wire [25:0] next_6;
  reg [25:0] acc_6 = 0;
  reg [5:0] address_before_6 = 0;
  // Lane 7: its weights give any words, its accumulator only moves where enabled or reset, to any value.
  wire [1:0] clks_7, rsts_7;
  wire [5:0] address_7;
  wire [0:0] pass_7;
  wire [12:0] x_7;
  wire first_7, enable_7;
  (* anyseq *) wire [10:0] weight_7;
  wire [10:0] mac_weight_7;
  (* anyseq *) wire [25:0] bias_7;
  wire [25:0] mac_bias_7;
  (* anyseq *) wire [25:0] next_7;
  reg [25:0] acc_7 = 0;
  reg [5:0] address_before_7 = 0;
  digits_layer1 dut (.clk(clk), .rst(rst), .i__payload({in_last, in_code}), .i__valid(in_valid), .i__ready(in_ready),
    .o__payload(out_payload), .o__valid(out_valid), .o__ready(out_ready), .frame_error(frame_error),
    .\weights_0.clk (clks_0[0]), .\weights_0.rst (rsts_0[0]),
    .\mac_0.clk (clks_0[1]), .\mac_0.rst (rsts_0[1]),
    .\weights_0.address (address_0), .\weights_0.pass_index (pass_0),
    .\weights_0.weight (weight_0), .\mac_0.weight (mac_weight_0),
    .\weights_0.bias (bias_0), .\mac_0.bias (mac_bias_0),
    .\mac_0.x (x_0), .\mac_0.first (first_0), .\mac_0.enable (enable_0),
    .\mac_0.acc (acc_0),
    .\weights_1.clk (clks_1[0]), .\weights_1.rst (rsts_1[0]),
    .\mac_1.clk (clks_1[1]), .\mac_1.rst (rsts_1[1]),
    .\weights_1.address (address_1), .\weights_1.pass_index (pass_1),
    .\weights_1.weight (weight_1), .\mac_1.weight (mac_weight_1),
    .\weights_1.bias (bias_1), .\mac_1.bias (mac_bias_1),
    .\mac_1.x (x_1), .\mac_1.first (first_1), .\mac_1.enable (enable_1),
    .\mac_1.acc (acc_1),
    .\weights_2.clk (clks_2[0]), .\weights_2.rst (rsts_2[0]),
    .\mac_2.clk (clks_2[1]), .\mac_2.rst (rsts_2[1]),
    .\weights_2.address (address_2), .\weights_2.pass_index (pass_2),
    .\weights_2.weight (weight_2), .\mac_2.weight (mac_weight_2),
    .\weights_2.bias (bias_2), .\mac_2.bias (mac_bias_2),
    .\mac_2.x (x_2), .\mac_2.first (first_2), .\mac_2.enable (enable_2),
    .\mac_2.acc (acc_2),
    .\weights_3.clk (clks_3[0]), .\weights_3.rst (rsts_3[0]),
    .\mac_3.clk (clks_3[1]), .\mac_3.rst (rsts_3[1]),
    .\weights_3.address (address_3), .\weights_3.pass_index (pass_3),
    .\weights_3.weight (weight_3), .\mac_3.weight (mac_weight_3),
    .\weights_3.bias (bias_3), .\mac_3.bias (mac_bias_3),
    .\mac_3.x (x_3), .\mac_3.first (first_3), .\mac_3.enable (enable_3),
    .\mac_3.acc (acc_3),
    .\weights_4.clk (clks_4[0]), .\weights_4.rst (rsts_4[0]),
    .\mac_4.clk (clks_4[1]), .\mac_4.rst (rsts_4[1]),
    .\weights_4.address (address_4), .\weights_4.pass_index (pass_4),
    .\weights_4.weight (weight_4), .\mac_4.weight (mac_weight_4),
    .\weights_4.bias (bias_4), .\mac_4.bias (mac_bias_4),
    .\mac_4.x (x_4), .\mac_4.first (first_4), .\mac_4.enable (enable_4),
    .\mac_4.acc (acc_4),
    .\weights_5.clk (clks_5[0]), .\weights_5.rst (rsts_5[0]),
    .\mac_5.clk (clks_5[1]), .\mac_5.rst (rsts_5[1]),
    .\weights_5.address (address_5), .\weights_5.pass_index (pass_5),
    .\weights_5.weight (weight_5), .\mac_5.weight (mac_weight_5),
    .\weights_5.bias (bias_5), .\mac_5.bias (mac_bias_5),
    .\mac_5.x (x_5), .\mac_5.first (first_5), .\mac_5.enable (enable_5),
    .\mac_5.acc (acc_5),
    .\weights_6.clk (clks_6[0]), .\weights_6.rst (rsts_6[0]),
    .\mac_6.clk (clks_6[1]), .\mac_6.rst (rsts_6[1]),
    .\weights_6.address (address_6), .\weights_6.pass_index (pass_6),
    .\weights_6.weight (weight_6), .\mac_6.weight (mac_weight_6),
    .\weights_6.bias (bias_6), .\mac_6.bias (mac_bias_6),
    .\mac_6.x (x_6), .\mac_6.first (first_6), .\mac_6.enable (enable_6),
    .\mac_6.acc (acc_6),
    .\weights_7.clk (clks_7[0]), .\weights_7.rst (rsts_7[0]),
    .\mac_7.clk (clks_7[1]), .\mac_7.rst (rsts_7[1]),
    .\weights_7.address (address_7), .\weights_7.pass_index (pass_7),
    .\weights_7.weight (weight_7), .\mac_7.weight (mac_weight_7),
    .\weights_7.bias (bias_7), .\mac_7.bias (mac_bias_7),
    .\mac_7.x (x_7), .\mac_7.first (first_7), .\mac_7.enable (enable_7),
    .\mac_7.acc (acc_7),
    .state(state), .pass_index(dut_pass), .lane_index(dut_lane),
    .\inputs[0] (word_0),
    .\inputs[1] (word_1),
    .\inputs[2] (word_2),
    .\inputs[3] (word_3),
    .\inputs[4] (word_4),
    .\inputs[5] (word_5),
    .\inputs[6] (word_6),
    .\inputs[7] (word_7),
    .\inputs[8] (word_8),
    .\inputs[9] (word_9),
    .\inputs[10] (word_10),
    .\inputs[11] (word_11),
    .\inputs[12] (word_12),
    .\inputs[13] (word_13),
    .\inputs[14] (word_14),
    .\inputs[15] (word_15),
    .\inputs[16] (word_16),
    .\inputs[17] (word_17),
    .\inputs[18] (word_18),
    .\inputs[19] (word_19),
    .\inputs[20] (word_20),
    .\inputs[21] (word_21),
    .\inputs[22] (word_22),
    .\inputs[23] (word_23),
    .\inputs[24] (word_24),
    .\inputs[25] (word_25),
    .\inputs[26] (word_26),
    .\inputs[27] (word_27),
    .\inputs[28] (word_28),
    .\inputs[29] (word_29),
    .\inputs[30] (word_30),
    .\inputs[31] (word_31),
    .\stage.acc (stage_acc), .\stage.code (stage_code), .output_index(dut_output),
    .index(dut_index));

  // What should be happening.
  // 0 loading, 1 first address, 2 product `index` of `pass`, 3 waiting for it (never), 4 result of `lane`.
  reg [2:0] step = 0;
  reg [1:0] pass = 0;
  reg [3:0] lane = 0;
  reg [5:0] index = 0;
  reg misplaced = 0;
  wire last_input = index == 31;
  reg [12:0] watched_code = 0;
  wire more = step == 2 && !last_input;
  wire last_lane = lane == (pass == 1 ? 1 : 7);
  wire accepted = in_valid && (step == 0);
  always @(posedge clk) begin
    address_before_0 <= address_0;
    if (enable_0 || rst) acc_0 <= next_0;
    address_before_1 <= address_1;
    if (enable_1 || rst) acc_1 <= next_1;
    address_before_2 <= address_2;
    if (enable_2 || rst) acc_2 <= next_2;
    address_before_3 <= address_3;
    if (enable_3 || rst) acc_3 <= next_3;
    address_before_4 <= address_4;
    if (enable_4 || rst) acc_4 <= next_4;
    address_before_5 <= address_5;
    if (enable_5 || rst) acc_5 <= next_5;
    address_before_6 <= address_6;
    if (enable_6 || rst) acc_6 <= next_6;
    address_before_7 <= address_7;
    if (enable_7 || rst) acc_7 <= next_7;
    if (accepted && in_last != last_input) misplaced <= 1;
    if (accepted) begin
      if (index == watched) watched_code <= in_code;
      index <= last_input ? 0 : index + 1;
      if (last_input) step <= 1;
    end
    case (step)
      1: step <= 2;
      2: begin
        index <= last_input ? 0 : index + 1;
        if (last_input) step <= 4;
      end
      3: step <= 4;
      4: if (out_ready) begin
        lane <= last_lane ? 0 : lane + 1;
        if (last_lane) begin
          pass <= pass == 1 ? 0 : pass + 1;
          step <= pass == 1 ? 0 : 1;
        end
      end
    endcase
    if (rst) begin
      step <= 0;
      pass <= 0;
      lane <= 0;
      index <= 0;
      misplaced <= 0;
    end
  end

  always @* begin
    ready_while_loading: assert (in_ready == (step == 0));
    valid_with_results: assert (out_valid == (step == 4));
    error_is_reported: assert (frame_error == misplaced);
    if (step == 4) begin
      code_from_stage: assert (out_payload[11:0] == stage_code);
      last_on_last: assert (out_payload[12] == (pass == 1 && lane == 1));
      if (lane == 0) result_0_leaves: assert (stage_acc == acc_0);
      if (lane == 1) result_1_leaves: assert (stage_acc == acc_1);
      if (lane == 2) result_2_leaves: assert (stage_acc == acc_2);
      if (lane == 3) result_3_leaves: assert (stage_acc == acc_3);
      if (lane == 4) result_4_leaves: assert (stage_acc == acc_4);
      if (lane == 5) result_5_leaves: assert (stage_acc == acc_5);
      if (lane == 6) result_6_leaves: assert (stage_acc == acc_6);
      if (lane == 7) result_7_leaves: assert (stage_acc == acc_7);
    end
    state_follows: assert (state == (step == 1 || more ? 1 : step == 2 ? 2 : step == 4 ? 3 : 0));
    index_follows: assert (dut_index == (step == 0 ? index : more ? index + 1 : 0));
    pass_follows: assert (dut_pass == pass);
    lane_follows: assert (dut_lane == lane && dut_output == pass * 8 + lane);
    if (step == 0) address_starts: assert (address_0 == 0);
    if (step >= 3 || (step == 2 && !more))
      address_waits: assert (address_0 == (pass == 1 ? 0 : (pass + 1) * 32));
    in_range: assert (step <= 4 && step != 3 && index < 32 && pass < 2 && lane < 8);
    if (step != 4) lane_starts: assert (lane == 0);
    if (step == 0) pass_starts: assert (pass == 0);
    if (step == 1 || step >= 3) index_starts: assert (index == 0);
    if (pass == 1) lane_exists: assert (lane < 2);
    if (watched == 0 && (step != 0 || index > 0)) word_0_kept: assert (word_0 == watched_code);
    if (watched == 1 && (step != 0 || index > 1)) word_1_kept: assert (word_1 == watched_code);
    if (watched == 2 && (step != 0 || index > 2)) word_2_kept: assert (word_2 == watched_code);
    if (watched == 3 && (step != 0 || index > 3)) word_3_kept: assert (word_3 == watched_code);
    if (watched == 4 && (step != 0 || index > 4)) word_4_kept: assert (word_4 == watched_code);
    if (watched == 5 && (step != 0 || index > 5)) word_5_kept: assert (word_5 == watched_code);
    if (watched == 6 && (step != 0 || index > 6)) word_6_kept: assert (word_6 == watched_code);
    if (watched == 7 && (step != 0 || index > 7)) word_7_kept: assert (word_7 == watched_code);
    if (watched == 8 && (step != 0 || index > 8)) word_8_kept: assert (word_8 == watched_code);
    if (watched == 9 && (step != 0 || index > 9)) word_9_kept: assert (word_9 == watched_code);
    if (watched == 10 && (step != 0 || index > 10)) word_10_kept: assert (word_10 == watched_code);
    if (watched == 11 && (step != 0 || index > 11)) word_11_kept: assert (word_11 == watched_code);
    if (watched == 12 && (step != 0 || index > 12)) word_12_kept: assert (word_12 == watched_code);
    if (watched == 13 && (step != 0 || index > 13)) word_13_kept: assert (word_13 == watched_code);
    if (watched == 14 && (step != 0 || index > 14)) word_14_kept: assert (word_14 == watched_code);
    if (watched == 15 && (step != 0 || index > 15)) word_15_kept: assert (word_15 == watched_code);
    if (watched == 16 && (step != 0 || index > 16)) word_16_kept: assert (word_16 == watched_code);
    if (watched == 17 && (step != 0 || index > 17)) word_17_kept: assert (word_17 == watched_code);
    if (watched == 18 && (step != 0 || index > 18)) word_18_kept: assert (word_18 == watched_code);
    if (watched == 19 && (step != 0 || index > 19)) word_19_kept: assert (word_19 == watched_code);
    if (watched == 20 && (step != 0 || index > 20)) word_20_kept: assert (word_20 == watched_code);
    if (watched == 21 && (step != 0 || index > 21)) word_21_kept: assert (word_21 == watched_code);
    if (watched == 22 && (step != 0 || index > 22)) word_22_kept: assert (word_22 == watched_code);
    if (watched == 23 && (step != 0 || index > 23)) word_23_kept: assert (word_23 == watched_code);
    if (watched == 24 && (step != 0 || index > 24)) word_24_kept: assert (word_24 == watched_code);
    if (watched == 25 && (step != 0 || index > 25)) word_25_kept: assert (word_25 == watched_code);
    if (watched == 26 && (step != 0 || index > 26)) word_26_kept: assert (word_26 == watched_code);
    if (watched == 27 && (step != 0 || index > 27)) word_27_kept: assert (word_27 == watched_code);
    if (watched == 28 && (step != 0 || index > 28)) word_28_kept: assert (word_28 == watched_code);
    if (watched == 29 && (step != 0 || index > 29)) word_29_kept: assert (word_29 == watched_code);
    if (watched == 30 && (step != 0 || index > 30)) word_30_kept: assert (word_30 == watched_code);
    if (watched == 31 && (step != 0 || index > 31)) word_31_kept: assert (word_31 == watched_code);
    reset_0: assert (clks_0 == {2{clk}} && rsts_0 == {2{rst}});
    wiring_0: assert (mac_weight_0 == weight_0 && mac_bias_0 == bias_0);
    enable_0_in_time: assert (enable_0 == (step == 2));
    if (step == 2) begin
      address_0_in_order: assert (address_before_0 == pass * 32 + index);
      pass_0_in_order: assert (pass_0 == pass);
      first_0_in_order: assert (first_0 == (index == 0));
      if (index == watched) code_0_is_the_accepted: assert (x_0 == watched_code);
    end
    if (step == 1 || more)
      address_0_ahead: assert (address_0 == pass * 32 + (step == 1 ? 0 : index + 1));
    reset_1: assert (clks_1 == {2{clk}} && rsts_1 == {2{rst}});
    wiring_1: assert (mac_weight_1 == weight_1 && mac_bias_1 == bias_1);
    enable_1_in_time: assert (enable_1 == (step == 2));
    if (step == 2) begin
      address_1_in_order: assert (address_before_1 == pass * 32 + index);
      pass_1_in_order: assert (pass_1 == pass);
      first_1_in_order: assert (first_1 == (index == 0));
      if (index == watched) code_1_is_the_accepted: assert (x_1 == watched_code);
    end
    if (step == 1 || more)
      address_1_ahead: assert (address_1 == pass * 32 + (step == 1 ? 0 : index + 1));
    reset_2: assert (clks_2 == {2{clk}} && rsts_2 == {2{rst}});
    wiring_2: assert (mac_weight_2 == weight_2 && mac_bias_2 == bias_2);
    enable_2_in_time: assert (enable_2 == (step == 2));
    if (step == 2) begin
      address_2_in_order: assert (address_before_2 == pass * 32 + index);
      pass_2_in_order: assert (pass_2 == pass);
      first_2_in_order: assert (first_2 == (index == 0));
      if (index == watched) code_2_is_the_accepted: assert (x_2 == watched_code);
    end
    if (step == 1 || more)
      address_2_ahead: assert (address_2 == pass * 32 + (step == 1 ? 0 : index + 1));
    reset_3: assert (clks_3 == {2{clk}} && rsts_3 == {2{rst}});
    wiring_3: assert (mac_weight_3 == weight_3 && mac_bias_3 == bias_3);
    enable_3_in_time: assert (enable_3 == (step == 2));
    if (step == 2) begin
      address_3_in_order: assert (address_before_3 == pass * 32 + index);
      pass_3_in_order: assert (pass_3 == pass);
      first_3_in_order: assert (first_3 == (index == 0));
      if (index == watched) code_3_is_the_accepted: assert (x_3 == watched_code);
    end
    if (step == 1 || more)
      address_3_ahead: assert (address_3 == pass * 32 + (step == 1 ? 0 : index + 1));
    reset_4: assert (clks_4 == {2{clk}} && rsts_4 == {2{rst}});
    wiring_4: assert (mac_weight_4 == weight_4 && mac_bias_4 == bias_4);
    enable_4_in_time: assert (enable_4 == (step == 2));
    if (step == 2) begin
      address_4_in_order: assert (address_before_4 == pass * 32 + index);
      pass_4_in_order: assert (pass_4 == pass);
      first_4_in_order: assert (first_4 == (index == 0));
      if (index == watched) code_4_is_the_accepted: assert (x_4 == watched_code);
    end
    if (step == 1 || more)
      address_4_ahead: assert (address_4 == pass * 32 + (step == 1 ? 0 : index + 1));
    reset_5: assert (clks_5 == {2{clk}} && rsts_5 == {2{rst}});
    wiring_5: assert (mac_weight_5 == weight_5 && mac_bias_5 == bias_5);
    enable_5_in_time: assert (enable_5 == (step == 2));
    if (step == 2) begin
      address_5_in_order: assert (address_before_5 == pass * 32 + index);
      pass_5_in_order: assert (pass_5 == pass);
      first_5_in_order: assert (first_5 == (index == 0));
      if (index == watched) code_5_is_the_accepted: assert (x_5 == watched_code);
    end
    if (step == 1 || more)
      address_5_ahead: assert (address_5 == pass * 32 + (step == 1 ? 0 : index + 1));
    reset_6: assert (clks_6 == {2{clk}} && rsts_6 == {2{rst}});
    wiring_6: assert (mac_weight_6 == weight_6 && mac_bias_6 == bias_6);
    enable_6_in_time: assert (enable_6 == (step == 2));
    if (step == 2) begin
      address_6_in_order: assert (address_before_6 == pass * 32 + index);
      pass_6_in_order: assert (pass_6 == pass);
      first_6_in_order: assert (first_6 == (index == 0));
      if (index == watched) code_6_is_the_accepted: assert (x_6 == watched_code);
    end
    if (step == 1 || more)
      address_6_ahead: assert (address_6 == pass * 32 + (step == 1 ? 0 : index + 1));
    reset_7: assert (clks_7 == {2{clk}} && rsts_7 == {2{rst}});
    wiring_7: assert (mac_weight_7 == weight_7 && mac_bias_7 == bias_7);
    enable_7_in_time: assert (enable_7 == (step == 2));
    if (step == 2) begin
      address_7_in_order: assert (address_before_7 == pass * 32 + index);
      pass_7_in_order: assert (pass_7 == pass);
      first_7_in_order: assert (first_7 == (index == 0));
      if (index == watched) code_7_is_the_accepted: assert (x_7 == watched_code);
    end
    if (step == 1 || more)
      address_7_ahead: assert (address_7 == pass * 32 + (step == 1 ? 0 : index + 1));
  end

  // Nothing that leaves changes under stall.
  reg stalled = 0;
  reg [25:0] acc_before;
  reg last_before;
  always @(posedge clk) begin
    stalled <= out_valid && !out_ready && !rst;
    acc_before <= stage_acc;
    last_before <= out_payload[12];
  end
  always @* if (stalled)
    stable_under_stall: assert (out_valid && stage_acc == acc_before && out_payload[12] == last_before);
  always @* a_code: cover (accepted && index == 2);
endmodule
