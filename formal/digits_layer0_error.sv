// SPDX-License-Identifier: Apache-2.0
// digits_layer0_error: after the last product of an output, its accumulator differs from the exact sum of codes times weights, and bias, by an error inside the planned interval of that output
`default_nettype none
module digits_layer0_error_check(input wire clk);
  function signed [29:0] planned_low(input [4:0] index);
    reg signed [29:0] v;
    begin
      case (index)
        0: v = -545698; 1: v = -96298; 2: v = -95489; 3: v = -156024; 4: v = -257966; 5: v = -124132;
        6: v = -15801; 7: v = -127684; 8: v = -161654; 9: v = -89977; 10: v = -171418; 11: v = -221893;
        12: v = -119294; 13: v = -138822; 14: v = -15335; 15: v = -172394; 16: v = -191497; 17: v = -152549;
        18: v = -18578; 19: v = -57341; 20: v = -87206; 21: v = -638379; 22: v = -142818; 23: v = -127211;
        24: v = -77614; 25: v = -116451; 26: v = -525240; 27: v = -135984; 28: v = -993314; 29: v = -15651;
        30: v = -187294; 31: v = -92266;
        default: v = 0;
      endcase
      planned_low = v;
    end
  endfunction
  function signed [29:0] planned_high(input [4:0] index);
    reg signed [29:0] v;
    begin
      case (index)
        0: v = 589550; 1: v = 65766; 2: v = 159231; 3: v = 94216; 4: v = 226370; 5: v = 99788;
        6: v = 21159; 7: v = 82588; 8: v = 154538; 9: v = 115783; 10: v = 193382; 11: v = 111643;
        12: v = 64530; 13: v = 176106; 14: v = 19209; 15: v = 94342; 16: v = 141495; 17: v = 157211;
        18: v = 14926; 19: v = 79411; 20: v = 153370; 21: v = 305781; 22: v = 112462; 23: v = 156373;
        24: v = 95426; 25: v = 151597; 26: v = 485512; 27: v = 58880; 28: v = 1247022; 29: v = 17341;
        30: v = 210242; 31: v = 129110;
        default: v = 0;
      endcase
      planned_high = v;
    end
  endfunction
  (* anyseq *) wire go;
  (* anyseq *) wire [4:0] next_output;
  (* anyseq *) wire [4:0] x;
  (* anyseq *) wire signed [10:0] weight;
  (* anyseq *) wire signed [17:0] bias;
  (* anyseq *) wire signed [7:0] bias_error;
  // What the product is off by, and the ends of its interval.
  (* anyseq *) wire signed [17:0] off, least, most;
  wire signed [17:0] acc;
  reg [5:0] index = 0;
  reg [4:0] held = 0;
  reg started = 0;
  wire first = index == 0, last = index == 63;
  wire [4:0] of = first ? next_output : held;
  digits_layer0_mac dut (.clk(clk), .rst(1'b0), .x(x), .weight(weight), .bias(bias), .first(first), .enable(go), .acc(acc));

  // The exact sum is (on_grid << 8) - rest.
  wire signed [5:0] x_signed = {1'b0, x};
  reg signed [19:0] on_grid = 0;
  reg signed [29:0] rest = 0, sum_low = 0, sum_high = 0;
  wire signed [19:0] next_grid = (first ? bias : on_grid) + x_signed * weight;
  wire signed [29:0] next_low = (first ? bias_error : sum_low) + least;
  wire signed [29:0] next_high = (first ? bias_error : sum_high) + most;
  reg done = 0;
  always @(posedge clk) if (go) begin
    index <= last ? 0 : index + 1;
    held <= of;
    started <= 1;
    done <= last;
    on_grid <= next_grid;
    rest <= (first ? bias_error : rest) + off;
    sum_low <= next_low;
    sum_high <= next_high;
  end
  always @* begin
    output_exists: assume (of < 32);
    increment: assume (least <= off && off <= most);
    in_width: assume (next_grid >= -20'sd91626 && next_grid <= 20'sd112173);
    sums_fit: assume (next_low >= -30'sd993314 && next_high <= 30'sd1247022);
    if (last) sums: assume (next_low >= planned_low(of) && next_high <= planned_high(of));
  end

  wire signed [29:0] acc_wide = acc, grid_wide = on_grid;
  wire signed [29:0] exact = (grid_wide <<< 8) - rest;
  wire signed [29:0] error = (acc_wide <<< 8) - exact;
  always @* if (started) begin
    on_the_grid: assert (acc_wide == grid_wide);
    below_the_grid: assert (rest >= sum_low && rest <= sum_high);
    error_so_far: assert (error >= sum_low && error <= sum_high);
    in_order: assert (index < 64 && held < 32 && done == (index == 0));
    sums_in_span: assert (sum_low >= -30'sd993314 && sum_high <= 30'sd1247022);
    if (done) sums_as_planned: assert (sum_low >= planned_low(held) && sum_high <= planned_high(held));
    if (done) error_within_plan: assert (error >= planned_low(held) && error <= planned_high(held));
  end
  always @* if (!started) starts: assert (index == 0);
  always @* at_its_greatest: cover (started && error == sum_high && error > 0);
endmodule
