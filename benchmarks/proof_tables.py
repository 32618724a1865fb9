# SPDX-License-Identifier: Apache-2.0
"""Tables of the documentation from what `proofs.py` measured.

python benchmarks/proof_tables.py benchmarks/proofs.json --docs docs/formal.md
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- proof times: made by benchmarks/proof_tables.py -->", "<!-- end of proof times -->"
Row = Mapping[str, Any]


def seconds(value: float | None) -> str:
    """Two digits; a dash where it was not decided."""
    if value is None:
        return "-"
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 10 else f"{value:.0f}"


def summed(rows: Sequence[Row]) -> float | None:
    """Seconds of all these proofs, None where one was not decided."""
    times = [row["seconds"] for row in rows]
    return None if not times or None in times else sum(times)


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def by_size(document: Mapping[str, Any]) -> list[str]:
    """Seconds of all lemmas of each size, each with the engine that it names first, and their growth."""
    lines = [_line(["hardware", "size: lemmas, seconds", "growth"]), "|---|---|---|"]
    exponents = {each["series"]: each for each in document["growth"]}
    for series in dict.fromkeys(row["series"] for row in document["rows"]):
        rows = [row for row in document["rows"] if row["series"] == series and row["first_choice"]]
        sizes = []
        for label in dict.fromkeys(row["label"] for row in rows):
            own = [row for row in rows if row["label"] == label]
            sizes.append(f"{label}: {len(own)}, {seconds(summed(own))}")
        over, exponent = exponents[series]["over"].replace("_", " "), exponents[series]["exponent"]
        lines.append(
            _line([series, "<br>".join(sizes), "" if exponent is None else f"{over}^{round(exponent, 1) + 0.0}"])
        )
    return lines


def by_engine(document: Mapping[str, Any]) -> list[str]:
    """Seconds of each kind of lemma with each engine, where all were tried."""
    engines = document["engines"]
    lines = [_line(["hardware", "lemma", *engines]), "|---|---|" + "---|" * len(engines)]
    seen: set[tuple[str, str]] = set()
    for row in document["rows"]:
        architecture, label = row["size"]["architecture"], row["label"]
        own = [r for r in document["rows"] if r["series"] == row["series"] and r["label"] == label]
        own = [r for r in own if r["size"]["architecture"] == architecture]
        if (architecture, label) in seen or not set(engines) <= {r["engine"] for r in own}:
            continue
        seen.add((architecture, label))
        for kind in dict.fromkeys(r["kind"] for r in own):
            cells = []
            for engine in engines:
                found = [r for r in own if r["kind"] == kind and r["engine"] == engine]
                text = seconds(summed(found))
                cells.append(f"**{text}**" if any(r["first_choice"] for r in found) else text)
            lines.append(_line([f"{architecture}, {label}", kind, *cells]))
    return lines


def by_rate(document: Mapping[str, Any]) -> list[str]:
    """Tasks per second of wall time."""
    lines = [_line(["layer", "at once", "tasks", "seconds", "tasks a second"]), "|---|---|---|---|---|"]
    for rate in document["rates"]:
        label = f"{rate['size']['architecture']}, {rate['label']}"
        speed = f"{rate['tasks'] / rate['seconds']:.1f}"
        lines.append(_line([label, rate["jobs"], rate["tasks"], seconds(rate["seconds"]), speed]))
    return lines


def tables(document: Mapping[str, Any]) -> str:
    """All that is shown, as Markdown."""
    machine = document["machine"]
    tools = ", ".join(f"{name} {version}" for name, version in machine["tools"].items() if name != "toolchain")
    runs = min(row["runs"] for row in document["rows"] if row["verdict"] == "PASS")
    load = f"{machine['load_average'][0]:.1f} before and {machine['load_average_after'][0]:.1f} after"
    return "\n".join(
        [
            f"Measured on {machine['cpu']}, {machine['cores']} cores, load average {load}, median of {runs}; "
            f"Python {machine['python']}, {tools}.",
            "",
            "CPU seconds of all lemmas about one layer with one output, or one multiplier, each with its first engine:",
            "",
            *by_size(document),
            "",
            "CPU seconds by engine, the first choice in bold; a dash is undecided within "
            f"{document['limit_seconds']:g} s of wall time:",
            "",
            *by_engine(document),
            "",
            "Proofs and covers of a layer together, wall time:",
            "",
            *by_rate(document),
        ]
    )


def replace_tables(page: Path, document: Mapping[str, Any]) -> None:
    """Put the tables between the marks of a page."""
    text = page.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise SystemExit(f"{page}: needs the lines {BEGIN!r} and {END!r}, in this order and once")
    head, tail = text.partition(BEGIN)[0], text.partition(END)[2]
    page.write_text(f"{head}{BEGIN}\n{tables(document)}\n{END}{tail}", encoding="utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])  # type: ignore[union-attr]
    parser.add_argument("results", type=Path, help="JSON file that proofs.py wrote")
    parser.add_argument("--docs", type=Path, help="page whose tables are replaced")
    arguments = parser.parse_args()
    document = json.loads(arguments.results.read_text(encoding="utf-8"))
    print(tables(document))
    if arguments.docs:
        replace_tables(arguments.docs, document)


if __name__ == "__main__":
    main()
