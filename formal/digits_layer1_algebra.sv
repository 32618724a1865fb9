// SPDX-License-Identifier: Apache-2.0
// digits_layer1_algebra: what a product with a rounded weight is off by is the code times the weight's rounding error
`default_nettype none
module digits_layer1_algebra_check(input wire clk);
  (* anyseq *) wire [48:0] x, weight, error, low, high;
`ifdef MUTANT_SIGN
  wire [48:0] exact = weight + error, below = high - x, above = x - low, negative = -error;
`else
  wire [48:0] exact = weight - error, below = high - x, above = x - low, negative = -error;
`endif
  always @* begin
    off_by_the_error: assert (x * weight - x * exact == x * error);
    from_the_high_end: assert (error * high - error * x == error * below);
    from_the_low_end: assert (error * x - error * low == error * above);
    signs_commute: assert (negative * below == -(error * below) && negative * above == -(error * above));
    one: cover (error == 1 && x == high && high != low);
  end
endmodule
