# SPDX-License-Identifier: Apache-2.0
"""Pieces of SystemVerilog that checkers are written with, and the plan's constants in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sc_precision.errors import ConsistencyError
from sc_precision.params import FixedLayerParams
from sc_precision.properties.dense.claims import LayerClaim

UNROLL_TABLES = ("memory_map -rom-only", "opt_clean")
"""Script for checkers with tables: Yosys makes memories of them from 16 entries on, whose content induction would not
know."""
_TABLE_COLUMNS = 110
"""Characters of a line of a table, so that a page shows many entries."""


def number(value: int, width: int) -> str:
    """Signed decimal constant of that width."""
    if not -(1 << (width - 1)) <= value < 1 << (width - 1):
        raise ConsistencyError(f"checker: {value} does not fit {width} signed bits")
    return f"{'-' if value < 0 else ''}{width}'sd{abs(value)}"


def emitted(value: int, width: int) -> str:
    """Unsigned constant as Yosys writes it, which is decimal where it has 32 bits; mutants look for it."""
    return f"32'd{value}" if width == 32 else f"{width}'h{value:0{-(-width // 4)}x}"


def extended(wire: str, bits: int, is_signed: bool, width: int) -> str:
    """A wire of so many bits at `width`, by its sign or zeros."""
    fill = f"{wire}[{bits - 1}]" if is_signed else "1'b0"
    return f"{{{{{width - bits}{{{fill}}}}}, {wire}}}" if width > bits else wire


def table(name: str, values: Sequence[int], width: int, index_width: int) -> str:
    """Function `name` that returns values[index], signed, and 0 beyond; values of 0 are not listed either."""
    entries = [f"{i}: v = {_plain(value, width)};" for i, value in enumerate(values) if value]
    across = max(1, _TABLE_COLUMNS // (1 + max(map(len, entries), default=0)))
    lines = [
        f"  function signed [{width - 1}:0] {name}(input [{index_width - 1}:0] index);",
        f"    reg signed [{width - 1}:0] v;",
        "    begin",
        "      case (index)",
        *("        " + " ".join(entries[k : k + across]) for k in range(0, len(entries), across)),
        "        default: v = 0;",
        "      endcase",
        f"      {name} = v;",
        "    end",
        "  endfunction",
    ]
    return "\n".join(lines)


def _plain(value: int, width: int) -> str:
    """A constant of a table, as plain as Verilog reads it."""
    sized = number(value, width)
    return str(value) if abs(value) < 1 << 31 else sized


def index_width(count: int) -> int:
    """Bits of an index below `count`, at least one; the same as a port's in the gateware."""
    return max(1, (count - 1).bit_length())


def header(lemma: str, claim: str) -> str:
    """First lines of a checker."""
    return f"// SPDX-License-Identifier: Apache-2.0\n// {lemma}: {claim}\n`default_nettype none\n"


def replace_once(text: str, pattern: str, replacement: str) -> str:
    """`text` with the one match of a regular expression replaced.

    For mutants: none stays healthy, and none breaks more than it says, because the text is no longer what was expected.

    Raises
    ------
    ConsistencyError
        If nothing matches, something matches twice, or the replacement is what was there.
    """
    changed, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
    if count > 1:
        raise ConsistencyError(f"mutant: {pattern!r} matches {count} times in the Verilog; say which is meant")
    if not count or changed == text:
        raise ConsistencyError(f"mutant: nothing matches {pattern!r} in the Verilog; the emitter changed")
    return changed


def replace_first(text: str, pattern: str, replacement: str) -> str:
    """`text` with the first match of a regular expression replaced; for mutants of one of several places alike.

    Raises
    ------
    ConsistencyError
        If nothing matches, or the replacement is what was there.
    """
    match = re.search(pattern, text, flags=re.MULTILINE)
    changed = text if match is None else text[: match.start()] + match.expand(replacement) + text[match.end() :]
    if changed == text:
        raise ConsistencyError(f"mutant: nothing matches {pattern!r} in the Verilog; the emitter changed")
    return changed


def replace_all(text: str, old: str, new: str) -> str:
    """`text` with every `old` replaced by `new`; for mutants, like `replace_once`."""
    if old not in text or old == new:
        raise ConsistencyError(f"mutant: {old!r} is not in the Verilog; the emitter changed")
    return text.replace(old, new)


def sum_wires(prefix: str, terms: Sequence[tuple[str, int]], width: int) -> tuple[list[str], str]:
    """Wires of a sum in the shape of `sum_tree`, modulo 2**width, and the name of its root.

    Parameters
    ----------
    prefix : str
        What the wires' names begin with.
    terms : sequence of (expression, sign)
        At least one is positive.
    """
    lines: list[str] = []
    level = list(terms)
    while len(level) > 1:
        above = []
        for i in range(0, len(level) - 1, 2):
            (a, sign_a), (b, sign_b) = level[i], level[i + 1]
            name = f"{prefix}_{len(lines)}"
            value = f"{a} + {b}" if sign_a == sign_b else f"{a} - {b}" if sign_b < 0 else f"{b} - {a}"
            lines.append(f"  wire [{width - 1}:0] {name} = {value};")
            above.append((name, -1 if sign_a == sign_b == -1 else 1))
        level = above + level[len(level) - len(level) % 2 :]
    return lines, level[0][0]


def planned_row(layer: LayerClaim[FixedLayerParams], output: int) -> tuple[list[int], int]:
    """Weights and bias of one row of a fixed-point layer, from the trained ones and the planned errors.

    Returns
    -------
    weights : list of int
        In units of the row's own grid.
    bias : int
        The same, in units of the row's sum.

    Raises
    ------
    ConsistencyError
        If a weight is not on that grid.
    """
    p, b = layer.params, layer.bounds
    scale = b.k + int(p.shifts[output])
    weights = []
    for index, (reference, error) in enumerate(
        zip(b.reference_weights[output].tolist(), b.weight_error[output].tolist(), strict=True)
    ):
        weight = (reference + error) >> scale
        if weight << scale != reference + error:
            raise ConsistencyError(f"{p.name}: the weight of synapse ({output}, {index}) is not on its row's grid")
        weights.append(weight)
    return weights, int(b.reference_bias[output] + b.bias_error[output]) >> scale
