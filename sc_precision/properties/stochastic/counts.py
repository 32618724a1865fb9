# SPDX-License-Identifier: Apache-2.0
r"""Lemmas that no count of a stochastic layer is off by more than planned, for each distinct stream once.

A stream of 2**m cycles whose level is u has N(n) ones in its first n cycles, see `streams`; on its own grid it is off
by d(n) = N(n) 2**m - n u. An input code of more places than m, a = n 2**s - e with n ones of the ramp, is off by
N(n) 2**(m+s) - a u = d(n) 2**s + e u. One question about all codes takes minutes at 15 places; these take seconds, as
none has more than one difficulty:

* ``algebra`` (see `stochastic_error`): that identity, for all integers.
* ``grids``: d(n) for every n, except the ends of the range.
* ``counts``: with d at either end of that interval, every rest e; what is between them is between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from sc_precision.errors import ConsistencyError
from sc_precision.params import StochasticDenseParams, stream_mask
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import header, number
from sc_precision.properties.dense.claims import LayerClaim, input_intervals
from sc_precision.properties.stochastic.streams import CHUNK, count_function, prefix_count, ramp_text
from sc_precision.properties.stochastic.xnor import xnor_bounds, xnor_counts

_Item = TypeVar("_Item")

GRIDS = 16
"""Streams in one lemma about their own grids; its time grows faster than their number."""


@dataclass(frozen=True)
class Count:
    """What the plan says of one stream of 2**m cycles and a level.

    Least and greatest of count * 2**unit - code * level, over codes from 0 to `top`.
    """

    m: int
    level: int
    top: int
    low: int
    high: int

    @property
    def stream(self) -> str:
        """Of names in checkers."""
        return f"{self.m}_{self.level}"

    @property
    def label(self) -> str:
        """Of its assertions."""
        return f"count_{self.stream}_to_{self.top}"

    def grid(self, unit: int) -> list[tuple[str, str, int, int]]:
        """What the count is off by on the stream's own grid, for codes of more places, `unit`.

        For no ones of the ramp, the most, and any number between: the case's name, its condition with ``{0}`` for the
        ones, and the least and greatest of count * 2**m - ones * level.
        """
        step = unit - self.m
        last = (self.top + (1 << (step - 1)) - 1) >> step
        ones = np.arange(last + 1, dtype=np.int64)
        off = (prefix_count(self.m, self.level, stream_mask(self.m), ones) << self.m) - ones * self.level
        cases = [("most", f"{{0}} == {last}", off[last:])]
        if last:
            cases.insert(0, ("none", "{0} == 0", off[:1]))
        if last > 1:
            cases.append(("between", f"{{0}} > 0 && {{0}} < {last}", off[1:last]))
        return [(name, condition, int(each.min()), int(each.max())) for name, condition, each in cases]


def count_lemmas(layer: LayerClaim[StochasticDenseParams], streams: tuple[str, ...]) -> list[Lemma]:
    """Lemmas about the counts of a layer's synapses; `streams` names those about the input and weight streams.

    Raises ConsistencyError if the plan says two things of one stream.
    """
    p = layer.params
    if p.bipolar:
        return _bipolar(layer, streams)
    counts = planned_counts(layer)
    split = [count for count in counts if count.m < p.inputs.unit_log2]
    whole = [count for count in counts if count.m >= p.inputs.unit_log2]
    grids = [_grids(p, chunk, part, streams) for part, chunk in enumerate(_chunks(split, GRIDS))]
    result = [_whole(layer, chunk, part, streams) for part, chunk in enumerate(_chunks(whole, CHUNK))]
    assumes = (f"{p.name}_algebra", *(lemma.name for lemma in grids))
    for part, chunk in enumerate(_chunks(split, CHUNK), len(result)):
        result.append(_split(layer, chunk, part, assumes))
    return [*grids, *result]


def _chunks(items: list[_Item], size: int) -> list[list[_Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _bipolar(layer: LayerClaim[StochasticDenseParams], streams: tuple[str, ...]) -> list[Lemma]:
    p = layer.params
    result = []
    for part, chunk in enumerate(_chunks(xnor_counts(layer), CHUNK)):
        functions = {(m, ones): count_function(m, ones) for m, ones, *_ in chunk}
        ramps = {m: ramp_text(m, p.ramp_log2, "a") for m, *_ in chunk}
        lemma = xnor_bounds(p, chunk, part, functions, ramps, streams)
        result.append(replace(lemma, relies_on=input_intervals(layer)))
    return result


def planned_counts(layer: LayerClaim[StochasticDenseParams]) -> list[Count]:
    """What the plan says of the distinct streams of a layer's synapses."""
    p, b = layer.params, layer.bounds
    found: dict[tuple[int, int, int], tuple[int, int]] = {}
    for output in range(p.n_out):
        for index in range(p.n_in):
            level, m = int(p.levels[output, index]), int(p.length_log2[output, index])
            if not level:
                continue
            shift = p.max_log2 - m + b.k - p.inputs.unit_log2
            ends = int(b.stream_low[output, index]), int(b.stream_high[output, index])
            low, high = ends if level > 0 else (-ends[1], -ends[0])
            interval = low >> shift, high >> shift
            key = m, abs(level), int(b.input_high[index])
            if found.setdefault(key, interval) != interval or interval[0] << shift != low:
                raise ConsistencyError(f"{p.name}: the plan states two intervals for streams {key}")
    return [Count(*key, *interval) for key, interval in sorted(found.items())]


