# SPDX-License-Identifier: Apache-2.0
"""What was run on a bundle: one JSON file per kind of run in ``results/``, apart from the files that never change.

Each file states the hash of the manifest, and so of all files, that it is about, and its own: results of another build,
and those that were changed, are refused by name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal

from sc_precision.design.folder import ManifestFolder
from sc_precision.errors import InputError
from sc_precision.files import read_regular, write_json

EVIDENCE_SCHEMA = "sc_precision.evidence.v2"
RESULTS = "results"
"""Folder of the evidence in a bundle."""
MAX_EVIDENCE_BYTES = 1 << 26

Kind = Literal["accuracy", "attack", "lint", "simulation", "proofs", "mutations", "sizes"]
KINDS: tuple[Kind, ...] = ("accuracy", "attack", "lint", "simulation", "proofs", "mutations", "sizes")


def write_evidence(bundle: ManifestFolder, kind: Kind, data: Mapping[str, Any]) -> None:
    """Write ``results/<kind>.json``."""
    document = {"schema": EVIDENCE_SCHEMA, "kind": kind, "manifest_sha256": bundle.digest, "data": dict(data)}
    write_json(bundle.folder / RESULTS / f"{kind}.json", document | {"sha256": _hash(document)})


def _hash(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_evidence(bundle: ManifestFolder, kind: Kind) -> dict[str, Any] | None:
    """Read what `write_evidence` wrote about this bundle; None where nothing was run.

    Raises
    ------
    InputError
        If the file is damaged, was changed, or is about another build.
    """
    path = bundle.folder / RESULTS / f"{kind}.json"
    try:
        document = json.loads(read_regular(path, MAX_EVIDENCE_BYTES))
        if document["schema"] != EVIDENCE_SCHEMA or document["kind"] != kind:
            raise InputError(f"{path}: is no {kind} evidence of this version; remove it and run the step again")
        if document.pop("sha256") != _hash(document):
            raise InputError(f"{path}: is damaged, or was changed by hand; remove it and run the step again")
        if document["manifest_sha256"] != bundle.digest:
            raise InputError(f"{path}: is about another bundle; remove it and run the step again")
        return dict(document["data"])
    except FileNotFoundError:
        return None
    except InputError:
        raise
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path}: is damaged ({type(error).__name__}); remove it and run the step again") from None
