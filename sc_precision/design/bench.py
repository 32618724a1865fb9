# SPDX-License-Identifier: Apache-2.0
"""The files in ``sim/``: a cocotb bench of the package's own and a Makefile that runs it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files as package_files

from jinja2 import Environment, PackageLoader, StrictUndefined

from sc_precision.version import __version__


def bench_texts(name: str, benches: Sequence[str], command: str, origin: str) -> dict[str, str]:
    """Files of the bench of a design, by their names in ``sim/``.

    The first of `benches`, files of `sc_precision.bench`, holds the tests and becomes ``test_<name>.py``. `command` and
    `origin` are what the Makefile says that it was made with, and of.
    """
    folder = package_files("sc_precision.bench")
    names = {bench: bench for bench in benches} | {benches[0]: f"test_{name}.py"}
    texts = {own: folder.joinpath(bench).read_text(encoding="utf-8") for bench, own in names.items()}
    environment = Environment(
        loader=PackageLoader("sc_precision.design"),
        autoescape=False,  # a Makefile; the only name in it is a checked identifier
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    template = environment.get_template("Makefile.j2")
    return texts | {"Makefile": template.render(name=name, version=__version__, command=command, origin=origin)}
