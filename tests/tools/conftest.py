# SPDX-License-Identifier: Apache-2.0
"""Fake programs, a small design with proofs of every verdict, and a search for processes left behind."""

import json
import os
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

COUNTER = """\
module counter(input clk, input rst, input en, output reg [7:0] n);
  initial n = 0;
  always @(posedge clk)
    if (rst) n <= 0;
    else if (en) n <= (n == 8'd100) ? 8'd0 : n + 8'd1;
`ifdef FORMAL
  always @(posedge clk) begin
`ifdef CONTRADICTION
    m_high: assume (en);
    m_low: assume (!en);
`endif
`ifdef LATE_CONTRADICTION
    m_late: assume (n < 8'd3 && en && !rst);
`endif
`ifdef ASSUMES
    m_run: assume (!rst);
`endif
`ifdef WRONG
    a_small: assert (n < 8'd5);
`elsif NOT_INDUCTIVE
    a_gap: assert (n != 8'd200);
`elsif NO_ASSERT
`else
    a_bound: assert (n <= 8'd100);
`endif
`ifdef UNREACHABLE
    c_200: cover (n == 8'd200);
`endif
`ifndef NO_COVER
    c_five: cover (n == 8'd5);
`endif
  end
`endif
endmodule
"""

SEMIPRIME = """\
module hard(input [31:0] a, input [31:0] b);
  // 2751862501 * 3490529513: finding the factors takes a SAT solver very long
  always @* a_prime: assert (!(a > 1 && b > 1 && {32'd0, a} * {32'd0, b} == 64'd9605457275458492013));
endmodule
"""

FREE_WIRE = """\
module free(input clk, input [3:0] a);
  always @(posedge clk) a_free: assert (a == a || misspelt);
endmodule
"""


@pytest.fixture
def counter(tmp_path: Path) -> Path:
    """A folder with a space in its name that holds counter.v, hard.v and free.v."""
    folder = tmp_path / "a design"
    folder.mkdir()
    (folder / "counter.v").write_text(COUNTER)
    (folder / "hard.v").write_text(SEMIPRIME)
    (folder / "free.v").write_text(FREE_WIRE)
    return folder


@pytest.fixture
def write_sby(counter: Path) -> Callable[..., Path]:
    """Write an .sby file for the counter; returns its path."""

    def write(
        name: str = "proof",
        *,
        mode: str = "prove",
        depth: int = 5,
        engine: str = "smtbmc z3",
        define: str = "",
        file: str = "counter.v",
        options: str = "",
        script: str = "",
    ) -> Path:
        flag = f"-D{define} " if define else ""
        path = counter / f"{name}.sby"
        top = Path(file).stem
        path.write_text(
            f"[options]\nmode {mode}\ndepth {depth}\n{options}\n[engines]\n{engine}\n\n"
            f"[script]\nread_verilog -formal {flag}{file}\n{script}\nprep -top {top}\n\n[files]\n{file}\n"
        )
        return path

    return write


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Make a fake program, a shell script or Python, first on PATH; returns its path."""
    folder = tmp_path / "fake bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")

    def make(name: str, script: str, *, python: bool = False, folder: Path = folder) -> Path:
        path = folder / name
        if python:
            (folder / f"{name}.py").write_text(textwrap.dedent(script))
            script = f'exec "{sys.executable}" -I "{folder}/{name}.py" "$@"'
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return make


@pytest.fixture
def leftovers(tmp_path: Path) -> Callable[..., list[str]]:
    """Command lines of live processes that run in the test's folder or, given a word, have it in theirs.

    They are allowed a moment to go.
    """

    def find(word: str = "") -> list[str]:
        deadline = time.monotonic() + 3
        while (found := _processes(tmp_path, word)) and time.monotonic() < deadline:
            time.sleep(0.02)
        return found

    return find


def _processes(folder: Path, word: str) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                words = (entry / "cmdline").read_text().split("\0")
                inside = Path(os.readlink(entry / "cwd")).is_relative_to(folder)
            except OSError:
                continue
            if state != "Z" and (word in words if word else inside):
                found.append(" ".join(words))
    return found


FAKE_SBY = """
import json, os, sys, time
settings = json.loads({settings!r})
with open({calls!r}, "a") as file:
    file.write(json.dumps([sys.argv[1:], os.getcwd()]) + "\\n")
if "--version" in sys.argv:
    print("SBY v0.99")
    sys.exit(0)
run = sys.argv[sys.argv.index("-d") + 1]
time.sleep(settings["sleep"])
os.makedirs(run + "/engine_0")
os.makedirs(run + "/model")
for name, text in settings["files"].items():
    with open(os.path.join(run, name), "w") as file:
        file.write(text)
print(settings["output"])
if settings["signal"]:
    os.kill(os.getpid(), settings["signal"])
sys.exit(settings["code"])
"""

DESIGN = '{"modules": [{"cell_sorts": [{"type": "$assert", "cells": [{"name": "a"}]}]}]}'


@pytest.fixture
def fake_sby(fake: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """Put an ``sby`` on PATH that leaves the files of a pass, changed as told; returns its record of calls."""
    fake("yosys", "echo 'Yosys 0.99 (git)'")
    calls = tmp_path / "calls"

    def make(
        *,
        code: int = 0,
        status: str = "PASS",
        changes: dict[str, str | None] | None = None,
        output: str = "",
        sleep: float = 0.0,
        signal: int = 0,
    ) -> Path:
        files: dict[str, str | None] = {
            "status": f"{status} {code} 0\n",
            status: "engine_0 (smtbmc z3) returned pass\n",
            "config.sby": "[options]\nmode prove\n",
            "logfile.txt": output,
            "model/design.json": DESIGN,
            "task.xml": f'<testsuites><testsuite><properties><property name="status" value="{status}"/>'
            '</properties><testcase name="a" type="ASSERT" id="a"/></testsuite></testsuites>',
        }
        files |= changes or {}
        kept = {name: text for name, text in files.items() if text is not None}
        settings = {"code": code, "files": kept, "output": output, "sleep": sleep, "signal": signal}
        fake("sby", FAKE_SBY.format(settings=json.dumps(settings), calls=str(calls)), python=True)
        return calls

    return make
