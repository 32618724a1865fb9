# SPDX-License-Identifier: Apache-2.0
"""What a command raises where something ran and did not pass."""

from __future__ import annotations

from collections.abc import Sequence

from sc_precision.errors import ScPrecisionError


class NotPassedError(ScPrecisionError):
    """Something ran and did not pass."""

    exit_status = 1


def refuse(problems: Sequence[str]) -> None:
    """Raise NotPassedError where there are problems."""
    if problems:
        raise NotPassedError("; ".join(problems))
