// SPDX-License-Identifier: Apache-2.0
// digits_layer1_error: output 6 at the codes of its greatest error, within an upper end that is 1 lower
`default_nettype none
module digits_layer1_error_check(input wire clk);
  function signed [13:0] code(input [4:0] index);
    case (index)
      5'd0: code = 14'sd0;
      5'd1: code = 14'sd0;
      5'd2: code = 14'sd0;
      5'd3: code = 14'sd3379;
      5'd4: code = 14'sd0;
      5'd5: code = 14'sd2142;
      5'd6: code = 14'sd0;
      5'd7: code = 14'sd2497;
      5'd8: code = 14'sd0;
      5'd9: code = 14'sd2556;
      5'd10: code = 14'sd0;
      5'd11: code = 14'sd0;
      5'd12: code = 14'sd4140;
      5'd13: code = 14'sd3653;
      5'd14: code = 14'sd0;
      5'd15: code = 14'sd0;
      5'd16: code = 14'sd2853;
      5'd17: code = 14'sd3334;
      5'd18: code = 14'sd0;
      5'd19: code = 14'sd0;
      5'd20: code = 14'sd0;
      5'd21: code = 14'sd468;
      5'd22: code = 14'sd0;
      5'd23: code = 14'sd0;
      5'd24: code = 14'sd0;
      5'd25: code = 14'sd3024;
      5'd26: code = 14'sd65;
      5'd27: code = 14'sd0;
      5'd28: code = 14'sd0;
      5'd29: code = 14'sd0;
      5'd30: code = 14'sd1784;
      5'd31: code = 14'sd0;
      default: code = 0;
    endcase
  endfunction
  function signed [19:0] exact_weight(input [4:0] index);
    case (index)
      5'd0: exact_weight = 20'sd6706;
      5'd1: exact_weight = 20'sd317526;
      5'd2: exact_weight = 20'sd13302;
      5'd3: exact_weight = 20'sd40466;
      5'd4: exact_weight = 20'sd4185;
      5'd5: exact_weight = 20'sd13256;
      5'd6: exact_weight = 20'sd15;
      5'd7: exact_weight = 20'sd31801;
      5'd8: exact_weight = -20'sd44084;
      5'd9: exact_weight = 20'sd207390;
      5'd10: exact_weight = -20'sd14714;
      5'd11: exact_weight = -20'sd47958;
      5'd12: exact_weight = 20'sd51063;
      5'd13: exact_weight = -20'sd65770;
      5'd14: exact_weight = -20'sd53;
      5'd15: exact_weight = -20'sd212197;
      5'd16: exact_weight = -20'sd157088;
      5'd17: exact_weight = 20'sd44222;
      5'd18: exact_weight = 20'sd153;
      5'd19: exact_weight = -20'sd89146;
      5'd20: exact_weight = -20'sd44886;
      5'd21: exact_weight = -20'sd6786;
      5'd22: exact_weight = 20'sd119992;
      5'd23: exact_weight = -20'sd71779;
      5'd24: exact_weight = 20'sd75997;
      5'd25: exact_weight = -20'sd6336;
      5'd26: exact_weight = -20'sd260;
      5'd27: exact_weight = 20'sd69666;
      5'd28: exact_weight = 20'sd18891;
      5'd29: exact_weight = -20'sd50;
      5'd30: exact_weight = -20'sd100719;
      5'd31: exact_weight = -20'sd89308;
      default: exact_weight = 0;
    endcase
  endfunction
  reg [4:0] index = 0, before = 0;
  reg running = 0, ran = 0, done = 0;
  wire last = before == 31;
  wire signed [13:0] x = code(before);
  wire signed [11:0] weight;
  wire signed [26:0] bias, acc;
  digits_layer1_weights_6 rom (.clk(clk), .rst(1'b0), .address(6'd0 + index),
    .pass_index(1'd0), .weight(weight), .bias(bias));
  digits_layer1_mac dut (.clk(clk), .rst(1'b0), .x(x[12:0]), .weight(weight), .bias(bias),
    .first(before == 0), .enable(running), .acc(acc));
  reg signed [41:0] exact = 0;
  wire signed [41:0] product = x * exact_weight(before), acc_wide = acc;
  always @(posedge clk) begin
    running <= !ran || (running && !last);
    ran <= 1;
    index <= index + 1;
    before <= index;
    done <= running && last;
    if (running) exact <= (before == 0 ? -42'sd62235516 : exact) + product;
  end
  wire signed [41:0] error = (acc_wide <<< 8) - exact;
  always @* if (done) error_within_plan: assert (error >= -42'sd43180623 && error <= 42'sd49605490);
  always @* ended: cover (done);
endmodule
