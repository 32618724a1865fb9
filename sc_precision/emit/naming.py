# SPDX-License-Identifier: Apache-2.0
"""Names for the wires that Amaranth and Yosys number: what a register becomes, what is compared, what is added.

Amaranth names signals; the values between them, such as the conditions of an ``If`` and the multiplexers that Yosys
makes of it, come out as ``\\$12`` and ``\\$procmux$107_Y``. Here each gets a name from the text of its module alone:

- ``<register>_next`` the value that a register takes, ``<instance>_<port>`` what is connected to a port;
- ``index_is_63``, ``index_plus_1``, ``acc_below_0``, ``take_and_last`` where the wire is just that;
- ``<wire>_<k>`` the parts of what a wire is made of, in the order of the text; ``condition_<k>`` what selects.

Text is changed name by name, never otherwise; no name is given twice.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping

from sc_precision.verilog import ICARUS_KEYWORDS, KEYWORDS

_MADE_UP = re.compile(r"\\\$[^\s]+ |\b_\d+_\b")
_ESCAPED = re.compile(r"\\([^\s$][^\s]*) ")
_ASSIGN = re.compile(r"^  assign (.+?) = (.+);$")
_REGISTER = re.compile(r"^    (\w+) <= (.+);$")
_PIN = re.compile(r"^    \.(\w+)\((.+)\),?$")
_INSTANCE = re.compile(r"^  \w+ (\w+) \($")
_DECLARED = re.compile(r"^  (?:input|output|wire|reg) (?:\[\d+:0\] )?(\w+|\\\S+ |_\d+_)(?: \[\d+:0\])?(?: = [^;]+)?;$")

_PORT = re.compile(r"^  (?:input|output) (?:\[\d+:0\] )?(\w+|\\\S+ );$")

# Operands: a wire or some of its bits, and a constant.
_X = r"(?P<x>\w+|\\\$\S+ )(?P<bits>\[\d+(?::\d+)?\])?"
_C = r"(?P<width>\d+)'(?P<base>[hd])(?P<digits>[0-9a-f]+)"
_UNSIGNED = {"==": "is", "!=": "is_not", "<": "below", "<=": "at_most", ">": "above", ">=": "at_least"}
_COMPARED = re.compile(rf"{_X} *(?P<op>[=!]=|[<>]=?) {_C}")
_SIGNED = re.compile(rf"\$signed\({_X}\) (?P<op>[<>]=?) \$signed\({_C}\)")
_ADDED = re.compile(rf"(?:\{{ 1'h0, {_X} \}}|{_X.replace('<x>', '<y>').replace('<bits>', '<y_bits>')}) \+ {_C}")
_BOTH = re.compile(r"(?P<x>\w+|\\\$\S+ ) *(?P<op>[&|]) (?P<y>\w+|\\\$\S+ )")
_NOT = re.compile(rf"~ {_X}")
_LONGEST = 40


def name_wires(text: str, labels: Mapping[str, Mapping[int, str]] | None = None) -> str:
    """The text of a module with a name for every wire.

    Parameters
    ----------
    text : str
        One module as Yosys writes it.
    labels : mapping of str to mapping of int to str, optional
        What values of some wires, such as a state, are called.
    """
    return _Module(text, labels or {}).text()


class _Module:
    """The statements of a module, and the names that were given to its wires so far."""

    def __init__(self, text: str, labels: Mapping[str, Mapping[int, str]]):
        self._text, self._labels = text, labels
        self._lines = text.split("\n")
        self._names: dict[str, str] = {}
        self._taken = set(re.findall(r"\w+", text)) | KEYWORDS | ICARUS_KEYWORDS
        # A port's name belongs to the instances of the module, too, even if it is escaped because it is a keyword.
        self._ports = {match[1] for line in self._lines if (match := _PORT.match(line))}
        self._made_up = [name for name in self._declared() if _MADE_UP.fullmatch(name)]
        self._assigns = [(match[1], match[2]) for line in self._lines if (match := _ASSIGN.match(line))]
        self._whole = dict(self._assigns)
        self._counts: Counter[str] = Counter()

    def text(self) -> str:
        for name in self._declared():
            if name not in self._ports and (match := _ESCAPED.fullmatch(name)):
                self._give(name, re.sub(r"\W", "_", match[1]))
        self._name_ends()
        self._name_expressions()
        self._name_conditions()
        self._name_parts()
        return re.sub(r"\\\S+ |\b_\d+_\b", lambda match: self._names.get(match[0], match[0]), self._text)

    def _declared(self) -> Iterator[str]:
        return (match[1] for line in self._lines if (match := _DECLARED.match(line)))

    def _give(self, wire: str, name: str) -> None:
        """Name a wire; with a number behind it where the name is taken."""
        name = re.sub(r"\W+", "_", name).strip("_")  # what it is made of may be a port that is named by a keyword
        free, number = name, 1
        while free in self._taken:
            number += 1
            free = f"{name}_{number}"
        self._taken.add(free)
        self._names[wire] = free

    def _called(self, wire: str) -> str | None:
        """A wire's name, None where it has none yet."""
        return self._names.get(wire, None if _MADE_UP.fullmatch(wire) else wire)

    def _name_ends(self) -> None:
        """What registers take, what is read from memories, what is connected to ports."""
        instance = ""
        for line in self._lines:
            wire, name = "", ""
            if match := _REGISTER.match(line):
                wire, name = match[2], f"{match[1]}_next"
            elif match := _INSTANCE.match(line):
                instance = match[1]
            elif match := _PIN.match(line):
                wire, name = match[2], f"{instance}_{match[1]}"
            elif (match := _ASSIGN.match(line)) and re.fullmatch(r"_\d+_", match[2]) and self._called(match[1]):
                wire, name = match[2], f"{self._called(match[1])}_register"
            if _MADE_UP.fullmatch(wire) and wire not in self._names:
                self._give(wire, name)

    def _name_expressions(self) -> None:
        """Wires whose value can be said in words; what is said of a wire needs that one's name first."""
        waiting = [wire for wire in self._made_up if wire not in self._names and wire in self._whole]
        before = -1
        while waiting and len(waiting) != before:
            before = len(waiting)
            for wire in waiting:
                words = self._words(self._whole[wire])
                if words is not None and len(words) <= _LONGEST:
                    self._give(wire, words)
            waiting = [wire for wire in waiting if wire not in self._names]

    def _words(self, expression: str) -> str | None:
        if match := _COMPARED.fullmatch(expression) or _SIGNED.fullmatch(expression):
            x = self._operand(match["x"], match["bits"])
            return x and f"{x}_{_UNSIGNED[match['op']]}_{self._constant(match)}"
        if match := _ADDED.fullmatch(expression):
            x = self._operand(match["x"] or match["y"], match["bits"] or match["y_bits"])
            return x and f"{x}_plus_{self._constant(match)}"
        if match := _BOTH.fullmatch(expression):
            x, y = self._called(match["x"]), self._called(match["y"])
            return x and y and f"{x}_{'and' if match['op'] == '&' else 'or'}_{y}"
        if match := _NOT.fullmatch(expression):
            x = self._operand(match["x"], match["bits"])
            return x and f"not_{x}"
        return None

    def _operand(self, wire: str, bits: str | None) -> str | None:
        name = self._called(wire)
        return name if name is None or bits is None else name + re.sub(r"\W", "_", bits).rstrip("_")

    def _constant(self, match: re.Match[str]) -> str:
        value = int(match["digits"], 16 if match["base"] == "h" else 10)
        label = self._labels.get(match.groupdict().get("x") or "", {}).get(value)
        if label is not None:
            return label.lower()
        if match[0].startswith("$signed") and value >> (int(match["width"]) - 1):
            return f"minus_{(1 << int(match['width'])) - value}"
        return str(value)

    def _name_conditions(self) -> None:
        for _, expression in self._assigns:
            match = re.match(r"(\\\$\S+ ) *\? ", expression)
            if match and match[1] not in self._names:
                self._give_number(match[1], "condition")

    def _name_parts(self) -> None:
        """All others: parts of the wire that they are first used for, from that wire down."""
        uses: dict[str, list[str]] = {}
        for target, expression in self._assigns:
            made_up = _MADE_UP.findall(target) + _MADE_UP.findall(expression)
            for wire in re.findall(r"\\\S+ |[A-Za-z_]\w*", target):
                uses.setdefault(wire, []).extend(made_up)
        waiting = deque((wire, self._called(wire)) for wire in uses if self._called(wire))
        bases: dict[str, str | None] = {}
        while waiting:
            target, base = waiting.popleft()
            for wire in uses[target]:
                if wire not in self._names and wire not in bases:
                    bases[wire] = base
                    if wire in uses:
                        waiting.append((wire, base))
        for wire in self._made_up:
            if wire not in self._names:
                self._give_number(wire, bases.get(wire) or "wire")

    def _give_number(self, wire: str, base: str) -> None:
        self._counts[base] += 1
        self._give(wire, f"{base}_{self._counts[base]}")
