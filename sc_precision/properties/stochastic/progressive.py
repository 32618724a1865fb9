# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the stochastic layer that can be stopped early: its streams, the counts of every estimate, its rows.

After 2**j cycles an input stream has been 1 where the van der Corput number of the cycle is below its threshold, a
weight stream where the masked second Sobol' number is below its level. The cycles of the second kind are constants of a
level; so a count is a sum of comparisons of the threshold with constants, in which only the input code is free.
"""

from __future__ import annotations

from dataclasses import replace
from math import comb

import numpy as np

from sc_precision.emit.verilog import module_texts
from sc_precision.errors import ConsistencyError
from sc_precision.gateware.stochastic import stream_port
from sc_precision.network import Dense
from sc_precision.params import ProgressiveDenseParams, stream_mask
from sc_precision.plan.bounds import layer_bounds
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import header, number, replace_once
from sc_precision.properties.dense.claims import Claim, own_dense
from sc_precision.properties.dense.stage import stage_lemma
from sc_precision.properties.stochastic.error import accumulator_error_lemmas, synapse_error_lemmas
from sc_precision.properties.stochastic.progressive_control import progressive_control
from sc_precision.properties.stochastic.rows import add_tree_text, row_lemmas
from sc_precision.properties.stochastic.streams import ramp_lemma, ramp_text, stream_instance

CHUNK = 8
"""Weight streams whose counts are in one lemma."""


def progressive_lemmas(params: ProgressiveDenseParams, hdl: dict[str, str], dense: Dense | None = None) -> list[Lemma]:
    """Lemmas about one layer that can be stopped early, its output stage included.

    Parameters
    ----------
    params : ProgressiveDenseParams
    hdl : dict of str to str
        The emitted files.
    dense : Dense, optional
        The trained layer; that of the levels and biases themselves where omitted.

    Returns
    -------
    list of Lemma
        With one ``<layer>_error_after_<n>`` for each n = 1, 2, 4, ... of cycles: the estimate that leaves after n
        cycles is off by no more than `plan.progressive.estimate_bounds` says.

    Raises
    ------
    InputError
        If the layer has no bounds.
    ConsistencyError
        If what is planned of the estimates does not add up.
    """
    layer = estimate_claim(params, dense)
    estimates = [estimate_claim(params, dense, log2) for log2 in range(params.max_log2 + 1)]
    streams = [ramp_lemma(params, hdl, spread=True), _weight_streams_lemma(params, hdl)]
    counts = _counts(params, estimates, tuple(lemma.name for lemma in streams))
    below = [*streams, *counts, *row_lemmas(layer, hdl)]
    names = tuple(lemma.name for lemma in below)
    below += synapse_error_lemmas(layer)
    for log2, estimate in enumerate(estimates):
        below += accumulator_error_lemmas(estimate, names, f"error_after_{1 << log2}")
    output = params.output
    ends = [layer.bounds.acc_low * 0 + end for end in (output.low, output.high)]
    stage = stage_lemma(_with_widest_range(layer, estimates), *ends)
    assumes = (*(lemma.name for lemma in below), stage.name)
    return [*below, progressive_control(layer, hdl, assumes), stage]


def estimate_claim(
    params: ProgressiveDenseParams, dense: Dense | None = None, log2: int | None = None
) -> Claim[ProgressiveDenseParams]:
    """The layer, or its estimate after 2**log2 cycles, and its bounds against the trained layer, or its own weights."""
    low, high = (np.full(params.n_in, end, dtype=np.int64) for end in (params.inputs.low, params.inputs.high))
    trained = own_dense(params) if dense is None else dense
    return Claim(params, layer_bounds(params, trained, np.minimum(low, 0), np.maximum(high, 0), log2))


def _with_widest_range(
    layer: Claim[ProgressiveDenseParams], estimates: list[Claim[ProgressiveDenseParams]]
) -> Claim[ProgressiveDenseParams]:
    """The layer with the range that any of its estimates can have before the output stage."""
    p = layer.params
    lows, highs = ([int(each) for each in ends] for ends in p.acc_bounds)
    for estimate in estimates:
        b = estimate.bounds
        if any(low > int(end) for low, end in zip(lows, b.acc_low, strict=True)) or any(
            high < int(end) for high, end in zip(highs, b.acc_high, strict=True)
        ):
            raise ConsistencyError(f"{p.name}: an estimate exceeds what its accumulator is made for")
    low = [min(int(each.bounds.acc_low[o]) for each in estimates) for o in range(p.n_out)]
    high = [max(int(each.bounds.acc_high[o]) for each in estimates) for o in range(p.n_out)]
    bounds = replace(layer.bounds, acc_low=layer.bounds.acc_low * 0 + low, acc_high=layer.bounds.acc_high * 0 + high)
    return replace(layer, given=bounds)


def _sobol(m: int, cycle: int) -> int:
    """Second Sobol' number of a cycle: Pascal's triangle modulo 2 times the bits of the cycle, top bit first."""
    bits = [sum(comb(k, place) & cycle >> k for k in range(m)) & 1 for place in range(m)]
    return sum(bit << (m - 1 - place) for place, bit in enumerate(bits))


def _weight_streams_lemma(p: ProgressiveDenseParams, hdl: dict[str, str]) -> Lemma:
    name = f"{p.name}_weight_streams"
    claim = (
        "every weight stream is 1 in exactly the cycles whose number, Pascal's triangle modulo 2 times its bits, is "
        "below the level under the mask"
    )
    m = p.max_log2
    masks = [sum((comb(k, place) & 1) << k for k in range(m)) for place in range(m)]
    # The first row of the triangle makes the top bit.
    bits = ", ".join(f"^(cycle & {m}'d{mask})" for mask in masks) or "1'b0"
    ports = [stream_port(*stream) for stream in p.streams]
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        *stream_instance(p, ports),
        f"  wire [{max(1, m) - 1}:0] order = {{{bits}}};",
        "  always @* begin",
    ]
    for (_, level), port in zip(p.streams, ports, strict=True):
        lines.append(f"    {port}_is_planned: assert ({port} == ((order ^ {stream_mask(m)}) < {level}));")
    lines += [f"    high: cover ({ports[-1]});", "  end", "endmodule", ""]
    core = f"{p.name}_core.v"
    text = module_texts(hdl[core])[f"{p.name}_streams"]
    compared = [port for (_, level), port in zip(p.streams, ports, strict=True) if 0 < level < 1 << m]
    if compared:
        fault = "one stream is 1 once too often"
        faulty = replace_once(text, rf"^(  assign {compared[-1]} = .*)<", r"\1<=")
    else:
        fault = "one stream is inverted"
        faulty = replace_once(text, rf"(assign {ports[-1]} = )1'h", r"\g<1>~1'h")
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
        mutants=(Mutant("mutant_level", fault, {core: faulty}),),
    )


Planned = dict[tuple[int, int, int], list[tuple[int, int]]]
"""By ones of a weight stream and range of its input codes: discrepancy * 2**unit after 1, 2, 4, ... cycles."""


def _planned(p: ProgressiveDenseParams, estimates: list[Claim[ProgressiveDenseParams]]) -> Planned:
    found: Planned = {}
    for output, index in zip(*(places.tolist() for places in p.levels.nonzero()), strict=True):
        intervals = []
        for estimate in estimates:
            b = estimate.bounds
            low, high = int(b.stream_low[output, index]), int(b.stream_high[output, index])
            if p.levels[output, index] < 0 and not p.bipolar:
                low, high = -high, -low
            shift = b.k - p.inputs.unit_log2
            intervals.append((low >> shift, high >> shift))
            if intervals[-1][0] << shift != low or intervals[-1][1] << shift != high:
                raise ConsistencyError(f"{p.name}: the interval of synapse ({output}, {index}) is off its grid")
        b = estimates[-1].bounds
        key = int(p.stream_ones[output, index]), int(b.input_low[index]), int(b.input_high[index])
        if found.setdefault(key, intervals) != intervals:
            raise ConsistencyError(f"{p.name}: the plan states two intervals for streams {key}")
    return found


def _counts(
    p: ProgressiveDenseParams, estimates: list[Claim[ProgressiveDenseParams]], assumes: tuple[str, ...]
) -> list[Lemma]:
    planned = sorted(_planned(p, estimates).items())
    chunks = [planned[start : start + CHUNK] for start in range(0, len(planned), CHUNK)]
    return [_count_bounds(p, dict(chunk), part, assumes) for part, chunk in enumerate(chunks)]


def _count_bounds(p: ProgressiveDenseParams, planned: Planned, part: int, assumes: tuple[str, ...]) -> Lemma:
    name = f"{p.name}_counts_{part}"
    what = "agreements less its disagreements differ" if p.bipolar else "count differs"
    claim = (
        f"for every input code in range and every power of two of cycles, a synapse's {what}, scaled to the whole "
        "stream, from code times level by no more than planned"
    )
    m, unit = p.max_log2, p.inputs.unit_log2
    wide = m + unit + 6
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        f"  (* anyseq *) wire signed [{unit + 1}:0] code;",
        f"  wire signed [{wide - 1}:0] value = code;",
        f"  wire signed [{wide - 1}:0] a = value + {number(p.ramp_offset, wide)};",
        f"  wire [{m + 1}:0] threshold = {ramp_text(m, p.ramp_log2, 'a')};",
        f"  wire [{(1 << m) - 1}:0] x;",
    ]
    # Bit t is the input stream in cycle t, whose reversed number is a constant.
    reverse = [int(format(t, f"0{m}b")[::-1], 2) if m else 0 for t in range(1 << m)]
    lines += [f"  assign x[{t}] = threshold > {order};" for t, order in enumerate(reverse)]
    checks, tight = [], ("", "")
    for ones in sorted({ones for ones, *_ in planned}):
        weight = [(_sobol(m, t) ^ stream_mask(m)) < ones for t in range(1 << m)]
        level = 2 * ones - (1 << m) if p.bipolar else ones
        before = f"{wide}'d0"
        for log2 in range(m + 1):
            cycles = range(1 << log2 >> 1 if log2 else 0, 1 << log2)
            counted = [f"{'' if weight[t] else '!'}x[{t}]" for t in cycles if weight[t] or p.bipolar]
            term = add_tree_text([f"{{{wide - 1}'d0, {bit}}}" for bit in counted]) if counted else "0"
            tag = f"{ones}_{1 << log2}"
            # Agreements less disagreements are twice the agreements less the cycles.
            total = f"(count_{tag} <<< 1) - {number(1 << log2, wide)}" if p.bipolar else f"count_{tag}"
            lines += [
                f"  wire signed [{wide - 1}:0] count_{tag} = {before} + {term};",
                f"  wire signed [{wide - 1}:0] off_{tag} =",
                f"    (({total}) <<< {m - log2 + unit}) - value * {number(level, wide)};",
            ]
            before = f"count_{tag}"
    for case, ((ones, bottom, top), intervals) in enumerate(planned.items()):
        lines.append(
            f"  wire in_range_{case} = value >= {number(bottom, wide)} && value <= {number(top, wide)};",
        )
        for log2, (low, high) in enumerate(intervals):
            off = f"off_{ones}_{1 << log2}"
            line = (
                f"    if (in_range_{case}) count_{ones}_after_{1 << log2}_case_{case}:\n"
                f"      assert ({off} >= {number(low, wide)} && {off} <= {number(high, wide)});"
            )
            checks.append(line)
            tight = line, line.replace(f"{off} >= ", f"{off} > ")
    lines += ["  always @* begin", *checks, "    full: cover (in_range_0 && value != 0);", "  end", "endmodule", ""]
    text = "\n".join(lines)
    fault = "the bound of one count one unit tighter"
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(),
        assumes=assumes,
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(Mutant("mutant_tight", fault, {f"{name}.sv": text.replace(*tight)}),),
    )
