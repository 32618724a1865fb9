# SPDX-License-Identifier: Apache-2.0
"""Module names on the command line."""

from __future__ import annotations

from pathlib import Path

from sc_precision.errors import InputError
from sc_precision.verilog import check_module_name


def module_name(name: str | None, network: Path) -> str:
    """Module name: as given, or the file's."""
    if name is not None:
        return check_module_name(name, "--name")
    try:
        return check_module_name(network.name.partition(".")[0])
    except InputError as error:
        raise InputError(f"{error}; give one with --name") from None
