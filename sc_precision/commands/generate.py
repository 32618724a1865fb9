# SPDX-License-Identifier: Apache-2.0
"""``sc-precision generate``: the reference design of a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sc_precision.commands.outcome import NotPassedError
from sc_precision.tools.process import signals_raise


def generate(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 if a file differs.")] = False,
    root: Annotated[Path, typer.Option("--root", metavar="DIR", help="The checkout.")] = Path(),
) -> None:
    """Write the reference design of a checkout: hdl/, formal/ and sim/."""
    from sc_precision.reference import check_reference, write_reference

    with signals_raise():
        changed = check_reference(root) if check else write_reference(root)
    for name in changed:
        print(f"{'differs' if check else 'written'}: {name}")
    if check and changed:
        raise NotPassedError(
            f"{len(changed)} files differ from what this version generates; run 'sc-precision generate' and commit"
        )
    print("the reference design is up to date" if check else f"{len(changed)} files changed")
