# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the adaptive wrapper: rescaled codes, scores, margins, and the controller that selects.

What the solver proves and what follows from it in exact integers: the certified policy answers by HP exactly where a
code was out of range or a margin y_c - y_j of LP's scores is at most B_cj (`margins` and `select`, in the solver, for
the B in the parameters). That B_cj >= D_cj(LP) - D_cj(HP) for every input, so that LP's decision is HP's where LP
answers, is worked out by `adaptive.certify` and again by `adaptive_margins`, in Python. What the networks themselves
compute is left to the lemmas of their layers, see `adaptive_network`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from sc_precision.adaptive.params import AdaptiveParams
from sc_precision.adaptive.properties.rescale import module_of, rescale_lemma
from sc_precision.adaptive.properties.select import select_lemma
from sc_precision.errors import ConsistencyError
from sc_precision.params import DenseParams
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


def adaptive_lemmas(params: AdaptiveParams, hdl: dict[str, str], asserted: Sequence[str] = ()) -> list[Lemma]:
    """All lemmas about an adaptive wrapper, but for those of its layers.

    Parameters
    ----------
    params : AdaptiveParams
    hdl : dict of str to str
        The emitted files.
    asserted : sequence of str
        Names of the lemmas about the layers. What none of them asserts of the layers is assumed in words.

    Returns
    -------
    list of Lemma
        The controller's last; it assumes the others.
    """
    lemmas = [
        rescale_lemma(params, "to_lp", params.to_lp, hdl),
        rescale_lemma(params, "to_hp", params.to_hp, hdl),
        _scores_lemma(params, "lp", params.lp[-1], hdl),
        _scores_lemma(params, "hp", params.hp[-1], hdl),
    ]
    if params.certified:
        lemmas.append(_margins_lemma(params, hdl, asserted))
    return [*lemmas, select_lemma(params, hdl, tuple(lemma.name for lemma in lemmas), asserted)]


def _scores_lemma(params: AdaptiveParams, path: str, last: DenseParams, hdl: dict[str, str]) -> Lemma:
    module, file = f"{params.name}_{path}_scores", f"{params.name}.v"
    name = f"{module}_kept"
    n, form = last.n_out, last.output.format
    claim = (
        f"all {n} outputs of a vector are kept until cleared; best is the first greatest of them, peak the largest "
        "magnitude"
    )
    width, ow = form.width, index_width(n)
    wide = "code" if form.signed else "{1'b0, code}"
    score = "best_score" if form.signed else "{1'b0, best_score}"
    words = "\n".join(
        f"    if (watched == {i} && seen) word_{i}_kept: assert (word_{i} == watched_code);" for i in range(n)
    )
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
  (* anyseq *) wire rst, in_valid, in_last, clear;
  (* anyseq *) wire {"signed " if form.signed else ""}[{width - 1}:0] code;
  (* anyseq *) wire [{ow - 1}:0] address;
  (* anyconst *) wire [{ow - 1}:0] watched;
  wire in_ready, done;
  wire [{ow - 1}:0] best, dut_count;
  wire {"signed " if form.signed else ""}[{width - 1}:0] best_score;
  wire [{width - 1}:0] peak, score;
  wire [{width - 1}:0] {", ".join(f"word_{i}" for i in range(n))};
  {module} dut (.clk(clk), .rst(rst), .i__payload({{in_last, code}}), .i__valid(in_valid), .i__ready(in_ready),
    .clear(clear), .done(done), .best(best), .best_score(best_score), .peak(peak), .address(address), .score(score),
    .count(dut_count){"".join(f", .{chr(92)}scores[{i}] (word_{i})" for i in range(n))});
  reg [{ow}:0] count = 0;
  reg full = 0, asked = 0;
  reg {"signed " if form.signed else ""}[{width - 1}:0] watched_code = 0;
  reg [{ow - 1}:0] peak_at = 0;
  wire take = in_valid && !full;
  wire seen = full || count > watched;
  wire signed [{width + 1}:0] value = $signed({wide});
  wire signed [{width + 1}:0] greatest = $signed({score});
  wire signed [{width + 1}:0] held = $signed({wide.replace("code", "watched_code")});
  wire [{width + 1}:0] size = value < 0 ? -value : value;
  wire [{width + 1}:0] held_size = held < 0 ? -held : held;
  always @* assume (watched < {n});
  // The controller clears only what is whole or has not begun; `select` asserts it.
  always @* if (clear) assume (full || (count == 0 && !in_valid));
  always @(posedge clk) begin
    asked <= full && address == watched && !rst && !clear;
    if (take) begin
      if (count == watched) watched_code <= code;
      if (count == 0 || size > peak) peak_at <= count;
      count <= count == {n - 1} ? 0 : count + 1;
      if (count == {n - 1}) full <= 1;
    end
    if (clear) full <= 0;
    if (rst) begin
      count <= 0;
      full <= 0;
    end
  end
  always @* begin
    done_when_full: assert (done == full && in_ready == !full && dut_count == count);
    in_range: assert (count < {n} && (!full || count == 0));
    if (full || count != 0) begin
      best_is_there: assert (best < {n} && (full || best < count));
      peak_is_there: assert (peak_at < {n} && (full || peak_at < count));
    end
    if (seen) begin
      greatest_score: assert (greatest >= held);
      if (watched < best) first_greatest: assert (greatest > held);
      if (watched == best) score_of_best: assert (greatest == held);
      largest: assert (held_size <= peak);
      if (watched == peak_at) peak_of_one: assert (held_size == peak);
    end
    if (asked) score_is_read: assert (score == watched_code);
    whole: cover (full && watched == {n - 1});
{words}
  end
