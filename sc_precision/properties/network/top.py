# SPDX-License-Identifier: Apache-2.0
"""Lemma about the top of a network: layers in order, AXI4-Stream ports, reset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sc_precision.gateware.network import axis_width
from sc_precision.params import DenseParams, LayerParams
from sc_precision.properties.checker.bind import network_bind
from sc_precision.properties.checker.lemma import CLOCK_AND_RESET, Lemma, Mutant, turn_out
from sc_precision.properties.checker.sv import header, replace_once


def top_lemma(name: str, layers: Sequence[LayerParams], hdl: dict[str, str]) -> Lemma:
    """The ports of the network are those of its first and last layer, and each layer feeds the next."""
    lemma = f"{name}_top"
    claim = (
        "each layer's results are the next one's inputs, the first and last are the AXI4-Stream ports, sign-extended"
    )
    first, last = layers[0].inputs.format, layers[-1].output.format
    tin, tout = axis_width(first.width), axis_width(last.width)
    declare, connect, checks = [], [], []
    for j, p in enumerate(layers):
        iw, ow = p.inputs.format.width, p.output.format.width
        declare += [
            f"  wire [{iw}:0] in_{j};",
            f"  wire in_valid_{j}, out_ready_{j}, clk_{j}, rst_{j};",
            f"  (* anyseq *) wire [{ow}:0] out_{j};",
            f"  (* anyseq *) wire in_ready_{j}, out_valid_{j}, error_{j};",
        ]
        ports = {"i__payload": "in", "i__valid": "in_valid", "i__ready": "in_ready", "o__payload": "out"}
        ports |= {"o__valid": "out_valid", "o__ready": "out_ready", "frame_error": "error", "clk": "clk", "rst": "rst"}
        connect += [f",\n    .\\layer{j}.{port} ({wire}_{j})" for port, wire in ports.items()]
        checks.append(f"    reset_{j}: assert (rst_{j} == !aresetn && clk_{j} == aclk);")
        if p.stoppable:
            width = p.log2_width
            declare += [
                f"  (* anyseq *) wire stop_{j}_asked;",
                f"  wire stop_{j};",
                f"  (* anyseq *) wire [{width - 1}:0] estimate_{j};",
                f"  wire [{width - 1}:0] estimate_{j}_shown;",
            ]
            connect.append(f",\n    .stop_{j}(stop_{j}_asked), .estimate_log2_{j}(estimate_{j}_shown)")
            connect.append(f",\n    .\\layer{j}.stop (stop_{j}), .\\layer{j}.estimate_log2 (estimate_{j})")
            checks.append(f"    stop_{j}_is_passed: assert (stop_{j} == stop_{j}_asked);")
            checks.append(f"    estimate_{j}_is_shown: assert (estimate_{j}_shown == estimate_{j});")
        if j:
            checks += [
                f"    payload_{j}: assert (in_{j} == out_{j - 1});",
                f"    handshake_{j}: assert (in_valid_{j} == out_valid_{j - 1} && out_ready_{j - 1} == in_ready_{j});",
            ]
    k = len(layers) - 1
    top, low = last.width, first.width
    fill = f"out_{k}[{top - 1}]" if last.signed else "1'b0"
    extended = f"{{{{{tout - top}{{{fill}}}}}, out_{k}[{top - 1}:0]}}" if tout > top else f"out_{k}[{top - 1}:0]"
    text = f"""{header(lemma, claim)}module {lemma}_check(input wire clk);
  (* anyseq *) wire aclk, aresetn, s_axis_tvalid, s_axis_tlast, m_axis_tready;
  (* anyseq *) wire [{tin - 1}:0] s_axis_tdata;
  wire s_axis_tready, m_axis_tvalid, m_axis_tlast, frame_error;
  wire [{tout - 1}:0] m_axis_tdata;
{chr(10).join(declare)}
  {name} dut (.aclk(aclk), .aresetn(aresetn), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
    .s_axis_tready(s_axis_tready), .s_axis_tlast(s_axis_tlast), .m_axis_tdata(m_axis_tdata),
    .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready), .m_axis_tlast(m_axis_tlast),
    .frame_error(frame_error){"".join(connect)});
  always @* begin
    input_payload: assert (in_0 == {{s_axis_tlast, s_axis_tdata[{low - 1}:0]}});
    input_handshake: assert (in_valid_0 == s_axis_tvalid && s_axis_tready == in_ready_0);
{chr(10).join(checks)}
    output_data: assert (m_axis_tdata == {extended});
    output_last: assert (m_axis_tlast == out_{k}[{top}]);
    output_handshake: assert (m_axis_tvalid == out_valid_{k} && out_ready_{k} == m_axis_tready);
    errors: assert (frame_error == error_0);
    a_transfer: cover (m_axis_tvalid && m_axis_tready && s_axis_tvalid && s_axis_tready);
  end
endmodule
"""
    file = f"{name}.v"
    files = (file, *(f for p in layers for f in (f"{p.name}.v", f"{p.name}_core.v") if f in hdl))
    # Contracts of the ports count one result vector for each input vector, which neurons may not keep.
    bind = (
        {}
        if any(p.stateful for p in layers)
        else {f"{name}_bind.sv": network_bind(name, cast("Sequence[DenseParams]", layers))}
    )
    return Lemma(
        name=lemma,
        core=name,
        property="stream protocol",
        claim=claim,
        top=f"{lemma}_check",
        checker=text,
        hdl=files,
        prepare=(*turn_out(name, *(p.name for p in layers)), *(f"delete {p.name}_*" for p in layers)),
        assumes=tuple(f"{p.name}_control" for p in layers),
        environment=(
            f"input codes are from {layers[0].inputs.low} to {layers[0].inputs.high}",
            CLOCK_AND_RESET,
        ),
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        extra=bind,
        mutants=(
            Mutant(
                "mutant_reset",
                "reset not inverted",
                {file: replace_once(hdl[file], r"assign rst = ~ *aresetn;", "assign rst = aresetn;")},
            ),
        ),
    )
