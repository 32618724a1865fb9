# SPDX-License-Identifier: Apache-2.0
"""``sc-precision tools``: the programs that are called."""

from __future__ import annotations

from sc_precision.commands.outcome import NotPassedError
from sc_precision.console import tool_lines


def tools() -> None:
    """List the programs that are called, their versions, and how to install what is missing."""
    lines, missing = tool_lines()
    print("\n".join(lines))
    if missing:
        raise NotPassedError(f"{', '.join(missing)} missing; see above how to install")
