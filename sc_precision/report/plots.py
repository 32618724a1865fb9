# SPDX-License-Identifier: Apache-2.0
"""Plots as SVG to stand inside a page: same data, same bytes; colours and font are the page's.

Colours are drawn as stand-ins and replaced by CSS variables, so that a plot follows the page's light or dark scheme.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from decimal import ROUND_CEILING
from typing import Any
from xml.etree import ElementTree

import numpy as np
from markupsafe import Markup
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

from sc_precision.report.figures import count, significant
from sc_precision.report.results import outside

INK, FAINT, CLAIM, FOUND, TARGET, BROKEN = (f"#0a0b0{k}" for k in range(1, 7))
VARIABLES = {INK: "--muted", FAINT: "--line", CLAIM: "--claim", FOUND: "--found", TARGET: "--target", BROKEN: "--bad"}
"""CSS variable of each stand-in colour."""

WIDTH = 4.7
"""Width of a plot in inches, 72 units of its viewBox each."""
MAX_BARS = 48
"""Outputs that are drawn one by one; more are drawn as steps."""
MAX_STEPS = 600
"""Steps that are drawn; outputs beyond share them, the widest of each step shown."""
MAX_COUNTS = 14
"""Bars of a histogram that carry their counts."""

_SETTINGS = {
    "svg.hashsalt": "sc_precision",
    "svg.fonttype": "none",
    "text.parse_math": False,  # a layer may be called $x$
    "font.family": ["DejaVu Sans"],  # comes with matplotlib, so that the layout does not depend on the machine
    "font.size": 9.5,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "grid.color": FAINT,
    "grid.linewidth": 0.7,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}


def error_intervals(outputs: Sequence[dict[str, Any]], target: float | None) -> Markup:
    """Claimed interval of every output's error, the errors measured within it, and where there is one, the target."""
    low = np.array([o["bound_low"] for o in outputs])
    high = np.array([o["bound_high"] for o in outputs])
    # No bar where nothing was measured.
    found = [np.array([o[end] if o[end] is not None else 0.0 for o in outputs]) for end in ("worst_low", "worst_high")]
    broken = np.array([outside(*ends) for ends in zip(*found, low, high, strict=True)])
    with _style():
        figure, (axes,) = _figure(3.0)
        if len(outputs) <= MAX_BARS:
            places = np.arange(len(outputs))
            axes.bar(places, high - low, 0.72, bottom=low, color=CLAIM)
            colours = np.where(broken, BROKEN, FOUND)
            axes.bar(places, found[1] - found[0], 0.34, bottom=found[0], color=colours)
            if len(outputs) <= 16:
                axes.set_xticks(places, [str(o["index"]) for o in outputs])
            else:
                axes.xaxis.set_major_locator(MaxNLocator(10, integer=True))
        else:
            starts = np.unique(np.linspace(0, len(outputs), MAX_STEPS + 1).astype(int)[:-1])
            edges = np.append(starts, len(outputs)) - 0.5
            for ends, colour in (((low, high), CLAIM), (found, FOUND)):
                bottom, top = np.minimum.reduceat(ends[0], starts), np.maximum.reduceat(ends[1], starts)
                axes.stairs(top, edges, baseline=bottom, fill=True, color=colour, linewidth=0)
            axes.vlines(np.nonzero(broken)[0], found[0][broken], found[1][broken], color=BROKEN)
            axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        for level in () if target is None else (target, -target):
            axes.axhline(level, color=TARGET, linewidth=1.2, linestyle=(0, (5, 3)))
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.yaxis.grid(True)
        axes.set_xlim(-0.7, len(outputs) - 0.3)
        reach = max(target or 0.0, *(np.abs(ends).max() for ends in (low, high, *found))) or 1.0
        axes.set_ylim(-1.06 * reach, 1.06 * reach)
        axes.set_xlabel("output")
        axes.set_ylabel("error")
        return _svg(figure, "p1", "Error of each output: claimed interval, measured errors and target")


def layer_errors(layers: Sequence[dict[str, Any]]) -> Markup:
    """Claimed and measured largest error of every layer."""
    claimed = [layer["bound"] for layer in layers]
    found = [layer["measured_max_error"] for layer in layers]
    top = max(claimed + [value for value in found if value is not None]) or 1.0
    with _style():
        figure, (axes,) = _figure(min(3.0, 0.9 + 0.55 * len(layers)) if len(layers) <= 5 else 0.9 + 0.42 * len(layers))
        places = range(len(layers))
        axes.barh(places, claimed, 0.62, color=CLAIM)
        for place, claim, value in zip(places, claimed, found, strict=True):
            text = "not measured"
            if value is not None:
                axes.barh([place], [value], 0.3, color=BROKEN if outside(0.0, value, -claim, claim) else FOUND)
                text = f"{significant(value)} of {significant(claim, 4, ROUND_CEILING)}"
            axes.text(max(claim, value or 0.0) + 0.015 * top, place, text, va="center", fontsize=9)
        axes.set_yticks(places, [short(layer["name"]) for layer in layers])
        axes.set_xlim(0, 1.3 * top)
        axes.set_ylim(len(layers) - 0.5, -0.5)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("largest absolute error")
        return _svg(figure, "p2", "Largest error of each layer: claimed and measured")


