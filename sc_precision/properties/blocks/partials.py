# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the block floating layer that sends its segments' sums beside their exponents, and about its top."""

from __future__ import annotations

import re

import numpy as np

from sc_precision.errors import ConsistencyError
from sc_precision.gateware.network import axis_width
from sc_precision.params import BlockFloatPartialsParams, signed_width
from sc_precision.properties.checker.control import control_lemma
from sc_precision.properties.checker.lemma import Lemma, Mutant, turn_out
from sc_precision.properties.checker.sv import UNROLL_TABLES, emitted, header, index_width, number, replace_once, table
from sc_precision.properties.network.links import check_assumptions

_LONGEST_SEARCH = 64
"""Weights up to which a controller is searched as far as its second block for what a mutant breaks."""


def partials_lemmas(params: BlockFloatPartialsParams, name: str, hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about a layer with exponents as metadata, and its top: it sends exactly what the parameters say.

    Parameters
    ----------
    params : BlockFloatPartialsParams
    name : str
        Top module.
    hdl : dict of str to str
        The emitted files, see `partials_verilog`.

    Returns
    -------
    list of Lemma
        The mantissas and exponents in ROM; segment sums without overflow; order, exponents and ends of what leaves, and
        the stream protocol; the ports of the top.

    Raises
    ------
    ConsistencyError
        If a segment's sum does not fit.
    """
    low, high = _segment_sum_range(params)
    if signed_width(low, high) > params.partial_width:
        raise ConsistencyError(
            f"{params.name}: a segment's sum reaches {low}..{high}, beyond {params.partial_width} bits"
        )
    lemmas = [
        _words_lemma(params, hdl),
        _mac_step_lemma(params, (low, high), hdl),
        _partials_control(params, hdl),
        _top_lemma(params, name, hdl),
    ]
    check_assumptions(lemmas)
    return lemmas


def _ends_of_segments(p: BlockFloatPartialsParams) -> np.typing.NDArray[np.bool_]:
    """Whether each weight of the flattened matrix is the last of its block or of its row."""
    place = np.arange(p.n_in * p.n_out) + 1
    return np.asarray((place % p.tensor.form.block_size == 0) | (place % p.n_in == 0))


def _segment_sum_range(p: BlockFloatPartialsParams) -> tuple[int, int]:
    """Least and greatest sum of a segment at any moment, 0 included, for any codes of the format."""
    codes = p.inputs.format.code_min, p.inputs.format.code_max
    low = high = least = most = 0
    for mantissa, last in zip(p.tensor.mantissas.ravel().tolist(), _ends_of_segments(p).tolist(), strict=True):
        low, high = low + min(mantissa * code for code in codes), high + max(mantissa * code for code in codes)
        least, most = min(least, low), max(most, high)
        if last:
            low = high = 0
    return least, most


def _words_lemma(p: BlockFloatPartialsParams, hdl: dict[str, str]) -> Lemma:
    """Both ROMs hold the parameters."""
    name = f"{p.name}_words"
    claim = (
        "the ROMs deliver each weight's mantissa and each block's exponent code, which together are the exact weight"
    )
    size, blocks = p.tensor.mantissas.size, len(p.tensor.exponent_codes)
    address_bits, block_bits = index_width(size), index_width(blocks)
    mantissa_bits, exponent_bits = p.tensor.form.mantissa_bits, p.tensor.form.exponent_bits
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
{table("planned_mantissa", p.tensor.mantissas.ravel().tolist(), mantissa_bits, address_bits)}
{table("planned_exponent", p.tensor.exponent_codes.tolist(), exponent_bits + 1, block_bits)}
  (* anyseq *) wire rst;
  (* anyseq *) wire [{address_bits - 1}:0] address;
  (* anyseq *) wire [{block_bits - 1}:0] block;
  wire signed [{mantissa_bits - 1}:0] mantissa;
  wire [{exponent_bits - 1}:0] exponent;
  reg [{address_bits - 1}:0] address_before = 0;
  reg [{block_bits - 1}:0] block_before = 0;
  reg started = 0;
  always @(posedge clk) begin
    started <= 1;
    address_before <= address;
    block_before <= block;
  end
  {p.name}_mantissas mantissas (.clk(clk), .rst(rst), .address(address), .mantissa(mantissa));
  {p.name}_exponents exponents (.clk(clk), .rst(rst), .block(block), .exponent(exponent));
  always @* if (started) begin
    if (address_before < {size}) mantissa_is_planned: assert (mantissa == planned_mantissa(address_before));
    if (block_before < {blocks}) exponent_is_planned: assert (exponent == planned_exponent(block_before));
    last_are_read: cover (address_before == {size - 1} && block_before == {blocks - 1});
  end
endmodule
"""
    core = f"{p.name}_core.v"
    mutants = []
    first = int(p.tensor.mantissas.flat[0]), int(p.tensor.exponent_codes[0])
    for memory, width, value in zip(("mantissas", "exponents"), (mantissa_bits, exponent_bits), first, strict=True):
        right, wrong = (f"{memory}[0] = {emitted(word % (1 << width), width)};" for word in (value, value ^ 1))
        faulty = replace_once(hdl[core], re.escape(right), wrong)
        mutants.append(Mutant(f"mutant_{memory[:-1]}", f"last bit of one of the {memory} flipped", {core: faulty}))
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(core,),
        script=UNROLL_TABLES,
        depth=2,
        mutants=tuple(mutants),
    )


