// SPDX-License-Identifier: Apache-2.0
// digits_layer1_increment: for codes in range, what a product is off by lies between what it is off by at the ends of the range
`default_nettype none
module digits_layer1_increment_check(input wire clk);
  (* anyseq *) wire signed [13:0] x, low, high;
  (* anyseq *) wire [13:0] magnitude;
  (* anyseq *) wire negative;
  wire signed [14:0] below = high - x, above = x - low;
  wire [27:0] to_high = below[13:0] * magnitude, to_low = above[13:0] * magnitude;
  // Error times high, low and x. Their differences are products with the error too, of which the sign is known.
  (* anyseq *) wire signed [30:0] at_high, at_low, off;
  wire signed [30:0] rise = {3'd0, to_high};
  wire signed [30:0] fall = {3'd0, to_low};
  always @* begin
    in_range: assume (low <= x && x <= high);
    fits: assume (at_high < 31'sd268435456 && at_high > -31'sd268435456 && at_low < 31'sd268435456 && at_low > -31'sd268435456);
    high_end: assume (at_high - off == (negative ? -rise : rise));
    low_end: assume (off - at_low == (negative ? -fall : fall));
    if (negative) falling: assert (at_high <= off && off <= at_low);
`ifdef MUTANT_TIGHT
    else rising: assert (at_low < off && off <= at_high);
`else
    else rising: assert (at_low <= off && off <= at_high);
`endif
    apart: cover (at_low < off && off < at_high);
  end
endmodule