def histogram(layers: Sequence[dict[str, Any]], key: str, label: str) -> Markup:
    """Share of the synapses at each value, one row per layer, all rows on one scale.

    `key` is ``bit_widths`` or ``lengths``, and some layer has a count; `label` is that of the horizontal axis.
    """
    values = categories(layers, key)
    counts = np.array([[layer[key].get(str(value), 0) for value in values] for layer in layers], dtype=float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    with _style():
        figure, rows = _figure(0.55 + 0.85 * len(layers), len(layers))
        for axes, layer, number, share in zip(rows, layers, counts, shares, strict=True):
            axes.bar(np.arange(len(values)), share, 0.78, color=FOUND)
            axes.set_ylim(0, 1.3 * shares.max() or 1.0)
            axes.set_yticks([])
            axes.spines["left"].set_visible(False)
            axes.set_title(short(layer["name"], 40), loc="left", fontsize=9.5, color=INK, pad=2)
            axes.set_xlim(-0.6, len(values) - 0.4)
            axes.set_xticks([])
            if len(values) <= MAX_COUNTS:
                for place, (size, height) in enumerate(zip(number, share, strict=True)):
                    if size:
                        axes.text(place, height + 0.03 * shares.max(), count(size), ha="center", fontsize=8)
        step = -(-len(values) // MAX_COUNTS)
        rows[-1].set_xticks(np.arange(len(values))[::step], [str(value) for value in values[::step]])
        rows[-1].set_xlabel(label)
        return _svg(figure, f"p-{key.replace('_', '-')}", f"Synapses of each layer by {label}")


def categories(layers: Sequence[dict[str, Any]], key: str) -> list[int]:
    """Values that a histogram shows, ascending: all widths, or powers of two, from the least to the greatest used."""
    used = sorted({int(value) for layer in layers for value, number in layer[key].items() if number})
    if not used:
        return []
    if key == "bit_widths" and used[-1] - used[0] < 64:
        return list(range(used[0], used[-1] + 1))
    if all(value & (value - 1) == 0 for value in used):
        return [1 << power for power in range(used[0].bit_length() - 1, used[-1].bit_length())]
    return used


def short(name: str, length: int = 16) -> str:
    """A name that fits beside an axis; its ends tell more than its middle."""
    head = length // 2 - 1
    return name if len(name) <= length else f"{name[:head]}…{name[head + 1 - length :]}"


def _style() -> Any:
    """Settings for one plot, whatever the user's own are."""
    return style.context(_SETTINGS, after_reset=True)


def _figure(height: float, rows: int = 1) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(WIDTH, height), layout=ConstrainedLayoutEngine(h_pad=0.06))
    axes = figure.subplots(rows, 1, squeeze=False)[:, 0]
    return figure, list(axes)


def _svg(figure: Figure, prefix: str, label: str) -> Markup:
    """A figure as an element for HTML: no ids but those that are used, prefixed; no namespaces, no metadata."""
    buffer = io.StringIO()
    with warnings.catch_warnings():
        # The page's font is used, which may well have the glyphs that matplotlib's has not.
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        FigureCanvasSVG(figure).print_svg(buffer, metadata=metadata)
    root = ElementTree.fromstring(buffer.getvalue())
    for parent in list(root.iter()):
        for child in [c for c in parent if _local(c.tag) in ("metadata", "style")]:
            parent.remove(child)
    referred = set(re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", buffer.getvalue()))
    for element in root.iter():
        element.tag = _local(element.tag)
        element.tail = None
        if element.tag != "text" and element.text is not None and not element.text.strip():
            element.text = None
        attributes = {_local(name): value for name, value in element.attrib.items()}
        if attributes.get("id") not in referred:
            attributes.pop("id", None)
        element.attrib = {name: _value(name, value, prefix) for name, value in attributes.items()}
    _prune(root)
    size = root.attrib["viewBox"].split()
    root.attrib = {"class": "plot", "viewBox": root.attrib["viewBox"], "role": "img", "aria-label": label}
    root.attrib |= {"width": size[2], "height": size[3]}
    return Markup(ElementTree.tostring(root, encoding="unicode", short_empty_elements=False))


def _prune(element: ElementTree.Element) -> None:
    """Drop groups that hold nothing."""
    for child in list(element):
        _prune(child)
        if child.tag in ("g", "defs") and not len(child):
            element.remove(child)


def _local(name: str) -> str:
    return name.rsplit("}", 1)[-1]


def _value(name: str, value: str, prefix: str) -> str:
    """An attribute's value with prefixed ids, CSS variables for colours and no font but its size."""
    if name == "id":
        return f"{prefix}-{value}"
    if name == "href":
        return f"#{prefix}-{value[1:]}"
    value = value.replace("url(#", f"url(#{prefix}-")
    if name == "style":
        value = re.sub(r"font-family: [^;]*(; |$)", "", value)
        value = re.sub(r"font: [^;]*?([\d.]+px)[^;]*", r"font-size: \1", value)
    for colour, variable in VARIABLES.items():
        value = value.replace(colour, f"var({variable})")
    return value
