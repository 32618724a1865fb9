// SPDX-License-Identifier: Apache-2.0
// digits_layer1_error_sums_0: what the synapses of an output are off by at least and at most adds up, input by input from the bias' rounding on, to the planned interval, for outputs 0 to 7
`default_nettype none

module digits_layer1_error_sums_0_check(input wire clk);
  reg [4:0] index = 0;
  wire last = index == 31;
  always @(posedge clk) index <= last ? 0 : index + 1;
  function signed [23:0] step_low_0(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = -294550; 1: v = -3933792; 2: v = -4445772; 5: v = -1655766; 7: v = -1982618; 8: v = -694463;
        9: v = -641556; 12: v = -1150920; 16: v = -1760301; 17: v = -376516; 19: v = -1437071; 22: v = -3647956;
        23: v = -979440; 26: v = -81510;
        default: v = 0;
      endcase
      step_low_0 = v;
    end
  endfunction
  function signed [25:0] planned_low_0(input [4:0] index);
    reg signed [25:0] v;
    begin
      case (index)
        0: v = 127; 1: v = -294423; 2: v = -4228215; 3: v = -8673987; 4: v = -8673987;
        5: v = -8673987; 6: v = -10329753; 7: v = -10329753; 8: v = -12312371; 9: v = -13006834;
        10: v = -13648390; 11: v = -13648390; 12: v = -13648390; 13: v = -14799310; 14: v = -14799310;
        15: v = -14799310; 16: v = -14799310; 17: v = -16559611; 18: v = -16936127; 19: v = -16936127;
        20: v = -18373198; 21: v = -18373198; 22: v = -18373198; 23: v = -22021154; 24: v = -23000594;
        25: v = -23000594; 26: v = -23000594; 27: v = -23082104; 28: v = -23082104; 29: v = -23082104;
        30: v = -23082104; 31: v = -23082104;
        default: v = 0;
      endcase
      planned_low_0 = v;
    end
  endfunction
`ifdef MUTANT_SUM
  reg signed [25:0] sum_low_0 = 26'sd126;
