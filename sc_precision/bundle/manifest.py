# SPDX-License-Identifier: Apache-2.0
"""A bundle on disk: a design with the plan that it was compiled from."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sc_precision.design.folder import FolderType, ManifestFolder, holds
from sc_precision.design.manifest import MANIFEST, PLAN_KIND
from sc_precision.errors import ConsistencyError
from sc_precision.plan.result import NetworkPlan

_BUNDLE = FolderType("bundle", (PLAN_KIND,), "a folder that build or emit wrote", "emit the bundle again")


def is_bundle(folder: Path) -> bool:
    """Whether a folder holds a bundle that this package wrote, of whatever version."""
    return holds(folder, (PLAN_KIND,))


@dataclass(frozen=True, eq=False)
class Bundle(ManifestFolder):
    """A bundle; see `open_bundle`."""

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
        If there is none, another version wrote it, its manifest breaks the schema, or one of its files is missing or
        was changed.
    """
    found = _BUNDLE.read(folder)
    return Bundle(found.folder, found.manifest, found.digest)
