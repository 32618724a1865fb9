# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the stochastic layer that computes some outputs at a time: passes, and the streams of each."""

from __future__ import annotations

from sc_precision.params import FoldedStochasticDenseParams, stream_mask
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import header, index_width, replace_once
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.dense.protocol import protocol_mutants
from sc_precision.properties.stochastic.counts import count_lemmas
from sc_precision.properties.stochastic.error import stochastic_error_lemmas
from sc_precision.properties.stochastic.folded_rows import comparator_lemmas, folded_row_lemmas
from sc_precision.properties.stochastic.protocol import (
    Drain,
    Lines,
    codes_kept,
    control_lemma,
    first_lines,
    instance,
    load_case,
    reset_lines,
    result_checks,
    run_case,
    stream_checks,
)
from sc_precision.properties.stochastic.streams import ramp_lemma, residue_text, reversed_cycle, stream_chunks


def folded_stochastic_lemmas(layer: LayerClaim[FoldedStochasticDenseParams], hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about one folded stochastic layer.

    Parameters
    ----------
    layer : LayerClaim
        With `FoldedStochasticDenseParams`.
    hdl : dict of str to str
        The emitted files.

    Returns
    -------
    list of Lemma
        The streams and counts are those of the parallel layer, each distinct level once; what is new is that each pass
        has the levels, signs and biases of its outputs.

    Raises
    ------
    ConsistencyError
        If the planned weights are not levels of their streams.
    """
    p = layer.params
    streams = [ramp_lemma(p, hdl), *(_weights(p, chunk, part) for part, chunk in enumerate(stream_chunks(p)))]
    below = [
        *streams,
        *count_lemmas(layer, tuple(lemma.name for lemma in streams)),
        *folded_row_lemmas(layer, hdl),
    ]
    below += stochastic_error_lemmas(layer, tuple(lemma.name for lemma in below))
    return [*below, _control(p, hdl, (*(lemma.name for lemma in below), f"{p.name}_stage"))]


def _weights(p: FoldedStochasticDenseParams, streams: list[tuple[int, int]], part: int) -> Lemma:
    """The parallel layer's claim about its generators, of what the rows' comparators compute."""
    name = f"{p.name}_weight_streams_{part}"
    claim = (
        "the reversed counter under a length's mask is below a level, on the grid of the longest stream, in exactly "
        "the cycles whose low bits are a residue of the level, once each"
    )
    width = max(1, p.max_log2)
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        f"  (* anyseq *) wire [{width - 1}:0] cycle;",
        f"  wire [{width - 1}:0] reverse = {reversed_cycle(p)};",
    ]
    below, checks = {}, []
    for m, level in streams:
        longer = p.max_log2 - m
        below[m, level] = f"(reverse ^ {width}'d{stream_mask(m) << longer}) < {p.level_width}'d{level << longer}"
        checks.append(
            f"    stream_{m}_{level}_counts: assert (({below[m, level]}) == ({residue_text(p.name, m, level)}));"
        )
    # Of the longest stream one cycle is one step of the level; of a level of all its cycles there is none to add.
    m, level = next((each for each in reversed(streams) if each[1] < 1 << each[0]), streams[-1])
    lines += ["  always @* begin", *checks, f"    high: cover ({below[streams[-1]]});", "  end", "endmodule", ""]
    text = "\n".join(lines)
    right = f"(({below[m, level]}) =="
    wrong = f"(({below[m, level].replace(' < ', ' <= ')}) ==" if level < 1 << m else f"(!({below[m, level]}) =="
    return Lemma(
        name=name,
        core=p.name,
        property="stream counts",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(),
        assumes=comparator_lemmas(p),
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(
            Mutant("mutant_level", "one stream is 1 once too often", {f"{name}.sv": text.replace(right, wrong, 1)}),
        ),
    )


def _control(p: FoldedStochasticDenseParams, hdl: dict[str, str], assumes: tuple[str, ...]) -> Lemma:
    """Order of everything that the layer does, against counters of its own."""
    name = f"{p.name}_control"
    claim = (
        "every accepted vector is held while all cycles run once a pass, with the levels of that pass and the streams "
        "of the vector; results leave in order, stable under stall, with last on the last; frame_error tells a "
        "misplaced last"
    )
    n, outputs, cycles, passes, rows = p.n_in, p.n_out, p.cycles, p.passes, p.rows
    iw, ow, tw = index_width(n), index_width(outputs), max(1, p.max_log2)
    pw, rw = index_width(passes), index_width(rows)
    xw, acc = p.inputs.format.width, p.acc.width
    last_rows = outputs - (passes - 1) * rows
    ramps = [f"x_{m}_{index}" for m, index in p.ramps]
    lines, drain = Lines(), Drain(p.popcount_stages, 3)
    lines.add_streams(ramps)
    x = ", ".join(reversed(ramps))
    ports = ("clk", "rst", "cycle", "x", "word", "pass_index", "clear", "enable", "acc")
    for row in range(rows):
        width = p.word_width(row)
        lines.declare += [
            f"  wire clk_{row}, rst_{row}, clear_{row}, enable_{row}, levels_clk_{row}, levels_rst_{row};",
            f"  wire [{tw - 1}:0] cycle_{row};",
            f"  wire [{len(ramps) - 1}:0] x_{row};",
            f"  wire [{pw - 1}:0] pass_index_{row}, levels_pass_{row};",
            f"  wire [{width - 1}:0] word_{row};",
            f"  (* anyseq *) wire [{width - 1}:0] levels_word_{row};",
        ]
        lines.add_accumulator(row, ports, width=acc, results=4)
        lines.connect += [
            f"    .\\levels_{row}.clk (levels_clk_{row}), .\\levels_{row}.rst (levels_rst_{row}),",
            f"    .\\levels_{row}.pass_index (levels_pass_{row}), .\\levels_{row}.word (levels_word_{row}),",
        ]
        lines.checks += [
            f"    row_{row}_is_clocked: assert (clk_{row} == clk && rst_{row} == rst);",
            f"    levels_{row}_are_clocked: assert (levels_clk_{row} == clk && levels_rst_{row} == rst);",
            f"    row_{row}_in_time: assert (clear_{row} == (step == 1) && enable_{row} == (step == 2));",
            f"    row_{row}_gets_its_streams: assert (x_{row} == {{{x}}} && cycle_{row} == cycle);",
            f"    row_{row}_gets_its_levels: assert (word_{row} == levels_word_{row} && levels_pass_{row} == pass);",
            f"    row_{row}_has_its_pass: assert (pass_index_{row} == pass);",
        ]
        lines.leaves.append(f"      if (row == {row}) result_{row}_leaves: assert (stage_acc == acc_{row});")
    newline = "\n"
    text = f"""{first_lines(name, claim, p)}\
  wire [2:0] state;
  wire [{iw - 1}:0] dut_index;
  wire [{ow - 1}:0] dut_output;
  wire [{pw - 1}:0] dut_pass;
  wire [{rw - 1}:0] dut_row;
  wire [{tw - 1}:0] cycle;
  wire [{n * xw - 1}:0] codes;
{drain.declare}{newline.join(lines.declare)}
{instance(p)},
{newline.join(lines.connect)}
    .\\streams.cycle (cycle), .\\streams.codes (codes), .\\stage.acc (stage_acc), .\\stage.code (stage_code),
    .state(state), .index(dut_index), .output_index(dut_output), .pass_index(dut_pass),
    .row_index(dut_row){drain.connect});

  // What should be happening: 0 loading, 1 reading the levels of `pass`, 2 cycle `t`, 3 waiting for rows, 4 results.
  reg [2:0] step = 0;
  reg [{iw}:0] index = 0;
  reg [{pw}:0] pass = 0, pass_before = 0;
  reg [{rw}:0] row = 0;
  reg [{tw}:0] t = 0;
  reg [{xw - 1}:0] watched_code = 0;
  reg misplaced = 0;
  wire last_row = row == (pass == {passes - 1} ? {last_rows - 1} : {rows - 1});
  always @(posedge clk) begin
{newline.join(lines.models)}
    pass_before <= pass;
    case (step)
{load_case(p)}
      1: step <= 2;
{run_case(cycles, 2)}
{drain.case}
      default: if (out_ready) begin
        row <= last_row ? 0 : row + 1;
        if (last_row) begin
          pass <= pass == {passes - 1} ? 0 : pass + 1;
          step <= pass == {passes - 1} ? 0 : 1;
        end
      end
    endcase
{reset_lines("index", "pass", "row", "t", "misplaced", *drain.registers)}
  end

  always @* begin
{stream_checks(4)}
    in_range: assert (step <= 4 && index < {n} && t < {cycles} && pass < {passes} && row < {rows});
    if (step != 0) index_starts: assert (index == 0);
    if (step == 0) pass_starts: assert (pass == 0);
    if (step != 4) row_starts: assert (row == 0);
    if (step != 2) cycle_starts: assert (t == 0);
    if (pass == {passes - 1}) row_exists: assert (row < {last_rows});
    // A memory delivers the word of the pass of the cycle before, which is this one while the streams run.
    if (step == 2) levels_are_read: assert (pass_before == pass);
    // The layer's own registers, tied to the counters above so that induction closes.
    state_follows: assert (state == step && dut_index == index && cycle == t);
    pass_follows: assert (dut_pass == pass && dut_row == row && dut_output == pass * {rows} + row);
{drain.checks}{result_checks(p, lines, 4, f"pass == {passes - 1} && row == {last_rows - 1}")}
{codes_kept(p)}
{newline.join(lines.checks)}
  end
"""
    file = f"{p.name}.v"
    mutants = list(protocol_mutants(p, hdl[file]))
    if passes > 1:
        wrong = replace_once(hdl[file], r"(\.pass_index\()pass_index(\),\s+\.rst\(rst\),\s+\.word)", rf"\g<1>{pw}'h1\2")
        mutants.append(Mutant("mutant_pass", "a memory stays at the second pass", {file: wrong}))
    return control_lemma(
        p,
        claim,
        text,
        below=("row_*", "levels_*", "streams", "stage"),
        show=("pass_index", "row_index", *drain.registers),
        assumes=assumes,
        mutants=mutants,
    )
