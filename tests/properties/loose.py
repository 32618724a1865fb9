# SPDX-License-Identifier: Apache-2.0
"""Verilog in which the solver may choose one wire of each module to be loose: it is then anything, in every cycle.

What is assigned, a register's next value, a declared wire's expression and a port of a module below become
``loose_place == k ? loose_value : (what it was)``. The solver chooses the constant `loose_place`, so that one search
stands for the faults at all places, one at a time. Widths and signs stay what they were.
"""

import re

_NAME = r"(?:\\\S+ |[A-Za-z_]\w*)"
_MODULE = re.compile(r"^module\s.*?^endmodule", re.MULTILINE | re.DOTALL)
_DECLARED = re.compile(
    r"^[ \t]*(?P<any>\(\* any\w+ \*\) )?(?P<sort>input|output|wire|reg)(?: wire)?(?P<sign> signed)?"
    r"(?: \[(?P<top>\d+):0\])? (?P<items>[^;]*);",
    re.MULTILINE,
)
_ASSIGN = re.compile(rf"^(  assign (?P<name>{_NAME}) ?(?P<slice>\[[\d:]+\])? *= )(?P<value>[^;]*);", re.MULTILINE)
_NEXT = re.compile(
    rf"((?:^|[;:)]|\bbegin|\belse)\s*(?P<name>{_NAME}) *(?P<index>\[[^\]]*\])? *<= )(?P<value>[^;]+)(?=;)", re.MULTILINE
)
_INSTANCE = re.compile(rf"^  (?P<module>{_NAME}) {_NAME} ?\(\n(?P<ports>(?:    \..*\n)+)  \);", re.MULTILINE)
_PORT = re.compile(rf"^(    \.(?P<port>{_NAME})\()(?P<value>.*)(\),?)$", re.MULTILINE)


def loosened(text, others=()):
    """Verilog with one loose wire in each module, if the solver wants it.

    Parameters
    ----------
    text : str
        Emitted Verilog, or a checker.
    others : iterable of str
        Further Verilog, for the ports of modules in it.
    """
    ports = {}
    for module in (match[0] for each in (text, *others) for match in _MODULE.finditer(each)):
        name = re.match(rf"module ({_NAME})", module)[1].strip()
        ports[name] = {n: (sort, width) for sort, n, width, _ in _declared(module) if sort in ("input", "output")}
    return _MODULE.sub(lambda match: _Module(match[0], ports).loosened(), re.sub(r"//.*", "", text))


def repaired(text):
    """The same Verilog without a loose wire, which must be as good as the original."""
    fault = "(* anyconst *) wire [15:0] loose_place;"
    return text.replace(fault, "wire [15:0] loose_place = 0;")


def _declared(module):
    """(sort, name, width, is a memory) of everything declared in a module."""
    for match in _DECLARED.finditer(module):
        for item in _items(match["items"]):
            name, _, rest = item.partition("=")[0].strip().partition(" ")
            memory = rest.strip().startswith("[")
            yield match["sort"], name.strip(), int(match["top"] or 0) + 1, memory


def _items(text):
    """What commas outside of brackets separate."""
    items, depth = [""], 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            items.append("")
        else:
            items[-1] += letter
    return items


class _Module:
    def __init__(self, text, ports):
        self.text = text
        self.ports = ports
        self.widths, self.memories = {}, set()
        for _, name, width, memory in _declared(text):
            self.widths[name] = width
            if memory:
                self.memories.add(name)
        self.places = 0
        self.widest = 1

    def loosened(self):
        text = _DECLARED.sub(self._declaration, self.text)
        text = _ASSIGN.sub(lambda m: f"{m[1]}{self._loose(m['value'], self._width(m['name'], m['slice']))};", text)
        text = _NEXT.sub(self._next, text)
        text = _INSTANCE.sub(self._instance, text)
        if not self.places:
            return self.text
        wires = f"  (* anyconst *) wire [15:0] loose_place;\n  (* anyseq *) wire [{self.widest - 1}:0] loose_value;\n"
        head, end, rest = text.partition(");\n")
        return head + end + wires + rest

    def _loose(self, value, width):
        self.places += 1
        self.widest = max(self.widest, width)
        right = f"({value.strip()} )"  # a space ends an escaped name
        return f"(loose_place == 16'd{self.places} ? $signed(loose_value[{width - 1}:0]) : {right})"

    def _width(self, name, index):
        name = name.strip()
        if not index or name in self.memories:
            return self.widths[name]
        ends = index.strip("[]").split(":")
        return int(ends[0]) - int(ends[-1]) + 1 if ends[0].isdecimal() else 1

    def _declaration(self, match):
        """Of a wire with its expression."""
        if match["sort"] != "wire" or match["any"] or "=" not in match["items"]:
            return match[0]
        items = []
        for item in _items(match["items"]):
            name, equals, value = item.partition("=")
            items.append(f"{name}= {self._loose(value, int(match['top'] or 0) + 1)}" if equals else name)
        start = match.start("items") - match.start()
        return f"{match[0][:start]}{','.join(items)};"

    def _next(self, match):
        if match["name"].strip() not in self.widths:
            return match[0]
        return match[1] + self._loose(match["value"], self._width(match["name"], match["index"]))

    def _instance(self, match):
        """Ports of a module below; a clock stays one."""
        known = self.ports.get(match["module"].strip(), {})
        after = []

        def port(found):
            sort, width = known.get(found["port"].strip(), ("", 0))
            if sort == "input" and found["port"].strip() != "clk":
                return f"{found[1]}{self._loose(found['value'], width)}{found[4]}"
            if sort == "output" and re.fullmatch(_NAME.replace(" )", " ?)"), found["value"]):
                right = f"right_{self.places + 1}"
                after.append(f"\n  wire [{width - 1}:0] {right};")
                after.append(f"\n  assign {found['value']} = {self._loose(right, width)};")
                return f"{found[1]}{right}{found[4]}"
            return found[0]

        start, end = (place - match.start() for place in match.span("ports"))
        return match[0][:start] + _PORT.sub(port, match["ports"]) + match[0][end:] + "".join(after)
