# SPDX-License-Identifier: Apache-2.0
"""Reading a plan of whatever kind."""

from __future__ import annotations

import os

from sc_precision.importers.arrays import read_arrays
from sc_precision.plan.network_file import plan_rule
from sc_precision.plan.result import NetworkPlan
from sc_precision.plan.statistical_plan import STATISTICAL_PLAN_SCHEMA, StatisticalPlan


def load_plan(path: str | os.PathLike[str]) -> NetworkPlan | StatisticalPlan:
    """Read a plan of either kind; see `NetworkPlan.load` and `StatisticalPlan.load`."""
    meta = read_arrays(path, plan_rule, "those of plans").get("meta")
    if meta is not None and STATISTICAL_PLAN_SCHEMA.encode() in meta.tobytes():
        return StatisticalPlan.load(path)
    return NetworkPlan.load(path)
