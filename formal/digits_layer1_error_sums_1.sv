// SPDX-License-Identifier: Apache-2.0
// digits_layer1_error_sums_1: what the synapses of an output are off by at least and at most adds up, input by input from the bias' rounding on, to the planned interval, for outputs 8 to 9
`default_nettype none

module digits_layer1_error_sums_1_check(input wire clk);
  reg [4:0] index = 0;
  wire last = index == 31;
  always @(posedge clk) index <= last ? 0 : index + 1;
  function signed [20:0] step_low_8(input [4:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        1: v = -617952; 3: v = -402339; 4: v = -108878; 5: v = -344862; 7: v = -189772; 8: v = -404173;
        12: v = -252540; 13: v = -204344; 19: v = -79996; 20: v = -419200; 21: v = -16848; 22: v = -534316;
        26: v = -196690; 27: v = -437007; 28: v = -1029609;
        default: v = 0;
      endcase
      step_low_8 = v;
    end
  endfunction
  function signed [23:0] planned_low_8(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = -40; 1: v = -40; 2: v = -617992; 3: v = -617992; 4: v = -1020331; 5: v = -1129209;
        6: v = -1474071; 7: v = -1474071; 8: v = -1663843; 9: v = -2068016; 10: v = -2068016; 11: v = -2068016;
        12: v = -2068016; 13: v = -2320556; 14: v = -2524900; 15: v = -2524900; 16: v = -2524900; 17: v = -2524900;
        18: v = -2524900; 19: v = -2524900; 20: v = -2604896; 21: v = -3024096; 22: v = -3040944; 23: v = -3575260;
        24: v = -3575260; 25: v = -3575260; 26: v = -3575260; 27: v = -3771950; 28: v = -4208957; 29: v = -5238566;
        30: v = -5238566; 31: v = -5238566;
        default: v = 0;
      endcase
      planned_low_8 = v;
    end
  endfunction
`ifdef MUTANT_SUM
  reg signed [23:0] sum_low_8 = -24'sd41;
