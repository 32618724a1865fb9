// SPDX-License-Identifier: Apache-2.0
// digits_layer1_error: after the last product of an output, its accumulator differs from the exact sum of codes times weights, and bias, by an error inside the planned interval of that output
`default_nettype none
module digits_layer1_error_check(input wire clk);
  function signed [38:0] planned_low(input [3:0] index);
    reg signed [38:0] v;
    begin
      case (index)
        0: v = -46159907; 1: v = -9305795; 2: v = -14324821; 3: v = -22801939; 4: v = -28817018; 5: v = -13822748;
        6: v = -43180623; 7: v = -29166019; 8: v = -10480302; 9: v = -11066399;
        default: v = 0;
      endcase
      planned_low = v;
    end
  endfunction
  function signed [38:0] planned_high(input [3:0] index);
    reg signed [38:0] v;
    begin
      case (index)
        0: v = 28346546; 1: v = 12825576; 2: v = 14313341; 3: v = 28159074; 4: v = 15949560; 5: v = 10837724;
        6: v = 49605491; 7: v = 40561746; 8: v = 9707783; 9: v = 9226555;
        default: v = 0;
      endcase
      planned_high = v;
    end
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
