# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the counts of bipolar streams: agreements less disagreements against the product of the codes.

With A ones of the ramp, W of the weight stream of L cycles and C cycles in which both are 1, the XNOR gate agrees less
than it disagrees by S = L - 2A - 2W + 4C; see `sc_precision.plan.xnor`. C is the weight stream's prefix count at A, for
which `streams` has the closed form.
"""

from __future__ import annotations

from sc_precision.errors import ConsistencyError
from sc_precision.params import StochasticDenseParams
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import header, number
from sc_precision.properties.dense.claims import LayerClaim

Count = tuple[int, int, int, int, int, int]
"""(m, ones, least and greatest input code, least and greatest discrepancy * 2**unit)."""


def xnor_counts(layer: LayerClaim[StochasticDenseParams]) -> list[Count]:
    """Distinct streams of a layer with what the plan says of them; ConsistencyError if it says two things."""
    p, b = layer.params, layer.bounds
    found: dict[tuple[int, int, int, int], tuple[int, int]] = {}
    for output in range(p.n_out):
        for index in range(p.n_in):
            if not p.levels[output, index]:
                continue
            m = int(p.length_log2[output, index])
            shift = p.max_log2 - m + b.k - p.inputs.unit_log2
            low, high = int(b.stream_low[output, index]), int(b.stream_high[output, index])
            key = m, int(p.stream_ones[output, index]), int(b.input_low[index]), int(b.input_high[index])
            interval = low >> shift, high >> shift
            whole = interval[0] << shift == low and interval[1] << shift == high
            if found.setdefault(key, interval) != interval or not whole:
                raise ConsistencyError(f"{p.name}: the plan states two intervals for streams {key}")
    return [(*key, *interval) for key, interval in sorted(found.items())]


def xnor_bounds(
    p: StochasticDenseParams,
    counts: list[Count],
    part: int,
    functions: dict[tuple[int, int], str],
    ramps: dict[int, str],
    assumes: tuple[str, ...],
) -> Lemma:
    """The lemma, of that number in its layer, that each discrepancy is as planned.

    `functions` are texts of ``count_<m>_<ones>``, the prefix count of a weight stream, by m and ones; `ramps`, by m,
    the ones of the ramp for the code ``a`` on a grid of `p.ramp_log2` places; `assumes` names lemmas about the streams.
    """
    name = f"{p.name}_counts_{part}"
    claim = (
        "for every input code in range, a synapse's agreements less its disagreements differ from code times level by "
        "no more than planned"
    )
    unit = p.inputs.unit_log2
    wide = max(m for m, *_ in counts) + unit + 6
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        f"  (* anyseq *) wire signed [{unit + 1}:0] code;",
        f"  wire signed [{wide - 1}:0] value = code;",
        f"  wire signed [{wide - 1}:0] a = value + {number(1 << unit, wide)};",
    ]
    streams = sorted({(m, ones) for m, ones, *_ in counts})
    for m, ones in streams:
        tag = f"{m}_{ones}"
        lines += [
            functions[m, ones],
            f"  wire [{m + 1}:0] ones_{tag} = {ramps[m]};",
            f"  wire signed [{wide - 1}:0] ramp_{tag} = ones_{tag};",
            f"  wire signed [{wide - 1}:0] both_{tag} = count_{tag}(ones_{tag});",
            f"  wire signed [{wide - 1}:0] sum_{tag} =",
            f"    {number((1 << m) - 2 * ones, wide)} - (ramp_{tag} <<< 1) + (both_{tag} <<< 2);",
            f"  wire signed [{wide - 1}:0] off_{tag} =",
            f"    (sum_{tag} <<< {unit}) - value * {number(2 * ones - (1 << m), wide)};",
        ]
    checks, tight = [], ("", "")
    for index, (m, ones, bottom, top, low, high) in enumerate(counts):
        off, code = f"off_{m}_{ones}", f"value >= {number(bottom, wide)} && value <= {number(top, wide)}"
        line = (
            f"    if ({code}) count_{m}_{ones}_case_{index}:\n"
            f"      assert ({off} >= {number(low, wide)} && {off} <= {number(high, wide)});"
        )
        checks.append(line)
        tight = line, line.replace(f"{off} >= ", f"{off} > ")
    lines += ["  always @* begin", *checks, f"    full: cover (value == {number(counts[-1][3], wide)});", "  end"]
    text = "\n".join([*lines, "endmodule", ""])
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
