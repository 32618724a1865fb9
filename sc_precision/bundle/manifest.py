# SPDX-License-Identifier: Apache-2.0
"""Manifest of a bundle: its schema, how it is written, how a bundle is opened and checked against it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from sc_precision.arguments import show
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.params.kind import kind_named
from sc_precision.plan.result import NetworkPlan
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.version import __version__

BUNDLE_SCHEMA = "sc_precision.bundle.v1"
"""Id of the schema, in ``manifest.schema.json``."""
MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 1 << 26
GENERATED = ("hdl", "formal", "sim")
"""The folders of a bundle that are the same bytes for the same inputs."""


@cache
def manifest_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the manifest."""
    text = package_files("sc_precision.bundle").joinpath("manifest.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def check_manifest(manifest: object) -> dict[str, Any]:
    """Return a manifest that keeps the schema.

    Raises
    ------
    InputError
        If it does not.
    """
    error = best_match(Draft202012Validator(manifest_schema()).iter_errors(manifest))
    if error is not None:
        where = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in error.absolute_path)[1:]
        message = error.message if len(error.message) <= 150 else f"{error.message[:147]}..."
        raise InputError(f"{MANIFEST}: {show(where) if where else 'the whole'}: {' '.join(message.split())}")
    checked: dict[str, Any] = dict(manifest)  # type: ignore[call-overload]  # the schema says it is an object
    for layer in checked["plan"]["layers"]:
        try:
            kind_named(layer["hardware"]["kind"])
        except InputError as unknown:
            raise InputError(f"{MANIFEST}: layer {layer['name']}: {unknown}") from None
    return checked


def make_manifest(
    plan: NetworkPlan, lemmas: Sequence[Lemma], vectors: Mapping[str, Any], files: Mapping[str, bytes]
) -> dict[str, Any]:
    """Describe a bundle; ConsistencyError if the result breaks the schema.

    `vectors` are ``count``, ``labelled`` and ``source`` of the simulation's vectors; `files` the content of every other
    file of the bundle, by its relative name.
    """
    manifest = {
        "schema": BUNDLE_SCHEMA,
        "generator": {"name": "sc-precision", "version": __version__},
        "name": plan.name,
        "plan": plan.to_dict(),
        "vectors": dict(vectors),
        "lemmas": [lemma.to_dict() for lemma in lemmas],
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in sorted(files.items())
        },
    }
    try:
        return check_manifest(json.loads(json.dumps(manifest)))
    except InputError as error:
        raise ConsistencyError(f"the manifest breaks its own schema: {error}") from None


def is_bundle(folder: Path) -> bool:
    """Whether a folder holds a bundle that this package wrote, of whatever version."""
    try:
        path = folder / MANIFEST
        if path.stat().st_size > MAX_MANIFEST_BYTES:
            return False
        schema = json.loads(path.read_text(encoding="utf-8"))["schema"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return False
    return isinstance(schema, str) and schema.startswith("sc_precision.bundle.")


@dataclass(frozen=True, eq=False)
class ManifestFolder:
    """A folder on disk, absolute, whose files are those that its manifest lists.

    `digest` is the SHA-256 of the manifest, and so of everything that it covers.
    """

    folder: Path
    manifest: dict[str, Any]
    digest: str

    @property
    def hdl(self) -> list[Path]:
        """The Verilog files, by name."""
        return sorted(self.folder / name for name in self.manifest["files"] if name.endswith(".v") and _in(name, "hdl"))

    def texts(self, folder: str) -> dict[str, str]:
        """Text of the files of one of the folders, by their names relative to it."""
        names = [name for name in self.manifest["files"] if _in(name, folder) and not name.endswith(".npz")]
        return {
            name.removeprefix(f"{folder}/"): (self.folder / name).read_text(encoding="utf-8") for name in sorted(names)
        }


@dataclass(frozen=True, eq=False)
class Bundle(ManifestFolder):
    """A bundle; see `open_bundle`."""

    @property
    def name(self) -> str:
        """Top module."""
        return str(self.manifest["name"])

    def plan(self) -> NetworkPlan:
        """The plan, its hardware and bounds derived again.

        Raises
        ------
        ConsistencyError
            If it is not the plan that the manifest describes.
        """
        plan = NetworkPlan.load(self.folder / "plan.npz")
        if plan.hash != self.manifest["plan"]["plan_hash"]:
            raise ConsistencyError(f"{self.folder}: plan.npz is not the plan of {MANIFEST}; emit the bundle again")
        return plan


def open_bundle(folder: str | os.PathLike[str]) -> Bundle:
    """Open a bundle.

    Raises
    ------
    InputError
        If there is none, its manifest breaks the schema, or one of its files is missing or was changed.
    """
    path, manifest, digest = read_folder(
        folder, check_manifest, "bundle", "a folder that build or emit wrote", "emit the bundle again"
    )
    return Bundle(path, manifest, digest)


def read_folder(
    folder: str | os.PathLike[str],
    check: Callable[[object], dict[str, Any]],
    what: str,
    expected: str,
    again: str,
) -> tuple[Path, dict[str, Any], str]:
    """Read a folder's manifest, and compare the files with it; errors as in `open_bundle`.

    `check` makes of JSON a manifest that keeps its schema, or raises InputError. For errors, `what` says what the
    folder is, `expected` what to give instead, `again` how to mend it. Returns the absolute folder, the manifest and
    its SHA-256.
    """
    path = Path(os.path.abspath(folder))
    try:
        file = path / MANIFEST
        if file.stat().st_size > MAX_MANIFEST_BYTES:
            raise InputError(f"{file}: larger than {MAX_MANIFEST_BYTES} bytes; this is no {what}")
        content = file.read_bytes()
        manifest = check(json.loads(content))
        # From the disk's names to the manifest's, never the other way: a manifest's name is not used as a path.
        there = {each.relative_to(path).as_posix(): each for each in _candidates(path)}
        for name, entry in manifest["files"].items():
            if name not in there:
                raise InputError(f"{path}: {show(name)} is missing; {again}")
            if hashlib.sha256(there[name].read_bytes()).hexdigest() != entry["sha256"]:
                raise InputError(f"{path}: {show(name)} is not the file that {MANIFEST} lists, it was changed; {again}")
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{path}: no {what} can be read there ({reason}); give {expected}") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: {MANIFEST} is no JSON ({show(str(error))})") from None
    return path, manifest, hashlib.sha256(content).hexdigest()


def _candidates(path: Path) -> list[Path]:
    found = [each for each in path.iterdir() if each.is_file()]
    for folder in GENERATED:
        found += [each for each in (path / folder).rglob("*") if each.is_file()]
    return found


def _in(name: str, folder: str) -> bool:
    return name.startswith(f"{folder}/")