`else
  reg signed [25:0] sum_low_0 = 26'sd127;
`endif
  wire signed [26:0] next_low_0 = sum_low_0 + step_low_0(index);
  always @(posedge clk) sum_low_0 <= last ? 26'sd127 : next_low_0;
  always @* low_0_so_far: assert (sum_low_0 == planned_low_0(index));
  always @* if (last) low_0_is_planned: assert (next_low_0 == -27'sd23082104);
  function signed [22:0] step_high_0(input [4:0] index);
    reg signed [22:0] v;
    begin
      case (index)
        3: v = 2052267; 4: v = 93296; 10: v = 1776916; 11: v = 162304; 13: v = 3488444; 15: v = 1817248;
        20: v = 180125; 21: v = 1042236; 24: v = 280925; 25: v = 199584; 27: v = 891219; 28: v = 1776401;
        30: v = 333608; 31: v = 69186;
        default: v = 0;
      endcase
      step_high_0 = v;
    end
  endfunction
  function signed [24:0] planned_high_0(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 127; 1: v = 127; 2: v = 127; 3: v = 127; 4: v = 2052394; 5: v = 2145690;
        6: v = 2145690; 7: v = 2145690; 8: v = 2145690; 9: v = 2145690; 10: v = 2145690; 11: v = 3922606;
        12: v = 4084910; 13: v = 4084910; 14: v = 7573354; 15: v = 7573354; 16: v = 9390602; 17: v = 9390602;
        18: v = 9390602; 19: v = 9390602; 20: v = 9390602; 21: v = 9570727; 22: v = 10612963; 23: v = 10612963;
        24: v = 10612963; 25: v = 10893888; 26: v = 11093472; 27: v = 11093472; 28: v = 11984691; 29: v = 13761092;
        30: v = 13761092; 31: v = 14094700;
        default: v = 0;
      endcase
      planned_high_0 = v;
    end
  endfunction
  reg signed [24:0] sum_high_0 = 25'sd127;
  wire signed [25:0] next_high_0 = sum_high_0 + step_high_0(index);
  always @(posedge clk) sum_high_0 <= last ? 25'sd127 : next_high_0;
  always @* high_0_so_far: assert (sum_high_0 == planned_high_0(index));
  always @* if (last) high_0_is_planned: assert (next_high_0 == 26'sd14163886);
  function signed [20:0] step_low_1(input [4:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        1: v = -938232; 2: v = -480624; 4: v = -33712; 5: v = -379134; 10: v = -691666; 11: v = -32968;
        17: v = -206584; 19: v = -8571; 20: v = -589500; 22: v = -580444; 23: v = -273480; 25: v = -568512;
        28: v = -358992;
        default: v = 0;
      endcase
      step_low_1 = v;
    end
  endfunction
  function signed [23:0] planned_low_1(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = -102; 1: v = -102; 2: v = -938334; 3: v = -1418958; 4: v = -1418958; 5: v = -1452670;
        6: v = -1831804; 7: v = -1831804; 8: v = -1831804; 9: v = -1831804; 10: v = -1831804; 11: v = -2523470;
        12: v = -2556438; 13: v = -2556438; 14: v = -2556438; 15: v = -2556438; 16: v = -2556438; 17: v = -2556438;
        18: v = -2763022; 19: v = -2763022; 20: v = -2771593; 21: v = -3361093; 22: v = -3361093; 23: v = -3941537;
        24: v = -4215017; 25: v = -4215017; 26: v = -4783529; 27: v = -4783529; 28: v = -4783529; 29: v = -5142521;
        30: v = -5142521; 31: v = -5142521;
        default: v = 0;
      endcase
      planned_low_1 = v;
    end
  endfunction
  reg signed [23:0] sum_low_1 = -24'sd102;
  wire signed [24:0] next_low_1 = sum_low_1 + step_low_1(index);
  always @(posedge clk) sum_low_1 <= last ? -24'sd102 : next_low_1;
  always @* low_1_so_far: assert (sum_low_1 == planned_low_1(index));
  always @* if (last) low_1_is_planned: assert (next_low_1 == -25'sd5142521);
  function signed [21:0] step_high_1(input [4:0] index);
    reg signed [21:0] v;
    begin
      case (index)
        0: v = 651450; 3: v = 338100; 7: v = 439472; 8: v = 665434; 9: v = 125244; 12: v = 124200;
        13: v = 540052; 15: v = 516832; 16: v = 804546; 21: v = 24804; 24: v = 165250; 26: v = 158405;
        27: v = 1135530; 30: v = 130232; 31: v = 588081;
        default: v = 0;
      endcase
      step_high_1 = v;
    end
  endfunction
  function signed [23:0] planned_high_1(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = -102; 1: v = 651348; 2: v = 651348; 3: v = 651348; 4: v = 989448; 5: v = 989448;
        6: v = 989448; 7: v = 989448; 8: v = 1428920; 9: v = 2094354; 10: v = 2219598; 11: v = 2219598;
        12: v = 2219598; 13: v = 2343798; 14: v = 2883850; 15: v = 2883850; 16: v = 3400682; 17: v = 4205228;
        18: v = 4205228; 19: v = 4205228; 20: v = 4205228; 21: v = 4205228; 22: v = 4230032; 23: v = 4230032;
        24: v = 4230032; 25: v = 4395282; 26: v = 4395282; 27: v = 4553687; 28: v = 5689217; 29: v = 5689217;
        30: v = 5689217; 31: v = 5819449;
        default: v = 0;
      endcase
      planned_high_1 = v;
    end
  endfunction
  reg signed [23:0] sum_high_1 = -24'sd102;
  wire signed [24:0] next_high_1 = sum_high_1 + step_high_1(index);
  always @(posedge clk) sum_high_1 <= last ? -24'sd102 : next_high_1;
  always @* high_1_so_far: assert (sum_high_1 == planned_high_1(index));
  always @* if (last) high_1_is_planned: assert (next_high_1 == 25'sd6407530);
  function signed [22:0] step_low_2(input [4:0] index);
    reg signed [22:0] v;
    begin
      case (index)
        3: v = -277242; 4: v = -98980; 5: v = -376992; 7: v = -14982; 8: v = -506891; 11: v = -5072;
        13: v = -167854; 15: v = -320936; 16: v = -236799; 20: v = -2603625; 21: v = -273312; 22: v = -345960;
        23: v = -330720; 24: v = -19830; 25: v = -792288; 28: v = -393340; 31: v = -404472;
        default: v = 0;
      endcase
      step_low_2 = v;
    end
  endfunction
  function signed [23:0] planned_low_2(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = 8; 1: v = 8; 2: v = 8; 3: v = 8; 4: v = -277234; 5: v = -376214;
        6: v = -753206; 7: v = -753206; 8: v = -768188; 9: v = -1275079; 10: v = -1275079; 11: v = -1275079;
        12: v = -1280151; 13: v = -1280151; 14: v = -1448005; 15: v = -1448005; 16: v = -1768941; 17: v = -2005740;
        18: v = -2005740; 19: v = -2005740; 20: v = -2005740; 21: v = -4609365; 22: v = -4882677; 23: v = -5228637;
        24: v = -5559357; 25: v = -5579187; 26: v = -6371475; 27: v = -6371475; 28: v = -6371475; 29: v = -6764815;
        30: v = -6764815; 31: v = -6764815;
        default: v = 0;
      endcase
      planned_low_2 = v;
    end
  endfunction
  reg signed [23:0] sum_low_2 = 24'sd8;
  wire signed [24:0] next_low_2 = sum_low_2 + step_low_2(index);
  always @(posedge clk) sum_low_2 <= last ? 24'sd8 : next_low_2;
  always @* low_2_so_far: assert (sum_low_2 == planned_low_2(index));
  always @* if (last) low_2_is_planned: assert (next_low_2 == -25'sd7169287);
  function signed [21:0] step_high_2(input [4:0] index);
    reg signed [21:0] v;
    begin
      case (index)
        0: v = 361845; 1: v = 945768; 2: v = 72726; 9: v = 621108; 10: v = 224285; 12: v = 1473840;
        17: v = 333200; 19: v = 448549; 26: v = 53755; 27: v = 1314462; 30: v = 497736;
        default: v = 0;
      endcase
      step_high_2 = v;
    end
  endfunction
  function signed [23:0] planned_high_2(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = 8; 1: v = 361853; 2: v = 1307621; 3: v = 1380347; 4: v = 1380347; 5: v = 1380347;
        6: v = 1380347; 7: v = 1380347; 8: v = 1380347; 9: v = 1380347; 10: v = 2001455; 11: v = 2225740;
        12: v = 2225740; 13: v = 3699580; 14: v = 3699580; 15: v = 3699580; 16: v = 3699580; 17: v = 3699580;
        18: v = 4032780; 19: v = 4032780; 20: v = 4481329; 21: v = 4481329; 22: v = 4481329; 23: v = 4481329;
        24: v = 4481329; 25: v = 4481329; 26: v = 4481329; 27: v = 4535084; 28: v = 5849546; 29: v = 5849546;
        30: v = 5849546; 31: v = 6347282;
        default: v = 0;
      endcase
      planned_high_2 = v;
    end
  endfunction
  reg signed [23:0] sum_high_2 = 24'sd8;
  wire signed [24:0] next_high_2 = sum_high_2 + step_high_2(index);
  always @(posedge clk) sum_high_2 <= last ? 24'sd8 : next_high_2;
  always @* high_2_so_far: assert (sum_high_2 == planned_high_2(index));
  always @* if (last) high_2_is_planned: assert (next_high_2 == 25'sd6347282);
  function signed [22:0] step_low_3(input [4:0] index);
    reg signed [22:0] v;
    begin
      case (index)
        0: v = -227470; 2: v = -240312; 3: v = -1142778; 4: v = -76293; 5: v = -914634; 7: v = -1518176;
        17: v = -546448; 20: v = -1057825; 23: v = -493960; 24: v = -889045; 25: v = -2830464; 26: v = -127855;
        31: v = -1335822;
        default: v = 0;
      endcase
      step_low_3 = v;
    end
  endfunction
  function signed [24:0] planned_low_3(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 4; 1: v = -227466; 2: v = -227466; 3: v = -467778; 4: v = -1610556;
        5: v = -1686849; 6: v = -2601483; 7: v = -2601483; 8: v = -4119659; 9: v = -4119659;
        10: v = -4119659; 11: v = -4119659; 12: v = -4119659; 13: v = -4119659; 14: v = -4119659;
        15: v = -4119659; 16: v = -4119659; 17: v = -4119659; 18: v = -4666107; 19: v = -4666107;
        20: v = -4666107; 21: v = -5723932; 22: v = -5723932; 23: v = -5723932; 24: v = -6217892;
        25: v = -7106937; 26: v = -9937401; 27: v = -10065256; 28: v = -10065256; 29: v = -10065256;
        30: v = -10065256; 31: v = -10065256;
        default: v = 0;
      endcase
      planned_low_3 = v;
    end
  endfunction
  reg signed [24:0] sum_low_3 = 25'sd4;
  wire signed [25:0] next_low_3 = sum_low_3 + step_low_3(index);
  always @(posedge clk) sum_low_3 <= last ? 25'sd4 : next_low_3;
  always @* low_3_so_far: assert (sum_low_3 == planned_low_3(index));
  always @* if (last) low_3_is_planned: assert (next_low_3 == -26'sd11401078);
  function signed [22:0] step_high_3(input [4:0] index);
    reg signed [22:0] v;
    begin
      case (index)
        1: v = 1608936; 8: v = 960190; 9: v = 679896; 10: v = 928974; 11: v = 3464176; 12: v = 1544220;
        13: v = 569244; 15: v = 441808; 16: v = 716103; 19: v = 97138; 21: v = 256932; 22: v = 53816;
        27: v = 750138; 28: v = 1952296; 30: v = 57088;
        default: v = 0;
      endcase
      step_high_3 = v;
    end
  endfunction
  function signed [24:0] planned_high_3(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 4; 1: v = 4; 2: v = 1608940; 3: v = 1608940; 4: v = 1608940; 5: v = 1608940;
        6: v = 1608940; 7: v = 1608940; 8: v = 1608940; 9: v = 2569130; 10: v = 3249026; 11: v = 4178000;
        12: v = 7642176; 13: v = 9186396; 14: v = 9755640; 15: v = 9755640; 16: v = 10197448; 17: v = 10913551;
        18: v = 10913551; 19: v = 10913551; 20: v = 11010689; 21: v = 11010689; 22: v = 11267621; 23: v = 11321437;
        24: v = 11321437; 25: v = 11321437; 26: v = 11321437; 27: v = 11321437; 28: v = 12071575; 29: v = 14023871;
        30: v = 14023871; 31: v = 14080959;
        default: v = 0;
      endcase
      planned_high_3 = v;
    end
  endfunction
  reg signed [24:0] sum_high_3 = 25'sd4;
  wire signed [25:0] next_high_3 = sum_high_3 + step_high_3(index);
  always @(posedge clk) sum_high_3 <= last ? 25'sd4 : next_high_3;
  always @* high_3_so_far: assert (sum_high_3 == planned_high_3(index));
  always @* if (last) high_3_is_planned: assert (next_high_3 == 26'sd14080959);
  function signed [21:0] step_low_4(input [4:0] index);
    reg signed [21:0] v;
    begin
      case (index)
        1: v = -508680; 2: v = -79050; 3: v = -253575; 5: v = -957474; 9: v = -1433916; 10: v = -1801515;
        11: v = -48184; 12: v = -231840; 13: v = -547350; 15: v = -941968; 19: v = -1222796; 20: v = -2050150;
        21: v = -886392; 23: v = -636000; 27: v = -1046064; 30: v = -1200632; 31: v = -564132;
        default: v = 0;
      endcase
      step_low_4 = v;
    end
  endfunction
  function signed [24:0] planned_low_4(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 1; 1: v = 1; 2: v = -508679; 3: v = -587729; 4: v = -841304;
        5: v = -841304; 6: v = -1798778; 7: v = -1798778; 8: v = -1798778; 9: v = -1798778;
        10: v = -3232694; 11: v = -5034209; 12: v = -5082393; 13: v = -5314233; 14: v = -5861583;
        15: v = -5861583; 16: v = -6803551; 17: v = -6803551; 18: v = -6803551; 19: v = -6803551;
        20: v = -8026347; 21: v = -10076497; 22: v = -10962889; 23: v = -10962889; 24: v = -11598889;
        25: v = -11598889; 26: v = -11598889; 27: v = -11598889; 28: v = -12644953; 29: v = -12644953;
        30: v = -12644953; 31: v = -13845585;
        default: v = 0;
      endcase
      planned_low_4 = v;
    end
  endfunction
  reg signed [24:0] sum_low_4 = 25'sd1;
  wire signed [25:0] next_low_4 = sum_low_4 + step_low_4(index);
  always @(posedge clk) sum_low_4 <= last ? 25'sd1 : next_low_4;
  always @* low_4_so_far: assert (sum_low_4 == planned_low_4(index));
  always @* if (last) low_4_is_planned: assert (next_low_4 == -26'sd14409717);
  function signed [21:0] step_high_4(input [4:0] index);
    reg signed [21:0] v;
    begin
      case (index)
        0: v = 1675280; 4: v = 115444; 7: v = 866459; 8: v = 1739507; 16: v = 145503; 17: v = 26656;
        22: v = 511252; 24: v = 132200; 25: v = 1890000; 26: v = 493870; 28: v = 375058;
        default: v = 0;
      endcase
      step_high_4 = v;
    end
  endfunction
  function signed [23:0] planned_high_4(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = 1; 1: v = 1675281; 2: v = 1675281; 3: v = 1675281; 4: v = 1675281; 5: v = 1790725;
        6: v = 1790725; 7: v = 1790725; 8: v = 2657184; 9: v = 4396691; 10: v = 4396691; 11: v = 4396691;
        12: v = 4396691; 13: v = 4396691; 14: v = 4396691; 15: v = 4396691; 16: v = 4396691; 17: v = 4542194;
        18: v = 4568850; 19: v = 4568850; 20: v = 4568850; 21: v = 4568850; 22: v = 4568850; 23: v = 5080102;
        24: v = 5080102; 25: v = 5212302; 26: v = 7102302; 27: v = 7596172; 28: v = 7596172; 29: v = 7971230;
        30: v = 7971230; 31: v = 7971230;
        default: v = 0;
      endcase
      planned_high_4 = v;
    end
  endfunction
  reg signed [23:0] sum_high_4 = 24'sd1;
  wire signed [24:0] next_high_4 = sum_high_4 + step_high_4(index);
  always @(posedge clk) sum_high_4 <= last ? 24'sd1 : next_high_4;
  always @* high_4_so_far: assert (sum_high_4 == planned_high_4(index));
  always @* if (last) high_4_is_planned: assert (next_high_4 == 25'sd7971230);
  function signed [21:0] step_low_5(input [4:0] index);
    reg signed [21:0] v;
    begin
      case (index)
        1: v = -222312; 2: v = -211854; 3: v = -1467354; 7: v = -67419; 9: v = -347616; 13: v = -124066;
        15: v = -800256; 16: v = -85590; 19: v = -439978; 21: v = -920088; 23: v = -1278360; 25: v = -27216;
        26: v = -321425; 27: v = -89466; 28: v = -511619;
        default: v = 0;
      endcase
      step_low_5 = v;
    end
  endfunction
  function signed [23:0] planned_low_5(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = -82; 1: v = -82; 2: v = -222394; 3: v = -434248; 4: v = -1901602; 5: v = -1901602;
        6: v = -1901602; 7: v = -1901602; 8: v = -1969021; 9: v = -1969021; 10: v = -2316637; 11: v = -2316637;
        12: v = -2316637; 13: v = -2316637; 14: v = -2440703; 15: v = -2440703; 16: v = -3240959; 17: v = -3326549;
        18: v = -3326549; 19: v = -3326549; 20: v = -3766527; 21: v = -3766527; 22: v = -4686615; 23: v = -4686615;
        24: v = -5964975; 25: v = -5964975; 26: v = -5992191; 27: v = -6313616; 28: v = -6403082; 29: v = -6914701;
        30: v = -6914701; 31: v = -6914701;
        default: v = 0;
      endcase
      planned_low_5 = v;
    end
  endfunction
  reg signed [23:0] sum_low_5 = -24'sd82;
  wire signed [24:0] next_low_5 = sum_low_5 + step_low_5(index);
  always @(posedge clk) sum_low_5 <= last ? -24'sd82 : next_low_5;
  always @* low_5_so_far: assert (sum_low_5 == planned_low_5(index));
  always @* if (last) low_5_is_planned: assert (next_low_5 == -25'sd6914701);
  function signed [21:0] step_high_5(input [4:0] index);
    reg signed [21:0] v;
    begin
      case (index)
        0: v = 452575; 4: v = 58653; 5: v = 229194; 8: v = 589512; 10: v = 484745; 11: v = 365184;
        12: v = 24840; 17: v = 699720; 20: v = 1519600; 22: v = 349804; 24: v = 350330; 30: v = 7136;
        31: v = 292710;
        default: v = 0;
      endcase
      step_high_5 = v;
    end
  endfunction
  function signed [23:0] planned_high_5(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = -82; 1: v = 452493; 2: v = 452493; 3: v = 452493; 4: v = 452493; 5: v = 511146;
        6: v = 740340; 7: v = 740340; 8: v = 740340; 9: v = 1329852; 10: v = 1329852; 11: v = 1814597;
        12: v = 2179781; 13: v = 2204621; 14: v = 2204621; 15: v = 2204621; 16: v = 2204621; 17: v = 2204621;
        18: v = 2904341; 19: v = 2904341; 20: v = 2904341; 21: v = 4423941; 22: v = 4423941; 23: v = 4773745;
        24: v = 4773745; 25: v = 5124075; 26: v = 5124075; 27: v = 5124075; 28: v = 5124075; 29: v = 5124075;
        30: v = 5124075; 31: v = 5131211;
        default: v = 0;
      endcase
      planned_high_5 = v;
    end
  endfunction
  reg signed [23:0] sum_high_5 = -24'sd82;
  wire signed [24:0] next_high_5 = sum_high_5 + step_high_5(index);
  always @(posedge clk) sum_high_5 <= last ? -24'sd82 : next_high_5;
  always @* high_5_so_far: assert (sum_high_5 == planned_high_5(index));
  always @* if (last) high_5_is_planned: assert (next_high_5 == 25'sd5423921);
  function signed [22:0] step_low_6(input [4:0] index);
    reg signed [22:0] v;
    begin
      case (index)
        0: v = -720895; 1: v = -162024; 2: v = -1603134; 4: v = -102508; 8: v = -1085238; 10: v = -1208245;
        11: v = -1513992; 15: v = -1654696; 19: v = -1379931; 20: v = -278375; 22: v = -2321776; 23: v = -2064880;
        24: v = -3751175; 27: v = -58497; 28: v = -2616542; 31: v = -1069722;
        default: v = 0;
      endcase
      step_low_6 = v;
    end
  endfunction
  function signed [25:0] planned_low_6(input [4:0] index);
    reg signed [25:0] v;
    begin
      case (index)
        0: v = -66; 1: v = -720961; 2: v = -882985; 3: v = -2486119; 4: v = -2486119;
        5: v = -2588627; 6: v = -2588627; 7: v = -2588627; 8: v = -2588627; 9: v = -3673865;
        10: v = -3673865; 11: v = -4882110; 12: v = -6396102; 13: v = -6396102; 14: v = -6396102;
        15: v = -6396102; 16: v = -8050798; 17: v = -8050798; 18: v = -8050798; 19: v = -8050798;
        20: v = -9430729; 21: v = -9709104; 22: v = -9709104; 23: v = -12030880; 24: v = -14095760;
        25: v = -17846935; 26: v = -17846935; 27: v = -17846935; 28: v = -17905432; 29: v = -20521974;
        30: v = -20521974; 31: v = -20521974;
        default: v = 0;
      endcase
      planned_low_6 = v;
    end
  endfunction
  reg signed [25:0] sum_low_6 = -26'sd66;
  wire signed [26:0] next_low_6 = sum_low_6 + step_low_6(index);
  always @(posedge clk) sum_low_6 <= last ? -26'sd66 : next_low_6;
  always @* low_6_so_far: assert (sum_low_6 == planned_low_6(index));
  always @* if (last) low_6_is_planned: assert (next_low_6 == -27'sd21591696);
  function signed [24:0] step_high_6(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        3: v = 835107; 5: v = 3350088; 7: v = 1206051; 9: v = 1924668; 12: v = 281520; 13: v = 426933;
        16: v = 2054160; 17: v = 1389444; 21: v = 1587924; 25: v = 9580032; 26: v = 8450; 30: v = 2155072;
        default: v = 0;
      endcase
      step_high_6 = v;
    end
  endfunction
  function signed [25:0] planned_high_6(input [4:0] index);
    reg signed [25:0] v;
    begin
      case (index)
        0: v = -66; 1: v = -66; 2: v = -66; 3: v = -66; 4: v = 835041; 5: v = 835041;
        6: v = 4185129; 7: v = 4185129; 8: v = 5391180; 9: v = 5391180; 10: v = 7315848; 11: v = 7315848;
        12: v = 7315848; 13: v = 7597368; 14: v = 8024301; 15: v = 8024301; 16: v = 8024301; 17: v = 10078461;
        18: v = 11467905; 19: v = 11467905; 20: v = 11467905; 21: v = 11467905; 22: v = 13055829; 23: v = 13055829;
        24: v = 13055829; 25: v = 13055829; 26: v = 22635861; 27: v = 22644311; 28: v = 22644311; 29: v = 22644311;
        30: v = 22644311; 31: v = 24799383;
        default: v = 0;
      endcase
      planned_high_6 = v;
    end
  endfunction
  reg signed [25:0] sum_high_6 = -26'sd66;
  wire signed [26:0] next_high_6 = sum_high_6 + step_high_6(index);
  always @(posedge clk) sum_high_6 <= last ? -26'sd66 : next_high_6;
  always @* high_6_so_far: assert (sum_high_6 == planned_high_6(index));
  always @* if (last) high_6_is_planned: assert (next_high_6 == 27'sd24799383);
  function signed [22:0] step_low_7(input [4:0] index);
    reg signed [22:0] v;
    begin
      case (index)
        1: v = -1718208; 3: v = -219765; 5: v = -1638630; 8: v = -982520; 9: v = -1623060; 10: v = -1834796;
        11: v = -961144; 13: v = -2590790; 15: v = -529336; 16: v = -79884; 17: v = -696388; 19: v = -631397;
        20: v = -900625; 25: v = -172368;
        default: v = 0;
      endcase
      step_low_7 = v;
    end
  endfunction
  function signed [24:0] planned_low_7(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 72; 1: v = 72; 2: v = -1718136; 3: v = -1718136; 4: v = -1937901;
        5: v = -1937901; 6: v = -3576531; 7: v = -3576531; 8: v = -3576531; 9: v = -4559051;
        10: v = -6182111; 11: v = -8016907; 12: v = -8978051; 13: v = -8978051; 14: v = -11568841;
        15: v = -11568841; 16: v = -12098177; 17: v = -12178061; 18: v = -12874449; 19: v = -12874449;
        20: v = -13505846; 21: v = -14406471; 22: v = -14406471; 23: v = -14406471; 24: v = -14406471;
        25: v = -14406471; 26: v = -14578839; 27: v = -14578839; 28: v = -14578839; 29: v = -14578839;
        30: v = -14578839; 31: v = -14578839;
        default: v = 0;
      endcase
      planned_low_7 = v;
    end
  endfunction
  reg signed [24:0] sum_low_7 = 25'sd72;
  wire signed [25:0] next_low_7 = sum_low_7 + step_low_7(index);
  always @(posedge clk) sum_low_7 <= last ? 25'sd72 : next_low_7;
  always @* low_7_so_far: assert (sum_low_7 == planned_low_7(index));
  always @* if (last) low_7_is_planned: assert (next_low_7 == -26'sd14578839);
  function signed [23:0] step_high_7(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = 27950; 2: v = 1169940; 4: v = 52479; 7: v = 4614456; 12: v = 852840; 21: v = 1460628;
        22: v = 2948348; 23: v = 2285360; 24: v = 1771480; 26: v = 131040; 27: v = 2198799; 28: v = 1048168;
        30: v = 952656; 31: v = 766368;
        default: v = 0;
      endcase
      step_high_7 = v;
    end
  endfunction
  function signed [25:0] planned_high_7(input [4:0] index);
    reg signed [25:0] v;
    begin
      case (index)
        0: v = 72; 1: v = 28022; 2: v = 28022; 3: v = 1197962; 4: v = 1197962; 5: v = 1250441;
        6: v = 1250441; 7: v = 1250441; 8: v = 5864897; 9: v = 5864897; 10: v = 5864897; 11: v = 5864897;
        12: v = 5864897; 13: v = 6717737; 14: v = 6717737; 15: v = 6717737; 16: v = 6717737; 17: v = 6717737;
        18: v = 6717737; 19: v = 6717737; 20: v = 6717737; 21: v = 6717737; 22: v = 8178365; 23: v = 11126713;
        24: v = 13412073; 25: v = 15183553; 26: v = 15183553; 27: v = 15314593; 28: v = 17513392; 29: v = 18561560;
        30: v = 18561560; 31: v = 19514216;
        default: v = 0;
      endcase
      planned_high_7 = v;
    end
  endfunction
  reg signed [25:0] sum_high_7 = 26'sd72;
  wire signed [26:0] next_high_7 = sum_high_7 + step_high_7(index);
  always @(posedge clk) sum_high_7 <= last ? 26'sd72 : next_high_7;
  always @* high_7_so_far: assert (sum_high_7 == planned_high_7(index));
  always @* if (last) high_7_is_planned: assert (next_high_7 == 27'sd20280584);
  always @* another: cover (index == 1);
endmodule
