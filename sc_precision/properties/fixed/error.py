# SPDX-License-Identifier: Apache-2.0
r"""Lemmas about the error of a fixed-point layer's accumulators: the plan's interval, asserted of the hardware.

In units of 2\ :sup:`-k` of the accumulator's last place, let u = w << k be a weight in ROM and u - err the exact one. A
product is then off by x * u - x * (u - err) = x * err, which lies between err * low and err * high, as it is linear in
x; sums of these ends, one synapse after the other, enclose the error of the accumulator. In a solver this converges
only if no question holds more than one kind of difficulty:

* ``algebra``: the identities between products, for all integers; rewriting alone decides them.
* ``increment``: what a product is off by lies between its values at the ends of the code's range; no table.
* ``error_sums``: tables of these ends against the table of their sums and the plan's interval; no product.
* ``error``: the emitted multiply-accumulate unit against the exact sum, which is held as two parts, one on the
  hardware's grid and one below it: added in the hardware's order, each is compared at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from sc_precision.emit.verilog import module_texts
from sc_precision.params import DenseParams, FixedDenseParams, signed_width
from sc_precision.properties.checker.lemma import Lemma, Mutant, interval_table
from sc_precision.properties.checker.sv import UNROLL_TABLES, header, index_width, number, replace_once
from sc_precision.properties.checker.templates import render
from sc_precision.properties.dense.claims import LayerClaim, input_intervals
from sc_precision.properties.dense.error_sums import (
    LINEAR,
    ErrorEnds,
    ErrorWalk,
    error_ends,
    increment_lemma,
    sums_lemmas,
    sums_names,
)


def error_lemmas(layer: LayerClaim[FixedDenseParams], hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas that end in ``<layer>_error``: |accumulator - exact sum| within the plan's interval, of each output.

    Raises ConsistencyError if the ends do not add up to the plan's interval.
    """
    ends = error_ends(layer)
    return [*sum_lemmas(layer, ends), _error_lemma(layer, ends, hdl)]


def sum_lemmas(layer: LayerClaim[DenseParams], ends: Sequence[ErrorEnds]) -> list[Lemma]:
    """Lemmas about numbers alone: what products are off by, and what that adds up to."""
    return [_algebra_lemma(layer), increment_lemma(layer), *sums_lemmas(layer, ends)]


def _algebra_lemma(layer: LayerClaim[DenseParams]) -> Lemma:
    p, b = layer.params, layer.bounds
    name = f"{p.name}_algebra"
    claim = "what a product with a rounded weight is off by is the code times the weight's rounding error"
    # All factors and products fit, so the identities hold for the integers themselves.
    width = p.inputs.format.width + p.acc.width + b.k + 2
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
  (* anyseq *) wire [{width - 1}:0] x, weight, error, low, high;
  wire [{width - 1}:0] exact = weight - error, below = high - x, above = x - low, negative = -error;
  always @* begin
    off_by_the_error: assert (x * weight - x * exact == x * error);
{LINEAR}
    one: cover (error == 1 && x == high && high != low);
  end
endmodule
"""
    faulty = replace_once(text, "exact = weight - error", "exact = weight + error")
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
        mutants=(Mutant("mutant_sign", "the rounding error with the wrong sign", {f"{name}.sv": faulty}),),
    )


def _error_lemma(layer: LayerClaim[FixedDenseParams], ends: Sequence[ErrorEnds], hdl: dict[str, str]) -> Lemma:
    p, b = layer.params, layer.bounds
    name = f"{p.name}_error"
    claim = (
        "after the last product of an output, its accumulator differs from the exact sum of codes times weights, and "
        "bias, by an error inside the planned interval of that output"
    )
    n, outputs = p.n_in, p.n_out
    walk = ErrorWalk(layer, ends)
    low, high = p.acc_range
    grid = max(p.acc.width, p.inputs.format.width + p.weight_width + 1) + 2
    wide = max(grid + b.k, signed_width(*walk.span) + 1, walk.step_width + 1) + 2
    text = render(
        "properties/templates/fixed_error.sv.j2",
        name=name,
        claim=claim,
        p=p,
        k=b.k,
        walk=walk,
        low=low,
        high=high,
        grid=grid,
        wide=wide,
        weight_bits=p.weight_width,
    )
    core = f"{p.name}_core.v"
    modules = module_texts(hdl[core])
    swapped = replace_once(modules[f"{p.name}_mac"], r"first \? bias : acc", "first ? acc : bias")
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(core,),
        script=UNROLL_TABLES,
        assumes=(
            f"{p.name}_weights",
            f"{p.name}_algebra",
            f"{p.name}_increment",
            *sums_names(layer),
        ),
        asserts={f"{p.name} errors": interval_table(b.pre_low, b.pre_high)},
        relies_on=input_intervals(layer)
        | {f"{p.name} partial sums": interval_table([low] * outputs, [high] * outputs)},
        depth=2,
        cover_depth=4,
        mutant_depth=n + 3,
        mutants=(
            Mutant("mutant_first", "bias and accumulator swapped", {core: swapped}),
            Mutant("mutant_tight", "the interval one unit tighter", {f"{name}.sv": worst_run(layer, ends, tighter=1)}),
        ),
    )


def worst_run(layer: LayerClaim[FixedDenseParams], ends: Sequence[ErrorEnds] | None = None, *, tighter: int) -> str:
    """Checker in which ROM and arithmetic run on the worst codes of one output, with its interval so much tighter.

    Codes are those at which every product is off upwards the most, so that the upper end is met: a run without
    freedom, with the emitted weights and the exact ones multiplied apart.
    """
    p, b = layer.params, layer.bounds
    output = int((b.pre_high - b.pre_low).argmax())
    worst = (ends or [ErrorEnds(layer, o) for o in range(p.n_out)])[output].worst
    name = f"{p.name}_error"
    exact = b.reference_weights[output].tolist()
    weight_bits, bias = signed_width(min(exact), max(exact)), int(b.reference_bias[output])
    product_bits = weight_bits + p.inputs.format.width + 1
    wide = max(p.acc.width + b.k, product_bits, signed_width(bias, bias)) + index_width(p.n_in) + 2
    least, most = number(int(b.pre_low[output]), wide), number(int(b.pre_high[output]) - tighter, wide)
    claim = f"output {output} at the codes of its greatest error, within an upper end that is {tighter} lower"
    return render(
        "properties/templates/fixed_worst.sv.j2",
        name=name,
        claim=claim,
        p=p,
        k=b.k,
        lane=output % p.lanes,
        pass_=output // p.lanes,
        worst=worst,
        exact=exact,
        bias=bias,
        least=least,
        most=most,
        weight_bits=weight_bits,
        wide=wide,
    )
