# SPDX-License-Identifier: Apache-2.0
"""Reading back what emitted Verilog says, by slang: widths of ports, contents of memories, what drives a pin.

slang is an independent front end, whose syntax tree keeps what is compared here. Yosys' JSON would do as well for small
designs (0.3 CPU s against 0.1 for the digits network), but takes quadratic time for memories with initial contents:
minutes for 65,536 words, which slang reads in 0.3 s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyslang import DiagnosticEngine
from pyslang.ast import (
    ArgumentDirection,
    AssignmentExpression,
    BlockStatement,
    Compilation,
    ConcatenationExpression,
    ConversionExpression,
    ElementSelectExpression,
    Expression,
    ExpressionStatement,
    FixedSizeUnpackedArrayType,
    InstanceBodySymbol,
    InstanceSymbol,
    NamedValueExpression,
    PortSymbol,
    ProceduralBlockKind,
    ProceduralBlockSymbol,
    RangeSelectExpression,
    Statement,
    StatementList,
    VariableSymbol,
)
from pyslang.syntax import HierarchyInstantiationSyntax, SyntaxTree

from sc_precision.errors import ConsistencyError

Bit = tuple[str, int]
"""A wire's name and which of its bits."""


@dataclass(frozen=True)
class VerilogMemory:
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
class VerilogInstance:
    """An instance of a module.

    Parameters
    ----------
    module : str
    pins : dict of str to tuple of Bit, or None
        By port, lowest bit first; None where what is connected is not made of wires.
    outputs : frozenset of str
        Ports that drive what is connected.
    """

    module: str
    pins: dict[str, tuple[Bit, ...] | None]
    outputs: frozenset[str]


@dataclass(frozen=True)
class VerilogModule:
    """A module.

    Parameters
    ----------
    name : str
    ports : dict of str to int
        Width by port.
    memories : dict of str to VerilogMemory
    instances : dict of str to VerilogInstance
    """

    name: str
    ports: dict[str, int]
    memories: dict[str, VerilogMemory]
    instances: dict[str, VerilogInstance]

    @cached_property
    def _drivers(self) -> dict[Bit, tuple[str, str, int]]:
        found: dict[Bit, tuple[str, str, int]] = {}
        for name, instance in self.instances.items():
            for port in sorted(instance.outputs):
                for place, bit in enumerate(instance.pins[port] or ()):
                    if bit in found:
                        raise ConsistencyError(f"{self.name}: {bit[0]}[{bit[1]}] has two drivers")
                    found[bit] = name, port, place
        return found

    def drivers(self, instance: str, port: str) -> list[tuple[str, str, int] | None]:
        """What drives each bit of an instance's port: instance, port, place; None for what no instance drives.

        An empty list where nothing, or no wire, is connected.
        """
        return [self._drivers.get(bit) for bit in self.instances[instance].pins.get(port) or ()]


def read_modules(texts: Iterable[str]) -> dict[str, VerilogModule]:
    """Read all modules of some files, by name.

    Raises
    ------
    ConsistencyError
        If slang finds an error, or a memory's contents are not plain words.
    """
    compilation = Compilation()
    for text in texts:
        compilation.addSyntaxTree(SyntaxTree.fromText(text))
    errors = [each for each in compilation.getAllDiagnostics() if each.isError()]
    if errors:
        message = DiagnosticEngine(compilation.sourceManager).formatMessage(errors[0])
        raise ConsistencyError(f"the Verilog is refused by slang: {message}")
    bodies: dict[str, InstanceBodySymbol] = {}
    waiting = [instance.body for instance in compilation.getRoot().topInstances]
    while waiting:
        body = waiting.pop()
        if body.name not in bodies:
            bodies[body.name] = body
            waiting += [member.body for member in body if isinstance(member, InstanceSymbol)]
    return {name: _read_module(body) for name, body in bodies.items()}


def instantiated(text: str) -> set[str]:
    """Modules of which a text has instances, whether or not they are in it; the text may be SystemVerilog."""
    found: set[str] = set()

    def visit(node: object) -> None:
        if isinstance(node, HierarchyInstantiationSyntax):
            found.add(node.type.valueText)

    SyntaxTree.fromText(text).root.visit(visit)
    return found


def _read_module(body: InstanceBodySymbol) -> VerilogModule:
    ports, memories, instances = {}, {}, {}
    contents: dict[str, dict[int, int]] = {}
    for member in body:
        match member:
            case PortSymbol():
                ports[member.name] = member.type.bitWidth
            case InstanceSymbol():
                instances[member.name] = _read_instance(member)
            case VariableSymbol() if isinstance(member.type, FixedSizeUnpackedArrayType):
                words = contents.setdefault(member.name, {})
                memories[member.name] = VerilogMemory(member.type.elementType.bitWidth, member.type.range.width, words)
            case ProceduralBlockSymbol(procedureKind=ProceduralBlockKind.Initial):
                for memory, address, value in _initial_words(body.name, member.body):
                    contents.setdefault(memory, {})[address] = value
    return VerilogModule(body.name, ports, memories, instances)


def _read_instance(instance: InstanceSymbol) -> VerilogInstance:
    pins: dict[str, tuple[Bit, ...] | None] = {}
    outputs = set()
    for connection in instance.portConnections:
        expression = connection.expression
        if isinstance(expression, AssignmentExpression):
            expression = expression.left
        pins[connection.port.name] = None if expression is None else _bits(expression)
        if connection.port.direction is not ArgumentDirection.In:
            outputs.add(connection.port.name)
    return VerilogInstance(instance.definition.name, pins, frozenset(outputs))


def _bits(expression: Expression) -> tuple[Bit, ...] | None:
    """The bits of wires that an expression puts side by side, lowest first; None where it is anything else."""
    match expression:
        case NamedValueExpression():
            return tuple((expression.symbol.name, place) for place in range(expression.type.bitWidth))
        case ConversionExpression() if expression.type.bitWidth == expression.operand.type.bitWidth:
            return _bits(expression.operand)
        case ElementSelectExpression():
            return _slice(expression.value, expression.selector, expression.selector)
        case RangeSelectExpression():
            return _slice(expression.value, expression.left, expression.right)
        case ConcatenationExpression():
            parts = [_bits(operand) for operand in reversed(expression.operands)]
            return None if None in parts else tuple(bit for part in parts if part for bit in part)
    return None


def _slice(value: Expression, left: Expression, right: Expression) -> tuple[Bit, ...] | None:
    """Bits of a vector whose lowest bit is 0, as all are that the emitter declares."""
    bits, high, low = _bits(value), _constant(left), _constant(right)
    if bits is None or high is None or low is None or not 0 <= low <= high < len(bits):
        return None
    return bits[low : high + 1]


def _constant(expression: Expression) -> int | None:
    value: Any = None if expression.constant is None else expression.constant.value
    return None if value is None or getattr(value, "hasUnknown", False) else int(value)


def _initial_words(module: str, statement: Statement) -> Iterator[tuple[str, int, int]]:
    """Memory, address and word of each assignment of an ``initial`` block."""
    match statement:
        case BlockStatement():
            yield from _initial_words(module, statement.body)
        case StatementList():
            for each in statement.list:
                yield from _initial_words(module, each)
        case ExpressionStatement(
            expr=AssignmentExpression(
                left=ElementSelectExpression(value=NamedValueExpression(symbol=memory), selector=selector), right=right
            )
        ) if (address := _constant(selector)) is not None and (word := _constant(right)) is not None:
            yield memory.name, address, word
        case _:
            raise ConsistencyError(
                f"{module}: an initial value is no word of a memory: {str(statement.syntax).strip()}"
            )
