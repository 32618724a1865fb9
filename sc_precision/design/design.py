# SPDX-License-Identifier: Apache-2.0
"""A compiled design: Verilog, manifest and golden model in one object, which writes itself to a folder."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import integer
from sc_precision.design.bench import bench_texts
from sc_precision.errors import InputError
from sc_precision.files import replacing_folder
from sc_precision.importers.arrays import write_arrays
from sc_precision.params import DenseParams, InputCodes, IntArray
from sc_precision.version import __version__

if TYPE_CHECKING:
    from sc_precision.properties.checker.lemma import Lemma

Arrays = dict[str, npt.NDArray[Any]]

DENSE_KIND = "dense_network_v1"
KINDS = (DENSE_KIND, "adaptive_precision_v1", "adaptive_network_v1")
"""What `kind` in a manifest may be."""
MANIFEST = "manifest.json"
DEFAULT_VECTORS = 100
"""Random vectors that the bench of a design drives."""
_MAX_MANIFEST_BYTES = 1 << 26
_SEED = 1
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
        The manifest; JSON-ready.
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

    def random_codes(self, count: int, seed: int = _SEED) -> IntArray:
        """Random input vectors within the planned range, both corners first."""
        rng = np.random.default_rng(seed)
        codes = rng.integers(self.inputs.low, self.inputs.high, (count, self.n_in), endpoint=True)
        codes[:1], codes[1:2] = self.inputs.low, self.inputs.high
        return codes

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
        # Amaranth and SciPy are imported with it.
        from sc_precision.properties.checker.lemma import formal_texts

        arrays = self.vectors(codes, labels, vectors)
        lemmas = self.derived_lemmas
        with replacing_folder(folder, is_design) as temporary:
            texts = {f"hdl/{name}": text for name, text in self.files.items()}
            origin = f"Design {design_hash(self.description)}"
            bench = bench_texts(self.name, self.benches, "Design.write", origin)
            texts |= {f"sim/{name}": text for name, text in bench.items()}
            texts |= {f"formal/{name}": text for name, text in formal_texts(lemmas).items()}
            for name, text in texts.items():
                path = temporary / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
            write_arrays(temporary / "sim" / "vectors.npz", arrays)
            for name, source in self.sources.items():
                source(temporary / name)
            manifest = self.manifest | {
                "generator": f"sc-precision {__version__}",
                "vectors": {"count": len(arrays["inputs"]), "source": "random" if codes is None else "given"},
                "lemmas": [lemma.to_dict() for lemma in lemmas],
                "assumed": list(dict.fromkeys(words for lemma in lemmas for words in lemma.environment)),
                "not_proven": list(self.not_proven),
                "files": {
                    name: {"sha256": hashlib.sha256((temporary / name).read_bytes()).hexdigest()}
                    for name in sorted([*texts, "sim/vectors.npz", *self.sources])
                },
            }
            (temporary / MANIFEST).write_text(
                json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n"
            )
        return Path(folder)

    def vectors(self, codes: object = None, labels: object = None, count: int = DEFAULT_VECTORS) -> Arrays:
        """What the bench reads: inputs, what is expected, labels; see `write`."""
        if codes is None:
            codes = self.random_codes(integer("vectors", count, minimum=1))
        arrays = dict(self.model(codes))
        inputs = np.asarray(codes, dtype=np.int64)
        if not len(inputs):
            raise InputError(f"{self.name}: there are no vectors to simulate; give at least one")
        known = np.full(len(inputs), -1) if labels is None else np.asarray(labels)
        if known.dtype.kind not in "iu" or known.shape != (len(inputs),):
            raise InputError(f"labels must be {len(inputs)} ints, got {known.dtype} of shape {known.shape}")
        # One label for each output frame.
        known = np.repeat(known.astype(np.int64), len(arrays["expected"]) // len(inputs))
        return {"inputs": inputs, "labels": known, **arrays}


@cache
def design_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the manifests of designs."""
    text = package_files("sc_precision.design").joinpath("design.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def design_hash(description: Mapping[str, Any]) -> str:
    """SHA-256 of a manifest."""
    return hashlib.sha256(json.dumps(description, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def is_design(folder: Path) -> bool:
    """Whether a folder is one that `Design.write` wrote."""
    try:
        path = folder / MANIFEST
        if path.is_symlink() or path.stat().st_size > _MAX_MANIFEST_BYTES:
            return False
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and manifest.get("kind") in KINDS and isinstance(manifest.get("files"), dict)


def header_lines(made_by: str, description: Mapping[str, Any]) -> list[str]:
    """Comment lines at the top of each Verilog file."""
    return [
        f"Generated by sc-precision {__version__} with: {made_by}",
        f"Design {design_hash(description)}",
        "Do not edit: compile again instead.",
    ]
