// SPDX-License-Identifier: Apache-2.0
// digits_layer1_error: after the last product of an output, its accumulator differs from the exact sum of codes times weights, and bias, by an error inside the planned interval of that output
`default_nettype none
module digits_layer1_error_check(input wire clk);
  function signed [38:0] planned_low(input [3:0] index);
    case (index)
      4'd0: planned_low = -39'sd46159907;
      4'd1: planned_low = -39'sd9305795;
      4'd2: planned_low = -39'sd14324821;
      4'd3: planned_low = -39'sd22801939;
      4'd4: planned_low = -39'sd28817018;
      4'd5: planned_low = -39'sd13822748;
      4'd6: planned_low = -39'sd43180623;
      4'd7: planned_low = -39'sd29166019;
      4'd8: planned_low = -39'sd10480302;
      4'd9: planned_low = -39'sd11066399;
      default: planned_low = 0;
    endcase
  endfunction
  function signed [38:0] planned_high(input [3:0] index);
    case (index)
      4'd0: planned_high = 39'sd28346546;
      4'd1: planned_high = 39'sd12825576;
      4'd2: planned_high = 39'sd14313341;
      4'd3: planned_high = 39'sd28159074;
      4'd4: planned_high = 39'sd15949560;
      4'd5: planned_high = 39'sd10837724;
      4'd6: planned_high = 39'sd49605491;
      4'd7: planned_high = 39'sd40561746;
      4'd8: planned_high = 39'sd9707783;
      4'd9: planned_high = 39'sd9226555;
      default: planned_high = 0;
    endcase
  endfunction
  (* anyseq *) wire go;
  (* anyseq *) wire [3:0] next_output;
  (* anyseq *) wire [12:0] x;
  (* anyseq *) wire signed [11:0] weight;
  (* anyseq *) wire signed [26:0] bias;
  (* anyseq *) wire signed [7:0] bias_error;
  // What the product is off by, and the ends of its interval.
  (* anyseq *) wire signed [25:0] off, least, most;
  wire signed [26:0] acc;
  reg [4:0] index = 0;
  reg [3:0] held = 0;
  reg started = 0;
  wire first = index == 0, last = index == 31;
  wire [3:0] of = first ? next_output : held;
  digits_layer1_mac dut (.clk(clk), .rst(1'b0), .x(x), .weight(weight), .bias(bias), .first(first), .enable(go), .acc(acc));

  // The exact sum is (on_grid << 8) - rest.
  wire signed [13:0] x_signed = {1'b0, x};
  reg signed [28:0] on_grid = 0;
  reg signed [38:0] rest = 0, sum_low = 0, sum_high = 0;
  wire signed [28:0] next_grid = (first ? bias : on_grid) + x_signed * weight;
  wire signed [38:0] next_low = (first ? bias_error : sum_low) + least;
  wire signed [38:0] next_high = (first ? bias_error : sum_high) + most;
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
    output_exists: assume (of < 10);
    increment: assume (least <= off && off <= most);
    in_width: assume (next_grid >= -29'sd62663060 && next_grid <= 29'sd53212877);
    sums_fit: assume (next_low >= -39'sd46159907 && next_high <= 39'sd49605491);
    if (last) sums: assume (next_low >= planned_low(of) && next_high <= planned_high(of));
  end

  wire signed [38:0] acc_wide = acc, grid_wide = on_grid;
  wire signed [38:0] exact = (grid_wide <<< 8) - rest;
  wire signed [38:0] error = (acc_wide <<< 8) - exact;
  always @* if (started) begin
    on_the_grid: assert (acc_wide == grid_wide);
    below_the_grid: assert (rest >= sum_low && rest <= sum_high);
    error_so_far: assert (error >= sum_low && error <= sum_high);
    in_order: assert (index < 32 && held < 10 && done == (index == 0));
    sums_in_span: assert (sum_low >= -39'sd46159907 && sum_high <= 39'sd49605491);
    if (done) sums_as_planned: assert (sum_low >= planned_low(held) && sum_high <= planned_high(held));
    if (done) error_within_plan: assert (error >= planned_low(held) && error <= planned_high(held));
  end
  always @* if (!started) starts: assert (index == 0);
  always @* at_its_greatest: cover (started && error == sum_high && error > 0);
endmodule
