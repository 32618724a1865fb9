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
  function signed [19:0] weight_0_exact(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = 1370; 1: v = 1044; 2: v = 116094; 3: v = -39519; 4: v = -1904; 5: v = -13563;
        6: v = 4; 7: v = 45850; 8: v = -65225; 9: v = -65285; 10: v = -13516; 11: v = 8128;
        12: v = -52970; 13: v = 40004; 14: v = -45; 15: v = -55732; 16: v = -19863; 17: v = -13199;
        18: v = 18; 19: v = -77321; 20: v = 128969; 21: v = -10419; 22: v = 82869; 23: v = 20942;
        24: v = -28757; 25: v = -22594; 26: v = 1254; 27: v = -42243; 28: v = -6413; 29: v = 32;
        30: v = -47291; 31: v = 68582; 32: v = 7293; 33: v = -48476; 34: v = -164012; 35: v = -6537;
        36: v = 2222; 37: v = 57505; 38: v = 47; 39: v = -102836; 40: v = 26805; 41: v = -153879;
        42: v = -50359; 43: v = -47143; 44: v = 11581; 45: v = -16328; 46: v = -40; 47: v = -30897;
        48: v = -64049; 49: v = 40831; 50: v = 36; 51: v = -34788; 52: v = 14464; 53: v = -38876;
        54: v = 116875; 55: v = -108662; 56: v = 135888; 57: v = 5892; 58: v = 3026; 59: v = -33665;
        60: v = 3717; 61: v = 39; 62: v = -30984; 63: v = -63010;
        default: v = 0;
      endcase
      weight_0_exact = v;
    end
  endfunction
  function signed [19:0] weight_0_error(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = -1370; 1: v = -1044; 2: v = -1406; 3: v = 607; 4: v = 1904; 5: v = -773; 6: v = -4;
        7: v = -794; 8: v = -311; 9: v = -251; 10: v = 1228; 11: v = 64; 12: v = -278; 13: v = 956;
        14: v = 45; 15: v = 436; 16: v = -617; 17: v = -113; 18: v = -18; 19: v = -503; 20: v = 55;
        21: v = 2227; 22: v = -949; 23: v = -462; 24: v = 85; 25: v = 66; 26: v = -1254; 27: v = 259;
        28: v = 6413; 29: v = -32; 30: v = 187; 31: v = 26; 32: v = 899; 33: v = -164; 34: v = 172;
        35: v = -119; 36: v = -2222; 37: v = -161; 38: v = -47; 39: v = -76; 40: v = -181; 41: v = 279;
        42: v = 183; 43: v = 39; 44: v = -61; 45: v = -56; 46: v = 40; 47: v = 177; 48: v = 49;
        49: v = 129; 50: v = -36; 51: v = -28; 52: v = -128; 53: v = -36; 54: v = -139; 55: v = 118;
        56: v = 48; 57: v = 252; 58: v = -3026; 59: v = -127; 60: v = -3717; 61: v = -39; 62: v = 264;
        63: v = 34;
        default: v = 0;
      endcase
      weight_0_error = v;
    end
  endfunction
  function signed [34:0] bias_0_exact(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = 1831041; 1: v = 119278632;
        default: v = 0;
      endcase
      bias_0_exact = v;
    end
  endfunction
  function signed [34:0] bias_0_error(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = 127; 1: v = -40;
        default: v = 0;
      endcase
      bias_0_error = v;
    end
  endfunction
  wire signed [10:0] weight_0;
  wire signed [25:0] bias_0;
  wire signed [19:0] weight_0_wide = weight_0;
  wire signed [34:0] bias_0_wide = bias_0;
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
  function signed [19:0] weight_1_exact(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = -3030; 1: v = -114439; 2: v = -23400; 3: v = 101276; 4: v = 688; 5: v = 101553;
        6: v = -58; 7: v = 39760; 8: v = 65238; 9: v = 136143; 10: v = 43486; 11: v = 56845;
        12: v = 107234; 13: v = 1388; 14: v = 47; 15: v = -11900; 16: v = 40678; 17: v = 28734;
        18: v = -79; 19: v = -92157; 20: v = -36684; 21: v = -5173; 22: v = -122217; 23: v = 61569;
        24: v = -23090; 25: v = -119620; 26: v = -2437; 27: v = -78154; 28: v = 13584; 29: v = 34;
        30: v = 36279; 31: v = -66781; 32: v = 1374; 33: v = -75822; 34: v = 78583; 35: v = 19717;
        36: v = -1800; 37: v = 63200; 38: v = 6; 39: v = -105796; 40: v = 82086; 41: v = -43921;
        42: v = -46276; 43: v = 18534; 44: v = -129429; 45: v = -8193; 46: v = -63; 47: v = 103279;
        48: v = -4287; 49: v = -35389; 50: v = 56; 51: v = 169413; 52: v = 44368; 53: v = 30435;
        54: v = 20260; 55: v = -8475; 56: v = -8555; 57: v = -55400; 58: v = 1801; 59: v = -143816;
        60: v = -11581; 61: v = -17; 62: v = 60777; 63: v = 82003;
        default: v = 0;
      endcase
      weight_1_exact = v;
    end
  endfunction
  function signed [19:0] weight_1_error(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = 3030; 1: v = -249; 2: v = -152; 3: v = 100; 4: v = -688; 5: v = -177; 6: v = 58;
        7: v = 176; 8: v = 298; 9: v = 49; 10: v = -478; 11: v = -13; 12: v = 30; 13: v = 148;
        14: v = -47; 15: v = 124; 16: v = 282; 17: v = -62; 18: v = 79; 19: v = -3; 20: v = -180;
        21: v = 53; 22: v = -151; 23: v = -129; 24: v = 50; 25: v = -188; 26: v = 2437; 27: v = 330;
        28: v = -1296; 29: v = -34; 30: v = 73; 31: v = 221; 32: v = -1374; 33: v = 46; 34: v = 9;
        35: v = -5; 36: v = 1800; 37: v = 288; 38: v = -6; 39: v = -700; 40: v = -166; 41: v = -111;
        42: v = 196; 43: v = -102; 44: v = -107; 45: v = 1; 46: v = 63; 47: v = 145; 48: v = 191;
        49: v = 61; 50: v = -56; 51: v = 59; 52: v = -80; 53: v = 285; 54: v = 220; 55: v = 283;
        56: v = -149; 57: v = 104; 58: v = -1801; 59: v = -56; 60: v = -707; 61: v = 17; 62: v = -361;
        63: v = -83;
        default: v = 0;
      endcase
      weight_1_error = v;
    end
  endfunction
  function signed [34:0] bias_1_exact(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = -9954458; 1: v = -69059376;
        default: v = 0;
      endcase
      bias_1_exact = v;
    end
  endfunction
  function signed [34:0] bias_1_error(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = -102; 1: v = 48;
        default: v = 0;
      endcase
      bias_1_error = v;
    end
  endfunction
  wire signed [10:0] weight_1;
  wire signed [25:0] bias_1;
  wire signed [19:0] weight_1_wide = weight_1;
  wire signed [34:0] bias_1_wide = bias_1;
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
  function signed [19:0] weight_2_exact(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = -1683; 1: v = -86267; 2: v = 109289; 3: v = -6062; 4: v = 2020; 5: v = -1872;
        6: v = 50; 7: v = -15354; 8: v = -96029; 9: v = -19699; 10: v = -10395; 11: v = 39426;
        12: v = 97948; 13: v = -47570; 14: v = 40; 15: v = -46515; 16: v = -59309; 17: v = 58268;
        18: v = 23; 19: v = 9059; 20: v = -81125; 21: v = 10824; 22: v = -99238; 23: v = 27292;
        24: v = 104966; 25: v = 30982; 26: v = -827; 27: v = 114306; 28: v = 9612; 29: v = -15;
        30: v = -38167; 31: v = 125080;
        default: v = 0;
      endcase
      weight_2_exact = v;
    end
  endfunction
  function signed [19:0] weight_2_error(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = 1683; 1: v = 251; 2: v = 23; 3: v = -82; 4: v = -2020; 5: v = -176; 6: v = -50;
        7: v = -6; 8: v = -227; 9: v = 243; 10: v = 155; 11: v = -2; 12: v = 356; 13: v = -46;
        14: v = -40; 15: v = -77; 16: v = -83; 17: v = 100; 18: v = -23; 19: v = 157; 20: v = -795;
        21: v = -584; 22: v = -90; 23: v = -156; 24: v = -6; 25: v = -262; 26: v = 827; 27: v = 382;
        28: v = -1420; 29: v = 15; 30: v = 279; 31: v = -152;
        default: v = 0;
      endcase
      weight_2_error = v;
    end
  endfunction
  function signed [34:0] bias_2_exact(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = -35155976;
        default: v = 0;
      endcase
      bias_2_exact = v;
    end
  endfunction
  function signed [34:0] bias_2_error(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = 8;
        default: v = 0;
      endcase
      bias_2_error = v;
    end
  endfunction
  wire signed [10:0] weight_2;
  wire signed [25:0] bias_2;
  wire signed [19:0] weight_2_wide = weight_2;
  wire signed [34:0] bias_2_wide = bias_2;
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
  function signed [19:0] weight_3_exact(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = 1058; 1: v = 101973; 2: v = 3148; 3: v = -34478; 4: v = 1557; 5: v = -18005;
        6: v = 54; 7: v = 16992; 8: v = 85586; 9: v = -24842; 10: v = 79230; 11: v = -1366;
        12: v = -70005; 13: v = -67740; 14: v = 84; 15: v = 134038; 16: v = -16635; 17: v = -14172;
        18: v = 25; 19: v = -67618; 20: v = -130749; 21: v = 15835; 22: v = -48142; 23: v = 61673;
        24: v = 43277; 25: v = 127912; 26: v = 1967; 27: v = 57126; 28: v = -7048; 29: v = -14;
        30: v = 38880; 31: v = 12790;
        default: v = 0;
      endcase
      weight_3_exact = v;
    end
  endfunction
  function signed [19:0] weight_3_error(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = -1058; 1: v = 427; 2: v = -76; 3: v = -338; 4: v = -1557; 5: v = -427; 6: v = -54;
        7: v = -608; 8: v = 430; 9: v = 266; 10: v = 642; 11: v = 1366; 12: v = 373; 13: v = 156;
        14: v = -84; 15: v = 106; 16: v = 251; 17: v = -164; 18: v = -25; 19: v = 34; 20: v = -323;
        21: v = 549; 22: v = 14; 23: v = -233; 24: v = -269; 25: v = -936; 26: v = -1967; 27: v = 218;
        28: v = 7048; 29: v = 14; 30: v = 32; 31: v = -502;
        default: v = 0;
      endcase
      weight_3_error = v;
    end
  endfunction
  function signed [34:0] bias_3_exact(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = -33682948;
        default: v = 0;
      endcase
      bias_3_exact = v;
    end
  endfunction
  function signed [34:0] bias_3_error(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = 4;
        default: v = 0;
      endcase
      bias_3_error = v;
    end
  endfunction
  wire signed [10:0] weight_3;
  wire signed [25:0] bias_3;
  wire signed [19:0] weight_3_wide = weight_3;
  wire signed [34:0] bias_3_wide = bias_3;
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
  function signed [19:0] weight_4_exact(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = -7792; 1: v = 119943; 2: v = -22503; 3: v = 51275; 4: v = -2356; 5: v = -48705;
        6: v = -28; 7: v = -4443; 8: v = -13067; 9: v = -19919; 10: v = -19235; 11: v = -55277;
        12: v = 108600; 13: v = 141462; 14: v = -47; 15: v = -90910; 16: v = 86989; 17: v = -110600;
        18: v = -15; 19: v = 84396; 20: v = 45682; 21: v = 1894; 22: v = -14981; 23: v = -5844;
        24: v = -84008; 25: v = -55921; 26: v = -7598; 27: v = -30416; 28: v = 6838; 29: v = 70;
        30: v = -27999; 31: v = -27436;
        default: v = 0;
      endcase
      weight_4_exact = v;
    end
  endfunction
  function signed [19:0] weight_4_error(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = 7792; 1: v = -135; 2: v = -25; 3: v = -75; 4: v = 2356; 5: v = -447; 6: v = 28;
        7: v = 347; 8: v = 779; 9: v = -561; 10: v = -1245; 11: v = -19; 12: v = -56; 13: v = -150;
        14: v = 47; 15: v = -226; 16: v = 51; 17: v = 8; 18: v = 15; 19: v = -428; 20: v = -626;
        21: v = -1894; 22: v = 133; 23: v = -300; 24: v = 40; 25: v = 625; 26: v = 7598; 27: v = -304;
        28: v = 1354; 29: v = -70; 30: v = -673; 31: v = -212;
        default: v = 0;
      endcase
      weight_4_error = v;
    end
  endfunction
  function signed [34:0] bias_4_exact(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = 12211455;
        default: v = 0;
      endcase
      bias_4_exact = v;
    end
  endfunction
  function signed [34:0] bias_4_error(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = 1;
        default: v = 0;
      endcase
      bias_4_error = v;
    end
  endfunction
  wire signed [10:0] weight_4;
  wire signed [25:0] bias_4;
  wire signed [19:0] weight_4_wide = weight_4;
  wire signed [34:0] bias_4_wide = bias_4;
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
  function signed [19:0] weight_5_exact(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = -2105; 1: v = -26309; 2: v = -39869; 3: v = -147022; 4: v = -1197; 5: v = -65643;
        6: v = -16; 7: v = 111643; 8: v = 16120; 9: v = 93320; 10: v = -13647; 11: v = -50832;
        12: v = -46854; 13: v = -80606; 14: v = 89; 15: v = 35008; 16: v = 103710; 17: v = 126766;
        18: v = 10; 19: v = 73882; 20: v = 11824; 21: v = 1966; 22: v = 30117; 23: v = 25179;
        24: v = -72810; 25: v = 31241; 26: v = 4945; 27: v = -18918; 28: v = -14537; 29: v = -4;
        30: v = 51196; 31: v = -59502;
        default: v = 0;
      endcase
      weight_5_exact = v;
    end
  endfunction
  function signed [19:0] weight_5_error(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = 2105; 1: v = -59; 2: v = -67; 3: v = -434; 4: v = 1197; 5: v = 107; 6: v = 16;
        7: v = -27; 8: v = 264; 9: v = -136; 10: v = 335; 11: v = 144; 12: v = 6; 13: v = -34;
        14: v = -89; 15: v = -192; 16: v = -30; 17: v = 210; 18: v = -10; 19: v = -154; 20: v = 464;
        21: v = -1966; 22: v = 91; 23: v = -603; 24: v = 106; 25: v = -9; 26: v = -4945; 27: v = -26;
        28: v = -1847; 29: v = 4; 30: v = 4; 31: v = 110;
        default: v = 0;
      endcase
      weight_5_error = v;
    end
  endfunction
  function signed [34:0] bias_5_exact(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = -24842670;
        default: v = 0;
      endcase
      bias_5_exact = v;
    end
  endfunction
  function signed [34:0] bias_5_error(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = -82;
        default: v = 0;
      endcase
      bias_5_error = v;
    end
  endfunction
  wire signed [10:0] weight_5;
  wire signed [25:0] bias_5;
  wire signed [19:0] weight_5_wide = weight_5;
  wire signed [34:0] bias_5_wide = bias_5;
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
  function signed [19:0] weight_6_exact(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = 3353; 1: v = 158763; 2: v = 6651; 3: v = 20233; 4: v = 2092; 5: v = 6628;
        6: v = 7; 7: v = 15901; 8: v = -22042; 9: v = 103695; 10: v = -7357; 11: v = -23979;
        12: v = 25532; 13: v = -32885; 14: v = -27; 15: v = -106099; 16: v = -78544; 17: v = 22111;
        18: v = 76; 19: v = -44573; 20: v = -22443; 21: v = -3393; 22: v = 59996; 23: v = -35890;
        24: v = 37999; 25: v = -3168; 26: v = -130; 27: v = 34833; 28: v = 9446; 29: v = -25;
        30: v = -50360; 31: v = -44654;
        default: v = 0;
      endcase
      weight_6_exact = v;
    end
  endfunction
  function signed [19:0] weight_6_error(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = -3353; 1: v = -43; 2: v = -507; 3: v = 247; 4: v = -2092; 5: v = 1564; 6: v = -7;
        7: v = 483; 8: v = -486; 9: v = 753; 10: v = -835; 11: v = -597; 12: v = 68; 13: v = 117;
        14: v = 27; 15: v = -397; 16: v = 720; 17: v = 417; 18: v = -76; 19: v = -483; 20: v = -85;
        21: v = 3393; 22: v = -604; 23: v = -974; 24: v = -1135; 25: v = 3168; 26: v = 130; 27: v = -17;
        28: v = -9446; 29: v = 25; 30: v = 1208; 31: v = -402;
        default: v = 0;
      endcase
      weight_6_error = v;
    end
  endfunction
  function signed [34:0] bias_6_exact(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = -31117758;
        default: v = 0;
      endcase
      bias_6_exact = v;
    end
  endfunction
  function signed [34:0] bias_6_error(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = -66;
        default: v = 0;
      endcase
      bias_6_error = v;
    end
  endfunction
  wire signed [10:0] weight_6;
  wire signed [25:0] bias_6;
  wire signed [19:0] weight_6_wide = weight_6;
  wire signed [34:0] bias_6_wide = bias_6;
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
  function signed [19:0] weight_7_exact(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = -130; 1: v = -30264; 2: v = -63858; 3: v = 41025; 4: v = -1071; 5: v = -81155;
        6: v = -83; 7: v = -1848; 8: v = -79432; 9: v = -5509; 10: v = 38132; 11: v = 55675;
        12: v = -51406; 13: v = 70342; 14: v = -96; 15: v = 69759; 16: v = 11292; 17: v = -103215;
        18: v = -75; 19: v = -20259; 20: v = 25875; 21: v = -3121; 22: v = -25343; 23: v = -37942;
        24: v = -104984; 25: v = 60473; 26: v = -2016; 27: v = 140673; 28: v = -3784; 29: v = 77;
        30: v = 7658; 31: v = -26912;
        default: v = 0;
      endcase
      weight_7_exact = v;
    end
  endfunction
  function signed [19:0] weight_7_error(input [5:0] index);
    reg signed [19:0] v;
    begin
      case (index)
        0: v = 130; 1: v = -456; 2: v = 370; 3: v = -65; 4: v = 1071; 5: v = -765; 6: v = 83;
        7: v = 1848; 8: v = -440; 9: v = -635; 10: v = -1268; 11: v = -379; 12: v = 206; 13: v = -710;
        14: v = 96; 15: v = -127; 16: v = -28; 17: v = -209; 18: v = 75; 19: v = -221; 20: v = -275;
        21: v = 3121; 22: v = 767; 23: v = 1078; 24: v = 536; 25: v = -57; 26: v = 2016; 27: v = 639;
        28: v = 3784; 29: v = -77; 30: v = 534; 31: v = 288;
        default: v = 0;
      endcase
      weight_7_error = v;
    end
  endfunction
  function signed [34:0] bias_7_exact(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = 64075960;
        default: v = 0;
      endcase
      bias_7_exact = v;
    end
  endfunction
  function signed [34:0] bias_7_error(input [0:0] index);
    reg signed [34:0] v;
    begin
      case (index)
        0: v = 72;
        default: v = 0;
      endcase
      bias_7_error = v;
    end
  endfunction
  wire signed [10:0] weight_7;
  wire signed [25:0] bias_7;
  wire signed [19:0] weight_7_wide = weight_7;
  wire signed [34:0] bias_7_wide = bias_7;
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
