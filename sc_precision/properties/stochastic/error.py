# SPDX-License-Identifier: Apache-2.0
r"""Lemmas about the error of a stochastic layer's accumulators: the plan's interval of each output, from its synapses.

What `rows` says of every cycle, `counts` of every stream and the trained weights of every product meet here. In units
of 2\ :sup:`-k` of the accumulator's last place let t be what a synapse adds in a run, u its level, u - err its trained
weight. For a code x then t - x * (u - err) = (t - x * u) + x * err: the first part is in the interval of `counts`, the
second in that of `increment`. As for a fixed-point layer (see `fixed_error`) no question has more than one difficulty:

* ``algebra``: that identity, that of `counts`, and those by which a sum over cycles of sums over synapses is a sum of
  counts.
* ``increment``: what a product with a rounded weight is off by lies between its values at the ends of the code's range.
* ``error_sums``: the ends of the synapses' intervals add up to the plan's interval.
* ``error``: an accumulator that has taken one synapse after the other is off by no more.
"""

from __future__ import annotations

from collections.abc import Sequence

from sc_precision.params import StochasticDenseParams, signed_width
from sc_precision.properties.checker.lemma import Lemma, Mutant, interval_table
from sc_precision.properties.checker.sv import UNROLL_TABLES, header, index_width, number, replace_once, table
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.dense.error_sums import LINEAR, ErrorEnds, ErrorWalk, increment_lemma, sums_lemmas


def stochastic_error_lemmas(layer: LayerClaim[StochasticDenseParams], assumes: tuple[str, ...]) -> list[Lemma]:
    """Lemmas that end in ``<layer>_error``: |accumulator - exact sum| within the plan's interval, of each output.

    `assumes` names the lemmas about the counts of the synapses and about the rows that add them up. Raises
    ConsistencyError if the synapses' intervals do not add up to the plan's.
    """
    return [*synapse_error_lemmas(layer), *accumulator_error_lemmas(layer, assumes)]


def synapse_error_lemmas(layer: LayerClaim[StochasticDenseParams]) -> list[Lemma]:
    """What a single synapse is off by, whatever its level and code."""
    return [_algebra_lemma(layer), increment_lemma(layer)]


def accumulator_error_lemmas(
    layer: LayerClaim[StochasticDenseParams], assumes: tuple[str, ...], kind: str = "error"
) -> list[Lemma]:
    """What the synapses of an output are off by together; the last lemma is ``<layer>_<kind>``."""
    ends = [ErrorEnds(layer, output) for output in range(layer.params.n_out)]
    sums = sums_lemmas(layer, ends, f"{kind}_sums")
    parts = (f"{layer.params.name}_algebra", f"{layer.params.name}_increment", *(lemma.name for lemma in sums))
    return [*sums, _error_lemma(layer, ends, (*assumes, *parts), kind)]


def _algebra_lemma(layer: LayerClaim[StochasticDenseParams]) -> Lemma:
    p, b = layer.params, layer.bounds
    name = f"{p.name}_algebra"
    claim = (
        "what a synapse is off by is what its stream is, and the code times the weight's rounding error; each cycle "
        "leaves an accumulator the sum of what the synapses have counted"
    )
    width = p.inputs.format.width + p.acc.width + b.k + 2
    acc, shifts = p.acc.width + 2, sorted({p.max_log2 - m + p.bipolar for m in p.classes})
    shifted = "\n".join(
        f"    length_class_{shift}: assert ((counted_a + new_a) << {shift} == (counted_a << {shift})"
        f" + (new_a << {shift}));"
        for shift in shifts
    )
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
  (* anyseq *) wire [{width - 1}:0] x, level, error, added, low, high, acc, so_far;
  wire [{width - 1}:0] exact = level - error, below = high - x, above = x - low, negative = -error;
  // What two synapses, or sums of them, have counted before a cycle, and what it adds to them.
  // A code is what the ones of its ramp are on its own, finer grid, less a rest.
  (* anyseq *) wire [{width - 1}:0] count, cycles, ones, finer, rest;
  (* anyseq *) wire [{acc - 1}:0] counted_a, counted_b, new_a, new_b;
  wire [{acc - 1}:0] sum = counted_a + counted_b, new_sum = new_a + new_b;
  wire [{acc - 1}:0] difference = counted_a - counted_b, new_difference = new_a - new_b;
  always @* begin
    off_by_both: assert (added - x * exact == (added - x * level) + x * error);
    sum_is_off_by_sum: assert ((acc + added) - (so_far + x * exact) == (acc - so_far) + (added - x * exact));
{LINEAR}
    code_on_grid: assert (count * (cycles * finer) - (ones * finer - rest) * level
      == (count * cycles - ones * level) * finer + rest * level);
    sum_of_counts: assert (sum + new_sum == (counted_a + new_a) + (counted_b + new_b));
    difference_of_counts: assert (difference + new_difference == (counted_a + new_a) - (counted_b + new_b));
{shifted}
    one: cover (error == 1 && x == high && high != low && new_a == 1);
  end
