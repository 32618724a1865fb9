// SPDX-License-Identifier: Apache-2.0
// digits_layer1_weights: every weight and bias that a lane delivers differs from the rational one of its output and input by exactly the planned rounding error
`default_nettype none

module digits_layer1_weights_check(input wire clk);
  (* anyseq *) wire rst;
  (* anyseq *) wire [5:0] address;
  (* anyseq *) wire [0:0] pass_index;
  reg [5:0] address_before;
  reg started = 0;
  always @(posedge clk) begin
    started <= 1;
    address_before <= address;
  end
  function signed [20:0] weight_0_exact(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = 2740; 1: v = 2087; 2: v = 232187; 3: v = -79039; 4: v = -3808; 5: v = -27126;
        6: v = 8; 7: v = 91700; 8: v = -130450; 9: v = -130570; 10: v = -27033; 11: v = 16255;
        12: v = -105939; 13: v = 80009; 14: v = -90; 15: v = -111465; 16: v = -39726; 17: v = -26399;
        18: v = 35; 19: v = -154642; 20: v = 257938; 21: v = -20837; 22: v = 165738; 23: v = 41885;
        24: v = -57514; 25: v = -45189; 26: v = 2508; 27: v = -84487; 28: v = -12826; 29: v = 63;
        30: v = -94582; 31: v = 137164; 32: v = 14586; 33: v = -96952; 34: v = -328023; 35: v = -13075;
        36: v = 4443; 37: v = 115010; 38: v = 94; 39: v = -205671; 40: v = 53610; 41: v = -307759;
        42: v = -100717; 43: v = -94287; 44: v = 23162; 45: v = -32657; 46: v = -80; 47: v = -61794;
        48: v = -128099; 49: v = 81662; 50: v = 72; 51: v = -69576; 52: v = 28928; 53: v = -77751;
        54: v = 233751; 55: v = -217325; 56: v = 271777; 57: v = 11784; 58: v = 6053; 59: v = -67329;
        60: v = 7435; 61: v = 78; 62: v = -61967; 63: v = -126020;
        default: v = 0;
      endcase
      weight_0_exact = v;
    end
  endfunction
  function signed [20:0] weight_0_error(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = -2740; 1: v = -2087; 2: v = -2811; 3: v = 1215; 4: v = 3808; 5: v = -1546; 6: v = -8;
        7: v = -1588; 8: v = -622; 9: v = -502; 10: v = 2457; 11: v = 129; 12: v = -557; 13: v = 1911;
        14: v = 90; 15: v = 873; 16: v = -1234; 17: v = -225; 18: v = -35; 19: v = -1006; 20: v = 110;
        21: v = 4453; 22: v = -1898; 23: v = -925; 24: v = 170; 25: v = 133; 26: v = -2508; 27: v = 519;
        28: v = 12826; 29: v = -63; 30: v = 374; 31: v = 52; 32: v = 1798; 33: v = -328; 34: v = 343;
        35: v = -237; 36: v = -4443; 37: v = -322; 38: v = -94; 39: v = -153; 40: v = -362; 41: v = 559;
        42: v = 365; 43: v = 79; 44: v = -122; 45: v = -111; 46: v = 80; 47: v = 354; 48: v = 99;
        49: v = 258; 50: v = -72; 51: v = -56; 52: v = -256; 53: v = -73; 54: v = -279; 55: v = 237;
        56: v = 95; 57: v = 504; 58: v = -6053; 59: v = -255; 60: v = -7435; 61: v = -78; 62: v = 527;
        63: v = 68;
        default: v = 0;
      endcase
      weight_0_error = v;
    end
  endfunction
  function signed [35:0] bias_0_exact(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = 3662083; 1: v = 238557264;
        default: v = 0;
      endcase
      bias_0_exact = v;
    end
  endfunction
  function signed [35:0] bias_0_error(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = -3; 1: v = -80;
        default: v = 0;
      endcase
      bias_0_error = v;
    end
  endfunction
  wire signed [11:0] weight_0;
  wire signed [26:0] bias_0;
  wire signed [20:0] weight_0_wide = weight_0;
  wire signed [35:0] bias_0_wide = bias_0;
  digits_layer1_weights_0 lane_0 (.clk(clk), .rst(rst), .address(address),
    .pass_index(pass_index), .weight(weight_0), .bias(bias_0));
  always @* begin
    if (started && address_before < 64)
      weight_0_is_near: assert ((weight_0_wide <<< 8)
        - weight_0_exact(address_before) == weight_0_error(address_before));
    if (pass_index < 2)
      bias_0_is_near: assert ((bias_0_wide <<< 8)
        - bias_0_exact(pass_index) == bias_0_error(pass_index));
  end
  function signed [20:0] weight_1_exact(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = -6061; 1: v = -228878; 2: v = -46800; 3: v = 202551; 4: v = 1376; 5: v = 203106;
        6: v = -116; 7: v = 79520; 8: v = 130475; 9: v = 272286; 10: v = 86972; 11: v = 113690;
        12: v = 214469; 13: v = 2776; 14: v = 93; 15: v = -23801; 16: v = 81356; 17: v = 57468;
        18: v = -157; 19: v = -184313; 20: v = -73368; 21: v = -10347; 22: v = -244434; 23: v = 123138;
        24: v = -46180; 25: v = -239239; 26: v = -4873; 27: v = -156309; 28: v = 27167; 29: v = 69;
        30: v = 72558; 31: v = -133562; 32: v = 2747; 33: v = -151644; 34: v = 157165; 35: v = 39433;
        36: v = -3600; 37: v = 126400; 38: v = 13; 39: v = -211591; 40: v = 164171; 41: v = -87843;
        42: v = -92552; 43: v = 37067; 44: v = -258858; 45: v = -16386; 46: v = -126; 47: v = 206557;
        48: v = -8575; 49: v = -70778; 50: v = 112; 51: v = 338826; 52: v = 88735; 53: v = 60871;
        54: v = 40520; 55: v = -16951; 56: v = -17110; 57: v = -110799; 58: v = 3601; 59: v = -287633;
        60: v = -23161; 61: v = -33; 62: v = 121554; 63: v = 164006;
        default: v = 0;
      endcase
      weight_1_exact = v;
    end
  endfunction
  function signed [20:0] weight_1_error(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = 6061; 1: v = -498; 2: v = -304; 3: v = 201; 4: v = -1376; 5: v = -354; 6: v = 116;
        7: v = 352; 8: v = 597; 9: v = 98; 10: v = -956; 11: v = -26; 12: v = 59; 13: v = 296;
        14: v = -93; 15: v = 249; 16: v = 564; 17: v = -124; 18: v = 157; 19: v = -7; 20: v = -360;
        21: v = 107; 22: v = -46; 23: v = -258; 24: v = 100; 25: v = -377; 26: v = 4873; 27: v = 661;
        28: v = -2591; 29: v = -69; 30: v = 146; 31: v = 442; 32: v = -2747; 33: v = 92; 34: v = 19;
        35: v = -9; 36: v = 3600; 37: v = 576; 38: v = -13; 39: v = -1401; 40: v = -331; 41: v = -221;
        42: v = 392; 43: v = -203; 44: v = -214; 45: v = 2; 46: v = 126; 47: v = 291; 48: v = 383;
        49: v = 122; 50: v = -112; 51: v = 118; 52: v = -159; 53: v = 569; 54: v = 440; 55: v = 567;
        56: v = -298; 57: v = 207; 58: v = -3601; 59: v = -111; 60: v = -1415; 61: v = 33; 62: v = -722;
        63: v = -166;
        default: v = 0;
      endcase
      weight_1_error = v;
    end
  endfunction
  function signed [35:0] bias_1_exact(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = -19908916; 1: v = -138118752;
        default: v = 0;
      endcase
      bias_1_exact = v;
    end
  endfunction
  function signed [35:0] bias_1_error(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = 52; 1: v = 96;
        default: v = 0;
      endcase
      bias_1_error = v;
    end
  endfunction
  wire signed [11:0] weight_1;
  wire signed [26:0] bias_1;
  wire signed [20:0] weight_1_wide = weight_1;
  wire signed [35:0] bias_1_wide = bias_1;
  digits_layer1_weights_1 lane_1 (.clk(clk), .rst(rst), .address(address),
    .pass_index(pass_index), .weight(weight_1), .bias(bias_1));
  always @* begin
    if (started && address_before < 64)
      weight_1_is_near: assert ((weight_1_wide <<< 8)
        - weight_1_exact(address_before) == weight_1_error(address_before));
    if (pass_index < 2)
      bias_1_is_near: assert ((bias_1_wide <<< 8)
        - bias_1_exact(pass_index) == bias_1_error(pass_index));
  end
  function signed [20:0] weight_2_exact(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = -3366; 1: v = -172534; 2: v = 218578; 3: v = -12125; 4: v = 4041; 5: v = -3745;
        6: v = 99; 7: v = -30708; 8: v = -192058; 9: v = -39398; 10: v = -20791; 11: v = 78853;
        12: v = 195897; 13: v = -95140; 14: v = 80; 15: v = -93030; 16: v = -118618; 17: v = 116535;
        18: v = 46; 19: v = 18118; 20: v = -162250; 21: v = 21647; 22: v = -198477; 23: v = 54584;
        24: v = 209932; 25: v = 61963; 26: v = -1654; 27: v = 228613; 28: v = 19225; 29: v = -30;
        30: v = -76335; 31: v = 250160;
        default: v = 0;
      endcase
      weight_2_exact = v;
    end
  endfunction
  function signed [20:0] weight_2_error(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = 3366; 1: v = 502; 2: v = 558; 3: v = -163; 4: v = -4041; 5: v = -351; 6: v = -99;
        7: v = -12; 8: v = -454; 9: v = 486; 10: v = 311; 11: v = -5; 12: v = 711; 13: v = -92;
        14: v = -80; 15: v = -154; 16: v = -166; 17: v = 201; 18: v = -46; 19: v = 314; 20: v = -1590;
        21: v = -1167; 22: v = -179; 23: v = -312; 24: v = -12; 25: v = -523; 26: v = 1654; 27: v = 763;
        28: v = -2841; 29: v = 30; 30: v = 559; 31: v = -304;
        default: v = 0;
      endcase
      weight_2_error = v;
    end
  endfunction
  function signed [35:0] bias_2_exact(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = -70311952;
        default: v = 0;
      endcase
      bias_2_exact = v;
    end
  endfunction
  function signed [35:0] bias_2_error(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = 16;
        default: v = 0;
      endcase
      bias_2_error = v;
    end
  endfunction
  wire signed [11:0] weight_2;
  wire signed [26:0] bias_2;
  wire signed [20:0] weight_2_wide = weight_2;
  wire signed [35:0] bias_2_wide = bias_2;
  digits_layer1_weights_2 lane_2 (.clk(clk), .rst(rst), .address(address),
    .pass_index(pass_index), .weight(weight_2), .bias(bias_2));
  always @* begin
    if (started && address_before < 64)
      weight_2_is_near: assert ((weight_2_wide <<< 8)
        - weight_2_exact(address_before) == weight_2_error(address_before));
    if (pass_index < 2)
      bias_2_is_near: assert ((bias_2_wide <<< 8)
        - bias_2_exact(pass_index) == bias_2_error(pass_index));
  end
  function signed [20:0] weight_3_exact(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = 2117; 1: v = 203945; 2: v = 6297; 3: v = -68955; 4: v = 3113; 5: v = -36010;
        6: v = 108; 7: v = 33985; 8: v = 171171; 9: v = -49684; 10: v = 158459; 11: v = -2732;
        12: v = -140009; 13: v = -135480; 14: v = 169; 15: v = 268076; 16: v = -33270; 17: v = -28344;
        18: v = 49; 19: v = -135237; 20: v = -261498; 21: v = 31669; 22: v = -96283; 23: v = 123345;
        24: v = 86553; 25: v = 255824; 26: v = 3934; 27: v = 114252; 28: v = -14096; 29: v = -27;
        30: v = 77761; 31: v = 25580;
        default: v = 0;
      endcase
      weight_3_exact = v;
    end
  endfunction
  function signed [20:0] weight_3_error(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = -2117; 1: v = 855; 2: v = -153; 3: v = -677; 4: v = -3113; 5: v = -854; 6: v = -108;
        7: v = -1217; 8: v = 861; 9: v = 532; 10: v = 1285; 11: v = 2732; 12: v = 745; 13: v = 312;
        14: v = -169; 15: v = 212; 16: v = 502; 17: v = -328; 18: v = -49; 19: v = 69; 20: v = -646;
        21: v = 1099; 22: v = 27; 23: v = -465; 24: v = -537; 25: v = -1872; 26: v = -3934; 27: v = 436;
        28: v = 14096; 29: v = 27; 30: v = 63; 31: v = -1004;
        default: v = 0;
      endcase
      weight_3_error = v;
    end
  endfunction
  function signed [35:0] bias_3_exact(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = -67365896;
        default: v = 0;
      endcase
      bias_3_exact = v;
    end
  endfunction
  function signed [35:0] bias_3_error(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = 8;
        default: v = 0;
      endcase
      bias_3_error = v;
    end
  endfunction
  wire signed [11:0] weight_3;
  wire signed [26:0] bias_3;
  wire signed [20:0] weight_3_wide = weight_3;
  wire signed [35:0] bias_3_wide = bias_3;
  digits_layer1_weights_3 lane_3 (.clk(clk), .rst(rst), .address(address),
    .pass_index(pass_index), .weight(weight_3), .bias(bias_3));
  always @* begin
    if (started && address_before < 64)
      weight_3_is_near: assert ((weight_3_wide <<< 8)
        - weight_3_exact(address_before) == weight_3_error(address_before));
    if (pass_index < 2)
      bias_3_is_near: assert ((bias_3_wide <<< 8)
        - bias_3_exact(pass_index) == bias_3_error(pass_index));
  end
  function signed [20:0] weight_4_exact(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = -15584; 1: v = 239886; 2: v = -45005; 3: v = 102549; 4: v = -4711; 5: v = -97411;
        6: v = -56; 7: v = -8886; 8: v = -26134; 9: v = -39837; 10: v = -38469; 11: v = -110553;
        12: v = 217199; 13: v = 282923; 14: v = -95; 15: v = -181820; 16: v = 173978; 17: v = -221201;
        18: v = -30; 19: v = 168792; 20: v = 91364; 21: v = 3787; 22: v = -29963; 23: v = -11688;
        24: v = -168017; 25: v = -111841; 26: v = -15195; 27: v = -60832; 28: v = 13677; 29: v = 140;
        30: v = -55997; 31: v = -54871;
        default: v = 0;
      endcase
      weight_4_exact = v;
    end
  endfunction
  function signed [20:0] weight_4_error(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = 15584; 1: v = -270; 2: v = -51; 3: v = -149; 4: v = 4711; 5: v = -893; 6: v = 56;
        7: v = 694; 8: v = 1558; 9: v = -1123; 10: v = -2491; 11: v = -39; 12: v = -111; 13: v = -299;
        14: v = 95; 15: v = -452; 16: v = 102; 17: v = 17; 18: v = 30; 19: v = -856; 20: v = -1252;
        21: v = -3787; 22: v = 267; 23: v = -600; 24: v = 81; 25: v = 1249; 26: v = 15195; 27: v = -608;
        28: v = 2707; 29: v = -140; 30: v = -1347; 31: v = -425;
        default: v = 0;
      endcase
      weight_4_error = v;
    end
  endfunction
  function signed [35:0] bias_4_exact(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = 24422910;
        default: v = 0;
      endcase
      bias_4_exact = v;
    end
  endfunction
  function signed [35:0] bias_4_error(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = 2;
        default: v = 0;
      endcase
      bias_4_error = v;
    end
  endfunction
  wire signed [11:0] weight_4;
  wire signed [26:0] bias_4;
  wire signed [20:0] weight_4_wide = weight_4;
  wire signed [35:0] bias_4_wide = bias_4;
  digits_layer1_weights_4 lane_4 (.clk(clk), .rst(rst), .address(address),
    .pass_index(pass_index), .weight(weight_4), .bias(bias_4));
  always @* begin
    if (started && address_before < 64)
      weight_4_is_near: assert ((weight_4_wide <<< 8)
        - weight_4_exact(address_before) == weight_4_error(address_before));
    if (pass_index < 2)
      bias_4_is_near: assert ((bias_4_wide <<< 8)
        - bias_4_exact(pass_index) == bias_4_error(pass_index));
  end
  function signed [20:0] weight_5_exact(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = -4210; 1: v = -52617; 2: v = -79739; 3: v = -294045; 4: v = -2394; 5: v = -131287;
        6: v = -31; 7: v = 223286; 8: v = 32240; 9: v = 186639; 10: v = -27293; 11: v = -101664;
        12: v = -93708; 13: v = -161213; 14: v = 177; 15: v = 70016; 16: v = 207420; 17: v = 253533;
        18: v = 21; 19: v = 147765; 20: v = 23649; 21: v = 3933; 22: v = 60234; 23: v = 50357;
        24: v = -145619; 25: v = 62482; 26: v = 9889; 27: v = -37835; 28: v = -29075; 29: v = -8;
        30: v = 102393; 31: v = -119005;
        default: v = 0;
      endcase
      weight_5_exact = v;
    end
  endfunction
  function signed [20:0] weight_5_error(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = 4210; 1: v = -119; 2: v = -133; 3: v = -867; 4: v = 2394; 5: v = 215; 6: v = 31;
        7: v = -54; 8: v = 528; 9: v = -271; 10: v = 669; 11: v = 288; 12: v = 12; 13: v = -67;
        14: v = -177; 15: v = -384; 16: v = -60; 17: v = 419; 18: v = -21; 19: v = -309; 20: v = 927;
        21: v = -3933; 22: v = 182; 23: v = -1205; 24: v = 211; 25: v = -18; 26: v = -9889; 27: v = -53;
        28: v = -3693; 29: v = 8; 30: v = 7; 31: v = 221;
        default: v = 0;
      endcase
      weight_5_error = v;
    end
  endfunction
  function signed [35:0] bias_5_exact(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = -49685340;
        default: v = 0;
      endcase
      bias_5_exact = v;
    end
  endfunction
  function signed [35:0] bias_5_error(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = 92;
        default: v = 0;
      endcase
      bias_5_error = v;
    end
  endfunction
  wire signed [11:0] weight_5;
  wire signed [26:0] bias_5;
  wire signed [20:0] weight_5_wide = weight_5;
  wire signed [35:0] bias_5_wide = bias_5;
  digits_layer1_weights_5 lane_5 (.clk(clk), .rst(rst), .address(address),
    .pass_index(pass_index), .weight(weight_5), .bias(bias_5));
  always @* begin
    if (started && address_before < 64)
      weight_5_is_near: assert ((weight_5_wide <<< 8)
        - weight_5_exact(address_before) == weight_5_error(address_before));
    if (pass_index < 2)
      bias_5_is_near: assert ((bias_5_wide <<< 8)
        - bias_5_exact(pass_index) == bias_5_error(pass_index));
  end
  function signed [20:0] weight_6_exact(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = 6706; 1: v = 317526; 2: v = 13302; 3: v = 40466; 4: v = 4185; 5: v = 13256;
        6: v = 15; 7: v = 31801; 8: v = -44084; 9: v = 207390; 10: v = -14714; 11: v = -47958;
        12: v = 51063; 13: v = -65770; 14: v = -53; 15: v = -212197; 16: v = -157088; 17: v = 44222;
        18: v = 153; 19: v = -89146; 20: v = -44886; 21: v = -6786; 22: v = 119992; 23: v = -71779;
        24: v = 75997; 25: v = -6336; 26: v = -260; 27: v = 69666; 28: v = 18891; 29: v = -50;
        30: v = -100719; 31: v = -89308;
        default: v = 0;
      endcase
      weight_6_exact = v;
    end
  endfunction
  function signed [20:0] weight_6_error(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = -6706; 1: v = -86; 2: v = -1014; 3: v = 494; 4: v = -4185; 5: v = 3128;
        6: v = -15; 7: v = 967; 8: v = -972; 9: v = 1506; 10: v = -1670; 11: v = -1194;
        12: v = 137; 13: v = 234; 14: v = 53; 15: v = -795; 16: v = 1440; 17: v = 834;
        18: v = -153; 19: v = -966; 20: v = -170; 21: v = 6786; 22: v = -1208; 23: v = -1949;
        24: v = -2269; 25: v = 6336; 26: v = 260; 27: v = -34; 28: v = -18891; 29: v = 50;
        30: v = 2415; 31: v = -804;
        default: v = 0;
      endcase
      weight_6_error = v;
    end
  endfunction
  function signed [35:0] bias_6_exact(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = -62235516;
        default: v = 0;
      endcase
      bias_6_exact = v;
    end
  endfunction
  function signed [35:0] bias_6_error(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = 124;
        default: v = 0;
      endcase
      bias_6_error = v;
    end
  endfunction
  wire signed [11:0] weight_6;
  wire signed [26:0] bias_6;
  wire signed [20:0] weight_6_wide = weight_6;
  wire signed [35:0] bias_6_wide = bias_6;
  digits_layer1_weights_6 lane_6 (.clk(clk), .rst(rst), .address(address),
    .pass_index(pass_index), .weight(weight_6), .bias(bias_6));
  always @* begin
    if (started && address_before < 64)
      weight_6_is_near: assert ((weight_6_wide <<< 8)
        - weight_6_exact(address_before) == weight_6_error(address_before));
    if (pass_index < 2)
      bias_6_is_near: assert ((bias_6_wide <<< 8)
        - bias_6_exact(pass_index) == bias_6_error(pass_index));
  end
  function signed [20:0] weight_7_exact(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = -261; 1: v = -60527; 2: v = -127716; 3: v = 82050; 4: v = -2142; 5: v = -162310;
        6: v = -166; 7: v = -3696; 8: v = -158864; 9: v = -11018; 10: v = 76264; 11: v = 111349;
        12: v = -102813; 13: v = 140685; 14: v = -191; 15: v = 139518; 16: v = 22584; 17: v = -206430;
        18: v = -150; 19: v = -40518; 20: v = 51750; 21: v = -6242; 22: v = -50686; 23: v = -75884;
        24: v = -209967; 25: v = 120946; 26: v = -4031; 27: v = 281346; 28: v = -7567; 29: v = 154;
        30: v = 15316; 31: v = -53824;
        default: v = 0;
      endcase
      weight_7_exact = v;
    end
  endfunction
  function signed [20:0] weight_7_error(input [5:0] index);
    reg signed [20:0] v;
    begin
      case (index)
        0: v = 261; 1: v = -913; 2: v = 740; 3: v = -130; 4: v = 2142; 5: v = -1530; 6: v = 166;
        7: v = 3696; 8: v = -880; 9: v = -1270; 10: v = -2536; 11: v = -757; 12: v = 413; 13: v = -1421;
        14: v = 191; 15: v = -254; 16: v = -56; 17: v = -418; 18: v = 150; 19: v = -442; 20: v = -550;
        21: v = 6242; 22: v = 1534; 23: v = 2156; 24: v = 1071; 25: v = -114; 26: v = 4031; 27: v = 1278;
        28: v = 7567; 29: v = -154; 30: v = 1068; 31: v = 576;
        default: v = 0;
      endcase
      weight_7_error = v;
    end
  endfunction
  function signed [35:0] bias_7_exact(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = 128151920;
        default: v = 0;
      endcase
      bias_7_exact = v;
    end
  endfunction
  function signed [35:0] bias_7_error(input [0:0] index);
    reg signed [35:0] v;
    begin
      case (index)
        0: v = -112;
        default: v = 0;
      endcase
      bias_7_error = v;
    end
  endfunction
  wire signed [11:0] weight_7;
  wire signed [26:0] bias_7;
  wire signed [20:0] weight_7_wide = weight_7;
  wire signed [35:0] bias_7_wide = bias_7;
  digits_layer1_weights_7 lane_7 (.clk(clk), .rst(rst), .address(address),
    .pass_index(pass_index), .weight(weight_7), .bias(bias_7));
  always @* begin
    if (started && address_before < 64)
      weight_7_is_near: assert ((weight_7_wide <<< 8)
        - weight_7_exact(address_before) == weight_7_error(address_before));
    if (pass_index < 2)
      bias_7_is_near: assert ((bias_7_wide <<< 8)
        - bias_7_exact(pass_index) == bias_7_error(pass_index));
  end
  always @* last_is_read: cover (started && address_before == 63);
endmodule
