// SPDX-License-Identifier: Apache-2.0
// digits_bind: contracts that are bound to the network's ports and to its output stages
`default_nettype none

module digits_ports_contract(input wire aclk, aresetn, input wire [7:0] s_axis_tdata,
  input wire s_axis_tvalid, s_axis_tready, s_axis_tlast, input wire [15:0] m_axis_tdata,
  input wire m_axis_tvalid, m_axis_tready, m_axis_tlast, frame_error);
  wire signed [15:0] data = m_axis_tdata;
  wire accepted = s_axis_tvalid && s_axis_tready, delivered = m_axis_tvalid && m_axis_tready;
  reg was_reset = 0, stalled = 0, misplaced = 0, last_before = 0;
  reg [15:0] data_before = 0;
  integer inputs = 0, outputs = 0, vectors = 0;
  always @(posedge aclk) begin
    stalled <= aresetn && m_axis_tvalid && !m_axis_tready;
    data_before <= m_axis_tdata;
    last_before <= m_axis_tlast;
    if (!aresetn) begin
      was_reset <= 1;
      inputs <= 0;
      outputs <= 0;
      vectors <= 0;
      misplaced <= 0;
    end else begin
      if (accepted) inputs <= inputs == 63 ? 0 : inputs + 1;
      if (accepted && s_axis_tlast != (inputs == 63)) misplaced <= 1;
      if (delivered) outputs <= outputs == 9 ? 0 : outputs + 1;
      vectors <= vectors + (accepted && inputs == 63 ? 1 : 0)
        - (delivered && outputs == 9 ? 1 : 0);
    end
  end
  always @(posedge aclk) if (was_reset && aresetn) begin
    if (stalled) stable_under_stall:
      assert (m_axis_tvalid && m_axis_tdata == data_before && m_axis_tlast == last_before);
    if (m_axis_tvalid) last_on_last: assert (m_axis_tlast == (outputs == 9));
    if (m_axis_tvalid) result_is_owed: assert (vectors > 0);
    none_is_lost: assert (vectors <= 3);
    error_is_reported: assert (frame_error == misplaced);
    if (m_axis_tvalid) data_in_range: assert (data >= -16'sd1194
      && data <= 16'sd1082);
    a_transfer: cover (delivered && m_axis_tlast);
  end
endmodule
bind digits digits_ports_contract digits_ports_contract_bound (.*);

module digits_layer0_stage_contract(input wire [17:0] acc,
  input wire [12:0] code);
  wire signed [17:0] sum = acc;
  wire [12:0] rounded = code;
  wire signed [19:0] value = sum < 0 ? 0 : sum;
  wire signed [19:0] result = {1'b0, rounded};
  wire signed [19:0] error = (result <<< 4) - value;
  always @* begin
    code_in_range: assert (result >= 20'sd0 && result <= 20'sd4168);
    if (result > 20'sd0 && result < 20'sd4168) begin
      error_is_rounding: assert (error >= -20'sd8 && error <= 20'sd8);
      if (error == -20'sd8 || error == 20'sd8) tie_is_even: assert (!result[0]);
    end
    unsaturated: cover (result > 20'sd0 && result < 20'sd4168);
  end
endmodule
bind digits_layer0_stage digits_layer0_stage_contract digits_layer0_stage_contract_bound (.*);

module digits_layer1_stage_contract(input wire [25:0] acc,
  input wire [11:0] code);
  wire signed [25:0] sum = acc;
  wire signed [11:0] rounded = code;
  wire signed [27:0] value = sum;
  wire signed [27:0] result = rounded;
  wire signed [27:0] error = (result <<< 13) - value;
  always @* begin
    code_in_range: assert (result >= -28'sd1194 && result <= 28'sd1082);
    if (result > -28'sd1194 && result < 28'sd1082) begin
      error_is_rounding: assert (error >= -28'sd4096 && error <= 28'sd4096);
      if (error == -28'sd4096 || error == 28'sd4096) tie_is_even: assert (!result[0]);
    end
    unsaturated: cover (result > -28'sd1194 && result < 28'sd1082);
  end
endmodule
bind digits_layer1_stage digits_layer1_stage_contract digits_layer1_stage_contract_bound (.*);
