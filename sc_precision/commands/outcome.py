# SPDX-License-Identifier: Apache-2.0
"""What a command raises where something ran and did not pass."""

from __future__ import annotations

from collections.abc import Sequence

from sc_precision.errors import ScPrecisionError
from sc_precision.problems import Problem, Step


class NotPassedError(ScPrecisionError):
    """Something ran and did not pass."""

    exit_status = 1


def refuse(problems: Sequence[Problem], *steps: Step) -> None:
    """Raise NotPassedError where there are problems; with `steps`, those of these steps alone count."""
    found = [problem.text for problem in problems if not steps or problem.step in steps]
    if found:
        raise NotPassedError("; ".join(found))
