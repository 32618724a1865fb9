# SPDX-License-Identifier: Apache-2.0
r"""Lemmas about the error of a block floating layer's accumulators: the plan's interval, asserted of the hardware.

What products are off by, and what that adds up to, is as for a fixed-point layer, see `fixed_error`: a weight is
m << s, a mantissa m and the shift s of its block. The hardware shifts sums of mantissas' products, the exact sum has
products of shifted mantissas. So there are two more lemmas in place of one:

* ``align``: for all integers, a sum shifted is the sum of what is shifted, a product shifted that of a shifted factor.
* ``error``: the emitted multiply-accumulate unit against the exact sum, segment by segment.
"""

from __future__ import annotations

from collections.abc import Sequence

from sc_precision.emit.verilog import module_texts
from sc_precision.params import BlockFloatDenseParams, IntArray, signed_width
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import UNROLL_TABLES, header, index_width, number, replace_once, table
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.dense.error_sums import ErrorEnds, ErrorWalk, error_ends, sums_names
from sc_precision.properties.fixed.error import sum_lemmas


def block_error_lemmas(
    layer: LayerClaim[BlockFloatDenseParams], hdl: dict[str, str], shifts: IntArray, sums: tuple[int, int]
) -> list[Lemma]:
    """Lemmas that end in ``<layer>_error``: |accumulator - exact sum| within the plan's interval, of each output.

    `shifts`, shape (n_out, n_in), are those of each weight's block, `sums` the range of a segment's sum. Raises
    ConsistencyError if the ends do not add up to the plan's interval.
    """
    ends = error_ends(layer)
    distinct = sorted(set(shifts.ravel().tolist()))
    p = layer.params
    return [*sum_lemmas(layer, ends), _align(p, distinct), _error(layer, ends, hdl, distinct[-1], sums)]


def _product_width(p: BlockFloatDenseParams) -> int:
    return p.inputs.format.width + p.tensor.form.mantissa_bits + 1


def _width(p: BlockFloatDenseParams, most: int) -> int:
    """Bits in which nothing that is shifted wraps."""
    return max(p.acc.width, max(p.partial_width, _product_width(p)) + most + 1) + 2


def _align(p: BlockFloatDenseParams, distinct: Sequence[int]) -> Lemma:
    """Shifting distributes over what a segment adds, for every shift that the layer has."""
    name = f"{p.name}_align"
    claim = (
        "for all integers and every shift of the layer, a segment's sum shifted is the sum of its shifted products, "
        "and a shifted product is the code times the shifted mantissa"
    )
    width = _width(p, distinct[-1])
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        f"  (* anyseq *) wire [{width - 1}:0] sum, x, mantissa;",
        f"  wire [{width - 1}:0] product = x * mantissa;",
        "  always @* begin",
    ]
    for shift in distinct:
        lines += [
            f"    sums_by_{shift}: assert (((sum + product) << {shift}) == (sum << {shift}) + (product << {shift}));",
            f"    products_by_{shift}: assert ((product << {shift}) == x * (mantissa << {shift}));",
        ]
    lines += ["    one: cover (product == 1 && sum == 1);", "  end", "endmodule", ""]
    text = "\n".join(lines)
    last = distinct[-1]
    faulty = text.replace(f"== x * (mantissa << {last})", f"== x * (mantissa << {last + 1})")
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(),
        engines=("smtbmc z3", "smtbmc bitwuzla"),
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(Mutant("mutant_place", "one place too far", {f"{name}.sv": faulty}),),
    )


