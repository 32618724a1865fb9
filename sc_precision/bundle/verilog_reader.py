# SPDX-License-Identifier: Apache-2.0
"""Reading back what emitted Verilog says: widths of ports, contents of memories, connections of instances.

Only the shape of text that `sc_precision.emit` writes is understood; it is no general parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NAME = r"(\\\S+|\w+)"
_MODULE = re.compile(rf"^module {_NAME}\s*\(.*?^endmodule", re.MULTILINE | re.DOTALL)
_PORT = re.compile(rf"^  (?:input|output) (?:signed )?(?:\[(\d+):0\] )?{_NAME} ?;", re.MULTILINE)
_MEMORY = re.compile(rf"^  reg (?:\[(\d+):0\] )?{_NAME} ?\[(\d+):0\];", re.MULTILINE)
_CELL = re.compile(rf"^    {_NAME} ?\[(\d+)\] = \d+'h([0-9a-f]+);", re.MULTILINE)
_INSTANCE = re.compile(rf"^  {_NAME} {_NAME} \((.*?)^  \);", re.MULTILINE | re.DOTALL)
_CONNECTION = re.compile(rf"^    \.{_NAME}\s?\((.*)\),?$", re.MULTILINE)


@dataclass(frozen=True)
class MemoryText:
    """A memory with initial values.

    Parameters
    ----------
    width : int
        Bits of a word.
    depth : int
        Words.
    values : dict of int to int
        Word by address; what is not there has no initial value.
    """

    width: int
    depth: int
    values: dict[int, int]


@dataclass(frozen=True)
class InstanceText:
    """An instance: the module that it is of, and the text of each connection."""

    module: str
    connections: dict[str, str]


@dataclass(frozen=True)
class ModuleText:
    """A module.

    Parameters
    ----------
    name : str
    ports : dict of str to int
        Width by port.
    memories : dict of str to MemoryText
    instances : dict of str to InstanceText
    """

    name: str
    ports: dict[str, int]
    memories: dict[str, MemoryText]
    instances: dict[str, InstanceText]


def read_modules(texts: Iterable[str]) -> dict[str, ModuleText]:
    """Read all modules of some files, by name; a name that is there twice keeps the last."""
    modules = {}
    for text in texts:
        for match in _MODULE.finditer(text):
            module = _read_module(match[1], match[0])
            modules[module.name] = module
    return modules


def concatenated(text: str) -> list[str]:
    """Parts of a connection such as ``{ a, b }``, in the order of the bits: the last part first."""
    inner = text.strip()
    if inner.startswith("{") and inner.endswith("}"):
        inner = inner[1:-1]
    return [part.strip() for part in inner.split(",")][::-1]


def _read_module(name: str, text: str) -> ModuleText:
    values: dict[str, dict[int, int]] = {}
    for memory, address, value in _CELL.findall(text):
        values.setdefault(memory, {})[int(address)] = int(value, 16)
    return ModuleText(
        name=name,
        ports={port: _width(high) for high, port in _PORT.findall(text)},
        memories={
            memory: MemoryText(_width(high), int(depth) + 1, values.get(memory, {}))
            for high, memory, depth in _MEMORY.findall(text)
        },
        instances={
            instance: InstanceText(module, dict(_CONNECTION.findall(body)))
            for module, instance, body in _INSTANCE.findall(text)
        },
    )


def _width(high: str) -> int:
    return int(high) + 1 if high else 1
