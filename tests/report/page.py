# SPDX-License-Identifier: Apache-2.0
"""A strict reader of the report: every element closed, every id unique, every reference inside the page."""

from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img", "link", "input", "col", "wbr", "base", "source", "area", "embed", "track"}
SPACE = str.maketrans({"\u202f": " ", "\u2002": " "})


class Element:
    """An element with its attributes, its children and what it says."""

    def __init__(self, tag: str, attributes: dict[str, str | None]):
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element | str] = []

    @property
    def classes(self) -> set[str]:
        return set((self.attributes.get("class") or "").split())

    @property
    def text(self) -> str:
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join("".join(parts).translate(SPACE).split())

    def walk(self) -> "list[Element]":
        found = [self]
        for child in self.children:
            if isinstance(child, Element):
                found += child.walk()
        return found

    def find(self, tag: str = "", cls: str = "", **attributes: str) -> "list[Element]":
        return [
            element
            for element in self.walk()
            if (not tag or element.tag == tag)
            and (not cls or cls in element.classes)
            and all(element.attributes.get(name) == value for name, value in attributes.items())
        ]

    def section(self, name: str) -> "Element":
        (found,) = self.find("section", **{"aria-labelledby": name})
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.stack = [self.root]
        self.doctype = ""

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        element = Element(tag, dict(attrs))
        self.stack[-1].children.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raise AssertionError(f"<{tag}/> closes itself, which HTML has not")

    def handle_endtag(self, tag: str) -> None:
        assert tag not in VOID
        assert self.stack[-1].tag == tag, f"</{tag}> closes <{self.stack[-1].tag}>"
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"unknown declaration {data}")


def read(text: str) -> Element:
    """The page, after checking it."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.doctype == "DOCTYPE html"
    assert reader.stack == [reader.root], f"<{reader.stack[-1].tag}> is not closed"
    elements = reader.root.walk()
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    assert len(ids) == len(set(ids)), "an id is used twice"
    for element in elements:
        references = [element.attributes.get("aria-labelledby")]
        if "href" in element.attributes:
            href = element.attributes["href"] or ""
            assert href.startswith("#"), f"<{element.tag}> refers to {href}"
            references.append(href[1:])
        clip = element.attributes.get("clip-path")
        references.append(clip[5:-1] if clip else None)
        for reference in references:
            assert reference is None or reference in ids, f"nothing has the id {reference}"
    (html,) = [child for child in reader.root.children if isinstance(child, Element)]
    return html