endmodule
"""
    module_text = module_of(hdl[file], module)
    mutants = []
    if n > 1:
        least = replace_once(module_text, r"^(  assign greater = .*) > ", r"\1 >= ")
        broken = replace_all(hdl[file], module_text, least)
        mutants.append(Mutant("mutant_last", "the last greatest instead of the first", {file: broken}))
        first = replace_once(module_text, r"^(  assign greater = ).*;", r"\g<1>1'h0;")
        broken = replace_all(hdl[file], module_text, first)
        mutants.append(Mutant("mutant_first", "the first score counts as the greatest", {file: broken}))
        quiet = replace_once(module_text, r"^(  assign larger = ).*;", r"\g<1>1'h0;")
        broken = replace_all(hdl[file], module_text, quiet)
        mutants.append(Mutant("mutant_peak", "the first magnitude counts as the largest", {file: broken}))
        elsewhere = replace_once(module_text, r"(<= scores\[)address(\];)", r"\g<1>address ^ 1'h1\g<2>")
        broken = replace_all(hdl[file], module_text, elsewhere)
        mutants.append(Mutant("mutant_read", "the score beside the one that was asked for", {file: broken}))
    stuck = replace_once(module_text, r"(\bdone <= )(.*);", r"\g<1>1'h0;")
    mutants.append(Mutant("mutant_never", "never whole", {file: replace_all(hdl[file], module_text, stuck)}))
    show = ["w:count", *(f"w:scores[{i}]" for i in range(n))]
    prepare = [f"cd {module}", "proc", "memory"]
    for wire in show:
        prepare += [f"select -assert-min 1 {wire}", f"expose {wire}"]
    return Lemma(
        name=name,
        core=params.name,
        property="selection",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(file,),
        prepare=(*prepare, "cd .."),
        depth=2,
        cover_depth=n + 3,
        mutant_depth=n + 3,
        mutants=tuple(mutants),
    )


def _margins_lemma(params: AdaptiveParams, hdl: dict[str, str], asserted: Sequence[str]) -> Lemma:
    module, file = f"{params.name}_margins", f"{params.name}.v"
    name = f"{module}_check_scores"
    n, output = params.n_out, params.lp[-1].output
    claim = (
        "a vector is refused once a code was refused or, for any enabled score j, its margin y_c - y_j is at most the "
        "planned B_cj, and only then"
    )
    ow, width = index_width(n), output.format.width
    wide = width + 3
    signed = "signed " if output.format.signed else ""
    least, codes = params.least_margins, params.margin_codes
    entries = codes.copy()
    np.fill_diagonal(entries, -1)
    # The function's index is {winner, other}, as wide as both.
    padded = np.full((1 << ow, 1 << ow), -1, dtype=np.int64)
    padded[:n, :n] = entries
    first, second = ("best_score", "score") if output.format.signed else ("{1'b0, best_score}", "{1'b0, score}")
    low, high = number(output.low, wide), number(output.high, wide)
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
  (* anyseq *) wire rst, enable, refuse, clear;
  (* anyseq *) wire [{ow - 1}:0] best, other;
  (* anyseq *) wire {signed}[{width - 1}:0] best_score, score;
  wire fails, dut_refused;
  {module} dut (.clk(clk), .rst(rst), .best(best), .other(other), .best_score(best_score), .score(score),
    .enable(enable), .refuse(refuse), .clear(clear), .fails(fails), .refused(dut_refused));
{table("bound", [int(x) for x in padded.ravel()], wide, 2 * ow)}
  reg refused = 0;
  reg known = 0;
  reg [{2 * ow - 1}:0] pair = 0;
  wire signed [{wide - 1}:0] winner = $signed({first});
  wire signed [{wide - 1}:0] loser = $signed({second});
  wire at_most = winner - loser <= bound(pair);
  always @* assume (best < {n} && other < {n});
  // Scores are codes of LP's output stage, whose lemma asserts their range, and best is a greatest one.
  always @* assume (winner >= loser && winner <= {high} && loser >= {low});
  always @* if (enable) assume (known);
  always @(posedge clk) begin
    known <= 1;
    pair <= {{best, other}};
    refused <= rst || clear ? 0 : refused || refuse || (enable && at_most);
  end
  always @* begin
    refused_follows: assert (dut_refused == refused);
    if (known) fails_where_not_proven: assert (fails == (refused || (enable && at_most)));
    refusal: cover (enable && at_most && !refused);
  end
endmodule
"""
    stage, span = f"{params.lp[-1].name}_stage", f"{output.low} to {output.high}"
    off = [(c, j) for c in range(n) for j in range(n) if c != j]
    c, j = max(off, key=lambda place: int(least[place]))
    index, value = c * (1 << ow) + j, int(least[c, j])
    changed = value - 1 if value else 1
    module_text = module_of(hdl[file], module)
    rom = re.search(rf"least\[{index}\] = (\d+)'(?:h([0-9a-f]+)|d([0-9]+));", module_text)
    if rom is None or (int(rom[2], 16) if rom[2] else int(rom[3])) != value:
        raise ConsistencyError(
            f"mutant: word {index} of the margins is not {value} in the Verilog; the emitter changed"
        )
    one_off = module_text.replace(rom[0], f"least[{index}] = {rom[1]}'h{changed:x};")
    forgets = replace_once(module_text, r"(\brefused <= ).*;", r"\g<1>1'h0;")
    return Lemma(
        name=name,
        core=params.name,
        property="selection",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(file,),
        prepare=(
            f"cd {module}",
            "proc",
            "select -assert-min 1 w:refused",
            "expose w:refused",
            "cd ..",
        ),
        # The ROM as logic: the induction would take its words for anything.
        script=UNROLL_TABLES,
        assumes=(f"{params.name}_lp_scores_kept", *([stage] if stage in asserted else [])),
        environment=() if stage in asserted else (f"scores of {params.lp[-1].name} are codes {span}",),
        depth=2,
        mutants=(
            Mutant(
                "mutant_threshold",
                f"the threshold of {c} over {j} one {'less' if value else 'more'}",
                {file: replace_all(hdl[file], module_text, one_off)},
            ),
            Mutant(
                "mutant_forgets",
                "a refusal is not kept",
                {file: replace_all(hdl[file], module_text, forgets)},
            ),
        ),
    )
