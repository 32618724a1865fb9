// SPDX-License-Identifier: Apache-2.0
// digits_layer1_error_sums_1: what the synapses of an output are off by at least and at most adds up, input by input from the bias' rounding on, to the planned interval, for outputs 8 to 9
`default_nettype none

module digits_layer1_error_sums_1_check(input wire clk);
  reg [4:0] index = 0;
  wire last = index == 31;
  always @(posedge clk) index <= last ? 0 : index + 1;
  function signed [21:0] step_low_8(input [4:0] index);
    reg signed [21:0] v;
    begin
      case (index)
        1: v = -1235904; 3: v = -800823; 4: v = -217707; 5: v = -689724; 7: v = -382041; 8: v = -808346;
        12: v = -505080; 13: v = -405483; 19: v = -159936; 20: v = -837888; 21: v = -34164; 22: v = -1072476;
        26: v = -393445; 27: v = -877710; 28: v = -2059495;
        default: v = 0;
      endcase
      step_low_8 = v;
    end
  endfunction
  function signed [24:0] planned_low_8(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = -80; 1: v = -80; 2: v = -1235984; 3: v = -1235984; 4: v = -2036807;
        5: v = -2254514; 6: v = -2944238; 7: v = -2944238; 8: v = -3326279; 9: v = -4134625;
        10: v = -4134625; 11: v = -4134625; 12: v = -4134625; 13: v = -4639705; 14: v = -5045188;
        15: v = -5045188; 16: v = -5045188; 17: v = -5045188; 18: v = -5045188; 19: v = -5045188;
        20: v = -5205124; 21: v = -6043012; 22: v = -6077176; 23: v = -7149652; 24: v = -7149652;
        25: v = -7149652; 26: v = -7149652; 27: v = -7543097; 28: v = -8420807; 29: v = -10480302;
        30: v = -10480302; 31: v = -10480302;
        default: v = 0;
      endcase
      planned_low_8 = v;
    end
  endfunction
`ifdef MUTANT_SUM
  reg signed [24:0] sum_low_8 = -25'sd81;
