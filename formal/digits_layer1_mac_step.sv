// SPDX-License-Identifier: Apache-2.0
// digits_layer1_mac_step: the accumulator takes (first ? bias : itself) + x * weight exactly, with no overflow inside the planned range, and 0 at reset
`default_nettype none

module digits_layer1_mac_step_check(input wire clk);
  (* anyseq *) wire [12:0] x;
  (* anyseq *) wire signed [10:0] weight;
  (* anyseq *) wire signed [25:0] bias;
  (* anyseq *) wire first, enable, rst;
  wire signed [25:0] acc;
  wire signed [13:0] x_signed = {1'b0, x};
  wire signed [27:0] sum = (first ? bias : acc) + x_signed * weight;
  reg signed [27:0] expected = 0;
  reg known = 0;
  digits_layer1_mac dut (.clk(clk), .rst(rst), .x(x), .weight(weight), .bias(bias), .first(first),
    .enable(enable), .acc(acc));
  always @(posedge clk) begin
    known <= rst || (enable ? sum >= -28'sd31331530 && sum <= 28'sd26606438 : known);
    if (rst) expected <= 0;
    else if (enable) expected <= sum;
  end
  always @* if (known) sum_is_exact: assert (acc == expected);
  always @* greatest: cover (known && expected == 28'sd26606438);
  always @* least: cover (known && expected == -28'sd31331530);
endmodule
