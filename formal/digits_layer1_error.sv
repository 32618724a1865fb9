// SPDX-License-Identifier: Apache-2.0
// digits_layer1_error: after the last product of an output, its accumulator differs from the exact sum of codes times weights, and bias, by an error inside the planned interval of that output
`default_nettype none
module digits_layer1_error_check(input wire clk);
  function signed [37:0] planned_low(input [3:0] index);
    reg signed [37:0] v;
    begin
      case (index)
        0: v = -23082104; 1: v = -5142521; 2: v = -7169287; 3: v = -11401078; 4: v = -14409717; 5: v = -6914701;
        6: v = -21591696; 7: v = -14578839; 8: v = -5238566; 9: v = -5541145;
        default: v = 0;
      endcase
      planned_low = v;
    end
  endfunction
  function signed [37:0] planned_high(input [3:0] index);
    reg signed [37:0] v;
    begin
      case (index)
        0: v = 14163886; 1: v = 6407530; 2: v = 6347282; 3: v = 14080959; 4: v = 7971230; 5: v = 5423921;
        6: v = 24799383; 7: v = 20280584; 8: v = 4853597; 9: v = 4608805;
        default: v = 0;
      endcase
      planned_high = v;
    end
  endfunction
  (* anyseq *) wire go;
  (* anyseq *) wire [3:0] next_output;
  (* anyseq *) wire [12:0] x;
  (* anyseq *) wire signed [10:0] weight;
  (* anyseq *) wire signed [25:0] bias;
  (* anyseq *) wire signed [7:0] bias_error;
  // What the product is off by, and the ends of its interval.
  (* anyseq *) wire signed [24:0] off, least, most;
  wire signed [25:0] acc;
  reg [4:0] index = 0;
  reg [3:0] held = 0;
  reg started = 0;
  wire first = index == 0, last = index == 31;
  wire [3:0] of = first ? next_output : held;
  digits_layer1_mac dut (.clk(clk), .rst(1'b0), .x(x), .weight(weight), .bias(bias), .first(first), .enable(go), .acc(acc));

  // The exact sum is (on_grid << 8) - rest.
  wire signed [13:0] x_signed = {1'b0, x};
  reg signed [27:0] on_grid = 0;
  reg signed [37:0] rest = 0, sum_low = 0, sum_high = 0;
  wire signed [27:0] next_grid = (first ? bias : on_grid) + x_signed * weight;
  wire signed [37:0] next_low = (first ? bias_error : sum_low) + least;
  wire signed [37:0] next_high = (first ? bias_error : sum_high) + most;
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
    in_width: assume (next_grid >= -28'sd31331530 && next_grid <= 28'sd26606438);
    sums_fit: assume (next_low >= -38'sd23082104 && next_high <= 38'sd24799383);
    if (last) sums: assume (next_low >= planned_low(of) && next_high <= planned_high(of));
  end

  wire signed [37:0] acc_wide = acc, grid_wide = on_grid;
  wire signed [37:0] exact = (grid_wide <<< 8) - rest;
  wire signed [37:0] error = (acc_wide <<< 8) - exact;
  always @* if (started) begin
    on_the_grid: assert (acc_wide == grid_wide);
    below_the_grid: assert (rest >= sum_low && rest <= sum_high);
    error_so_far: assert (error >= sum_low && error <= sum_high);
    in_order: assert (index < 32 && held < 10 && done == (index == 0));
    sums_in_span: assert (sum_low >= -38'sd23082104 && sum_high <= 38'sd24799383);
    if (done) sums_as_planned: assert (sum_low >= planned_low(held) && sum_high <= planned_high(held));
    if (done) error_within_plan: assert (error >= planned_low(held) && error <= planned_high(held));
  end
  always @* if (!started) starts: assert (index == 0);
  always @* at_its_greatest: cover (started && error == sum_high && error > 0);
endmodule