endmodule
"""
    faulty = replace_once(text, "exact = level - error", "exact = level + error")
    lost = replace_once(text, r"new_sum = new_a \+ new_b", "new_sum = new_a | new_b")
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
        mutants=(
            Mutant("mutant_sign", "the rounding error with the wrong sign", {f"{name}.sv": faulty}),
            Mutant("mutant_sum", "two coincidences in a cycle count as one", {f"{name}.sv": lost}),
        ),
    )


def _error_lemma(
    layer: LayerClaim[StochasticDenseParams], ends: Sequence[ErrorEnds], assumes: tuple[str, ...], kind: str
) -> Lemma:
    p, b = layer.params, layer.bounds
    name = f"{p.name}_{kind}"
    claim = (
        "with every synapse's count in the interval that its stream keeps, each accumulator at the end of a run is "
        "off the exact sum of codes times weights, and bias, by an error inside its planned interval"
    )
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=_walk(layer, ends, name, claim),
        hdl=(),
        script=UNROLL_TABLES,
        # An estimate's errors are no part of what the layers' errors are worked out from.
        asserts={f"{p.name} errors": interval_table(b.pre_low, b.pre_high)} if kind == "error" else {},
        assumes=assumes,
        depth=2,
        cover_depth=4,
        mutant_depth=len(ends[0].low) + 3,
        mutants=(
            Mutant(
                "mutant_tight",
                "the interval one unit tighter",
                {f"{name}.sv": worst_run(layer, ends, tighter=1, kind=kind)},
            ),
        ),
    )


def _walk(layer: LayerClaim[StochasticDenseParams], ends: Sequence[ErrorEnds], name: str, claim: str) -> str:
    """Checker that adds what weight after weight and then stream after stream is off by, anything in its interval."""
    p = layer.params
    n, outputs = len(ends[0].low), p.n_out
    index_bits, output_bits = index_width(n), index_width(outputs)
    walk = ErrorWalk(layer, ends)
    one, bias_width, span = walk.step_width, walk.bias_width, walk.span
    wide = max(signed_width(*span), one) + 3
    return f"""{header(name, claim)}module {name}_check(input wire clk);
{walk.planned(wide)}
  (* anyseq *) wire go;
  (* anyseq *) wire [{output_bits - 1}:0] next_output;
  (* anyseq *) wire signed [{bias_width - 1}:0] bias_error;
  // What a product with a rounded weight is off by, or a stream, and the ends of the interval that it is in.
  (* anyseq *) wire signed [{one - 1}:0] off, least, most;
  reg [{index_bits - 1}:0] index = 0;
  reg [{output_bits - 1}:0] held = 0;
  reg started = 0, done = 0;
  wire first = index == 0, last = index == {n - 1};
  wire [{output_bits - 1}:0] of = first ? next_output : held;
  // Accumulator less exact sum: `algebra` says that each synapse adds to it what it is off by itself.
  reg signed [{wide - 1}:0] error = 0, sum_low = 0, sum_high = 0;
{walk.next_sums(wide)}
  always @(posedge clk) if (go) begin
    index <= last ? 0 : index + 1;
    held <= of;
    started <= 1;
    done <= last;
    error <= (first ? bias_error : error) + off;
    sum_low <= next_low;
    sum_high <= next_high;
  end
  always @* begin
    output_exists: assume (of < {outputs});
    increment_or_counts: assume (least <= off && off <= most);
{walk.assumed(wide)}
  end

  always @* if (started) begin
    error_so_far: assert (error >= sum_low && error <= sum_high);
    in_order: assert (index < {n} && held < {outputs} && done == (index == 0));
{walk.asserted(wide)}
    if (done) error_within_plan: assert (error >= planned_low(held) && error <= planned_high(held));
  end
  always @* if (!started) starts: assert (index == 0);
  always @* at_its_greatest: cover (started && error == sum_high && error >= 0);
endmodule
"""


def worst_run(
    layer: LayerClaim[StochasticDenseParams],
    ends: Sequence[ErrorEnds] | None = None,
    *,
    tighter: int,
    kind: str = "error",
) -> str:
    """Checker in which every weight and stream of one output is off upwards the most, its interval so much tighter."""
    p, b = layer.params, layer.bounds
    output = int((b.pre_high - b.pre_low).argmax())
    worst = (ends or [ErrorEnds(layer, o) for o in range(p.n_out)])[output]
    name = f"{p.name}_{kind}"
    n, index_bits, start = len(worst.high), index_width(len(worst.high)), int(b.bias_error[output])
    span = *worst.high, *worst.sum_high, int(b.pre_low[output]), int(b.pre_high[output]) - tighter
    wide = signed_width(min(span), max(span)) + 1
    least, most = number(int(b.pre_low[output]), wide), number(int(b.pre_high[output]) - tighter, wide)
    claim = f"output {output} with each synapse at its greatest error, within an upper end that is {tighter} lower"
    return f"""{header(name, claim)}module {name}_check(input wire clk);
{table("off", worst.high, wide, index_bits)}
  reg [{index_bits - 1}:0] index = 0;
  reg done = 0;
  reg signed [{wide - 1}:0] error = {number(start, wide)};
  always @(posedge clk) if (!done) begin
    index <= index + 1;
    done <= index == {n - 1};
    error <= error + off(index);
  end
  always @* if (done) error_within_plan: assert (error >= {least} && error <= {most});
  always @* ended: cover (done);
endmodule
"""
