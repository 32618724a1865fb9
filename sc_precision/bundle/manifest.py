# SPDX-License-Identifier: Apache-2.0
"""A bundle on disk: a design with the plan that it was compiled from."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sc_precision.arguments import show
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
            If it is not, number for number, the plan that the manifest describes.
        """
        return self._plan

    @cached_property
    def _plan(self) -> NetworkPlan:
        plan = NetworkPlan.load(self.folder / "plan.npz")
        self.check_plan(plan)
        return plan

    def check_plan(self, plan: NetworkPlan) -> None:
        """Raise ConsistencyError where the manifest says another thing than a plan, with the field."""
        if plan.hash != self.manifest["plan"]["plan_hash"]:
            raise ConsistencyError(f"{self.folder}: plan.npz is not the plan of {MANIFEST}; emit the bundle again")
        derived = {"module_name": plan.name, "plan": json.loads(json.dumps(plan.to_dict()))}
        stated = {key: self.manifest[key] for key in derived}
        found = _difference(stated, derived)
        if found is not None:
            field, said, right = found
            raise ConsistencyError(
                f"{self.folder}: {MANIFEST}: {field} is {show(said)}, by plan.npz {show(right)}; emit the bundle again"
            )


def _difference(stated: object, derived: object, field: str = "") -> tuple[str, object, object] | None:
    """The first field in which two JSON documents differ, with both values; None where they are the same."""
    if isinstance(stated, dict) and isinstance(derived, dict):
        pairs = [(f"{field}.{key}".lstrip("."), stated.get(key), derived.get(key)) for key in derived | stated]
    elif isinstance(stated, list) and isinstance(derived, list) and len(stated) == len(derived):
        both = enumerate(zip(stated, derived, strict=True))
        pairs = [(f"{field}[{index}]", one, other) for index, (one, other) in both]
    else:
        return None if type(stated) is type(derived) and stated == derived else (field, stated, derived)
    return next((found for name, one, other in pairs if (found := _difference(one, other, name)) is not None), None)


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