def _mac_step_lemma(p: BlockFloatPartialsParams, sums: tuple[int, int], hdl: dict[str, str]) -> Lemma:
    """A segment's sum is exact as long as it fits; that it fits is the range of its products."""
    name = f"{p.name}_mac_step"
    claim = (
        "the sum takes (first ? 0 : itself) + x * mantissa exactly, with no overflow inside the planned range, and 0 "
        "at reset"
    )
    code_width, mantissa_bits, partial_width = p.inputs.format.width, p.tensor.form.mantissa_bits, p.partial_width
    wide = max(partial_width, code_width + mantissa_bits + 1) + 2
    signed, x = ("signed ", "x") if p.inputs.format.signed else ("", "{1'b0, x}")
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
  (* anyseq *) wire {signed}[{code_width - 1}:0] x;
  (* anyseq *) wire signed [{mantissa_bits - 1}:0] mantissa;
  (* anyseq *) wire first, enable, rst;
  wire signed [{partial_width - 1}:0] partial;
  wire signed [{code_width}:0] x_signed = {x};
  wire signed [{wide - 1}:0] kept = first ? 0 : partial;
  wire signed [{wide - 1}:0] sum = kept + x_signed * mantissa;
  wire fits = sum >= {number(sums[0], wide)} && sum <= {number(sums[1], wide)};
  reg signed [{wide - 1}:0] expected = 0;
  reg known = 0;
  {p.name}_mac dut (.clk(clk), .rst(rst), .x(x), .mantissa(mantissa), .first(first), .enable(enable),
    .partial(partial));
  always @(posedge clk) begin
    known <= rst || (enable ? fits : known);
    if (rst) expected <= 0;
    else if (enable) expected <= sum;
  end
  always @* if (known) sum_is_exact: assert (partial == expected);
  always @* longer: cover (known && enable && !first);
endmodule
"""
    core = f"{p.name}_core.v"
    kept = replace_once(hdl[core], r"first \? (\d+'h0+) : partial", r"1'h0 ? \1 : partial")
    return Lemma(
        name=name,
        core=p.name,
        property="no overflow",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(core,),
        depth=2,
        mutants=(Mutant("mutant_first", "a segment begins with the sum of the one before", {core: kept}),),
    )


def _partials_control(p: BlockFloatPartialsParams, hdl: dict[str, str]) -> Lemma:
    """Order of everything that the layer does, against the place of a weight in the flattened matrix."""
    claim = (
        "every accepted vector is multiplied weight by weight, in order and once; each segment's sum leaves after its "
        "last product, with the exponent of its block, stable under stall, its ends of row and vector marked; "
        "frame_error tells a misplaced last"
    )
    n, size, block_size = p.n_in, p.n_in * p.n_out, p.tensor.form.block_size
    blocks, inside = len(p.tensor.exponent_codes), min(block_size, size)
    places, ends = np.arange(size), _ends_of_segments(p)
    flags = {"ends": ends, "begins": np.append(True, ends[:-1])}
    # Tables are signed: a flag is -1, an index has a bit more.
    tables = [
        ("input_of", (places % n).tolist(), index_width(n) + 1),
        ("output_of", (places // n).tolist(), index_width(p.n_out) + 1),
        ("block_of", (places // block_size).tolist(), index_width(blocks) + 1),
        ("inside_of", (places % block_size).tolist(), index_width(inside) + 1),
        *((name, (-flag.astype(int)).tolist(), 1) for name, flag in flags.items()),
    ]
    return control_lemma(
        p,
        hdl,
        "partials.sv.j2",
        claim,
        below=("mac", "mantissas", "exponents"),
        show=("state", "address", "block", "place", "output_index", "block_last", "inputs[*]"),
        assumes=(f"{p.name}_words", f"{p.name}_mac_step"),
        mutants=_control_faults(p, hdl[f"{p.name}.v"]),
        holes={"size": size, "blocks": blocks, "inside": inside, "tables": tables},
        script=UNROLL_TABLES,
        mutant_depth=_search(p),
    )


def _search(p: BlockFloatPartialsParams) -> int:
    """Cycles from reset to the second block's first sum, or to the first where there is no other."""
    ends = np.flatnonzero(_ends_of_segments(p)) + 1
    cuts = ends[: int((ends <= p.tensor.form.block_size).sum()) + 1]
    return max(8, p.n_in + int(cuts[-1]) + 2 * len(cuts) + 3)


