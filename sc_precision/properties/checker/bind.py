# SPDX-License-Identifier: Apache-2.0
"""Contracts of a network as modules of ports only, bound to the emitted ones: for simulators and other provers."""

from __future__ import annotations

from collections.abc import Sequence

from sc_precision.gateware.network import axis_width
from sc_precision.params import DenseParams
from sc_precision.properties.checker.activation import rectifies
from sc_precision.properties.checker.rounding import definition
from sc_precision.properties.checker.sv import header, number


def network_bind(name: str, layers: Sequence[DenseParams]) -> str:
    """Text of ``<name>_bind.sv``: a checker of the AXI4-Stream ports, and one for each layer's output stage.

    The lemmas' own checkers instantiate the design, which Yosys' built-in front end can read; it cannot read ``bind``.
    This file is for everything that can. Its asserts are labelled and immediate, with registers of their own.
    """
    claim = "contracts that are bound to the network's ports and to its output stages"
    return "\n".join([header(f"{name}_bind", claim), _ports(name, layers), *(_stage(p) for p in layers)])


def _ports(name: str, layers: Sequence[DenseParams]) -> str:
    first, last = layers[0], layers[-1]
    tin, tout = axis_width(first.inputs.format.width), axis_width(last.output.format.width)
    signed = "signed " if last.output.format.signed else ""
    low, high = last.output.low, last.output.high
    # Each layer holds one vector at most, and one may be on its way in.
    held = len(layers) + 1
    return f"""module {name}_ports_contract(input wire aclk, aresetn, input wire [{tin - 1}:0] s_axis_tdata,
  input wire s_axis_tvalid, s_axis_tready, s_axis_tlast, input wire [{tout - 1}:0] m_axis_tdata,
  input wire m_axis_tvalid, m_axis_tready, m_axis_tlast, frame_error);
  wire {signed}[{tout - 1}:0] data = m_axis_tdata;
  wire accepted = s_axis_tvalid && s_axis_tready, delivered = m_axis_tvalid && m_axis_tready;
  reg was_reset = 0, stalled = 0, misplaced = 0, last_before = 0;
  reg [{tout - 1}:0] data_before = 0;
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
      if (accepted) inputs <= inputs == {first.n_in - 1} ? 0 : inputs + 1;
      if (accepted && s_axis_tlast != (inputs == {first.n_in - 1})) misplaced <= 1;
      if (delivered) outputs <= outputs == {last.n_out - 1} ? 0 : outputs + 1;
      vectors <= vectors + (accepted && inputs == {first.n_in - 1} ? 1 : 0)
        - (delivered && outputs == {last.n_out - 1} ? 1 : 0);
    end
  end
  always @(posedge aclk) if (was_reset && aresetn) begin
    if (stalled) stable_under_stall:
      assert (m_axis_tvalid && m_axis_tdata == data_before && m_axis_tlast == last_before);
    if (m_axis_tvalid) last_on_last: assert (m_axis_tlast == (outputs == {last.n_out - 1}));
    if (m_axis_tvalid) result_is_owed: assert (vectors > 0);
    none_is_lost: assert (vectors <= {held});
    error_is_reported: assert (frame_error == misplaced);
    if (m_axis_tvalid) data_in_range: assert (data >= {_literal(low, tout, signed)}
      && data <= {_literal(high, tout, signed)});
    a_transfer: cover (delivered && m_axis_tlast);
  end
endmodule
bind {name} {name}_ports_contract {name}_ports_contract_bound (.*);
"""


def _stage(p: DenseParams) -> str:
    width = max(p.acc.width, p.output.format.width + p.shift + 1) + 2
    stated = definition(p.rounding, p.shift)
    value = "sum < 0 ? 0 : sum" if rectifies(p.activation) else "sum"
    result = "rounded" if p.output.format.signed else "{1'b0, rounded}"
    ends = number(p.output.low, width), number(p.output.high, width)
    least, most = number(stated.low, width), number(stated.high, width)
    tie = ""
    if stated.tie:
        holds = stated.tie.holds.format(code="result", value="value", error="error")
        half = number(stated.half, width)
        tie = f"""
      if (error == -{half} || error == {half}) {stated.label}: assert ({holds});"""
    return f"""module {p.name}_stage_contract(input wire [{p.acc.width - 1}:0] acc,
  input wire [{p.output.format.width - 1}:0] code);
  wire signed [{p.acc.width - 1}:0] sum = acc;
  wire {"signed " if p.output.format.signed else ""}[{p.output.format.width - 1}:0] rounded = code;
  wire signed [{width - 1}:0] value = {value};
  wire signed [{width - 1}:0] result = {result};
  wire signed [{width - 1}:0] error = (result <<< {p.shift}) - value;
  always @* begin
    code_in_range: assert (result >= {ends[0]} && result <= {ends[1]});
    if (result > {ends[0]} && result < {ends[1]}) begin
      error_is_rounding: assert (error >= {least} && error <= {most});{tie}
    end
    unsaturated: cover (result > {ends[0]} && result < {ends[1]});
  end
endmodule
bind {p.name}_stage {p.name}_stage_contract {p.name}_stage_contract_bound (.*);
"""


def _literal(value: int, width: int, signed: str) -> str:
    return number(value, width) if signed else f"{width}'d{value}"
