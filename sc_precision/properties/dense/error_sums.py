# SPDX-License-Identifier: Apache-2.0
"""What synapses are off by and what that adds up to: lemmas and pieces of checkers that all kinds of layers share."""

from __future__ import annotations

from collections.abc import Sequence

from sc_precision.errors import ConsistencyError
from sc_precision.params import DenseParams, signed_width
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import (
    UNROLL_TABLES,
    header,
    index_width,
    number,
    replace_all,
    replace_once,
    table,
)
from sc_precision.properties.dense.claims import LayerClaim, input_intervals

CHUNK = 8
"""Outputs in one lemma about sums; more take longer than the start of another run."""
LINEAR = """\
    from_the_high_end: assert (error * high - error * x == error * below);
    from_the_low_end: assert (error * x - error * low == error * above);
    signs_commute: assert (negative * below == -(error * below) && negative * above == -(error * above));"""
"""What `increment` rests on, asserted by each ``algebra``: a product with an error is linear in the code."""


class ErrorEnds:
    """The interval of every synapse of an output, and their sums from the bias' error on.

    Of a stochastic layer, those of all weights come first, then those of all streams.
    """

    def __init__(self, layer: LayerClaim[DenseParams], output: int):
        b = layer.bounds
        self.output = output
        codes = list(zip(b.input_low.tolist(), b.input_high.tolist(), strict=True))
        pairs = [[e * code for code in ends] for e, ends in zip(b.weight_error[output].tolist(), codes, strict=True)]
        self.low, self.high = [min(pair) for pair in pairs], [max(pair) for pair in pairs]
        if not layer.params.linear:
            self.low += b.stream_low[output].tolist()
            self.high += b.stream_high[output].tolist()
        self.worst = [ends[e > 0] for e, ends in zip(b.weight_error[output].tolist(), codes, strict=True)]
        self.sum_low, self.sum_high = (_running(int(b.bias_error[output]), part) for part in (self.low, self.high))
        if (self.sum_low[-1], self.sum_high[-1]) != (int(b.pre_low[output]), int(b.pre_high[output])):
            raise ConsistencyError(
                f"{layer.params.name}: output {output}'s synapses err by {self.sum_low[-1]}..{self.sum_high[-1]} "
                f"together, but the plan says {b.pre_low[output]}..{b.pre_high[output]}"
            )


def _running(first: int, terms: Sequence[int]) -> list[int]:
    sums = [first]
    for term in terms:
        sums.append(sums[-1] + term)
    return sums


def error_ends(layer: LayerClaim[DenseParams]) -> list[ErrorEnds]:
    """Intervals of every output's products and of their sums."""
    return [ErrorEnds(layer, output) for output in range(layer.params.n_out)]


class ErrorWalk:
    """What the checkers of the lemmas ``<layer>_error`` share, which take an output's synapses one after the other.

    What is off so far lies between `sum_low` and `sum_high`, of which `error_sums` says where they may be.

    Parameters
    ----------
    layer : LayerClaim
    ends : sequence of ErrorEnds
        Of each output.
    """

    def __init__(self, layer: LayerClaim[DenseParams], ends: Sequence[ErrorEnds]):
        b = layer.bounds
        steps = [s for each in ends for s in (*each.low, *each.high)]
        biases = [int(e) for e in b.bias_error]
        self.span = min(s for each in ends for s in each.sum_low), max(s for each in ends for s in each.sum_high)
        self.step_width = signed_width(min(steps), max(steps))
        self.bias_width = signed_width(min(biases), max(biases))
        self._planned = b.pre_low.tolist(), b.pre_high.tolist()

    def planned(self, width: int) -> str:
        """Tables of the plan's intervals."""
        low, high = self._planned
        bits = index_width(len(low))
        return "\n".join([table("planned_low", low, width, bits), table("planned_high", high, width, bits)])

    def next_sums(self, width: int) -> str:
        """The sums with the next synapse, or the first."""
        return f"""\
  wire signed [{width - 1}:0] next_low = (first ? bias_error : sum_low) + least;
  wire signed [{width - 1}:0] next_high = (first ? bias_error : sum_high) + most;"""

    def assumed(self, width: int) -> str:
        """What `error_sums` asserts of the next sums."""
        low, high = (number(end, width) for end in self.span)
        return f"""\
    sums_fit: assume (next_low >= {low} && next_high <= {high});
    if (last) sums: assume (next_low >= planned_low(of) && next_high <= planned_high(of));"""

    def asserted(self, width: int) -> str:
        """The same of the sums so far, for induction."""
        low, high = (number(end, width) for end in self.span)
        return f"""\
    sums_in_span: assert (sum_low >= {low} && sum_high <= {high});
    if (done) sums_as_planned: assert (sum_low >= planned_low(held) && sum_high <= planned_high(held));"""


