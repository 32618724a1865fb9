// SPDX-License-Identifier: Apache-2.0
// digits_layer0_error: after the last product of an output, its accumulator differs from the exact sum of codes times weights, and bias, by an error inside the planned interval of that output
`default_nettype none
module digits_layer0_error_check(input wire clk);
  function signed [29:0] planned_low(input [4:0] index);
    case (index)
      5'd0: planned_low = -30'sd545698;
      5'd1: planned_low = -30'sd96298;
      5'd2: planned_low = -30'sd95489;
      5'd3: planned_low = -30'sd158424;
      5'd4: planned_low = -30'sd257966;
      5'd5: planned_low = -30'sd124132;
      5'd6: planned_low = -30'sd15801;
      5'd7: planned_low = -30'sd127684;
      5'd8: planned_low = -30'sd161654;
      5'd9: planned_low = -30'sd89977;
      5'd10: planned_low = -30'sd171418;
      5'd11: planned_low = -30'sd215029;
      5'd12: planned_low = -30'sd119294;
      5'd13: planned_low = -30'sd136486;
      5'd14: planned_low = -30'sd15335;
      5'd15: planned_low = -30'sd164202;
      5'd16: planned_low = -30'sd191497;
      5'd17: planned_low = -30'sd144949;
      5'd18: planned_low = -30'sd18578;
      5'd19: planned_low = -30'sd57341;
      5'd20: planned_low = -30'sd82726;
      5'd21: planned_low = -30'sd638379;
      5'd22: planned_low = -30'sd142818;
      5'd23: planned_low = -30'sd127211;
      5'd24: planned_low = -30'sd77614;
      5'd25: planned_low = -30'sd116451;
      5'd26: planned_low = -30'sd525240;
      5'd27: planned_low = -30'sd135984;
      5'd28: planned_low = -30'sd993314;
      5'd29: planned_low = -30'sd15651;
      5'd30: planned_low = -30'sd187294;
      5'd31: planned_low = -30'sd98042;
      default: planned_low = 0;
    endcase
  endfunction
  function signed [29:0] planned_high(input [4:0] index);
    case (index)
      5'd0: planned_high = 30'sd589550;
      5'd1: planned_high = 30'sd65766;
      5'd2: planned_high = 30'sd159231;
      5'd3: planned_high = 30'sd88424;
      5'd4: planned_high = 30'sd226370;
      5'd5: planned_high = 30'sd99788;
      5'd6: planned_high = 30'sd21159;
      5'd7: planned_high = 30'sd82588;
      5'd8: planned_high = 30'sd154538;
      5'd9: planned_high = 30'sd115783;
      5'd10: planned_high = 30'sd193382;
      5'd11: planned_high = 30'sd104779;
      5'd12: planned_high = 30'sd64530;
      5'd13: planned_high = 30'sd190154;
      5'd14: planned_high = 30'sd19209;
      5'd15: planned_high = 30'sd94342;
      5'd16: planned_high = 30'sd141495;
      5'd17: planned_high = 30'sd157803;
      5'd18: planned_high = 30'sd14926;
      5'd19: planned_high = 30'sd75315;
      5'd20: planned_high = 30'sd157082;
      5'd21: planned_high = 30'sd305781;
      5'd22: planned_high = 30'sd112462;
      5'd23: planned_high = 30'sd156373;
      5'd24: planned_high = 30'sd95426;
      5'd25: planned_high = 30'sd151597;
      5'd26: planned_high = 30'sd485512;
      5'd27: planned_high = 30'sd62976;
      5'd28: planned_high = 30'sd1247022;
      5'd29: planned_high = 30'sd17341;
      5'd30: planned_high = 30'sd210242;
      5'd31: planned_high = 30'sd126694;
      default: planned_high = 0;
    endcase
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
