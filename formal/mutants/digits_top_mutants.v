// SPDX-License-Identifier: Apache-2.0
// Read over the modules of ../../hdl, with one of these faults that digits_top must refuse:
// MUTANT_RESET: reset not inverted.

module digits(aresetn, s_axis_tdata, s_axis_tvalid, s_axis_tlast, m_axis_tready, s_axis_tready, m_axis_tdata, m_axis_tvalid, m_axis_tlast, frame_error, aclk);
  wire layer1_frame_error;
  input aclk;
  wire aclk;
  input aresetn;
  wire aresetn;
  output frame_error;
  wire frame_error;
  wire [13:0] layer0_o__payload;
  wire layer0_o__valid;
  wire layer1_i__ready;
  wire [12:0] layer1_o__payload;
  output [15:0] m_axis_tdata;
  wire [15:0] m_axis_tdata;
  output m_axis_tlast;
  wire m_axis_tlast;
  input m_axis_tready;
  wire m_axis_tready;
  output m_axis_tvalid;
  wire m_axis_tvalid;
  wire rst;
  input [7:0] s_axis_tdata;
  wire [7:0] s_axis_tdata;
  input s_axis_tlast;
  wire s_axis_tlast;
  output s_axis_tready;
  wire s_axis_tready;
  input s_axis_tvalid;
  wire s_axis_tvalid;
`ifdef MUTANT_RESET
  assign rst = aresetn;
`else
  assign rst = ~ aresetn;
`endif
  digits_layer0 layer0 (
    .clk(aclk),
    .frame_error(frame_error),
    .i__payload({ s_axis_tlast, s_axis_tdata[4:0] }),
    .i__ready(s_axis_tready),
    .i__valid(s_axis_tvalid),
    .o__payload(layer0_o__payload),
    .o__ready(layer1_i__ready),
    .o__valid(layer0_o__valid),
    .rst(rst)
  );
  digits_layer1 layer1 (
    .clk(aclk),
    .frame_error(layer1_frame_error),
    .i__payload(layer0_o__payload),
    .i__ready(layer1_i__ready),
    .i__valid(layer0_o__valid),
    .o__payload(layer1_o__payload),
    .o__ready(m_axis_tready),
    .o__valid(m_axis_tvalid),
    .rst(rst)
  );
  assign m_axis_tdata = { layer1_o__payload[11], layer1_o__payload[11], layer1_o__payload[11], layer1_o__payload[11], layer1_o__payload[11:0] };
  assign m_axis_tlast = layer1_o__payload[12];
endmodule