def increment_lemma(layer: LayerClaim[DenseParams]) -> Lemma:
    """What a product with a rounded weight is off by, in a layer of either datapath."""
    p, b = layer.params, layer.bounds
    name = f"{p.name}_increment"
    claim = "for codes in range, what a product is off by lies between what it is off by at the ends of the range"
    codes = signed_width(int(b.input_low.min()), int(b.input_high.max()))
    size = max(1, int(abs(b.weight_error).max()).bit_length())
    width = codes + size + 3
    limit = number(1 << (codes + size), width)
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
  (* anyseq *) wire signed [{codes - 1}:0] x, low, high;
  (* anyseq *) wire [{size - 1}:0] magnitude;
  (* anyseq *) wire negative;
  wire signed [{codes}:0] below = high - x, above = x - low;
  wire [{codes + size - 1}:0] to_high = below[{codes - 1}:0] * magnitude, to_low = above[{codes - 1}:0] * magnitude;
  // Error times high, low and x. Their differences are products with the error too, of which the sign is known.
  (* anyseq *) wire signed [{width - 1}:0] at_high, at_low, off;
  wire signed [{width - 1}:0] rise = {{{width - codes - size}'d0, to_high}};
  wire signed [{width - 1}:0] fall = {{{width - codes - size}'d0, to_low}};
  always @* begin
    in_range: assume (low <= x && x <= high);
    fits: assume (at_high < {limit} && at_high > -{limit} && at_low < {limit} && at_low > -{limit});
    high_end: assume (at_high - off == (negative ? -rise : rise));
    low_end: assume (off - at_low == (negative ? -fall : fall));
    if (negative) falling: assert (at_high <= off && off <= at_low);
    else rising: assert (at_low <= off && off <= at_high);
    apart: cover (at_low < off && off < at_high);
  end
endmodule
"""
    faulty = replace_once(text, "at_low <= off", "at_low < off")
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(),
        assumes=(f"{p.name}_algebra",),
        relies_on=input_intervals(layer),
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(Mutant("mutant_tight", "the interval one unit tighter", {f"{name}.sv": faulty}),),
    )


def sums_lemmas(layer: LayerClaim[DenseParams], ends: Sequence[ErrorEnds], kind: str = "error_sums") -> list[Lemma]:
    """What the synapses are off by adds up to the plan's interval, in a layer of either datapath.

    Parameters
    ----------
    layer : LayerClaim
    ends : sequence of ErrorEnds
        Of each output.
    kind : str
        Lemmas are named ``<layer>_<kind>_<part>``.
    """
    return [
        _error_sums_lemma(layer, ends[start : start + CHUNK], f"{kind}_{start // CHUNK}")
        for start in range(0, len(ends), CHUNK)
    ]


def sums_names(layer: LayerClaim[DenseParams]) -> tuple[str, ...]:
    """Names of the lemmas of `sums_lemmas`."""
    return tuple(f"{layer.params.name}_error_sums_{part}" for part in range(-(-layer.params.n_out // CHUNK)))


def _error_sums_lemma(layer: LayerClaim[DenseParams], ends: Sequence[ErrorEnds], kind: str) -> Lemma:
    p = layer.params
    name = f"{p.name}_{kind}"
    claim = (
        f"what the synapses of an output are off by at least and at most adds up, input by input from the bias' "
        f"rounding on, to the planned interval, for outputs {ends[0].output} to {ends[-1].output}"
    )
    n = len(ends[0].low)
    index = index_width(n)
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        f"  reg [{index - 1}:0] index = 0;",
        f"  wire last = index == {n - 1};",
        "  always @(posedge clk) index <= last ? 0 : index + 1;",
        # An index of which every value occurs is in range.
        *([f"  always @* in_range: assert (index < {n});"] if n < 1 << index else []),
    ]
    for each in ends:
        for what, steps, sums in (("low", each.low, each.sum_low), ("high", each.high, each.sum_high)):
            one, total = signed_width(min(steps), max(steps)), signed_width(min(sums), max(sums))
            it = f"{what}_{each.output}"
            lines += [
                table(f"step_{it}", steps, one, index),
                table(f"planned_{it}", sums[:-1], total, index),
                f"  reg signed [{total - 1}:0] sum_{it} = {number(sums[0], total)};",
                f"  wire signed [{total}:0] next_{it} = sum_{it} + step_{it}(index);",
                f"  always @(posedge clk) sum_{it} <= last ? {number(sums[0], total)} : next_{it};",
                f"  always @* {it}_so_far: assert (sum_{it} == planned_{it}(index));",
                f"  always @* if (last) {it}_is_planned: assert (next_{it} == {number(sums[-1], total + 1)});",
            ]
    lines += [f"  always @* another: cover (index == {min(1, n - 1)});", "endmodule", ""]
    text = "\n".join(lines)
    least, output = ends[0].sum_low, ends[0].output
    total = signed_width(min(least), max(least))
    other = least[0] - 1 if least[0] > -(1 << (total - 1)) else least[0] + 1
    right, wrong = (f"sum_low_{output} = {number(value, total)};" for value in (least[0], other))
    faulty = replace_all(text, right, wrong)
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(),
        script=UNROLL_TABLES,
        assumes=(f"{p.name}_increment",),
        relies_on=input_intervals(layer),
        engines=("smtbmc z3", "smtbmc bitwuzla"),
        depth=2,
        cover_depth=3,
        mutant_depth=3,
        mutants=(Mutant("mutant_sum", "the least of one sum one unit off", {f"{name}.sv": faulty}),),
    )
