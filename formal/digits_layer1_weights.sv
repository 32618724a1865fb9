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
    case (index)
      6'd0: weight_0_exact = 21'sd2740;
      6'd1: weight_0_exact = 21'sd2087;
      6'd2: weight_0_exact = 21'sd232187;
      6'd3: weight_0_exact = -21'sd79039;
      6'd4: weight_0_exact = -21'sd3808;
      6'd5: weight_0_exact = -21'sd27126;
      6'd6: weight_0_exact = 21'sd8;
      6'd7: weight_0_exact = 21'sd91700;
      6'd8: weight_0_exact = -21'sd130450;
      6'd9: weight_0_exact = -21'sd130570;
      6'd10: weight_0_exact = -21'sd27033;
      6'd11: weight_0_exact = 21'sd16255;
      6'd12: weight_0_exact = -21'sd105939;
      6'd13: weight_0_exact = 21'sd80009;
      6'd14: weight_0_exact = -21'sd90;
      6'd15: weight_0_exact = -21'sd111465;
      6'd16: weight_0_exact = -21'sd39726;
      6'd17: weight_0_exact = -21'sd26399;
      6'd18: weight_0_exact = 21'sd35;
      6'd19: weight_0_exact = -21'sd154642;
      6'd20: weight_0_exact = 21'sd257938;
      6'd21: weight_0_exact = -21'sd20837;
      6'd22: weight_0_exact = 21'sd165738;
      6'd23: weight_0_exact = 21'sd41885;
      6'd24: weight_0_exact = -21'sd57514;
      6'd25: weight_0_exact = -21'sd45189;
      6'd26: weight_0_exact = 21'sd2508;
      6'd27: weight_0_exact = -21'sd84487;
      6'd28: weight_0_exact = -21'sd12826;
      6'd29: weight_0_exact = 21'sd63;
      6'd30: weight_0_exact = -21'sd94582;
      6'd31: weight_0_exact = 21'sd137164;
      6'd32: weight_0_exact = 21'sd14586;
      6'd33: weight_0_exact = -21'sd96952;
      6'd34: weight_0_exact = -21'sd328023;
      6'd35: weight_0_exact = -21'sd13075;
      6'd36: weight_0_exact = 21'sd4443;
      6'd37: weight_0_exact = 21'sd115010;
      6'd38: weight_0_exact = 21'sd94;
      6'd39: weight_0_exact = -21'sd205671;
      6'd40: weight_0_exact = 21'sd53610;
      6'd41: weight_0_exact = -21'sd307759;
      6'd42: weight_0_exact = -21'sd100717;
      6'd43: weight_0_exact = -21'sd94287;
      6'd44: weight_0_exact = 21'sd23162;
      6'd45: weight_0_exact = -21'sd32657;
      6'd46: weight_0_exact = -21'sd80;
      6'd47: weight_0_exact = -21'sd61794;
      6'd48: weight_0_exact = -21'sd128099;
      6'd49: weight_0_exact = 21'sd81662;
      6'd50: weight_0_exact = 21'sd72;
      6'd51: weight_0_exact = -21'sd69576;
      6'd52: weight_0_exact = 21'sd28928;
      6'd53: weight_0_exact = -21'sd77751;
      6'd54: weight_0_exact = 21'sd233751;
      6'd55: weight_0_exact = -21'sd217325;
      6'd56: weight_0_exact = 21'sd271777;
      6'd57: weight_0_exact = 21'sd11784;
      6'd58: weight_0_exact = 21'sd6053;
      6'd59: weight_0_exact = -21'sd67329;
      6'd60: weight_0_exact = 21'sd7435;
      6'd61: weight_0_exact = 21'sd78;
      6'd62: weight_0_exact = -21'sd61967;
      6'd63: weight_0_exact = -21'sd126020;
      default: weight_0_exact = 0;
    endcase
  endfunction
  function signed [20:0] weight_0_error(input [5:0] index);
    case (index)
      6'd0: weight_0_error = -21'sd2740;
      6'd1: weight_0_error = -21'sd2087;
      6'd2: weight_0_error = -21'sd2811;
      6'd3: weight_0_error = 21'sd1215;
      6'd4: weight_0_error = 21'sd3808;
      6'd5: weight_0_error = -21'sd1546;
      6'd6: weight_0_error = -21'sd8;
      6'd7: weight_0_error = -21'sd1588;
      6'd8: weight_0_error = -21'sd622;
      6'd9: weight_0_error = -21'sd502;
      6'd10: weight_0_error = 21'sd2457;
      6'd11: weight_0_error = 21'sd129;
      6'd12: weight_0_error = -21'sd557;
      6'd13: weight_0_error = 21'sd1911;
      6'd14: weight_0_error = 21'sd90;
      6'd15: weight_0_error = 21'sd873;
      6'd16: weight_0_error = -21'sd1234;
      6'd17: weight_0_error = -21'sd225;
      6'd18: weight_0_error = -21'sd35;
      6'd19: weight_0_error = -21'sd1006;
      6'd20: weight_0_error = 21'sd110;
      6'd21: weight_0_error = 21'sd4453;
      6'd22: weight_0_error = -21'sd1898;
      6'd23: weight_0_error = -21'sd925;
      6'd24: weight_0_error = 21'sd170;
      6'd25: weight_0_error = 21'sd133;
      6'd26: weight_0_error = -21'sd2508;
      6'd27: weight_0_error = 21'sd519;
      6'd28: weight_0_error = 21'sd12826;
      6'd29: weight_0_error = -21'sd63;
      6'd30: weight_0_error = 21'sd374;
      6'd31: weight_0_error = 21'sd52;
      6'd32: weight_0_error = 21'sd1798;
      6'd33: weight_0_error = -21'sd328;
      6'd34: weight_0_error = 21'sd343;
      6'd35: weight_0_error = -21'sd237;
      6'd36: weight_0_error = -21'sd4443;
      6'd37: weight_0_error = -21'sd322;
      6'd38: weight_0_error = -21'sd94;
      6'd39: weight_0_error = -21'sd153;
      6'd40: weight_0_error = -21'sd362;
      6'd41: weight_0_error = 21'sd559;
      6'd42: weight_0_error = 21'sd365;
      6'd43: weight_0_error = 21'sd79;
      6'd44: weight_0_error = -21'sd122;
      6'd45: weight_0_error = -21'sd111;
      6'd46: weight_0_error = 21'sd80;
      6'd47: weight_0_error = 21'sd354;
      6'd48: weight_0_error = 21'sd99;
      6'd49: weight_0_error = 21'sd258;
      6'd50: weight_0_error = -21'sd72;
      6'd51: weight_0_error = -21'sd56;
      6'd52: weight_0_error = -21'sd256;
      6'd53: weight_0_error = -21'sd73;
      6'd54: weight_0_error = -21'sd279;
      6'd55: weight_0_error = 21'sd237;
      6'd56: weight_0_error = 21'sd95;
      6'd57: weight_0_error = 21'sd504;
      6'd58: weight_0_error = -21'sd6053;
      6'd59: weight_0_error = -21'sd255;
      6'd60: weight_0_error = -21'sd7435;
      6'd61: weight_0_error = -21'sd78;
      6'd62: weight_0_error = 21'sd527;
      6'd63: weight_0_error = 21'sd68;
      default: weight_0_error = 0;
    endcase
  endfunction
  function signed [35:0] bias_0_exact(input [0:0] index);
    case (index)
      1'd0: bias_0_exact = 36'sd3662083;
      1'd1: bias_0_exact = 36'sd238557264;
      default: bias_0_exact = 0;
    endcase
  endfunction
  function signed [35:0] bias_0_error(input [0:0] index);
    case (index)
      1'd0: bias_0_error = -36'sd3;
      1'd1: bias_0_error = -36'sd80;
      default: bias_0_error = 0;
    endcase
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
    case (index)
      6'd0: weight_1_exact = -21'sd6061;
      6'd1: weight_1_exact = -21'sd228878;
      6'd2: weight_1_exact = -21'sd46800;
      6'd3: weight_1_exact = 21'sd202551;
      6'd4: weight_1_exact = 21'sd1376;
      6'd5: weight_1_exact = 21'sd203106;
      6'd6: weight_1_exact = -21'sd116;
      6'd7: weight_1_exact = 21'sd79520;
      6'd8: weight_1_exact = 21'sd130475;
      6'd9: weight_1_exact = 21'sd272286;
      6'd10: weight_1_exact = 21'sd86972;
      6'd11: weight_1_exact = 21'sd113690;
      6'd12: weight_1_exact = 21'sd214469;
      6'd13: weight_1_exact = 21'sd2776;
      6'd14: weight_1_exact = 21'sd93;
      6'd15: weight_1_exact = -21'sd23801;
      6'd16: weight_1_exact = 21'sd81356;
      6'd17: weight_1_exact = 21'sd57468;
      6'd18: weight_1_exact = -21'sd157;
      6'd19: weight_1_exact = -21'sd184313;
      6'd20: weight_1_exact = -21'sd73368;
      6'd21: weight_1_exact = -21'sd10347;
      6'd22: weight_1_exact = -21'sd244434;
      6'd23: weight_1_exact = 21'sd123138;
      6'd24: weight_1_exact = -21'sd46180;
      6'd25: weight_1_exact = -21'sd239239;
      6'd26: weight_1_exact = -21'sd4873;
      6'd27: weight_1_exact = -21'sd156309;
      6'd28: weight_1_exact = 21'sd27167;
      6'd29: weight_1_exact = 21'sd69;
      6'd30: weight_1_exact = 21'sd72558;
      6'd31: weight_1_exact = -21'sd133562;
      6'd32: weight_1_exact = 21'sd2747;
      6'd33: weight_1_exact = -21'sd151644;
      6'd34: weight_1_exact = 21'sd157165;
      6'd35: weight_1_exact = 21'sd39433;
      6'd36: weight_1_exact = -21'sd3600;
      6'd37: weight_1_exact = 21'sd126400;
      6'd38: weight_1_exact = 21'sd13;
      6'd39: weight_1_exact = -21'sd211591;
      6'd40: weight_1_exact = 21'sd164171;
      6'd41: weight_1_exact = -21'sd87843;
      6'd42: weight_1_exact = -21'sd92552;
      6'd43: weight_1_exact = 21'sd37067;
      6'd44: weight_1_exact = -21'sd258858;
      6'd45: weight_1_exact = -21'sd16386;
      6'd46: weight_1_exact = -21'sd126;
      6'd47: weight_1_exact = 21'sd206557;
      6'd48: weight_1_exact = -21'sd8575;
      6'd49: weight_1_exact = -21'sd70778;
      6'd50: weight_1_exact = 21'sd112;
      6'd51: weight_1_exact = 21'sd338826;
      6'd52: weight_1_exact = 21'sd88735;
      6'd53: weight_1_exact = 21'sd60871;
      6'd54: weight_1_exact = 21'sd40520;
      6'd55: weight_1_exact = -21'sd16951;
      6'd56: weight_1_exact = -21'sd17110;
      6'd57: weight_1_exact = -21'sd110799;
      6'd58: weight_1_exact = 21'sd3601;
      6'd59: weight_1_exact = -21'sd287633;
      6'd60: weight_1_exact = -21'sd23161;
      6'd61: weight_1_exact = -21'sd33;
      6'd62: weight_1_exact = 21'sd121554;
      6'd63: weight_1_exact = 21'sd164006;
      default: weight_1_exact = 0;
    endcase
  endfunction
  function signed [20:0] weight_1_error(input [5:0] index);
    case (index)
      6'd0: weight_1_error = 21'sd6061;
      6'd1: weight_1_error = -21'sd498;
      6'd2: weight_1_error = -21'sd304;
      6'd3: weight_1_error = 21'sd201;
      6'd4: weight_1_error = -21'sd1376;
      6'd5: weight_1_error = -21'sd354;
      6'd6: weight_1_error = 21'sd116;
      6'd7: weight_1_error = 21'sd352;
      6'd8: weight_1_error = 21'sd597;
      6'd9: weight_1_error = 21'sd98;
      6'd10: weight_1_error = -21'sd956;
      6'd11: weight_1_error = -21'sd26;
      6'd12: weight_1_error = 21'sd59;
      6'd13: weight_1_error = 21'sd296;
      6'd14: weight_1_error = -21'sd93;
      6'd15: weight_1_error = 21'sd249;
      6'd16: weight_1_error = 21'sd564;
      6'd17: weight_1_error = -21'sd124;
      6'd18: weight_1_error = 21'sd157;
      6'd19: weight_1_error = -21'sd7;
      6'd20: weight_1_error = -21'sd360;
      6'd21: weight_1_error = 21'sd107;
      6'd22: weight_1_error = -21'sd46;
      6'd23: weight_1_error = -21'sd258;
      6'd24: weight_1_error = 21'sd100;
      6'd25: weight_1_error = -21'sd377;
      6'd26: weight_1_error = 21'sd4873;
      6'd27: weight_1_error = 21'sd661;
      6'd28: weight_1_error = -21'sd2591;
      6'd29: weight_1_error = -21'sd69;
      6'd30: weight_1_error = 21'sd146;
      6'd31: weight_1_error = 21'sd442;
      6'd32: weight_1_error = -21'sd2747;
      6'd33: weight_1_error = 21'sd92;
      6'd34: weight_1_error = 21'sd19;
      6'd35: weight_1_error = -21'sd9;
      6'd36: weight_1_error = 21'sd3600;
      6'd37: weight_1_error = 21'sd576;
      6'd38: weight_1_error = -21'sd13;
      6'd39: weight_1_error = -21'sd1401;
      6'd40: weight_1_error = -21'sd331;
      6'd41: weight_1_error = -21'sd221;
      6'd42: weight_1_error = 21'sd392;
      6'd43: weight_1_error = -21'sd203;
      6'd44: weight_1_error = -21'sd214;
      6'd45: weight_1_error = 21'sd2;
      6'd46: weight_1_error = 21'sd126;
      6'd47: weight_1_error = 21'sd291;
      6'd48: weight_1_error = 21'sd383;
      6'd49: weight_1_error = 21'sd122;
      6'd50: weight_1_error = -21'sd112;
      6'd51: weight_1_error = 21'sd118;
      6'd52: weight_1_error = -21'sd159;
      6'd53: weight_1_error = 21'sd569;
      6'd54: weight_1_error = 21'sd440;
      6'd55: weight_1_error = 21'sd567;
      6'd56: weight_1_error = -21'sd298;
      6'd57: weight_1_error = 21'sd207;
      6'd58: weight_1_error = -21'sd3601;
      6'd59: weight_1_error = -21'sd111;
      6'd60: weight_1_error = -21'sd1415;
      6'd61: weight_1_error = 21'sd33;
      6'd62: weight_1_error = -21'sd722;
      6'd63: weight_1_error = -21'sd166;
      default: weight_1_error = 0;
    endcase
  endfunction
  function signed [35:0] bias_1_exact(input [0:0] index);
    case (index)
      1'd0: bias_1_exact = -36'sd19908916;
      1'd1: bias_1_exact = -36'sd138118752;
      default: bias_1_exact = 0;
    endcase
  endfunction
  function signed [35:0] bias_1_error(input [0:0] index);
    case (index)
      1'd0: bias_1_error = 36'sd52;
      1'd1: bias_1_error = 36'sd96;
      default: bias_1_error = 0;
    endcase
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
    case (index)
      6'd0: weight_2_exact = -21'sd3366;
      6'd1: weight_2_exact = -21'sd172534;
      6'd2: weight_2_exact = 21'sd218578;
      6'd3: weight_2_exact = -21'sd12125;
      6'd4: weight_2_exact = 21'sd4041;
      6'd5: weight_2_exact = -21'sd3745;
      6'd6: weight_2_exact = 21'sd99;
      6'd7: weight_2_exact = -21'sd30708;
      6'd8: weight_2_exact = -21'sd192058;
      6'd9: weight_2_exact = -21'sd39398;
      6'd10: weight_2_exact = -21'sd20791;
      6'd11: weight_2_exact = 21'sd78853;
      6'd12: weight_2_exact = 21'sd195897;
      6'd13: weight_2_exact = -21'sd95140;
      6'd14: weight_2_exact = 21'sd80;
      6'd15: weight_2_exact = -21'sd93030;
      6'd16: weight_2_exact = -21'sd118618;
      6'd17: weight_2_exact = 21'sd116535;
      6'd18: weight_2_exact = 21'sd46;
      6'd19: weight_2_exact = 21'sd18118;
      6'd20: weight_2_exact = -21'sd162250;
      6'd21: weight_2_exact = 21'sd21647;
      6'd22: weight_2_exact = -21'sd198477;
      6'd23: weight_2_exact = 21'sd54584;
      6'd24: weight_2_exact = 21'sd209932;
      6'd25: weight_2_exact = 21'sd61963;
      6'd26: weight_2_exact = -21'sd1654;
      6'd27: weight_2_exact = 21'sd228613;
      6'd28: weight_2_exact = 21'sd19225;
      6'd29: weight_2_exact = -21'sd30;
      6'd30: weight_2_exact = -21'sd76335;
      6'd31: weight_2_exact = 21'sd250160;
      6'd32: weight_2_exact = 21'sd0;
      6'd33: weight_2_exact = 21'sd0;
      6'd34: weight_2_exact = 21'sd0;
      6'd35: weight_2_exact = 21'sd0;
      6'd36: weight_2_exact = 21'sd0;
      6'd37: weight_2_exact = 21'sd0;
      6'd38: weight_2_exact = 21'sd0;
      6'd39: weight_2_exact = 21'sd0;
      6'd40: weight_2_exact = 21'sd0;
      6'd41: weight_2_exact = 21'sd0;
      6'd42: weight_2_exact = 21'sd0;
      6'd43: weight_2_exact = 21'sd0;
      6'd44: weight_2_exact = 21'sd0;
      6'd45: weight_2_exact = 21'sd0;
      6'd46: weight_2_exact = 21'sd0;
      6'd47: weight_2_exact = 21'sd0;
      6'd48: weight_2_exact = 21'sd0;
      6'd49: weight_2_exact = 21'sd0;
      6'd50: weight_2_exact = 21'sd0;
      6'd51: weight_2_exact = 21'sd0;
      6'd52: weight_2_exact = 21'sd0;
      6'd53: weight_2_exact = 21'sd0;
      6'd54: weight_2_exact = 21'sd0;
      6'd55: weight_2_exact = 21'sd0;
      6'd56: weight_2_exact = 21'sd0;
      6'd57: weight_2_exact = 21'sd0;
      6'd58: weight_2_exact = 21'sd0;
      6'd59: weight_2_exact = 21'sd0;
      6'd60: weight_2_exact = 21'sd0;
      6'd61: weight_2_exact = 21'sd0;
      6'd62: weight_2_exact = 21'sd0;
      6'd63: weight_2_exact = 21'sd0;
      default: weight_2_exact = 0;
    endcase
  endfunction
  function signed [20:0] weight_2_error(input [5:0] index);
    case (index)
      6'd0: weight_2_error = 21'sd3366;
      6'd1: weight_2_error = 21'sd502;
      6'd2: weight_2_error = 21'sd558;
      6'd3: weight_2_error = -21'sd163;
      6'd4: weight_2_error = -21'sd4041;
      6'd5: weight_2_error = -21'sd351;
      6'd6: weight_2_error = -21'sd99;
      6'd7: weight_2_error = -21'sd12;
      6'd8: weight_2_error = -21'sd454;
      6'd9: weight_2_error = 21'sd486;
      6'd10: weight_2_error = 21'sd311;
      6'd11: weight_2_error = -21'sd5;
      6'd12: weight_2_error = 21'sd711;
      6'd13: weight_2_error = -21'sd92;
      6'd14: weight_2_error = -21'sd80;
      6'd15: weight_2_error = -21'sd154;
      6'd16: weight_2_error = -21'sd166;
      6'd17: weight_2_error = 21'sd201;
      6'd18: weight_2_error = -21'sd46;
      6'd19: weight_2_error = 21'sd314;
      6'd20: weight_2_error = -21'sd1590;
      6'd21: weight_2_error = -21'sd1167;
      6'd22: weight_2_error = -21'sd179;
      6'd23: weight_2_error = -21'sd312;
      6'd24: weight_2_error = -21'sd12;
      6'd25: weight_2_error = -21'sd523;
      6'd26: weight_2_error = 21'sd1654;
      6'd27: weight_2_error = 21'sd763;
      6'd28: weight_2_error = -21'sd2841;
      6'd29: weight_2_error = 21'sd30;
      6'd30: weight_2_error = 21'sd559;
      6'd31: weight_2_error = -21'sd304;
      6'd32: weight_2_error = 21'sd0;
      6'd33: weight_2_error = 21'sd0;
      6'd34: weight_2_error = 21'sd0;
      6'd35: weight_2_error = 21'sd0;
      6'd36: weight_2_error = 21'sd0;
      6'd37: weight_2_error = 21'sd0;
      6'd38: weight_2_error = 21'sd0;
      6'd39: weight_2_error = 21'sd0;
      6'd40: weight_2_error = 21'sd0;
      6'd41: weight_2_error = 21'sd0;
      6'd42: weight_2_error = 21'sd0;
      6'd43: weight_2_error = 21'sd0;
      6'd44: weight_2_error = 21'sd0;
      6'd45: weight_2_error = 21'sd0;
      6'd46: weight_2_error = 21'sd0;
      6'd47: weight_2_error = 21'sd0;
      6'd48: weight_2_error = 21'sd0;
      6'd49: weight_2_error = 21'sd0;
      6'd50: weight_2_error = 21'sd0;
      6'd51: weight_2_error = 21'sd0;
      6'd52: weight_2_error = 21'sd0;
      6'd53: weight_2_error = 21'sd0;
      6'd54: weight_2_error = 21'sd0;
      6'd55: weight_2_error = 21'sd0;
      6'd56: weight_2_error = 21'sd0;
      6'd57: weight_2_error = 21'sd0;
      6'd58: weight_2_error = 21'sd0;
      6'd59: weight_2_error = 21'sd0;
      6'd60: weight_2_error = 21'sd0;
      6'd61: weight_2_error = 21'sd0;
      6'd62: weight_2_error = 21'sd0;
      6'd63: weight_2_error = 21'sd0;
      default: weight_2_error = 0;
    endcase
  endfunction
  function signed [35:0] bias_2_exact(input [0:0] index);
    case (index)
      1'd0: bias_2_exact = -36'sd70311952;
      1'd1: bias_2_exact = 36'sd0;
      default: bias_2_exact = 0;
    endcase
  endfunction
  function signed [35:0] bias_2_error(input [0:0] index);
    case (index)
      1'd0: bias_2_error = 36'sd16;
      1'd1: bias_2_error = 36'sd0;
      default: bias_2_error = 0;
    endcase
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
    case (index)
      6'd0: weight_3_exact = 21'sd2117;
      6'd1: weight_3_exact = 21'sd203945;
      6'd2: weight_3_exact = 21'sd6297;
      6'd3: weight_3_exact = -21'sd68955;
      6'd4: weight_3_exact = 21'sd3113;
      6'd5: weight_3_exact = -21'sd36010;
      6'd6: weight_3_exact = 21'sd108;
      6'd7: weight_3_exact = 21'sd33985;
      6'd8: weight_3_exact = 21'sd171171;
      6'd9: weight_3_exact = -21'sd49684;
      6'd10: weight_3_exact = 21'sd158459;
      6'd11: weight_3_exact = -21'sd2732;
      6'd12: weight_3_exact = -21'sd140009;
      6'd13: weight_3_exact = -21'sd135480;
      6'd14: weight_3_exact = 21'sd169;
      6'd15: weight_3_exact = 21'sd268076;
      6'd16: weight_3_exact = -21'sd33270;
      6'd17: weight_3_exact = -21'sd28344;
      6'd18: weight_3_exact = 21'sd49;
      6'd19: weight_3_exact = -21'sd135237;
      6'd20: weight_3_exact = -21'sd261498;
      6'd21: weight_3_exact = 21'sd31669;
      6'd22: weight_3_exact = -21'sd96283;
      6'd23: weight_3_exact = 21'sd123345;
      6'd24: weight_3_exact = 21'sd86553;
      6'd25: weight_3_exact = 21'sd255824;
      6'd26: weight_3_exact = 21'sd3934;
      6'd27: weight_3_exact = 21'sd114252;
      6'd28: weight_3_exact = -21'sd14096;
      6'd29: weight_3_exact = -21'sd27;
      6'd30: weight_3_exact = 21'sd77761;
      6'd31: weight_3_exact = 21'sd25580;
      6'd32: weight_3_exact = 21'sd0;
      6'd33: weight_3_exact = 21'sd0;
      6'd34: weight_3_exact = 21'sd0;
      6'd35: weight_3_exact = 21'sd0;
      6'd36: weight_3_exact = 21'sd0;
      6'd37: weight_3_exact = 21'sd0;
      6'd38: weight_3_exact = 21'sd0;
      6'd39: weight_3_exact = 21'sd0;
      6'd40: weight_3_exact = 21'sd0;
      6'd41: weight_3_exact = 21'sd0;
      6'd42: weight_3_exact = 21'sd0;
      6'd43: weight_3_exact = 21'sd0;
      6'd44: weight_3_exact = 21'sd0;
      6'd45: weight_3_exact = 21'sd0;
      6'd46: weight_3_exact = 21'sd0;
      6'd47: weight_3_exact = 21'sd0;
      6'd48: weight_3_exact = 21'sd0;
      6'd49: weight_3_exact = 21'sd0;
      6'd50: weight_3_exact = 21'sd0;
      6'd51: weight_3_exact = 21'sd0;
      6'd52: weight_3_exact = 21'sd0;
      6'd53: weight_3_exact = 21'sd0;
      6'd54: weight_3_exact = 21'sd0;
      6'd55: weight_3_exact = 21'sd0;
      6'd56: weight_3_exact = 21'sd0;
      6'd57: weight_3_exact = 21'sd0;
      6'd58: weight_3_exact = 21'sd0;
      6'd59: weight_3_exact = 21'sd0;
      6'd60: weight_3_exact = 21'sd0;
      6'd61: weight_3_exact = 21'sd0;
      6'd62: weight_3_exact = 21'sd0;
      6'd63: weight_3_exact = 21'sd0;
      default: weight_3_exact = 0;
    endcase
  endfunction
  function signed [20:0] weight_3_error(input [5:0] index);
    case (index)
      6'd0: weight_3_error = -21'sd2117;
      6'd1: weight_3_error = 21'sd855;
      6'd2: weight_3_error = -21'sd153;
      6'd3: weight_3_error = -21'sd677;
      6'd4: weight_3_error = -21'sd3113;
      6'd5: weight_3_error = -21'sd854;
      6'd6: weight_3_error = -21'sd108;
      6'd7: weight_3_error = -21'sd1217;
      6'd8: weight_3_error = 21'sd861;
      6'd9: weight_3_error = 21'sd532;
      6'd10: weight_3_error = 21'sd1285;
      6'd11: weight_3_error = 21'sd2732;
      6'd12: weight_3_error = 21'sd745;
      6'd13: weight_3_error = 21'sd312;
      6'd14: weight_3_error = -21'sd169;
      6'd15: weight_3_error = 21'sd212;
      6'd16: weight_3_error = 21'sd502;
      6'd17: weight_3_error = -21'sd328;
      6'd18: weight_3_error = -21'sd49;
      6'd19: weight_3_error = 21'sd69;
      6'd20: weight_3_error = -21'sd646;
      6'd21: weight_3_error = 21'sd1099;
      6'd22: weight_3_error = 21'sd27;
      6'd23: weight_3_error = -21'sd465;
      6'd24: weight_3_error = -21'sd537;
      6'd25: weight_3_error = -21'sd1872;
      6'd26: weight_3_error = -21'sd3934;
      6'd27: weight_3_error = 21'sd436;
      6'd28: weight_3_error = 21'sd14096;
      6'd29: weight_3_error = 21'sd27;
      6'd30: weight_3_error = 21'sd63;
      6'd31: weight_3_error = -21'sd1004;
      6'd32: weight_3_error = 21'sd0;
      6'd33: weight_3_error = 21'sd0;
      6'd34: weight_3_error = 21'sd0;
      6'd35: weight_3_error = 21'sd0;
      6'd36: weight_3_error = 21'sd0;
      6'd37: weight_3_error = 21'sd0;
      6'd38: weight_3_error = 21'sd0;
      6'd39: weight_3_error = 21'sd0;
      6'd40: weight_3_error = 21'sd0;
      6'd41: weight_3_error = 21'sd0;
      6'd42: weight_3_error = 21'sd0;
      6'd43: weight_3_error = 21'sd0;
      6'd44: weight_3_error = 21'sd0;
      6'd45: weight_3_error = 21'sd0;
      6'd46: weight_3_error = 21'sd0;
      6'd47: weight_3_error = 21'sd0;
      6'd48: weight_3_error = 21'sd0;
      6'd49: weight_3_error = 21'sd0;
      6'd50: weight_3_error = 21'sd0;
      6'd51: weight_3_error = 21'sd0;
      6'd52: weight_3_error = 21'sd0;
      6'd53: weight_3_error = 21'sd0;
      6'd54: weight_3_error = 21'sd0;
      6'd55: weight_3_error = 21'sd0;
      6'd56: weight_3_error = 21'sd0;
      6'd57: weight_3_error = 21'sd0;
      6'd58: weight_3_error = 21'sd0;
      6'd59: weight_3_error = 21'sd0;
      6'd60: weight_3_error = 21'sd0;
      6'd61: weight_3_error = 21'sd0;
      6'd62: weight_3_error = 21'sd0;
      6'd63: weight_3_error = 21'sd0;
      default: weight_3_error = 0;
    endcase
  endfunction
  function signed [35:0] bias_3_exact(input [0:0] index);
    case (index)
      1'd0: bias_3_exact = -36'sd67365896;
      1'd1: bias_3_exact = 36'sd0;
      default: bias_3_exact = 0;
    endcase
  endfunction
  function signed [35:0] bias_3_error(input [0:0] index);
    case (index)
      1'd0: bias_3_error = 36'sd8;
      1'd1: bias_3_error = 36'sd0;
      default: bias_3_error = 0;
    endcase
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
    case (index)
      6'd0: weight_4_exact = -21'sd15584;
      6'd1: weight_4_exact = 21'sd239886;
      6'd2: weight_4_exact = -21'sd45005;
      6'd3: weight_4_exact = 21'sd102549;
      6'd4: weight_4_exact = -21'sd4711;
      6'd5: weight_4_exact = -21'sd97411;
      6'd6: weight_4_exact = -21'sd56;
      6'd7: weight_4_exact = -21'sd8886;
      6'd8: weight_4_exact = -21'sd26134;
      6'd9: weight_4_exact = -21'sd39837;
      6'd10: weight_4_exact = -21'sd38469;
      6'd11: weight_4_exact = -21'sd110553;
      6'd12: weight_4_exact = 21'sd217199;
      6'd13: weight_4_exact = 21'sd282923;
      6'd14: weight_4_exact = -21'sd95;
      6'd15: weight_4_exact = -21'sd181820;
      6'd16: weight_4_exact = 21'sd173978;
      6'd17: weight_4_exact = -21'sd221201;
      6'd18: weight_4_exact = -21'sd30;
      6'd19: weight_4_exact = 21'sd168792;
      6'd20: weight_4_exact = 21'sd91364;
      6'd21: weight_4_exact = 21'sd3787;
      6'd22: weight_4_exact = -21'sd29963;
      6'd23: weight_4_exact = -21'sd11688;
      6'd24: weight_4_exact = -21'sd168017;
      6'd25: weight_4_exact = -21'sd111841;
      6'd26: weight_4_exact = -21'sd15195;
      6'd27: weight_4_exact = -21'sd60832;
      6'd28: weight_4_exact = 21'sd13677;
      6'd29: weight_4_exact = 21'sd140;
      6'd30: weight_4_exact = -21'sd55997;
      6'd31: weight_4_exact = -21'sd54871;
      6'd32: weight_4_exact = 21'sd0;
      6'd33: weight_4_exact = 21'sd0;
      6'd34: weight_4_exact = 21'sd0;
      6'd35: weight_4_exact = 21'sd0;
      6'd36: weight_4_exact = 21'sd0;
      6'd37: weight_4_exact = 21'sd0;
      6'd38: weight_4_exact = 21'sd0;
      6'd39: weight_4_exact = 21'sd0;
      6'd40: weight_4_exact = 21'sd0;
      6'd41: weight_4_exact = 21'sd0;
      6'd42: weight_4_exact = 21'sd0;
      6'd43: weight_4_exact = 21'sd0;
      6'd44: weight_4_exact = 21'sd0;
      6'd45: weight_4_exact = 21'sd0;
      6'd46: weight_4_exact = 21'sd0;
      6'd47: weight_4_exact = 21'sd0;
      6'd48: weight_4_exact = 21'sd0;
      6'd49: weight_4_exact = 21'sd0;
      6'd50: weight_4_exact = 21'sd0;
      6'd51: weight_4_exact = 21'sd0;
      6'd52: weight_4_exact = 21'sd0;
      6'd53: weight_4_exact = 21'sd0;
      6'd54: weight_4_exact = 21'sd0;
      6'd55: weight_4_exact = 21'sd0;
      6'd56: weight_4_exact = 21'sd0;
      6'd57: weight_4_exact = 21'sd0;
      6'd58: weight_4_exact = 21'sd0;
      6'd59: weight_4_exact = 21'sd0;
      6'd60: weight_4_exact = 21'sd0;
      6'd61: weight_4_exact = 21'sd0;
      6'd62: weight_4_exact = 21'sd0;
      6'd63: weight_4_exact = 21'sd0;
      default: weight_4_exact = 0;
    endcase
  endfunction
  function signed [20:0] weight_4_error(input [5:0] index);
    case (index)
      6'd0: weight_4_error = 21'sd15584;
      6'd1: weight_4_error = -21'sd270;
      6'd2: weight_4_error = -21'sd51;
      6'd3: weight_4_error = -21'sd149;
      6'd4: weight_4_error = 21'sd4711;
      6'd5: weight_4_error = -21'sd893;
      6'd6: weight_4_error = 21'sd56;
      6'd7: weight_4_error = 21'sd694;
      6'd8: weight_4_error = 21'sd1558;
      6'd9: weight_4_error = -21'sd1123;
      6'd10: weight_4_error = -21'sd2491;
      6'd11: weight_4_error = -21'sd39;
      6'd12: weight_4_error = -21'sd111;
      6'd13: weight_4_error = -21'sd299;
      6'd14: weight_4_error = 21'sd95;
      6'd15: weight_4_error = -21'sd452;
      6'd16: weight_4_error = 21'sd102;
      6'd17: weight_4_error = 21'sd17;
      6'd18: weight_4_error = 21'sd30;
      6'd19: weight_4_error = -21'sd856;
      6'd20: weight_4_error = -21'sd1252;
      6'd21: weight_4_error = -21'sd3787;
      6'd22: weight_4_error = 21'sd267;
      6'd23: weight_4_error = -21'sd600;
      6'd24: weight_4_error = 21'sd81;
      6'd25: weight_4_error = 21'sd1249;
      6'd26: weight_4_error = 21'sd15195;
      6'd27: weight_4_error = -21'sd608;
      6'd28: weight_4_error = 21'sd2707;
      6'd29: weight_4_error = -21'sd140;
      6'd30: weight_4_error = -21'sd1347;
      6'd31: weight_4_error = -21'sd425;
      6'd32: weight_4_error = 21'sd0;
      6'd33: weight_4_error = 21'sd0;
      6'd34: weight_4_error = 21'sd0;
      6'd35: weight_4_error = 21'sd0;
      6'd36: weight_4_error = 21'sd0;
      6'd37: weight_4_error = 21'sd0;
      6'd38: weight_4_error = 21'sd0;
      6'd39: weight_4_error = 21'sd0;
      6'd40: weight_4_error = 21'sd0;
      6'd41: weight_4_error = 21'sd0;
      6'd42: weight_4_error = 21'sd0;
      6'd43: weight_4_error = 21'sd0;
      6'd44: weight_4_error = 21'sd0;
      6'd45: weight_4_error = 21'sd0;
      6'd46: weight_4_error = 21'sd0;
      6'd47: weight_4_error = 21'sd0;
      6'd48: weight_4_error = 21'sd0;
      6'd49: weight_4_error = 21'sd0;
      6'd50: weight_4_error = 21'sd0;
      6'd51: weight_4_error = 21'sd0;
      6'd52: weight_4_error = 21'sd0;
      6'd53: weight_4_error = 21'sd0;
      6'd54: weight_4_error = 21'sd0;
      6'd55: weight_4_error = 21'sd0;
      6'd56: weight_4_error = 21'sd0;
      6'd57: weight_4_error = 21'sd0;
      6'd58: weight_4_error = 21'sd0;
      6'd59: weight_4_error = 21'sd0;
      6'd60: weight_4_error = 21'sd0;
      6'd61: weight_4_error = 21'sd0;
      6'd62: weight_4_error = 21'sd0;
      6'd63: weight_4_error = 21'sd0;
      default: weight_4_error = 0;
    endcase
  endfunction
  function signed [35:0] bias_4_exact(input [0:0] index);
    case (index)
      1'd0: bias_4_exact = 36'sd24422910;
      1'd1: bias_4_exact = 36'sd0;
      default: bias_4_exact = 0;
    endcase
  endfunction
  function signed [35:0] bias_4_error(input [0:0] index);
    case (index)
      1'd0: bias_4_error = 36'sd2;
      1'd1: bias_4_error = 36'sd0;
      default: bias_4_error = 0;
    endcase
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
    case (index)
      6'd0: weight_5_exact = -21'sd4210;
      6'd1: weight_5_exact = -21'sd52617;
      6'd2: weight_5_exact = -21'sd79739;
      6'd3: weight_5_exact = -21'sd294045;
      6'd4: weight_5_exact = -21'sd2394;
      6'd5: weight_5_exact = -21'sd131287;
      6'd6: weight_5_exact = -21'sd31;
      6'd7: weight_5_exact = 21'sd223286;
      6'd8: weight_5_exact = 21'sd32240;
      6'd9: weight_5_exact = 21'sd186639;
      6'd10: weight_5_exact = -21'sd27293;
      6'd11: weight_5_exact = -21'sd101664;
      6'd12: weight_5_exact = -21'sd93708;
      6'd13: weight_5_exact = -21'sd161213;
      6'd14: weight_5_exact = 21'sd177;
      6'd15: weight_5_exact = 21'sd70016;
      6'd16: weight_5_exact = 21'sd207420;
      6'd17: weight_5_exact = 21'sd253533;
      6'd18: weight_5_exact = 21'sd21;
      6'd19: weight_5_exact = 21'sd147765;
      6'd20: weight_5_exact = 21'sd23649;
      6'd21: weight_5_exact = 21'sd3933;
      6'd22: weight_5_exact = 21'sd60234;
      6'd23: weight_5_exact = 21'sd50357;
      6'd24: weight_5_exact = -21'sd145619;
      6'd25: weight_5_exact = 21'sd62482;
      6'd26: weight_5_exact = 21'sd9889;
      6'd27: weight_5_exact = -21'sd37835;
      6'd28: weight_5_exact = -21'sd29075;
      6'd29: weight_5_exact = -21'sd8;
      6'd30: weight_5_exact = 21'sd102393;
      6'd31: weight_5_exact = -21'sd119005;
      6'd32: weight_5_exact = 21'sd0;
      6'd33: weight_5_exact = 21'sd0;
      6'd34: weight_5_exact = 21'sd0;
      6'd35: weight_5_exact = 21'sd0;
      6'd36: weight_5_exact = 21'sd0;
      6'd37: weight_5_exact = 21'sd0;
      6'd38: weight_5_exact = 21'sd0;
      6'd39: weight_5_exact = 21'sd0;
      6'd40: weight_5_exact = 21'sd0;
      6'd41: weight_5_exact = 21'sd0;
      6'd42: weight_5_exact = 21'sd0;
      6'd43: weight_5_exact = 21'sd0;
      6'd44: weight_5_exact = 21'sd0;
      6'd45: weight_5_exact = 21'sd0;
      6'd46: weight_5_exact = 21'sd0;
      6'd47: weight_5_exact = 21'sd0;
      6'd48: weight_5_exact = 21'sd0;
      6'd49: weight_5_exact = 21'sd0;
      6'd50: weight_5_exact = 21'sd0;
      6'd51: weight_5_exact = 21'sd0;
      6'd52: weight_5_exact = 21'sd0;
      6'd53: weight_5_exact = 21'sd0;
      6'd54: weight_5_exact = 21'sd0;
      6'd55: weight_5_exact = 21'sd0;
      6'd56: weight_5_exact = 21'sd0;
      6'd57: weight_5_exact = 21'sd0;
      6'd58: weight_5_exact = 21'sd0;
      6'd59: weight_5_exact = 21'sd0;
      6'd60: weight_5_exact = 21'sd0;
      6'd61: weight_5_exact = 21'sd0;
      6'd62: weight_5_exact = 21'sd0;
      6'd63: weight_5_exact = 21'sd0;
      default: weight_5_exact = 0;
    endcase
  endfunction
  function signed [20:0] weight_5_error(input [5:0] index);
    case (index)
      6'd0: weight_5_error = 21'sd4210;
      6'd1: weight_5_error = -21'sd119;
      6'd2: weight_5_error = -21'sd133;
      6'd3: weight_5_error = -21'sd867;
      6'd4: weight_5_error = 21'sd2394;
      6'd5: weight_5_error = 21'sd215;
      6'd6: weight_5_error = 21'sd31;
      6'd7: weight_5_error = -21'sd54;
      6'd8: weight_5_error = 21'sd528;
      6'd9: weight_5_error = -21'sd271;
      6'd10: weight_5_error = 21'sd669;
      6'd11: weight_5_error = 21'sd288;
      6'd12: weight_5_error = 21'sd12;
      6'd13: weight_5_error = -21'sd67;
      6'd14: weight_5_error = -21'sd177;
      6'd15: weight_5_error = -21'sd384;
      6'd16: weight_5_error = -21'sd60;
      6'd17: weight_5_error = 21'sd419;
      6'd18: weight_5_error = -21'sd21;
      6'd19: weight_5_error = -21'sd309;
      6'd20: weight_5_error = 21'sd927;
      6'd21: weight_5_error = -21'sd3933;
      6'd22: weight_5_error = 21'sd182;
      6'd23: weight_5_error = -21'sd1205;
      6'd24: weight_5_error = 21'sd211;
      6'd25: weight_5_error = -21'sd18;
      6'd26: weight_5_error = -21'sd9889;
      6'd27: weight_5_error = -21'sd53;
      6'd28: weight_5_error = -21'sd3693;
      6'd29: weight_5_error = 21'sd8;
      6'd30: weight_5_error = 21'sd7;
      6'd31: weight_5_error = 21'sd221;
      6'd32: weight_5_error = 21'sd0;
      6'd33: weight_5_error = 21'sd0;
      6'd34: weight_5_error = 21'sd0;
      6'd35: weight_5_error = 21'sd0;
      6'd36: weight_5_error = 21'sd0;
      6'd37: weight_5_error = 21'sd0;
      6'd38: weight_5_error = 21'sd0;
      6'd39: weight_5_error = 21'sd0;
      6'd40: weight_5_error = 21'sd0;
      6'd41: weight_5_error = 21'sd0;
      6'd42: weight_5_error = 21'sd0;
      6'd43: weight_5_error = 21'sd0;
      6'd44: weight_5_error = 21'sd0;
      6'd45: weight_5_error = 21'sd0;
      6'd46: weight_5_error = 21'sd0;
      6'd47: weight_5_error = 21'sd0;
      6'd48: weight_5_error = 21'sd0;
      6'd49: weight_5_error = 21'sd0;
      6'd50: weight_5_error = 21'sd0;
      6'd51: weight_5_error = 21'sd0;
      6'd52: weight_5_error = 21'sd0;
      6'd53: weight_5_error = 21'sd0;
      6'd54: weight_5_error = 21'sd0;
      6'd55: weight_5_error = 21'sd0;
      6'd56: weight_5_error = 21'sd0;
      6'd57: weight_5_error = 21'sd0;
      6'd58: weight_5_error = 21'sd0;
      6'd59: weight_5_error = 21'sd0;
      6'd60: weight_5_error = 21'sd0;
      6'd61: weight_5_error = 21'sd0;
      6'd62: weight_5_error = 21'sd0;
      6'd63: weight_5_error = 21'sd0;
      default: weight_5_error = 0;
    endcase
  endfunction
  function signed [35:0] bias_5_exact(input [0:0] index);
    case (index)
      1'd0: bias_5_exact = -36'sd49685340;
      1'd1: bias_5_exact = 36'sd0;
      default: bias_5_exact = 0;
    endcase
  endfunction
  function signed [35:0] bias_5_error(input [0:0] index);
    case (index)
      1'd0: bias_5_error = 36'sd92;
      1'd1: bias_5_error = 36'sd0;
      default: bias_5_error = 0;
    endcase
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
    case (index)
      6'd0: weight_6_exact = 21'sd6706;
      6'd1: weight_6_exact = 21'sd317526;
      6'd2: weight_6_exact = 21'sd13302;
      6'd3: weight_6_exact = 21'sd40466;
      6'd4: weight_6_exact = 21'sd4185;
      6'd5: weight_6_exact = 21'sd13256;
      6'd6: weight_6_exact = 21'sd15;
      6'd7: weight_6_exact = 21'sd31801;
      6'd8: weight_6_exact = -21'sd44084;
      6'd9: weight_6_exact = 21'sd207390;
      6'd10: weight_6_exact = -21'sd14714;
      6'd11: weight_6_exact = -21'sd47958;
      6'd12: weight_6_exact = 21'sd51063;
      6'd13: weight_6_exact = -21'sd65770;
      6'd14: weight_6_exact = -21'sd53;
      6'd15: weight_6_exact = -21'sd212197;
      6'd16: weight_6_exact = -21'sd157088;
      6'd17: weight_6_exact = 21'sd44222;
      6'd18: weight_6_exact = 21'sd153;
      6'd19: weight_6_exact = -21'sd89146;
      6'd20: weight_6_exact = -21'sd44886;
      6'd21: weight_6_exact = -21'sd6786;
      6'd22: weight_6_exact = 21'sd119992;
      6'd23: weight_6_exact = -21'sd71779;
      6'd24: weight_6_exact = 21'sd75997;
      6'd25: weight_6_exact = -21'sd6336;
      6'd26: weight_6_exact = -21'sd260;
      6'd27: weight_6_exact = 21'sd69666;
      6'd28: weight_6_exact = 21'sd18891;
      6'd29: weight_6_exact = -21'sd50;
      6'd30: weight_6_exact = -21'sd100719;
      6'd31: weight_6_exact = -21'sd89308;
      6'd32: weight_6_exact = 21'sd0;
      6'd33: weight_6_exact = 21'sd0;
      6'd34: weight_6_exact = 21'sd0;
      6'd35: weight_6_exact = 21'sd0;
      6'd36: weight_6_exact = 21'sd0;
      6'd37: weight_6_exact = 21'sd0;
      6'd38: weight_6_exact = 21'sd0;
      6'd39: weight_6_exact = 21'sd0;
      6'd40: weight_6_exact = 21'sd0;
      6'd41: weight_6_exact = 21'sd0;
      6'd42: weight_6_exact = 21'sd0;
      6'd43: weight_6_exact = 21'sd0;
      6'd44: weight_6_exact = 21'sd0;
      6'd45: weight_6_exact = 21'sd0;
      6'd46: weight_6_exact = 21'sd0;
      6'd47: weight_6_exact = 21'sd0;
      6'd48: weight_6_exact = 21'sd0;
      6'd49: weight_6_exact = 21'sd0;
      6'd50: weight_6_exact = 21'sd0;
      6'd51: weight_6_exact = 21'sd0;
      6'd52: weight_6_exact = 21'sd0;
      6'd53: weight_6_exact = 21'sd0;
      6'd54: weight_6_exact = 21'sd0;
      6'd55: weight_6_exact = 21'sd0;
      6'd56: weight_6_exact = 21'sd0;
      6'd57: weight_6_exact = 21'sd0;
      6'd58: weight_6_exact = 21'sd0;
      6'd59: weight_6_exact = 21'sd0;
      6'd60: weight_6_exact = 21'sd0;
      6'd61: weight_6_exact = 21'sd0;
      6'd62: weight_6_exact = 21'sd0;
      6'd63: weight_6_exact = 21'sd0;
      default: weight_6_exact = 0;
    endcase
  endfunction
  function signed [20:0] weight_6_error(input [5:0] index);
    case (index)
      6'd0: weight_6_error = -21'sd6706;
      6'd1: weight_6_error = -21'sd86;
      6'd2: weight_6_error = -21'sd1014;
      6'd3: weight_6_error = 21'sd494;
      6'd4: weight_6_error = -21'sd4185;
      6'd5: weight_6_error = 21'sd3128;
      6'd6: weight_6_error = -21'sd15;
      6'd7: weight_6_error = 21'sd967;
      6'd8: weight_6_error = -21'sd972;
      6'd9: weight_6_error = 21'sd1506;
      6'd10: weight_6_error = -21'sd1670;
      6'd11: weight_6_error = -21'sd1194;
      6'd12: weight_6_error = 21'sd137;
      6'd13: weight_6_error = 21'sd234;
      6'd14: weight_6_error = 21'sd53;
      6'd15: weight_6_error = -21'sd795;
      6'd16: weight_6_error = 21'sd1440;
      6'd17: weight_6_error = 21'sd834;
      6'd18: weight_6_error = -21'sd153;
      6'd19: weight_6_error = -21'sd966;
      6'd20: weight_6_error = -21'sd170;
      6'd21: weight_6_error = 21'sd6786;
      6'd22: weight_6_error = -21'sd1208;
      6'd23: weight_6_error = -21'sd1949;
      6'd24: weight_6_error = -21'sd2269;
      6'd25: weight_6_error = 21'sd6336;
      6'd26: weight_6_error = 21'sd260;
      6'd27: weight_6_error = -21'sd34;
      6'd28: weight_6_error = -21'sd18891;
      6'd29: weight_6_error = 21'sd50;
      6'd30: weight_6_error = 21'sd2415;
      6'd31: weight_6_error = -21'sd804;
      6'd32: weight_6_error = 21'sd0;
      6'd33: weight_6_error = 21'sd0;
      6'd34: weight_6_error = 21'sd0;
      6'd35: weight_6_error = 21'sd0;
      6'd36: weight_6_error = 21'sd0;
      6'd37: weight_6_error = 21'sd0;
      6'd38: weight_6_error = 21'sd0;
      6'd39: weight_6_error = 21'sd0;
      6'd40: weight_6_error = 21'sd0;
      6'd41: weight_6_error = 21'sd0;
      6'd42: weight_6_error = 21'sd0;
      6'd43: weight_6_error = 21'sd0;
      6'd44: weight_6_error = 21'sd0;
      6'd45: weight_6_error = 21'sd0;
      6'd46: weight_6_error = 21'sd0;
      6'd47: weight_6_error = 21'sd0;
      6'd48: weight_6_error = 21'sd0;
      6'd49: weight_6_error = 21'sd0;
      6'd50: weight_6_error = 21'sd0;
      6'd51: weight_6_error = 21'sd0;
      6'd52: weight_6_error = 21'sd0;
      6'd53: weight_6_error = 21'sd0;
      6'd54: weight_6_error = 21'sd0;
      6'd55: weight_6_error = 21'sd0;
      6'd56: weight_6_error = 21'sd0;
      6'd57: weight_6_error = 21'sd0;
      6'd58: weight_6_error = 21'sd0;
      6'd59: weight_6_error = 21'sd0;
      6'd60: weight_6_error = 21'sd0;
      6'd61: weight_6_error = 21'sd0;
      6'd62: weight_6_error = 21'sd0;
      6'd63: weight_6_error = 21'sd0;
      default: weight_6_error = 0;
    endcase
  endfunction
  function signed [35:0] bias_6_exact(input [0:0] index);
    case (index)
      1'd0: bias_6_exact = -36'sd62235516;
      1'd1: bias_6_exact = 36'sd0;
      default: bias_6_exact = 0;
    endcase
  endfunction
  function signed [35:0] bias_6_error(input [0:0] index);
    case (index)
      1'd0: bias_6_error = 36'sd124;
      1'd1: bias_6_error = 36'sd0;
      default: bias_6_error = 0;
    endcase
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
    case (index)
      6'd0: weight_7_exact = -21'sd261;
      6'd1: weight_7_exact = -21'sd60527;
      6'd2: weight_7_exact = -21'sd127716;
      6'd3: weight_7_exact = 21'sd82050;
      6'd4: weight_7_exact = -21'sd2142;
      6'd5: weight_7_exact = -21'sd162310;
      6'd6: weight_7_exact = -21'sd166;
      6'd7: weight_7_exact = -21'sd3696;
      6'd8: weight_7_exact = -21'sd158864;
      6'd9: weight_7_exact = -21'sd11018;
      6'd10: weight_7_exact = 21'sd76264;
      6'd11: weight_7_exact = 21'sd111349;
      6'd12: weight_7_exact = -21'sd102813;
      6'd13: weight_7_exact = 21'sd140685;
      6'd14: weight_7_exact = -21'sd191;
      6'd15: weight_7_exact = 21'sd139518;
      6'd16: weight_7_exact = 21'sd22584;
      6'd17: weight_7_exact = -21'sd206430;
      6'd18: weight_7_exact = -21'sd150;
      6'd19: weight_7_exact = -21'sd40518;
      6'd20: weight_7_exact = 21'sd51750;
      6'd21: weight_7_exact = -21'sd6242;
      6'd22: weight_7_exact = -21'sd50686;
      6'd23: weight_7_exact = -21'sd75884;
      6'd24: weight_7_exact = -21'sd209967;
      6'd25: weight_7_exact = 21'sd120946;
      6'd26: weight_7_exact = -21'sd4031;
      6'd27: weight_7_exact = 21'sd281346;
      6'd28: weight_7_exact = -21'sd7567;
      6'd29: weight_7_exact = 21'sd154;
      6'd30: weight_7_exact = 21'sd15316;
      6'd31: weight_7_exact = -21'sd53824;
      6'd32: weight_7_exact = 21'sd0;
      6'd33: weight_7_exact = 21'sd0;
      6'd34: weight_7_exact = 21'sd0;
      6'd35: weight_7_exact = 21'sd0;
      6'd36: weight_7_exact = 21'sd0;
      6'd37: weight_7_exact = 21'sd0;
      6'd38: weight_7_exact = 21'sd0;
      6'd39: weight_7_exact = 21'sd0;
      6'd40: weight_7_exact = 21'sd0;
      6'd41: weight_7_exact = 21'sd0;
      6'd42: weight_7_exact = 21'sd0;
      6'd43: weight_7_exact = 21'sd0;
      6'd44: weight_7_exact = 21'sd0;
      6'd45: weight_7_exact = 21'sd0;
      6'd46: weight_7_exact = 21'sd0;
      6'd47: weight_7_exact = 21'sd0;
      6'd48: weight_7_exact = 21'sd0;
      6'd49: weight_7_exact = 21'sd0;
      6'd50: weight_7_exact = 21'sd0;
      6'd51: weight_7_exact = 21'sd0;
      6'd52: weight_7_exact = 21'sd0;
      6'd53: weight_7_exact = 21'sd0;
      6'd54: weight_7_exact = 21'sd0;
      6'd55: weight_7_exact = 21'sd0;
      6'd56: weight_7_exact = 21'sd0;
      6'd57: weight_7_exact = 21'sd0;
      6'd58: weight_7_exact = 21'sd0;
      6'd59: weight_7_exact = 21'sd0;
      6'd60: weight_7_exact = 21'sd0;
      6'd61: weight_7_exact = 21'sd0;
      6'd62: weight_7_exact = 21'sd0;
      6'd63: weight_7_exact = 21'sd0;
      default: weight_7_exact = 0;
    endcase
  endfunction
  function signed [20:0] weight_7_error(input [5:0] index);
    case (index)
      6'd0: weight_7_error = 21'sd261;
      6'd1: weight_7_error = -21'sd913;
      6'd2: weight_7_error = 21'sd740;
      6'd3: weight_7_error = -21'sd130;
      6'd4: weight_7_error = 21'sd2142;
      6'd5: weight_7_error = -21'sd1530;
      6'd6: weight_7_error = 21'sd166;
      6'd7: weight_7_error = 21'sd3696;
      6'd8: weight_7_error = -21'sd880;
      6'd9: weight_7_error = -21'sd1270;
      6'd10: weight_7_error = -21'sd2536;
      6'd11: weight_7_error = -21'sd757;
      6'd12: weight_7_error = 21'sd413;
      6'd13: weight_7_error = -21'sd1421;
      6'd14: weight_7_error = 21'sd191;
      6'd15: weight_7_error = -21'sd254;
      6'd16: weight_7_error = -21'sd56;
      6'd17: weight_7_error = -21'sd418;
      6'd18: weight_7_error = 21'sd150;
      6'd19: weight_7_error = -21'sd442;
      6'd20: weight_7_error = -21'sd550;
      6'd21: weight_7_error = 21'sd6242;
      6'd22: weight_7_error = 21'sd1534;
      6'd23: weight_7_error = 21'sd2156;
      6'd24: weight_7_error = 21'sd1071;
      6'd25: weight_7_error = -21'sd114;
      6'd26: weight_7_error = 21'sd4031;
      6'd27: weight_7_error = 21'sd1278;
      6'd28: weight_7_error = 21'sd7567;
      6'd29: weight_7_error = -21'sd154;
      6'd30: weight_7_error = 21'sd1068;
      6'd31: weight_7_error = 21'sd576;
      6'd32: weight_7_error = 21'sd0;
      6'd33: weight_7_error = 21'sd0;
      6'd34: weight_7_error = 21'sd0;
      6'd35: weight_7_error = 21'sd0;
      6'd36: weight_7_error = 21'sd0;
      6'd37: weight_7_error = 21'sd0;
      6'd38: weight_7_error = 21'sd0;
      6'd39: weight_7_error = 21'sd0;
      6'd40: weight_7_error = 21'sd0;
      6'd41: weight_7_error = 21'sd0;
      6'd42: weight_7_error = 21'sd0;
      6'd43: weight_7_error = 21'sd0;
      6'd44: weight_7_error = 21'sd0;
      6'd45: weight_7_error = 21'sd0;
      6'd46: weight_7_error = 21'sd0;
      6'd47: weight_7_error = 21'sd0;
      6'd48: weight_7_error = 21'sd0;
      6'd49: weight_7_error = 21'sd0;
      6'd50: weight_7_error = 21'sd0;
      6'd51: weight_7_error = 21'sd0;
      6'd52: weight_7_error = 21'sd0;
      6'd53: weight_7_error = 21'sd0;
      6'd54: weight_7_error = 21'sd0;
      6'd55: weight_7_error = 21'sd0;
      6'd56: weight_7_error = 21'sd0;
      6'd57: weight_7_error = 21'sd0;
      6'd58: weight_7_error = 21'sd0;
      6'd59: weight_7_error = 21'sd0;
      6'd60: weight_7_error = 21'sd0;
      6'd61: weight_7_error = 21'sd0;
      6'd62: weight_7_error = 21'sd0;
      6'd63: weight_7_error = 21'sd0;
      default: weight_7_error = 0;
    endcase
  endfunction
  function signed [35:0] bias_7_exact(input [0:0] index);
    case (index)
      1'd0: bias_7_exact = 36'sd128151920;
      1'd1: bias_7_exact = 36'sd0;
      default: bias_7_exact = 0;
    endcase
  endfunction
  function signed [35:0] bias_7_error(input [0:0] index);
    case (index)
      1'd0: bias_7_error = -36'sd112;
      1'd1: bias_7_error = 36'sd0;
      default: bias_7_error = 0;
    endcase
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
