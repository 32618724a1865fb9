# SPDX-License-Identifier: Apache-2.0
"""Verilog names: which ones can be used."""

from __future__ import annotations

import re

from sc_precision.arguments import show
from sc_precision.errors import InputError

# IEEE 1364-2005 annex B and IEEE 1800-2017 annex B; a name must do in either language.
KEYWORDS = frozenset(
    """
    accept_on alias always always_comb always_ff always_latch and assert assign assume automatic
    before begin bind bins binsof bit break buf bufif0 bufif1 byte case casex casez cell chandle
    checker class clocking cmos config const constraint context continue cover covergroup coverpoint
    cross deassign default defparam design disable dist do edge else end endcase endchecker endclass
    endclocking endconfig endfunction endgenerate endgroup endinterface endmodule endpackage
    endprimitive endprogram endproperty endsequence endspecify endtable endtask enum event
    eventually expect export extends extern final first_match for force foreach forever fork
    forkjoin function generate genvar global highz0 highz1 if iff ifnone ignore_bins illegal_bins
    implements implies import incdir include initial inout input inside instance int integer
    interconnect interface intersect join join_any join_none large let liblist library local
    localparam logic longint macromodule matches medium modport module nand negedge nettype new
    nexttime nmos nor noshowcancelled not notif0 notif1 null or output package packed parameter pmos
    posedge primitive priority program property protected pull0 pull1 pulldown pullup
    pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase randsequence rcmos real realtime
    ref reg reject_on release repeat restrict return rnmos rpmos rtran rtranif0 rtranif1 s_always
    s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal showcancelled
    signed small soft solve specify specparam static string strong strong0 strong1 struct super
    supply0 supply1 sync_accept_on sync_reject_on table tagged task this throughout time
    timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand trior trireg type typedef union
    unique unique0 unsigned until until_with untyped use uwire var vectored virtual void wait
    wait_order wand weak weak0 weak1 while wildcard wire with within wor xnor xor
    """.split()
)

# Icarus Verilog reserves these too, though no standard does.
ICARUS_KEYWORDS = frozenset({"bool", "wreal"})

# IEEE 1076-2019 section 15.10, in which case does not matter; users instantiate modules in VHDL, too.
VHDL_KEYWORDS = frozenset(
    """
    abs access after alias all and architecture array assert assume assume_guarantee attribute begin
    block body buffer bus case component configuration constant context cover default disconnect
    downto else elsif end entity exit fairness file for force function generate generic group guarded
    if impure in inertial inout is label library linkage literal loop map mod nand new next nor not
    null of on open or others out package parameter port postponed procedure process property
    protected private pure range record register reject release rem report restrict
    restrict_guarantee return rol ror select sequence severity shared signal sla sll sra srl strong
    subtype then to transport type unaffected units until use variable view vmode vpkg vprop vunit
    wait when while with xnor xor
    """.split()
)

_PORTS = frozenset(
    """
    aclk aresetn clk rst s_axis_tdata s_axis_tvalid s_axis_tready s_axis_tlast m_axis_tdata m_axis_tvalid
    m_axis_tready m_axis_tlast m_axis_tuser frame_error status_hp status_lp status_use_hp hp_active lp_active
    i__payload i__valid i__ready o__payload o__valid o__ready stop estimate_log2 bits clear enable
    """.split()
)
_NUMBERED_PORT = re.compile(r"(stop|estimate_log2|level)_\d+")


def is_port(name: str) -> bool:
    """Whether a top module or a layer may have a port of that name, in letters of any case.

    Simulators that look for a module find a port of its name in its place.
    """
    return name.lower() in _PORTS or bool(_NUMBERED_PORT.fullmatch(name.lower()))


_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
MAX_NAME = 64
"""Longest name; generated names add a suffix, and tools limit file names."""


def check_module_name(name: object, what: str = "module name") -> str:
    """Return `name` if it can name a module that a user sees, in Verilog and for users of VHDL.

    Raises
    ------
    InputError
        If it is no identifier (see `check_identifier`), a VHDL keyword, or the name of a port.
    """
    name = check_identifier(name, what)
    if name.lower() in VHDL_KEYWORDS:
        raise InputError(f"{what}: {name!r} is a VHDL keyword; choose another name, such as '{name}_core'")
    if is_port(name):
        raise InputError(f"{what}: {name!r} is the name of a port; choose another name, such as '{name}_core'")
    return name


def check_identifier(name: object, what: str = "module name") -> str:
    """Return `name` if it can name a Verilog module.

    Raises
    ------
    InputError
        If it is no string, no identifier, a keyword, or longer than 64 characters.
    """
    if not isinstance(name, str) or not _IDENTIFIER.fullmatch(name):
        raise InputError(
            f"{what}: {show(name)} is not a Verilog identifier; use letters, digits and _, not starting with a digit"
        )
    if name in KEYWORDS or name in ICARUS_KEYWORDS:
        raise InputError(f"{what}: {name!r} is a Verilog keyword; choose another name, such as '{name}_core'")
    if len(name) > MAX_NAME:
        raise InputError(f"{what}: {show(name)} has {len(name)} characters; use at most {MAX_NAME}")
    return name
