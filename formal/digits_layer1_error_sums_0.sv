// SPDX-License-Identifier: Apache-2.0
// digits_layer1_error_sums_0: what the synapses of an output are off by at least and at most adds up, input by input from the bias' rounding on, to the planned interval, for outputs 0 to 7
`default_nettype none

module digits_layer1_error_sums_0_check(input wire clk);
  reg [4:0] index = 0;
  wire last = index == 31;
  always @(posedge clk) index <= last ? 0 : index + 1;
  function signed [24:0] step_low_0(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = -589100; 1: v = -7863816; 2: v = -8888382; 5: v = -3311532; 7: v = -3965236; 8: v = -1388926;
        9: v = -1283112; 12: v = -2305980; 16: v = -3520602; 17: v = -750150; 19: v = -2873136; 22: v = -7295912;
        23: v = -1961000; 26: v = -163020;
        default: v = 0;
      endcase
      step_low_0 = v;
    end
  endfunction
  function signed [26:0] planned_low_0(input [4:0] index);
    reg signed [26:0] v;
    begin
      case (index)
        0: v = -3; 1: v = -589103; 2: v = -8452919; 3: v = -17341301; 4: v = -17341301;
        5: v = -17341301; 6: v = -20652833; 7: v = -20652833; 8: v = -24618069; 9: v = -26006995;
        10: v = -27290107; 11: v = -27290107; 12: v = -27290107; 13: v = -29596087; 14: v = -29596087;
        15: v = -29596087; 16: v = -29596087; 17: v = -33116689; 18: v = -33866839; 19: v = -33866839;
        20: v = -36739975; 21: v = -36739975; 22: v = -36739975; 23: v = -44035887; 24: v = -45996887;
        25: v = -45996887; 26: v = -45996887; 27: v = -46159907; 28: v = -46159907; 29: v = -46159907;
        30: v = -46159907; 31: v = -46159907;
        default: v = 0;
      endcase
      planned_low_0 = v;
    end
  endfunction
`ifdef MUTANT_SUM
  reg signed [26:0] sum_low_0 = -27'sd4;
