# SPDX-License-Identifier: Apache-2.0
r"""Lemma about the stochastic multiplier: its count is the product but for the planned discrepancy, for every weight.

After N cycles in which the ramp is 1, D = count * 2**m - N * B. Taking the cycles by their lowest bit splits the
stream into two of half the length, of which one is all zeros or all ones: with a_0 = N and
a_(j+1) = (a_j + up_j) >> 1,

    D_j = [a_j odd] g_j + D_(j+1),    D_m = 0,    D = D_0

where g_j = +-2**j times the distance of the remaining m - j bits of B to a multiple of their top one (see
`sc_precision.plan.streams`). The checker carries each D_j and a_j in a register of its own, so that every one of these
equations is a step between neighbours and induction proves them one by one; nothing is multiplied. What bounds D is
then the sum of the |g_j| of one sign, which depends on B alone.
"""

from __future__ import annotations

from sc_precision.params.product import StreamProductParams
from sc_precision.properties.sv import number

TASKS = ("prove", "cover")


def product_checker(p: StreamProductParams, *, tighter: int = 0) -> str:
    """SystemVerilog of ``<core>_check``.

    Parameters
    ----------
    p : StreamProductParams
    tighter : int
        Units by which the asserted bound is smaller than the planned one: with 1 it must fail.
    """
    m, mask, core = p.length_log2, p.mask, p.name
    wide = 2 * m + 3
    low, high = p.discrepancy
    low, high = low + (tighter if low else 0), high - tighter
    top = p.count_width - 1
    half = (1 << p.coarse) // 2
    form = f"(level_wide + {half - 1}) >> {p.coarse}" if p.coarse else f"level_wide << {m - p.bit_width}"
    level_wide = p.level_width + m + 2
    lines = [
        f"// {claim(p)}",
        f"module {core}_check(input wire clk);",
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
        "  wire move_0 = step && t < code;",
        f"  reg signed [{wide - 1}:0] product = 0; // n times the threshold",
        f"  wire signed [{wide - 1}:0] count_wide = count;",
        f"  wire signed [{wide - 1}:0] threshold_wide = threshold;",
    ]
    update = [
        f"    t <= restart ? 0 : step ? t + {p.count_width}'d1 : t;",
        f"    n <= restart ? 0 : move_0 ? n + {p.count_width}'d1 : n;",
        "    product <= restart ? 0 : move_0 ? product + threshold_wide : product;",
    ]
    checks = [
        f"    cycle_counts: assert (cycle == t && done == (t == {p.length}));",
        f"    t_in_range: assert (t <= {p.length});",
        "    count_fits: assert (count <= n);",
        "    n_is_ramp: assert (n == (t < code ? t : code));",
        "    d_is_count: assert ((count_wide <<< " + str(m) + ") - product == d_0);",
        "    a_0_is_n: assert (a_0 == n);",
    ]
    ahead: list[str] = ["  wire path_0 = 1'b1;"]
    back: list[str] = []  # from the last bit to the first
    for j in range(m):
        rest_bits = m - 1 - j  # bits of B below the one that is looked at
        masked = mask >> rest_bits & 1
        rest = f"threshold[{rest_bits - 1}:0]" if rest_bits else "1'b0"
        bit = f"threshold[{rest_bits}]"
        above, below = ("neg", "pos") if masked else ("pos", "neg")
        lines += [f"  reg [{top}:0] a_{j} = 0;", f"  reg signed [{wide - 1}:0] d_{j} = 0;"]
        ahead += [
            f"  wire up_{j} = {bit if masked else '!' + bit};",
            f"  wire follow_{j} = a_{j}[0] != up_{j};",
            f"  wire move_{j + 1} = move_{j} && follow_{j};",
            f"  wire path_{j + 1} = path_{j} && follow_{j};",
            f"  wire signed [{wide - 1}:0] rest_{j} = {rest};",
            f"  wire signed [{wide - 1}:0] whole_{j} = threshold[{rest_bits}:0];",
            f"  wire signed [{wide - 1}:0] far_{j} =",
            f"    ({bit} ? {number(1 << rest_bits, wide)} - rest_{j} : rest_{j}) <<< {j};",
        ]
        back = [
            f"  wire one_{j} = follow_{j} ? one_{j + 1} : {bit};",
            f"  wire signed [{wide - 1}:0] {above}_{j} = {above}_{j + 1} + far_{j};",
            f"  wire signed [{wide - 1}:0] {below}_{j} = {below}_{j + 1};",
            *back,
        ]
        update += [
            f"    a_{j} <= restart ? 0 : move_{j} ? a_{j} + {p.count_width}'d1 : a_{j};",
            f"    d_{j} <= restart ? 0 : move_{j} ? d_{j} + (one_{j} ? {number(1 << m, wide)} : 0)"
            f" - (whole_{j} <<< {j}) : d_{j};",
        ]
        checks += [
            f"    halved_{j}: assert (a_{j + 1} == (({{1'b0, a_{j}}} + up_{j}) >> 1));",
            f"    path_{j}_is_cycle: assert (!path_{j} || a_{j} == (n >> {j}));",
            f"    d_{j}_adds_up: assert (d_{j} == d_{j + 1} {'-' if masked else '+'} (a_{j}[0] ? far_{j} : 0));",
            f"    d_{j}_is_bounded: assert (d_{j} <= pos_{j} && -d_{j} <= neg_{j});",
        ]
    lines += [
        f"  reg [{top}:0] a_{m} = 0;",
        *ahead,
        f"  wire one_{m} = 1'b0;",
        f"  wire signed [{wide - 1}:0] d_{m} = 0, pos_{m} = 0, neg_{m} = 0;",
        *back,
        "  always @(posedge clk) begin",
        *update,
        f"    a_{m} <= restart ? 0 : move_{m} ? a_{m} + {p.count_width}'d1 : a_{m};",
        "  end",
        "  always @* begin",
        *checks,
        f"    error_is_bounded: assert (pos_0 <= {number(high, wide)} && -neg_0 >= {number(low, wide)});",
    ]
    if p.coarse:
        lines += [
            f"    threshold_is_near: assert ((level_wide <= (threshold << {p.coarse}) + {half})",
            f"      && ((threshold << {p.coarse}) <= level_wide + {half}));",
        ]
    lines += [
        "    counted: cover (count == 1 && !done);",
        f"    whole: cover (level == {1 << p.bit_width} && code == {p.length} && count == 2);",
        "  end",
        "endmodule",
        "",
    ]
    return "\n".join(lines)


def claim(p: StreamProductParams) -> str:
    """What the lemma says, in one sentence."""
    low, high = p.discrepancy
    text = (
        f"after any number of cycles, for every level of {p.bit_width} bits and every code, count * 2**{p.length_log2} "
        f"less code times threshold lies in {low}..{high}"
    )
    if p.coarse:
        text += f"; the threshold is the level on the grid of 2**-{p.length_log2}, at most half a step off"
    return text
