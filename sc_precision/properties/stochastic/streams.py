# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the bitstreams of a stochastic layer: what the comparators emit.

The number of ones of a weight stream in its first n cycles has a closed form. sigma(t), the reversed counter XOR the
mask, is below B where for some set bit j of B the top m - j bits of sigma are those of B with bit j cleared. Those
bits come from the low m - j bits of t alone, so each set bit j counts one residue r_j modulo 2**(m - j):
N(n) = sum over j of floor((n + 2**(m - j) - 1 - r_j) / 2**(m - j)).
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from sc_precision.emit.verilog import module_texts
from sc_precision.errors import ConsistencyError
from sc_precision.gateware.stochastic import ramp_port, stream_port
from sc_precision.params import IntArray, StochasticDenseParams, stream_mask
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import header, number, replace_first, replace_once
from sc_precision.properties.dense.claims import LayerClaim

_Cycles = TypeVar("_Cycles", int, IntArray)

CHUNK = 64
"""Streams in one lemma; more take longer than the start of another run."""


def residues(m: int, level: int, mask: int) -> list[tuple[int, int]]:
    """(w, r) for each set bit of the level: the stream is 1 where t modulo 2**w is r for one of them."""
    result = []
    for j in range(m + 1):
        if level >> j & 1:
            w = m - j
            pattern = ((level >> j) ^ 1) ^ (mask >> j)
            result.append((w, int(format(pattern, f"0{w}b")[::-1], 2) if w else 0))
    return result


def prefix_count(m: int, level: int, mask: int, n: _Cycles) -> _Cycles:
    """Ones of the weight stream in its first n cycles, by the closed form."""
    return sum(((n + (1 << w) - 1 - r) >> w for w, r in residues(m, level, mask)), start=0 * n)


def count_function(m: int, level: int) -> str:
    """Function count_<m>_<level>(n); two bits more than n, so that no sum wraps."""
    top = m + 2
    terms = [f"((n + {top}'d{(1 << w) - 1 - r}) >> {w})" for w, r in residues(m, level, stream_mask(m))]
    body = " + ".join(terms) or "0"
    name = f"count_{m}_{level}"
    return f"  function [{top - 1}:0] {name}(input [{top - 1}:0] n);\n    {name} = {body};\n  endfunction"


def ramp_text(m: int, unit: int, code: str) -> str:
    """Ones of the ramp stream for an input code: the code on the stream's grid, rounded half down."""
    if m >= unit:
        return f"({code} << {m - unit})"
    step = unit - m
    return f"(({code} + {(1 << (step - 1)) - 1}) >> {step})"