`else
  reg signed [26:0] sum_low_0 = -27'sd3;
`endif
  wire signed [27:0] next_low_0 = sum_low_0 + step_low_0(index);
  always @(posedge clk) sum_low_0 <= last ? -27'sd3 : next_low_0;
  always @* low_0_so_far: assert (sum_low_0 == planned_low_0(index));
  always @* if (last) low_0_is_planned: assert (next_low_0 == -28'sd46159907);
  function signed [23:0] step_high_0(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        3: v = 4105485; 4: v = 186592; 10: v = 3555279; 11: v = 326886; 13: v = 6980883; 15: v = 3638664;
        20: v = 360030; 21: v = 2084004; 24: v = 561850; 25: v = 402192; 27: v = 1786398; 28: v = 3552802;
        30: v = 667216; 31: v = 138268;
        default: v = 0;
      endcase
      step_high_0 = v;
    end
  endfunction
  function signed [25:0] planned_high_0(input [4:0] index);
    reg signed [25:0] v;
    begin
      case (index)
        0: v = -3; 1: v = -3; 2: v = -3; 3: v = -3; 4: v = 4105482; 5: v = 4292074;
        6: v = 4292074; 7: v = 4292074; 8: v = 4292074; 9: v = 4292074; 10: v = 4292074; 11: v = 7847353;
        12: v = 8174239; 13: v = 8174239; 14: v = 15155122; 15: v = 15155122; 16: v = 18793786; 17: v = 18793786;
        18: v = 18793786; 19: v = 18793786; 20: v = 18793786; 21: v = 19153816; 22: v = 21237820; 23: v = 21237820;
        24: v = 21237820; 25: v = 21799670; 26: v = 22201862; 27: v = 22201862; 28: v = 23988260; 29: v = 27541062;
        30: v = 27541062; 31: v = 28208278;
        default: v = 0;
      endcase
      planned_high_0 = v;
    end
  endfunction
  reg signed [25:0] sum_high_0 = -26'sd3;
  wire signed [26:0] next_high_0 = sum_high_0 + step_high_0(index);
  always @(posedge clk) sum_high_0 <= last ? -26'sd3 : next_high_0;
  always @* high_0_so_far: assert (sum_high_0 == planned_high_0(index));
  always @* if (last) high_0_is_planned: assert (next_high_0 == 27'sd28346546);
  function signed [21:0] step_low_1(input [4:0] index);
    reg signed [21:0] v;
    begin
      case (index)
        1: v = -1876464; 2: v = -961248; 4: v = -67424; 5: v = -758268; 10: v = -1383332; 11: v = -65884;
        17: v = -413416; 19: v = -19992; 20: v = -1178280; 22: v = -176824; 23: v = -546960; 25: v = -1140048;
        28: v = -717707;
        default: v = 0;
      endcase
      step_low_1 = v;
    end
  endfunction
  function signed [24:0] planned_low_1(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 52; 1: v = 52; 2: v = -1876412; 3: v = -2837660; 4: v = -2837660; 5: v = -2905084;
        6: v = -3663352; 7: v = -3663352; 8: v = -3663352; 9: v = -3663352; 10: v = -3663352; 11: v = -5046684;
        12: v = -5112568; 13: v = -5112568; 14: v = -5112568; 15: v = -5112568; 16: v = -5112568; 17: v = -5112568;
        18: v = -5525984; 19: v = -5525984; 20: v = -5545976; 21: v = -6724256; 22: v = -6724256; 23: v = -6901080;
        24: v = -7448040; 25: v = -7448040; 26: v = -8588088; 27: v = -8588088; 28: v = -8588088; 29: v = -9305795;
        30: v = -9305795; 31: v = -9305795;
        default: v = 0;
      endcase
      planned_low_1 = v;
    end
  endfunction
  reg signed [24:0] sum_low_1 = 25'sd52;
  wire signed [25:0] next_low_1 = sum_low_1 + step_low_1(index);
  always @(posedge clk) sum_low_1 <= last ? 25'sd52 : next_low_1;
  always @* low_1_so_far: assert (sum_low_1 == planned_low_1(index));
  always @* if (last) low_1_is_planned: assert (next_low_1 == -26'sd9305795);
  function signed [22:0] step_high_1(input [4:0] index);
    reg signed [22:0] v;
    begin
      case (index)
        0: v = 1303115; 3: v = 679179; 7: v = 878944; 8: v = 1333101; 9: v = 250488; 12: v = 244260;
        13: v = 1081288; 15: v = 1037832; 16: v = 1609092; 21: v = 50076; 24: v = 330500; 26: v = 316745;
        27: v = 2275162; 30: v = 260464; 31: v = 1175278;
        default: v = 0;
      endcase
      step_high_1 = v;
    end
  endfunction
  function signed [24:0] planned_high_1(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 52; 1: v = 1303167; 2: v = 1303167; 3: v = 1303167; 4: v = 1982346; 5: v = 1982346;
        6: v = 1982346; 7: v = 1982346; 8: v = 2861290; 9: v = 4194391; 10: v = 4444879; 11: v = 4444879;
        12: v = 4444879; 13: v = 4689139; 14: v = 5770427; 15: v = 5770427; 16: v = 6808259; 17: v = 8417351;
        18: v = 8417351; 19: v = 8417351; 20: v = 8417351; 21: v = 8417351; 22: v = 8467427; 23: v = 8467427;
        24: v = 8467427; 25: v = 8797927; 26: v = 8797927; 27: v = 9114672; 28: v = 11389834; 29: v = 11389834;
        30: v = 11389834; 31: v = 11650298;
        default: v = 0;
      endcase
      planned_high_1 = v;
    end
  endfunction
  reg signed [24:0] sum_high_1 = 25'sd52;
  wire signed [25:0] next_high_1 = sum_high_1 + step_high_1(index);
  always @(posedge clk) sum_high_1 <= last ? 25'sd52 : next_high_1;
  always @* high_1_so_far: assert (sum_high_1 == planned_high_1(index));
  always @* if (last) high_1_is_planned: assert (next_high_1 == 26'sd12825576);
  function signed [23:0] step_low_2(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        3: v = -550777; 4: v = -198009; 5: v = -751842; 7: v = -29964; 8: v = -1013782; 11: v = -12670;
        13: v = -336076; 15: v = -641872; 16: v = -473598; 20: v = -5204070; 21: v = -546156; 22: v = -688076;
        23: v = -661440; 24: v = -39660; 25: v = -1581552; 28: v = -786957; 31: v = -808336;
        default: v = 0;
      endcase
      step_low_2 = v;
    end
  endfunction
  function signed [24:0] planned_low_2(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 16; 1: v = 16; 2: v = 16; 3: v = 16; 4: v = -550761;
        5: v = -748770; 6: v = -1500612; 7: v = -1500612; 8: v = -1530576; 9: v = -2544358;
        10: v = -2544358; 11: v = -2544358; 12: v = -2557028; 13: v = -2557028; 14: v = -2893104;
        15: v = -2893104; 16: v = -3534976; 17: v = -4008574; 18: v = -4008574; 19: v = -4008574;
        20: v = -4008574; 21: v = -9212644; 22: v = -9758800; 23: v = -10446876; 24: v = -11108316;
        25: v = -11147976; 26: v = -12729528; 27: v = -12729528; 28: v = -12729528; 29: v = -13516485;
        30: v = -13516485; 31: v = -13516485;
        default: v = 0;
      endcase
      planned_low_2 = v;
    end
  endfunction
  reg signed [24:0] sum_low_2 = 25'sd16;
  wire signed [25:0] next_low_2 = sum_low_2 + step_low_2(index);
  always @(posedge clk) sum_low_2 <= last ? 25'sd16 : next_low_2;
  always @* low_2_so_far: assert (sum_low_2 == planned_low_2(index));
  always @* if (last) low_2_is_planned: assert (next_low_2 == -26'sd14324821);
  function signed [22:0] step_high_2(input [4:0] index);
    reg signed [22:0] v;
    begin
      case (index)
        0: v = 723690; 1: v = 1891536; 2: v = 1764396; 9: v = 1242216; 10: v = 450017; 12: v = 2943540;
        17: v = 670134; 19: v = 896784; 26: v = 107510; 27: v = 2626246; 30: v = 997256;
        default: v = 0;
      endcase
      step_high_2 = v;
    end
  endfunction
  function signed [24:0] planned_high_2(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 16; 1: v = 723706; 2: v = 2615242; 3: v = 4379638; 4: v = 4379638; 5: v = 4379638;
        6: v = 4379638; 7: v = 4379638; 8: v = 4379638; 9: v = 4379638; 10: v = 5621854; 11: v = 6071871;
        12: v = 6071871; 13: v = 9015411; 14: v = 9015411; 15: v = 9015411; 16: v = 9015411; 17: v = 9015411;
        18: v = 9685545; 19: v = 9685545; 20: v = 10582329; 21: v = 10582329; 22: v = 10582329; 23: v = 10582329;
        24: v = 10582329; 25: v = 10582329; 26: v = 10582329; 27: v = 10689839; 28: v = 13316085; 29: v = 13316085;
        30: v = 13316085; 31: v = 14313341;
        default: v = 0;
      endcase
      planned_high_2 = v;
    end
  endfunction
  reg signed [24:0] sum_high_2 = 25'sd16;
  wire signed [25:0] next_high_2 = sum_high_2 + step_high_2(index);
  always @(posedge clk) sum_high_2 <= last ? 25'sd16 : next_high_2;
  always @* high_2_so_far: assert (sum_high_2 == planned_high_2(index));
  always @* if (last) high_2_is_planned: assert (next_high_2 == 26'sd14313341);
  function signed [23:0] step_low_3(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = -455155; 2: v = -483786; 3: v = -2287583; 4: v = -152537; 5: v = -1829268; 7: v = -3038849;
        17: v = -1093552; 20: v = -2114358; 23: v = -985800; 24: v = -1774785; 25: v = -5660928; 26: v = -255710;
        31: v = -2669636;
        default: v = 0;
      endcase
      step_low_3 = v;
    end
  endfunction
  function signed [25:0] planned_low_3(input [4:0] index);
    reg signed [25:0] v;
    begin
      case (index)
        0: v = 8; 1: v = -455147; 2: v = -455147; 3: v = -938933; 4: v = -3226516;
        5: v = -3379053; 6: v = -5208321; 7: v = -5208321; 8: v = -8247170; 9: v = -8247170;
        10: v = -8247170; 11: v = -8247170; 12: v = -8247170; 13: v = -8247170; 14: v = -8247170;
        15: v = -8247170; 16: v = -8247170; 17: v = -8247170; 18: v = -9340722; 19: v = -9340722;
        20: v = -9340722; 21: v = -11455080; 22: v = -11455080; 23: v = -11455080; 24: v = -12440880;
        25: v = -14215665; 26: v = -19876593; 27: v = -20132303; 28: v = -20132303; 29: v = -20132303;
        30: v = -20132303; 31: v = -20132303;
        default: v = 0;
      endcase
      planned_low_3 = v;
    end
  endfunction
  reg signed [25:0] sum_low_3 = 26'sd8;
  wire signed [26:0] next_low_3 = sum_low_3 + step_low_3(index);
  always @(posedge clk) sum_low_3 <= last ? 26'sd8 : next_low_3;
  always @* low_3_so_far: assert (sum_low_3 == planned_low_3(index));
  always @* if (last) low_3_is_planned: assert (next_low_3 == -27'sd22801939);
  function signed [23:0] step_high_3(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        1: v = 3221640; 8: v = 1922613; 9: v = 1359792; 10: v = 1859395; 11: v = 6922888; 12: v = 3084300;
        13: v = 1139736; 15: v = 883616; 16: v = 1432206; 19: v = 197064; 21: v = 514332; 22: v = 103788;
        27: v = 1500712; 28: v = 3904592; 30: v = 112392;
        default: v = 0;
      endcase
      step_high_3 = v;
    end
  endfunction
  function signed [25:0] planned_high_3(input [4:0] index);
    reg signed [25:0] v;
    begin
      case (index)
        0: v = 8; 1: v = 8; 2: v = 3221648; 3: v = 3221648; 4: v = 3221648; 5: v = 3221648;
        6: v = 3221648; 7: v = 3221648; 8: v = 3221648; 9: v = 5144261; 10: v = 6504053; 11: v = 8363448;
        12: v = 15286336; 13: v = 18370636; 14: v = 19510372; 15: v = 19510372; 16: v = 20393988; 17: v = 21826194;
        18: v = 21826194; 19: v = 21826194; 20: v = 22023258; 21: v = 22023258; 22: v = 22537590; 23: v = 22641378;
        24: v = 22641378; 25: v = 22641378; 26: v = 22641378; 27: v = 22641378; 28: v = 24142090; 29: v = 28046682;
        30: v = 28046682; 31: v = 28159074;
        default: v = 0;
      endcase
      planned_high_3 = v;
    end
  endfunction
  reg signed [25:0] sum_high_3 = 26'sd8;
  wire signed [26:0] next_high_3 = sum_high_3 + step_high_3(index);
  always @(posedge clk) sum_high_3 <= last ? 26'sd8 : next_high_3;
  always @* high_3_so_far: assert (sum_high_3 == planned_high_3(index));
  always @* if (last) high_3_is_planned: assert (next_high_3 == 27'sd28159074);
  function signed [22:0] step_low_4(input [4:0] index);
    reg signed [22:0] v;
    begin
      case (index)
        1: v = -1017360; 2: v = -161262; 3: v = -503471; 5: v = -1912806; 9: v = -2870388; 10: v = -3604477;
        11: v = -98826; 12: v = -459540; 13: v = -1092247; 15: v = -1883936; 19: v = -2444736; 20: v = -4097796;
        21: v = -1772316; 23: v = -1272000; 27: v = -2092736; 30: v = -2403048; 31: v = -1130075;
        default: v = 0;
      endcase
      step_low_4 = v;
    end
  endfunction
  function signed [25:0] planned_low_4(input [4:0] index);
    reg signed [25:0] v;
    begin
      case (index)
        0: v = 2; 1: v = 2; 2: v = -1017358; 3: v = -1178620; 4: v = -1682091;
        5: v = -1682091; 6: v = -3594897; 7: v = -3594897; 8: v = -3594897; 9: v = -3594897;
        10: v = -6465285; 11: v = -10069762; 12: v = -10168588; 13: v = -10628128; 14: v = -11720375;
        15: v = -11720375; 16: v = -13604311; 17: v = -13604311; 18: v = -13604311; 19: v = -13604311;
        20: v = -16049047; 21: v = -20146843; 22: v = -21919159; 23: v = -21919159; 24: v = -23191159;
        25: v = -23191159; 26: v = -23191159; 27: v = -23191159; 28: v = -25283895; 29: v = -25283895;
        30: v = -25283895; 31: v = -27686943;
        default: v = 0;
      endcase
      planned_low_4 = v;
    end
  endfunction
  reg signed [25:0] sum_low_4 = 26'sd2;
  wire signed [26:0] next_low_4 = sum_low_4 + step_low_4(index);
  always @(posedge clk) sum_low_4 <= last ? 26'sd2 : next_low_4;
  always @* low_4_so_far: assert (sum_low_4 == planned_low_4(index));
  always @* if (last) low_4_is_planned: assert (next_low_4 == -27'sd28817018);
  function signed [22:0] step_high_4(input [4:0] index);
    reg signed [22:0] v;
    begin
      case (index)
        0: v = 3350560; 4: v = 230839; 7: v = 1732918; 8: v = 3479014; 16: v = 291006; 17: v = 56678;
        22: v = 1026348; 24: v = 267705; 25: v = 3776976; 26: v = 987675; 28: v = 749839;
        default: v = 0;
      endcase
      step_high_4 = v;
    end
  endfunction
  function signed [24:0] planned_high_4(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 2; 1: v = 3350562; 2: v = 3350562; 3: v = 3350562; 4: v = 3350562; 5: v = 3581401;
        6: v = 3581401; 7: v = 3581401; 8: v = 5314319; 9: v = 8793333; 10: v = 8793333; 11: v = 8793333;
        12: v = 8793333; 13: v = 8793333; 14: v = 8793333; 15: v = 8793333; 16: v = 8793333; 17: v = 9084339;
        18: v = 9141017; 19: v = 9141017; 20: v = 9141017; 21: v = 9141017; 22: v = 9141017; 23: v = 10167365;
        24: v = 10167365; 25: v = 10435070; 26: v = 14212046; 27: v = 15199721; 28: v = 15199721; 29: v = 15949560;
        30: v = 15949560; 31: v = 15949560;
        default: v = 0;
      endcase
      planned_high_4 = v;
    end
  endfunction
  reg signed [24:0] sum_high_4 = 25'sd2;
  wire signed [25:0] next_high_4 = sum_high_4 + step_high_4(index);
  always @(posedge clk) sum_high_4 <= last ? 25'sd2 : next_high_4;
  always @* high_4_so_far: assert (sum_high_4 == planned_high_4(index));
  always @* if (last) high_4_is_planned: assert (next_high_4 == 26'sd15949560);
  function signed [22:0] step_low_5(input [4:0] index);
    reg signed [22:0] v;
    begin
      case (index)
        1: v = -448392; 2: v = -420546; 3: v = -2929593; 7: v = -134838; 9: v = -692676; 13: v = -244751;
        15: v = -1600512; 16: v = -171180; 19: v = -882504; 21: v = -1840644; 23: v = -2554600; 25: v = -54432;
        26: v = -642785; 27: v = -182426; 28: v = -1022961;
        default: v = 0;
      endcase
      step_low_5 = v;
    end
  endfunction
  function signed [24:0] planned_low_5(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 92; 1: v = 92; 2: v = -448300; 3: v = -868846; 4: v = -3798439;
        5: v = -3798439; 6: v = -3798439; 7: v = -3798439; 8: v = -3933277; 9: v = -3933277;
        10: v = -4625953; 11: v = -4625953; 12: v = -4625953; 13: v = -4625953; 14: v = -4870704;
        15: v = -4870704; 16: v = -6471216; 17: v = -6642396; 18: v = -6642396; 19: v = -6642396;
        20: v = -7524900; 21: v = -7524900; 22: v = -9365544; 23: v = -9365544; 24: v = -11920144;
        25: v = -11920144; 26: v = -11974576; 27: v = -12617361; 28: v = -12799787; 29: v = -13822748;
        30: v = -13822748; 31: v = -13822748;
        default: v = 0;
      endcase
      planned_low_5 = v;
    end
  endfunction
  reg signed [24:0] sum_low_5 = 25'sd92;
  wire signed [25:0] next_low_5 = sum_low_5 + step_low_5(index);
  always @(posedge clk) sum_low_5 <= last ? 25'sd92 : next_low_5;
  always @* low_5_so_far: assert (sum_low_5 == planned_low_5(index));
  always @* if (last) low_5_is_planned: assert (next_low_5 == -26'sd13822748);
  function signed [22:0] step_high_5(input [4:0] index);
    reg signed [22:0] v;
    begin
      case (index)
        0: v = 905150; 4: v = 117306; 5: v = 460530; 8: v = 1179024; 10: v = 968043; 11: v = 729792;
        12: v = 49680; 17: v = 1396946; 20: v = 3034071; 22: v = 699608; 24: v = 697355; 30: v = 12488;
        31: v = 587639;
        default: v = 0;
      endcase
      step_high_5 = v;
    end
  endfunction
  function signed [24:0] planned_high_5(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 92; 1: v = 905242; 2: v = 905242; 3: v = 905242; 4: v = 905242; 5: v = 1022548;
        6: v = 1483078; 7: v = 1483078; 8: v = 1483078; 9: v = 2662102; 10: v = 2662102; 11: v = 3630145;
        12: v = 4359937; 13: v = 4409617; 14: v = 4409617; 15: v = 4409617; 16: v = 4409617; 17: v = 4409617;
        18: v = 5806563; 19: v = 5806563; 20: v = 5806563; 21: v = 8840634; 22: v = 8840634; 23: v = 9540242;
        24: v = 9540242; 25: v = 10237597; 26: v = 10237597; 27: v = 10237597; 28: v = 10237597; 29: v = 10237597;
        30: v = 10237597; 31: v = 10250085;
        default: v = 0;
      endcase
      planned_high_5 = v;
    end
  endfunction
  reg signed [24:0] sum_high_5 = 25'sd92;
  wire signed [25:0] next_high_5 = sum_high_5 + step_high_5(index);
  always @(posedge clk) sum_high_5 <= last ? 25'sd92 : next_high_5;
  always @* high_5_so_far: assert (sum_high_5 == planned_high_5(index));
  always @* if (last) high_5_is_planned: assert (next_high_5 == 26'sd10837724);
  function signed [23:0] step_low_6(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        0: v = -1441790; 1: v = -324048; 2: v = -3206268; 4: v = -205065; 8: v = -2170476; 10: v = -2416490;
        11: v = -3025596; 15: v = -3313560; 19: v = -2758896; 20: v = -556410; 22: v = -4643552; 23: v = -4131880;
        24: v = -7499045; 27: v = -117028; 28: v = -5232807; 31: v = -2137836;
        default: v = 0;
      endcase
      step_low_6 = v;
    end
  endfunction
  function signed [26:0] planned_low_6(input [4:0] index);
    reg signed [26:0] v;
    begin
      case (index)
        0: v = 124; 1: v = -1441666; 2: v = -1765714; 3: v = -4971982; 4: v = -4971982;
        5: v = -5177047; 6: v = -5177047; 7: v = -5177047; 8: v = -5177047; 9: v = -7347523;
        10: v = -7347523; 11: v = -9764013; 12: v = -12789609; 13: v = -12789609; 14: v = -12789609;
        15: v = -12789609; 16: v = -16103169; 17: v = -16103169; 18: v = -16103169; 19: v = -16103169;
        20: v = -18862065; 21: v = -19418475; 22: v = -19418475; 23: v = -24062027; 24: v = -28193907;
        25: v = -35692952; 26: v = -35692952; 27: v = -35692952; 28: v = -35809980; 29: v = -41042787;
        30: v = -41042787; 31: v = -41042787;
        default: v = 0;
      endcase
      planned_low_6 = v;
    end
  endfunction
  reg signed [26:0] sum_low_6 = 27'sd124;
  wire signed [27:0] next_low_6 = sum_low_6 + step_low_6(index);
  always @(posedge clk) sum_low_6 <= last ? 27'sd124 : next_low_6;
  always @* low_6_so_far: assert (sum_low_6 == planned_low_6(index));
  always @* if (last) low_6_is_planned: assert (next_low_6 == -28'sd43180623);
  function signed [25:0] step_high_6(input [4:0] index);
    reg signed [25:0] v;
    begin
      case (index)
        3: v = 1669226; 5: v = 6700176; 7: v = 2414599; 9: v = 3849336; 12: v = 567180; 13: v = 854802;
        16: v = 4108320; 17: v = 2780556; 21: v = 3175848; 25: v = 19160064; 26: v = 16900; 30: v = 4308360;
        default: v = 0;
      endcase
      step_high_6 = v;
    end
  endfunction
  function signed [26:0] planned_high_6(input [4:0] index);
    reg signed [26:0] v;
    begin
      case (index)
        0: v = 124; 1: v = 124; 2: v = 124; 3: v = 124; 4: v = 1669350; 5: v = 1669350;
        6: v = 8369526; 7: v = 8369526; 8: v = 10784125; 9: v = 10784125; 10: v = 14633461; 11: v = 14633461;
        12: v = 14633461; 13: v = 15200641; 14: v = 16055443; 15: v = 16055443; 16: v = 16055443; 17: v = 20163763;
        18: v = 22944319; 19: v = 22944319; 20: v = 22944319; 21: v = 22944319; 22: v = 26120167; 23: v = 26120167;
        24: v = 26120167; 25: v = 26120167; 26: v = 45280231; 27: v = 45297131; 28: v = 45297131; 29: v = 45297131;
        30: v = 45297131; 31: v = 49605491;
        default: v = 0;
      endcase
      planned_high_6 = v;
    end
  endfunction
  reg signed [26:0] sum_high_6 = 27'sd124;
  wire signed [27:0] next_high_6 = sum_high_6 + step_high_6(index);
  always @(posedge clk) sum_high_6 <= last ? 27'sd124 : next_high_6;
  always @* high_6_so_far: assert (sum_high_6 == planned_high_6(index));
  always @* if (last) high_6_is_planned: assert (next_high_6 == 28'sd49605491);
  function signed [23:0] step_low_7(input [4:0] index);
    reg signed [23:0] v;
    begin
      case (index)
        1: v = -3440184; 3: v = -439270; 5: v = -3277260; 8: v = -1965040; 9: v = -3246120; 10: v = -3669592;
        11: v = -1918238; 13: v = -5190913; 15: v = -1058672; 16: v = -159768; 17: v = -1393612; 19: v = -1262352;
        20: v = -1800150; 25: v = -344736;
        default: v = 0;
      endcase
      step_low_7 = v;
    end
  endfunction
  function signed [25:0] planned_low_7(input [4:0] index);
    reg signed [25:0] v;
    begin
      case (index)
        0: v = -112; 1: v = -112; 2: v = -3440296; 3: v = -3440296; 4: v = -3879566;
        5: v = -3879566; 6: v = -7156826; 7: v = -7156826; 8: v = -7156826; 9: v = -9121866;
        10: v = -12367986; 11: v = -16037578; 12: v = -17955816; 13: v = -17955816; 14: v = -23146729;
        15: v = -23146729; 16: v = -24205401; 17: v = -24365169; 18: v = -25758781; 19: v = -25758781;
        20: v = -27021133; 21: v = -28821283; 22: v = -28821283; 23: v = -28821283; 24: v = -28821283;
        25: v = -28821283; 26: v = -29166019; 27: v = -29166019; 28: v = -29166019; 29: v = -29166019;
        30: v = -29166019; 31: v = -29166019;
        default: v = 0;
      endcase
      planned_low_7 = v;
    end
  endfunction
  reg signed [25:0] sum_low_7 = -26'sd112;
  wire signed [26:0] next_low_7 = sum_low_7 + step_low_7(index);
  always @(posedge clk) sum_low_7 <= last ? -26'sd112 : next_low_7;
  always @* low_7_so_far: assert (sum_low_7 == planned_low_7(index));
  always @* if (last) low_7_is_planned: assert (next_low_7 == -27'sd29166019);
  function signed [24:0] step_high_7(input [4:0] index);
    reg signed [24:0] v;
    begin
      case (index)
        0: v = 56115; 2: v = 2339880; 4: v = 104958; 7: v = 9228912; 12: v = 1709820; 21: v = 2921256;
        22: v = 5896696; 23: v = 4570720; 24: v = 3539655; 26: v = 262015; 27: v = 4398876; 28: v = 2096059;
        30: v = 1905312; 31: v = 1531584;
        default: v = 0;
      endcase
      step_high_7 = v;
    end
  endfunction
  function signed [26:0] planned_high_7(input [4:0] index);
    reg signed [26:0] v;
    begin
      case (index)
        0: v = -112; 1: v = 56003; 2: v = 56003; 3: v = 2395883; 4: v = 2395883; 5: v = 2500841;
        6: v = 2500841; 7: v = 2500841; 8: v = 11729753; 9: v = 11729753; 10: v = 11729753; 11: v = 11729753;
        12: v = 11729753; 13: v = 13439573; 14: v = 13439573; 15: v = 13439573; 16: v = 13439573; 17: v = 13439573;
        18: v = 13439573; 19: v = 13439573; 20: v = 13439573; 21: v = 13439573; 22: v = 16360829; 23: v = 22257525;
        24: v = 26828245; 25: v = 30367900; 26: v = 30367900; 27: v = 30629915; 28: v = 35028791; 29: v = 37124850;
        30: v = 37124850; 31: v = 39030162;
        default: v = 0;
      endcase
      planned_high_7 = v;
    end
  endfunction
  reg signed [26:0] sum_high_7 = -27'sd112;
  wire signed [27:0] next_high_7 = sum_high_7 + step_high_7(index);
  always @(posedge clk) sum_high_7 <= last ? -27'sd112 : next_high_7;
  always @* high_7_so_far: assert (sum_high_7 == planned_high_7(index));
  always @* if (last) high_7_is_planned: assert (next_high_7 == 28'sd40561746);
  always @* another: cover (index == 1);
endmodule
