# SPDX-License-Identifier: Apache-2.0
"""Pieces of SystemVerilog that checkers are written with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sc_precision.errors import ConsistencyError


def number(value: int, width: int) -> str:
    """Signed decimal constant of that width."""
    if not -(1 << (width - 1)) <= value < 1 << (width - 1):
        raise ConsistencyError(f"checker: {value} does not fit {width} signed bits")
    return f"{'-' if value < 0 else ''}{width}'sd{abs(value)}"


def table(name: str, values: Sequence[int], width: int, index_width: int) -> str:
    """Function `name` that returns values[index], signed, and 0 beyond."""
    lines = [f"  function signed [{width - 1}:0] {name}(input [{index_width - 1}:0] index);", "    case (index)"]
    lines += [f"      {index_width}'d{i}: {name} = {number(value, width)};" for i, value in enumerate(values)]
    lines += [f"      default: {name} = 0;", "    endcase", "  endfunction"]
    return "\n".join(lines)


def index_width(count: int) -> int:
    """Bits of an index below `count`, at least one; the same as a port's in the gateware."""
    return max(1, (count - 1).bit_length())


def header(lemma: str, claim: str) -> str:
    """First lines of a checker."""
    return f"// SPDX-License-Identifier: Apache-2.0\n// {lemma}: {claim}\n`default_nettype none\n"


def replace_once(text: str, pattern: str, replacement: str) -> str:
    """`text` with the first match of a regular expression replaced; for mutants, so that one never stays healthy."""
    changed, count = re.subn(pattern, replacement, text, count=1, flags=re.MULTILINE)
    if not count or changed == text:
        raise ConsistencyError(f"mutant: nothing matches {pattern!r} in the Verilog; the emitter changed")
    return changed


def replace_all(text: str, old: str, new: str) -> str:
    """`text` with every `old` replaced by `new`; for mutants, like `replace_once`."""
    if old not in text or old == new:
        raise ConsistencyError(f"mutant: {old!r} is not in the Verilog; the emitter changed")
    return text.replace(old, new)
