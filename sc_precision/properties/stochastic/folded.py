# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the stochastic layer that computes some outputs at a time: passes, and the streams of each."""

from __future__ import annotations

from sc_precision.gateware.stochastic import ramp_port
from sc_precision.params import FoldedStochasticDenseParams, stream_mask
from sc_precision.properties.checker.control import control_lemma
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import header, index_width, replace_first
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.stochastic.control import STREAM_ENGINES, drain_registers
from sc_precision.properties.stochastic.counts import count_lemmas
from sc_precision.properties.stochastic.error import stochastic_error_lemmas
from sc_precision.properties.stochastic.folded_rows import comparator_lemmas, folded_row_lemmas
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
    streams = [
        ramp_lemma(p, hdl),
        *(_weight_streams_lemma(p, chunk, part) for part, chunk in enumerate(stream_chunks(p))),
    ]
    below = [
        *streams,
        *count_lemmas(layer, tuple(lemma.name for lemma in streams)),
        *folded_row_lemmas(layer, hdl),
    ]
    below += stochastic_error_lemmas(layer, tuple(lemma.name for lemma in below))
    return [*below, _folded_control(p, hdl, (*(lemma.name for lemma in below), f"{p.name}_stage"))]


def _weight_streams_lemma(p: FoldedStochasticDenseParams, streams: list[tuple[int, int]], part: int) -> Lemma:
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


def _folded_control(p: FoldedStochasticDenseParams, hdl: dict[str, str], assumes: tuple[str, ...]) -> Lemma:
    """Order of everything that the layer does, against counters of its own."""
    claim = (
        "every accepted vector is held while all cycles run once a pass, with the levels of that pass and the streams "
        "of the vector; results leave in order, stable under stall, with last on the last; frame_error tells a "
        "misplaced last"
    )
    file, mutants = f"{p.name}.v", []
    if p.passes > 1:
        second = rf"\g<1>{index_width(p.passes)}'h1\2"
        wrong = replace_first(hdl[file], r"(\.pass_index\()pass_index(\),\s+\.rst\(rst\),\s+\.word)", second)
        mutants.append(Mutant("mutant_pass", "a memory stays at the second pass", {file: wrong}))
    return control_lemma(
        p,
        hdl,
        "stochastic_folded.sv.j2",
        claim,
        below=("row_*", "levels_*", "streams", "stage"),
        show=("state", "output_index", "pass_index", "row_index", *drain_registers(p)),
        assumes=assumes,
        mutants=mutants,
        holes={
            "rows": [p.word_width(row) for row in range(p.rows)],
            "streams": [ramp_port(*ramp) for ramp in p.ramps],
        },
        engines=STREAM_ENGINES,
    )