def _error(
    layer: LayerClaim[BlockFloatDenseParams],
    ends: Sequence[ErrorEnds],
    hdl: dict[str, str],
    most: int,
    sums: tuple[int, int],
) -> Lemma:
    p, b = layer.params, layer.bounds
    name = f"{p.name}_error"
    claim = (
        "once an output's last segment is aligned, its accumulator differs from the exact sum of codes times weights, "
        "and bias, by an error inside the planned interval of that output"
    )
    n, outputs = p.n_in, p.n_out
    iw, ow = index_width(n), index_width(outputs)
    xw, mw, aw, pw, sw = p.inputs.format.width, p.tensor.form.mantissa_bits, p.acc.width, p.partial_width, p.shift_width
    walk = ErrorWalk(layer, ends)
    one, bw, span = walk.step_width, walk.bias_width, walk.span
    low, high = p.acc_range
    grid = _width(p, most)
    wide = max(grid + b.k, signed_width(*span) + 1, one + 1) + 2
    signed = "signed " if p.inputs.format.signed else ""
    x = "x" if p.inputs.format.signed else "{1'b0, x}"
    positive = " && error > 0" if span[1] > 0 else ""
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
{walk.planned(wide)}
  (* anyseq *) wire go, any_end;
  (* anyseq *) wire [{ow - 1}:0] next_output;
  (* anyseq *) wire {signed}[{xw - 1}:0] x;
  (* anyseq *) wire signed [{mw - 1}:0] mantissa;
  (* anyseq *) wire [{sw - 1}:0] next_shift, any_shift;
  (* anyseq *) wire signed [{aw - 1}:0] bias;
  (* anyseq *) wire signed [{bw - 1}:0] bias_error;
  // What the product is off by, and the ends of its interval.
  (* anyseq *) wire signed [{one - 1}:0] off, least, most;
  wire signed [{aw - 1}:0] acc;
  wire signed [{pw - 1}:0] partial;
  wire fresh, closed;
  reg [{iw - 1}:0] index = 0;
  reg [{ow - 1}:0] held = 0;
  reg [{sw - 1}:0] held_shift = 0;
  reg started = 0, open = 0, ended = 0, done = 0;
  wire first = index == 0, last = index == {n - 1}, ends = last || any_end;
  wire [{ow - 1}:0] of = first ? next_output : held;
  // The shift of a segment is told in the cycle after its last product.
  wire [{sw - 1}:0] own_shift = open ? held_shift : next_shift;
  wire [{sw - 1}:0] shift = ended ? held_shift : any_shift;
  {p.name}_mac dut (.clk(clk), .rst(1'b0), .x(x), .mantissa(mantissa), .ends(ends), .shift(shift), .bias(bias),
    .first(first), .enable(go), .acc(acc), .partial(partial), .fresh(fresh), .closed(closed));

  // The exact sum is (aligned << {b.k}) - rest; `aligned` is that of the shifted products.
  wire signed [{xw}:0] x_signed = {x};
  wire signed [{grid - 1}:0] product = x_signed * mantissa;
  wire signed [{grid - 1}:0] sum = (open ? segment : 0) + product;
  (* anyseq *) wire signed [{grid - 1}:0] sum_shifted, product_shifted;
  reg signed [{grid - 1}:0] segment = 0, segment_shifted = 0, aligned = 0;
  reg signed [{wide - 1}:0] rest = 0, sum_low = 0, sum_high = 0;
  wire signed [{grid - 1}:0] next_aligned = (first ? bias : aligned) + product_shifted;
{walk.next_sums(wide)}
  always @(posedge clk) begin
    ended <= go && ends;
    if (go) begin
      index <= last ? 0 : index + 1;
      held <= of;
      held_shift <= own_shift;
      started <= 1;
      open <= !ends;
      done <= last;
      segment <= sum;
      segment_shifted <= sum_shifted;
      aligned <= next_aligned;
      rest <= (first ? bias_error : rest) + off;
      sum_low <= next_low;
      sum_high <= next_high;
    end
  end
  always @* begin
    output_exists: assume (of < {outputs});
    shift_is_planned: assume (own_shift <= {most} && shift <= {most});
    // The controller waits between outputs.
    waits: assume (!(go && first && ended));
    shifted: assume (sum_shifted == (sum <<< own_shift));
    distributes: assume (sum_shifted == (open ? segment_shifted : 0) + product_shifted);
    sum_fits: assume (sum >= {number(sums[0], grid)} && sum <= {number(sums[1], grid)});
    increment: assume (least <= off && off <= most);
    in_width: assume (next_aligned >= {number(low, grid)} && next_aligned <= {number(high, grid)});
{walk.assumed(wide)}
  end

  wire signed [{grid - 1}:0] acc_grid = acc, partial_grid = partial;
  wire signed [{wide - 1}:0] acc_wide = acc, aligned_wide = aligned;
  wire signed [{wide - 1}:0] exact = (aligned_wide <<< {b.k}) - rest;
  wire signed [{wide - 1}:0] error = (acc_wide <<< {b.k}) - exact;
  always @* if (started) begin
    segment_is_the_partial: assert (partial_grid == segment);
    segment_is_shifted: assert (segment_shifted == (segment <<< held_shift));
    the_rest_is_pending: assert (aligned == acc_grid + (open || ended ? segment_shifted : 0));
    below_the_grid: assert (rest >= sum_low && rest <= sum_high);
    in_order: assert (index < {n} && held < {outputs} && done == (index == 0) && held_shift <= {most});
    ends_follow: assert (fresh == !open && closed == ended && !(open && ended) && (!done || !open));
{walk.asserted(wide)}
    if (done && !ended) error_within_plan: assert (error >= planned_low(held) && error <= planned_high(held));
  end
  always @* if (!started) starts: assert (index == 0 && fresh && !closed && !open && !ended);
  always @* at_its_greatest: cover (started && !open && !ended && error == sum_high{positive});
endmodule
"""
    core = f"{p.name}_core.v"
    mac = module_texts(hdl[core])[f"{p.name}_mac"]
    mutants = [Mutant("mutant_tight", "the interval one unit tighter", {f"{name}.sv": worst_block_run(layer, ends, 1)})]
    if n > 1:
        lost = replace_once(mac, r"enable \? ends : fresh", "enable ? 1'h1 : fresh")
        mutants.append(Mutant("mutant_open", "every product begins a segment", {core: lost}))
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(core,),
        prepare=show_registers(p),
        script=UNROLL_TABLES,
        assumes=(
            f"{p.name}_weights",
            f"{p.name}_mac_step",
            f"{p.name}_align",
            f"{p.name}_increment",
            *sums_names(layer),
        ),
        depth=2,
        cover_depth=5,
        mutant_depth=n + 5,
        mutants=tuple(mutants),
    )


def show_registers(p: BlockFloatDenseParams) -> tuple[str, ...]:
    """Yosys commands that make the registers of a multiply-accumulate unit its outputs."""
    wires = ("partial", "fresh", "closed")
    shown = (command for wire in wires for command in (f"select -assert-min 1 w:{wire}", f"expose w:{wire}"))
    return (f"cd {p.name}_mac", "proc", *shown, "cd ..")


def worst_block_run(
    layer: LayerClaim[BlockFloatDenseParams], ends: Sequence[ErrorEnds] | None = None, tighter: int = 0
) -> str:
    """Checker in which ROM and arithmetic run on the worst codes of one output, with its interval so much tighter.

    See `fixed_error.worst_run`. The output is one of the first pass, for a ROM counts its segments from there.
    """
    p, b = layer.params, layer.bounds
    lane = int((b.pre_high - b.pre_low)[: p.lanes].argmax())
    worst = (ends or error_ends(layer))[lane].worst
    name = f"{p.name}_error"
    n, iw, xw, mw, aw = p.n_in, index_width(p.n_in), p.inputs.format.width, p.tensor.form.mantissa_bits, p.acc.width
    address, passes = index_width(p.passes * n), index_width(p.passes)
    exact = b.reference_weights[lane].tolist()
    ww, bias = signed_width(min(exact), max(exact)), int(b.reference_bias[lane])
    codes = xw + 1
    wide = max(aw + b.k, ww + codes, signed_width(bias, bias)) + iw + 2
    least, most = number(int(b.pre_low[lane]), wide), number(int(b.pre_high[lane]) - tighter, wide)
    claim = f"output {lane} at the codes of its greatest error, within an upper end that is {tighter} lower"
    return f"""{header(name, claim)}module {name}_check(input wire clk);
{table("code", worst, codes, iw)}
{table("exact_weight", exact, ww, iw)}
  reg [{iw}:0] index = 0, before = 0;
  reg running = 0, ran = 0, ended = 0, done = 0;
  wire last = before == {n - 1};
  wire signed [{codes - 1}:0] x = code(before[{iw - 1}:0]);
  wire signed [{mw - 1}:0] mantissa;
  wire [{p.shift_width - 1}:0] shift;
  wire ends;
  wire signed [{aw - 1}:0] bias, acc;
  wire [{address - 1}:0] address = index;
  {p.name}_weights_{lane} rom (.clk(clk), .rst(1'b0), .address(address), .pass_index({passes}'d0), .used(running),
    .mantissa(mantissa), .ends(ends), .shift(shift), .bias(bias));
  {p.name}_mac dut (.clk(clk), .rst(1'b0), .x(x[{xw - 1}:0]), .mantissa(mantissa), .ends(ends), .shift(shift),
    .bias(bias), .first(before == 0), .enable(running), .acc(acc));
  reg signed [{wide - 1}:0] exact = 0;
  wire signed [{wide - 1}:0] product = x * exact_weight(before[{iw - 1}:0]), acc_wide = acc;
  always @(posedge clk) begin
    running <= !ran || (running && !last);
    ran <= 1;
    index <= index + 1;
    before <= index;
    ended <= running && last;
    done <= ended;
    if (running) exact <= (before == 0 ? {number(bias, wide)} : exact) + product;
  end
  wire signed [{wide - 1}:0] error = (acc_wide <<< {b.k}) - exact;
  always @* if (done) error_within_plan: assert (error >= {least} && error <= {most});
  always @* finished: cover (done);
endmodule
"""
