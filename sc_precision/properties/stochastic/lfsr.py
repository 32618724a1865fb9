# SPDX-License-Identifier: Apache-2.0
"""Lemmas about layers of LFSR streams: registers, streams of each synapse, rows, and the order of it all.

They say that the hardware computes the planned function of its input codes. How far that is from the product of codes
and weights is no solver's claim: an LFSR has no error law, and `plan.statistical` bounds it with a confidence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sc_precision.emit.verilog import convert_variants, module_texts
from sc_precision.gateware.generators import NumberSource
from sc_precision.params import LfsrDenseParams
from sc_precision.properties.checker.control import control_lemma
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import header, replace_first
from sc_precision.properties.dense.stage import output_stage_lemma
from sc_precision.properties.stochastic.control import STREAM_ENGINES
from sc_precision.properties.stochastic.rows import count_row_lemmas


def lfsr_lemmas(params: LfsrDenseParams, hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about one layer of LFSR streams, its output stage included.

    Parameters
    ----------
    params : LfsrDenseParams
    hdl : dict of str to str
        The emitted files.

    Returns
    -------
    list of Lemma
        None is about the error of a result, which is statistical.
    """
    p = params
    acc = tuple(np.array([int(end) for end in ends]) for ends in p.acc_bounds)
    follows = tuple(np.full(p.n_out, end, dtype=np.int64) for end in (p.output.low, p.output.high))
    below = [_registers_lemma(p, hdl), *count_row_lemmas(p, p.bias.tolist(), hdl)]
    stage = output_stage_lemma(p, (acc[0], acc[1]), (follows[0], follows[1]))
    return [*below, _lfsr_control(p, hdl, (*(lemma.name for lemma in below), stage.name)), stage]


def _registers_lemma(p: LfsrDenseParams, hdl: dict[str, str]) -> Lemma:
    name = f"{p.name}_registers"
    claim = (
        "each register starts at its seed, at reset and at a clear, is multiplied by x modulo its planned polynomial "
        "in each enabled cycle, and is never 0; its number is its upper bits"
    )
    lines = [header(name, claim), f"module {name}_check(input wire clk);", "  (* anyseq *) wire enable, clear, rst;"]
    checks, prepare = [], []
    for k in p.registers:
        r = p.lfsr(k)
        bits, module = r.register_bits, f"{p.name}_lfsr_{k}"
        shown = ""
        if bits > p.length_log2:
            shown = f", .state(dut_{k})"
            prepare += [f"cd {module}", "proc", "select -assert-count 1 w:state", "expose w:state", "cd .."]
            checks.append(f"    register_{k}_follows: assert (dut_{k} == state_{k});")
        lines += [
            f"  wire [{p.length_log2 - 1}:0] number_{k};",
            f"  wire [{bits - 1}:0] dut_{k};" if shown else "",
            f"  reg [{bits - 1}:0] state_{k} = {r.seed};",
            f"  wire [{bits}:0] times_x_{k} = {{state_{k}, 1'b0}};",
            f"  wire [{bits}:0] modulo_{k} = times_x_{k} ^ (times_x_{k}[{bits}] ? {bits + 1}'d{r.polynomial} : 0);",
            f"  {module} lfsr_{k} (.clk(clk), .rst(rst), .enable(enable), .clear(clear), .number(number_{k}){shown});",
            f"  always @(posedge clk) if (rst || clear) state_{k} <= {r.seed};",
            f"    else if (enable) state_{k} <= modulo_{k}[{bits - 1}:0];",
        ]
        checks += [
            f"    number_{k}_is_upper: assert (number_{k} == state_{k} >> {bits - p.length_log2});",
            f"    register_{k}_is_never_0: assert (state_{k} != 0);",
            f"    register_{k}_is_reduced: assert (!modulo_{k}[{bits}]);",
        ]
    first = p.registers[0]
    lines += ["  always @* begin", *checks, f"    stepped: cover (state_{first} != {p.lfsr(first).seed});", "  end"]
    core, module = f"{p.name}_core.v", f"{p.name}_lfsr_{first}"
    modules = module_texts(hdl[core])
    own = {f"{p.name}_lfsr_{k}": modules[f"{p.name}_lfsr_{k}"] for k in p.registers}
    r = p.lfsr(first)
    # The reciprocal is primitive, too, and another one from degree 3 on.
    reciprocal = replace(r, polynomial=int(f"{r.polynomial:b}"[::-1], 2))
    seeded = replace(r, seed=r.seed % r.period + 1)
    wrong = convert_variants([[NumberSource(each, module)] for each in (reciprocal, seeded)])
    polynomial, seed = ({core: "\n".join((own | text).values())} for text in wrong)
    return Lemma(
        name=name,
        core=p.name,
        property="stream counts",
        claim=claim,
        top=f"{name}_check",
        checker="\n".join([*(line for line in lines if line), "endmodule", ""]),
        hdl=(core,),
        prepare=tuple(prepare),
        depth=2,
        cover_depth=3,
        # A one must come to the top before the polynomial matters.
        mutant_depth=r.register_bits + 3,
        mutants=(
            Mutant("mutant_polynomial", "one register has the reciprocal polynomial", polynomial),
            Mutant("mutant_seed", "one register has another seed", seed),
        ),
    )


class _Synapse(NamedTuple):
    """Which registers a synapse's code and level are compared with."""

    input: int
    x: int
    w: int
    level: int


def _lfsr_control(p: LfsrDenseParams, hdl: dict[str, str], assumes: tuple[str, ...]) -> Lemma:
    """The order of everything that the layer does, against a counter of its own."""
    claim = (
        "every accepted vector is held while all cycles run once, from registers at their seeds; each synapse gets the "
        "comparisons of its code and level with its registers; results leave in order, stable under stall, with last "
        "on the last; frame_error tells a misplaced last; nothing is claimed of how far results are off"
    )
    rows = [
        [
            _Synapse(i, p.input_stream(o, i)[0], p.weight_stream(o, i)[0], abs(int(p.levels[o, i])))
            for group in p.row_groups(o)
            for i in group.inputs
        ]
        for o in range(p.n_out)
    ]
    needed = sorted({i for _, i in p.input_streams}) if p.levels.any() else []
    file, mutants = f"{p.name}.v", []
    if needed:
        greater = replace_first(hdl[file], r"^(  assign x_\d+_\d+ = .*)<", r"\1<=")
        mutants.append(Mutant("mutant_input", "one comparator less-or-equal", {file: greater}))
    return control_lemma(
        p,
        hdl,
        "lfsr.sv.j2",
        claim,
        below=("row_*", *(["lfsr_*"] * bool(needed)), "stage"),
        show=("state", "output_index", "cycle", *(f"code_{i}" for i in needed)),
        assumes=assumes,
        mutants=mutants,
        # Where no synapse counts, nothing needs the registers and their instances are gone.
        holes={"rows": rows, "needed": needed, "registers": p.registers if needed else ()},
        engines=STREAM_ENGINES,
    )
