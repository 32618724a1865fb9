# SPDX-License-Identifier: Apache-2.0
"""Checkers as SystemVerilog with holes: jinja2 templates, and what they may ask for besides their holes."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from sc_precision.properties.checker.sv import header, index_width, number, table


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sc_precision", ""),
        autoescape=False,  # SystemVerilog; the only names in it are checked identifiers
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"header": header, "index_width": index_width, "number": number, "table": table}
    environment.filters |= {"bus": bus, "each": each}
    return environment


def render(template: str, **holes: object) -> str:
    """Text of a checker from a template of the package; a hole of it that is not given is an error."""
    return _environment().get_template(template).render(**holes)


def bus(width: int) -> str:
    """Range of a vector of that width: ``[7:0]``."""
    return f"[{width - 1}:0]"


def each(pattern: str, indices: int | list[int]) -> str:
    """The pattern with each index, or each below a number, for its ``%d``, with commas between."""
    numbers = range(indices) if isinstance(indices, int) else indices
    return ", ".join(pattern.replace("%d", str(number)) for number in numbers)
