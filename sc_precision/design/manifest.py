# SPDX-License-Identifier: Apache-2.0
"""Manifest of a design on disk: its schema, and how it is made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from sc_precision.arguments import show
from sc_precision.errors import ConsistencyError, InputError
from sc_precision.params.kind import kind_named
from sc_precision.version import __version__

if TYPE_CHECKING:
    from sc_precision.properties.checker.lemma import Lemma

MANIFEST = "manifest.json"
MANIFEST_SCHEMA = "sc_precision.manifest.v2"
"""Id of the schema, in ``manifest.schema.json``."""
PLAN_KIND = "network_plan_v1"
"""`kind` of the manifest of a bundle."""
DENSE_KIND = "dense_network_v1"
DESIGN_KINDS = (DENSE_KIND, "adaptive_precision_v1", "adaptive_network_v1")
"""`kind` of the manifests of what is compiled without a plan, or of two."""


@cache
def manifest_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of manifests."""
    text = package_files("sc_precision.design").joinpath("manifest.schema.json").read_text(encoding="utf-8")
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
    for layer in checked["plan"]["layers"] if checked["kind"] == PLAN_KIND else ():
        try:
            kind_named(layer["hardware"]["kind"])
        except InputError as unknown:
            raise InputError(f"{MANIFEST}: layer {layer['name']}: {unknown}") from None
    return checked


def make_manifest(
    description: Mapping[str, Any],
    files: Mapping[str, Mapping[str, Any]],
    vectors: Mapping[str, Any],
    lemmas: Sequence[Lemma] = (),
    not_proven: Sequence[str] = (),
) -> dict[str, Any]:
    """Describe a folder; ConsistencyError if the result breaks the schema.

    `description` is what the design says of itself: ``kind``, ``module_name`` and what goes with the kind. `files` are
    hash and size of every other file, as `write_files` returns them; `vectors` are ``count``, ``labelled`` and
    ``source`` of the simulation's vectors.
    """
    manifest = dict(description) | {
        "schema": MANIFEST_SCHEMA,
        "generator": {"name": "sc-precision", "version": __version__},
        "vectors": dict(vectors),
        "lemmas": [lemma.to_dict() for lemma in lemmas],
        "assumed": list(dict.fromkeys(words for lemma in lemmas for words in lemma.environment)),
        "not_proven": list(not_proven),
        "files": dict(files),
    }
    try:
        return check_manifest(json.loads(json.dumps(manifest)))
    except InputError as error:
        raise ConsistencyError(f"the manifest breaks its own schema: {error}") from None
