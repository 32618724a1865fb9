# SPDX-License-Identifier: Apache-2.0
"""The reference design of a checkout: ``hdl/``, ``formal/`` and ``sim/`` as the tool writes them for a user."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from sc_precision.bundle import emit_bundle
from sc_precision.design.folder import GENERATED
from sc_precision.errors import InputError
from sc_precision.importers import read_network
from sc_precision.modes import Datapath
from sc_precision.plan.network import plan_network

NETWORK = Path("examples") / "digits" / "digits.npz"
"""The network, relative to the checkout."""
NAME, DATAPATH, TARGET_ERROR, VECTORS = "digits", Datapath.FIXED, 0.5, 300
"""What it is planned with."""
# What running `make` in sim/ and `sby -f` in formal/ leaves beside generated files.
_LEFT_BY_TOOLS = {"results.xml", "figures.json"}


def write_reference(root: str | os.PathLike[str] = ".") -> list[str]:
    """Write the reference design of a checkout again.

    Parameters
    ----------
    root : path-like
        The checkout.

    Returns
    -------
    list of str
        The files that changed, were added or were removed; empty where all were as they should be.

    Raises
    ------
    InputError
        If `root` is no checkout or cannot be written.
    """
    base = _checkout(root)
    with tempfile.TemporaryDirectory(prefix="sc_precision_reference_") as folder:
        fresh = _generate(base, Path(folder) / NAME)
        changed = _differences(base, fresh)
        try:
            for name in changed:
                if (fresh / name).is_file():
                    (base / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(fresh / name, base / name)
                else:
                    (base / name).unlink()
        except OSError as error:
            raise InputError(f"{base}: cannot be written ({error.strerror or error})") from None
    return changed


def check_reference(root: str | os.PathLike[str] = ".") -> list[str]:
    """Compare the reference design of a checkout with what this version generates.

    Returns
    -------
    list of str
        The files that differ, are missing or are not generated; see `write_reference`.
    """
    base = _checkout(root)
    with tempfile.TemporaryDirectory(prefix="sc_precision_reference_") as folder:
        return _differences(base, _generate(base, Path(folder) / NAME))


def _checkout(root: str | os.PathLike[str]) -> Path:
    base = Path(os.path.abspath(root))
    if not (base / NETWORK).is_file():
        raise InputError(f"{base}: there is no {NETWORK} here; run it in a checkout of sc_precision, or give --root")
    return base


def _generate(base: Path, folder: Path) -> Path:
    file = read_network(base / NETWORK)
    plan = plan_network(file.network, target_error=TARGET_ERROR, datapath=DATAPATH, name=NAME)
    emit_bundle(plan, folder, test_inputs=file.test_inputs, test_labels=file.test_labels, vectors=VECTORS)
    return folder


def _differences(base: Path, fresh: Path) -> list[str]:
    wanted = {
        path.relative_to(fresh).as_posix() for name in GENERATED for path in (fresh / name).rglob("*") if path.is_file()
    }
    # Work folders of tools are not looked into: only folders that the generated tree has.
    folders = {(base / name).parent for name in wanted}
    found = {
        path.relative_to(base).as_posix()
        for folder in folders
        if folder.is_dir()
        for path in folder.iterdir()
        if path.is_file() and path.name not in _LEFT_BY_TOOLS
    }
    changed = {name for name in wanted & found if (base / name).read_bytes() != (fresh / name).read_bytes()}
    return sorted(changed | (wanted ^ found))