`else
  reg signed [24:0] sum_low_8 = -25'sd80;
`endif
  wire signed [25:0] next_low_8 = sum_low_8 + step_low_8(index);
  always @(posedge clk) sum_low_8 <= last ? -25'sd80 : next_low_8;
  always @* low_8_so_far: assert (sum_low_8 == planned_low_8(index));
  always @* if (last) low_8_is_planned: assert (next_low_8 == -26'sd10480302);
  function signed [21:0] step_high_8(input [4:0] index);
    reg signed [21:0] v;
    begin
      case (index)
        0: v = 386570; 2: v = 1084566; 9: v = 1428804; 10: v = 528155; 11: v = 200186; 15: v = 1475472;
        16: v = 282447; 17: v = 860172; 23: v = 502440; 24: v = 313975; 25: v = 1524096; 30: v = 940168;
        31: v = 180812;
        default: v = 0;
      endcase
      step_high_8 = v;
    end
  endfunction
  function signed [24:0] planned_high_8(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = -80; 1: v = 386490; 2: v = 386490; 3: v = 1471056; 4: v = 1471056; 5: v = 1471056;
        6: v = 1471056; 7: v = 1471056; 8: v = 1471056; 9: v = 1471056; 10: v = 2899860; 11: v = 3428015;
        12: v = 3628201; 13: v = 3628201; 14: v = 3628201; 15: v = 3628201; 16: v = 5103673; 17: v = 5386120;
        18: v = 6246292; 19: v = 6246292; 20: v = 6246292; 21: v = 6246292; 22: v = 6246292; 23: v = 6246292;
        24: v = 6748732; 25: v = 7062707; 26: v = 8586803; 27: v = 8586803; 28: v = 8586803; 29: v = 8586803;
        30: v = 8586803; 31: v = 9526971;
        default: v = 0;
      endcase
      planned_high_8 = v;
    end
  endfunction
  reg signed [24:0] sum_high_8 = -25'sd80;
  wire signed [25:0] next_high_8 = sum_high_8 + step_high_8(index);
  always @(posedge clk) sum_high_8 <= last ? -25'sd80 : next_high_8;
  always @* high_8_so_far: assert (sum_high_8 == planned_high_8(index));
  always @* if (last) high_8_is_planned: assert (next_high_8 == 26'sd9707783);
  function signed [22:0] step_low_9(input [4:0] index);
    reg signed [22:0] v;
    begin
      case (index)
        0: v = -590605; 3: v = -30411; 7: v = -3498297; 8: v = -739123; 9: v = -564876; 11: v = -514402;
        12: v = -885960; 20: v = -520407; 24: v = -984890; 26: v = -234065; 27: v = -382062; 28: v = -391955;
        30: v = -1288048; 31: v = -441394;
        default: v = 0;
      endcase
      step_low_9 = v;
    end
  endfunction
  function signed [24:0] planned_low_9(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 96; 1: v = -590509; 2: v = -590509; 3: v = -590509; 4: v = -620920;
        5: v = -620920; 6: v = -620920; 7: v = -620920; 8: v = -4119217; 9: v = -4858340;
        10: v = -5423216; 11: v = -5423216; 12: v = -5937618; 13: v = -6823578; 14: v = -6823578;
        15: v = -6823578; 16: v = -6823578; 17: v = -6823578; 18: v = -6823578; 19: v = -6823578;
        20: v = -6823578; 21: v = -7343985; 22: v = -7343985; 23: v = -7343985; 24: v = -7343985;
        25: v = -8328875; 26: v = -8328875; 27: v = -8562940; 28: v = -8945002; 29: v = -9336957;
        30: v = -9336957; 31: v = -10625005;
        default: v = 0;
      endcase
      planned_low_9 = v;
    end
  endfunction
  reg signed [24:0] sum_low_9 = 25'sd96;
  wire signed [25:0] next_low_9 = sum_low_9 + step_low_9(index);
  always @(posedge clk) sum_low_9 <= last ? 25'sd96 : next_low_9;
  always @* low_9_so_far: assert (sum_low_9 == planned_low_9(index));
  always @* if (last) low_9_is_planned: assert (next_low_9 == -26'sd11066399);
  function signed [21:0] step_high_9(input [4:0] index);
    reg signed [21:0] v;
    begin
      case (index)
        1: v = 346656; 2: v = 60078; 4: v = 176400; 5: v = 1233792; 10: v = 567224; 13: v = 7306;
        15: v = 1212888; 16: v = 1092699; 17: v = 406748; 19: v = 337008; 21: v = 266292; 22: v = 1691360;
        23: v = 1202040; 25: v = 625968;
        default: v = 0;
      endcase
      step_high_9 = v;
    end
  endfunction
  function signed [24:0] planned_high_9(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 96; 1: v = 96; 2: v = 346752; 3: v = 406830; 4: v = 406830; 5: v = 583230;
        6: v = 1817022; 7: v = 1817022; 8: v = 1817022; 9: v = 1817022; 10: v = 1817022; 11: v = 2384246;
        12: v = 2384246; 13: v = 2384246; 14: v = 2391552; 15: v = 2391552; 16: v = 3604440; 17: v = 4697139;
        18: v = 5103887; 19: v = 5103887; 20: v = 5440895; 21: v = 5440895; 22: v = 5707187; 23: v = 7398547;
        24: v = 8600587; 25: v = 8600587; 26: v = 9226555; 27: v = 9226555; 28: v = 9226555; 29: v = 9226555;
        30: v = 9226555; 31: v = 9226555;
        default: v = 0;
      endcase
      planned_high_9 = v;
    end
  endfunction
  reg signed [24:0] sum_high_9 = 25'sd96;
  wire signed [25:0] next_high_9 = sum_high_9 + step_high_9(index);
  always @(posedge clk) sum_high_9 <= last ? 25'sd96 : next_high_9;
  always @* high_9_so_far: assert (sum_high_9 == planned_high_9(index));
  always @* if (last) high_9_is_planned: assert (next_high_9 == 26'sd9226555);
  always @* another: cover (index == 1);
endmodule
