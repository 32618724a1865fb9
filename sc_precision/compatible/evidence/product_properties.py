# SPDX-License-Identifier: Apache-2.0
r"""Lemmas about the stochastic multiplier: its count is the product but for the planned discrepancy, for every weight.

After N cycles in which the ramp is 1, D = count * 2**m - N * B. Taking the cycles by their lowest bit splits the
stream into two of half the length, of which one is all zeros or all ones: with a_0 = N and
a_(j+1) = (a_j + up_j) >> 1,

    D_j = [a_j odd] g_j + D_(j+1),    D_m = 0,    D = D_0

where g_j = +-2**j times the distance of the remaining m - j bits of B to a multiple of their top one (see
`sc_precision.plan.streams`). One question would mix kinds of difficulty, so there is a lemma for each:

count
    The emitted counter adds up what D changes by in a cycle, given what the streams say of the cycle's number.
digits
    That is what the recursion says, digit by digit from the lowest; no time is in it.
levels
    Where a_j and D_j take such steps, whenever that is, a_(j+1) and D_(j+1) take those of theirs that make the
    equations above hold: neighbours only, so that induction closes in two steps and nothing is multiplied.
sums
    D_j is between the sums of the negative and of the positive g_j from j on, if D_(j+1) is.
bound
    These sums over all j are within the planned bound, for every B.

They join by the names of what they speak of: `levels` and `sums` hold for any steps and any summands in range, so for
those of the others, and a_j counts at most 2**m cycles, as `count` says of a_0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sc_precision.compatible.evidence.product_params import StreamProductParams
from sc_precision.properties.checker.sv import number


@dataclass(frozen=True)
class _Digit:
    """Wires of one step of the recursion, all from the threshold."""

    index: int
    rest_bits: int
    masked: bool

    @property
    def bit(self) -> str:
        """Top one of the remaining bits."""
        return f"threshold[{self.rest_bits}]"

    @property
    def up(self) -> str:
        """Whether a_(j+1) is rounded up."""
        return self.bit if self.masked else f"!{self.bit}"

    def far(self, wide: int) -> list[str]:
        """Lines for far_j, the magnitude of g_j."""
        j, rest = self.index, f"threshold[{self.rest_bits - 1}:0]" if self.rest_bits else "1'b0"
        return [
            f"  wire signed [{wide - 1}:0] rest_{j} = {rest};",
            f"  wire signed [{wide - 1}:0] far_{j} =",
            f"    ({self.bit} ? {number(1 << self.rest_bits, wide)} - rest_{j} : rest_{j}) <<< {j};",
        ]


def _digits(p: StreamProductParams) -> Iterator[_Digit]:
    for j in range(p.length_log2):
        rest_bits = p.length_log2 - 1 - j
        yield _Digit(j, rest_bits, bool(p.mask >> rest_bits & 1))


def _module(p: StreamProductParams, part: str, lines: list[str], checks: list[str]) -> str:
    head = [f"// {claims(p)[part]}", f"module {p.name}_{part}_check(input wire clk);"]
    return "\n".join([*head, *lines, "  always @* begin", *checks, "  end", "endmodule", ""])


def _count(p: StreamProductParams) -> str:
    m, core, top = p.length_log2, p.name, p.count_width - 1
    wide = 2 * m + 3
    half = (1 << p.coarse) // 2
    form = f"(level_wide + {half - 1}) >> {p.coarse}" if p.coarse else f"level_wide << {m - p.bit_width}"
    level_wide = p.level_width + m + 2
    reverse = ", ".join(f"t[{j}]" for j in range(m))
    lines = [
        "  (* anyseq *) wire rst, clear, enable;",
        f"  (* anyconst *) wire [{top}:0] code;",
        f"  (* anyconst *) wire [{p.level_width - 1}:0] level;",
        f"  wire [{top}:0] cycle, count;",
        "  wire done;",
        f"  {core} dut (.clk(clk), .rst(rst), .clear(clear), .enable(enable), .code(code), .level(level),",
        "    .cycle(cycle), .count(count), .done(done));",
        f"  always @* codes_in_range: assume (code <= {p.length} && level <= {1 << p.bit_width});",
        f"  wire [{level_wide - 1}:0] level_wide = level;",
        f"  wire [{top}:0] threshold = {form};",
        "  // What should be happening: n cycles counted in which the ramp is 1.",
        f"  reg [{top}:0] t = 0, n = 0;",
        f"  wire step = enable && !clear && !rst && t != {p.length};",
        "  wire restart = rst || clear;",
        "  wire move = step && t < code;",
        f"  wire [{m - 1}:0] reverse = {{{reverse}}} ^ {m}'d{p.mask};",
        "  wire one = reverse < threshold;",
        f"  reg signed [{wide - 1}:0] product = 0, d = 0; // n times the threshold, and how far the count is off",
        f"  wire signed [{wide - 1}:0] count_wide = count, threshold_wide = threshold;",
        "  always @(posedge clk) begin",
        f"    t <= restart ? 0 : step ? t + {p.count_width}'d1 : t;",
        f"    n <= restart ? 0 : move ? n + {p.count_width}'d1 : n;",
        "    product <= restart ? 0 : move ? product + threshold_wide : product;",
        f"    d <= restart ? 0 : move ? d + (one ? {number(1 << m, wide)} : 0) - threshold_wide : d;",
        "  end",
    ]
    checks = [
        f"    cycle_counts: assert (cycle == t && done == (t == {p.length}));",
        f"    t_in_range: assert (t <= {p.length});",
        "    count_fits: assert (count <= n);",
        "    n_is_ramp: assert (n == (t < code ? t : code));",
        f"    d_is_count: assert ((count_wide <<< {m}) - product == d);",
    ]
    if p.coarse:
        checks += [
            f"    threshold_is_near: assert ((level_wide <= (threshold << {p.coarse}) + {half})",
            f"      && ((threshold << {p.coarse}) <= level_wide + {half}));",
        ]
    checks += [
        "    counted: cover (count == 1 && !done);",
        f"    whole: cover (level == {1 << p.bit_width} && code == {p.length} && count == 2);",
    ]
    return _module(p, "count", lines, checks)


def _threshold(p: StreamProductParams) -> list[str]:
    """A threshold on the grid of the weight, or of the stream where that is the coarser one."""
    zeros = max(0, p.length_log2 - p.bit_width)
    low = f" && threshold[{zeros - 1}:0] == 0" if zeros else ""
    return [
        f"  (* anyconst *) wire [{p.length_log2}:0] threshold;",
        f"  always @* on_the_grid: assume (threshold <= {p.length}{low});",
    ]


def _recursion(p: StreamProductParams) -> str:
    m = p.length_log2
    reverse = ", ".join(f"t[{j}]" for j in range(m))
    lines = [
        *_threshold(p),
        f"  (* anyseq *) wire [{m - 1}:0] t;",
        f"  wire [{m - 1}:0] reverse = {{{reverse}}} ^ {m}'d{p.mask};",
        f"  wire [{m}:0] a_0 = t;",
        f"  wire path_0 = 1'b1, one_{m} = 1'b0;",
    ]
    checks: list[str] = []
    ones: list[str] = []  # what is 1 follows from the last digit to the first
    for digit in _digits(p):
        j = digit.index
        lines += [
            f"  wire [{m}:0] a_{j + 1} = ({{1'b0, a_{j}}} + ({digit.up})) >> 1;",
            f"  wire follow_{j} = a_{j}[0] != ({digit.up});",
            f"  wire path_{j + 1} = path_{j} && follow_{j};",
        ]
        ones.insert(0, f"  wire one_{j} = follow_{j} ? one_{j + 1} : {digit.bit};")
        checks.append(f"    path_{j}_is_cycle: assert (!path_{j} || a_{j} == (t >> {j}));")
    checks += [
        f"    one_is_the_streams: assert ((reverse < threshold) == (threshold[{m}] || one_0));",
        "    ones: cover (one_0);",
        "    zeros: cover (threshold != 0 && !one_0);",
    ]
    return _module(p, "digits", [*lines, *ones], checks)


def _levels(p: StreamProductParams) -> str:
    m, wide = p.length_log2, 2 * p.length_log2 + 3
    lines, update, checks = ["  (* anyseq *) wire restart;", *_threshold(p)], [], []
    for digit in _digits(p):
        j, following = digit.index, f"threshold[{digit.rest_bits - 1}:0]" if digit.rest_bits else "1'b0"
        lines += [
            f"  (* anyseq *) wire move_{j}{f', next_one_{j}' if digit.rest_bits else ''};",
            *([] if digit.rest_bits else [f"  wire next_one_{j} = 1'b0;"]),
            f"  reg [{m}:0] a_{j} = 0, next_a_{j} = 0;",
            f"  always @* cycles_{j}: assume (!move_{j} || a_{j} < {p.length});",
            f"  reg signed [{wide - 1}:0] d_{j} = 0, next_d_{j} = 0;",
            f"  wire follow_{j} = a_{j}[0] != ({digit.up});",
            f"  wire next_move_{j} = move_{j} && follow_{j};",
            f"  wire one_{j} = follow_{j} ? next_one_{j} : {digit.bit};",
            f"  wire signed [{wide - 1}:0] whole_{j} = threshold[{digit.rest_bits}:0], next_whole_{j} = {following};",
            *digit.far(wide),
        ]
        for prefix, level in (("", j), ("next_", j + 1)):
            move, a, d = (f"{prefix}{name}_{j}" for name in ("move", "a", "d"))
            change = f"({prefix}one_{j} ? {number(1 << m, wide)} : {number(0, wide)}) - ({prefix}whole_{j} <<< {level})"
            if level == m:
                change = number(0, wide)
            update += [
                f"    {a} <= restart ? 0 : {move} ? {a} + {m + 1}'d1 : {a};",
                f"    {d} <= restart ? 0 : {move} ? {d} + {change} : {d};",
            ]
        sign = "-" if digit.masked else "+"
        checks += [
            f"    a_{j}_fits: assert (a_{j} <= {p.length});",
            f"    halved_{j}: assert (next_a_{j} == (({{1'b0, a_{j}}} + ({digit.up})) >> 1));",
            f"    d_{j}_adds_up: assert (d_{j} == next_d_{j} {sign} (a_{j}[0] ? far_{j} : {number(0, wide)}));",
        ]
    checks += ["    odd: cover (a_0[0] && d_0 != 0);"]
    lines += ["  always @(posedge clk) begin", *update, "  end"]
    return _module(p, "levels", lines, checks)


def _sums(p: StreamProductParams) -> str:
    wide = 2 * p.length_log2 + 3
    most = number(p.length_log2 << p.length_log2, wide)
    lines = [
        f"  (* anyseq *) wire signed [{wide - 1}:0] far, next_d, next_pos, next_neg;",
        "  (* anyseq *) wire odd, masked;",
        f"  always @* far_fits: assume (far >= 0 && far <= {number(p.length, wide)});",
        f"  always @* pos_fits: assume (next_pos >= 0 && next_pos <= {most});",
        f"  always @* neg_fits: assume (next_neg >= 0 && next_neg <= {most});",
        "  always @* next_is_bounded: assume (next_d <= next_pos && next_d >= -next_neg);",
        f"  wire signed [{wide - 1}:0] pos = next_pos + (masked ? {number(0, wide)} : far);",
        f"  wire signed [{wide - 1}:0] neg = next_neg + (masked ? far : {number(0, wide)});",
        f"  wire signed [{wide - 1}:0] g = masked ? -far : far;",
        f"  wire signed [{wide - 1}:0] d = next_d + (odd ? g : {number(0, wide)});",
    ]
    checks = [
        "    d_is_bounded: assert (d <= pos && d >= -neg);",
        "    greatest: cover (far != 0 && d == pos);",
        "    least: cover (far != 0 && d == -neg);",
    ]
    return _module(p, "sums", lines, checks)


def _bound(p: StreamProductParams, tighter: int) -> str:
    wide = 2 * p.length_log2 + 3
    low, high = p.discrepancy
    lines = _threshold(p)
    sums: dict[bool, list[str]] = {False: [number(0, wide)], True: [number(0, wide)]}
    for digit in _digits(p):
        lines += digit.far(wide)
        sums[digit.masked].append(f"far_{digit.index}")
    lines += [
        f"  wire signed [{wide - 1}:0] pos = {' + '.join(sums[False])};",
        f"  wire signed [{wide - 1}:0] neg = {' + '.join(sums[True])};",
    ]
    checks = [
        f"    greatest: assert (pos <= {number(high - (tighter if high else 0), wide)});",
        f"    least: assert (neg <= {number(-low - (tighter if low else 0), wide)});",
        "    exact: cover (pos == 0 && neg == 0);",
    ]
    return _module(p, "bound", lines, checks)


def product_checker(p: StreamProductParams, *, tighter: int = 0) -> str:
    """SystemVerilog of ``<core>_<part>_check`` for each part of `claims`.

    The asserted bound is `tighter` units smaller than the planned one: with 1 it must fail.
    """
    return "\n".join([_count(p), _recursion(p), _levels(p), _sums(p), _bound(p, tighter)])


def claims(p: StreamProductParams) -> dict[str, str]:
    """What each lemma says, in one sentence; together they say `claim`."""
    near = f"; its threshold is the level on the grid of 2**-{p.length_log2}, at most half a step off"
    return {
        "count": (
            f"the count times 2**{p.length_log2} less the number of ramp cycles times the threshold is the sum of what "
            f"each such cycle adds, which its number and the threshold tell{near if p.coarse else ''}"
        ),
        "digits": "what a cycle adds is what the recursion over the digits of its number says",
        "levels": "each level's deviation is the next one's and, after an odd number of cycles, its own summand",
        "sums": "a level's deviation is within the sums of the positive and the negative summands from it on",
        "bound": f"the summands of a threshold add up to {p.discrepancy[0]} at least and {p.discrepancy[1]} at most",
    }


def claim(p: StreamProductParams) -> str:
    """What the lemmas say together, in one sentence."""
    low, high = p.discrepancy
    text = (
        f"after any number of cycles, for every level of {p.bit_width} bits and every code, count * 2**{p.length_log2} "
        f"less code times threshold lies in {low}..{high}"
    )
    if p.coarse:
        text += f"; the threshold is the level on the grid of 2**-{p.length_log2}, at most half a step off"
    return text
