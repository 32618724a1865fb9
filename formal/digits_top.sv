// SPDX-License-Identifier: Apache-2.0
// digits_top: each layer's results are the next one's inputs, the first and last are the AXI4-Stream ports, sign-extended
`default_nettype none
module digits_top_check(input wire clk);
  (* anyseq *) wire aclk, aresetn, s_axis_tvalid, s_axis_tlast, m_axis_tready;
  (* anyseq *) wire [7:0] s_axis_tdata;
  wire s_axis_tready, m_axis_tvalid, m_axis_tlast, frame_error;
  wire [15:0] m_axis_tdata;
  wire [5:0] in_0;
  wire in_valid_0, out_ready_0, clk_0, rst_0;
  (* anyseq *) wire [13:0] out_0;
  (* anyseq *) wire in_ready_0, out_valid_0, error_0;
  wire [13:0] in_1;
  wire in_valid_1, out_ready_1, clk_1, rst_1;
  (* anyseq *) wire [12:0] out_1;
  (* anyseq *) wire in_ready_1, out_valid_1, error_1;
  digits dut (.aclk(aclk), .aresetn(aresetn), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
    .s_axis_tready(s_axis_tready), .s_axis_tlast(s_axis_tlast), .m_axis_tdata(m_axis_tdata),
    .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready), .m_axis_tlast(m_axis_tlast),
    .frame_error(frame_error),
    .\layer0.i__payload (in_0),
    .\layer0.i__valid (in_valid_0),
    .\layer0.i__ready (in_ready_0),
    .\layer0.o__payload (out_0),
    .\layer0.o__valid (out_valid_0),
    .\layer0.o__ready (out_ready_0),
    .\layer0.frame_error (error_0),
    .\layer0.clk (clk_0),
    .\layer0.rst (rst_0),
    .\layer1.i__payload (in_1),
    .\layer1.i__valid (in_valid_1),
    .\layer1.i__ready (in_ready_1),
    .\layer1.o__payload (out_1),
    .\layer1.o__valid (out_valid_1),
    .\layer1.o__ready (out_ready_1),
    .\layer1.frame_error (error_1),
    .\layer1.clk (clk_1),
    .\layer1.rst (rst_1));
  always @* begin
    input_payload: assert (in_0 == {s_axis_tlast, s_axis_tdata[4:0]});
    input_handshake: assert (in_valid_0 == s_axis_tvalid && s_axis_tready == in_ready_0);
    reset_0: assert (rst_0 == !aresetn && clk_0 == aclk);
    reset_1: assert (rst_1 == !aresetn && clk_1 == aclk);
    payload_1: assert (in_1 == out_0);
    handshake_1: assert (in_valid_1 == out_valid_0 && out_ready_0 == in_ready_1);
    output_data: assert (m_axis_tdata == {{4{out_1[11]}}, out_1[11:0]});
    output_last: assert (m_axis_tlast == out_1[12]);
    output_handshake: assert (m_axis_tvalid == out_valid_1 && out_ready_1 == m_axis_tready);
    errors: assert (frame_error == error_0);
    a_transfer: cover (m_axis_tvalid && m_axis_tready && s_axis_tvalid && s_axis_tready);
  end
endmodule
