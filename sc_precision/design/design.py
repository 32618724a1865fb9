# SPDX-License-Identifier: Apache-2.0
"""A compiled design: Verilog, manifest and golden model in one object, which writes itself to a folder."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sc_precision.arguments import integer
from sc_precision.design.bench import bench_texts
from sc_precision.design.folder import holds
from sc_precision.design.manifest import DESIGN_KINDS, MANIFEST, make_manifest
from sc_precision.design.vectors import RANDOM_SEED, Arrays, Vectors, random_codes
from sc_precision.files import Content, replacing_folder, write_files, write_json
from sc_precision.params import DenseParams, InputCodes, IntArray
from sc_precision.version import __version__

if TYPE_CHECKING:
    from sc_precision.properties.checker.lemma import Lemma

DEFAULT_VECTORS = 100
"""Random vectors that the bench of a design drives."""
_NO_LEMMAS = ("there are no lemmas about designs of this kind; nothing of it is proven",)


@dataclass(frozen=True, eq=False)
class Design:
    """Verilog with all that belongs to it.

    Parameters
    ----------
    name : str
        The top module.
    files : mapping of str to str
        Verilog files by name.
    description : mapping
        What the manifest says of it; JSON-ready, see `manifest.make_manifest`.
    inputs : InputCodes
        Codes that the design takes.
    n_in : int
        Codes of a vector.
    model : callable
        From input codes, shape (batch, n_in), to the arrays that the bench reads, by name: ``expected`` (the output
        codes), ``output_signed`` and ``cycles_per_vector`` at least.
    benches : tuple of str
        Files of `sc_precision.bench` that the bench is made of; the first one holds the tests.
    lemmas : callable, optional
        From the Verilog files to the lemmas about them; see `bundle.designs.prove_design`.
    not_proven : sequence of str
        What the lemmas do not say, in words, for the manifest.
    networks : sequence of sequences of DenseParams
        Chains of layers in it; counterexamples show their values.
    values : callable, optional
        From input codes, shape (batch, n_in), to JSON-ready values at each layer, one dict per vector; for
        counterexamples about the whole design.
    sources : mapping of str to callable
        What it was compiled from: names of files and functions that write them.
    command, origin : str
        What the files in ``sim/`` say that they were made with, and of; a hash of the description by default.
    """

    name: str
    files: Mapping[str, str]
    description: Mapping[str, Any]
    inputs: InputCodes
    n_in: int
    model: Callable[[object], Arrays]
    benches: tuple[str, ...] = field(default=("network_bench.py",))
    lemmas: Callable[[dict[str, str]], list[Lemma]] | None = None
    not_proven: Sequence[str] = _NO_LEMMAS
    networks: Sequence[Sequence[DenseParams]] = ()
    values: Callable[[IntArray], list[dict[str, Any]]] | None = None
    sources: Mapping[str, Callable[[Path], None]] = field(default_factory=dict)
    command: str = "Design.write"
    origin: str = ""

    @property
    def verilog(self) -> str:
        """All modules in one text, the top first."""
        return "\n".join([self.files[f"{self.name}.v"], *(t for f, t in self.files.items() if f != f"{self.name}.v")])

    @cached_property
    def derived_lemmas(self) -> list[Lemma]:
        """The lemmas about `files`; none where `lemmas` is None."""
        return [] if self.lemmas is None else self.lemmas(dict(self.files))

    @property
    def manifest(self) -> dict[str, Any]:
        """JSON-ready description; a copy."""
        return deepcopy(dict(self.description))

    def golden(self, codes: object) -> IntArray:
        """Output codes that the hardware gives, shape (batch, n_out).

        Parameters
        ----------
        codes : array_like of int, shape (batch, n_in)
            Codes of the input format.

        Raises
        ------
        InputError
            If the codes do not fit.
        """
        return np.asarray(self.model(codes)["expected"])

    def random_codes(self, count: int, seed: int = RANDOM_SEED) -> IntArray:
        """Random input vectors within the planned range, both corners first."""
        return random_codes(self.inputs, self.n_in, count, seed)

    def write(
        self,
        folder: str | os.PathLike[str],
        *,
        codes: object = None,
        labels: object = None,
        vectors: int = DEFAULT_VECTORS,
    ) -> Path:
        """Write ``hdl/``, ``sim/`` (a cocotb bench for a bare ``make``), ``formal/`` and ``manifest.json``.

        Whole or not at all. Where the design has no lemmas, there is no ``formal/``, and the manifest says so.

        The same design and vectors give the same bytes.

        Parameters
        ----------
        folder : path-like
            Absent, empty, or one that this has written.
        codes : array_like of int, shape (batch, n_in), optional
            Vectors that the bench drives; random ones where omitted.
        labels : array_like of int, shape (batch,), optional
            The right output of each, for the accuracy; -1 where unknown.
        vectors : int
            How many random ones; not used with `codes`.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        InputError
            If an argument cannot be used, or the folder holds something else.
        ConsistencyError
            If the lemmas do not add up.
        """
        chosen = self.vectors(codes, labels, vectors)
        with replacing_folder(folder, is_design) as temporary:
            self.write_into(temporary, chosen)
        return Path(folder)

    def write_into(self, folder: Path, vectors: Vectors, more: Mapping[str, str] | None = None) -> None:
        """Write Verilog, lemmas, bench, vectors and sources into an empty folder, and the manifest of them all.

        Parameters
        ----------
        folder : Path
        vectors : Vectors
            Of this design.
        more : mapping of str to str, optional
            Text of further files by their names in the folder.

        Raises
        ------
        InputError
            If a file cannot be written.
        ConsistencyError
            If the lemmas do not add up, or the description breaks the manifest's schema.
        """
        # Amaranth and SciPy are imported with it.
        from sc_precision.properties.checker.formal import formal_texts

        lemmas = self.derived_lemmas
        bench = bench_texts(self.name, self.benches, self.command, self.origin or _origin(self.description))
        files: dict[str, Content] = {"sim/vectors.npz": vectors.write, **self.sources, **(more or {})}
        for part, texts in (("hdl", self.files), ("sim", bench), ("formal", formal_texts(lemmas, self.files))):
            files |= {f"{part}/{name}": text for name, text in texts.items()}
        entries = write_files(folder, files)
        manifest = make_manifest(self.description, entries, vectors.summary(), lemmas, self.not_proven)
        write_json(folder / MANIFEST, manifest)

    def vectors(self, codes: object = None, labels: object = None, count: int = DEFAULT_VECTORS) -> Vectors:
        """What the bench drives and expects; see `write`."""
        if codes is None:
            drawn = self.random_codes(integer("vectors", count, minimum=1))
            return Vectors.of(self.model, drawn, labels, "random", self.name)
        return Vectors.of(self.model, codes, labels, "given", self.name)


def is_design(folder: Path) -> bool:
    """Whether a folder is one that `Design.write` wrote, in whatever version."""
    return holds(folder, DESIGN_KINDS)


def _origin(description: Mapping[str, Any]) -> str:
    """A design by the SHA-256 of its description."""
    text = json.dumps(description, sort_keys=True, separators=(",", ":"))
    return f"Design {hashlib.sha256(text.encode()).hexdigest()}"


def header_lines(made_by: str, description: Mapping[str, Any]) -> list[str]:
    """Comment lines at the top of each Verilog file."""
    return [
        f"Generated by sc-precision {__version__} with: {made_by}",
        _origin(description),
        "Do not edit: compile again instead.",
    ]
