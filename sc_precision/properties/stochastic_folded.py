# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the stochastic layer that computes some outputs at a time: passes, and the streams of each."""

from __future__ import annotations

from sc_precision.params import FoldedStochasticDenseParams, stream_mask
from sc_precision.plan.result import LayerPlan
from sc_precision.properties.counts import count_lemmas
from sc_precision.properties.folded_rows import comparator_lemmas, folded_row_lemmas
from sc_precision.properties.lemma import Lemma, Mutant, turn_out
from sc_precision.properties.protocol import protocol_mutants, stall_check
from sc_precision.properties.stochastic_error import stochastic_error_lemmas
from sc_precision.properties.streams import ramp_lemma, residue_text, reversed_cycle, stream_chunks
from sc_precision.properties.sv import header, index_width, replace_once


def folded_stochastic_lemmas(layer: LayerPlan, hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about one folded stochastic layer.

    Parameters
    ----------
    layer : LayerPlan
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
    assert isinstance(p, FoldedStochasticDenseParams)
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
    xw, cw, acc = p.inputs.format.width, p.output.format.width, p.acc.width
    last_rows = outputs - (passes - 1) * rows
    ramps = [f"x_{m}_{index}" for m, index in p.ramps]
    declare, connect, checks, models, selected = [], [], [], [], []
    for port in ramps:
        declare.append(f"  (* anyseq *) wire {port};")
        connect.append(f"    .\\streams.{port} ({port}),")
    x = ", ".join(reversed(ramps))
    for row in range(rows):
        width = p.word_width(row)
        declare += [
            f"  wire clk_{row}, rst_{row}, clear_{row}, enable_{row}, levels_clk_{row}, levels_rst_{row};",
            f"  wire [{tw - 1}:0] cycle_{row};",
            f"  wire [{len(ramps) - 1}:0] x_{row};",
            f"  wire [{pw - 1}:0] pass_index_{row}, levels_pass_{row};",
            f"  wire [{width - 1}:0] word_{row};",
            f"  (* anyseq *) wire [{width - 1}:0] levels_word_{row};",
            f"  (* anyseq *) wire [{acc - 1}:0] next_{row};",
            f"  reg [{acc - 1}:0] acc_{row} = 0;",
        ]
        ports = ("clk", "rst", "cycle", "x", "word", "pass_index", "clear", "enable", "acc")
        connect += [
            "    " + " ".join(f".\\row_{row}.{port} ({port}_{row})," for port in ports),
            f"    .\\levels_{row}.clk (levels_clk_{row}), .\\levels_{row}.rst (levels_rst_{row}),",
            f"    .\\levels_{row}.pass_index (levels_pass_{row}), .\\levels_{row}.word (levels_word_{row}),",
        ]
        # A row's accumulator may move until the cycle after its last enabled one; that is what the rows' lemma says.
        models.append(f"    if (step != 4 || rst) acc_{row} <= next_{row};")
        checks += [
            f"    row_{row}_is_clocked: assert (clk_{row} == clk && rst_{row} == rst);",
            f"    levels_{row}_are_clocked: assert (levels_clk_{row} == clk && levels_rst_{row} == rst);",
            f"    row_{row}_in_time: assert (clear_{row} == (step == 1) && enable_{row} == (step == 2));",
            f"    row_{row}_gets_its_streams: assert (x_{row} == {{{x}}} && cycle_{row} == cycle);",
            f"    row_{row}_gets_its_levels: assert (word_{row} == levels_word_{row} && levels_pass_{row} == pass);",
            f"    row_{row}_has_its_pass: assert (pass_index_{row} == pass);",
        ]
        selected.append(f"      if (row == {row}) result_{row}_leaves: assert (stage_acc == acc_{row});")
    kept = [
        f"    if (watched == {i} && (step != 0 || index > {i}))"
        f" code_{i}_kept: assert (codes[{(i + 1) * xw - 1}:{i * xw}] == watched_code);"
        for i in range(n)
    ]
    newline = "\n"
    stages = p.popcount_stages
    dw = index_width(stages + 1)
    declare_drain = f"  wire [{dw - 1}:0] dut_drain;\n  reg [{dw}:0] drain = 0;\n" * bool(stages)
    drained = f"if (drain == {stages}) begin drain <= 0; step <= 4; end else drain <= drain + 1;"
    check_drain = (
        f"    drain_follows: assert (dut_drain == drain && drain <= {stages});\n"
        "    if (step != 3) drain_starts: assert (drain == 0);\n"
    ) * bool(stages)
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
  (* anyseq *) wire [{xw - 1}:0] in_code;
  (* anyseq *) wire in_last, in_valid, out_ready, rst;
  (* anyconst *) wire [{iw - 1}:0] watched;
  always @* assume (watched < {n});
  wire in_ready, out_valid, frame_error;
  wire [{cw}:0] out_payload;
  wire [{acc - 1}:0] stage_acc;
  (* anyseq *) wire [{cw - 1}:0] stage_code;
  wire [2:0] state;
  wire [{iw - 1}:0] dut_index;
  wire [{ow - 1}:0] dut_output;
  wire [{pw - 1}:0] dut_pass;
  wire [{rw - 1}:0] dut_row;
  wire [{tw - 1}:0] cycle;
  wire [{n * xw - 1}:0] codes;
{declare_drain}{newline.join(declare)}
  {p.name} dut (.clk(clk), .rst(rst), .i__payload({{in_last, in_code}}), .i__valid(in_valid), .i__ready(in_ready),
    .o__payload(out_payload), .o__valid(out_valid), .o__ready(out_ready), .frame_error(frame_error),
{newline.join(connect)}
    .\\streams.cycle (cycle), .\\streams.codes (codes), .\\stage.acc (stage_acc), .\\stage.code (stage_code),
    .state(state), .index(dut_index), .output_index(dut_output), .pass_index(dut_pass),
    .row_index(dut_row){", .drain(dut_drain)" * bool(stages)});

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
{newline.join(models)}
    pass_before <= pass;
    case (step)
      0: if (in_valid) begin
        if (index == watched) watched_code <= in_code;
        if (in_last != (index == {n - 1})) misplaced <= 1;
        index <= index == {n - 1} ? 0 : index + 1;
        if (index == {n - 1}) step <= 1;
      end
      1: step <= 2;
      2: begin
        t <= t == {cycles - 1} ? 0 : t + 1;
        if (t == {cycles - 1}) step <= 3;
      end
      3: {drained if stages else "step <= 4;"}
      default: if (out_ready) begin
        row <= last_row ? 0 : row + 1;
        if (last_row) begin
          pass <= pass == {passes - 1} ? 0 : pass + 1;
          step <= pass == {passes - 1} ? 0 : 1;
        end
      end
    endcase
    if (rst) begin
      step <= 0;
      index <= 0;
      pass <= 0;
      row <= 0;
      t <= 0;
      misplaced <= 0;
{"      drain <= 0;" + newline if stages else ""}    end
  end

  always @* begin
    ready_while_loading: assert (in_ready == (step == 0));
    valid_with_results: assert (out_valid == (step == 4));
    error_is_reported: assert (frame_error == misplaced);
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
{check_drain}    if (step == 4) begin
      code_from_stage: assert (out_payload[{cw - 1}:0] == stage_code);
      last_on_last: assert (out_payload[{cw}] == (pass == {passes - 1} && row == {last_rows - 1}));
{newline.join(selected)}
    end
{newline.join(kept)}
{newline.join(checks)}
  end
{stall_check(p)}"""
    file, core = f"{p.name}.v", f"{p.name}_core.v"
    mutants = list(protocol_mutants(p, hdl[file]))
    if passes > 1:
        wrong = replace_once(hdl[file], r"(\.pass_index\()pass_index(\),\s+\.rst\(rst\),\s+\.word)", rf"\g<1>{pw}'h1\2")
        mutants.append(Mutant("mutant_pass", "a memory stays at the second pass", {file: wrong}))
    return Lemma(
        name=name,
        core=p.name,
        property="stream protocol",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(file, core),
        prepare=turn_out(
            p.name,
            f"{p.name}_row_*",
            f"{p.name}_levels_*",
            f"{p.name}_streams",
            f"{p.name}_stage",
            show=("state", "index", "output_index", "pass_index", "row_index", *(["drain"] * bool(stages))),
        ),
        assumes=assumes,
        depth=2,
        engines=("smtbmc z3", "smtbmc bitwuzla"),
        mutants=tuple(mutants),
    )