def within(value: str, low: int, high: int, width: int) -> str:
    """Assertion that a value lies in an interval."""
    return f"assert ({value} >= {number(low, width)} && {value} <= {number(high, width)});"


def _whole(layer: LayerClaim[StochasticDenseParams], counts: list[Count], part: int, assumes: tuple[str, ...]) -> Lemma:
    """Counts of streams that are at least as fine as the codes."""
    p = layer.params
    unit = p.inputs.unit_log2
    wide = max(count.m for count in counts) + unit + 5
    checks = [
        f"    if (code <= {each.top}) {each.label}: {within(f'off_{each.stream}', each.low, each.high, wide)}"
        for each in counts
    ]
    lines = [*_codes(counts, unit, wide), *_defined(counts, unit, wide), "  always @* begin", *checks]
    return _counts_lemma(layer, counts, part, assumes, [*lines, f"    full: cover (code == {counts[-1].top});"], wide)


def _split(layer: LayerClaim[StochasticDenseParams], counts: list[Count], part: int, assumes: tuple[str, ...]) -> Lemma:
    """Counts of streams that are coarser than the codes."""
    p = layer.params
    unit = p.inputs.unit_log2
    wide = max(count.m for count in counts) + unit + 5
    lines = [*_codes(counts, unit, wide)]
    for m in sorted({count.m for count in counts}):
        lines += [
            f"  wire signed [{wide - 1}:0] length_{m} = ones_{m};",
            f"  wire signed [{wide - 1}:0] rest_{m} = (length_{m} <<< {unit - m}) - a;",
        ]
    lines.append("  always @* begin")
    for count in counts:
        m = count.m
        rest = f"rest_{m} * {number(count.level, wide)}"
        for part_name, ones, low, high in count.grid(unit):
            ends = [f"({number(end, wide)} <<< {unit - m}) + {rest}" for end in (low, high)]
            lines += [
                f"    if ({ones.format(f'ones_{m}')} && code <= {count.top}) {count.label}_{part_name}:",
                f"      assert ({ends[0]} >= {number(count.low, wide)} && {ends[1]} <= {number(count.high, wide)});",
            ]
    return _counts_lemma(layer, counts, part, assumes, [*lines, f"    full: cover (code == {counts[-1].top});"], wide)