def _control_faults(p: BlockFloatPartialsParams, text: str) -> tuple[Mutant, ...]:
    """Faults in the Verilog of the layer."""
    file = f"{p.name}.v"
    early = replace_once(text, r"assign o__valid = ([^ ]+ +)\? 1'h1 : 1'h0;", "assign o__valid = state[1];")
    mutants = [Mutant("mutant_drain", "a sum leaves before its last product is in it", {file: early})]
    if len(p.tensor.exponent_codes) > 1 and p.n_in * p.n_out <= _LONGEST_SEARCH:
        still = replace_once(text, r"(= \{ 1'h0, block \} \+ .*)block_last", r"\1~block_last")
        mutants.append(Mutant("mutant_block", "the next exponent comes where the block goes on", {file: still}))
    return tuple(mutants)


def _top_lemma(p: BlockFloatPartialsParams, name: str, hdl: dict[str, str]) -> Lemma:
    """The ports of the top are the layer's."""
    lemma = f"{name}_top"
    claim = "the layer's ports are the AXI4-Stream ports: sums sign-extended, tuser the end of a row and the exponent"
    code_width, partial_width, exponent_bits = p.inputs.format.width, p.partial_width, p.tensor.form.exponent_bits
    input_axis, output_axis = axis_width(code_width), axis_width(partial_width)
    wide = f"out[{partial_width - 1}:0]"
    if output_axis > partial_width:
        wide = f"{{{{{output_axis - partial_width}{{out[{partial_width - 1}]}}}}, {wide}}}"
    text = f"""{header(lemma, claim)}module {lemma}_check(input wire clk);
  (* anyseq *) wire aclk, aresetn, s_axis_tvalid, s_axis_tlast, m_axis_tready;
  (* anyseq *) wire [{input_axis - 1}:0] s_axis_tdata;
  wire s_axis_tready, m_axis_tvalid, m_axis_tlast, frame_error;
  wire [{output_axis - 1}:0] m_axis_tdata;
  wire [{exponent_bits}:0] m_axis_tuser;
  wire [{code_width}:0] in;
  wire in_valid, out_ready, layer_clk, layer_rst;
  (* anyseq *) wire [{partial_width + exponent_bits + 1}:0] out;
  (* anyseq *) wire in_ready, out_valid, error;
  {name} dut (.aclk(aclk), .aresetn(aresetn), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
    .s_axis_tready(s_axis_tready), .s_axis_tlast(s_axis_tlast), .m_axis_tdata(m_axis_tdata),
    .m_axis_tuser(m_axis_tuser), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready),
    .m_axis_tlast(m_axis_tlast), .frame_error(frame_error), .\\layer.i__payload (in), .\\layer.i__valid (in_valid),
    .\\layer.i__ready (in_ready), .\\layer.o__payload (out), .\\layer.o__valid (out_valid),
    .\\layer.o__ready (out_ready), .\\layer.frame_error (error), .\\layer.clk (layer_clk),
    .\\layer.rst (layer_rst));
  always @* begin
    reset: assert (layer_rst == !aresetn && layer_clk == aclk);
    input_payload: assert (in == {{s_axis_tlast, s_axis_tdata[{code_width - 1}:0]}});
    input_handshake: assert (in_valid == s_axis_tvalid && s_axis_tready == in_ready);
    output_data: assert (m_axis_tdata == {wide});
    output_user: assert (m_axis_tuser == out[{partial_width + exponent_bits}:{partial_width}]);
    output_last: assert (m_axis_tlast == out[{partial_width + exponent_bits + 1}]);
    output_handshake: assert (m_axis_tvalid == out_valid && out_ready == m_axis_tready);
    errors: assert (frame_error == error);
    a_transfer: cover (m_axis_tvalid && m_axis_tready && s_axis_tvalid && s_axis_tready);
  end
endmodule
"""
    file, no_user = f"{name}.v", f"assign m_axis_tuser = {exponent_bits + 1}'h0;"
    return Lemma(
        name=lemma,
        core=name,
        property="stream protocol",
        claim=claim,
        top=f"{lemma}_check",
        checker=text,
        hdl=(file, f"{p.name}.v", f"{p.name}_core.v"),
        prepare=(*turn_out(name, p.name), f"delete {p.name}_*"),
        assumes=(f"{p.name}_control",),
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(
            Mutant(
                "mutant_reset",
                "reset not inverted",
                {file: replace_once(hdl[file], r"assign rst = ~ *aresetn;", "assign rst = aresetn;")},
            ),
            Mutant(
                "mutant_user",
                "tuser is always 0",
                {file: replace_once(hdl[file], r"assign m_axis_tuser = .*;", no_user)},
            ),
        ),
    )