`else
  reg signed [23:0] sum_low_8 = -24'sd40;
`endif
  wire signed [24:0] next_low_8 = sum_low_8 + step_low_8(index);
  always @(posedge clk) sum_low_8 <= last ? -24'sd40 : next_low_8;
  always @* low_8_so_far: assert (sum_low_8 == planned_low_8(index));
  always @* if (last) low_8_is_planned: assert (next_low_8 == -25'sd5238566);
  function signed [20:0] step_high_8(input [4:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = 193285; 2: v = 543864; 9: v = 713124; 10: v = 264801; 11: v = 98904; 15: v = 737736;
        16: v = 139797; 17: v = 429828; 23: v = 250160; 24: v = 158640; 25: v = 762048; 30: v = 470976;
        31: v = 90474;
        default: v = 0;
      endcase
      step_high_8 = v;
    end
  endfunction
  function signed [23:0] planned_high_8(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = -40; 1: v = 193245; 2: v = 193245; 3: v = 737109; 4: v = 737109; 5: v = 737109;
        6: v = 737109; 7: v = 737109; 8: v = 737109; 9: v = 737109; 10: v = 1450233; 11: v = 1715034;
        12: v = 1813938; 13: v = 1813938; 14: v = 1813938; 15: v = 1813938; 16: v = 2551674; 17: v = 2691471;
        18: v = 3121299; 19: v = 3121299; 20: v = 3121299; 21: v = 3121299; 22: v = 3121299; 23: v = 3121299;
        24: v = 3371459; 25: v = 3530099; 26: v = 4292147; 27: v = 4292147; 28: v = 4292147; 29: v = 4292147;
        30: v = 4292147; 31: v = 4763123;
        default: v = 0;
      endcase
      planned_high_8 = v;
    end
  endfunction
  reg signed [23:0] sum_high_8 = -24'sd40;
  wire signed [24:0] next_high_8 = sum_high_8 + step_high_8(index);
  always @(posedge clk) sum_high_8 <= last ? -24'sd40 : next_high_8;
  always @* high_8_so_far: assert (sum_high_8 == planned_high_8(index));
  always @* if (last) high_8_is_planned: assert (next_high_8 == 25'sd4853597);
  function signed [21:0] step_low_9(input [4:0] index);
    reg signed [21:0] v;
    begin
      case (index)
        0: v = -295410; 3: v = -16905; 7: v = -1747900; 8: v = -370678; 9: v = -283716; 11: v = -258672;
        12: v = -442980; 20: v = -262000; 24: v = -492445; 26: v = -117065; 27: v = -192696; 28: v = -195839;
        30: v = -644024; 31: v = -220863;
        default: v = 0;
      endcase
      step_low_9 = v;
    end
  endfunction
  function signed [23:0] planned_low_9(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = 48; 1: v = -295362; 2: v = -295362; 3: v = -295362; 4: v = -312267; 5: v = -312267;
        6: v = -312267; 7: v = -312267; 8: v = -2060167; 9: v = -2430845; 10: v = -2714561; 11: v = -2714561;
        12: v = -2973233; 13: v = -3416213; 14: v = -3416213; 15: v = -3416213; 16: v = -3416213; 17: v = -3416213;
        18: v = -3416213; 19: v = -3416213; 20: v = -3416213; 21: v = -3678213; 22: v = -3678213; 23: v = -3678213;
        24: v = -3678213; 25: v = -4170658; 26: v = -4170658; 27: v = -4287723; 28: v = -4480419; 29: v = -4676258;
        30: v = -4676258; 31: v = -5320282;
        default: v = 0;
      endcase
      planned_low_9 = v;
    end
  endfunction
  reg signed [23:0] sum_low_9 = 24'sd48;
  wire signed [24:0] next_low_9 = sum_low_9 + step_low_9(index);
  always @(posedge clk) sum_low_9 <= last ? 24'sd48 : next_low_9;
  always @* low_9_so_far: assert (sum_low_9 == planned_low_9(index));
  always @* if (last) low_9_is_planned: assert (next_low_9 == -25'sd5541145);
  function signed [20:0] step_high_9(input [4:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        1: v = 173328; 2: v = 28458; 4: v = 88200; 5: v = 616896; 10: v = 283612; 13: v = 3649;
        15: v = 604360; 16: v = 544923; 17: v = 203252; 19: v = 168563; 21: v = 133380; 22: v = 845680;
        23: v = 599960; 25: v = 314496;
        default: v = 0;
      endcase
      step_high_9 = v;
    end
  endfunction
  function signed [23:0] planned_high_9(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = 48; 1: v = 48; 2: v = 173376; 3: v = 201834; 4: v = 201834; 5: v = 290034;
        6: v = 906930; 7: v = 906930; 8: v = 906930; 9: v = 906930; 10: v = 906930; 11: v = 1190542;
        12: v = 1190542; 13: v = 1190542; 14: v = 1194191; 15: v = 1194191; 16: v = 1798551; 17: v = 2343474;
        18: v = 2546726; 19: v = 2546726; 20: v = 2715289; 21: v = 2715289; 22: v = 2848669; 23: v = 3694349;
        24: v = 4294309; 25: v = 4294309; 26: v = 4608805; 27: v = 4608805; 28: v = 4608805; 29: v = 4608805;
        30: v = 4608805; 31: v = 4608805;
        default: v = 0;
      endcase
      planned_high_9 = v;
    end
  endfunction
  reg signed [23:0] sum_high_9 = 24'sd48;
  wire signed [24:0] next_high_9 = sum_high_9 + step_high_9(index);
  always @(posedge clk) sum_high_9 <= last ? 24'sd48 : next_high_9;
  always @* high_9_so_far: assert (sum_high_9 == planned_high_9(index));
  always @* if (last) high_9_is_planned: assert (next_high_9 == 25'sd4608805);
  always @* another: cover (index == 1);
endmodule