def stream_lemmas(layer: LayerClaim[StochasticDenseParams], hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about the stream generators."""
    p = layer.params
    return [
        ramp_lemma(p, hdl),
        *(_weight_streams_lemma(p, hdl, chunk, part) for part, chunk in enumerate(stream_chunks(p))),
    ]


def stream_chunks(p: StochasticDenseParams) -> list[list[tuple[int, int]]]:
    """The distinct weight streams, as many as one lemma is about."""
    used = list(p.streams)
    return [used[start : start + CHUNK] for start in range(0, len(used), CHUNK)]


def stream_instance(p: StochasticDenseParams, ports: list[str]) -> list[str]:
    """Lines of a checker that place a layer's stream generators, with any cycle and codes."""
    cycle, codes = max(1, p.max_log2), p.n_in * p.inputs.format.width
    return [
        # A port has one bit at least; streams of one cycle do not look at it.
        f"  (* anyseq *) wire [{cycle - 1}:0] cycle;" if p.max_log2 else "  wire cycle = 0;",
        f"  (* anyseq *) wire [{codes - 1}:0] codes;",
        f"  wire {', '.join(ports)};",
        f"  {p.name}_streams dut (.cycle(cycle), .codes(codes){''.join(f', .{port}({port})' for port in ports)});",
    ]


def _streams_text(p: StochasticDenseParams, hdl: dict[str, str]) -> str:
    return module_texts(hdl[f"{p.name}_core.v"])[f"{p.name}_streams"]


def reversed_cycle(p: StochasticDenseParams) -> str:
    """Expression of the cycle counter with its bits reversed, the van der Corput number of the cycle."""
    return f"{{{', '.join(f'cycle[{k}]' for k in range(p.max_log2))}}}" if p.max_log2 else "1'b0"


def ramp_lemma(p: StochasticDenseParams, hdl: dict[str, str], *, spread: bool = False) -> Lemma:
    """Each input stream is the ramp of its code; with `spread` its ones are those of the van der Corput sequence."""
    name = f"{p.name}_{'input_streams' if spread else 'ramps'}"
    order = reversed_cycle(p) if spread else "cycle"
    claim = "every input stream is 1 in exactly its first cycles, as many as its code says on the stream's grid"
    if spread:
        claim = (
            "every input stream is 1 in exactly the cycles whose reversed number is below what its code says on the "
            "stream's grid"
        )
    width, unit = p.inputs.format.width, p.ramp_log2
    wide = max(width, p.max_log2 + 1, unit + 1) + max(0, p.max_log2 - unit) + 2
    ports = [ramp_port(*ramp) for ramp in p.ramps]
    lines = [header(name, claim), f"module {name}_check(input wire clk);", *stream_instance(p, ports)]
    lines += [f"  wire [{max(1, p.max_log2) - 1}:0] order = {order};", "  always @* begin"]
    for m, index in p.ramps:
        code = f"codes[{(index + 1) * width - 1}:{index * width}]"
        lines += [
            f"    {ramp_port(m, index)}_is_ramp:",
            f"      assert ({ramp_port(m, index)} == (cycle < {1 << m} && order < ones_{m}({code})));",
        ]
    first = ports[0]
    lines += [f"    high: cover ({first});", f"    low: cover (!{first});", "  end"]
    for m in sorted({m for m, _ in p.ramps}):
        ramp = ramp_text(m, unit, "code_wide")
        signed, offset = "", ""
        if p.bipolar:
            # Codes below the range, which the format may hold, are streams of zeros.
            ramp, offset = f"code_wide < 0 ? 0 : {ramp}", f" + {number(p.ramp_offset, wide)}"
            signed = "signed " if p.inputs.format.signed else ""
        lines += [
            f"  function [{wide - 1}:0] ones_{m}(input {signed}[{width - 1}:0] code);",
            f"    reg {'signed ' * p.bipolar}[{wide - 1}:0] code_wide;",
            "    begin",
            f"      code_wide = code{offset};",
            f"      ones_{m} = {ramp};",
            "    end",
            "  endfunction",
        ]
    core = f"{p.name}_core.v"
    faulty = replace_first(_streams_text(p, hdl), r" <( (?:codes\b|\$signed\())", r" <=\1")
    return Lemma(
        name=name,
        core=p.name,
        property="stream counts",
        claim=claim,
        top=f"{name}_check",
        checker="\n".join([*lines, "endmodule", ""]),
        hdl=(core,),
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(Mutant("mutant_ramp", "one comparator less-or-equal", {core: faulty}),),
    )


def _weight_streams_lemma(
    p: StochasticDenseParams, hdl: dict[str, str], streams: list[tuple[int, int]], part: int
) -> Lemma:
    name = f"{p.name}_weight_streams_{part}"
    claim = "every weight stream is 1 in exactly the cycles whose low bits are a residue of its level, once each"
    ports = [stream_port(*stream) for stream in streams]
    lines = [header(name, claim), f"module {name}_check(input wire clk);", *stream_instance(p, ports)]
    checks = []
    for m, level in streams:
        port, ones = stream_port(m, level), residue_text(p.name, m, level)
        if p.bipolar and m < p.max_log2:
            ones = f"{ones}) || (cycle >> {m}) != 0"
            ones = f"({ones}"
        checks.append(f"    {port}_counts: assert ({port} == ({ones}));")
    lines += ["  always @* begin", *checks, f"    high: cover ({ports[-1]});", "  end", "endmodule", ""]
    core = f"{p.name}_core.v"
    mutants: tuple[Mutant, ...] = ()
    compared = [(m, level) for m, level in streams if 0 < level < 1 << m]
    if compared and (p.bipolar or compared[-1] == streams[-1]):
        m, level = compared[-1]
        pattern = rf"(assign {stream_port(m, level)} = \w+ )<"
        if p.bipolar:
            pattern = rf"(= \w+ )<(?= {m}'h0*{level:x};)"
        faulty = replace_once(_streams_text(p, hdl), pattern, r"\1<=")
        fault = f"a weight stream of length 2**{m} is 1 once too often"
        mutants = (Mutant("mutant_level", fault, {core: faulty}),)
    return Lemma(
        name=name,
        core=p.name,
        property="stream counts",
        claim=claim,
        top=f"{name}_check",
        checker="\n".join(lines),
        hdl=(core,),
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=mutants,
    )


def residue_text(name: str, m: int, level: int) -> str:
    """Expression that is 1 in the cycles of a weight stream's ones; `name` is the layer's, for errors."""
    _check_closed_form(name, m, level)
    terms = [f"(cycle[{w - 1}:0] == {w}'d{r})" if w else "1'b1" for w, r in residues(m, level, stream_mask(m))]
    # Residues of different set bits never meet, so their number is one bit; a sum of two would show as 0.
    return " ^ ".join(terms) or "1'b0"


def _check_closed_form(name: str, m: int, level: int) -> None:
    """The closed form counts the residues, for every n; by trying them all."""
    cycle = np.arange(1 << m)
    hits = np.zeros(1 << m, dtype=np.int64)
    for w, r in residues(m, level, stream_mask(m)):
        hits += (cycle & ((1 << w) - 1)) == r
    closed = prefix_count(m, level, stream_mask(m), np.arange((1 << m) + 1))
    if hits.max() > 1 or hits.sum() != level or (closed != np.cumsum(np.append(0, hits))).any():
        raise ConsistencyError(f"{name}: the closed form of stream ({m}, {level}) does not count its residues")
