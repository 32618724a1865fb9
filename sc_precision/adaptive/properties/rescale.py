# SPDX-License-Identifier: Apache-2.0
"""Lemma about the conversion of codes between the two networks of an adaptive wrapper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np

from sc_precision.adaptive.params import AdaptiveParams
from sc_precision.adaptive.rescale import Rescale
from sc_precision.errors import ConsistencyError
from sc_precision.params import IntArray
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import header, number, replace_all


def module_of(text: str, module: str) -> str:
    """Text of one module of an emitted file."""
    match = re.search(rf"^module {re.escape(module)}\(.*?^endmodule\n", text, re.MULTILINE | re.DOTALL)
    if match is None:
        raise ConsistencyError(f"module {module} is not in the Verilog; the emitter changed")
    return match[0]


def rescale_lemma(params: AdaptiveParams, which: str, r: Rescale, hdl: dict[str, str]) -> Lemma:
    """The code that leaves ``to_lp`` or ``to_hp`` is the one that came, rounded and saturated."""
    module, file = f"{params.name}_{which}", f"{params.name}.v"
    name = f"{module}_rescale"
    claim = (
        f"the {r.target.format.label} code has the value of the {r.source.label} code, rounded to the nearest, ties to "
        f"even, and saturated at {r.target.low} and {r.target.high}, for every code"
    )
    places = max(0, r.shift)
    source_width, target_width = r.source.width, r.target.format.width
    width = max(source_width + max(0, -r.shift), target_width + places) + 3
    low, high = number(r.target.low, width), number(r.target.high, width)
    half = number((1 << places) // 2, width)
    source = _source_bits(r)
    target = "rescaled" if r.target.format.signed else "{1'b0, rescaled}"
    tie = f"      if (error == -{half} || error == {half}) tie_is_even: assert (!result[0]);\n" if places else ""
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
  (* anyseq *) wire {"signed " if r.source.signed else ""}[{source_width - 1}:0] code;
  wire {"signed " if r.target.format.signed else ""}[{target_width - 1}:0] rescaled;
  {module} dut (.code(code), .rescaled(rescaled));
  // Both values in units of the finer of the two formats.
  wire signed [{width - 1}:0] given = $signed({source});
  wire signed [{width - 1}:0] value = given <<< {max(0, -r.shift)};
  wire signed [{width - 1}:0] result = $signed({target});
  wire signed [{width - 1}:0] error = (result <<< {places}) - value;
  always @* begin
    code_in_range: assert (result >= {low} && result <= {high});
    if (value > ({high} <<< {places})) saturates_high: assert (result == {high});
    else if (value < ({low} <<< {places})) saturates_low: assert (result == {low});
    else begin
      nearest: assert (error >= -{half} && error <= {half});
{tie}    end
    greatest: cover (given == {number(r.source.code_max, width)});
  end
endmodule
"""
    return Lemma(
        name=name,
        core=params.name,
        property="rescaling",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(file,),
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=tuple(
            Mutant(task, fault, {file: replace_all(hdl[file], module_of(hdl[file], module), faulty)})
            for task, fault, faulty in _faults(module, r, width)
        ),
    )


def _faults(module: str, r: Rescale, width: int) -> Iterator[tuple[str, str, str]]:
    """Name, words and Verilog of wrong conversions; those that are right in this pair of formats are left out."""
    places, up = max(0, r.shift), max(0, -r.shift)
    low, high, half = r.target.low, r.target.high, (1 << places) // 2
    source_width, target_width = r.source.width, r.target.format.width
    codes = _telling_codes(r)
    right = [int(code) for code in r.apply(codes)]
    given = [int(code) << up for code in codes.tolist()]
    nearest = f"(value + {number(half - 1, width)} + (value >>> {places} & 1)) >>> {places}" if places else "value"

    def limited(values: Iterable[int], least: int, most: int) -> list[int]:
        return [min(max(value, least), most) for value in values]

    def wraps(values: Iterable[int]) -> list[int]:
        cut = [value & ((1 << target_width) - 1) for value in values]
        if not r.target.format.signed:
            return cut
        return [value - (value >> (target_width - 1) << target_width) for value in cut]

    rounded = [value + half - 1 + (value >> places & 1) >> places if places else value for value in given]
    ties, floors = ([value + extra >> places for value in given] for extra in (half, 0))
    # The first is the published package's.
    cases = [
        ("low_bits", "the low bits of the code instead of its value", wraps(codes.tolist()), _source_bits(r), None),
        ("tie", "ties are rounded up", limited(ties, low, high), f"(value + {number(half, width)}) >>> {places}", None),
        ("floor", "rounded down", limited(floors, low, high), f"value >>> {places}", None),
        ("early", "saturates one early", limited(rounded, low, high - 1), nearest, (low, high - 1)),
        ("late", "saturates one late", wraps(limited(rounded, low, high + 1)), nearest, (low, high + 1)),
        ("least", "saturates one above the least", limited(rounded, low + 1, high), nearest, (low + 1, high)),
    ]
    cases.append(("lowest_bit", "the lowest bit inverted", wraps(code ^ 1 for code in right), f"({nearest}) ^ 1", None))
    for name, fault, values, whole, ends in cases:
        if values == right:
            continue
        text = f"assign rescaled = {whole};\n"
        if name not in ("low_bits", "lowest_bit"):
            least, most = (number(end, width) for end in (ends or (low, high)))
            text = (
                f"wire signed [{width - 1}:0] whole = {whole};\n"
                f"  assign rescaled = whole < {least} ? {least} : whole > {most} ? {most} : whole;\n"
            )
        yield (
            f"mutant_{name}",
            fault,
            f"module {module}(code, rescaled);\n"
            f"  input [{source_width - 1}:0] code;\n  wire [{source_width - 1}:0] code;\n"
            f"  output [{target_width - 1}:0] rescaled;\n  wire [{target_width - 1}:0] rescaled;\n"
            f"  wire signed [{source_width}:0] given = $signed({_source_bits(r)});\n"
            f"  wire signed [{width - 1}:0] value = $signed(given) <<< {up};\n  {text}endmodule\n",
        )


def _source_bits(r: Rescale) -> str:
    """The code as a signed operand."""
    return "code" if r.source.signed else "{1'b0, code}"


def _telling_codes(r: Rescale) -> IntArray:
    """Codes of which any wrong conversion shows: a spread, and those around ties and ends."""
    near = [0, 1, *(end + step for end in (r.target.low, r.target.high) for step in (-1, 0, 1, 2))]
    half = 1 << max(0, r.shift) - 1 if r.shift > 0 else 0
    around = [
        ((code << r.shift) if r.shift > 0 else code >> -r.shift) + step
        for code in near
        for step in (-half - 1, -half, -1, 0, 1, half, half + 1)
    ]
    ends = r.source.code_min, r.source.code_max
    spread = np.linspace(*ends, 4097).round().astype(np.int64)
    inside = [min(max(code, ends[0]), ends[1]) for code in around]
    return np.unique(np.concatenate([spread, np.array(inside, dtype=np.int64)]))
