# SPDX-License-Identifier: Apache-2.0
"""Reading and rewriting ``.sby`` files.

Only as much of the format is understood as running a task needs: the sections, the task prefixes of
their lines, and what each section names. SBY itself remains the judge of everything else.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sc_precision.errors import InputError

_SECTION = re.compile(r"^\s*\[(.*)\]\s*$")
_PREFIX = re.compile(r"^(~?\w[\w.]*):(?:\s+|$)(.*)$")
_RUNS = ("exec", "plugin", "script", "tcl", "shell")
MAX_BYTES = 1 << 24


@dataclass(frozen=True)
class SbyConfig:
    """The text of an ``.sby`` file, the folder that its files are relative to, and what messages call it."""

    text: str
    folder: Path
    name: str

    @classmethod
    def read(cls, path: Path) -> "SbyConfig":
        """Read a file; InputError if it cannot be read, is too large, or has blocks of Python, which are not run."""
        try:
            if path.stat().st_size > MAX_BYTES:
                raise InputError(f"{path}: larger than {MAX_BYTES} bytes; this is not an .sby file")
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}; give an .sby file") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not UTF-8 text; give an .sby file") from error
        if "--pycode-begin--" in text:
            raise InputError(f"{path}: pycode blocks are not supported; write the lines out")
        return cls(text, path.absolute().parent, path.name)

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield each line with the section it stands in (``""`` before the first)."""
        section = ""
        for line in self.text.splitlines():
            if match := _SECTION.match(line):
                section = match[1].strip()
            yield section, line

    def tasks(self) -> list[str]:
        """Names of the tasks, in order."""
        names: list[str] = []
        for section, line in self.lines():
            words = line.split(":")[0].split()
            if section == "tasks" and words and not line.startswith(("[", "#")):
                names += [word for word in words[:1] if word not in names]
        return names

    def source_files(self) -> list[Path]:
        """Absolute paths of the files that ``[files]`` names, of all tasks; InputError if one is no plain file."""
        files = []
        for section, line in self.lines():
            if section == "files" and (entry := _file_entry(line)):
                path = self.folder / os.path.expanduser(os.path.expandvars(entry[2]))
                if not path.is_file():
                    raise InputError(f"{self.name}: file {entry[2]} in [files] is not a file in {self.folder}")
                files.append(path)
        return files

    def staged(self, copies: dict[Path, str]) -> "SbyConfig":
        """The same with each file of ``[files]`` replaced by the name of its copy, by path.

        SBY cannot handle spaces in paths, and the WebAssembly Yosys cannot see all folders; copies beside the ``.sby``
        file have neither problem.
        """
        sources = iter(self.source_files())
        lines = []
        for section, line in self.lines():
            if section == "files" and (entry := _file_entry(line)):
                prefix, name, _ = entry
                line = f"{prefix}{name} {copies[next(sources)]}"
            lines.append(line)
        return replace(self, text="\n".join(lines) + "\n")

    def with_section(self, name: str, lines: Sequence[str]) -> "SbyConfig":
        """The same with these lines as the only content of the sections of this name."""
        kept = [line for section, line in self.lines() if section.split()[:1] != [name]]
        return replace(self, text="\n".join([*kept, "", f"[{name}]", *lines, ""]))

    def with_script_line(self, line: str) -> "SbyConfig":
        """The same with one more command at the end of ``[script]``."""
        script = [text for section, text in self.lines() if section == "script"][1:]
        return self.with_section("script", [*script, line])

    def with_option(self, option: str, task: str | None) -> "SbyConfig":
        """The same with one more line in ``[options]``, for the given task only if there are tasks."""
        prefix = f"{task}: " if task is not None else ""
        lines = []
        for _, line in self.lines():
            lines.append(line)
            if line.strip() == "[options]":
                lines.append(prefix + option)
        return replace(self, text="\n".join(lines) + "\n")

    def is_closed(self) -> bool:
        """Whether ``[script]`` reads only what ``[files]`` and ``[file ...]`` provide.

        A script that reaches for absolute paths or parent folders, or runs other programs, depends on files that no
        hash covers.
        """
        commands = [line.partition("#")[0].split() for section, line in self.lines() if section == "script"]
        if any(word.startswith("!") or word in _RUNS for command in commands for word in command[:2]):
            return False
        # Yosys's own `cd` walks modules, not folders.
        words = (word for command in commands if command[:1] != ["cd"] for word in command)
        return not any(word.strip("\"'").startswith(("/", "~")) or ".." in word.split("/") for word in words)


def _file_entry(line: str) -> tuple[str, str, str] | None:
    """(prefix, name in SBY's source folder, path) of a line of ``[files]``; None for all other lines."""
    line = re.sub(r"\s*(\s#.*)?$", "", line)
    prefix = ""
    if match := _PREFIX.match(line.lstrip()):
        prefix, line = f"{match[1]}: ", match[2]
    words = line.split()
    if not words or words[0].startswith(("#", "[")) or words == ["--"] or len(words) > 2:
        return None
    return prefix, words[0] if len(words) == 2 else Path(words[0]).name, words[-1]
