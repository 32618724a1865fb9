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
from sc_precision.properties.checker.sv import UNROLL_TABLES, header, index_width, number, replace_once
from sc_precision.properties.checker.templates import render
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
    return [*sum_lemmas(layer, ends), _align_lemma(p, distinct), _error_lemma(layer, ends, hdl, distinct[-1], sums)]


def _product_width(p: BlockFloatDenseParams) -> int:
    return p.inputs.format.width + p.tensor.form.mantissa_bits + 1


def _width(p: BlockFloatDenseParams, most: int) -> int:
    """Bits in which nothing that is shifted wraps."""
    return max(p.acc.width, max(p.partial_width, _product_width(p)) + most + 1) + 2


def _align_lemma(p: BlockFloatDenseParams, distinct: Sequence[int]) -> Lemma:
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


def _error_lemma(
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
    n = p.n_in
    walk = ErrorWalk(layer, ends)
    low, high = p.acc_range
    grid = _width(p, most)
    wide = max(grid + b.k, signed_width(*walk.span) + 1, walk.step_width + 1) + 2
    text = render(
        "properties/templates/block_error.sv.j2",
        name=name,
        claim=claim,
        p=p,
        k=b.k,
        walk=walk,
        low=low,
        high=high,
        sums=sums,
        most=most,
        grid=grid,
        wide=wide,
    )
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
    exact = b.reference_weights[lane].tolist()
    weight_bits, bias = signed_width(min(exact), max(exact)), int(b.reference_bias[lane])
    product_bits = weight_bits + p.inputs.format.width + 1
    wide = max(p.acc.width + b.k, product_bits, signed_width(bias, bias)) + index_width(p.n_in) + 2
    least, most = number(int(b.pre_low[lane]), wide), number(int(b.pre_high[lane]) - tighter, wide)
    claim = f"output {lane} at the codes of its greatest error, within an upper end that is {tighter} lower"
    return render(
        "properties/templates/block_worst.sv.j2",
        name=name,
        claim=claim,
        p=p,
        k=b.k,
        lane=lane,
        worst=worst,
        exact=exact,
        bias=bias,
        least=least,
        most=most,
        weight_bits=weight_bits,
        wide=wide,
    )