def _grids(p: StochasticDenseParams, counts: list[Count], part: int, assumes: tuple[str, ...]) -> Lemma:
    """What counts of streams that are coarser than the codes are off by on their own grids."""
    name = f"{p.name}_grids_{part}"
    claim = (
        "on its own grid, a stream's count is off by no more than stated, whatever number of its first cycles is taken"
    )
    wide = 2 * max(count.m for count in counts) + 5
    lines = []
    for m in sorted({count.m for count in counts}):
        lines += [
            f"  (* anyseq *) wire [{m}:0] ones_{m};",
            f"  wire [{m + 1}:0] n_{m} = ones_{m};",
            f"  wire signed [{wide - 1}:0] cycles_{m} = ones_{m};",
        ]
    for m, level in sorted({(count.m, count.level) for count in counts}):
        lines += [
            count_function(m, level),
            f"  wire signed [{wide - 1}:0] sum_{m}_{level} = count_{m}_{level}(n_{m});",
            f"  wire signed [{wide - 1}:0] grid_{m}_{level} =",
            f"    (sum_{m}_{level} <<< {m}) - cycles_{m} * {number(level, wide)};",
        ]
    lines.append("  always @* begin")
    checks = []
    for count in counts:
        for part_name, ones, low, high in count.grid(p.inputs.unit_log2):
            condition = f"    if ({ones.format(f'ones_{count.m}')}) {count.label}_{part_name}:\n      "
            checks.append((condition, f"grid_{count.stream}", low, high))
    stated = [condition + within(value, low, high, wide) for condition, value, low, high in checks]
    cover = f"    some: cover (ones_{counts[-1].m} == 1);"
    condition, value, low, high = checks[-1]
    tight = condition + within(value, low + 1, high, wide)
    text = _module(name, claim, [*lines, tight, cover])
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=_module(name, claim, [*lines, *stated, cover]),
        hdl=(),
        assumes=assumes,
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(Mutant("mutant_tight", "the bound of one stream one unit tighter", {f"{name}.sv": text}),),
    )


def _codes(counts: Sequence[Count], unit: int, wide: int) -> list[str]:
    lines = [f"  (* anyseq *) wire [{unit}:0] code;", f"  wire signed [{wide - 1}:0] a = code;"]
    return lines + [
        f"  wire [{m + 1}:0] ones_{m} = {ramp_text(m, unit, 'a')};" for m in sorted({count.m for count in counts})
    ]


def _defined(counts: Sequence[Count], unit: int, wide: int) -> list[str]:
    """Wires of what counts are off by, as `Count` defines it."""
    lines = []
    for m, level in sorted({(count.m, count.level) for count in counts}):
        lines += [
            count_function(m, level),
            f"  wire signed [{wide - 1}:0] sum_{m}_{level} = count_{m}_{level}(ones_{m});",
            f"  wire signed [{wide - 1}:0] off_{m}_{level} =",
            f"    (sum_{m}_{level} <<< {unit}) - a * {number(level, wide)};",
        ]
    return lines


def _module(name: str, claim: str, lines: Sequence[str]) -> str:
    return "\n".join([header(name, claim), f"module {name}_check(input wire clk);", *lines, "  end", "endmodule", ""])


def _counts_lemma(
    layer: LayerClaim[StochasticDenseParams],
    counts: list[Count],
    part: int,
    assumes: tuple[str, ...],
    lines: Sequence[str],
    wide: int,
) -> Lemma:
    p = layer.params
    name, count = f"{p.name}_counts_{part}", counts[-1]
    claim = "for every input code in range, a synapse's count differs from code times level by no more than planned"
    unit = p.inputs.unit_log2
    # The interval is exact, and holds the 0 of a code of 0.
    tight = within(f"off_{count.stream}", count.low, count.high, wide).replace(">=", ">")
    alone = [*_codes([count], unit, wide), *_defined([count], unit, wide), "  always @* begin"]
    alone += [f"    if (code <= {count.top}) {count.label}: {tight}", f"    full: cover (code == {count.top});"]
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=_module(name, claim, lines),
        hdl=(),
        assumes=assumes,
        relies_on=input_intervals(layer),
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(
            Mutant("mutant_tight", "one count's bound one unit tighter", {f"{name}.sv": _module(name, claim, alone)}),
        ),
    )
