# SPDX-License-Identifier: Apache-2.0
"""Designs on disk: a folder is opened and compared with its manifest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sc_precision.arguments import show
from sc_precision.design.manifest import MANIFEST, MANIFEST_SCHEMA, PLAN_KIND, check_manifest
from sc_precision.errors import InputError
from sc_precision.files import read_regular
from sc_precision.tools.verilog_source import check_sources

GENERATED = ("hdl", "formal", "sim")
"""The folders that are the same bytes for the same inputs."""
COUNTEREXAMPLES = "formal/counterexamples"
"""Where counterexamples lie; they are no part of the design."""
_MAX_BYTES = 1 << 26


def holds(folder: Path, kinds: Collection[str]) -> bool:
    """Whether a folder holds a design of one of some kinds that this package wrote, in whatever version."""
    path = folder / MANIFEST
    try:
        if path.is_symlink():
            return False
        manifest = json.loads(read_regular(path, _MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and isinstance(manifest.get("files"), dict) and _kind(manifest) in kinds


def _kind(manifest: Mapping[str, Any]) -> object:
    """The kind of design; bundles of the first version did not state one."""
    kind = manifest.get("kind")
    return PLAN_KIND if kind is None and manifest.get("schema") == "sc_precision.bundle.v1" else kind


@dataclass(frozen=True, eq=False)
class ManifestFolder:
    """A folder on disk, absolute, whose files are those that its manifest lists.

    `digest` is the SHA-256 of the manifest, and so of everything that it covers.
    """

    folder: Path
    manifest: dict[str, Any]
    digest: str

    @property
    def name(self) -> str:
        """Top module."""
        return str(self.manifest["module_name"])

    @property
    def hdl(self) -> list[Path]:
        """The Verilog files, by name."""
        return sorted(self.folder / name for name in self.manifest["files"] if name.endswith(".v") and _in(name, "hdl"))

    def check_verilog(self) -> None:
        """Refuse Verilog in ``hdl/`` that says anything but what the design is, see `check_sources`."""
        try:
            texts = {f"hdl/{path.name}": path.read_text(encoding="utf-8") for path in self.hdl}
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{self.folder}: hdl/ cannot be read as text ({show(str(error))})") from None
        try:
            check_sources(texts)
        except InputError as found:
            raise InputError(f"{self.folder}: {found}") from None

    def texts(self, folder: str) -> dict[str, str]:
        """Text of the files of one of the folders, by their names relative to it."""
        names = [name for name in self.manifest["files"] if _in(name, folder) and not name.endswith(".npz")]
        return {
            name.removeprefix(f"{folder}/"): (self.folder / name).read_text(encoding="utf-8") for name in sorted(names)
        }


@dataclass(frozen=True)
class FolderType:
    """A sort of folder: its name, what `kind` in the manifest may be, and the words of errors.

    They say what to give instead of something else, and how to mend a folder that was changed or is another version's.
    """

    what: str
    kinds: Sequence[str]
    expected: str
    again: str

    def read(self, folder: str | os.PathLike[str]) -> ManifestFolder:
        """Read a folder's manifest, and compare the files with it.

        Raises InputError if there is none, it is another version's, it breaks the schema, a file is missing, was
        changed or is not listed, or the Verilog says what programs read differently, see `check_sources`.
        """
        path = Path(os.path.abspath(folder))
        try:
            file = path / MANIFEST
            content = read_regular(file, _MAX_BYTES)
            manifest = self._checked(path, json.loads(content))
            self._compare(path, manifest["files"])
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"{path}: no {self.what} can be read there ({reason}); give {self.expected}") from None
        except (ValueError, RecursionError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"{path}: {MANIFEST} is no JSON ({show(str(error))})") from None
        found = ManifestFolder(path, manifest, hashlib.sha256(content).hexdigest())
        found.check_verilog()
        return found

    def _checked(self, path: Path, manifest: object) -> dict[str, Any]:
        """The manifest, if it is of this sort and version and keeps the schema."""
        if isinstance(manifest, dict):
            kind, schema = _kind(manifest), manifest.get("schema", "none")
            if kind not in self.kinds:
                raise InputError(f"{path}: {MANIFEST} is of no {self.what}, kind {show(kind)}; give {self.expected}")
            if schema != MANIFEST_SCHEMA:
                raise InputError(
                    f"{path}: written by another version, schema {show(schema)} where this one has "
                    f"{MANIFEST_SCHEMA!r}; {self.again}"
                )
        return check_manifest(manifest)

    def _compare(self, path: Path, files: Mapping[str, Mapping[str, Any]]) -> None:
        # From the disk's names to the manifest's, never the other way: a manifest's name is not used as a path.
        there = {each.relative_to(path).as_posix(): each for each in _candidates(path)}
        for name, entry in files.items():
            if name not in there:
                raise InputError(f"{path}: {show(name)} is missing; {self.again}")
            if hashlib.sha256(there[name].read_bytes()).hexdigest() != entry["sha256"]:
                raise InputError(
                    f"{path}: {show(name)} is not the file that {MANIFEST} lists, it was changed; {self.again}"
                )
        for name in sorted(there.keys() - files.keys()):
            if "/" in name and not _left_by_a_tool(name, files):
                raise InputError(f"{path}: {show(name)} is not listed in {MANIFEST}; remove it, or {self.again}")


def _left_by_a_tool(name: str, files: Collection[str]) -> bool:
    """Whether a counterexample, a bare ``make`` in ``sim/`` or a bare ``sby`` in ``formal/`` leaves a file so named."""
    if _in(name, COUNTEREXAMPLES):
        return True
    folder, first, *rest = name.split("/")
    if folder == "sim":
        return name == "sim/results.xml" or (bool(rest) and first in ("sim_build", "__pycache__"))
    words = first.split("_")
    lemmas = ("_".join(words[:count]) for count in range(1, len(words) + 1))
    return folder == "formal" and bool(rest) and any(f"formal/{lemma}.sby" in files for lemma in lemmas)


def _candidates(path: Path) -> list[Path]:
    found = [each for each in path.iterdir() if each.is_file()]
    for folder in GENERATED:
        found += [each for each in (path / folder).rglob("*") if each.is_file()]
    return found


def _in(name: str, folder: str) -> bool:
    return name.startswith(f"{folder}/")
