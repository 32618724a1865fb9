# SPDX-License-Identifier: Apache-2.0
"""Answers of proofs by the hash of everything they depend on.

Only ``PASS`` and ``FAIL`` are kept: what is unknown or went wrong is asked again. An entry is a JSON file
that carries its key and its own hash, which covers the key, with the traces of the proof in a folder beside
it; one that is damaged in any way, or was copied from another key, counts as not there.
"""

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sc_precision.errors import InputError
from sc_precision.files import swapping
from sc_precision.tools.sby import Attempt, FailedProperty, ProofResult, ProofTask, Verdict
from sc_precision.tools.sby_config import SbyConfig
from sc_precision.tools.verilog_source import reads_files
from sc_precision.tools.workfolder import io_errors

_SCHEMA = "sc_precision.proof/2"  # part of the key: change it when what a verdict means changes

_VERILOG = (".v", ".sv", ".vh", ".svh")


def proof_key(task: ProofTask, versions: Mapping[str, str]) -> str | None:
    """SHA-256 of all that the answer depends on, the versions of programs included.

    The task's name and time limit are not part of it: a decided answer does not depend on them. None if the script or
    the Verilog may read files that ``[files]`` does not name, so that no hash can cover them; InputError if a file
    cannot be read.
    """
    config = SbyConfig.read(Path(task.sby_file))
    if not config.is_closed():
        return None
    digest = hashlib.sha256()
    parts = [_SCHEMA, config.text, task.task or "", *task.engines, *(f"{k}={v}" for k, v in versions.items())]
    digest.update(json.dumps(parts).encode())
    for path in [*config.source_files(), *map(Path, task.files)]:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(f"proof {task.name}: {path}: {error.strerror or error}") from error
        if path.suffix in _VERILOG and reads_files(content.decode(errors="replace")):
            return None
        digest.update(f"\0{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


class ProofCache:
    """A folder of answers, made if it does not exist; several runs may share it."""

    def __init__(self, folder: Path):
        self._folder = folder.absolute()

    def load(self, key: str, name: str) -> ProofResult | None:
        """The answer under a key, for a task of this name; None if there is none or it is damaged."""
        try:
            document = json.loads((self._folder / f"{key}.json").read_text("utf-8"))
            entry = document["entry"]
            if document["sha256"] != _hash(entry) or entry["key"] != key:
                return None
            result = _from_json(entry["result"], self._folder / key)
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None
        if not result.verdict.decided or not all(path.is_file() for path in result.traces):
            return None
        return dataclasses.replace(result, name=name, cached=True)

    def store(self, key: str, result: ProofResult) -> ProofResult:
        """Keep an answer if it is one, and return it with its traces where the cache keeps them.

        Raises ToolError if the folder cannot be written.
        """
        if not result.verdict.decided:
            return result
        with io_errors(f"proof cache {self._folder}"):
            self._folder.mkdir(parents=True, exist_ok=True)
            kept = self._keep_traces(key, result)
            body = {name: value for name, value in kept.to_json().items() if name != "cached"}
            entry = {"schema": _SCHEMA, "key": key, "result": body}
            document = {"sha256": _hash(entry), "entry": entry}
            with swapping(self._folder / f"{key}.json") as temporary:
                temporary.write_text(json.dumps(document, indent=1, sort_keys=True), "utf-8")
        return kept

    def _keep_traces(self, key: str, result: ProofResult) -> ProofResult:
        if not result.traces:
            return result
        folder = self._folder / key
        folder.mkdir(exist_ok=True)
        kept = []
        for index, path in enumerate(result.traces):
            target = folder / f"{index}_{path.name}"
            with swapping(target) as temporary:
                shutil.copyfile(path, temporary)
            kept.append(target)
        return dataclasses.replace(result, traces=tuple(kept))


def _hash(entry: Any) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def _from_json(body: Mapping[str, Any], folder: Path) -> ProofResult:
    attempts = (Attempt(**{**item, "verdict": Verdict(item["verdict"])}) for item in body["attempts"])
    parts = {
        "verdict": Verdict(body["verdict"]),
        "failed": tuple(FailedProperty(**item) for item in body["failed"]),
        "traces": tuple(folder / name for name in body["traces"]),
        "attempts": tuple(attempts),
    }
    return ProofResult(**{**body, **parts})
